//! Words that are written from right to left, kept from turning what stands beside them. Pure.
//!
//! A terminal that orders such text takes numbers and punctuation near it into its own order: the version behind a Hebrew
//! name would stand before it. An isolate around each such run ends that, and is invisible. Only what a person sees gets
//! it: in a pipe the text stays as it is.

/// Begins a run whose direction is its own.
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
/// Ends it.
const POP_ISOLATE: char = '\u{2069}';

/// Whether a character is written from right to left, whatever stands around it.
fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// The text with an isolate around every run from right to left. A run goes over single blanks and signs between such
/// words; two blanks, which stand between columns, end it, as does the line.
pub(crate) fn isolated(text: &str) -> String {
    if !text.chars().any(is_right_to_left) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find(is_right_to_left) {
        let end = start + run(&rest[start..]);
        out.push_str(&rest[..start]);
        out.push(FIRST_STRONG_ISOLATE);
        out.push_str(&rest[start..end]);
        out.push(POP_ISOLATE);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The length of the run at the text's beginning, in bytes: to its last character from right to left.
fn run(text: &str) -> usize {
    let (mut end, mut before) = (0, '\0');
    for (at, c) in text.char_indices() {
        if is_right_to_left(c) {
            end = at + c.len_utf8();
        } else if c == '\n' || c == '\t' || c == ' ' && before == ' ' || c.is_alphanumeric() {
            break;
        }
        before = c;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_isolated_from_what_stands_beside_it() {
        assert_eq!(isolated("plain, grün 日本 1.2"), "plain, grün 日本 1.2");
        assert_eq!(isolated("שלום 1.2"), "\u{2068}שלום\u{2069} 1.2");
        assert_eq!(isolated("a שלום, עולם! b"), "a \u{2068}שלום, עולם\u{2069}! b");
        assert_eq!(isolated("שלום abc עולם"), "\u{2068}שלום\u{2069} abc \u{2068}עולם\u{2069}");
    }

    #[test]
    fn neither_column_nor_line_is_crossed() {
        assert_eq!(isolated("שלום  עולם"), "\u{2068}שלום\u{2069}  \u{2068}עולם\u{2069}");
        assert_eq!(isolated("مرحبا\nعالم"), "\u{2068}مرحبا\u{2069}\n\u{2068}عالم\u{2069}");
        assert_eq!(isolated("مرحبا\tعالم"), "\u{2068}مرحبا\u{2069}\t\u{2068}عالم\u{2069}");
    }
}
