//! The counts of one process, in memory.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::Asker;
use super::MOST;
use super::is_over;
use super::left;

#[derive(Debug, Clone, Copy)]
struct Window {
    began: i64,
    asked: u32,
}

/// The counts of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<HashMap<Asker, Window>>);

impl Limiter {
    /// Counts a request, or answers after how many seconds it may be asked again.
    pub(super) fn ask(&self, asker: Asker, limit: u32, now: i64) -> Result<(), u64> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST {
            windows.retain(|_, window| !is_over(window.began, now));
        }
        let window = windows.entry(asker).or_insert(Window { began: now, asked: 0 });
        if is_over(window.began, now) {
            *window = Window { began: now, asked: 0 };
        }
        if window.asked < limit {
            window.asked += 1;
            return Ok(());
        }
        Err(left(window.began, now))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Class;
    use super::super::network;
    use super::*;

    #[test]
    fn a_minute_holds_its_limit_for_each_address_and_class() {
        let limiter = Limiter::default();
        let ask = |class, ip: &str, now| limiter.ask((class, Some(network(ip.parse().unwrap()))), 1, now);
        assert_eq!(ask(Class::Skills, "10.0.0.1", 0), Ok(()));
        assert_eq!(ask(Class::Skills, "10.0.0.1", 1), Err(60));
        assert_eq!(ask(Class::Skills, "10.0.0.1", 59_999), Err(1));
        assert_eq!(ask(Class::Skills, "::ffff:10.0.0.1", 5), Err(60));
        assert_eq!(ask(Class::Open, "10.0.0.1", 1), Ok(()));
        assert_eq!(ask(Class::Skills, "10.0.0.2", 1), Ok(()));
        assert_eq!(ask(Class::Skills, "10.0.0.1", 60_000), Ok(()));
        assert_eq!(ask(Class::Skills, "fe80::1", 0), Ok(()));
        assert_eq!(ask(Class::Skills, "fe80::2", 0), Err(60));
        assert_eq!(ask(Class::Skills, "fe80::2", -9), Err(60), "a clock that differs a little");
        assert_eq!(ask(Class::Skills, "fe80::2", -60_000), Ok(()), "a clock set back");
    }
}
