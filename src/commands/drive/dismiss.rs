//! `drive dismiss`: a newer version is not wanted.

use serde::Serialize;
use skillzdrive_wire::Slug;

use super::updates;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Turn a newer version of a skill down
///
/// The skill stays on its version and this update is not offered again; the next one is. It costs nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct DismissArgs {
    /// The skill
    slug: Slug,
}

#[derive(Serialize)]
struct DismissJson {
    slug: String,
    dismissed: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key, exit 5 when no update waits; as any call.
pub(crate) async fn run(ctx: &Context, args: &DismissArgs) -> Result<Outcome> {
    let account = ctx.account().await?;
    let slug = &args.slug;
    if ctx.dry_run() {
        let update = updates::of(&account, slug).await?;
        ctx.ui
            .status(format_args!("version {} of {slug} would be dismissed (--dry-run: it was not)", update.to_version));
    } else {
        account.dismiss(slug).await?;
        ctx.ui.status(format_args!("the update of {slug} is dismissed; a newer one will be offered"));
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&DismissJson { slug: slug.to_string(), dismissed: !ctx.dry_run() })?;
    }
    Ok(Outcome::Done)
}
