//! Accounts, their keys and their credits.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::big;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) tier: String,
    /// `user`, `moderator` or `admin`.
    pub(crate) role: String,
    /// Credits, those set aside for open runs included.
    pub(crate) balance: i64,
    /// Up to this many skills are free; none before the first finalized run.
    pub(crate) high_water: Option<i64>,
    pub(crate) created_at: i64,
}

/// An API key, of which only the digest is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) key_hash: String,
    pub(crate) prefix: String,
    pub(crate) scope: String,
    pub(crate) created_at: i64,
    pub(crate) expires_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
    pub(crate) last_used_at: Option<i64>,
}

/// A movement of credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Movement {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) amount: i64,
    pub(crate) reason: String,
    pub(crate) slug: Option<String>,
    pub(crate) run_id: Option<String>,
    pub(crate) created_at: i64,
}

/// The section's methods.
pub(crate) trait Accounts {
    /// Adds an account; false when the name is taken.
    async fn add_user(&mut self, user: &User) -> Result<bool>;
    async fn user(&mut self, id: &str) -> Result<Option<User>>;
    async fn user_named(&mut self, name: &str) -> Result<Option<User>>;
    /// Every account, by name.
    async fn users(&mut self) -> Result<Vec<User>>;
    async fn set_high_water(&mut self, user_id: &str, high_water: u64) -> Result<()>;
    /// Moves credits: the balance and the record of it. What would leave less than nothing fails as
    /// [`sqlx::Error::RowNotFound`], whatever was looked at before.
    async fn move_credits(&mut self, movement: &Movement) -> Result<()>;
    async fn newest_movements(&mut self, user_id: &str, limit: u64) -> Result<Vec<Movement>>;
    /// Adds a key; one with the same digest stays as it is.
    async fn add_key(&mut self, key: &Key) -> Result<()>;
    async fn key_by_hash(&mut self, key_hash: &str) -> Result<Option<Key>>;
    async fn keys(&mut self, user_id: &str) -> Result<Vec<Key>>;
    async fn revoke_key(&mut self, id: &str, now: i64) -> Result<()>;
    async fn touch_key(&mut self, id: &str, now: i64) -> Result<()>;
}

fn user(row: &AnyRow) -> Result<User> {
    Ok(User {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        tier: row.try_get("tier")?,
        role: row.try_get("role")?,
        balance: row.try_get("balance")?,
        high_water: row.try_get("high_water")?,
        created_at: row.try_get("created_at")?,
    })
}

fn key(row: &AnyRow) -> Result<Key> {
    Ok(Key {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        name: row.try_get("name")?,
        key_hash: row.try_get("key_hash")?,
        prefix: row.try_get("prefix")?,
        scope: row.try_get("scope")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        revoked_at: row.try_get("revoked_at")?,
        last_used_at: row.try_get("last_used_at")?,
    })
}

fn movement(row: &AnyRow) -> Result<Movement> {
    Ok(Movement {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        amount: row.try_get("amount")?,
        reason: row.try_get("reason")?,
        slug: row.try_get("slug")?,
        run_id: row.try_get("run_id")?,
        created_at: row.try_get("created_at")?,
    })
}

impl Accounts for SqlTransaction {
    async fn add_user(&mut self, user: &User) -> Result<bool> {
        let done = sqlx::query(
            "insert into users (id, name, tier, role, balance, high_water, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do nothing",
        )
        .bind(&user.id)
        .bind(&user.name)
        .bind(&user.tier)
        .bind(&user.role)
        .bind(user.balance)
        .bind(user.high_water)
        .bind(user.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn user(&mut self, id: &str) -> Result<Option<User>> {
        let row = sqlx::query("select * from users where id = $1").bind(id).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(user).transpose()
    }

    async fn user_named(&mut self, name: &str) -> Result<Option<User>> {
        let row = sqlx::query("select * from users where name = $1").bind(name).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(user).transpose()
    }

    async fn users(&mut self) -> Result<Vec<User>> {
        let rows = sqlx::query("select * from users order by name").fetch_all(&mut *self.tx).await?;
        rows.iter().map(user).collect()
    }

    async fn set_high_water(&mut self, user_id: &str, high_water: u64) -> Result<()> {
        sqlx::query("update users set high_water = $2 where id = $1")
            .bind(user_id)
            .bind(big(high_water))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn move_credits(&mut self, movement: &Movement) -> Result<()> {
        let moved =
            sqlx::query("update users set balance = balance + $2 where id = $1 and ($2 >= 0 or balance + $2 >= 0)")
                .bind(&movement.user_id)
                .bind(movement.amount)
                .execute(&mut *self.tx)
                .await?;
        if moved.rows_affected() != 1 {
            return Err(sqlx::Error::RowNotFound);
        }
        sqlx::query(
            "insert into credit_transactions (id, user_id, amount, reason, slug, run_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&movement.id)
        .bind(&movement.user_id)
        .bind(movement.amount)
        .bind(&movement.reason)
        .bind(&movement.slug)
        .bind(&movement.run_id)
        .bind(movement.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn newest_movements(&mut self, user_id: &str, limit: u64) -> Result<Vec<Movement>> {
        let rows = sqlx::query(
            "select * from credit_transactions where user_id = $1 order by created_at desc, id desc limit cast($2 as bigint)",
        )
        .bind(user_id)
        .bind(big(limit))
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(movement).collect()
    }

    async fn add_key(&mut self, key: &Key) -> Result<()> {
        sqlx::query(
            "insert into api_keys
                 (id, user_id, name, key_hash, prefix, scope, created_at, expires_at, revoked_at, last_used_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (key_hash) do nothing",
        )
        .bind(&key.id)
        .bind(&key.user_id)
        .bind(&key.name)
        .bind(&key.key_hash)
        .bind(&key.prefix)
        .bind(&key.scope)
        .bind(key.created_at)
        .bind(key.expires_at)
        .bind(key.revoked_at)
        .bind(key.last_used_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn key_by_hash(&mut self, key_hash: &str) -> Result<Option<Key>> {
        let row = sqlx::query("select * from api_keys where key_hash = $1")
            .bind(key_hash)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.as_ref().map(key).transpose()
    }

    async fn keys(&mut self, user_id: &str) -> Result<Vec<Key>> {
        let rows = sqlx::query("select * from api_keys where user_id = $1 order by created_at, id")
            .bind(user_id)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(key).collect()
    }

    async fn revoke_key(&mut self, id: &str, now: i64) -> Result<()> {
        sqlx::query("update api_keys set revoked_at = $2 where id = $1 and revoked_at is null")
            .bind(id)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn touch_key(&mut self, id: &str, now: i64) -> Result<()> {
        sqlx::query("update api_keys set last_used_at = $2 where id = $1")
            .bind(id)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
