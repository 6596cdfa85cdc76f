//! Bars and spinners on stderr: only for a person who watches, and only when it takes longer than a blink.
//!
//! An engine knows nothing of this: the command that calls it turns the engine's events into updates here.

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::time::Duration;
use std::time::Instant;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

use crate::ui::clean;
use crate::ui::words;

/// What is faster than this is never drawn.
const PATIENCE: Duration = Duration::from_millis(250);
/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// The columns that the numbers of a bar take at most, with what stands around them.
const NUMBERS: usize = 24;

/// What the numbers of a bar mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Things, such as skills.
    Count,
    /// Bytes.
    Bytes,
}

/// The bar that is up, if any: whoever writes a line takes it down for that moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slot(Arc<Mutex<Place>>);

#[derive(Debug, Default)]
struct Place {
    bar: Option<ProgressBar>,
    /// When a bar that was on the screen went.
    went: Option<Instant>,
}

impl Slot {
    /// Runs what writes to the terminal while no bar is in the way.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        let bar = self.place().bar.clone();
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Puts a bar up; whether one was on the screen a moment ago, which the person then takes for the same.
    fn put(&self, bar: ProgressBar) -> bool {
        let mut place = self.place();
        place.bar = Some(bar);
        place.went.is_some_and(|went| went.elapsed() < PATIENCE)
    }

    fn clear(&self, was_seen: bool) {
        let mut place = self.place();
        place.bar = None;
        place.went = was_seen.then(Instant::now);
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running bar; dropping the last handle takes it off the screen. Clones show the same bar, from any thread.
#[derive(Clone)]
pub(crate) struct Progress(Option<Arc<Running>>);

struct Running {
    bar: ProgressBar,
    slot: Slot,
    /// Dropped with the bar, which ends the thread that waits to show it.
    _ends: mpsc::Sender<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let was_seen = !self.bar.is_hidden();
        self.bar.finish_and_clear();
        self.slot.clear(was_seen);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Progress").field(&self.0.is_some()).finish()
    }
}

impl Progress {
    /// One that shows nothing.
    pub(crate) fn silent() -> Self {
        Self(None)
    }

    /// One that is drawn after a quarter of a second, into the slot, or at once where one has just gone: two that follow
    /// each other do not flicker. Without a total it is a spinner; a plain one is a line that stays.
    pub(crate) fn start(slot: &Slot, message: &str, unit: Unit, total: Option<u64>, plain: bool) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        bar.set_style(style(unit, total.is_some()));
        bar.set_message(short(message));
        let goes_on = slot.put(bar.clone());
        let (ends, ended) = mpsc::channel::<()>();
        if goes_on && !plain {
            draw(&bar);
        } else {
            let waiting = bar.clone();
            // The thread ends with the bar: by the time-out, or because the sender is gone.
            std::thread::spawn(move || {
                if ended.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) && !waiting.is_finished() {
                    if plain {
                        let _ = writeln!(std::io::stderr().lock(), "{}", waiting.message());
                    } else {
                        draw(&waiting);
                    }
                }
            });
        }
        Self(Some(Arc::new(Running { bar, slot: slot.clone(), _ends: ends })))
    }

    /// Sets how much there is in all: the spinner becomes a bar.
    pub(crate) fn total(&self, unit: Unit, total: u64) {
        self.with(|bar| {
            bar.set_style(style(unit, true));
            bar.set_length(total);
        });
    }

    /// So much more is done.
    pub(crate) fn advance(&self, by: u64) {
        self.with(|bar| bar.inc(by));
    }

    /// Says what is being done.
    pub(crate) fn message(&self, message: &str) {
        self.with(|bar| bar.set_message(short(message)));
    }

    /// How far it is; zero for a silent one.
    pub(crate) fn position(&self) -> u64 {
        self.0.as_ref().map_or(0, |running| running.bar.position())
    }

    fn with(&self, update: impl FnOnce(&ProgressBar)) {
        if let Some(running) = &self.0 {
            update(&running.bar);
        }
    }
}

fn draw(bar: &ProgressBar) {
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.enable_steady_tick(TICK);
}

/// A message that leaves room for the bar and its numbers in one line: what is broken into two cannot be taken down.
fn short(message: &str) -> String {
    words::cut(&clean::line(message), usize::from(super::width()).saturating_sub(NUMBERS + bar_width()).max(12))
}

fn bar_width() -> usize {
    usize::from(super::width() / 5).clamp(6, 24)
}

fn style(unit: Unit, bounded: bool) -> ProgressStyle {
    let numbers = match unit {
        Unit::Count => "{pos}/{len}",
        Unit::Bytes => "{decimal_bytes}/{decimal_total_bytes}",
    };
    let template = match bounded {
        false => "{spinner} {msg}".to_owned(),
        true => format!("{{msg}} [{{bar:{}}}] {numbers}", bar_width()),
    };
    // The template is made of constants; a wrong one would only cost its look.
    ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_one_takes_every_update() {
        let progress = Progress::silent();
        progress.total(Unit::Bytes, 10);
        progress.advance(5);
        progress.message("x");
        assert_eq!(progress.position(), 0);
    }

    #[test]
    fn clones_count_together_and_the_slot_is_free_afterwards() {
        let slot = Slot::default();
        let progress = Progress::start(&slot, "downloading", Unit::Count, None, false);
        let other = progress.clone();
        other.total(Unit::Count, 3);
        std::thread::spawn(move || other.advance(2)).join().unwrap();
        progress.advance(1);
        assert_eq!(progress.position(), 3);
        assert_eq!(slot.suspend(|| 7), 7);
        drop(progress);
        assert!(slot.place().bar.is_none());
    }

    #[test]
    fn the_templates_are_understood() {
        let numbers = ["{pos}/{len}", "{decimal_bytes}/{decimal_total_bytes}"];
        let bars = numbers.map(|numbers| format!("{{msg}} [{{bar:{}}}] {numbers}", bar_width()));
        for template in bars.into_iter().chain(["{spinner} {msg}".to_owned()]) {
            assert!(ProgressStyle::with_template(&template).is_ok());
        }
    }

    #[test]
    fn only_what_was_seen_goes_on_at_once() {
        let slot = Slot::default();
        drop(Progress::start(&slot, "one", Unit::Count, None, false));
        assert!(!slot.put(ProgressBar::hidden()), "nobody saw the first");
        slot.clear(true);
        assert!(slot.put(ProgressBar::hidden()));
    }
}
