//! `drive remove`: a skill leaves the drive.

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;

/// Remove a skill from your drive
///
/// It stays on this machine; other machines keep their copy until they sync and agree to remove it.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    /// The skill
    slug: Slug,
}

#[derive(Serialize)]
struct RemoveJson {
    slug: String,
    removed: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 when there is nobody to ask, exit 4 without a key, exit 5 when it is not in the drive.
pub(crate) async fn run(ctx: &Context, args: &RemoveArgs) -> Result<Outcome> {
    let account = ctx.account().await?;
    let slug = &args.slug;
    let host = account.client().host();
    if ctx.dry_run() {
        // What is not there would not be removed: the answer is the same as without --dry-run.
        if !account.drive().await?.skills.iter().any(|one| one.skill.slug == *slug) {
            return Err(Error::new(Kind::NotFound, format!("`{slug}` is not in the drive")).code("skill_not_found"));
        }
        ctx.ui.status(format_args!("{slug} would be removed from {host} (--dry-run: it was not)"));
        return finish(ctx, slug, false);
    }
    if !ctx.ui.confirm(&format!("Remove {slug} from {host}?"), false)? {
        ctx.ui.status("nothing was removed");
        return finish(ctx, slug, false);
    }
    account.remove(slug).await?;
    ctx.ui.status(format_args!("removed {slug} from {host}; copies on machines stay"));
    finish(ctx, slug, true)
}

fn finish(ctx: &Context, slug: &Slug, removed: bool) -> Result<Outcome> {
    if ctx.ui.is_json() {
        ctx.ui.json(&RemoveJson { slug: slug.to_string(), removed })?;
    }
    Ok(Outcome::Done)
}
