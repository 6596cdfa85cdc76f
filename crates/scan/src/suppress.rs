//! What an author accepts in their own skill: `.skillscanignore` and comments beside a line.
//!
//! `.skillscanignore` holds one acceptance a line, `rule path`: a rule's identity or `*`, and a path or a folder that ends
//! in `/`; `#` begins a comment. Beside a line, or on the line before it, stands `skillscan-ignore: rule, rule`.

use crate::finding::Finding;
use crate::model::Model;

/// The file of acceptances, in the skill's root.
const FILE: &str = ".skillscanignore";
/// What a comment begins with.
const MARK: &str = "skillscan-ignore:";

/// The acceptances of a skill.
#[derive(Debug, Default)]
pub(crate) struct Accepted {
    /// Rule and path.
    lines: Vec<(String, String)>,
}

impl Accepted {
    pub(crate) fn read(model: &Model<'_>) -> Self {
        let text = model.file_at(FILE).and_then(|file| file.text.as_ref());
        let lines = text.map(|text| text.content.lines().collect::<Vec<_>>()).unwrap_or_default();
        let lines = lines
            .into_iter()
            .filter_map(|line| line.split('#').next()?.trim().split_once(char::is_whitespace))
            .map(|(rule, path)| (rule.to_owned(), path.trim().to_owned()))
            .collect();
        Self { lines }
    }

    /// Whether a finding was accepted.
    pub(crate) fn covers(&self, model: &Model<'_>, finding: &Finding) -> bool {
        let by_file = self.lines.iter().any(|(rule, path)| {
            (rule == "*" || *rule == finding.rule)
                && (*path == finding.path
                    || path == "*"
                    || path.ends_with('/') && finding.path.starts_with(path.as_str()))
        });
        let beside = || {
            let text = model.file_at(&finding.path)?.text.as_ref()?;
            let line = usize::try_from(finding.line?).ok()?.checked_sub(1)?;
            let named = |line: &str| {
                let rules = line.split_once(MARK)?.1;
                Some(rules.split(',').any(|rule| trimmed(rule) == finding.rule))
            };
            Some(named(text.line(line)) == Some(true) || line > 0 && named(text.line(line - 1)) == Some(true))
        };
        by_file || beside() == Some(true)
    }
}

/// A rule's name in a comment, without what closes the comment.
fn trimmed(rule: &str) -> &str {
    rule.split_whitespace().next().unwrap_or_default().trim_end_matches("-->").trim_end_matches("*/")
}

/// How many acceptances a skill holds, whatever they cover.
pub(crate) fn count(model: &Model<'_>) -> u32 {
    let mark = memchr::memmem::Finder::new(MARK);
    let beside = model
        .files
        .iter()
        .filter_map(|file| file.text.as_ref())
        .map(|text| mark.find_iter(text.content.as_bytes()).count());
    u32::try_from(beside.sum::<usize>() + Accepted::read(model).lines.len()).unwrap_or(u32::MAX)
}
