//! How fast each origin may be asked: what one answer of 429 says holds for every call in the same lane to it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

/// A wait that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wait {
    /// The host that wants it.
    pub(crate) host: String,
    /// How long.
    pub(crate) wait: Duration,
    /// Whether it counts requests; otherwise it is out of order for a while.
    pub(crate) limited: bool,
    /// Whether a key would help.
    pub(crate) anonymous: bool,
}

/// Who is told of waits.
pub(crate) type Tell = Box<dyn Fn(&Wait) + Send + Sync>;

struct Pause {
    until: Instant,
    /// Whether a person was told of it.
    told: bool,
}

/// The right to ask in a lane that wanted fewer calls: one call has it at a time.
pub(crate) type Turn = tokio::sync::OwnedMutexGuard<()>;

/// The memory of which origin wants to be left alone until when.
#[derive(Default)]
pub(crate) struct Governor {
    until: Mutex<HashMap<String, Pause>>,
    queues: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl fmt::Debug for Governor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Governor")
    }
}

impl Governor {
    /// An answer of 429: nobody asks this origin before the wait is over.
    pub(crate) fn limited(&self, origin: &str, wait: Duration) {
        let Some(until) = Instant::now().checked_add(wait) else { return };
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).entry(origin.to_owned()).or_default();
        let mut map = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = map.entry(origin.to_owned()).or_insert(Pause { until, told: false });
        pause.until = until.max(pause.until);
    }

    /// Whether this pause was not told of yet; it counts as told then. Many calls may wait for the same.
    pub(crate) fn tell_once(&self, origin: &str) -> bool {
        let mut map = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        map.get_mut(origin).is_some_and(|pause| !std::mem::replace(&mut pause.told, true))
    }

    /// Waits for one's turn where fewer calls were wanted before in this run; anywhere else there is no queue. Of many
    /// calls that wait for the same moment all but one would be refused again.
    pub(crate) async fn queue(&self, origin: &str) -> Option<Turn> {
        let queue = self.queues.lock().unwrap_or_else(PoisonError::into_inner).get(origin).cloned()?;
        Some(queue.lock_owned().await)
    }

    /// How long this origin still wants to be left alone.
    pub(crate) fn remaining(&self, origin: &str) -> Duration {
        let map = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(origin).map_or(Duration::ZERO, |pause| pause.until.saturating_duration_since(Instant::now()))
    }

    /// Forgets an origin's wait: it was slept through.
    pub(crate) fn over(&self, origin: &str) {
        self.until.lock().unwrap_or_else(PoisonError::into_inner).remove(origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_was_limited_is_asked_one_call_at_a_time() {
        let governor = Governor::default();
        assert!(governor.queue("https://a.example").await.is_none());
        governor.limited("https://a.example", Duration::ZERO);
        let turn = governor.queue("https://a.example").await;
        assert!(turn.is_some());
        let mut next = Box::pin(governor.queue("https://a.example"));
        assert!(futures_util::poll!(&mut next).is_pending());
        drop(turn);
        assert!(next.await.is_some());
        assert!(governor.queue("https://b.example").await.is_none());
    }

    #[test]
    fn one_origin_does_not_slow_another() {
        let governor = Governor::default();
        governor.limited("https://a.example", Duration::from_secs(60));
        governor.limited("https://a.example", Duration::from_secs(5));
        assert!(governor.remaining("https://a.example") > Duration::from_secs(50));
        assert_eq!(governor.remaining("https://b.example"), Duration::ZERO);
        assert!(governor.tell_once("https://a.example"));
        assert!(!governor.tell_once("https://a.example"));
        governor.over("https://a.example");
        assert_eq!(governor.remaining("https://a.example"), Duration::ZERO);
    }
}
