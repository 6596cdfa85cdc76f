//! `serve rate`: stars for a public skill, for the leaderboard.

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_wire::Slug;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Rate a skill of the marketplace
///
/// Each account has one rating for a skill; a new one takes the place of the old.
#[derive(Debug, clap::Args)]
pub(super) struct RateArgs {
    /// The skill
    slug: Slug,
    /// 1 to 5
    #[arg(value_name = "STARS", value_parser = clap::value_parser!(u8).range(1..=5))]
    stars: u8,
    /// Whose rating it is [default: the owner's]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

#[derive(Serialize)]
struct RateJson {
    slug: String,
    stars: u8,
    /// The mean of the last 30 days.
    rating: f64,
}

/// Runs the command.
///
/// # Errors
/// Exit 5 when there is no such skill or account.
pub(super) async fn run(ctx: &Context, args: &RateArgs, config: Config) -> Result<Outcome> {
    let RateArgs { slug, stars, user } = args;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("rate {slug} with {stars} of 5"))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    let rated = drive.rate(slug, *stars, user.as_deref()).await;
    drive.close().await;
    let rating = rated.map_err(error)?;
    if ctx.ui.is_json() {
        ctx.ui.json(&RateJson { slug: slug.to_string(), stars: *stars, rating })?;
    } else {
        ctx.ui.status(format_args!("rated {slug} with {stars} of 5; the mean is {rating}"));
    }
    Ok(Outcome::Done)
}
