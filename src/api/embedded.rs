//! The embedded drive of `--server local`: in this process, behind a Unix socket in a folder that only its owner enters.

use std::path::Path;

use skillzdrive_wire::ApiKey;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// A drive that runs in this process until it is dropped.
#[derive(Debug)]
pub(crate) struct Embedded {
    socket: std::path::PathBuf,
    owner_key: ApiKey,
}

impl Embedded {
    /// Starts the drive of a folder.
    ///
    /// # Errors
    /// When this program was built without it.
    pub(crate) async fn start(folder: &Path) -> Result<Self> {
        Err(Error::new(Kind::Failure, format!("`{}`: this program was built without the drive", folder.display()))
            .code("no_embedded_drive"))
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its owner's key.
    pub(crate) fn owner_key(&self) -> &ApiKey {
        &self.owner_key
    }
}
