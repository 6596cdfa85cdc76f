//! `info`: all that the drive says of one skill.

use serde::Serialize;
use skillzdrive_wire::Slug;
use skillzdrive_wire::skills::ShownSkill;

use crate::api::call::Patience;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::marketplace::Freshness;
use crate::api::resolve;
use crate::api::skills::Pick;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::table::Table;
use crate::ui::words;

/// Show what the drive says of a skill
#[derive(Debug, clap::Args)]
pub(crate) struct InfoArgs {
    /// The skill
    slug: Slug,
}

#[derive(Serialize)]
struct InfoJson {
    slug: String,
    name: String,
    description: String,
    version: u64,
    category: String,
    owner: Option<String>,
    github_url: Option<String>,
    tags: Vec<String>,
    security_grade: Option<String>,
    credit_cost_per_use: Option<u64>,
    content_sha: Option<String>,
    content_size: Option<u64>,
    scripts: Vec<String>,
    versions: Vec<VersionJson>,
    from_marketplace: bool,
}

#[derive(Serialize)]
struct VersionJson {
    version: u64,
    content_sha: String,
    content_size: Option<u64>,
    change_comment: Option<String>,
    security_grade: Option<String>,
    published_at: Option<String>,
}

/// Runs the command. An anonymous question that the drive's limit holds back is answered from the marketplace.
///
/// # Errors
/// Exit 5 with the nearest names when there is no such skill; as any call.
pub(crate) async fn run(ctx: &Context, args: &InfoArgs) -> Result<Outcome> {
    let info = match ask(ctx, &args.slug).await {
        Ok(shown) => from_shown(shown),
        Err(error) if error.status() == Some(404) => {
            return Err(ctx.client()?.unknown_skill(&args.slug, Some(error)).await.into());
        }
        Err(error) => from_marketplace(ctx, error, &args.slug).await?,
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&info)?;
    } else {
        show(ctx, info);
    }
    Ok(Outcome::Done)
}

async fn ask(ctx: &Context, slug: &Slug) -> ApiResult<ShownSkill> {
    match ctx.account_if_any().await? {
        Some(account) => account.show(slug, &Pick::Newest).await,
        None => ctx.client()?.show(slug, &Pick::Newest, Patience::Refuse).await,
    }
}

fn from_shown(shown: ShownSkill) -> InfoJson {
    let ShownSkill { skill, download, versions } = shown;
    let download = download.as_ref();
    InfoJson {
        slug: skill.slug.to_string(),
        name: skill.name,
        description: skill.description,
        version: skill.version,
        category: skill.category,
        owner: skill.owner,
        github_url: skill.github_url,
        tags: skill.tags,
        security_grade: skill.security_grade,
        credit_cost_per_use: skill.credit_cost_per_use,
        content_sha: download.map(|one| one.content_sha.to_string()).or(skill.content_sha.map(|sha| sha.to_string())),
        content_size: download.map(|one| one.content_size).or(skill.content_size),
        scripts: skill.scripts.unwrap_or_default(),
        versions: versions
            .into_iter()
            .map(|one| VersionJson {
                version: one.version,
                content_sha: one.content_sha.to_string(),
                content_size: Some(one.content_size),
                change_comment: one.change_comment,
                security_grade: one.security_grade,
                published_at: Some(one.published_at),
            })
            .collect(),
        from_marketplace: false,
    }
}

/// The other way, when the drive's limit or `--offline` bars the first.
async fn from_marketplace(ctx: &Context, error: ApiError, slug: &Slug) -> Result<InfoJson> {
    let offline = matches!(error, ApiError::Offline { .. });
    if !error.is_limited() && !offline {
        return Err(error.into());
    }
    let client = ctx.client()?;
    let Ok(mut catalogue) = client.marketplace_instead(Freshness::Any).await else { return Err(error.into()) };
    if resolve::find(&catalogue.marketplace, slug).is_none() && !offline && !catalogue.is_current {
        catalogue = client.marketplace_instead(Freshness::Revalidate).await?;
    }
    let Some(plugin) = resolve::find(&catalogue.marketplace, slug) else {
        return Err(client.unknown_skill(slug, None).await.into());
    };
    if offline {
        ctx.ui.status("offline: this is what the kept marketplace says");
    } else {
        ctx.ui.status("the drive allows no more anonymous questions for now: this is what its marketplace says");
        ctx.ui.hint("skillzdrive login: with a key there is no such limit");
    }
    let entry = plugin.metadata.skillzdrive.as_ref();
    Ok(InfoJson {
        slug: slug.to_string(),
        name: plugin.name.clone(),
        description: plugin.description.clone(),
        version: entry.map_or(0, |entry| entry.version),
        category: "public".to_owned(),
        owner: None,
        github_url: None,
        tags: plugin.tags.clone(),
        security_grade: None,
        credit_cost_per_use: None,
        content_sha: entry.map(|entry| entry.content_sha.to_string()),
        content_size: entry.map(|entry| entry.content_size),
        scripts: Vec::new(),
        versions: entry.map_or_else(Vec::new, |entry| {
            let one = |version: &skillzdrive_wire::marketplace::EntryVersion| VersionJson {
                version: version.version,
                content_sha: version.content_sha.to_string(),
                content_size: None,
                change_comment: None,
                security_grade: None,
                published_at: None,
            };
            entry.versions.iter().map(one).collect()
        }),
        from_marketplace: true,
    })
}

fn show(ctx: &Context, info: InfoJson) {
    let line = |name: &str, value: &str| {
        if !value.is_empty() {
            ctx.ui.data(format_args!("{name:<12} {}", clean::line(value)));
        }
    };
    line("slug", &info.slug);
    line("name", &info.name);
    line("description", &info.description);
    line("version", &info.version.to_string());
    line("category", &info.category);
    line("owner", &info.owner.unwrap_or_default());
    line("source", &info.github_url.unwrap_or_default());
    line("tags", &info.tags.join(", "));
    line("grade", &info.security_grade.unwrap_or_default());
    // Without scripts there is nothing to run.
    let price = info.credit_cost_per_use.filter(|_| !info.scripts.is_empty());
    line("a run costs", &price.map_or_else(String::new, words::credits));
    line("scripts", &info.scripts.join(", "));
    line("content_sha", &info.content_sha.unwrap_or_default());
    line("size", &info.content_size.map_or_else(String::new, words::size));
    let mut table = Table::new(["VERSION", "PUBLISHED", "GRADE", "CONTENT_SHA", "SIZE", "CHANGE"]);
    for one in info.versions {
        let sha = one.content_sha.chars().take(12).collect();
        table.row([
            one.version.to_string(),
            one.published_at.unwrap_or_default(),
            one.security_grade.unwrap_or_default(),
            sha,
            one.content_size.map_or_else(String::new, words::size),
            one.change_comment.unwrap_or_default(),
        ]);
    }
    ctx.ui.table(&table);
}
