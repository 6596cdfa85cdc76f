//! A scan shown: the findings with their lines, one JSON document, or SARIF.

use std::path::Path;

use serde::Serialize;
use skillzdrive_scan::Category;
use skillzdrive_scan::Confidence;
use skillzdrive_scan::Finding;
use skillzdrive_scan::Grade;
use skillzdrive_scan::NotAnalysed;
use skillzdrive_scan::RULES;
use skillzdrive_scan::RULES_VERSION;
use skillzdrive_scan::Severity;

use super::Scanned;
use super::known::Compared;
use crate::audit::Located;
use crate::audit::sarif;
use crate::audit::sarif::AcceptedBy;
use crate::audit::sarif::Against;
use crate::audit::sarif::Marked;
use crate::context::Context;
use crate::error::Result;
use crate::findings;
use crate::findings::json::FindingJson;
use crate::scanning::baseline::Known;
use crate::scanning::baseline::Stand;
use crate::ui::clean;
use crate::ui::words;

/// Everything that is shown.
pub(super) struct Shown<'a> {
    pub(super) scanned: &'a [Scanned],
    pub(super) fail_on: Severity,
    /// What the baseline says.
    pub(super) compared: Option<&'a Compared>,
    /// The baseline that was written.
    pub(super) written: Option<&'a Path>,
}

#[derive(Serialize)]
struct ScanJson<'a> {
    rules_version: u32,
    fail_on: Severity,
    skills: Vec<SkillJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    not_analysed: Vec<&'a NotAnalysed>,
    /// What the author of a skill accepted in it.
    suppressed: Vec<FindingJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_written: Option<&'a Path>,
}

#[derive(Serialize)]
struct BaselineJson<'a> {
    path: &'a Path,
    new: usize,
    unchanged: usize,
    /// What the baseline has and what was not found any more.
    absent: Vec<AbsentJson<'a>>,
}

#[derive(Serialize)]
struct AbsentJson<'a> {
    rule: &'a str,
    severity: Severity,
    /// From the baseline's folder.
    path: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct SkillJson<'a> {
    slug: &'a str,
    place: &'a Path,
    grade: Grade,
    findings: usize,
    /// Attempts of the skill to silence the scan, which did not count.
    ignored_suppressions: u32,
}

/// Shows it in the form that was asked for.
pub(super) fn show(ctx: &Context, shown: &Shown<'_>, as_sarif: bool) -> Result<()> {
    if as_sarif {
        return ctx.ui.document(&document(ctx, shown));
    }
    if ctx.ui.is_json() {
        return ctx.ui.json(&json(shown));
    }
    for (finding, known) in shown.scanned.iter().flat_map(Scanned::findings) {
        if known != Some(true) {
            ctx.ui.data(findings::lines(finding));
        }
    }
    let mut said = Vec::new();
    for one in shown.scanned {
        for left in &one.report.not_analysed {
            ctx.ui.status(format_args!("not analysed: {}", findings::unread(left)));
        }
        for finding in &one.report.suppressed {
            let place = clean::line(&findings::place(finding));
            ctx.ui.status(format_args!("accepted by its author: {} in {place}", finding.rule));
        }
        for (finding, _) in one.findings().filter(|(_, known)| *known == Some(true)) {
            let place = clean::line(&findings::place(finding));
            ctx.ui.status(format_args!("in the baseline: {} in {place}", finding.rule));
        }
        ctx.ui.status(findings::closing(&one.slug, &one.report));
        let new = one.findings().filter(|(_, known)| *known != Some(true)).map(|(finding, _)| finding);
        findings::hints(&ctx.ui, new, &mut said);
    }
    if let Some(compared) = shown.compared {
        against(ctx, shown, compared);
    }
    if let Some(file) = shown.written {
        let (would, count) = (if ctx.dry_run() { "would write" } else { "wrote" }, counted(shown, |_| true));
        ctx.ui.status(format_args!("{would} {} into {}", words::count(count, "finding"), file.display()));
    }
    Ok(())
}

fn counted(shown: &Shown<'_>, which: impl Fn(Option<bool>) -> bool) -> usize {
    shown.scanned.iter().flat_map(Scanned::findings).filter(|(_, known)| which(*known)).count()
}

/// How it stands against the baseline.
fn against(ctx: &Context, shown: &Shown<'_>, compared: &Compared) {
    for known in &compared.gone {
        ctx.ui.status(format_args!("gone: {} in {}", clean::line(&known.rule), clean::line(&known.path)));
    }
    let (new, unchanged) = (counted(shown, |known| known == Some(false)), counted(shown, |known| known == Some(true)));
    ctx.ui.status(format_args!("baseline: {new} new, {unchanged} known, {} gone", compared.gone.len()));
    if !compared.gone.is_empty() && shown.written.is_none() {
        ctx.ui.hint(format_args!(
            "the same command with --write-baseline {} forgets what is gone",
            findings::gate::typed(&compared.file.display().to_string())
        ));
    }
}

fn state(known: Option<bool>) -> Option<Against> {
    known.map(|known| if known { Against::Unchanged } else { Against::New })
}

fn json<'a>(shown: &Shown<'a>) -> ScanJson<'a> {
    fn skill(one: &Scanned) -> SkillJson<'_> {
        SkillJson {
            slug: &one.slug,
            place: &one.place,
            grade: Grade::of(&one.report),
            findings: one.report.findings.len(),
            ignored_suppressions: one.report.ignored_suppressions,
        }
    }
    let scanned = shown.scanned;
    let all = scanned.iter().flat_map(Scanned::findings);
    let absent = |known: &'a Known| AbsentJson {
        rule: &known.rule,
        severity: known.severity,
        path: &known.path,
        message: &known.message,
    };
    ScanJson {
        rules_version: RULES_VERSION,
        fail_on: shown.fail_on,
        skills: scanned.iter().map(skill).collect(),
        findings: all.map(|(one, known)| FindingJson::of(one).against(state(known).map(Against::word))).collect(),
        not_analysed: scanned.iter().flat_map(|one| &one.report.not_analysed).collect(),
        suppressed: scanned.iter().flat_map(|one| &one.report.suppressed).map(FindingJson::of).collect(),
        baseline: shown.compared.map(|compared| BaselineJson {
            path: &compared.file,
            new: counted(shown, |known| known == Some(false)),
            unchanged: counted(shown, |known| known == Some(true)),
            absent: compared.gone.iter().map(absent).collect(),
        }),
        baseline_written: shown.written,
    }
}

fn document(ctx: &Context, shown: &Shown<'_>) -> sarif::Log {
    let rules: Vec<sarif::About> = sarif::scan_rules().collect();
    let located = |one: &Scanned, finding: &Finding| Located {
        finding: finding.clone(),
        place: if one.place.is_dir() { one.place.join(&finding.path) } else { one.place.clone() },
    };
    let mut marked = Vec::new();
    for one in shown.scanned {
        for (finding, known) in one.findings() {
            marked.push(Marked { against: state(known), ..Marked::from(&located(one, finding)) });
        }
        for finding in &one.report.suppressed {
            let against = shown.compared.map(|_| Against::Unchanged);
            marked.push(Marked { accepted: Some(AcceptedBy::Author), against, ..Marked::from(&located(one, finding)) });
        }
    }
    if let Some(compared) = shown.compared {
        let stand = Stand::of(&compared.file);
        marked.extend(compared.gone.iter().map(|known| Marked {
            located: Located { finding: gone(known), place: stand.place(known) },
            accepted: None,
            against: Some(Against::Absent),
        }));
    }
    let left = |left: &NotAnalysed| format!("{}/{}: {}", left.slug, left.path, left.reason);
    let not_analysed: Vec<String> = shown.scanned.iter().flat_map(|one| &one.report.not_analysed).map(left).collect();
    sarif::log(&rules, &marked, &not_analysed, &ctx.cwd)
}

/// What the baseline remembers of a finding, as one.
fn gone(known: &Known) -> Finding {
    let rule = RULES.iter().find(|rule| rule.id == known.rule);
    Finding {
        rule: known.rule.clone(),
        category: rule.map_or(Category::Format, |rule| rule.category),
        severity: known.severity,
        confidence: rule.map_or(Confidence::Low, |rule| rule.confidence),
        slug: String::new(),
        path: known.path.clone(),
        line: None,
        column: None,
        message: known.message.clone(),
        help: String::new(),
        excerpt: None,
    }
}
