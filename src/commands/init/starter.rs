//! The default skills: those by which an agent learns what skills are and how this program is used. They come from the
//! drive like any other; one that it does not have is no failure.

use std::time::SystemTime;

use skillzdrive_wire::Slug;

use crate::cli::GateArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::findings::gate::Gate;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::age::Age;
use crate::installer::gated;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
use crate::installer::linking::Linking;
use crate::installer::run;
use crate::installer::run::Placement;
use crate::installer::run::Work;
use crate::installer::spec::Spec;
use crate::store::cache::ZipCache;
use crate::store::library::Library;
use crate::store::lockfile::Lockfile;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::staging::Staging;
use crate::store::trash;
use crate::store::tree;
use crate::ui::progress::Unit;

/// Their names, as the starter marketplace of our own drives has them.
pub(super) const SKILLS: [&str; 2] = ["use-skillzdrive", "write-a-skill"];

/// What came of them.
#[derive(Debug, Default)]
pub(super) struct Starter {
    pub(super) installed: Vec<Slug>,
    /// Those that the drive does not have.
    pub(super) absent: Vec<String>,
    pub(super) failed: Vec<Failed>,
}

/// Those that are not on this machine yet.
///
/// # Errors
/// Exit 7 for a lockfile that cannot be read.
pub(super) fn wanted(paths: &Paths) -> Result<Vec<&'static str>> {
    let scope = Scope::global(paths);
    let lockfile = Lockfile::read(&scope)?;
    let is_here = |name: &str| {
        lockfile.skills.keys().any(|slug| slug.as_str() == name) || tree::occupied(&scope.skills().join(name))
    };
    Ok(SKILLS.into_iter().filter(|name| !is_here(name)).collect())
}

/// Installs them for the person, whatever project one stands in.
///
/// # Errors
/// When the scope cannot be worked on at all; what concerns one skill is in the answer.
pub(super) async fn install(ctx: &Context, names: &[&'static str], gate_args: GateArgs) -> Result<Starter> {
    let scope = Scope::global(&ctx.paths);
    let settings = ctx.settings(&scope)?;
    let linking = Linking::load(&ctx.paths, &scope, &settings, &[])?;
    let lockfile = Lockfile::read(&scope)?;
    let (library, _) = Library::read(&ctx.paths, &scope)?;
    let specs = names.iter().map(|name| Spec::parse(name, &ctx.cwd)).collect::<Result<Vec<_>>>()?;
    let client = ctx.client()?;
    let account = ctx.account_in_if_any(&scope).await?;
    let cache = ZipCache::new(&ctx.paths);
    let staging = Staging::new(&scope)?;
    let archive = LastArchive::default();
    let sources = Sources { client, account: account.as_ref(), cache: &cache, staging: &staging, archive };
    let progress = ctx.ui.progress("fetching the default skills", Unit::Bytes, None);
    let tell = |event: Event| match event {
        Event::Bytes(bytes) => progress.advance(bytes),
        Event::Waiting(holder) => ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})")),
        Event::Fetching(_) | Event::Fetched(..) => {}
    };
    let age = Age { least: settings.min_age, now: SystemTime::now() };
    let (ready, missed) = sources.gather(&scope, &library, specs, &lockfile, age, &tell).await;
    let mut placements = run::plan(&scope, &library, &lockfile, ready);
    drop(progress);
    let mut starter = Starter::default();
    for one in missed {
        match one.error.kind() {
            Kind::NotFound => starter.absent.push(one.name),
            _ => starter.failed.push(one),
        }
    }
    // What came to lie in the place meanwhile is somebody's.
    placements.retain(|one| {
        let Some(way) = one.in_the_way() else { return true };
        let error = Error::new(Kind::Conflict, format!("`{}` is something else", way.path.display()));
        starter.failed.push(Failed { name: way.slug.to_string(), error: error.code("in_the_way") });
        false
    });
    let staged = || gated::scan(&ctx.paths, &lockfile, placements.iter().filter_map(Placement::staged), false);
    let gate = Gate { skills: tokio::task::block_in_place(staged), fail_on: settings.fail_on };
    let verdict = gate.pass(&ctx.ui, gate_args.allow_findings, |slug| {
        format!("skillzdrive install --global {slug} --allow-findings")
    })?;
    placements.retain(|one| verdict.refused.iter().all(|(slug, _)| slug != one.slug()));
    starter.failed.extend(verdict.refused.into_iter().map(|(slug, error)| Failed { name: slug.to_string(), error }));
    if placements.is_empty() {
        return Ok(starter);
    }
    let server = ctx.server()?;
    let work = Work {
        paths: &ctx.paths,
        scope: &scope,
        settings: &settings,
        linking: &linking,
        command: trash::INSTALL,
        server: Some(server.said()),
        accepted: verdict.accepted,
    };
    let report = tokio::task::block_in_place(|| run::carry_out(&work, placements, &|_| ()))?;
    starter.installed = report.installed.into_iter().map(|one| one.slug).collect();
    starter.failed.extend(report.failed);
    Ok(starter)
}
