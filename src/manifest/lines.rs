//! Where each value of a JSON text stands, so that a finding can name a line, and which fields are there twice.
//!
//! The text must have been read as JSON before: nothing here judges it, and what it would stumble over cannot come.

use std::collections::HashMap;

/// The place of the file as a whole.
pub(super) const ROOT: &str = ".";

/// The lines of all places.
#[derive(Debug, Default)]
pub(super) struct Places {
    lines: HashMap<String, usize>,
    /// Fields that their object has twice.
    pub(super) twice: Vec<String>,
}

impl Places {
    /// The line of a place, from 1.
    pub(super) fn line(&self, place: &str) -> usize {
        self.lines.get(place).copied().unwrap_or(1)
    }
}

/// The place of a field of an object.
pub(super) fn below(place: &str, field: &str) -> String {
    let plain = !field.is_empty() && field.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-'));
    match (place, plain) {
        (ROOT, true) => field.to_owned(),
        (ROOT, false) => format!("[{}]", quoted(field)),
        (_, true) => format!("{place}.{field}"),
        (_, false) => format!("{place}[{}]", quoted(field)),
    }
}

fn quoted(field: &str) -> String {
    serde_json::Value::from(field).to_string()
}

/// Finds every place of a text that is JSON.
pub(super) fn places(text: &str) -> Places {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, line: 1, places: Places::default() };
    scan.value(ROOT);
    scan.places
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    places: Places,
}

impl Scan<'_> {
    /// One value, from the blanks before it to its last byte. The depth is that of what was read as JSON before, which
    /// is limited there.
    fn value(&mut self, place: &str) {
        let first = self.peek();
        self.places.lines.insert(place.to_owned(), self.line);
        match first {
            b'{' => self.members(|scan, _| {
                scan.peek();
                let name = scan.text();
                let at = below(place, &name);
                if scan.places.lines.contains_key(&at) {
                    scan.places.twice.push(at.clone());
                }
                // The colon.
                scan.peek();
                scan.at += 1;
                scan.value(&at);
            }),
            b'[' => self.members(|scan, index| scan.value(&format!("{place}[{index}]"))),
            b'"' => {
                self.text();
            }
            _ => {
                while self.bytes.get(self.at).is_some_and(|b| !b.is_ascii_whitespace() && !b",]}".contains(b)) {
                    self.at += 1;
                }
            }
        }
    }

    /// What stands between two brackets, separated by commas.
    fn members(&mut self, mut member: impl FnMut(&mut Self, usize)) {
        self.at += 1;
        let mut index = 0;
        loop {
            match self.peek() {
                0 => return,
                b'}' | b']' => {
                    self.at += 1;
                    return;
                }
                b',' => self.at += 1,
                _ => {
                    member(self, index);
                    index += 1;
                }
            }
        }
    }

    /// The next byte that is no blank; 0 at the end.
    fn peek(&mut self) -> u8 {
        while let Some(byte) = self.bytes.get(self.at).filter(|byte| byte.is_ascii_whitespace()) {
            self.line += usize::from(*byte == b'\n');
            self.at += 1;
        }
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// A text in quotes.
    fn text(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'"' => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at = (self.at + 1).min(self.bytes.len());
        serde_json::from_slice(&self.bytes[start..self.at]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_line() {
        let text = "{\n \"a\": [1,\n  {\"b c\": \"x\\\"}\"},\n  true],\n\"d\" :\n{ \"e\":\nnull, \"e\": 2 } }";
        let places = places(text);
        for (place, line) in
            [(".", 1), ("a", 2), ("a[0]", 2), ("a[1]", 3), ("a[1][\"b c\"]", 3), ("a[2]", 4), ("d", 6), ("d.e", 7)]
        {
            assert_eq!(places.line(place), line, "{place}");
        }
        assert_eq!(places.twice, ["d.e"]);
    }

    #[test]
    fn no_text_makes_it_stumble() {
        for text in ["", "{", "[", "{\"a", "{\"a\"", "{\"a\":", "[1,", "\"\\", "nul", "{\"a\":[{\"b\":1", "]", "}"] {
            places(text);
        }
    }
}
