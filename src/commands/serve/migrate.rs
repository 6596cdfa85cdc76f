//! `serve migrate`: the tables of a drive become what this program needs.

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_drive::Migrated;

use super::error;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;

/// Bring the database's tables to this version, as the next start would
///
/// Of several that do so at once one works and the others wait. A database of a newer version is refused.
#[derive(Debug, clap::Args)]
pub(super) struct MigrateArgs {}

#[derive(Serialize)]
struct MigrateJson {
    database: String,
    /// The schema version that it had; 0 where it was made.
    before: i64,
    applied: Vec<i64>,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 when the database cannot be used, or is of a newer version.
pub(super) async fn run(ctx: &Context, config: Config) -> Result<Outcome> {
    if ctx.dry_run() {
        ctx.ui.would("bring the database's tables to this version")?;
        return Ok(Outcome::Done);
    }
    let Migrated { database, before, applied } = skillzdrive_drive::migrate(&config).await.map_err(error)?;
    let json = MigrateJson { database, before, applied };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
        return Ok(Outcome::Done);
    }
    let database = clean::line(&json.database);
    let versions: Vec<String> = json.applied.iter().map(ToString::to_string).collect();
    match json.applied.as_slice() {
        [] => ctx.ui.status(format_args!("{database} is at schema {} already", json.before)),
        [one] => ctx.ui.status(format_args!("applied schema {one} to {database}")),
        _ => ctx.ui.status(format_args!("applied the schemas {} to {database}", versions.join(", "))),
    }
    Ok(Outcome::Done)
}
