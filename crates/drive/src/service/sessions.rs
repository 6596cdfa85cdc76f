//! People at a browser: signing in with a key, being signed in, signing out.
//!
//! A session is a fresh secret each time, so one that was slipped to a browser before is never raised to a person's. It
//! ends with its key.

use std::net::IpAddr;

use super::accounts;
use super::accounts::Caller;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::keys;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::sessions::SessionRow;
use crate::repo::sessions::Sessions;
use crate::time::HOUR;

/// How long a person stays signed in.
pub(crate) const LIFE: i64 = 12 * HOUR;
/// How many browsers of one account at most.
const MOST: u64 = 20;

/// A person who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// What the person may do: what the key may that they signed in with.
    pub(crate) caller: Caller,
    /// What every form of theirs carries.
    pub(crate) csrf: String,
    token_hash: String,
}

/// Why a key opens no page.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It is no key of this drive.
    Unknown,
    /// It sees a part of an account only.
    Scoped,
    /// As anywhere.
    Api(ApiError),
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Api(error.into())
    }
}

/// Signs a person in: the secret of a new session.
pub(crate) async fn sign_in(drive: &Drive, key: &str, from: Option<IpAddr>) -> Result<String, Refused> {
    let caller = accounts::authenticate(drive, key, from).await.map_err(|error| match error.is_access_denied() {
        true => Refused::Unknown,
        false => Refused::Api(error),
    })?;
    if caller.need_all_skills().is_err() {
        return Err(Refused::Scoped);
    }
    let token = keys::mint("ws_live_")?;
    let now = drive.now();
    let mut tx = drive.repo.write().await?;
    let session = SessionRow {
        token_hash: keys::digest(&token),
        user_id: caller.user_id,
        key_id: caller.key_id,
        created_at: now,
        expires_at: now + LIFE,
    };
    tx.add_session(&session, MOST).await?;
    tx.commit().await?;
    Ok(token)
}

/// Who is signed in with this secret.
pub(crate) async fn find(drive: &Drive, token: &str) -> Result<Option<Session>, ApiError> {
    let token_hash = keys::digest(token);
    let mut tx = drive.repo.read().await?;
    let Some(row) = tx.live_session(&token_hash, drive.now()).await? else { return Ok(None) };
    let Some(key) = tx.keys(&row.user_id).await?.into_iter().find(|key| key.id == row.key_id) else { return Ok(None) };
    let Some(scope) = accounts::scope_of(&mut tx, &key).await? else { return Ok(None) };
    let caller = Caller { user_id: row.user_id, key_id: row.key_id, scope, request_id: None };
    // A key may have been narrowed since the person signed in with it.
    Ok(caller.need_all_skills().is_ok().then(|| Session { caller, csrf: csrf(token), token_hash }))
}

/// What the forms of a browser with this secret carry. It tells nothing of the secret.
pub(crate) fn csrf(token: &str) -> String {
    keys::digest(&format!("form\n{token}"))
}

/// Signs out.
pub(crate) async fn end(drive: &Drive, session: &Session) -> Result<(), ApiError> {
    let mut tx = drive.repo.write().await?;
    tx.end_session(&session.token_hash).await?;
    tx.commit().await?;
    Ok(())
}
