//! The stamp of a folder: all that the file system says about what lies in it, in one digest, without opening a file.
//!
//! Two equal stamps mean that nothing changed, as far as the file system tells: names, sizes, times, inodes. It is taken at
//! every look at a machine with many skills, so it asks the system for nothing twice and names everything by its last
//! part, from the folder that holds it. What is a skill and what is good in it is told by [`crate::digest_dir`] alone.

#[cfg(any(test, not(target_os = "linux")))]
use std::fs;
use std::path::Path;

use sha2::Digest as _;
use sha2::Sha256;

use crate::leave_out::name_reason;
use crate::limits::Limits;
use crate::stat::FileStat;

/// What the file system says about a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The digest of the names and the fingerprints of everything that counts.
    pub digest: [u8; 32],
    /// When the last of its files was touched, in nanoseconds since 1970.
    pub newest: i64,
}

/// Takes a folder's stamp. What is never part of a skill counts with its name alone. `None` when the folder holds what a
/// stamp does not speak for: a link to a folder or to nothing, a pipe, a name that is no text, too much; or when it cannot
/// be read. A caller then reads the skill itself.
#[must_use]
pub fn stamp_dir(dir: &Path) -> Option<Stamp> {
    let mut taker = Taker { hasher: Sha256::new(), newest: i64::MIN, left: 2 * Limits::default().entries };
    let depth = Limits::default().depth;
    taker.folder(&system::Folder::open(dir).ok()?, depth)?;
    Some(Stamp { digest: taker.hasher.finalize().into(), newest: taker.newest })
}

struct Taker {
    hasher: Sha256,
    newest: i64,
    /// How many entries may still come.
    left: usize,
}

impl Taker {
    fn folder(&mut self, folder: &system::Folder, depth: usize) -> Option<()> {
        let mut entries = folder.entries()?;
        self.left = self.left.checked_sub(entries.len())?;
        entries.sort_unstable();
        for (name, kind) in &entries {
            // A folder's entries end with its end, so that no two trees give the same bytes.
            let kind = if name_reason(name, *kind == Kind::Folder).is_some() { Kind::LeftOut } else { *kind };
            self.hasher.update([kind as u8]);
            self.hasher.update((name.len() as u64).to_le_bytes());
            self.hasher.update(name.as_bytes());
            match kind {
                Kind::LeftOut => {}
                Kind::File => self.file(&folder.stat(name)?),
                Kind::Link => {
                    let goal = folder.goal(name)?;
                    self.hasher.update((goal.len() as u64).to_le_bytes());
                    self.hasher.update(goal.as_bytes());
                    // Where it leads to a file, that counts, wherever it lies.
                    self.file(&folder.stat(name)?);
                }
                Kind::Folder => self.folder(&folder.below(name)?, depth.checked_sub(1)?)?,
            }
        }
        self.hasher.update([Kind::END]);
        Some(())
    }

    fn file(&mut self, stat: &FileStat) {
        self.newest = self.newest.max(stat.mtime_ns).max(stat.ctime_ns);
        for number in [stat.size, stat.inode, stat.dev] {
            self.hasher.update(number.to_le_bytes());
        }
        self.hasher.update(stat.mtime_ns.to_le_bytes());
        self.hasher.update(stat.ctime_ns.to_le_bytes());
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    LeftOut = 1,
    File = 2,
    Link = 3,
    Folder = 4,
}

impl Kind {
    const END: u8 = 5;
}

/// Linux: one open folder at a time, asked for its entries in one call, its files by their names alone.
#[cfg(target_os = "linux")]
mod system {
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::AtFlags;
    use rustix::fs::FileType;
    use rustix::fs::Mode;
    use rustix::fs::OFlags;
    use rustix::fs::RawDir;

    use super::FileStat;
    use super::Kind;

    pub(super) struct Folder(OwnedFd);

    const OPEN: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    impl Folder {
        pub(super) fn open(path: &Path) -> rustix::io::Result<Self> {
            rustix::fs::open(path, OPEN, Mode::empty()).map(Self)
        }

        pub(super) fn below(&self, name: &str) -> Option<Self> {
            // What was a folder a moment ago is not followed if it is a link now.
            rustix::fs::openat(&self.0, name, OPEN | OFlags::NOFOLLOW, Mode::empty()).ok().map(Self)
        }

        pub(super) fn entries(&self) -> Option<Vec<(String, Kind)>> {
            let mut buffer = [const { MaybeUninit::uninit() }; 8 << 10];
            let mut raw = RawDir::new(&self.0, &mut buffer);
            let mut entries = Vec::new();
            while let Some(entry) = raw.next() {
                let entry = entry.ok()?;
                let name = entry.file_name().to_str().ok()?;
                if name == "." || name == ".." {
                    continue;
                }
                let told = match entry.file_type() {
                    FileType::Unknown => self.kind(name)?,
                    told => told,
                };
                entries.push((name.to_owned(), kind(told)?));
            }
            Some(entries)
        }

        /// For file systems that do not tell it with the name.
        fn kind(&self, name: &str) -> Option<FileType> {
            let stat = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            Some(FileType::from_raw_mode(stat.st_mode))
        }

        /// A file, through links.
        pub(super) fn stat(&self, name: &str) -> Option<FileStat> {
            let stat = rustix::fs::statat(&self.0, name, AtFlags::empty()).ok()?;
            let nanos = |seconds: i64, rest: u64| {
                seconds.saturating_mul(1_000_000_000).saturating_add(i64::try_from(rest).unwrap_or(0))
            };
            (FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile).then(|| FileStat {
                path: String::new(),
                size: u64::try_from(stat.st_size).unwrap_or(0),
                mtime_ns: nanos(stat.st_mtime, stat.st_mtime_nsec),
                ctime_ns: nanos(stat.st_ctime, stat.st_ctime_nsec),
                inode: stat.st_ino,
                dev: stat.st_dev,
            })
        }

        pub(super) fn goal(&self, name: &str) -> Option<String> {
            rustix::fs::readlinkat(&self.0, name, Vec::new()).ok()?.into_string().ok()
        }
    }

    fn kind(told: FileType) -> Option<Kind> {
        match told {
            FileType::RegularFile => Some(Kind::File),
            FileType::Directory => Some(Kind::Folder),
            FileType::Symlink => Some(Kind::Link),
            _ => None,
        }
    }
}

/// Elsewhere: the same by the standard library.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::path::Path;
    use std::path::PathBuf;

    use super::FileStat;
    use super::Kind;
    use super::fs;

    pub(super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            Ok(Self(path.to_path_buf()))
        }

        pub(super) fn below(&self, name: &str) -> Option<Self> {
            Some(Self(self.0.join(name)))
        }

        pub(super) fn entries(&self) -> Option<Vec<(String, Kind)>> {
            let mut entries = Vec::new();
            for entry in fs::read_dir(&self.0).ok()? {
                let entry = entry.ok()?;
                let told = entry.file_type().ok()?;
                let kind = match (told.is_symlink(), told.is_dir(), told.is_file()) {
                    (true, ..) => Kind::Link,
                    (_, true, _) => Kind::Folder,
                    (_, _, true) => Kind::File,
                    _ => return None,
                };
                entries.push((entry.file_name().into_string().ok()?, kind));
            }
            Some(entries)
        }

        pub(super) fn stat(&self, name: &str) -> Option<FileStat> {
            let meta = fs::metadata(self.0.join(name)).ok()?;
            meta.is_file().then(|| FileStat::new(String::new(), &meta))
        }

        pub(super) fn goal(&self, name: &str) -> Option<String> {
            fs::read_link(self.0.join(name)).ok()?.to_str().map(str::to_owned)
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn digest(dir: &Path) -> Option<[u8; 32]> {
        stamp_dir(dir).map(|stamp| stamp.digest)
    }

    /// Changes something and says whether the stamp tells.
    fn tells(dir: &Path, change: impl FnOnce(&Path)) -> bool {
        let before = digest(dir).unwrap();
        assert_eq!(digest(dir), Some(before), "the same folder has the same stamp");
        change(dir);
        digest(dir) != Some(before)
    }

    fn skill() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        for file in ["SKILL.md", "a/one", "a/b/two", ".env"] {
            fs::write(dir.path().join(file), file).unwrap();
        }
        dir
    }

    #[test]
    fn every_change_of_what_counts_is_told() {
        let changes: [fn(&Path); 9] = [
            |dir| fs::write(dir.join("a/one"), "longer than before").unwrap(),
            |dir| fs::write(dir.join("a/b/new"), "").unwrap(),
            |dir| fs::create_dir(dir.join("a/empty")).unwrap(),
            |dir| fs::remove_file(dir.join("a/b/two")).unwrap(),
            |dir| fs::rename(dir.join("a/one"), dir.join("a/won")).unwrap(),
            |dir| fs::rename(dir.join("a/b/two"), dir.join("a/two")).unwrap(),
            |dir| fs::create_dir(dir.join(".git")).unwrap(),
            |dir| symlink("one", dir.join("a/link")).unwrap(),
            // Another file of the same size and times in its place: the inode tells.
            |dir| {
                let (old, new) = (dir.join("a/one"), dir.join("a/.new"));
                fs::write(&new, "A/ONE").unwrap();
                let meta = fs::metadata(&old).unwrap();
                fs::File::options().write(true).open(&new).unwrap().set_modified(meta.modified().unwrap()).unwrap();
                fs::rename(new, old).unwrap();
            },
        ];
        for (number, change) in changes.into_iter().enumerate() {
            assert!(tells(skill().path(), change), "change {number}");
        }
        assert!(!tells(skill().path(), |dir| fs::write(dir.join(".env"), "other content").unwrap()));
    }

    #[test]
    fn a_link_counts_with_what_it_leads_to() {
        let dir = skill();
        symlink("b/two", dir.path().join("a/link")).unwrap();
        assert!(tells(dir.path(), |dir| {
            fs::remove_file(dir.join("a/link")).unwrap();
            symlink("./b/two", dir.join("a/link")).unwrap();
        }));
        assert!(tells(dir.path(), |dir| fs::write(dir.join("a/b/two"), "changed").unwrap()));
    }

    #[test]
    fn what_a_stamp_does_not_speak_for_has_none() {
        for goal in ["a", "nothing", "loop"] {
            let dir = skill();
            symlink(goal, dir.path().join("loop")).unwrap();
            assert_eq!(stamp_dir(dir.path()), None, "{goal}");
        }
        assert_eq!(stamp_dir(&skill().path().join("none")), None);
        assert_eq!(stamp_dir(&skill().path().join("SKILL.md")), None);
    }

    #[test]
    fn the_newest_file_is_told_and_none_of_what_is_left_out() {
        let dir = skill();
        let stamp = stamp_dir(dir.path()).unwrap();
        let touched = fs::metadata(dir.path().join("a/b/two")).unwrap().modified().unwrap();
        let since = touched.duration_since(std::time::UNIX_EPOCH).unwrap();
        assert!(u128::from(stamp.newest.unsigned_abs()) >= since.as_nanos());
    }
}
