//! How busy a database is: its connections, and who waits for one.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use std::time::Instant;

/// What is told of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Load {
    /// Connections that are open, and how many of them nobody uses.
    pub(crate) open: u64,
    pub(crate) idle: u64,
    /// How many there may be.
    pub(crate) most: u64,
    /// How many wait now to begin a transaction.
    pub(crate) waiting: u64,
    /// How many have begun one, and how long they waited together.
    pub(crate) waits: u64,
    pub(crate) waited: Duration,
}

/// Who waits.
#[derive(Debug, Default)]
pub(super) struct Waits {
    waiting: AtomicU64,
    ended: AtomicU64,
    nanos: AtomicU64,
}

/// One that waits, until this is dropped: it has begun, or has given up.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    waits: &'a Waits,
    since: Instant,
}

impl Waits {
    pub(super) fn begin(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Relaxed);
        Waiting { waits: self, since: Instant::now() }
    }

    /// What is told, without the connections.
    pub(super) fn load(&self) -> Load {
        Load {
            waiting: self.waiting.load(Relaxed),
            waits: self.ended.load(Relaxed),
            waited: Duration::from_nanos(self.nanos.load(Relaxed)),
            ..Load::default()
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let nanos = u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.waits.nanos.fetch_add(nanos, Relaxed);
        self.waits.ended.fetch_add(1, Relaxed);
        self.waits.waiting.fetch_sub(1, Relaxed);
    }
}
