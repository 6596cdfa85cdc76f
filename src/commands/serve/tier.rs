//! `serve tier` and `serve role`: how many runs an account may have a month.

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_drive::Tier;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::table::Table;

/// What to do with tiers.
#[derive(Debug, clap::Subcommand)]
pub(super) enum TierCommand {
    /// List the tiers and their limits
    List,
    /// Set how many runs a month a tier has; a new name makes a tier
    Limit {
        /// The tier
        tier: String,
        /// A number, or `unlimited`
        #[arg(value_name = "N|unlimited", value_parser = calls)]
        calls: Calls,
    },
    /// Put an account into a tier
    Set {
        /// The account's name
        #[arg(value_name = "USER")]
        user: String,
        /// The tier
        tier: String,
    },
}

/// Give an account a role; moderators and admins have no monthly limit
#[derive(Debug, clap::Args)]
pub(super) struct RoleArgs {
    /// The account's name
    #[arg(value_name = "USER")]
    user: String,
    /// The role
    #[arg(value_parser = ["user", "moderator", "admin"])]
    role: String,
}

/// A limit as it is typed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calls(Option<u64>);

fn calls(text: &str) -> std::result::Result<Calls, String> {
    if text == "unlimited" {
        return Ok(Calls(None));
    }
    let number: Option<u32> = text.parse().ok();
    number.map(|calls| Calls(Some(calls.into()))).ok_or_else(|| "neither a number nor `unlimited`".to_owned())
}

#[derive(Serialize)]
struct TiersJson {
    tiers: Vec<TierJson>,
}

#[derive(Serialize)]
struct TierJson {
    tier: String,
    monthly_calls: Option<u64>,
}

#[derive(Serialize)]
struct SetJson<'a> {
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
}

fn shown(calls: Option<u64>) -> String {
    calls.map_or_else(|| "unlimited".to_owned(), |calls| calls.to_string())
}

/// Runs the command.
///
/// # Errors
/// Exit 5 for an account or tier that is not there; exit 1 when the folder cannot be used.
pub(super) async fn run(ctx: &Context, command: &TierCommand, config: Config) -> Result<Outcome> {
    let would = match command {
        TierCommand::List => None,
        TierCommand::Limit { tier, calls } => {
            Some(format!("give the tier {} {} runs a month", clean::line(tier), shown(calls.0)))
        }
        TierCommand::Set { user, tier } => {
            Some(format!("put {} into the tier {}", clean::line(user), clean::line(tier)))
        }
    };
    if let Some(what) = would.filter(|_| ctx.dry_run()) {
        ctx.ui.would(what)?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    match command {
        TierCommand::List => {
            let tiers = drive.tiers().await.map_err(error)?;
            if ctx.ui.is_json() {
                let json = tiers.into_iter().map(|Tier { name, monthly_calls }| TierJson { tier: name, monthly_calls });
                ctx.ui.json(&TiersJson { tiers: json.collect() })?;
            } else {
                let mut table = Table::new(["TIER", "RUNS A MONTH"]);
                for tier in tiers {
                    table.row([tier.name, shown(tier.monthly_calls)]);
                }
                ctx.ui.table(&table);
            }
        }
        TierCommand::Limit { tier, calls } => {
            drive.put_tier(&Tier { name: tier.clone(), monthly_calls: calls.0 }).await.map_err(error)?;
            if ctx.ui.is_json() {
                ctx.ui.json(&TierJson { tier: tier.clone(), monthly_calls: calls.0 })?;
            } else {
                ctx.ui.status(format_args!("the tier {} has {} runs a month", clean::line(tier), shown(calls.0)));
            }
        }
        TierCommand::Set { user, tier } => {
            drive.set_tier(user, tier).await.map_err(error)?;
            if ctx.ui.is_json() {
                ctx.ui.json(&SetJson { user, tier: Some(tier), role: None })?;
            } else {
                ctx.ui.status(format_args!("{} is in the tier {}", clean::line(user), clean::line(tier)));
            }
        }
    }
    drive.close().await;
    Ok(Outcome::Done)
}

/// Gives a role.
///
/// # Errors
/// Exit 5 for an account that is not there; exit 1 when the folder cannot be used.
pub(super) async fn role(ctx: &Context, args: &RoleArgs, config: Config) -> Result<Outcome> {
    let RoleArgs { user, role } = args;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("give {} the role {role}", clean::line(user)))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    drive.set_role(user, role).await.map_err(error)?;
    drive.close().await;
    if ctx.ui.is_json() {
        ctx.ui.json(&SetJson { user, tier: None, role: Some(role) })?;
    } else {
        ctx.ui.status(format_args!("{} has the role {role}", clean::line(user)));
    }
    Ok(Outcome::Done)
}
