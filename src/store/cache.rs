//! The zip cache: artifacts by their digest, `zips/<aa>/<content_sha>.zip`. Safe to delete at any moment.
//!
//! Every byte is checked on the way in and on the way out. A cache that cannot be written is a slow day, not a failure.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::sha256;
use skillzdrive_wire::ContentSha;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;
use crate::store::tree;

/// The cache of one person.
#[derive(Debug, Clone)]
pub(crate) struct ZipCache {
    zips: PathBuf,
}

/// How much is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct CacheSize {
    /// How many artifacts.
    pub(crate) entries: usize,
    /// Their bytes.
    pub(crate) bytes: u64,
}

/// What a look at every entry found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Verified {
    /// Entries that are what their name says.
    pub(crate) good: usize,
    /// Entries that were not and were deleted.
    pub(crate) corrupt: Vec<PathBuf>,
    /// Corrupt entries that could not be deleted; they are never used, because every read checks.
    pub(crate) stuck: Vec<PathBuf>,
}

impl ZipCache {
    /// The cache in the program's cache folder; nothing is made yet.
    pub(crate) fn new(paths: &Paths) -> Self {
        Self { zips: paths.cache.join("zips") }
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.zips
    }

    /// The bytes with this digest; what is unreadable or corrupt is a miss, and a corrupt entry is deleted.
    pub(crate) fn get(&self, sha: &ContentSha) -> Option<Vec<u8>> {
        let path = self.entry(sha);
        let bytes = fs::read(&path).ok()?;
        if sha256(&bytes) == *sha {
            return Some(bytes);
        }
        let _ = fs::remove_file(&path);
        None
    }

    /// Keeps bytes under their digest. `false` when they have another digest, or the cache is full or read-only.
    pub(crate) fn put(&self, sha: &ContentSha, bytes: &[u8]) -> bool {
        sha256(bytes) == *sha && self.put_checked(sha, bytes)
    }

    /// The same for a caller that has just taken the digest of these bytes itself.
    pub(crate) fn put_checked(&self, sha: &ContentSha, bytes: &[u8]) -> bool {
        let path = self.entry(sha);
        // Not flushed: what a power cut leaves half is found at the next read, and fetched again.
        if atomic::write_lightly(&path, bytes, Privacy::Shared).is_err() {
            return false;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // Public bytes: whatever the umask says, they need be neither secret nor executable.
            let _ = fs::set_permissions(&path, fs::Permissions::from_mode(0o644));
        }
        true
    }

    /// How much is in it, by the names alone.
    pub(crate) fn info(&self) -> CacheSize {
        let mut size = CacheSize::default();
        for path in self.files() {
            size.entries += 1;
            size.bytes += fs::metadata(&path).map(|meta| meta.len()).unwrap_or_default();
        }
        size
    }

    /// Reads every entry: how many are what their name says, and how many are not. Nothing is deleted.
    pub(crate) fn count(&self) -> (usize, usize) {
        let (good, bad): (Vec<PathBuf>, Vec<PathBuf>) = self.files().into_iter().partition(|path| self.is_good(path));
        (good.len(), bad.len())
    }

    fn is_good(&self, path: &Path) -> bool {
        let name = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| ContentSha::new(stem).ok());
        name.is_some_and(|sha| *path == self.entry(&sha) && fs::read(path).is_ok_and(|bytes| sha256(&bytes) == sha))
    }

    /// Reads every entry, deletes what is not what its name says.
    pub(crate) fn verify(&self) -> Verified {
        let mut verified = Verified::default();
        for path in self.files() {
            if self.is_good(&path) {
                verified.good += 1;
            } else if fs::remove_file(&path).is_ok() {
                verified.corrupt.push(path);
            } else {
                verified.stuck.push(path);
            }
        }
        verified
    }

    /// Deletes all of it and says how much that was.
    ///
    /// # Errors
    /// When it cannot be deleted, naming it.
    pub(crate) fn clean(&self) -> Result<CacheSize> {
        let size = self.info();
        match fs::symlink_metadata(&self.zips) {
            Ok(meta) if meta.is_symlink() => {
                // A person may keep the cache elsewhere: what is in it goes, the link stays.
                for entry in fs::read_dir(&self.zips).map_err(|e| Error::io("list", &self.zips, e))? {
                    let entry = entry.map_err(|e| Error::io("list", &self.zips, e))?;
                    tree::remove(&entry.path())?;
                }
            }
            Ok(_) => tree::remove(&self.zips)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::io("look at", &self.zips, e)),
        }
        Ok(size)
    }

    fn entry(&self, sha: &ContentSha) -> PathBuf {
        self.zips.join(&sha.as_str()[..2]).join(format!("{sha}.zip"))
    }

    /// Every file in it, sorted.
    fn files(&self) -> Vec<PathBuf> {
        let walk = walkdir::WalkDir::new(&self.zips).follow_root_links(true).max_depth(2).sort_by_file_name();
        walk.into_iter().flatten().filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    fn cache(home: &Path) -> ZipCache {
        ZipCache { zips: home.join("zips") }
    }

    #[test]
    fn what_is_put_is_got_and_wrong_bytes_are_not_taken() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        let sha = sha256(b"bytes");
        assert_eq!(cache.get(&sha), None);
        assert!(!cache.put(&sha, b"other"));
        assert!(!cache.entry(&sha).is_file());
        assert!(cache.put(&sha, b"bytes"));
        assert!(cache.put(&sha, b"bytes"));
        assert!(cache.entry(&sha).is_file());
        assert_eq!(cache.get(&sha).unwrap(), b"bytes");
        assert_eq!(cache.info(), CacheSize { entries: 1, bytes: 5 });
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(cache.entry(&sha)).unwrap().permissions().mode() & 0o777, 0o644);
        }
    }

    #[test]
    fn a_corrupt_entry_is_a_miss_and_goes() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        let (good, bad) = (sha256(b"good"), sha256(b"bad"));
        cache.put(&good, b"good");
        cache.put(&bad, b"bad");
        fs::write(cache.entry(&bad), "changed").unwrap();
        assert_eq!(cache.get(&bad), None);
        assert!(!cache.entry(&bad).is_file());

        cache.put(&bad, b"bad");
        fs::write(cache.entry(&bad), "changed").unwrap();
        fs::write(home.path().join("zips/stray.txt"), "x").unwrap();
        assert_eq!(cache.count(), (1, 2));
        let verified = cache.verify();
        assert_eq!(verified.good, 1);
        assert_eq!(cache.count(), (1, 0));
        assert_eq!(verified.corrupt.len(), 2);
        assert!(verified.stuck.is_empty());
        assert_eq!(cache.clean().unwrap(), CacheSize { entries: 1, bytes: 4 });
        assert_eq!(cache.info(), CacheSize::default());
        assert_eq!(cache.clean().unwrap(), CacheSize::default());
    }

    #[test]
    fn a_cache_that_cannot_be_written_is_no_failure() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("zips"), "a file where the folder should be").unwrap();
        let cache = cache(home.path());
        assert!(!cache.put(&sha256(b"x"), b"x"));
        assert_eq!(cache.get(&sha256(b"x")), None);
        assert_eq!(cache.info().bytes, 33);
    }
}
