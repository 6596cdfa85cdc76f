//! A newer version of this program: what the drive said of it, and when a person was last told.
//!
//! The drive names the newest version in the answers that the program gets anyway, so nobody is asked for it. Nothing here
//! prints or asks a network.

use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

use skillzdrive_wire::release::Release;

use crate::env;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;

/// How long there is silence after a person was told.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a drive said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// The drive's identity.
    pub(crate) server: String,
    /// The newest version that it knows of.
    pub(crate) newest: Release,
}

/// This program's own version; `None` in a build that is no release.
pub(crate) fn own() -> Option<Release> {
    env!("CARGO_PKG_VERSION").parse().ok()
}

impl News {
    /// Whether it is newer than this program.
    pub(crate) fn is_news(&self) -> bool {
        own().is_some_and(|own| self.newest > own)
    }
}

fn path(paths: &Paths) -> PathBuf {
    paths.state.join("newest")
}

/// What a drive said last; `None` where that cannot be read.
pub(crate) fn kept(paths: &Paths) -> Option<News> {
    let text = atomic::read_text(&path(paths)).ok().flatten()?;
    let (server, newest) = text.split_once('\n')?;
    Some(News { server: server.to_owned(), newest: newest.trim_end().parse().ok()? })
}

/// Keeps what a drive said, for `self update`, which asks nobody.
///
/// # Errors
/// When the state folder cannot be written.
pub(crate) fn keep(paths: &Paths, news: &News) -> Result<()> {
    if kept(paths).as_ref() == Some(news) {
        return Ok(());
    }
    let text = format!("{}\n{}\n", news.server, news.newest);
    // If it is lost, the next answer says it again.
    atomic::write_lightly(&path(paths), text.as_bytes(), Privacy::Private)
}

fn told_path(paths: &Paths) -> PathBuf {
    paths.state.join("newest-told")
}

/// Whether a person may be told: not within a day of the last time, nor where the environment forbids it.
pub(crate) fn is_due(paths: &Paths) -> bool {
    if env::switch(env::NO_UPDATE_NOTICE) {
        return false;
    }
    let told = std::fs::metadata(told_path(paths)).and_then(|meta| meta.modified());
    // A time in the future, from before a clock was set right, counts as none.
    told.map_or(true, |told| SystemTime::now().duration_since(told).map_or(true, |since| since >= DAY))
}

/// Notes that a person is told now.
///
/// # Errors
/// When the state folder cannot be written.
pub(crate) fn note_told(paths: &Paths) -> Result<()> {
    atomic::write_lightly(&told_path(paths), b"", Privacy::Private)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    #[test]
    fn what_a_drive_said_is_kept_and_damage_is_nothing() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::below(home.path(), home.path());
        assert_eq!(kept(&paths), None);
        let news = News { server: "https://drive.example".to_owned(), newest: "99.0.0".parse().unwrap() };
        keep(&paths, &news).unwrap();
        assert_eq!(kept(&paths), Some(news.clone()));
        assert!(news.is_news());
        assert!(!News { newest: own().unwrap(), ..news.clone() }.is_news());
        for damage in ["", "x", "https://drive.example\n", "https://drive.example\n99\n", "a\nb\n99.0.0\n"] {
            std::fs::write(path(&paths), damage).unwrap();
            assert_eq!(kept(&paths), None, "{damage:?}");
        }
    }

    #[test]
    fn a_person_is_told_once_a_day_whatever_the_clock_did() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::below(home.path(), home.path());
        assert!(is_due(&paths));
        note_told(&paths).unwrap();
        assert!(!is_due(&paths));
        let file = std::fs::File::options().write(true).open(told_path(&paths)).unwrap();
        for (days, due) in [(-2, true), (2, true)] {
            let now = SystemTime::now();
            let at = if days < 0 { now - DAY * 2 } else { now + DAY * 2 };
            file.set_modified(at).unwrap();
            assert_eq!(is_due(&paths), due, "{days}");
        }
    }
}
