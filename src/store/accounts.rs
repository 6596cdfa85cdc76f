//! Which account a key belongs to, as far as this machine can tell.
//!
//! A drive does not name accounts, so this machine gives them names of its own: two keys are of one account when the drive
//! let both adopt the same installation. Keys stand here by their fingerprints alone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::InstallId;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;
use crate::store::paths::Paths;

/// Whether the installation was adopted with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Adoption {
    /// It was never asked for: the key came by the environment.
    #[default]
    None,
    /// It is to be asked for at the next command: the drive was not reached.
    Pending,
    /// The drive agreed.
    Done,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// The account's name on this machine, random.
    pub(crate) account: String,
    /// Whether the installation was adopted with it.
    #[serde(default)]
    pub(crate) adoption: Adoption,
    /// What it sees, in the words of the API layer; absent when it was never asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    /// Whether a login by browser gave it: then a logout gives it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_browser: bool,
}

#[derive(Default, Serialize, Deserialize)]
struct Of {
    /// By the key's fingerprint.
    #[serde(default)]
    keys: BTreeMap<String, Known>,
    /// Which account adopted which installation.
    #[serde(default)]
    adopted: BTreeMap<String, String>,
}

#[derive(Default, Serialize, Deserialize)]
struct Document {
    version: u32,
    #[serde(default)]
    servers: BTreeMap<String, Of>,
}

/// The accounts of one server.
#[derive(Debug, Clone)]
pub(crate) struct Accounts {
    path: PathBuf,
    lock: PathBuf,
    server: String,
    /// Whether nothing may be written.
    dry_run: bool,
}

impl Accounts {
    /// Those of a server.
    pub(crate) fn of(paths: &Paths, server: String, dry_run: bool) -> Self {
        Self { path: paths.state.join("accounts.json"), lock: paths.state.join("accounts.lock"), server, dry_run }
    }

    /// What is known of a key; an unknown key is of an account of its own until an adoption shows more.
    ///
    /// # Errors
    /// Exit 1 naming the file when it cannot be read or written.
    pub(crate) fn know(&self, fingerprint: &str) -> Result<Known> {
        if let Some(known) = self.read()?.servers.get(&self.server).and_then(|of| of.keys.get(fingerprint)) {
            return Ok(known.clone());
        }
        self.change(|of| of.key(fingerprint).clone())
    }

    /// Notes that the installation is to be adopted with a key that a person logged in with.
    ///
    /// # Errors
    /// As [`Accounts::know`].
    pub(crate) fn pending(&self, fingerprint: &str) -> Result<()> {
        self.change(|of| of.key(fingerprint).adoption = Adoption::Pending)
    }

    /// Notes that the drive let a key adopt an installation, and returns the account's name: that of the earlier key which
    /// adopted the same installation, else the key's own.
    ///
    /// # Errors
    /// As [`Accounts::know`].
    pub(crate) fn adopted(&self, fingerprint: &str, install_id: InstallId) -> Result<String> {
        self.change(|of| {
            let own = of.key(fingerprint).account.clone();
            let account = of.adopted.entry(install_id.to_string()).or_insert(own).clone();
            let key = of.key(fingerprint);
            key.account.clone_from(&account);
            key.adoption = Adoption::Done;
            account
        })
    }

    /// Notes that a key, which the drive just made for an account, is of that account, and what it sees.
    ///
    /// # Errors
    /// As [`Accounts::know`].
    pub(crate) fn sibling(&self, fingerprint: &str, account: &str, scope: &str) -> Result<()> {
        self.change(|of| {
            let key = of.key(fingerprint);
            account.clone_into(&mut key.account);
            key.scope = Some(scope.to_owned());
        })
    }

    /// Notes what a key sees.
    ///
    /// # Errors
    /// As [`Accounts::know`].
    pub(crate) fn scope(&self, fingerprint: &str, scope: &str) -> Result<()> {
        self.change(|of| of.key(fingerprint).scope = Some(scope.to_owned()))
    }

    /// Notes that a login by browser gave a key.
    ///
    /// # Errors
    /// As [`Accounts::know`].
    pub(crate) fn by_browser(&self, fingerprint: &str) -> Result<()> {
        self.change(|of| of.key(fingerprint).by_browser = true)
    }

    /// The servers that this machine has had a key for.
    ///
    /// # Errors
    /// As [`Accounts::know`].
    pub(crate) fn servers(&self) -> Result<Vec<String>> {
        Ok(self.read()?.servers.into_keys().collect())
    }

    fn read(&self) -> Result<Document> {
        let Some(text) = atomic::read_text(&self.path)? else {
            return Ok(Document { version: 1, ..Document::default() });
        };
        let bad = |what: &str| {
            Error::new(crate::error::Kind::Failure, format!("`{}`: {what}", self.path.display()))
                .code("accounts_invalid")
                .hint("it was not changed; delete it to begin anew: the next sync then starts from an empty base")
        };
        let document: Document = serde_json::from_str(&text).map_err(|e| bad(&e.to_string()))?;
        if document.version == 1 { Ok(document) } else { Err(bad("a newer skillzdrive wrote it")) }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Of) -> T) -> Result<T> {
        if self.dry_run {
            let mut document = self.read()?;
            return Ok(change(document.servers.entry(self.server.clone()).or_default()));
        }
        let _lock = ScopeLock::acquire_file(&self.lock, |_| ())?;
        let mut document = self.read()?;
        let value = change(document.servers.entry(self.server.clone()).or_default());
        let text = serde_json::to_vec_pretty(&document)
            .map_err(|e| Error::internal("the accounts cannot be written as JSON").source(e))?;
        atomic::write(&self.path, &text, Privacy::Private)?;
        Ok(value)
    }
}

impl Of {
    fn key(&mut self, fingerprint: &str) -> &mut Known {
        self.keys.entry(fingerprint.to_owned()).or_insert_with(|| Known {
            account: uuid::Uuid::new_v4().to_string(),
            adoption: Adoption::None,
            scope: None,
            by_browser: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(root: &std::path::Path, server: &str) -> Accounts {
        Accounts {
            path: root.join("accounts.json"),
            lock: root.join("accounts.lock"),
            server: server.to_owned(),
            dry_run: false,
        }
    }

    #[test]
    fn two_keys_that_adopt_one_installation_are_of_one_account() {
        let home = tempfile::tempdir().unwrap();
        let here = accounts(home.path(), "https://a.example");
        let id = InstallId::random();
        let first = here.adopted("1111", id).unwrap();
        assert_ne!(here.know("2222").unwrap().account, first);
        assert_eq!(here.adopted("2222", id).unwrap(), first);
        let known = here.know("2222").unwrap();
        assert_eq!((&known.account, known.adoption, known.by_browser), (&first, Adoption::Done, false));
        assert_ne!(here.adopted("3333", InstallId::random()).unwrap(), first);
        assert_ne!(accounts(home.path(), "https://b.example").adopted("1111", id).unwrap(), first);
    }

    #[test]
    fn what_is_known_stays_known_and_pending_is_remembered() {
        let home = tempfile::tempdir().unwrap();
        let here = accounts(home.path(), "https://a.example");
        let account = here.know("1111").unwrap().account;
        here.pending("1111").unwrap();
        here.scope("1111", "scoped").unwrap();
        here.by_browser("1111").unwrap();
        let known = here.know("1111").unwrap();
        let scope = Some("scoped".to_owned());
        assert_eq!(known, Known { account, adoption: Adoption::Pending, scope, by_browser: true });
        assert_eq!(here.servers().unwrap(), ["https://a.example"]);
    }

    #[test]
    fn a_key_that_was_made_for_an_account_is_of_it() {
        let home = tempfile::tempdir().unwrap();
        let here = accounts(home.path(), "https://a.example");
        let account = here.know("1111").unwrap().account;
        here.sibling("2222", &account, "scoped").unwrap();
        let known = Known { account, adoption: Adoption::None, by_browser: false, scope: Some("scoped".to_owned()) };
        assert_eq!(here.know("2222").unwrap(), known);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_stays() {
        let home = tempfile::tempdir().unwrap();
        let here = accounts(home.path(), "https://a.example");
        atomic::write(&here.path, b"{", Privacy::Private).unwrap();
        assert_eq!(here.know("1111").unwrap_err().code_str(), "accounts_invalid");
        assert_eq!(atomic::read_text(&here.path).unwrap().unwrap(), "{");
    }
}
