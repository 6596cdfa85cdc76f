//! Accounts: who a key belongs to, and what an account has.

use std::collections::BTreeSet;
use std::net::IpAddr;

use skillzdrive_wire::account::Credits;
use skillzdrive_wire::account::Transaction as Shown;
use uuid::Uuid;

use super::owner::OWNER;
use super::quota;
use super::reach;
use super::reach::Scope;
use super::webhooks;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::ApiError;
use crate::error::DriveError;
use crate::keys;
use crate::repo::Repository;
use crate::repo::Stamp;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::accounts::Key;
use crate::repo::accounts::Movement;
use crate::repo::accounts::User;
use crate::time::rfc3339;
use crate::uses;

/// The scope of a key that sees the whole account.
pub(crate) const ALL_SKILLS: &str = "all_skills";

/// The role of whoever runs a drive.
pub(crate) const ADMIN: &str = "admin";

/// What a drive that does not charge shows as its balance.
pub(crate) const FREE_BALANCE: i64 = 1_000;

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The account.
    pub(crate) user_id: String,
    /// The key.
    pub(crate) key_id: String,
    /// What of the account the key reaches; `service::reach` reads it.
    pub(crate) scope: Scope,
    /// The identity of the answer; `None` where nobody asked over HTTP.
    pub(crate) request_id: Option<Uuid>,
}

/// Who a key that works belongs to, as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    caller: Caller,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl Holder {
    fn works(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|at| now < at)
    }
}

/// A key, as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// The row's identity, by which it can be revoked.
    pub id: String,
    /// What its owner called it.
    pub name: String,
    /// Its first 12 characters.
    pub prefix: String,
    /// RFC 3339 in UTC.
    pub created_at: String,
    /// RFC 3339 in UTC; `None` for a key that does not expire.
    pub expires_at: Option<String>,
    /// RFC 3339 in UTC; `None` while it works.
    pub revoked_at: Option<String>,
    /// RFC 3339 in UTC, to the minute; `None` for a key that was never used.
    pub last_used_at: Option<String>,
    /// `all_skills`, or `scoped` for the key of a collection that names its skills.
    pub scope: String,
    /// Whether its time is over.
    pub expired: bool,
}

impl KeyInfo {
    /// As it is at an instant.
    pub(crate) fn new(key: &Key, now: i64) -> Self {
        Self {
            id: key.id.clone(),
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            created_at: rfc3339(key.created_at),
            expires_at: key.expires_at.map(rfc3339),
            revoked_at: key.revoked_at.map(rfc3339),
            last_used_at: key.last_used_at.map(rfc3339),
            scope: key.scope.clone(),
            expired: key.expires_at.is_some_and(|at| now >= at),
        }
    }
}

/// Finds out who a key belongs to that came from an address, where there is one. Every refusal reads alike: a caller
/// learns nothing about keys that are not theirs.
pub(crate) async fn authenticate(drive: &Drive, token: &str, from: Option<IpAddr>) -> Result<Caller, ApiError> {
    let stamp = drive.repo.stamp().await?;
    authenticate_at(drive, token, stamp, from).await
}

/// The same for a request that was told the state of the database. What is known of a key holds for that state alone,
/// so that a key which is revoked is refused at once.
pub(crate) async fn authenticate_at(
    drive: &Drive,
    token: &str,
    stamp: Stamp,
    from: Option<IpAddr>,
) -> Result<Caller, ApiError> {
    let digest = keys::digest_bytes(token);
    let now = drive.now();
    let holder = match drive.kept.holder(stamp, &digest).filter(|holder| holder.works(now)) {
        Some(holder) => holder,
        None => Box::pin(looked_up(drive, digest, stamp, from)).await?,
    };
    uses::notice(drive, &holder.caller.key_id, holder.last_used_at, now).await?;
    Ok(holder.caller)
}

/// The same for a key of which nothing is known in memory. What is asked of the database is the same for every key that
/// is refused, whether it never was one or is no more.
async fn looked_up(drive: &Drive, digest: [u8; 32], stamp: Stamp, from: Option<IpAddr>) -> Result<Holder, ApiError> {
    may_try(drive, from, &digest)?;
    match holder(drive, &keys::text_of(&digest)).await?.filter(|holder| holder.works(drive.now())) {
        Some(holder) => {
            drive.guesses.right(digest);
            drive.kept.keep_holder(stamp, digest, &holder);
            Ok(holder)
        }
        None => {
            if let Some(from) = from {
                drive.guesses.wrong(from, &digest, drive.now());
            }
            Err(ApiError::access_denied("the key is unknown, revoked or expired"))
        }
    }
}

/// Refuses an address that showed too many wrong keys.
pub(crate) fn may_try(drive: &Inner, from: Option<IpAddr>, digest: &[u8; 32]) -> Result<(), ApiError> {
    let Some(from) = from else { return Ok(()) };
    let limit = drive.config.limits.wrong_keys_per_minute;
    drive.guesses.may_try(from, digest, limit, drive.now()).map_err(|seconds| {
        let message = format!("this address has shown {limit} wrong keys in a minute; wait {seconds} s");
        ApiError::too_many("rate_limited", message, seconds)
    })
}

/// Whose key has a digest, unless it was revoked.
async fn holder(drive: &Drive, digest: &str) -> Result<Option<Holder>, ApiError> {
    let mut tx = drive.repo.read().await?;
    let Some(key) = tx.key_by_hash(digest).await? else { return Ok(None) };
    if !keys::same(&key.key_hash, digest) || key.revoked_at.is_some() {
        return Ok(None);
    }
    let Some(scope) = scope_of(&mut tx, &key).await? else { return Ok(None) };
    let caller = Caller { user_id: key.user_id, key_id: key.id, scope, request_id: None };
    Ok(Some(Holder { caller, expires_at: key.expires_at, last_used_at: key.last_used_at }))
}

/// What a key reaches; `None` for the key of a collection that is gone.
pub(crate) async fn scope_of<T: Transaction>(tx: &mut T, key: &Key) -> Result<Option<Scope>, ApiError> {
    Ok(match tx.collection_of_key(&key.id).await? {
        Some(collection) => Some(Scope::of(&collection)),
        None if key.scope == ALL_SKILLS => Some(Scope::EVERYTHING),
        None => None,
    })
}

/// The account of an authenticated caller.
pub(crate) async fn user_of<T: Transaction>(tx: &mut T, user_id: &str) -> Result<User, ApiError> {
    let missing = || ApiError::internal(&DriveError::Corrupt(format!("a key of no account: {user_id}")));
    tx.user(user_id).await?.ok_or_else(missing)
}

/// What a caller's account is called.
pub(crate) async fn name_of(drive: &Drive, caller: &Caller) -> Result<String, ApiError> {
    Ok(user_of(&mut drive.repo.read().await?, &caller.user_id).await?.name)
}

/// Credits that can be spent: the balance without what open runs hold back.
pub(crate) async fn available<T: Transaction>(tx: &mut T, drive: &Inner, user_id: &str) -> Result<i64, ApiError> {
    if !drive.config.charges {
        return Ok(FREE_BALANCE);
    }
    let user = user_of(tx, user_id).await?;
    let held: u64 = tx.held(user_id, drive.now()).await?.iter().map(|held| held.credits).sum();
    let held = held.saturating_add(tx.held_by_skill_runs(user_id, drive.now()).await?);
    Ok(user.balance - i64::try_from(held).unwrap_or(i64::MAX))
}

/// Takes credits for a skill; nothing is written for what is free. Whoever wants to be told when the balance falls past
/// a mark is told of it when, and only when, the transaction is kept.
pub(crate) async fn charge<T: Transaction>(
    tx: &mut T,
    user_id: &str,
    credits: u64,
    what: (&str, &str, Option<&str>),
    now: i64,
) -> Result<(), ApiError> {
    if credits == 0 {
        return Ok(());
    }
    let (reason, slug, run_id) = what;
    let before = user_of(tx, user_id).await?.balance;
    let taken = i64::try_from(credits).unwrap_or(i64::MAX);
    let moved = tx
        .move_credits(&Movement {
            id: keys::row_id(now),
            user_id: user_id.to_owned(),
            amount: -taken,
            reason: reason.to_owned(),
            slug: Some(slug.to_owned()),
            run_id: run_id.map(str::to_owned),
            created_at: now,
        })
        .await;
    match moved {
        Err(sqlx::Error::RowNotFound) => return Err(ApiError::insufficient(credits, before)),
        moved => moved?,
    }
    webhooks::balance_fell(tx, user_id, (before, before.saturating_sub(taken)), now).await
}

/// How many movements are looked through for those of a slice.
const MOVEMENTS: u64 = 1_000;

/// `GET account/credits`. A scoped key sees the movements of its slice alone: the others name skills that do not exist
/// for it.
pub(crate) async fn credits(drive: &Drive, caller: &Caller) -> Result<Credits, ApiError> {
    let mut tx = drive.repo.read().await?;
    let user = user_of(&mut tx, &caller.user_id).await?;
    let balance = available(&mut tx, drive, &caller.user_id).await?;
    let mut newest = tx.newest_movements(&caller.user_id, if caller.all_skills() { 10 } else { MOVEMENTS }).await?;
    if !caller.all_skills() {
        let slice: BTreeSet<String> =
            reach::items(&mut tx, caller).await?.iter().map(|reached| reached.slug().to_string()).collect();
        newest.retain(|movement| movement.slug.as_ref().is_some_and(|slug| slice.contains(slug)));
        newest.truncate(10);
    }
    let usage = quota::usage(&mut tx, drive, &user).await?;
    Ok(Credits {
        balance,
        tier: user.tier,
        monthly_skill_calls: usage.calls,
        monthly_skill_call_limit: usage.limit,
        transactions: newest
            .into_iter()
            .map(|movement| Shown {
                id: movement.id,
                amount: movement.amount,
                reason: movement.reason,
                slug: movement.slug,
                created_at: rfc3339(movement.created_at),
            })
            .collect(),
    })
}

/// Makes an account with its first credits, or finds it: of two processes that make it, one does.
pub(crate) async fn ensure_account<T: Transaction>(
    tx: &mut T,
    drive: &Inner,
    name: &str,
    credits: u64,
) -> Result<(User, bool), DriveError> {
    let now = drive.now();
    let user = User {
        id: uuid::Uuid::new_v4().to_string(),
        name: name.to_owned(),
        tier: "free".to_owned(),
        // Whoever runs the drive is not limited by it.
        role: if name == OWNER { ADMIN } else { "user" }.to_owned(),
        balance: 0,
        high_water: None,
        created_at: now,
    };
    let made = tx.add_user(&user).await?;
    if made && credits > 0 {
        tx.move_credits(&Movement {
            id: keys::row_id(now),
            user_id: user.id.clone(),
            amount: i64::try_from(credits).unwrap_or(i64::MAX),
            reason: "signup_grant".to_owned(),
            slug: None,
            run_id: None,
            created_at: now,
        })
        .await?;
    }
    let found = tx.user_named(name).await?.ok_or_else(|| DriveError::NoSuchAccount(name.to_owned()))?;
    Ok((found, made))
}

/// Adds a key for an account; answers its identity. One that is there already stays as it is.
pub(crate) async fn add_key<T: Transaction>(
    tx: &mut T,
    user_id: &str,
    name: &str,
    key: &str,
    times: (i64, Option<i64>),
) -> Result<String, DriveError> {
    let key = new_key(user_id, name, key, times, ALL_SKILLS);
    tx.add_key(&key).await?;
    Ok(key.id)
}

/// The row of a new key.
pub(crate) fn new_key(user_id: &str, name: &str, key: &str, times: (i64, Option<i64>), scope: &str) -> Key {
    let (created_at, expires_at) = times;
    Key {
        id: keys::row_id(created_at),
        user_id: user_id.to_owned(),
        name: name.to_owned(),
        key_hash: keys::digest(key),
        prefix: keys::prefix(key).to_owned(),
        scope: scope.to_owned(),
        created_at,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    }
}
