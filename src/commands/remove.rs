//! `remove`: skills taken off this machine.

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
use crate::remover::Removal;
use crate::remover::Removed;
use crate::store::lock::ScopeLock;
use crate::ui::words;

/// Remove skills from this machine; the drive keeps them, and so does the trash for a while
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// The skills
    #[arg(required = true, value_name = "SLUG")]
    slugs: Vec<Slug>,
}

#[derive(Serialize)]
struct RemoveJson {
    removed: Vec<RemovedJson>,
    failed: Vec<FailedJson>,
    run: Option<String>,
    dry_run: bool,
}

#[derive(Serialize)]
struct RemovedJson {
    slug: String,
    path: Option<String>,
    home_made: bool,
    only_unlinked: bool,
    links: Vec<String>,
    copies: Vec<String>,
}

#[derive(Serialize)]
struct FailedJson {
    slug: String,
    kind: &'static str,
    code: String,
    message: String,
    hints: Vec<String>,
}

pub(crate) fn run(ctx: &Context, args: &RemoveArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let mut plan = remover::plan(&ctx.paths, &scope, &args.slugs)?;
    if plan.removals.is_empty() && plan.failed.len() == 1 {
        // A single one that cannot be done is the command's own error.
        return plan.failed.pop().map_or(Ok(Outcome::Done), |(_, error)| Err(error));
    }
    plan.removals.iter().for_each(|removal| announce(ctx, removal));
    if ctx.dry_run() || plan.removals.is_empty() {
        return report(ctx, &Removed { run: None, done: plan.removals, failed: plan.failed });
    }
    let question = format!("Remove {} from this machine?", words::count(plan.removals.len(), "skill"));
    if !ctx.ui.confirm(&question, false)? {
        return Err(Error::new(Kind::Interrupted, "cancelled: nothing was changed"));
    }
    let lock = ScopeLock::acquire(&scope, |who| ctx.ui.status(format_args!("waiting for {who}")))?;
    let slugs: Vec<&str> = args.slugs.iter().map(Slug::as_str).collect();
    let removed = remover::apply(&ctx.paths, &scope, &lock, plan, &format!("remove {}", slugs.join(" ")))?;
    report(ctx, &removed)
}

fn announce(ctx: &Context, removal: &Removal) {
    let slug = &removal.slug;
    let links = words::count(removal.links.len(), "link");
    match (&removal.path, &removal.stays) {
        (_, Some(why)) => ctx.ui.status(format_args!("{slug}: only {links} will go; {why}")),
        (Some(path), None) => ctx.ui.status(format_args!("{slug}: `{}` and {links}", path.display())),
        (None, None) => ctx.ui.status(format_args!("{slug}: its lockfile entry and {links}; no folder is there")),
    }
    for copy in &removal.copies {
        ctx.ui.status(format_args!("  and its copy `{}`", copy.display()));
    }
    if removal.stays.is_some() {
        return;
    }
    if removal.home_made {
        ctx.ui.warn(format_args!("{slug} did not come from a drive: the trash will have the only copy known here"));
    } else if removal.modified {
        ctx.ui.warn(format_args!("{slug} was edited here: the edits go to the trash with it"));
    }
}

fn report(ctx: &Context, removed: &Removed) -> Result<Outcome> {
    let dry_run = ctx.dry_run();
    let shown = |paths: &[std::path::PathBuf]| paths.iter().map(|path| path.display().to_string()).collect();
    if ctx.ui.is_json() {
        ctx.ui.json(&RemoveJson {
            removed: removed
                .done
                .iter()
                .map(|removal| RemovedJson {
                    slug: removal.slug.to_string(),
                    path: removal.path.as_ref().map(|path| path.display().to_string()),
                    home_made: removal.home_made,
                    only_unlinked: removal.stays.is_some(),
                    links: shown(&removal.links),
                    copies: shown(&removal.copies),
                })
                .collect(),
            failed: removed
                .failed
                .iter()
                .map(|(slug, error)| FailedJson {
                    slug: slug.clone(),
                    kind: error.kind().word(),
                    code: error.code_str().to_owned(),
                    message: error.one_line(),
                    hints: error.hints().to_vec(),
                })
                .collect(),
            run: removed.run.clone(),
            dry_run,
        })?;
    } else {
        let verb = if dry_run { "would be " } else { "" };
        for removal in &removed.done {
            let what = if removal.stays.is_some() { "unlinked, its folder stays" } else { "removed" };
            ctx.ui.data(format_args!("{} {verb}{what}", removal.slug));
        }
        for (slug, error) in &removed.failed {
            ctx.ui.warn(error.about(slug));
            error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
        }
        if removed.run.is_some() {
            ctx.ui.hint("skillzdrive undo puts everything back");
        }
    }
    Ok(remover::ending(removed.failed.iter().map(|(_, error)| error.kind()), removed.done.len()))
}
