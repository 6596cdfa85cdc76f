//! `collection add`: skills enter a collection.

use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;

use super::shown;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Add skills of your drive to a collection
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
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
pub(super) async fn run(ctx: &Context, args: &AddArgs) -> Result<Outcome> {
    let account = ctx.own_account().await?;
    if ctx.dry_run() {
        let found = shown::find(&account, &args.name).await?;
        let new: Vec<&str> =
            args.skills.iter().filter(|slug| !found.skill_slugs.contains(slug)).map(Slug::as_str).collect();
        ctx.ui.would(format_args!("add {} to the collection {}", shown::names(&new), shown::name(&args.name)))?;
        return Ok(Outcome::Done);
    }
    let mut results: Vec<(Slug, Result<()>)> = Vec::new();
    for slug in &args.skills {
        if !results.iter().any(|(known, _)| known == slug) {
            let added = account.add_to_collection(&args.name, slug).await;
            let added = added.map(|_| ()).map_err(|error| shown::import_hint(error.into()));
            results.push((slug.clone(), added));
        }
    }
    shown::each(ctx, &args.name, results, ("added", "to"))
}
