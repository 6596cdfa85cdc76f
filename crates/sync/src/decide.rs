//! What becomes of one slug: the guard, a person's choice or policy, then the filters of mode and scope.
//!
//! This module must not look at more than one slug: sums and limits are the plan's.

use std::collections::BTreeSet;

use serde_json::Value;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Classification;
use skillzdrive_wire::sync::Mode;

use crate::classify::Sides;
use crate::classify::guard;
use crate::input::Choice;
use crate::input::Local;
use crate::input::Machine;
use crate::input::OnConflict;
use crate::input::Options;
use crate::input::RemovedHere;
use crate::plan::Decision;
use crate::plan::Step;

const PINNED: &str = "the folder holds a .git or is reached through a link, so it is never replaced";
const PINNED_BEHIND: &str =
    "changed in the drive, but the folder here holds a .git or is reached through a link, so it is never replaced";

const OTHER_MODE: &str = "left out by --mode";
const AMBIGUOUS: &str = "two places on this machine hold it with different bytes";

/// What one answer of the preview leads to.
pub(crate) enum Outcome {
    /// Both sides are equal.
    InSync(Slug, ContentSha),
    /// Neither side has it.
    Nothing,
    /// A step, done or skipped.
    Step(Box<Step>),
    /// A conflict that becomes two skills: the original, skipped for now, and the new name.
    Fork(Box<Step>, Slug),
}

/// A decision about an action.
enum Verdict {
    Do(Action),
    Skip(Action, &'static str),
    Undecided(&'static str),
    Fork(Slug),
}

/// The step of a slug that two places here hold with different bytes and that the drive does not know.
pub(crate) fn ambiguous(slug: Slug) -> Step {
    Step {
        slug,
        action: Action::Conflict,
        decision: Decision::Skip,
        cost: 0,
        reason: Some(AMBIGUOUS.to_owned()),
        local_sha: None,
        drive_sha: None,
        base_sha: None,
        content_size: None,
        version: None,
        told: Value::Null,
        undecided: true,
    }
}

/// Decides one slug. `names` are the slugs in use, to which a fork adds its own.
pub(crate) fn decide(
    value: Value,
    told: Classification,
    machine: &Machine,
    options: &Options,
    names: &mut BTreeSet<Slug>,
) -> Outcome {
    if machine.ambiguous.contains(&told.slug) && !options.skip.contains(&told.slug) {
        let step = ambiguous(told.slug);
        return Outcome::Step(Box::new(Step { drive_sha: told.drive_sha, version: told.version, told: value, ..step }));
    }
    let local = machine.local.get(&told.slug);
    let sha = local.map(|local| &local.sha);
    let base = match local {
        Some(local) => local.base.as_ref(),
        None => machine.bases_of_absent.get(&told.slug),
    };
    let sides = Sides { local: sha, drive: told.drive_sha.as_ref(), base };
    if let Some(sha) = sha.filter(|sha| told.action == Action::InSync && sides.drive.is_none_or(|d| d == *sha)) {
        return Outcome::InSync(told.slug, sha.clone());
    }
    if local.is_none() && matches!(told.action, Action::InSync | Action::RemovedOnDrive) {
        return Outcome::Nothing;
    }
    let verdict = if options.skip.contains(&told.slug) {
        Verdict::Skip(told.action.clone(), "left out by --skip")
    } else {
        filter(verdict(&told, machine, sides, options, names), options)
    };
    let (action, decision, reason, undecided, fork) = match verdict {
        Verdict::Do(action) => (action, Decision::Do, None, false, None),
        Verdict::Skip(action, why) => (action, Decision::Skip, Some(why), false, None),
        Verdict::Undecided(why) => (Action::Conflict, Decision::Skip, Some(why), true, None),
        Verdict::Fork(name) => {
            (Action::Conflict, Decision::Skip, Some("kept under a new name first"), false, Some(name))
        }
    };
    let step = Box::new(Step {
        // Neither of the removals goes through the drive's till.
        cost: if matches!(action, Action::RemovedOnDrive | Action::RemovedHere) { 0 } else { told.credit_cost },
        local_sha: sides.local.cloned(),
        base_sha: sides.base.cloned(),
        action,
        decision,
        reason: reason.map(str::to_owned).or(told.reason),
        slug: told.slug,
        drive_sha: told.drive_sha,
        content_size: told.content_size,
        version: told.version,
        told: value,
        undecided,
    });
    match fork {
        None => Outcome::Step(step),
        Some(name) => Outcome::Fork(step, name),
    }
}

fn verdict(
    told: &Classification,
    machine: &Machine,
    sides: Sides<'_>,
    options: &Options,
    names: &mut BTreeSet<Slug>,
) -> Verdict {
    if !told.action.is_known() {
        return Verdict::Skip(told.action.clone(), "this version does not know the action");
    }
    if told.local_sha.as_ref().is_some_and(|sha| Some(sha) != sides.local) {
        return Verdict::Skip(told.action.clone(), "the drive answered for other bytes than this machine has");
    }
    let Some(local) = machine.local.get(&told.slug) else { return absent(told, sides, options) };
    let replaces = matches!(told.action, Action::DownloadInstall | Action::DownloadUpdate);
    let action = if replaces && !local.swappable { Action::Conflict } else { guard(&told.action, sides, local.known) };
    match action {
        Action::Conflict => {
            let copied = machine.copies.get(&told.slug) == Some(&local.sha);
            conflict(told, local, sides, options, copied, names)
        }
        Action::RemovedOnDrive if options.prune && !local.swappable => Verdict::Skip(action, PINNED),
        Action::RemovedOnDrive => removed_on_drive(options),
        Action::InSync | Action::RemovedHere => {
            Verdict::Skip(action, "the drive's answer contradicts what this machine has")
        }
        action => Verdict::Do(action),
    }
}

/// A slug that is not on this machine.
fn absent(told: &Classification, sides: Sides<'_>, options: &Options) -> Verdict {
    let comes = matches!(told.action, Action::DownloadInstall | Action::DownloadUpdate | Action::RemovedHere);
    if !comes {
        return Verdict::Skip(told.action.clone(), "this machine does not have the bytes");
    }
    let Some(base) = sides.base else { return Verdict::Do(Action::DownloadInstall) };
    match options.removed_here {
        RemovedHere::Reinstall => Verdict::Do(Action::DownloadInstall),
        RemovedHere::Skip => Verdict::Skip(Action::RemovedHere, "removed on this machine"),
        // What was removed here is what both sides had; a newer version was never seen here, so nobody meant it.
        RemovedHere::RemoveFromDrive if sides.drive != Some(base) => {
            Verdict::Skip(Action::RemovedHere, "removed on this machine, changed in the drive since")
        }
        RemovedHere::RemoveFromDrive => Verdict::Do(Action::RemovedHere),
    }
}

fn removed_on_drive(options: &Options) -> Verdict {
    if options.prune {
        Verdict::Do(Action::RemovedOnDrive)
    } else {
        Verdict::Skip(Action::RemovedOnDrive, "removed on the drive, kept here; --prune moves it to the trash")
    }
}

fn conflict(
    told: &Classification,
    local: &Local,
    sides: Sides<'_>,
    options: &Options,
    copied: bool,
    names: &mut BTreeSet<Slug>,
) -> Verdict {
    let choice = options.choices.get(&told.slug);
    match (choice, options.on_conflict) {
        (Some(Choice::KeepLocal), _) => Verdict::Do(Action::UploadUpdate),
        (Some(Choice::TakeDrive), _) | (None, OnConflict::TakeDrive) if !local.swappable => Verdict::Undecided(PINNED),
        (Some(Choice::TakeDrive), _) | (None, OnConflict::TakeDrive) if sides.drive.is_some() => {
            Verdict::Do(Action::DownloadUpdate)
        }
        // What the drive has is nothing, so taking it is a removal, with its limits. Only a person's answer for this
        // slug does it: a drive that lost its data must not empty a machine through a policy.
        (Some(Choice::TakeDrive), _) => removed_on_drive(options),
        (None, OnConflict::TakeDrive) => Verdict::Undecided("the drive has no bytes to take"),
        (Some(Choice::Skip), _) => Verdict::Skip(Action::Conflict, "left alone this time"),
        (Some(Choice::Fork(_)), _) | (None, OnConflict::Fork) if !local.swappable => Verdict::Undecided(PINNED),
        (Some(Choice::Fork(_)), _) | (None, OnConflict::Fork) if sides.drive.is_none() => {
            Verdict::Undecided("the drive has no bytes to put beside a copy")
        }
        // The copy of these bytes was made already; what is left of the fork is to take the drive's.
        (Some(Choice::Fork(_)), _) | (None, OnConflict::Fork) if copied => Verdict::Do(Action::DownloadUpdate),
        (Some(Choice::Fork(_)), _) | (None, OnConflict::Fork) if options.mode == Mode::PublicOnly => {
            Verdict::Skip(Action::Conflict, OTHER_MODE)
        }
        (Some(Choice::Fork(name)), _) => {
            if names.insert(name.clone()) {
                Verdict::Fork(name.clone())
            } else {
                Verdict::Undecided("the new name is already in use")
            }
        }
        (None, OnConflict::Fork) => {
            fork_name(&told.slug, names).map_or(Verdict::Undecided("no free name for a copy"), Verdict::Fork)
        }
        // Nothing was edited here: a policy that sends these bytes would only undo another machine's work, again and
        // again where two such folders meet. A person may still choose it.
        (None, OnConflict::KeepLocal) if sides.local == sides.base && sides.drive.is_some() => {
            Verdict::Undecided(if local.swappable {
                "nothing was edited here, so there is nothing to send"
            } else {
                PINNED_BEHIND
            })
        }
        (None, OnConflict::KeepLocal) => Verdict::Do(Action::UploadUpdate),
        (None, OnConflict::Ask | OnConflict::Skip) if !local.swappable && sides.local == sides.base => {
            Verdict::Undecided(PINNED_BEHIND)
        }
        (None, OnConflict::Ask | OnConflict::Skip) => Verdict::Undecided("both sides changed"),
    }
}

/// The first free name of the form `<slug>-local`, `<slug>-local-2` and so on.
fn fork_name(slug: &Slug, names: &mut BTreeSet<Slug>) -> Option<Slug> {
    (1..1000).find_map(|n: u32| {
        let tail = if n == 1 { "-local".to_owned() } else { format!("-local-{n}") };
        let head = &slug.as_str()[..slug.as_str().len().min(64 - tail.len())];
        let name = Slug::new(&format!("{head}{tail}")).ok()?;
        names.insert(name.clone()).then_some(name)
    })
}

/// Leaves out what the mode or the scope does not want.
fn filter(verdict: Verdict, options: &Options) -> Verdict {
    let Verdict::Do(action) = verdict else { return verdict };
    let sends =
        matches!(action, Action::ClaimPublic | Action::UploadPrivate | Action::UploadUpdate | Action::RemovedHere);
    if sends && options.pull_only {
        return Verdict::Skip(action, "this sync only pulls; --push sends too");
    }
    let wanted = match options.mode {
        Mode::PublicOnly => action == Action::ClaimPublic,
        Mode::PullsOnly => matches!(action, Action::DownloadInstall | Action::DownloadUpdate),
        Mode::All | Mode::AsManyAsCreditsAllow | Mode::Other(_) => true,
    };
    if wanted { Verdict::Do(action) } else { Verdict::Skip(action, OTHER_MODE) }
}
