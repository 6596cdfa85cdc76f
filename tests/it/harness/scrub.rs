//! What differs from run to run is replaced by a word, so that a snapshot says the same each time.

use std::path::Path;

/// Replaces the home, loopback ports, digests and UUIDs.
pub(crate) fn scrub(text: &str, home: &Path) -> String {
    let text = text.replace(&home.display().to_string(), "[HOME]");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let boundary = !out.ends_with(|before: char| before.is_ascii_alphanumeric());
        if let Some(after) = rest.strip_prefix("127.0.0.1:") {
            out.push_str("127.0.0.1:[PORT]");
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        } else if boundary && let Some(after) = uuid(rest) {
            out.push_str("[UUID]");
            rest = after;
        } else if boundary && let Some(after) = hex(rest, 64) {
            out.push_str("[SHA]");
            rest = after;
        } else if boundary && let Some(after) = hex(rest, 12) {
            out.push_str("[SHORT]");
            rest = after;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// What follows exactly so many hexadecimal digits, of which at least one is a number.
fn hex(text: &str, digits: usize) -> Option<&str> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | 'a'..='f')).unwrap_or(text.len());
    let mixed = text[..end].contains(|c: char| c.is_ascii_digit());
    (end == digits && mixed && !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric())).then(|| &text[end..])
}

fn uuid(text: &str) -> Option<&str> {
    let mut rest = text;
    for (index, digits) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix('-')?;
        }
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        if end != digits {
            return None;
        }
        rest = &rest[end..];
    }
    Some(rest)
}

#[test]
fn what_differs_is_replaced() {
    let text =
        format!("/tmp/home1/x http://127.0.0.1:4711/a {} 7c1d6a4e-9f0b-4a53-8f3e-1d2c3b4a5968 deed", "a1".repeat(32));
    assert_eq!(scrub(&text, Path::new("/tmp/home1")), "[HOME]/x http://127.0.0.1:[PORT]/a [SHA] [UUID] deed");
}
