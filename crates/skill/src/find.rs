//! Where the skills are below a folder. Looks at names only; opens no file.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::SKILL_FILE;
use crate::error::Refusal;
use crate::error::SkillError;

/// Folders below the first one.
const DEPTH: usize = 6;
/// Folders looked into, in all.
const FOLDERS: usize = 2_000;

/// Whether a folder is a skill: it has a file `SKILL.md`, spelled exactly so where the file system tells the difference.
#[must_use]
pub fn is_skill(dir: &Path) -> bool {
    fs::metadata(dir.join(SKILL_FILE)).is_ok_and(|meta| meta.is_file())
}

/// The skills of a folder, sorted: the folder itself if it is one, else those found up to 6 folders below it.
///
/// A skill is not searched for further skills. Links are not followed, `.git` and `node_modules` not entered, and a
/// folder below the first that may not be read is passed over.
///
/// # Errors
/// [`SkillError::Io`] if the folder cannot be read; [`Refusal::SearchTooWide`] past 2,000 folders, because half an
/// answer would look like a whole one.
pub fn find_skills(root: &Path) -> Result<Vec<PathBuf>, SkillError> {
    if is_skill(root) {
        return Ok(vec![root.to_owned()]);
    }
    let mut skills = Vec::new();
    let mut waiting = vec![(root.to_owned(), 0)];
    let mut looked = 0;
    while let Some((dir, depth)) = waiting.pop() {
        looked += 1;
        if looked > FOLDERS {
            let why = Refusal::SearchTooWide { limit: FOLDERS };
            return Err(SkillError::refused(root.display().to_string(), why));
        }
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(_) if depth > 0 => continue,
            Err(error) => return Err(SkillError::io("read", &dir)(error)),
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !folder || name == ".git" || name == "node_modules" {
                continue;
            }
            let path = entry.path();
            if is_skill(&path) {
                skills.push(path);
            } else if depth + 1 < DEPTH {
                waiting.push((path, depth + 1));
            }
        }
    }
    skills.sort_unstable();
    Ok(skills)
}
