//! `collection use`: a project uses the key of a collection that is kept here.

use std::io::IsTerminal as _;
use std::io::Read as _;

use serde::Serialize;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::CollectionName;

use super::shown;
use crate::api::account::Account;
use crate::api::collections::KeyScope;
use crate::api::error::ApiError;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::nearest;
use crate::store::accounts::Accounts;
use crate::store::collections::Collections;
use crate::store::credentials;
use crate::store::credentials::KeySource;
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
    /// Keep the collection's key first, which is read from standard input (on a terminal, asked for): whoever made
    /// the collection gave it to you
    #[arg(long, conflicts_with = "none")]
    key_stdin: bool,
    /// Go back to your own key
    #[arg(long, group = "which")]
    none: bool,
}

/// A key is a line; more than this is something else.
const LONGEST: u64 = 8 * 1024;

#[derive(Serialize)]
struct UseJson {
    project: String,
    collection: Option<String>,
}

/// Runs the command. Without a new key the drive is not asked.
///
/// # Errors
/// Exit 4 when the key is not kept here, or the drive refuses the one that was given, or it is another collection's.
pub(super) async fn run(ctx: &Context, args: &UseArgs) -> Result<Outcome> {
    let server = ctx.server()?.identity();
    let here = Collections::of(&ctx.paths, &server);
    let scope = Scope::project(&ctx.cwd);
    let mut kept_in = None;
    if let Some(name) = args.name.as_ref().filter(|_| args.key_stdin) {
        kept_in = keep(ctx, &here, name).await?;
    } else if let Some(name) = &args.name {
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
    if let Some(place) = kept_in {
        ctx.ui.status(format_args!("its key is in {place}"));
    }
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

/// Keeps a key that was given out elsewhere, once the drive says that it is this collection's.
async fn keep(ctx: &Context, here: &Collections<'_>, name: &CollectionName) -> Result<Option<String>> {
    let text = if std::io::stdin().is_terminal() && ctx.ui.is_interactive() {
        ctx.ui.password("The collection's key:", "--key-stdin < FILE")?
    } else {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(LONGEST).read_to_string(&mut text);
        read.map_err(|e| Error::new(Kind::Failure, "could not read standard input").code("io").source(e))?;
        text
    };
    if text.trim().is_empty() {
        return Err(Error::usage("there is no key on standard input")
            .code("no_key_given")
            .hint("skillzdrive collection use NAME --key-stdin < FILE"));
    }
    let key = ApiKey::new(&text)?;
    let client = ctx.client()?;
    let identity = client.server().identity();
    let accounts = |dry_run| Accounts::of(&ctx.paths, identity.clone(), dry_run);
    // Nothing is kept of a key before the drive has taken it.
    let probe = Account::open(client, key.clone(), KeySource::Keyring, accounts(true))?;
    let scope = check(&probe, name).await?;
    if ctx.dry_run() {
        return Ok(None);
    }
    let source = here.keep(name, &key)?;
    let place = source.to_string();
    Account::open(client, key.clone(), source, accounts(false))?.note_sibling(&key, scope)?;
    Ok(Some(place))
}

/// Asks the drive whether a key is that of a collection. A scoped key sees its own collection and no other; one for all
/// skills sees what the collection is.
async fn check(probe: &Account<'_>, name: &CollectionName) -> Result<KeyScope> {
    let shown = shown::name(name);
    let host = probe.client().host();
    let refused =
        |why: String, code: &str| Error::new(Kind::Auth, format!("{why}; nothing was kept")).code(code.to_owned());
    let unchecked = |error: ApiError| match error.status() {
        Some(401) => refused(format!("{host} refused the key"), "access_denied")
            .hint("check the key and --server; keys begin with sk_live_"),
        Some(404) => {
            refused(format!("the key is not that of the collection `{shown}` on {host}"), "collection_not_found")
                .hint("its name must be as its owner wrote it")
        }
        _ => Error::from(error).context("the key could not be checked and was not kept"),
    };
    match probe.collections().await {
        Ok(all) => match all.iter().find(|one| one.name == *name) {
            Some(one) if KeyScope::of(one) == KeyScope::AllSkills => Ok(KeyScope::AllSkills),
            Some(_) => Err(refused(
                format!("this key sees the whole drive, so it is not that of the collection `{shown}`"),
                "wider_key",
            )
            .hint("a key of your own is kept with: skillzdrive login --with-token")),
            None => Err(refused(format!("{host} has no collection `{shown}` for this key"), "collection_not_found")),
        },
        Err(error) if error.status() == Some(403) => {
            probe.search("", Some(name), 1).await.map_err(unchecked)?;
            Ok(KeyScope::Scoped)
        }
        Err(error) => Err(unchecked(error)),
    }
}

fn not_kept<'a>(name: &CollectionName, kept: impl Iterator<Item = &'a str> + Clone) -> Error {
    let error = Error::new(
        Kind::Auth,
        format!("the key of the collection `{}` is not kept on this machine", shown::name(name)),
    )
    .code("no_collection_key");
    match nearest::did_you_mean(name.as_str(), kept) {
        Some(hint) => error.hint(hint),
        None => error
            .hint("a key is told once, when its collection is made: skillzdrive collection create --save")
            .hint("one that was given to you: skillzdrive collection use NAME --key-stdin < FILE"),
    }
}
