//! A backup: every row of one snapshot and every package that they name, in a folder.

use std::fs;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_wire::ContentSha;

use super::copy;
use super::manifest;
use super::manifest::LIST;
use super::manifest::Manifest;
use super::manifest::Part;
use super::rows;
use super::rows::Adder;
use super::rows::WriteError;
use crate::artifacts::Artifacts;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::private_file;
use crate::repo::tables;
use crate::storage::KEY;
use crate::time::rfc3339;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// How many rows it has, in all tables.
    pub rows: u64,
    /// How many packages.
    pub packages: u64,
    /// How many bytes they have together.
    pub bytes: u64,
    /// Whether the drive's signing key is in it.
    pub has_key: bool,
    /// The digest of its manifest, which has the digests of all else.
    pub manifest: ContentSha,
}

impl Drive {
    /// Makes a backup in a folder that is not there yet, or empty. The drive goes on serving: what is written meanwhile is
    /// not in it. Whoever has it has all skills, so it is its owner's alone.
    ///
    /// # Errors
    /// [`DriveError::Backup`] for a folder with something in it, and for a package that the store does not have as it
    /// should; the folder, the database, the store.
    pub async fn backup(&self, folder: &Path) -> Result<BackedUp, DriveError> {
        private_file::folder(folder)?;
        let mut there = fs::read_dir(folder).map_err(DriveError::io(folder))?;
        if there.next().is_some() {
            return Err(DriveError::Backup(format!(
                "{} is not empty; a backup needs a folder of its own",
                folder.display()
            )));
        }
        private_file::folder(&manifest::rows_folder(folder))?;

        let mut tx = self.repo.snapshot().await?;
        let (mut parts, mut count) = (Vec::new(), 0);
        for table in tx.tables().await? {
            let path = manifest::rows(folder, &table.name);
            let mut file = writer(&path)?;
            let lines = rows::write(&mut tx, &table, &mut file).await.map_err(|error| match error {
                WriteError::Drive(error) => error,
                WriteError::Io(error) => DriveError::io(&path)(error),
            })?;
            end(file, &path)?;
            count += lines.rows;
            parts.push(Part::of_table(&table, lines));
        }
        let named = tx.named().await?;
        drop(tx);

        let path = manifest::list(folder);
        let (mut adder, mut file) = (Adder::default(), writer(&path)?);
        for one in &named {
            let line = manifest::line(one);
            adder.add(&line);
            file.write_all(&line).map_err(DriveError::io(&path))?;
        }
        end(file, &path)?;
        let bytes = copy(&named, &self.artifacts, &Artifacts::open_folder(&manifest::packages(folder))?).await?;

        let has_key = self.config.signing_key.is_none();
        if has_key {
            let from = self.config.data_dir.join(KEY);
            let key = fs::read(&from).map_err(DriveError::io(from))?;
            whole(&folder.join(KEY), &key)?;
        }
        let about = (tables::newest_schema(), self.signer.fingerprint(), has_key);
        let manifest = Manifest::new(rfc3339(self.now()), about, parts, Part::of_list(LIST, adder.sum()));
        let mut text = serde_json::to_vec_pretty(&manifest).map_err(|error| DriveError::Corrupt(error.to_string()))?;
        text.push(b'\n');
        // Last, and whole or not at all: a folder with a manifest is a backup.
        whole(&manifest::path(folder), &text)?;
        let mut adder = Adder::default();
        adder.add(&text);
        Ok(BackedUp { rows: count, packages: named.len() as u64, bytes, has_key, manifest: adder.sum().sha })
    }
}

fn writer(path: &Path) -> Result<BufWriter<fs::File>, DriveError> {
    Ok(BufWriter::with_capacity(1 << 18, private_file::create(path)?))
}

fn end(file: BufWriter<fs::File>, path: &Path) -> Result<(), DriveError> {
    let file = file.into_inner().map_err(|error| DriveError::io(path)(error.into_error()))?;
    file.sync_all().map_err(DriveError::io(path))
}

/// Writes a small file, which is there whole or not at all.
fn whole(path: &Path, bytes: &[u8]) -> Result<(), DriveError> {
    let beside: PathBuf = path.with_extension("part");
    let mut file = writer(&beside)?;
    file.write_all(bytes).map_err(DriveError::io(&beside))?;
    end(file, &beside)?;
    fs::rename(&beside, path).map_err(DriveError::io(path))
}
