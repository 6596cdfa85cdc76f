//! Clients of the browser login, their codes, and which keys came of it. Of a code only the digest is known.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::big;
use super::sql::json;
use super::sql::list;

/// A client that made itself known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientRow {
    pub(crate) id: String,
    /// A stranger's text, cleaned.
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) created_at: i64,
}

/// A code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeRow {
    pub(crate) code_hash: String,
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) used_at: Option<i64>,
    /// The key that it became.
    pub(crate) key_id: Option<String>,
}

/// The section's methods.
pub(crate) trait OAuth {
    async fn add_client(&mut self, client: &ClientRow) -> Result<()>;
    async fn client(&mut self, id: &str) -> Result<Option<ClientRow>>;
    /// Notes that a person agreed to a client.
    async fn touch_client(&mut self, id: &str, now: i64) -> Result<()>;
    /// Forgets clients: those that nobody agreed to before an instant, those that nobody agreed to again since another,
    /// and of the first sort all but the newest so many.
    async fn prune_clients(&mut self, unused_before: i64, used_before: i64, most_unused: u64) -> Result<()>;
    /// Adds a code, and forgets those that were over before an instant.
    async fn add_code(&mut self, code: &CodeRow, over_before: i64) -> Result<()>;
    async fn code(&mut self, code_hash: &str) -> Result<Option<CodeRow>>;
    /// Uses a code up; false when it was used already.
    async fn use_code(&mut self, code_hash: &str, now: i64) -> Result<bool>;
    /// Notes which key a code became.
    async fn set_code_key(&mut self, code_hash: &str, key_id: &str) -> Result<()>;
    /// Notes that a login of an installation made a key.
    async fn add_login_key(&mut self, key_id: &str, user_id: &str, installation: &str, now: i64) -> Result<()>;
    /// The keys of an installation that were not revoked.
    async fn login_keys(&mut self, user_id: &str, installation: &str) -> Result<Vec<String>>;
    /// Whether a login made this key.
    async fn is_login_key(&mut self, key_id: &str) -> Result<bool>;
}

fn client(row: &AnyRow) -> Result<ClientRow> {
    Ok(ClientRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        redirect_uris: list(row, "redirect_uris")?,
        created_at: row.try_get("created_at")?,
    })
}

fn code(row: &AnyRow) -> Result<CodeRow> {
    Ok(CodeRow {
        code_hash: row.try_get("code_hash")?,
        client_id: row.try_get("client_id")?,
        user_id: row.try_get("user_id")?,
        redirect_uri: row.try_get("redirect_uri")?,
        challenge: row.try_get("challenge")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        used_at: row.try_get("used_at")?,
        key_id: row.try_get("key_id")?,
    })
}

impl OAuth for SqlTransaction {
    async fn add_client(&mut self, client: &ClientRow) -> Result<()> {
        sqlx::query("insert into oauth_clients (id, name, redirect_uris, created_at) values ($1, $2, $3, $4)")
            .bind(&client.id)
            .bind(&client.name)
            .bind(json(&client.redirect_uris))
            .bind(client.created_at)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn client(&mut self, id: &str) -> Result<Option<ClientRow>> {
        let row =
            sqlx::query("select * from oauth_clients where id = $1").bind(id).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(client).transpose()
    }

    async fn touch_client(&mut self, id: &str, now: i64) -> Result<()> {
        sqlx::query("update oauth_clients set used_at = $2 where id = $1")
            .bind(id)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn prune_clients(&mut self, unused_before: i64, used_before: i64, most_unused: u64) -> Result<()> {
        sqlx::query(
            "delete from oauth_clients where (used_at is null and created_at < $1) or used_at < $2
                 or id in (select id from oauth_clients where used_at is null
                           order by created_at desc, id desc limit 1000000 offset $3)",
        )
        .bind(unused_before)
        .bind(used_before)
        .bind(big(most_unused))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn add_code(&mut self, code: &CodeRow, over_before: i64) -> Result<()> {
        sqlx::query("delete from oauth_codes where expires_at < $1").bind(over_before).execute(&mut *self.tx).await?;
        sqlx::query(
            "insert into oauth_codes (code_hash, client_id, user_id, redirect_uri, challenge, created_at, expires_at,
                                      used_at, key_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&code.code_hash)
        .bind(&code.client_id)
        .bind(&code.user_id)
        .bind(&code.redirect_uri)
        .bind(&code.challenge)
        .bind(code.created_at)
        .bind(code.expires_at)
        .bind(code.used_at)
        .bind(&code.key_id)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn code(&mut self, code_hash: &str) -> Result<Option<CodeRow>> {
        let row = sqlx::query("select * from oauth_codes where code_hash = $1")
            .bind(code_hash)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.as_ref().map(code).transpose()
    }

    async fn use_code(&mut self, code_hash: &str, now: i64) -> Result<bool> {
        let done = sqlx::query("update oauth_codes set used_at = $2 where code_hash = $1 and used_at is null")
            .bind(code_hash)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn set_code_key(&mut self, code_hash: &str, key_id: &str) -> Result<()> {
        sqlx::query("update oauth_codes set key_id = $2 where code_hash = $1")
            .bind(code_hash)
            .bind(key_id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn add_login_key(&mut self, key_id: &str, user_id: &str, installation: &str, now: i64) -> Result<()> {
        sqlx::query("insert into oauth_keys (key_id, user_id, installation, created_at) values ($1, $2, $3, $4)")
            .bind(key_id)
            .bind(user_id)
            .bind(installation)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn login_keys(&mut self, user_id: &str, installation: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "select o.key_id from oauth_keys o join api_keys k on k.id = o.key_id
             where o.user_id = $1 and o.installation = $2 and k.revoked_at is null order by o.key_id",
        )
        .bind(user_id)
        .bind(installation)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(|row| row.try_get("key_id")).collect()
    }

    async fn is_login_key(&mut self, key_id: &str) -> Result<bool> {
        let row = sqlx::query("select key_id from oauth_keys where key_id = $1")
            .bind(key_id)
            .fetch_optional(&mut *self.tx)
            .await?;
        Ok(row.is_some())
    }
}
