//! `logout`: the key is forgotten here.

use serde::Serialize;

use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::credentials;

/// Forget the key of a drive on this machine
///
/// The key itself stays valid: only the drive can revoke it.
#[derive(Debug, clap::Args)]
pub(crate) struct LogoutArgs {}

#[derive(Serialize)]
struct LogoutJson {
    server: String,
    removed: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for the embedded drive; an io error.
pub(crate) fn run(ctx: &Context, _args: &LogoutArgs) -> Result<Outcome> {
    let server = ctx.server()?;
    if server.is_local() {
        return Err(Error::usage("the embedded drive has no login: its owner is logged in by itself"));
    }
    let removed = if ctx.dry_run() {
        // Only whether there is one is asked; the environment's is not here to be forgotten.
        credentials::is_kept(&ctx.paths, &server.identity())?
    } else {
        let deleted = credentials::delete(&ctx.paths, &server.identity())?;
        deleted.file || deleted.keyring
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&LogoutJson { server: server.identity(), removed: removed && !ctx.dry_run() })?;
        return Ok(Outcome::Done);
    }
    match (removed, ctx.dry_run()) {
        (true, false) => {
            ctx.ui.status(format_args!("the key for {server} was removed from this machine"));
            ctx.ui.status("it stays valid: revoke it on the drive if others may have seen it");
        }
        (true, true) => ctx.ui.status(format_args!("the key for {server} would be removed from this machine")),
        (false, _) => ctx.ui.status(format_args!("there was no key for {server} on this machine")),
    }
    if env::text(env::API_KEY).is_some() {
        ctx.ui.warn(format_args!("{} is set and still logs you in", env::API_KEY));
    }
    Ok(Outcome::Done)
}
