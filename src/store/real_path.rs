//! Paths without links, so that two ways to one folder are seen to be one.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The real path of something that need not exist: the nearest parent that does is resolved, the rest is put on.
pub(crate) fn real_path(path: &Path) -> PathBuf {
    let mut rest: Vec<&OsStr> = Vec::new();
    let mut at = path;
    loop {
        if let Ok(found) = fs::canonicalize(at) {
            return rest.iter().rev().fold(found, |path, part| path.join(part));
        }
        match (at.parent(), at.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name);
                at = parent;
            }
            _ => return path.to_path_buf(),
        }
    }
}

/// The real paths of many things that lie in a few folders, each of which is resolved once. It is for one look: what it knows
/// of a folder it does not look at again.
#[derive(Debug, Default)]
pub(crate) struct RealPaths {
    folders: HashMap<PathBuf, PathBuf>,
}

impl RealPaths {
    /// The same as [`real_path`].
    pub(crate) fn of(&mut self, path: &Path) -> PathBuf {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return real_path(path) };
        if !fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir()) {
            return real_path(path);
        }
        if let Some(folder) = self.folders.get(folder) {
            return folder.join(name);
        }
        let real = real_path(folder);
        let found = real.join(name);
        self.folders.insert(folder.to_path_buf(), real);
        found
    }
}

/// Whether two paths name one entry, itself perhaps a link: their folders may be reached by different ways.
pub(crate) fn same_entry(a: &Path, b: &Path) -> bool {
    let folder = |path: &Path| path.parent().and_then(|folder| folder.canonicalize().ok());
    a.file_name() == b.file_name() && folder(a) == folder(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_resolved_and_what_is_missing_stays() {
        let home = tempfile::tempdir().unwrap();
        let home = fs::canonicalize(home.path()).unwrap();
        fs::create_dir(home.join("real")).unwrap();
        std::os::unix::fs::symlink("real", home.join("link")).unwrap();
        assert_eq!(real_path(&home.join("link/not/yet")), home.join("real/not/yet"));
        fs::create_dir_all(home.join("real/a")).unwrap();
        fs::create_dir_all(home.join("real/b")).unwrap();
        std::os::unix::fs::symlink("a", home.join("real/c")).unwrap();
        let mut many = RealPaths::default();
        for path in ["real/a", "link/a", "link/b", "real/c", "link/c", "link", "link/none", "link/a/..", "."] {
            assert_eq!(many.of(&home.join(path)), real_path(&home.join(path)), "{path}");
        }
        assert_eq!(real_path(Path::new("/no-such-root/x")), Path::new("/no-such-root/x"));
    }
}
