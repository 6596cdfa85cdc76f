//! The sync base: for each skill the digest that this machine and the drive both had when it was last synced.
//!
//! One file for each server, account, key scope and root, so that another account starts with an empty base and two
//! processes never write the same file for different ones. Never in the lockfile: it is one machine's memory.

use std::collections::BTreeMap;
use std::fs;
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

/// Whose base it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseKey {
    /// The drive's origin, or `local:<folder>`.
    pub(crate) server: String,
    /// The account's identity there.
    pub(crate) account: String,
    /// What the key may see: all skills, or a collection's.
    pub(crate) key_scope: String,
    /// The root of the scope.
    pub(crate) root: PathBuf,
}

/// The bases of one key. A slug that is not in it was never synced.
pub(crate) type Bases = BTreeMap<Slug, ContentSha>;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    server: String,
    account: String,
    key_scope: String,
    root: String,
    bases: Bases,
}

/// Reads the bases; the second value says that the file is damaged and counts as empty.
///
/// # Errors
/// When the system does not let the file be read.
pub(crate) fn read(paths: &Paths, key: &BaseKey) -> Result<(Bases, Option<String>)> {
    let (file, warning): (File, _) = record::read(&path(paths, key))?;
    Ok((file.bases, warning))
}

/// Sets (`Some`) and forgets (`None`) bases under the file's lock; what other processes wrote for other slugs stays. The
/// warning says that a damaged file was set aside.
///
/// # Errors
/// When the state folder cannot be written, or another process holds the lock for 30 s.
pub(crate) fn merge(
    paths: &Paths,
    key: &BaseKey,
    changes: &BTreeMap<Slug, Option<ContentSha>>,
) -> Result<Option<String>> {
    let (_, warning) = record::update(&path(paths, key), |file: &mut File| {
        key.server.clone_into(&mut file.server);
        key.account.clone_into(&mut file.account);
        key.key_scope.clone_into(&mut file.key_scope);
        file.root = key.root.to_string_lossy().into_owned();
        for (slug, sha) in changes {
            match sha {
                Some(sha) => file.bases.insert(slug.clone(), sha.clone()),
                None => file.bases.remove(slug),
            };
        }
    })?;
    Ok(warning)
}

/// Whether this machine has synced a root with a server under another account: the first sync under this one then asks.
/// Files that cannot be read say nothing.
pub(crate) fn other_accounts(paths: &Paths, key: &BaseKey) -> Vec<String> {
    let mut accounts: Vec<String> = Vec::new();
    let root = key.root.to_string_lossy();
    for entry in fs::read_dir(folder(paths)).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let Ok((file, None)) = record::read::<File>(&path) else { continue };
        if file.server == key.server
            && file.root == root
            && file.account != key.account
            && !accounts.contains(&file.account)
        {
            accounts.push(file.account);
        }
    }
    accounts.sort();
    accounts
}

fn folder(paths: &Paths) -> PathBuf {
    paths.state.join("sync-base")
}

fn path(paths: &Paths, key: &BaseKey) -> PathBuf {
    let root: &Path = &real_path(&key.root);
    let parts =
        [key.server.as_bytes(), key.account.as_bytes(), key.key_scope.as_bytes(), root.as_os_str().as_encoded_bytes()];
    record::file_for(&folder(paths), &parts)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;

    fn arrange() -> (tempfile::TempDir, Paths, BaseKey) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::below(home.path(), home.path());
        let key = BaseKey {
            server: "https://drive.example".to_owned(),
            account: "me".to_owned(),
            key_scope: "all_skills".to_owned(),
            root: home.path().to_path_buf(),
        };
        (home, paths, key)
    }

    fn one(slug: &str, digit: Option<&str>) -> BTreeMap<Slug, Option<ContentSha>> {
        BTreeMap::from([(Slug::new(slug).unwrap(), digit.map(|d| ContentSha::new(&d.repeat(64)).unwrap()))])
    }

    #[test]
    fn a_base_belongs_to_one_account_and_is_merged() {
        let (_home, paths, key) = arrange();
        std::thread::scope(|scope| {
            for slug in ["a", "b", "c", "d"] {
                let (paths, key) = (&paths, &key);
                scope.spawn(move || merge(paths, key, &one(slug, Some("1"))).unwrap());
            }
        });
        merge(&paths, &key, &one("a", None)).unwrap();
        let (bases, warning) = read(&paths, &key).unwrap();
        assert_eq!((bases.len(), warning), (3, None));

        let other = BaseKey { account: "you".to_owned(), ..key.clone() };
        assert!(read(&paths, &other).unwrap().0.is_empty());
        assert_eq!(other_accounts(&paths, &other), ["me"]);
        assert!(other_accounts(&paths, &key).is_empty());
        for other in [
            BaseKey { server: "local:/x".to_owned(), ..key.clone() },
            BaseKey { key_scope: "collection".to_owned(), ..key.clone() },
            BaseKey { root: PathBuf::from("/repo"), ..key.clone() },
        ] {
            assert!(read(&paths, &other).unwrap().0.is_empty());
        }
    }

    #[test]
    fn a_damaged_base_is_empty_and_said() {
        let (_home, paths, key) = arrange();
        merge(&paths, &key, &one("a", Some("1"))).unwrap();
        let file = path(&paths, &key);
        fs::write(&file, "[]").unwrap();
        let (bases, warning) = read(&paths, &key).unwrap();
        assert!(bases.is_empty() && warning.is_some());
        assert!(merge(&paths, &key, &one("b", Some("2"))).unwrap().unwrap().contains("set aside"));
        assert!(merge(&paths, &key, &one("c", Some("2"))).unwrap().is_none());
        assert_eq!(read(&paths, &key).unwrap().0.len(), 2);
    }
}
