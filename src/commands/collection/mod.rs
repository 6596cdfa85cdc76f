//! `collection`: named keys, each for all skills of an account or for a slice of them.
//!
//! Collections belong to the account, so these commands use the key that was logged in with, whatever key a project uses.

mod add;
mod create;
mod delete;
mod edit;
mod list;
mod remove;
mod shown;
mod use_one;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Make and change collections: named keys, each for a slice of your drive
#[derive(Debug, clap::Args)]
pub(crate) struct CollectionArgs {
    #[command(subcommand)]
    command: CollectionCommand,
}

#[derive(Debug, clap::Subcommand)]
enum CollectionCommand {
    List(list::ListArgs),
    Create(create::CreateArgs),
    Edit(edit::EditArgs),
    Add(add::AddArgs),
    Remove(remove::RemoveArgs),
    Delete(delete::DeleteArgs),
    Use(use_one::UseArgs),
}

/// Runs the command.
///
/// # Errors
/// As the one that was chosen.
pub(crate) async fn run(ctx: &Context, args: &CollectionArgs) -> Result<Outcome> {
    match &args.command {
        CollectionCommand::List(args) => list::run(ctx, args).await,
        CollectionCommand::Create(args) => create::run(ctx, args).await,
        CollectionCommand::Edit(args) => edit::run(ctx, args).await,
        CollectionCommand::Add(args) => add::run(ctx, args).await,
        CollectionCommand::Remove(args) => remove::run(ctx, args).await,
        CollectionCommand::Delete(args) => delete::run(ctx, args).await,
        CollectionCommand::Use(args) => use_one::run(ctx, args).await,
    }
}
