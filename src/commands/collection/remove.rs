//! `collection remove`: skills leave a collection; they stay in the drive.

use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;

use super::shown;
use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;

/// Take skills out of a collection
///
/// They stay in your drive; the collection's key does not reach them any more.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    /// The collection
    #[arg(value_name = "NAME", value_parser = CollectionName::new)]
    name: CollectionName,
    /// The skills
    #[arg(value_name = "SKILL", required = true, value_parser = Slug::new)]
    skills: Vec<Slug>,
}

/// Runs the command. One skill that fails does not stop the others.
///
/// # Errors
/// Exit 4 without a key or with a scoped one; as any call.
pub(super) async fn run(ctx: &Context, args: &RemoveArgs) -> Result<Outcome> {
    let account = ctx.own_account().await?;
    if ctx.dry_run() {
        let found = shown::find(&account, &args.name).await?;
        let there: Vec<&str> =
            args.skills.iter().filter(|slug| found.skill_slugs.contains(slug)).map(Slug::as_str).collect();
        ctx.ui.would(format_args!(
            "take {} out of the collection {}",
            shown::names(&there),
            shown::name(&args.name)
        ))?;
        return Ok(Outcome::Done);
    }
    let mut results: Vec<(Slug, Result<()>)> = Vec::new();
    for slug in &args.skills {
        if !results.iter().any(|(known, _)| known == slug) {
            let removed = account.remove_from_collection(&args.name, slug).await;
            results.push((slug.clone(), removed.map_err(Error::from)));
        }
    }
    shown::each(ctx, &args.name, results, ("removed", "from"))
}
