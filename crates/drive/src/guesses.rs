//! How many wrong keys an address may show.
//!
//! A key has 256 random bits and is guessed by nobody; but lists of keys that leaked elsewhere can be tried out, and each
//! trial costs the drive a question to its database. Who showed too many wrong ones is refused before anything is looked
//! up, for the rest of the minute, and whether the key would have been good is not told. Behind the same address there may
//! be others, so a key that this process has seen to be good passes even then.
//!
//! The counts live in memory: each replica counts for itself.

use std::collections::HashMap;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::rate::network;
use crate::time::MINUTE;
use crate::time::SECOND;

/// More addresses, and more good keys, than this are not remembered.
const MOST: usize = 100_000;

/// The digest of a key.
type Digest = [u8; 32];

/// The wrong keys of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Guesses(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// When an address's minute began, and how many it showed since.
    wrong: HashMap<IpAddr, (i64, u32)>,
    right: HashSet<Digest>,
}

impl Guesses {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a key may be looked up for an address, or after how many seconds.
    pub(crate) fn may_try(&self, from: IpAddr, key: &Digest, limit: u32, now: i64) -> Result<(), u64> {
        let state = self.state();
        let Some((began, shown)) = state.wrong.get(&network(from)).copied() else { return Ok(()) };
        if shown < limit || !is_now(began, now) || state.right.contains(key) {
            return Ok(());
        }
        Err(u64::try_from((began + MINUTE - now + SECOND - 1) / SECOND).unwrap_or(60).max(1))
    }

    /// An address showed a key that is unknown or does not work any more.
    pub(crate) fn wrong(&self, from: IpAddr, key: &Digest, now: i64) {
        let mut state = self.state();
        state.right.remove(key);
        if state.wrong.len() >= MOST {
            state.wrong.retain(|_, (began, _)| is_now(*began, now));
        }
        let (began, shown) = state.wrong.entry(network(from)).or_insert((now, 0));
        if !is_now(*began, now) {
            (*began, *shown) = (now, 0);
        }
        *shown = shown.saturating_add(1);
    }

    /// A key was looked up and is good.
    pub(crate) fn right(&self, key: Digest) {
        let mut state = self.state();
        if state.right.len() >= MOST {
            state.right.clear();
        }
        state.right.insert(key);
    }
}

/// Whether a minute is not over. A clock that was set back must lock nobody out.
fn is_now(began: i64, now: i64) -> bool {
    (began..began + MINUTE).contains(&now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_wrong_keys_and_good_ones_pass() {
        let guesses = Guesses::default();
        let ip = |text: &str| text.parse().unwrap();
        let (here, there) = (ip("192.0.2.1"), ip("2001:db8::1"));
        guesses.right([7; 32]);
        for key in 0..3 {
            assert_eq!(guesses.may_try(here, &[key; 32], 3, 0), Ok(()));
            guesses.wrong(here, &[key; 32], 0);
        }
        assert_eq!(guesses.may_try(here, &[9; 32], 3, 1), Err(60));
        assert_eq!(guesses.may_try(ip("::ffff:192.0.2.1"), &[9; 32], 3, 59_999), Err(1));
        assert_eq!(guesses.may_try(there, &[9; 32], 3, 1), Ok(()));
        assert_eq!(guesses.may_try(here, &[7; 32], 3, 1), Ok(()), "known to be good");
        guesses.wrong(there, &[7; 32], 2);
        assert_eq!(guesses.may_try(here, &[7; 32], 3, 2), Err(60), "until it was revoked");
        assert_eq!(guesses.may_try(here, &[9; 32], 3, 60_000), Ok(()));
        assert_eq!(guesses.may_try(here, &[9; 32], 3, -1), Ok(()), "a clock set back");
        guesses.wrong(here, &[9; 32], 60_000);
        assert_eq!(guesses.may_try(here, &[9; 32], 3, 60_000), Ok(()), "a new minute");
    }
}
