//! What the operator does: the owner's account, its keys and its credits.
//!
//! A key is handed over once, by the function that makes it.

use skillzdrive_wire::ApiKey;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::collections::Scope;

use super::accounts::KeyInfo;
use super::accounts::add_key;
use super::accounts::ensure_account;
use super::accounts::new_key;
use super::acts;
use super::acts::By;
use super::publish::MARKETPLACE;
use super::teams::account;
use super::teams::check_name;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::keys;
use crate::private_file;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::accounts::Key;
use crate::repo::accounts::Movement;
use crate::repo::collections::Collections;
use crate::time::DAY;
use crate::time::rfc3339;
use crate::uses;

/// The account that a drive's operator has.
pub(crate) const OWNER: &str = "owner";

impl Drive {
    /// Makes the owner's account where there is none, with its key; `None` when it was there.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn ensure_owner(&self) -> Result<Option<ApiKey>, DriveError> {
        self.create_account_if_new(OWNER).await
    }

    /// Makes another account, with its key.
    ///
    /// # Errors
    /// [`DriveError::AccountTaken`]; a name that is none.
    pub async fn create_account(&self, name: &str) -> Result<ApiKey, DriveError> {
        check_name(name)?;
        let taken = || DriveError::AccountTaken(name.escape_debug().to_string());
        // Nobody may have a key for the account that owns the public skills.
        if name == MARKETPLACE {
            return Err(taken());
        }
        self.create_account_if_new(name).await?.ok_or_else(taken)
    }

    async fn create_account_if_new(&self, name: &str) -> Result<Option<ApiKey>, DriveError> {
        // A drive that takes no changes is started too.
        if self.repo.read().await?.user_named(name).await?.is_some() {
            return Ok(None);
        }
        let key = keys::mint("sk_live_")?;
        let mut tx = self.repo.write().await?;
        let (user, made) = ensure_account(&mut tx, self, name, self.config.signup_credits).await?;
        if !made {
            return Ok(None);
        }
        let key_id = add_key(&mut tx, &user.id, "first", &key, (self.now(), None)).await?;
        let detail = format!("with key {key_id}");
        acts::note(&mut tx, self, By::Operator, "account.create", &format!("account {name}"), &detail).await?;
        tx.commit().await?;
        api_key(&key).map(Some)
    }

    /// The key of the embedded drive's owner, from the file `owner.key` in the data folder (mode 0600). The file and
    /// the account are made where they are not there; processes that do so at once agree on one key.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn local_owner_key(&self) -> Result<ApiKey, DriveError> {
        let path = self.config.data_dir.join("owner.key");
        let bytes = private_file::read_or_make(&path, || Ok(keys::mint("sk_live_")?.into_bytes()))?;
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        let key = api_key(&text).map_err(|_| DriveError::Corrupt(format!("{} holds no key", path.display())))?;
        if self.repo.read().await?.key_by_hash(&keys::digest(&text)).await?.is_none() {
            let mut tx = self.repo.write().await?;
            let (user, _) = ensure_account(&mut tx, self, OWNER, self.config.signup_credits).await?;
            let key_id = add_key(&mut tx, &user.id, "local", &text, (self.now(), None)).await?;
            let object = format!("key {key_id}");
            acts::note(&mut tx, self, By::Operator, "key.create", &object, "of owner, in owner.key").await?;
            tx.commit().await?;
        }
        Ok(key)
    }

    /// Makes another key for the owner.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn create_key(&self, name: &str, expires_in_days: Option<u32>) -> Result<ApiKey, DriveError> {
        self.create_key_of(OWNER, name, expires_in_days).await
    }

    /// Makes another key for an account; the owner's is made where it is not there yet.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`].
    pub async fn create_key_of(
        &self,
        user: &str,
        name: &str,
        expires_in_days: Option<u32>,
    ) -> Result<ApiKey, DriveError> {
        let key = keys::mint("sk_live_")?;
        let now = self.now();
        let mut tx = self.repo.write().await?;
        if user == OWNER {
            ensure_account(&mut tx, self, OWNER, self.config.signup_credits).await?;
        }
        let user = account(&mut tx, user).await?;
        let expires = expires_in_days.map(|days| now + i64::from(days) * DAY);
        let key_id = add_key(&mut tx, &user.id, name, &key, (now, expires)).await?;
        let detail = format!("{name} of {}, for all skills, {}", user.name, until(expires));
        acts::note(&mut tx, self, By::Operator, "key.create", &format!("key {key_id}"), &detail).await?;
        tx.commit().await?;
        api_key(&key)
    }

    /// The owner's keys, oldest first.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn list_keys(&self) -> Result<Vec<KeyInfo>, DriveError> {
        self.list_keys_of(OWNER).await
    }

    /// An account's keys, oldest first; a drive that has no owner yet has none of the owner's.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`].
    pub async fn list_keys_of(&self, user: &str) -> Result<Vec<KeyInfo>, DriveError> {
        uses::write(self).await?;
        let mut tx = self.repo.read().await?;
        let found = match account(&mut tx, user).await {
            Err(DriveError::NoSuchAccount(_)) if user == OWNER => return Ok(Vec::new()),
            found => found?,
        };
        let now = self.now();
        Ok(tx.keys(&found.id).await?.iter().map(|key| KeyInfo::new(key, now)).collect())
    }

    /// Revokes the owner's key with this identity or beginning. It stops working at once.
    ///
    /// # Errors
    /// [`DriveError::NoSuchKey`] when none or several working keys fit.
    pub async fn revoke_key(&self, which: &str) -> Result<KeyInfo, DriveError> {
        self.revoke_key_of(OWNER, which).await
    }

    /// Revokes an account's key with this identity or beginning.
    ///
    /// # Errors
    /// As [`Drive::revoke_key`]; [`DriveError::NoSuchAccount`].
    pub async fn revoke_key_of(&self, user: &str, which: &str) -> Result<KeyInfo, DriveError> {
        let mut tx = self.repo.write().await?;
        let user = account(&mut tx, user).await?;
        let keys = tx.keys(&user.id).await?;
        // A whole key may be given too, of which only the beginning is known here.
        let fits = |prefix: &str| !which.is_empty() && (prefix.starts_with(which) || which.starts_with(prefix));
        let mut found = keys.iter().filter(|key| key.revoked_at.is_none() && (key.id == which || fits(&key.prefix)));
        let shown = which.get(..12).unwrap_or(which).escape_debug().to_string();
        let key = match (found.next(), found.next()) {
            (Some(key), None) => key,
            (None, _) => return Err(DriveError::NoSuchKey(format!("no working key begins with `{shown}`"))),
            (Some(_), Some(_)) => {
                return Err(DriveError::NoSuchKey(format!(
                    "several working keys begin with `{shown}`: name one by its id"
                )));
            }
        };
        let now = self.now();
        tx.revoke_key(&key.id, now).await?;
        let detail = format!("{} of {}", key.name, user.name);
        acts::note(&mut tx, self, By::Operator, "key.revoke", &format!("key {}", key.id), &detail).await?;
        let mut info = KeyInfo::new(key, now);
        info.revoked_at = Some(crate::time::rfc3339(now));
        tx.commit().await?;
        Ok(info)
    }

    /// Makes a new key for a collection whose key was revoked or has expired: a collection has one key.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`], [`DriveError::NoSuchCollection`]; [`DriveError::KeyWorks`] while its key works,
    /// because whoever has that one would be locked out unasked.
    pub async fn create_collection_key(
        &self,
        user: &str,
        name: &CollectionName,
        expires_in_days: Option<u32>,
    ) -> Result<ApiKey, DriveError> {
        let token = keys::mint("sk_live_")?;
        let now = self.now();
        let mut tx = self.repo.write().await?;
        let user = account(&mut tx, user).await?;
        let missing = || DriveError::NoSuchCollection(name.as_str().escape_debug().to_string());
        let row = tx.collection_named(&user.id, name).await?.ok_or_else(missing)?;
        let before = tx.keys(&user.id).await?.into_iter().find(|key| key.id == row.key_id);
        let works = |key: &Key| key.revoked_at.is_none() && key.expires_at.is_none_or(|at| at > now);
        if let Some(key) = before.filter(works) {
            return Err(DriveError::KeyWorks(key.id));
        }
        let scope = if row.all_skills { Scope::AllSkills } else { Scope::Scoped };
        let expires = expires_in_days.map(|days| now + i64::from(days) * DAY);
        let key = new_key(&user.id, name.as_str(), &token, (now, expires), scope.as_str());
        tx.add_key(&key).await?;
        tx.set_collection_key(&row.id, &key.id).await?;
        let detail = format!("of {}, for the collection {}, {}", user.name, name.as_str(), until(key.expires_at));
        acts::note(&mut tx, self, By::Operator, "key.create", &format!("key {}", key.id), &detail).await?;
        tx.commit().await?;
        api_key(&token)
    }

    /// Gives the owner credits; answers the balance.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn grant_credits(&self, credits: u32) -> Result<i64, DriveError> {
        self.grant_credits_to(OWNER, credits).await
    }

    /// Gives an account credits; answers the balance. The owner's account is made where it is not there yet.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`].
    pub async fn grant_credits_to(&self, user: &str, credits: u32) -> Result<i64, DriveError> {
        let now = self.now();
        let mut tx = self.repo.write().await?;
        if user == OWNER {
            ensure_account(&mut tx, self, OWNER, self.config.signup_credits).await?;
        }
        let id = account(&mut tx, user).await?.id;
        tx.move_credits(&Movement {
            id: keys::row_id(now),
            user_id: id,
            amount: i64::from(credits),
            reason: "grant".to_owned(),
            slug: None,
            run_id: None,
            created_at: now,
        })
        .await?;
        let balance = account(&mut tx, user).await?.balance;
        let detail = format!("{credits}, which makes {balance}");
        acts::note(&mut tx, self, By::Operator, "credits.grant", &format!("account {user}"), &detail).await?;
        tx.commit().await?;
        Ok(balance)
    }
}

/// How long a key works, for the log of acts.
fn until(expires_at: Option<i64>) -> String {
    expires_at.map_or_else(|| "until it is revoked".to_owned(), |at| format!("until {}", rfc3339(at)))
}

fn api_key(text: &str) -> Result<ApiKey, DriveError> {
    ApiKey::new(text).map_err(|error| DriveError::Corrupt(error.to_string()))
}
