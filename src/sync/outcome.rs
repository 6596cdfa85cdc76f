//! What came of a sync, as a value for the command to show.

use std::collections::BTreeSet;
use std::path::PathBuf;

use skillzdrive_wire::RunId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::RunStatus;

use crate::agents::links::LinkReport;
use crate::error::Error;

/// What came of the steps of one run.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The run that the drive opened, where something was sent to it.
    pub(crate) run_id: Option<RunId>,
    /// How it was closed; none when it could not be.
    pub(crate) status: Option<RunStatus>,
    /// How many skills the drive holds now.
    pub(crate) drive_count: Option<u64>,
    /// Up to how many skills are free.
    pub(crate) high_water: Option<u64>,
    /// The steps that are done.
    pub(crate) done: Vec<Done>,
    /// Those that are not.
    pub(crate) failed: Vec<NotDone>,
    /// Those that the drive left out, with its reason.
    pub(crate) left_out: Vec<(Slug, Action, String)>,
    /// Whether the drive changed under the run, so that a new look is needed.
    pub(crate) stale: bool,
    /// What was linked.
    pub(crate) links: LinkReport,
    /// The trash's name for this run, when it displaced anything.
    pub(crate) trash_run: Option<String>,
    /// Sentences that a person should read.
    pub(crate) warnings: Vec<String>,
}

/// A step that is done.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) slug: Slug,
    pub(crate) action: Action,
    /// Where the skill lies.
    pub(crate) path: Option<PathBuf>,
    /// The drive's version, when it is known.
    pub(crate) version: Option<u64>,
    /// What it cost, in credits.
    pub(crate) cost: u64,
}

/// A step that is not.
#[derive(Debug)]
pub(crate) struct NotDone {
    pub(crate) slug: Slug,
    pub(crate) action: Action,
    pub(crate) error: Error,
}

impl Outcome {
    /// Adds what another part of the same sync did.
    pub(crate) fn merge(&mut self, other: Self) {
        self.run_id = other.run_id.or(self.run_id.take());
        self.status = other.status.or(self.status.take());
        self.drive_count = other.drive_count.or(self.drive_count);
        self.high_water = other.high_water.or(self.high_water);
        // A later round has the last word on a slug that an earlier one had to leave.
        let later: BTreeSet<&Slug> = (other.done.iter().map(|one| &one.slug))
            .chain(other.failed.iter().map(|one| &one.slug))
            .chain(other.left_out.iter().map(|(slug, ..)| slug))
            .collect();
        self.left_out.retain(|(slug, ..)| !later.contains(slug));
        self.done.extend(other.done);
        self.failed.extend(other.failed);
        self.left_out.extend(other.left_out);
        self.stale |= other.stale;
        self.links.merge(other.links);
        self.trash_run = other.trash_run.or(self.trash_run.take());
        self.warnings.extend(other.warnings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_later_round_did_was_not_left_out() {
        let slug = |text: &str| Slug::new(text).unwrap();
        let left = |text: &str| (slug(text), Action::UploadPrivate, "the drive changed meanwhile".to_owned());
        let done = Done { slug: slug("a"), action: Action::UploadPrivate, path: None, version: None, cost: 0 };
        let mut total = Outcome { left_out: vec![left("a"), left("b"), left("c")], ..Outcome::default() };
        total.merge(Outcome { done: vec![done], left_out: vec![left("b")], ..Outcome::default() });
        let names: Vec<&str> = total.left_out.iter().map(|(slug, ..)| slug.as_str()).collect();
        assert_eq!(names, ["c", "b"]);
    }
}
