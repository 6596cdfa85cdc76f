//! All rows as lines of JSON, their digests, and their way from one database into another.

use std::io::Write;

use futures_util::TryStreamExt;
use sha2::Digest;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;

use crate::error::DriveError;
use crate::repo::SqlTransaction;
use crate::repo::tables::Cell;
use crate::repo::tables::SIGNING_KEY;
use crate::repo::tables::Table;

/// So many rows are put in at a time.
const AT_ONCE: usize = 2_000;

/// What the lines of a table come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) sha: ContentSha,
}

/// Adds lines up.
#[derive(Default)]
pub(super) struct Adder {
    rows: u64,
    bytes: u64,
    hasher: Sha256,
}

impl Adder {
    /// Adds a line, with its end.
    pub(super) fn add(&mut self, line: &[u8]) {
        self.rows += 1;
        self.bytes += line.len() as u64;
        self.hasher.update(line);
    }

    pub(super) fn sum(self) -> Lines {
        Lines { rows: self.rows, bytes: self.bytes, sha: ContentSha::from_digest(&self.hasher.finalize().into()) }
    }
}

/// The line of a row.
fn line(row: &[Cell]) -> Result<Vec<u8>, DriveError> {
    let mut line = serde_json::to_vec(row).map_err(|error| DriveError::Corrupt(error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}

/// Writes the lines of a table, and adds them up.
pub(super) async fn write(tx: &mut SqlTransaction, table: &Table, to: &mut impl Write) -> Result<Lines, WriteError> {
    let mut adder = Adder::default();
    let mut rows = tx.rows(table);
    while let Some(row) = rows.try_next().await.map_err(DriveError::from)? {
        let line = line(&row)?;
        to.write_all(&line).map_err(WriteError::Io)?;
        adder.add(&line);
    }
    Ok(adder.sum())
}

/// Why lines could not be written: the writer's error has no path yet.
pub(super) enum WriteError {
    Drive(DriveError),
    Io(std::io::Error),
}

impl From<DriveError> for WriteError {
    fn from(error: DriveError) -> Self {
        Self::Drive(error)
    }
}

/// Adds up the lines of every table.
pub(super) async fn sums(tx: &mut SqlTransaction, tables: &[Table]) -> Result<Vec<Lines>, DriveError> {
    let mut sums = Vec::new();
    for table in tables {
        match write(tx, table, &mut std::io::sink()).await {
            Ok(lines) => sums.push(lines),
            Err(WriteError::Drive(error)) => return Err(error),
            Err(WriteError::Io(error)) => return Err(DriveError::Corrupt(error.to_string())),
        }
    }
    Ok(sums)
}

/// Puts every row of one database into another, which is emptied of what migrations put there. Both stay open; nothing is
/// kept until the caller commits. The answer is what the lines came to.
pub(super) async fn copy(
    from: &mut SqlTransaction,
    to: &mut SqlTransaction,
    tables: &[Table],
) -> Result<Vec<Lines>, DriveError> {
    to.clear(tables).await?;
    let mut sums = Vec::new();
    for table in tables {
        let mut adder = Adder::default();
        let mut part = Vec::new();
        let mut rows = from.rows(table);
        loop {
            let row = rows.try_next().await?;
            let is_last = row.is_none();
            if let Some(row) = row {
                adder.add(&line(&row)?);
                part.push(row);
            }
            if part.len() >= AT_ONCE || is_last {
                to.put_rows(table, &part).await?;
                part.clear();
            }
            if is_last {
                break;
            }
        }
        sums.push(adder.sum());
    }
    Ok(sums)
}

/// Ends putting rows in: the full-text index, the key that replicas agree on, and a last look at what was written.
///
/// # Errors
/// [`DriveError::Backup`] where what can be read is not what was written.
pub(super) async fn finish(
    tx: &mut SqlTransaction,
    tables: &[Table],
    written: &[Lines],
    signing_key: i64,
) -> Result<(), DriveError> {
    tx.set_fact(SIGNING_KEY, signing_key).await?;
    tx.index_all().await?;
    for ((table, written), read) in tables.iter().zip(written).zip(sums(tx, tables).await?) {
        if *written != read {
            let what = format!("the rows of `{}` are not read as they were written; nothing is kept", table.name);
            return Err(DriveError::Backup(what));
        }
    }
    Ok(())
}

/// The tables of two databases that have the same, in the order of the one.
pub(super) async fn tables_of_both(
    one: &mut SqlTransaction,
    other: &mut SqlTransaction,
) -> Result<Vec<Table>, DriveError> {
    let (ours, theirs) = (one.tables().await?, other.tables().await?);
    let known = |table: &Table| theirs.iter().any(|other| other.is_like(table));
    if ours.len() != theirs.len() || !ours.iter().all(known) {
        return Err(DriveError::Corrupt("the two databases have not the same tables".to_owned()));
    }
    Ok(ours)
}
