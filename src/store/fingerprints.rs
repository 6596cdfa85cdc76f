//! The memory of what folders hashed to, so that a look where nothing changed reads no content.
//!
//! One compact file for all skills in the state folder; safe to delete, and one that cannot be read counts as empty. A file
//! that was touched within 2 s of the time its fingerprint was taken is not trusted: it could change again within the
//! clock's grain without a trace.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_skill::FileStat;
use skillzdrive_skill::LeftOut;
use skillzdrive_skill::LeftOutReason;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::TreeDigest;
use skillzdrive_skill::digest_dir;
use skillzdrive_skill::stat_dir;
use skillzdrive_wire::ContentSha;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;
use crate::store::paths::Paths;

/// A change of the format is a new number, and the old file is then forgotten.
const FORMAT: u32 = 1;
/// Younger than this when taken, in nanoseconds: hashed again.
const GRAIN: i64 = 2_000_000_000;

/// What a folder is, from memory or from reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digest {
    /// The sha of its canonical zip.
    pub(crate) sha: ContentSha,
    /// Bytes of that zip.
    pub(crate) size: u64,
    /// What is not part of it.
    pub(crate) left_out: Vec<LeftOut>,
    /// Whether content was read for it.
    pub(crate) hashed: bool,
}

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    file: PathBuf,
    entries: BTreeMap<String, Entry>,
    fresh: BTreeMap<String, Entry>,
}

/// A file's stat in the order path, size, mtime, ctime, inode, device.
type Stat = (String, u64, i64, i64, u64, u64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// Whether `.skillignore` counted.
    own: bool,
    /// When it was taken, in nanoseconds since 1970, before the first file was looked at.
    taken: i64,
    sha: ContentSha,
    size: u64,
    files: Vec<Stat>,
    /// What was left out when it was taken, with the code of the reason.
    without: Vec<(String, u8)>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    entries: BTreeMap<String, Entry>,
}

/// A digest that is worth remembering, made apart from the memory so that threads need not share it.
#[derive(Debug)]
pub(crate) struct Taken {
    key: String,
    entry: Entry,
}

impl Fingerprints {
    /// Reads the memory. What cannot be read is forgotten.
    pub(crate) fn read(paths: &Paths) -> Self {
        let file = paths.state.join("fingerprints.json");
        let entries = load(&file);
        Self { file, entries, fresh: BTreeMap::new() }
    }

    /// The digest of a real folder: from memory when every file looks as it did, else from reading it.
    ///
    /// # Errors
    /// As [`digest_dir`].
    pub(crate) fn digest(&self, folder: &Path, own: bool) -> Result<(Digest, Option<Taken>), SkillError> {
        self.digest_at(folder, own, now())
    }

    fn digest_at(&self, folder: &Path, own: bool, now: i64) -> Result<(Digest, Option<Taken>), SkillError> {
        let options = if own { PackOptions::own() } else { PackOptions::installed() };
        // A path that is not Unicode is not remembered, only hashed each time.
        let key = folder.to_str().map(str::to_owned);
        if let Some(entry) = key.as_ref().and_then(|key| self.entries.get(key))
            && entry.own == own
            && entry.settled()
        {
            let stats: Vec<Stat> = stat_dir(folder, &options)?.into_iter().map(stat).collect();
            if stats == entry.files {
                let digest =
                    Digest { sha: entry.sha.clone(), size: entry.size, left_out: entry.left_out(), hashed: false };
                return Ok((digest, None));
            }
        }
        let TreeDigest { sha, zip_size, files, left_out } = digest_dir(folder, &options)?;
        let files = files.into_iter().map(stat).collect();
        let taken = key.map(|key| {
            let without = left_out.iter().map(|left| (left.path.clone(), code(left.reason))).collect();
            let entry = Entry { own, taken: now, sha: sha.clone(), size: zip_size, files, without };
            Taken { key, entry }
        });
        Ok((Digest { sha, size: zip_size, left_out, hashed: true }, taken))
    }

    /// Remembers what a digest was taken from.
    pub(crate) fn remember(&mut self, taken: Taken) {
        self.entries.insert(taken.key.clone(), taken.entry.clone());
        self.fresh.insert(taken.key, taken.entry);
    }

    /// Writes what is new, together with what other processes wrote meanwhile; folders that are gone are forgotten.
    /// Nothing new: nothing is written.
    ///
    /// # Errors
    /// When the state folder cannot be written. The memory is only a help: a caller may go on.
    pub(crate) fn save(&mut self) -> Result<()> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        if let Some(folder) = self.file.parent() {
            atomic::make_folder(folder, Privacy::Private)?;
        }
        let _lock = ScopeLock::acquire_file(&self.file.with_extension("lock"), |_| ())?;
        let mut entries = load(&self.file);
        entries.append(&mut self.fresh);
        entries.retain(|folder, _| Path::new(folder).is_dir());
        let bytes = serde_json::to_vec(&Document { format: FORMAT, entries })
            .map_err(|e| Error::internal("the fingerprints cannot be written as JSON").source(e))?;
        atomic::write(&self.file, &bytes, Privacy::Private)
    }
}

impl Entry {
    fn left_out(&self) -> Vec<LeftOut> {
        self.without.iter().map(|(path, code)| LeftOut { path: path.clone(), reason: reason(*code) }).collect()
    }

    /// Whether no file was touched so shortly before the look that a later change could look the same.
    fn settled(&self) -> bool {
        self.files.iter().all(|(_, _, mtime, ctime, ..)| {
            let touched = (*mtime).max(*ctime);
            touched < self.taken.saturating_sub(GRAIN)
        })
    }
}

fn code(reason: LeftOutReason) -> u8 {
    match reason {
        LeftOutReason::Ignored => 0,
        LeftOutReason::SkillIgnore => 1,
        LeftOutReason::Secret => 2,
    }
}

fn reason(code: u8) -> LeftOutReason {
    match code {
        0 => LeftOutReason::Ignored,
        1 => LeftOutReason::SkillIgnore,
        _ => LeftOutReason::Secret,
    }
}

fn stat(file: FileStat) -> Stat {
    (file.path, file.size, file.mtime_ns, file.ctime_ns, file.inode, file.dev)
}

fn load(file: &Path) -> BTreeMap<String, Entry> {
    let document: Option<Document> = fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    document.filter(|document| document.format == FORMAT).map(|document| document.entries).unwrap_or_default()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
impl Fingerprints {
    /// Makes everything remembered as old as if its files had lain still for long.
    pub(crate) fn age(&mut self) {
        for entry in self.entries.values_mut() {
            entry.taken = entry.taken.saturating_add(10 * GRAIN);
        }
        self.fresh = self.entries.clone();
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    #[test]
    fn what_was_touched_within_the_clocks_grain_is_not_trusted() {
        let stat = |mtime: i64, ctime: i64| ("SKILL.md".to_owned(), 1, mtime, ctime, 1, 1);
        let entry = |file: Stat| Entry {
            own: false,
            taken: 10 * GRAIN,
            sha: ContentSha::new(&"a".repeat(64)).unwrap(),
            size: 1,
            files: vec![stat(0, 0), file],
            without: Vec::new(),
        };
        assert!(entry(stat(9 * GRAIN - 1, 0)).settled());
        assert!(!entry(stat(9 * GRAIN, 0)).settled());
        assert!(!entry(stat(0, 9 * GRAIN)).settled());
        assert!(!entry(stat(0, 11 * GRAIN)).settled());
    }

    #[test]
    fn own_and_installed_are_remembered_apart_and_two_memories_are_joined() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let paths = Paths::below(home.path(), home.path());
        for name in ["a", "b"] {
            fs::create_dir(at(name)).unwrap();
            fs::write(at(name).join("SKILL.md"), "---\nname: a\ndescription: d\n---\n").unwrap();
            fs::write(at(name).join(".env"), "secret").unwrap();
        }
        let remember = |name: &str| {
            let mut memory = Fingerprints::read(&paths);
            let (_, taken) = memory.digest(&at(name), false).unwrap();
            memory.remember(taken.unwrap());
            memory.age();
            memory
        };
        let (mut one, mut two) = (remember("a"), remember("b"));
        one.save().unwrap();
        two.save().unwrap();
        let memory = Fingerprints::read(&paths);
        for name in ["a", "b"] {
            let (digest, _) = memory.digest(&at(name), false).unwrap();
            assert!(!digest.hashed);
            assert_eq!(digest.left_out, [LeftOut { path: ".env".to_owned(), reason: LeftOutReason::Secret }]);
            assert!(memory.digest(&at(name), true).unwrap().0.hashed);
        }
    }
}
