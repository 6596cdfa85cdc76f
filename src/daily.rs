//! Once a day: does this machine still agree with the drive?
//!
//! Only a question and two numbers; whether and how it is shown is decided by who asks. Errors are silence.

use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use skillzdrive_wire::drive::SlugSha;

use crate::api::account::Account;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lockfile::Lockfile;
use crate::store::paths::Paths;
use crate::store::scope::Scope;

/// How long there is silence after a look.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How far machine and drive are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Apart {
    /// Only here.
    pub(crate) here: usize,
    /// Only in the drive.
    pub(crate) drive: usize,
    /// On both, with different bytes.
    pub(crate) differ: usize,
}

fn path(paths: &Paths) -> PathBuf {
    paths.state.join("daily-look")
}

/// Whether the last look is a day ago. A look in the future, from before a clock was set right, counts as none.
pub(crate) fn is_due(paths: &Paths) -> bool {
    let last = atomic::read_text(&path(paths)).ok().flatten().and_then(|text| text.trim().parse::<u64>().ok());
    due(last, SystemTime::now())
}

fn due(last: Option<u64>, now: SystemTime) -> bool {
    let Some(last) = last.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds))) else { return true };
    now.duration_since(last).map_or(true, |since| since >= DAY)
}

/// Notes that a look is taken now, whatever comes of it.
///
/// # Errors
/// When the state folder cannot be written.
pub(crate) fn note(paths: &Paths) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    // If it is lost, the drive is asked once more.
    atomic::write_lightly(&path(paths), format!("{now}\n").as_bytes(), Privacy::Private)
}

fn shown_path(paths: &Paths) -> PathBuf {
    paths.state.join("daily-shown")
}

/// Notes that the line was shown: a sync within the next day was started from it.
///
/// # Errors
/// When the state folder cannot be written.
pub(crate) fn note_shown(paths: &Paths) -> Result<()> {
    atomic::write(&shown_path(paths), b"", Privacy::Private)
}

/// Whether the line was shown within a day and nobody synced since.
pub(crate) fn was_shown(paths: &Paths) -> bool {
    let shown = std::fs::metadata(shown_path(paths)).and_then(|meta| meta.modified());
    shown.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|since| since < DAY))
}

/// Forgets that it was shown. What cannot be deleted makes the next sync a `daily` one, which is no harm.
pub(crate) fn forget_shown(paths: &Paths) {
    let _ = std::fs::remove_file(shown_path(paths));
}

/// Asks the drive about the global skills; `None` when both sides agree.
///
/// # Errors
/// As any call; the caller drops them.
pub(crate) async fn look(account: &Account<'_>, paths: &Paths) -> Result<Option<Apart>> {
    let lockfile = Lockfile::read(&Scope::global(paths))?;
    let local =
        lockfile.skills.into_iter().map(|(slug, locked)| SlugSha { slug, content_sha: locked.content_sha }).collect();
    let diff = account.diff(local).await?;
    let apart = Apart { here: diff.local_only.len(), drive: diff.drive_only.len(), differ: diff.divergent.len() };
    Ok((apart.here + apart.drive + apart.differ > 0).then_some(apart))
}

impl std::fmt::Display for Apart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        for (count, what) in [(self.here, "only here"), (self.drive, "only in the drive"), (self.differ, "different")] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_due_once_a_day_whatever_the_clock_did() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert!(due(None, now));
        assert!(!due(Some(999_999), now));
        assert!(!due(Some(1_000_000 - 86_399), now));
        assert!(due(Some(1_000_000 - 86_400), now));
        assert!(due(Some(2_000_000), now));
        assert!(due(Some(u64::MAX), now));
    }

    #[test]
    fn the_line_names_what_is_apart() {
        assert_eq!(Apart { here: 2, drive: 0, differ: 1 }.to_string(), "2 only here, 1 different");
    }
}
