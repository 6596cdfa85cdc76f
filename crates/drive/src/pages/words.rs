//! Times, sizes and numbers as people read them.

use maud::Markup;
use maud::html;

use crate::time;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// An instant in words, in UTC: `24 Nov 2026, 05:39 UTC`; the machine's form beside it. In a narrow column it breaks
/// between the day and the time.
pub(super) fn instant(millis: i64) -> Markup {
    let text = time::rfc3339(millis);
    let (year, hour) = (text.get(..4).unwrap_or_default(), text.get(11..16).unwrap_or_default());
    html! { time datetime=(text) { (day(&text)) "\u{a0}" (year) ", " (hour) "\u{a0}UTC" } }
}

/// A date in short: `24 Nov`.
pub(super) fn short_day(millis: i64) -> String {
    day(&time::rfc3339(millis)).replace('\u{a0}', " ")
}

fn day(rfc3339: &str) -> String {
    let month = rfc3339.get(5..7).and_then(|digits| digits.parse::<usize>().ok()).unwrap_or(1);
    let day = rfc3339.get(8..10).unwrap_or_default().trim_start_matches('0');
    format!("{day}\u{a0}{}", MONTHS[(month.clamp(1, 12)) - 1])
}

/// A size in the units of a thousand: `640 B`, `1.2 MB`.
pub(super) fn size(bytes: u64) -> String {
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let rounded = |divisor: u128| (u128::from(bytes) + divisor / 2) / divisor;
    let mut unit = 1_000u128;
    for name in ["kB", "MB", "GB", "TB", "PB"] {
        let tenths = rounded(unit / 10);
        if tenths < 1_000 {
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
        if rounded(unit) < 1_000 {
            return format!("{} {name}", rounded(unit));
        }
        unit *= 1_000;
    }
    format!("{bytes} B")
}

/// A number with its thousands apart: `1 234`, with a narrow space that does not break.
pub(super) fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    if number < 0 {
        text.push('−');
    }
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 skill`, `3 skills`.
pub(super) fn count(n: u64, noun: &str) -> String {
    let shown = number(i64::try_from(n).unwrap_or(i64::MAX));
    if n == 1 { format!("{shown} {noun}") } else { format!("{shown} {noun}s") }
}

/// A fragment of the error table as a sentence.
pub(super) fn sentence(fragment: &str) -> String {
    let mut chars = fragment.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_are_words() {
        let text = instant(1_795_498_778_000).into_string();
        assert_eq!(text, "<time datetime=\"2026-11-24T05:39:38Z\">24\u{a0}Nov\u{a0}2026, 05:39\u{a0}UTC</time>");
        assert_eq!(short_day(951_782_400_000), "29 Feb");
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (45_213, "45.2 kB"),
            (999_950, "1.0 MB"),
            (123_456_789, "123 MB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(number(-100), "−100");
        assert_eq!((count(1, "skill"), count(0, "skill")), ("1 skill".to_owned(), "0 skills".to_owned()));
    }
}
