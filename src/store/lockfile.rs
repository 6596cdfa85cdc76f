//! `skillzdrive.lock`: which bytes are installed, pinned by digest.
//!
//! TOML, sorted by slug, no timestamps, relative paths only, LF: two people's changes touch different tables. What
//! cannot be read is an error with line and column, never "empty", and is left exactly as it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;
use crate::store::lockfile_lines as lines;
use crate::store::scope::Scope;

/// The format that this program reads and writes.
const VERSION: i64 = 1;

/// The content of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lockfile {
    /// The server the skills came from: checked and said; it never decides where a key goes.
    pub(crate) server: Option<String>,
    /// What is installed.
    pub(crate) skills: BTreeMap<Slug, LockedSkill>,
}

/// One installed skill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedSkill {
    /// The drive's version, when it has one.
    #[serde(default)]
    pub(crate) version: Option<u64>,
    /// The digest of the zip it came as.
    pub(crate) content_sha: ContentSha,
    /// The digest of the installed files, only where it differs.
    #[serde(default)]
    pub(crate) tree_sha: Option<ContentSha>,
    /// Who owns it, when known; an update never changes it.
    #[serde(default)]
    pub(crate) owner: Option<String>,
    /// `skillzdrive`, `github:owner/repo/path@commit` or `path:./skills/x`.
    #[serde(default = "skillzdrive")]
    pub(crate) source: String,
    /// Whether updates leave it alone.
    #[serde(default)]
    pub(crate) pinned: bool,
    /// Findings that a person accepted for exactly these bytes.
    #[serde(default)]
    pub(crate) accepted: Vec<String>,
}

fn skillzdrive() -> String {
    "skillzdrive".to_owned()
}

impl LockedSkill {
    /// A skill that came from a drive.
    pub(crate) fn new(content_sha: ContentSha, tree_sha: &ContentSha, version: Option<u64>) -> Self {
        let tree_sha = (*tree_sha != content_sha).then(|| tree_sha.clone());
        Self { version, content_sha, tree_sha, owner: None, source: skillzdrive(), pinned: false, accepted: Vec::new() }
    }

    /// The digest that the untouched files have.
    pub(crate) fn tree(&self) -> &ContentSha {
        self.tree_sha.as_ref().unwrap_or(&self.content_sha)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// Looked at before the rest is read; named here because an unknown field is an error.
    #[serde(rename = "version")]
    _version: i64,
    #[serde(default)]
    server: Option<String>,
    #[serde(default)]
    skill: BTreeMap<Slug, LockedSkill>,
}

impl Lockfile {
    /// Reads a scope's lockfile; an absent one is empty.
    ///
    /// # Errors
    /// Exit 7 with line and column for anything that is not a lockfile of this version.
    pub(crate) fn read(scope: &Scope) -> Result<Self> {
        match atomic::read_bytes(&scope.lockfile)? {
            Some(bytes) => Self::parse_bytes(&bytes, &scope.lockfile),
            None => Ok(Self::default()),
        }
    }

    /// Reads a lockfile's bytes; the path is for the error alone.
    ///
    /// # Errors
    /// As [`Lockfile::read`].
    pub(crate) fn parse_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text, path),
            Err(e) => {
                let before = String::from_utf8_lossy(&bytes[..e.valid_up_to()]);
                let (line, column) = end_of(&before);
                Err(bad(path, line, column, "this is no text: a byte that is not UTF-8"))
            }
        }
    }

    /// Reads a lockfile's text; the path is for the error alone.
    ///
    /// # Errors
    /// As [`Lockfile::read`].
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self> {
        if let Some(lockfile) = lines::read(text) {
            return Ok(lockfile);
        }
        let bad = |line: usize, column: usize, what: &str| bad(path, line, column, what);
        for (index, line) in text.lines().enumerate() {
            if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") || line == "=======" {
                return Err(bad(index + 1, 1, "a merge conflict marker: the merge was not finished"));
            }
        }
        // The version is looked at first: a newer file may have fields that would only confuse the reader.
        #[derive(Deserialize)]
        struct Versioned {
            version: Option<toml::Spanned<toml::Value>>,
        }
        let place = |span: Option<std::ops::Range<usize>>| end_of(&text[..span.map_or(0, |s| s.start.min(text.len()))]);
        let as_error = |e: &toml::de::Error| {
            let (line, column) = place(e.span());
            bad(line, column, e.message())
        };
        let versioned: Versioned = toml::from_str(text).map_err(|e| as_error(&e))?;
        match versioned.version {
            Some(version) if version.get_ref().as_integer() == Some(VERSION) => {}
            Some(version) => {
                let (line, column) = place(Some(version.span()));
                let what = format!("version {} is not known: this program reads version {VERSION}", version.get_ref());
                return Err(bad(line, column, &what).hint("a newer skillzdrive may have written it"));
            }
            None => return Err(bad(1, 1, "the field `version` is missing")),
        }
        let document: Document = toml::from_str(text).map_err(|e| as_error(&e))?;
        Ok(Self { server: document.server, skills: document.skill })
    }

    /// The text that is written: the same content always gives the same bytes.
    pub(crate) fn render(&self) -> String {
        let mut text = head_text();
        text.push_str(&self.server.as_deref().map_or_else(String::new, server_text));
        for (slug, skill) in &self.skills {
            text.push('\n');
            write_entry(&mut text, slug, skill);
        }
        text
    }
}

/// The first line.
pub(super) fn head_text() -> String {
    format!("version = {VERSION}\n")
}

/// The line of the server.
pub(super) fn server_text(server: &str) -> String {
    format!("server = {}\n", quoted(server))
}

/// The lines of one skill.
pub(super) fn entry_text(slug: &Slug, skill: &LockedSkill) -> String {
    let mut text = String::new();
    write_entry(&mut text, slug, skill);
    text
}

fn quoted(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

fn write_entry(text: &mut String, slug: &Slug, skill: &LockedSkill) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "[skill.{slug}]");
    if let Some(version) = skill.version {
        let _ = writeln!(text, "version = {version}");
    }
    let _ = writeln!(text, "content_sha = \"{}\"", skill.content_sha);
    if let Some(tree_sha) = skill.tree_sha.as_ref().filter(|tree| **tree != skill.content_sha) {
        let _ = writeln!(text, "tree_sha = \"{tree_sha}\"");
    }
    if let Some(owner) = &skill.owner {
        let _ = writeln!(text, "owner = {}", quoted(owner));
    }
    let _ = writeln!(text, "source = {}", quoted(&skill.source));
    if skill.pinned {
        let _ = writeln!(text, "pinned = true");
    }
    if !skill.accepted.is_empty() {
        let list: Vec<String> = skill.accepted.iter().map(|rule| quoted(rule)).collect();
        let _ = writeln!(text, "accepted = [{}]", list.join(", "));
    }
}

/// Whatever the bytes are: they are read whole, so that what is written of them is read again, or refused with a place
/// that is in the file.
///
/// # Panics
/// When they are not.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_whole_or_refused(bytes: &[u8]) {
    let path = Path::new("skillzdrive.lock");
    match Lockfile::parse_bytes(bytes, path) {
        Ok(lockfile) => assert!(Lockfile::parse(&lockfile.render(), path).is_ok_and(|again| again == lockfile)),
        Err(error) => {
            assert_eq!((error.kind(), error.code_str()), (Kind::Integrity, "lockfile_invalid"));
            let place = error.message().split(':').skip(1).take(2).filter_map(|number| number.parse().ok());
            let place: Vec<usize> = place.collect();
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            assert!(matches!(place[..], [line, column] if (1..=lines).contains(&line) && column >= 1), "{error}");
        }
    }
}

/// The error for a lockfile that cannot be read, with the place of what is wrong.
fn bad(path: &Path, line: usize, column: usize, what: &str) -> Error {
    Error::new(Kind::Integrity, format!("{}:{line}:{column}: {what}", path.display()))
        .code("lockfile_invalid")
        .hint("mend the file by hand or take it from version control; it was not changed")
        .hint("skillzdrive audit --fix --lock rebuilds it from what is on this machine")
}

/// Line and column, both from 1, of what comes after a text.
fn end_of(before: &str) -> (usize, usize) {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}

/// The right to write a scope's lockfile: it borrows the scope's lock.
#[derive(Debug)]
pub(crate) struct LockfileGuard<'a> {
    scope: &'a Scope,
    _lock: &'a ScopeLock,
}

impl<'a> LockfileGuard<'a> {
    /// Takes the right from the scope's lock.
    pub(crate) fn new(scope: &'a Scope, lock: &'a ScopeLock) -> Self {
        Self { scope, _lock: lock }
    }

    /// Reads it under the lock, so that no other process changes it before the write.
    ///
    /// # Errors
    /// As [`Lockfile::read`].
    pub(crate) fn read(&self) -> Result<Lockfile> {
        Lockfile::read(self.scope)
    }

    /// Writes it in one step; equal text is not written again. An empty lockfile that never was is not made.
    ///
    /// # Errors
    /// An io error; the old file is then untouched.
    pub(crate) fn write(&self, lockfile: &Lockfile) -> Result<()> {
        let text = lockfile.render();
        let old = atomic::read_bytes(&self.scope.lockfile)?;
        if old.as_deref() == Some(text.as_bytes()) || (old.is_none() && lockfile.skills.is_empty()) {
            return Ok(());
        }
        atomic::write(&self.scope.lockfile, text.as_bytes(), Privacy::Shared)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::damage;

    fn parse(text: &str) -> Result<Lockfile> {
        Lockfile::parse(text, Path::new("skillzdrive.lock"))
    }

    fn message(text: &str) -> String {
        let error = parse(text).unwrap_err();
        assert_eq!(error.kind(), Kind::Integrity);
        error.message().to_owned()
    }

    #[test]
    fn the_documented_example_is_read_and_written_back() {
        let text = format!(
            "version = 1\nserver = \"https://www.skillzdrive.com\"\n\n[skill.pdf]\nversion = 3\ncontent_sha = \"{}\"\n\
             tree_sha = \"{}\"\nowner = \"acme\"\nsource = \"skillzdrive\"\npinned = true\naccepted = [\"rule-id\"]\n",
            "a".repeat(64),
            "b".repeat(64)
        );
        assert_eq!(parse(&text).unwrap().render(), text);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        assert!(message("").contains("skillzdrive.lock:1:1: the field `version` is missing"));
        assert!(message("version = 2\nnew = 1\n").contains(":1:11: version 2 is not known"));
        assert!(message("version = 1\n<<<<<<< HEAD\n").contains(":2:1: a merge conflict marker"));
        assert!(message("version = 1\n[skill.pdf]\ncontent_sha = \"xyz\"\n").contains(":3:15:"));
        assert!(message("version = 1\n[skill.\"../x\"]\n").starts_with("skillzdrive.lock:2:"));
        assert!(message("version = 1\nwhat\n").starts_with("skillzdrive.lock:2:"));
        let twice = format!("[skill.a]\ncontent_sha = \"{}\"\n", "a".repeat(64));
        assert!(message(&format!("version = 1\n{twice}{twice}")).starts_with("skillzdrive.lock:4:"));
        let unknown = format!("version = 1\n[skill.a]\ncontent_sha = \"{}\"\nsurprise = 1\n", "a".repeat(64));
        assert!(message(&unknown).starts_with("skillzdrive.lock:4:"));
    }

    fn sha() -> impl Strategy<Value = ContentSha> {
        any::<[u8; 32]>().prop_map(|digest| ContentSha::from_digest(&digest))
    }

    fn locked() -> impl Strategy<Value = LockedSkill> {
        (
            (proptest::option::of(0..i64::MAX as u64), sha(), proptest::option::of(sha())),
            (proptest::option::of(".*"), ".*", any::<bool>(), proptest::collection::vec(".*", 0..3)),
        )
            .prop_map(|((version, content_sha, tree_sha), (owner, source, pinned, accepted))| LockedSkill {
                tree_sha: tree_sha.filter(|tree| *tree != content_sha),
                version,
                content_sha,
                owner,
                source,
                pinned,
                accepted,
            })
    }

    fn damaged() -> impl Strategy<Value = Vec<u8>> {
        let good = format!(
            "version = 1\nserver = \"local\"\n\n[skill.pdf]\nversion = 3\ncontent_sha = \"{}\"\nowner = \"acme\"\n\
             source = \"path:./skills/x\"\npinned = true\naccepted = [\"rule\"]\n",
            "a".repeat(64)
        );
        const MEANINGFUL: &[&[u8]] = &[
            b"[skill.a]\n",
            b"[[skill]]\n",
            b"version = 1\n",
            b"<<<<<<< a\n",
            b"=======\n",
            b"'''",
            b"\"\"\"",
            b"\"",
            b"[",
            b"]",
            b"{",
            b"= ",
            b".",
            b"\n",
            b"\r",
            b"\0",
            b"\xff",
            b"\xe2\x80\xae",
            b"-1",
            b"9999999999999999999",
            b"nan",
            b"#",
        ];
        damage::damaged(good, MEANINGFUL)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_damaged_is_read_whole_or_refused_with_its_place(bytes in damaged()) {
            read_whole_or_refused(&bytes);
        }
    }

    #[test]
    fn what_the_program_wrote_itself_is_read_line_by_line_and_the_same() {
        let mut lockfile = Lockfile { server: Some("https://drive.example".to_owned()), ..Lockfile::default() };
        let sha = |digit: &str| ContentSha::new(&digit.repeat(64)).unwrap();
        let mut skill = LockedSkill::new(sha("a"), &sha("b"), Some(3));
        skill.owner = Some("acme".to_owned());
        skill.pinned = true;
        lockfile.skills.insert(Slug::new("pdf").unwrap(), skill);
        lockfile.skills.insert(Slug::new("web").unwrap(), LockedSkill::new(sha("c"), &sha("c"), None));
        let text = lockfile.render();
        assert_eq!(lines::read(&text), Some(lockfile.clone()));
        assert_eq!(toml::from_str::<Document>(&text).unwrap().skill, lockfile.skills);
        // Anything else is left to the reader of TOML, which says what is wrong and where.
        for other in [
            text.replace("version = 3", "version = 03"),
            text.replace("pinned = true", "pinned = false"),
            text.replace("[skill.pdf]", "[skill.pdf] # mine"),
            text.replace("acme", "ac\\u0041me"),
            text.replace('\n', "\r\n"),
            format!("{text}[skill.web]\n"),
            format!("{text}surprise = 1\n"),
            text.trim_end().to_owned(),
        ] {
            assert_eq!(lines::read(&other), None, "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_again(
            server in proptest::option::of(".*"),
            skills in proptest::collection::btree_map("[a-z0-9-]{1,64}", locked(), 0..5),
        ) {
            let skills = skills.into_iter().map(|(slug, skill)| (Slug::new(&slug).unwrap(), skill)).collect();
            let lockfile = Lockfile { server, skills };
            let text = lockfile.render();
            prop_assert!(!text.contains('\r'));
            prop_assert_eq!(parse(&text).unwrap(), lockfile);
        }
    }
}
