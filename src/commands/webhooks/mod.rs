//! `webhooks`: who is told when credits run low.

mod create;
mod delete;
mod list;
mod verify;

use serde::Serialize;
use skillzdrive_wire::account::Webhook;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Be told when your credits run low, at an address of yours
#[derive(Debug, clap::Args)]
pub(crate) struct WebhooksArgs {
    #[command(subcommand)]
    command: WebhooksCommand,
}

#[derive(Debug, clap::Subcommand)]
enum WebhooksCommand {
    List(list::ListArgs),
    Create(create::CreateArgs),
    Delete(delete::DeleteArgs),
    Verify(verify::VerifyArgs),
}

/// A webhook in the form of `--json`.
#[derive(Serialize)]
struct WebhookJson {
    id: String,
    event_type: String,
    threshold_value: Option<u64>,
    target_url: String,
    last_delivery_status: Option<String>,
    created_at: String,
}

impl From<Webhook> for WebhookJson {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            event_type: webhook.event_type.to_string(),
            threshold_value: webhook.threshold_value,
            target_url: webhook.target_url,
            last_delivery_status: webhook.last_delivery_status,
            created_at: webhook.created_at,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// As the one that was chosen.
pub(crate) async fn run(ctx: &Context, args: &WebhooksArgs) -> Result<Outcome> {
    match &args.command {
        WebhooksCommand::List(args) => list::run(ctx, args).await,
        WebhooksCommand::Create(args) => create::run(ctx, args).await,
        WebhooksCommand::Delete(args) => delete::run(ctx, args).await,
        WebhooksCommand::Verify(args) => verify::run(ctx, args),
    }
}
