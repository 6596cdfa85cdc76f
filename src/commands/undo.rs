//! `undo`: the last run taken back.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::remover;
use crate::store::lock::ScopeLock;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::trash;
use crate::store::trash::TrashRun;
use crate::store::trash::record::Change;
use crate::store::trash::record::Run;
use crate::store::trash::undo;
use crate::store::trash::undo::Part;
use crate::store::trash::undo::Undone;
use crate::ui::table::Table;
use crate::ui::words;

/// Take back what the last command changed on this machine
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// The run to take back; the last one when absent
    #[arg(value_name = "RUN", conflicts_with = "list")]
    run: Option<String>,
    /// List the runs that can be taken back, newest first
    #[arg(long)]
    list: bool,
}

#[derive(Serialize)]
struct RunJson {
    run: String,
    command: String,
    started: String,
    skills: Vec<ChangeJson>,
    undone_by: Option<String>,
}

#[derive(Serialize)]
struct ChangeJson {
    slug: String,
    change: &'static str,
}

#[derive(Serialize)]
struct ListJson {
    runs: Vec<RunJson>,
}

#[derive(Serialize)]
struct UndoJson {
    undone: String,
    run: Option<String>,
    restored: Vec<String>,
    removed: Vec<String>,
    edited_since: Vec<String>,
    links: usize,
    failed: Vec<FailedJson>,
    dry_run: bool,
}

#[derive(Serialize)]
struct FailedJson {
    slug: String,
    code: String,
    message: String,
}

pub(crate) fn run(ctx: &Context, args: &UndoArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    if args.list {
        return list(ctx, &scope);
    }
    let run = match &args.run {
        Some(id) => trash::find(&scope, id)?,
        None => trash::runs(&scope).into_iter().next().ok_or_else(|| {
            let error = Error::new(Kind::NotFound, format!("there is nothing to undo ({})", scope.kind.word()));
            match scope.kind {
                ScopeKind::Project => error.hint("skillzdrive undo --list --global"),
                ScopeKind::Global => error.hint("skillzdrive undo --list --project"),
            }
        })?,
    };
    ctx.ui.status(format_args!("`{}` of {}:", run.head.command, run.head.started));
    for entry in run.trees() {
        ctx.ui.status(format_args!("  {} was {}", entry.slug, entry.change.word()));
    }
    for entry in run.audiences() {
        for (verb, from, to) in
            [("hidden from", &entry.before, &entry.after), ("shown to", &entry.after, &entry.before)]
        {
            let agents: Vec<&str> = to.off.difference(&from.off).map(String::as_str).collect();
            if !agents.is_empty() {
                ctx.ui.status(format_args!("  {} was {verb} {}", entry.slug, agents.join(", ")));
            }
        }
    }
    // Both may have told it something: sync what was sent, update what was accepted and paid for.
    if ["sync", "update"].iter().any(|command| run.head.command.starts_with(command)) {
        ctx.ui.status("what the drive was told is not taken back");
    }
    if ctx.dry_run() {
        return report(ctx, &run, &outlook(&run), true);
    }
    if !ctx.ui.confirm("Put everything back as it was before?", true)? {
        return Err(Error::new(Kind::Interrupted, "cancelled: nothing was changed"));
    }
    let lock = ScopeLock::acquire(&scope, |who| ctx.ui.status(format_args!("waiting for {who}")))?;
    let begun = TrashRun::begin(&scope, &format!("undo {}", run.id))?.keep(remover::retention(&ctx.paths, &scope)?);
    let undone = undo::undo(&scope, &lock, &run, Part::Whole, begun)?;
    remover::note_taken_back(&ctx.paths, &scope, &undone)?;
    report(ctx, &run, &undone, false)
}

fn list(ctx: &Context, scope: &Scope) -> Result<Outcome> {
    let runs = trash::runs(scope);
    if ctx.ui.is_json() {
        let change = |run: &Run| {
            // Each once: a copy for an agent changes with its skill.
            let changes: BTreeSet<(String, &str)> =
                run.trees().map(|e| (e.slug.to_string(), e.change.word())).collect();
            changes.into_iter().map(|(slug, change)| ChangeJson { slug, change }).collect::<Vec<_>>()
        };
        let runs = runs.iter().map(|run| RunJson {
            run: run.id.clone(),
            command: run.head.command.clone(),
            started: run.head.started.clone(),
            skills: change(run),
            undone_by: run.undone_by.clone(),
        });
        ctx.ui.json(&ListJson { runs: runs.collect() })?;
        return Ok(Outcome::Done);
    }
    let mut table = Table::new(["RUN", "STARTED", "COMMAND", "SKILLS", "STATE"]);
    for run in &runs {
        let slugs: BTreeSet<&str> = run.trees().map(|entry| entry.slug.as_str()).collect();
        let slugs: Vec<&str> = slugs.into_iter().collect();
        let state = if run.undone_by.is_some() { "undone" } else { "" };
        table.row([run.id.clone(), run.head.started.clone(), run.head.command.clone(), slugs.join(" "), state.into()]);
    }
    ctx.ui.table(&table);
    if runs.is_empty() {
        ctx.ui.status(format_args!("nothing to undo ({})", scope.kind.word()));
    }
    Ok(Outcome::Done)
}

/// What an undo of a run would do, as far as it can be told without doing it.
fn outlook(run: &Run) -> Undone {
    let mut undone = Undone::default();
    for entry in run.trees() {
        let list = if entry.change == Change::Added { &mut undone.withdrawn } else { &mut undone.restored };
        list.push((entry.slug.clone(), entry.path.clone()));
    }
    undone
}

/// Each skill once: a copy for an agent is a folder of it too.
fn names(folders: &[(Slug, PathBuf)]) -> Vec<String> {
    let names: BTreeSet<&Slug> = folders.iter().map(|(slug, _)| slug).collect();
    names.into_iter().map(ToString::to_string).collect()
}

fn report(ctx: &Context, run: &Run, undone: &Undone, dry_run: bool) -> Result<Outcome> {
    if ctx.ui.is_json() {
        let failed = undone.failed.iter().map(|(slug, error)| FailedJson {
            slug: slug.to_string(),
            code: error.code_str().to_owned(),
            message: error.one_line(),
        });
        ctx.ui.json(&UndoJson {
            undone: run.id.clone(),
            run: undone.run.clone(),
            restored: names(&undone.restored),
            removed: names(&undone.withdrawn),
            edited_since: undone.edited.iter().map(ToString::to_string).collect(),
            links: undone.links,
            failed: failed.collect(),
            dry_run,
        })?;
    } else {
        let verb = if dry_run { "would be" } else { "is" };
        for (slug, path) in &undone.restored {
            ctx.ui.data(format_args!("{slug} {verb} back: {}", path.display()));
        }
        for (slug, path) in &undone.withdrawn {
            ctx.ui.data(format_args!("{slug} {verb} gone again: {}", path.display()));
        }
    }
    if !ctx.ui.is_json() && !dry_run {
        for slug in &undone.edited {
            ctx.ui.status(format_args!("{slug} was changed since; its last state is in the trash"));
        }
        for (slug, error) in &undone.failed {
            ctx.ui.warn(error.about(slug.as_str()));
        }
        if undone.links > 0 {
            ctx.ui.status(format_args!("{} as before", words::count(undone.links, "link")));
        }
        if let Some(run) = &undone.run {
            ctx.ui.hint(format_args!("skillzdrive undo {run} takes this back"));
        }
    }
    Ok(remover::ending(
        undone.failed.iter().map(|(_, error)| error.kind()),
        undone.restored.len() + undone.withdrawn.len(),
    ))
}
