//! `config set` and `config unset`: one key of one file; comments and everything else stay.

use serde::Serialize;
use serde_json::Value;
use skillzdrive_wire::CollectionName;

use super::WhichArgs;
use super::effective;
use crate::agents::table;
use crate::api::server::Server;
use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::settings::Settings;
use crate::store::settings_edit::Edited;
use crate::store::settings_edit::SettingsFile;

/// Set one setting for good
#[derive(Debug, clap::Args)]
pub(super) struct SetArgs {
    /// The setting, such as `min_age` or `agent.claude-code.link_mode`
    key: String,
    /// Its value; several, or one with commas, for a list
    #[arg(required = true, value_name = "VALUE", allow_negative_numbers = true)]
    values: Vec<String>,
    #[command(flatten)]
    which: WhichArgs,
}

/// Take one setting out of the file, so that it has its default again
#[derive(Debug, clap::Args)]
pub(super) struct UnsetArgs {
    /// The setting
    key: String,
    #[command(flatten)]
    which: WhichArgs,
}

#[derive(Serialize)]
struct ChangeJson {
    key: String,
    /// What holds now, whoever says it.
    value: Value,
    source: &'static str,
    file: String,
    changed: bool,
}

pub(super) fn set(ctx: &Context, args: &SetArgs) -> Result<Outcome> {
    let file = args.which.file(ctx);
    file.with(&args.key, &args.values)?;
    means_something(ctx, &args.key, &args.values)?;
    change(ctx, args.which, &file, &args.key, || file.with(&args.key, &args.values))
}

pub(super) fn unset(ctx: &Context, args: &UnsetArgs) -> Result<Outcome> {
    let file = args.which.file(ctx);
    change(ctx, args.which, &file, &args.key, || file.without(&args.key))
}

fn change(
    ctx: &Context,
    which: WhichArgs,
    file: &SettingsFile<'_>,
    key: &str,
    make: impl Fn() -> Result<Edited>,
) -> Result<Outcome> {
    let shown = file.path.display();
    if ctx.dry_run() {
        let edited = make()?;
        let what = if edited.changed { "change" } else { "leave as it is" };
        ctx.ui.would(format_args!("{what} `{key}` in {shown}"))?;
        return Ok(Outcome::Done);
    }
    let edited = file.write(make)?;
    let scope = ctx.scope(ScopeArgs { project: which.project, user: !which.project });
    // A file that somebody else's mistake is in does not hide that this change was made.
    let now = Settings::load(&ctx.paths, &scope).and_then(|loaded| effective::one(ctx, &loaded, key)).ok();
    if ctx.ui.is_json() {
        let (value, source) = now.map_or((Value::Null, "unknown"), |one| (one.value, one.source));
        let (key, file) = (key.to_owned(), shown.to_string());
        ctx.ui.json(&ChangeJson { key, value, source, file, changed: edited.changed })?;
        return Ok(Outcome::Done);
    }
    let said = if edited.changed { "changed" } else { "nothing to change in" };
    match now {
        Some(now) => {
            let value = effective::text(&now.value);
            let value = if value.is_empty() { "not set".to_owned() } else { value };
            ctx.ui.status(format_args!("{said} {shown}: {key} is {value} ({})", now.source));
            if matches!(now.source, "flag" | "environment") {
                let place = now.place.unwrap_or_default();
                ctx.ui.warn(format_args!("{place} goes before the file as long as it is set"));
            }
        }
        None => ctx.ui.status(format_args!("{said} {shown}")),
    }
    Ok(Outcome::Done)
}

/// Refuses what is of the right kind and still means nothing: no such agent, no such address.
fn means_something(ctx: &Context, key: &str, values: &[String]) -> Result<()> {
    match (key, values) {
        ("server", [text]) => Server::parse(text, &ctx.paths).map(drop),
        ("collection", [text]) => {
            CollectionName::new(text).map(drop).map_err(|bad| Error::from(bad).context("`collection`"))
        }
        ("agents", values) => {
            let table = table::Table::load_with(&ctx.own_settings()?.agent)?;
            let ids = values.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|id| !id.is_empty());
            for id in ids {
                if table.get(id).is_none() {
                    return Err(table.unknown(id, "`agents`"));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
