//! Section "Uploads" of the reference.

use serde::Deserialize;
use serde::Serialize;

use crate::ContentSha;
use crate::RunId;
use crate::Secret;
use crate::Slug;
use crate::open_enum::open_enum;

open_enum! {
    /// Where an upload goes.
    TargetType {
        /// Into the drive.
        Drive = "drive",
        /// Into the drive and a collection.
        Collection = "collection",
    }
}

open_enum! {
    /// How bad a finding is.
    Severity {
        /// Worth knowing.
        Low = "low",
        /// Worth a look.
        Medium = "medium",
        /// Worth stopping for.
        High = "high",
        /// Stop.
        Critical = "critical",
    }
}

/// One thing that the security rules found, as `scan_failed` lists it beside its message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanFinding {
    /// The rule's identity, kebab-case.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The file inside the skill, `/`-separated; empty for the skill as a whole.
    #[serde(default, alias = "file")]
    pub path: String,
    /// The line, counted from 1, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column in characters, counted from 1, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What was found, as a fragment.
    #[serde(default)]
    pub message: String,
    /// What to do about it.
    #[serde(default)]
    pub help: String,
    /// The line it was found in, cut to size, with what cannot be seen written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
}

/// Body of `POST uploads/ticket`. The last four are the lost-update guard.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TicketRequest {
    /// The collection to put the skill into.
    #[serde(default, rename = "collectionName", alias = "collection_name", skip_serializing_if = "Option::is_none")]
    pub collection_name: Option<String>,
    /// The name of the file that will be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// The slug the skill gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// The sync run it belongs to.
    #[serde(default, rename = "runId", alias = "run_id", skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// The digest of what will be sent.
    #[serde(default, rename = "contentSha", alias = "content_sha", skip_serializing_if = "Option::is_none")]
    pub content_sha: Option<ContentSha>,
    /// What the drive must hold when the file arrives: absent = no guard, null = "not there yet".
    #[serde(
        default,
        rename = "baseSha",
        alias = "base_sha",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub base_sha: Option<Option<ContentSha>>,
}

/// Tells an absent field (`None`) from a null (`Some(None)`).
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// `data` of `POST uploads/ticket`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The ticket (`ut_live_…`): the bearer of the one upload.
    #[serde(rename = "uploadToken", alias = "upload_token")]
    pub upload_token: Secret,
    /// Where to post.
    #[serde(rename = "uploadUrl", alias = "upload_url")]
    pub upload_url: String,
    /// RFC 3339 in UTC.
    #[serde(default, rename = "expiresAt", alias = "expires_at")]
    pub expires_at: String,
    /// Where the skill goes.
    #[serde(default = "to_drive", rename = "targetType", alias = "target_type")]
    pub target_type: TargetType,
    /// The collection, or null.
    #[serde(default, rename = "targetCollection", alias = "target_collection")]
    pub target_collection: Option<String>,
    /// A file name for the script.
    #[serde(default, rename = "scriptFilename", alias = "script_filename")]
    pub script_filename: String,
    /// A bash script that uploads with curl.
    #[serde(default, rename = "scriptContent", alias = "script_content")]
    pub script_content: Secret,
}

/// `data` of `POST uploads/url`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadPage {
    /// Where a person uploads with a browser. It works once, for a short time, and whoever has it may use it.
    pub url: Secret,
}

fn to_drive() -> TargetType {
    TargetType::Drive
}

impl Default for Secret {
    fn default() -> Self {
        Self::new("")
    }
}

/// Answer of `POST /api/uploads/process-skill`, which has no envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processed {
    /// Always true.
    pub success: bool,
    /// What it became.
    pub skill: ProcessedSkill,
    /// How many scripts it holds.
    #[serde(default, rename = "scriptsUploaded", alias = "scripts_uploaded")]
    pub scripts_uploaded: u64,
    /// How many files it holds.
    #[serde(default, rename = "filesUploaded", alias = "files_uploaded")]
    pub files_uploaded: u64,
    /// What it cost, in credits.
    #[serde(default, rename = "creditCost", alias = "credit_cost")]
    pub credit_cost: u64,
    /// Whether it got into the collection.
    #[serde(
        default,
        rename = "collectionPlacement",
        alias = "collection_placement",
        skip_serializing_if = "Option::is_none"
    )]
    pub collection_placement: Option<CollectionPlacement>,
    /// A sentence for a person.
    #[serde(default)]
    pub message: String,
    /// The version it became.
    #[serde(default)]
    pub version: u64,
    /// The digest of the canonical zip.
    #[serde(default, alias = "contentSha", skip_serializing_if = "Option::is_none")]
    pub content_sha: Option<ContentSha>,
    /// The size of the canonical zip in bytes.
    #[serde(default, alias = "contentSize")]
    pub content_size: u64,
}

/// The skill that an upload became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessedSkill {
    /// The drive's identity of it.
    #[serde(default)]
    pub id: String,
    /// The slug it has there, which may differ from the one asked for.
    pub slug: Slug,
    /// Its name for people.
    #[serde(default)]
    pub name: String,
}

/// Whether an upload got into the collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionPlacement {
    /// The drive's word for it.
    pub status: String,
}
