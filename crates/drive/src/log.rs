//! The log: one line for each thing that is told, as text or as JSON.
//!
//! A line is one line whatever strangers wrote: what is not plain ASCII in JSON, and what cannot be printed in text, is
//! escaped. What looks like a secret of ours is left out here a second time, though nobody should have told it. This
//! module must not know where the lines go.

use std::fmt;
use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use tracing::Event;
use tracing::Level;
use tracing::Metadata;
use tracing::Subscriber;
use tracing::field::Field;
use tracing::field::Visit;
use tracing::level_filters::LevelFilter;
use tracing::span;

use crate::config::Clock;
use crate::observed;
use crate::time::rfc3339_millis;

/// The form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Time, level, message, and `name=value` for the rest.
    #[default]
    Text,
    /// An object.
    Json,
}

/// The least important line that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What needs somebody.
    Error,
    /// What may need somebody: requests that failed here, and work that will be tried again.
    #[default]
    Warn,
    /// Every request, and what goes on beside them.
    Info,
    /// Questions of balancers too, paths, and what was ignored.
    Debug,
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        }
    }
}

/// What stands in every secret of the drive (`sk_live_…`, `ut_live_…`); what follows are letters, digits, `-` and `_`.
const SECRETS: [&str; 2] = ["_live_", "whsec_"];

/// A line is cut after so many bytes of a value.
const MOST_VALUE: usize = 2_048;

/// Takes what this process tells and writes lines of it.
pub struct Log {
    format: LogFormat,
    level: LogLevel,
    clock: Clock,
    write: Box<dyn Fn(&str) + Send + Sync>,
    spans: AtomicU64,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("format", &self.format).field("level", &self.level).finish_non_exhaustive()
    }
}

impl Log {
    /// A log that hands each line, with its end, to `write`.
    pub fn new(format: LogFormat, level: LogLevel, write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { format, level, clock: Clock::system(), write: Box::new(write), spans: AtomicU64::new(1) }
    }

    /// Makes it the log of this process; false when there is one already.
    pub fn install(self) -> bool {
        tracing::subscriber::set_global_default(self).is_ok()
    }
}

impl Subscriber for Log {
    /// What libraries tell counts when it is a warning.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let ours = metadata.target().starts_with("skillzdrive");
        let level = if ours { self.level } else { self.level.min(LogLevel::Warn) };
        !metadata.is_span() && *metadata.level() <= level.filter()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level.filter())
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut told = Told::default();
        event.record(&mut told);
        if !told.fields.iter().any(|(name, _)| *name == "request_id")
            && let Some(id) = observed::current()
        {
            told.fields.push(("request_id", Value::Text(id.hyphenated().to_string())));
        }
        let time = rfc3339_millis(self.clock.now());
        let level = word(*event.metadata().level());
        let mut line = match self.format {
            LogFormat::Text => told.text(&time, level),
            LogFormat::Json => told.json(&time, level, event.metadata().target()),
        };
        line.push('\n');
        (self.write)(&line);
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[derive(Debug)]
enum Value {
    Text(String),
    /// A number or a truth, as JSON has it.
    Plain(String),
}

/// What an event tells.
#[derive(Debug, Default)]
struct Told {
    message: String,
    fields: Vec<(&'static str, Value)>,
}

impl Told {
    fn add_text(&mut self, field: &Field, text: String) {
        let text = without_secrets(cut(text));
        if field.name() == "message" {
            self.message = text;
        } else {
            self.fields.push((field.name(), Value::Text(text)));
        }
    }

    fn add_plain(&mut self, field: &Field, value: impl fmt::Display) {
        self.fields.push((field.name(), Value::Plain(value.to_string())));
    }

    fn text(&self, time: &str, level: &str) -> String {
        let mut line = format!("{time} {level:<5} {}", printable(&self.message));
        for (name, value) in &self.fields {
            let _ = match value {
                Value::Plain(value) => write!(line, " {name}={value}"),
                Value::Text(text) if is_bare(text) => write!(line, " {name}={text}"),
                Value::Text(text) => write!(line, " {name}=\"{}\"", printable(text)),
            };
        }
        line
    }

    fn json(&self, time: &str, level: &str, target: &str) -> String {
        let mut line = format!("{{\"time\":\"{time}\",\"level\":\"{level}\",\"message\":{}", quoted(&self.message));
        for (name, value) in &self.fields {
            let _ = match value {
                Value::Plain(value) => write!(line, ",{}:{value}", quoted(name)),
                Value::Text(text) => write!(line, ",{}:{}", quoted(name), quoted(text)),
            };
        }
        let _ = write!(line, ",\"target\":{}}}", quoted(target));
        line
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add_text(field, format!("{value:?}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add_plain(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add_plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add_plain(field, value);
    }

    /// JSON has no number for what is none.
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() { self.add_plain(field, value) } else { self.add_text(field, value.to_string()) }
    }
}

fn cut(mut text: String) -> String {
    if text.len() > MOST_VALUE {
        text.truncate(text.floor_char_boundary(MOST_VALUE));
        text.push('…');
    }
    text
}

/// Leaves out what follows the beginning of a secret.
fn without_secrets(text: String) -> String {
    if !SECRETS.iter().any(|secret| text.contains(secret)) {
        return text;
    }
    let mut rest = text.as_str();
    let mut kept = String::new();
    while let Some((at, begin)) = SECRETS.iter().filter_map(|begin| Some((rest.find(begin)?, *begin))).min() {
        let end = at + begin.len();
        kept.push_str(&rest[..end]);
        kept.push('…');
        rest = rest[end..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    }
    kept + rest
}

/// Whether a value needs no quotes.
fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\'))
}

/// A text in which everything that is not seen is written out.
fn printable(text: &str) -> String {
    text.chars().flat_map(char::escape_debug).collect()
}

/// A JSON string of ASCII alone.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            ' '..='~' => quoted.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(quoted, "\\u{unit:04x}");
                }
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::Mutex;

    use serde_json::Value as Json;

    use super::*;

    fn lines(format: LogFormat, level: LogLevel, tell: impl FnOnce()) -> Vec<String> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let mut log = Log::new(format, level, move |line| kept.lock().unwrap().push(line.to_owned()));
        log.clock = Clock::new(|| 1_795_498_778_007);
        tracing::subscriber::with_default(log, tell);
        std::mem::take(&mut *lines.lock().unwrap())
    }

    #[test]
    fn a_line_is_one_line_whatever_a_stranger_wrote() {
        let evil = "a\nlevel=error \u{202e}\u{1b}[2J\u{9b}\"\\é😀";
        let tell = || {
            tracing::info!(name = evil, number = 7, ms = 0.5, nothing = f64::NAN, ok = true, "it said {evil}");
            tracing::warn!(error = %evil, empty = "", bare = "/a/{b}", none = None::<&str>, "failed");
        };
        let text = lines(LogFormat::Text, LogLevel::Info, tell);
        assert_eq!(
            text[0],
            "2026-11-24T05:39:38.007Z info  it said a\\nlevel=error \\u{202e}\\u{1b}[2J\\u{9b}\\\"\\\\é😀 \
             name=\"a\\nlevel=error \\u{202e}\\u{1b}[2J\\u{9b}\\\"\\\\é😀\" number=7 ms=0.5 nothing=NaN ok=true\n"
        );
        assert!(text[1].ends_with("\\\\é😀\" empty=\"\" bare=/a/{b}\n"), "{}", text[1]);
        for line in lines(LogFormat::Json, LogLevel::Info, tell) {
            assert!(line.bytes().all(|byte| byte == b'\n' || byte.is_ascii_graphic() || byte == b' '), "{line}");
            assert_eq!(line.matches('\n').count(), 1);
            let json: Json = serde_json::from_str(&line).unwrap();
            assert_eq!(json["time"], "2026-11-24T05:39:38.007Z");
            assert!(json["name"] == evil && json["number"] == 7 && json["nothing"] == "NaN" || json["error"] == evil);
            assert_eq!(json["target"], module_path!());
        }
    }

    #[test]
    fn levels_hold_and_libraries_tell_warnings_alone() {
        let tell = || {
            tracing::debug!("ours");
            tracing::info!("ours");
            tracing::error!("ours");
            tracing::info!(target: "sqlx::query", "theirs");
            tracing::warn!(target: "sqlx::query", "theirs");
            let _span = tracing::error_span!("a span is nothing").entered();
        };
        let count = |level| lines(LogFormat::Text, level, tell).len();
        assert_eq!([LogLevel::Off, LogLevel::Error, LogLevel::Warn].map(count), [0, 1, 2]);
        assert_eq!([LogLevel::Info, LogLevel::Debug].map(count), [3, 4]);
    }

    #[test]
    fn a_secret_is_left_out_and_a_long_text_is_cut() {
        let key = "sk_live_abcDEF-123_x";
        let told = lines(LogFormat::Json, LogLevel::Warn, || {
            tracing::warn!(error = %format!("bad `{key}`, {key}; ut_live_q"), long = "é".repeat(5_000), "{key}");
        });
        assert!(!told[0].contains("abcDEF") && !told[0].contains("live_q"), "{told:?}");
        let json: Json = serde_json::from_str(&told[0]).unwrap();
        assert_eq!(json["error"], "bad `sk_live_…`, sk_live_…; ut_live_…");
        assert_eq!(json["message"], "sk_live_…");
        assert_eq!(json["long"].as_str().unwrap().chars().count(), MOST_VALUE / 2 + 1);
    }
}
