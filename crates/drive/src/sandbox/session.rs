//! Sessions: a skill unpacked for one owner, kept for a while where that is asked for.
//!
//! A session belongs to whoever opened it, to one skill and to the bytes of one version. One run at a time is in it.

use std::collections::HashMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use skillzdrive_skill::Limits;
use skillzdrive_skill::open_zip;
use skillzdrive_wire::ContentSha;
use tokio::sync::OwnedMutexGuard;

use super::SandboxError;
use super::folder;
use super::folder::Home;
use crate::keys;

/// The most sessions that are kept for one owner.
const MOST_KEPT: usize = 4;

/// How long a run waits for the one before it in the same session.
const TURN: Duration = Duration::from_secs(30);

/// Whose session it is, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The account, and the slice of it that the key sees: two keys of one account may be two persons'.
    pub(crate) holder: String,
    pub(crate) skill_id: String,
    pub(crate) content_sha: ContentSha,
}

/// Which session is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A fresh one, for this run alone.
    Fresh,
    /// One that is kept: an idle one of this owner, else a fresh one.
    Kept,
    /// That one.
    Named(String),
}

/// All sessions of a drive.
#[derive(Debug)]
pub(super) struct Sessions {
    entries: Mutex<HashMap<String, Entry>>,
    most: usize,
    /// How long one is kept after a run, in milliseconds.
    kept_for: i64,
}

#[derive(Debug)]
struct Entry {
    owner: Owner,
    folder: PathBuf,
    seat: u32,
    uid: Option<u32>,
    /// When it is over; `None` for one that is not kept.
    until: Option<i64>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// The right to be in a session.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub(crate) id: String,
    folder: PathBuf,
    uid: Option<u32>,
    _turn: OwnedMutexGuard<()>,
}

impl Ticket {
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn uid(&self) -> Option<u32> {
        self.uid
    }
}

impl Sessions {
    pub(super) fn new(most: usize, kept_seconds: u64) -> Self {
        let kept_for = i64::try_from(kept_seconds.saturating_mul(1_000)).unwrap_or(i64::MAX);
        Self { entries: Mutex::default(), most, kept_for }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the session that is wanted.
    pub(super) async fn open(
        &self,
        home: &Home,
        owner: &Owner,
        wanted: &Wanted,
        zip: Bytes,
        now: i64,
    ) -> Result<Ticket, SandboxError> {
        self.sweep(now).await;
        match wanted {
            Wanted::Named(id) => return self.named(id, owner).await,
            Wanted::Kept => {
                if let Some(ticket) = self.idle(owner) {
                    return Ok(ticket);
                }
            }
            Wanted::Fresh => {}
        }
        let (ticket, doomed) = self.reserve(home, owner)?;
        clear(doomed).await;
        let (folder, uid) = (ticket.folder.clone(), ticket.uid);
        let unpacked = tokio::task::spawn_blocking(move || unpack(&zip, &folder, uid)).await;
        match unpacked.map_err(|error| error.to_string()).and_then(|done| done) {
            Ok(()) => Ok(ticket),
            Err(error) => {
                self.discard(ticket).await;
                Err(SandboxError::Unpack(error))
            }
        }
    }

    /// The session of that name, once the run before has left it.
    async fn named(&self, id: &str, owner: &Owner) -> Result<Ticket, SandboxError> {
        let turn = {
            let entries = self.lock();
            let entry = entries.get(id).filter(|entry| entry.owner == *owner && entry.until.is_some());
            Arc::clone(&entry.ok_or(SandboxError::NoSession)?.turn)
        };
        let turn = tokio::time::timeout(TURN, turn.lock_owned()).await.map_err(|_| SandboxError::Busy)?;
        // It may have been removed while this waited.
        self.lock().get(id).map(|entry| ticket(id, entry, turn)).ok_or(SandboxError::NoSession)
    }

    fn idle(&self, owner: &Owner) -> Option<Ticket> {
        let entries = self.lock();
        let mut kept = entries.iter().filter(|(_, entry)| entry.owner == *owner && entry.until.is_some());
        kept.find_map(|(id, entry)| Arc::clone(&entry.turn).try_lock_owned().ok().map(|turn| ticket(id, entry, turn)))
    }

    /// A seat for a fresh session, whose folder is not there yet, and the folders of those that made room for it.
    fn reserve(&self, home: &Home, owner: &Owner) -> Result<(Ticket, Vec<PathBuf>), SandboxError> {
        let mut entries = self.lock();
        let doomed = make_room(&mut entries, owner, self.most);
        let seats = 0..u32::try_from(self.most).unwrap_or(u32::MAX);
        let seat = seats.into_iter().find(|seat| entries.values().all(|entry| entry.seat != *seat));
        let seat = seat.ok_or(SandboxError::Busy)?;
        let id = keys::mint("").map_err(|error| SandboxError::Unavailable(error.to_string()))?;
        let entry = Entry {
            owner: owner.clone(),
            folder: home.place(&id),
            seat,
            uid: home.uid(seat),
            until: None,
            turn: Arc::default(),
        };
        let turn = Arc::clone(&entry.turn).try_lock_owned().map_err(|_| SandboxError::Busy)?;
        let ticket = ticket(&id, &entry, turn);
        entries.insert(id, entry);
        Ok((ticket, doomed))
    }

    /// Removes the sessions whose time is over.
    async fn sweep(&self, now: i64) {
        let mut doomed = Vec::new();
        self.lock().retain(|_, entry| {
            let is_over = entry.until.is_some_and(|until| until <= now) && entry.turn.try_lock().is_ok();
            if is_over {
                doomed.push(entry.folder.clone());
            }
            !is_over
        });
        clear(doomed).await;
    }

    /// Lets a session go.
    pub(super) async fn close(self: &Arc<Self>, ticket: Ticket, keep: bool, now: i64) {
        if !keep {
            return self.discard(ticket).await;
        }
        let until = now.saturating_add(self.kept_for);
        if let Some(entry) = self.lock().get_mut(&ticket.id) {
            entry.until = Some(until);
        }
        drop(ticket);
        // The next run sweeps too; this is for when there is none.
        let (sessions, wait) = (Arc::downgrade(self), self.kept_for);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(0))).await;
            if let Some(sessions) = sessions.upgrade() {
                sessions.sweep(until).await;
            }
        });
    }

    async fn discard(&self, ticket: Ticket) {
        clear(vec![ticket.folder.clone()]).await;
        self.lock().remove(&ticket.id);
    }
}

fn ticket(id: &str, entry: &Entry, turn: OwnedMutexGuard<()>) -> Ticket {
    Ticket { id: id.to_owned(), folder: entry.folder.clone(), uid: entry.uid, _turn: turn }
}

/// Takes out the oldest idle sessions where there are too many: the owner's own before others'.
fn make_room(entries: &mut HashMap<String, Entry>, owner: &Owner, most: usize) -> Vec<PathBuf> {
    let mut idle: Vec<(bool, i64, String)> = entries
        .iter()
        .filter(|(_, entry)| entry.turn.try_lock().is_ok())
        .filter_map(|(id, entry)| Some((entry.owner.holder != owner.holder, entry.until?, id.clone())))
        .collect();
    idle.sort_unstable();
    let mut own = entries.values().filter(|entry| entry.owner.holder == owner.holder).count();
    let mut doomed = Vec::new();
    for (other, _, id) in idle {
        if (!other && own >= MOST_KEPT) || entries.len() >= most {
            own -= usize::from(!other);
            doomed.extend(entries.remove(&id).map(|entry| entry.folder));
        }
    }
    doomed
}

async fn clear(folders: Vec<PathBuf>) {
    if folders.is_empty() {
        return;
    }
    let removed = tokio::task::spawn_blocking(move || folders.iter().for_each(|path| folder::remove(path))).await;
    if let Err(error) = removed {
        tracing::warn!(%error, "a session's folder stays");
    }
}

fn unpack(zip: &[u8], into: &Path, uid: Option<u32>) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    std::fs::create_dir(into).map_err(said)?;
    let archive = open_zip(zip, &Limits::default()).map_err(|error| error.to_string())?;
    archive.extract(into).map_err(|error| error.to_string())?;
    folder::hand_over(into, uid).map_err(said)
}
