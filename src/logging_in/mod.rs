//! A login as a person sees it, for the commands that log in: where the key comes from, that the drive takes it, where it
//! is kept, and what is said of all that.
//!
//! Which drive is meant, and whether to log in at all, is the command's to decide. The protocol behind the browser is
//! the engine's (`login`).

mod key;
mod web;

use skillzdrive_wire::ApiKey;
use skillzdrive_wire::telemetry::EventType;

pub(crate) use crate::logging_in::key::from_file;
pub(crate) use crate::logging_in::key::from_prompt;
pub(crate) use crate::logging_in::key::from_stdin;
pub(crate) use crate::logging_in::web::fetch_key;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::adoption;
use crate::api::adoption::Adopted;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::accounts::Accounts;
use crate::store::credentials;
use crate::store::credentials::KeySource;
use crate::telemetry::Facts;

/// A key that is not kept yet.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) key: ApiKey,
    /// Whether it comes of a login by browser: such a key is given back at a logout.
    pub(crate) by_browser: bool,
}

/// A login that is done; in a dry run, one that would be.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// The drive's identity.
    pub(crate) server: String,
    pub(crate) key_prefix: String,
    /// Where the key is kept; none in a dry run.
    pub(crate) kept_in: Option<String>,
    pub(crate) install_id: String,
    pub(crate) adopted: bool,
}

/// Asks the drive whether it takes a key, keeps it, and claims this installation for the account. A dry run only asks.
///
/// # Errors
/// Exit 4 when the drive refuses the key, exit 6 when it cannot be asked; then nothing is kept.
pub(crate) async fn log_in(ctx: &Context, offered: Offered) -> Result<LoggedIn> {
    let Offered { key, by_browser } = offered;
    let server = ctx.server()?;
    let client = ctx.client()?;
    let identity = server.identity();
    // Nothing is kept of a key before the drive has taken it.
    let probe =
        Account::open(client, key.clone(), KeySource::Keyring, Accounts::of(&ctx.paths, identity.clone(), true))?;
    check(&probe).await?;
    let done = |key: &ApiKey, kept_in: Option<String>, adopted: bool| LoggedIn {
        server: identity.clone(),
        key_prefix: key.prefix().to_owned(),
        kept_in,
        install_id: client.install_id().to_string(),
        adopted,
    };
    if ctx.dry_run() {
        ctx.ui.status(format_args!("{server} takes the key; it would be kept (--dry-run: it was not)"));
        return Ok(done(&key, None, false));
    }
    let before = credentials::find_kept(&ctx.paths, &identity)?.map(|(key, _)| key);
    let source = credentials::save(&ctx.paths, &identity, &key)?;
    let mut account = Account::open(client, key, source, accounts(ctx, &identity))?;
    if by_browser {
        account.note_by_browser()?;
    }
    ctx.ui.status(format_args!("logged in to {server}; the key is in {}", account.source()));
    if env::text(env::API_KEY).is_some() {
        ctx.ui.warn(format_args!("{} is set and goes before the key that was just kept", env::API_KEY));
    }
    if let Some(before) = before.filter(|before| before != account.key()) {
        give_back(ctx, client, before, &identity).await?;
    }
    let adopted = adoption::adopt(&mut account, &ctx.paths).await?;
    ctx.tell_adopted(&adopted);
    ctx.record(EventType::Login, Facts::default());
    let adopted = matches!(adopted, Adopted::Done | Adopted::Renewed);
    Ok(done(account.key(), Some(account.source().to_string()), adopted))
}

/// What is noted of the logins to a drive.
pub(crate) fn accounts(ctx: &Context, identity: &str) -> Accounts {
    Accounts::of(&ctx.paths, identity.to_owned(), false)
}

/// Gives back the key of an earlier login, which nobody has any more. One that a person made is theirs to revoke; and a
/// drive that was asked in vain has most often replaced it by itself.
async fn give_back(ctx: &Context, client: &Client, key: ApiKey, identity: &str) -> Result<()> {
    let before = Account::open(client, key, KeySource::Keyring, accounts(ctx, identity))?;
    if before.is_by_browser()
        && let Err(error) = client.give_back(before.key()).await
    {
        ctx.ui.detail(format_args!("the key of the earlier login was not given back: {error}"));
    }
    Ok(())
}

/// Asks the drive for the balance: 403 is an answer to a key that is known.
///
/// # Errors
/// Exit 4 when the drive refuses the key, exit 6 when it cannot be asked.
pub(crate) async fn check(account: &Account<'_>) -> Result<()> {
    match account.check_key().await {
        Ok(()) => Ok(()),
        Err(error) if error.status() == Some(403) => Ok(()),
        Err(error) if error.status() == Some(401) => {
            let error = Error::from(error);
            let refused =
                Error::new(Kind::Auth, format!("{} refused the key; nothing was kept", account.client().host()))
                    .code(error.code_str().to_owned())
                    .request_id(error.request().map(str::to_owned))
                    .hint("check the key and --server; keys begin with sk_live_");
            Err(refused)
        }
        Err(error) => Err(Error::from(error).context("the key could not be checked and was not kept")),
    }
}
