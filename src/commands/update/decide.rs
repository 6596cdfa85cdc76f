//! Which of the newer versions come: all but those of skills that were edited here, for which a person decides.

use std::fmt;

use super::ConflictArg;
use super::Decided;
use super::UpdateArgs;
use crate::context::Context;
use crate::error::Result;
use crate::store::settings::OnConflict;
use crate::store::settings::Settings;
use crate::update::apply::Choice;
use crate::update::apply::Job;
use crate::update::plan::Step;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Keep,
    Take,
    Fork,
    Merge,
    Skip,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "keep the edited skill as it is",
            Self::Take => "take the new version; the edited one goes to the trash",
            Self::Fork => "keep both: the edited one under a new name",
            Self::Merge => "merge the edits into the new version",
            Self::Skip => "leave it for now",
        })
    }
}

/// Decides for one skill. `--yes` agrees to what is shown, and not to the loss of an edit.
pub(super) fn one(
    ctx: &Context,
    args: &UpdateArgs,
    settings: &Settings,
    step: &Step,
    decided: &mut Decided,
) -> Result<()> {
    if !step.is_edited() {
        decided.jobs.push(Job { step: step.clone(), choice: None });
        return Ok(());
    }
    let asks = ctx.ui.is_interactive() && !ctx.ui.says_yes() && !ctx.dry_run();
    let answer = match (args.on_conflict, settings.conflict) {
        (Some(ConflictArg::Keep), _) | (None, OnConflict::KeepLocal) => Answer::Keep,
        (Some(ConflictArg::Take), _) | (None, OnConflict::TakeDrive) => Answer::Take,
        (Some(ConflictArg::Fork), _) | (None, OnConflict::Fork) => Answer::Fork,
        (Some(ConflictArg::Merge), _) => Answer::Merge,
        (None, OnConflict::Ask) if asks => {
            let answers = vec![Answer::Merge, Answer::Fork, Answer::Take, Answer::Keep, Answer::Skip];
            ctx.ui.select(&format!("{} was edited here.", step.slug), answers, "--on-conflict HOW")?
        }
        (None, OnConflict::Ask | OnConflict::Skip) => Answer::Skip,
    };
    let choice = match answer {
        Answer::Keep => {
            decided.kept.push(step.slug.clone());
            return Ok(());
        }
        Answer::Skip => {
            decided.undecided.push(step.slug.clone());
            return Ok(());
        }
        Answer::Take => Choice::Take,
        Answer::Fork => Choice::Fork,
        Answer::Merge => Choice::Merge { markers: args.markers },
    };
    decided.jobs.push(Job { step: step.clone(), choice: Some(choice) });
    Ok(())
}
