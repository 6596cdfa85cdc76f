//! `outdated`: which installed skills have a newer version. It changes nothing and charges nothing.

use std::time::SystemTime;

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::here::Here;
use crate::store::cache::ZipCache;
use crate::store::lockfile::LockedSkill;
use crate::ui::clean;
use crate::ui::table::Table;
use crate::ui::words;
use crate::update::look::Offer;
use crate::update::look::Upstream;
use crate::update::plan;
use crate::update::plan::Age;
use crate::update::plan::Plan;

/// List the installed skills that have a newer version
///
/// Says what each would cost and what its author says of it. `update` brings them here.
#[derive(Debug, clap::Args)]
pub(crate) struct OutdatedArgs {
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct OutdatedJson {
    scope: &'static str,
    skills: Vec<SkillJson>,
    removed_upstream: Vec<Slug>,
    not_checked: Vec<NotTold>,
}

#[derive(Serialize)]
struct SkillJson {
    slug: Slug,
    installed_version: Option<u64>,
    newest_version: Option<u64>,
    content_sha: String,
    published_at: Option<String>,
    age_days: Option<u64>,
    credit_cost: u64,
    security_grade: Option<String>,
    change_comment: Option<String>,
    through: &'static str,
    edited: bool,
    held: Option<&'static str>,
}

#[derive(Serialize)]
struct NotTold {
    slug: String,
    reason: String,
}

/// Runs the command.
///
/// # Errors
/// Exit 7 for an unreadable lockfile; as any call.
pub(crate) async fn run(ctx: &Context, args: &OutdatedArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let settings = ctx.settings(&scope)?;
    let here = Here::look(&ctx.paths, &scope)?;
    let client = ctx.client()?;
    let account = ctx.account_in_if_any(&scope).await?;
    let upstream = Upstream::new(client, account.as_ref(), &here.lockfile);
    let now = SystemTime::now();
    let plan =
        plan::make(&upstream, &here, &ZipCache::new(&ctx.paths), &[], Age { least: settings.min_age, now }).await?;
    if ctx.ui.is_json() {
        ctx.ui.json(&json(scope.kind.word(), &plan, now))?;
        return Ok(Outcome::Done);
    }
    show(ctx, &plan, now);
    Ok(Outcome::Done)
}

/// Every newer version, whether it would come or not.
fn offers(plan: &Plan) -> Vec<(&Slug, &LockedSkill, &Offer, bool, Option<plan::Hold>)> {
    let steps = plan.steps.iter().map(|step| (&step.slug, &step.locked, &step.offer, step.is_edited(), None));
    let held = plan.held.iter().map(|held| (&held.slug, &held.locked, &held.offer, false, Some(held.hold)));
    let mut offers: Vec<_> = steps.chain(held).collect();
    offers.sort_by_key(|(slug, ..)| *slug);
    offers
}

fn json(scope: &'static str, plan: &Plan, now: SystemTime) -> OutdatedJson {
    let skills = offers(plan).into_iter().map(|(slug, locked, offer, edited, hold)| SkillJson {
        slug: slug.clone(),
        installed_version: locked.version,
        newest_version: offer.version,
        content_sha: offer.content_sha.to_string(),
        published_at: offer.published_at.clone(),
        age_days: plan::age_of(offer, now).map(|age| age.as_secs() / 86_400),
        credit_cost: offer.credit_cost,
        security_grade: offer.security_grade.clone(),
        change_comment: offer.change_comment.clone(),
        through: offer.through.word(),
        edited,
        held: hold.map(plan::Hold::word),
    });
    let unknown = plan.unknown.iter().map(|(slug, why)| NotTold { slug: slug.to_string(), reason: why.clone() });
    let failed = plan.failed.iter().map(|one| NotTold { slug: one.name.clone(), reason: one.error.one_line() });
    OutdatedJson {
        scope,
        skills: skills.collect(),
        removed_upstream: plan.gone.iter().map(|gone| gone.slug.clone()).collect(),
        not_checked: unknown.chain(failed).collect(),
    }
}

fn show(ctx: &Context, plan: &Plan, now: SystemTime) {
    let mut table = Table::new(["SLUG", "INSTALLED", "NEWEST", "AGE", "COST", "GRADE", "CHANGE"]);
    for (slug, locked, offer, edited, hold) in offers(plan) {
        let sha = |sha: &skillzdrive_wire::ContentSha| sha.short().to_string();
        let installed = locked.version.map_or_else(|| sha(&locked.content_sha), |version| version.to_string());
        let mut newest = offer.version.map_or_else(|| sha(&offer.content_sha), |version| version.to_string());
        if let Some(hold) = hold {
            newest.push_str(&format!(" ({})", hold.word()));
        } else if edited {
            newest.push_str(" (edited here)");
        }
        table.row([
            slug.to_string(),
            installed,
            newest,
            plan::age_of(offer, now).map_or_else(String::new, |age| words::age(age.as_secs())),
            words::credits(offer.credit_cost),
            offer.security_grade.clone().unwrap_or_default(),
            offer.change_comment.clone().unwrap_or_default(),
        ]);
    }
    ctx.ui.table(&table);
    for gone in &plan.gone {
        ctx.ui.status(format_args!("{} was removed upstream", gone.slug));
    }
    for (slug, why) in &plan.unknown {
        ctx.ui.status(format_args!("{slug} was not checked: {}", clean::line(why)));
    }
    for one in &plan.failed {
        ctx.ui.warn(format_args!("{} was not checked: {}", one.name, clean::lines(&one.error.one_line())));
    }
    if table.is_empty() && plan.failed.is_empty() {
        let all = if plan.unknown.is_empty() && plan.gone.is_empty() { "" } else { " of the others" };
        ctx.ui.status(format_args!(
            "nothing{all} is outdated: {} at the newest version",
            words::count(plan.current, "skill")
        ));
    } else if !table.is_empty() {
        ctx.ui.hint("skillzdrive update");
    }
}
