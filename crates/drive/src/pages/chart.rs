//! The balance of the last thirty days as a small drawing: one step for each day, no scripts.

use maud::Markup;
use maud::html;

use super::words;
use crate::repo::overview::DayOfCredits;
use crate::time::DAY;

/// How many days are drawn.
pub(crate) const DAYS: i64 = 30;

const WIDTH: i64 = 600;
const HEIGHT: i64 = 110;
/// Room above and below, so that no line is cut.
const MARGIN: i64 = 6;

/// The balance at the end of each day since the account was made, oldest first: counted back from what it is now.
pub(super) fn balances(now: i64, since: i64, balance: i64, moved: &[DayOfCredits]) -> Vec<i64> {
    let today = now.div_euclid(DAY);
    let days = (today - since.div_euclid(DAY) + 1).clamp(1, DAYS);
    let mut at = balance;
    let mut balances: Vec<i64> = (0..days)
        .map(|back| {
            let day = today - back;
            let end_of_day = at;
            at -= moved.iter().filter(|moved| moved.day == day).map(|moved| moved.amount).sum::<i64>();
            end_of_day
        })
        .collect();
    balances.reverse();
    balances
}

/// The drawing.
pub(super) fn chart(now: i64, balances: &[i64]) -> Markup {
    let (low, high) = (balances.iter().copied().min().unwrap_or(0), balances.iter().copied().max().unwrap_or(0));
    let days = i64::try_from(balances.len()).unwrap_or(DAYS);
    let first = now - (days - 1) * DAY;
    let summary = format!(
        "Balance by day from {} to {}: lowest {}, highest {}, now {}.",
        words::short_day(first),
        words::short_day(now),
        words::number(low),
        words::number(high),
        words::number(balances.last().copied().unwrap_or(0)),
    );
    let line = line(balances);
    html! {
        figure class="chart" {
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img" aria-label=(summary) {
                path class="area" d=(format!("{line}V{HEIGHT}H0Z")) {}
                path class="line" d=(line) {}
            }
            figcaption aria-hidden="true" {
                span { (words::short_day(first)) }
                span { "lowest " (words::number(low)) " · highest " (words::number(high)) }
                span { (words::short_day(now)) }
            }
        }
    }
}

/// The steps as a path. Whole numbers, so that no float decides what is shown. The base is zero: a tenth spent looks
/// like a tenth.
fn line(balances: &[i64]) -> String {
    let high = balances.iter().copied().max().unwrap_or(0).max(1);
    let count = i64::try_from(balances.len()).unwrap_or(1).max(1);
    let y = |balance: i64| HEIGHT - MARGIN - balance.clamp(0, high).saturating_mul(HEIGHT - 2 * MARGIN) / high;
    let mut path = format!("M0 {}", y(balances.first().copied().unwrap_or(0)));
    for (place, balance) in (1i64..).zip(balances) {
        path.push_str(&format!("V{}H{}", y(*balance), place * WIDTH / count));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balances_are_counted_back_from_now() {
        let now = 100 * DAY + 5;
        let moved = [
            DayOfCredits { day: 71, amount: 1_000 },
            DayOfCredits { day: 99, amount: -20 },
            DayOfCredits { day: 100, amount: -5 },
        ];
        assert_eq!(balances(now, 98 * DAY, 975, &moved), [1_000, 980, 975]);
        let month = balances(now, 0, 975, &moved);
        assert_eq!((month.len(), month[0], &month[27..]), (30, 1_000, &[1_000, 980, 975][..]));
        assert_eq!(balances(now, 200 * DAY, 975, &moved), [975], "a clock set back");
    }

    #[test]
    fn the_drawing_stays_in_its_frame() {
        assert_eq!(line(&[0, 50, 100]), "M0 104V104H200V55H400V6H600");
        assert_eq!(line(&[0, 0]), "M0 104V104H300V104H600");
        assert!(!line(&[i64::MAX, 0]).contains('-'));
        let text = chart(951_782_400_000, &[3, 2]).into_string();
        assert!(text.contains("lowest 2, highest 3, now 2."), "{text}");
    }
}
