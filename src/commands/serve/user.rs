//! `serve user`: the people of a drive, each with an account and a key.

use serde::Serialize;
use skillzdrive_drive::AccountInfo;
use skillzdrive_drive::Config;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::table::Table;

/// What to do with people.
#[derive(Debug, clap::Subcommand)]
pub(super) enum UserCommand {
    /// Make an account for somebody; its key is printed this once
    Add {
        /// What to call the account
        name: String,
    },
    /// List the accounts
    List,
}

#[derive(Serialize)]
struct AddedJson<'a> {
    user: &'a str,
    api_key: &'a str,
}

#[derive(Serialize)]
struct UsersJson {
    users: Vec<UserJson>,
}

#[derive(Serialize)]
struct UserJson {
    user: String,
    balance: i64,
    skills: u64,
    created_at: String,
}

impl From<AccountInfo> for UserJson {
    fn from(info: AccountInfo) -> Self {
        let AccountInfo { name, balance, skills, created_at } = info;
        Self { user: name, balance, skills, created_at }
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 8 for a name that somebody has; exit 1 for a name that is none, and when the folder cannot be used.
pub(super) async fn run(ctx: &Context, command: &UserCommand, config: Config) -> Result<Outcome> {
    if let UserCommand::Add { name } = command
        && ctx.dry_run()
    {
        ctx.ui.would(format_args!("make an account for {}", clean::line(name)))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    match command {
        UserCommand::Add { name } => {
            let key = drive.create_account(name).await.map_err(error)?;
            if ctx.ui.is_json() {
                ctx.ui.json(&AddedJson { user: name, api_key: key.expose() })?;
            } else {
                ctx.ui.status(format_args!("this is the key of {}; it is shown this once:", clean::line(name)));
                ctx.ui.data(key.expose());
            }
        }
        UserCommand::List => {
            let users: Vec<UserJson> =
                drive.list_accounts().await.map_err(error)?.into_iter().map(Into::into).collect();
            if ctx.ui.is_json() {
                ctx.ui.json(&UsersJson { users })?;
            } else {
                if users.is_empty() {
                    ctx.ui.status("nobody yet: the first start of `skillzdrive serve` makes the owner");
                }
                let mut table = Table::new(["NAME", "CREDITS", "SKILLS", "MADE"]);
                for user in users {
                    table.row([user.user, user.balance.to_string(), user.skills.to_string(), user.created_at]);
                }
                ctx.ui.table(&table);
            }
        }
    }
    drive.close().await;
    Ok(Outcome::Done)
}
