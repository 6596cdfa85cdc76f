//! What scans found, kept: `scans/<version of the rules>/<digest>`. Safe to delete at any moment.
//!
//! An entry is named by the digest of everything that the scan read and by the rules that read it, and says so itself, with
//! a digest of what it says. It is believed only where nobody but this person could have written it: whatever is wrong with
//! an entry, it is a miss, and the skill is scanned again.

use std::fs;
use std::fs::File;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use skillzdrive_scan::RULES_VERSION;
use skillzdrive_scan::Report;
use skillzdrive_skill::sha256;
use skillzdrive_wire::ContentSha;

use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;
use crate::store::tree;

/// Reports that are kept at most; when there are more, the older half goes.
const MOST: usize = 10_000;
/// A larger report is not kept.
const ENTRY_BYTES: u64 = 1 << 20;

/// The kept reports of one person, by the rules of this program.
#[derive(Debug, Clone)]
pub(crate) struct ScanCache {
    all: PathBuf,
}

impl ScanCache {
    /// The one in the program's cache folder; nothing is made yet.
    pub(crate) fn new(paths: &Paths) -> Self {
        Self { all: paths.cache.join("scans") }
    }

    /// What a scan of this found, if it is known.
    pub(crate) fn get(&self, sha: &ContentSha) -> Option<Report> {
        let mut text = String::new();
        open_own(&self.entry(sha))?.take(ENTRY_BYTES).read_to_string(&mut text).ok()?;
        let (said, body) = text.split_once('\n')?;
        if said != head(sha, body) {
            return None;
        }
        serde_json::from_str(body).ok()
    }

    /// Keeps what a scan of this found. A cache that cannot be written is a slow day, not a failure.
    pub(crate) fn put(&self, sha: &ContentSha, report: &Report) {
        let Ok(body) = serde_json::to_string(report) else { return };
        let text = format!("{}\n{body}", head(sha, &body));
        if u64::try_from(text.len()).is_ok_and(|size| size < ENTRY_BYTES) {
            let _ = self.write(&self.entry(sha), text.as_bytes());
        }
    }

    /// Not flushed: a torn entry is a miss.
    fn write(&self, path: &Path, bytes: &[u8]) -> Option<()> {
        let folder = self.folder();
        atomic::make_folder(&folder, Privacy::Private).ok()?;
        // Made with mode 0600 whatever the umask is, which a read asks for.
        let mut file = tempfile::Builder::new().prefix(".skillzdrive-").tempfile_in(&folder).ok()?;
        file.write_all(bytes).ok()?;
        file.persist(path).ok().map(|_| ())
    }

    /// Keeps it from growing: reports by other rules go, and the older half of too many.
    pub(crate) fn trim(&self) {
        for other in list(&self.all).into_iter().filter(|path| *path != self.folder()) {
            let _ = tree::remove(&other);
        }
        let mut entries = list(&self.folder());
        if entries.len() <= MOST {
            return;
        }
        let age = |path: &PathBuf| path.metadata().and_then(|meta| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        entries.sort_by_cached_key(age);
        for old in entries.iter().take(entries.len() - MOST / 2) {
            let _ = fs::remove_file(old);
        }
    }

    /// Deletes all of it.
    ///
    /// # Errors
    /// When it cannot be deleted, naming it.
    pub(crate) fn clean(&self) -> Result<()> {
        if self.all.is_dir() { tree::remove(&self.all) } else { Ok(()) }
    }

    fn folder(&self) -> PathBuf {
        self.all.join(RULES_VERSION.to_string())
    }

    fn entry(&self, sha: &ContentSha) -> PathBuf {
        self.folder().join(sha.as_str())
    }
}

/// The first line of an entry. A renamed, mixed up or cut entry says something else.
fn head(sha: &ContentSha, body: &str) -> String {
    format!("skillzdrive-scan 1 {RULES_VERSION} {sha} {}", sha256(body.as_bytes()))
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(std::result::Result::ok).map(|entry| entry.path()).collect()
}

/// A file that this person wrote and nobody else can change: a cache folder may lie where others write too.
#[cfg(unix)]
fn open_own(path: &Path) -> Option<File> {
    use rustix::fs::Mode;
    use rustix::fs::OFlags;
    use std::os::unix::fs::MetadataExt as _;
    // A link is not followed, and a pipe in the place of the file is not waited for.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).ok()?);
    let meta = file.metadata().ok()?;
    let own = meta.uid() == rustix::process::geteuid().as_raw() && meta.mode() & 0o022 == 0;
    (meta.is_file() && own && meta.len() < ENTRY_BYTES).then_some(file)
}

/// Who may write in a person's own folders is the system's business there.
#[cfg(not(unix))]
fn open_own(path: &Path) -> Option<File> {
    let meta = fs::symlink_metadata(path).ok()?;
    if meta.is_file() && meta.len() < ENTRY_BYTES { File::open(path).ok() } else { None }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use skillzdrive_scan::NotAnalysed;

    use super::*;

    fn cache(home: &Path) -> ScanCache {
        ScanCache { all: home.join("scans") }
    }

    fn report() -> Report {
        let left = NotAnalysed { slug: "a".into(), path: "logo.png".into(), reason: "it is not text".into() };
        Report { not_analysed: vec![left], ..Report::default() }
    }

    #[test]
    fn what_is_put_is_got_and_whatever_is_wrong_is_a_miss() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        let (sha, other) = (sha256(b"a"), sha256(b"b"));
        assert_eq!(cache.get(&sha), None);
        cache.put(&sha, &report());
        assert_eq!(cache.get(&sha), Some(report()));
        // The report of one skill is not believed of another.
        fs::copy(cache.entry(&sha), cache.entry(&other)).unwrap();
        assert_eq!(cache.get(&other), None);
        let good = fs::read_to_string(cache.entry(&sha)).unwrap();
        for bad in [
            String::new(),
            good[..good.len() - 1].to_owned(),
            good.replace("logo.png", "none.png"),
            good.replace(&format!(" {RULES_VERSION} "), " 1 "),
            "x".repeat(2 << 20),
        ] {
            fs::write(cache.entry(&sha), bad).unwrap();
            assert_eq!(cache.get(&sha), None);
        }
        cache.put(&sha, &report());
        assert_eq!(cache.get(&sha), Some(report()), "a bad entry is replaced");
        cache.clean().unwrap();
        assert_eq!(cache.get(&sha), None);
        cache.clean().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_others_could_have_written_is_not_believed() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        let sha = sha256(b"a");
        cache.put(&sha, &report());
        let entry = cache.entry(&sha);
        for mode in [0o620, 0o602] {
            fs::set_permissions(&entry, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(cache.get(&sha), None);
        }
        fs::set_permissions(&entry, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(cache.get(&sha), Some(report()));
        fs::rename(&entry, home.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(home.path().join("elsewhere"), &entry).unwrap();
        assert_eq!(cache.get(&sha), None);
    }

    #[test]
    fn it_stays_small_and_forgets_other_rules() {
        let home = tempfile::tempdir().unwrap();
        let cache = cache(home.path());
        fs::create_dir_all(cache.all.join("1")).unwrap();
        fs::write(cache.all.join("1/x"), "old").unwrap();
        cache.put(&sha256(b"a"), &report());
        for n in 0..MOST {
            fs::write(cache.folder().join(n.to_string()), "").unwrap();
        }
        cache.trim();
        assert!(!cache.all.join("1").exists());
        assert_eq!(list(&cache.folder()).len(), MOST / 2);
        cache.trim();
        assert_eq!(list(&cache.folder()).len(), MOST / 2);
    }
}
