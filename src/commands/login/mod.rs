//! `login`: a key is fetched by browser or read, checked, kept, and the installation is adopted.

mod status;

use std::path::PathBuf;

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::logging_in;
use crate::logging_in::Offered;

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
    let key = if by_browser {
        logging_in::fetch_key(ctx, args.no_browser).await?
    } else if let Some(path) = &args.key_file {
        logging_in::from_file(ctx, path).await?
    } else {
        logging_in::from_stdin(ctx).await?
    };
    let done = logging_in::log_in(ctx, Offered { key, by_browser }).await?;
    if ctx.ui.is_json() {
        ctx.ui.json(&LoginJson {
            server: done.server,
            key_prefix: done.key_prefix,
            kept_in: done.kept_in,
            install_id: done.install_id,
            adopted: done.adopted,
        })?;
    }
    Ok(Outcome::Done)
}
