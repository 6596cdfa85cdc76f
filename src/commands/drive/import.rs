//! `drive import`: a marketplace skill or a GitHub tree enters the drive.

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::words;

/// Import a marketplace skill or a GitHub tree into your drive
///
/// It may cost credits; what it cost is shown.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// A slug, or an address like `https://github.com/owner/repo/tree/main/path`
    #[arg(value_name = "SLUG|URL")]
    skill: String,
}

#[derive(Serialize)]
struct ImportJson {
    slug: String,
    version: u64,
    security_grade: Option<String>,
    credit_cost: u64,
    credits_remaining: i64,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key, exit 8 when it is in the drive, exit 9 without credits; as any call.
pub(crate) async fn run(ctx: &Context, args: &ImportArgs) -> Result<Outcome> {
    let account = ctx.account().await?;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("import {}", clean::line(&args.skill)))?;
        return Ok(Outcome::Done);
    }
    // Drives say what it cost when it is done, and not before.
    ctx.allow("an import may cost 1 credit", 1)?;
    let imported = account.import(&args.skill).await.map_err(|error| {
        let error = Error::from(error);
        if error.code_str() == "scan_failed" {
            return error.hint("to look closer: get it onto this machine and skillzdrive scan FOLDER");
        }
        error
    })?;
    let json = ImportJson {
        slug: imported.skill.skill.slug.to_string(),
        version: imported.skill.skill.version,
        security_grade: imported.skill.skill.security_grade,
        credit_cost: imported.credit_cost,
        credits_remaining: imported.credits_remaining,
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!(
        "imported {} (version {}{}) for {}; the balance is {}",
        json.slug,
        json.version,
        json.security_grade.as_ref().map_or_else(String::new, |grade| format!(", grade {}", clean::line(grade))),
        words::count(usize::try_from(json.credit_cost).unwrap_or(usize::MAX), "credit"),
        json.credits_remaining
    ));
    ctx.ui.hint("skillzdrive sync brings it to this machine");
    Ok(Outcome::Done)
}
