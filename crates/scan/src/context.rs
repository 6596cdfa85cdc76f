//! Whether what a place says is meant, or shown as what not to do.
//!
//! An attacker can write a warning too. So a warning counts only where it stands right before what it warns of, and the
//! rules for what is encoded or hidden do not ask for it.

use std::collections::VecDeque;

use crate::facts::Guard;
use crate::facts::prose::speaks_of_attacks;
use crate::lexicon::ABOUT;
use crate::lexicon::CAUTION;
use crate::lexicon::DOING;
use crate::lexicon::FORBIDS;
use crate::lexicon::NOT;
use crate::lexicon::OBJECTS;
use crate::needles::Needles;
use crate::prose::Holds;
use crate::prose::Said;
use crate::span::Kind;
use crate::span::Span;

/// Words of headings under which stands what is not to be done, or what is to be looked for.
const TITLES: Needles<24> = Needles::new([
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
    "blocklist",
    "denylist",
    "forbidden",
    "prohibited",
    "bad example",
    "suspicious",
    "injection",
    "exploit",
    "common mistakes",
]);

/// Words of headings that say so in a document about security, and something else in any other.
const LOOKED_FOR: Needles<6> =
    Needles::new(["detect", "wrong", "security check", "risk", "security audit", "patterns to"]);

/// Whether a heading says that what stands below it is not to be done, or is to be looked for.
fn warns(title: &str, security: bool) -> bool {
    (TITLES.any_in(title) || security && LOOKED_FOR.any_in(title))
        && !["skip", "forget", "miss "].iter().any(|word| title.contains(word))
}

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
    fn of(said: &Said, security: bool) -> Self {
        let count = said.len();
        let about = |number: usize| {
            let sets = said.sets(number);
            ABOUT.is_in(sets)
                || CAUTION.is_in(sets) && said.sentence(number).is_some_and(|said| speaks_of_attacks(&said))
        };
        let forbids = |number| forbids(said, number, security);
        let forbids_after = (count.saturating_sub(2)..count).any(forbids);
        Self {
            // One word in passing is no warning.
            warns: about(0) || (1..count).filter(|number| about(*number)).take(2).count() == 2,
            forbids: forbids_after || (0..count.saturating_sub(2)).any(forbids),
            forbids_after,
        }
    }
}

/// Whether a sentence forbids or warns.
fn forbids(said: &Said, number: usize, security: bool) -> bool {
    let sets = said.sets(number);
    if FORBIDS.is_in(sets) || security && OBJECTS.is_in(sets) {
        return true;
    }
    if OBJECTS.is_in(sets)
        && said.sentence(number).is_some_and(|said| said.tokens.iter().take(2).any(|token| OBJECTS.holds(token)))
    {
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

/// Tells what speaks against the stretches of a document being meant, while it is read.
pub(crate) struct Guards {
    security: bool,
    /// The headings that the stretch stands under: their levels, and whether they warn or stand under one that does.
    headings: Vec<(usize, bool)>,
    /// The last stretches that are not code inside of a paragraph.
    recent: VecDeque<Earlier>,
}

/// A stretch that came before.
struct Earlier {
    kind: Kind,
    section: usize,
    block: usize,
    codes: usize,
    glance: Glance,
}

/// Stretches before a block among which the paragraph is that leads to it, code inside of paragraphs counted.
const RECENT: usize = 8;

impl Guards {
    /// For a document; `security`: whether the skill is about security.
    pub(crate) fn new(security: bool) -> Self {
        Self { security, headings: Vec::new(), recent: VecDeque::new() }
    }

    /// A section begins.
    pub(crate) fn section(&mut self, level: usize, title: &str) {
        while self.headings.last().is_some_and(|(other, _)| *other >= level) {
            self.headings.pop();
        }
        let warned = self.headings.last().is_some_and(|(_, warned)| *warned);
        self.headings.push((level, warned || warns(title, self.security)));
    }

    /// What speaks against the next stretch, which says this if it is prose.
    pub(crate) fn of(&mut self, span: &Span<'_>, said: &Said) -> Guard {
        let glance = if is_prose(span) { Glance::of(said, self.security) } else { Glance::default() };
        let guard = self.judge(span, glance);
        if span.kind != Kind::Inline {
            let Span { kind, section, block, codes, .. } = *span;
            self.recent.truncate(RECENT - 1);
            self.recent.push_front(Earlier { kind, section, block, codes, glance });
        }
        guard
    }

    /// The paragraph that leads to a block.
    fn leads(&self, span: &Span<'_>) -> Option<&Earlier> {
        let mut between = 0;
        for other in &self.recent {
            between += other.codes;
            if between >= RECENT {
                return None;
            }
            if other.kind == Kind::Prose && other.block < span.block {
                return Some(other).filter(|other| other.section == span.section);
            }
            between += 1;
        }
        None
    }

    fn judge(&self, span: &Span<'_>, glance: Glance) -> Guard {
        if self.headings.last().is_some_and(|(_, warned)| *warned) {
            return Guard::Warned;
        }
        let warned = match span.kind {
            Kind::Block => self.leads(span).is_some_and(|other| other.glance.forbids_after) || marked_bad(&span.text),
            Kind::Inline => self.recent.front().is_some_and(|around| around.glance.forbids),
            Kind::Prose | Kind::Heading => glance.warns || crossed_out(&span.text),
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
pub(crate) fn is_prose(span: &Span<'_>) -> bool {
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
    !text.is_ascii() && (text.contains('❌') || text.contains('🚫'))
}

/// Whether code says in a comment that it is what not to write.
fn marked_bad(text: &str) -> bool {
    crossed_out(text)
        || text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches(['#', '/', '-', '*', ' ']);
            // Most lines are told by their first letter.
            if !line.as_bytes().first().is_some_and(|first| b"bwdnavumBWDNAVUM".contains(first)) {
                return false;
            }
            let line = line.to_ascii_lowercase();
            let marks = ["bad:", "bad ", "wrong", "avoid", "dangerous", "vulnerable", "unsafe", "malicious"];
            let forbidden = ["don't", "do not", "never"].iter().find_map(|word| line.strip_prefix(word));
            let deeds = [" run", " use", " do ", " execute", " write", " pipe", " paste", ":"];
            marks.iter().any(|word| line.starts_with(word))
                || forbidden.is_some_and(|rest| deeds.iter().any(|word| rest.starts_with(word)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown;
    use crate::markdown::Piece;

    fn guard_of(text: &str) -> Guard {
        let mut guards = Guards::new(false);
        let (mut said, mut found) = (Said::default(), None);
        markdown::read(text, &mut |piece| match piece {
            Piece::Section { level, title } => guards.section(level, &title),
            Piece::Stretch(span) => {
                said.read(&span.text);
                let guard = guards.of(span, &said);
                if matches!(span.kind, Kind::Block | Kind::Inline) {
                    found.get_or_insert(guard);
                }
            }
        });
        found.unwrap()
    }

    #[test]
    fn what_is_warned_of_is_not_meant() {
        for text in [
            "Never run this:\n```sh\nrm -rf /\n```\n",
            "## Red flags\n```sh\nx\n```\n",
            "```sh\n# BAD: pipes to a shell\ncurl x | sh\n```\n",
            "An attacker could use `curl x | sh` here.",
            "# Red flags\n### a\n## b\n```sh\nx\n```\n",
            "Never run this, `a` or `b`:\n\n```sh\nrm -rf /\n```\n- d\n",
        ] {
            assert_eq!(guard_of(text), Guard::Warned, "{text}");
        }
        for text in [
            "Never skip this step:\n```sh\ncurl x | sh\n```\n",
            "IMPORTANT: without this the skill will not work.\n```sh\nx\n```\n",
            "Run `curl x | sh` first.",
            "# Red flags\n# b\n```sh\nx\n```\n",
            "Never run `a` `b` `c` `d` `e` `f` `g` `h` this:\n```sh\nx\n```\n",
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
