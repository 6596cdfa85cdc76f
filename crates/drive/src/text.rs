//! Strangers' words made fit to be shown: one line, no character that hides or turns what stands around it.

/// One line of at most so many characters; a longer text ends in `…`.
pub(crate) fn line(text: &str, longest: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !hides(*c)).collect();
    let mut line = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() > longest {
        line = line.chars().take(longest.saturating_sub(1)).collect();
        line.push('…');
    }
    line
}

/// Control characters, and those that turn the direction of text or cannot be seen.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_name_is_one_honest_line() {
        assert_eq!(line(" cli@\u{202e}laptop\n\tof  me\0 ", 80), "cli@laptop of me");
        assert_eq!(line("日本語の名前 عربي", 80), "日本語の名前 عربي");
        assert_eq!(line("abcdef", 5), "abcd…");
        assert_eq!(line("\u{200b}", 5), "");
    }
}
