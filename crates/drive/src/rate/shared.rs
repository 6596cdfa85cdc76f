//! The counts of all replicas together, in their database.
//!
//! A small limit is exact: whoever is below it waits until the database has counted. Those who wait are counted in one
//! statement, and those who come meanwhile in the next, so that many cost few statements and nobody waits for a pace. A
//! large limit is counted here and added to the database once in [`GATHER`]: what other replicas allowed in that time is
//! not known yet, so all of them together may let pass what they are asked in it over the limit. Who is over a limit is
//! refused from memory, whichever it is, and costs the database nothing.
//!
//! Where the database does not answer, this process counts alone: that is no reason to refuse anybody.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::oneshot;

use super::Asker;
use super::MOST;
use super::is_over;
use super::left;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::metrics::Work;
use crate::repo::rates::MARKS_AT_ONCE;
use crate::repo::rates::Window as Counted;
use crate::time::MINUTE;

/// Limits up to this are exact.
const EXACT: u32 = 30;

/// How long what was asked of a larger one is gathered.
const GATHER: Duration = Duration::from_secs(1);

/// How long the database has to count.
const PATIENCE: Duration = Duration::from_secs(2);

/// A minute of somebody, as far as it is known.
#[derive(Debug, Clone, Copy)]
struct Window {
    began: i64,
    /// By all replicas, and by this one what is not written yet.
    asked: u64,
}

/// Somebody who waits to be counted.
#[derive(Debug)]
struct Waiting {
    asker: Asker,
    limit: u32,
    answer: oneshot::Sender<Result<(), u64>>,
}

#[derive(Debug, Default)]
struct State {
    windows: HashMap<Asker, Window>,
    /// What is to be added to the database.
    added: BTreeMap<Asker, u64>,
    waiting: Vec<Waiting>,
}

/// The counts as this process knows them.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    started: AtomicBool,
    /// Rung when something is to be written, and when somebody waits for it.
    bell: Notify,
    urgent: Notify,
}

impl State {
    /// The window of somebody; one that is over begins anew.
    fn window(&mut self, asker: Asker, now: i64) -> &mut Window {
        if self.windows.len() >= MOST {
            self.windows.retain(|_, window| !is_over(window.began, now));
        }
        let window = self.windows.entry(asker).or_insert(Window { began: now, asked: 0 });
        if is_over(window.began, now) {
            *window = Window { began: now, asked: 0 };
        }
        window
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the one who writes, so that it sees that its drive is gone.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }

    /// Counts a request, or answers after how many seconds it may be asked again.
    pub(super) async fn ask(self: Arc<Self>, drive: &Drive, asker: Asker, limit: u32) -> Result<(), u64> {
        let now = drive.now();
        let counted = {
            let mut state = self.state();
            let window = state.window(asker, now);
            if window.asked >= u64::from(limit) {
                return Err(left(window.began, now));
            }
            if limit > EXACT {
                window.asked += 1;
                *state.added.entry(asker).or_default() += 1;
                None
            } else {
                let (answer, counted) = oneshot::channel();
                state.waiting.push(Waiting { asker, limit, answer });
                Some(counted)
            }
        };
        if !self.started.swap(true, Ordering::SeqCst) {
            tokio::spawn(work(Arc::clone(&self), drive.weak()));
        }
        self.bell.notify_one();
        let Some(counted) = counted else { return Ok(()) };
        self.urgent.notify_one();
        // Nobody answers when the drive is gone, and then no more is asked.
        counted.await.unwrap_or(Ok(()))
    }

    /// Writes everything that waits.
    async fn write(&self, drive: &Drive) {
        let (waiting, mut added) = {
            let mut state = self.state();
            (std::mem::take(&mut state.waiting), std::mem::take(&mut state.added))
        };
        for one in &waiting {
            *added.entry(one.asker).or_default() += 1;
        }
        let mark = |asker: &Asker| drive.signer.mark(&format!("{}\n{:?}", asker.0.label(), asker.1));
        let marks: Vec<(Asker, String, u64)> =
            added.into_iter().map(|(asker, number)| (asker, mark(&asker), number)).collect();
        let mut waiting = waiting;
        for some in marks.chunks(MARKS_AT_ONCE) {
            let now = drive.now();
            let asked: Vec<_> = some.iter().map(|(_, mark, number)| (mark.clone(), *number)).collect();
            let counted = tokio::time::timeout(PATIENCE, drive.repo.add_asked(&asked, now, MINUTE)).await;
            let counted = match counted {
                Ok(Ok(counted)) => counted,
                Ok(Err(error)) => {
                    failed(drive, &error);
                    Vec::new()
                }
                Err(late) => {
                    failed(drive, &late);
                    Vec::new()
                }
            };
            let counted: HashMap<&str, &Counted> = counted.iter().map(|one| (one.mark.as_str(), one)).collect();
            for (asker, mark, number) in some {
                let (of_asker, others) = waiting.into_iter().partition(|one: &Waiting| one.asker == *asker);
                waiting = others;
                self.settle(*asker, *number, of_asker, counted.get(mark.as_str()).copied(), now);
            }
        }
    }

    /// Takes over what the database counted for somebody, and answers who waited for that.
    fn settle(&self, asker: Asker, number: u64, waiting: Vec<Waiting>, counted: Option<&Counted>, now: i64) {
        let mut state = self.state();
        let meanwhile = state.added.get(&asker).copied().unwrap_or_default();
        let window = state.window(asker, now);
        let before = match counted {
            Some(counted) => {
                *window = Window { began: counted.began, asked: counted.asked + meanwhile };
                counted.asked.saturating_sub(number)
            }
            None => {
                let before = window.asked;
                window.asked += waiting.len() as u64;
                before
            }
        };
        let wait = left(window.began, now);
        drop(state);
        for (turn, one) in (before..).zip(waiting) {
            // Whoever has gone meanwhile was counted all the same.
            let _ = one.answer.send(if turn < u64::from(one.limit) { Ok(()) } else { Err(wait) });
        }
    }
}

fn failed(drive: &Drive, error: &dyn std::fmt::Display) {
    drive.metrics.failed(Work::RateLimits);
    tracing::warn!(%error, "what was asked could not be counted with the other replicas");
}

/// Writes until the drive is gone.
async fn work(shared: Arc<Shared>, weak: Weak<Inner>) {
    let mut swept = i64::MIN / 2;
    loop {
        shared.bell.notified().await;
        if shared.state().waiting.is_empty() {
            // Whether somebody came who waits, or the time is over, all is written.
            let _ = tokio::time::timeout(GATHER, shared.urgent.notified()).await;
        }
        let Some(drive) = Drive::from_weak(&weak) else { return };
        shared.write(&drive).await;
        let now = drive.now();
        if now - swept >= MINUTE {
            swept = now;
            if let Err(error) = drive.repo.forget_asked_before(now - 2 * MINUTE).await {
                failed(&drive, &error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::super::Class;
    use super::*;
    use crate::config::Clock;
    use crate::config::Config;

    /// Two drives over one folder that count together, as replicas do: the statement is the same on both engines.
    async fn two(home: &std::path::Path, clock: &Arc<AtomicI64>) -> [(Drive, Arc<Shared>); 2] {
        let open = || async {
            let mut config = Config::new(home);
            let time = Arc::clone(clock);
            config.clock = Clock::new(move || time.load(Ordering::SeqCst));
            (Drive::open(config).await.unwrap(), Arc::<Shared>::default())
        };
        [open().await, open().await]
    }

    const HERE: Asker = (Class::Skills, None);

    #[tokio::test]
    async fn a_small_limit_is_exact_and_a_minute_is_the_same_for_all() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Arc::new(AtomicI64::new(1_000_000)));
        let drives = two(home.path(), &clock).await;
        let ask = |turn: usize, limit| {
            let (drive, shared) = &drives[turn % 2];
            Arc::clone(shared).ask(drive, HERE, limit)
        };
        let asked = futures_util::future::join_all((0..40).map(|turn| ask(turn, 7))).await;
        assert_eq!(asked.iter().filter(|one| one.is_ok()).count(), 7, "{asked:?}");
        clock.fetch_add(20_500, Ordering::SeqCst);
        assert_eq!((ask(0, 7).await, ask(1, 7).await), (Err(40), Err(40)));
        // Who is over the limit is refused from memory.
        drives[0].0.repo.close().await;
        assert_eq!(ask(0, 7).await, Err(40));
        clock.fetch_add(39_500, Ordering::SeqCst);
        assert_eq!(ask(1, 7).await, Ok(()));
        // Alone, it counts alone.
        assert_eq!([ask(0, 2).await, ask(0, 2).await, ask(0, 2).await], [Ok(()), Ok(()), Err(60)]);
    }

    #[tokio::test]
    async fn a_large_limit_is_told_to_the_others_within_a_moment_and_what_is_over_is_forgotten() {
        let (home, clock) = (tempfile::tempdir().unwrap(), Arc::new(AtomicI64::new(1_000_000)));
        let drives = two(home.path(), &clock).await;
        let limit = 50;
        let ask = |turn: usize| {
            let (drive, shared) = &drives[turn];
            Arc::clone(shared).ask(drive, (Class::Open, None), limit)
        };
        for _ in 0..limit {
            assert_eq!(ask(0).await, Ok(()));
        }
        assert_eq!(ask(0).await, Err(60));
        let mut allowed = 0;
        let refused = async {
            while ask(1).await.is_ok() {
                allowed += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), refused).await.unwrap();
        assert!(allowed < 50, "{allowed}");
        clock.fetch_add(3 * MINUTE, Ordering::SeqCst);
        assert_eq!(drives[0].0.repo.forget_asked_before(clock.load(Ordering::SeqCst) - 2 * MINUTE).await.unwrap(), 1);
    }
}
