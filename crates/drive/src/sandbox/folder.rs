//! The folder of the sandbox's sessions, beside the system's other temporary files: never in the data folder, of which a
//! script must not even know the name.

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use tempfile::TempDir;

use super::SandboxError;
use super::filter;
use super::view::OWN;

/// How these folders begin.
const PREFIX: &str = "skillzdrive-sandbox-";

/// The file whose lock says that the folder's drive lives.
const LOCK: &str = "lock";

/// The file of the filter of calls.
const FILTER: &str = "filter";

/// Where the system has its own accounts no longer and its containers' not yet.
const FIRST_UID: u32 = 60_800;

/// The folder of one drive in one process.
#[derive(Debug)]
pub(super) struct Home {
    folder: TempDir,
    etc: PathBuf,
    /// Whether this process may give files to other users, and start programs as them.
    is_root: bool,
    _lock: File,
}

impl Home {
    /// Makes the folder, and removes those whose drives ended without doing so.
    pub(super) fn open(within: Option<&Path>) -> Result<Self, SandboxError> {
        let within = within.map_or_else(std::env::temp_dir, Path::to_owned);
        sweep(&within);
        Self::make(&within)
            .map_err(|error| SandboxError::Unavailable(format!("no folder for it in {}: {error}", within.display())))
    }

    fn make(within: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(within)?;
        let lock = File::create_new(folder.path().join(LOCK))?;
        lock.lock()?;
        let etc = folder.path().join("etc");
        fs::create_dir(&etc)?;
        for (name, text) in OWN {
            io::Write::write_all(&mut File::create_new(etc.join(name))?, text.as_bytes())?;
        }
        if let Some(bytes) = filter::filter() {
            io::Write::write_all(&mut File::create_new(folder.path().join(FILTER))?, &bytes)?;
        }
        // The users of the sessions come through, and see the names of nothing.
        open_to_others(folder.path(), 0o711)?;
        open_to_others(&etc, 0o755)?;
        let is_root = owner(folder.path())? == 0;
        Ok(Self { folder, etc, is_root, _lock: lock })
    }

    /// The folder with the few files of `/etc`.
    pub(super) fn etc(&self) -> &Path {
        &self.etc
    }

    /// The filter of calls, open for the program that is started next.
    pub(super) fn filter(&self) -> io::Result<Option<Inherited>> {
        match File::open(self.folder.path().join(FILTER)) {
            Ok(file) => Inherited::new(file).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound && filter::filter().is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The place of a session.
    pub(super) fn place(&self, id: &str) -> PathBuf {
        self.folder.path().join(id)
    }

    /// The user of a session, where it can have one of its own: the system does not limit what its root starts.
    pub(super) fn uid(&self, seat: u32) -> Option<u32> {
        self.is_root.then_some(FIRST_UID + seat)
    }
}

/// An open file that programs inherit. One that is started meanwhile for another run inherits it too, which tells it
/// nothing: it is the same file for all.
#[derive(Debug)]
pub(super) struct Inherited(File);

impl Inherited {
    #[cfg(unix)]
    fn new(file: File) -> io::Result<Self> {
        rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty())?;
        Ok(Self(file))
    }

    #[cfg(not(unix))]
    fn new(file: File) -> io::Result<Self> {
        Ok(Self(file))
    }

    /// The number that it has in the program.
    pub(super) fn number(&self) -> i32 {
        #[cfg(unix)]
        {
            std::os::fd::AsRawFd::as_raw_fd(&self.0)
        }
        #[cfg(not(unix))]
        {
            let _ = &self.0;
            -1
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        remove(self.folder.path());
    }
}

/// Removes the folders of this user's drives that are gone. Whatever else bears such a name is left alone.
fn sweep(within: &Path) {
    let Ok(entries) = fs::read_dir(within) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
            && owner(&path).is_ok_and(|uid| Some(uid) == own_uid(within));
        // One without a lock file is being made at this moment.
        let is_dead = is_ours && File::open(path.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_dead {
            remove(&path);
        }
    }
}

/// The user of this process, as a file that it makes has it.
fn own_uid(within: &Path) -> Option<u32> {
    let file = tempfile::tempfile_in(within).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        file.metadata().ok().map(|meta| meta.uid())
    }
    #[cfg(not(unix))]
    {
        drop(file);
        None
    }
}

/// Removes a tree that scripts have written to, whatever modes they gave to its folders. Nothing runs in it any more.
pub(super) fn remove(path: &Path) {
    if fs::remove_dir_all(path).is_ok() {
        return;
    }
    open_folders(path);
    if let Err(error) = fs::remove_dir_all(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "a session's folder stays");
    }
}

/// Makes the folders of a tree ones that can be entered and emptied; links are not followed.
fn open_folders(top: &Path) {
    let mut left = vec![top.to_owned()];
    while let Some(folder) = left.pop() {
        let _ = open_to_others(&folder, 0o700);
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        left.extend(entries.flatten().filter(|e| e.file_type().is_ok_and(|kind| kind.is_dir())).map(|e| e.path()));
    }
}

/// Gives a tree that was just unpacked to a session's user, and to nobody else.
pub(super) fn hand_over(top: &Path, uid: Option<u32>) -> io::Result<()> {
    open_to_others(top, 0o700)?;
    let Some(uid) = uid else { return Ok(()) };
    let mut left = vec![top.to_owned()];
    while let Some(path) = left.pop() {
        give(&path, uid)?;
        if fs::symlink_metadata(&path)?.is_dir() {
            for entry in fs::read_dir(&path)? {
                left.push(entry?.path());
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn give(path: &Path, uid: u32) -> io::Result<()> {
    std::os::unix::fs::lchown(path, Some(uid), Some(uid))
}

#[cfg(not(unix))]
fn give(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn open_to_others(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn owner(path: &Path) -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::symlink_metadata(path)?.uid())
}

#[cfg(not(unix))]
fn owner(_: &Path) -> io::Result<u32> {
    Ok(u32::MAX)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_drives_that_are_gone_are_removed() {
        let temp = tempfile::tempdir().unwrap();
        let living = Home::open(Some(temp.path())).unwrap();
        let dead = temp.path().join(format!("{PREFIX}dead"));
        fs::create_dir_all(dead.join("s1/locked/below")).unwrap();
        File::create_new(dead.join(LOCK)).unwrap();
        open_to_others(&dead.join("s1/locked"), 0).unwrap();
        let other = temp.path().join(format!("{PREFIX}other"));
        fs::create_dir(&other).unwrap();
        let outside = temp.path().join("outside");
        fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, temp.path().join(format!("{PREFIX}link"))).unwrap();
        let second = Home::open(Some(temp.path())).unwrap();
        assert!(!dead.exists());
        assert!(other.exists() && outside.exists(), "what has no lock is not known to be dead");
        assert!(living.etc().join("passwd").is_file());
        let gone = living.etc().to_owned();
        drop(living);
        assert!(!gone.exists() && second.etc().is_dir());
    }
}
