//! The engine that brings skills onto this machine: from a drive, a folder, a package or GitHub, or back from the
//! lockfile.
//!
//! Everything is fetched, verified and unpacked before the first folder changes ([`stage`]); then, under the scope's
//! lock, each skill is put in its place in one step, linked for the agents and written into the lockfile ([`placing`]).
//! One skill that fails does not stop the others. The engine announces what it does through [`Event`]; it does not
//! print, ask or read the environment.

pub(crate) mod age;
pub(crate) mod gated;
pub(crate) mod gather;
pub(crate) mod github;
pub(crate) mod here;
pub(crate) mod linking;
pub(crate) mod placing;
pub(crate) mod restore;
pub(crate) mod run;
pub(crate) mod spec;
pub(crate) mod stage;
pub(crate) mod visible;

use std::path::PathBuf;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::agents::links::LinkReport;
use crate::error::Error;

/// What an engine announces while it works.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// So many skills are about to be fetched.
    Fetching(usize),
    /// One of them came, with its size in bytes.
    Fetched(Slug, u64),
    /// So many more bytes came.
    Bytes(u64),
    /// Another process holds the scope; this describes it.
    Waiting(String),
}

/// Who is told. Called from several threads.
pub(crate) type Tell<'a> = &'a (dyn Fn(Event) + Sync);

/// What became of a skill that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It was not there before.
    Installed,
    /// Its folder was replaced; the old one is in the trash.
    Replaced,
    /// Its folder was right already; lockfile or links may have changed.
    Unchanged,
}

impl Change {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A skill that is installed now.
#[derive(Debug, Clone)]
pub(crate) struct Installed {
    /// Its slug.
    pub(crate) slug: Slug,
    /// The drive's version, when it has one.
    pub(crate) version: Option<u64>,
    /// The digest of the zip it came as.
    pub(crate) content_sha: ContentSha,
    /// The lockfile's word for where it came from.
    pub(crate) source: String,
    /// Whether everybody may know of it: telemetry names no others.
    pub(crate) public: bool,
    /// Where its files lie.
    pub(crate) path: PathBuf,
    /// What was done.
    pub(crate) change: Change,
    /// The agents' links.
    pub(crate) links: LinkReport,
    /// What of the old folder stayed in the trash with it, because something else has its name now.
    pub(crate) stranded: Vec<String>,
}

/// A skill that is not.
#[derive(Debug)]
pub(crate) struct Failed {
    /// Its slug, or what was typed.
    pub(crate) name: String,
    /// Why.
    pub(crate) error: Error,
}

/// What came of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The skills that are installed now, by slug.
    pub(crate) installed: Vec<Installed>,
    /// Those that are not.
    pub(crate) failed: Vec<Failed>,
    /// The trash's name for this run, when it changed anything.
    pub(crate) run: Option<String>,
}
