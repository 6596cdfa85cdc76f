//! Whose key a command uses: that of the collection which a project uses, else the one that was logged in with.

use std::time::Duration;

use skillzdrive_wire::CollectionName;

use crate::api::account::Account;
use crate::api::adoption;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::accounts::Accounts;
use crate::store::accounts::Adoption;
use crate::store::collections::Chooser;
use crate::store::collections::Chosen;
use crate::store::collections::Collections;
use crate::store::credentials;
use crate::store::credentials::KeySource;
use crate::store::scope::Scope;
use crate::ui::clean;

/// How long a command waits for an adoption that a login could not do.
const ADOPTION: Duration = Duration::from_secs(3);

impl Context {
    /// The way to the drive with the key for where one stands: in a project the one that the project uses.
    ///
    /// # Errors
    /// Exit 4 with the hint to log in when there is no key.
    pub(crate) async fn account(&self) -> Result<Account<'_>> {
        self.account_in(&Scope::project(&self.cwd)).await
    }

    /// The way to the drive with the key that a scope uses.
    ///
    /// # Errors
    /// As [`Context::account`].
    pub(crate) async fn account_in(&self, scope: &Scope) -> Result<Account<'_>> {
        self.account_in_if_any(scope).await?.ok_or_else(|| self.no_key())
    }

    /// The way to the drive with the key that was logged in with, whatever a project uses.
    ///
    /// # Errors
    /// As [`Context::account`].
    pub(crate) async fn own_account(&self) -> Result<Account<'_>> {
        self.own_account_if_any().await?.ok_or_else(|| self.no_key())
    }

    /// The way to the drive with the key of a collection, where it is kept here; else with one's own.
    ///
    /// # Errors
    /// As [`Context::account`].
    pub(crate) async fn account_of(&self, collection: &CollectionName) -> Result<Account<'_>> {
        match self.kept_account(collection)? {
            Some(account) => Ok(account),
            None => self.own_account().await,
        }
    }

    fn no_key(&self) -> Error {
        let Ok(server) = self.server() else { return Error::internal("a server that was read is none") };
        // The flag was for this run alone, so the next one needs it again.
        let flag = if self.global.server.is_some() { format!(" --server {server}") } else { String::new() };
        Error::new(Kind::Auth, format!("there is no key for {server}"))
            .code("no_key")
            .hint(format!("skillzdrive login{flag}"))
    }

    /// [`Context::account`], where there is a key.
    ///
    /// # Errors
    /// Exit 4 for a file of keys that others can read; an io error; the embedded drive does not start.
    pub(crate) async fn account_if_any(&self) -> Result<Option<Account<'_>>> {
        self.account_in_if_any(&Scope::project(&self.cwd)).await
    }

    /// [`Context::account_in`], where there is a key.
    ///
    /// # Errors
    /// As [`Context::account_if_any`]; exit 4 when a person chose a collection whose key is not here.
    pub(crate) async fn account_in_if_any(&self, scope: &Scope) -> Result<Option<Account<'_>>> {
        let identity = self.client()?.server().identity();
        if let Some(chosen) = Collections::of(&self.paths, &identity).chosen(scope)? {
            if let Some(account) = self.kept_account(&chosen.name)? {
                return Ok(Some(account));
            }
            self.refuse_wider(chosen)?;
        }
        self.own_account_if_any().await
    }

    /// The collection that a project's file names and whose key is not kept here: who syncs the project keeps to it all
    /// the same.
    ///
    /// # Errors
    /// As [`Context::account_in_if_any`].
    pub(crate) fn unkept_collection(&self, scope: &Scope) -> Result<Option<CollectionName>> {
        let identity = self.client()?.server().identity();
        let chosen = Collections::of(&self.paths, &identity).chosen(scope)?;
        let named = chosen.filter(|chosen| matches!(chosen.by, Chooser::Project(_)));
        let Some(Chosen { name, .. }) = named else { return Ok(None) };
        Ok(self.kept_account(&name)?.is_none().then_some(name))
    }

    /// What a person chose is not replaced by a key that sees more. A project's file only proposes: whoever cloned it
    /// may never have had that key.
    fn refuse_wider(&self, chosen: Chosen) -> Result<()> {
        let name = clean::line(chosen.name.as_str());
        let error = Error::new(Kind::Auth, format!("the key of the collection `{name}` is not kept on this machine"))
            .code("no_collection_key");
        match chosen.by {
            Chooser::Use if credentials::in_environment()?.is_none() => {
                Err(error.hint("skillzdrive collection use --none goes back to your own key"))
            }
            Chooser::File(path) if credentials::in_environment()?.is_none() => {
                Err(error.hint(format!("take `collection` out of `{}`", path.display())))
            }
            Chooser::Use | Chooser::File(_) => Ok(()),
            Chooser::Project(path) => {
                let file = path.display();
                self.ui.detail(format_args!("`{file}` names the collection {name}, whose key is not kept here"));
                Ok(())
            }
        }
    }

    /// The account of a collection's kept key. The environment's key goes before it.
    fn kept_account(&self, name: &CollectionName) -> Result<Option<Account<'_>>> {
        if credentials::in_environment()?.is_some() {
            return Ok(None);
        }
        let client = self.client()?;
        let identity = client.server().identity();
        // Only what is noted is looked for: a keyring may take seconds to say no.
        let collections = Collections::of(&self.paths, &identity);
        if !collections.kept()?.contains(name) {
            return Ok(None);
        }
        let Some((key, source)) = tokio::task::block_in_place(|| collections.key(name))? else { return Ok(None) };
        let accounts = Accounts::of(&self.paths, identity.clone(), self.dry_run());
        Ok(Some(Account::open(client, key, source, accounts)?.of_collection(name.clone())))
    }

    /// [`Context::own_account`], where there is a key.
    ///
    /// # Errors
    /// As [`Context::account_if_any`].
    pub(crate) async fn own_account_if_any(&self) -> Result<Option<Account<'_>>> {
        let client = self.client()?;
        let identity = client.server().identity();
        let found = match client.owner_key().await? {
            Some(key) => Some((key, KeySource::Embedded)),
            None => {
                let paths = self.paths.clone();
                let server = identity.clone();
                tokio::task::spawn_blocking(move || credentials::find(&paths, &server))
                    .await
                    .map_err(|e| Error::internal("the search for a key broke off").source(e))??
            }
        };
        let Some((key, source)) = found else { return Ok(None) };
        let accounts = Accounts::of(&self.paths, identity, self.dry_run());
        let mut account = Account::open(client, key, source, accounts)?;
        if account.adoption() == Adoption::Pending && !self.dry_run() && !client.is_offline() {
            self.adopt_now(&mut account).await?;
        }
        Ok(Some(account))
    }

    /// Tries what the login could not: the drive may be reached now. It must not hold the command for long.
    async fn adopt_now(&self, account: &mut Account<'_>) -> Result<()> {
        let adopted = tokio::time::timeout(ADOPTION, adoption::adopt(account, &self.paths)).await;
        if let Ok(adopted) = adopted {
            self.tell_adopted(&adopted?);
        }
        Ok(())
    }
}
