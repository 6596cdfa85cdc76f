//! What the address of an export stands for.

use sqlx::Row;

use super::Result;
use super::SqlTransaction;

/// The list of an export, under its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExportRow {
    pub(crate) id: String,
    /// JSON of the service's own form.
    pub(crate) parts: String,
    pub(crate) expires_at: i64,
}

/// The section's methods.
pub(crate) trait Exports {
    /// Keeps a list for as long as the latest address of it works, and forgets those whose time is over.
    async fn keep_export(&mut self, export: &ExportRow, now: i64) -> Result<()>;
    async fn export(&mut self, id: &str) -> Result<Option<ExportRow>>;
}

impl Exports for SqlTransaction {
    async fn keep_export(&mut self, export: &ExportRow, now: i64) -> Result<()> {
        sqlx::query("delete from exports where expires_at < $1").bind(now).execute(&mut *self.tx).await?;
        sqlx::query(
            "insert into exports (id, parts, expires_at) values ($1, $2, $3)
             on conflict (id) do update set expires_at = excluded.expires_at
             where excluded.expires_at > exports.expires_at",
        )
        .bind(&export.id)
        .bind(&export.parts)
        .bind(export.expires_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn export(&mut self, id: &str) -> Result<Option<ExportRow>> {
        let row = sqlx::query("select id, parts, expires_at from exports where id = $1")
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map(|row| {
            Ok(ExportRow {
                id: row.try_get("id")?,
                parts: row.try_get("parts")?,
                expires_at: row.try_get("expires_at")?,
            })
        })
        .transpose()
    }
}
