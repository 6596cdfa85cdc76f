//! Telemetry events on their way: those that wait, the last that were sent, and whether the notice was shown.
//!
//! One small file for each event, so that processes do not disturb each other. Nothing here talks to a network.

use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::telemetry::Event;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;

/// How many events wait at most; the oldest make room.
const WAITING: usize = 100;
/// How many sent ones are kept to be shown.
const SENT: usize = 20;

/// An event and the only drive that it may go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spooled {
    /// The server's identity.
    pub(crate) server: String,
    /// The event, exactly as it is sent.
    pub(crate) event: Event,
}

/// The spool of one person.
#[derive(Debug, Clone)]
pub(crate) struct Spool {
    folder: PathBuf,
}

/// The right to send: one process at a time.
#[derive(Debug)]
pub(crate) struct Sending {
    _lock: File,
}

impl Spool {
    /// The one in the state folder.
    pub(crate) fn of(paths: &Paths) -> Self {
        Self { folder: paths.state.join("telemetry") }
    }

    fn waiting_folder(&self) -> PathBuf {
        self.folder.join("waiting")
    }

    fn sent_folder(&self) -> PathBuf {
        self.folder.join("sent")
    }

    fn notice(&self) -> PathBuf {
        self.folder.join("notice-shown")
    }

    /// Whether the person was told of telemetry.
    pub(crate) fn is_noticed(&self) -> bool {
        self.notice().exists()
    }

    /// Notes that the person was told.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub(crate) fn note(&self) -> Result<()> {
        atomic::write(&self.notice(), b"", Privacy::Private)
    }

    /// Adds an event.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub(crate) fn put(&self, spooled: &Spooled) -> Result<()> {
        let text = serde_json::to_vec(spooled).map_err(|e| Error::internal("an event is not JSON").source(e))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let name = format!("{now:014}-{}.json", uuid::Uuid::new_v4().simple());
        // One that a power cut took was never counted; that is all.
        atomic::write_lightly(&self.waiting_folder().join(name), &text, Privacy::Private)?;
        trim(&self.waiting_folder(), WAITING);
        Ok(())
    }

    /// What waits, oldest first. What cannot be read is thrown away: nothing depends on it.
    pub(crate) fn waiting(&self) -> Vec<(PathBuf, Spooled)> {
        let read = |path: PathBuf| match fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
            Some(spooled) => Some((path, spooled)),
            None => {
                let _ = fs::remove_file(&path);
                None
            }
        };
        files(&self.waiting_folder()).into_iter().filter_map(read).collect()
    }

    /// The last that were sent, oldest first.
    pub(crate) fn sent(&self) -> Vec<Spooled> {
        let read = |path: PathBuf| serde_json::from_slice(&fs::read(path).ok()?).ok();
        files(&self.sent_folder()).into_iter().filter_map(read).collect()
    }

    /// Takes the right to send; `None` when another process sends.
    pub(crate) fn begin(&self) -> Option<Sending> {
        atomic::make_folder(&self.folder, Privacy::Private).ok()?;
        let path = self.folder.join("lock");
        let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path).ok()?;
        file.try_lock().ok()?;
        Some(Sending { _lock: file })
    }

    /// An event was sent: it is kept to be shown.
    pub(crate) fn was_sent(&self, _right: &Sending, path: &Path) {
        let sent = self.sent_folder();
        let kept = path.file_name().is_some_and(|name| {
            atomic::make_folder(&sent, Privacy::Private).is_ok() && fs::rename(path, sent.join(name)).is_ok()
        });
        if !kept {
            let _ = fs::remove_file(path);
        }
        trim(&sent, SENT);
    }

    /// The drive will never take an event: it is forgotten.
    pub(crate) fn was_refused(&self, _right: &Sending, path: &Path) {
        let _ = fs::remove_file(path);
    }
}

/// The events of a folder, oldest first.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort_unstable();
    files
}

fn trim(folder: &Path, most: usize) {
    let files = files(folder);
    for path in &files[..files.len().saturating_sub(most)] {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use skillzdrive_wire::InstallId;
    use skillzdrive_wire::telemetry::EventType;

    use super::*;

    fn spooled(n: usize) -> Spooled {
        let event = Event {
            install_id: InstallId::random(),
            event_type: EventType::Install,
            cli_version: n.to_string(),
            os: "linux/amd64".to_owned(),
            skill_slugs: Vec::new(),
            source_types: Vec::new(),
            metadata: serde_json::Map::new(),
        };
        Spooled { server: "https://a.example".to_owned(), event }
    }

    #[test]
    fn events_wait_up_to_a_hundred_and_the_sent_are_shown() {
        let home = tempfile::tempdir().unwrap();
        let spool = Spool { folder: home.path().join("telemetry") };
        for n in 0..105 {
            spool.put(&spooled(n)).unwrap();
        }
        let waiting = spool.waiting();
        assert_eq!(waiting.len(), WAITING);
        let right = spool.begin().unwrap();
        assert!(spool.begin().is_none());
        spool.was_sent(&right, &waiting[0].0);
        spool.was_refused(&right, &waiting[1].0);
        assert_eq!(spool.waiting().len(), WAITING - 2);
        assert_eq!(spool.sent(), [waiting[0].1.clone()]);
        drop(right);
        assert!(spool.begin().is_some());
        assert!(!spool.is_noticed());
        spool.note().unwrap();
        assert!(spool.is_noticed());
    }
}
