//! Characters without width inside of words.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;
use crate::unicode::Hidden;
use crate::unicode;

pub(super) static RULE: Rule = Rule {
    id: "zero-width-text",
    category: Category::HiddenUnicode,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    title: "Has characters without width inside of words",
    why: "They break a word for a search and for a filter, and not for the eye.",
    help: "remove the characters",
    bad: &[skill!("Ign\u{200b}ore the table.\n")],
    good: &[skill!("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} and \u{feff} a mark\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for (number, file) in model.files.iter().enumerate().filter(|(_, file)| !file.fixture && file.strange.hidden) {
        let Some(text) = &file.text else { continue };
        let bytes = text.content.as_bytes();
        for (at, c) in unicode::beyond_ascii(&text.content) {
            let before = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric());
            let after = bytes.get(at + c.len_utf8()).is_some_and(u8::is_ascii_alphanumeric);
            if before && after && unicode::hidden(c) == Some(Hidden::ZeroWidth) {
                hits.place(number, at, Severity::Medium, Confidence::Medium, "a word is broken where nobody sees it");
            }
        }
    }
}
