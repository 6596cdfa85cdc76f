//! Anonymous telemetry and the installations that accounts have claimed.

use skillzdrive_wire::InstallId;
use sqlx::Row;

use super::Result;
use super::SqlTransaction;
use super::sql::big;
use super::sql::count;

/// One event; the lists and the metadata are JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventRow {
    pub(crate) id: String,
    pub(crate) install_id: InstallId,
    pub(crate) event_type: String,
    pub(crate) cli_version: String,
    pub(crate) os: String,
    pub(crate) skill_slugs: String,
    pub(crate) source_types: String,
    pub(crate) metadata: String,
    pub(crate) created_at: i64,
}

/// Who claimed an installation, and how many events came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) user_id: String,
    pub(crate) events_backfilled: u64,
}

/// The section's methods.
pub(crate) trait Events {
    /// Keeps an event; it belongs to the account that claimed the installation, if one did, which is the answer.
    async fn add_event(&mut self, event: &EventRow) -> Result<Option<String>>;
    /// Whether there is an event from before an instant.
    async fn has_events_before(&mut self, instant: i64) -> Result<bool>;
    /// Forgets the events from before an instant; answers their number.
    async fn forget_events_before(&mut self, instant: i64) -> Result<u64>;
    async fn claim(&mut self, install_id: &InstallId) -> Result<Option<Claim>>;
    /// Claims an installation and moves its anonymous events; answers their number.
    async fn add_claim(&mut self, install_id: &InstallId, user_id: &str, now: i64) -> Result<u64>;
}

impl Events for SqlTransaction {
    async fn add_event(&mut self, event: &EventRow) -> Result<Option<String>> {
        let row = sqlx::query(
            "insert into telemetry_events (id, install_id, user_id, event_type, cli_version, os, skill_slugs,
                                           source_types, metadata, created_at)
             values ($1, $2, (select i.user_id from installs i where i.install_id = $2), $3, $4, $5, $6, $7, $8, $9)
             returning user_id",
        )
        .bind(&event.id)
        .bind(event.install_id.to_string())
        .bind(&event.event_type)
        .bind(&event.cli_version)
        .bind(&event.os)
        .bind(&event.skill_slugs)
        .bind(&event.source_types)
        .bind(&event.metadata)
        .bind(event.created_at)
        .fetch_one(&mut *self.tx)
        .await?;
        row.try_get("user_id")
    }

    async fn has_events_before(&mut self, instant: i64) -> Result<bool> {
        let row = sqlx::query("select 1 from telemetry_events where created_at < $1 limit 1")
            .bind(instant)
            .fetch_optional(&mut *self.tx)
            .await?;
        Ok(row.is_some())
    }

    async fn forget_events_before(&mut self, instant: i64) -> Result<u64> {
        let forgotten = sqlx::query("delete from telemetry_events where created_at < $1")
            .bind(instant)
            .execute(&mut *self.tx)
            .await?;
        Ok(forgotten.rows_affected())
    }

    async fn claim(&mut self, install_id: &InstallId) -> Result<Option<Claim>> {
        let row = sqlx::query("select user_id, events_backfilled from installs where install_id = $1")
            .bind(install_id.to_string())
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map(|row| {
            Ok(Claim { user_id: row.try_get("user_id")?, events_backfilled: count(&row, "events_backfilled")? })
        })
        .transpose()
    }

    async fn add_claim(&mut self, install_id: &InstallId, user_id: &str, now: i64) -> Result<u64> {
        let moved = sqlx::query("update telemetry_events set user_id = $2 where install_id = $1 and user_id is null")
            .bind(install_id.to_string())
            .bind(user_id)
            .execute(&mut *self.tx)
            .await?
            .rows_affected();
        sqlx::query(
            "insert into installs (install_id, user_id, adopted_at, events_backfilled) values ($1, $2, $3, $4)",
        )
        .bind(install_id.to_string())
        .bind(user_id)
        .bind(now)
        .bind(big(moved))
        .execute(&mut *self.tx)
        .await?;
        Ok(moved)
    }
}
