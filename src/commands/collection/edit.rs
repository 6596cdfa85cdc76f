//! `collection edit`: another name, other skills, public or not.

use serde::Serialize;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;
use skillzdrive_wire::collections::PatchRequest;

use super::shown;
use super::shown::CollectionJson;
use crate::api::collections::KeyScope;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::collections::Collections;

/// Change a collection
///
/// Only what is named changes; its key stays the same.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("change").required(true).multiple(true)))]
pub(crate) struct EditArgs {
    /// The collection
    #[arg(value_name = "NAME", value_parser = CollectionName::new)]
    name: CollectionName,
    /// Give it another name
    #[arg(long, value_name = "NEW", value_parser = CollectionName::new, group = "change")]
    rename: Option<CollectionName>,
    /// Its key reaches exactly the skills named so, in place of those before (can be repeated)
    #[arg(long = "skill", value_name = "SLUG", value_parser = Slug::new, group = "change")]
    skills: Vec<Slug>,
    /// Its key reaches the skills among them that came with a team
    #[arg(long, group = "change", overrides_with = "no_team")]
    team: bool,
    /// Its key does not
    #[arg(long, group = "change")]
    no_team: bool,
    /// Its key reaches the skills among them that others share with you
    #[arg(long, group = "change", overrides_with = "no_shared")]
    shared: bool,
    /// Its key does not
    #[arg(long, group = "change")]
    no_shared: bool,
    /// Show it to everybody as a marketplace
    #[arg(long, group = "change", conflicts_with = "private")]
    public: bool,
    /// Show it to nobody
    #[arg(long, group = "change")]
    private: bool,
}

#[derive(Serialize)]
struct EditJson {
    collection: CollectionJson,
}

/// What two opposite flags say.
fn switch(on: bool, off: bool) -> Option<bool> {
    (on || off).then_some(on)
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key or with a scoped one, exit 5 when there is none of the name, exit 8 when the new name is taken; as
/// any call.
pub(super) async fn run(ctx: &Context, args: &EditArgs) -> Result<Outcome> {
    let account = ctx.own_account().await?;
    let name = &args.name;
    if ctx.dry_run() {
        let found = shown::find(&account, name).await?;
        ctx.ui.would(format_args!("change the collection {}", shown::name(&found.name)))?;
        return Ok(Outcome::Done);
    }
    let mut skills = args.skills.clone();
    skills.sort();
    skills.dedup();
    let request = PatchRequest {
        new_name: args.rename.clone(),
        skill_slugs: (!skills.is_empty()).then_some(skills),
        include_team_skills: switch(args.team, args.no_team),
        include_shared_skills: switch(args.shared, args.no_shared),
        is_public_marketplace: switch(args.public, args.private),
    };
    let changed = account.edit_collection(name, &request).await.map_err(|error| shown::import_hint(error.into()))?;
    let server = account.client().server().identity();
    let here = Collections::of(&ctx.paths, &server);
    if changed.name != *name {
        here.rename(name, &changed.name)?;
    }
    // What this machine remembers of the key must not be wider than what it sees now.
    if here.kept()?.contains(&changed.name)
        && let Some((key, _)) = here.key(&changed.name)?
    {
        account.note_sibling(&key, KeyScope::of(&changed))?;
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&EditJson { collection: CollectionJson::of(&changed) })?;
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!("the collection {}: {}", shown::name(&changed.name), shown::sentence(&changed)));
    if args.public
        && changed.is_public_marketplace
        && let Some(address) = account.client().public_address(&changed.name)
    {
        ctx.ui.status(format_args!("everybody sees it at {address}"));
    }
    Ok(Outcome::Done)
}
