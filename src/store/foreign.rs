//! Which skills another tool installed: told by that tool's lockfile or by what it leaves in the skill's folder.
//!
//! Only read, never written; what cannot be read says nothing. A wrong answer costs one question: such skills are listed,
//! but not chosen to be sent.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::FrontMatter;

use crate::env;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;

/// A lockfile that is larger is not read.
const LIMIT: u64 = 16 << 20;

/// The names that other tools' lockfiles hold.
#[derive(Debug, Default)]
pub(crate) struct ForeignLocks {
    names: BTreeMap<String, &'static str>,
}

impl ForeignLocks {
    /// Reads the lockfiles of a scope.
    pub(crate) fn read(scope: &Scope) -> Self {
        let files: Vec<(PathBuf, &'static str)> = match scope.kind {
            ScopeKind::Project => vec![(scope.root.join("skills-lock.json"), "skills")],
            ScopeKind::Global => global_skill_locks(scope).into_iter().map(|file| (file, "skills")).collect(),
        };
        let clawhub = [(scope.root.join(".clawhub").join("lock.json"), "clawhub")];
        let mut names = BTreeMap::new();
        for (file, tool) in files.into_iter().chain(clawhub) {
            names.extend(keys(&file).into_iter().map(|name| (name, tool)));
        }
        Self { names }
    }

    /// The tool that installed a skill, where one is known.
    pub(crate) fn tool_of(&self, folder: &Path, front: &FrontMatter) -> Option<&'static str> {
        if front.metadata.contains_key("github-repo") {
            return Some("gh");
        }
        if folder.join(".openskills.json").is_file() {
            return Some("openskills");
        }
        if folder.join(".clawhub").join("origin.json").is_file()
            || folder.join(".clawdhub").join("origin.json").is_file()
        {
            return Some("clawhub");
        }
        let folder_name = folder.file_name().and_then(|name| name.to_str());
        [folder_name, front.name.as_deref()].into_iter().flatten().find_map(|name| self.names.get(name).copied())
    }
}

/// Where the program `skills` and `gh` keep what they installed for a person.
pub(crate) fn global_skill_locks(scope: &Scope) -> Vec<PathBuf> {
    let state = env::path(env::XDG_STATE_HOME).map(|state| state.join("skills").join(".skill-lock.json"));
    state.into_iter().chain([scope.root.join(".agents").join(".skill-lock.json")]).collect()
}

/// The keys of the map `skills` of a JSON file.
fn keys(file: &Path) -> Vec<String> {
    let mut bytes = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(LIMIT).read_to_end(&mut bytes));
    let value: Option<serde_json::Value> = read.ok().and_then(|_| serde_json::from_slice(&bytes).ok());
    let skills = value.as_ref().and_then(|value| value.get("skills")).and_then(serde_json::Value::as_object);
    skills.map(|skills| skills.keys().cloned().collect()).unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_known_by_what_it_leaves() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let scope =
            Scope { kind: ScopeKind::Project, root: root.to_path_buf(), lockfile: root.join("skillzdrive.lock") };
        fs::write(root.join("skills-lock.json"), r#"{"version":1,"skills":{"pdf":{"source":"a/b"}}}"#).unwrap();
        let locks = ForeignLocks::read(&scope);
        let plain = FrontMatter::default();
        let tool = |name: &str| locks.tool_of(&root.join(name), &plain);
        assert_eq!(tool("pdf"), Some("skills"));
        assert_eq!(tool("mine"), None);
        for (folder, file, expected) in
            [("o", ".openskills.json", "openskills"), ("c", ".clawhub/origin.json", "clawhub")]
        {
            let file = root.join(folder).join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "{}").unwrap();
            assert_eq!(tool(folder), Some(expected));
        }
        let mut front = FrontMatter::default();
        front.metadata.insert("github-repo".to_owned(), "a/b".to_owned());
        assert_eq!(locks.tool_of(&root.join("x"), &front), Some("gh"));
        fs::write(root.join("skills-lock.json"), "broken").unwrap();
        assert_eq!(ForeignLocks::read(&scope).tool_of(&root.join("pdf"), &plain), None);
    }
}
