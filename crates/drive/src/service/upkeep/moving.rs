//! A drive moves to another database and store, and goes on being read meanwhile.
//!
//! Most packages are copied while it still takes changes. Then it takes none: a mark in its database says so, to every
//! process. What came meanwhile is copied, all rows are put into the other database by one transaction, which is kept only
//! where they are read back as they were, and the mark stays, so that nobody changes what nobody will look at. Nothing else
//! is changed where the drive was. A move that was broken off begins again; one that was broken off after its last
//! transaction finds that everything is there, and ends.

use std::fs;

use super::copy;
use super::named;
use super::rows;
use crate::config::Config;
use crate::config::SigningKey;
use crate::error::DriveError;
use crate::private_file;
use crate::repo::Transaction;
use crate::repo::read_only::Mark;
use crate::storage;
use crate::storage::KEY;
use crate::storage::Storage;

/// How far a move has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many packages are being copied, and the drive takes changes.
    Packages(usize),
    /// From here on the drive takes no changes.
    NoChanges,
    /// The rows are being copied.
    Rows,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// How many rows, in all tables.
    pub rows: u64,
    /// How many packages.
    pub packages: u64,
    /// How many bytes they have together.
    pub bytes: u64,
    /// Where the rows are now, without secrets.
    pub database: String,
}

/// Moves a drive. What it is moved to must be empty, or hold exactly this drive.
///
/// # Errors
/// [`DriveError::NoDrive`], [`DriveError::NotEmpty`], [`DriveError::Move`]; what the databases and stores say. The drive then
/// takes changes again.
pub async fn move_drive(from: Config, mut to: Config, tell: impl Fn(Step)) -> Result<Moved, DriveError> {
    storage::need_drive(&from)?;
    if from.database.is_none() && to.database.is_none() && is_same(&from, &to) {
        return Err(DriveError::Move("the drive is there already".to_owned()));
    }
    let source = Storage::open(&from).await?;
    let key = key_of(&from)?;
    place_key(&to, &key)?;
    to.signing_key = Some(SigningKey::new(&key)?);
    let target = Storage::open(&to).await?;
    if source.repo.mark().await? == Some(Mark::Moved) {
        let why =
            "it takes no changes, for it was moved before; `skillzdrive serve move --cancel` makes it a drive again";
        return Err(DriveError::Move(why.to_owned()));
    }
    if target.repo.mark().await?.is_some_and(|mark| mark == Mark::Moved) {
        return Err(DriveError::Move("what it would be moved to was moved away itself".to_owned()));
    }

    let first = named(&source.repo).await?;
    tell(Step::Packages(first.len()));
    copy(&first, &source.artifacts, &target.artifacts).await?;
    tell(Step::NoChanges);
    source.repo.set_mark(Some(Mark::Moving)).await?;
    let done = finish(&source, &target, &tell).await;
    // Where it failed, people go on where they were.
    let mark = done.is_ok().then_some(Mark::Moved);
    let marked = source.repo.set_mark(mark).await;
    let moved = done?;
    marked?;
    source.repo.close().await;
    target.repo.close().await;
    Ok(moved)
}

/// Lets a drive take changes again after a move that was broken off, or whose end is not wanted.
///
/// # Errors
/// [`DriveError::NoDrive`]; the database.
pub async fn cancel_move(config: &Config) -> Result<bool, DriveError> {
    storage::need_drive(config)?;
    let storage = Storage::open(config).await?;
    let marked = storage.repo.mark().await?.is_some();
    if marked {
        storage.repo.set_mark(None).await?;
    }
    storage.repo.close().await;
    Ok(marked)
}

async fn finish(source: &Storage, target: &Storage, tell: &impl Fn(Step)) -> Result<Moved, DriveError> {
    if target.repo.mark().await?.is_some() {
        return Err(DriveError::Move("the drive is there already".to_owned()));
    }
    let named = named(&source.repo).await?;
    let bytes = copy(&named, &source.artifacts, &target.artifacts).await?;
    tell(Step::Rows);
    let mut reading = source.repo.snapshot().await?;
    let mut writing = target.repo.maintain().await?;
    let tables = rows::tables_of_both(&mut reading, &mut writing).await?;
    let lines = if writing.is_empty().await? {
        let lines = rows::copy(&mut reading, &mut writing, &tables).await?;
        rows::finish(&mut writing, &tables, &lines, source.signer.fingerprint()).await?;
        lines
    } else {
        let lines = rows::sums(&mut reading, &tables).await?;
        if rows::sums(&mut writing, &tables).await? != lines {
            return Err(DriveError::NotEmpty(target.repo.place().to_owned()));
        }
        lines
    };
    writing.commit().await?;
    let rows = lines.iter().map(|lines| lines.rows).sum();
    Ok(Moved { rows, packages: named.len() as u64, bytes, database: target.repo.place().to_owned() })
}

fn is_same(from: &Config, to: &Config) -> bool {
    match (from.data_dir.canonicalize(), to.data_dir.canonicalize()) {
        (Ok(from), Ok(to)) => from == to,
        _ => false,
    }
}

/// The key that a drive signs with.
fn key_of(config: &Config) -> Result<Vec<u8>, DriveError> {
    match &config.signing_key {
        Some(key) => Ok(key.bytes().to_vec()),
        None => {
            let path = config.data_dir.join(KEY);
            fs::read(&path).map_err(DriveError::io(path))
        }
    }
}

/// The drive keeps its key: it is put where a drive in a folder looks for its own, and must be that which others are given.
fn place_key(to: &Config, key: &[u8]) -> Result<(), DriveError> {
    if let Some(given) = &to.signing_key {
        return if given.bytes() == key { Ok(()) } else { Err(DriveError::OtherKey) };
    }
    if to.database.is_none() {
        private_file::folder(&to.data_dir)?;
        if storage::keep_key(&to.data_dir, || Ok(key.to_vec()))? != key {
            return Err(DriveError::OtherKey);
        }
    }
    Ok(())
}
