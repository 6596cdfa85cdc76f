//! `collection list`: the account's collections, and which of their keys are here.

use serde::Serialize;
use skillzdrive_wire::collections::SkillCount;

use super::shown::CollectionJson;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::collections::Collections;
use crate::store::scope::Scope;
use crate::ui::table::Table;

/// List your collections
///
/// KEY says whether the collection's key is kept on this machine, and whether this project uses it.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {}

#[derive(Serialize)]
struct ListJson {
    collections: Vec<EntryJson>,
}

#[derive(Serialize)]
struct EntryJson {
    #[serde(flatten)]
    collection: CollectionJson,
    key_kept: bool,
    used_here: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key or with a scoped one; as any call.
pub(super) async fn run(ctx: &Context, _args: &ListArgs) -> Result<Outcome> {
    let account = ctx.own_account().await?;
    let all = account.collections().await?;
    let server = account.client().server().identity();
    let here = Collections::of(&ctx.paths, &server);
    let (kept, chosen) = (here.kept()?, here.chosen(&Scope::project(&ctx.cwd))?);
    let entries = all.iter().map(|one| EntryJson {
        collection: CollectionJson::of(one),
        key_kept: kept.contains(&one.name),
        used_here: chosen.as_ref().is_some_and(|chosen| chosen.name == one.name) && kept.contains(&one.name),
    });
    if ctx.ui.is_json() {
        ctx.ui.json(&ListJson { collections: entries.collect() })?;
        return Ok(Outcome::Done);
    }
    if all.is_empty() {
        ctx.ui.status("there is no collection");
        ctx.ui.hint("skillzdrive collection create NAME --skill SLUG");
    }
    let mut table = Table::new(["NAME", "SKILLS", "TEAM", "SHARED", "PUBLIC", "KEY", "MADE"]);
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    for (one, entry) in all.iter().zip(entries) {
        let skills = match one.skill_count {
            SkillCount::All => "all".to_owned(),
            SkillCount::Some(count) => count.to_string(),
        };
        let key = match (entry.key_kept, entry.used_here) {
            (_, true) => "used here",
            (true, false) => "kept",
            (false, false) => "-",
        };
        let day = one.created_at.split('T').next().unwrap_or_default().to_owned();
        let (team, shared) = (yes(one.include_team_skills), yes(one.include_shared_skills));
        table.row([one.name.to_string(), skills, team, shared, yes(one.is_public_marketplace), key.to_owned(), day]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}
