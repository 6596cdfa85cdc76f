//! `trash`: what was replaced or removed.

mod restore;

use clap::Args;
use clap::Subcommand;
use serde::Serialize;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::lock::ScopeLock;
use crate::store::scope::Scope;
use crate::store::trash;
use crate::store::trash::retention;
use crate::store::trash::undo::kept_at;
use crate::store::tree;
use crate::ui::table::Table;
use crate::ui::words;

/// Look at, put back or delete what was replaced or removed
#[derive(Debug, Args)]
pub(crate) struct TrashArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(subcommand)]
    command: TrashCommand,
}

#[derive(Debug, Subcommand)]
enum TrashCommand {
    /// List the skills in the trash, newest first
    List,
    /// Put a skill from the trash back to its place
    Restore(restore::RestoreArgs),
    /// Delete everything in the trash for good
    Empty,
}

#[derive(Serialize)]
struct ItemJson {
    run: String,
    slug: String,
    change: &'static str,
    started: String,
    command: String,
    path: String,
    kept_at: String,
    bytes: u64,
}

#[derive(Serialize)]
struct ListJson {
    items: Vec<ItemJson>,
}

#[derive(Serialize)]
struct EmptyJson {
    runs: usize,
    bytes: u64,
    dry_run: bool,
}

pub(crate) fn run(ctx: &Context, args: &TrashArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    match &args.command {
        TrashCommand::List => list(ctx, &scope),
        TrashCommand::Restore(restore) => restore::run(ctx, &scope, restore),
        TrashCommand::Empty => empty(ctx, &scope),
    }
}

fn list(ctx: &Context, scope: &Scope) -> Result<Outcome> {
    let mut items = Vec::new();
    for run in trash::runs(scope) {
        for entry in run.trees() {
            if let Some(kept) = kept_at(entry) {
                items.push(ItemJson {
                    run: run.id.clone(),
                    slug: entry.slug.to_string(),
                    change: entry.change.word(),
                    started: run.head.started.clone(),
                    command: run.head.command.clone(),
                    path: entry.path.display().to_string(),
                    bytes: tree::size(&kept),
                    kept_at: kept.display().to_string(),
                });
            }
        }
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&ListJson { items })?;
        return Ok(Outcome::Done);
    }
    let mut table = Table::new(["SLUG", "CHANGE", "SIZE", "STARTED", "COMMAND", "RUN"]);
    for item in &items {
        let size = words::size(item.bytes);
        table.row([
            item.slug.clone(),
            item.change.to_owned(),
            size,
            item.started.clone(),
            item.command.clone(),
            item.run.clone(),
        ]);
    }
    ctx.ui.table(&table);
    if items.is_empty() {
        ctx.ui.status("the trash is empty");
    }
    Ok(Outcome::Done)
}

fn empty(ctx: &Context, scope: &Scope) -> Result<Outcome> {
    let dry_run = ctx.dry_run();
    let weight = retention::weigh(scope);
    let what = format!("{}, {}", words::count(weight.runs, "run"), words::size(weight.bytes));
    let emptied = if dry_run || weight.runs == 0 {
        weight
    } else {
        if !ctx.ui.confirm(&format!("Delete everything in the trash for good ({what})?"), false)? {
            return Err(Error::new(Kind::Interrupted, "cancelled: nothing was changed"));
        }
        let _lock = ScopeLock::acquire(scope, |who| ctx.ui.status(format_args!("waiting for {who}")))?;
        retention::empty(scope)?
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&EmptyJson { runs: emptied.runs, bytes: emptied.bytes, dry_run })?;
    } else if emptied.runs == 0 {
        ctx.ui.status("the trash is empty");
    } else {
        ctx.ui.data(format_args!("{} {what}", if dry_run { "would delete" } else { "deleted" }));
    }
    Ok(Outcome::Done)
}
