//! `cache`: the zips that were downloaded before.

use clap::Args;
use clap::Subcommand;
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::cache::ZipCache;
use crate::store::scan_cache::ScanCache;
use crate::ui::words;

/// Look after the cache of downloaded skills
#[derive(Debug, Args)]
pub(crate) struct CacheArgs {
    #[command(subcommand)]
    command: CacheCommand,
}

#[derive(Debug, Subcommand)]
enum CacheCommand {
    /// Show where the cache lies and how much is in it
    Info,
    /// Check every file in the cache and delete what is corrupt
    Verify,
    /// Delete the whole cache; skills are downloaded and scanned again when needed
    Clean,
}

#[derive(Serialize)]
struct InfoJson {
    path: String,
    entries: usize,
    bytes: u64,
}

#[derive(Serialize)]
struct VerifyJson {
    good: usize,
    deleted: Vec<String>,
    not_deleted: Vec<String>,
}

#[derive(Serialize)]
struct CleanJson {
    entries: usize,
    bytes: u64,
    dry_run: bool,
}

pub(crate) fn run(ctx: &Context, args: &CacheArgs) -> Result<Outcome> {
    let cache = ZipCache::new(&ctx.paths);
    match args.command {
        CacheCommand::Info => info(ctx, &cache),
        CacheCommand::Verify => verify(ctx, &cache),
        CacheCommand::Clean => clean(ctx, &cache),
    }
}

fn info(ctx: &Context, cache: &ZipCache) -> Result<Outcome> {
    let size = cache.info();
    let path = cache.path().display().to_string();
    if ctx.ui.is_json() {
        ctx.ui.json(&InfoJson { path, entries: size.entries, bytes: size.bytes })?;
    } else {
        ctx.ui.data(format_args!("{path}: {}, {}", words::count(size.entries, "zip"), words::size(size.bytes)));
    }
    Ok(Outcome::Done)
}

fn verify(ctx: &Context, cache: &ZipCache) -> Result<Outcome> {
    if ctx.dry_run() {
        return Err(
            Error::usage("`cache verify` deletes what is corrupt, so it has no dry run").hint("skillzdrive cache info")
        );
    }
    let verified = cache.verify();
    let names = |paths: &[std::path::PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    let (deleted, not_deleted) = (names(&verified.corrupt), names(&verified.stuck));
    if ctx.ui.is_json() {
        ctx.ui.json(&VerifyJson { good: verified.good, deleted, not_deleted: not_deleted.clone() })?;
    } else {
        ctx.ui.data(format_args!("{} good, {} corrupt and deleted", verified.good, deleted.len()));
        deleted.iter().for_each(|path| ctx.ui.status(format_args!("deleted {path}")));
        for path in &not_deleted {
            ctx.ui.warn(format_args!("{path} is corrupt and cannot be deleted; it is never used"));
        }
    }
    Ok(if not_deleted.is_empty() { Outcome::Done } else { Outcome::Ended(Kind::Partial) })
}

fn clean(ctx: &Context, cache: &ZipCache) -> Result<Outcome> {
    let dry_run = ctx.dry_run();
    let size = if dry_run { cache.info() } else { cache.clean()? };
    if !dry_run {
        ScanCache::new(&ctx.paths).clean()?;
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&CleanJson { entries: size.entries, bytes: size.bytes, dry_run })?;
    } else {
        let verb = if dry_run { "would delete" } else { "deleted" };
        ctx.ui.data(format_args!("{verb} {}, {}", words::count(size.entries, "zip"), words::size(size.bytes)));
    }
    Ok(Outcome::Done)
}
