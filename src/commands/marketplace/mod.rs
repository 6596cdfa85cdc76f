//! `marketplace`: the drive's catalogue as the plugin marketplace that coding agents read.

mod bundle;
mod check;
mod show;
mod write;

use skillzdrive_wire::CollectionName;

use crate::api::marketplace::Manifest;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;

/// Where readers look for the file in a repository, in the order of Copilot CLI, which knows the most places.
const PLACES: [&str; 4] = [
    "marketplace.json",
    ".plugin/marketplace.json",
    ".github/plugin/marketplace.json",
    ".claude-plugin/marketplace.json",
];

/// Look at, check and write plugin marketplace files
#[derive(Debug, clap::Args)]
pub(crate) struct MarketplaceArgs {
    #[command(subcommand)]
    command: MarketplaceCommand,
}

#[derive(Debug, clap::Subcommand)]
enum MarketplaceCommand {
    Show(show::ShowArgs),
    Check(check::CheckArgs),
    Write(write::WriteArgs),
}

/// Runs the command.
///
/// # Errors
/// As the one that was chosen.
pub(crate) async fn run(ctx: &Context, args: &MarketplaceArgs) -> Result<Outcome> {
    match &args.command {
        MarketplaceCommand::Show(args) => show::run(ctx, args).await,
        MarketplaceCommand::Check(args) => check::run(ctx, args),
        MarketplaceCommand::Write(args) => write::run(ctx, args).await,
    }
}

/// The manifest of the drive, or of a public collection.
async fn manifest(ctx: &Context, collection: Option<&CollectionName>) -> Result<Manifest> {
    let client = ctx.client()?;
    match (client.manifest(collection).await, collection) {
        (Err(error), Some(name)) if error.status() == Some(404) => {
            let what = format!("{} has no public collection `{}`", client.host(), name.as_str().escape_debug());
            Err(Error::new(Kind::NotFound, what)
                .code("collection_not_found")
                .hint("its owner makes it public: skillzdrive collection edit NAME --public"))
        }
        (manifest, _) => Ok(manifest?),
    }
}
