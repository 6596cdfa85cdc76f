//! How old a version must be before it is taken: what was published a moment ago nobody has looked at yet.

use std::time::Duration;
use std::time::SystemTime;

use crate::error::Error;
use crate::error::Kind;
use crate::installer::stage::Label;
use crate::store::stamp;

/// The age that a version must have, and the time it is now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Age {
    /// How old it must be; nothing is held back for zero.
    pub(crate) least: Duration,
    /// Now.
    pub(crate) now: SystemTime,
}

/// What an age comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// It may be taken.
    OldEnough,
    /// It was published too short a time ago.
    TooYoung,
    /// Nobody says when it was published.
    Unknown,
}

impl Age {
    /// Judges a version by when it was published (RFC 3339).
    pub(crate) fn judge(self, published_at: Option<&str>) -> Judged {
        if self.least.is_zero() {
            return Judged::OldEnough;
        }
        let Some(published) = published_at.and_then(stamp::parse) else { return Judged::Unknown };
        // What was published after now, by a clock that differs, has no age at all.
        let old = self.now.duration_since(published).unwrap_or_default();
        if old < self.least { Judged::TooYoung } else { Judged::OldEnough }
    }

    /// The error for a version that is not taken; `None` for one that is.
    pub(super) fn refusal(self, label: &Label, published_at: Option<&str>) -> Option<Error> {
        let why = match self.judge(published_at) {
            Judged::OldEnough => return None,
            Judged::TooYoung => format!("was published at {}", published_at.unwrap_or_default()),
            Judged::Unknown => "does not say when it was published".to_owned(),
        };
        let Label { slug, version, content_sha, .. } = label;
        let exact = version.map_or_else(|| content_sha.to_string(), |version| version.to_string());
        let hours = self.least.as_secs().div_ceil(3600);
        let least = if hours.is_multiple_of(24) { format!("{} days", hours / 24) } else { format!("{hours} hours") };
        Some(
            Error::new(Kind::Failure, format!("`{slug}`: the newest version {why}, and min_age asks for {least}"))
                .code("too_young")
                .hint(format!("skillzdrive install {slug}@{exact} takes it all the same; @N takes an older one")),
        )
    }
}
