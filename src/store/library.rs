//! What belongs to a person and not to the team: agents chosen for one skill, skills left out for good, removed ones,
//! where home-made skills lie. One file for each scope's root, in the state folder.
//!
//! The lockfile of a project is shared; nothing of this may get into it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Result;
use crate::store::paths::Paths;
use crate::store::real_path::real_path;
use crate::store::record;
use crate::store::scope::Scope;
use crate::store::trash::record::Audience;

/// A person's notes on one scope.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Library {
    /// The root, for a person who reads the file.
    root: String,
    /// The agents chosen for one skill.
    pub(crate) agents: BTreeMap<Slug, Vec<String>>,
    /// The agents that a skill is disabled for.
    pub(crate) off: BTreeMap<Slug, BTreeSet<String>>,
    /// Skills that sync leaves out for good.
    pub(crate) skip: BTreeSet<Slug>,
    /// Skills that were removed here on purpose.
    pub(crate) removed: BTreeSet<Slug>,
    /// Where home-made skills lie: relative to the root where they lie below it.
    homes: BTreeMap<Slug, String>,
    /// Whether a home-made skill is sent to the drive, where a person was asked.
    pub(crate) chosen: BTreeMap<Slug, bool>,
    /// The digest of the files that this machine last put in a skill's place: with a lockfile that changed since, they
    /// are still known as nobody's edit.
    pub(crate) placed: BTreeMap<Slug, ContentSha>,
    /// The digest of each skill that was copied under a new name to settle a conflict: it is not copied again.
    pub(crate) copies: BTreeMap<Slug, ContentSha>,
    /// The slug that a drive gave a folder, where it is not the folder's own.
    renamed: BTreeMap<String, Slug>,
    /// What a newer version wrote is kept.
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl Library {
    /// Reads the notes of a scope; the second value says that the file is damaged and counts as empty.
    ///
    /// # Errors
    /// When the system does not let the file be read.
    pub(crate) fn read(paths: &Paths, scope: &Scope) -> Result<(Self, Option<String>)> {
        record::read(&file(paths, scope))
    }

    /// Changes the notes under their lock; the warning says that a damaged file was set aside.
    ///
    /// # Errors
    /// When the state folder cannot be written, or another process holds the lock for 30 s.
    pub(crate) fn update(paths: &Paths, scope: &Scope, change: impl FnOnce(&mut Self)) -> Result<Option<String>> {
        let root = scope.root.to_string_lossy().into_owned();
        let (_, warning) = record::update(&file(paths, scope), |library: &mut Self| {
            library.root = root;
            change(library);
        })?;
        Ok(warning)
    }

    /// Where a home-made skill lies.
    pub(crate) fn home(&self, scope: &Scope, slug: &Slug) -> Option<PathBuf> {
        self.homes.get(slug).map(|home| scope.root.join(home))
    }

    /// The home-made skills whose place is known.
    pub(crate) fn home_made(&self) -> impl Iterator<Item = &Slug> {
        self.homes.keys()
    }

    /// Notes where a home-made skill lies. A path that is not Unicode is not noted: the inventory finds it again.
    pub(crate) fn set_home(&mut self, scope: &Scope, slug: &Slug, path: &Path) {
        if let Some(text) = place(scope, path) {
            self.homes.insert(slug.clone(), text);
        }
    }

    /// Notes that agents see a skill again.
    pub(crate) fn enable(&mut self, slug: &Slug, agents: &[String]) {
        let mut audience = self.audience(slug);
        audience.off.retain(|id| !agents.contains(id));
        self.set_audience(slug, audience);
    }

    /// The agents that a person wants to see a skill.
    pub(crate) fn audience(&self, slug: &Slug) -> Audience {
        Audience { off: self.off.get(slug).cloned().unwrap_or_default(), chosen: self.agents.get(slug).cloned() }
    }

    /// Notes who is to see a skill.
    pub(crate) fn set_audience(&mut self, slug: &Slug, audience: Audience) {
        let Audience { off, chosen } = audience;
        match off.is_empty() {
            true => drop(self.off.remove(slug)),
            false => drop(self.off.insert(slug.clone(), off)),
        }
        match chosen {
            Some(chosen) => drop(self.agents.insert(slug.clone(), chosen)),
            None => drop(self.agents.remove(slug)),
        }
    }

    /// Takes a change of the choice back; what was chosen since stays.
    pub(crate) fn show_again(&mut self, slug: &Slug, before: &Audience, after: &Audience) {
        let mut now = self.audience(slug);
        now.off.retain(|id| before.off.contains(id) || !after.off.contains(id));
        now.off.extend(before.off.difference(&after.off).cloned());
        if now.chosen == after.chosen {
            now.chosen.clone_from(&before.chosen);
        }
        self.set_audience(slug, now);
    }

    /// Forgets where a home-made skill lay.
    pub(crate) fn forget_home(&mut self, slug: &Slug) {
        self.homes.remove(slug);
        self.renamed.retain(|_, renamed| renamed != slug);
    }

    /// The slug that a drive gave a folder.
    pub(crate) fn renamed(&self, scope: &Scope, path: &Path) -> Option<&Slug> {
        place(scope, path).and_then(|text| self.renamed.get(&text))
    }

    /// Notes the slug that a drive gave a folder.
    pub(crate) fn rename(&mut self, scope: &Scope, path: &Path, slug: &Slug) {
        if let Some(text) = place(scope, path) {
            self.renamed.insert(text, slug.clone());
        }
    }
}

fn file(paths: &Paths, scope: &Scope) -> PathBuf {
    let root = real_path(&scope.root);
    record::file_for(&paths.state.join("library"), &[scope.kind.word().as_bytes(), root.as_os_str().as_encoded_bytes()])
}

/// How a path is noted: relative to the root with `/`, where it lies below it; through the root's real path, so that a
/// way through a link and the way around it are the same note.
fn place(scope: &Scope, path: &Path) -> Option<String> {
    let path = real_path(path);
    let root = real_path(&scope.root);
    match path.strip_prefix(&root) {
        Ok(below) => {
            let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
            parts.map(|parts| parts.join("/"))
        }
        Err(_) => path.to_str().map(str::to_owned),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;

    use super::*;

    fn arrange() -> (tempfile::TempDir, Paths, Scope) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::below(home.path(), home.path());
        let scope = Scope::global(&paths);
        (home, paths, scope)
    }

    #[test]
    fn notes_are_kept_for_their_root_alone() {
        let (home, paths, scope) = arrange();
        let slug = Slug::new("notes").unwrap();
        let path = home.path().join(".claude/skills/My Notes");
        let outside = Path::new("/elsewhere/x");
        let warning = Library::update(&paths, &scope, |library| {
            library.set_home(&scope, &slug, &path);
            library.rename(&scope, &path, &slug);
            library.rename(&scope, outside, &slug);
            library.skip.insert(slug.clone());
            library.chosen.insert(slug.clone(), false);
            library.agents.insert(slug.clone(), vec!["bob".to_owned()]);
        })
        .unwrap();
        assert_eq!(warning, None);
        let (library, warning) = Library::read(&paths, &scope).unwrap();
        assert_eq!(warning, None);
        assert_eq!(library.home(&scope, &slug), Some(scope.root.join(".claude/skills/My Notes")));
        assert_eq!(library.renamed(&scope, &path), Some(&slug));
        assert_eq!(library.renamed(&scope, outside), Some(&slug));
        assert!(library.skip.contains(&slug));
        let other = Scope::project(&home.path().join("repo"));
        assert_eq!(Library::read(&paths, &other).unwrap().0, Library::default());
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_what_a_newer_version_wrote_is_kept() {
        let (_home, paths, scope) = arrange();
        let slug = Slug::new("a").unwrap();
        let file = file(&paths, &scope);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "{ not json").unwrap();
        let (library, warning) = Library::read(&paths, &scope).unwrap();
        assert_eq!(library, Library::default());
        assert!(warning.unwrap().contains("damaged"));
        assert!(file.exists(), "a reader changes nothing");
        let warning = Library::update(&paths, &scope, |library| {
            library.removed.insert(slug.clone());
        })
        .unwrap();
        assert!(warning.unwrap().contains(".json.damaged"));
        assert_eq!(fs::read(file.with_extension("json.damaged")).unwrap(), b"{ not json");

        let mut value: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        value["from_the_future"] = serde_json::json!({"x": 1});
        fs::write(&file, value.to_string()).unwrap();
        Library::update(&paths, &scope, |library| {
            library.removed.remove(&slug);
        })
        .unwrap();
        assert!(fs::read_to_string(&file).unwrap().contains("from_the_future"));
    }
}
