//! Whether anything was written since, asked of the engine itself: what other processes write counts like one's own.
//!
//! That is one small statement. Those who ask while it runs share the next one, so that many requests at once cost
//! little more than a single one. Nobody is answered by a question that was put before they asked.

use std::pin::pin;
use std::sync::Mutex as Lock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use sqlx::AnyConnection;
use sqlx::AnyPool;
use sqlx::Connection;
use sqlx::Row;
use tokio::sync::Mutex;
use tokio::sync::MutexGuard;
use tokio::sync::Notify;

use super::Result;
use super::dialect::Dialect;

/// A state of the database. Two that are equal saw the same rows, whatever was committed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// What the engine says is comparable only as long as one connection says it.
    connection: u64,
    value: i64,
}

#[cfg(test)]
impl Stamp {
    /// A state for tests that have no database.
    pub(crate) fn of(value: i64) -> Self {
        Self { connection: 0, value }
    }
}

/// Who asks.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// A connection outside the pool, on which nothing is ever written, and its number.
    connection: Mutex<Option<(u64, AnyConnection)>>,
    opened: AtomicU64,
    /// How many questions were begun.
    begun: AtomicU64,
    /// The newest answer and the number of its question.
    newest: Lock<Option<(u64, Stamp)>>,
    ended: Notify,
}

/// The right to put a question. Those who wait are woken after it was given back, even by a question that was given up:
/// fields are dropped in their order.
struct Turn<'a> {
    connection: MutexGuard<'a, Option<(u64, AnyConnection)>>,
    _end: End<'a>,
}

struct End<'a>(&'a Notify);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.notify_waiters();
    }
}

impl Pulse {
    /// The state of now: everything that was committed before this was called is in it.
    pub(super) async fn stamp(&self, pool: &AnyPool, dialect: Dialect) -> Result<Stamp> {
        let before = self.begun.load(Ordering::SeqCst);
        loop {
            let mut ended = pin!(self.ended.notified());
            // From here on no end is missed.
            ended.as_mut().enable();
            if let Some(stamp) = self.after(before) {
                return Ok(stamp);
            }
            let Ok(connection) = self.connection.try_lock() else {
                ended.await;
                continue;
            };
            let mut turn = Turn { connection, _end: End(&self.ended) };
            if let Some(stamp) = self.after(before) {
                return Ok(stamp);
            }
            let question = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            // One that failed or was given up half-way is not used again.
            let (number, mut asked) = match turn.connection.take() {
                Some(kept) => kept,
                None => (self.opened.fetch_add(1, Ordering::SeqCst), pool.acquire().await?.detach()),
            };
            let value = sqlx::query(dialect.stamp()).fetch_one(&mut asked).await?.try_get(0)?;
            *turn.connection = Some((number, asked));
            let stamp = Stamp { connection: number, value };
            *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some((question, stamp));
            return Ok(stamp);
        }
    }

    /// The newest answer, if its question was begun after so many others.
    fn after(&self, before: u64) -> Option<Stamp> {
        let newest = *self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.filter(|(question, _)| *question > before).map(|(_, stamp)| stamp)
    }

    /// How many questions were put so far.
    #[cfg(test)]
    pub(super) fn questions(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// Closes its connection.
    pub(super) async fn close(&self) {
        let mut turn = Turn { connection: self.connection.lock().await, _end: End(&self.ended) };
        if let Some((_, connection)) = turn.connection.take() {
            // The database is being closed anyway.
            let _ = connection.close().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use futures_util::future::join_all;

    use crate::repo::Repository;
    use crate::repo::SqlRepository;
    use crate::repo::Transaction;
    use crate::repo::accounts::Accounts;
    use crate::repo::skills::Skills;

    #[tokio::test]
    async fn every_commit_of_anyone_is_noticed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
        // Another pool is to the database what another process is.
        let other = SqlRepository::open_sqlite(folder.path()).await.unwrap();
        let first = repo.stamp().await.unwrap();
        repo.read().await.unwrap().users().await.unwrap();
        let mut given_up = repo.write().await.unwrap();
        given_up.bump_catalogue().await.unwrap();
        assert_eq!(repo.stamp().await.unwrap(), first, "not committed yet");
        drop(given_up);
        assert_eq!(repo.stamp().await.unwrap(), first);
        let mut seen = vec![first];
        for writer in [&repo, &other, &other, &repo] {
            let mut tx = writer.write().await.unwrap();
            tx.bump_catalogue().await.unwrap();
            tx.commit().await.unwrap();
            let stamp = repo.stamp().await.unwrap();
            assert!(!seen.contains(&stamp), "{stamp:?} of {seen:?}");
            assert_eq!(repo.stamp().await.unwrap(), stamp);
            seen.push(stamp);
        }
        repo.close().await;
        assert!(repo.stamp().await.is_err(), "a closed database is not opened again");
    }

    #[tokio::test]
    async fn many_share_a_question_and_one_that_is_given_up_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
        let stamp = repo.stamp().await.unwrap();
        let before = repo.questions();
        assert!(join_all((0..100).map(|_| repo.stamp())).await.into_iter().all(|one| one.unwrap() == stamp));
        let asked = repo.questions() - before;
        // How many there are is the engine's pace: whoever comes while one is under way waits for the next.
        assert!((1..=50).contains(&asked), "{asked} questions for 100");

        // One that has its turn is dropped in the middle of it, while another waits. The engine may be quicker than this
        // looks, and then it is tried again.
        for _ in 0..1_000 {
            let mut given_up = Box::pin(repo.stamp());
            let mut waiting = Box::pin(repo.stamp());
            let both_pending = poll_fn(|context| {
                Poll::Ready(given_up.as_mut().poll(context).is_pending() && waiting.as_mut().poll(context).is_pending())
            });
            if both_pending.await {
                drop(given_up);
                let after = waiting.await.unwrap();
                assert_eq!(repo.stamp().await.unwrap(), after);
                return;
            }
        }
        panic!("a question was never under way");
    }
}
