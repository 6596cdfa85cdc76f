//! `webhooks list`: the webhooks of an account and what came of their last deliveries.

use serde::Serialize;

use super::WebhookJson;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::table::Table;

/// List your webhooks and what came of their last deliveries
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {}

#[derive(Serialize)]
struct ListJson {
    webhooks: Vec<WebhookJson>,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key, or with the key of a collection; as any call.
pub(super) async fn run(ctx: &Context, _args: &ListArgs) -> Result<Outcome> {
    let list = ctx.account().await?.webhooks().await?;
    let webhooks: Vec<WebhookJson> = list.webhooks.into_iter().map(Into::into).collect();
    if ctx.ui.is_json() {
        ctx.ui.json(&ListJson { webhooks })?;
        return Ok(Outcome::Done);
    }
    if webhooks.is_empty() {
        ctx.ui.status("there are no webhooks");
        ctx.ui.hint("skillzdrive webhooks create --event credits.threshold_hit --threshold 500 --url https://HOST");
    }
    if webhooks.iter().any(|webhook| webhook.last_delivery_status.as_deref() == Some("failed")) {
        ctx.ui.hint("`failed`: no connection was made, or the address is not one of the public internet");
    }
    let mut table = Table::new(["ID", "EVENT", "THRESHOLD", "LAST DELIVERY", "URL"]);
    for one in webhooks {
        let threshold = one.threshold_value.map(|value| value.to_string()).unwrap_or_default();
        let status = one.last_delivery_status.unwrap_or_else(|| "none yet".to_owned());
        table.row([one.id, one.event_type, threshold, status, one.target_url]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}
