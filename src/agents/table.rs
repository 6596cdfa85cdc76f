//! The table of agents, read from the data file that is part of the program. It holds no opinion about this machine:
//! that is [`crate::agents::places`] and [`crate::agents::detect`].

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::Error;
use crate::error::Result;

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
}

impl Table {
    /// Reads the data file.
    ///
    /// # Errors
    /// A bug: the file is part of the program.
    pub(crate) fn load() -> Result<Self> {
        toml::from_str(TEXT).map_err(|e| Error::internal("the table of agents cannot be read").source(e))
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
    fn every_variable_has_its_getter() {
        let table = Table::load().unwrap();
        let names: BTreeSet<&str> = table.variables.keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(env::AGENT_HOMES));
        assert!(table.variables.values().all(|default| default.is_empty() || default.starts_with("~/.")));
    }
}
