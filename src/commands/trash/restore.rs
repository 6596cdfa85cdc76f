//! `trash restore`: one skill put back to its place.

use clap::Args;
use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::nearest;
use crate::remover;
use crate::store::lock::ScopeLock;
use crate::store::scope::Scope;
use crate::store::trash;
use crate::store::trash::TrashRun;
use crate::store::trash::record::Run;
use crate::store::trash::record::TreeEntry;
use crate::store::trash::undo;
use crate::store::trash::undo::Part;
use crate::store::tree;

/// What to put back.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The skill
    slug: Slug,
    /// The run that put it into the trash; the newest one when absent
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
}

#[derive(Serialize)]
struct RestoreJson {
    slug: String,
    path: String,
    from_run: String,
    run: Option<String>,
    dry_run: bool,
}

pub(super) fn run(ctx: &Context, scope: &Scope, args: &RestoreArgs) -> Result<Outcome> {
    let runs = match &args.run {
        Some(id) => vec![trash::find(scope, id)?],
        None => trash::runs(scope),
    };
    let (run, entry) = runs.iter().find_map(|run| find(run, &args.slug)).ok_or_else(|| {
        let names: Vec<&str> = runs.iter().flat_map(Run::trees).map(|entry| entry.slug.as_str()).collect();
        let error = Error::new(Kind::NotFound, format!("{} is not in the trash", args.slug));
        match nearest::did_you_mean(args.slug.as_str(), names.into_iter().filter(|name| *name != args.slug.as_str())) {
            Some(hint) => error.hint(hint),
            None => error.hint("skillzdrive trash list"),
        }
    })?;
    if tree::occupied(&entry.path) {
        return Err(Error::new(Kind::Conflict, format!("something lies at `{}` already", entry.path.display()))
            .code("occupied")
            .hint(format!("skillzdrive remove {}, or move it away, and try again", args.slug)));
    }
    let mut made = None;
    if !ctx.dry_run() {
        let lock = ScopeLock::acquire(scope, |who| ctx.ui.status(format_args!("waiting for {who}")))?;
        let begun = TrashRun::begin(scope, &format!("trash restore {}", args.slug))?;
        let begun = begun.keep(remover::retention(&ctx.paths, scope)?);
        let mut undone = undo::undo(scope, &lock, run, Part::Restore(&args.slug), begun)?;
        let back = undone.restored.iter().any(|(_, path)| *path == entry.path);
        if !back && let Some((_, error)) = undone.failed.pop() {
            return Err(error);
        }
        for (_, error) in &undone.failed {
            ctx.ui.warn(error.one_line());
        }
        remover::note_taken_back(&ctx.paths, scope, &undone)?;
        made = undone.run;
    }
    let path = entry.path.display().to_string();
    if ctx.ui.is_json() {
        ctx.ui.json(&RestoreJson {
            slug: args.slug.to_string(),
            path,
            from_run: run.id.clone(),
            run: made,
            dry_run: ctx.dry_run(),
        })?;
    } else {
        let verb = if ctx.dry_run() { "would be back" } else { "is back" };
        ctx.ui.data(format_args!("{} {verb}: {path}", args.slug));
    }
    Ok(Outcome::Done)
}

fn find<'a>(run: &'a Run, slug: &Slug) -> Option<(&'a Run, &'a TreeEntry)> {
    run.trees().find(|entry| entry.slug == *slug && undo::kept_at(entry).is_some()).map(|entry| (run, entry))
}
