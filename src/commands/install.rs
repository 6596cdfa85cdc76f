//! `install`: skills from the drive, a folder or a package; without names, the lockfile's.

use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::json;
use skillzdrive_skill::find_skills;
use skillzdrive_wire::Slug;
use skillzdrive_wire::telemetry::EventType;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::Change;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::Installed;
use crate::installer::Report;
use crate::installer::gather::Sources;
use crate::installer::linking::Linking;
use crate::installer::restore;
use crate::installer::run;
use crate::installer::run::Placement;
use crate::installer::run::Work;
use crate::installer::spec::Spec;
use crate::store::cache::ZipCache;
use crate::store::library::Library;
use crate::store::lockfile::Lockfile;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::staging::Staging;
use crate::telemetry::Facts;
use crate::ui::clean;
use crate::ui::progress::Progress;
use crate::ui::progress::Unit;
use crate::ui::words;

/// Install skills from the drive, a folder or a zip; without names, restore the lockfile
///
/// Without names every skill of the lockfile is put back at exactly its content_sha, with its agents' links. With names
/// each is fetched, verified, unpacked and written into the lockfile; what is replaced goes to the trash.
#[derive(Debug, clap::Args)]
pub(crate) struct InstallArgs {
    /// Slugs (`pdf`, `pdf@3`, `pdf@<content_sha>`), folders, or .zip and .skill files
    #[arg(value_name = "SKILL")]
    names: Vec<String>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Link for this agent instead of the usual ones (can be repeated)
    #[arg(short, long = "agent", value_name = "AGENT")]
    agents: Vec<String>,
    /// Install every skill of a folder that holds several
    #[arg(long)]
    all: bool,
    /// Fail if the lockfile would change (the default for restoring when CI is set)
    #[arg(long)]
    locked: bool,
    /// Like --locked, and never ask the network what is newest
    #[arg(long)]
    frozen: bool,
}

/// Runs it.
pub(crate) async fn run(ctx: &Context, args: &InstallArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let settings = ctx.settings(&scope)?;
    let linking = Linking::load(&ctx.paths, &scope, &settings, &args.agents)?;
    let lockfile = Lockfile::read(&scope)?;
    let (library, warning) = Library::read(&ctx.paths, &scope)?;
    warning.into_iter().for_each(|warning| ctx.ui.warn(warning));
    let specs = specs(ctx, args)?;
    // Choosing nothing of a folder is not the same as naming nothing.
    let restoring = args.names.is_empty();
    if !restoring && specs.is_empty() {
        return Err(Error::new(Kind::Interrupted, "no skill was chosen: nothing was changed"));
    }
    if restoring && lockfile.skills.is_empty() {
        return nothing(ctx, &scope);
    }
    let client = ctx.client()?;
    warn_of_another_server(ctx, &lockfile, &said_server(ctx)?);
    let account = ctx.account_if_any().await?;
    let cache = ZipCache::new(&ctx.paths);
    // A dry run writes nothing in the scope: it unpacks in a folder of its own.
    let elsewhere = ctx
        .dry_run()
        .then(tempfile::tempdir)
        .transpose()
        .map_err(|e| Error::new(Kind::Failure, "could not make a temporary folder").source(e))?;
    let staging = match &elsewhere {
        Some(folder) => Staging::new(&Scope::project(folder.path()))?,
        None => Staging::new(&scope)?,
    };
    let sources = Sources { client, account: account.as_ref(), cache: &cache, staging: &staging };
    let progress = ctx.ui.progress("looking up skills", Unit::Bytes, None);
    let tell = |event: Event| show(ctx, &progress, event);
    let (ready, failed) = if restoring {
        sources.restore(&scope, &library, &lockfile, &tell).await
    } else if args.frozen {
        let (named, others) = restore::frozen(&lockfile, specs)?;
        let (mut ready, mut failed) = sources.restore(&scope, &library, &named, &tell).await;
        let (more, not) = sources.gather(&scope, &library, others, &lockfile, &tell).await;
        ready.extend(more);
        failed.extend(not);
        (ready, failed)
    } else {
        sources.gather(&scope, &library, specs, &lockfile, &tell).await
    };
    let placements = run::plan(&scope, &library, &lockfile, ready);
    drop(progress);
    let locked = args.locked || args.frozen || (restoring && env::switch(env::CI));
    if locked && let Some(changed) = placements.iter().find(|one| one.changes_lockfile(&lockfile)) {
        return Err(Error::new(
            Kind::Failure,
            format!("the lockfile would change: `{}` is not what it says", changed.slug()),
        )
        .code("lock_would_change")
        .hint("run install without --locked and --frozen (and with CI unset), then commit the lockfile"));
    }
    if ctx.dry_run() {
        return dry_run(ctx, &scope, &placements, failed);
    }
    let (placements, refused) = agree(ctx, placements, failed.is_empty())?;
    let work = Work {
        paths: &ctx.paths,
        scope: &scope,
        settings: &settings,
        linking: &linking,
        command: "install",
        // Not even this line may come into a locked lockfile.
        server: if locked { None } else { Some(said_server(ctx)?) },
    };
    let silent = |event: Event| show(ctx, &Progress::silent(), event);
    let mut report = tokio::task::block_in_place(|| run::carry_out(&work, placements, &silent))?;
    report.failed.splice(0..0, failed.into_iter().chain(refused));
    ctx.record(EventType::Install, facts(&report));
    let lock_changed = Lockfile::read(&scope).is_ok_and(|now| now != lockfile);
    finish(ctx, &scope, report, lock_changed)
}

/// What was typed, with folders of several skills made into their skills.
fn specs(ctx: &Context, args: &InstallArgs) -> Result<Vec<Spec>> {
    let mut specs = Vec::new();
    let mut seen = BTreeSet::new();
    for name in &args.names {
        if !seen.insert(name) {
            continue;
        }
        match Spec::parse(name, &ctx.cwd)? {
            Spec::Folder(path) => specs.extend(folders(ctx, args, &path)?.into_iter().map(Spec::Folder)),
            other => specs.push(other),
        }
    }
    Ok(specs)
}

fn folders(ctx: &Context, args: &InstallArgs, path: &Path) -> Result<Vec<PathBuf>> {
    // As it is called, not as it was typed: `..` in a message helps nobody.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let found = find_skills(path).map_err(Error::from)?;
    if found.is_empty() {
        return Err(Error::usage(format!("there is no skill in `{}`: no folder with a SKILL.md", path.display()))
            .code("no_skill_here"));
    }
    if found.len() == 1 || args.all {
        return Ok(found);
    }
    let named = |skill: &PathBuf| clean::line(&skill.strip_prefix(path).unwrap_or(skill).display().to_string());
    if !ctx.ui.is_interactive() {
        let names: Vec<String> = found.iter().map(named).collect();
        return Err(Error::usage(format!("`{}` holds {} skills: {}", path.display(), found.len(), names.join(", ")))
            .code("many_skills")
            .hint("add --all for every one of them, or name the folder of one"));
    }
    let names: Vec<String> = found.iter().map(named).collect();
    let chosen = ctx.ui.multi_select("Which skills?", names.clone(), &[], "--all")?;
    Ok(found.into_iter().zip(names).filter(|(_, name)| chosen.contains(name)).map(|(path, _)| path).collect())
}

/// The lockfile's word for this server; the embedded drive has none that another machine could use.
fn said_server(ctx: &Context) -> Result<String> {
    let server = ctx.server()?;
    Ok(if server.is_local() { "local".to_owned() } else { server.identity() })
}

/// The lockfile's server is checked and said; it never decides where a key goes.
fn warn_of_another_server(ctx: &Context, lockfile: &Lockfile, server: &str) {
    if let Some(said) = lockfile.server.as_deref().filter(|said| *said != server) {
        ctx.ui.warn(format_args!("the lockfile was made with {}, this is {server}", clean::line(said)));
    }
}

/// Asks about each folder that would be replaced though it is edited or not ours. `all`: nothing else failed before.
fn agree(ctx: &Context, placements: Vec<Placement>, all: bool) -> Result<(Vec<Placement>, Vec<Failed>)> {
    let (mut agreed, mut refused) = (Vec::new(), Vec::new());
    let many = placements.len() > 1 || !all;
    for placement in placements {
        let Some(way) = placement.in_the_way() else {
            agreed.push(placement);
            continue;
        };
        let what = if way.edited { "was edited here" } else { "is not an installed version of it" };
        let question = format!("`{}` {what}. Move it to the trash and go on?", way.path.display());
        match ctx.ui.confirm(&question, false) {
            Ok(true) => agreed.push(placement),
            Ok(false) => {
                let message = format!("`{}` {what} and was left as it is", way.path.display());
                refused.push(Failed {
                    name: way.slug.to_string(),
                    error: Error::new(Kind::Conflict, message).code("in_the_way"),
                });
            }
            // Nobody to ask: the others are installed all the same.
            Err(error) if many && error.kind() == Kind::Usage => {
                refused.push(Failed { name: way.slug.to_string(), error });
            }
            Err(error) => return Err(error),
        }
    }
    Ok((agreed, refused))
}

fn show(ctx: &Context, progress: &Progress, event: Event) {
    match event {
        Event::Fetching(count) => progress.message(&format!("fetching {}", words::count(count, "skill"))),
        Event::Bytes(bytes) => progress.advance(bytes),
        Event::Fetched(slug, bytes) => ctx.ui.detail(format_args!("fetched {slug}, {}", words::size(bytes))),
        Event::Waiting(holder) => ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})")),
    }
}

#[derive(Serialize)]
struct InstallJson<'a> {
    scope: &'static str,
    lockfile: String,
    dry_run: bool,
    skills: Vec<SkillJson<'a>>,
    failed: Vec<FailedJson<'a>>,
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

fn nothing(ctx: &Context, scope: &Scope) -> Result<Outcome> {
    if ctx.ui.is_json() {
        let document = InstallJson {
            scope: scope.kind.word(),
            lockfile: scope.lockfile.display().to_string(),
            dry_run: ctx.dry_run(),
            skills: Vec::new(),
            failed: Vec::new(),
            run: None,
        };
        ctx.ui.json(&document)?;
    } else {
        ctx.ui.status(format_args!("nothing to restore: {} locks no skills", scope.lockfile.display()));
        ctx.ui.hint("skillzdrive install SKILL, or skillzdrive search WORDS to find one");
    }
    Ok(Outcome::Done)
}

/// One thing was asked for and it failed: that is the error of the command.
fn only_one(done: usize, failed: &mut Vec<Failed>) -> Option<Error> {
    if done == 0 && failed.len() == 1 { failed.pop().map(|one| one.error) } else { None }
}

fn dry_run(ctx: &Context, scope: &Scope, placements: &[Placement], mut failed: Vec<Failed>) -> Result<Outcome> {
    if let Some(error) = only_one(placements.len(), &mut failed) {
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
        ctx.ui.json(&InstallJson {
            scope: scope.kind.word(),
            lockfile: scope.lockfile.display().to_string(),
            dry_run: true,
            skills: skills.collect(),
            failed: failed_json(&failed),
            run: None,
        })?;
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

fn finish(ctx: &Context, scope: &Scope, mut report: Report, lock_changed: bool) -> Result<Outcome> {
    let outcome = ending(report.installed.len(), &report.failed);
    if let Some(error) = only_one(report.installed.len(), &mut report.failed) {
        return Err(error);
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&InstallJson {
            scope: scope.kind.word(),
            lockfile: scope.lockfile.display().to_string(),
            dry_run: false,
            skills: report.installed.iter().map(skill_json).collect(),
            failed: failed_json(&report.failed),
            run: report.run.as_deref(),
        })?;
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

/// What telemetry may know: public slugs, sorts of source, counts.
fn facts(report: &Report) -> Facts {
    let mut source_types = BTreeSet::new();
    for one in &report.installed {
        source_types.insert(match one.source.as_str() {
            source if source.ends_with(".zip") || source.ends_with(".skill") => "zip",
            source if source.starts_with("path:") => "path",
            source if source.starts_with("github:") => "github",
            _ => "skillzdrive",
        });
    }
    let counts = json!({ "installed": report.installed.len(), "failed": report.failed.len() });
    Facts {
        public_slugs: report.installed.iter().filter(|one| one.public).map(|one| one.slug.clone()).collect(),
        source_types: source_types.into_iter().collect(),
        metadata: counts.as_object().cloned().unwrap_or_default(),
    }
}
