//! What a person who is signed in sees of their drive at a glance, and which of their keys they may end.

use super::accounts;
use super::acts;
use super::acts::By;
use super::collections;
use super::items;
use super::sessions::Session;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::pages;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::accounts::Key;
use crate::repo::collections::Collections;
use crate::repo::overview::Overview;
use crate::time::DAY;
use crate::uses;

/// How many sync runs are shown.
const RUNS: u64 = 10;

/// Everything that the drive page shows.
pub(crate) async fn of(drive: &Drive, session: &Session) -> Result<pages::Overview, ApiError> {
    let skills = items::list(drive, &session.caller).await?.skills;
    let collections = collections::list(drive, &session.caller).await?.collections;
    let user_id = &session.caller.user_id;
    let now = drive.now();
    uses::write(drive).await?;
    let mut tx = drive.repo.read().await?;
    let user = accounts::user_of(&mut tx, user_id).await?;
    let balance = if drive.config.charges { Some(user.balance) } else { None };
    Ok(pages::Overview {
        account: user.name,
        tier: user.tier,
        csrf: session.csrf.clone(),
        key_id: session.caller.key_id.clone(),
        now,
        since: user.created_at,
        skills,
        collections,
        keys: tx.keys(user_id).await?,
        balance,
        credit_days: tx.credit_days(user_id, (now.div_euclid(DAY) - pages::DAYS) * DAY).await?,
        runs: tx.newest_runs(user_id, RUNS).await?,
    })
}

/// A key of the person's own account that still works.
pub(crate) async fn key(drive: &Drive, session: &Session, key_id: &str) -> Result<Key, ApiError> {
    let keys = drive.repo.read().await?.keys(&session.caller.user_id).await?;
    let found = keys.into_iter().find(|key| key.id == key_id && key.revoked_at.is_none());
    found.ok_or_else(|| ApiError::not_found("not_found", "none of your working keys is meant by that"))
}

/// Whether a key is a collection's.
pub(crate) async fn is_collection(drive: &Drive, key_id: &str) -> Result<bool, ApiError> {
    Ok(drive.repo.read().await?.collection_of_key(key_id).await?.is_some())
}

/// Revokes a key of the person's own account; it stops working at once.
pub(crate) async fn revoke_key(drive: &Drive, session: &Session, key_id: &str) -> Result<(), ApiError> {
    let key = key(drive, session, key_id).await?;
    let mut tx = drive.repo.write().await?;
    tx.revoke_key(&key.id, drive.now()).await?;
    let (by, object) = (By::User(&session.caller), format!("key {}", key.id));
    acts::note(&mut tx, drive, by, "key.revoke", &object, &key.name).await?;
    tx.commit().await?;
    Ok(())
}
