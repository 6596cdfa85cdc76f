//! Section "Downloads" of the reference.

use serde::Deserialize;
use serde::Serialize;

use crate::ContentSha;
use crate::Secret;
use crate::open_enum::open_enum;

/// Where the exact bytes of one version are to be had (contract, "Shapes").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// The digest the bytes must have.
    #[serde(alias = "contentSha")]
    pub content_sha: ContentSha,
    /// Their number.
    #[serde(default, alias = "contentSize")]
    pub content_size: u64,
    /// The version they are.
    #[serde(default)]
    pub version: u64,
    /// An address, relative to the drive's origin or absolute; signed where the skill is private, so it is a secret.
    pub url: String,
}

open_enum! {
    /// What an export holds.
    ExportScope {
        /// Everything in the caller's drive.
        Drive = "drive",
        /// What a collection shows of it.
        Collection = "collection",
        /// One skill, which need not be in the drive.
        Skill = "skill",
    }
}

/// Body of `POST downloads`. A field that the scope does not ask for says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRequest {
    /// What the export holds.
    pub scope: ExportScope,
    /// Which collection.
    #[serde(default, rename = "collectionName", alias = "collection_name", skip_serializing_if = "Option::is_none")]
    pub collection_name: Option<String>,
    /// Which skill.
    #[serde(default, rename = "skillSlug", alias = "skill_slug", skip_serializing_if = "Option::is_none")]
    pub skill_slug: Option<String>,
}

/// `data` of `POST downloads`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The zip's address, signed for 24 hours: who has it has the skills.
    pub url: Secret,
    /// RFC 3339 in UTC.
    #[serde(default, alias = "expiresAt")]
    pub expires_at: String,
    /// How many skills it holds.
    #[serde(default, alias = "skillCount")]
    pub skill_count: u64,
    /// The zip's size in bytes.
    #[serde(default, alias = "contentSize")]
    pub content_size: u64,
}
