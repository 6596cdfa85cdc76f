//! `collection delete`: a collection goes, and its key with it.

use serde::Serialize;
use skillzdrive_wire::CollectionName;

use super::shown;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::collections::Collections;
use crate::ui::words;

/// Delete a collection
///
/// Its key stops working at once, for everybody who has it; that cannot be taken back. The skills stay in your drive.
#[derive(Debug, clap::Args)]
pub(crate) struct DeleteArgs {
    /// The collection
    #[arg(value_name = "NAME", value_parser = CollectionName::new)]
    name: CollectionName,
}

#[derive(Serialize)]
struct DeleteJson {
    name: String,
    deleted: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 when there is nobody to ask, exit 4 without a key or with a scoped one, exit 5 when there is none of the name.
pub(super) async fn run(ctx: &Context, args: &DeleteArgs) -> Result<Outcome> {
    let account = ctx.own_account().await?;
    let host = account.client().host();
    let name = shown::name(&args.name);
    let deleted = if ctx.dry_run() {
        shown::find(&account, &args.name).await?;
        ctx.ui.status(format_args!("the collection {name} would be deleted from {host} (--dry-run: it was not)"));
        false
    } else if ctx
        .ui
        .confirm(&format!("Delete the collection {name} from {host}? Its key stops working at once."), false)?
    {
        account.delete_collection(&args.name).await?;
        let server = account.client().server().identity();
        let forgotten = Collections::of(&ctx.paths, &server).forget(&args.name)?;
        ctx.ui.status(format_args!("deleted the collection {name}; its key does not work any more"));
        if forgotten.projects > 0 {
            let projects = words::count(forgotten.projects, "project");
            ctx.ui.status(format_args!("{projects} used it here; there your own key is used from now on"));
        }
        true
    } else {
        ctx.ui.status("nothing was deleted");
        false
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&DeleteJson { name: args.name.to_string(), deleted })?;
    }
    Ok(Outcome::Done)
}
