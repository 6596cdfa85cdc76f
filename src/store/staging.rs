//! A folder of one's own in which a skill is put together before it is placed.
//!
//! Each staging folder holds a marker file under a kernel lock. The lock dies with its process, so the next run can
//! tell what was left behind from what another process is still filling.

use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use tempfile::TempDir;

use crate::error::Error;
use crate::error::Result;
use crate::store::lock;
use crate::store::scope::Scope;
use crate::store::tree;

/// The marker's name.
const MARKER: &str = "alive";
/// How the folders' names begin; nothing else is ever swept.
const PREFIX: &str = "s-";

/// A fresh folder on the skills' file system, made when the first place in it is asked for. It is deleted when this and
/// the last [`Hold`] on it are dropped.
#[derive(Debug)]
pub(crate) struct Staging {
    scope: Scope,
    made: Arc<Mutex<Option<Made>>>,
}

/// Keeps the folder from being deleted while a thread still writes in it: what is deleted under a writer's hands comes
/// back in part. A command that is told to end drops its [`Staging`], and its threads end what they began.
#[derive(Debug)]
pub(crate) struct Hold {
    _made: Arc<Mutex<Option<Made>>>,
}

#[derive(Debug)]
struct Made {
    /// Held for its kernel lock.
    _marker: File,
    folder: PathBuf,
}

/// A place to unpack in for who only looks and must not write in the scope. It goes with the folder.
///
/// # Errors
/// When there is no room for it.
pub(crate) fn passing() -> Result<(TempDir, Staging)> {
    let folder = tempfile::tempdir().map_err(|e| Error::io("make a folder in", &std::env::temp_dir(), e))?;
    let staging = Staging::new(&Scope::project(folder.path()))?;
    Ok((folder, staging))
}

impl Staging {
    /// One for a scope. Nothing is made yet: what is refused before anything came leaves no folder behind. What dead
    /// processes left is deleted even when this run turns out to need no place.
    ///
    /// # Errors
    /// Exit 8 for a project that leads out of itself.
    pub(crate) fn new(scope: &Scope) -> Result<Self> {
        sweep_dead(scope)?;
        Ok(Self { scope: scope.clone(), made: Arc::default() })
    }

    /// For a thread that writes in it.
    pub(crate) fn hold(&self) -> Hold {
        Hold { _made: self.made.clone() }
    }

    /// A free place in it for a folder of this name; the folder itself is not made.
    ///
    /// # Errors
    /// As [`Staging::trees`].
    pub(crate) fn place(&self, name: &str) -> Result<PathBuf> {
        Ok(self.trees()?.join(name))
    }

    /// The folder that holds the places. The first call makes it.
    ///
    /// # Errors
    /// When the scope's folder cannot be written, naming it.
    pub(crate) fn trees(&self) -> Result<PathBuf> {
        let mut slot = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = match slot.take() {
            Some(made) => made,
            None => make(&self.scope)?,
        };
        let trees = made.folder.join("trees");
        *slot = Some(made);
        fs::create_dir_all(&trees).map_err(|e| Error::io("make the folder", &trees, e))?;
        Ok(trees)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // What cannot be deleted now is swept by a later run.
        let _ = tree::remove(&self.folder);
    }
}

/// Deletes the staging folders of processes that are gone. Nothing is made, and what cannot be deleted is left.
///
/// # Errors
/// Exit 8 for a project that leads out of itself.
pub(crate) fn sweep_dead(scope: &Scope) -> Result<()> {
    lock::refuse_outside(scope)?;
    let workshop = scope.workshop();
    let room = workshop.join("staging");
    let door = room.join("door");
    let ours = room.is_dir() && [&workshop, &room].into_iter().all(|folder| lock::refuse_link(folder).is_ok());
    if ours
        && lock::refuse_linked_file(&door).is_ok()
        && let Ok(_door) = open_locked(&door, true)
    {
        sweep(&room);
    }
    Ok(())
}

fn make(scope: &Scope) -> Result<Made> {
    let workshop = scope.workshop();
    lock::make_workshop(&workshop)?;
    let room = workshop.join("staging");
    lock::refuse_link(&room)?;
    match fs::create_dir(&room) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(Error::io("make the folder", &room, e));
        }
        _ => {}
    }
    // Whoever makes or sweeps holds the room: a folder that was just made and not yet marked is never swept.
    let door = room.join("door");
    lock::refuse_linked_file(&door)?;
    let _door = open_locked(&door, true).map_err(|e| Error::io("lock", &door, e))?;
    let folder =
        tempfile::Builder::new().prefix(PREFIX).tempdir_in(&room).map_err(|e| Error::io("write in", &room, e))?.keep();
    let marker = open_locked(&folder.join(MARKER), false).map_err(|e| Error::io("mark", &folder, e))?;
    Ok(Made { _marker: marker, folder })
}

fn open_locked(path: &Path, wait: bool) -> std::io::Result<File> {
    let file = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    if wait {
        file.lock()?;
    } else {
        file.try_lock()?;
    }
    Ok(file)
}

/// Deletes the folders whose marker nobody holds.
fn sweep(room: &Path) {
    for entry in fs::read_dir(room).into_iter().flatten().flatten() {
        let folder = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder || !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let marker = folder.join(MARKER);
        // A marker that is a link is none of ours, and it is not followed.
        if lock::refuse_linked_file(&marker).is_err() || open_locked(&marker, false).is_ok() {
            let _ = tree::remove(&folder);
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    #[test]
    fn what_the_dead_left_is_swept_and_what_the_living_fill_is_not() {
        let home = tempfile::tempdir().unwrap();
        let scope = Scope::project(home.path());
        let alive = Staging::new(&scope).unwrap();
        let tree = alive.trees().unwrap().join("pdf");
        fs::create_dir(&tree).unwrap();
        assert_eq!(alive.place("pdf").unwrap(), tree);
        let dead = scope.workshop().join("staging/s-dead");
        fs::create_dir_all(dead.join("trees/pdf")).unwrap();
        fs::write(dead.join(MARKER), "").unwrap();
        let unmarked = scope.workshop().join("staging/s-unmarked");
        fs::create_dir(&unmarked).unwrap();

        let other = Staging::new(&scope).unwrap();
        assert!(tree.exists());
        assert!(!dead.exists());
        assert!(!unmarked.exists());
        assert_eq!(fs::read_dir(scope.workshop().join("staging")).unwrap().count(), 2, "the door and the living one");
        let trees = other.trees().unwrap();
        let path = tree.ancestors().nth(2).unwrap().to_path_buf();
        drop(alive);
        assert!(!path.exists());
        assert!(trees.exists());
    }

    #[test]
    fn the_folder_stays_until_the_last_who_writes_in_it_is_done() {
        let home = tempfile::tempdir().unwrap();
        let staging = Staging::new(&Scope::project(home.path())).unwrap();
        let tree = staging.place("pdf").unwrap();
        let hold = staging.hold();
        drop(staging);
        // The writer goes on where it was, and what it wrote goes with the folder.
        fs::create_dir(&tree).unwrap();
        fs::write(tree.join("SKILL.md"), "late").unwrap();
        drop(hold);
        assert!(!tree.ancestors().nth(2).unwrap().exists());
    }
}
