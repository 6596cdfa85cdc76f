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
        /// After how long it stops working: a number of days (90, 90d) or weeks (12w) [default: never]
        #[arg(long, value_name = "DAYS", value_parser = days)]
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

/// Reads for how many days a key works.
fn days(text: &str) -> std::result::Result<u32, String> {
    let (number, each) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    let days = digits.then(|| number.parse::<u32>().ok()).flatten().and_then(|number| number.checked_mul(each));
    days.filter(|days| (1..=36_500).contains(days)).ok_or_else(|| "not 1 to 36500 days, as 90, 90d or 12w".to_owned())
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
    scope: String,
    expired: bool,
}

impl From<KeyInfo> for KeyJson {
    fn from(info: KeyInfo) -> Self {
        let KeyInfo { id, name, prefix, created_at, expires_at, revoked_at, last_used_at, scope, expired } = info;
        Self { id, name, prefix, created_at, expires_at, revoked_at, last_used_at, scope, expired }
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
    let mut table = Table::new(["ID", "BEGINS", "NAME", "SCOPE", "MADE", "STATE", "LAST USED"]);
    for key in keys {
        let state = match (key.revoked_at, key.expires_at) {
            (Some(at), _) => format!("revoked {at}"),
            (None, Some(at)) if key.expired => format!("expired {at}"),
            (None, Some(at)) => format!("expires {at}"),
            (None, None) => "works".to_owned(),
        };
        table.row([
            key.id,
            key.prefix,
            key.name,
            key.scope,
            key.created_at,
            state,
            key.last_used_at.unwrap_or_default(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn a_key_works_for_days_or_weeks() {
        for (text, number) in [("90", 90), ("90d", 90), ("12w", 84), ("1", 1), ("36500", 36_500)] {
            assert_eq!(days(text), Ok(number), "{text}");
        }
        for wrong in ["", "0", "0d", "d", "w", "-1", "+1", "90x", "36501", "5215w", "4294967296", "613566757w", "1.5d"]
        {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }
}
