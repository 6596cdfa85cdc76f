//! Where the paths of the table lie on this machine: `~`, `$CONFIG`, variables, the project's root.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use crate::agents::table::Agent;
use crate::agents::table::Table;
use crate::env;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;

/// What the templates stand for.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    home: PathBuf,
    /// The project's root, unless the scope is global.
    project: Option<PathBuf>,
    variables: BTreeMap<String, PathBuf>,
}

impl Places {
    /// Reads the environment for a scope. A relative value is ignored: it would mean another folder in every folder.
    pub(crate) fn find(table: &Table, paths: &Paths, scope: &Scope) -> Self {
        let set = |name: &str| env::path(name).filter(|path| path.is_absolute());
        Self::with(table, &paths.home, scope, set)
    }

    /// The same with the variables given.
    pub(crate) fn with(
        table: &Table,
        home: &Path,
        scope: &Scope,
        set: impl Fn(&'static str) -> Option<PathBuf>,
    ) -> Self {
        let mut variables = BTreeMap::new();
        variables.insert("CONFIG".to_owned(), set(env::XDG_CONFIG_HOME).unwrap_or_else(|| home.join(".config")));
        for name in env::AGENT_HOMES {
            let default =
                table.variables.get(name).and_then(|path| path.strip_prefix("~/")).map(|rest| join(home, rest));
            if let Some(path) = set(name).or(default) {
                variables.insert(name.to_owned(), path);
            }
        }
        let project = (scope.kind == ScopeKind::Project).then(|| scope.root.clone());
        Self { home: home.to_path_buf(), project, variables }
    }

    /// The path that a template means; `None` where it means none here: a variable that is not set, `./` in the global
    /// scope.
    pub(crate) fn resolve(&self, template: &str) -> Option<PathBuf> {
        if let Some(rest) = template.strip_prefix("~/") {
            return Some(join(&self.home, rest));
        }
        if let Some(rest) = template.strip_prefix("./") {
            return self.project.as_ref().map(|root| join(root, rest));
        }
        if let Some(rest) = template.strip_prefix('$') {
            let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
            return self.variables.get(name).map(|base| join(base, rest));
        }
        Some(PathBuf::from(template))
    }

    /// The folder that an agent reads in this scope.
    pub(crate) fn folder(&self, agent: &Agent) -> Option<PathBuf> {
        if let Some(root) = &self.project {
            return Some(join(root, &agent.project));
        }
        let paths: Vec<PathBuf> = agent.global.iter().filter_map(|template| self.resolve(template)).collect();
        let lives = |path: &&PathBuf| path.parent().is_some_and(Path::is_dir);
        paths.iter().find(lives).or_else(|| paths.first()).cloned()
    }

    /// The project's root, unless the scope is global.
    pub(crate) fn project(&self) -> Option<&Path> {
        self.project.as_deref()
    }
}

/// Joins a path of the table, whose separator is always `/`.
fn join(base: &Path, rest: &str) -> PathBuf {
    let mut path = base.to_path_buf();
    path.extend(rest.split('/').filter(|part| !part.is_empty()));
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(home: &Path) -> Scope {
        Scope { kind: ScopeKind::Global, root: home.to_path_buf(), lockfile: home.join("skillzdrive.lock") }
    }

    #[test]
    fn templates_mean_places() {
        let table = Table::load().unwrap();
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let moved = home.join("moved");
        let places =
            Places::with(&table, home, &global(home), |name| (name == "CLAUDE_CONFIG_DIR").then(|| moved.clone()));
        let folder = |id: &str| places.folder(table.get(id).unwrap());
        assert_eq!(folder("claude-code"), Some(moved.join("skills")));
        assert_eq!(folder("grok"), Some(home.join(".grok/skills")));
        assert_eq!(folder("goose"), Some(home.join(".config/goose/skills")));
        assert_eq!(folder("cline"), Some(home.join(".agents/skills")));
        assert_eq!(folder("eve"), None);
        assert_eq!(places.resolve("./agent"), None);
        assert_eq!(places.resolve("$APPDATA/Zed"), None);
        assert_eq!(places.resolve("/etc/codex"), Some(PathBuf::from("/etc/codex")));
        // The first home that exists counts, else the first of the list.
        assert_eq!(folder("openclaw"), Some(home.join(".openclaw/skills")));
        std::fs::create_dir(home.join(".moltbot")).unwrap();
        assert_eq!(folder("openclaw"), Some(home.join(".moltbot/skills")));
    }

    #[test]
    fn in_a_project_every_agent_reads_below_the_root() {
        let table = Table::load().unwrap();
        let home = Path::new("/people/me");
        let scope =
            Scope { kind: ScopeKind::Project, root: PathBuf::from("/repo"), lockfile: PathBuf::from("/repo/l") };
        let places = Places::with(&table, home, &scope, |_| None);
        for agent in &table.agents {
            assert!(places.folder(agent).unwrap().starts_with("/repo"), "{}", agent.id);
        }
        assert_eq!(places.resolve("./agent"), Some(PathBuf::from("/repo/agent")));
    }
}
