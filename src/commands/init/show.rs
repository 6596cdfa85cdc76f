//! What `init` says: what it found, what it would do, what it did.

use serde::Serialize;
use skillzdrive_wire::Slug;

use super::Answers;
use super::Around;
use super::Done;
use super::Login;
use crate::context::Context;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::git_attributes;
use crate::store::git_attributes::Line;
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
    /// What came of the login; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<LoginJson<'a>>,
    /// The default skills that were wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    default_skills: Vec<StarterJson<'a>>,
    /// Other tools' files.
    files: Vec<FileJson>,
    /// The skills that they speak of.
    skills: Vec<SkillJson<'a>>,
    /// Skills that nobody speaks of.
    home_made: Vec<&'a Slug>,
}

#[derive(Serialize)]
struct LoginJson<'a> {
    /// `done`, `failed` or `would`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_prefix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct StarterJson<'a> {
    slug: &'a str,
    /// `installed`, `would_install`, `absent` or `failed`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
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
pub(super) fn dry_run(ctx: &Context, around: &Around, answers: &Answers, makes_lockfile: bool) -> Result<Outcome> {
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
    if makes_lockfile {
        ctx.ui.data(format_args!("would make {}", around.scope.lockfile.display()));
    }
    match &answers.login {
        Login::No => {}
        Login::Browser => ctx.ui.data("would log in with a browser"),
        Login::Key(key) => ctx.ui.data(format_args!("would log in with the key {}…", key.prefix())),
    }
    for name in &answers.starter {
        ctx.ui.data(format_args!("would install {name}, if the drive has it"));
    }
    if around.wants_line == Some(true) {
        ctx.ui.data(format_args!("would add `{}` to {}", Line::Bytes.text(), git_attributes::FILE));
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
    let outcome = ending(&done);
    if ctx.ui.is_json() {
        ctx.ui.json(&json(around, answers, Some(&done), false))?;
        return Ok(outcome);
    }
    for (key, file) in &done.settings {
        ctx.ui.data(format_args!("set `{key}` in {}", file.display()));
    }
    if done.line_added {
        ctx.ui.data(format_args!("added `{}` to {}", Line::Bytes.text(), git_attributes::FILE));
    }
    for one in &report.taken {
        ctx.ui.data(format_args!("took over {} ({})", one.slug, one.source));
        for (path, what) in one.links.occupied.iter().chain(&one.links.failed) {
            ctx.ui.warn(format_args!("no link for {} at {}: {}", one.slug, path.display(), clean::line(what)));
        }
    }
    if done.lockfile_made {
        ctx.ui.data(format_args!("made {}", around.scope.lockfile.display()));
    }
    let starter = done.starter.as_ref();
    for slug in starter.into_iter().flat_map(|starter| &starter.installed) {
        ctx.ui.data(format_args!("installed {slug}"));
    }
    for name in starter.into_iter().flat_map(|starter| &starter.absent) {
        ctx.ui.status(format_args!("the drive has no {name}"));
    }
    if let Some(Err(error)) = &done.login {
        ctx.ui.warn(clean::lines(&error.about("you are not logged in")));
        error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
    for one in report.failed.iter().chain(starter.into_iter().flat_map(|starter| &starter.failed)) {
        ctx.ui.warn(clean::lines(&one.error.about(&one.name)));
        one.error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
    left(ctx, around, answers);
    next(ctx, around, answers, &done);
    Ok(outcome)
}

/// All done, some done, or nothing: then as the first thing failed.
fn ending(done: &Done) -> Outcome {
    let starter = done.starter.as_ref();
    let login = done.login.as_ref().and_then(|login| login.as_ref().err());
    let skills = done.report.failed.iter().chain(starter.into_iter().flat_map(|starter| &starter.failed));
    let Some(first) = login.into_iter().chain(skills.map(|one| &one.error)).next() else { return Outcome::Done };
    let logged_in = matches!(done.login, Some(Ok(_)));
    let installed = starter.is_some_and(|starter| !starter.installed.is_empty());
    let any = logged_in || installed || !done.report.taken.is_empty();
    Outcome::Ended(if any { Kind::Partial } else { first.kind() })
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

fn next(ctx: &Context, around: &Around, answers: &Answers, done: &Done) {
    let local = answers.server.as_deref().or(around.here.settings.own_server()).is_some_and(|s| s.starts_with("local"));
    if around.scope.kind == ScopeKind::Project {
        if !done.report.taken.is_empty() {
            ctx.ui.hint(format_args!("commit {}", around.scope.lockfile.display()));
        }
        ctx.ui.hint("skillzdrive install --project SKILL pins a skill for everybody here");
        return;
    }
    if !local && done.login.is_none() {
        ctx.ui.hint("skillzdrive login, if you have not yet; or --server local, which needs no account");
    }
    ctx.ui.hint("skillzdrive sync keeps your skills in the drive; it shows its plan and asks first");
    ctx.ui.hint("skillzdrive doctor looks whether everything is well");
}

fn is_chosen(answers: &Answers, step: &Step) -> bool {
    answers.take.iter().any(|one| one.slug() == step.slug())
}

fn json<'a>(around: &'a Around, answers: &'a Answers, done: Option<&'a Done>, dry_run: bool) -> InitJson<'a> {
    let report = done.map(|done| &done.report);
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
        login: login(answers, done),
        default_skills: default_skills(answers, done),
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

fn login<'a>(answers: &Answers, done: Option<&'a Done>) -> Option<LoginJson<'a>> {
    let bare = |outcome, reason| LoginJson { outcome, server: None, key_prefix: None, reason };
    match (done.map(|done| &done.login), &answers.login) {
        (Some(None), _) | (None, Login::No) => None,
        (None, _) => Some(bare("would", None)),
        (Some(Some(Err(error))), _) => Some(bare("failed", Some(error.one_line()))),
        (Some(Some(Ok(login))), _) => {
            let (server, key_prefix) = (Some(login.server.as_str()), Some(login.key_prefix.as_str()));
            Some(LoginJson { outcome: "done", server, key_prefix, reason: None })
        }
    }
}

fn default_skills<'a>(answers: &'a Answers, done: Option<&'a Done>) -> Vec<StarterJson<'a>> {
    let starter = done.and_then(|done| done.starter.as_ref());
    let one = |name: &'a &'static str| {
        let failed = starter.and_then(|starter| starter.failed.iter().find(|one| one.name == *name));
        let outcome = match starter {
            None => "would_install",
            Some(_) if failed.is_some() => "failed",
            Some(starter) if starter.installed.iter().any(|slug| slug.as_str() == *name) => "installed",
            Some(_) => "absent",
        };
        StarterJson { slug: name, outcome, reason: failed.map(|one| one.error.one_line()) }
    };
    answers.starter.iter().map(one).collect()
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
