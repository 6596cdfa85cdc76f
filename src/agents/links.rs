//! The making and removing of links: a symbolic link, on Windows a junction where that is not allowed, else a copy.
//!
//! Every step looks again before it acts, so that what came in between is not overwritten. One place that fails does not
//! stop the others.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::agents::link_plan::LinkAction;
use crate::agents::link_plan::LinkPlan;
use crate::agents::link_plan::LinkStep;
use crate::agents::link_plan::UnlinkPlan;
use crate::error::Error;
use crate::error::Result;
use crate::store::settings::LinkMode;

/// What was done at every place, for reports, undo and tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LinkReport {
    /// New links and copies.
    pub(crate) created: Vec<PathBuf>,
    /// What was there and right.
    pub(crate) existing: Vec<PathBuf>,
    /// What something else holds, and what that is.
    pub(crate) occupied: Vec<(PathBuf, String)>,
    /// What was taken away.
    pub(crate) removed: Vec<PathBuf>,
    /// What could not be done, and why.
    pub(crate) failed: Vec<(PathBuf, String)>,
}

impl LinkReport {
    /// Adds another report's places.
    pub(crate) fn merge(&mut self, other: Self) {
        self.created.extend(other.created);
        self.existing.extend(other.existing);
        self.occupied.extend(other.occupied);
        self.removed.extend(other.removed);
        self.failed.extend(other.failed);
    }
}

/// Makes the links of a plan. The skill must be there.
pub(crate) fn apply(plan: &LinkPlan) -> LinkReport {
    let mut report = LinkReport::default();
    for step in &plan.steps {
        match &step.action {
            LinkAction::Unneeded => {}
            LinkAction::Existing => report.existing.push(step.path.clone()),
            LinkAction::Occupied(what) => report.occupied.push((step.path.clone(), what.clone())),
            LinkAction::Create | LinkAction::Replace => match place(plan, step) {
                Ok(()) => report.created.push(step.path.clone()),
                Err(Placed::Occupied) => {
                    report.occupied.push((step.path.clone(), "something came in between".to_owned()));
                }
                Err(Placed::Failed(error)) => report.failed.push((step.path.clone(), error.one_line())),
            },
        }
    }
    report
}

/// Removes the links of a plan; the copies are the caller's to bring to the trash.
pub(crate) fn remove(plan: &UnlinkPlan) -> LinkReport {
    let mut report = LinkReport::default();
    for path in &plan.links {
        match remove_link(path) {
            Ok(true) => report.removed.push(path.clone()),
            Ok(false) => report.occupied.push((path.clone(), "it is not a link any more".to_owned())),
            Err(e) => report.failed.push((path.clone(), Error::io("remove the link", path, e).one_line())),
        }
    }
    report
}

/// Why a place got nothing.
enum Placed {
    Occupied,
    Failed(Error),
}

impl From<Error> for Placed {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn place(plan: &LinkPlan, step: &LinkStep) -> Result<(), Placed> {
    let folder = step.path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| Error::io("make the folder", folder, e))?;
    if step.action == LinkAction::Replace && fs::symlink_metadata(&step.path).is_ok_and(|m| m.file_type().is_symlink())
    {
        remove_link(&step.path).map_err(|e| Error::io("remove the dead link", &step.path, e))?;
    }
    if plan.mode == LinkMode::Link {
        match link(&step.text, &plan.skill, &step.path) {
            Ok(()) => return Ok(()),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(Placed::Occupied),
            // A file system or a system policy without links: a copy is what is left.
            Err(e) if matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) => {
                if !can_write(folder) {
                    return Err(Error::io("make the link", &step.path, e).into());
                }
            }
            Err(e) => return Err(Error::io("make the link", &step.path, e).into()),
        }
    }
    copy(&plan.skill, &step.path, step.action == LinkAction::Replace)
}

fn can_write(folder: &Path) -> bool {
    tempfile::Builder::new().prefix(".skillzdrive-").tempfile_in(folder).is_ok()
}

#[cfg(unix)]
fn link(text: &Path, _skill: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(text, path)
}

#[cfg(windows)]
fn link(text: &Path, skill: &Path, path: &Path) -> io::Result<()> {
    // A symbolic link needs a privilege or the developer mode; a junction needs neither, but is always absolute.
    match std::os::windows::fs::symlink_dir(text, path) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => junction::create(skill, path),
        done => done,
    }
}

/// Removes a link and nothing else; false when it is none.
fn remove_link(path: &Path) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.file_type().is_symlink() {
        return Ok(false);
    }
    #[cfg(windows)]
    fs::remove_dir(path)?;
    #[cfg(not(windows))]
    fs::remove_file(path)?;
    Ok(true)
}

/// Copies a skill beside the agent's folder and moves the copy in, so that the agent never sees half of it.
fn copy(skill: &Path, path: &Path, replace: bool) -> Result<(), Placed> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let staging = folder.parent().unwrap_or(folder);
    let temporary = tempfile::Builder::new()
        .prefix(".skillzdrive-")
        .tempdir_in(staging)
        .map_err(|e| Error::io("write in", staging, e))?;
    let fresh = temporary.path().join("new");
    copy_tree(skill, &fresh)?;
    let there = fs::symlink_metadata(path).is_ok();
    if there && !replace {
        return Err(Placed::Occupied);
    }
    if there {
        let old = temporary.path().join("old");
        fs::rename(path, &old).map_err(|e| Error::io("move aside", path, e))?;
        if let Err(e) = fs::rename(&fresh, path) {
            // Back again: the agent keeps what it had.
            let _ = fs::rename(&old, path);
            return Err(Error::io("put the copy at", path, e).into());
        }
        return Ok(());
    }
    fs::rename(&fresh, path).map_err(|e| Error::io("put the copy at", path, e).into())
}

/// Copies files, with links inside the skill as what they name; what leaves the skill and `.git` are not copied.
fn copy_tree(skill: &Path, to: &Path) -> Result<()> {
    let walk = walkdir::WalkDir::new(skill).follow_links(true).min_depth(0).into_iter().filter_entry(|entry| {
        entry.file_name() != ".git" && fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(skill))
    });
    for entry in walk {
        let entry = entry.map_err(|e| {
            let path = e.path().unwrap_or(skill).to_path_buf();
            Error::io("read", &path, e.into())
        })?;
        let place = to.join(entry.path().strip_prefix(skill).unwrap_or(Path::new("")));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place).map_err(|e| Error::io("make the folder", &place, e))?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &place).map_err(|e| Error::io("copy to", &place, e))?;
        }
    }
    Ok(())
}
