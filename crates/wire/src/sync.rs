//! The three sync routes of section "Drive" (contract, "Sync").

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::ContentSha;
use crate::InstallId;
use crate::RunId;
use crate::Slug;
use crate::downloads::Download;
use crate::open_enum::open_enum;

open_enum! {
    /// Why a sync runs.
    Kind {
        /// No run of this installation was ever finalized on this drive.
        FirstRun = "first_run",
        /// Started from the once-a-day line.
        Daily = "daily",
        /// Started by a person.
        Manual = "manual",
    }
}

open_enum! {
    /// Which part of the plan is carried out.
    Mode {
        /// All of it.
        All = "all",
        /// Only claims of public skills.
        PublicOnly = "public_only",
        /// Only downloads.
        PullsOnly = "pulls_only",
        /// Cheapest first, until the balance is used.
        AsManyAsCreditsAllow = "as_many_as_credits_allow",
    }
}

open_enum! {
    /// What happens to one skill in a sync (contract, the table of L, D and B).
    Action {
        /// Both sides have the same bytes.
        InSync = "in_sync",
        /// A public skill that is on the machine enters the drive.
        ClaimPublic = "claim_public",
        /// A home-made skill enters the drive.
        UploadPrivate = "upload_private",
        /// The drive's skill comes to this machine.
        DownloadInstall = "download_install",
        /// The machine's edit becomes the drive's next version.
        UploadUpdate = "upload_update",
        /// The drive's newer version replaces the machine's untouched one.
        DownloadUpdate = "download_update",
        /// Both sides changed: a person decides.
        Conflict = "conflict",
        /// The drive removed it; the machine's copy is untouched since.
        RemovedOnDrive = "removed_on_drive",
        /// This machine removed it; only the client says so, a drive says `download_install`.
        RemovedHere = "removed_here",
    }
}

open_enum! {
    /// What became of one skill in `execute`.
    ResultStatus {
        /// Done in the drive; nothing is left for the client.
        Committed = "committed",
        /// The client uploads or downloads now.
        Deferred = "deferred",
        /// Left out, with a reason.
        Skipped = "skipped",
        /// The drive changed since the preview; nothing was done.
        Stale = "stale",
        /// It went wrong.
        Failed = "failed",
    }
}

open_enum! {
    /// What became of one step on the machine, as `finalize` is told.
    StepStatus {
        /// Done.
        Done = "done",
        /// Went wrong.
        Failed = "failed",
        /// Left out.
        Skipped = "skipped",
    }
}

open_enum! {
    /// How a run ended.
    RunStatus {
        /// Every step was done.
        Completed = "completed",
        /// Some were not.
        Partial = "partial",
    }
}

/// One skill of this machine, as `preview` is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalSkill {
    /// Its slug.
    pub slug: Slug,
    /// L: what this machine has.
    pub content_sha: ContentSha,
    /// B: what both sides had when the slug was last synced.
    #[serde(default)]
    pub base_sha: Option<ContentSha>,
    /// The size of its canonical zip in bytes.
    #[serde(default)]
    pub content_size: u64,
    /// Its front matter name.
    #[serde(default)]
    pub name: String,
    /// Its front matter description.
    #[serde(default)]
    pub description: String,
}

/// Body of `POST drive/sync/preview`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRequest {
    /// This installation.
    pub install_id: InstallId,
    /// Why it runs.
    pub kind: Kind,
    /// Which part will be carried out.
    pub mode: Mode,
    /// What this machine has.
    pub local: Vec<LocalSkill>,
}

/// What would happen to one skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// Its slug.
    pub slug: Slug,
    /// What would happen.
    pub action: Action,
    /// What it would cost, in credits.
    #[serde(default)]
    pub credit_cost: u64,
    /// L.
    #[serde(default)]
    pub local_sha: Option<ContentSha>,
    /// D.
    #[serde(default)]
    pub drive_sha: Option<ContentSha>,
    /// B.
    #[serde(default)]
    pub base_sha: Option<ContentSha>,
    /// The drive's version.
    #[serde(default)]
    pub version: Option<u64>,
    /// The size of what moves, in bytes.
    #[serde(default)]
    pub content_size: Option<u64>,
    /// Why, for a person.
    #[serde(default)]
    pub reason: Option<String>,
    /// What a newer drive says besides; it goes back as it came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The money of a plan, in credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanCredits {
    /// What the account has.
    #[serde(default)]
    pub balance: i64,
    /// What the whole plan costs.
    #[serde(default)]
    pub required: u64,
    /// What would be left.
    #[serde(default)]
    pub after: i64,
}

/// `data` of `POST drive/sync/preview`. A missing list is an error, never "nothing to do".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview<C = Classification> {
    /// One for each slug of either side.
    pub classifications: Vec<C>,
    /// The money.
    #[serde(default)]
    pub credits: PlanCredits,
}

/// Body of `POST drive/sync/execute`. The client sends the preview's objects as it received them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecuteRequest<C = Classification> {
    /// This installation.
    pub install_id: InstallId,
    /// Why it runs.
    pub kind: Kind,
    /// Which part is carried out.
    pub mode: Mode,
    /// What is to be carried out.
    pub classifications: Vec<C>,
}

/// `data` of `POST drive/sync/execute`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Executed {
    /// The run that was opened.
    pub run_id: RunId,
    /// What became of each skill that was sent.
    pub results: Vec<ExecuteResult>,
    /// What is left.
    #[serde(default)]
    pub credits: Balance,
}

/// A balance in credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Balance {
    /// The credits.
    #[serde(default)]
    pub balance: i64,
}

/// What became of one skill in `execute`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecuteResult {
    /// Its slug.
    pub slug: Slug,
    /// What was asked for.
    pub action: Action,
    /// What became of it.
    pub status: ResultStatus,
    /// What it cost or will cost, in credits.
    #[serde(default)]
    pub credit_cost: u64,
    /// Why, where it was not done.
    #[serde(default)]
    pub reason: Option<String>,
    /// Present where the client uploads now: mint a ticket, then post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadInstruction>,
    /// Present where the client downloads now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download: Option<Download>,
}

/// Where an upload goes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UploadInstruction {
    /// The collection to put it into, or null for the drive alone.
    #[serde(default, rename = "collectionName", alias = "collection_name")]
    pub collection_name: Option<String>,
}

/// Body of `POST drive/sync/finalize`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalizeRequest {
    /// The run to close.
    pub run_id: RunId,
    /// The installation that opened it.
    pub install_id: InstallId,
    /// What became of each step.
    pub results: Vec<StepResult>,
}

/// What became of one step on the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepResult {
    /// Its slug.
    pub slug: Slug,
    /// What was done.
    pub action: Action,
    /// What became of it.
    pub status: StepStatus,
    /// What both sides hold now.
    #[serde(default)]
    pub content_sha: Option<ContentSha>,
    /// What went wrong.
    #[serde(default)]
    pub error: Option<String>,
}

/// `data` of `POST drive/sync/finalize`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finalized {
    /// The run that was closed.
    pub run_id: RunId,
    /// How it ended.
    pub status: RunStatus,
    /// How many skills the drive holds now.
    #[serde(default)]
    pub drive_count: u64,
    /// `users.drive_grandfather_high_water`: up to this many skills are free.
    #[serde(default)]
    pub grandfather_high_water: Option<u64>,
}
