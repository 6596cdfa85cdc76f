//! `logout`: the key is forgotten here, and one that a login by browser gave is given back.

use serde::Serialize;
use skillzdrive_wire::ApiKey;

use crate::api::account::Account;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::accounts::Accounts;
use crate::store::credentials;
use crate::store::credentials::KeySource;

/// Log out: forget the key of a drive on this machine
///
/// A key that `login` got by browser is revoked on the drive too. One that you brought yourself stays valid.
#[derive(Debug, clap::Args)]
pub(crate) struct LogoutArgs {}

#[derive(Serialize)]
struct LogoutJson {
    server: String,
    removed: bool,
    revoked: bool,
}

/// What became of the key on the drive.
enum There {
    /// It is revoked.
    Revoked,
    /// It was the person's own, so it stays.
    Own,
    /// It should be revoked and is not, because of this.
    Left(String),
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for the embedded drive; an io error.
pub(crate) async fn run(ctx: &Context, _args: &LogoutArgs) -> Result<Outcome> {
    let server = ctx.server()?;
    if server.is_local() {
        return Err(Error::usage("the embedded drive has no login: its owner is logged in by itself"));
    }
    // The environment's key is not here to be forgotten.
    let kept = credentials::find_kept(&ctx.paths, &server.identity())?;
    let removed = kept.is_some();
    let there = match kept {
        Some((key, _)) if !ctx.dry_run() => {
            let there = give_back(ctx, key).await?;
            credentials::delete(&ctx.paths, &server.identity())?;
            there
        }
        _ => There::Own,
    };
    if ctx.ui.is_json() {
        let revoked = matches!(there, There::Revoked);
        ctx.ui.json(&LogoutJson { server: server.identity(), removed: removed && !ctx.dry_run(), revoked })?;
        return Ok(Outcome::Done);
    }
    match (removed, ctx.dry_run()) {
        (true, false) => {
            ctx.ui.status(format_args!("the key for {server} was removed from this machine"));
            match there {
                There::Revoked => ctx.ui.status("it was revoked on the drive too"),
                There::Own => ctx.ui.status("it stays valid: revoke it on the drive if others may have seen it"),
                There::Left(why) => {
                    ctx.ui.warn(format_args!("it could not be revoked on the drive and stays valid there: {why}"));
                    ctx.ui.hint(format_args!("revoke it on the drive's page: {server}/drive"));
                }
            }
        }
        (true, true) => ctx.ui.status(format_args!("the key for {server} would be removed from this machine")),
        (false, _) => ctx.ui.status(format_args!("there was no key for {server} on this machine")),
    }
    if env::text(env::API_KEY).is_some() {
        ctx.ui.warn(format_args!("{} is set and still logs you in", env::API_KEY));
    }
    Ok(Outcome::Done)
}

/// Gives a key back that a login by browser gave. Whatever the drive says, the person is logged out here.
async fn give_back(ctx: &Context, key: ApiKey) -> Result<There> {
    let client = ctx.client()?;
    let accounts = Accounts::of(&ctx.paths, client.server().identity(), false);
    let account = Account::open(client, key, KeySource::Keyring, accounts)?;
    if !account.is_by_browser() {
        return Ok(There::Own);
    }
    Ok(match client.give_back(account.key()).await {
        Ok(true) => There::Revoked,
        Ok(false) => There::Left("it has no way to do that".to_owned()),
        Err(error) => There::Left(Error::from(error).one_line()),
    })
}
