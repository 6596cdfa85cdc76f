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

/// The same, but line breaks stay.
pub(crate) fn lines(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !is_hidden(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_cannot_steer_the_terminal() {
        assert_eq!(line("a\u{1b}[31mred\u{202e}x\u{200b}\r\nb\tc"), "a[31mredx b c");
        assert_eq!(lines("a\nb\u{7}"), "a\nb");
        assert_eq!(line("grün 日本"), "grün 日本");
    }
}
