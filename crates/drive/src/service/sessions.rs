//! People at a browser: signing in with a key, being signed in, signing out.
//!
//! A session is a fresh secret each time, so one that was slipped to a browser before is never raised to a person's. It
//! ends with its key.

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
    /// What the person may do: everything that the key may.
    pub(crate) caller: Caller,
    /// The key that they signed in with.
    pub(crate) key_id: String,
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
pub(crate) async fn sign_in(drive: &Drive, key: &str) -> Result<String, Refused> {
    let caller = accounts::authenticate(drive, key).await.map_err(|error| match error.is_access_denied() {
        true => Refused::Unknown,
        false => Refused::Api(error),
    })?;
    if !caller.all_skills {
        return Err(Refused::Scoped);
    }
    let token = keys::mint("ws_live_")?;
    let now = drive.now();
    let mut tx = drive.repo.write().await?;
    let key = tx.key_by_hash(&keys::digest(key)).await?.ok_or(Refused::Unknown)?;
    let session = SessionRow {
        token_hash: keys::digest(&token),
        user_id: key.user_id,
        key_id: key.id,
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
    let found = drive.repo.read().await?.live_session(&token_hash, drive.now()).await?;
    Ok(found.map(|row| Session {
        caller: Caller { user_id: row.user_id, all_skills: true },
        key_id: row.key_id,
        csrf: csrf(token),
        token_hash,
    }))
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
