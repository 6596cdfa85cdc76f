//! What an installation remembers of its syncs with one server: whether a run was ever finalized.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;

/// The memory of one server. Losing it costs nothing but a `kind`, so damage is no error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SyncState {
    /// Whether a run of this installation was finalized there: until then `kind` is `first_run`.
    #[serde(default)]
    pub(crate) finalized: bool,
}

impl SyncState {
    /// Reads it; nothing or damage is the empty memory.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub(crate) fn read(paths: &Paths, server: &str) -> Result<Self> {
        let text = atomic::read_text(&file(paths, server))?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Writes it when it changed.
    ///
    /// # Errors
    /// An io error.
    pub(crate) fn write(&self, paths: &Paths, server: &str) -> Result<()> {
        if Self::read(paths, server)? == *self {
            return Ok(());
        }
        let bytes =
            serde_json::to_vec(self).map_err(|e| Error::internal("the sync state cannot be written").source(e))?;
        atomic::write(&file(paths, server), &bytes, Privacy::Private)
    }
}

fn file(paths: &Paths, server: &str) -> PathBuf {
    paths.state.join("sync").join(format!("{}.state", skillzdrive_skill::sha256(server.as_bytes()).short()))
}
