//! An audit shown: a table with a closing line, one JSON document, or SARIF.

use std::path::Path;

use serde::Serialize;
use skillzdrive_scan::RULES_VERSION;
use skillzdrive_scan::Severity;

use crate::audit::Audit;
use crate::audit::Located;
use crate::audit::rules::RULES;
use crate::audit::sarif;
use crate::audit::sarif::AcceptedBy;
use crate::audit::sarif::Marked;
use crate::commands::audit::lock;
use crate::commands::audit::lock::LockJson;
use crate::commands::audit::mend::Mended;
use crate::commands::audit::mend::MendedJson;
use crate::context::Context;
use crate::error::Result;
use crate::findings::json::FindingJson;
use crate::store::scope::Scope;
use crate::ui::clean;
use crate::ui::table::Table;
use crate::ui::words;

/// Everything that is shown.
pub(super) struct Shown<'a> {
    pub(super) scope: &'a Scope,
    pub(super) audit: &'a Audit,
    pub(super) fail_on: Severity,
    pub(super) mended: Option<&'a Mended>,
    pub(super) rebuilt: Option<&'a lock::Done>,
    pub(super) dry_run: bool,
}

#[derive(Serialize)]
struct AuditJson<'a> {
    scope: &'static str,
    root: &'a Path,
    lockfile: &'a Path,
    /// How many skills were looked at.
    skills: usize,
    fail_on: Severity,
    counts: CountsJson,
    findings: Vec<LocatedJson<'a>>,
    /// Findings that the lockfile accepts for exactly these bytes; they count for nothing above.
    accepted: Vec<LocatedJson<'a>>,
    not_analysed: &'a [String],
    /// Attempts of skills to silence the scan, which did not count.
    ignored_suppressions: u32,
    rules_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<MendedJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<&'a LockJson>,
}

#[derive(Serialize)]
struct CountsJson {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
}

/// Its slug is empty where it is about no skill, its path where it is about the skill as a whole, or a link.
#[derive(Serialize)]
struct LocatedJson<'a> {
    #[serde(flatten)]
    finding: FindingJson<'a>,
    /// Where on this machine it is.
    place: &'a Path,
}

/// Shows it in the form that was asked for.
pub(super) fn show(ctx: &Context, shown: &Shown<'_>, as_sarif: bool) -> Result<()> {
    let Audit { findings, not_analysed, .. } = shown.audit;
    if as_sarif {
        return ctx.ui.document(&document(shown));
    }
    if ctx.ui.is_json() {
        return ctx.ui.json(&json(shown));
    }
    let mut table = Table::new(["SEVERITY", "RULE", "SKILL", "PLACE", "WHAT"]);
    for located in findings {
        let finding = &located.finding;
        let place = place(shown.scope, located);
        table.row([
            finding.severity.as_str().to_owned(),
            finding.rule.clone(),
            if finding.slug.is_empty() { "-".to_owned() } else { finding.slug.clone() },
            place,
            finding.message.clone(),
        ]);
    }
    ctx.ui.table(&table);
    for located in &shown.audit.accepted {
        let (rule, place) = (&located.finding.rule, clean::line(&place(shown.scope, located)));
        ctx.ui.status(format_args!("accepted in the lockfile: {rule} in {place}"));
    }
    for (slug, _) in &shown.audit.ignored_suppressions {
        ctx.ui.status(format_args!("{slug}: it asks to be spared some rules, which was not heeded"));
    }
    for line in not_analysed {
        ctx.ui.status(format_args!("not analysed: {}", clean::line(line)));
    }
    ctx.ui.status(closing(shown.audit));
    let mut said: Vec<&str> = Vec::new();
    for located in findings {
        let help = located.finding.help.as_str();
        // After a fix it does not help to be told to fix.
        let again = shown.mended.is_some() && help.contains("audit --fix");
        if !said.contains(&help) && !again {
            said.push(help);
            ctx.ui.hint(format_args!("{}: {help}", located.finding.rule));
        }
    }
    Ok(())
}

/// `.agents/skills/pdf/SKILL.md:7:1`, from the scope's root.
fn place(scope: &Scope, located: &Located) -> String {
    let mut place = located.place.strip_prefix(&scope.root).unwrap_or(&located.place).display().to_string();
    for number in [located.finding.line, located.finding.column].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    place
}

fn document(shown: &Shown<'_>) -> sarif::Log {
    let Audit { findings, accepted, not_analysed, .. } = shown.audit;
    let rules: Vec<_> = RULES.iter().map(|rule| rule.described()).chain(sarif::scan_rules()).collect();
    let accepted = accepted.iter().map(|located| Marked { accepted: Some(AcceptedBy::Lockfile), ..located.into() });
    let marked: Vec<Marked> = findings.iter().map(Marked::from).chain(accepted).collect();
    sarif::log(&rules, &marked, not_analysed, &shown.scope.root)
}

fn json<'a>(shown: &Shown<'a>) -> AuditJson<'a> {
    let audit = shown.audit;
    AuditJson {
        scope: shown.scope.kind.word(),
        root: &shown.scope.root,
        lockfile: &shown.scope.lockfile,
        skills: audit.skills,
        fail_on: shown.fail_on,
        counts: CountsJson {
            critical: audit.count(Severity::Critical),
            high: audit.count(Severity::High),
            medium: audit.count(Severity::Medium),
            low: audit.count(Severity::Low),
        },
        findings: audit.findings.iter().map(finding_json).collect(),
        accepted: audit.accepted.iter().map(finding_json).collect(),
        not_analysed: &audit.not_analysed,
        ignored_suppressions: audit.ignored_suppressions.iter().map(|(_, count)| count).sum(),
        rules_version: RULES_VERSION,
        fixed: shown.mended.map(|mended| mended.json(shown.dry_run)),
        lock: shown.rebuilt.map(|done| &done.json),
    }
}

fn finding_json(located: &Located) -> LocatedJson<'_> {
    LocatedJson { finding: FindingJson::of(&located.finding), place: &located.place }
}

/// `3 skills checked: 1 critical, 2 high`.
fn closing(audit: &Audit) -> String {
    let levels = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let counts: Vec<String> = levels
        .into_iter()
        .map(|level| (audit.count(level), level.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let found = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
    format!("{} checked: {found}", words::count(audit.skills, "skill"))
}
