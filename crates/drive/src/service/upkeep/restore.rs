//! A backup becomes a drive again, on whatever database and store.

use std::fs;
use std::path::Path;

use futures_util::StreamExt;
use futures_util::stream;

use super::AT_ONCE;
use super::copy;
use super::manifest;
use super::manifest::Manifest;
use super::manifest::Part;
use super::rows;
use crate::artifacts::Artifacts;
use crate::config::Config;
use crate::config::SigningKey;
use crate::error::DriveError;
use crate::private_file;
use crate::repo::SqlTransaction;
use crate::repo::Transaction;
use crate::repo::books::Named;
use crate::repo::tables;
use crate::repo::tables::Cell;
use crate::repo::tables::Table;
use crate::signing::Signer;
use crate::storage;
use crate::storage::KEY;
use crate::storage::Storage;

/// So many rows are put in at a time.
const ROWS: usize = 2_000;

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made, RFC 3339 in UTC.
    pub made_at: String,
    /// How many rows, in all tables.
    pub rows: u64,
    /// How many packages.
    pub packages: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

/// Restores a backup into an empty drive. The whole backup is held against its manifest before anything is written; then
/// the packages are copied, and all rows are put in by one transaction, which is kept only where they are read back as they
/// were written.
///
/// With `another_key` the drive signs with a key of its own, or the one that is given: addresses that the old drive signed
/// and the secrets of its webhooks end.
///
/// # Errors
/// [`DriveError::NotEmpty`]; [`DriveError::Backup`] for a backup that is not what it says, or whose key is not there;
/// the folder, the database, the store.
pub async fn restore(mut config: Config, folder: &Path, another_key: bool) -> Result<Restored, DriveError> {
    let manifest = Manifest::read(folder)?;
    if manifest.schema != tables::newest_schema() {
        return Err(DriveError::Backup(format!(
            "the backup was made by skillzdrive {} (schema {}, this one has {}): restore it with that version, then start \
             this one on it",
            manifest.program.escape_debug(),
            manifest.schema,
            tables::newest_schema()
        )));
    }
    let named = manifest::read_list(folder, &manifest.artifacts)?;
    for part in &manifest.tables {
        // What is no name of a table is refused below, when the tables are known; until then it names no file.
        if part.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            manifest::read(&manifest::rows(folder, &part.name), part, |_| Ok(()))?;
        }
    }
    let packages = Artifacts::open_folder(&manifest::packages(folder))?;
    verify(&named, &packages).await?;
    let key = if another_key { None } else { take_key(&config, folder, &manifest)? };
    if let Some(key) = &key {
        config.signing_key = Some(SigningKey::new(key)?);
    }

    let Storage { repo, artifacts, signer } = Storage::open(&config).await?;
    {
        let mut tx = repo.snapshot().await?;
        if !tx.is_empty().await? {
            return Err(DriveError::NotEmpty(repo.place().to_owned()));
        }
        manifest.check_tables(&tx.tables().await?)?;
    }
    let bytes = copy(&named, &packages, &artifacts).await?;
    let mut tx = repo.maintain().await?;
    if !tx.is_empty().await? {
        return Err(DriveError::NotEmpty(repo.place().to_owned()));
    }
    let tables = tx.tables().await?;
    tx.clear(&tables).await?;
    let (mut written, mut count) = (Vec::new(), 0);
    for table in &tables {
        let part = manifest.part(table)?;
        put(&mut tx, folder, table, part).await?;
        count += part.lines().rows;
        written.push(part.lines());
    }
    rows::finish(&mut tx, &tables, &written, signer.fingerprint()).await?;
    let now_named = tx.named().await?;
    if now_named != named {
        return Err(DriveError::Backup("the rows name other packages than the backup has; nothing is kept".to_owned()));
    }
    if let Some(key) = key {
        storage::keep_key(&config.data_dir, || Ok(key))?;
    }
    tx.commit().await?;
    repo.close().await;
    Ok(Restored { made_at: manifest.made_at, rows: count, packages: named.len() as u64, bytes })
}

/// The key that comes with a backup and is put into the data folder; `None` where one is given that is the same.
fn take_key(config: &Config, folder: &Path, manifest: &Manifest) -> Result<Option<Vec<u8>>, DriveError> {
    let mismatch = |what: &str| {
        DriveError::Backup(format!(
            "{what}: give that of the drive with --signing-key, or go on with another one by --another-key, which ends \
             addresses that were signed and the secrets of webhooks"
        ))
    };
    if let Some(given) = &config.signing_key {
        if Signer::new(given.bytes())?.fingerprint() != manifest.signing_key {
            return Err(mismatch("the signing key is not that of the backup"));
        }
        return Ok(None);
    }
    if !manifest.has_key {
        return Err(mismatch("the signing key is not in the backup, for its drive was given one"));
    }
    let path = folder.join(KEY);
    let key = fs::read(&path).map_err(DriveError::io(&path))?;
    if key.len() != 32 || Signer::new(&key)?.fingerprint() != manifest.signing_key {
        return Err(DriveError::Backup(format!("{} is not the key that the manifest says", path.display())));
    }
    private_file::folder(&config.data_dir)?;
    let own = config.data_dir.join(KEY);
    match fs::read(&own) {
        Ok(found) if found != key => {
            Err(mismatch(&format!("{} is another signing key than that of the backup", own.display())))
        }
        _ => Ok(Some(key)),
    }
}

/// Reads every package of a backup to its end.
async fn verify(named: &[Named], packages: &Artifacts) -> Result<(), DriveError> {
    let mut read = stream::iter(named)
        .map(|one| async move {
            match packages.digest(&one.sha).await? {
                Some((size, sha)) if sha == one.sha && size == one.size => Ok(()),
                Some(_) => Err(DriveError::Backup(format!("the package {} has other bytes in the backup", one.sha))),
                None => Err(DriveError::Backup(format!("the package {} is not in the backup", one.sha))),
            }
        })
        .buffer_unordered(AT_ONCE);
    while let Some(one) = read.next().await {
        one?;
    }
    Ok(())
}

/// Puts the rows of a table in.
async fn put(tx: &mut SqlTransaction, folder: &Path, table: &Table, part: &Part) -> Result<(), DriveError> {
    let path = manifest::rows(folder, &table.name);
    let (ready, mut parts) = tokio::sync::mpsc::channel::<Vec<Vec<Cell>>>(2);
    let reading = tokio::task::spawn_blocking({
        let (table, part) = (table.clone(), part.clone());
        move || {
            let (mut rows, mut number) = (Vec::new(), 0u64);
            manifest::read(&path, &part, |line| {
                number += 1;
                let row = serde_json::from_slice::<Vec<Cell>>(line).ok().filter(|row| table.takes(row));
                rows.push(row.ok_or_else(|| {
                    DriveError::Backup(format!("{}: line {number} is no row of `{}`", path.display(), table.name))
                })?);
                if rows.len() >= ROWS {
                    // Whoever does not listen any more has failed, and says why.
                    let _ = ready.blocking_send(std::mem::take(&mut rows));
                }
                Ok(())
            })?;
            let _ = ready.blocking_send(rows);
            Ok::<(), DriveError>(())
        }
    });
    while let Some(rows) = parts.recv().await {
        tx.put_rows(table, &rows).await?;
    }
    reading.await.map_err(|error| DriveError::Corrupt(error.to_string()))?
}
