//! A folder of one's own in which a skill is put together before it is placed.
//!
//! Each staging folder holds a marker file under a kernel lock. The lock dies with its process, so the next run can
//! tell what was left behind from what another process is still filling.

use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Error;
use crate::error::Result;
use crate::store::lock;
use crate::store::scope::Scope;
use crate::store::tree;

/// The marker's name.
const MARKER: &str = "alive";
/// How the folders' names begin; nothing else is ever swept.
const PREFIX: &str = "s-";

/// A fresh folder on the skills' file system; dropping it deletes it.
#[derive(Debug)]
pub(crate) struct Staging {
    /// Held for its kernel lock.
    _marker: File,
    folder: PathBuf,
}

impl Staging {
    /// Makes one, and deletes those of processes that are gone.
    ///
    /// # Errors
    /// When the scope's folder cannot be written, naming it.
    pub(crate) fn new(scope: &Scope) -> Result<Self> {
        lock::refuse_outside(scope)?;
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
        sweep(&room);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&room)
            .map_err(|e| Error::io("write in", &room, e))?
            .keep();
        let marker = open_locked(&folder.join(MARKER), false).map_err(|e| Error::io("mark", &folder, e))?;
        Ok(Self { _marker: marker, folder })
    }

    /// A free place in it for a folder of this name; the folder itself is not made.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.folder.join("trees").join(name)
    }

    /// The folder that holds the places; made on the first call.
    ///
    /// # Errors
    /// With its path.
    pub(crate) fn trees(&self) -> Result<PathBuf> {
        let trees = self.folder.join("trees");
        fs::create_dir_all(&trees).map_err(|e| Error::io("make the folder", &trees, e))?;
        Ok(trees)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be deleted now is swept by a later run.
        let _ = tree::remove(&self.folder);
    }
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
        assert_eq!(alive.place("pdf"), tree);
        let dead = scope.workshop().join("staging/s-dead");
        fs::create_dir_all(dead.join("trees/pdf")).unwrap();
        fs::write(dead.join(MARKER), "").unwrap();
        let unmarked = scope.workshop().join("staging/s-unmarked");
        fs::create_dir(&unmarked).unwrap();

        let other = Staging::new(&scope).unwrap();
        assert!(tree.exists());
        assert!(!dead.exists());
        assert!(!unmarked.exists());
        let path = alive.folder.clone();
        drop(alive);
        assert!(!path.exists());
        assert!(other.folder.exists());
    }
}
