//! Where the program keeps its own files.

use std::path::Path;
use std::path::PathBuf;

use crate::env;
use crate::error::Error;
use crate::error::Result;

/// The folders of one person on one machine. None of them need exist.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// The person's home folder.
    pub(crate) home: PathBuf,
    /// Settings and, without a keyring, credentials.
    pub(crate) config: PathBuf,
    /// The global lockfile and the embedded drive.
    pub(crate) data: PathBuf,
    /// Install id, journal, sync base, fingerprints, telemetry spool.
    pub(crate) state: PathBuf,
    /// The zip cache, safe to delete.
    pub(crate) cache: PathBuf,
}

impl Paths {
    /// Finds them from `SKILLZDRIVE_HOME`, else the platform's directories.
    ///
    /// # Errors
    /// When the person has no home folder.
    pub(crate) fn find() -> Result<Self> {
        let base = directories::BaseDirs::new().ok_or_else(|| {
            Error::usage("no home folder is known: the variable HOME is not set").hint("set HOME and try again")
        })?;
        let home = base.home_dir().to_path_buf();
        if let Some(root) = env::path(env::HOME_DIR) {
            let root = std::path::absolute(&root).unwrap_or(root);
            return Ok(Self::below(&home, &root));
        }
        let dirs = directories::ProjectDirs::from("com", "skillzdrive", "skillzdrive")
            .ok_or_else(|| Error::usage("no home folder is known"))?;
        Ok(Self {
            home,
            config: dirs.config_dir().to_path_buf(),
            data: dirs.data_dir().to_path_buf(),
            state: dirs.state_dir().map_or_else(|| dirs.data_local_dir().join("state"), PathBuf::from),
            cache: dirs.cache_dir().to_path_buf(),
        })
    }

    /// All of them in one folder, for the person whose home is `home`.
    pub(crate) fn below(home: &Path, root: &Path) -> Self {
        Self {
            home: home.to_path_buf(),
            config: root.join("config"),
            data: root.join("data"),
            state: root.join("state"),
            cache: root.join("cache"),
        }
    }
}
