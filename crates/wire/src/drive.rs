//! Section "Drive" of the reference: the set of a person's skills.

use serde::Deserialize;
use serde::Serialize;

use crate::ContentSha;
use crate::Slug;
use crate::downloads::Download;
use crate::open_enum::open_enum;
use crate::skills::Skill;

open_enum! {
    /// Through what a skill is in the drive.
    Source {
        /// It is the caller's own entry.
        Drive = "drive",
        /// It came with a team.
        Team = "team",
        /// Somebody shares it.
        Shared = "shared",
    }
}

open_enum! {
    /// Where a skill in the drive came from.
    Origin {
        /// The public marketplace.
        Public = "public",
        /// The caller's upload.
        Private = "private",
        /// A GitHub tree.
        Github = "github",
    }
}

/// A skill in the drive: [`Skill`] and four fields more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriveSkill {
    /// The skill itself.
    #[serde(flatten)]
    pub skill: Skill,
    /// Whether its keys may search, run and list it.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Through what it is here.
    #[serde(default = "own")]
    pub source: Source,
    /// Where it came from.
    #[serde(default = "private")]
    pub origin: Origin,
    /// Whether a newer version waits to be accepted.
    #[serde(default, alias = "pendingUpdate")]
    pub pending_update: bool,
}

fn yes() -> bool {
    true
}
fn own() -> Source {
    Source::Drive
}
fn private() -> Origin {
    Origin::Private
}

/// `data` of `GET drive`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriveList {
    /// Every accessible skill, sorted by slug.
    #[serde(deserialize_with = "crate::liberal::readable")]
    pub skills: Vec<DriveSkill>,
}

/// Body of `POST drive/import`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    /// A marketplace slug or a GitHub tree's address.
    #[serde(rename = "skillSlug", alias = "skill_slug")]
    pub skill_slug: String,
}

/// `data` of `POST drive/import`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The new entry.
    pub skill: DriveSkill,
    /// What it cost, in credits.
    #[serde(default, alias = "creditCost")]
    pub credit_cost: u64,
    /// What is left, in credits.
    #[serde(default, alias = "creditsRemaining")]
    pub credits_remaining: i64,
    /// Its artifact, where it has one.
    #[serde(default)]
    pub download: Option<Download>,
}

/// `data` of `DELETE drive/:slug`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// What was removed.
    pub slug: Slug,
    /// Always true.
    pub removed: bool,
}

/// `data` of `POST drive/:slug/toggle`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toggled {
    /// What was toggled.
    pub slug: Slug,
    /// The state it has now.
    pub enabled: bool,
}

/// `data` of `GET drive/updates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateList {
    /// What waits to be accepted, sorted by slug.
    pub updates: Vec<PendingUpdate>,
}

/// A newer version of a skill in the drive, which its owner has neither accepted nor dismissed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingUpdate {
    /// The skill.
    pub slug: Slug,
    /// The version that the drive holds; 0 where the drive does not say.
    #[serde(rename = "fromVersion", alias = "from_version", default)]
    pub from_version: u64,
    /// The version that would come.
    #[serde(rename = "toVersion", alias = "to_version")]
    pub to_version: u64,
    /// What its author said of it. Text of strangers: clean it before showing.
    #[serde(rename = "changeComment", alias = "change_comment", default, skip_serializing_if = "Option::is_none")]
    pub change_comment: Option<String>,
    /// What accepting costs, in credits.
    #[serde(default, alias = "creditCost")]
    pub credit_cost: u64,
    /// The grade of the version that would come.
    #[serde(default, alias = "securityGrade", skip_serializing_if = "Option::is_none")]
    pub security_grade: Option<String>,
    /// The digest of its zip.
    #[serde(alias = "contentSha")]
    pub content_sha: ContentSha,
    /// The size of its zip in bytes.
    #[serde(default, alias = "contentSize")]
    pub content_size: u64,
}

/// `data` of `POST drive/updates/:slug/accept`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateAccepted {
    /// The skill.
    pub slug: Slug,
    /// The version that the drive holds now.
    pub version: u64,
    /// What it cost, in credits.
    #[serde(default, alias = "creditCost")]
    pub credit_cost: u64,
    /// What is left, in credits.
    #[serde(default, alias = "creditsRemaining")]
    pub credits_remaining: i64,
    /// Its artifact.
    pub download: Download,
}

/// `data` of `POST drive/updates/:slug/dismiss`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateDismissed {
    /// The skill, which stays on its version.
    pub slug: Slug,
    /// Always true.
    pub dismissed: bool,
}

/// Body of `POST drive/diff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffRequest {
    /// What this machine holds.
    pub local: Vec<SlugSha>,
}

/// A slug and the digest that one side has for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlugSha {
    /// The slug.
    pub slug: Slug,
    /// The digest.
    #[serde(alias = "contentSha")]
    pub content_sha: ContentSha,
}

/// `data` of `POST drive/diff`. What both sides hold alike is in none of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Only on this machine.
    #[serde(alias = "localOnly")]
    pub local_only: Vec<SlugSha>,
    /// Only in the drive.
    #[serde(alias = "driveOnly")]
    pub drive_only: Vec<SlugSha>,
    /// On both, with different bytes.
    pub divergent: Vec<Divergent>,
}

/// A slug with different bytes on the two sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divergent {
    /// The slug.
    pub slug: Slug,
    /// What the machine has.
    #[serde(alias = "localSha")]
    pub local_sha: ContentSha,
    /// What the drive has.
    #[serde(alias = "driveSha")]
    pub drive_sha: ContentSha,
}
