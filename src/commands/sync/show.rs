//! A sync in words: the plan before, the outcome after.

use std::collections::BTreeMap;

use skillzdrive_skill::LeftOutReason;
use skillzdrive_sync::Decision;
use skillzdrive_sync::Plan;
use skillzdrive_sync::Step;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Kind;

use super::json;
use crate::context::Context;
use crate::error::Outcome as Ending;
use crate::error::Result;
use crate::store::scope::Scope;
use crate::sync::Session;
use crate::sync::look::View;
use crate::sync::outcome::Outcome;
use crate::ui::clean;
use crate::ui::words;

/// The actions in the order in which they are shown, with what will be and what was done.
const ACTIONS: &[(Action, &str, &str)] = &[
    (Action::UploadPrivate, "upload", "uploaded"),
    (Action::UploadUpdate, "send edit", "sent edit"),
    (Action::ClaimPublic, "claim", "claimed"),
    (Action::DownloadInstall, "install", "installed"),
    (Action::DownloadUpdate, "update", "updated"),
    (Action::RemovedOnDrive, "trash here", "trashed"),
    (Action::RemovedHere, "remove there", "removed from the drive:"),
];

/// How many names a line of the plan shows; `--dry-run --verbose` and `--json` show all.
const NAMES: usize = 12;

/// Shows the plan and does nothing.
pub(super) fn dry_run(ctx: &Context, scope: &Scope, view: &View, plan: &Plan) -> Result<Ending> {
    if ctx.ui.is_json() {
        ctx.ui.json(&json::document(scope, view, plan, None))?;
        return Ok(Ending::Done);
    }
    for line in lines(view, plan, usize::MAX) {
        ctx.ui.data(line);
    }
    Ok(Ending::Done)
}

/// Says the plan before it is asked about.
pub(super) fn plan(ctx: &Context, view: &View, plan: &Plan) {
    for line in lines(view, plan, NAMES) {
        ctx.ui.status(line);
    }
}

fn lines(view: &View, plan: &Plan, most: usize) -> Vec<String> {
    let mut lines = vec![match plan.kind {
        Kind::FirstRun => "Plan (first sync of this machine):".to_owned(),
        _ => "Plan:".to_owned(),
    }];
    for (action, will, _) in ACTIONS {
        let steps: Vec<&Step> =
            plan.steps.iter().filter(|s| s.decision == Decision::Do && s.action == *action).collect();
        if steps.is_empty() {
            continue;
        }
        let cost: u64 = steps.iter().map(|step| step.cost).sum();
        let price = if cost == 0 {
            String::new()
        } else {
            format!("  ({})", words::count(usize::try_from(cost).unwrap_or(usize::MAX), "credit"))
        };
        lines.push(format!("  {will:<12} {:>3}  {}{price}", steps.len(), names(&steps, most)));
    }
    for (original, copy) in &plan.forks {
        lines.push(format!("  {:<12}   1  {original} is kept as {copy}, then the drive's version comes", "fork"));
    }
    if lines.len() == 1 {
        lines = vec![nothing(view, plan, false).to_owned()];
    } else if plan.cost == 0 {
        lines.push("  Costs nothing.".to_owned());
    } else {
        let cost = words::count(usize::try_from(plan.cost).unwrap_or(usize::MAX), "credit");
        let left = plan.balance.saturating_sub_unsigned(plan.cost);
        lines.push(if left < 0 {
            format!("  Costs {cost}; the balance is {}.", plan.balance)
        } else {
            format!("  Costs {cost}; {left} of {} are left.", plan.balance)
        });
    }
    lines.extend(left_alone(view, plan));
    lines
}

fn names(steps: &[&Step], most: usize) -> String {
    let mut names: Vec<&str> = steps.iter().take(most).map(|step| step.slug.as_str()).collect();
    let more = format!("and {} more", steps.len().saturating_sub(most));
    if steps.len() > most {
        names.push(&more);
    }
    names.join(", ")
}

/// What is not done, with its reason; equal reasons together.
fn left_alone(view: &View, plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.decision == Decision::Skip) {
        if plan.forks.iter().any(|(original, _)| *original == step.slug) {
            continue;
        }
        let reason = clean::line(step.reason.as_deref().unwrap_or("left out"));
        if step.undecided {
            lines.push(format!("  conflict: {}: {reason}", step.slug));
        } else {
            by_reason.entry(reason_of(step, reason)).or_default().push(step.slug.to_string());
        }
    }
    for (slug, reason) in view.held_and_unsaid(plan) {
        by_reason.entry(clean::line(reason)).or_default().push(slug.to_string());
    }
    for (reason, slugs) in by_reason {
        lines.push(format!("  left alone: {}: {reason}", slugs.join(", ")));
    }
    for found in view.here.inventory.skills.values() {
        let secrets: Vec<&str> = found
            .left_out
            .iter()
            .filter(|one| one.reason == LeftOutReason::Secret)
            .map(|one| one.path.as_str())
            .collect();
        if !secrets.is_empty() {
            lines.push(format!("  stays here: {}: {} (never sent)", found.slug, clean::line(&secrets.join(", "))));
        }
    }
    for refused in &view.here.inventory.refused {
        lines.push(format!("  cannot be read: {}: {}", refused.path.display(), clean::line(&refused.reason)));
    }
    if !view.outside.is_empty() {
        let (count, are) =
            (words::count(view.outside.len(), "skill"), if view.outside.len() == 1 { "is" } else { "are" });
        lines.push(format!("  {count} here {are} not in the collection"));
    }
    let not_skills = view.here.inventory.not_skills;
    if not_skills > 0 {
        let noun = if not_skills == 1 { "folder is no skill" } else { "folders are no skills" };
        lines.push(format!("  {not_skills} {noun} (no SKILL.md)"));
    }
    lines
}

fn reason_of(step: &Step, reason: String) -> String {
    match step.action {
        Action::RemovedOnDrive => "removed on the drive, kept here; --prune moves it to the trash".to_owned(),
        Action::RemovedHere => {
            format!("{reason}; --removed-here reinstall brings it back, --removed-here remove removes it there")
        }
        _ if reason == "insufficient_credits" => "the credits do not reach".to_owned(),
        _ => reason,
    }
}

/// Says what came of it.
pub(super) fn outcome(ctx: &Context, session: &Session<'_>, view: &View, plan: &Plan, total: &Outcome) -> Result<()> {
    total.warnings.iter().for_each(|warning| ctx.ui.warn(clean::line(warning)));
    for (action, _, did) in ACTIONS {
        for one in total.done.iter().filter(|one| one.action == *action) {
            let version = one.version.map_or_else(String::new, |version| format!("@{version}"));
            let preposition = if *action == Action::RemovedOnDrive { "from" } else { "in" };
            let place = one.path.as_ref().map_or_else(String::new, |path| format!(" {preposition} {}", path.display()));
            ctx.ui.data(format_args!("{did} {}{version}{place}", one.slug));
        }
    }
    for one in &total.failed {
        ctx.ui.warn(format_args!("{} was not done: {}", one.slug, clean::lines(&one.error.one_line())));
        one.error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
    for (slug, _, reason) in &total.left_out {
        ctx.ui.warn(format_args!("{slug} was left out: {}", clean::line(reason)));
    }
    for (path, what) in total.links.occupied.iter().chain(&total.links.failed) {
        ctx.ui.warn(format_args!("no link at {}: {}", path.display(), clean::line(what)));
    }
    if total.done.is_empty() && total.failed.is_empty() {
        ctx.ui.status(nothing(view, plan, !total.left_out.is_empty()));
        left_alone(view, plan).iter().for_each(|line| ctx.ui.status(line));
    }
    if total.stale && total.done.is_empty() && plan.undecided().next().is_none() {
        ctx.ui.hint("skillzdrive sync looks again");
    }
    where_it_is(ctx, session, view, plan, total)?;
    if displaced(plan, total) {
        ctx.ui.hint("what was here before is in the trash; skillzdrive undo brings it back");
    }
    decisions(view, plan).into_iter().for_each(|hint| ctx.ui.hint(hint));
    Ok(())
}

/// What is said where no step is done: where the drive left some out, there was something to do.
fn nothing(view: &View, plan: &Plan, left_out: bool) -> &'static str {
    if plan.undecided().next().is_some() {
        "Nothing to do before you decide:"
    } else if left_out {
        "Nothing was done."
    } else if plan.steps.is_empty() && view.held.is_empty() {
        "Nothing to do: machine and drive agree."
    } else {
        "Nothing to do."
    }
}

/// Whether bytes that only this machine had, or that the drive lost, went to the trash.
fn displaced(plan: &Plan, total: &Outcome) -> bool {
    let edited = |slug: &Slug| plan.steps.iter().any(|step| step.slug == *slug && step.local_sha != step.base_sha);
    total.done.iter().any(|done| match done.action {
        Action::RemovedOnDrive => true,
        Action::DownloadUpdate => edited(&done.slug),
        _ => false,
    })
}

/// How each kind of conflict that is left is decided.
fn decisions(view: &View, plan: &Plan) -> Vec<String> {
    let mut hints = Vec::new();
    let mut by_policy = false;
    for step in plan.undecided() {
        let slug = &step.slug;
        let pinned = view.here.inventory.skills.get(slug).is_some_and(|found| !found.swappable);
        if view.here.inventory.is_twin(slug) {
            hints.push(format!("keep one of the places of {slug}, or leave it out with --skip {slug}"));
        } else if pinned && step.local_sha == step.base_sha {
            hints.push(format!("bring the change of {slug} in by hand, or move its folder away and sync again"));
        } else {
            by_policy = true;
        }
    }
    if by_policy {
        hints.push("skillzdrive sync --on-conflict keep-local|take-drive|fork decides conflicts".to_owned());
    }
    hints
}

fn where_it_is(ctx: &Context, session: &Session<'_>, view: &View, plan: &Plan, total: &Outcome) -> Result<()> {
    if total.done.is_empty() && total.links.created.is_empty() {
        return Ok(());
    }
    let count = total.drive_count.map_or_else(String::new, |n| {
        format!(", which holds {}", words::count(usize::try_from(n).unwrap_or(usize::MAX), "skill"))
    });
    let done = total.failed.is_empty() && total.left_out.is_empty() && view.held.is_empty() && view.outside.is_empty();
    let whole = done && plan.steps.iter().all(|step| step.decision == Decision::Do);
    let how = if whole { "In step" } else { "Synced" };
    ctx.ui.status(format_args!("{how} with {}{count}.", session.client.host()));
    let removal = |action: &Action| matches!(action, Action::RemovedHere | Action::RemovedOnDrive);
    if total.links.created.is_empty() && total.done.iter().all(|one| removal(&one.action)) {
        return Ok(());
    }
    ctx.ui.status(format_args!(
        "Skills from the drive are in {}; yours stay where they are.",
        session.scope.skills().display()
    ));
    let agents: Vec<String> =
        session.linking.usual()?.iter().map(|agent| format!("{} ({})", agent.name, agent.folder.display())).collect();
    if !agents.is_empty() {
        let links = match total.links.created.len() {
            0 => String::new(),
            new => format!(" ({} made)", words::count(new, "link")),
        };
        ctx.ui.status(format_args!("Seen by {}{links}.", agents.join(", ")));
    }
    if let Some(run) = &total.trash_run {
        ctx.ui.detail(format_args!("skillzdrive undo {run} takes it back here"));
    }
    Ok(())
}
