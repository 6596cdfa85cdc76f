//! Which anonymous installs count: somebody without an account can make up as many installations as there are numbers,
//! but not as many addresses.
//!
//! What was counted is kept in memory for a day and never written: an address is nowhere in the drive's data.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::PoisonError;

use skillzdrive_wire::InstallId;
use skillzdrive_wire::Slug;

use crate::rate::network;
use crate::time::DAY;

/// So many installations of a skill count for an address and day: an office has one address, and so has a machine that
/// makes up numbers.
const EACH: usize = 3;

/// More than this is not remembered; what cannot be remembered does not count.
const MOST: usize = 100_000;

/// The counts of a day.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Day>);

#[derive(Debug, Default)]
struct Day {
    day: i64,
    counted: HashMap<(IpAddr, Slug), Vec<InstallId>>,
}

impl Tally {
    /// Whether an anonymous install counts. A caller without an address sits on the drive's own machine.
    pub(crate) fn counts(&self, from: Option<IpAddr>, slug: &Slug, install_id: InstallId, now: i64) -> bool {
        let Some(from) = from else { return true };
        let mut today = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now.div_euclid(DAY);
        if today.day != day {
            *today = Day { day, counted: HashMap::new() };
        }
        let full = today.counted.len() >= MOST;
        let key = (network(from), slug.clone());
        match today.counted.get_mut(&key) {
            Some(counted) if counted.contains(&install_id) => true,
            Some(counted) if counted.len() < EACH => {
                counted.push(install_id);
                true
            }
            Some(_) => false,
            None if full => false,
            None => {
                today.counted.insert(key, vec![install_id]);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_installations_count_for_an_address_skill_and_day() {
        let tally = Tally::default();
        let ip = |text: &str| Some(text.parse().unwrap());
        let slug = |text: &str| Slug::new(text).unwrap();
        let ask = |from, name: &str, now| tally.counts(from, &slug(name), InstallId::random(), now);
        let same = InstallId::random();
        assert!((0..9).all(|now| tally.counts(ip("10.0.0.1"), &slug("pdf"), same, now)));
        assert_eq!([0, 1, 2].map(|n| ask(ip("10.0.0.1"), "pdf", n)), [true, true, false]);
        assert!(tally.counts(ip("10.0.0.1"), &slug("pdf"), same, 9));
        assert!(ask(ip("10.0.0.1"), "csv", 4));
        assert!(ask(ip("10.0.0.2"), "pdf", 4));
        assert!(ask(ip("10.0.0.1"), "pdf", DAY));
        // One household is one address.
        assert_eq!([1, 2, 3, 4].map(|n| ask(ip(&format!("fe80::{n}")), "pdf", DAY)), [true, true, true, false]);
        assert!((0..9).all(|_| ask(None, "pdf", DAY)));
    }
}
