//! A scan shown: the findings with their lines, one JSON document, or SARIF.

use std::path::Path;

use serde::Serialize;
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
use crate::findings;
use crate::findings::json::FindingJson;
use crate::ui::clean;

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

/// Shows it in the form that was asked for.
pub(super) fn show(ctx: &Context, scanned: &[Scanned], fail_on: Severity, as_sarif: bool) -> Result<()> {
    if as_sarif {
        return ctx.ui.document(&document(ctx, scanned));
    }
    if ctx.ui.is_json() {
        return ctx.ui.json(&json(scanned, fail_on));
    }
    for one in scanned {
        findings::data(&ctx.ui, &one.report.findings);
    }
    let mut said = Vec::new();
    for one in scanned {
        for left in &one.report.not_analysed {
            ctx.ui.status(format_args!("not analysed: {}", findings::unread(left)));
        }
        for finding in &one.report.suppressed {
            let place = clean::line(&findings::place(finding));
            ctx.ui.status(format_args!("accepted by its author: {} in {place}", finding.rule));
        }
        ctx.ui.status(findings::closing(&one.slug, &one.report));
        findings::hints(&ctx.ui, &one.report.findings, &mut said);
    }
    Ok(())
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
