//! What changes between two versions, file by file, as a unified diff that hides nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use similar::TextDiff;

use crate::update::files;
use crate::update::files::Files;

/// Larger texts are named, not compared.
const MOST_TEXT: usize = 1 << 20;
/// How long one file is compared; after that the diff is coarser, never wrong.
const PATIENCE: Duration = Duration::from_secs(2);

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its content is another.
    Changed,
}

impl Change {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// One file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileDiff {
    /// Its path inside the skill, with what cannot be seen written out.
    pub(crate) path: String,
    /// What became of it.
    pub(crate) change: Change,
    /// The unified diff, or one line for what is no text.
    pub(crate) text: String,
}

/// Compares two versions; files that are alike are left out.
pub(crate) fn diff(old: &Files, new: &Files) -> Vec<FileDiff> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut diffs = Vec::new();
    for path in paths {
        let (before, after) = (old.get(path), new.get(path));
        let change = match (before, after) {
            (Some(before), Some(after)) if before == after => continue,
            (Some(_), Some(_)) => Change::Changed,
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
        };
        let shown = files::visible(path).replace(['\n', '\t'], "?");
        let empty = Vec::new();
        let text = unified(&shown, change, before.unwrap_or(&empty), after.unwrap_or(&empty));
        diffs.push(FileDiff { path: shown, change, text });
    }
    diffs
}

fn unified(path: &str, change: Change, before: &[u8], after: &[u8]) -> String {
    let (from, to) = match change {
        Change::Added => ("/dev/null".to_owned(), format!("b/{path}")),
        Change::Removed => (format!("a/{path}"), "/dev/null".to_owned()),
        Change::Changed => (format!("a/{path}"), format!("b/{path}")),
    };
    let (Some(old), Some(new)) = (files::text(before), files::text(after)) else {
        return format!("--- {from}\n+++ {to}\nnot text: {} and {} bytes\n", before.len(), after.len());
    };
    if old.len().max(new.len()) > MOST_TEXT {
        return format!("--- {from}\n+++ {to}\ntoo large to compare: {} and {} bytes\n", before.len(), after.len());
    }
    // What cannot be seen is written out before the comparison, so that a line that differs only by it differs visibly.
    let (old, new) = (files::visible(old), files::visible(new));
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old.as_str(), new.as_str());
    let text = diff.unified_diff().context_radius(3).header(&from, &to).to_string();
    if text.is_empty() { format!("--- {from}\n+++ {to}\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &[u8])]) -> Files {
        list.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
    }

    #[test]
    fn files_come_go_and_change() {
        let old = files(&[("SKILL.md", b"a\nb\nc\n"), ("gone.txt", b"x\n"), ("same", b"s"), ("pic", b"\0")]);
        let new = files(&[("SKILL.md", b"a\nB\nc\n"), ("new.txt", b"y"), ("same", b"s"), ("pic", b"\0\0")]);
        let texts: Vec<String> = diff(&old, &new).into_iter().map(|one| one.text).collect();
        assert_eq!(
            texts,
            [
                "--- a/SKILL.md\n+++ b/SKILL.md\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
                "--- a/gone.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
                "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+y\n\\ No newline at end of file\n",
                "--- a/pic\n+++ b/pic\nnot text: 1 and 2 bytes\n",
            ]
        );
        assert!(diff(&old, &old).is_empty());
    }

    #[test]
    fn nothing_hides_in_a_diff() {
        let old = files(&[("a\u{202e}b", b"x\n")]);
        let new = files(&[("a\u{202e}b", "x\u{200b}\n".as_bytes())]);
        let only = diff(&old, &new).remove(0);
        assert_eq!(only.path, "a<U+202E>b");
        assert!(only.text.contains("-x\n+x<U+200B>\n"), "{}", only.text);
    }
}
