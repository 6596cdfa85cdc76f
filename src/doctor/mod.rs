//! The engine that looks whether everything skillzdrive stands on is well: folders, settings, lockfile, keys, drive,
//! agents, shell. It only looks: nothing is written, nothing is mended, no telemetry is noted, and no key is shown.
//!
//! Each check says what it saw and, where something is wrong, what to type or do.

pub(crate) mod agents;
pub(crate) mod drive;
pub(crate) mod local;
pub(crate) mod redact;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// All is well.
    Ok,
    /// It works, and something should be known.
    Warning,
    /// It does not work.
    Failed,
    /// It was not looked at, and the detail says why.
    Skipped,
}

impl Status {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// What one check saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Check {
    /// Its name for scripts.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) title: String,
    /// How it ended.
    pub(crate) status: Status,
    /// What was seen.
    pub(crate) detail: String,
    /// What puts it right.
    pub(crate) fix: Option<String>,
}

impl Check {
    /// One that ended so.
    pub(crate) fn new(id: &str, title: &str, status: Status, detail: impl Into<String>) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), status, detail: detail.into(), fix: None }
    }

    /// One that found nothing wrong.
    pub(crate) fn ok(id: &str, title: &str, detail: impl Into<String>) -> Self {
        Self::new(id, title, Status::Ok, detail)
    }

    /// One that was not made.
    pub(crate) fn skipped(id: &str, title: &str, why: impl Into<String>) -> Self {
        Self::new(id, title, Status::Skipped, why)
    }

    /// Says what puts it right.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// What an error says, with its own first hint as the fix where it has one.
    pub(crate) fn of_error(id: &str, title: &str, error: &crate::error::Error, fix: &str) -> Self {
        let hint = error.hints().first().cloned().unwrap_or_else(|| fix.to_owned());
        Self::new(id, title, Status::Failed, error.one_line()).fix(hint)
    }
}
