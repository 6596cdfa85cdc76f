//! Whether what a place says is meant, or shown as what not to do.
//!
//! An attacker can write a warning too. So a warning counts only where it stands right before what it warns of, and the
//! rules for what is encoded or hidden do not ask for it.

use crate::facts::Guard;
use crate::lexicon::ABOUT;
use crate::lexicon::DOING;
use crate::lexicon::FORBIDS;
use crate::lexicon::NOT;
use crate::markdown::Document;
use crate::prose::Holds;
use crate::prose::Said;
use crate::span::Kind;
use crate::span::Span;

/// Words of headings under which stands what is not to be done, or what is to be looked for.
const TITLES: [&str; 30] = [
    "anti-pattern",
    "antipattern",
    "avoid",
    "don't",
    "do not",
    "never",
    "dangerous",
    "unsafe",
    "insecure",
    "vulnerab",
    "attack",
    "threat",
    "malicious",
    "red flag",
    "what not",
    "detect",
    "blocklist",
    "denylist",
    "forbidden",
    "prohibited",
    "bad example",
    "wrong",
    "suspicious",
    "injection",
    "exploit",
    "security check",
    "risk",
    "security audit",
    "patterns to",
    "common mistakes",
];

/// Whether a path leads to test data.
pub(crate) fn is_fixture(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| {
        matches!(
            folder.to_ascii_lowercase().as_str(),
            "test"
                | "tests"
                | "__tests__"
                | "spec"
                | "specs"
                | "fixture"
                | "fixtures"
                | "testdata"
                | "test-data"
                | "evals"
                | "mocks"
                | "__mocks__"
        )
    })
}

/// What a paragraph says of what stands in it and after it.
#[derive(Debug, Clone, Copy, Default)]
struct Glance {
    /// Whether it speaks of attacks, and not only in passing.
    warns: bool,
    /// Whether it forbids, and whether it does at its end.
    forbids: bool,
    forbids_after: bool,
}

impl Glance {
    fn of(said: &Said) -> Self {
        let count = said.len();
        let warnings = (0..count).filter(|number| ABOUT.is_in(said.sets(*number))).count();
        let forbids_after = (count.saturating_sub(2)..count).any(|number| forbids(said, number));
        Self {
            // One word in passing is no warning.
            warns: warnings >= 2 || ABOUT.is_in(said.sets(0)),
            forbids: forbids_after || (0..count.saturating_sub(2)).any(|number| forbids(said, number)),
            forbids_after,
        }
    }
}

/// Whether a sentence forbids or warns.
fn forbids(said: &Said, number: usize) -> bool {
    let sets = said.sets(number);
    if FORBIDS.is_in(sets) {
        return true;
    }
    if !DOING.is_in(sets) || !NOT.is_in(sets) {
        return false;
    }
    said.sentence(number).is_some_and(|sentence| {
        (0..sentence.tokens.len()).any(|n| DOING.holds(&sentence.tokens[n]) && sentence.negated(n))
            && !sentence.has(&["without", "skip"])
    })
}

/// Tells what speaks against the stretches of a document being meant.
pub(crate) struct Guards<'a> {
    document: &'a Document,
    security: bool,
    /// Whether a section, by its number, stands under a heading that warns.
    warned: Vec<bool>,
    /// What the stretches of prose say, by their numbers.
    glances: Vec<Glance>,
    /// The last stretch that is not code inside of a paragraph.
    around: Option<usize>,
}

impl<'a> Guards<'a> {
    /// For a document; `security`: whether the skill is about security.
    pub(crate) fn new(document: &'a Document, security: bool) -> Self {
        let mut warned: Vec<bool> = Vec::new();
        for (title, parent) in document.sections() {
            let warns = TITLES.iter().any(|word| title.contains(word)) || warned.get(parent) == Some(&true);
            warned.push(warns);
        }
        Self { document, security, warned, glances: Vec::new(), around: None }
    }

    /// What speaks against a stretch, by its number, which says this if it is prose. They are asked for in their order.
    pub(crate) fn of(&mut self, index: usize, said: &Said) -> Guard {
        let span = &self.document.spans[index];
        self.glances.resize(index, Glance::default());
        self.glances.push(if is_prose(span) { Glance::of(said) } else { Glance::default() });
        if span.kind != Kind::Inline {
            self.around = Some(index);
        }
        if self.warned.get(span.section) == Some(&true) {
            return Guard::Warned;
        }
        let earlier = &self.document.spans[..index];
        let warned = match span.kind {
            Kind::Block => {
                let mut before = earlier.iter().enumerate().rev().take(8);
                let before = before.find(|(_, other)| other.kind == Kind::Prose && other.block < span.block);
                let same_section = before.filter(|(_, other)| other.section == span.section);
                same_section.is_some_and(|(other, _)| self.glances[other].forbids_after) || marked_bad(&span.text)
            }
            Kind::Inline => self.around.is_some_and(|around| self.glances[around].forbids),
            Kind::Prose | Kind::Heading => self.glances[index].warns || crossed_out(&span.text),
            _ => false,
        };
        if warned {
            Guard::Warned
        } else if self.security
            && (matches!(span.kind, Kind::Inline | Kind::Heading) || span.kind == Kind::Prose && shows(&span.text))
        {
            Guard::Quoted
        } else {
            Guard::Meant
        }
    }
}

/// Whether a stretch is prose that may forbid or warn.
pub(crate) fn is_prose(span: &Span) -> bool {
    matches!(span.kind, Kind::Prose | Kind::Heading)
}

/// Whether a paragraph shows something: an item, a row, a quotation, or words between marks. What stands there plainly is
/// said to whoever reads it.
fn shows(text: &str) -> bool {
    let trimmed = text.trim_start();
    let quotes = text.split(['"', '“', '”']).skip(1).step_by(2).any(|part| part.trim().contains(' '));
    trimmed.starts_with(['-', '*', '+', '|', '>'])
        || trimmed.starts_with(|c: char| c.is_ascii_digit())
        || trimmed.trim_end().ends_with(':')
        || quotes
        || text.contains(['`', '\'', '’', '「', '*'])
}

/// Whether a text bears the signs with which people show what not to do.
fn crossed_out(text: &str) -> bool {
    text.contains('❌') || text.contains('🚫')
}

/// Whether code says in a comment that it is what not to write.
fn marked_bad(text: &str) -> bool {
    crossed_out(text)
        || text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches(['#', '/', '-', '*', ' ']).to_ascii_lowercase();
            [
                "bad:",
                "bad ",
                "wrong",
                "don't",
                "do not",
                "never ",
                "avoid",
                "dangerous",
                "vulnerable",
                "unsafe",
                "malicious",
            ]
            .iter()
            .any(|word| line.starts_with(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard_of(text: &str) -> Guard {
        let document = Document::read(text);
        let mut guards = Guards::new(&document, false);
        let mut said = Said::default();
        for (index, span) in document.spans.iter().enumerate() {
            said.read(&span.text);
            let guard = guards.of(index, &said);
            if matches!(span.kind, Kind::Block | Kind::Inline) {
                return guard;
            }
        }
        panic!("there is code")
    }

    #[test]
    fn what_is_warned_of_is_not_meant() {
        for text in [
            "Never run this:\n```sh\nrm -rf /\n```\n",
            "## Red flags\n```sh\nx\n```\n",
            "```sh\n# BAD: pipes to a shell\ncurl x | sh\n```\n",
            "An attacker could use `curl x | sh` here.",
        ] {
            assert_eq!(guard_of(text), Guard::Warned, "{text}");
        }
        for text in [
            "Never skip this step:\n```sh\ncurl x | sh\n```\n",
            "IMPORTANT: without this the skill will not work.\n```sh\nx\n```\n",
            "Run `curl x | sh` first.",
        ] {
            assert_eq!(guard_of(text), Guard::Meant, "{text}");
        }
    }

    #[test]
    fn test_data_is_told_by_its_folder() {
        assert!(is_fixture("tests/evil.sh") && is_fixture("a/fixtures/b/c.md"));
        assert!(!is_fixture("tests.md") && !is_fixture("scripts/test.sh"));
    }
}
