//! How often an anonymous address may ask.
//!
//! The counts live in memory: two processes over one data folder count apart, and a restart forgets.

use std::collections::HashMap;
use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::time::MINUTE;
use crate::time::SECOND;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// `GET skills` and `GET skills/:slug`.
    Skills,
    /// Every other anonymous route.
    Open,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: i64,
    asked: u32,
}

/// More addresses than this are not remembered without first forgetting those whose minute is over.
const MOST: usize = 100_000;

/// The counts of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<HashMap<(Class, Option<IpAddr>), Window>>);

impl Limiter {
    /// Counts a request, or answers after how many seconds it may be asked again.
    pub(crate) fn ask(&self, class: Class, from: Option<IpAddr>, limit: u32, now: i64) -> Result<(), u64> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST {
            windows.retain(|_, window| now - window.began < MINUTE);
        }
        let window = windows.entry((class, from.map(network))).or_insert(Window { began: now, asked: 0 });
        // A clock that was set back must not lock an address out.
        if now - window.began >= MINUTE || now < window.began {
            *window = Window { began: now, asked: 0 };
        }
        if window.asked < limit {
            window.asked += 1;
            return Ok(());
        }
        let left = window.began + MINUTE - now;
        Err(u64::try_from((left + SECOND - 1) / SECOND).unwrap_or(60).max(1))
    }
}

/// One household is one address: an IPv6 network of 64 bits, and IPv4 in its own form.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_its_limit_for_each_address_and_class() {
        let limiter = Limiter::default();
        let ip = |text: &str| Some(text.parse().unwrap());
        assert_eq!(limiter.ask(Class::Skills, ip("10.0.0.1"), 1, 0), Ok(()));
        assert_eq!(limiter.ask(Class::Skills, ip("10.0.0.1"), 1, 1), Err(60));
        assert_eq!(limiter.ask(Class::Skills, ip("10.0.0.1"), 1, 59_999), Err(1));
        assert_eq!(limiter.ask(Class::Skills, ip("::ffff:10.0.0.1"), 1, 5), Err(60));
        assert_eq!(limiter.ask(Class::Open, ip("10.0.0.1"), 1, 1), Ok(()));
        assert_eq!(limiter.ask(Class::Skills, ip("10.0.0.2"), 1, 1), Ok(()));
        assert_eq!(limiter.ask(Class::Skills, ip("10.0.0.1"), 1, 60_000), Ok(()));
        assert_eq!(limiter.ask(Class::Skills, ip("fe80::1"), 1, 0), Ok(()));
        assert_eq!(limiter.ask(Class::Skills, ip("fe80::2"), 1, 0), Err(60));
        assert_eq!(limiter.ask(Class::Skills, ip("fe80::2"), 1, -9), Ok(()), "a clock set back");
    }
}
