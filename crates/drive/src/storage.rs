//! Where a drive keeps what it has, opened: its rows, its packages and what it signs with.

use std::path::Path;

use crate::artifacts::Artifacts;
use crate::config::Config;
use crate::error::DriveError;
use crate::private_file;
use crate::repo::SqlRepository;
use crate::signing::Signer;

/// The file of a drive's own signing key, in its data folder.
pub(crate) const KEY: &str = "signing.key";

/// The three of a drive.
pub(crate) struct Storage {
    pub(crate) repo: SqlRepository,
    pub(crate) artifacts: Artifacts,
    pub(crate) signer: Signer,
}

impl Storage {
    /// Opens what a configuration names, and makes what is not there yet.
    pub(crate) async fn open(config: &Config) -> Result<Self, DriveError> {
        let folder = &config.data_dir;
        private_file::folder(folder)?;
        let signer = match &config.signing_key {
            Some(key) => Signer::new(key.bytes())?,
            None => Signer::new(&own_key(folder)?)?,
        };
        let artifacts = match &config.artifacts {
            Some(given) => Artifacts::open(given, config.certificates.as_ref())?,
            None => Artifacts::open_folder(&folder.join("artifacts"))?,
        };
        let repo = match &config.database {
            Some(address) => SqlRepository::open_postgres(address, config.database_connections).await?,
            None => SqlRepository::open_sqlite(folder).await?,
        };
        Ok(Self { repo, artifacts, signer })
    }
}

/// Refuses a data folder in which no drive was ever opened: a wrong name would make an empty one, of which all is well.
pub(crate) fn need_drive(config: &Config) -> Result<(), DriveError> {
    if config.database.is_none() && !config.data_dir.join("drive.sqlite").is_file() {
        return Err(DriveError::NoDrive(config.data_dir.clone()));
    }
    Ok(())
}

/// The signing secret of a drive that was given none: its own, made when it is opened first.
fn own_key(folder: &Path) -> Result<Vec<u8>, DriveError> {
    keep_key(folder, || {
        let mut bytes = vec![0; 32];
        getrandom::fill(&mut bytes).map_err(|error| DriveError::Random(error.to_string()))?;
        Ok(bytes)
    })
}

/// The signing secret in a folder, which is first put there where there is none.
pub(crate) fn keep_key(
    folder: &Path,
    fresh: impl FnOnce() -> Result<Vec<u8>, DriveError>,
) -> Result<Vec<u8>, DriveError> {
    let path = folder.join(KEY);
    let secret = private_file::read_or_make(&path, fresh)?;
    if secret.len() != 32 {
        return Err(DriveError::Corrupt(format!("{} is not 32 bytes", path.display())));
    }
    Ok(secret)
}
