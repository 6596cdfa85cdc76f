//! Whether anything was written since, asked of the engine itself: what other processes write counts like one's own.
//!
//! That is one small statement, but it wakes another thread, which costs as much as everything else about a request whose
//! answer is known. So the engine is asked once for all requests of a few milliseconds, unless this process has committed
//! something: then nobody is answered by a question that was put before the commit. What another process commits is
//! noticed within [`NOTICED_WITHIN`] under load, and at once by a request that comes alone.

use std::pin::pin;
use std::sync::Arc;
use std::sync::Mutex as Lock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use sqlx::AnyConnection;
use sqlx::AnyPool;
use sqlx::Connection;
use sqlx::Row;
use tokio::sync::Mutex;
use tokio::sync::MutexGuard;
use tokio::sync::Notify;

use super::Result;
use super::dialect::Dialect;

/// How long it takes at most until what another process has committed (a key that it revoked, a skill that it published)
/// is in every answer. What this process commits is in every answer that it begins afterwards.
pub const NOTICED_WITHIN: Duration = Duration::from_millis(20);

/// How old an answer of the engine gets before it is asked again. The next one is there long before [`NOTICED_WITHIN`],
/// so that nobody has to wait for it.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(5);

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
    /// How many commits of this process have ended.
    commits: AtomicU64,
    newest: Lock<Option<Newest>>,
    /// Whether a question is put that nobody waits for.
    ahead: AtomicBool,
    ended: Notify,
}

/// The newest answer.
#[derive(Debug, Clone, Copy)]
struct Newest {
    /// The number of its question, when that was put, and how many commits had ended then.
    question: u64,
    begun: Instant,
    commits: u64,
    stamp: Stamp,
}

/// A commit that is under way. Wherever it ends, by being given up too, what was known before is not used any more.
pub(super) struct Committing<'a>(&'a Pulse);

impl Drop for Committing<'_> {
    fn drop(&mut self) {
        self.0.commits.fetch_add(1, Ordering::SeqCst);
    }
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
    /// The state of now: everything that this process committed before this was called is in it, and everything that
    /// others committed [`NOTICED_WITHIN`] before.
    pub(super) async fn stamp(self: &Arc<Self>, pool: &AnyPool, dialect: Dialect) -> Result<Stamp> {
        let commits = self.commits.load(Ordering::SeqCst);
        let newest = *self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let known = newest.filter(|known| known.commits == commits).map(|known| (known.stamp, known.begun.elapsed()));
        if let Some((stamp, age)) = known.filter(|(_, age)| *age < NOTICED_WITHIN) {
            if age >= ASK_AGAIN_AFTER && !self.ahead.swap(true, Ordering::SeqCst) {
                let (pulse, pool) = (Arc::clone(self), pool.clone());
                tokio::spawn(async move {
                    // What goes wrong here meets whoever asks next, and waits.
                    let _ = pulse.ask(&pool, dialect).await;
                    pulse.ahead.store(false, Ordering::SeqCst);
                });
            }
            return Ok(stamp);
        }
        // Few requests come here, so the others do not carry the room for it.
        Box::pin(self.ask(pool, dialect)).await
    }

    /// Tells of a commit for as long as it is under way.
    pub(super) fn committing(&self) -> Committing<'_> {
        Committing(self)
    }

    /// The state of a moment after this was called. Those who ask while a question is under way share the next one.
    pub(super) async fn ask(&self, pool: &AnyPool, dialect: Dialect) -> Result<Stamp> {
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
            let (commits, begun) = (self.commits.load(Ordering::SeqCst), Instant::now());
            // One that failed or was given up half-way is not used again.
            let (number, mut asked) = match turn.connection.take() {
                Some(kept) => kept,
                None => (self.opened.fetch_add(1, Ordering::SeqCst), pool.acquire().await?.detach()),
            };
            let value = sqlx::query(dialect.stamp()).fetch_one(&mut asked).await?.try_get(0)?;
            *turn.connection = Some((number, asked));
            let stamp = Stamp { connection: number, value };
            let newest = Newest { question, begun, commits, stamp };
            *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(newest);
            return Ok(stamp);
        }
    }

    /// The newest answer, if its question was begun after so many others.
    fn after(&self, before: u64) -> Option<Stamp> {
        let newest = *self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.filter(|newest| newest.question > before).map(|newest| newest.stamp)
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
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use futures_util::future::join_all;

    use super::*;
    use crate::repo::Repository;
    use crate::repo::SqlRepository;
    use crate::repo::Transaction;
    use crate::repo::accounts::Accounts;
    use crate::repo::conformance::every_commit_is_noticed;
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
        every_commit_is_noticed(&repo, &other).await;
        repo.close().await;
        assert!(repo.stamp().await.is_err(), "a closed database is not opened again");
    }

    #[tokio::test]
    async fn the_engine_is_asked_once_for_many_requests_and_again_after_a_commit() {
        let folder = tempfile::tempdir().unwrap();
        let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
        let first = repo.stamp().await.unwrap();
        let (before, began) = (repo.questions(), Instant::now());
        for _ in 0..1_000 {
            assert_eq!(repo.stamp().await.unwrap(), first);
        }
        // As many as the time has room for, however slow this machine is; two more are being begun and ended.
        let room = began.elapsed().as_millis() / ASK_AGAIN_AFTER.as_millis() + 2;
        assert!(u128::from(repo.questions() - before) <= room, "{} in {room}", repo.questions() - before);

        for _ in 0..20 {
            let old = repo.stamp().await.unwrap();
            let mut tx = repo.write().await.unwrap();
            tx.bump_catalogue().await.unwrap();
            tx.commit().await.unwrap();
            assert_ne!(repo.stamp().await.unwrap(), old, "one's own commit is noticed at once");
        }
        // Nobody waits for the end of this commit, and it may have happened.
        let old = repo.stamp().await.unwrap();
        let revision = repo.read().await.unwrap().catalogue_revision().await.unwrap();
        let mut tx = repo.write().await.unwrap();
        tx.bump_catalogue().await.unwrap();
        let mut commit = Box::pin(tx.commit());
        let pending = poll_fn(|context| Poll::Ready(commit.as_mut().poll(context).is_pending())).await;
        let before = repo.questions();
        drop(commit);
        repo.stamp().await.unwrap();
        assert!(repo.questions() > before, "what was known before is not used");
        if pending {
            // The engine ends it or takes it back; whichever it is, it shows in time.
            drop(repo.write().await.unwrap());
            tokio::time::sleep(NOTICED_WITHIN).await;
            let stamp = repo.stamp().await.unwrap();
            let mut tx = repo.read().await.unwrap();
            assert_eq!(stamp != old, tx.catalogue_revision().await.unwrap() != revision);
        }
    }

    #[tokio::test]
    async fn many_share_a_question_and_one_that_is_given_up_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
        let stamp = repo.ask().await.unwrap();
        let before = repo.questions();
        assert!(join_all((0..100).map(|_| repo.ask())).await.into_iter().all(|one| one.unwrap() == stamp));
        let asked = repo.questions() - before;
        // How many there are is the engine's pace: whoever comes while one is under way waits for the next.
        assert!((1..=50).contains(&asked), "{asked} questions for 100");

        // One that has its turn is dropped in the middle of it, while another waits. The engine may be quicker than this
        // looks, and then it is tried again.
        for _ in 0..1_000 {
            let mut given_up = Box::pin(repo.ask());
            let mut waiting = Box::pin(repo.ask());
            let both_pending = poll_fn(|context| {
                Poll::Ready(given_up.as_mut().poll(context).is_pending() && waiting.as_mut().poll(context).is_pending())
            });
            if both_pending.await {
                drop(given_up);
                let after = waiting.await.unwrap();
                assert_eq!(repo.ask().await.unwrap(), after);
                return;
            }
        }
        panic!("a question was never under way");
    }
}
