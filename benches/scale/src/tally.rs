//! What was measured: for each route how long each answer took, and which answers were not what they should be.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// The answers of a route.
#[derive(Debug, Default)]
struct Route {
    micros: Vec<u32>,
    bytes: u64,
    /// How often each status came that should not; 0 is no answer at all.
    wrong: BTreeMap<u16, u64>,
}

/// All routes.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<&'static str, Route>);

impl Tally {
    /// Notes an answer, whether it is the one that was expected, and its size.
    pub(crate) fn note(&mut self, route: &'static str, took: Duration, status: u16, expected: bool, bytes: usize) {
        let of = self.0.entry(route).or_default();
        if expected {
            of.micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
            of.bytes += bytes as u64;
        } else {
            *of.wrong.entry(status).or_default() += 1;
        }
    }

    /// Takes in what another client measured.
    pub(crate) fn add(&mut self, other: Self) {
        for (route, theirs) in other.0 {
            let of = self.0.entry(route).or_default();
            of.micros.extend(theirs.micros);
            of.bytes += theirs.bytes;
            for (status, times) in theirs.wrong {
                *of.wrong.entry(status).or_default() += times;
            }
        }
    }

    /// As JSON, the total under `all`.
    pub(crate) fn json(&mut self) -> String {
        let mut text = String::from("{");
        let mut all = Route::default();
        for (name, route) in &mut self.0 {
            route.micros.sort_unstable();
            let _ = write!(text, "\"{name}\": {}, ", told(route));
            all.micros.extend(&route.micros);
            all.bytes += route.bytes;
            for (status, times) in &route.wrong {
                *all.wrong.entry(*status).or_default() += times;
            }
        }
        all.micros.sort_unstable();
        let _ = write!(text, "\"all\": {}}}", told(&all));
        text
    }
}

/// A route whose answers are sorted.
fn told(route: &Route) -> String {
    let at = |part: f64| percentile(&route.micros, part);
    let wrong: Vec<String> = route.wrong.iter().map(|(status, times)| format!("\"{status}\": {times}")).collect();
    format!(
        "{{\"answers\": {}, \"p50\": {}, \"p90\": {}, \"p99\": {}, \"most\": {}, \"bytes\": {}, \"wrong\": {{{}}}}}",
        route.micros.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
        route.bytes,
        wrong.join(", ")
    )
}

/// Of sorted numbers; 0 of none.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is an index, and from 0 on"
)]
fn percentile(sorted: &[u32], part: f64) -> u32 {
    let at = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_wrong_answers_are_told() {
        let mut tally = Tally::default();
        for micros in (1..=100).rev() {
            tally.note("show", Duration::from_micros(micros), 200, true, 10);
        }
        let mut other = Tally::default();
        other.note("show", Duration::from_secs(1), 503, false, 0);
        tally.add(other);
        let show =
            r#"{"answers": 100, "p50": 50, "p90": 90, "p99": 99, "most": 100, "bytes": 1000, "wrong": {"503": 1}}"#;
        assert_eq!(tally.json(), format!("{{\"show\": {show}, \"all\": {show}}}"));
        assert_eq!(percentile(&[], 0.5), 0);
    }
}
