//! `serve credits`: what the owner and others may spend.

use serde::Serialize;
use skillzdrive_drive::Config;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;

/// What to do with credits.
#[derive(Debug, clap::Subcommand)]
pub(super) enum CreditsCommand {
    /// Give somebody credits
    Grant {
        /// How many
        #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        credits: u32,
        /// Who gets them
        #[arg(long, value_name = "USER", default_value = "owner")]
        user: String,
    },
}

#[derive(Serialize)]
struct GrantJson {
    granted: u32,
    balance: i64,
}

/// Runs the command.
///
/// # Errors
/// Exit 5 for an account that is not there; exit 1 when the folder cannot be used.
pub(super) async fn run(ctx: &Context, command: &CreditsCommand, config: Config) -> Result<Outcome> {
    let CreditsCommand::Grant { credits, user } = command;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("grant {} {credits} credits", clean::line(user)))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    let balance = drive.grant_credits_to(user, *credits).await.map_err(error)?;
    drive.close().await;
    if ctx.ui.is_json() {
        ctx.ui.json(&GrantJson { granted: *credits, balance })?;
    } else {
        ctx.ui.status(format_args!("granted {} {credits} credits; the balance is {balance}", clean::line(user)));
    }
    Ok(Outcome::Done)
}
