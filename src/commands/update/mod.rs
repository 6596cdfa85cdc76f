//! `update`: what is newer, what it changes and costs, one question, then the work.

mod decide;
mod json;
mod show;

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::SystemTime;

use clap::ValueEnum;
use serde_json::json;
use skillzdrive_skill::PackOptions;
use skillzdrive_wire::Slug;
use skillzdrive_wire::telemetry::EventType;

use crate::cli::GateArgs;
use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::findings::gate::Gate;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::gated;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
use crate::installer::here::Here;
use crate::installer::run::Work;
use crate::scanning::gate::Accepted;
use crate::store::cache::ZipCache;
use crate::store::scope::Scope;
use crate::store::staging::Staging;
use crate::sync::look::options_of;
use crate::telemetry::Facts;
use crate::ui::clean;
use crate::ui::progress::Progress;
use crate::ui::progress::Unit;
use crate::ui::words;
use crate::update::apply::Applied;
use crate::update::apply::Job;
use crate::update::apply::Session;
use crate::update::apply::StagedSteps;
use crate::update::diff;
use crate::update::diff::FileDiff;
use crate::update::files;
use crate::update::look::Upstream;
use crate::update::plan;
use crate::update::plan::Age;
use crate::update::plan::Gone;
use crate::update::plan::Hold;
use crate::update::plan::Plan;
use crate::update::plan::Step;
use crate::update::reach;
use crate::update::reach::Reach;

/// So many skills may go to the trash without being asked for by number.
const MOST_REMOVALS: u64 = 10;

/// Bring installed skills to their newest version
///
/// Shows each version with what its author says, its cost and grade, asks once, and replaces; the old version goes to the
/// trash (`undo` brings it back). A skill that you edited is never overwritten: it is a conflict that you decide. Pinned
/// skills are left alone. A version in which the scan finds something critical or high is shown and asked about, and refused
/// without a terminal. `install SLUG@N` goes back to a version.
#[derive(Debug, clap::Args)]
pub(crate) struct UpdateArgs {
    /// The skills (default: all that are installed)
    #[arg(value_name = "SLUG", value_parser = Slug::new)]
    slugs: Vec<Slug>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Show every change, with invisible characters made visible, and what each version newly reaches for
    #[arg(long)]
    diff: bool,
    /// What to do with skills that you edited (default: ask, and leave them when there is nobody to ask)
    #[arg(long, value_enum, value_name = "HOW")]
    on_conflict: Option<ConflictArg>,
    /// With merge: write conflict markers where both sides changed the same lines
    #[arg(long)]
    markers: bool,
    /// Hold back versions that are younger than this many days
    #[arg(long, value_name = "DAYS")]
    min_age: Option<u64>,
    /// Move to the trash what was removed upstream
    #[arg(long)]
    prune: bool,
    /// With --prune: allow this many removals (without it: 10, or a quarter of the skills if that is less)
    #[arg(long, value_name = "N")]
    max_delete: Option<u64>,
    /// Stop if the updates cost more credits than this
    #[arg(long, value_name = "N")]
    max_credits: Option<u64>,
    #[command(flatten)]
    gate: GateArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ConflictArg {
    /// Keep the edited skill as it is
    Keep,
    /// Take the new version; the edited one goes to the trash
    Take,
    /// Keep the edited skill under a new name and take the new version
    Fork,
    /// Merge the edits into the new version, line by line
    Merge,
}

/// What one version changes.
struct Changes {
    files: Vec<FileDiff>,
    reach: Reach,
}

/// Everything that is known before the question.
struct Offered<'a> {
    plan: &'a Plan,
    changes: BTreeMap<Slug, Changes>,
    gate: Gate,
    now: SystemTime,
}

/// What was decided.
#[derive(Default)]
struct Decided {
    jobs: Vec<Job>,
    kept: Vec<Slug>,
    undecided: Vec<Slug>,
    prune: Vec<Gone>,
}

impl Decided {
    fn cost(&self) -> u64 {
        self.jobs.iter().map(|job| job.step.offer.credit_cost).sum()
    }
}

/// Runs it.
pub(crate) async fn run(ctx: &Context, args: &UpdateArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let settings = ctx.settings(&scope)?;
    let here = Here::look(&ctx.paths, &scope)?;
    let client = ctx.client()?;
    let account = ctx.account_in_if_any(&scope).await?;
    let upstream = Upstream::new(client, account.as_ref(), &here.lockfile);
    if !upstream.is_home {
        let made_with = clean::line(here.lockfile.server.as_deref().unwrap_or_default());
        ctx.ui.warn(format_args!("the lockfile was made with {made_with}, this is {}", client.host()));
    }
    let progress = ctx.ui.progress("looking for newer versions", Unit::Bytes, None);
    let tell = |event: Event| tell(ctx, &progress, event);
    let now = SystemTime::now();
    let least = args.min_age.map_or(settings.min_age, |days| Duration::from_secs(days.saturating_mul(86_400)));
    let cache = ZipCache::new(&ctx.paths);
    let mut plan = plan::make(&upstream, &here, &cache, &args.slugs, Age { least, now }).await?;
    if plan.is_of_one()
        && let Some(one) = plan.failed.pop()
    {
        return Err(one.error);
    }
    // A dry run writes nothing in the scope: it unpacks in a folder of its own.
    let elsewhere = ctx.dry_run().then(tempfile::tempdir).transpose();
    let elsewhere = elsewhere.map_err(|e| Error::new(Kind::Failure, "could not make a temporary folder").source(e))?;
    let staging = match &elsewhere {
        Some(folder) => Staging::new(&Scope::project(folder.path()))?,
        None => Staging::new(&scope)?,
    };
    let no_gate = Gate { skills: Vec::new(), fail_on: settings.fail_on };
    let has_work = !plan.steps.is_empty() || args.prune && !plan.gone.is_empty();
    if !has_work {
        drop(progress);
        let offered = Offered { plan: &plan, changes: BTreeMap::new(), gate: no_gate, now };
        show::plan(ctx, &offered, args.prune);
        return finish(ctx, &scope, &offered, &Decided::default(), None);
    }
    let mut session = Session {
        work: Work {
            paths: &ctx.paths,
            scope: &scope,
            settings: &settings,
            linking: &here.linking,
            command: "update",
            server: None,
            accepted: Accepted::new(),
        },
        allow_findings: args.gate.allow_findings,
        here: &here,
        sources: Sources {
            client,
            account: account.as_ref(),
            cache: &cache,
            staging: &staging,
            archive: LastArchive::default(),
        },
    };
    let mut staged = StagedSteps::new();
    let mut failed = Vec::new();
    let mut offered = Offered { plan: &plan, changes: BTreeMap::new(), gate: no_gate, now };
    if args.diff {
        let steps: Vec<&Step> = plan.steps.iter().collect();
        (staged, failed) = session.fetch(&steps, &tell).await;
        offered.changes = tokio::task::block_in_place(|| changes(&plan, &staged))?;
    }
    drop(progress);
    show::plan(ctx, &offered, args.prune);
    let mut decided = Decided::default();
    for step in plan.steps.iter().filter(|step| failed.iter().all(|one| one.name != step.slug.as_str())) {
        decide::one(ctx, args, &settings, step, &mut decided)?;
    }
    if args.prune {
        decided.prune = prunable(&plan, here.lockfile.skills.len() as u64, args.max_delete)?;
    }
    let cost = decided.cost();
    check_cost(cost, args.max_credits.or(settings.max_credits))?;
    if let Some(account) = account.as_ref().filter(|_| cost > 0 && !client.server().is_local()) {
        check_balance(cost, account.credits().await?.balance)?;
    }
    // Looking is free, and nothing is paid for before it was looked at.
    let wanted: Vec<&Step> =
        decided.jobs.iter().map(|job| &job.step).filter(|step| !staged.contains_key(&step.slug)).collect();
    if !wanted.is_empty() {
        let progress = ctx.ui.progress("fetching", Unit::Bytes, None);
        let (more, not) = session.fetch(&wanted, &|event| self::tell(ctx, &progress, event)).await;
        staged.extend(more);
        failed.extend(not);
    }
    decided.jobs.retain(|job| failed.iter().all(|one| one.name != job.step.slug.as_str()));
    let coming = decided.jobs.iter().filter_map(|job| staged.get(&job.step.slug));
    offered.gate.skills =
        tokio::task::block_in_place(|| gated::scan(&ctx.paths, &here.lockfile, coming, ctx.dry_run()));
    if ctx.dry_run() {
        offered.gate.preview(&ctx.ui, args.gate.allow_findings);
    } else {
        let again = |slug: &Slug| format!("skillzdrive update {slug} --allow-findings");
        let verdict = offered.gate.pass(&ctx.ui, args.gate.allow_findings, again)?;
        decided.jobs.retain(|job| verdict.refused.iter().all(|(slug, _)| *slug != job.step.slug));
        failed.extend(verdict.refused.into_iter().map(|(slug, error)| Failed { name: slug.to_string(), error }));
        session.work.accepted = verdict.accepted;
    }
    let nothing = decided.jobs.is_empty() && decided.prune.is_empty();
    if ctx.dry_run() || nothing {
        let applied = Applied { failed, ..Applied::default() };
        return finish(ctx, &scope, &offered, &decided, Some(applied));
    }
    if !ctx.ui.confirm(&question(&decided), true)? {
        ctx.ui.status("nothing was changed");
        return Ok(Outcome::Done);
    }
    let progress = ctx.ui.progress("updating", Unit::Bytes, None);
    let tell = |event: Event| self::tell(ctx, &progress, event);
    let jobs = std::mem::take(&mut decided.jobs);
    let mut applied = session.carry_out(jobs, &decided.prune, staged, &tell).await?;
    drop(progress);
    applied.failed.splice(0..0, failed);
    ctx.record(EventType::Update, facts(&applied));
    finish(ctx, &scope, &offered, &decided, Some(applied))
}

fn tell(ctx: &Context, progress: &Progress, event: Event) {
    match event {
        Event::Fetching(count) => progress.message(&format!("fetching {}", words::count(count, "skill"))),
        Event::Bytes(bytes) => progress.advance(bytes),
        Event::Fetched(slug, bytes) => ctx.ui.detail(format_args!("fetched {slug}, {}", words::size(bytes))),
        Event::Waiting(holder) => ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})")),
    }
}

/// What each version that is here changes of what lies in its place.
fn changes(plan: &Plan, staged: &StagedSteps) -> Result<BTreeMap<Slug, Changes>> {
    let mut changes = BTreeMap::new();
    for step in &plan.steps {
        let Some(staged) = staged.get(&step.slug) else { continue };
        let old = files::of_dir(&step.found.path, &options_of(&step.found))?;
        let new = files::of_dir(&staged.tree, &PackOptions::installed())?;
        let one = Changes { files: diff::diff(&old, &new), reach: reach::new_in(&old, &new) };
        changes.insert(step.slug.clone(), one);
    }
    Ok(changes)
}

/// What may go to the trash. An upstream that suddenly knows nothing must not empty a machine.
fn prunable(plan: &Plan, installed: u64, max_delete: Option<u64>) -> Result<Vec<Gone>> {
    let prune: Vec<Gone> = plan.gone.iter().filter(|gone| gone.is_prunable()).cloned().collect();
    let limit = max_delete.unwrap_or_else(|| (installed / 4).clamp(1, MOST_REMOVALS));
    if prune.len() as u64 > limit {
        let message = format!("{} would go to the trash, more than {limit}", words::count(prune.len(), "skill"));
        return Err(Error::new(Kind::Conflict, message)
            .code("too_many_removals")
            .hint(format!("look with --dry-run, then allow it with --max-delete {}", prune.len())));
    }
    Ok(prune)
}

fn check_cost(cost: u64, most: Option<u64>) -> Result<()> {
    match most {
        Some(most) if cost > most => {
            let message = format!("the updates cost {}, more than the {most} that are allowed", words::credits(cost));
            Err(Error::new(Kind::Credits, message)
                .code("over_max_credits")
                .hint("name fewer skills, or allow more with --max-credits"))
        }
        _ => Ok(()),
    }
}

fn check_balance(cost: u64, balance: i64) -> Result<()> {
    if i64::try_from(cost).unwrap_or(i64::MAX) <= balance {
        return Ok(());
    }
    let message = format!("the updates cost {} and the balance is {balance}", words::credits(cost));
    Err(Error::new(Kind::Credits, message).code("insufficient_credits").hint("name fewer skills: skillzdrive outdated"))
}

fn question(decided: &Decided) -> String {
    let update = format!("Update {} ({})", words::count(decided.jobs.len(), "skill"), words::credits(decided.cost()));
    let prune = format!("move {} to the trash", words::count(decided.prune.len(), "skill"));
    match (decided.jobs.is_empty(), decided.prune.is_empty()) {
        (false, true) => format!("{update}?"),
        (false, false) => format!("{update} and {prune}?"),
        (true, _) => format!("M{}?", &prune[1..]),
    }
}

fn finish(
    ctx: &Context,
    scope: &Scope,
    offered: &Offered<'_>,
    decided: &Decided,
    applied: Option<Applied>,
) -> Result<Outcome> {
    let mut applied = applied.unwrap_or_default();
    // What was found is in the document, so there is one after a refusal at the gate.
    let in_document = ctx.ui.is_json() && applied.failed.iter().any(|one| one.error.kind() == Kind::Findings);
    if offered.plan.is_of_one()
        && !in_document
        && let Some(one) = applied.failed.pop()
    {
        return Err(one.error);
    }
    let failed: Vec<&Failed> = offered.plan.failed.iter().chain(&applied.failed).collect();
    let conflicts = decided.undecided.len()
        + applied.unmerged.len()
        + offered.plan.held.iter().filter(|held| matches!(held.hold, Hold::Unclear | Hold::Unswappable)).count();
    if ctx.ui.is_json() {
        ctx.ui.json(&json::document(ctx, scope, offered, decided, &applied, &failed))?;
    } else {
        show::outcome(ctx, scope, offered, decided, &applied, &failed);
    }
    Ok(ending(applied.updated.len() + applied.pruned.len(), conflicts, &failed))
}

/// Conflicts that are left to decide end with 8 though all else is done; some failures with 3; all alike with theirs.
fn ending(done: usize, conflicts: usize, failed: &[&Failed]) -> Outcome {
    let Some(first) = failed.first() else {
        return if conflicts > 0 { Outcome::Ended(Kind::Conflict) } else { Outcome::Done };
    };
    let alike = failed.iter().all(|one| one.error.kind() == first.error.kind());
    Outcome::Ended(match (done, alike) {
        (0, true) => first.error.kind(),
        (0, false) => Kind::Failure,
        _ => Kind::Partial,
    })
}

/// What telemetry may know: public slugs and counts.
fn facts(applied: &Applied) -> Facts {
    let counts = json!({ "updated": applied.updated.len(), "failed": applied.failed.len() });
    let public = applied.updated.iter().filter(|one| one.step.offer.public);
    Facts {
        public_slugs: public.map(|one| one.step.slug.clone()).collect(),
        source_types: vec!["skillzdrive"],
        metadata: counts.as_object().cloned().unwrap_or_default(),
    }
}
