//! `serve move`: a drive goes to another database and store.

use std::path::PathBuf;

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_drive::MoveStep;
use skillzdrive_drive::Moved;

use super::backup::words_of;
use super::error;
use super::settings;
use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::words;

/// Move the drive to another database and store, while it goes on being read
///
/// Packages are copied first. Then the drive takes no changes (503 with Retry-After), whatever process serves it, until
/// the others are started where it is now; the rows are copied, and read again before they are kept. A move that was
/// broken off is begun again with the same words.
#[derive(Debug, clap::Args)]
pub(super) struct MoveArgs {
    /// The PostgreSQL database that it moves to: postgres://USER@HOST/DATABASE
    #[arg(long, value_name = "URL")]
    to_database: Option<String>,
    /// The object store that it moves to: s3://BUCKET/PREFIX, gs://, az:// or file://
    #[arg(long, value_name = "URL")]
    to_artifacts: Option<String>,
    /// The folder that it moves to, for what has no address of its own
    #[arg(long, value_name = "DIR")]
    to_data: Option<PathBuf>,
    /// A file of variables, NAME=VALUE each, for where it moves to; it goes before the environment
    #[arg(long, value_name = "FILE")]
    to_env_file: Option<PathBuf>,
    /// Let the drive take changes again, after a move that was broken off or is not wanted
    #[arg(long, conflicts_with_all = ["to_database", "to_artifacts", "to_data", "to_env_file"])]
    cancel: bool,
}

#[derive(Serialize)]
struct MoveJson {
    /// False where a move was cancelled.
    moved: bool,
    rows: u64,
    packages: u64,
    bytes: u64,
    database: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for no place to move to; exit 5 where there is no drive; exit 8 for a place that is not empty, or a drive that
/// was moved before.
pub(super) async fn run(ctx: &Context, args: &MoveArgs, config: Config) -> Result<Outcome> {
    skillzdrive_drive::need_drive(&config).map_err(error)?;
    if args.cancel {
        return cancel(ctx, config).await;
    }
    let to = target(args, &config)?;
    if ctx.dry_run() {
        let place =
            if to.database.is_some() { "another database".to_owned() } else { to.data_dir.display().to_string() };
        ctx.ui.would(format_args!("move the drive to {place}"))?;
        return Ok(Outcome::Done);
    }
    let key = config.data_dir.join("signing.key");
    let key = config.signing_key.is_none().then(|| key.display().to_string());
    let shares = to.database.is_some();
    let tell = |step| match step {
        MoveStep::Packages(packages) => {
            ctx.ui.status(format_args!("copying {}; the drive takes changes", words::count(packages, "package")));
        }
        MoveStep::NoChanges => ctx.ui.status("from here on the drive takes no changes; reading goes on"),
        MoveStep::Rows => ctx.ui.status("copying the rows"),
    };
    let told = crate::signals::told_to_end();
    let outcome = {
        let moving = skillzdrive_drive::move_drive(config.clone(), to, tell);
        tokio::select! {
            biased;
            moved = moving => Ok(moved),
            told = told => Err(told),
        }
    };
    let Moved { rows, packages, bytes, database } = match outcome {
        Ok(moved) => moved.map_err(error)?,
        // Nobody goes on with it, so people go on where they were.
        Err(told) => {
            skillzdrive_drive::cancel_move(&config).await.map_err(error)?;
            return Err(told);
        }
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&MoveJson { moved: true, rows, packages, bytes, database: Some(database) })?;
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!("moved {} to {}", words_of(rows, packages, bytes), clean::line(&database)));
    match key.filter(|_| shares) {
        Some(key) => ctx.ui.hint(format_args!("start the replicas with --signing-key {key}, and end the old drive")),
        None => ctx.ui.hint("start the drive there, and end the old one"),
    }
    Ok(Outcome::Done)
}

/// Where it moves to.
fn target(args: &MoveArgs, from: &Config) -> Result<Config> {
    let mut to = Config::new(args.to_data.clone().unwrap_or_else(|| from.data_dir.clone()));
    to.database_connections = from.database_connections;
    to.certificates.clone_from(&from.certificates);
    settings::apply_target(
        args.to_env_file.as_deref(),
        (args.to_database.as_deref(), args.to_artifacts.as_deref()),
        &mut to,
    )?;
    if args.to_data.is_none() && (to.database.is_none() || to.artifacts.is_none()) {
        return Err(Error::usage("it is not said where the drive moves to")
            .code("no_target")
            .hint("--to-database URL and --to-artifacts URL, or --to-data DIR for a folder"));
    }
    Ok(to)
}

async fn cancel(ctx: &Context, config: Config) -> Result<Outcome> {
    if ctx.dry_run() {
        ctx.ui.would("let the drive take changes again")?;
        return Ok(Outcome::Done);
    }
    let cancelled = skillzdrive_drive::cancel_move(&config).await.map_err(error)?;
    if ctx.ui.is_json() {
        ctx.ui.json(&MoveJson { moved: false, rows: 0, packages: 0, bytes: 0, database: None })?;
    } else if cancelled {
        ctx.ui.status("the drive takes changes again");
    } else {
        ctx.ui.status("the drive takes changes; no move was begun");
    }
    Ok(Outcome::Done)
}
