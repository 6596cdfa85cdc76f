//! `lock`: what is done with lockfiles as files.

mod merge;

use clap::Args;
use clap::Subcommand;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Work with skillzdrive.lock as a file
#[derive(Debug, Args)]
pub(crate) struct LockArgs {
    #[command(subcommand)]
    command: LockCommand,
}

#[derive(Debug, Subcommand)]
enum LockCommand {
    Merge(merge::MergeArgs),
}

/// Runs the command.
///
/// # Errors
/// Exit 7 for a file that is no lockfile.
pub(crate) fn run(ctx: &Context, args: &LockArgs) -> Result<Outcome> {
    match &args.command {
        LockCommand::Merge(args) => merge::run(ctx, args),
    }
}
