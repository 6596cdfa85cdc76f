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
use crate::audit::Located;
use crate::audit::sarif;
use crate::audit::sarif::About;
use crate::context::Context;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::words;

#[derive(Serialize)]
struct ScanJson<'a> {
    rules_version: u32,
    fail_on: Severity,
    skills: Vec<SkillJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    not_analysed: Vec<&'a NotAnalysed>,
    /// What the author of a skill accepted in it.
    suppressed: Vec<FindingJson<'a>>,
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

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    category: Category,
    severity: Severity,
    confidence: Confidence,
    slug: &'a str,
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
    help: &'a str,
    excerpt: Option<&'a str>,
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule,
            category: finding.category,
            severity: finding.severity,
            confidence: finding.confidence,
            slug: &finding.slug,
            path: &finding.path,
            line: finding.line,
            column: finding.column,
            message: &finding.message,
            help: &finding.help,
            excerpt: finding.excerpt.as_deref(),
        }
    }
}

/// Shows it in the form that was asked for.
pub(super) fn show(ctx: &Context, scanned: &[Scanned], fail_on: Severity, as_sarif: bool) -> Result<()> {
    if as_sarif {
        return ctx.ui.document(&document(ctx, scanned));
    }
    if ctx.ui.is_json() {
        return ctx.ui.json(&json(scanned, fail_on));
    }
    for one in scanned {
        for finding in &one.report.findings {
            text(ctx, finding);
        }
    }
    let mut said: Vec<&str> = Vec::new();
    for one in scanned {
        for left in &one.report.not_analysed {
            let place = if left.path.is_empty() { left.slug.clone() } else { format!("{}/{}", left.slug, left.path) };
            ctx.ui.status(format_args!("not analysed: {}: {}", clean::line(&place), clean::line(&left.reason)));
        }
        for finding in &one.report.suppressed {
            ctx.ui.status(format_args!("accepted by its author: {} in {}", finding.rule, clean::line(&place(finding))));
        }
        ctx.ui.status(closing(one));
        for finding in one.report.findings.iter().filter(|finding| finding.severity >= Severity::Medium) {
            if !said.contains(&finding.rule.as_str()) {
                said.push(&finding.rule);
                ctx.ui.hint(format_args!("{}: {}", finding.rule, finding.help));
            }
        }
    }
    Ok(())
}

/// `high remote-run pdf/SKILL.md:7:1: what …`, and the line below it.
fn text(ctx: &Context, finding: &Finding) {
    let head = format!("{} {} {}: {}", finding.severity.as_str(), finding.rule, place(finding), finding.message);
    ctx.ui.data(clean::line(&head));
    if let Some(excerpt) = finding.excerpt.as_deref().filter(|excerpt| !excerpt.is_empty()) {
        ctx.ui.data(format_args!("    {}", clean::line(excerpt)));
    }
}

fn place(finding: &Finding) -> String {
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

/// One line for a skill. It never says that a skill is safe.
fn closing(one: &Scanned) -> String {
    let report = &one.report;
    let slug = clean::line(&one.slug);
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

fn json(scanned: &[Scanned], fail_on: Severity) -> ScanJson<'_> {
    fn skill(one: &Scanned) -> SkillJson<'_> {
        let Scanned { slug, place, report } = one;
        SkillJson {
            slug,
            place,
            grade: Grade::of(report),
            findings: report.findings.len(),
            ignored_suppressions: report.ignored_suppressions,
        }
    }
    ScanJson {
        rules_version: RULES_VERSION,
        fail_on,
        skills: scanned.iter().map(skill).collect(),
        findings: scanned.iter().flat_map(|one| &one.report.findings).map(FindingJson::of).collect(),
        not_analysed: scanned.iter().flat_map(|one| &one.report.not_analysed).collect(),
        suppressed: scanned.iter().flat_map(|one| &one.report.suppressed).map(FindingJson::of).collect(),
    }
}

fn document(ctx: &Context, scanned: &[Scanned]) -> sarif::Log {
    let about = |rule: &&'static skillzdrive_scan::Rule| About {
        id: rule.id,
        about: rule.title,
        help: rule.help,
        severity: rule.severity,
    };
    let rules: Vec<About> = RULES.iter().map(about).collect();
    let located = |one: &Scanned| {
        let place = one.place.clone();
        let all = one.report.findings.iter().map(move |finding| Located {
            finding: finding.clone(),
            place: if place.is_dir() { place.join(&finding.path) } else { place.clone() },
        });
        all.collect::<Vec<_>>()
    };
    let findings: Vec<Located> = scanned.iter().flat_map(located).collect();
    let left = |left: &NotAnalysed| format!("{}/{}: {}", left.slug, left.path, left.reason);
    let not_analysed: Vec<String> = scanned.iter().flat_map(|one| &one.report.not_analysed).map(left).collect();
    sarif::log(&rules, &findings, &not_analysed, &ctx.cwd)
}
