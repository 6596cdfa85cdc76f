//! `serve key`: the keys of the owner and of others.

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_drive::KeyInfo;
use skillzdrive_wire::CollectionName;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::table::Table;

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key; it is printed this once
    Create {
        /// What to call it
        #[arg(long, default_value = "key")]
        name: String,
        /// Make the key of this collection anew, which was revoked or has expired
        #[arg(long, value_name = "NAME", value_parser = CollectionName::new, conflicts_with = "name")]
        collection: Option<CollectionName>,
        /// After how many days it stops working [default: never]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        expires: Option<u32>,
        #[command(flatten)]
        of: Of,
    },
    /// List the keys by their beginnings
    List {
        #[command(flatten)]
        of: Of,
    },
    /// Revoke a key; it stops working at once
    Revoke {
        /// Its id or its beginning, as `serve key list` shows them
        key: String,
        #[command(flatten)]
        of: Of,
    },
}

/// Whose keys.
#[derive(Debug, clap::Args)]
pub(super) struct Of {
    /// Whose key it is
    #[arg(long, value_name = "USER", default_value = "owner")]
    user: String,
}

#[derive(Serialize)]
struct CreatedJson {
    api_key: String,
}

#[derive(Serialize)]
struct KeysJson {
    keys: Vec<KeyJson>,
}

#[derive(Serialize)]
struct KeyJson {
    id: String,
    name: String,
    prefix: String,
    created_at: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
}

impl From<KeyInfo> for KeyJson {
    fn from(info: KeyInfo) -> Self {
        let KeyInfo { id, name, prefix, created_at, expires_at, revoked_at, last_used_at } = info;
        Self { id, name, prefix, created_at, expires_at, revoked_at, last_used_at }
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 5 when no key, or more than one, begins like that, and for an account that is not there; exit 1 when the folder cannot be used.
pub(super) async fn run(ctx: &Context, command: &KeyCommand, config: Config) -> Result<Outcome> {
    let would = match command {
        KeyCommand::Create { collection: Some(name), .. } => {
            Some(format!("make the key of the collection {} anew", clean::line(name.as_str())))
        }
        KeyCommand::Create { name, .. } => Some(format!("make a key named {}", clean::line(name))),
        KeyCommand::Revoke { key, .. } => Some(format!("revoke {}", clean::line(key))),
        KeyCommand::List { .. } => None,
    };
    if let Some(what) = would.filter(|_| ctx.dry_run()) {
        ctx.ui.would(what)?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    match command {
        KeyCommand::Create { name, collection, expires, of } => {
            let made = match collection {
                Some(collection) => drive.create_collection_key(&of.user, collection, *expires).await,
                None => drive.create_key_of(&of.user, name, *expires).await,
            };
            let key = made.map_err(error)?;
            if ctx.ui.is_json() {
                ctx.ui.json(&CreatedJson { api_key: key.expose().to_owned() })?;
            } else {
                ctx.ui.status("this is the key; it is shown this once:");
                ctx.ui.data(key.expose());
            }
        }
        KeyCommand::List { of } => {
            let keys = drive.list_keys_of(&of.user).await.map_err(error)?;
            let keys: Vec<KeyJson> = keys.into_iter().map(Into::into).collect();
            if ctx.ui.is_json() {
                ctx.ui.json(&KeysJson { keys })?;
            } else {
                if keys.is_empty() {
                    ctx.ui.status("no keys yet: the first start of `skillzdrive serve` makes the owner's");
                }
                ctx.ui.table(&table(keys));
            }
        }
        KeyCommand::Revoke { key, of } => {
            let revoked = KeyJson::from(drive.revoke_key_of(&of.user, key).await.map_err(error)?);
            ctx.ui.status(format_args!("revoked {} ({}…)", revoked.name, revoked.prefix));
            if ctx.ui.is_json() {
                ctx.ui.json(&revoked)?;
            }
        }
    }
    drive.close().await;
    Ok(Outcome::Done)
}

fn table(keys: Vec<KeyJson>) -> Table {
    let mut table = Table::new(["ID", "BEGINS", "NAME", "MADE", "STATE", "LAST USED"]);
    for key in keys {
        let state = match (key.revoked_at, key.expires_at) {
            (Some(at), _) => format!("revoked {at}"),
            (None, Some(at)) => format!("expires {at}"),
            (None, None) => "works".to_owned(),
        };
        table.row([key.id, key.prefix, key.name, key.created_at, state, key.last_used_at.unwrap_or_default()]);
    }
    table
}
