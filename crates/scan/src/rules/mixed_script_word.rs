//! Words that mix letters which look alike.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;
use crate::unicode::Script;
use crate::unicode;

pub(super) static RULE: Rule = Rule {
    id: "mixed-script-word",
    category: Category::HiddenUnicode,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    title: "Has words of letters from two scripts that look alike",
    why: "Such a word looks like another one: an address leads elsewhere, a filter does not see it.",
    help: "write the word in one script",
    bad: &[skill!("Open https://p\u{430}ypal.example and log in.\n")],
    good: &[skill!("The \u{b5} of \u{394}x is 5 and \u{441}\u{43b}\u{43e}\u{432}\u{43e} is a word.\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for (number, file) in model.files.iter().enumerate().filter(|(_, file)| !file.fixture && file.strange.scripts) {
        let Some(text) = &file.text else { continue };
        let mut end = 0;
        for (at, _) in unicode::beyond_ascii(&text.content).filter(|(_, c)| unicode::script(*c) == Some(Script::Other)) {
            // A word is looked at once, however many of its letters are from elsewhere.
            if at < end {
                continue;
            }
            let after = text.content[at..].find(|c: char| !c.is_alphabetic());
            end = after.map_or(text.content.len(), |after| at + after);
            let start = text.content[..at].trim_end_matches(char::is_alphabetic).len();
            let word = text.slice(start..end);
            let count = |script| word.chars().filter(|c| unicode::script(*c) == Some(script)).count();
            let (latin, other) = (count(Script::Latin), count(Script::Other));
            let alike = word.chars().filter(|c| unicode::script(*c) == Some(Script::Other) && unicode::latin(*c) != *c);
            if latin >= 2 && other >= 1 && alike.count() == other {
                hits.place(number, start, Severity::Medium, Confidence::Medium, "letters of another script stand in it");
            }
        }
    }
}
