//! Prose as sentences of words, so that what a text asks for can be judged by its meaning and not by its spelling.
//!
//! Words are in lower case, letters that only look Latin are taken for those, and what cannot be seen inside of a word is
//! dropped. Endings are taken off the common verbs by listing stems, not by a general rule: wrong stems cry wolf.

use crate::lexicon;
use crate::lexicon::NOT;
use crate::lexicon::Words;
use crate::span::Span;
use crate::unicode;

/// A word and where it begins in its stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) word: String,
    pub(crate) at: usize,
    /// The sets that the word is in.
    sets: u64,
}

/// What a sentence is asked for.
pub(crate) trait Holds {
    fn holds(&self, token: &Token) -> bool;

    /// Whether it may hold a word of a sentence, told without looking at the words.
    fn may_hold(&self, sentence: &Sentence) -> bool;
}

impl Holds for Words {
    fn holds(&self, token: &Token) -> bool {
        self.is_in(token.sets)
    }

    fn may_hold(&self, sentence: &Sentence) -> bool {
        self.is_in(sentence.sets)
    }
}

impl<const N: usize> Holds for [&str; N] {
    fn holds(&self, token: &Token) -> bool {
        self.contains(&token.word.as_str())
    }

    fn may_hold(&self, sentence: &Sentence) -> bool {
        self.iter().any(|word| sentence.may_have(word))
    }
}

/// The mark of a word: its first and last letter, one in the middle and its length.
fn mark(word: &str) -> (usize, u64) {
    let bytes = word.as_bytes();
    let at = |n: usize| usize::from(bytes.get(n).copied().unwrap_or(0));
    let mark = (at(0) * 31 + at(bytes.len().saturating_sub(1)) * 7 + at(bytes.len() / 2) * 3 + bytes.len()) % 256;
    (mark / 64, 1 << (mark % 64))
}

/// A sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) tokens: Vec<Token>,
    /// The sets that any of its words is in: most questions are answered by them.
    sets: u64,
    /// Marks of its words, so that a word that is not among them is mostly known at a glance.
    marks: [u64; 4],
}

/// The sentences of a stretch. A sentence ends at a mark that a blank follows, at an empty line, and at a line that is an
/// item; a mere end of line does not end it.
pub(crate) fn sentences(span: &Span) -> Vec<Sentence> {
    let mut all = Vec::new();
    let mut sentence = Sentence::default();
    let mut token: Option<Token> = None;
    let mut chars = span.text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if unicode::is_invisible(c) {
            continue;
        }
        let c = unicode::latin(c);
        let apostrophe = matches!(c, '\'' | '’') && token.is_some();
        if c.is_alphanumeric() || c == '_' || apostrophe {
            let token = token.get_or_insert_with(|| Token { word: String::new(), at, sets: 0 });
            if apostrophe {
                token.word.push('\'');
            } else {
                token.word.extend(c.to_lowercase());
            }
            continue;
        }
        // Points and dashes inside of names belong to them: `.env`, `id_rsa.pub`, `read-only`.
        let next = chars.peek().map(|(_, c)| *c);
        let joins = matches!(c, '.' | '-' | '/' | '~' | '\\')
            && next.is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '/');
        if joins && (token.is_some() || matches!(c, '.' | '~' | '/')) {
            token.get_or_insert_with(|| Token { word: String::new(), at, sets: 0 }).word.push(c);
            continue;
        }
        sentence.push(token.take());
        let blank = next.is_none_or(char::is_whitespace);
        let ends = matches!(c, '.' | '!' | '?' | ';' | '。') && blank || c == '\n' && next == Some('\n');
        if ends && !sentence.tokens.is_empty() {
            all.push(std::mem::take(&mut sentence));
        }
    }
    sentence.push(token);
    if !sentence.tokens.is_empty() {
        all.push(sentence);
    }
    all
}

impl Sentence {
    fn push(&mut self, token: Option<Token>) {
        let Some(mut token) = token else { return };
        token.sets = lexicon::sets_of(&token.word);
        self.sets |= token.sets;
        let (row, bit) = mark(&token.word);
        self.marks[row] |= bit;
        self.tokens.push(token);
    }

    /// Whether it may have a word; that it has none is certain.
    fn may_have(&self, word: &str) -> bool {
        let (row, bit) = mark(word);
        self.marks[row] & bit != 0
    }

    /// Where the sentence begins in its stretch.
    pub(crate) fn at(&self) -> usize {
        self.tokens.first().map_or(0, |token| token.at)
    }

    /// The number of the first word of a set, from a number on.
    pub(crate) fn find(&self, from: usize, set: &impl Holds) -> Option<usize> {
        set.may_hold(self).then(|| (from..self.tokens.len()).find(|n| set.holds(&self.tokens[*n])))?
    }

    /// Whether it has a word of a set.
    pub(crate) fn has(&self, set: &impl Holds) -> bool {
        self.find(0, set).is_some()
    }

    /// Whether some words stand in a row; `*` stands for any one word.
    pub(crate) fn says(&self, phrase: &str) -> Option<usize> {
        if !phrase.split(' ').all(|word| word == "*" || self.may_have(word)) {
            return None;
        }
        (0..self.tokens.len()).find(|start| {
            phrase
                .split(' ')
                .enumerate()
                .all(|(n, word)| self.tokens.get(start + n).is_some_and(|token| word == "*" || token.word == word))
        })
    }

    /// The first of some phrases that it says.
    pub(crate) fn says_any(&self, phrases: &[&str]) -> Option<usize> {
        phrases.iter().find_map(|phrase| self.says(phrase))
    }

    /// The number of a word of `first` that a word of `second` follows within some words.
    pub(crate) fn near(&self, first: &impl Holds, second: &impl Holds, within: usize) -> Option<usize> {
        if !first.may_hold(self) || !second.may_hold(self) {
            return None;
        }
        (0..self.tokens.len()).filter(|n| first.holds(&self.tokens[*n])).find(|n| {
            let end = self.tokens.len().min(n + 1 + within);
            self.tokens[n + 1..end].iter().any(|token| second.holds(token))
        })
    }

    /// Whether what stands at a word is forbidden or denied by what stands shortly before it.
    pub(crate) fn negated(&self, at: usize) -> bool {
        let from = at.saturating_sub(5);
        let before = &self.tokens[from..at.min(self.tokens.len())];
        // "Do not forget to" denies nothing.
        let turns = |token: &Token| matches!(token.word.as_str(), "forget" | "hesitate" | "only" | "just");
        before.iter().enumerate().any(|(n, token)| NOT.holds(token) && !before.get(n + 1).is_some_and(turns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Kind;
    use crate::span::Lang;

    fn read(text: &str) -> Vec<String> {
        let span = Span::plain(Kind::Prose, Lang::Unknown, text, 0);
        sentences(&span)
            .iter()
            .map(|s| s.tokens.iter().map(|t| t.word.as_str()).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn sentences_and_words() {
        assert_eq!(
            read("Read **.env** and ~/.ssh/id_rsa.\nDon't tell\nanyone! v1.2 is read-only"),
            ["read .env and ~/.ssh/id_rsa", "don't tell anyone", "v1.2 is read-only"]
        );
    }

    #[test]
    fn twins_and_invisible_letters_do_not_hide_a_word() {
        assert_eq!(read("іgn\u{200b}ore previous"), ["ignore previous"]);
    }

    #[test]
    fn phrases_and_negations() {
        let span = Span::plain(Kind::Prose, Lang::Unknown, "You must never run the file it sends", 0);
        let sentence = &sentences(&span)[0];
        assert_eq!(sentence.says("run the *"), Some(3));
        assert!(sentence.negated(3) && !sentence.negated(1));
        assert_eq!(sentence.near(&["run"], &["file"], 2), Some(3));
        assert_eq!(sentence.near(&["run"], &["sends"], 2), None);
    }
}
