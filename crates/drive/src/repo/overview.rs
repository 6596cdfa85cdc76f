//! What the drive page shows of the past: credits by day, and the newest sync runs.

use sqlx::Row as _;

use super::Result;
use super::SqlTransaction;
use super::sql::big;
use super::sql::count;

/// How the credits moved on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayOfCredits {
    /// Days since 1970.
    pub(crate) day: i64,
    /// What came, less what went.
    pub(crate) amount: i64,
}

/// A sync run, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunSummary {
    pub(crate) kind: String,
    /// `open`, `completed`, `partial` or `abandoned`.
    pub(crate) status: String,
    pub(crate) opened_at: i64,
    /// How many skills it was asked about.
    pub(crate) skills: u64,
    /// What it cost so far.
    pub(crate) credits: u64,
}

/// The section's methods.
pub(crate) trait Overview {
    /// The days from an instant on whose credits moved, oldest first.
    async fn credit_days(&mut self, user_id: &str, from: i64) -> Result<Vec<DayOfCredits>>;
    async fn newest_runs(&mut self, user_id: &str, limit: u64) -> Result<Vec<RunSummary>>;
}

impl Overview for SqlTransaction {
    async fn credit_days(&mut self, user_id: &str, from: i64) -> Result<Vec<DayOfCredits>> {
        let rows = sqlx::query(
            "select created_at / 86400000 as on_day, cast(sum(amount) as bigint) as total
             from credit_transactions where user_id = $1 and created_at >= $2
             group by created_at / 86400000 order by created_at / 86400000",
        )
        .bind(user_id)
        .bind(from)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(|row| Ok(DayOfCredits { day: row.try_get("on_day")?, amount: row.try_get("total")? })).collect()
    }

    async fn newest_runs(&mut self, user_id: &str, limit: u64) -> Result<Vec<RunSummary>> {
        let rows = sqlx::query(
            "select r.kind, r.status, r.opened_at,
                 (select count(*) from cli_sync_run_items i where i.run_id = r.id) as skills,
                 (select cast(coalesce(-sum(t.amount), 0) as bigint) from credit_transactions t
                  where t.run_id = r.id and t.user_id = r.user_id) as credits
             from cli_sync_runs r where r.user_id = $1 order by r.opened_at desc, r.id desc limit cast($2 as bigint)",
        )
        .bind(user_id)
        .bind(big(limit))
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(RunSummary {
                    kind: row.try_get("kind")?,
                    status: row.try_get("status")?,
                    opened_at: row.try_get("opened_at")?,
                    skills: count(row, "skills")?,
                    credits: count(row, "credits")?,
                })
            })
            .collect()
    }
}
