//! What an operator does with a drive as a whole: migrate it, check it, back it up, restore it, move it.
//!
//! Rows go from one database to another as lines of JSON that are the same on both engines, in one transaction; packages go
//! first, for a package that nobody names does no harm, and a row that names none does.

pub(crate) mod backup;
pub(crate) mod check;
mod manifest;
pub(crate) mod moving;
pub(crate) mod restore;
mod rows;

use futures_util::StreamExt;
use futures_util::stream;

use crate::artifacts::Artifacts;
use crate::config::Config;
use crate::error::DriveError;
use crate::repo::Migrated;
use crate::repo::SqlRepository;
use crate::repo::books::Named;
use crate::storage;
use crate::storage::Storage;

/// So many packages are copied or read at the same time; each that is copied is in memory.
const AT_ONCE: usize = 4;

/// Makes the tables of a drive what this program needs them to be, as opening the drive does; of several processes that do
/// so, one does and the others wait.
///
/// # Errors
/// [`DriveError`]: the folder, the database, a database of a newer version.
pub async fn migrate(config: &Config) -> Result<Migrated, DriveError> {
    let storage = Storage::open(config).await?;
    let migrated = storage.repo.migrated().clone();
    storage.repo.close().await;
    Ok(migrated)
}

/// Refuses a configuration of which no drive is there.
///
/// # Errors
/// [`DriveError::NoDrive`].
pub fn need_drive(config: &Config) -> Result<(), DriveError> {
    storage::need_drive(config)
}

/// Copies the packages that another store lacks, or has with other bytes. The answer is how many bytes all have together.
///
/// # Errors
/// [`DriveError::Backup`] for one that the store does not have as it should be.
async fn copy(named: &[Named], from: &Artifacts, to: &Artifacts) -> Result<u64, DriveError> {
    let mut taken = stream::iter(named)
        .map(|one| async move {
            match to.take(from, &one.sha).await? {
                Some(size) if size == one.size => Ok(size),
                _ => Err(DriveError::Backup(format!(
                    "the package {} is not in the store as it should be; `skillzdrive serve check` tells more",
                    one.sha
                ))),
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut bytes = 0;
    while let Some(size) = taken.next().await {
        bytes += size?;
    }
    Ok(bytes)
}

/// Every package that a database's rows name, as the rows are now.
async fn named(repo: &SqlRepository) -> Result<Vec<Named>, DriveError> {
    Ok(repo.snapshot().await?.named().await?)
}
