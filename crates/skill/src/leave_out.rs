//! What is never part of a skill: tools' leftovers, and files that hold secrets by their name (contract, "Shapes").
//!
//! Names are compared without regard to ASCII case, so that the answer is the same on file systems that keep case and
//! on those that do not: `.ENV` is a secret and `THUMBS.DB` a leftover everywhere.

use std::path::Path;

use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;

use crate::error::Refusal;
use crate::names::nfc;
use crate::names::shown;

/// The file that lists what its owner leaves out of a skill, in gitignore's grammar.
pub(crate) const SKILLIGNORE: &str = ".skillignore";

/// A `.skillignore` is written by hand: more than this is something else.
pub(crate) const SKILLIGNORE_BYTES: u64 = 64 << 10;

/// Why a file or folder is not packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeftOutReason {
    /// On the fixed list: `.git`, `.DS_Store`, `Thumbs.db`, `__pycache__`, `*.pyc`, `.venv`, `node_modules`.
    Ignored,
    /// Listed in the skill's own `.skillignore`.
    SkillIgnore,
    /// A secret by its name: `.env*`, `*.pem`, `*.key`, `id_*`, `.npmrc`, `.netrc`, `credentials*`.
    Secret,
}

/// One thing that was not packed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeftOut {
    /// Its path inside the skill; for a folder, everything below it is meant.
    pub path: String,
    /// Why.
    pub reason: LeftOutReason,
}

/// Whether a path inside a skill is left out by the fixed lists, looking at every component of it.
///
/// The last component is a file. The secret names are names of files: a folder `credentials/` is looked into.
#[must_use]
pub fn left_out_reason(path: &str) -> Option<LeftOutReason> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').find_map(|name| name_reason(name, true)).or_else(|| name_reason(file, false))
}

/// The same for one component.
pub(crate) fn name_reason(name: &str, folder: bool) -> Option<LeftOutReason> {
    let lower = name.to_ascii_lowercase();
    let ignored =
        matches!(lower.as_str(), ".git" | ".ds_store" | "thumbs.db" | "__pycache__" | ".venv" | "node_modules");
    if ignored || lower.ends_with(".pyc") {
        return Some(LeftOutReason::Ignored);
    }
    let secret = lower.starts_with(".env")
        || lower.ends_with(".pem")
        || lower.ends_with(".key")
        || lower.starts_with("id_")
        || lower == ".npmrc"
        || lower == ".netrc"
        || lower.starts_with("credentials");
    (secret && !folder).then_some(LeftOutReason::Secret)
}

/// The rules of one `.skillignore`.
pub(crate) struct SkillIgnore(Gitignore);

impl SkillIgnore {
    /// Reads the rules. A line that cannot be understood refuses the skill: guessing could publish what was meant to
    /// stay.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(text).map_err(|_| Refusal::SkillIgnore("it is not UTF-8".to_owned()))?;
        let text = nfc(text.strip_prefix('\u{feff}').unwrap_or(text));
        let mut builder = GitignoreBuilder::new("");
        for (index, line) in text.lines().enumerate() {
            builder
                .add_line(None, line)
                .map_err(|error| Refusal::SkillIgnore(shown(&format!("line {}: {error}", index + 1))))?;
        }
        builder.build().map(Self).map_err(|error| Refusal::SkillIgnore(shown(&error.to_string())))
    }

    /// Whether a path (and, for a folder, all below it) is left out. The list itself and `SKILL.md` never are.
    pub(crate) fn leaves_out(&self, path: &str, folder: bool) -> bool {
        path != SKILLIGNORE && path != crate::SKILL_FILE && self.0.matched(Path::new(path), folder).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_lists() {
        for path in
            [".git/config", "a/.DS_Store", "THUMBS.db", "x/__pycache__/m.txt", "m.pyc", ".venv/x", "node_modules/x"]
        {
            assert_eq!(left_out_reason(path), Some(LeftOutReason::Ignored), "{path}");
        }
        for path in
            [".env", "a/.env.local", ".ENV", "k/server.pem", "x.key", "id_rsa", ".npmrc", ".netrc", "Credentials.json"]
        {
            assert_eq!(left_out_reason(path), Some(LeftOutReason::Secret), "{path}");
        }
        for path in [
            "SKILL.md",
            ".gitignore",
            "env",
            "key",
            "my_id_x",
            "credentials/readme.md",
            "id_x/a",
            "a.key/b",
            ".npmrc.md",
        ] {
            assert_eq!(left_out_reason(path), None, "{path}");
        }
    }

    #[test]
    fn skillignore_speaks_gitignore() {
        let rules =
            SkillIgnore::parse("# notes\r\n*.tmp\n!keep.tmp\n/out/\ndeep/**/x\n*.md\n.skillignore\n".as_bytes())
                .unwrap();
        for (path, folder) in
            [("a.tmp", false), ("d/a.tmp", false), ("out", true), ("deep/a/b/x", false), ("r.md", false)]
        {
            assert!(rules.leaves_out(path, folder), "{path}");
        }
        for (path, folder) in
            [("keep.tmp", false), ("out", false), ("d/out", true), ("SKILL.md", false), (".skillignore", false)]
        {
            assert!(!rules.leaves_out(path, folder), "{path}");
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = SkillIgnore::parse(b"ok\na{b\n").err().unwrap();
        assert!(matches!(&error, Refusal::SkillIgnore(text) if text.starts_with("line 2: ")), "{error}");
        assert!(SkillIgnore::parse(b"\xff").is_err());
    }
}
