//! When keys were last used, written together and after the answer: a request must not wait for a disk because somebody
//! may want to know about it later. At worst the last seconds before a crash are not told of.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::DriveError;
use crate::metrics::Work;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::read_only;
use crate::time::MINUTE;

/// How long uses are gathered.
const GATHER: Duration = Duration::from_secs(5);

/// The uses that were noticed.
#[derive(Debug, Default)]
pub(crate) struct Uses(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// When each key was used last, to the minute, whether written or not.
    noticed: HashMap<String, i64>,
    /// The keys of which that is not written yet.
    waiting: Vec<String>,
}

/// More keys are not remembered: their use is written again.
const MOST: usize = 100_000;

impl Uses {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notices a use of a key that was last used at `before`. True when this is the first that waits to be written.
    fn notice(&self, key_id: &str, before: i64, now: i64) -> bool {
        let mut state = self.state();
        let last = state.noticed.get(key_id).copied().unwrap_or(before).max(before);
        // Once a minute is exact enough for a person.
        if now - last < MINUTE {
            return false;
        }
        if state.noticed.len() >= MOST {
            state.noticed.clear();
        }
        state.noticed.insert(key_id.to_owned(), now);
        state.waiting.push(key_id.to_owned());
        state.waiting.len() == 1
    }

    fn take(&self) -> Vec<(String, i64)> {
        let mut state = self.state();
        let waiting = std::mem::take(&mut state.waiting);
        waiting.into_iter().filter_map(|key_id| state.noticed.get(&key_id).copied().map(|at| (key_id, at))).collect()
    }
}

/// Notices a use of a key that was last used at `before`. The first use ever is written at once: whether a key was used
/// at all is what an operator looks for.
pub(crate) async fn notice(drive: &Drive, key_id: &str, before: Option<i64>, now: i64) -> Result<(), DriveError> {
    if drive.uses.notice(key_id, before.unwrap_or(i64::MIN / 2), now) {
        let weak = drive.weak();
        tokio::spawn(async move {
            tokio::time::sleep(GATHER).await;
            let Some(drive) = Drive::from_weak(&weak) else { return };
            if let Err(error) = write(&drive).await {
                drive.metrics.failed(Work::KeyUses);
                tracing::warn!(%error, "when keys were last used could not be written");
            }
        });
    }
    if before.is_none() { Box::pin(write(drive)).await } else { Ok(()) }
}

/// Writes what waits.
pub(crate) async fn write(drive: &Inner) -> Result<(), DriveError> {
    let mut waiting = drive.uses.take();
    if waiting.is_empty() {
        return Ok(());
    }
    // In one order everywhere, so that two replicas never wait for each other.
    waiting.sort();
    let mut tx = match drive.repo.write_rows().await {
        // Reading goes on on a drive that takes no changes, and when it was is not worth more.
        Err(error) if read_only::is_refusal(&error) => return Ok(()),
        begun => begun?,
    };
    for (key_id, at) in waiting {
        tx.touch_key(&key_id, at).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_once_a_minute() {
        let uses = Uses::default();
        assert!(!uses.notice("a", 100, 100 + MINUTE - 1));
        assert!(uses.notice("a", 100, 100 + MINUTE));
        assert!(!uses.notice("a", 100, 100 + MINUTE + 1), "it waits already");
        assert!(!uses.notice("b", 0, 100 + MINUTE), "somebody else will write them");
        assert_eq!(uses.take(), [("a".to_owned(), 100 + MINUTE), ("b".to_owned(), 100 + MINUTE)]);
        assert_eq!(uses.take(), []);
        assert!(!uses.notice("a", 100, 100 + 2 * MINUTE - 1), "though it is not read yet, it is written");
        assert!(uses.notice("a", 100, 100 + 2 * MINUTE));
    }
}
