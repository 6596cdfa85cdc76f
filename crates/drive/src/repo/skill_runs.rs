//! `skill_runs`: the runs of scripts, what they cost, and what those that go on hold back.
//!
//! The runs of sync are in [`super::runs`].

use super::Result;
use super::SqlTransaction;
use super::sql::big;
use super::sql::count;

/// A run that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SkillRun {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) skill_id: String,
    pub(crate) slug: String,
    pub(crate) version: u64,
    pub(crate) script: String,
    pub(crate) session_id: String,
    pub(crate) credit_cost: u64,
    pub(crate) started_at: i64,
    /// When it holds nothing back any more, whatever became of it.
    pub(crate) expires_at: i64,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) finished_at: i64,
    pub(crate) exit_code: i64,
    pub(crate) duration_ms: u64,
    /// The limit that ended it.
    pub(crate) stopped: Option<String>,
}

/// The section's methods.
pub(crate) trait SkillRuns {
    async fn add_skill_run(&mut self, run: &SkillRun) -> Result<()>;
    /// Notes how a run ended; false when that was noted already or there is no such run.
    async fn finish_skill_run(&mut self, id: &str, ending: &Ending) -> Result<bool>;
    /// Forgets a run that never began.
    async fn forget_skill_run(&mut self, id: &str) -> Result<()>;
    /// What a person's runs hold back at an instant, in credits.
    async fn held_by_skill_runs(&mut self, user_id: &str, now: i64) -> Result<u64>;
    /// How many runs a person began since an instant.
    async fn skill_calls_since(&mut self, user_id: &str, since: i64) -> Result<u64>;
}

impl SkillRuns for SqlTransaction {
    async fn add_skill_run(&mut self, run: &SkillRun) -> Result<()> {
        sqlx::query(
            "insert into skill_runs (id, user_id, skill_id, slug, version, script, session_id, credit_cost, started_at,
                                     expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&run.id)
        .bind(&run.user_id)
        .bind(&run.skill_id)
        .bind(&run.slug)
        .bind(big(run.version))
        .bind(&run.script)
        .bind(&run.session_id)
        .bind(big(run.credit_cost))
        .bind(run.started_at)
        .bind(run.expires_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn finish_skill_run(&mut self, id: &str, ending: &Ending) -> Result<bool> {
        let done = sqlx::query(
            "update skill_runs set finished_at = $2, exit_code = $3, duration_ms = $4, stopped = $5
             where id = $1 and finished_at is null",
        )
        .bind(id)
        .bind(ending.finished_at)
        .bind(ending.exit_code)
        .bind(big(ending.duration_ms))
        .bind(&ending.stopped)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn forget_skill_run(&mut self, id: &str) -> Result<()> {
        sqlx::query("delete from skill_runs where id = $1 and finished_at is null")
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn held_by_skill_runs(&mut self, user_id: &str, now: i64) -> Result<u64> {
        // The sum of bigints is a numeric in one engine, which the driver cannot read.
        let row = sqlx::query(
            "select cast(coalesce(sum(credit_cost), 0) as bigint) as held from skill_runs
             where user_id = $1 and finished_at is null and expires_at > $2",
        )
        .bind(user_id)
        .bind(now)
        .fetch_one(&mut *self.tx)
        .await?;
        count(&row, "held")
    }

    async fn skill_calls_since(&mut self, user_id: &str, since: i64) -> Result<u64> {
        let row = sqlx::query("select count(*) as calls from skill_runs where user_id = $1 and started_at >= $2")
            .bind(user_id)
            .bind(since)
            .fetch_one(&mut *self.tx)
            .await?;
        count(&row, "calls")
    }
}
