//! Tickets that a browser uses: the page's address opens once, and what it opens is known by another secret.

use super::Result;
use super::SqlTransaction;
use super::tickets::TicketRow;
use super::tickets::ticket;

/// How far the ticket of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The address was not opened yet.
    Address = 1,
    /// It was; the browser has a secret of its own.
    Opened = 2,
}

/// The section's methods.
pub(crate) trait UploadPages {
    /// Makes a fresh ticket one for a page, under the digest of its address.
    async fn make_page(&mut self, token_hash: &str) -> Result<()>;
    /// The live ticket of a page, by the digest of its secret.
    async fn page(&mut self, token_hash: &str, stage: Stage, now: i64) -> Result<Option<TicketRow>>;
    /// Opens an address: from now on the ticket is known by another digest. False when it was opened already.
    async fn open_page(&mut self, id: &str, token_hash: &str) -> Result<bool>;
    /// Makes a ticket usable again whose upload came to nothing.
    async fn give_back(&mut self, id: &str) -> Result<()>;
}

impl UploadPages for SqlTransaction {
    async fn make_page(&mut self, token_hash: &str) -> Result<()> {
        sqlx::query("update upload_tickets set page = 1 where token_hash = $1 and page = 0")
            .bind(token_hash)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn page(&mut self, token_hash: &str, stage: Stage, now: i64) -> Result<Option<TicketRow>> {
        let row = sqlx::query(
            "select t.* from upload_tickets t left join api_keys k on k.id = t.key_id
             where t.token_hash = $1 and t.page = $2 and t.used_at is null and t.expires_at > $3
                 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $3)",
        )
        .bind(token_hash)
        .bind(stage as i64)
        .bind(now)
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(ticket).transpose()
    }

    async fn open_page(&mut self, id: &str, token_hash: &str) -> Result<bool> {
        let done = sqlx::query("update upload_tickets set page = 2, token_hash = $2 where id = $1 and page = 1")
            .bind(id)
            .bind(token_hash)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn give_back(&mut self, id: &str) -> Result<()> {
        sqlx::query("update upload_tickets set used_at = null where id = $1").bind(id).execute(&mut *self.tx).await?;
        Ok(())
    }
}
