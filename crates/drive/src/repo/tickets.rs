//! Upload tickets, of which only the digest is known.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::count;
use super::sql::optional;
use super::sql::truth;
use crate::time::DAY;

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TicketRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) token_hash: String,
    /// The key that minted it.
    pub(crate) key_id: Option<String>,
    /// The collection that the skill gets into.
    pub(crate) collection_id: Option<String>,
    /// Whether the key sees nothing but that collection.
    pub(crate) scoped: bool,
    pub(crate) slug: Option<Slug>,
    pub(crate) run_id: Option<String>,
    pub(crate) content_sha: Option<ContentSha>,
    /// Whether the drive must hold `base_sha` (or nothing, where that is absent) when the file arrives.
    pub(crate) guarded: bool,
    pub(crate) base_sha: Option<ContentSha>,
    pub(crate) filename: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

/// The section's methods.
pub(crate) trait Tickets {
    /// Adds a ticket, and forgets those of the same person that were over a day before it.
    async fn add_ticket(&mut self, ticket: &TicketRow) -> Result<()>;
    /// The ticket of a digest, if it was not used, its time is not over and the key that minted it still works. An upload
    /// page's is none.
    async fn live_ticket(&mut self, token_hash: &str, now: i64) -> Result<Option<TicketRow>>;
    async fn live_tickets(&mut self, user_id: &str, now: i64) -> Result<u64>;
    /// Uses a ticket up; false when it was used already.
    async fn use_ticket(&mut self, id: &str, now: i64) -> Result<bool>;
    /// Takes back the live tickets of the same run and slug.
    async fn replace_tickets(&mut self, user_id: &str, run_id: &str, slug: &Slug, now: i64) -> Result<()>;
}

pub(super) fn ticket(row: &AnyRow) -> Result<TicketRow> {
    Ok(TicketRow {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        token_hash: row.try_get("token_hash")?,
        key_id: row.try_get("key_id")?,
        collection_id: row.try_get("collection_id")?,
        scoped: truth(row, "scoped")?,
        slug: optional(row, "slug")?,
        run_id: row.try_get("run_id")?,
        content_sha: optional(row, "content_sha")?,
        guarded: truth(row, "guarded")?,
        base_sha: optional(row, "base_sha")?,
        filename: row.try_get("filename")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
    })
}

impl Tickets for SqlTransaction {
    async fn add_ticket(&mut self, ticket: &TicketRow) -> Result<()> {
        sqlx::query("delete from upload_tickets where user_id = $2 and expires_at < $1")
            .bind(ticket.created_at - DAY)
            .bind(&ticket.user_id)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query(
            "insert into upload_tickets (id, user_id, token_hash, slug, run_id, content_sha, guarded, base_sha,
                                         filename, created_at, expires_at, key_id, collection_id, scoped)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(&ticket.id)
        .bind(&ticket.user_id)
        .bind(&ticket.token_hash)
        .bind(ticket.slug.as_ref().map(Slug::as_str))
        .bind(&ticket.run_id)
        .bind(ticket.content_sha.as_ref().map(ContentSha::as_str))
        .bind(i64::from(ticket.guarded))
        .bind(ticket.base_sha.as_ref().map(ContentSha::as_str))
        .bind(&ticket.filename)
        .bind(ticket.created_at)
        .bind(ticket.expires_at)
        .bind(&ticket.key_id)
        .bind(&ticket.collection_id)
        .bind(i64::from(ticket.scoped))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn live_ticket(&mut self, token_hash: &str, now: i64) -> Result<Option<TicketRow>> {
        let row = sqlx::query(
            "select t.* from upload_tickets t left join api_keys k on k.id = t.key_id
             where t.token_hash = $1 and t.used_at is null and t.expires_at > $2 and t.page = 0
                 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)",
        )
        .bind(token_hash)
        .bind(now)
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(ticket).transpose()
    }

    async fn live_tickets(&mut self, user_id: &str, now: i64) -> Result<u64> {
        let row = sqlx::query(
            "select count(*) as tickets from upload_tickets
             where user_id = $1 and used_at is null and expires_at > $2",
        )
        .bind(user_id)
        .bind(now)
        .fetch_one(&mut *self.tx)
        .await?;
        count(&row, "tickets")
    }

    async fn use_ticket(&mut self, id: &str, now: i64) -> Result<bool> {
        let done = sqlx::query("update upload_tickets set used_at = $2 where id = $1 and used_at is null")
            .bind(id)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn replace_tickets(&mut self, user_id: &str, run_id: &str, slug: &Slug, now: i64) -> Result<()> {
        sqlx::query(
            "update upload_tickets set used_at = $4
             where user_id = $1 and run_id = $2 and slug = $3 and used_at is null",
        )
        .bind(user_id)
        .bind(run_id)
        .bind(slug.as_str())
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
