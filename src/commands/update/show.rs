//! An update in words: what is offered before the question, what came of it after.

use super::Decided;
use super::Offered;
use crate::context::Context;
use crate::installer::Failed;
use crate::store::lockfile::LockedSkill;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::ui::clean;
use crate::ui::words;
use crate::update::apply::Applied;
use crate::update::look::Offer;
use crate::update::look::Through;
use crate::update::plan;
use crate::update::plan::Hold;

/// Says what is offered; with `--dry-run` that is the answer, and so it is data.
pub(super) fn plan(ctx: &Context, offered: &Offered<'_>, prune: bool) {
    if ctx.ui.is_json() {
        return;
    }
    let say = |line: String| if ctx.dry_run() { ctx.ui.data(line) } else { ctx.ui.status(line) };
    for step in &offered.plan.steps {
        let mut line = format!("{} {}", step.slug, way(&step.locked, &step.offer));
        if step.offer.through == Through::Accept || step.offer.credit_cost > 0 {
            line.push_str(&format!(", {}", words::credits(step.offer.credit_cost)));
        }
        if let Some(grade) = &step.offer.security_grade {
            line.push_str(&format!(", grade {}", clean::line(grade)));
        }
        if let Some(age) = plan::age_of(&step.offer, offered.now).filter(|age| age.as_secs() >= 86_400) {
            line.push_str(&format!(", published {} ago", words::age(age.as_secs())));
        }
        if step.is_edited() {
            line.push_str(" (edited here)");
        }
        say(line);
        if let Some(comment) = &step.offer.change_comment {
            say(format!("  {}", clean::line(comment)));
        }
        changes(ctx, offered, step);
    }
    for held in &offered.plan.held {
        let line = format!("{} {} held back: {}", held.slug, way(&held.locked, &held.offer), held.hold.sentence());
        if held.hold.is_wanted() { say(line) } else { ctx.ui.warn(line) }
    }
    for gone in &offered.plan.gone {
        say(match (prune, gone.is_prunable()) {
            (true, true) => format!("{} was removed upstream: it goes to the trash", gone.slug),
            (true, false) => format!("{} was removed upstream; it was edited or cannot be moved, and stays", gone.slug),
            (false, _) => format!("{} was removed upstream; it stays here (--prune moves it to the trash)", gone.slug),
        });
    }
    for (slug, why) in &offered.plan.unknown {
        ctx.ui.status(format_args!("{slug} was not checked: {}", clean::line(why)));
    }
}

/// The diff is data, whatever is done afterwards.
fn changes(ctx: &Context, offered: &Offered<'_>, step: &plan::Step) {
    let Some(changes) = offered.changes.get(&step.slug) else { return };
    for file in &changes.files {
        ctx.ui.data(file.text.trim_end_matches('\n'));
    }
    if changes.reach.is_empty() {
        ctx.ui.data(format_args!("# {}: nothing new in reach", step.slug));
    }
    for (name, list) in changes.reach.lists() {
        if !list.is_empty() {
            let list = list.iter().map(|one| clean::line(one)).collect::<Vec<_>>().join(", ");
            ctx.ui.data(format_args!("# {}: new {name}: {list}", step.slug));
        }
    }
}

/// `1 -> 2`, with digests where there are no numbers.
pub(super) fn way(locked: &LockedSkill, offer: &Offer) -> String {
    let name = |version: Option<u64>, sha: &skillzdrive_wire::ContentSha| {
        version.map_or_else(|| sha.short().to_string(), |version| version.to_string())
    };
    format!("{} -> {}", name(locked.version, &locked.content_sha), name(offer.version, &offer.content_sha))
}

/// Says what came of it.
pub(super) fn outcome(
    ctx: &Context,
    scope: &Scope,
    offered: &Offered<'_>,
    decided: &Decided,
    applied: &Applied,
    failed: &[&Failed],
) {
    for one in &applied.updated {
        let mut line = format!("updated {} {}", one.step.slug, way(&one.step.locked, &one.step.offer));
        if one.credit_cost > 0 {
            line.push_str(&format!(" for {}", words::credits(one.credit_cost)));
        }
        if let Some(fork) = &one.fork {
            line.push_str(&format!("; the edited one is {fork} now"));
        }
        if one.merged {
            line.push_str("; your edits are merged into it");
        }
        ctx.ui.data(line);
        for path in &one.marked {
            ctx.ui.warn(format_args!("{}: {} has conflict markers", one.step.slug, clean::line(path)));
        }
        for path in &one.stranded {
            let slug = &one.step.slug;
            ctx.ui.warn(format_args!("{slug}: {} stayed with the old version in the trash", clean::line(path)));
        }
    }
    for slug in &applied.pruned {
        ctx.ui.data(format_args!("moved {slug} to the trash"));
    }
    for slug in &decided.kept {
        ctx.ui.status(format_args!("{slug} was edited here and was kept as it is"));
    }
    for slug in &decided.undecided {
        ctx.ui.warn(format_args!("{slug} was edited here and was left as it is"));
        ctx.ui.hint(format_args!("skillzdrive update {slug} --on-conflict keep|take|fork|merge"));
    }
    for (slug, files) in &applied.unmerged {
        let files = files.iter().map(|path| clean::line(path)).collect::<Vec<_>>().join(", ");
        ctx.ui.warn(format_args!("{slug} does not merge and was left as it is: both sides changed {files}"));
        ctx.ui.hint(format_args!("skillzdrive update {slug} --on-conflict merge --markers, or fork"));
    }
    for one in failed {
        ctx.ui.warn(format_args!("{}: {}", clean::line(&one.name), clean::lines(&one.error.one_line())));
        one.error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
    summary(ctx, offered, decided, applied, failed);
    if scope.kind == ScopeKind::Project && applied.run.is_some() {
        ctx.ui.hint(format_args!("commit {}", scope.lockfile.display()));
    }
}

fn summary(ctx: &Context, offered: &Offered<'_>, decided: &Decided, applied: &Applied, failed: &[&Failed]) {
    if ctx.dry_run() && !decided.jobs.is_empty() {
        let cost = words::credits(decided.cost());
        return ctx.ui.status(format_args!(
            "{} would be updated ({cost}); --dry-run: nothing was changed",
            words::count(decided.jobs.len(), "skill")
        ));
    }
    let plan = offered.plan;
    let held = plan.held.iter().filter(|held| held.hold.is_wanted()).count();
    let unclear = plan.held.iter().filter(|held| matches!(held.hold, Hold::Unclear | Hold::Unswappable)).count();
    let conflicts = decided.undecided.len() + applied.unmerged.len() + unclear;
    let mut parts = Vec::new();
    if !applied.updated.is_empty() {
        parts.push(format!("{} updated", words::count(applied.updated.len(), "skill")));
    }
    for (count, word) in [
        (applied.pruned.len(), "moved to the trash"),
        (decided.kept.len(), "kept"),
        (held, "held back"),
        (conflicts, "to decide"),
        (failed.len(), "failed"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if parts.is_empty() {
        parts.push("nothing to update".to_owned());
    }
    if plan.current > 0 {
        parts.push(format!("{} at the newest version", words::count(plan.current, "skill")));
    }
    ctx.ui.status(parts.join(", "));
    if applied.run.is_some() {
        ctx.ui.hint("skillzdrive undo brings the old versions back");
    }
}
