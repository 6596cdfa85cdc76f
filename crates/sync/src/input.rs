//! What a plan is made of besides the preview: what this machine knows and what the person wants.
//!
//! This module must not decide anything.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Kind;
use skillzdrive_wire::sync::Mode;

/// What to do with conflicts that no [`Choice`] answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Leave them undecided, so that they can be asked about.
    #[default]
    Ask,
    /// Send the local bytes, where they were edited here.
    KeepLocal,
    /// Take the drive's bytes; the local ones go to the trash.
    TakeDrive,
    /// Keep the local bytes under a new name and take the drive's under the old one.
    Fork,
    /// Leave them alone.
    Skip,
}

/// A person's answer for one conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Send the local bytes.
    KeepLocal,
    /// Take the drive's bytes; the local ones go to the trash.
    TakeDrive,
    /// Keep the local bytes under this new name and take the drive's under the old one.
    Fork(Slug),
    /// Leave it alone this time.
    Skip,
}

/// What to do with a skill that was removed on this machine and is still in the drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RemovedHere {
    /// Leave it so, and say it.
    #[default]
    Skip,
    /// Install it again.
    Reinstall,
    /// Remove it from the drive too.
    RemoveFromDrive,
}

/// One skill on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// L, exactly as the preview was told.
    pub sha: ContentSha,
    /// B for this server, account, key scope and root.
    pub base: Option<ContentSha>,
    /// The lockfile says that these are the bytes of an installed version and that nobody edited them, or the drive's
    /// version list has them.
    pub known: bool,
    /// False where the folder holds a `.git` or is reached through a link out of its folder: it is never swapped, so a
    /// change from the drive is a conflict there and the drive's bytes cannot be taken.
    pub swappable: bool,
}

/// What this machine knows. Exactly the skills of `local` were sent with the preview.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Machine {
    /// The skills that are here.
    pub local: BTreeMap<Slug, Local>,
    /// B of the slugs that were synced and are not here any more.
    pub bases_of_absent: BTreeMap<Slug, ContentSha>,
    /// Slugs that two places here hold with different bytes. They are not sent, and nothing happens to them before a
    /// person has decided which place is the skill.
    pub ambiguous: BTreeSet<Slug>,
    /// L of the skills whose bytes were copied to a new name for a fork ([`Plan::forks`](crate::Plan::forks)). The client remembers it, so
    /// that a run which stops after the copy (killed, or out of credits) does not copy again and again.
    pub copies: BTreeMap<Slug, ContentSha>,
}

/// What the person wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Why it runs.
    pub kind: Kind,
    /// Which part is carried out.
    pub mode: Mode,
    /// What to do with conflicts that `choices` does not answer.
    pub on_conflict: OnConflict,
    /// A person's answers.
    pub choices: BTreeMap<Slug, Choice>,
    /// Slugs that are left out for good.
    pub skip: BTreeSet<Slug>,
    /// Neither claims nor uploads nor removals from the drive: `sync --project` without `--push`.
    pub pull_only: bool,
    /// Move to the trash what the drive removed.
    pub prune: bool,
    /// How many removals are allowed; without it 10 or a quarter of the skills, whichever is less, but at least one.
    pub max_delete: Option<u64>,
    /// What to do with skills that were removed here.
    pub removed_here: RemovedHere,
    /// False for the embedded drive, whose balance is never a reason to stop.
    pub credits_matter: bool,
    /// The most that this run may cost, in credits.
    pub max_credits: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kind: Kind::Manual,
            mode: Mode::All,
            on_conflict: OnConflict::default(),
            choices: BTreeMap::new(),
            skip: BTreeSet::new(),
            pull_only: false,
            prune: false,
            max_delete: None,
            removed_here: RemovedHere::default(),
            credits_matter: true,
            max_credits: None,
        }
    }
}

impl Options {
    /// The options for the plan after the copies of [`Plan::forks`](crate::Plan::forks) were made: the originals now take the drive's bytes.
    #[must_use]
    pub fn after_forks(mut self, forks: &[(Slug, Slug)]) -> Self {
        self.choices.extend(forks.iter().map(|(original, _)| (original.clone(), Choice::TakeDrive)));
        self
    }
}
