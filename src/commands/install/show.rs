//! What `install` says: the frozen JSON form, the lines for people, the way it ends. Nothing here does anything.

use std::cell::RefCell;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;
use skillzdrive_wire::Slug;
use skillzdrive_wire::telemetry::EventType;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::findings::gate::Gate;
use crate::findings::gate::GateJson;
use crate::installer::Change;
use crate::installer::Failed;
use crate::installer::Installed;
use crate::installer::Report;
use crate::installer::run::Placement;
use crate::projects;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::telemetry::Facts;
use crate::ui::clean;
use crate::ui::words;

/// Where the document of a scope goes.
#[derive(Debug)]
pub(super) enum Sink {
    /// It is the command's.
    Print,
    /// It is one of several projects', and waits for the command's, as does what telemetry may know.
    Keep(RefCell<(Option<Value>, Option<Facts>)>),
}

impl Sink {
    fn put(&self, ctx: &Context, document: &InstallJson<'_>) -> Result<()> {
        match self {
            Self::Print => ctx.ui.json(document),
            Self::Keep(kept) => {
                let value = serde_json::to_value(document)
                    .map_err(|e| Error::internal("the answer cannot be written as JSON").source(e))?;
                kept.borrow_mut().0 = Some(value);
                Ok(())
            }
        }
    }

    /// Notes what telemetry may know, whatever comes of it.
    pub(super) fn note(&self, ctx: &Context, facts: Facts) {
        match self {
            Self::Print => ctx.record(EventType::Install, facts),
            Self::Keep(kept) => kept.borrow_mut().1 = Some(facts),
        }
    }

    /// What the one thing that was asked for ended in is the command's error; of one project among several it is said.
    fn is_alone(&self) -> bool {
        matches!(self, Self::Print)
    }
}

/// The document of `--all`.
#[derive(Serialize)]
pub(super) struct AllJson {
    /// Where projects were looked for.
    pub(super) below: PathBuf,
    pub(super) projects: Vec<ProjectJson>,
    pub(super) failed: Vec<projects::FailedJson>,
    /// Whether there was more than is looked at.
    pub(super) incomplete: bool,
}

#[derive(Serialize)]
pub(super) struct ProjectJson {
    /// The project's folder, from `below`.
    pub(super) project: String,
    /// What `install` says of it.
    #[serde(flatten)]
    pub(super) install: Value,
}

#[derive(Serialize)]
struct InstallJson<'a> {
    scope: &'static str,
    lockfile: String,
    dry_run: bool,
    skills: Vec<SkillJson<'a>>,
    failed: Vec<FailedJson<'a>>,
    #[serde(flatten)]
    gate: GateJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'a str>,
}

#[derive(Serialize)]
struct SkillJson<'a> {
    slug: &'a Slug,
    change: &'static str,
    version: Option<u64>,
    content_sha: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    path: String,
    links: Vec<String>,
    occupied: Vec<String>,
}

#[derive(Serialize)]
struct FailedJson<'a> {
    name: &'a str,
    kind: &'static str,
    code: &'a str,
    message: String,
}

fn failed_json(failed: &[Failed]) -> Vec<FailedJson<'_>> {
    failed
        .iter()
        .map(|one| FailedJson {
            name: &one.name,
            kind: one.error.kind().word(),
            code: one.error.code_str(),
            message: one.error.one_line(),
        })
        .collect()
}

pub(super) fn nothing(ctx: &Context, scope: &Scope, sink: &Sink) -> Result<Outcome> {
    if ctx.ui.is_json() {
        let document = InstallJson {
            scope: scope.kind.word(),
            lockfile: scope.lockfile.display().to_string(),
            dry_run: ctx.dry_run(),
            skills: Vec::new(),
            failed: Vec::new(),
            gate: GateJson::default(),
            run: None,
        };
        sink.put(ctx, &document)?;
    } else {
        ctx.ui.status(format_args!("nothing to restore: {} locks no skills", scope.lockfile.display()));
        if sink.is_alone() {
            ctx.ui.hint("skillzdrive install SKILL, or skillzdrive search WORDS to find one");
        }
    }
    Ok(Outcome::Done)
}

/// One thing was asked for and it failed: that is the error of the command. What was found is in the document, though, so
/// there is one after a refusal at the gate.
fn only_one(ctx: &Context, sink: &Sink, done: usize, failed: &mut Vec<Failed>) -> Option<Error> {
    let in_document = ctx.ui.is_json() && failed.iter().any(|one| one.error.kind() == Kind::Findings);
    if sink.is_alone() && done == 0 && failed.len() == 1 && !in_document {
        failed.pop().map(|one| one.error)
    } else {
        None
    }
}

pub(super) fn dry_run(
    ctx: &Context,
    scope: &Scope,
    placements: &[Placement],
    mut failed: Vec<Failed>,
    gate: &Gate,
    sink: &Sink,
) -> Result<Outcome> {
    if let Some(error) = only_one(ctx, sink, placements.len(), &mut failed) {
        return Err(error);
    }
    if ctx.ui.is_json() {
        let skills = placements.iter().map(|one| {
            let (version, content_sha) = one.version();
            SkillJson {
                slug: one.slug(),
                change: one.change().word(),
                version,
                content_sha: content_sha.to_string(),
                source: None,
                path: one.target().display().to_string(),
                links: Vec::new(),
                occupied: Vec::new(),
            }
        });
        let document = InstallJson {
            scope: scope.kind.word(),
            lockfile: scope.lockfile.display().to_string(),
            dry_run: true,
            skills: skills.collect(),
            failed: failed_json(&failed),
            gate: gate.json(),
            run: None,
        };
        sink.put(ctx, &document)?;
        return Ok(ending(placements.len(), &failed));
    }
    for one in placements {
        let verb = match one.change() {
            Change::Installed => "would install",
            Change::Replaced => "would replace",
            Change::Unchanged => "unchanged",
        };
        let edited = if one.in_the_way().is_some() { " (what is there goes to the trash, if you agree)" } else { "" };
        ctx.ui.data(format_args!("{verb} {}{} in {}{edited}", one.slug(), at(one.version().0), one.target().display()));
    }
    say_failed(ctx, &failed);
    Ok(ending(placements.len(), &failed))
}

fn at(version: Option<u64>) -> String {
    version.map_or_else(String::new, |version| format!("@{version}"))
}

fn say_failed(ctx: &Context, failed: &[Failed]) {
    for one in failed {
        ctx.ui.warn(clean::lines(&one.error.about(&one.name)));
        one.error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
}

pub(super) fn finish(
    ctx: &Context,
    scope: &Scope,
    mut report: Report,
    lock_changed: bool,
    gate: &Gate,
    sink: &Sink,
) -> Result<Outcome> {
    let outcome = ending(report.installed.len(), &report.failed);
    if let Some(error) = only_one(ctx, sink, report.installed.len(), &mut report.failed) {
        return Err(error);
    }
    if ctx.ui.is_json() {
        let document = InstallJson {
            scope: scope.kind.word(),
            lockfile: scope.lockfile.display().to_string(),
            dry_run: false,
            skills: report.installed.iter().map(skill_json).collect(),
            failed: failed_json(&report.failed),
            gate: gate.json(),
            run: report.run.as_deref(),
        };
        sink.put(ctx, &document)?;
        return Ok(outcome);
    }
    for one in report.installed.iter().filter(|one| one.change != Change::Unchanged) {
        ctx.ui.data(format_args!("{} {}{} in {}", one.change.word(), one.slug, at(one.version), one.path.display()));
    }
    for one in &report.installed {
        for (path, what) in &one.links.occupied {
            ctx.ui.warn(format_args!("no link for {} at {}: {}", one.slug, path.display(), clean::line(what)));
        }
        for (path, why) in &one.links.failed {
            ctx.ui.warn(format_args!("no link for {} at {}: {}", one.slug, path.display(), clean::line(why)));
        }
        for path in &one.stranded {
            ctx.ui.warn(format_args!("{}: {} stayed with the old version in the trash", one.slug, clean::line(path)));
        }
    }
    say_failed(ctx, &report.failed);
    ctx.ui.status(summary(&report));
    if scope.kind == ScopeKind::Project && lock_changed {
        ctx.ui.hint(format_args!("commit {}", scope.lockfile.display()));
    }
    Ok(outcome)
}

/// `2 skills installed, 1 replaced, 3 unchanged, 4 links made, 1 failed`, without what is none.
fn summary(report: &Report) -> String {
    let how_many = |change| report.installed.iter().filter(|one| one.change == change).count();
    let mut tail = Vec::new();
    for change in [Change::Installed, Change::Replaced, Change::Unchanged] {
        match how_many(change) {
            0 => {}
            n if tail.is_empty() => tail.push(format!("{} {}", words::count(n, "skill"), change.word())),
            n => tail.push(format!("{n} {}", change.word())),
        }
    }
    match report.installed.iter().map(|one| one.links.created.len()).sum() {
        0 => {}
        links => tail.push(format!("{} made", words::count(links, "link"))),
    }
    match report.failed.len() {
        0 => {}
        n if tail.is_empty() => tail.push(format!("{} failed", words::count(n, "skill"))),
        n => tail.push(format!("{n} failed")),
    }
    tail.join(", ")
}

fn skill_json(one: &Installed) -> SkillJson<'_> {
    SkillJson {
        slug: &one.slug,
        change: one.change.word(),
        version: one.version,
        content_sha: one.content_sha.to_string(),
        source: Some(&one.source),
        path: one.path.display().to_string(),
        links: one.links.created.iter().chain(&one.links.existing).map(|path| path.display().to_string()).collect(),
        occupied: one.links.occupied.iter().map(|(path, _)| path.display().to_string()).collect(),
    }
}

/// All done, some done, or all failed: alike, with their kind.
fn ending(done: usize, failed: &[Failed]) -> Outcome {
    let Some(first) = failed.first() else { return Outcome::Done };
    if done > 0 {
        return Outcome::Ended(Kind::Partial);
    }
    let alike = failed.iter().all(|one| one.error.kind() == first.error.kind());
    Outcome::Ended(if alike { first.error.kind() } else { Kind::Failure })
}
