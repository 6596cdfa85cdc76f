//! `collection use`: a project uses the key of a collection that is kept here.

use serde::Serialize;
use skillzdrive_wire::CollectionName;

use super::shown;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::nearest;
use crate::store::collections::Collections;
use crate::store::credentials;
use crate::store::scope::Scope;

/// Use the kept key of a collection for the project you are in
///
/// The choice is yours alone: it is noted on this machine and not in the project. It goes before a `collection` in the
/// project's skillzdrive.toml, and your own skills (--global) keep your own key.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("which").required(true)))]
pub(crate) struct UseArgs {
    /// The collection
    #[arg(value_name = "NAME", value_parser = CollectionName::new, group = "which")]
    name: Option<CollectionName>,
    /// Go back to your own key
    #[arg(long, group = "which")]
    none: bool,
}

#[derive(Serialize)]
struct UseJson {
    project: String,
    collection: Option<String>,
}

/// Runs the command. The drive is not asked.
///
/// # Errors
/// Exit 4 when the key is not kept here.
pub(super) fn run(ctx: &Context, args: &UseArgs) -> Result<Outcome> {
    let server = ctx.server()?.identity();
    let here = Collections::of(&ctx.paths, &server);
    let scope = Scope::project(&ctx.cwd);
    if let Some(name) = &args.name {
        let kept = here.kept()?;
        if !kept.contains(name) {
            return Err(not_kept(name, kept.iter().map(CollectionName::as_str)));
        }
    }
    if !ctx.dry_run() {
        here.choose(&scope.root, args.name.as_ref())?;
    }
    if ctx.ui.is_json() {
        let collection = args.name.as_ref().map(ToString::to_string);
        ctx.ui.json(&UseJson { project: scope.root.display().to_string(), collection })?;
        return Ok(Outcome::Done);
    }
    let (project, would) = (scope.root.display(), if ctx.dry_run() { " would use" } else { " uses" });
    match &args.name {
        Some(name) => {
            ctx.ui.status(format_args!("`{project}`{would} the key of the collection {}", shown::name(name)));
        }
        None => ctx.ui.status(format_args!("`{project}`{would} your own key")),
    }
    if credentials::in_environment()?.is_some() {
        ctx.ui.warn(format_args!("{} is set and goes before it", env::API_KEY));
    }
    Ok(Outcome::Done)
}

fn not_kept<'a>(name: &CollectionName, kept: impl Iterator<Item = &'a str> + Clone) -> Error {
    let error = Error::new(
        Kind::Auth,
        format!("the key of the collection `{}` is not kept on this machine", shown::name(name)),
    )
    .code("no_collection_key");
    match nearest::did_you_mean(name.as_str(), kept) {
        Some(hint) => error.hint(hint),
        None => error.hint("a key is told once, when its collection is made: skillzdrive collection create --save"),
    }
}
