//! The line in a repository's `.gitattributes` by which git leaves the bytes of skills alone.
//!
//! A checkout that turns LF into CRLF changes every digest. Only a line is added; what is there stays byte for byte.

use std::path::Path;

use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;

/// The line.
pub(crate) const LINE: &str = ".agents/skills/** -text";
/// The file, in the repository's root.
pub(crate) const FILE: &str = ".gitattributes";

/// Whether the line is there already.
///
/// # Errors
/// When the file is there and cannot be read as text.
pub(crate) fn is_there(root: &Path) -> Result<bool> {
    Ok(atomic::read_text(&root.join(FILE))?.is_some_and(|text| has_line(&text)))
}

/// Adds the line, unless it is there.
///
/// # Errors
/// As [`is_there`], and when the file cannot be written.
pub(crate) fn add(root: &Path) -> Result<bool> {
    let path = root.join(FILE);
    let text = atomic::read_text(&path)?.unwrap_or_default();
    if has_line(&text) {
        return Ok(false);
    }
    atomic::write(&path, with_line(&text).as_bytes(), Privacy::Shared)?;
    Ok(true)
}

fn has_line(text: &str) -> bool {
    text.lines().any(|line| line.split_whitespace().eq(LINE.split_whitespace()))
}

/// The text with the line behind it, with the line ends that the file has.
fn with_line(text: &str) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    format!("{text}{gap}{LINE}{end}")
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
            assert!(!has_line(before), "{before:?}");
            assert_eq!(with_line(before), after);
            assert!(has_line(after), "{after:?}");
        }
        assert!(has_line("x\n  .agents/skills/**   -text\n"));
    }
}
