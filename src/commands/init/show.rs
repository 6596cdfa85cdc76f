//! What `init` says: what it found, what it would do, what it did.

use serde::Serialize;
use skillzdrive_wire::Slug;

use super::Answers;
use super::Around;
use super::Done;
use crate::context::Context;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::git_attributes;
use crate::store::inventory::State;
use crate::store::scope::ScopeKind;
use crate::takeover::Step;
use crate::takeover::TakenOver;
use crate::takeover::Verdict;
use crate::ui::clean;
use crate::ui::words;

#[derive(Serialize)]
struct InitJson<'a> {
    scope: &'static str,
    root: String,
    dry_run: bool,
    /// The agents that are on this machine.
    detected: Vec<String>,
    /// The agents that were remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    agents: Option<&'a [String]>,
    /// The drive that was remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    /// Whether git leaves the bytes of skills alone; absent outside of a repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    gitattributes: Option<&'static str>,
    /// Other tools' files.
    files: Vec<FileJson>,
    /// The skills that they speak of.
    skills: Vec<SkillJson<'a>>,
    /// Skills that nobody speaks of.
    home_made: Vec<&'a Slug>,
}

#[derive(Serialize)]
struct FileJson {
    path: String,
    tool: &'static str,
    skills: usize,
    /// What of it was not understood.
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<String>,
}

#[derive(Serialize)]
struct SkillJson<'a> {
    slug: &'a Slug,
    tool: &'static str,
    origin: String,
    /// `taken`, `would_take`, `ours`, `missing`, `left`, `failed` or `offered`.
    outcome: &'static str,
    /// The lockfile's word for where it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What installs it from where the tool had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
}

/// What is here, before anything is asked.
pub(super) fn found(ctx: &Context, around: &Around) {
    let detected = around.here.linking.agents().detected();
    let names: Vec<&str> = detected.iter().map(|agent| agent.name.as_str()).collect();
    match names.len() {
        0 => ctx.ui.status("no coding agent was found on this machine"),
        n => ctx.ui.status(format_args!("found {}: {}", words::count(n, "agent"), names.join(", "))),
    }
    let skills = around.here.inventory.skills.len();
    let scope = around.scope.root.display();
    ctx.ui.status(format_args!("found {} for {scope}", words::count(skills, "skill")));
    for file in &around.survey.files {
        let (path, tool) = (file.path.display(), file.tool.word());
        match &file.unread {
            Some(why) => ctx.ui.warn(format_args!("{path} ({tool}) was not read: {}", clean::line(&why.to_string()))),
            None => ctx.ui.status(format_args!("read {path} ({tool}): {}", words::count(file.skills, "skill"))),
        }
        for note in &file.notes {
            ctx.ui.status(format_args!("  not understood: {}", clean::line(note)));
        }
    }
}

/// What would be done.
pub(super) fn dry_run(ctx: &Context, around: &Around, answers: &Answers) -> Result<Outcome> {
    if ctx.ui.is_json() {
        ctx.ui.json(&json(around, answers, None, true))?;
        return Ok(Outcome::Done);
    }
    if let Some(server) = &answers.server {
        ctx.ui.data(format_args!("would remember the drive {server}"));
    }
    if let Some(agents) = &answers.agents {
        ctx.ui.data(format_args!("would remember the agents {}", agents.join(", ")));
    }
    if around.wants_line == Some(true) {
        ctx.ui.data(format_args!("would add `{}` to {}", git_attributes::LINE, git_attributes::FILE));
    }
    for step in &answers.take {
        let (slug, tool) = (step.slug(), step.claim.tool.word());
        ctx.ui.data(format_args!("would take over {slug} from {tool} ({})", step.claim.origin));
    }
    left(ctx, around, answers);
    Ok(Outcome::Done)
}

/// What was done, and what to type next.
pub(super) fn finish(ctx: &Context, around: &Around, answers: &Answers, done: Done) -> Result<Outcome> {
    let report = &done.report;
    let outcome = match (report.failed.first(), report.taken.len()) {
        (None, _) => Outcome::Done,
        (Some(first), 0) => Outcome::Ended(first.error.kind()),
        (Some(_), _) => Outcome::Ended(Kind::Partial),
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&json(around, answers, Some(report), false))?;
        return Ok(outcome);
    }
    for (key, file) in &done.settings {
        ctx.ui.data(format_args!("set `{key}` in {}", file.display()));
    }
    if done.line_added {
        ctx.ui.data(format_args!("added `{}` to {}", git_attributes::LINE, git_attributes::FILE));
    }
    for one in &report.taken {
        ctx.ui.data(format_args!("took over {} ({})", one.slug, one.source));
        for (path, what) in one.links.occupied.iter().chain(&one.links.failed) {
            ctx.ui.warn(format_args!("no link for {} at {}: {}", one.slug, path.display(), clean::line(what)));
        }
    }
    for one in &report.failed {
        ctx.ui.warn(clean::lines(&one.error.about(&one.name)));
        one.error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
    left(ctx, around, answers);
    next(ctx, around, answers, report);
    Ok(outcome)
}

/// What is not taken over, and how to have it all the same.
fn left(ctx: &Context, around: &Around, answers: &Answers) {
    let mut offered = 0;
    for step in &around.steps {
        let (slug, tool) = (step.slug(), step.claim.tool.word());
        match &step.verdict {
            Verdict::Take { .. } => offered += usize::from(!is_chosen(answers, step)),
            Verdict::Ours => ctx.ui.detail(format_args!("{slug} ({tool}) is in the lockfile already")),
            Verdict::Left(why) => ctx.ui.warn(format_args!("{slug} ({tool}) is left alone: {why}")),
            Verdict::Missing => {
                ctx.ui
                    .warn(format_args!("{slug} ({tool}) does not lie here; {tool} had it from {}", step.claim.origin));
                if let Some(command) = step.command() {
                    ctx.ui.hint(command);
                }
            }
        }
    }
    if offered > 0 {
        let skills = words::count(offered, "skill");
        ctx.ui.status(format_args!("{skills} of other tools can be taken over"));
        ctx.ui.hint("skillzdrive init --take-over");
    }
}

fn next(ctx: &Context, around: &Around, answers: &Answers, report: &TakenOver) {
    let local = answers.server.as_deref().or(around.here.settings.own_server()).is_some_and(|s| s.starts_with("local"));
    if around.scope.kind == ScopeKind::Project {
        if !report.taken.is_empty() {
            ctx.ui.hint(format_args!("commit {}", around.scope.lockfile.display()));
        }
        ctx.ui.hint("skillzdrive install --project SKILL pins a skill for everybody here");
        return;
    }
    if !local {
        ctx.ui.hint("skillzdrive login, if you have not yet; or --server local, which needs no account");
    }
    ctx.ui.hint("skillzdrive sync keeps your skills in the drive; it shows its plan and asks first");
    ctx.ui.hint("skillzdrive doctor looks whether everything is well");
}

fn is_chosen(answers: &Answers, step: &Step) -> bool {
    answers.take.iter().any(|one| one.slug() == step.slug())
}

fn json<'a>(around: &'a Around, answers: &'a Answers, report: Option<&'a TakenOver>, dry_run: bool) -> InitJson<'a> {
    let speaks = |slug: &Slug| around.steps.iter().any(|step| step.slug() == slug);
    let found = &around.here.inventory.skills;
    InitJson {
        scope: around.scope.kind.word(),
        root: around.scope.root.display().to_string(),
        dry_run,
        detected: around.here.linking.agents().detected().into_iter().map(|agent| agent.id).collect(),
        agents: answers.agents.as_deref(),
        server: answers.server.as_deref(),
        gitattributes: around.wants_line.map(|wants| if wants { "added" } else { "kept" }),
        files: around
            .survey
            .files
            .iter()
            .map(|file| FileJson {
                path: file.path.display().to_string(),
                tool: file.tool.word(),
                skills: file.skills,
                notes: file.notes.clone(),
                unread: file.unread.as_ref().map(ToString::to_string),
            })
            .collect(),
        skills: around.steps.iter().map(|step| skill(step, answers, report)).collect(),
        home_made: found
            .values()
            .filter(|found| found.state == State::Untracked && !speaks(&found.slug))
            .map(|found| &found.slug)
            .collect(),
    }
}

fn skill<'a>(step: &'a Step, answers: &Answers, report: Option<&'a TakenOver>) -> SkillJson<'a> {
    let slug = step.slug();
    let taken = report.and_then(|report| report.taken.iter().find(|one| one.slug == *slug));
    let failed = report.and_then(|report| report.failed.iter().find(|one| one.name == slug.as_str()));
    let (outcome, reason) = match &step.verdict {
        Verdict::Take { .. } if taken.is_some() => ("taken", None),
        Verdict::Take { .. } if failed.is_some() => ("failed", failed.map(|one| one.error.one_line())),
        Verdict::Take { .. } if is_chosen(answers, step) => ("would_take", None),
        Verdict::Take { .. } => ("offered", None),
        Verdict::Ours => ("ours", None),
        Verdict::Missing => ("missing", None),
        Verdict::Left(why) => ("left", Some((*why).to_owned())),
    };
    SkillJson {
        slug,
        tool: step.claim.tool.word(),
        origin: step.claim.origin.to_string(),
        outcome,
        source: taken.map(|one| one.source.as_str()),
        reason,
        command: step.command(),
    }
}
