//! The keys of collections that are kept on this machine, and which of them a project uses.
//!
//! The keys lie where every key lies ([`credentials`]), under a name of their own. Which project uses which is a person's
//! choice, so it is noted in the state folder by the project's path, and never in the project.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::CollectionName;

use crate::error::Error;
use crate::error::Result;
use crate::store::credentials;
use crate::store::credentials::KeySource;
use crate::store::paths::Paths;
use crate::store::real_path::real_path;
use crate::store::record;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::settings;
use crate::store::settings::Settings;

/// The notes of one server.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Notes {
    /// The collections whose keys are kept: a keyring does not list what it has.
    kept: BTreeSet<CollectionName>,
    /// What each project uses, by its root; null for the person's own key, whatever the project says.
    projects: BTreeMap<String, Option<CollectionName>>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    /// By server identity.
    servers: BTreeMap<String, Notes>,
    /// What a newer version wrote is kept.
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

/// The collections of one server, as far as this machine knows them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Collections<'a> {
    paths: &'a Paths,
    server: &'a str,
}

/// Who says that a scope uses a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chooser {
    /// A person, by `collection use`.
    Use,
    /// This settings file.
    File(PathBuf),
    /// The project's settings file.
    Project(PathBuf),
}

/// The collection that a scope uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// Its name.
    pub(crate) name: CollectionName,
    /// Who says so.
    pub(crate) by: Chooser,
}

/// What was forgotten of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Forgotten {
    /// Its key was here.
    pub(crate) key: bool,
    /// So many projects used it.
    pub(crate) projects: usize,
}

impl<'a> Collections<'a> {
    /// Those of a server.
    pub(crate) fn of(paths: &'a Paths, server: &'a str) -> Self {
        Self { paths, server }
    }

    /// The key of a collection and where it is, when it is kept here.
    ///
    /// # Errors
    /// As [`credentials::find_kept`].
    pub(crate) fn key(&self, name: &CollectionName) -> Result<Option<(ApiKey, KeySource)>> {
        credentials::find_kept(self.paths, &self.slot(name))
    }

    /// Keeps the key of a collection.
    ///
    /// # Errors
    /// As [`credentials::save`].
    pub(crate) fn keep(&self, name: &CollectionName, key: &ApiKey) -> Result<KeySource> {
        let source = credentials::save(self.paths, &self.slot(name), key)?;
        self.change(|notes| {
            notes.kept.insert(name.clone());
        })?;
        Ok(source)
    }

    /// The collections whose keys are kept here.
    ///
    /// # Errors
    /// When the notes cannot be read.
    pub(crate) fn kept(&self) -> Result<BTreeSet<CollectionName>> {
        Ok(self.notes()?.kept)
    }

    /// Forgets the key of a collection, and that projects use it.
    ///
    /// # Errors
    /// As [`credentials::delete`].
    pub(crate) fn forget(&self, name: &CollectionName) -> Result<Forgotten> {
        let deleted = credentials::delete(self.paths, &self.slot(name))?;
        let projects = self.change(|notes| {
            let before = notes.projects.len();
            notes.kept.remove(name);
            notes.projects.retain(|_, used| used.as_ref() != Some(name));
            before - notes.projects.len()
        })?;
        Ok(Forgotten { key: deleted.file || deleted.keyring, projects })
    }

    /// Gives a collection's key another name, and the projects that use it.
    ///
    /// # Errors
    /// As [`Collections::keep`].
    pub(crate) fn rename(&self, old: &CollectionName, new: &CollectionName) -> Result<()> {
        if old == new {
            return Ok(());
        }
        if let Some((key, _)) = self.key(old)? {
            // Kept anew before it is forgotten: a key that is nowhere cannot be had again.
            self.keep(new, &key)?;
            credentials::delete(self.paths, &self.slot(old))?;
        }
        self.change(|notes| {
            notes.kept.remove(old);
            let used = notes.projects.values_mut().filter(|used| used.as_ref() == Some(old));
            used.for_each(|used| *used = Some(new.clone()));
        })
    }

    /// Notes what a project uses: a collection, or the person's own key whatever the project's file says.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub(crate) fn choose(&self, root: &Path, name: Option<&CollectionName>) -> Result<()> {
        self.change(|notes| {
            notes.projects.insert(root_text(root), name.cloned());
        })
    }

    /// The collection that a scope uses: what the person chose for the project, else what the project's file names, else
    /// what the person's own settings name. A project's file has no say outside its project.
    ///
    /// # Errors
    /// Exit 2 naming the settings file and its line, also for a name that no collection can have.
    pub(crate) fn chosen(&self, scope: &Scope) -> Result<Option<Chosen>> {
        if scope.kind == ScopeKind::Project {
            match self.notes()?.projects.get(&root_text(&scope.root)) {
                Some(Some(name)) => return Ok(Some(Chosen { name: name.clone(), by: Chooser::Use })),
                Some(None) => return Ok(None),
                None => {}
            }
        }
        let own = Settings::load(self.paths, &Scope::global(self.paths))?.settings.collection;
        let here = Settings::load(self.paths, scope)?.settings.collection;
        let by = if here == own {
            Chooser::File(settings::user_file(self.paths))
        } else {
            Chooser::Project(settings::project_file(&scope.root))
        };
        let Some(text) = here else { return Ok(None) };
        match CollectionName::new(&text) {
            Ok(name) => Ok(Some(Chosen { name, by })),
            Err(bad) => {
                let (Chooser::File(path) | Chooser::Project(path)) = by else { return Ok(None) };
                Err(Error::from(bad).context(format!("{}: `collection`", path.display())).code("settings_invalid"))
            }
        }
    }

    /// The notes; a damaged file counts as empty, and the next change says so.
    fn notes(&self) -> Result<Notes> {
        let (mut file, _): (File, _) = record::read(&file(self.paths))?;
        Ok(file.servers.remove(self.server).unwrap_or_default())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Notes) -> T) -> Result<T> {
        let (answer, _) = record::update(&file(self.paths), |file: &mut File| {
            let notes = file.servers.entry(self.server.to_owned()).or_default();
            let answer = change(notes);
            if *notes == Notes::default() {
                file.servers.remove(self.server);
            }
            answer
        })?;
        Ok(answer)
    }

    /// What the key of a collection is kept under. No server's identity begins so, and what stands before the `@` holds
    /// none, so that no two slots are the same.
    fn slot(&self, name: &CollectionName) -> String {
        let mut slot = "collection:".to_owned();
        for byte in name.as_str().bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => slot.push(char::from(byte)),
                _ => slot.push_str(&format!("%{byte:02X}")),
            }
        }
        format!("{slot}@{}", self.server)
    }
}

/// Every collection that this machine knows by name, of any server; none where the notes cannot be read.
pub(crate) fn names(paths: &Paths) -> BTreeSet<String> {
    let (file, _): (File, _) = record::read(&file(paths)).unwrap_or_default();
    let all = file.servers.into_values();
    let names = all.flat_map(|notes| notes.kept.into_iter().chain(notes.projects.into_values().flatten()));
    names.map(|name| name.to_string()).collect()
}

/// The servers of which this machine knows collections.
pub(crate) fn servers(paths: &Paths) -> BTreeSet<String> {
    let (file, _): (File, _) = record::read(&file(paths)).unwrap_or_default();
    file.servers.into_keys().collect()
}

fn file(paths: &Paths) -> PathBuf {
    paths.state.join("collections.json")
}

fn root_text(root: &Path) -> String {
    real_path(root).to_string_lossy().into_owned()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    const SERVER: &str = "https://a.example";

    fn arrange() -> (tempfile::TempDir, Paths, Scope) {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let paths = Paths::below(home.path(), home.path());
        std::fs::create_dir_all(at("repo")).unwrap();
        std::fs::create_dir_all(at("config")).unwrap();
        let scope = Scope::project(&at("repo"));
        (home, paths, scope)
    }

    fn name(text: &str) -> CollectionName {
        CollectionName::new(text).unwrap()
    }

    #[test]
    fn a_person_goes_before_the_project_and_the_project_before_the_settings() {
        let (home, paths, scope) = arrange();
        let here = Collections::of(&paths, SERVER);
        let chosen = |scope: &Scope| here.chosen(scope).unwrap().map(|chosen| (chosen.name.to_string(), chosen.by));
        assert_eq!(chosen(&scope), None);
        let user = home.path().join("config/config.toml");
        std::fs::write(&user, "collection = \"mine\"\n").unwrap();
        assert_eq!(chosen(&scope), Some(("mine".to_owned(), Chooser::File(user.clone()))));
        let project = home.path().join("repo/skillzdrive.toml");
        std::fs::write(&project, "collection = \"team\"\n").unwrap();
        assert_eq!(chosen(&scope), Some(("team".to_owned(), Chooser::Project(project.clone()))));
        assert_eq!(chosen(&Scope::global(&paths)), Some(("mine".to_owned(), Chooser::File(user))));
        here.choose(&scope.root, Some(&name("chosen"))).unwrap();
        assert_eq!(chosen(&scope), Some(("chosen".to_owned(), Chooser::Use)));
        assert_eq!(Collections::of(&paths, "https://b.example").chosen(&scope).unwrap().unwrap().name, name("team"));
        here.choose(&scope.root, None).unwrap();
        assert_eq!(chosen(&scope), None);

        here.forget(&name("chosen")).unwrap();
        let other = Scope::project(&home.path().join("other"));
        std::fs::create_dir(&other.root).unwrap();
        std::fs::write(other.root.join("skillzdrive.toml"), "collection = \"..\"\n").unwrap();
        let error = here.chosen(&other).unwrap_err();
        assert!(error.message().contains("skillzdrive.toml"), "{}", error.message());
    }

    #[test]
    fn a_new_name_is_the_projects_too_and_what_is_forgotten_is_used_no_more() {
        let (home, paths, scope) = arrange();
        let here = Collections::of(&paths, SERVER);
        let second = Scope::project(&home.path().join("second"));
        here.choose(&scope.root, Some(&name("a"))).unwrap();
        here.choose(&second.root, Some(&name("a"))).unwrap();
        here.rename(&name("a"), &name("b")).unwrap();
        assert_eq!(here.chosen(&scope).unwrap().unwrap().name, name("b"));
        assert_eq!(here.forget(&name("a")).unwrap(), Forgotten { key: false, projects: 0 });
        assert_eq!(here.forget(&name("b")).unwrap(), Forgotten { key: false, projects: 2 });
        assert_eq!(here.chosen(&scope).unwrap(), None);
    }

    #[test]
    fn no_name_is_kept_under_anothers() {
        let (_home, paths, _) = arrange();
        let slots: BTreeSet<String> = ["a", "a@b", "a%40b", "a b", "é", "a/b"]
            .iter()
            .flat_map(|text| [SERVER, "local:/x@https://a.example"].map(|server| (name(text), server)))
            .map(|(name, server)| Collections::of(&paths, server).slot(&name))
            .collect();
        assert_eq!(slots.len(), 12, "{slots:?}");
        assert!(slots.iter().all(|slot| slot.starts_with("collection:")));
    }
}
