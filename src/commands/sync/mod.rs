//! `sync`: the plan with its cost, one question, then the work.

mod ask;
mod json;
mod show;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;
use skillzdrive_sync::OnConflict;
use skillzdrive_sync::Options;
use skillzdrive_sync::Plan;
use skillzdrive_sync::RemovedHere;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::telemetry::EventType;

use crate::api::account::Account;
use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::daily;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome as Ending;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::linking::Linking;
use crate::store::library::Library;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::settings;
use crate::sync::Session;
use crate::sync::look::View;
use crate::sync::outcome::Outcome;
use crate::sync::part::Part;
use crate::sync::plan_file;
use crate::telemetry::Facts;
use crate::ui::progress::Progress;
use crate::ui::progress::Unit;
use crate::ui::words;
use crate::uploader;

/// How often a plan is made again when the drive changed under it.
const ROUNDS: usize = 3;

/// Make this machine and the drive agree
///
/// Shows what will move and what it costs before anything moves, asks once, then uploads, downloads and links. What is
/// replaced or removed goes to the trash. Works on your own skills; with --project it only pulls, unless --push is given.
#[derive(Debug, clap::Args)]
pub(crate) struct SyncArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Keep to the skills of this collection; nothing outside it is sent, fetched or removed
    #[arg(long, value_name = "NAME", value_parser = CollectionName::new)]
    collection: Option<CollectionName>,
    /// Which part of the plan to carry out
    #[arg(long, value_enum, default_value_t = ModeArg::All)]
    mode: ModeArg,
    /// Write the plan into a file and do nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "apply")]
    plan: Option<PathBuf>,
    /// Carry out exactly the plan of a file, or say what changed since
    #[arg(long, value_name = "FILE")]
    apply: Option<PathBuf>,
    /// Stop if the plan costs more credits than this
    #[arg(long, value_name = "N")]
    max_credits: Option<u64>,
    /// What to do where both sides changed (default: ask, and skip when there is nobody to ask)
    #[arg(long, value_enum, value_name = "HOW")]
    on_conflict: Option<ConflictArg>,
    /// Move to the trash here what was removed on the drive
    #[arg(long)]
    prune: bool,
    /// Allow this many removals (without it: 10, or a quarter of the skills if that is less)
    #[arg(long, value_name = "N")]
    max_delete: Option<u64>,
    /// What to do with skills that were removed here and are still in the drive
    #[arg(long, value_enum, default_value_t = RemovedArg::Skip, value_name = "HOW")]
    removed_here: RemovedArg,
    /// Leave this skill out, now and in later syncs (can be repeated)
    #[arg(long, value_name = "SLUG", value_parser = Slug::new)]
    skip: Vec<Slug>,
    /// Take a skill in again that was left out with --skip or was not chosen (can be repeated)
    #[arg(long, value_name = "SLUG", value_parser = Slug::new)]
    unskip: Vec<Slug>,
    /// Send a skill though this file of it looks as if it held a credential (can be repeated)
    #[arg(long, value_name = "SLUG:PATH")]
    allow_secret: Vec<String>,
    /// With --project: also send what the drive does not have
    #[arg(long)]
    push: bool,
    /// Link for this agent instead of the usual ones (can be repeated)
    #[arg(short, long = "agent", value_name = "AGENT")]
    agents: Vec<String>,
    /// Sync though this folder was synced with another account before
    #[arg(long)]
    new_account: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ModeArg {
    /// Everything
    All,
    /// Only claims of public skills
    PublicOnly,
    /// Only downloads
    PullsOnly,
    /// Cheapest first, until the balance is used
    AsManyAsCreditsAllow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ConflictArg {
    /// Ask about each
    Ask,
    /// Send the local version
    KeepLocal,
    /// Take the drive's version; the local one goes to the trash
    TakeDrive,
    /// Keep the local version under a new name and take the drive's
    Fork,
    /// Leave it alone and end with 8
    Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RemovedArg {
    /// Leave it removed here and kept there
    Skip,
    /// Install it again
    Reinstall,
    /// Remove it from the drive too
    Remove,
}

impl SyncArgs {
    fn mode(&self) -> Mode {
        match self.mode {
            ModeArg::All => Mode::All,
            ModeArg::PublicOnly => Mode::PublicOnly,
            ModeArg::PullsOnly => Mode::PullsOnly,
            ModeArg::AsManyAsCreditsAllow => Mode::AsManyAsCreditsAllow,
        }
    }

    fn on_conflict(&self, settings: settings::OnConflict) -> OnConflict {
        match self.on_conflict {
            Some(ConflictArg::Ask) => OnConflict::Ask,
            Some(ConflictArg::KeepLocal) => OnConflict::KeepLocal,
            Some(ConflictArg::TakeDrive) => OnConflict::TakeDrive,
            Some(ConflictArg::Fork) => OnConflict::Fork,
            Some(ConflictArg::Skip) => OnConflict::Skip,
            None => match settings {
                settings::OnConflict::Ask => OnConflict::Ask,
                settings::OnConflict::KeepLocal => OnConflict::KeepLocal,
                settings::OnConflict::TakeDrive => OnConflict::TakeDrive,
                settings::OnConflict::Fork => OnConflict::Fork,
                settings::OnConflict::Skip => OnConflict::Skip,
            },
        }
    }
}

/// Runs it.
pub(crate) async fn run(ctx: &Context, args: &SyncArgs) -> Result<Ending> {
    // Whatever comes of it, a hint at the end to sync would be no news.
    ctx.stay_calm();
    let scope = if args.scope.project { Scope::project(&ctx.cwd) } else { Scope::global(&ctx.paths) };
    let settings = ctx.settings(&scope)?;
    let linking = Linking::load(&ctx.paths, &scope, &settings, &args.agents)?;
    let allowed = uploader::parse_allowed(&args.allow_secret)?;
    let client = ctx.client()?;
    let (account, part) = account_and_part(ctx, args, &scope).await?;
    if !args.skip.is_empty() || !args.unskip.is_empty() {
        remember_skips(ctx, &scope, args)?;
    }
    let progress = ctx.ui.progress("looking at both sides", Unit::Count, None);
    let tell = |event: Event| show_event(ctx, &progress, event);
    let session =
        Session::open(&ctx.paths, &scope, &settings, &linking, client, &account, ctx.dry_run(), &tell).await?;
    if session.is_new_account()? {
        agree_to_new_account(ctx, args)?;
    }
    let mut total = session.resume(&tell).await?.unwrap_or_default();
    if let Some(run_id) = total.run_id.as_ref().filter(|_| !ctx.ui.is_json()) {
        ctx.ui.status(format_args!("finished the run {run_id} that was cut short"));
    }
    let mut options = Options {
        kind: session.kind(daily::was_shown(&ctx.paths))?,
        mode: args.mode(),
        on_conflict: args.on_conflict(settings.conflict),
        skip: args.skip.iter().cloned().collect(),
        pull_only: scope.kind == ScopeKind::Project && !args.push,
        prune: args.prune,
        max_delete: args.max_delete,
        removed_here: match args.removed_here {
            RemovedArg::Skip => RemovedHere::Skip,
            RemovedArg::Reinstall => RemovedHere::Reinstall,
            RemovedArg::Remove => RemovedHere::RemoveFromDrive,
        },
        credits_matter: !client.server().is_local(),
        max_credits: args.max_credits.or(settings.max_credits),
        ..Options::default()
    };
    let mut agreed: Option<u64> = None;
    let mut shown: Option<(View, Plan)> = None;
    for round in 0..ROUNDS {
        let mut here = session.look_here()?;
        here.warnings.drain(..).for_each(|warning| ctx.ui.warn(warning));
        // In a dry run these are not written, so they are taken as if they were.
        args.unskip.iter().for_each(|slug| take_in(&mut here.library, slug));
        let (skills, hashed) = (here.inventory.skills.len(), here.inventory.hashed);
        ctx.ui.detail(format_args!("{} here, {hashed} had to be read", words::count(skills, "skill")));
        if round == 0 && ctx.ui.is_interactive() && !ctx.ui.says_yes() && !ctx.dry_run() && args.apply.is_none() {
            ask::which_to_send(ctx, &scope, part.as_ref(), &mut here)?;
        }
        let mut view = session.ask_drive(here, part.as_ref(), &options.kind, &options.mode, &allowed).await?;
        let mut plan = match &args.apply {
            Some(file) => applied(&session, &view, &options, file)?,
            None => plan_or_show(ctx, &view, &options)?,
        };
        let may_ask = ctx.ui.is_interactive() && !ctx.ui.says_yes() && !ctx.dry_run();
        if may_ask
            && args.apply.is_none()
            && options.on_conflict == OnConflict::Ask
            && plan.undecided().next().is_some()
        {
            options.choices.extend(ask::conflicts(ctx, &account, &view, &plan).await?);
            plan = plan_or_show(ctx, &view, &options)?;
        }
        if let Some(file) = &args.plan {
            return write_plan(ctx, &session, &view, &plan, file);
        }
        if ctx.dry_run() {
            return show::dry_run(ctx, &scope, &view, &plan);
        }
        if plan.is_empty() {
            total.merge(session.carry_out(&view, &plan, &tell).await?);
            shown = Some((view, plan));
            break;
        }
        show::plan(ctx, &view, &plan);
        if !agree(ctx, &mut agreed, &plan)? {
            return Ok(Ending::Done);
        }
        if !plan.forks.is_empty() {
            session.make_forks(&view.here, &plan.forks, &tell)?;
            options = options.after_forks(&plan.forks);
            view =
                session.ask_drive(session.look_here()?, part.as_ref(), &options.kind, &options.mode, &allowed).await?;
            plan = view.plan(&options)?;
            // Only now the drive can say what the copies cost.
            if agreed.is_some_and(|most| plan.cost > most) {
                show::plan(ctx, &view, &plan);
                if !agree(ctx, &mut agreed, &plan)? {
                    return Ok(Ending::Done);
                }
            }
        }
        let outcome = session.carry_out(&view, &plan, &tell).await?;
        let stale = outcome.stale;
        total.merge(outcome);
        shown = Some((view, plan));
        // A plan of a file is carried out as it is; what the drive changed meanwhile is said and left.
        if !stale || args.apply.is_some() {
            break;
        }
        options.kind = session.kind(false)?;
    }
    drop(progress);
    total.done.sort_by(|a, b| a.slug.cmp(&b.slug));
    let Some((view, plan)) = shown else { return Err(Error::internal("a sync ended without a look")) };
    daily::note(&ctx.paths)?;
    daily::forget_shown(&ctx.paths);
    ctx.record(EventType::Sync, facts(&total));
    let wanted = Options { kind: plan.kind.clone(), mode: plan.mode.clone(), ..options };
    let ending = ending(&plan, &total, view.holds_back(&wanted));
    if ctx.ui.is_json() {
        ctx.ui.json(&json::document(session.scope, &view, &plan, Some(&total)))?;
    } else {
        show::outcome(ctx, &session, &view, &plan, &total)?;
    }
    Ok(ending)
}

/// The key, and the part of the drive to keep to. Where a project's file names a collection whose key is not kept here,
/// one's own key sees more than the project asks for, so the sync keeps to the collection by its list.
async fn account_and_part<'a>(ctx: &'a Context, args: &SyncArgs, scope: &Scope) -> Result<(Account<'a>, Option<Part>)> {
    let unkept = match &args.collection {
        Some(_) => None,
        None => ctx.unkept_collection(scope)?,
    };
    let account = match &args.collection {
        Some(name) => ctx.account_of(name).await?,
        None => ctx.account_in(scope).await?,
    };
    let part = match args.collection.as_ref().or(unkept.as_ref()) {
        Some(name) => Some(Part::of(&account, name).await.map_err(|error| match &unkept {
            Some(_) => error.hint(format!("it is named in `{}`", settings::project_file(&scope.root).display())),
            None => error,
        })?),
        None => None,
    };
    Ok((account, part))
}

/// The plan; where it goes beyond a limit, what it would have been is shown before the error.
fn plan_or_show(ctx: &Context, view: &View, options: &Options) -> Result<Plan> {
    let planned = view.plan(options);
    if planned.as_ref().is_err_and(|error| matches!(error.kind(), Kind::Credits | Kind::Conflict)) {
        let unlimited =
            Options { max_delete: Some(u64::MAX), max_credits: None, credits_matter: false, ..options.clone() };
        if let Ok(plan) = view.plan(&unlimited) {
            show::plan(ctx, view, &plan);
        }
    }
    planned
}

/// Asks once; again only for a plan that costs more than what was agreed to.
fn agree(ctx: &Context, agreed: &mut Option<u64>, plan: &Plan) -> Result<bool> {
    if agreed.is_some_and(|most| plan.cost <= most) {
        return Ok(true);
    }
    if ctx.ui.confirm("Go on?", true)? {
        *agreed = Some(plan.cost);
        return Ok(true);
    }
    ctx.ui.status(if agreed.is_none() { "nothing was changed" } else { "nothing more was done" });
    Ok(false)
}

fn remember_skips(ctx: &Context, scope: &Scope, args: &SyncArgs) -> Result<()> {
    if ctx.dry_run() {
        return Ok(());
    }
    let warning = Library::update(&ctx.paths, scope, |library| {
        library.skip.extend(args.skip.iter().cloned());
        args.unskip.iter().for_each(|slug| take_in(library, slug));
    })?;
    warning.into_iter().for_each(|warning| ctx.ui.warn(warning));
    Ok(())
}

/// Takes a skill in again, whether it was left out by name or not chosen when that was asked.
fn take_in(library: &mut Library, slug: &Slug) {
    library.skip.remove(slug);
    library.chosen.insert(slug.clone(), true);
}

/// Two accounts' skills would be mixed, so `--yes` is not an answer here.
fn agree_to_new_account(ctx: &Context, args: &SyncArgs) -> Result<()> {
    if args.new_account || ctx.dry_run() {
        return Ok(());
    }
    let what = "these skills were synced with another account before; this sync would bring the two together";
    if !ctx.ui.is_interactive() || ctx.ui.says_yes() {
        return Err(Error::usage(what)
            .code("other_account")
            .hint("look with --dry-run, then agree with --new-account; or log in with the account you had"));
    }
    if ctx.ui.confirm(&format!("Attention: {what}. Go on?"), false)? {
        return Ok(());
    }
    Err(Error::new(Kind::Interrupted, "cancelled: nothing was changed"))
}

/// The plan of a file, when it still stands on the same facts.
fn applied(session: &Session<'_>, view: &View, options: &Options, file: &std::path::Path) -> Result<Plan> {
    let plan = session.read_plan(file)?;
    let fresh = view.plan(&Options { kind: plan.kind.clone(), mode: plan.mode.clone(), ..options.clone() })?;
    plan.matches(&fresh).map_err(|slugs| plan_file::changed_since(&slugs))?;
    Ok(plan)
}

fn write_plan(
    ctx: &Context,
    session: &Session<'_>,
    view: &View,
    plan: &Plan,
    file: &std::path::Path,
) -> Result<Ending> {
    let ending = show::dry_run(ctx, session.scope, view, plan)?;
    if !ctx.dry_run() {
        session.write_plan(file, plan)?;
        ctx.ui.hint(format_args!("skillzdrive sync --apply {}", file.display()));
    }
    Ok(ending)
}

fn show_event(ctx: &Context, progress: &Progress, event: Event) {
    match event {
        Event::Fetching(count) => progress.total(Unit::Count, progress.position() + count as u64),
        Event::Fetched(slug, bytes) => {
            progress.advance(1);
            ctx.ui.detail(format_args!("moved {slug}, {}", words::size(bytes)));
        }
        Event::Bytes(_) => {}
        Event::Waiting(holder) => ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})")),
    }
}

/// Conflicts that are left to decide end with 8 though all else is done; some failures with 3, as a skill that a
/// credential holds back does; all alike with theirs.
fn ending(plan: &Plan, total: &Outcome, holds_back: bool) -> Ending {
    if let Some(first) = total.failed.first() {
        let kind = first.error.kind();
        let alike = total.failed.iter().all(|one| one.error.kind() == kind);
        return Ending::Ended(match (total.done.is_empty(), alike) {
            (true, true) => kind,
            (true, false) => Kind::Failure,
            (false, true) if kind == Kind::Conflict => Kind::Conflict,
            (false, _) => Kind::Partial,
        });
    }
    if plan.undecided().next().is_some() || total.stale && total.done.is_empty() {
        return Ending::Ended(Kind::Conflict);
    }
    if holds_back { Ending::Ended(Kind::Partial) } else { Ending::Done }
}

fn facts(total: &Outcome) -> Facts {
    let count = |wanted: &[Action]| total.done.iter().filter(|done| wanted.contains(&done.action)).count();
    let counts = json!({
        "uploaded": count(&[Action::UploadPrivate, Action::UploadUpdate]),
        "claimed": count(&[Action::ClaimPublic]),
        "downloaded": count(&[Action::DownloadInstall, Action::DownloadUpdate]),
        "failed": total.failed.len(),
    });
    let claimed = total.done.iter().filter(|done| done.action == Action::ClaimPublic);
    let slugs: BTreeSet<Slug> = claimed.map(|done| done.slug.clone()).collect();
    Facts {
        public_slugs: slugs.into_iter().collect(),
        source_types: vec!["skillzdrive"],
        metadata: counts.as_object().cloned().unwrap_or_default(),
    }
}
