//! How long the trash keeps things, and emptying it.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

use crate::error::Result;
use crate::store::scope::Scope;
use crate::store::stamp;
use crate::store::trash::record::Run;
use crate::store::trash::run_folders;
use crate::store::tree;

/// How much the trash keeps. The newest run is kept whatever it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retention {
    /// For how long.
    pub(crate) age: Duration,
    /// How many bytes in all.
    pub(crate) bytes: u64,
}

impl Retention {
    /// So many days and bytes, as the settings say.
    pub(crate) fn new(days: u64, bytes: u64) -> Self {
        Self { age: Duration::from_secs(days.saturating_mul(86_400)), bytes }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self::new(30, 1 << 30)
    }
}

/// The folders in which a run keeps things: its own, and those on other file systems.
fn folders(scope: &Scope, folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_path_buf()];
    if let Ok(Some(run)) = Run::read(&scope.root, folder) {
        let elsewhere = run.trees().filter_map(|entry| entry.tree.as_deref()?.parent().map(Path::to_path_buf));
        // The record was checked when it was read: elsewhere is only ever a workshop's folder of this run's name.
        found.extend(elsewhere.filter(|parent| !parent.starts_with(folder)));
        found.dedup();
    }
    found
}

/// The bytes that a run keeps.
pub(crate) fn weight(scope: &Scope, folder: &Path) -> u64 {
    folders(scope, folder).iter().map(|folder| tree::size(folder)).sum()
}

/// Deletes the oldest runs until age and size are kept; never the newest one. What cannot be deleted stays and is
/// tried again by the next run: a full trash is no reason to fail a command.
pub(super) fn clean(scope: &Scope, retention: Retention, spared: Option<&Path>) {
    let mut runs: Vec<PathBuf> = run_folders(scope);
    runs.pop();
    let cutoff = SystemTime::now().checked_sub(retention.age).map(stamp::compact).unwrap_or_default();
    let mut kept = 0_u64;
    // Newest first: what fits is kept, and everything older than the first that does not fit goes.
    let mut full = false;
    for folder in runs.iter().rev() {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !full && name >= cutoff {
            kept = kept.saturating_add(weight(scope, folder));
            full = kept > retention.bytes;
        } else {
            full = true;
        }
        if full && spared != Some(folder.as_path()) {
            let _ = delete(scope, folder);
        }
    }
}

/// What emptying freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Emptied {
    /// How many runs.
    pub(crate) runs: usize,
    /// How many bytes.
    pub(crate) bytes: u64,
}

/// What emptying would free.
pub(crate) fn weigh(scope: &Scope) -> Emptied {
    let runs = run_folders(scope);
    Emptied { runs: runs.len(), bytes: runs.iter().map(|folder| weight(scope, folder)).sum() }
}

/// Deletes every run; nothing in them can be put back afterwards.
///
/// # Errors
/// At the first one that cannot be deleted, naming it.
pub(crate) fn empty(scope: &Scope) -> Result<Emptied> {
    let emptied = weigh(scope);
    for folder in run_folders(scope) {
        delete(scope, &folder)?;
    }
    Ok(emptied)
}

fn delete(scope: &Scope, folder: &Path) -> Result<()> {
    // Its own folder comes last: it is the record of where the others are.
    folders(scope, folder).iter().rev().try_for_each(|folder| tree::remove(folder))
}
