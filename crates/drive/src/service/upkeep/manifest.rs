//! What a backup says of itself: `manifest.json`, which is written last, and the list of its packages.
//!
//! Nothing in it is a path. Files are found by the names of this drive's own tables and by digests, so whoever wrote a
//! backup cannot name a file elsewhere.

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::ContentSha;

use super::rows::Adder;
use super::rows::Lines;
use crate::error::DriveError;
use crate::repo::books::Named;
use crate::repo::tables::Table;

/// What kind of file it is, and the version of its form.
const FORMAT: &str = "skillzdrive-backup";
const VERSION: u32 = 1;

/// A larger manifest is none.
const MOST: u64 = 1 << 20;

/// A longer line is none: a row holds texts that came in one request.
const LONGEST: u64 = 64 << 20;

/// The manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    /// The version of the program that wrote it.
    pub(super) program: String,
    /// The schema version of its rows.
    pub(super) schema: i64,
    /// RFC 3339 in UTC.
    pub(super) made_at: String,
    /// By which the drive's signing key is known; it tells nothing else of it.
    pub(super) signing_key: i64,
    /// Whether the key itself is in the backup: it is where the drive had made it, and is not where it was given.
    pub(super) has_key: bool,
    pub(super) tables: Vec<Part>,
    pub(super) artifacts: Part,
}

/// A file of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) name: String,
    /// The columns of a table, in the order of its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) columns: Vec<String>,
    lines: u64,
    bytes: u64,
    sha256: ContentSha,
}

/// The name of the list of packages.
pub(super) const LIST: &str = "artifacts";

impl Part {
    pub(super) fn of_table(table: &Table, lines: Lines) -> Self {
        let columns = table.columns.iter().map(|column| column.name.clone()).collect();
        Self { columns, ..Self::of_list(&table.name, lines) }
    }

    pub(super) fn of_list(name: &str, lines: Lines) -> Self {
        let Lines { rows, bytes, sha } = lines;
        Self { name: name.to_owned(), columns: Vec::new(), lines: rows, bytes, sha256: sha }
    }

    pub(super) fn lines(&self) -> Lines {
        Lines { rows: self.lines, bytes: self.bytes, sha: self.sha256.clone() }
    }
}

/// The manifest's file.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("manifest.json")
}

/// The file of a table's rows.
pub(super) fn rows(folder: &Path, table: &str) -> PathBuf {
    rows_folder(folder).join(format!("{table}.jsonl"))
}

/// The folder of the tables' rows.
pub(super) fn rows_folder(folder: &Path) -> PathBuf {
    folder.join("rows")
}

/// The file of the list of packages: digest and size, one a line.
pub(super) fn list(folder: &Path) -> PathBuf {
    folder.join("artifacts.txt")
}

/// The folder of the packages, as a drive's own.
pub(super) fn packages(folder: &Path) -> PathBuf {
    folder.join("artifacts")
}

fn refused(path: &Path, why: &str) -> DriveError {
    DriveError::Backup(format!("{}: {why}", path.display()))
}

impl Manifest {
    /// The manifest of a backup of now.
    pub(super) fn new(
        made_at: String,
        (schema, signing_key, has_key): (i64, i64, bool),
        tables: Vec<Part>,
        artifacts: Part,
    ) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let format = FORMAT.to_owned();
        Self { format, version: VERSION, program, schema, made_at, signing_key, has_key, tables, artifacts }
    }

    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// [`DriveError::Backup`] for a folder without one, or with one that is none.
    pub(super) fn read(folder: &Path) -> Result<Self, DriveError> {
        let path = path(folder);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let why = "there is no backup here, or one that was not made to its end: it has no manifest.json";
                return Err(refused(folder, why));
            }
            Err(error) => return Err(DriveError::io(path)(error)),
        };
        let mut text = Vec::new();
        file.take(MOST + 1).read_to_end(&mut text).map_err(DriveError::io(&path))?;
        if text.len() as u64 > MOST {
            return Err(refused(&path, "it is too large for a manifest"));
        }
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| refused(&path, &format!("it is no manifest of a backup: {error}")))?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(refused(&path, "it is of another form than this program knows"));
        }
        Ok(manifest)
    }

    /// The table's part.
    ///
    /// # Errors
    /// [`DriveError::Backup`] where it is not there, or has other columns.
    pub(super) fn part(&self, table: &Table) -> Result<&Part, DriveError> {
        let part = self.tables.iter().find(|part| part.name == table.name);
        let part = part.ok_or_else(|| DriveError::Backup(format!("the backup has no table `{}`", table.name)))?;
        if !part.columns.iter().eq(table.columns.iter().map(|column| &column.name)) {
            return Err(DriveError::Backup(format!("the table `{}` has other columns in the backup", table.name)));
        }
        Ok(part)
    }

    /// Refuses a backup with a table that this drive does not have.
    pub(super) fn check_tables(&self, tables: &[Table]) -> Result<(), DriveError> {
        for part in &self.tables {
            let times = self.tables.iter().filter(|other| other.name == part.name).count();
            if times > 1 || !tables.iter().any(|table| table.name == part.name) {
                let name = part.name.escape_debug();
                return Err(DriveError::Backup(format!(
                    "the backup has a table `{name}` that this drive does not have"
                )));
            }
        }
        Ok(())
    }
}

/// Reads the lines of a part, each with its end, and holds them against what the manifest says of them.
///
/// # Errors
/// [`DriveError::Backup`] for a file that is not there, cut short, or otherwise not what the manifest says; whatever `take`
/// refuses, with the line's place.
pub(super) fn read(
    path: &Path,
    part: &Part,
    mut take: impl FnMut(&[u8]) -> Result<(), DriveError>,
) -> Result<(), DriveError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(refused(path, "it is not there")),
        Err(error) => return Err(DriveError::io(path)(error)),
    };
    let mut reader = BufReader::new(file);
    let (mut adder, mut line) = (Adder::default(), Vec::new());
    let expected = part.lines();
    for number in 1.. {
        line.clear();
        let read = (&mut reader).take(LONGEST).read_until(b'\n', &mut line).map_err(DriveError::io(path))?;
        if read == 0 {
            break;
        }
        if line.last() != Some(&b'\n') || number > expected.rows {
            return Err(refused(path, &format!("line {number} of {} is cut short, or one too many", expected.rows)));
        }
        adder.add(&line);
        take(&line)?;
    }
    let found = adder.sum();
    if found != expected {
        let why = format!(
            "it is not what the manifest says: {} lines and sha256 {} of {} lines and {}",
            found.rows,
            found.sha.short(),
            expected.rows,
            expected.sha.short()
        );
        return Err(refused(path, &why));
    }
    Ok(())
}

/// The line of a package in the list.
pub(super) fn line(named: &Named) -> Vec<u8> {
    format!("{} {}\n", named.sha, named.size).into_bytes()
}

/// Reads the list of packages.
pub(super) fn read_list(folder: &Path, part: &Part) -> Result<Vec<Named>, DriveError> {
    let path = list(folder);
    let mut named = Vec::new();
    read(&path, part, |text| {
        let text = String::from_utf8_lossy(text);
        let parsed = text
            .trim_end_matches('\n')
            .split_once(' ')
            .and_then(|(sha, size)| Some(Named { sha: ContentSha::new(sha).ok()?, size: size.parse().ok()? }));
        let number = named.len() + 1;
        named.push(parsed.ok_or_else(|| refused(&path, &format!("line {number} names no package")))?);
        Ok(())
    })?;
    Ok(named)
}
