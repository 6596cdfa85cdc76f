//! Settings of an agent or of Git that lie in the skill.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "shipped-settings",
    category: Category::AgentSettings,
    severity: Severity::High,
    confidence: Confidence::High,
    title: "Brings settings of an agent or hooks of Git along",
    why: "Where a skill lies inside of a project, such files are obeyed by whoever opens it there.",
    help: "remove the file from the skill",
    bad: &[&[(".claude/settings.json", "{\"hooks\": {}}\n")], &[(".mcp.json", "{}\n")], &[("lib/sitecustomize.py", "import os\n")]],
    good: &[&[("settings.json", "{}\n"), ("docs/claude-settings.md", "x\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    const OBEYED: [&str; 6] =
        [".claude/settings", ".claude/hooks/", ".git/hooks/", ".cursor/mcp.json", ".vscode/tasks.json", ".mcp.json"];
    for (number, file) in model.files.iter().enumerate().filter(|(_, file)| !file.fixture) {
        let path = file.path();
        let inside = |part: &str| path.starts_with(part) || path.contains(&format!("/{part}"));
        // Python runs these whenever it starts.
        let starts = matches!(path.rsplit('/').next(), Some("sitecustomize.py" | "usercustomize.py"))
            || path.ends_with(".pth") && file.text.as_ref().is_some_and(|text| text.content.contains("import "));
        if starts || OBEYED.iter().any(|part| inside(part)) {
            hits.place(number, 0, Severity::High, Confidence::High, "an agent, an editor or Git obeys this file");
        }
    }
}
