//! `install`: skills from the drive, GitHub, a folder or a package; without names, the lockfile's.

mod all;
mod choose;
mod show;

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde_json::json;

use crate::cli::GateArgs;
use crate::cli::ScopeArgs;
use crate::commands::install::show::Sink;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::findings::gate::Gate;
use crate::findings::gate::typed;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::Report;
use crate::installer::age::Age;
use crate::installer::gated;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
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
use crate::store::staging;
use crate::store::staging::Staging;
use crate::store::trash;
use crate::telemetry::Facts;
use crate::ui::clean;
use crate::ui::progress::Progress;
use crate::ui::progress::Unit;
use crate::ui::words;

/// Install skills from the drive, GitHub, a folder or a zip; without names, restore the lockfile
///
/// Without names every skill of the lockfile is put back at exactly its content_sha, with its agents' links. With names
/// each is fetched, verified, scanned, unpacked and written into the lockfile; what is replaced goes to the trash. A skill
/// in which the scan finds something critical or high is shown and asked about, and refused without a terminal; bytes that
/// the lockfile has already are only warned of.
#[derive(Debug, clap::Args)]
pub(crate) struct InstallArgs {
    /// Slugs (`pdf`, `pdf@3`, `pdf@<content_sha>`), folders, .zip and .skill files, or trees on GitHub
    /// (`https://github.com/owner/repo/tree/main/path`)
    #[arg(value_name = "SKILL")]
    names: Vec<String>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Link for this agent instead of the usual ones (can be repeated)
    #[arg(short, long = "agent", value_name = "AGENT")]
    agents: Vec<String>,
    /// Install every skill of a folder or repository that holds several; without names, restore the lockfile of every
    /// project of this repository: each folder that has a skillzdrive.lock, without what git ignores
    #[arg(long)]
    all: bool,
    /// Install this one of a folder or repository that holds several, by its name or folder (can be repeated)
    #[arg(long = "skill", value_name = "NAME", conflicts_with = "all", requires = "names")]
    skills: Vec<String>,
    /// Fail if the lockfile would change (the default for restoring when CI is set)
    #[arg(long)]
    locked: bool,
    /// Like --locked, and never ask the network what is newest
    #[arg(long)]
    frozen: bool,
    #[command(flatten)]
    gate: GateArgs,
}

/// Runs it.
///
/// # Errors
/// Exit 1 when the lockfile would change and may not, 7 for a lockfile that cannot be read; what failed of one skill.
pub(crate) async fn run(ctx: &Context, args: &InstallArgs) -> Result<Outcome> {
    if args.all && args.names.is_empty() {
        return all::run(ctx, args).await;
    }
    run_in(ctx, args, ctx.scope(args.scope), &Sink::Print).await
}

/// Installs in one scope.
async fn run_in(ctx: &Context, args: &InstallArgs, scope: Scope, sink: &Sink) -> Result<Outcome> {
    let settings = ctx.settings(&scope)?;
    let linking = Linking::load(&ctx.paths, &scope, &settings, &args.agents)?;
    let lockfile = Lockfile::read(&scope)?;
    let (library, warning) = Library::read(&ctx.paths, &scope)?;
    warning.into_iter().for_each(|warning| ctx.ui.warn(warning));
    let specs = specs(ctx, args)?;
    let restoring = args.names.is_empty();
    if restoring && lockfile.skills.is_empty() {
        return show::nothing(ctx, &scope, sink);
    }
    let client = ctx.client()?;
    warn_of_another_server(ctx, &lockfile, &ctx.server()?.said());
    let account = ctx.account_in_if_any(&scope).await?;
    let cache = ZipCache::new(&ctx.paths);
    // A dry run writes nothing in the scope: it unpacks in a folder of its own.
    let elsewhere = if ctx.dry_run() { Some(staging::passing()?) } else { None };
    let own;
    let staging = match &elsewhere {
        Some((_folder, passing)) => passing,
        None => {
            own = Staging::new(&scope)?;
            &own
        }
    };
    let age = Age { least: settings.min_age, now: SystemTime::now() };
    let sources =
        Sources { client, account: account.as_ref(), cache: &cache, staging, archive: LastArchive::default() };
    let progress = ctx.ui.progress("looking up skills", Unit::Bytes, None);
    let tell = |event: Event| on_event(ctx, &progress, event);
    let specs = choose::expand(ctx, args, specs, (&sources, &lockfile), &tell).await?;
    // Choosing nothing of a folder is not the same as naming nothing.
    if !restoring && specs.is_empty() {
        return Err(Error::new(Kind::Interrupted, "no skill was chosen: nothing was changed"));
    }
    let (ready, failed) = if restoring {
        sources.restore(&scope, &library, &lockfile, &tell).await
    } else if args.frozen {
        let (named, others) = restore::frozen(&lockfile, specs)?;
        let (mut ready, mut failed) = sources.restore(&scope, &library, &named, &tell).await;
        let (more, not) = sources.gather(&scope, &library, others, &lockfile, age, &tell).await;
        ready.extend(more);
        failed.extend(not);
        (ready, failed)
    } else {
        sources.gather(&scope, &library, specs, &lockfile, age, &tell).await
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
    let staged = || gated::scan(&ctx.paths, &lockfile, placements.iter().filter_map(Placement::staged), ctx.dry_run());
    let gate = Gate { skills: tokio::task::block_in_place(staged), fail_on: settings.fail_on };
    if ctx.dry_run() {
        gate.preview(&ctx.ui, args.gate.allow_findings);
        return show::dry_run(ctx, &scope, &placements, failed, &gate, sink);
    }
    let verdict = gate.pass(&ctx.ui, args.gate.allow_findings, |_| again(args))?;
    let mut failed = failed;
    let mut placements = placements;
    placements.retain(|one| verdict.refused.iter().all(|(slug, _)| slug != one.slug()));
    failed.extend(verdict.refused.into_iter().map(|(slug, error)| Failed { name: slug.to_string(), error }));
    let (placements, refused) = agree(ctx, placements, failed.is_empty())?;
    let work = Work {
        paths: &ctx.paths,
        scope: &scope,
        settings: &settings,
        linking: &linking,
        command: trash::INSTALL,
        // Not even this line may come into a locked lockfile.
        server: if locked { None } else { Some(ctx.server()?.said()) },
        accepted: verdict.accepted,
    };
    let silent = |event: Event| on_event(ctx, &Progress::silent(), event);
    let mut report = tokio::task::block_in_place(|| run::carry_out(&work, placements, &silent))?;
    report.failed.splice(0..0, failed.into_iter().chain(refused));
    sink.note(ctx, facts(&report));
    let lock_changed = Lockfile::read(&scope).is_ok_and(|now| now != lockfile);
    show::finish(ctx, &scope, report, lock_changed, &gate, sink)
}

/// The same command, with the findings accepted.
fn again(args: &InstallArgs) -> String {
    let mut words = vec!["skillzdrive install".to_owned()];
    words.extend(args.names.iter().map(|name| typed(name)));
    for (flag, values) in [("--agent", &args.agents), ("--skill", &args.skills)] {
        words.extend(values.iter().flat_map(|value| [flag.to_owned(), typed(value)]));
    }
    let flags = [(args.all, "--all"), (args.scope.project, "--project"), (args.scope.user, "--global")];
    words.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag.to_owned()));
    words.push("--allow-findings".to_owned());
    words.join(" ")
}

/// What was typed.
fn specs(ctx: &Context, args: &InstallArgs) -> Result<Vec<Spec>> {
    let mut specs = Vec::new();
    let mut seen = BTreeSet::new();
    for name in &args.names {
        if !seen.insert(name) {
            continue;
        }
        specs.push(Spec::parse(name, &ctx.cwd)?);
    }
    Ok(specs)
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

fn on_event(ctx: &Context, progress: &Progress, event: Event) {
    match event {
        Event::Fetching(count) => progress.message(&format!("fetching {}", words::count(count, "skill"))),
        Event::Bytes(bytes) => progress.advance(bytes),
        Event::Fetched(slug, bytes) => ctx.ui.detail(format_args!("fetched {slug}, {}", words::size(bytes))),
        Event::Waiting(holder) => ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})")),
    }
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
