//! A skill's files in memory, and text made visible. Nothing here decides or writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::pack_dir;

use crate::error::Result;

/// Every file by its path inside the skill.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The files of a package.
///
/// # Errors
/// Exit 7 for a package that is not safe.
pub(crate) fn of_zip(bytes: &[u8]) -> Result<Files> {
    let archive = open_zip(bytes, &Limits::default())?;
    let mut files = Files::new();
    for file in &archive.files {
        // What no digest counts is no part of a version.
        if skillzdrive_skill::left_out_reason(&file.path).is_none() {
            files.insert(file.path.clone(), archive.read(&file.path)?);
        }
    }
    Ok(files)
}

/// The files of a folder, as far as they are part of the skill.
///
/// # Errors
/// Exit 7 for what is not a skill.
pub(crate) fn of_dir(folder: &Path, options: &PackOptions) -> Result<Files> {
    of_zip(&pack_dir(folder, options)?.zip)
}

/// Content as text, if it is text.
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// Text in which everything that cannot be seen, or that turns or moves what is shown, is written as its code point.
/// Line breaks and tabs stay.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' || !is_hidden(c) {
            out.push(c);
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        }
    }
    out
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00A0}' | '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{2000}'..='\u{200F}'
            | '\u{2028}'..='\u{202F}'
            | '\u{205F}'..='\u{206F}'
            | '\u{3000}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        let hidden = "a\u{202e}b\u{200b}c\u{1b}[31m\r\n\td\u{e0041}";
        assert_eq!(visible(hidden), "a<U+202E>b<U+200B>c<U+001B>[31m<U+000D>\n\td<U+E0041>");
        assert_eq!(visible("grün 日本 \\u{202e}"), "grün 日本 \\u{202e}");
    }

    #[test]
    fn bytes_that_are_no_text_are_none() {
        assert_eq!(text(b"a\n"), Some("a\n"));
        assert_eq!(text(b"a\0"), None);
        assert_eq!(text(b"\xff"), None);
    }
}
