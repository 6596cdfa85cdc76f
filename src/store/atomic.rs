//! Whole files or none: write beside, flush, rename.

use std::fs;
use std::io::Seek as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use tempfile::NamedTempFile;

use crate::error::Error;
use crate::error::Result;

/// Who may read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// As the umask says.
    Shared,
    /// Only the owner: 0600, in a folder that is made 0700.
    Private,
}

/// Replaces a file's content in one step: a reader sees the old bytes or the new ones, a crash leaves one of the two.
/// Missing parent folders are made.
///
/// # Errors
/// With the path of the step that failed; the old file is then untouched.
pub(crate) fn write(path: &Path, bytes: &[u8], privacy: Privacy) -> Result<()> {
    // A link is written through, so that a file kept in a dotfiles repository stays a link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    make_folder(target.parent().unwrap_or(Path::new(".")), privacy)?;
    let mut draft = Draft::beside(target, privacy)?;
    draft.put(bytes)?;
    draft.keep(true)
}

/// The same for what can be had again and is checked whenever it is read: it is not flushed, so a power cut may leave any
/// bytes under its name. A link at the path is
/// replaced, not written through.
///
/// # Errors
/// As [`write()`].
pub(crate) fn write_lightly(path: &Path, bytes: &[u8], privacy: Privacy) -> Result<()> {
    make_folder(path.parent().unwrap_or(Path::new(".")), privacy)?;
    let mut draft = Draft::beside(path.to_path_buf(), privacy)?;
    draft.put(bytes)?;
    draft.move_in(true)
}

/// A file that is written beside its place, piece by piece, until it is whole. Dropped before, it is gone.
#[derive(Debug)]
pub(crate) struct Draft {
    file: NamedTempFile,
    target: PathBuf,
}

impl Draft {
    /// An empty one beside a place, whose folder is there.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub(crate) fn beside(target: PathBuf, privacy: Privacy) -> Result<Self> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".skillzdrive-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = match privacy {
                Privacy::Private => 0o600,
                Privacy::Shared => 0o666,
            };
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = privacy;
        let file = builder.tempfile_in(folder).map_err(|e| Error::io("write in", folder, e))?;
        Ok(Self { file, target })
    }

    /// Where it lies until it is kept.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|e| Error::io("write", &self.target, e))
    }

    /// Begins anew.
    ///
    /// # Errors
    /// When it cannot be emptied.
    pub(crate) fn restart(&mut self) -> Result<()> {
        let emptied = self.file.as_file().set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(|e| Error::io("write", &self.target, e))
    }

    /// Puts it in its place, in one step. Without `replace` a file that is there already stays.
    ///
    /// # Errors
    /// When it cannot be flushed or put there.
    pub(crate) fn keep(self, replace: bool) -> Result<()> {
        self.file.as_file().sync_data().map_err(|e| Error::io("flush", &self.target, e))?;
        self.move_in(replace)
    }

    fn move_in(self, replace: bool) -> Result<()> {
        let Self { file, target } = self;
        let kept = if replace { file.persist(&target) } else { file.persist_noclobber(&target) };
        kept.map_err(|e| Error::io("replace", &target, e.error))?;
        Ok(())
    }
}

/// Makes a folder and its parents; a private one with mode 0700 from the start.
///
/// # Errors
/// With the folder's path.
pub(crate) fn make_folder(folder: &Path, privacy: Privacy) -> Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if privacy == Privacy::Private {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    #[cfg(not(unix))]
    let _ = privacy;
    builder.create(folder).map_err(|e| Error::io("make the folder", folder, e))
}

/// Reads a text file; `None` when there is none.
///
/// # Errors
/// When it is there but cannot be read, or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io("read", path, e)),
    }
}

/// Reads a file whatever it holds; `None` when there is none.
///
/// # Errors
/// When it is there but cannot be read.
pub(crate) fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io("read", path, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b/file");
        write(&path, b"one", Privacy::Private).unwrap();
        write(&path, b"two", Privacy::Private).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().unwrap()), 0o700);
        }
    }

    #[test]
    fn a_draft_is_nothing_until_it_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        let mut draft = Draft::beside(path.clone(), Privacy::Shared).unwrap();
        draft.put(b"wrong").unwrap();
        draft.restart().unwrap();
        draft.put(b"ri").unwrap();
        draft.put(b"ght").unwrap();
        assert!(!path.exists());
        draft.keep(false).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"right");
        let mut second = Draft::beside(path.clone(), Privacy::Shared).unwrap();
        second.put(b"second").unwrap();
        assert!(second.keep(false).is_err(), "what came meanwhile stays");
        assert_eq!(fs::read(&path).unwrap(), b"right");
        drop(Draft::beside(path, Privacy::Shared).unwrap());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_there_is_none() {
        assert!(read_text(Path::new("no/such/file")).unwrap().is_none());
    }
}
