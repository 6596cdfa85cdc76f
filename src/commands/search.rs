//! `search`: skills by words, in the drive's catalogue.

use serde::Serialize;
use skillzdrive_wire::CollectionName;

use crate::api::error::ApiError;
use crate::api::marketplace::Freshness;
use crate::api::resolve::local_search;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::table::Table;

/// Search the drive for skills
#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// What to look for
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=50))]
    limit: u32,
    /// Search only this collection of yours
    #[arg(long, value_name = "NAME", value_parser = CollectionName::new)]
    collection: Option<CollectionName>,
}

#[derive(Serialize)]
struct SearchJson {
    total: u64,
    from_marketplace: bool,
    skills: Vec<HitJson>,
}

#[derive(Serialize)]
struct HitJson {
    slug: String,
    name: String,
    description: String,
    version: u64,
    category: String,
    security_grade: Option<String>,
    credit_cost_per_use: Option<u64>,
}

/// Runs the command. An anonymous search that the drive's limit holds back is answered from the marketplace.
///
/// # Errors
/// As any call.
pub(crate) async fn run(ctx: &Context, args: &SearchArgs) -> Result<Outcome> {
    let sought = args.words.join(" ");
    let found = match &args.collection {
        // No other way leads into a collection.
        Some(name) => Ok(ctx.account_of(name).await?.search(&sought, Some(name), args.limit).await?),
        None => match ctx.account_if_any().await? {
            Some(account) if !account.client().is_offline() => account.search(&sought, None, args.limit).await,
            _ => anonymous(ctx, &sought, args.limit).await,
        },
    };
    let found = match found {
        Ok(list) => SearchJson {
            total: list.total.max(list.skills.len() as u64),
            from_marketplace: false,
            skills: list
                .skills
                .into_iter()
                .map(|skill| HitJson {
                    slug: skill.slug.to_string(),
                    name: skill.name,
                    description: skill.description,
                    version: skill.version,
                    category: skill.category,
                    security_grade: skill.security_grade,
                    credit_cost_per_use: skill.credit_cost_per_use,
                })
                .collect(),
        },
        Err(other) => from_marketplace(ctx, other, &sought, args.limit).await?,
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&found)?;
        return Ok(Outcome::Done);
    }
    if found.skills.is_empty() {
        ctx.ui.status("nothing was found");
        return Ok(Outcome::Done);
    }
    let mut table = Table::new(["SLUG", "VERSION", "GRADE", "DESCRIPTION"]);
    let shown = found.skills.len() as u64;
    for hit in found.skills {
        table.row([hit.slug, hit.version.to_string(), hit.security_grade.unwrap_or_default(), hit.description]);
    }
    ctx.ui.table(&table);
    if found.total > shown {
        ctx.ui.status(format_args!("{shown} of {} shown; --limit shows up to 50", found.total));
    }
    Ok(Outcome::Done)
}

async fn anonymous(
    ctx: &Context,
    words: &str,
    limit: u32,
) -> std::result::Result<skillzdrive_wire::skills::SkillList, ApiError> {
    ctx.client()?.search(words, limit).await
}

/// The other way, when the drive's limit or `--offline` bars the first.
async fn from_marketplace(ctx: &Context, error: ApiError, words: &str, limit: u32) -> Result<SearchJson> {
    let offline = matches!(error, ApiError::Offline { .. });
    if !error.is_limited() && !offline {
        return Err(error.into());
    }
    let Ok(catalogue) = ctx.client()?.marketplace_instead(Freshness::Any).await else { return Err(error.into()) };
    if offline {
        ctx.ui.status("offline: searched the kept marketplace");
    } else {
        ctx.ui.status("the drive allows no more anonymous searches for now: searched its marketplace instead");
        ctx.ui.hint("skillzdrive login: with a key there is no such limit");
    }
    let hits = local_search(&catalogue.marketplace, words);
    let total = hits.len() as u64;
    let skills = hits.into_iter().take(limit as usize).map(|hit| HitJson {
        slug: hit.slug.to_owned(),
        name: hit.plugin.name.clone(),
        description: hit.plugin.description.clone(),
        version: hit.version,
        category: "public".to_owned(),
        security_grade: None,
        credit_cost_per_use: None,
    });
    Ok(SearchJson { total, from_marketplace: true, skills: skills.collect() })
}
