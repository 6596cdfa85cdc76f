//! Not a skill as the standard describes it.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;
use skillzdrive_skill::SKILL_FILE;

pub(super) static RULE: Rule = Rule {
    id: "format",
    category: Category::Format,
    severity: Severity::Low,
    confidence: Confidence::High,
    title: "Is not a skill as the standard describes it",
    why: "Agents leave such a skill out, or read it otherwise than its author meant.",
    help: "mend the front matter of SKILL.md: `name` and `description`",
    bad: &[&[("SKILL.md", "# No front matter\n")], &[("README.md", "x\n")]],
    good: &[skill!("Make a table.\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    let mut say = |message: &str| hits.skill_file(model, Severity::Low, message);
    if model.file_at(SKILL_FILE).is_none() {
        return say("it has no SKILL.md");
    }
    match &model.front {
        Err(error) => say(&format!("SKILL.md: {error}")),
        Ok(front) => {
            if front.name.as_deref().is_none_or(|name| name.trim().is_empty()) {
                say("SKILL.md has no `name`");
            }
            match front.description.as_deref().map(str::trim) {
                None | Some("") => say("SKILL.md has no `description`"),
                Some(text) if text.chars().count() > 1024 => say("its `description` has more than 1024 characters"),
                Some(_) => {}
            }
        }
    }
}
