//! The table of agents, read from the data file that is part of the program. It holds no opinion about this machine:
//! that is [`crate::agents::places`] and [`crate::agents::detect`].

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::Error;
use crate::error::Result;
use crate::nearest::did_you_mean;
use crate::store::settings::AgentSetting;
use crate::store::settings::LinkMode;

/// The data file.
const TEXT: &str = include_str!("agents.toml");

/// Every agent that is known, and the variables in their paths.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// Variables with the path that is meant where they are not set; an empty one: there is none.
    pub(crate) variables: BTreeMap<String, String>,
    /// The agents, in the order of the file.
    #[serde(rename = "agent")]
    pub(crate) agents: Vec<Agent>,
}

/// One agent. The paths are templates: [`crate::agents::places::Places::resolve`] reads them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Agent {
    /// Its name on the command line.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) name: String,
    /// Its skills folder in a project, relative to the root.
    pub(crate) project: String,
    /// Its skills folder of a person; the first whose parent exists counts.
    pub(crate) global: Vec<String>,
    /// It is here when one of these exists.
    pub(crate) detect: Vec<String>,
    /// A package that the project's `package.json` must depend on, too.
    #[serde(default)]
    pub(crate) package: Option<String>,
    /// Whether it reads a skill that is a link; one that does not always gets copies.
    #[serde(default = "yes")]
    pub(crate) follows_links: bool,
    /// What the person wants for it, whatever is wanted for the others.
    #[serde(skip)]
    pub(crate) link_mode: Option<LinkMode>,
    /// Whether the person said something of it.
    #[serde(skip)]
    pub(crate) is_changed: bool,
}

fn yes() -> bool {
    true
}

impl Table {
    /// Reads the data file.
    ///
    /// # Errors
    /// A bug: the file is part of the program.
    pub(crate) fn load() -> Result<Self> {
        toml::from_str(TEXT).map_err(|e| Error::internal("the table of agents cannot be read").source(e))
    }

    /// The same with what the person says of single agents. An id that is not in the table is an agent of their own; what
    /// it leaves out is below a folder of its name.
    ///
    /// # Errors
    /// As [`Table::load`].
    pub(crate) fn load_with(said: &BTreeMap<String, AgentSetting>) -> Result<Self> {
        let mut table = Self::load()?;
        for (id, said) in said {
            let at = match table.agents.iter().position(|agent| agent.id == *id) {
                Some(at) => at,
                None => {
                    table.agents.push(Agent::own(id));
                    table.agents.len() - 1
                }
            };
            table.agents[at].change(said);
        }
        Ok(table)
    }

    /// The error for an id that nobody knows, with the nearest ones.
    pub(crate) fn unknown(&self, id: &str, said_by: &str) -> Error {
        let error = Error::usage(format!("`{}` is not an agent that is known ({said_by})", id.escape_debug()))
            .code("unknown_agent");
        match did_you_mean(id, self.ids()) {
            Some(hint) => error.hint(hint),
            None => error.hint("`skillzdrive agents list --all` shows the names"),
        }
    }

    /// The agent of an id.
    pub(crate) fn get(&self, id: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == id)
    }

    /// Every id, in the order of the file.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.agents.iter().map(|agent| agent.id.as_str())
    }
}

impl Agent {
    /// One that is not in the table.
    fn own(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            project: format!(".{id}/skills"),
            global: vec![format!("~/.{id}/skills")],
            detect: vec![format!("~/.{id}")],
            package: None,
            follows_links: true,
            link_mode: None,
            is_changed: true,
        }
    }

    fn change(&mut self, said: &AgentSetting) {
        let AgentSetting { name, project, global, detect, link_mode } = said;
        self.is_changed = true;
        self.link_mode = link_mode.or(self.link_mode);
        if let Some(name) = name {
            self.name.clone_from(name);
        }
        if let Some(project) = project {
            self.project.clone_from(project);
        }
        if let Some(global) = global {
            self.global = vec![global.clone()];
        }
        if let Some(detect) = detect {
            self.detect = vec![detect.clone()];
            self.package = None;
        }
    }

    /// Whether it gets links or copies, where the person wants `usual` for all.
    pub(crate) fn mode(&self, usual: LinkMode) -> LinkMode {
        match self.link_mode {
            // The person has seen how it behaves on this machine.
            Some(mode) => mode,
            None if self.follows_links => usual,
            None => LinkMode::Copy,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Component;
    use std::path::Path;

    use super::*;
    use crate::env;

    #[test]
    fn there_are_79_agents_with_names_of_their_own() {
        let table = Table::load().unwrap();
        assert_eq!(table.agents.len(), 79);
        let ids: BTreeSet<&str> = table.agents.iter().map(|agent| agent.id.as_str()).collect();
        let names: BTreeSet<&str> = table.agents.iter().map(|agent| agent.name.as_str()).collect();
        assert_eq!((ids.len(), names.len()), (79, 79));
        for id in &ids {
            assert!(id.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')), "{id}");
        }
    }

    #[test]
    fn every_path_has_a_form_that_is_understood() {
        let table = Table::load().unwrap();
        let known = |template: &str| match template.strip_prefix('$') {
            Some(rest) => {
                let name = rest.split('/').next().unwrap_or(rest);
                name == "CONFIG" || table.variables.contains_key(name)
            }
            None => template.starts_with("~/") || template.starts_with('/'),
        };
        for agent in &table.agents {
            let project = Path::new(&agent.project);
            assert!(project.components().all(|c| matches!(c, Component::Normal(_))), "{}: {}", agent.id, agent.project);
            assert_eq!(project.file_name().unwrap(), "skills", "{}", agent.id);
            for path in &agent.global {
                assert!(known(path) && path.ends_with("/skills"), "{}: {path}", agent.id);
            }
            for path in &agent.detect {
                assert!(known(path) || path.starts_with("./"), "{}: {path}", agent.id);
            }
            for path in agent.global.iter().chain(&agent.detect) {
                assert!(!path.contains(" or ") && !path.contains(".."), "{}: {path}", agent.id);
            }
        }
        let without_home: Vec<&str> =
            table.agents.iter().filter(|a| a.global.is_empty()).map(|a| a.id.as_str()).collect();
        assert_eq!(without_home, ["eve", "promptscript"]);
        let never: Vec<&str> = table.agents.iter().filter(|a| a.detect.is_empty()).map(|a| a.id.as_str()).collect();
        assert_eq!(never, ["universal"]);
    }

    #[test]
    fn a_person_knows_their_agents_better() {
        let own = AgentSetting { global: Some("~/b/skills".to_owned()), ..AgentSetting::default() };
        let copied = AgentSetting { link_mode: Some(LinkMode::Copy), ..AgentSetting::default() };
        let linked = AgentSetting { link_mode: Some(LinkMode::Link), ..AgentSetting::default() };
        let said =
            BTreeMap::from([("bob".to_owned(), own), ("mine".to_owned(), copied), ("antigravity".to_owned(), linked)]);
        let plain = Table::load().unwrap();
        let table = Table::load_with(&said).unwrap();
        assert_eq!(table.agents.len(), 80);
        let (bob, mine) = (table.get("bob").unwrap(), table.get("mine").unwrap());
        assert_eq!((bob.global.as_slice(), bob.project.as_str()), (&["~/b/skills".to_owned()][..], ".bob/skills"));
        assert!(bob.is_changed && !table.get("grok").unwrap().is_changed);
        assert_eq!((mine.project.as_str(), mine.mode(LinkMode::Link)), (".mine/skills", LinkMode::Copy));
        assert_eq!(bob.mode(LinkMode::Copy), LinkMode::Copy);
        // It loads no skill that is a link, unless the person knows that theirs does.
        assert_eq!(plain.get("antigravity").unwrap().mode(LinkMode::Link), LinkMode::Copy);
        assert_eq!(table.get("antigravity").unwrap().mode(LinkMode::Link), LinkMode::Link);
    }

    #[test]
    fn every_variable_has_its_getter() {
        let table = Table::load().unwrap();
        let names: BTreeSet<&str> = table.variables.keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(env::AGENT_HOMES));
        assert!(table.variables.values().all(|default| default.is_empty() || default.starts_with("~/.")));
    }
}
