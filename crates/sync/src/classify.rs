//! The contract's table of L, D and B, and the client's guard over it.
//!
//! This module must not know where the three digests come from: the drive and the program call it with their own.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::sync::Action;

/// The three digests of one slug (contract, "Sync").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides<'a> {
    /// L: what this machine has.
    pub local: Option<&'a ContentSha>,
    /// D: what the drive has.
    pub drive: Option<&'a ContentSha>,
    /// B: what both sides had when the slug was last synced.
    pub base: Option<&'a ContentSha>,
}

/// What only the drive knows about a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// L is the digest of a public version of that slug.
    pub local_is_public_version: bool,
    /// L is the digest of an earlier version of the drive's skill.
    pub local_is_earlier_version: bool,
    /// The caller owns the drive's skill; true where there is no such skill.
    pub owned: bool,
    /// The drive remembers that the skill was removed. Absence under a scoped key is no tombstone.
    pub tombstone: bool,
}

/// What a sync would do with one slug: the contract's table, row by row.
///
/// An edited copy of a skill that the caller does not own is a conflict, for there is nothing to upload to; a newer
/// version of it still comes. A skill that was synced and that the drive lost without remembering a removal is a
/// conflict too: it may neither be removed here nor sent again without being asked. With neither L nor D there is
/// nothing to do.
#[must_use]
pub fn classify(sides: Sides<'_>, known: Known) -> Action {
    let Sides { local, drive, base } = sides;
    match (local, drive, base) {
        (Some(l), Some(d), _) if l == d => Action::InSync,
        (Some(_), None, None) if known.local_is_public_version => Action::ClaimPublic,
        (Some(_), None, None) => Action::UploadPrivate,
        (None, Some(_), None) => Action::DownloadInstall,
        (Some(_), Some(d), Some(b)) if b == d && known.owned => Action::UploadUpdate,
        (Some(l), Some(_), Some(b)) if b == l => Action::DownloadUpdate,
        (Some(_), Some(_), None) if known.local_is_earlier_version => Action::DownloadUpdate,
        (Some(_), Some(_), _) => Action::Conflict,
        (Some(l), None, Some(b)) if l == b && known.tombstone => Action::RemovedOnDrive,
        (Some(_), None, Some(_)) => Action::Conflict,
        (None, Some(_), Some(_)) => Action::RemovedHere,
        (None, None, _) => Action::InSync,
    }
}

/// The same as a drive says it: it answers `download_install` where this machine removed a skill, for only the
/// client's own memory tells "removed" from "never had".
#[must_use]
pub fn as_told_by_drive(action: Action) -> Action {
    match action {
        Action::RemovedHere => Action::DownloadInstall,
        other => other,
    }
}

/// The client's guard over what a drive told it: an action that would replace or remove local bytes where the
/// client's own L ≠ B becomes [`Action::Conflict`].
///
/// One exception: `local_is_known` (the lockfile says that these bytes are exactly an installed version that nobody
/// edited, or the drive's version list has them) lets a `download_update` pass where B is null, so that a wiped state
/// folder does not turn every outdated skill into a conflict.
#[must_use]
pub fn guard(told: &Action, sides: Sides<'_>, local_is_known: bool) -> Action {
    let replaces = matches!(told, Action::DownloadUpdate | Action::RemovedOnDrive | Action::DownloadInstall);
    let untouched = sides.local.is_none() || sides.local == sides.base;
    let known_version = *told == Action::DownloadUpdate && sides.base.is_none() && local_is_known;
    if replaces && !untouched && !known_version { Action::Conflict } else { told.clone() }
}

/// Whether a drive carries out the action that `execute` names, where its own table says `classified` (in either
/// spelling of `removed_here`) and the digests are still those of the preview.
///
/// A person may decide a conflict either way. The client's guard may have made a conflict out of a `download_update`
/// (a folder with a `.git`, say), so that may be turned round as well. An upload onto a skill of another owner is never
/// carried out. Where the drive has no bytes, a download is for the caller to refuse.
#[must_use]
pub fn may_execute(asked: &Action, classified: &Action, owned: bool) -> bool {
    match (asked, classified) {
        (Action::UploadUpdate, Action::UploadUpdate | Action::Conflict | Action::DownloadUpdate) => owned,
        (Action::DownloadUpdate, Action::Conflict) => true,
        (asked, classified) => *asked == as_told_by_drive(classified.clone()),
    }
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
