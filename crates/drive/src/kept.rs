//! What is kept in memory for as long as nothing whatever is written: who a key belongs to, what it holds, and what was
//! answered.
//!
//! There is one rule, so that no change needs to know what it makes untrue: everything here was read at or after a
//! [`Stamp`], and is used only by a request for which the database still has that stamp. A key that was revoked a moment
//! ago, by whatever process, is unknown here. What also depends on the time (counts of the last 30 days, addresses that
//! expire) is kept for the rest of its minute.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use bytes::Bytes;

use crate::repo::Stamp;
use crate::service::accounts::Holder;
use crate::service::sync::snapshot::Holdings;
use crate::time::MINUTE;

/// How much memory answers may take together, in bytes. They are forgotten by halves, the older one first.
const MOST_BYTES: usize = 32 << 20;

/// An answer larger than this is not kept: a few of them would drive out all others.
const MOST_EACH: usize = 256 << 10;

/// What an entry takes besides its texts.
const OVERHEAD: usize = 128;

/// So many keys are known at a time.
const MOST_HOLDERS: usize = 10_000;

/// Of so many slugs it is kept whose drive holds them, for all keys together.
const MOST_HELD: usize = 50_000;

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    stamp: Option<Stamp>,
    /// By the digest of the key.
    holders: HashMap<[u8; 32], Holder>,
    catalogue_revision: Option<i64>,
    /// By the key's identity: another key of the account may see less.
    holdings: HashMap<String, Arc<Holdings>>,
    /// How many slugs they are about.
    held: usize,
    minute: i64,
    young: Half,
    old: Half,
}

#[derive(Debug, Default)]
struct Half {
    answers: HashMap<String, Bytes>,
    bytes: usize,
}

impl State {
    fn forget_answers(&mut self) {
        forget([std::mem::take(&mut self.young), std::mem::take(&mut self.old)]);
    }

    fn keep(&mut self, asked: String, answer: Bytes) {
        let size = asked.len() + answer.len() + OVERHEAD;
        if self.young.bytes + size > MOST_BYTES / 2 {
            let young = std::mem::take(&mut self.young);
            forget([std::mem::replace(&mut self.old, young), Half::default()]);
        }
        if self.young.answers.insert(asked, answer).is_none() {
            self.young.bytes += size;
        }
    }
}

/// Forgets answers. Ten thousands of texts take their time, and no request waits for that.
fn forget(halves: [Half; 2]) {
    let many = halves.iter().map(|half| half.answers.len()).sum::<usize>() > 1_000;
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) if many => drop(runtime.spawn_blocking(move || drop(halves))),
        _ => drop(halves),
    }
}

impl Kept {
    /// What is kept of a state of the database, all of another one forgotten.
    fn of(&self, stamp: Stamp) -> MutexGuard<'_, State> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.stamp != Some(stamp) {
            let before = std::mem::replace(&mut *state, State { stamp: Some(stamp), ..State::default() });
            forget([before.young, before.old]);
        }
        state
    }

    /// The same at a time.
    fn at(&self, stamp: Stamp, now: i64) -> MutexGuard<'_, State> {
        let mut state = self.of(stamp);
        let minute = now.div_euclid(MINUTE);
        if state.minute != minute {
            state.minute = minute;
            state.forget_answers();
        }
        state
    }

    /// Who a key belongs to, by its digest.
    pub(crate) fn holder(&self, stamp: Stamp, digest: &[u8; 32]) -> Option<Holder> {
        self.of(stamp).holders.get(digest).cloned()
    }

    /// Keeps who a key belongs to, as it was read at `stamp` or later.
    pub(crate) fn keep_holder(&self, stamp: Stamp, digest: [u8; 32], holder: &Holder) {
        let mut state = self.of(stamp);
        if state.holders.len() >= MOST_HOLDERS {
            state.holders.clear();
        }
        state.holders.insert(digest, holder.clone());
    }

    /// The revision of the catalogue.
    pub(crate) fn catalogue_revision(&self, stamp: Stamp) -> Option<i64> {
        self.of(stamp).catalogue_revision
    }

    /// Keeps the revision of the catalogue, as it was read at `stamp` or later.
    pub(crate) fn keep_catalogue_revision(&self, stamp: Stamp, revision: i64) {
        self.of(stamp).catalogue_revision = Some(revision);
    }

    /// What a key sees of its account's drive.
    pub(crate) fn holdings(&self, stamp: Stamp, key_id: &str) -> Option<Arc<Holdings>> {
        self.of(stamp).holdings.get(key_id).cloned()
    }

    /// Keeps what a key sees of its account's drive, as it was read at `stamp` or later.
    pub(crate) fn keep_holdings(&self, stamp: Stamp, key_id: &str, holdings: &Arc<Holdings>) {
        let mut state = self.of(stamp);
        if holdings.len() > MOST_HELD || state.holdings.contains_key(key_id) {
            return;
        }
        if state.held + holdings.len() > MOST_HELD {
            state.holdings.clear();
            state.held = 0;
        }
        state.held += holdings.len();
        state.holdings.insert(key_id.to_owned(), Arc::clone(holdings));
    }

    /// What was answered to the same question.
    pub(crate) fn answer(&self, stamp: Stamp, now: i64, asked: &str) -> Option<Bytes> {
        let mut state = self.at(stamp, now);
        if let Some(answer) = state.young.answers.get(asked) {
            return Some(answer.clone());
        }
        let (asked, answer) = state.old.answers.remove_entry(asked)?;
        state.keep(asked, answer.clone());
        Some(answer)
    }

    /// Keeps what was answered, as it was read at `stamp` and `now` or later.
    pub(crate) fn keep_answer(&self, stamp: Stamp, now: i64, asked: String, answer: Bytes) {
        if answer.len() <= MOST_EACH {
            self.at(stamp, now).keep(asked, answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_beyond_its_state_and_its_minute() {
        let kept = Kept::default();
        let (one, two) = (Stamp::of(1), Stamp::of(2));
        let answer = || Some(Bytes::from_static(b"yes"));
        kept.keep_answer(one, 0, "q".to_owned(), Bytes::from_static(b"yes"));
        assert_eq!(kept.answer(one, MINUTE - 1, "q"), answer());
        assert_eq!(kept.answer(one, MINUTE, "q"), None, "the minute is over");
        kept.keep_answer(one, MINUTE, "q".to_owned(), Bytes::from_static(b"yes"));
        kept.keep_catalogue_revision(one, 7);
        assert_eq!((kept.answer(one, MINUTE, "q"), kept.catalogue_revision(one)), (answer(), Some(7)));
        assert_eq!(
            (kept.answer(two, MINUTE, "q"), kept.catalogue_revision(two)),
            (None, None),
            "something was written"
        );
        assert_eq!(
            kept.answer(one, MINUTE, "q"),
            None,
            "one who asked before finds nothing, rather than the wrong thing"
        );
    }

    #[test]
    fn memory_is_bounded_and_what_is_asked_for_stays() {
        let kept = Kept::default();
        let stamp = Stamp::of(1);
        let answer = Bytes::from(vec![b'x'; 64 << 10]);
        kept.keep_answer(stamp, 0, "often".to_owned(), answer.clone());
        for number in 0..2_000 {
            kept.keep_answer(stamp, 0, format!("once {number}"), answer.clone());
            assert!(kept.answer(stamp, 0, "often").is_some(), "{number}");
        }
        let state = kept.of(stamp);
        let held: usize =
            [&state.young, &state.old].iter().flat_map(|half| half.answers.values()).map(Bytes::len).sum();
        assert!(held <= MOST_BYTES && held > MOST_BYTES / 4, "{held}");
        drop(state);
        assert_eq!(kept.answer(stamp, 0, "once 0"), None);
        kept.keep_answer(stamp, 0, "large".to_owned(), Bytes::from(vec![0; MOST_EACH + 1]));
        assert_eq!(kept.answer(stamp, 0, "large"), None);
    }
}
