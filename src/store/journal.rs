//! The journal of a sync: what was about to be done and how far it came, so that the next start can finish it.
//!
//! One file for each server, account and root. It may hold signed addresses, so only its owner can read it. What cannot
//! be understood is set aside with its bytes kept, never a crash and never deleted.

use std::fs;
use std::io;
use std::path::PathBuf;

use skillzdrive_sync::Head;
use skillzdrive_sync::JOURNAL_VERSION;
use skillzdrive_sync::Run;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;

/// Where one machine's journal for a server, an account and a root lies.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    path: PathBuf,
}

/// What a start finds.
#[derive(Debug)]
pub(crate) enum Found {
    /// No run is open.
    Nothing,
    /// A run that was not finished.
    Run(Box<Run>),
    /// Something that this version does not understand; it lies here now.
    SetAside(PathBuf),
}

impl Journal {
    /// The journal of a head.
    pub(crate) fn of(paths: &Paths, head: &Head) -> Self {
        let key = format!("{}\n{}\n{}", head.server, head.account, head.root);
        let name = skillzdrive_skill::sha256(key.as_bytes());
        Self { path: paths.state.join("sync").join(format!("{}.journal", name.short())) }
    }

    /// The file that stands for the right to sync this head, beside the journal.
    pub(crate) fn lock_path(&self) -> PathBuf {
        self.path.with_extension("lock")
    }

    /// Reads it.
    ///
    /// # Errors
    /// When it is there and cannot be read or moved.
    pub(crate) fn read(&self) -> Result<Found> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(e) => return Err(Error::io("read the journal", &self.path, e)),
        };
        match serde_json::from_slice::<Run>(&bytes) {
            Ok(run) if run.version == JOURNAL_VERSION => Ok(Found::Run(Box::new(run))),
            _ => self.set_aside().map(Found::SetAside),
        }
    }

    /// Writes it in one step.
    ///
    /// # Errors
    /// An io error; the effect it stands for must then not be done.
    pub(crate) fn write(&self, run: &Run) -> Result<()> {
        let bytes = serde_json::to_vec(run).map_err(|e| Error::internal("the journal cannot be written").source(e))?;
        atomic::write(&self.path, &bytes, Privacy::Private)
    }

    /// Removes it: the run is closed.
    ///
    /// # Errors
    /// An io error; a next start then closes the run once more, which changes nothing.
    pub(crate) fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("remove the journal", &self.path, e)),
            _ => Ok(()),
        }
    }

    fn set_aside(&self) -> Result<PathBuf> {
        let aside = (1..)
            .map(|n| self.path.with_extension(format!("damaged-{n}")))
            .find(|path| !path.exists())
            .unwrap_or_else(|| self.path.with_extension("damaged"));
        fs::rename(&self.path, &aside).map_err(|e| Error::io("set aside the journal", &self.path, e))?;
        Ok(aside)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::path::Path;

    use skillzdrive_sync::Phase;
    use skillzdrive_wire::InstallId;
    use skillzdrive_wire::sync::Kind;
    use skillzdrive_wire::sync::Mode;

    use super::*;

    fn journal(home: &Path) -> (Journal, Run) {
        let paths =
            Paths { home: home.into(), config: home.into(), data: home.into(), state: home.into(), cache: home.into() };
        let head = Head {
            server: "https://drive".into(),
            account: "a".into(),
            root: "/r".into(),
            install_id: InstallId::random(),
        };
        let run = Run {
            version: JOURNAL_VERSION,
            head: head.clone(),
            kind: Kind::Manual,
            mode: Mode::All,
            phase: Phase::Intent { steps: Vec::new() },
        };
        (Journal::of(&paths, &head), run)
    }

    #[test]
    fn a_run_is_kept_and_closed() {
        let home = tempfile::tempdir().unwrap();
        let (journal, run) = journal(home.path());
        assert!(matches!(journal.read().unwrap(), Found::Nothing));
        journal.write(&run).unwrap();
        assert!(matches!(journal.read().unwrap(), Found::Run(found) if *found == run));
        journal.remove().unwrap();
        journal.remove().unwrap();
        assert!(matches!(journal.read().unwrap(), Found::Nothing));
    }

    #[test]
    fn what_is_not_understood_is_set_aside_with_its_bytes() {
        let home = tempfile::tempdir().unwrap();
        let (journal, run) = journal(home.path());
        for bytes in ["{ half", "{}"] {
            fs::create_dir_all(journal.path.parent().unwrap()).unwrap();
            fs::write(&journal.path, bytes).unwrap();
            let Found::SetAside(aside) = journal.read().unwrap() else { panic!("not set aside") };
            assert_eq!(fs::read_to_string(aside).unwrap(), bytes);
        }
        journal.write(&Run { version: 99, ..run }).unwrap();
        assert!(matches!(journal.read().unwrap(), Found::SetAside(_)));
        assert!(matches!(journal.read().unwrap(), Found::Nothing));
    }
}
