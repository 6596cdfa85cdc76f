//! `serve team`: people who have skills together.

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_drive::TeamInfo;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::table::Table;

/// What to do with teams.
#[derive(Debug, clap::Subcommand)]
pub(super) enum TeamCommand {
    /// Make a team, or add members to one
    Add {
        /// The team
        team: String,
        /// An account to add; may be given several times
        #[arg(long = "member", value_name = "USER")]
        members: Vec<String>,
    },
    /// Take members out of a team; without --member the team goes, and what is shared with it
    Remove {
        /// The team
        team: String,
        /// An account to take out; may be given several times
        #[arg(long = "member", value_name = "USER")]
        members: Vec<String>,
    },
    /// List the teams and their members
    List,
}

#[derive(Serialize)]
struct TeamsJson {
    teams: Vec<TeamJson>,
}

#[derive(Serialize)]
struct TeamJson {
    team: String,
    members: Vec<String>,
}

impl From<TeamInfo> for TeamJson {
    fn from(info: TeamInfo) -> Self {
        Self { team: info.name, members: info.members }
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 5 for a team, an account or a membership that is not there, and then nothing is done; exit 1 for a name that is
/// none, and when the folder cannot be used.
pub(super) async fn run(ctx: &Context, command: &TeamCommand, config: Config) -> Result<Outcome> {
    let would = match command {
        TeamCommand::Add { team, members } if members.is_empty() => {
            Some(format!("make the team {}", clean::line(team)))
        }
        TeamCommand::Add { team, members } => {
            Some(format!("put {} into the team {}", people(members), clean::line(team)))
        }
        TeamCommand::Remove { team, members } if members.is_empty() => {
            Some(format!("remove the team {} and what is shared with it", clean::line(team)))
        }
        TeamCommand::Remove { team, members } => {
            Some(format!("take {} out of the team {}", people(members), clean::line(team)))
        }
        TeamCommand::List => None,
    };
    if let Some(what) = would.filter(|_| ctx.dry_run()) {
        ctx.ui.would(what)?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    match command {
        TeamCommand::Add { team, members } => {
            let team = TeamJson::from(drive.add_team(team, members).await.map_err(error)?);
            ctx.ui.status(format_args!("the team {} has {}", clean::line(&team.team), people(&team.members)));
            if ctx.ui.is_json() {
                ctx.ui.json(&team)?;
            }
        }
        TeamCommand::Remove { team, members } => {
            let left = TeamJson::from(drive.remove_team(team, members).await.map_err(error)?);
            if members.is_empty() {
                ctx.ui.status(format_args!("removed the team {}", clean::line(team)));
            } else {
                ctx.ui.status(format_args!("the team {} has {}", clean::line(team), people(&left.members)));
            }
            if ctx.ui.is_json() {
                ctx.ui.json(&left)?;
            }
        }
        TeamCommand::List => {
            let teams: Vec<TeamJson> = drive.list_teams().await.map_err(error)?.into_iter().map(Into::into).collect();
            if ctx.ui.is_json() {
                ctx.ui.json(&TeamsJson { teams })?;
            } else {
                if teams.is_empty() {
                    ctx.ui.status("no teams yet: `skillzdrive serve team add TEAM --member USER` makes one");
                }
                let mut table = Table::new(["TEAM", "MEMBERS"]);
                for team in teams {
                    table.row([team.team, people(&team.members)]);
                }
                ctx.ui.table(&table);
            }
        }
    }
    drive.close().await;
    Ok(Outcome::Done)
}

/// Names in a row.
fn people(names: &[String]) -> String {
    if names.is_empty() {
        return "no members".to_owned();
    }
    names.iter().map(|name| clean::line(name)).collect::<Vec<_>>().join(", ")
}
