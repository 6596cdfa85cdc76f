//! The lines in a repository's `.gitattributes` by which git leaves the bytes of skills alone, and merges lockfiles skill
//! by skill.
//!
//! A checkout that turns LF into CRLF changes every digest. Only a line is added; what is there stays byte for byte.

use std::path::Path;

use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;

/// One of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Git changes no line end in the skills below the file's folder.
    Bytes,
    /// Lockfiles at any depth are merged by the driver of this name.
    Merge,
}

impl Line {
    /// As it stands in the file.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Bytes => ".agents/skills/** -text",
            Self::Merge => "skillzdrive.lock merge=skillzdrive",
        }
    }
}

/// The file, in the project's root.
pub(crate) const FILE: &str = ".gitattributes";

/// Whether the line is there already.
///
/// # Errors
/// When the file is there and cannot be read as text.
pub(crate) fn is_there(root: &Path, line: Line) -> Result<bool> {
    Ok(atomic::read_text(&root.join(FILE))?.is_some_and(|text| has_line(&text, line)))
}

/// Adds the line, unless it is there.
///
/// # Errors
/// As [`is_there`], and when the file cannot be written.
pub(crate) fn add(root: &Path, line: Line) -> Result<bool> {
    let path = root.join(FILE);
    let text = atomic::read_text(&path)?.unwrap_or_default();
    if has_line(&text, line) {
        return Ok(false);
    }
    atomic::write(&path, with_line(&text, line).as_bytes(), Privacy::Shared)?;
    Ok(true)
}

fn has_line(text: &str, line: Line) -> bool {
    text.lines().any(|there| there.split_whitespace().eq(line.text().split_whitespace()))
}

/// The text with the line behind it, with the line ends that the file has.
fn with_line(text: &str, line: Line) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    format!("{text}{gap}{}{end}", line.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_comes_once_and_the_rest_stays() {
        for (before, after) in [
            ("", ".agents/skills/** -text\n"),
            ("*.png binary\n", "*.png binary\n.agents/skills/** -text\n"),
            ("*.png binary", "*.png binary\n.agents/skills/** -text\n"),
            ("a b\r\n", "a b\r\n.agents/skills/** -text\r\n"),
            ("# .agents/skills/** -text\n", "# .agents/skills/** -text\n.agents/skills/** -text\n"),
        ] {
            assert!(!has_line(before, Line::Bytes), "{before:?}");
            assert_eq!(with_line(before, Line::Bytes), after);
            assert!(has_line(after, Line::Bytes), "{after:?}");
        }
        assert!(has_line("x\n  .agents/skills/**   -text\n", Line::Bytes));
    }
}
