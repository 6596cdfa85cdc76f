//! A compiled program in the skill.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;
use crate::text::Reading;

pub(super) static RULE: Rule = Rule {
    id: "binary-program",
    category: Category::HiddenExecutable,
    severity: Severity::Medium,
    confidence: Confidence::High,
    title: "Brings a compiled program along",
    why: "A compiled program cannot be judged by reading it.",
    help: "find out where it comes from, or build it yourself",
    bad: &[&[("scripts/tool", "\x7fELF\x02\x01\x01\0")]],
    good: &[&[("scripts/tool", "#!/bin/sh\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for (number, file) in model.files.iter().enumerate() {
        if let Reading::Binary(kind) = file.reading
            && kind.contains("program")
        {
            hits.place(number, 0, Severity::Medium, Confidence::High, format!("it is a {kind}"));
        }
    }
}
