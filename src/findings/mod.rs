//! How a finding is said, the same in every command that has some: its lines for people and its frozen JSON form. It
//! decides nothing, and it never says that a skill is safe.

pub(crate) mod gate;
pub(crate) mod json;

use skillzdrive_scan::Finding;
use skillzdrive_scan::Grade;
use skillzdrive_scan::NotAnalysed;
use skillzdrive_scan::Report;
use skillzdrive_scan::Severity;

use crate::ui::Ui;
use crate::ui::clean;
use crate::ui::words;

/// `high remote-run pdf/SKILL.md:7:1: what …`, and below it the line that it was found in.
pub(crate) fn lines(finding: &Finding) -> String {
    let head = format!("{} {} {}: {}", finding.severity.as_str(), finding.rule, place(finding), finding.message);
    let head = clean::line(&head);
    match finding.excerpt.as_deref().filter(|excerpt| !excerpt.is_empty()) {
        Some(excerpt) => format!("{head}\n    {}", clean::line(excerpt)),
        None => head,
    }
}

/// `pdf/SKILL.md:7:1`, as far as it is known.
pub(crate) fn place(finding: &Finding) -> String {
    let mut place = finding.slug.clone();
    if !finding.path.is_empty() {
        place.push('/');
        place.push_str(&finding.path);
    }
    for number in [finding.line, finding.column].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    place
}

/// `pdf/logo.bin: why`: something that was not read.
pub(crate) fn unread(left: &NotAnalysed) -> String {
    let place = if left.path.is_empty() { left.slug.clone() } else { format!("{}/{}", left.slug, left.path) };
    format!("{}: {}", clean::line(&place), clean::line(&left.reason))
}

/// One line for a skill.
pub(crate) fn closing(slug: &str, report: &Report) -> String {
    let slug = clean::line(slug);
    let mut line = if report.findings.is_empty() {
        format!("{slug}: no known pattern found")
    } else {
        format!("{slug}: {}", words::count(report.findings.len(), "finding"))
    };
    line.push_str(&format!(", grade {}", Grade::of(report).as_str()));
    if report.ignored_suppressions > 0 {
        line.push_str("; it asks to be spared some rules, which was not heeded");
    }
    line
}

/// What to do about findings of medium severity and worse: a hint for each rule. `said` remembers those of before.
pub(crate) fn hints<'a>(ui: &Ui, findings: impl IntoIterator<Item = &'a Finding>, said: &mut Vec<&'a str>) {
    for finding in findings.into_iter().filter(|finding| finding.severity >= Severity::Medium) {
        if !said.contains(&finding.rule.as_str()) {
            said.push(&finding.rule);
            ui.hint(format_args!("{}: {}", finding.rule, finding.help));
        }
    }
}
