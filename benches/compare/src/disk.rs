//! Folders made, compared, copied and taken away, outside of what is measured.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

/// Writes a new file or a file anew.
///
/// # Errors
/// As the system says it.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)?.write_all(bytes)
}

/// Deletes a folder; one that is not there is no error.
///
/// # Errors
/// As the system says it.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Copies a folder with its links and modes.
///
/// # Errors
/// As the system says it.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&source, &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&source)?, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Every file below a folder, through links to folders on its first level, sorted by its path.
///
/// # Errors
/// As the system says it.
pub(crate) fn files(folder: &Path) -> io::Result<BTreeMap<PathBuf, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut open = vec![(PathBuf::new(), folder.to_path_buf())];
    while let Some((below, place)) = open.pop() {
        for entry in fs::read_dir(&place)? {
            let entry = entry?;
            let (below, place) = (below.join(entry.file_name()), entry.path());
            if fs::metadata(&place)?.is_dir() {
                open.push((below, place));
            } else {
                found.insert(below, place);
            }
        }
    }
    Ok(found)
}

/// Whether a folder holds every file of another with the same bytes, and how many it has besides.
///
/// # Errors
/// Names the first difference.
pub(crate) fn holds(all: &Path, of: &Path) -> Result<usize, Box<dyn std::error::Error>> {
    let there = files(all)?;
    let wanted = files(of)?;
    for (below, place) in &wanted {
        let Some(copy) = there.get(below) else {
            return Err(format!("`{}` has no `{}`", all.display(), below.display()).into());
        };
        if fs::read(copy)? != fs::read(place)? {
            return Err(format!("`{}` has other bytes than `{}`", copy.display(), place.display()).into());
        }
    }
    Ok(there.len() - wanted.len())
}

/// Asks the system to write out what waits, so that it is not written while something else is measured.
pub(crate) fn settle() {
    rustix::fs::sync();
}
