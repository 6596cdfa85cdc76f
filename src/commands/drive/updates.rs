//! `drive updates`: the newer versions that wait to be accepted.

use serde::Serialize;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::PendingUpdate;

use crate::api::account::Account;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::nearest;
use crate::ui::table::Table;

/// List the newer versions that wait in your drive
///
/// `update` accepts them together with the skills on this machine.
#[derive(Debug, clap::Args)]
pub(crate) struct UpdatesArgs {}

#[derive(Serialize)]
struct UpdatesJson {
    updates: Vec<UpdateJson>,
}

#[derive(Serialize)]
struct UpdateJson {
    slug: String,
    from_version: u64,
    to_version: u64,
    credit_cost: u64,
    security_grade: Option<String>,
    change_comment: Option<String>,
    content_sha: String,
    content_size: u64,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key; as any call.
pub(crate) async fn run(ctx: &Context, _args: &UpdatesArgs) -> Result<Outcome> {
    let list = ctx.account().await?.updates().await?;
    let updates: Vec<UpdateJson> = list
        .updates
        .into_iter()
        .map(|one| UpdateJson {
            slug: one.slug.to_string(),
            from_version: one.from_version,
            to_version: one.to_version,
            credit_cost: one.credit_cost,
            security_grade: one.security_grade,
            change_comment: one.change_comment,
            content_sha: one.content_sha.to_string(),
            content_size: one.content_size,
        })
        .collect();
    if ctx.ui.is_json() {
        ctx.ui.json(&UpdatesJson { updates })?;
        return Ok(Outcome::Done);
    }
    if updates.is_empty() {
        ctx.ui.status("no update waits in the drive");
    } else {
        ctx.ui.hint("skillzdrive drive accept SLUG, or drive dismiss SLUG");
    }
    let mut table = Table::new(["SLUG", "FROM", "TO", "CREDITS", "GRADE", "CHANGE"]);
    for one in updates {
        let grade = one.security_grade.unwrap_or_default();
        let change = one.change_comment.unwrap_or_default();
        let [from, to] = [one.from_version, one.to_version].map(|version| version.to_string());
        table.row([one.slug, from, to, one.credit_cost.to_string(), grade, change]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}

/// The update of a skill that waits.
///
/// # Errors
/// Exit 5 when there is none; as any call.
pub(super) async fn of(account: &Account<'_>, slug: &Slug) -> Result<PendingUpdate> {
    let list = account.updates().await?.updates;
    if let Some(update) = list.iter().find(|update| update.slug == *slug) {
        return Ok(update.clone());
    }
    let error =
        Error::new(Kind::NotFound, format!("no update of `{slug}` waits in the drive")).code("update_not_found");
    let near = nearest::did_you_mean(slug.as_str(), list.iter().map(|update| update.slug.as_str()));
    Err(error.hint(near.unwrap_or_else(|| "skillzdrive drive updates".to_owned())))
}
