//! The mark by which a drive takes no changes: it is being moved to another database and store, or was.
//!
//! Every transaction that changes something looks for it first, under the lock by which the mark is set. So from the moment
//! that it is set nothing changes any more, whatever process is asked, and whoever was under way is waited for.

use super::Repository;
use super::Result;
use super::SqlRepository;
use super::Transaction;
use super::sql::fact;

/// The fact's name.
pub(super) const NAME: &str = "read_only";

/// The code with which PostgreSQL says that a text is no number.
const NO_NUMBER: &str = "22P02";

/// Why a drive takes no changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is being moved.
    Moving = 1,
    /// Another one has taken its place.
    Moved = 2,
}

/// A change that a drive did not take.
#[derive(Debug, thiserror::Error)]
#[error("the drive takes no changes: it is being moved, or was")]
struct Refused;

/// The error of a change that is not taken.
pub(super) fn refusal() -> sqlx::Error {
    sqlx::Error::Configuration(Box::new(Refused))
}

/// The same where PostgreSQL said so.
pub(super) fn told(error: sqlx::Error) -> sqlx::Error {
    match &error {
        sqlx::Error::Database(inner)
            if inner.code().is_some_and(|code| code == NO_NUMBER) && inner.message().contains(NAME) =>
        {
            refusal()
        }
        _ => error,
    }
}

/// Whether an error says that a change was not taken.
pub(crate) fn is_refusal(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Configuration(inner) if inner.is::<Refused>())
}

impl SqlRepository {
    /// The mark of this drive.
    pub(crate) async fn mark(&self) -> Result<Option<Mark>> {
        let value = fact(&mut self.read().await?, NAME).await?;
        Ok(value.map(|value| if value == Mark::Moving as i64 { Mark::Moving } else { Mark::Moved }))
    }

    /// Sets the mark or takes it away; it holds from when this returns.
    pub(crate) async fn set_mark(&self, mark: Option<Mark>) -> Result<()> {
        let mut tx = self.maintain().await?;
        sqlx::query("delete from facts where name = $1").bind(NAME).execute(&mut *tx.tx).await?;
        if let Some(mark) = mark {
            sqlx::query("insert into facts (name, value) values ($1, $2)")
                .bind(NAME)
                .bind(mark as i64)
                .execute(&mut *tx.tx)
                .await?;
        }
        tx.commit().await
    }
}
