//! What happens after a command: telemetry that waits is sent, and once a day a line says that the drive has moved on, or
//! that it knows of a newer version of this program.
//!
//! Both together have one second, and neither can change how the command ended.

use std::time::Duration;

use crate::context::Context;
use crate::daily;
use crate::news;
use crate::news::News;
use crate::store::spool::Spool;
use crate::telemetry;

/// How long a finished command may be held.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does what is left to do. `finished` when the command came to its end without an error.
pub(crate) async fn say(ctx: &Context, finished: bool) {
    let _ = tokio::time::timeout(PATIENCE, async {
        tokio::join!(send(ctx), line(ctx, finished));
    })
    .await;
    // Last, when every answer is here.
    news(ctx);
}

/// What the drive named in an answer is kept, and said once a day to a person who watches.
fn news(ctx: &Context) {
    let Some(client) = ctx.made_client().filter(|_| !ctx.dry_run()) else { return };
    let Some(newest) = client.newest() else { return };
    let news = News { server: client.server().identity(), newest };
    if !news.is_news() && news::kept(&ctx.paths).is_none() {
        return;
    }
    let kept = news::keep(&ctx.paths, &news).is_ok();
    let wanted = ctx.ui.is_watched() && !ctx.is_calm() && news.is_news() && news::is_due(&ctx.paths);
    // Where it cannot be noted it would be said at every command.
    if kept
        && wanted
        && ctx.own_settings().is_ok_and(|settings| settings.update_notice)
        && news::note_told(&ctx.paths).is_ok()
    {
        let host = ctx.server_name();
        ctx.ui
            .status(format_args!("{host} knows of skillzdrive {newest}, newer than this one; skillzdrive self update"));
    }
}

/// Whether there is a reason to start a runtime for a command that needed none.
pub(crate) fn is_needed(ctx: &Context) -> bool {
    may_look(ctx) && ctx.server().is_ok_and(|server| !server.is_local())
}

async fn send(ctx: &Context) {
    if ctx.dry_run() {
        return;
    }
    // A client that was never made means that the command asked nothing of a drive.
    if let Some(client) = ctx.made_client().filter(|client| client.is_started()) {
        telemetry::flush(client, &Spool::of(&ctx.paths)).await;
    }
}

fn may_look(ctx: &Context) -> bool {
    let quiet = !ctx.ui.is_watched() || ctx.offline() || ctx.dry_run() || ctx.is_calm();
    !quiet && daily::is_due(&ctx.paths) && ctx.own_settings().is_ok_and(|settings| settings.daily_check)
}

async fn line(ctx: &Context, finished: bool) {
    if !finished || !may_look(ctx) || !ctx.client().is_ok_and(crate::api::Client::is_started) {
        return;
    }
    // Noted before the key is looked for: the look itself may be slow, and is not taken at every command.
    if daily::note(&ctx.paths).is_err() {
        return;
    }
    let Ok(Some(account)) = ctx.own_account_if_any().await else { return };
    if let Ok(Some(apart)) = daily::look(&account, &ctx.paths).await {
        let _ = daily::note_shown(&ctx.paths);
        ctx.ui.status(format_args!("{} and this machine are apart: {apart}; skillzdrive sync", ctx.server_name()));
    }
}
