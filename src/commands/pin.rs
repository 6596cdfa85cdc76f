//! `pin` and `unpin`: skills that `update` leaves alone.

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::Event;
use crate::remover;
use crate::update::pin;

/// Hold skills at their version
///
/// `update` leaves a pinned skill alone and says so. The pin is written into the lockfile, so it holds for everybody who
/// works with it.
#[derive(Debug, clap::Args)]
pub(crate) struct PinArgs {
    /// The skills
    #[arg(required = true, value_name = "SLUG", value_parser = Slug::new)]
    slugs: Vec<Slug>,
    #[command(flatten)]
    scope: ScopeArgs,
}

/// Let pinned skills be updated again
#[derive(Debug, clap::Args)]
pub(crate) struct UnpinArgs {
    /// The skills
    #[arg(required = true, value_name = "SLUG", value_parser = Slug::new)]
    slugs: Vec<Slug>,
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct PinJson {
    scope: &'static str,
    pinned: bool,
    changed: Vec<Slug>,
    dry_run: bool,
}

/// Runs `pin`.
///
/// # Errors
/// Exit 5 for a skill that is not installed, exit 7 for an unreadable lockfile.
pub(crate) fn pin(ctx: &Context, args: &PinArgs) -> Result<Outcome> {
    set(ctx, args.scope, &args.slugs, true)
}

/// Runs `unpin`.
///
/// # Errors
/// As [`pin()`].
pub(crate) fn unpin(ctx: &Context, args: &UnpinArgs) -> Result<Outcome> {
    set(ctx, args.scope, &args.slugs, false)
}

fn set(ctx: &Context, scope: ScopeArgs, slugs: &[Slug], pinned: bool) -> Result<Outcome> {
    let scope = ctx.scope(scope);
    let tell = |event: Event| {
        if let Event::Waiting(holder) = event {
            ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})"));
        }
    };
    let retention = remover::retention(&ctx.paths, &scope)?;
    let changed = pin::set(&scope, slugs, pinned, retention, ctx.dry_run(), &tell)?;
    if ctx.ui.is_json() {
        ctx.ui.json(&PinJson { scope: scope.kind.word(), pinned, changed, dry_run: ctx.dry_run() })?;
        return Ok(Outcome::Done);
    }
    let word = if pinned { "pinned" } else { "unpinned" };
    for slug in slugs {
        match (changed.contains(slug), ctx.dry_run()) {
            (true, false) => ctx.ui.status(format_args!("{word} {slug}")),
            (true, true) => ctx.ui.status(format_args!("{slug} would be {word} (--dry-run: it was not)")),
            (false, _) if pinned => ctx.ui.status(format_args!("{slug} was pinned already")),
            (false, _) => ctx.ui.status(format_args!("{slug} was not pinned")),
        }
    }
    Ok(Outcome::Done)
}
