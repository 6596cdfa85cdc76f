//! The embedded drive of `--server local`: in this process, behind a Unix socket in a folder that only its owner enters.

use std::path::PathBuf;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// Starts the drive of a folder.
///
/// # Errors
/// When this program was built without it.
pub(crate) async fn start(folder: PathBuf) -> Result<Drive> {
    Err(Error::new(Kind::Failure, format!("`{}`: this program was built without the drive", folder.display()))
        .code("no_embedded_drive"))
}

/// A drive that runs in this process until it is dropped.
#[derive(Debug)]
pub(crate) struct Drive {
    pub(crate) socket: PathBuf,
    pub(crate) owner_key: skillzdrive_wire::ApiKey,
}
