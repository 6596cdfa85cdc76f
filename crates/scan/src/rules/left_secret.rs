//! A key that its author left in the skill.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "left-secret",
    category: Category::LeftSecret,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Holds a key or token",
    why: "Whoever installs the skill has the key. Its maker should replace it at once.",
    help: "replace the key at its issuer, and take it out of the skill",
    bad: &[&[("scripts/x.sh", concat!("TOKEN=gh", "p_R7kQ2mZx9LpT4vWn8sYb3cJd6fHg1aEuKoXi\n"))]],
    good: &[&[("scripts/x.sh", "TOKEN=your-token-here\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for (number, file) in model.files.iter().enumerate() {
        let Some(text) = &file.text else { continue };
        for found in &file.keys {
            let at = text.start(usize::try_from(found.line).unwrap_or(usize::MAX).saturating_sub(1));
            hits.place(number, at, Severity::High, Confidence::Medium, format!("it looks like a {}", found.kind));
        }
    }
}
