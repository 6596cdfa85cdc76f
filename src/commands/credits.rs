//! `credits`: the balance and what it was used for.

use serde::Serialize;
use skillzdrive_wire::account::CallLimit;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::table::Table;

/// Show the balance and the latest charges
#[derive(Debug, clap::Args)]
pub(crate) struct CreditsArgs {}

#[derive(Serialize)]
struct CreditsJson {
    balance: i64,
    tier: String,
    monthly_skill_calls: u64,
    monthly_skill_call_limit: CallLimit,
    transactions: Vec<TransactionJson>,
}

#[derive(Serialize)]
struct TransactionJson {
    id: String,
    amount: i64,
    reason: String,
    slug: Option<String>,
    created_at: String,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key; as any call.
pub(crate) async fn run(ctx: &Context, _args: &CreditsArgs) -> Result<Outcome> {
    let credits = ctx.account().await?.credits().await?;
    if ctx.ui.is_json() {
        let transactions = credits.transactions.into_iter().map(|one| TransactionJson {
            id: one.id,
            amount: one.amount,
            reason: one.reason,
            slug: one.slug,
            created_at: one.created_at,
        });
        ctx.ui.json(&CreditsJson {
            balance: credits.balance,
            tier: credits.tier,
            monthly_skill_calls: credits.monthly_skill_calls,
            monthly_skill_call_limit: credits.monthly_skill_call_limit,
            transactions: transactions.collect(),
        })?;
        return Ok(Outcome::Done);
    }
    let limit = match credits.monthly_skill_call_limit {
        CallLimit::Unlimited => "no limit".to_owned(),
        CallLimit::Calls(calls) => format!("of {calls}"),
    };
    ctx.ui.data(format_args!("balance  {} credits", credits.balance));
    ctx.ui.data(format_args!("tier     {}", clean::line(&credits.tier)));
    ctx.ui.data(format_args!("runs     {} this month, {limit}", credits.monthly_skill_calls));
    let mut table = Table::new(["WHEN", "CREDITS", "WHY", "SKILL"]);
    for one in credits.transactions {
        table.row([one.created_at, format!("{:+}", one.amount), one.reason, one.slug.unwrap_or_default()]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}
