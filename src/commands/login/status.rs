//! `login --status`: which drives this machine has a key for.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::api::account;
use crate::api::account::Account;
use crate::context::Context;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::logging_in::accounts;
use crate::logging_in::check;
use crate::store::credentials;
use crate::ui::table::Table;

#[derive(Serialize)]
struct StatusJson {
    server: String,
    logged_in: bool,
    logins: Vec<LoginJson>,
}

#[derive(Serialize)]
struct LoginJson {
    server: String,
    current: bool,
    key_prefix: String,
    key_source: String,
    by_browser: bool,
    /// Whether the drive takes the key; null when it was not asked.
    works: Option<bool>,
}

/// Shows every login; the drive that is meant is asked whether it takes its key.
///
/// # Errors
/// Exit 4 for a file of keys that others can read, and what a drive that cannot be asked gives. Ends with 4 when the
/// drive that is meant has no key or refuses it.
pub(super) async fn run(ctx: &Context) -> Result<Outcome> {
    let server = ctx.server()?;
    let current = server.identity();
    let mut logins = Vec::new();
    if let Some(account) = ctx.account_if_any().await? {
        let works = if ctx.client()?.is_offline() { None } else { Some(works(&account).await?) };
        logins.push(row(&account, &current, true, works));
    }
    let mut others: BTreeSet<String> = accounts(ctx, &current).servers()?.into_iter().collect();
    others.extend(credentials::servers_in_file(&ctx.paths)?);
    others.remove(&current);
    for other in others {
        if let Some((key, source)) = credentials::find_kept(&ctx.paths, &other)? {
            let known = accounts(ctx, &other).know(&account::fingerprint(&key))?;
            logins.push(LoginJson {
                server: other,
                current: false,
                key_prefix: key.prefix().to_owned(),
                key_source: source.to_string(),
                by_browser: known.by_browser,
                works: None,
            });
        }
    }
    let logged_in = logins.first().is_some_and(|login| login.current && login.works != Some(false));
    let outcome = if logged_in { Outcome::Done } else { Outcome::Ended(Kind::Auth) };
    if ctx.ui.is_json() {
        ctx.ui.json(&StatusJson { server: current, logged_in, logins })?;
        return Ok(outcome);
    }
    let mut table = Table::new(["SERVER", "KEY", "KEPT IN", "LOGIN", "STATE"]);
    for login in &logins {
        let state = match login.works {
            Some(true) => "works",
            Some(false) => "refused",
            None => "not asked",
        };
        let how = if login.by_browser { "browser" } else { "key" };
        let key = format!("{}…", login.key_prefix);
        table.row([login.server.clone(), key, login.key_source.clone(), how.to_owned(), state.to_owned()]);
    }
    ctx.ui.table(&table);
    if !logged_in {
        ctx.ui.warn(format_args!("you are not logged in to {server}"));
        ctx.ui.hint("skillzdrive login");
    }
    Ok(outcome)
}

async fn works(account: &Account<'_>) -> Result<bool> {
    match check(account).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == Kind::Auth => Ok(false),
        Err(error) => Err(error),
    }
}

fn row(account: &Account<'_>, server: &str, current: bool, works: Option<bool>) -> LoginJson {
    LoginJson {
        server: server.to_owned(),
        current,
        key_prefix: account.key().prefix().to_owned(),
        key_source: account.source().to_string(),
        by_browser: account.is_by_browser(),
        works,
    }
}
