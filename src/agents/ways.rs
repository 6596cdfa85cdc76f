//! The real paths of folders that hold skills and links, each found once for all the skills in it.
//!
//! A plan is made for every skill of a machine, and all of them lie in a few folders. Nothing is remembered of a skill
//! itself: whether it is a link is looked at each time.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::store::real_path::real_path;

/// What was found. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ways {
    found: Arc<Mutex<HashMap<PathBuf, Result<PathBuf, String>>>>,
}

impl Ways {
    /// The real path of a skill, which need not exist.
    pub(super) fn skill(&self, path: &Path) -> PathBuf {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return real_path(path) };
        match fs::symlink_metadata(path) {
            // A real folder in a folder whose real path is known.
            Ok(meta) if meta.is_dir() => match self.folder(folder) {
                Ok(folder) => folder.join(name),
                Err(_) => real_path(path),
            },
            _ => real_path(path),
        }
    }

    /// Where a folder that links lie in really is.
    ///
    /// # Errors
    /// Why no link can lie there.
    pub(super) fn folder(&self, folder: &Path) -> Result<PathBuf, String> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(folder) {
            return known.clone();
        }
        let real = real_folder(folder);
        found.insert(folder.to_path_buf(), real.clone());
        real
    }
}

/// The same, looked at now.
///
/// # Errors
/// As [`Ways::folder`].
pub(super) fn real_folder(folder: &Path) -> Result<PathBuf, String> {
    match fs::metadata(folder) {
        Ok(meta) if meta.is_dir() => Ok(real_path(folder)),
        Ok(_) => Err(format!("`{}` is not a folder", folder.display())),
        Err(_) if fs::symlink_metadata(folder).is_ok_and(|meta| meta.file_type().is_symlink()) => {
            Err(format!("`{}` is a link that leads nowhere", folder.display()))
        }
        Err(_) => Ok(real_path(folder)),
    }
}
