//! The fingerprint of a file: what the file system says about it without reading it.

use std::fs::Metadata;

/// What the file system said about one file. Two equal lists of these mean that nothing changed since the first was
/// taken, as far as the file system tells; a caller hashes again what was touched within its clock's grain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileStat {
    /// The path inside the skill: NFC, `/`-separated.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Last change of the content, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Last change of content or attributes on Unix, creation elsewhere, in nanoseconds since 1970; 0 if unknown.
    pub ctime_ns: i64,
    /// The number of the file on its device; 0 where there is none.
    pub inode: u64,
    /// The device; 0 where there is none.
    pub dev: u64,
}

impl FileStat {
    #[cfg(unix)]
    pub(crate) fn new(path: String, meta: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanos = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            path,
            size: meta.size(),
            mtime_ns: nanos(meta.mtime(), meta.mtime_nsec()),
            ctime_ns: nanos(meta.ctime(), meta.ctime_nsec()),
            inode: meta.ino(),
            dev: meta.dev(),
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn new(path: String, meta: &Metadata) -> Self {
        let nanos = |time: std::io::Result<std::time::SystemTime>| {
            time.ok()
                .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
                .and_then(|since| i64::try_from(since.as_nanos()).ok())
                .unwrap_or(0)
        };
        Self {
            path,
            size: meta.len(),
            mtime_ns: nanos(meta.modified()),
            ctime_ns: nanos(meta.created()),
            inode: 0,
            dev: 0,
        }
    }
}
