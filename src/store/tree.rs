//! Whole folders moved, exchanged and copied, without ever leaving half of one under its final name.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Error;
use crate::error::Result;

/// Whether anything, a dead link too, lies at a path.
pub(crate) fn occupied(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Renames only if nothing lies at the new name (`AlreadyExists` otherwise).
///
/// # Errors
/// As rename; `CrossesDevices` between file systems.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::CWD;
        use rustix::fs::RenameFlags;
        match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Some file systems (NFS, some FUSE) have no such rename.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {}
            other => return other.map_err(io::Error::from),
        }
    }
    if occupied(to) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Exchanges two folders of one file system in a single step, so that both names always hold a whole folder. Where
/// the system has no such step it is three renames over `aside`, which must be free; a failure is rolled back, and
/// what a kill leaves at `aside` is the folder that lay at `b`.
///
/// # Errors
/// As rename; both are then where they were.
pub(crate) fn exchange(a: &Path, b: &Path, aside: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::CWD;
        use rustix::fs::RenameFlags;
        match rustix::fs::renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {}
            other => return other.map_err(io::Error::from),
        }
    }
    exchange_by_renames(a, b, aside)
}

pub(crate) fn exchange_by_renames(a: &Path, b: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(b, aside)?;
    if let Err(error) = rename_new(a, b) {
        fs::rename(aside, b)?;
        return Err(error);
    }
    fs::rename(aside, a)
}

/// Moves a folder to a free name, across file systems too: then it is copied beside the new name first and renamed,
/// so that the new name never holds half of it.
///
/// # Errors
/// With the path of the step that failed; the folder is then where it was.
pub(crate) fn relocate(from: &Path, to: &Path) -> Result<()> {
    match rename_new(from, to) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
            let parent = to.parent().unwrap_or(Path::new("."));
            let beside = tempfile::Builder::new()
                .prefix(".moving-")
                .tempdir_in(parent)
                .map_err(|e| Error::io("make a folder in", parent, e))?;
            let copy = beside.path().join("tree");
            copy_tree(from, &copy)?;
            rename_new(&copy, to).map_err(|e| Error::io("move a copy to", to, e))?;
            remove(from)
        }
        Err(e) => Err(Error::io("move", from, e).context(format_args!("to `{}`", to.display()))),
    }
}

/// Copies a folder: files with their permissions, links as links. What is neither (a pipe, a socket) is refused.
///
/// # Errors
/// With the path that could not be copied.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to).map_err(|e| Error::io("make the folder", to, e))?;
    for entry in fs::read_dir(from).map_err(|e| Error::io("list", from, e))? {
        let entry = entry.map_err(|e| Error::io("list", from, e))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(|e| Error::io("look at", &source, e))?;
        if kind.is_dir() {
            copy_tree(&source, &target)?;
        } else if kind.is_file() {
            fs::copy(&source, &target).map_err(|e| Error::io("copy", &source, e))?;
        } else if kind.is_symlink() {
            let goal = fs::read_link(&source).map_err(|e| Error::io("read the link", &source, e))?;
            link(&goal, &target)?;
        } else {
            return Err(Error::io("copy", &source, io::Error::other("it is neither a file, a folder nor a link")));
        }
    }
    let mode = fs::metadata(from).map_err(|e| Error::io("look at", from, e))?.permissions();
    fs::set_permissions(to, mode).map_err(|e| Error::io("set the permissions of", to, e))
}

/// Makes a symbolic link (on Windows a junction for a folder).
///
/// # Errors
/// With the link's path.
pub(crate) fn link(goal: &Path, at: &Path) -> Result<()> {
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(goal, at);
    #[cfg(windows)]
    let made = std::os::windows::fs::symlink_dir(goal, at).or_else(|_| junction::create(goal, at));
    made.map_err(|e| Error::io("make the link", at, e))
}

/// Where a link leads, as it is written; `None` when there is no link.
pub(crate) fn link_goal(at: &Path) -> Option<PathBuf> {
    if let Ok(goal) = fs::read_link(at) {
        return Some(goal);
    }
    #[cfg(windows)]
    if junction::exists(at).unwrap_or(false) {
        return junction::get_target(at).ok();
    }
    None
}

/// Takes a link away, never what it leads to.
///
/// # Errors
/// With the link's path.
pub(crate) fn unlink(at: &Path) -> Result<()> {
    fs::remove_file(at)
        .or_else(|e| if cfg!(windows) { fs::remove_dir(at) } else { Err(e) })
        .map_err(|e| Error::io("remove the link", at, e))
}

/// Deletes a folder with all in it, read-only folders too; one that is not there is no error. Links are not followed.
///
/// # Errors
/// With the path.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
            unprotect(path);
            fs::remove_dir_all(path).map_err(|e| Error::io("delete", path, e))
        }
        Err(e) => Err(Error::io("delete", path, e)),
    }
}

/// Makes the folders of a tree writable again, which a read-only package may have made otherwise.
fn unprotect(path: &Path) {
    for folder in walkdir::WalkDir::new(path).into_iter().flatten().filter(|entry| entry.file_type().is_dir()) {
        if let Ok(meta) = folder.metadata() {
            let mut mode = meta.permissions();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                mode.set_mode(mode.mode() | 0o700);
            }
            #[cfg(not(unix))]
            mode.set_readonly(false);
            // What stays protected is named by the deletion that follows.
            let _ = fs::set_permissions(folder.path(), mode);
        }
    }
}

/// The bytes of all files under a path; what cannot be read counts nothing.
pub(crate) fn size(path: &Path) -> u64 {
    let files = walkdir::WalkDir::new(path).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.filter_map(|file| file.metadata().ok()).map(|meta| meta.len()).sum()
}

/// Whether two existing paths lie on one file system. Without a way to tell it is assumed.
pub(crate) fn same_device(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        match (fs::metadata(a), fs::metadata(b)) {
            (Ok(a), Ok(b)) => a.dev() == b.dev(),
            _ => true,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = (a, b);
        true
    }
}
