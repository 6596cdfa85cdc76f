//! Whole files or none: write beside, flush, rename.

use std::fs;
use std::io::Write as _;
use std::path::Path;

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
    let folder = target.parent().unwrap_or(Path::new("."));
    make_folder(folder, privacy)?;
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
    let mut file = builder.tempfile_in(folder).map_err(|e| Error::io("write in", folder, e))?;
    file.write_all(bytes).map_err(|e| Error::io("write", &target, e))?;
    file.as_file().sync_data().map_err(|e| Error::io("flush", &target, e))?;
    file.persist(&target).map_err(|e| Error::io("replace", &target, e.error))?;
    Ok(())
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
    fn what_is_not_there_is_none() {
        assert!(read_text(Path::new("no/such/file")).unwrap().is_none());
    }
}
