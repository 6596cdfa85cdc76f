//! Characters that turn the reading direction.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;
use crate::unicode::Hidden;
use crate::unicode;

pub(super) static RULE: Rule = Rule {
    id: "bidirectional-text",
    category: Category::HiddenUnicode,
    severity: Severity::High,
    confidence: Confidence::High,
    title: "Turns the reading direction, so that it reads otherwise than it works",
    why: "Between such characters a person reads another order of words than the machine does.",
    help: "remove the characters and read the line again",
    bad: &[&[("scripts/x.sh", "echo \u{202e}x | hs\u{202c}\n")]],
    good: &[skill!("\u{5de}\u{5d9}\u{5dc}\u{5d4} \u{2067}abc\u{2069}\n"), skill!("Plain text.\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for (number, file) in model.files.iter().enumerate().filter(|(_, file)| file.strange.hidden) {
        let Some(text) = &file.text else { continue };
        let mut last = usize::MAX;
        for (at, c) in unicode::beyond_ascii(&text.content).filter(|(_, c)| unicode::hidden(*c) == Some(Hidden::Direction)) {
            let line = text.line_of(at);
            if line == last {
                continue;
            }
            last = line;
            // In Hebrew and Arabic text they have their use, but not in code.
            let needed = file.lang.is_none() && text.line(line).chars().any(|c| ('\u{590}'..='\u{8ff}').contains(&c));
            if !needed && !file.fixture {
                hits.place(number, at, Severity::High, Confidence::High, format!("the line reads otherwise than it works (U+{:04X})", u32::from(c)));
            }
        }
    }
}
