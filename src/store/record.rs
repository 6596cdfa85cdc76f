//! Small JSON files of the state folder that several processes change: read, changed and written under a lock of their
//! own. One that cannot be read is set aside beside itself, said, and begun anew; it never stops a command.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use skillzdrive_skill::sha256;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;

/// Reads a record without a lock: a reader sees the old file or the new one.
///
/// The second value says, where it is so, that the file is damaged; it is not touched by a reader.
///
/// # Errors
/// When the file is there and the system does not let it be read.
pub(super) fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<(T, Option<String>)> {
    match load(path)? {
        Loaded::Absent => Ok((T::default(), None)),
        Loaded::Good(record) => Ok((record, None)),
        Loaded::Damaged(why) => {
            Ok((T::default(), Some(format!("`{}` is damaged ({why}) and counts as empty", path.display()))))
        }
    }
}

/// Reads a record under its lock, changes it, and writes it in one step where it is not the same.
///
/// The second value says that a damaged file was set aside.
///
/// # Errors
/// When another process holds the lock for too long (exit 8), or the folder cannot be written.
pub(super) fn update<T, R>(path: &Path, change: impl FnOnce(&mut T) -> R) -> Result<(R, Option<String>)>
where
    T: DeserializeOwned + Serialize + Default,
{
    if let Some(folder) = path.parent() {
        atomic::make_folder(folder, Privacy::Private)?;
    }
    let _lock = ScopeLock::acquire_file(&path.with_extension("lock"), |_| ())?;
    let (mut record, warning) = match load(path)? {
        Loaded::Absent => (T::default(), None),
        Loaded::Good(record) => (record, None),
        Loaded::Damaged(why) => (T::default(), Some(set_aside(path, &why)?)),
    };
    let before = render(&record, path)?;
    let answer = change(&mut record);
    let after = render(&record, path)?;
    if before != after {
        atomic::write(path, &after, Privacy::Private)?;
    }
    Ok((answer, warning))
}

/// Moves a damaged file out of the way, without overwriting an earlier one, and says so.
pub(super) fn set_aside(path: &Path, why: &str) -> Result<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = (0..u32::MAX)
        .map(|n| if n == 0 { format!("{name}.damaged") } else { format!("{name}.{n}.damaged") })
        .map(|name| path.with_file_name(name))
        .find(|aside| fs::symlink_metadata(aside).is_err())
        .unwrap_or_else(|| path.with_extension("damaged"));
    fs::rename(path, &aside).map_err(|e| Error::io("set aside the damaged", path, e))?;
    Ok(format!("`{}` was damaged ({why}); it was set aside as `{}`", path.display(), aside.display()))
}

/// The file of a thing that is known by several texts: each is digested with its length, so that no two things meet.
pub(super) fn file_for(folder: &Path, parts: &[&[u8]]) -> PathBuf {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    folder.join(format!("{}.json", &sha256(&bytes).as_str()[..32]))
}

enum Loaded<T> {
    Absent,
    Good(T),
    Damaged(String),
}

fn load<T: DeserializeOwned>(path: &Path) -> Result<Loaded<T>> {
    match fs::read(path) {
        // A record is an object: its reader would take a list for one without fields.
        Ok(bytes) if bytes.trim_ascii_start().first() != Some(&b'{') => {
            Ok(Loaded::Damaged("it is no JSON object".to_owned()))
        }
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).map_or_else(|e| Loaded::Damaged(e.to_string()), Loaded::Good)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Loaded::Absent),
        Err(e) => Err(Error::io("read", path, e)),
    }
}

fn render<T: Serialize>(record: &T, path: &Path) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(record)
        .map_err(|e| Error::internal(format!("`{}` cannot be written as JSON", path.display())).source(e))?;
    bytes.push(b'\n');
    Ok(bytes)
}
