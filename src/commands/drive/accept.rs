//! `drive accept`: the drive takes a newer version of a skill.

use serde::Serialize;
use skillzdrive_wire::Slug;

use super::updates;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::words;

/// Accept a newer version of a skill into your drive
///
/// Shows the version, what changed and what it costs, and asks. The machines get it with their next sync or update.
#[derive(Debug, clap::Args)]
pub(crate) struct AcceptArgs {
    /// The skill
    slug: Slug,
}

#[derive(Serialize)]
struct AcceptJson {
    slug: String,
    version: u64,
    credit_cost: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits_remaining: Option<i64>,
    accepted: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 when there is nobody to ask, 4 without a key, 5 when no update waits, 9 without credits; as any call.
pub(crate) async fn run(ctx: &Context, args: &AcceptArgs) -> Result<Outcome> {
    let account = ctx.account().await?;
    let update = updates::of(&account, &args.slug).await?;
    let cost = words::credits(update.credit_cost);
    let (slug, from, to) = (&update.slug, update.from_version, update.to_version);
    let mut said = format!("{slug} {from} -> {to}, {cost}");
    if let Some(grade) = &update.security_grade {
        said.push_str(&format!(", grade {}", clean::line(grade)));
    }
    ctx.ui.status(&said);
    if let Some(comment) = &update.change_comment {
        ctx.ui.status(format_args!("  {}", clean::line(comment)));
    }
    let mut json = AcceptJson {
        slug: slug.to_string(),
        version: from,
        credit_cost: update.credit_cost,
        credits_remaining: None,
        accepted: false,
    };
    ctx.allow(format_args!("version {to} of {slug} costs {cost}"), update.credit_cost)?;
    if ctx.dry_run() {
        ctx.ui.status(format_args!("{slug} would be updated in the drive for {cost} (--dry-run: it was not)"));
    } else if ctx.ui.confirm(&format!("Accept version {to} of {slug} for {cost}?"), false)? {
        let accepted = account.accept(slug).await?;
        if accepted.version != to {
            ctx.ui.warn(format_args!("version {} had come meanwhile: the drive holds that one", accepted.version));
        }
        ctx.ui.status(format_args!(
            "{slug} is at version {} in the drive, for {}; {} are left",
            accepted.version,
            words::credits(accepted.credit_cost),
            accepted.credits_remaining
        ));
        ctx.ui.hint("skillzdrive sync brings it to this machine");
        json.version = accepted.version;
        json.credit_cost = accepted.credit_cost;
        json.credits_remaining = Some(accepted.credits_remaining);
        json.accepted = true;
    } else {
        ctx.ui.status("nothing was accepted");
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
    }
    Ok(Outcome::Done)
}
