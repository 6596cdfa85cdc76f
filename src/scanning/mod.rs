//! The engine that scans skills wherever a command needs it: side by side, and what was found before from the cache. The
//! [`gate`] judges what comes from strangers, the [`baseline`] tells new findings from known ones.
//!
//! A kept report is known by a digest of everything that the scan read, never by what a lockfile, a file's times or a
//! drive says of it: two skills with one digest are the same to every rule. Nothing here prints, asks or writes outside of
//! the cache.

pub(crate) mod baseline;
pub(crate) mod gate;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use skillzdrive_scan::Report;
use skillzdrive_scan::Source;
use skillzdrive_scan::SourceFile;
use skillzdrive_scan::Suppressions;
use skillzdrive_scan::scan;
use skillzdrive_skill::sha_of_files;
use skillzdrive_skill::sha256;
use skillzdrive_wire::ContentSha;

use crate::store::paths::Paths;
use crate::store::scan_cache::ScanCache;

/// A skill to be scanned.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What findings call it.
    pub(crate) name: String,
    /// Its files.
    pub(crate) files: Files,
    /// Whether its own acceptances count.
    pub(crate) suppressions: Suppressions,
    /// The digest of its canonical zip where that was taken from the bytes just now and says all of its files. A report
    /// that is known by it is found without reading them once more.
    pub(crate) tree: Option<ContentSha>,
}

/// Where a skill's files are.
#[derive(Debug)]
pub(crate) enum Files {
    /// In a folder; it is read when its turn comes, so that not all skills are in memory at once.
    Folder(PathBuf),
    /// At hand.
    Read(Source),
}

impl Subject {
    /// Somebody else's skill in a folder: what lies inside of it does not hush the scan.
    pub(crate) fn of_stranger(name: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), files: Files::Folder(folder.into()), suppressions: Suppressions::Ignored, tree: None }
    }

    /// The same of files whose digest is at hand. It must be that of all of them, taken from the bytes.
    pub(crate) fn with_tree(self, tree: Option<&ContentSha>) -> Self {
        Self { tree: tree.cloned(), ..self }
    }
}

/// Scans skills, on as many threads as there are cores; the reports are in the skills' order. A dry run keeps nothing.
pub(crate) fn look(paths: &Paths, subjects: &[Subject], dry_run: bool) -> Vec<Report> {
    let cache = ScanCache::new(paths);
    let (turn, kept) = (AtomicUsize::new(0), AtomicBool::new(false));
    let reports: Vec<Mutex<Report>> = subjects.iter().map(|_| Mutex::default()).collect();
    let work = || {
        while let Some((subject, place)) = {
            let turn = turn.fetch_add(1, Ordering::Relaxed);
            subjects.get(turn).zip(reports.get(turn))
        } {
            let (report, is_new) = one(&cache, subject, dry_run);
            kept.fetch_or(is_new, Ordering::Relaxed);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = report;
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(subjects.len());
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    if kept.into_inner() {
        cache.trim();
    }
    reports.into_iter().map(|report| report.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// One report, and whether it was kept just now.
fn one(cache: &ScanCache, subject: &Subject, dry_run: bool) -> (Report, bool) {
    if subject.suppressions == Suppressions::Ignored
        && let Some(known) = subject.tree.as_ref().and_then(|tree| cache.get(tree))
    {
        return (renamed(known, &subject.name), false);
    }
    let read;
    let source = match &subject.files {
        Files::Read(source) => source,
        Files::Folder(folder) => {
            read = Source::from_dir(&subject.name, folder);
            &read
        }
    };
    if subject.suppressions == Suppressions::Honoured {
        return (scan(source, subject.suppressions), false);
    }
    let digest = digest(source);
    if let Some(known) = cache.get(&digest) {
        return (renamed(known, &source.slug), false);
    }
    let report = scan(source, subject.suppressions);
    if !dry_run {
        cache.put(&digest, &report);
    }
    (report, !dry_run)
}

/// The digest of all that a scan depends on besides its rules: each file's path, bytes and whole size, and what could not be
/// read. Where everything was read, it is that of the canonical zip that the files make, which is often known already.
fn digest(source: &Source) -> ContentSha {
    let is_whole = |file: &SourceFile| file.size == file.bytes.len() as u64;
    if source.not_analysed.is_empty() && source.files.iter().all(is_whole) {
        let files = source.files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice()));
        if let Some(sha) = sha_of_files(files) {
            return sha;
        }
    }
    let mut list = String::new();
    for file in &source.files {
        let _ = writeln!(list, "{} {} {:?}", sha256(&file.bytes), file.size, file.path);
    }
    for left in &source.not_analysed {
        let _ = writeln!(list, "- {:?} {:?}", left.path, left.reason);
    }
    sha256(list.as_bytes())
}

/// One skill may lie under several names; the rules do not look at it.
fn renamed(mut report: Report, slug: &str) -> Report {
    let found = report.findings.iter_mut().chain(&mut report.suppressed).map(|finding| &mut finding.slug);
    for name in found.chain(report.not_analysed.iter_mut().map(|left| &mut left.slug)) {
        slug.clone_into(name);
    }
    report
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;
    use std::path::Path;

    use skillzdrive_skill::PackOptions;
    use skillzdrive_skill::digest_dir;

    use super::*;

    fn paths(home: &Path) -> Paths {
        let at = |name: &str| home.join(name);
        Paths { home: at(""), config: at("config"), data: at("data"), state: at("state"), cache: at("cache") }
    }

    fn source(slug: &str, body: &str) -> Source {
        Source::new(slug, vec![SourceFile::new("SKILL.md", format!("---\nname: a\ndescription: d\n---\n{body}\n"))])
    }

    fn subject(slug: &str, body: &str) -> Subject {
        Subject {
            name: slug.into(),
            files: Files::Read(source(slug, body)),
            suppressions: Suppressions::Ignored,
            tree: None,
        }
    }

    #[test]
    fn a_kept_report_is_the_same_under_another_name() {
        let home = tempfile::tempdir().unwrap();
        let paths = paths(home.path());
        let bad = "```sh\nrm -rf ~\n```";
        let fresh = look(&paths, &[subject("one", bad), subject("two", "Make a table.")], false);
        assert_eq!((fresh[0].findings.len(), fresh[1].findings.len()), (1, 0));
        let again = look(&paths, &[subject("other", bad)], false);
        assert_eq!(again[0].findings[0].slug, "other");
        assert_eq!(renamed(again[0].clone(), "one"), fresh[0]);
        let kept = |paths: &Paths| walkdir::WalkDir::new(&paths.cache).into_iter().flatten().count();
        assert_eq!(kept(&paths), 2 + 2 + 1, "two folders, two reports, and the cache folder itself");
        let dry = tempfile::tempdir().unwrap();
        look(&self::paths(dry.path()), &[subject("one", bad)], true);
        assert_eq!(fs::read_dir(dry.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_whose_digest_is_known_is_not_read_again() {
        let home = tempfile::tempdir().unwrap();
        let paths = paths(home.path());
        let folder = home.path().join("a");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("SKILL.md"), "---\nname: a\ndescription: d\n---\n```sh\nrm -rf ~\n```\n").unwrap();
        let tree = digest_dir(&folder, &PackOptions::installed()).unwrap().sha;
        let known = |name: &str, tree: &ContentSha| [Subject::of_stranger(name, &folder).with_tree(Some(tree))];
        let first = look(&paths, &known("a", &tree), false);
        assert_eq!(first[0].findings.len(), 1);
        // What is there now would be found clean; it is not looked at.
        fs::write(folder.join("SKILL.md"), "---\nname: a\ndescription: d\n---\n").unwrap();
        let again = look(&paths, &known("b", &tree), false);
        assert_eq!(again[0].findings.len(), 1);
        assert_eq!(again[0].findings[0].slug, "b");
        // A digest that no report has is that of nothing: the files are read.
        let other = sha256(b"other");
        assert_eq!(look(&paths, &known("a", &other), false)[0].findings.len(), 0);
        // And what they were called has no report after it.
        assert_eq!(ScanCache::new(&paths).get(&other), None);
    }

    #[test]
    fn whatever_a_scan_reads_is_in_its_digest() {
        let one = source("a", "x");
        let mut others = vec![source("a", "y")];
        let mut renamed = one.clone();
        renamed.files[0].path = "README.md".into();
        let mut larger = one.clone();
        larger.files[0].size += 1;
        let mut more = one.clone();
        more.files.push(SourceFile::new(".env", "A=1"));
        others.extend([renamed, larger, more]);
        let linked = tempfile::tempdir().unwrap();
        fs::write(linked.path().join("SKILL.md"), &one.files[0].bytes).unwrap();
        assert_eq!(digest(&one), digest(&Source::from_dir("b", linked.path())));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("SKILL.md", linked.path().join("link.md")).unwrap();
            others.push(Source::from_dir("a", linked.path()));
        }
        for other in others {
            assert_ne!(digest(&one), digest(&other), "{other:?}");
        }
    }
}
