//! Small secret files in the data folder, readable by their owner alone.
//!
//! A file is made whole or not at all, and of two processes that make the same one the first wins.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::DriveError;

/// Makes a folder and its parents, for its owner alone.
pub(crate) fn folder(path: &Path) -> Result<(), DriveError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(DriveError::io(path))
}

/// Makes an empty file for its owner alone, where there is none.
pub(crate) fn touch(path: &Path) -> Result<(), DriveError> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(DriveError::io(path))?;
    Ok(())
}

/// Makes a file for its owner alone, to be written; there must be none.
pub(crate) fn create(path: &Path) -> Result<fs::File, DriveError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(DriveError::io(path))
}

/// Reads a secret file; makes it first, with what `fresh` gives, where it is not there.
pub(crate) fn read_or_make(
    path: &Path,
    fresh: impl FnOnce() -> Result<Vec<u8>, DriveError>,
) -> Result<Vec<u8>, DriveError> {
    match fs::read(path) {
        Ok(bytes) => return Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(DriveError::io(path)(error)),
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    // A temporary file is made with mode 0600, and only a file that is not there yet is made by `persist_noclobber`.
    let mut file = NamedTempFile::new_in(folder).map_err(DriveError::io(folder))?;
    file.write_all(&fresh()?).map_err(DriveError::io(path))?;
    file.as_file().sync_all().map_err(DriveError::io(path))?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(lost) if lost.error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(lost) => return Err(DriveError::io(path)(lost.error)),
    }
    fs::read(path).map_err(DriveError::io(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_writer_wins_and_nobody_else_reads() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a").join("secret");
        folder(path.parent().unwrap()).unwrap();
        assert_eq!(read_or_make(&path, || Ok(b"one".to_vec())).unwrap(), b"one");
        assert_eq!(read_or_make(&path, || Ok(b"two".to_vec())).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
