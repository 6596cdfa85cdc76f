//! The identity of this installation: minted once, kept in the state folder.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use skillzdrive_wire::InstallId;

use crate::env;
use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;

/// Where it lies.
fn path(paths: &Paths) -> PathBuf {
    paths.state.join("install-id")
}

/// Whether `DO_NOT_TRACK` asks that runs cannot be joined.
pub(crate) fn do_not_track() -> bool {
    env::switch(env::DO_NOT_TRACK)
}

/// The installation's identity, minted and kept at the first call. With `DO_NOT_TRACK`, in a dry run and where the state
/// folder cannot be written it is a random one for this process, and nothing is kept.
pub(crate) fn get(paths: &Paths, dry_run: bool) -> InstallId {
    if do_not_track() {
        return InstallId::random();
    }
    read(paths).unwrap_or_else(|| {
        let fresh = InstallId::random();
        if dry_run { fresh } else { keep(paths, fresh).unwrap_or(fresh) }
    })
}

/// Mints a new identity in place of the old one, because another account has claimed that.
///
/// # Errors
/// When the state folder cannot be written.
pub(crate) fn renew(paths: &Paths) -> Result<InstallId> {
    let fresh = InstallId::random();
    atomic::write(&path(paths), format!("{fresh}\n").as_bytes(), Privacy::Private)?;
    Ok(fresh)
}

fn read(paths: &Paths) -> Option<InstallId> {
    InstallId::new(fs::read_to_string(path(paths)).ok()?.trim()).ok()
}

/// Keeps a fresh identity unless another process was faster, whose identity is then the right one. Whether one was faster is
/// decided by the file system alone, which lets one of many take a free name: to look first and write then would let a slow
/// one replace what the others already go by.
fn keep(paths: &Paths, fresh: InstallId) -> Result<InstallId> {
    let path = path(paths);
    atomic::make_folder(&paths.state, Privacy::Private)?;
    let mut file = tempfile::Builder::new()
        .prefix(".install-id-")
        .tempfile_in(&paths.state)
        .map_err(|e| Error::io("write in", &paths.state, e))?;
    writeln!(file, "{fresh}").map_err(|e| Error::io("write", &path, e))?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(fresh),
        Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => match read(paths) {
            Some(theirs) => Ok(theirs),
            // It is there and cannot be read as a UUID: it is replaced.
            None => renew(paths),
        },
        Err(e) => Err(Error::io("write", &path, e.error)),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    fn paths(root: &std::path::Path) -> Paths {
        Paths::below(root, root)
    }

    #[test]
    fn it_is_minted_once_even_by_many_at_a_time() {
        for _ in 0..50 {
            let home = tempfile::tempdir().unwrap();
            let paths = paths(home.path());
            // All of them have looked and found nothing before the first one keeps anything.
            let start = std::sync::Barrier::new(8);
            let mint = || {
                start.wait();
                keep(&paths, InstallId::random()).unwrap()
            };
            let ids: Vec<InstallId> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(mint)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(ids.iter().all(|id| *id == ids[0]));
            assert_eq!(get(&paths, false), ids[0]);
            assert_ne!(renew(&paths).unwrap(), ids[0]);
        }
    }

    #[test]
    fn a_dry_run_keeps_nothing_and_rubbish_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let paths = paths(home.path());
        assert_ne!(get(&paths, true), get(&paths, true));
        assert!(!paths.state.exists());
        fs::create_dir(&paths.state).unwrap();
        fs::write(path(&paths), "rubbish").unwrap();
        let id = get(&paths, false);
        assert_eq!(get(&paths, false), id);
    }
}
