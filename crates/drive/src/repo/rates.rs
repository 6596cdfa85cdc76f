//! How often those without a key have asked, counted by all replicas together.
//!
//! A count is one statement, which is a transaction by itself: nobody who asks waits for somebody who publishes, and none
//! of this is in any answer, so nobody's answer becomes old by it.

use sqlx::AssertSqlSafe;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlRepository;
use super::sql::big;
use super::sql::count;

/// So many marks are counted in one statement at most.
pub(crate) const MARKS_AT_ONCE: usize = 100;

/// The minute of a mark, after a count was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) mark: String,
    pub(crate) began: i64,
    pub(crate) asked: u64,
}

impl SqlRepository {
    /// Adds to the minutes of some marks, at most [`MARKS_AT_ONCE`], each of them once; one that is over begins anew.
    /// Clocks of replicas may differ by less than a minute.
    pub(crate) async fn add_asked(&self, asked: &[(String, u64)], now: i64, minute: i64) -> Result<Vec<Window>> {
        // In one order everywhere, so that two replicas never wait for each other.
        let mut asked = asked.to_vec();
        asked.sort();
        let rows = (0..asked.len()).map(|row| format!("(${}, $1, ${})", row * 2 + 3, row * 2 + 4));
        let over = "(excluded.began - rate_windows.began >= $2 or rate_windows.began - excluded.began >= $2)";
        let statement = format!(
            "insert into rate_windows (mark, began, asked) values {}
             on conflict (mark) do update set
                 asked = case when {over} then excluded.asked else rate_windows.asked + excluded.asked end,
                 began = case when {over} then excluded.began else rate_windows.began end
             returning mark, began, asked",
            rows.collect::<Vec<_>>().join(", ")
        );
        // Only the usual length is worth being remembered by the engine.
        let query = sqlx::query(AssertSqlSafe(statement)).persistent(asked.len() == 1).bind(now).bind(minute);
        let query = asked.iter().fold(query, |query, (mark, number)| query.bind(mark.as_str()).bind(big(*number)));
        let rows = query.fetch_all(self.pool()).await?;
        let window = |row: &AnyRow| -> Result<Window> {
            Ok(Window { mark: row.try_get("mark")?, began: row.try_get("began")?, asked: count(row, "asked")? })
        };
        rows.iter().map(window).collect()
    }

    /// Forgets the minutes that began before an instant; the answer is how many. Two replicas that do so share the work.
    pub(crate) async fn forget_asked_before(&self, instant: i64) -> Result<u64> {
        let statement = format!(
            "delete from rate_windows where mark in
                 (select r.mark from rate_windows r where r.began < $1 limit 10000 {})",
            self.dialect().claiming("r")
        );
        Ok(sqlx::query(AssertSqlSafe(statement)).bind(instant).execute(self.pool()).await?.rows_affected())
    }
}
