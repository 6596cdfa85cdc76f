//! One writer at a time in a scope: a kernel lock, which dies with its holder.

use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::signals;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::real_path::real_path;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;

/// How long a second process waits before it gives up (exit 8).
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it looks. A kernel lock has no wait with a time-out that is portable.
const LOOK: Duration = Duration::from_millis(25);

/// The right to change a scope's skills and lockfile. Dropping it gives the right back.
#[derive(Debug)]
pub(crate) struct ScopeLock {
    /// Held for its kernel lock.
    _file: File,
}

impl ScopeLock {
    /// Waits for the right, 30 s at most; `waiting` is called once with the holder's description when it must wait.
    ///
    /// # Errors
    /// Exit 8 after 30 s, naming the holder and the file, and for a project that leads out of itself; a signal while it
    /// waits; an io error when the folder cannot be written.
    pub(crate) fn acquire(scope: &Scope, waiting: impl FnOnce(&str)) -> Result<Self> {
        refuse_outside(scope)?;
        let workshop = scope.workshop();
        make_workshop(&workshop)?;
        Self::acquire_file(&workshop.join("lock"), waiting)
    }

    /// The same for any file that stands for a right.
    ///
    /// # Errors
    /// As [`ScopeLock::acquire`].
    pub(crate) fn acquire_file(path: &Path, waiting: impl FnOnce(&str)) -> Result<Self> {
        Self::acquire_within(PATIENCE, path, waiting)
    }

    fn acquire_within(patience: Duration, path: &Path, waiting: impl FnOnce(&str)) -> Result<Self> {
        if let Some(folder) = path.parent() {
            atomic::make_folder(folder, Privacy::Shared)?;
        }
        refuse_linked_file(path)?;
        let mut file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|e| Error::io("open the lock", path, e))?;
        let start = Instant::now();
        let mut waiting = Some(waiting);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(e)) => return Err(Error::io("lock", path, e)),
            }
            if let Some(tell) = waiting.take() {
                tell(&holder(&mut file));
            }
            if start.elapsed() >= patience {
                return Err(Error::new(
                    Kind::Conflict,
                    format!("another skillzdrive works here ({}); waited {} s", holder(&mut file), patience.as_secs()),
                )
                .code("locked")
                .hint(format!("wait for it to end and try again; the lock is `{}`", path.display())));
            }
            signals::safe_point()?;
            std::thread::sleep(LOOK);
        }
        // Who holds it is only a courtesy to those who wait, so a failure to say so is no failure.
        let _ = file.set_len(0);
        let _ = file.rewind();
        let _ = writeln!(file, "process {}", std::process::id());
        Ok(Self { _file: file })
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.rewind();
    let _ = file.take(64).read_to_string(&mut text);
    let text: String = text.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
    if text.is_empty() { "process unknown".to_owned() } else { text }
}

/// A cloned repository could bring its workshop as a link, and have what is swept in it be anything: a link there is
/// refused.
///
/// # Errors
/// Exit 8 with the path.
pub(crate) fn refuse_link(folder: &Path) -> Result<()> {
    if fs::symlink_metadata(folder).is_ok_and(|meta| !meta.is_dir()) {
        return Err(Error::new(
            Kind::Conflict,
            format!("`{}` must be a folder, not a link or a file", folder.display()),
        )
        .code("linked")
        .hint("delete it and try again: skillzdrive makes it anew"));
    }
    Ok(())
}

/// The same for a file that is opened to be written: a link there could lead to any file of the person's.
///
/// # Errors
/// Exit 8 with the path.
pub(crate) fn refuse_linked_file(file: &Path) -> Result<()> {
    if fs::symlink_metadata(file).is_ok_and(|meta| !meta.is_file()) {
        return Err(Error::new(Kind::Conflict, format!("`{}` must be a file, not a link or a folder", file.display()))
            .code("linked")
            .hint("delete it and try again: skillzdrive makes it anew"));
    }
    Ok(())
}

/// A cloned repository could bring its skills folder as a link, and have skills written over a person's own, or its
/// lockfile, and have theirs written: what leads out of a project is refused. In the global scope the links are the person's own.
///
/// # Errors
/// Exit 8 with the path.
pub(crate) fn refuse_outside(scope: &Scope) -> Result<()> {
    if scope.kind == ScopeKind::Global {
        return Ok(());
    }
    let root = real_path(&scope.root);
    let places = [scope.skills(), scope.workshop(), scope.lockfile.clone()];
    let Some(place) = places.into_iter().find(|place| !real_path(place).starts_with(&root)) else { return Ok(()) };
    Err(Error::new(Kind::Conflict, format!("`{}` leads out of the project", place.display()))
        .code("outside")
        .hint("make it a part of the project, or use --global for your own skills"))
}

/// Makes the folder for staging, trash and lock, which tells git to look away by itself.
///
/// # Errors
/// With the path.
pub(crate) fn make_workshop(workshop: &Path) -> Result<()> {
    refuse_link(workshop)?;
    atomic::make_folder(workshop, Privacy::Shared)?;
    let ignore = workshop.join(".gitignore");
    if !ignore.exists() {
        atomic::write(&ignore, b"*\n", Privacy::Shared)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_given_back() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("x/lock");
        let first = ScopeLock::acquire_file(&path, |_| panic!("nobody holds it")).unwrap();
        assert!(path.is_file());
        drop(first);
        ScopeLock::acquire_file(&path, |_| panic!("nobody holds it")).unwrap();
    }

    #[test]
    fn a_second_one_waits_and_names_the_holder() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        let first = ScopeLock::acquire_file(&path, |_| ()).unwrap();
        let (told, hears) = std::sync::mpsc::channel();
        let other = {
            let path = path.clone();
            std::thread::spawn(move || ScopeLock::acquire_file(&path, |who| told.send(who.to_owned()).unwrap()).is_ok())
        };
        assert_eq!(hears.recv().unwrap(), format!("process {}", std::process::id()));
        drop(first);
        assert!(other.join().unwrap());
    }

    #[test]
    fn patience_ends_with_8_and_the_name_of_the_holder_and_of_the_lock() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        let _held = ScopeLock::acquire_file(&path, |_| ()).unwrap();
        let mut told = Vec::new();
        let error = ScopeLock::acquire_within(Duration::ZERO, &path, |who| told.push(who.to_owned())).unwrap_err();
        let holder = format!("process {}", std::process::id());
        assert_eq!((error.kind(), told.as_slice()), (Kind::Conflict, [holder.clone()].as_slice()));
        assert!(error.to_string().contains(&holder), "{error}");
        assert!(error.hints().iter().any(|hint| hint.contains(&path.display().to_string())), "{error:?}");
        assert_eq!(PATIENCE.as_secs(), 30);
    }
}
