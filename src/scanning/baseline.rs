//! A baseline: the findings that are known, so that only new ones fail a build.
//!
//! A finding is known by its rule, its file and the text it was found in, never by its line: what moves up or down stays
//! known, and the same text once more in the same file is a new finding. A baseline belongs to whoever names it on the
//! command line; nothing that lies inside a skill is taken for one.

use std::collections::BTreeMap;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_scan::Finding;
use skillzdrive_scan::RULES_VERSION;
use skillzdrive_scan::Severity;
use skillzdrive_skill::sha256;
use skillzdrive_wire::ContentSha;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::real_path::real_path;

/// The version of the file's form.
const SCHEMA: u32 = 1;
/// No baseline is larger.
const BYTES: u64 = 16 << 20;

/// A file of known findings.
#[derive(Debug)]
pub(crate) struct Baseline {
    known: BTreeMap<ContentSha, Known>,
}

/// One of them, as the file holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Known {
    /// The file, from the baseline's folder.
    pub(crate) path: String,
    /// The rule.
    pub(crate) rule: String,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What was found.
    pub(crate) message: String,
    /// What it is known by.
    pub(crate) fingerprint: ContentSha,
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    /// For people who wonder why there are new findings; it decides nothing.
    rules_version: u32,
    findings: Vec<Known>,
}

/// Where a baseline stands, so that it means the same whatever folder a scan starts in.
#[derive(Debug)]
pub(crate) struct Stand {
    folder: PathBuf,
}

impl Stand {
    /// The folder of a baseline.
    pub(crate) fn of(file: &Path) -> Self {
        Self { folder: real_path(file.parent().unwrap_or(Path::new("."))) }
    }

    /// The entries for the findings of some skills, each with the place of its skill, in their order.
    pub(crate) fn entries<'a>(&self, findings: impl IntoIterator<Item = (&'a Path, &'a Finding)>) -> Vec<Known> {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let entry = |(place, finding): (&Path, &Finding)| {
            let path = self.path(place, &finding.path);
            let text = finding.excerpt.as_deref().unwrap_or(&finding.message);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let identity = format!("{}\0{path}\0{text}", finding.rule);
            let nth = seen.entry(identity.clone()).and_modify(|nth| *nth += 1).or_default();
            Known {
                fingerprint: sha256(format!("{identity}\0{nth}").as_bytes()),
                path,
                rule: finding.rule.clone(),
                severity: finding.severity,
                message: finding.message.clone(),
            }
        };
        findings.into_iter().map(entry).collect()
    }

    /// Whether a known finding is in a file or folder, or below it.
    pub(crate) fn is_below(&self, root: &Path, known: &Known) -> bool {
        let root = self.path(root, "");
        let inside = known.path.strip_prefix(&root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        inside || root == "." && !known.path.starts_with("../")
    }

    /// The file or folder of a known finding.
    pub(crate) fn place(&self, known: &Known) -> PathBuf {
        self.folder.join(&known.path)
    }

    /// The way from the baseline to a file of a skill, with `/`.
    fn path(&self, place: &Path, inside: &str) -> String {
        let place = real_path(place);
        let shared = self.folder.components().zip(place.components()).take_while(|(a, b)| a == b).count();
        let up = self.folder.components().skip(shared).map(|_| "..".to_owned());
        let down = place.components().skip(shared).filter(|part| !matches!(part, Component::RootDir));
        let mut parts: Vec<String> =
            up.chain(down.map(|part| part.as_os_str().to_string_lossy().into_owned())).collect();
        if !inside.is_empty() {
            parts.push(inside.to_owned());
        }
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }
}

impl Baseline {
    /// Reads one.
    ///
    /// # Errors
    /// Exit 2 when there is none, exit 7 for a file that is none.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let hint = "skillzdrive scan --write-baseline FILE makes one";
        let size = file.metadata().map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => {
                Error::usage(format!("there is no baseline `{}`", file.display())).code("path_not_found").hint(hint)
            }
            _ => Error::io("read", file, e),
        })?;
        let damaged = |why: String| {
            Error::new(Kind::Integrity, format!("`{}` is not a baseline: {why}", file.display()))
                .code("baseline_unreadable")
                .hint(hint)
        };
        if !size.is_file() || size.len() > BYTES {
            return Err(damaged("it is no file, or too large".to_owned()));
        }
        let bytes = std::fs::read(file).map_err(|e| Error::io("read", file, e))?;
        let document: Document = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        if document.schema != SCHEMA {
            return Err(damaged(format!("its schema is {}, and {SCHEMA} is known", document.schema)));
        }
        let known = document.findings.into_iter().map(|one| (one.fingerprint.clone(), one)).collect();
        Ok(Self { known })
    }

    /// Whether a finding is known.
    pub(crate) fn has(&self, entry: &Known) -> bool {
        self.known.contains_key(&entry.fingerprint)
    }

    /// What is known and was not found again, by its place.
    pub(crate) fn gone(&self, found: &[Known]) -> Vec<Known> {
        let mut gone: Vec<Known> = self.known.values().cloned().collect();
        gone.retain(|known| found.iter().all(|one| one.fingerprint != known.fingerprint));
        gone.sort();
        gone
    }
}

/// Writes a baseline of these findings. The same findings give the same bytes.
///
/// # Errors
/// When it cannot be written; the old one is then untouched.
pub(crate) fn write(file: &Path, mut findings: Vec<Known>) -> Result<()> {
    findings.sort();
    let document = Document { schema: SCHEMA, rules_version: RULES_VERSION, findings };
    let text = serde_json::to_string_pretty(&document)
        .map_err(|e| Error::internal("the baseline cannot be written as JSON").source(e))?;
    atomic::write(file, format!("{text}\n").as_bytes(), Privacy::Shared)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use skillzdrive_scan::Source;
    use skillzdrive_scan::SourceFile;
    use skillzdrive_scan::Suppressions;
    use skillzdrive_scan::scan;

    use super::*;

    fn findings(body: &str) -> Vec<Finding> {
        let text = format!("---\nname: a\ndescription: d\n---\n{body}\n");
        scan(&Source::new("a", vec![SourceFile::new("SKILL.md", text)]), Suppressions::Ignored).findings
    }

    #[test]
    fn what_moves_stays_known_and_what_comes_is_new() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("base.json");
        let place = home.path().join("skills/a");
        let stand = Stand::of(&file);
        let entries = |body: &str| {
            let findings = findings(body);
            stand.entries(findings.iter().map(|finding| (place.as_path(), finding)))
        };
        let old = entries("```sh\nrm -rf ~\nhistory -c\n```");
        assert_eq!(old[0].path, "skills/a/SKILL.md");
        write(&file, old.clone()).unwrap();
        let first = std::fs::read(&file).unwrap();
        write(&file, old.iter().rev().cloned().collect()).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), first, "the order does not matter");
        let baseline = Baseline::read(&file).unwrap();
        let moved = entries("Read on.\n\n\n```sh\n  rm   -rf ~\n```\n\n```sh\nrm -rf ~\n```");
        let known: Vec<bool> = moved.iter().map(|entry| baseline.has(entry)).collect();
        assert_eq!(known, [true, false], "once more is new: {moved:?}");
        let gone = baseline.gone(&moved);
        assert_eq!(gone.iter().map(|known| known.rule.as_str()).collect::<Vec<_>>(), ["covers-traces"]);
    }

    #[test]
    fn places_are_ways_from_the_file() {
        let stand = Stand { folder: "/no/such/repo/ci".into() };
        for (place, inside, path) in [
            ("/no/such/repo/skills/a", "SKILL.md", "../skills/a/SKILL.md"),
            ("/no/such/repo/ci", "", "."),
            ("/no/such/repo/ci/a.zip", "x/y", "a.zip/x/y"),
        ] {
            assert_eq!(stand.path(Path::new(place), inside), path);
        }
    }

    #[test]
    fn what_is_no_baseline_is_named() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("b");
        assert_eq!(Baseline::read(&file).unwrap_err().kind(), Kind::Usage);
        for bad in ["", "[]", "{\"schema\":2,\"rules_version\":1,\"findings\":[]}", "<<<<<<< x"] {
            std::fs::write(&file, bad).unwrap();
            assert_eq!(Baseline::read(&file).unwrap_err().kind(), Kind::Integrity, "{bad}");
        }
        assert_eq!(Baseline::read(home.path()).unwrap_err().kind(), Kind::Integrity);
    }
}
