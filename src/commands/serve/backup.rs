//! `serve backup` and `serve restore`.

use std::path::PathBuf;

use serde::Serialize;
use skillzdrive_drive::BackedUp;
use skillzdrive_drive::Config;
use skillzdrive_drive::Restored;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::words;

/// Make a backup of all rows and packages, in a folder of its own
///
/// The drive may serve meanwhile: the backup is of one moment. It can be restored on whatever database and store. Whoever
/// has it has all skills, and, where the drive made its signing key itself, that too.
#[derive(Debug, clap::Args)]
pub(super) struct BackupArgs {
    /// The folder, which must be empty or not there yet
    #[arg(value_name = "DEST")]
    folder: PathBuf,
}

/// Restore a backup into an empty drive
///
/// The whole backup is held against its digests before anything is written, and what was written is read again before it is
/// kept.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    /// The backup's folder
    #[arg(value_name = "SRC")]
    folder: PathBuf,
    /// Go on with another signing key: addresses that were signed and the secrets of webhooks end
    #[arg(long)]
    another_key: bool,
}

#[derive(Serialize)]
struct BackupJson {
    folder: String,
    rows: u64,
    packages: u64,
    bytes: u64,
    signing_key: bool,
    manifest_sha256: String,
}

#[derive(Serialize)]
struct RestoreJson {
    made_at: String,
    rows: u64,
    packages: u64,
    bytes: u64,
}

/// Makes a backup.
///
/// # Errors
/// Exit 5 where there is no drive; exit 7 for a folder that is not empty and for a package that is not as it should be.
pub(super) async fn backup(ctx: &Context, args: &BackupArgs, config: Config) -> Result<Outcome> {
    skillzdrive_drive::need_drive(&config).map_err(error)?;
    let folder = args.folder.display().to_string();
    if ctx.dry_run() {
        ctx.ui.would(format_args!("make a backup in {folder}"))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    let made = drive.backup(&args.folder).await;
    drive.close().await;
    let BackedUp { rows, packages, bytes, has_key, manifest } = made.map_err(error)?;
    let json =
        BackupJson { folder, rows, packages, bytes, signing_key: has_key, manifest_sha256: manifest.to_string() };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
    } else {
        ctx.ui.status(format_args!("{} in {}", words_of(rows, packages, bytes), json.folder));
        ctx.ui.detail(format_args!("the sha256 of its manifest is {}", json.manifest_sha256));
        if has_key {
            ctx.ui.hint("the signing key is in it: keep it where nobody else reads");
        } else {
            ctx.ui.hint("the signing key is not in it: keep it too, a restored drive needs it");
        }
    }
    Ok(Outcome::Done)
}

/// Restores one.
///
/// # Errors
/// Exit 7 for a backup that is not what it says; exit 8 for a drive that is not empty.
pub(super) async fn restore(ctx: &Context, args: &RestoreArgs, config: Config) -> Result<Outcome> {
    if ctx.dry_run() {
        ctx.ui.would(format_args!("restore {}", args.folder.display()))?;
        return Ok(Outcome::Done);
    }
    let restored = skillzdrive_drive::restore(config, &args.folder, args.another_key).await.map_err(error)?;
    let Restored { made_at, rows, packages, bytes } = restored;
    if ctx.ui.is_json() {
        ctx.ui.json(&RestoreJson { made_at, rows, packages, bytes })?;
    } else {
        ctx.ui.status(format_args!("restored {} of {made_at}", words_of(rows, packages, bytes)));
    }
    Ok(Outcome::Done)
}

/// How much it is.
pub(super) fn words_of(rows: u64, packages: u64, bytes: u64) -> String {
    let many = |n: u64, noun: &str| words::count(usize::try_from(n).unwrap_or(usize::MAX), noun);
    format!("{} and {} of {}", many(rows, "row"), many(packages, "package"), words::size(bytes))
}
