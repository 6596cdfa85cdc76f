//! `webhooks delete`: an address is no longer told.

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;

/// Delete a webhook; its secret is worth nothing from then on
#[derive(Debug, clap::Args)]
pub(super) struct DeleteArgs {
    /// Its id, as `webhooks list` shows it
    id: String,
}

#[derive(Serialize)]
struct DeleteJson {
    id: String,
    deleted: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 when there is nobody to ask, exit 4 without a key, exit 5 when there is no such webhook; as any call.
pub(super) async fn run(ctx: &Context, args: &DeleteArgs) -> Result<Outcome> {
    let account = ctx.account().await?;
    // Shown before it is asked, and never sent as anything else than what was listed.
    let listed = account.webhooks().await?.webhooks;
    let id = clean::line(&args.id);
    let webhook = listed.into_iter().find(|webhook| webhook.id == args.id).ok_or_else(|| {
        Error::new(Kind::NotFound, format!("there is no webhook `{id}`"))
            .code("webhook_not_found")
            .hint("skillzdrive webhooks list")
    })?;
    let what = format!("{} ({})", clean::line(&webhook.target_url), clean::line(webhook.event_type.as_str()));
    let deleted = if ctx.dry_run() {
        ctx.ui.status(format_args!("the webhook to {what} would be deleted (--dry-run: it was not)"));
        false
    } else if ctx.ui.confirm(&format!("Delete the webhook to {what}?"), false)? {
        account.delete_webhook(&args.id).await?;
        ctx.ui.status(format_args!("deleted the webhook to {what}"));
        true
    } else {
        ctx.ui.status("nothing was deleted");
        false
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&DeleteJson { id: args.id.clone(), deleted })?;
    }
    Ok(Outcome::Done)
}
