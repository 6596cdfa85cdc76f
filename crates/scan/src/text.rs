//! From bytes to text with lines: which encoding, which line, what can be shown.

use std::borrow::Cow;
use std::cell::OnceCell;

/// The text of a file. Where its lines begin is told once somebody asks: in most files nothing is found.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    pub(crate) content: Cow<'a, str>,
    lines: OnceCell<Vec<u32>>,
}

/// Why bytes are no text, or not all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// All of it is text.
    Whole,
    /// Some bytes are not UTF-8 and were replaced.
    Damaged,
    /// It is a program or data.
    Binary(&'static str),
}

impl<'a> Text<'a> {
    pub(crate) fn new(content: Cow<'a, str>) -> Self {
        Self { content, lines: OnceCell::new() }
    }

    /// Where the lines begin.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.content.as_bytes());
            std::iter::once(0).chain(ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// The line of a byte, from 0.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.lines().partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(crate) fn place(&self, at: usize) -> (u32, u32) {
        let line = self.line_of(at);
        let before = self.content.get(self.start(line)..at).unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (count(line + 1), count(before.chars().count() + 1))
    }

    /// The text of a line, without its end.
    pub(crate) fn line(&self, line: usize) -> &str {
        self.content[self.start(line)..self.start(line + 1)].trim_end_matches(['\n', '\r'])
    }

    /// The byte where a line begins.
    pub(crate) fn start(&self, line: usize) -> usize {
        self.lines().get(line).map_or(self.content.len(), |start| usize::try_from(*start).unwrap_or(usize::MAX))
    }

    /// A part of the text.
    pub(crate) fn slice(&self, range: std::ops::Range<usize>) -> &str {
        self.content.get(range).unwrap_or_default()
    }
}

/// What bytes say, and how much of that is text.
pub(crate) fn read(bytes: &[u8]) -> (Option<Cow<'_, str>>, Reading) {
    if let Some(kind) = program(bytes) {
        return (None, Reading::Binary(kind));
    }
    if let Some(text) = utf16(bytes) {
        return (Some(Cow::Owned(text)), Reading::Whole);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if !looks_binary(bytes) => (Some(Cow::Borrowed(text)), Reading::Whole),
        // Bytes cut in the middle of a character, at the end of what is analysed, are not damage.
        Err(error) if error.error_len().is_none() && !looks_binary(bytes) => {
            (Some(String::from_utf8_lossy(&bytes[..error.valid_up_to()])), Reading::Whole)
        }
        Err(_) if !looks_binary(bytes) => (Some(String::from_utf8_lossy(bytes)), Reading::Damaged),
        _ => (None, Reading::Binary("data")),
    }
}

/// The sort of program or archive that bytes begin like.
fn program(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 16] = [
        (b"\x7fELF", "Linux program"),
        (b"MZ", "Windows program"),
        (b"\xfe\xed\xfa\xce", "macOS program"),
        (b"\xfe\xed\xfa\xcf", "macOS program"),
        (b"\xce\xfa\xed\xfe", "macOS program"),
        (b"\xcf\xfa\xed\xfe", "macOS program"),
        (b"\xca\xfe\xba\xbe", "macOS program or Java class"),
        (b"\0asm", "WebAssembly program"),
        (b"PK\x03\x04", "zip archive"),
        (b"\x1f\x8b", "gzip archive"),
        (b"7z\xbc\xaf\x27\x1c", "7z archive"),
        (b"Rar!", "rar archive"),
        (b"BZh", "bzip2 archive"),
        (b"\xfd7zXZ\0", "xz archive"),
        (b"%PDF-", "PDF"),
        (b"SQLite format 3\0", "database"),
    ];
    // Text may begin with the letters of two of these magics.
    let plain = |kind: &str| !matches!(kind, "Windows program") || bytes.iter().take(64).any(|byte| *byte == 0);
    MAGIC.iter().find(|(magic, kind)| bytes.starts_with(magic) && plain(kind)).map(|(_, kind)| *kind)
}

fn looks_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8 << 10)];
    // Asked first, because most of what is no text has one early.
    memchr::memchr(0, head).is_some() || {
        let odd = head.iter().filter(|byte| **byte < 9 || (14..27).contains(*byte)).count();
        odd * 20 > head.len()
    }
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (little, body) = match bytes {
        [0xff, 0xfe, body @ ..] => (true, body),
        [0xfe, 0xff, body @ ..] => (false, body),
        _ => return None,
    };
    let units = body.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    });
    Some(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// Characters of an excerpt.
const EXCERPT: usize = 160;

/// A line that a terminal can be shown: cut around a column, with what cannot be seen written as `<U+202E>`.
pub(crate) fn shown(line: &str, column: u32) -> String {
    let from = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let count = line.chars().count();
    let start = if count <= EXCERPT { 0 } else { from.saturating_sub(40).min(count.saturating_sub(EXCERPT)) };
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    for c in line.chars().skip(start).take(EXCERPT) {
        shown.push_str(&visible(c));
    }
    if start + EXCERPT < count {
        shown.push('…');
    }
    shown.trim().to_owned()
}

/// A character, or its name where a person would not see it.
pub(crate) fn visible(c: char) -> Cow<'static, str> {
    if c == '\t' {
        return Cow::Borrowed("    ");
    }
    if c.is_control() || crate::unicode::is_invisible(c) {
        return Cow::Owned(format!("<U+{:04X}>", u32::from(c)));
    }
    Cow::Owned(c.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let text = Text::new("ä b\r\nc d\n".into());
        assert_eq!(text.place(3), (1, 3));
        assert_eq!(text.place(6), (2, 1));
        assert_eq!(text.line(1), "c d");
        assert_eq!(text.line(7), "");
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(read(b"\x7fELF\x02").1, Reading::Binary("Linux program"));
        assert_eq!(read(b"MZ is how this text begins"), (Some("MZ is how this text begins".into()), Reading::Whole));
        assert_eq!(read(b"\xff\xfeh\0i\0").0.as_deref(), Some("hi"));
        assert_eq!(read(b"caf\xe9 au lait").1, Reading::Damaged);
        assert_eq!(read("caf\u{e9}".as_bytes().split_last().unwrap().1).0.as_deref(), Some("caf"));
        assert_eq!(read(&[0, 1, 2, 3]).1, Reading::Binary("data"));
    }

    #[test]
    fn an_excerpt_hides_nothing_and_is_cut_around_its_column() {
        assert_eq!(shown("a\u{202e}b\u{1b}[2J", 1), "a<U+202E>b<U+001B>[2J");
        let long = format!("{}here{}", "x".repeat(500), "y".repeat(500));
        let cut = shown(&long, 501);
        assert!(cut.contains("here") && cut.chars().count() < 170 && cut.starts_with('…') && cut.ends_with('…'));
    }
}
