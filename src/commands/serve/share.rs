//! `serve share`, `serve unshare` and `serve shares`: skills of one drive that others have too.

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_drive::ShareInfo;
use skillzdrive_drive::ShareWith;
use skillzdrive_wire::Slug;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::table::Table;

/// Share a skill of somebody's drive with a person or a team
///
/// They have it at the version, and for as long, as it is in that drive. Only its owner changes it.
#[derive(Debug, clap::Args)]
pub(super) struct ShareArgs {
    #[command(flatten)]
    share: Share,
}

/// End a share
#[derive(Debug, clap::Args)]
pub(super) struct UnshareArgs {
    #[command(flatten)]
    share: Share,
}

/// List what is shared with whom
#[derive(Debug, clap::Args)]
pub(super) struct SharesArgs {}

#[derive(Debug, clap::Args)]
struct Share {
    /// The skill
    slug: Slug,
    /// In whose drive it is
    #[arg(long, value_name = "USER", default_value = "owner")]
    from: String,
    #[command(flatten)]
    with: WithArgs,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct WithArgs {
    /// The person who has it too
    #[arg(long, value_name = "USER")]
    with: Option<String>,
    /// The team whose members have it too
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
}

impl Share {
    fn with(&self) -> ShareWith {
        // The parser sees to it that exactly one is given.
        let user = || ShareWith::User(self.with.with.clone().unwrap_or_default());
        self.with.team.clone().map_or_else(user, ShareWith::Team)
    }
}

#[derive(Serialize)]
struct SharesJson {
    shares: Vec<ShareJson>,
}

#[derive(Serialize)]
struct ShareJson {
    slug: String,
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

impl ShareJson {
    fn new(slug: String, from: String, with: ShareWith) -> Self {
        let (with, team) = match with {
            ShareWith::User(name) => (Some(name), None),
            ShareWith::Team(name) => (None, Some(name)),
        };
        Self { slug, from, with, team, since: None, changed: None }
    }
}

/// Whom a share is with, in words.
fn words(with: &ShareWith) -> String {
    match with {
        ShareWith::User(name) => clean::line(name),
        ShareWith::Team(name) => format!("the team {}", clean::line(name)),
    }
}

/// Shares.
///
/// # Errors
/// Exit 5 for a skill that is not in that drive, and for a person or team that is not there; exit 1 when the folder
/// cannot be used.
pub(super) async fn run(ctx: &Context, args: &ShareArgs, config: Config) -> Result<Outcome> {
    let Share { slug, from, .. } = &args.share;
    let with = args.share.with();
    let whom = words(&with);
    if ctx.dry_run() {
        ctx.ui.would(format_args!("share {slug} of {} with {whom}", clean::line(from)))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    let changed = drive.share(slug, from, &with).await.map_err(error)?;
    drive.close().await;
    if ctx.ui.is_json() {
        let share = ShareJson::new(slug.to_string(), from.clone(), with);
        ctx.ui.json(&ShareJson { changed: Some(changed), ..share })?;
    } else if changed {
        ctx.ui.status(format_args!("shared {slug} of {} with {whom}", clean::line(from)));
    } else {
        ctx.ui.status(format_args!("{slug} is shared with {whom} already"));
    }
    Ok(Outcome::Done)
}

/// Ends a share.
///
/// # Errors
/// Exit 5 when it is not shared so; exit 1 when the folder cannot be used.
pub(super) async fn unshare(ctx: &Context, args: &UnshareArgs, config: Config) -> Result<Outcome> {
    let Share { slug, from, .. } = &args.share;
    let with = args.share.with();
    let whom = words(&with);
    if ctx.dry_run() {
        ctx.ui.would(format_args!("no longer share {slug} of {} with {whom}", clean::line(from)))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    drive.unshare(slug, from, &with).await.map_err(error)?;
    drive.close().await;
    if ctx.ui.is_json() {
        let share = ShareJson::new(slug.to_string(), from.clone(), with);
        ctx.ui.json(&ShareJson { changed: Some(true), ..share })?;
    } else {
        ctx.ui.status(format_args!("{slug} is no longer shared with {whom}; copies on their machines stay"));
    }
    Ok(Outcome::Done)
}

/// Lists the shares.
///
/// # Errors
/// Exit 1 when the folder cannot be used.
pub(super) async fn list(ctx: &Context, config: Config) -> Result<Outcome> {
    let drive = open(config).await?;
    let shares = drive.list_shares().await.map_err(error)?;
    drive.close().await;
    if ctx.ui.is_json() {
        let json = shares.into_iter().map(|ShareInfo { slug, from, with, since }| ShareJson {
            since: Some(since),
            ..ShareJson::new(slug.to_string(), from, with)
        });
        ctx.ui.json(&SharesJson { shares: json.collect() })?;
        return Ok(Outcome::Done);
    }
    if shares.is_empty() {
        ctx.ui.status("nothing is shared yet: `skillzdrive serve share SLUG --with USER` does");
    }
    let mut table = Table::new(["SLUG", "FROM", "WITH", "SINCE"]);
    for ShareInfo { slug, from, with, since } in shares {
        table.row([slug.to_string(), from, words(&with), since]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}
