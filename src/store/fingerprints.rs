//! The memory of what folders hashed to, so that a look where nothing changed reads no content.
//!
//! One compact file for all skills in the state folder, read in one call: of each it holds the folder's stamp, not its
//! files, and what the inventory needs of the front matter. Safe to delete, and one that cannot be read counts as empty. A file
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
use skillzdrive_skill::FrontMatter;
use skillzdrive_skill::LeftOut;
use skillzdrive_skill::LeftOutReason;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::Stamp;
use skillzdrive_skill::TreeDigest;
use skillzdrive_skill::digest_dir;
use skillzdrive_skill::stamp_dir;
use skillzdrive_wire::ContentSha;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;
use crate::store::paths::Paths;

/// A change of the format is a new number, and the old file is then forgotten.
const FORMAT: u32 = 2;
/// Younger than this when taken, in nanoseconds: hashed again.
const GRAIN: i64 = 2_000_000_000;
/// The field of the front matter that tells of GitHub's own tool.
const REPO: &str = "github-repo";

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
    /// `None`: nothing is remembered, and nothing will be.
    file: Option<PathBuf>,
    entries: BTreeMap<String, Entry>,
    fresh: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// Whether `.skillignore` counted.
    own: bool,
    /// When it was taken, in nanoseconds since 1970, before the folder was looked at.
    taken: i64,
    /// The stamp's digest, written as one of content is.
    stamp: ContentSha,
    /// When the last of its files was touched.
    newest: i64,
    sha: ContentSha,
    size: u64,
    /// What was left out when it was taken, with the code of the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    without: Vec<(String, u8)>,
    /// What the inventory needs of the front matter; `None` where it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    front: Option<Front>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Front {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repo: Option<String>,
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

/// A folder as the file system shows it, with what is remembered of it if nothing changed since.
#[derive(Debug)]
pub(crate) struct Glance<'a> {
    folder: &'a Path,
    taken: i64,
    stamp: Option<Stamp>,
    known: Option<&'a Entry>,
}

impl Fingerprints {
    /// Reads the memory. What cannot be read is forgotten.
    pub(crate) fn read(paths: &Paths) -> Self {
        let file = paths.state.join("fingerprints.json");
        let entries = load(&file);
        Self { file: Some(file), entries, fresh: BTreeMap::new() }
    }

    /// Looks at a real folder without opening a file of it.
    pub(crate) fn glance<'a>(&'a self, folder: &'a Path) -> Glance<'a> {
        self.glance_at(folder, now())
    }

    fn glance_at<'a>(&'a self, folder: &'a Path, taken: i64) -> Glance<'a> {
        // Without a memory the look would be for nothing.
        let stamp = self.file.as_ref().and_then(|_| stamp_dir(folder));
        // A path that is not Unicode is not remembered, only hashed each time.
        let known = stamp.as_ref().zip(folder.to_str()).and_then(|(stamp, key)| {
            self.entries.get(key).filter(|entry| entry.settled() && entry.stamp == text_of(stamp))
        });
        Glance { folder, taken, stamp, known }
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
        let Some(file) = self.file.as_ref().filter(|_| !self.fresh.is_empty()) else { return Ok(()) };
        if let Some(folder) = file.parent() {
            atomic::make_folder(folder, Privacy::Private)?;
        }
        let _lock = ScopeLock::acquire_file(&file.with_extension("lock"), |_| ())?;
        let mut entries = load(file);
        entries.append(&mut self.fresh);
        entries.retain(|folder, _| Path::new(folder).is_dir());
        let bytes = serde_json::to_vec(&Document { format: FORMAT, entries })
            .map_err(|e| Error::internal("the fingerprints cannot be written as JSON").source(e))?;
        atomic::write_lightly(file, &bytes, Privacy::Private)
    }
}

impl Glance<'_> {
    /// The front matter as far as it is remembered: its name and description, and whose tool made it. `None` when it has
    /// to be read.
    pub(crate) fn front(&self) -> Option<FrontMatter> {
        let front = self.known?.front.clone()?;
        let metadata = front.repo.into_iter().map(|repo| (REPO.to_owned(), repo)).collect();
        Some(FrontMatter { name: front.name, description: front.description, metadata, ..FrontMatter::default() })
    }

    /// Whether the folder is known to be a skill.
    pub(crate) fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// The folder's digest: from memory when it looks as it did, else from reading it. `front` is what is remembered of
    /// its front matter.
    ///
    /// # Errors
    /// As [`digest_dir`].
    pub(crate) fn digest(self, own: bool, front: Option<&FrontMatter>) -> Result<(Digest, Option<Taken>), SkillError> {
        let Self { folder, taken, stamp, known } = self;
        if let Some(entry) = known.filter(|entry| entry.own == own) {
            let digest = Digest { sha: entry.sha.clone(), size: entry.size, left_out: entry.left_out(), hashed: false };
            return Ok((digest, None));
        }
        let options = if own { PackOptions::own() } else { PackOptions::installed() };
        // The stamp is older than what is read now: if something changed in between, the next look sees another stamp.
        let TreeDigest { sha, zip_size, left_out, .. } = digest_dir(folder, &options)?;
        let taken = stamp.zip(folder.to_str()).map(|(stamp, key)| {
            let without = left_out.iter().map(|left| (left.path.clone(), code(left.reason))).collect();
            let front = front.map(|front| Front {
                name: front.name.clone(),
                description: front.description.clone(),
                repo: front.metadata.get(REPO).cloned(),
            });
            let (sha, size, newest) = (sha.clone(), zip_size, stamp.newest);
            Taken {
                key: key.to_owned(),
                entry: Entry { own, taken, stamp: text_of(&stamp), newest, sha, size, without, front },
            }
        });
        Ok((Digest { sha, size: zip_size, left_out, hashed: true }, taken))
    }
}

impl Entry {
    fn left_out(&self) -> Vec<LeftOut> {
        self.without.iter().map(|(path, code)| LeftOut { path: path.clone(), reason: reason(*code) }).collect()
    }

    /// Whether no file was touched so shortly before the look that a later change could look the same.
    fn settled(&self) -> bool {
        self.newest < self.taken.saturating_sub(GRAIN)
    }
}

fn text_of(stamp: &Stamp) -> ContentSha {
    ContentSha::from_digest(&stamp.digest)
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
        let sha = ContentSha::new(&"a".repeat(64)).unwrap();
        let entry = |newest: i64| Entry {
            own: false,
            taken: 10 * GRAIN,
            stamp: sha.clone(),
            newest,
            sha: sha.clone(),
            size: 1,
            without: Vec::new(),
            front: None,
        };
        assert!(entry(9 * GRAIN - 1).settled());
        assert!(!entry(9 * GRAIN).settled());
        assert!(!entry(11 * GRAIN).settled());
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
            let front = FrontMatter { name: Some(name.to_owned()), ..FrontMatter::default() };
            let place = at(name);
            let (_, taken) = memory.glance(&place).digest(false, Some(&front)).unwrap();
            memory.remember(taken.unwrap());
            memory.age();
            memory
        };
        let (mut one, mut two) = (remember("a"), remember("b"));
        one.save().unwrap();
        two.save().unwrap();
        let memory = Fingerprints::read(&paths);
        for name in ["a", "b"] {
            let place = at(name);
            let glance = memory.glance(&place);
            assert_eq!(glance.front().unwrap().name.as_deref(), Some(name));
            let (digest, _) = glance.digest(false, None).unwrap();
            assert!(!digest.hashed);
            assert_eq!(digest.left_out, [LeftOut { path: ".env".to_owned(), reason: LeftOutReason::Secret }]);
            assert!(memory.glance(&place).digest(true, None).unwrap().0.hashed);
            // What is left out is no part of the digest, but it is said, so a new one is seen.
            fs::create_dir(place.join(".git")).unwrap();
            let (digest, _) = memory.glance(&place).digest(false, None).unwrap();
            assert!(digest.hashed && digest.left_out.len() == 2);
        }
    }
}
