//! Which agents are shown the skills: the person's word first, what is on the machine last.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::agents::detect;
use crate::agents::places::Places;
use crate::agents::table::Agent;
use crate::agents::table::Table;
use crate::error::Error;
use crate::error::Result;
use crate::store::paths::Paths;
use crate::store::scope::AgentFolder;
use crate::store::scope::Scope;
use crate::store::settings::LinkMode;
use crate::store::settings::Settings;

/// The agents of one scope.
#[derive(Debug, Clone)]
pub(crate) struct Agents {
    table: Table,
    places: Places,
    /// Links or copies for the agents of which nothing else is known.
    usual: LinkMode,
    /// Those that were found here at the first look. A command sees the same ones to its end, whatever it makes.
    found: OnceLock<Vec<AgentFolder>>,
}

/// Who said which agents, strongest first. `None` is "did not say"; an empty list is "none".
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Choice<'a> {
    /// `-a` on the command line.
    pub(crate) flag: Option<&'a [String]>,
    /// What was chosen for this one skill before, from the library.
    pub(crate) library: Option<&'a [String]>,
    /// `agents` of the person's settings.
    pub(crate) settings: Option<&'a [String]>,
    /// `agents` of the project's `skillzdrive.toml`.
    pub(crate) project: Option<&'a [String]>,
}

impl Agents {
    /// Reads the table and the environment.
    ///
    /// # Errors
    /// A bug: the table is part of the program.
    pub(crate) fn load(paths: &Paths, scope: &Scope, settings: &Settings) -> Result<Self> {
        let table = Table::load_with(&settings.agent)?;
        let places = Places::find(&table, paths, scope);
        Ok(Self::new(table, places, settings.link_mode))
    }

    /// The same with a table and places at hand.
    pub(crate) fn new(table: Table, places: Places, usual: LinkMode) -> Self {
        Self { table, places, usual, found: OnceLock::new() }
    }

    /// Every agent of the table that has a folder in this scope, in the order of the table.
    pub(crate) fn all(&self) -> Vec<AgentFolder> {
        self.table.agents.iter().filter_map(|agent| self.folder(agent)).collect()
    }

    /// The agents that are on this machine and have a folder in this scope.
    pub(crate) fn detected(&self) -> Vec<AgentFolder> {
        let look = || {
            let here = self.table.agents.iter().filter(|agent| detect::is_here(agent, &self.places));
            here.filter_map(|agent| self.folder(agent)).collect()
        };
        self.found.get_or_init(look).clone()
    }

    /// The agents that get links: `-a`, else the choice for this skill, else settings, else the project's file, else the
    /// detected ones.
    ///
    /// # Errors
    /// Exit 2 for an id that is not in the table, with the nearest ones, and for an agent named with `-a` that has no
    /// folder in this scope. An id that only the library remembers is passed over: another version may have known it.
    pub(crate) fn chosen(&self, choice: &Choice<'_>) -> Result<Vec<AgentFolder>> {
        if let Some(ids) = choice.flag {
            let folders = self.named(ids, "-a/--agent")?;
            if let Some(id) = ids.iter().find(|id| !folders.iter().any(|folder| folder.id == **id)) {
                return Err(Error::usage(format!("the agent `{id}` has skills in projects only")).hint("add --project"));
            }
            return Ok(folders);
        }
        if let Some(ids) = choice.library {
            return Ok(ids.iter().filter_map(|id| self.table.get(id)).filter_map(|a| self.folder(a)).collect());
        }
        if let Some(ids) = choice.settings {
            return self.named(ids, "`agents` in your settings");
        }
        if let Some(ids) = choice.project {
            return self.named(ids, "`agents` in the project's skillzdrive.toml");
        }
        Ok(self.detected())
    }

    fn named(&self, ids: &[String], said_by: &str) -> Result<Vec<AgentFolder>> {
        let mut folders: Vec<AgentFolder> = Vec::new();
        for id in ids {
            let Some(agent) = self.table.get(id) else {
                return Err(self.table.unknown(id, said_by));
            };
            if !folders.iter().any(|folder| folder.id == *id) {
                folders.extend(self.folder(agent));
            }
        }
        Ok(folders)
    }

    /// The entry of an agent's id.
    pub(crate) fn get(&self, id: &str) -> Option<&Agent> {
        self.table.get(id)
    }

    /// The agents of these ids.
    ///
    /// # Errors
    /// Exit 2 for an id that is not known.
    pub(crate) fn of_ids(&self, ids: &[String]) -> Result<Vec<AgentFolder>> {
        self.named(ids, "-a/--agent")
    }

    fn folder(&self, agent: &Agent) -> Option<AgentFolder> {
        let folder: PathBuf = self.places.folder(agent)?;
        Some(AgentFolder { id: agent.id.clone(), name: agent.name.clone(), folder, mode: agent.mode(self.usual) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::store::scope::ScopeKind;

    fn ids(folders: &[AgentFolder]) -> Vec<&str> {
        folders.iter().map(|folder| folder.id.as_str()).collect()
    }

    #[test]
    fn the_stronger_word_wins() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".roo")).unwrap();
        let scope =
            Scope { kind: ScopeKind::Global, root: home.path().to_path_buf(), lockfile: home.path().join("lock") };
        let table = Table::load().unwrap();
        let places = Places::with(&table, home.path(), &scope, |_| None);
        let agents = Agents::new(table, places, LinkMode::Link);
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<String>>();
        let (flag, library, settings, project) =
            (list(&["grok", "grok"]), list(&["gone", "cursor"]), list(&["bob"]), list(&["mux"]));

        let mut choice =
            Choice { flag: Some(&flag), library: Some(&library), settings: Some(&settings), project: Some(&project) };
        assert_eq!(ids(&agents.chosen(&choice).unwrap()), ["grok"]);
        choice.flag = None;
        assert_eq!(ids(&agents.chosen(&choice).unwrap()), ["cursor"]);
        choice.library = None;
        assert_eq!(ids(&agents.chosen(&choice).unwrap()), ["bob"]);
        choice.settings = None;
        assert_eq!(ids(&agents.chosen(&choice).unwrap()), ["mux"]);
        choice.project = None;
        assert!(ids(&agents.chosen(&choice).unwrap()).contains(&"roo"));
        let none: [String; 0] = [];
        choice.settings = Some(&none);
        assert!(agents.chosen(&choice).unwrap().is_empty());

        let wrong = list(&["claude"]);
        let error = agents.chosen(&Choice { flag: Some(&wrong), ..Choice::default() }).unwrap_err();
        assert_eq!((error.kind(), error.hints()), (Kind::Usage, &["did you mean claude-code?".to_owned()][..]));
        let project_only = list(&["eve"]);
        let error = agents.chosen(&Choice { flag: Some(&project_only), ..Choice::default() }).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(agents.chosen(&Choice { settings: Some(&project_only), ..Choice::default() }).unwrap().is_empty());
        assert_eq!(agents.all().len(), 77);
    }
}
