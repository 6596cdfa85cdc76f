//! Section "Downloads" of the reference.

use serde::Deserialize;
use serde::Serialize;

use crate::ContentSha;

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
