//! Text of strangers made harmless before a terminal sees it: no control, bidirectional or zero-width characters.

/// Whether a character may only be shown escaped or not at all: it moves the cursor, turns the direction of text, or
/// cannot be seen.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// One line: white space of every sort is one blank, what cannot be seen is gone.
pub(crate) fn line(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The same, but line breaks and tabs stay.
pub(crate) fn lines(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !is_hidden(*c)).collect()
}

/// Something that is shown as one harmless line.
#[derive(Debug)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: std::fmt::Display> std::fmt::Display for Shown<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&line(&self.0.to_string()))
    }
}

/// The text of a JSON document with every character escaped that a terminal might obey; what it means stays the same.
pub(crate) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Below U+0020 only the document's own line breaks are left, and such characters stand inside strings alone.
        if c >= '\u{7f}' && is_hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_cannot_steer_the_terminal() {
        assert_eq!(line("a\u{1b}[31mred\u{202e}x\u{200b}\r\nb\tc"), "a[31mredx b c");
        assert_eq!(lines("a\nb\u{7}\tc"), "a\nb\tc");
        assert_eq!(Shown("a\nb\u{7}").to_string(), "a b");
        assert_eq!(line("grün 日本"), "grün 日本");
    }

    #[test]
    fn json_means_the_same_and_steers_nothing() {
        let text = "a\u{1b}[31m\u{9b}31m\u{202e}\u{e0041}\u{7f}ü";
        let document = serde_json::to_string(text).unwrap();
        let safe = json(&document);
        assert_eq!(safe, "\"a\\u001b[31m\\u009b31m\\u202e\\udb40\\udc41\\u007fü\"");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }
}
