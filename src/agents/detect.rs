//! Which agents are on this machine. It only looks whether paths exist; no program is started.

use std::fs;
use std::path::Path;

use crate::agents::places::Places;
use crate::agents::table::Agent;

/// A `package.json` that is larger is not read: it is no package's.
const PACKAGE_LIMIT: u64 = 4 << 20;

/// Whether an agent is here, in the scope that the places were found for.
pub(crate) fn is_here(agent: &Agent, places: &Places) -> bool {
    if let Some(package) = &agent.package
        && !places.project().is_some_and(|root| depends_on(root, package))
    {
        return false;
    }
    agent.detect.iter().filter_map(|template| places.resolve(template)).any(|path| path.exists())
}

/// Whether a project's `package.json` names a package among its dependencies.
fn depends_on(root: &Path, package: &str) -> bool {
    let path = root.join("package.json");
    if !fs::metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() <= PACKAGE_LIMIT) {
        return false;
    }
    let Some(manifest) =
        fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
    else {
        return false;
    };
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]
        .iter()
        .any(|section| manifest.get(section).and_then(|list| list.get(package)).is_some())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;
    use crate::agents::table::Table;
    use crate::store::scope::Scope;
    use crate::store::scope::ScopeKind;

    fn here(kind: ScopeKind, home: &Path, root: &Path) -> Vec<String> {
        let table = Table::load().unwrap();
        let scope = Scope { kind, root: root.to_path_buf(), lockfile: root.join("skillzdrive.lock") };
        let places = Places::with(&table, home, &scope, |_| None);
        let machine = ["/etc/codex", "/Applications/ZCode.app", "/Applications/MiniMax Code.app"];
        table
            .agents
            .iter()
            .filter(|agent| is_here(agent, &places))
            .filter(|agent| !agent.detect.iter().any(|p| machine.contains(&p.as_str()) && Path::new(p).exists()))
            .map(|agent| agent.id.clone())
            .collect()
    }

    #[test]
    fn an_agent_is_here_when_its_folder_is() {
        let home = tempfile::tempdir().unwrap();
        assert!(here(ScopeKind::Global, home.path(), home.path()).is_empty());
        fs::create_dir_all(home.path().join(".claude")).unwrap();
        fs::create_dir_all(home.path().join(".pi")).unwrap();
        fs::create_dir_all(home.path().join(".zencoder")).unwrap();
        assert_eq!(here(ScopeKind::Global, home.path(), home.path()), ["claude-code", "zencoder", "zenflow"]);
    }

    #[test]
    fn what_a_project_holds_counts_only_for_the_project() {
        let home = tempfile::tempdir().unwrap();
        let repo = home.path().join("repo");
        fs::create_dir_all(repo.join("agent")).unwrap();
        fs::create_dir_all(repo.join(".continue")).unwrap();
        assert_eq!(here(ScopeKind::Project, home.path(), &repo), ["continue"]);
        fs::write(repo.join("package.json"), r#"{"devDependencies":{"eve":"1"}}"#).unwrap();
        assert_eq!(here(ScopeKind::Project, home.path(), &repo), ["continue", "eve"]);
        assert!(here(ScopeKind::Global, home.path(), &repo).is_empty());
        fs::write(repo.join("package.json"), "{ broken").unwrap();
        assert_eq!(here(ScopeKind::Project, home.path(), &repo), ["continue"]);
    }
}
