//! `log`: the versions of a skill, and which of them is here.

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::here::Here;
use crate::store::inventory::State;
use crate::ui::table::Table;
use crate::update::history;

/// List the versions of a skill
///
/// Marks the one that is installed, the one that the lockfile names and the one that your drive holds. `diff SLUG A B`
/// compares two of them, `install SLUG@N` goes back to one.
#[derive(Debug, clap::Args)]
pub(crate) struct LogArgs {
    /// The skill
    #[arg(value_parser = Slug::new)]
    slug: Slug,
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct LogJson<'a> {
    slug: &'a Slug,
    versions: Vec<VersionJson>,
    from_marketplace: bool,
}

#[derive(Serialize)]
struct VersionJson {
    version: u64,
    content_sha: String,
    published_at: Option<String>,
    security_grade: Option<String>,
    change_comment: Option<String>,
    installed: bool,
    edited: bool,
    locked: bool,
    in_drive: bool,
}

impl VersionJson {
    fn marks(&self) -> String {
        let marks = [
            (self.installed, "installed"),
            (self.edited, "installed, edited"),
            (self.locked && !self.installed && !self.edited, "locked"),
            (self.in_drive, "in the drive"),
        ];
        marks.into_iter().filter_map(|(holds, mark)| holds.then_some(mark)).collect::<Vec<_>>().join(", ")
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 5 with the nearest names when there is no such skill; as any call.
pub(crate) async fn run(ctx: &Context, args: &LogArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let here = Here::look(&ctx.paths, &scope)?;
    let account = ctx.account_in_if_any(&scope).await?;
    let history = history::of(ctx.client()?, account.as_ref(), &args.slug).await?;
    let locked = here.lockfile.skills.get(&args.slug).map(|entry| &entry.content_sha);
    let found = here.inventory.skills.get(&args.slug);
    let versions: Vec<VersionJson> = history
        .versions
        .into_iter()
        .map(|one| {
            let is_locked = locked == Some(&one.content_sha);
            VersionJson {
                version: one.version,
                installed: found.is_some_and(|found| found.content_sha == one.content_sha),
                edited: is_locked && found.is_some_and(|found| found.state == State::Modified),
                locked: is_locked,
                in_drive: history.in_drive.as_ref() == Some(&one.content_sha),
                content_sha: one.content_sha.to_string(),
                published_at: Some(one.published_at).filter(|at| !at.is_empty()),
                security_grade: one.security_grade,
                change_comment: one.change_comment,
            }
        })
        .collect();
    if ctx.ui.is_json() {
        ctx.ui.json(&LogJson { slug: &args.slug, versions, from_marketplace: history.from_marketplace })?;
        return Ok(Outcome::Done);
    }
    if history.from_marketplace {
        ctx.ui.status("the drive could not be asked: this is what its marketplace says");
        ctx.ui.hint("skillzdrive login: with a key the changes are shown too");
    }
    let mut table = Table::new(["VERSION", "PUBLISHED", "GRADE", "HERE", "CHANGE"]);
    for one in versions {
        let marks = one.marks();
        table.row([
            one.version.to_string(),
            one.published_at.unwrap_or_default(),
            one.security_grade.unwrap_or_default(),
            marks,
            one.change_comment.unwrap_or_default(),
        ]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}
