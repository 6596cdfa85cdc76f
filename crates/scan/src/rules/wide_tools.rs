//! Tools that the purpose of a skill does not ask for.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "wide-tools",
    category: Category::Privilege,
    severity: Severity::Medium,
    confidence: Confidence::High,
    title: "Asks for every command although it says that it only reads",
    why: "Tools that are allowed without asking are a blank cheque. A skill that only reads needs no shell.",
    help: "narrow `allowed-tools` to what the skill does",
    bad: &[&[("SKILL.md", "---\nname: a\ndescription: A read-only look at logs.\nallowed-tools: Bash Read\n---\nLook.\n")]],
    good: &[&[("SKILL.md", "---\nname: a\ndescription: A read-only look at logs.\nallowed-tools: Bash(grep:*) Read\n---\nLook.\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    const EVERY: [&str; 5] = ["*", "Bash", "Bash(*)", "Bash(*:*)", "Shell"];
    const ONLY_READS: [&str; 6] =
        ["read-only", "readonly", "only reads", "never writes", "does not modify", "without modifying"];
    let Ok(front) = &model.front else { return };
    let tools = front.allowed_tools.as_deref().unwrap_or_default();
    let wide = tools.split([',', ' ']).any(|tool| EVERY.contains(&tool.trim()));
    let says = front.description.as_deref().unwrap_or_default().to_lowercase();
    if wide && ONLY_READS.iter().any(|words| says.contains(words)) {
        hits.skill_file(model, Severity::Medium, "every command is allowed, and it says that it only reads");
    }
}
