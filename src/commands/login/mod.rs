//! `login`: a key is fetched by browser or read, checked, kept, and the installation is adopted.

mod status;
mod web;

use std::io::IsTerminal as _;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::telemetry::EventType;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::adoption;
use crate::api::adoption::Adopted;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::accounts::Accounts;
use crate::store::credentials;
use crate::store::credentials::KeySource;
use crate::telemetry::Facts;

/// A key is a line; more than this is something else.
const LONGEST: u64 = 8 * 1024;

/// Log in, with a browser or with an API key
///
/// On a terminal a browser opens on the drive, where you sign in and allow this program to use it; the address is printed
/// too. The key that comes of it is kept in the system's keyring, or in a file that only you can read, and `logout` gives
/// it back. A key of your own is never an argument, because other users could see it there: it comes from standard input,
/// a file or a hidden prompt.
#[derive(Debug, clap::Args)]
pub(crate) struct LoginArgs {
    /// Open no browser: print the address, and take what it leads to by hand
    #[arg(long)]
    no_browser: bool,
    /// Read an API key from standard input; on a terminal, ask for it
    #[arg(long, conflicts_with_all = ["key_file", "no_browser"])]
    with_token: bool,
    /// Read an API key from a file
    #[arg(long, value_name = "FILE", conflicts_with = "no_browser")]
    key_file: Option<PathBuf>,
    /// Show which drives you are logged in to, and change nothing
    #[arg(long, conflicts_with_all = ["with_token", "key_file", "no_browser"])]
    status: bool,
}

#[derive(Serialize)]
struct LoginJson {
    server: String,
    key_prefix: String,
    kept_in: Option<String>,
    install_id: String,
    adopted: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 when the drive or the person refuses, exit 2 when there is no key to read and nobody at a terminal, exit 6 when
/// nobody answers in time; then nothing is kept.
pub(crate) async fn run(ctx: &Context, args: &LoginArgs) -> Result<Outcome> {
    if args.status {
        return status::run(ctx).await;
    }
    let server = ctx.server()?;
    if server.is_local() {
        return Err(Error::usage("the embedded drive needs no login: its owner is logged in by itself")
            .code("no_login_needed")
            .hint("for another drive: skillzdrive login --server https://HOST"));
    }
    let by_browser = !args.with_token && args.key_file.is_none();
    if by_browser && ctx.dry_run() {
        ctx.ui.would(format_args!("ask {server} for a key, by browser"))?;
        return Ok(Outcome::Done);
    }
    let key = if by_browser { web::fetch_key(ctx, args.no_browser).await? } else { read_key(ctx, args).await? };
    let client = ctx.client()?;
    let identity = server.identity();
    // Nothing is kept of a key before the drive has taken it.
    let probe =
        Account::open(client, key.clone(), KeySource::Keyring, Accounts::of(&ctx.paths, identity.clone(), true))?;
    check(&probe).await?;
    if ctx.dry_run() {
        ctx.ui.status(format_args!("{server} takes the key; it would be kept (--dry-run: it was not)"));
        return shown(
            ctx,
            LoginJson {
                server: identity,
                key_prefix: key.prefix().to_owned(),
                kept_in: None,
                install_id: client.install_id().to_string(),
                adopted: false,
            },
        );
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
    shown(
        ctx,
        LoginJson {
            server: identity,
            key_prefix: account.key().prefix().to_owned(),
            kept_in: Some(account.source().to_string()),
            install_id: client.install_id().to_string(),
            adopted: matches!(adopted, Adopted::Done | Adopted::Renewed),
        },
    )
}

fn accounts(ctx: &Context, identity: &str) -> Accounts {
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

fn shown(ctx: &Context, json: LoginJson) -> Result<Outcome> {
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
    }
    Ok(Outcome::Done)
}

/// Asks the drive for the balance: 403 is an answer to a key that is known.
async fn check(account: &Account<'_>) -> Result<()> {
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

async fn read_key(ctx: &Context, args: &LoginArgs) -> Result<ApiKey> {
    if let Some(path) = &args.key_file {
        warn_if_shared(ctx, path)?;
        let open = {
            let path = path.clone();
            move || std::fs::File::open(path)
        };
        return some_key(&read_line(open, path).await?, path);
    }
    let stdin = std::io::stdin();
    if args.with_token && !stdin.is_terminal() {
        let name = Path::new("standard input");
        return some_key(&read_line(|| Ok(std::io::stdin()), name).await?, name);
    }
    if !ctx.ui.is_interactive() {
        return Err(Error::usage("there is nobody to ask for the key")
            .code("answer_needed")
            .hint("skillzdrive login --with-token < FILE, or --key-file FILE"));
    }
    Ok(ApiKey::new(&ctx.ui.password("API key:", "--with-token")?)?)
}

/// No key at all is a mistake in the command, not a wrong key.
fn some_key(text: &str, from: &Path) -> Result<ApiKey> {
    if text.trim().is_empty() {
        return Err(Error::usage(format!("there is no key in {}", from.display()))
            .code("no_key_given")
            .hint("skillzdrive login --with-token < FILE, or --key-file FILE"));
    }
    Ok(ApiKey::new(text)?)
}

/// The key is taken all the same: it is theirs to give.
fn warn_if_shared(ctx: &Context, path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(|e| Error::io("read", path, e))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            ctx.ui
                .warn(format_args!("others can read `{}` (mode {mode:o}): chmod 600 it, or delete it", path.display()));
        }
    }
    #[cfg(not(unix))]
    let _ = (ctx, path);
    Ok(())
}

/// Reads in a thread that nobody waits for: whoever gives up on a pipe that brings nothing ends the program.
async fn read_line<R: std::io::Read>(
    open: impl FnOnce() -> std::io::Result<R> + Send + 'static,
    path: &Path,
) -> Result<String> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let read = move || {
        let mut text = String::new();
        let read = open().and_then(|from| from.take(LONGEST).read_to_string(&mut text)).map(|_| text);
        let _ = tell.send(read);
    };
    std::thread::Builder::new()
        .name("key".to_owned())
        .spawn(read)
        .map_err(|e| Error::io("read the key from", path, e))?;
    let read = told.await.map_err(|e| Error::internal("the reading of the key broke off").source(e))?;
    read.map_err(|e| Error::io("read the key from", path, e))
}
