//! `webhooks create`: one more address is told.

use clap::builder::PossibleValuesParser;
use serde::Serialize;
use skillzdrive_wire::account::WebhookEvent;
use skillzdrive_wire::account::WebhookRequest;

use super::WebhookJson;
use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;

/// Make a webhook; the secret that signs its deliveries is printed this once
///
/// It is told once each time the balance falls from above the threshold to it or below (credits.threshold_hit), or to 0
/// (credits.exhausted). A delivery is not repeated.
#[derive(Debug, clap::Args)]
pub(super) struct CreateArgs {
    /// What to tell of
    #[arg(long, value_name = "EVENT", value_parser = PossibleValuesParser::new(WebhookEvent::KNOWN))]
    event: String,
    /// The balance, in credits, at which credits.threshold_hit is told
    #[arg(long, value_name = "N", required_if_eq("event", WebhookEvent::KNOWN[0]))]
    threshold: Option<u64>,
    /// Where to tell it: an https address on the public internet
    #[arg(long, value_name = "URL")]
    url: String,
}

#[derive(Serialize)]
struct CreateJson {
    webhook: WebhookJson,
    secret: String,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for a threshold that the event does not have, exit 1 for an address that the drive does not take, exit 4 without a key; as any call.
pub(super) async fn run(ctx: &Context, args: &CreateArgs) -> Result<Outcome> {
    if args.threshold.is_some() && args.event != WebhookEvent::KNOWN[0] {
        return Err(Error::usage(format!("{} is told at 0 and takes no --threshold", args.event))
            .code("no_threshold")
            .hint(format!("--event {} has one", WebhookEvent::KNOWN[0])));
    }
    let account = ctx.account().await?;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("tell {} of {}", clean::line(&args.url), args.event))?;
        return Ok(Outcome::Done);
    }
    let request = WebhookRequest {
        event_type: WebhookEvent::from(args.event.as_str()),
        threshold_value: args.threshold,
        target_url: args.url.clone(),
    };
    let created = account.create_webhook(&request).await?;
    let json = CreateJson { webhook: created.webhook.into(), secret: created.secret.expose().to_owned() };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!(
        "{} is told of {} (webhook {})",
        clean::line(&json.webhook.target_url),
        clean::line(&json.webhook.event_type),
        clean::line(&json.webhook.id)
    ));
    ctx.ui.status("this is the secret that its deliveries are signed with; it is shown this once:");
    ctx.ui.data(clean::line(&json.secret));
    ctx.ui.hint("skillzdrive webhooks verify --secret-file FILE --signature SIGNATURE < BODY checks a delivery");
    Ok(Outcome::Done)
}
