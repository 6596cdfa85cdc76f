//! Which set of skills a command works on: a project's or the person's own.

use std::path::Path;
use std::path::PathBuf;

use crate::store::paths::Paths;
use crate::store::real_path::real_path;
use crate::store::settings::LinkMode;

/// The lockfile's name.
pub(crate) const LOCKFILE_NAME: &str = "skillzdrive.lock";

/// Project or global.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    /// One repository's skills.
    Project,
    /// The person's skills.
    Global,
}

impl ScopeKind {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Global => "global",
        }
    }
}

/// A set of skills and where it lies.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Project or global.
    pub(crate) kind: ScopeKind,
    /// The project's root, or the home folder.
    pub(crate) root: PathBuf,
    /// The lockfile: in the project's root, or in the data folder.
    pub(crate) lockfile: PathBuf,
}

impl Scope {
    /// The global one.
    pub(crate) fn global(paths: &Paths) -> Self {
        Self { kind: ScopeKind::Global, root: paths.home.clone(), lockfile: paths.data.join(LOCKFILE_NAME) }
    }

    /// The project's around a folder: where a lockfile is, else the repository's root, else the folder itself.
    pub(crate) fn project(from: &Path) -> Self {
        let root = find_lockfile(from)
            .or_else(|| repository_root(from).map(Path::to_path_buf))
            .unwrap_or_else(|| from.to_path_buf());
        Self { kind: ScopeKind::Project, lockfile: root.join(LOCKFILE_NAME), root }
    }

    /// The repository's around a folder, when it is in one that is not the home folder itself (people keep dotfiles so).
    pub(crate) fn repository(from: &Path, paths: &Paths) -> Option<Self> {
        let root = repository_root(from)?;
        (real_path(root) != real_path(&paths.home)).then(|| Self::project(from))
    }

    /// The one that a command without `--project` and `--global` means.
    pub(crate) fn detect(from: &Path, paths: &Paths) -> Self {
        if find_lockfile(from).is_some() { Self::project(from) } else { Self::global(paths) }
    }

    /// The canonical skills folder: real, editable files.
    pub(crate) fn skills(&self) -> PathBuf {
        self.root.join(".agents").join("skills")
    }

    /// Staging, trash and the process lock, on the same file system as the skills.
    pub(crate) fn workshop(&self) -> PathBuf {
        self.root.join(".agents").join(".skillzdrive")
    }
}

/// A folder in a scope that an agent reads its skills from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentFolder {
    /// The agent's name on the command line.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) name: String,
    /// The folder; it need not exist, and may be a link.
    pub(crate) folder: PathBuf,
    /// Whether it is shown a skill by a link or by a copy.
    pub(crate) mode: LinkMode,
}

/// The nearest folder from here up to the repository's root that holds a lockfile.
fn find_lockfile(from: &Path) -> Option<PathBuf> {
    let stop = repository_root(from);
    for folder in from.ancestors() {
        if folder.join(LOCKFILE_NAME).is_file() {
            return Some(folder.to_path_buf());
        }
        if Some(folder) == stop || stop.is_none() {
            return None;
        }
    }
    None
}

/// The folder of the git repository around a folder.
pub(crate) fn repository_root(from: &Path) -> Option<&Path> {
    from.ancestors().find(|folder| folder.join(".git").exists())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_lockfile_is_found_up_to_the_repository_root_and_not_above() {
        let home = tempfile::tempdir().unwrap();
        let repository = home.path().join("repo");
        let deep = repository.join("a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir(repository.join(".git")).unwrap();
        fs::write(home.path().join(LOCKFILE_NAME), "").unwrap();
        assert_eq!(find_lockfile(&deep), None);
        assert_eq!(Scope::project(&deep).root, repository);
        fs::write(repository.join(LOCKFILE_NAME), "").unwrap();
        assert_eq!(find_lockfile(&deep), Some(repository));
    }

    #[test]
    fn outside_a_repository_a_project_is_the_current_folder() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(Scope::project(home.path()).root, home.path());
    }
}
