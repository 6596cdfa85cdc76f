//! The login by browser: what a person sees of it.

use tokio::sync::mpsc::UnboundedReceiver;

use skillzdrive_wire::ApiKey;

use crate::browser;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::login;
use crate::login::Attempt;
use crate::login::Expected;
use crate::login::Heard;
use crate::login::Loopback;
use crate::ui::Ui;

/// What to do where there is no browser.
const OTHERWISE: &str = "skillzdrive login --with-token < FILE, or --key-file FILE, takes an API key";

/// Asks the drive for a key, through a person at a browser.
///
/// # Errors
/// Exit 2 when there is nobody at a terminal, 4 when the person or the drive refuses, 6 when nobody answers.
pub(crate) async fn fetch_key(ctx: &Context, no_browser: bool) -> Result<ApiKey> {
    if !ctx.ui.is_interactive() {
        return Err(Error::usage("a login by browser needs a person at a terminal")
            .code("answer_needed")
            .hint(OTHERWISE)
            .hint(format!("or set {} for this run", env::API_KEY)));
    }
    let client = ctx.client()?;
    let loopback = Loopback::open().await?;
    let name = env::machine().map_or_else(|| "cli".to_owned(), |machine| format!("cli@{machine}"));
    let attempt = Attempt::begin(client, &name, loopback.address()).await?;
    let address = attempt.address();
    let expected = attempt.expected();
    // Even with --quiet: without the address there is no login.
    ctx.ui.notice(format_args!("To log in to {}, open this address in a browser:\n\n  {address}\n", client.host()));
    let lines = if no_browser {
        let question = "Then paste here the address at which the browser ends (it begins with http://127.0.0.1, and \
                        need not load), or the code in it:";
        Some(ctx.ui.lines(question, "--with-token")?)
    } else {
        open(&ctx.ui, address.as_str());
        ctx.ui.status("waiting for the browser; ctrl-c ends it");
        None
    };
    let ui = &ctx.ui;
    let stray = |what: login::Stray| {
        ui.warn(format_args!("an answer came that is not for this login: {}; still waiting", what.words()));
    };
    let patience = tokio::time::sleep(login::PATIENCE);
    let heard = login::wait(&loopback, &expected, by_hand(ui, &expected, lines), patience, stray).await;
    drop(loopback);
    match heard {
        Some(Heard::Code(code)) => Ok(attempt.finish(client, &code).await.map_err(|error| {
            Error::from(error).context("the answer could not be exchanged for a key").hint("skillzdrive login")
        })?),
        Some(Heard::Denied) => {
            Err(Error::new(Kind::Auth, "the login was not allowed in the browser; nothing was kept")
                .code("login_denied")
                .hint("skillzdrive login"))
        }
        Some(Heard::Refused(sentence)) => {
            Err(Error::new(Kind::Auth, format!("{} refused the login: {sentence}", client.host()))
                .code("login_refused"))
        }
        Some(Heard::Gone) => Err(Error::new(Kind::Interrupted, "cancelled: nothing was changed")),
        None => {
            let minutes = login::PATIENCE.as_secs() / 60;
            Err(Error::new(Kind::Unavailable, format!("nobody answered within {minutes} minutes; nothing was kept"))
                .code("login_timeout")
                .hint("skillzdrive login")
                .hint(OTHERWISE))
        }
    }
}

/// Opens the browser; a person without one has the address.
fn open(ui: &Ui, address: &str) {
    const FAILED: &str = "no browser could be opened here: open the address yourself, or end this and use --no-browser";
    let later = ui.clone();
    if !browser::open(address, move || later.warn(FAILED)) {
        ui.warn(FAILED);
    }
}

/// The answer that a person pastes; never ready where none is asked for.
async fn by_hand(ui: &Ui, expected: &Expected, lines: Option<UnboundedReceiver<String>>) -> Heard {
    let Some(mut lines) = lines else { return std::future::pending().await };
    while let Some(line) = lines.recv().await {
        match expected.read_pasted(&line) {
            Ok(heard) => return heard,
            Err(_) if line.trim().is_empty() => {}
            Err(what) => ui.warn(format_args!("that is not the answer to this login: {}; paste another", what.words())),
        }
    }
    Heard::Gone
}
