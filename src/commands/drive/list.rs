//! `drive list`: what the key sees.

use serde::Serialize;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::table::Table;

/// List the skills in your drive
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {}

#[derive(Serialize)]
struct ListJson {
    skills: Vec<SkillJson>,
}

#[derive(Serialize)]
struct SkillJson {
    slug: String,
    name: String,
    description: String,
    version: u64,
    enabled: bool,
    source: String,
    origin: String,
    pending_update: bool,
    security_grade: Option<String>,
    content_sha: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key; as any call.
pub(crate) async fn run(ctx: &Context, _args: &ListArgs) -> Result<Outcome> {
    let list = ctx.account().await?.drive().await?;
    let skills: Vec<SkillJson> = list
        .skills
        .into_iter()
        .map(|one| SkillJson {
            slug: one.skill.slug.to_string(),
            name: one.skill.name,
            description: one.skill.description,
            version: one.skill.version,
            enabled: one.enabled,
            source: one.source.to_string(),
            origin: one.origin.to_string(),
            pending_update: one.pending_update,
            security_grade: one.skill.security_grade,
            content_sha: one.skill.content_sha.map(|sha| sha.to_string()),
        })
        .collect();
    if ctx.ui.is_json() {
        ctx.ui.json(&ListJson { skills })?;
        return Ok(Outcome::Done);
    }
    if skills.is_empty() {
        ctx.ui.status("the drive is empty");
        ctx.ui.hint("skillzdrive sync");
    }
    let mut table = Table::new(["SLUG", "VERSION", "GRADE", "ORIGIN", "STATE", "DESCRIPTION"]);
    for one in skills {
        let state = match (one.enabled, one.pending_update) {
            (false, _) => "disabled",
            (true, true) => "update waits",
            (true, false) => "enabled",
        };
        let origin = if one.source == "drive" { one.origin } else { format!("{} ({})", one.origin, one.source) };
        let grade = one.security_grade.unwrap_or_default();
        table.row([one.slug, one.version.to_string(), grade, origin, state.to_owned(), one.description]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}
