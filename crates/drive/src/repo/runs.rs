//! `cli_sync_runs`: the sync runs, what each was asked, and the credits it holds back.

use skillzdrive_wire::Slug;
use sqlx::AssertSqlSafe;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::MOST_AT_ONCE;
use super::sql::big;
use super::sql::count;
use super::sql::name;
use super::sql::padded;
use super::sql::placeholders;
use super::sql::room_for;
use super::sql::truth;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) install_id: String,
    /// The slice under which it was opened.
    pub(crate) collection_id: Option<String>,
    pub(crate) kind: String,
    pub(crate) mode: String,
    /// Whether its finalize sets the watermark.
    pub(crate) sets_high_water: bool,
    /// `open`, `completed`, `partial` or `abandoned`.
    pub(crate) status: String,
    pub(crate) opened_at: i64,
    pub(crate) expires_at: i64,
    /// The answer of finalize, once it was given.
    pub(crate) drive_count: Option<i64>,
    pub(crate) high_water: Option<i64>,
}

/// What a run was asked for one slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunItem {
    pub(crate) run_id: String,
    pub(crate) user_id: String,
    pub(crate) slug: Slug,
    pub(crate) action: String,
    pub(crate) status: String,
    pub(crate) credit_cost: u64,
    /// `none`, `held`, `captured` or `released`.
    pub(crate) reservation: String,
}

/// What an open run holds back for one slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) install_id: String,
    pub(crate) slug: Slug,
    pub(crate) credits: u64,
}

/// The section's methods.
pub(crate) trait Runs {
    async fn add_run(&mut self, run: &Run) -> Result<()>;
    async fn add_run_items(&mut self, items: &[RunItem]) -> Result<()>;
    async fn run(&mut self, id: &str) -> Result<Option<Run>>;
    async fn run_items(&mut self, run_id: &str) -> Result<Vec<RunItem>>;
    async fn run_item(&mut self, run_id: &str, slug: &Slug) -> Result<Option<RunItem>>;
    /// Closes a run with its answer and lets go what it still held.
    async fn close_run(&mut self, id: &str, status: &str, now: i64, answer: (u64, Option<u64>)) -> Result<()>;
    /// Closes a person's runs whose time is over as `abandoned`.
    async fn abandon_runs(&mut self, user_id: &str, now: i64) -> Result<()>;
    /// Whether there is a run whose time is over and that is not closed.
    async fn has_overdue_runs(&mut self, now: i64) -> Result<bool>;
    /// How many of them there are.
    async fn overdue_runs(&mut self, now: i64) -> Result<u64>;
    /// Closes so many of them, whosever they are, but for those that somebody else is closing; how many it closed.
    async fn abandon_overdue_runs(&mut self, now: i64, limit: u64) -> Result<u64>;
    /// What a person's open runs hold back at an instant.
    async fn held(&mut self, user_id: &str, now: i64) -> Result<Vec<Held>>;
    /// Lets go what one installation's runs hold for these slugs.
    async fn release_held(&mut self, user_id: &str, install_id: &str, slugs: &[Slug]) -> Result<()>;
    /// Marks a run's reservation for a slug as used, and what was paid of it.
    async fn capture(&mut self, run_id: &str, slug: &Slug, paid: u64) -> Result<()>;
    /// Makes a slug free until an instant.
    async fn add_free_slug(&mut self, user_id: &str, slug: &Slug, until: i64) -> Result<()>;
    /// The slugs that are free at an instant.
    async fn free_slugs(&mut self, user_id: &str, now: i64) -> Result<Vec<Slug>>;
}

fn run(row: &AnyRow) -> Result<Run> {
    Ok(Run {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        install_id: row.try_get("install_id")?,
        collection_id: row.try_get("collection_id")?,
        kind: row.try_get("kind")?,
        mode: row.try_get("mode")?,
        sets_high_water: truth(row, "sets_high_water")?,
        status: row.try_get("status")?,
        opened_at: row.try_get("opened_at")?,
        expires_at: row.try_get("expires_at")?,
        drive_count: row.try_get("drive_count")?,
        high_water: row.try_get("high_water")?,
    })
}

fn run_item(row: &AnyRow) -> Result<RunItem> {
    Ok(RunItem {
        run_id: row.try_get("run_id")?,
        user_id: row.try_get("user_id")?,
        slug: name(row, "slug")?,
        action: row.try_get("action")?,
        status: row.try_get("status")?,
        credit_cost: count(row, "credit_cost")?,
        reservation: row.try_get("reservation")?,
    })
}

/// Lets go what runs held that were just closed.
async fn release(transaction: &mut SqlTransaction, closed: &[AnyRow]) -> Result<()> {
    let ids: Vec<String> = closed.iter().map(|row| row.try_get("id")).collect::<Result<_>>()?;
    for part in ids.chunks(MOST_AT_ONCE) {
        let room = room_for(part.len());
        let statement = format!(
            "update cli_sync_run_items set reservation = 'released' where reservation = 'held' and run_id in ({})",
            placeholders(1, room)
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for id in padded(part, room) {
            query = query.bind(id);
        }
        query.execute(&mut *transaction.tx).await?;
    }
    Ok(())
}

impl Runs for SqlTransaction {
    async fn add_run(&mut self, run: &Run) -> Result<()> {
        sqlx::query(
            "insert into cli_sync_runs
                 (id, user_id, install_id, kind, mode, sets_high_water, status, opened_at, expires_at, collection_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&run.id)
        .bind(&run.user_id)
        .bind(&run.install_id)
        .bind(&run.kind)
        .bind(&run.mode)
        .bind(i64::from(run.sets_high_water))
        .bind(&run.status)
        .bind(run.opened_at)
        .bind(run.expires_at)
        .bind(&run.collection_id)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn add_run_items(&mut self, items: &[RunItem]) -> Result<()> {
        const COLUMNS: usize = 7;
        for part in items.chunks(500) {
            let rows: Vec<String> =
                (0..part.len()).map(|row| format!("({})", placeholders(row * COLUMNS + 1, COLUMNS))).collect();
            let statement = format!(
                "insert into cli_sync_run_items (run_id, user_id, slug, action, status, credit_cost, reservation)
                 values {}",
                rows.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for item in part {
                query = query
                    .bind(&item.run_id)
                    .bind(&item.user_id)
                    .bind(item.slug.as_str())
                    .bind(&item.action)
                    .bind(&item.status)
                    .bind(big(item.credit_cost))
                    .bind(&item.reservation);
            }
            query.execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn run(&mut self, id: &str) -> Result<Option<Run>> {
        let row = sqlx::query("select * from cli_sync_runs where id = $1").bind(id).fetch_optional(&mut *self.tx);
        row.await?.as_ref().map(run).transpose()
    }

    async fn run_items(&mut self, run_id: &str) -> Result<Vec<RunItem>> {
        let rows = sqlx::query("select * from cli_sync_run_items where run_id = $1 order by slug")
            .bind(run_id)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(run_item).collect()
    }

    async fn run_item(&mut self, run_id: &str, slug: &Slug) -> Result<Option<RunItem>> {
        let row = sqlx::query("select * from cli_sync_run_items where run_id = $1 and slug = $2")
            .bind(run_id)
            .bind(slug.as_str())
            .fetch_optional(&mut *self.tx)
            .await?;
        row.as_ref().map(run_item).transpose()
    }

    async fn close_run(&mut self, id: &str, status: &str, now: i64, answer: (u64, Option<u64>)) -> Result<()> {
        sqlx::query(
            "update cli_sync_runs set status = $2, closed_at = $3, drive_count = $4, high_water = $5 where id = $1",
        )
        .bind(id)
        .bind(status)
        .bind(now)
        .bind(big(answer.0))
        .bind(answer.1.map(big))
        .execute(&mut *self.tx)
        .await?;
        sqlx::query(
            "update cli_sync_run_items set reservation = 'released' where run_id = $1 and reservation = 'held'",
        )
        .bind(id)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn abandon_runs(&mut self, user_id: &str, now: i64) -> Result<()> {
        let rows = sqlx::query(
            "update cli_sync_runs set status = 'abandoned', closed_at = $1
             where user_id = $2 and status = 'open' and expires_at <= $1 returning id",
        )
        .bind(now)
        .bind(user_id)
        .fetch_all(&mut *self.tx)
        .await?;
        release(self, &rows).await
    }

    async fn has_overdue_runs(&mut self, now: i64) -> Result<bool> {
        let row =
            sqlx::query("select 1 as found from cli_sync_runs where status = 'open' and expires_at <= $1 limit 1")
                .bind(now)
                .fetch_optional(&mut *self.tx)
                .await?;
        Ok(row.is_some())
    }

    async fn overdue_runs(&mut self, now: i64) -> Result<u64> {
        let row = sqlx::query("select count(*) as found from cli_sync_runs where status = 'open' and expires_at <= $1")
            .bind(now)
            .fetch_one(&mut *self.tx)
            .await?;
        count(&row, "found")
    }

    async fn abandon_overdue_runs(&mut self, now: i64, limit: u64) -> Result<u64> {
        let statement = format!(
            "update cli_sync_runs set status = 'abandoned', closed_at = $1 where id in
                 (select r.id from cli_sync_runs r where r.status = 'open' and r.expires_at <= $1
                  order by r.expires_at, r.id limit $2 {}) returning id",
            self.dialect.claiming("r")
        );
        let rows = sqlx::query(AssertSqlSafe(statement)).bind(now).bind(big(limit)).fetch_all(&mut *self.tx).await?;
        release(self, &rows).await?;
        Ok(rows.len() as u64)
    }

    async fn held(&mut self, user_id: &str, now: i64) -> Result<Vec<Held>> {
        let rows = sqlx::query(
            "select r.install_id, i.slug, i.credit_cost from cli_sync_run_items i join cli_sync_runs r on r.id = i.run_id
             where i.user_id = $1 and i.reservation = 'held' and r.expires_at > $2 order by i.slug",
        )
        .bind(user_id)
        .bind(now)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter()
            .map(|row| {
                let install_id = row.try_get("install_id")?;
                Ok(Held { install_id, slug: name(row, "slug")?, credits: count(row, "credit_cost")? })
            })
            .collect()
    }

    async fn release_held(&mut self, user_id: &str, install_id: &str, slugs: &[Slug]) -> Result<()> {
        for part in slugs.chunks(500) {
            let statement = format!(
                "update cli_sync_run_items set reservation = 'released'
                 where user_id = $1 and reservation = 'held'
                     and run_id in (select id from cli_sync_runs where user_id = $1 and install_id = $2)
                     and slug in ({})",
                placeholders(3, part.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(statement)).bind(user_id).bind(install_id);
            for slug in part {
                query = query.bind(slug.as_str());
            }
            query.execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn capture(&mut self, run_id: &str, slug: &Slug, paid: u64) -> Result<()> {
        sqlx::query(
            "update cli_sync_run_items set reservation = 'captured', status = 'committed', credit_cost = $3
             where run_id = $1 and slug = $2",
        )
        .bind(run_id)
        .bind(slug.as_str())
        .bind(big(paid))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn add_free_slug(&mut self, user_id: &str, slug: &Slug, until: i64) -> Result<()> {
        sqlx::query(
            "insert into free_slugs (user_id, slug, until_at) values ($1, $2, $3)
             on conflict (user_id, slug) do update set until_at = excluded.until_at",
        )
        .bind(user_id)
        .bind(slug.as_str())
        .bind(until)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn free_slugs(&mut self, user_id: &str, now: i64) -> Result<Vec<Slug>> {
        let rows = sqlx::query("select slug from free_slugs where user_id = $1 and until_at > $2 order by slug")
            .bind(user_id)
            .bind(now)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(|row| name(row, "slug")).collect()
    }
}
