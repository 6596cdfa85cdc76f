//! A skill as the scanner gets it: paths and bytes, bounded. It reads no links and runs nothing.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use skillzdrive_skill::Archive;

use crate::finding::NotAnalysed;

/// Bytes of one file that are read as text; of a larger one the beginning and the end are.
pub(crate) const FILE_BYTES: usize = 1 << 20;
/// Bytes of all files of a skill that are read.
const SKILL_BYTES: u64 = 32 << 20;
/// Files of a skill that are read.
const FILES: usize = 5_000;
/// How deep a folder is followed.
const DEPTH: usize = 32;

/// A file of a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path inside the skill, `/`-separated.
    pub path: String,
    /// Its bytes, or as much of them as is analysed.
    pub bytes: Vec<u8>,
    /// Its whole size in bytes.
    pub size: u64,
}

impl SourceFile {
    /// A file whose bytes are at hand.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self { path: path.into(), size: u64::try_from(bytes.len()).unwrap_or(u64::MAX), bytes }
    }
}

/// The files of a skill, and what was left out on the way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// What the findings call the skill.
    pub slug: String,
    /// The files, by path.
    pub files: Vec<SourceFile>,
    /// What was not taken up.
    pub not_analysed: Vec<NotAnalysed>,
}

impl Source {
    /// A skill whose files are at hand.
    pub fn new(slug: impl Into<String>, files: Vec<SourceFile>) -> Self {
        let mut source = Self { slug: slug.into(), ..Self::default() };
        let mut room = SKILL_BYTES;
        for file in files {
            if !source.admit(&file.path, u64::try_from(file.bytes.len()).unwrap_or(u64::MAX), &mut room) {
                continue;
            }
            source.files.push(file);
        }
        source.files.sort_by(|a, b| a.path.cmp(&b.path));
        source
    }

    /// The files below a folder. Links are not followed; `.git` is not looked into. What cannot be read is said.
    #[must_use]
    pub fn from_dir(slug: &str, root: &Path) -> Self {
        let mut source = Self { slug: slug.to_owned(), ..Self::default() };
        let mut room = SKILL_BYTES;
        source.walk(root, "", 0, &mut room);
        source.files.sort_by(|a, b| a.path.cmp(&b.path));
        source
    }

    /// The files of a package that was read.
    #[must_use]
    pub fn from_archive(slug: &str, archive: &Archive<'_>) -> Self {
        let mut source = Self { slug: slug.to_owned(), ..Self::default() };
        let mut room = SKILL_BYTES;
        for file in &archive.files {
            match archive.read(&file.path) {
                Ok(bytes) if source.admit(&file.path, file.size, &mut room) => {
                    source.files.push(SourceFile::new(file.path.clone(), bytes));
                }
                Ok(_) => {}
                Err(error) => source.skip(&file.path, &format!("it cannot be read: {error}")),
            }
        }
        source.files.sort_by(|a, b| a.path.cmp(&b.path));
        source
    }

    fn walk(&mut self, folder: &Path, prefix: &str, depth: usize, room: &mut u64) {
        if depth > DEPTH {
            return self.skip(prefix, "it lies deeper than is looked");
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.skip(prefix, &format!("it cannot be read: {error}")),
        };
        let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => self.skip(&path, "it is a link"),
                Ok(kind) if kind.is_dir() => {
                    if name != ".git" {
                        self.walk(&entry.path(), &path, depth + 1, room);
                    }
                }
                Ok(kind) if kind.is_file() => self.take(&entry.path(), path, room),
                Ok(_) => self.skip(&path, "it is not a regular file"),
                Err(error) => self.skip(&path, &format!("it cannot be read: {error}")),
            }
        }
    }

    fn take(&mut self, place: &Path, path: String, room: &mut u64) {
        let read = fs::File::open(place).and_then(|file| {
            let size = file.metadata()?.len();
            // One byte more than is analysed tells that there is more.
            let most = 2 * FILE_BYTES as u64 + 1;
            // With some room left over the end is told by the next read alone.
            let mut bytes = Vec::with_capacity(usize::try_from(size.min(most)).unwrap_or(0) + 64);
            file.take(most).read_to_end(&mut bytes)?;
            Ok((size, bytes))
        });
        match read {
            Ok((size, bytes)) => {
                if self.admit(&path, u64::try_from(bytes.len()).unwrap_or(u64::MAX), room) {
                    self.files.push(SourceFile { path, bytes, size });
                }
            }
            Err(error) => self.skip(&path, &format!("it cannot be read: {error}")),
        }
    }

    /// Whether there is room for one more file.
    fn admit(&mut self, path: &str, size: u64, room: &mut u64) -> bool {
        if self.files.len() >= FILES {
            self.skip(path, &format!("the skill has more than {FILES} files"));
        } else if size > *room {
            self.skip(path, &format!("the skill has more than {} MiB", SKILL_BYTES >> 20));
        } else {
            *room -= size;
            return true;
        }
        false
    }

    fn skip(&mut self, path: &str, reason: &str) {
        self.not_analysed.push(NotAnalysed {
            slug: self.slug.clone(),
            path: path.to_owned(),
            reason: reason.to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_files_than_are_looked_at_are_said() {
        let files = (0..FILES + 2).map(|n| SourceFile::new(format!("{n:05}.md"), "x")).collect();
        let source = Source::new("many", files);
        assert_eq!(source.files.len(), FILES);
        assert_eq!(source.not_analysed.len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_named_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("SKILL.md")).unwrap();
        let source = Source::from_dir("linked", folder.path());
        assert!(source.files.is_empty());
        assert_eq!(source.not_analysed[0].path, "SKILL.md");
    }
}
