//! `drive`: the skills in the hosted drive.

mod accept;
mod dismiss;
mod import;
mod list;
mod remove;
mod toggle;
mod updates;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Look at and change the skills in your drive
#[derive(Debug, clap::Args)]
pub(crate) struct DriveArgs {
    #[command(subcommand)]
    command: DriveCommand,
}

#[derive(Debug, clap::Subcommand)]
enum DriveCommand {
    List(list::ListArgs),
    Import(import::ImportArgs),
    Remove(remove::RemoveArgs),
    Toggle(toggle::ToggleArgs),
    Updates(updates::UpdatesArgs),
    Accept(accept::AcceptArgs),
    Dismiss(dismiss::DismissArgs),
}

/// Runs the command.
///
/// # Errors
/// As the one that was chosen.
pub(crate) async fn run(ctx: &Context, args: &DriveArgs) -> Result<Outcome> {
    match &args.command {
        DriveCommand::List(args) => list::run(ctx, args).await,
        DriveCommand::Import(args) => import::run(ctx, args).await,
        DriveCommand::Remove(args) => remove::run(ctx, args).await,
        DriveCommand::Toggle(args) => toggle::run(ctx, args).await,
        DriveCommand::Updates(args) => updates::run(ctx, args).await,
        DriveCommand::Accept(args) => accept::run(ctx, args).await,
        DriveCommand::Dismiss(args) => dismiss::run(ctx, args).await,
    }
}
