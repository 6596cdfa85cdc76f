//! The page of a rule, for people: `docs/rules/`. Generated from the rules, committed, and held up to date by a test.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Example;
use super::RULES;
use super::Rule;

fn page(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}.\n\n", rule.id, rule.title);
    let _ = writeln!(page, "| category | at worst | confidence at most |\n|---|---|---|");
    let (category, severity, confidence) = (rule.category.as_str(), rule.severity.as_str(), rule.confidence.as_str());
    let _ = writeln!(page, "| {category} | {severity} | {confidence} |\n");
    let _ = writeln!(page, "**Why.** {}\n\n**What to do.** {}.\n", rule.why, upper(rule.help));
    let _ = writeln!(page, "## What it finds\n");
    rule.bad.iter().for_each(|example| shown(&mut page, example));
    let _ = writeln!(page, "## What it leaves alone\n");
    rule.good.iter().for_each(|example| shown(&mut page, example));
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// An example, what cannot be seen in it written out.
fn shown(page: &mut String, example: Example) {
    for (path, text) in example {
        let text: String = text
            .split('\n')
            .map(|line| line.chars().map(crate::text::visible).collect::<String>())
            .collect::<Vec<_>>()
            .join("\n");
        let _ = writeln!(page, "`{path}`:\n\n````text\n{}\n````\n", text.trim_end());
    }
}

fn index() -> String {
    let mut index = "# The rules of `scan`\n\nA rule says nothing about a skill that warns of what the rule is about, nor about test \
                     data.\n\n| rule | category | at worst | what it finds |\n|---|---|---|---|\n"
        .to_owned();
    for rule in RULES {
        let (category, severity) = (rule.category.as_str(), rule.severity.as_str());
        let _ = writeln!(index, "| [{0}]({0}.md) | {category} | {severity} | {1} |", rule.id, rule.title);
    }
    index.push_str(
        "\n## Grades\n\n`F`: something critical. `D`: something high. `C`: three or more of medium severity, each with medium \
         confidence or more. `B`: one or two of these, or text that was left unread. `A`: nothing of that, which means that no \
         known pattern was found.\n",
    );
    index
}

#[test]
fn the_committed_pages_are_not_stale() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules");
    fs::create_dir_all(&folder).unwrap();
    let mut pages = vec![("README.md".to_owned(), index())];
    pages.extend(RULES.iter().map(|rule| (format!("{}.md", rule.id), page(rule))));
    let mut stale = Vec::new();
    for (name, page) in &pages {
        let path = folder.join(name);
        if !fs::read_to_string(&path).is_ok_and(|committed| committed == *page) {
            // The next run of the test is then green, and the difference is there to be committed.
            fs::write(&path, page).unwrap();
            stale.push(name.as_str());
        }
    }
    let known = |name: &str| pages.iter().any(|(known, _)| known == name);
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let gone: Vec<String> = files.filter(|name| !known(name)).collect();
    assert!(gone.is_empty(), "pages of no rule: {gone:?}");
    assert!(stale.is_empty(), "these pages were stale and are written anew: commit them: {}", stale.join(", "));
}
