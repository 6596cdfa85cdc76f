//! Texts as words for PostgreSQL's full text: cut, in small letters and without accents, as SQLite's index does it.
//!
//! Words consist of letters and digits only, so that nothing in them is syntax of the engine.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::dialect::MOST_WORDS;

/// The engine refuses longer words; what is cut off is still found by its beginning.
const LONGEST_WORD: usize = 255;

/// The engine knows no later place in a text; what stands behind it is counted as standing there.
const LAST_PLACE: usize = 16_383;

/// More words of one skill than this are not looked at: the engine's index entry of a text has at most a megabyte.
const MOST_INDEXED: usize = 20_000;

/// The words of a text, in their order.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        for small in c.to_lowercase().filter(|c| c.is_alphanumeric()) {
            if let Some(word) = words.last_mut().filter(|word| word.len() + small.len_utf8() <= LONGEST_WORD) {
                word.push(small);
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Texts, each with the letter of its weight, as a `tsvector`.
pub(super) fn vector(texts: &[(&str, char)]) -> String {
    let mut vector = String::new();
    let weighed = texts.iter().flat_map(|(text, weight)| words(text).into_iter().map(move |word| (word, weight)));
    for (place, (word, weight)) in weighed.take(MOST_INDEXED).enumerate() {
        vector.push_str(&format!("'{word}':{}{weight} ", (place + 1).min(LAST_PLACE)));
    }
    vector
}

/// A person's words as a `tsquery`, in which the beginning of a word is enough; `None` when there are none.
pub(super) fn query(text: &str, by: &str) -> Option<String> {
    let words: Vec<String> = words(text).iter().take(MOST_WORDS).map(|word| format!("'{word}':*")).collect();
    (!words.is_empty()).then(|| words.join(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_no_accents_and_no_syntax() {
        assert_eq!(words("PDF-Tools, v2: Crème brûlée & Straße"), ["pdf", "tools", "v2", "creme", "brulee", "straße"]);
        assert_eq!(words("日本語 e\u{301}t\u{e9}"), ["日本語", "ete"]);
        assert_eq!(words(" '\\ \0 :* "), [""; 0]);
        assert_eq!(vector(&[("pdf", 'A'), ("a 'b' \\", 'D')]), "'pdf':1A 'a':2D 'b':3D ");
        assert_eq!(query("a' | !b:*", " & ").unwrap(), "'a':* & 'b':*");
        assert_eq!(query("'\0", " & "), None);
    }

    #[test]
    fn nothing_is_too_long() {
        let long = "ä".repeat(3_000);
        assert_eq!(words(&long), ["a".repeat(LONGEST_WORD)]);
        let many = "b ".repeat(30_000);
        let vector = vector(&[(&many, 'D')]);
        assert_eq!(vector.split_whitespace().count(), MOST_INDEXED);
        assert!(vector.ends_with("'b':16383D "));
        assert_eq!(query(&many, " & ").unwrap().matches(":*").count(), MOST_WORDS);
    }
}
