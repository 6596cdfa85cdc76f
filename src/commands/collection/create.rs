//! `collection create`: a new key, shown this once.

use serde::Serialize;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;
use skillzdrive_wire::collections::CreateRequest;
use skillzdrive_wire::collections::Created;

use super::shown;
use super::shown::CollectionJson;
use crate::api::account::Account;
use crate::api::collections::KeyScope;
use crate::context::Context;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::collections::Collections;

/// Make a collection and its key
///
/// The key is printed, this once; with --save it is kept here instead, for `collection use`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("reach").required(true)))]
pub(crate) struct CreateArgs {
    /// Its name: 1 to 64 characters
    #[arg(value_name = "NAME", value_parser = CollectionName::new)]
    name: CollectionName,
    /// A skill of your drive that its key reaches (can be repeated)
    #[arg(long = "skill", value_name = "SLUG", value_parser = Slug::new, group = "reach")]
    skills: Vec<Slug>,
    /// Its key reaches all skills of your drive, also those to come
    #[arg(long, group = "reach", conflicts_with = "skills")]
    all_skills: bool,
    /// Its key does not reach skills that came with a team
    #[arg(long)]
    no_team: bool,
    /// Its key does not reach skills that others share with you
    #[arg(long)]
    no_shared: bool,
    /// Keep the key on this machine instead of printing it
    #[arg(long)]
    save: bool,
}

#[derive(Serialize)]
struct CreateJson {
    collection: CollectionJson,
    /// The key, unless it is kept here.
    api_key: Option<String>,
    kept_in: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key or with a scoped one, exit 5 for a skill that is not in the drive, exit 8 when there is such a
/// collection; as any call.
pub(super) async fn run(ctx: &Context, args: &CreateArgs) -> Result<Outcome> {
    let account = ctx.own_account().await?;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("make the collection {}", shown::name(&args.name)))?;
        return Ok(Outcome::Done);
    }
    let mut skills = args.skills.clone();
    skills.sort();
    skills.dedup();
    let request = CreateRequest {
        name: args.name.clone(),
        skill_slugs: (!args.all_skills).then_some(skills),
        include_team_skills: !args.no_team,
        include_shared_skills: !args.no_shared,
    };
    let created = account.create_collection(&request).await.map_err(|error| {
        let error = shown::import_hint(error.into());
        if error.kind() == Kind::Unavailable {
            return error.hint("whether it was made is not known: skillzdrive collection list");
        }
        error
    })?;
    if !args.save {
        return show(ctx, &created, None);
    }
    match keep(ctx, &account, &created) {
        Ok(place) => show(ctx, &created, Some(place)),
        Err(error) => {
            // The key cannot be had again, so it is shown before anything else is said.
            show(ctx, &created, None)?;
            Err(error.context("the collection is made and its key is on standard output, but it could not be kept"))
        }
    }
}

fn keep(ctx: &Context, account: &Account<'_>, created: &Created) -> Result<String> {
    let server = account.client().server().identity();
    let source = Collections::of(&ctx.paths, &server).keep(&created.collection.name, &created.api_key)?;
    account.note_sibling(&created.api_key, KeyScope::of(&created.collection))?;
    Ok(source.to_string())
}

fn show(ctx: &Context, created: &Created, kept_in: Option<String>) -> Result<Outcome> {
    let key = kept_in.is_none().then(|| created.api_key.expose().to_owned());
    let name = shown::name(&created.collection.name);
    if ctx.ui.is_json() {
        let collection = CollectionJson::of(&created.collection);
        ctx.ui.json(&CreateJson { collection, api_key: key, kept_in })?;
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!("made the collection {name}: {}", shown::sentence(&created.collection)));
    match (key, kept_in) {
        (Some(key), _) => {
            ctx.ui.status("this is its key; it is shown this once:");
            ctx.ui.data(key);
        }
        (None, place) => {
            let place = place.unwrap_or_default();
            ctx.ui.status(format_args!("its key is in {place}"));
            ctx.ui.hint(format_args!("skillzdrive collection use '{name}' uses it for the project you are in"));
        }
    }
    Ok(Outcome::Done)
}
