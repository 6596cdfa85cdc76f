//! `drive toggle`: a skill is disabled or enabled without leaving the drive.

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Disable a skill in your drive, or enable it again
///
/// A disabled skill stays in the drive and on your machines; agents that use the drive's keys no longer see it.
#[derive(Debug, clap::Args)]
pub(crate) struct ToggleArgs {
    /// The skill
    slug: Slug,
}

#[derive(Serialize)]
struct ToggleJson {
    slug: String,
    enabled: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key, exit 5 when it is not in the drive; as any call.
pub(crate) async fn run(ctx: &Context, args: &ToggleArgs) -> Result<Outcome> {
    let account = ctx.account().await?;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("toggle {}", args.slug))?;
        return Ok(Outcome::Done);
    }
    let toggled = account.toggle(&args.slug).await?;
    if ctx.ui.is_json() {
        ctx.ui.json(&ToggleJson { slug: toggled.slug.to_string(), enabled: toggled.enabled })?;
    } else {
        let state = if toggled.enabled { "enabled" } else { "disabled" };
        ctx.ui.status(format_args!("{} is {state} now", toggled.slug));
    }
    Ok(Outcome::Done)
}
