//! Numbers as people say them, and sentences in lines. Pure.

use skillzdrive_wire::uploads::ScanFinding;
use unicode_width::UnicodeWidthChar as _;
use unicode_width::UnicodeWidthStr as _;

use crate::ui::clean;

/// A size in the units of a thousand that disks are sold in: `640 B`, `1.2 MB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    // Tenths of the unit, rounded; whole numbers, so that no float decides what is shown.
    let mut divisor: u64 = 1000;
    for unit in UNITS {
        let tenths = (u128::from(bytes) * 10 + u128::from(divisor) / 2) / u128::from(divisor);
        if tenths < 1000 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        let whole = (u128::from(bytes) + u128::from(divisor) / 2) / u128::from(divisor);
        if whole < 1000 {
            return format!("{whole} {unit}");
        }
        divisor = divisor.saturating_mul(1000);
    }
    format!("{bytes} B")
}

/// A price: `free`, `1 credit`, `3 credits`.
pub(crate) fn credits(n: u64) -> String {
    match n {
        0 => "free".to_owned(),
        1 => "1 credit".to_owned(),
        _ => format!("{n} credits"),
    }
}

/// How long something has been: `today`, `1 day`, `45 days`, `2 years`.
pub(crate) fn age(seconds: u64) -> String {
    let days = usize::try_from(seconds / 86_400).unwrap_or(usize::MAX);
    match days {
        0 => "today".to_owned(),
        1..730 => count(days, "day"),
        _ => count(days / 365, "year"),
    }
}

/// A number with its noun: `1 skill`, `3 skills`, `2 entries`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{n} {stem}ies"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{n} {noun}es"),
        _ => format!("{n} {noun}s"),
    }
}

/// `critical reverse-shell SKILL.md:7:1: what …`, and below it the line that it was found in: what a drive's security
/// rules say.
pub(crate) fn finding(finding: &ScanFinding) -> String {
    let mut place = if finding.path.is_empty() { "the skill".to_owned() } else { finding.path.clone() };
    for number in [finding.line, finding.column].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    let head = clean::line(&format!("{} {} {place}: {}", finding.severity, finding.rule, finding.message));
    match finding.excerpt.as_deref().map(clean::line).filter(|excerpt| !excerpt.is_empty()) {
        Some(excerpt) => format!("{head}\n    {excerpt}"),
        None => head,
    }
}

/// The same lines, two columns further in.
pub(crate) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A text of at most so many columns; what is longer ends in `…`.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width() + c.width().unwrap_or(0) + 1 > columns {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// A sentence in lines of at most so many columns, broken between words; a word that is longer has a line of its own.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_by_columns() {
        assert_eq!(cut("four", 4), "four");
        assert_eq!(cut("longer", 4), "lon…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("x", 0), "…");
    }

    #[test]
    fn sentences_break_between_words_alone() {
        assert_eq!(wrapped("one two three", 80), "one two three");
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(wrapped("a incomprehensibility b", 5), "a\nincomprehensibility\nb");
        assert_eq!(wrapped("日本 語", 5), "日本\n語");
        assert_eq!(wrapped("", 5), "");
    }

    #[test]
    fn sizes_are_rounded_to_what_a_person_reads() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1_234_567, "1.2 MB"),
            (99_940, "99.9 kB"),
            (99_960, "100 kB"),
            (999_499, "999 kB"),
            (999_999, "1.0 MB"),
            (123_456_789_012, "123 GB"),
        ] {
            assert_eq!(size(bytes), text, "{bytes}");
        }
        assert!(size(u64::MAX).ends_with('B'));
    }

    #[test]
    fn prices_and_ages_are_words() {
        assert_eq!([0, 1, 2].map(credits), ["free", "1 credit", "2 credits"]);
        let day = 86_400;
        assert_eq!([day - 1, day, 45 * day, 800 * day].map(age), ["today", "1 day", "45 days", "2 years"]);
    }

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(count(0, "skill"), "0 skills");
        assert_eq!(count(1, "skill"), "1 skill");
        assert_eq!(count(2, "entry"), "2 entries");
        assert_eq!(count(2, "key"), "2 keys");
        assert_eq!(count(2, "branch"), "2 branches");
    }
}
