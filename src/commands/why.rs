//! `why`: who put a skill here, when and through what. Reads the disk alone.

use std::collections::BTreeSet;

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::here::Here;
use crate::nearest;
use crate::store::library::Library;
use crate::store::trash;
use crate::ui::clean;
use crate::ui::table::Table;

/// Say why a skill is here
///
/// Shows where it came from, whose it is, which agents see it and what the program did to it, as far back as the trash
/// remembers.
#[derive(Debug, clap::Args)]
pub(crate) struct WhyArgs {
    /// The skill
    #[arg(value_parser = Slug::new)]
    slug: Slug,
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct WhyJson<'a> {
    slug: &'a Slug,
    scope: &'static str,
    state: &'static str,
    path: Option<String>,
    version: Option<u64>,
    content_sha: Option<String>,
    source: Option<String>,
    server: Option<String>,
    owner: Option<String>,
    pinned: bool,
    other_tool: Option<&'static str>,
    agents: Vec<String>,
    notes: Vec<String>,
    history: Vec<RunJson>,
}

#[derive(Serialize)]
struct RunJson {
    at: String,
    command: String,
    change: &'static str,
    run: String,
    undone: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 5 when nothing here knows the skill, exit 7 for an unreadable lockfile.
pub(crate) fn run(ctx: &Context, args: &WhyArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let here = Here::look(&ctx.paths, &scope)?;
    let (library, _) = Library::read(&ctx.paths, &scope)?;
    here.warnings.iter().for_each(|warning| ctx.ui.warn(clean::line(warning)));
    let slug = &args.slug;
    let (locked, found) = (here.lockfile.skills.get(slug), here.inventory.skills.get(slug));
    let mut notes = Vec::new();
    if found.is_some_and(|found| found.home_made) && locked.is_none() {
        notes.push("it was made here, or put here by hand".to_owned());
    }
    if let Some(tool) = found.and_then(|found| found.foreign_tool) {
        notes.push(format!("{tool} installed it"));
    }
    if let Some(agents) = library.agents.get(slug) {
        notes.push(format!("it was linked for these agents by choice: {}", agents.join(", ")));
    }
    if library.skip.contains(slug) {
        notes.push("sync leaves it out, because you said so".to_owned());
    }
    if library.removed.contains(slug) {
        notes.push("it was removed here on purpose".to_owned());
    }
    if let Some(entry) = locked.filter(|entry| !entry.accepted.is_empty()) {
        notes.push(format!("what the scan found in these bytes was accepted: {}", entry.accepted.join(", ")));
    }
    let mut history = Vec::new();
    for run in trash::runs(&scope) {
        // Each once: a copy for an agent changes with its skill.
        let changes: BTreeSet<&str> =
            run.trees().filter(|tree| tree.slug == *slug).map(|tree| tree.change.word()).collect();
        for change in changes {
            history.push(RunJson {
                at: run.head.started.clone(),
                command: run.head.command.clone(),
                change,
                run: run.id.clone(),
                undone: run.undone_by.is_some(),
            });
        }
    }
    if locked.is_none() && found.is_none() && notes.is_empty() && history.is_empty() {
        let names = here.inventory.skills.keys().chain(here.lockfile.skills.keys()).map(Slug::as_str);
        let near = nearest::did_you_mean(slug.as_str(), names);
        return Err(Error::new(Kind::NotFound, format!("nothing here knows `{slug}` ({})", scope.kind.word()))
            .code("not_installed")
            .hint(near.unwrap_or_else(|| "skillzdrive list".to_owned())));
    }
    let json = WhyJson {
        slug,
        scope: scope.kind.word(),
        state: found.map_or(if locked.is_some() { "missing" } else { "not here" }, |found| found.state.word()),
        path: found.map(|found| found.path.display().to_string()),
        version: locked.and_then(|entry| entry.version),
        content_sha: locked.map(|entry| entry.content_sha.to_string()),
        source: locked.map(|entry| entry.source.clone()),
        server: here.lockfile.server.clone().filter(|_| locked.is_some_and(|entry| entry.source == "skillzdrive")),
        owner: locked.and_then(|entry| entry.owner.clone()),
        pinned: locked.is_some_and(|entry| entry.pinned),
        other_tool: found.and_then(|found| found.foreign_tool),
        agents: found.map(|found| found.agents.clone()).unwrap_or_default(),
        notes,
        history,
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
    } else {
        show(ctx, json);
    }
    Ok(Outcome::Done)
}

fn show(ctx: &Context, why: WhyJson<'_>) {
    let line = |name: &str, value: &str| {
        if !value.is_empty() {
            ctx.ui.data(format_args!("{name:<8} {}", clean::line(value)));
        }
    };
    line("skill", why.slug.as_str());
    line("state", why.state);
    line("path", &why.path.unwrap_or_default());
    line("version", &why.version.map_or_else(String::new, |version| version.to_string()));
    let source = match (why.source, why.server) {
        (Some(source), Some(server)) => format!("{source} ({server})"),
        (source, _) => source.unwrap_or_default(),
    };
    line("source", &source);
    line("owner", &why.owner.unwrap_or_default());
    line("pinned", if why.pinned { "yes" } else { "" });
    line("agents", &why.agents.join(", "));
    why.notes.iter().for_each(|note| line("note", note));
    let mut table = Table::new(["WHEN", "COMMAND", "DID", "RUN"]);
    for one in why.history {
        let change = if one.undone { format!("{} (undone)", one.change) } else { one.change.to_owned() };
        table.row([one.at, one.command, change, one.run]);
    }
    ctx.ui.table(&table);
}
