//! The projects of a repository: every folder in it that has a lockfile of its own.
//!
//! Looked for as ripgrep looks: what git ignores, hidden folders and what build tools and package managers fill are left
//! out, and no link is followed. The walk ends after so many entries, and says so.

use std::path::Path;
use std::path::PathBuf;

use ignore::WalkBuilder;

use crate::store::scope::LOCKFILE_NAME;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::scope::repository_root;

/// So many files and folders are looked at.
const MOST: usize = 300_000;
/// So deep, from the folder where it begins.
const DEPTH: usize = 24;
/// Folders that are left out even where git is not told to ignore them.
const NEVER: [&str; 4] = ["node_modules", "target", "__pycache__", "venv"];

/// The projects that were found.
#[derive(Debug)]
pub(crate) struct Roots {
    /// Where it was looked: the repository around the current folder, else that folder.
    pub(crate) below: PathBuf,
    /// Their folders, sorted.
    pub(crate) found: Vec<PathBuf>,
    /// Whether the walk ended before it had seen everything.
    pub(crate) incomplete: bool,
}

impl Roots {
    /// Looks for them.
    pub(crate) fn find(cwd: &Path) -> Self {
        Self::find_most(cwd, MOST)
    }

    fn find_most(cwd: &Path, most: usize) -> Self {
        let below = repository_root(cwd).unwrap_or(cwd).to_path_buf();
        let mut roots = Self { below, found: Vec::new(), incomplete: false };
        let walk = WalkBuilder::new(&roots.below)
            .max_depth(Some(DEPTH))
            .filter_entry(|entry| entry.file_name().to_str().is_none_or(|name| !NEVER.contains(&name)))
            .build();
        for (seen, entry) in walk.flatten().enumerate() {
            if seen == most {
                roots.incomplete = true;
                break;
            }
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if is_file && entry.file_name() == LOCKFILE_NAME {
                roots.found.extend(entry.path().parent().map(Path::to_path_buf));
            }
        }
        roots.found.sort();
        roots
    }

    /// The scope of one of them.
    pub(crate) fn scope(root: &Path) -> Scope {
        Scope { kind: ScopeKind::Project, root: root.to_path_buf(), lockfile: root.join(LOCKFILE_NAME) }
    }

    /// How one of them is called: its path from where it was looked, `.` for that folder itself.
    pub(crate) fn name(&self, root: &Path) -> String {
        let parts = root.strip_prefix(&self.below).unwrap_or(root).components();
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn projects_are_found_where_a_person_would_look() {
        let home = tempfile::tempdir().unwrap();
        let repository = home.path().join("repo");
        for folder in [
            "",
            "apps/web",
            "apps/web/deep",
            "libs/a",
            "node_modules/x",
            "target/x",
            "out",
            ".cache/x",
            "apps/web/build",
            "venv/x",
        ] {
            let folder = repository.join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(LOCKFILE_NAME), "version = 1\n").unwrap();
        }
        fs::create_dir_all(repository.join("libs/b").join(LOCKFILE_NAME)).unwrap();
        fs::create_dir_all(repository.join(".git")).unwrap();
        fs::write(repository.join(".gitignore"), "/out\n").unwrap();
        fs::write(repository.join("apps/web/.gitignore"), "build/\n").unwrap();
        let roots = Roots::find(&repository.join("apps/web/deep"));
        let names: Vec<String> = roots.found.iter().map(|root| roots.name(root)).collect();
        assert_eq!(names, [".", "apps/web", "apps/web/deep", "libs/a"]);
        assert!(!roots.incomplete);
        assert!(Roots::find_most(&repository, 3).incomplete);
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        let outside = home.path().join("outside");
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join(LOCKFILE_NAME), "version = 1\n").unwrap();
        let repository = home.path().join("repo");
        fs::create_dir_all(&repository).unwrap();
        std::os::unix::fs::symlink(&outside, repository.join("linked")).unwrap();
        std::os::unix::fs::symlink(&repository, repository.join("itself")).unwrap();
        assert_eq!(Roots::find(&repository).found, Vec::<PathBuf>::new());
    }
}
