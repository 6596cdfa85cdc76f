//! People who are signed in with a browser. Of a session's cookie only the digest is known.

use sqlx::Row as _;

use super::Result;
use super::SqlTransaction;
use super::sql::big;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionRow {
    pub(crate) token_hash: String,
    pub(crate) user_id: String,
    /// The key that the person signed in with: without it the session is none.
    pub(crate) key_id: String,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

/// The section's methods.
pub(crate) trait Sessions {
    /// Adds a session; forgets those that are over, and of the account's own all but the newest so many.
    async fn add_session(&mut self, session: &SessionRow, most: u64) -> Result<()>;
    /// The session of a digest, if its time is not over and its key still works.
    async fn live_session(&mut self, token_hash: &str, now: i64) -> Result<Option<SessionRow>>;
    async fn end_session(&mut self, token_hash: &str) -> Result<()>;
}

impl Sessions for SqlTransaction {
    async fn add_session(&mut self, session: &SessionRow, most: u64) -> Result<()> {
        sqlx::query("delete from web_sessions where expires_at <= $1")
            .bind(session.created_at)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query(
            "insert into web_sessions (token_hash, user_id, key_id, created_at, expires_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(&session.token_hash)
        .bind(&session.user_id)
        .bind(&session.key_id)
        .bind(session.created_at)
        .bind(session.expires_at)
        .execute(&mut *self.tx)
        .await?;
        sqlx::query(
            "delete from web_sessions where token_hash in
                 (select token_hash from web_sessions where user_id = $1
                  order by created_at desc, token_hash limit 1000000 offset $2)",
        )
        .bind(&session.user_id)
        .bind(big(most))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn live_session(&mut self, token_hash: &str, now: i64) -> Result<Option<SessionRow>> {
        let row = sqlx::query(
            "select w.token_hash, w.user_id, w.key_id, w.created_at, w.expires_at
             from web_sessions w join api_keys k on k.id = w.key_id
             where w.token_hash = $1 and w.expires_at > $2
                 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)",
        )
        .bind(token_hash)
        .bind(now)
        .fetch_optional(&mut *self.tx)
        .await?;
        row.map(|row| {
            Ok(SessionRow {
                token_hash: row.try_get("token_hash")?,
                user_id: row.try_get("user_id")?,
                key_id: row.try_get("key_id")?,
                created_at: row.try_get("created_at")?,
                expires_at: row.try_get("expires_at")?,
            })
        })
        .transpose()
    }

    async fn end_session(&mut self, token_hash: &str) -> Result<()> {
        sqlx::query("delete from web_sessions where token_hash = $1").bind(token_hash).execute(&mut *self.tx).await?;
        Ok(())
    }
}
