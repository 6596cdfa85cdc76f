//! A skill's folder put in its place in one step, or exchanged with the one that lies there.
//!
//! The displaced folder lands in the trash by the same step that puts the new one in place, so no moment exists in
//! which it lies nowhere. It is digested again afterwards: when it is not what the plan saw, it is exchanged back.
//!
//! What the digest leaves out (`.env`, `node_modules` …) belongs to the place, not to the version, so it *moves* from
//! the displaced folder into the new one. It is not copied: a copy would put secrets into the trash for weeks, and an
//! undo exchanges again and so brings it back anyhow.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
pub(crate) use crate::store::staging::Staging;
use crate::store::trash::TrashRun;
use crate::store::trash::workshop_beside;
use crate::store::tree;

/// What the plan saw at the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Nothing.
    Absent,
    /// A folder with this digest.
    Tree(ContentSha),
    /// Something whose name was said and whose replacement a person agreed to, whatever it holds.
    Anything,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Nothing lay there; now the skill does.
    Added,
    /// The displaced folder is in the trash.
    Replaced {
        /// What the digest leaves out and was moved into the new folder.
        kept: Vec<String>,
        /// What of it stayed with the displaced folder in the trash, because the new one has another thing in its way.
        stranded: Vec<String>,
    },
    /// What lies there is not what the plan saw: nothing was changed, the staged folder is still where it was.
    Changed {
        /// The digest of what lies there, when it has one.
        found: Option<ContentSha>,
    },
}

/// Why a folder is never swapped or deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unswappable {
    /// It is a link: its files belong to another place.
    #[error("`{}` is a link to another folder", .0.display())]
    Linked(PathBuf),
    /// It is a repository of its own.
    #[error("`{}` holds a .git: it is a repository of its own", .0.display())]
    HoldsGit(PathBuf),
    /// It is a file.
    #[error("`{}` is not a folder", .0.display())]
    NotFolder(PathBuf),
}

impl From<Unswappable> for Error {
    fn from(why: Unswappable) -> Self {
        let code = match why {
            Unswappable::Linked(_) => "linked",
            Unswappable::HoldsGit(_) => "holds_git",
            Unswappable::NotFolder(_) => "not_a_folder",
        };
        Self::new(Kind::Conflict, why.to_string())
            .code(code)
            .hint("it was left as it is; move it away to have it replaced")
    }
}

/// Whether a folder may be swapped or moved to the trash; nothing at all may.
///
/// # Errors
/// Why not.
pub(crate) fn check_swappable(path: &Path) -> Result<(), Unswappable> {
    let Ok(meta) = fs::symlink_metadata(path) else { return Ok(()) };
    if meta.is_symlink() || tree::link_goal(path).is_some() {
        return Err(Unswappable::Linked(path.to_path_buf()));
    }
    if !meta.is_dir() {
        return Err(Unswappable::NotFolder(path.to_path_buf()));
    }
    if tree::occupied(&path.join(".git")) {
        return Err(Unswappable::HoldsGit(path.to_path_buf()));
    }
    Ok(())
}

/// Puts a staged folder at its place and what lay there into the trash. The caller holds the scope's lock.
///
/// `options` are those with which the expected digest was made, so that the same files count.
///
/// # Errors
/// [`Unswappable`] (exit 8), or an io error that names the folder; what lay there is then still there.
pub(crate) fn place(
    slug: &Slug,
    staged: &Path,
    target: &Path,
    expected: &Expected,
    options: &PackOptions,
    trash: &mut TrashRun,
) -> Result<Placed> {
    check_swappable(target)?;
    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|e| protected(parent, e))?;
    let after = digest_dir(staged, &PackOptions::default()).ok().map(|digest| digest.sha);
    match (tree::occupied(target), expected) {
        (false, Expected::Absent | Expected::Anything) => add(slug, staged, target, after.as_ref(), options, trash),
        (false, Expected::Tree(_)) => Ok(Placed::Changed { found: None }),
        (true, Expected::Absent) => Ok(Placed::Changed { found: digest(target, options) }),
        (true, Expected::Tree(_) | Expected::Anything) => {
            replace(slug, staged, target, expected, after.as_ref(), options, trash)
        }
    }
}

fn add(
    slug: &Slug,
    staged: &Path,
    target: &Path,
    after: Option<&ContentSha>,
    options: &PackOptions,
    trash: &mut TrashRun,
) -> Result<Placed> {
    let intent = trash.will_add(slug, target, after)?;
    let put = match tree::rename_new(staged, target) {
        Err(e) if e.kind() == io::ErrorKind::CrossesDevices => put_across(staged, target),
        other => other
            .map_err(|e| if e.kind() == io::ErrorKind::AlreadyExists { None } else { Some(e) })
            .map_err(|e| e.map(|e| protected(target.parent().unwrap_or(target), e))),
    };
    match put {
        Ok(()) => {
            trash.done(intent)?;
            Ok(Placed::Added)
        }
        Err(failed) => {
            trash.void(intent)?;
            // Without an error somebody was faster: that is the plan's affair.
            failed.map_or_else(|| Ok(Placed::Changed { found: digest(target, options) }), Err)
        }
    }
}

/// Copies to a workshop on the target's file system and renames from there; `None` when the place was taken.
fn put_across(staged: &Path, target: &Path) -> Result<(), Option<Error>> {
    let room = workshop_beside(target.parent().unwrap_or(target))?;
    let beside =
        tempfile::Builder::new().prefix("moving-").tempdir_in(&room).map_err(|e| Error::io("write in", &room, e))?;
    let copy = beside.path().join("tree");
    tree::copy_tree(staged, &copy)?;
    tree::rename_new(&copy, target).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => None,
        _ => Some(protected(target.parent().unwrap_or(target), e)),
    })?;
    tree::remove(staged)?;
    Ok(())
}

fn replace(
    slug: &Slug,
    staged: &Path,
    target: &Path,
    expected: &Expected,
    after: Option<&ContentSha>,
    options: &PackOptions,
    trash: &mut TrashRun,
) -> Result<Placed> {
    // Looked at before as well as after: a change that is already visible costs no exchange.
    let before = digest(target, options);
    if let Expected::Tree(sha) = expected
        && before.as_ref() != Some(sha)
    {
        return Ok(Placed::Changed { found: before });
    }
    let (intent, slot) = trash.will_replace(slug, target, before.as_ref(), after)?;
    let aside = aside_of(&slot);
    // The new folder waits in the slot, so that the exchange itself is what puts the old one into the trash.
    if let Err(error) = tree::relocate(staged, &slot) {
        trash.void(intent)?;
        return Err(error);
    }
    let exchanged = tree::exchange(&slot, target, &aside);
    if let Err(e) = exchanged {
        tree::relocate(&slot, staged)?;
        trash.void(intent)?;
        return Err(protected(target, e));
    }
    let displaced = digest_dir(&slot, options);
    if let Expected::Tree(sha) = expected
        && displaced.as_ref().ok().map(|digest| &digest.sha) != Some(sha)
    {
        tree::exchange(&slot, target, &aside).map_err(|e| protected(target, e))?;
        tree::relocate(&slot, staged)?;
        trash.void(intent)?;
        return Ok(Placed::Changed { found: displaced.ok().map(|digest| digest.sha) });
    }
    let left_out = displaced.map(|digest| digest.left_out.into_iter().map(|left| left.path).collect());
    let (kept, stranded) = carry(&slot, target, left_out.unwrap_or_default());
    trash.done(intent)?;
    Ok(Placed::Replaced { kept, stranded })
}

/// Where an exchange that is made of renames parks the old folder.
pub(crate) fn aside_of(slot: &Path) -> PathBuf {
    let mut name = slot.file_name().unwrap_or_default().to_os_string();
    name.push(".aside");
    slot.with_file_name(name)
}

/// Moves what the digest leaves out from one folder into another; what stands in its way there is only something that
/// came with a download and counts for nothing. Gives what was moved and what could not be.
fn carry(from: &Path, to: &Path, left_out: Vec<String>) -> (Vec<String>, Vec<String>) {
    left_out.into_iter().partition(|path| carry_one(&from.join(path), &to.join(path)).is_ok())
}

fn carry_one(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|e| Error::io("make the folder", parent, e))?;
    }
    if let Ok(meta) = fs::symlink_metadata(to) {
        if meta.is_dir() {
            tree::remove(to)?;
        } else {
            fs::remove_file(to).map_err(|e| Error::io("delete", to, e))?;
        }
    }
    fs::rename(from, to).map_err(|e| Error::io("move", from, e))
}

fn digest(path: &Path, options: &PackOptions) -> Option<ContentSha> {
    digest_dir(path, options).ok().map(|digest| digest.sha)
}

fn protected(path: &Path, e: io::Error) -> Error {
    let denied = matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
    let error = Error::io("change", path, e);
    if denied {
        error.code("read_only").hint(format!("make `{}` writable and try again; nothing was changed", path.display()))
    } else {
        error
    }
}
