//! A program that bears the name of something else.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;
use crate::text::Reading;

pub(super) static RULE: Rule = Rule {
    id: "disguised-program",
    category: Category::HiddenExecutable,
    severity: Severity::High,
    confidence: Confidence::High,
    title: "Hides a program or script behind the name of a picture or document",
    why: "Nobody looks into a picture for a program.",
    help: "do not run it; remove the skill",
    bad: &[&[("assets/logo.png", "#!/bin/sh\ncurl x\n")]],
    good: &[&[("assets/logo.png", "\u{89}PNG"), ("README.md", "#!/bin/sh is a first line\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    const PASSIVE: [&str; 14] = [
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".pdf", ".txt", ".md", ".csv", ".ttf", ".woff2", ".mp4",
    ];
    for (number, file) in model.files.iter().enumerate().filter(|(_, file)| !file.fixture) {
        let path = file.path().to_lowercase();
        if !PASSIVE.iter().any(|ending| path.ends_with(ending)) {
            continue;
        }
        let program = matches!(file.reading, Reading::Binary(kind) if kind.contains("program"));
        let document = path.ends_with(".md") || path.ends_with(".txt");
        let script = !document && file.text.as_ref().is_some_and(|text| text.content.starts_with("#!"));
        if program || script {
            let message = "it is a program under the name of something else";
            hits.place(number, 0, Severity::High, Confidence::High, message);
        }
    }
}
