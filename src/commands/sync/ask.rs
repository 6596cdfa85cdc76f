//! What a sync asks a person: which home-made skills to send, and how each conflict ends.

use std::collections::BTreeMap;
use std::fmt;

use skillzdrive_sync::Choice;
use skillzdrive_sync::Plan;
use skillzdrive_wire::Slug;

use crate::context::Context;
use crate::error::Result;
use crate::store::library::Library;
use crate::store::scope::Scope;
use crate::sync::look::Here;
use crate::sync::look::View;
use crate::sync::part::Part;

/// Asks which home-made skills to send; the answer is remembered. Asked only when one is there that was never asked
/// about.
pub(super) fn which_to_send(ctx: &Context, scope: &Scope, part: Option<&Part>, here: &mut Here) -> Result<()> {
    let skills: Vec<(Slug, String, bool)> = here
        .choosable()
        .filter(|found| part.is_none_or(|part| part.holds(&found.slug)))
        .map(|found| {
            let place = match found.foreign_tool {
                Some(tool) => format!("{} (installed by {tool})", found.slug),
                None => format!("{} ({})", found.slug, found.path.display()),
            };
            (found.slug.clone(), place, here.is_chosen(found))
        })
        .collect();
    if skills.iter().all(|(slug, _, _)| here.library.chosen.contains_key(slug)) {
        return Ok(());
    }
    let names: Vec<String> = skills.iter().map(|(_, name, _)| name.clone()).collect();
    let at_first: Vec<usize> = (0..skills.len()).filter(|index| skills[*index].2).collect();
    let chosen = ctx.ui.multi_select("Which of your skills go to the drive?", names, &at_first, "--yes")?;
    let answers: BTreeMap<Slug, bool> =
        skills.into_iter().map(|(slug, name, _)| (slug, chosen.contains(&name))).collect();
    here.library.chosen.extend(answers.clone());
    let warning = Library::update(&ctx.paths, scope, |library| library.chosen.extend(answers))?;
    warning.into_iter().for_each(|warning| ctx.ui.warn(warning));
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    KeepLocal,
    TakeDrive,
    Fork,
    Skip,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeepLocal => "keep the local version and send it",
            Self::TakeDrive => "take the drive's version; the local one goes to the trash",
            Self::Fork => "keep both: the local one under a new name",
            Self::Skip => "leave it for now",
        })
    }
}

/// Asks about each conflict that nobody decided.
pub(super) fn conflicts(ctx: &Context, view: &View, plan: &Plan) -> Result<BTreeMap<Slug, Choice>> {
    let mut choices = BTreeMap::new();
    for step in plan.undecided().filter(|step| !view.held.contains_key(&step.slug)) {
        let why = step.reason.as_deref().unwrap_or("both sides changed");
        let mut answers = vec![Answer::Skip];
        // A folder that is never replaced can only be sent.
        let swappable = view.here.inventory.skills.get(&step.slug).is_some_and(|found| found.swappable);
        if step.local_sha.is_some() && step.drive_sha.is_some() && swappable {
            answers.splice(0..0, [Answer::KeepLocal, Answer::TakeDrive, Answer::Fork]);
        } else if step.local_sha.is_some() {
            answers.insert(0, Answer::KeepLocal);
        }
        let choice = match ctx.ui.select(&format!("{}: {why}. What now?", step.slug), answers, "--on-conflict HOW")? {
            Answer::KeepLocal => Choice::KeepLocal,
            Answer::TakeDrive => Choice::TakeDrive,
            Answer::Skip => Choice::Skip,
            Answer::Fork => Choice::Fork(new_name(ctx, &step.slug)?),
        };
        choices.insert(step.slug.clone(), choice);
    }
    Ok(choices)
}

/// Asks until the name is one: a slip of the finger must not undo the answers before it.
fn new_name(ctx: &Context, slug: &Slug) -> Result<Slug> {
    loop {
        let name = ctx.ui.text("Its new name", Some(&format!("{slug}-local")), "--on-conflict fork")?;
        match Slug::new(name.trim()) {
            Ok(name) => return Ok(name),
            Err(error) => ctx.ui.warn(error),
        }
    }
}
