//! What a sync asks a person: which home-made skills to send, and how each conflict ends.

use std::collections::BTreeMap;
use std::fmt;

use skillzdrive_sync::Choice;
use skillzdrive_sync::Plan;
use skillzdrive_wire::Slug;

use crate::api::account::Account;
use crate::context::Context;
use crate::error::Result;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
use crate::store::cache::ZipCache;
use crate::store::inventory::Found;
use crate::store::library::Library;
use crate::store::scope::Scope;
use crate::store::staging;
use crate::sync::look::Here;
use crate::sync::look::View;
use crate::sync::look::options_of;
use crate::sync::part::Part;
use crate::update::diff;
use crate::update::files;
use crate::update::sides;

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
    Look,
    KeepLocal,
    TakeDrive,
    Fork,
    Skip,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Look => "show what differs",
            Self::KeepLocal => "keep the local version and send it",
            Self::TakeDrive => "take the drive's version; the local one goes to the trash",
            Self::Fork => "keep both: the local one under a new name",
            Self::Skip => "leave it for now",
        })
    }
}

/// Asks about each conflict that nobody decided.
pub(super) async fn conflicts(
    ctx: &Context,
    account: &Account<'_>,
    view: &View,
    plan: &Plan,
) -> Result<BTreeMap<Slug, Choice>> {
    let mut choices = BTreeMap::new();
    for step in plan.undecided().filter(|step| !view.held.contains_key(&step.slug)) {
        let why = step.reason.as_deref().unwrap_or("both sides changed");
        let found = view.here.inventory.skills.get(&step.slug);
        let mut answers = Vec::new();
        if let (Some(found), Some(_), Some(_)) = (found, &step.local_sha, &step.drive_sha) {
            // A folder that is never replaced can only be sent.
            if found.swappable {
                answers.extend([Answer::KeepLocal, Answer::TakeDrive, Answer::Fork]);
            } else {
                answers.push(Answer::KeepLocal);
            }
            answers.extend([Answer::Look, Answer::Skip]);
        } else if step.local_sha.is_some() {
            answers.extend([Answer::KeepLocal, Answer::Skip]);
        } else {
            answers.push(Answer::Skip);
        }
        let choice = loop {
            let question = format!("{}: {why}. What now?", step.slug);
            match (ctx.ui.select(&question, answers.clone(), "--on-conflict HOW")?, found) {
                (Answer::Look, Some(found)) => {
                    // Looking is worth no failure: the question is asked again.
                    if let Err(error) = look(ctx, account, found).await {
                        ctx.ui.warn(error.one_line());
                    }
                    answers.retain(|answer| *answer != Answer::Look);
                }
                (Answer::KeepLocal, _) => break Choice::KeepLocal,
                (Answer::TakeDrive, _) => break Choice::TakeDrive,
                (Answer::Fork, _) => break Choice::Fork(new_name(ctx, &step.slug)?),
                (Answer::Skip | Answer::Look, _) => break Choice::Skip,
            }
        };
        choices.insert(step.slug.clone(), choice);
    }
    Ok(choices)
}

/// Shows what taking the drive's version would change here.
async fn look(ctx: &Context, account: &Account<'_>, found: &Found) -> Result<()> {
    let cache = ZipCache::new(&ctx.paths);
    let (_elsewhere, staging) = staging::passing()?;
    let sources = Sources {
        client: ctx.client()?,
        account: Some(account),
        cache: &cache,
        staging: &staging,
        archive: LastArchive::default(),
    };
    let drive = sides::in_drive(&sources, &found.slug).await?;
    let here = files::of_dir(&found.path, &options_of(found))?;
    let files = diff::diff(&here, &drive);
    ctx.ui.status(format_args!("{}: - here, + in the drive", found.slug));
    ctx.ui.long(files.iter().map(|file| file.text.trim_end_matches('\n')).collect::<Vec<_>>().join("\n"));
    Ok(())
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
