//! What the drive counts of itself, and the text in which Prometheus reads it.
//!
//! Counting is a few atomic additions. How many series there are is bounded by the table of routes: no label is anything
//! that a client wrote, and there is no label for an account, an address or a skill.

mod process;
mod text;

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use std::time::Instant;

use axum::http::Method;

use crate::rate::Class;
use crate::repo::Load;
pub(crate) use text::CONTENT_TYPE;
use text::Page;

/// The route of what matches none.
pub(crate) const UNMATCHED: &str = "unmatched";

/// The upper bounds of the classes of durations, in seconds. A known answer is in the first, a package in one of the last.
const BOUNDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The kinds of work that go on beside requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Deliveries,
    Closing,
    Grading,
    KeyUses,
    RateLimits,
}

impl Work {
    const ALL: [Self; 5] = [Self::Deliveries, Self::Closing, Self::Grading, Self::KeyUses, Self::RateLimits];

    fn label(self) -> &'static str {
        match self {
            Self::Deliveries => "deliveries",
            Self::Closing => "closing",
            Self::Grading => "grading",
            Self::KeyUses => "key_uses",
            Self::RateLimits => "rate_limits",
        }
    }
}

/// The word for a method; what is none of the usual ones is one.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Durations in classes.
#[derive(Debug, Default)]
struct Histogram {
    /// Each duration is counted in the smallest class that holds it.
    classes: [AtomicU64; BOUNDS.len()],
    over: AtomicU64,
    nanos: AtomicU64,
}

impl Histogram {
    fn add(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let class = BOUNDS.iter().position(|bound| seconds <= *bound);
        class.map_or(&self.over, |class| &self.classes[class]).fetch_add(1, Relaxed);
        self.nanos.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }
}

/// What is counted of one method on one route.
#[derive(Debug, Default)]
struct Series {
    /// A handful of statuses.
    statuses: Mutex<Vec<(u16, u64)>>,
    durations: Histogram,
}

/// The counts of a process.
#[derive(Debug)]
pub(crate) struct Metrics {
    started: Instant,
    /// By method and route, in two steps: a look-up of a text makes no copy of it.
    series: RwLock<HashMap<&'static str, HashMap<String, Series>>>,
    in_flight: AtomicI64,
    received: AtomicU64,
    sent: AtomicU64,
    cut: AtomicU64,
    panics: AtomicU64,
    limited: [AtomicU64; 2],
    failures: [AtomicU64; Work::ALL.len()],
    delivered: Mutex<Vec<(&'static str, u64)>>,
    lines: AtomicI64,
    lines_taken: AtomicU64,
    lines_refused: AtomicU64,
    slow: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            series: RwLock::default(),
            in_flight: AtomicI64::default(),
            received: AtomicU64::default(),
            sent: AtomicU64::default(),
            cut: AtomicU64::default(),
            panics: AtomicU64::default(),
            limited: Default::default(),
            failures: Default::default(),
            delivered: Mutex::default(),
            lines: AtomicI64::default(),
            lines_taken: AtomicU64::default(),
            lines_refused: AtomicU64::default(),
            slow: AtomicU64::default(),
        }
    }
}

/// A connection that is open, for as long as this is there.
#[derive(Debug)]
pub(crate) struct OpenLine(std::sync::Arc<Metrics>);

impl Drop for OpenLine {
    fn drop(&mut self) {
        self.0.lines.fetch_sub(1, Relaxed);
    }
}

/// What is looked up when somebody asks, as far as the database answers.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// Whether the database answers.
    pub(crate) database_up: bool,
    /// How many deliveries to webhooks wait or are under way, and how old the oldest is, in milliseconds.
    pub(crate) deliveries: Option<(u64, i64)>,
    /// How many sync runs are to be closed.
    pub(crate) overdue_runs: Option<u64>,
    /// The connections to the database.
    pub(crate) load: Load,
    /// Whether the drive was told to stop.
    pub(crate) draining: bool,
}

impl Metrics {
    /// A request's head is here.
    pub(crate) fn began(&self) {
        self.in_flight.fetch_add(1, Relaxed);
    }

    /// The head of its answer is there.
    pub(crate) fn answered(&self, method: &'static str, route: &str, status: u16, time: Duration) {
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(method).and_then(|routes| routes.get(route)) {
            return series.add(status, time);
        }
        drop(known);
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(method).or_default().entry(route.to_owned()).or_default().add(status, time);
    }

    /// The last byte of its answer was sent, or nobody wanted it.
    pub(crate) fn ended(&self, received: u64, sent: u64, whole: bool) {
        self.in_flight.fetch_sub(1, Relaxed);
        self.received.fetch_add(received, Relaxed);
        self.sent.fetch_add(sent, Relaxed);
        self.cut.fetch_add(u64::from(!whole), Relaxed);
    }

    /// A handler panicked.
    pub(crate) fn panicked(&self) {
        self.panics.fetch_add(1, Relaxed);
    }

    /// A caller was told to wait.
    pub(crate) fn limited(&self, class: Class) {
        self.limited[class as usize].fetch_add(1, Relaxed);
    }

    /// Work beside requests went wrong.
    pub(crate) fn failed(&self, work: Work) {
        self.failures[work as usize].fetch_add(1, Relaxed);
    }

    /// Something was delivered to a webhook, or was not.
    pub(crate) fn delivered(&self, status: &'static str) {
        count(&self.delivered, status);
    }

    /// A connection was taken.
    pub(crate) fn line(self: &std::sync::Arc<Self>) -> OpenLine {
        self.lines.fetch_add(1, Relaxed);
        self.lines_taken.fetch_add(1, Relaxed);
        OpenLine(std::sync::Arc::clone(self))
    }

    /// A connection was refused, for there were too many.
    pub(crate) fn line_refused(&self) {
        self.lines_refused.fetch_add(1, Relaxed);
    }

    /// A client sent or took its bytes too slowly.
    pub(crate) fn slow(&self) {
        self.slow.fetch_add(1, Relaxed);
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn page(&self, looked: &Looked) -> String {
        let mut page = Page::default();
        page.head("skillzdrive_build_info", "gauge", "The version of the program.");
        page.sample("skillzdrive_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        self.requests(&mut page);
        self.connections(&mut page);
        self.work(&mut page, looked);
        database(&mut page, looked);
        process::write(&mut page, self.started.elapsed());
        page.end()
    }

    fn requests(&self, page: &mut Page) {
        let series = self.series.read().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<(&str, &String, &Series)> = Vec::new();
        for (method, routes) in series.iter() {
            sorted.extend(routes.iter().map(|(route, series)| (*method, route, series)));
        }
        sorted.sort_by_key(|(method, route, _)| (*method, *route));
        page.head("skillzdrive_http_requests_total", "counter", "Requests that were answered, by route and status.");
        for (method, route, series) in &sorted {
            let mut statuses = series.statuses.lock().unwrap_or_else(PoisonError::into_inner).clone();
            statuses.sort_unstable();
            for (status, number) in statuses {
                let labels = [("method", *method), ("route", route.as_str()), ("status", &status.to_string())];
                page.sample("skillzdrive_http_requests_total", &labels, number);
            }
        }
        let name = "skillzdrive_http_request_duration_seconds";
        page.head(name, "histogram", "Time from the head of a request to the head of its answer, by route.");
        for (method, route, series) in &sorted {
            page.histogram(name, &[("method", *method), ("route", route.as_str())], &series.durations);
        }
        page.gauge("skillzdrive_http_requests_in_flight", "Requests that are being answered.", get(&self.in_flight));
        page.counter("skillzdrive_http_received_bytes_total", "Bytes of requests' bodies.", &self.received);
        page.counter("skillzdrive_http_sent_bytes_total", "Bytes of answers' bodies.", &self.sent);
        page.counter("skillzdrive_http_answers_cut_total", "Answers of which the client did not take all.", &self.cut);
        page.counter("skillzdrive_http_panics_total", "Requests that met a bug.", &self.panics);
        page.head("skillzdrive_rate_limited_total", "counter", "Anonymous requests that were told to wait.");
        for class in [Class::Skills, Class::Open] {
            let number = self.limited[class as usize].load(Relaxed);
            page.sample("skillzdrive_rate_limited_total", &[("class", class.label())], number);
        }
    }

    fn connections(&self, page: &mut Page) {
        page.gauge("skillzdrive_connections", "Connections of clients that are open.", get(&self.lines));
        page.counter("skillzdrive_connections_total", "Connections of clients that were taken.", &self.lines_taken);
        let refused = "Connections that were refused, for there were too many.";
        page.counter("skillzdrive_connections_refused_total", refused, &self.lines_refused);
        let slow = "Clients that were let go, for they sent or took too slowly.";
        page.counter("skillzdrive_connections_slow_total", slow, &self.slow);
    }

    fn work(&self, page: &mut Page, looked: &Looked) {
        page.gauge("skillzdrive_draining", "Whether it was told to stop.", i64::from(looked.draining));
        page.head("skillzdrive_background_failures_total", "counter", "Work beside requests that went wrong.");
        for work in Work::ALL {
            let number = self.failures[work as usize].load(Relaxed);
            page.sample("skillzdrive_background_failures_total", &[("work", work.label())], number);
        }
        page.head("skillzdrive_webhook_deliveries_total", "counter", "Deliveries to webhooks, by what came of them.");
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner).clone();
        delivered.sort_unstable();
        for (status, number) in delivered {
            page.sample("skillzdrive_webhook_deliveries_total", &[("status", status)], number);
        }
        if let Some((waiting, oldest)) = looked.deliveries {
            let help = "Deliveries to webhooks that wait or are under way, of all replicas.";
            page.gauge("skillzdrive_webhook_queue", help, waiting);
            let help = "How long the oldest of them has waited.";
            page.gauge("skillzdrive_webhook_queue_oldest_seconds", help, oldest as f64 / 1_000.0);
        }
        if let Some(overdue) = looked.overdue_runs {
            page.gauge("skillzdrive_overdue_runs", "Sync runs that are to be closed, of all replicas.", overdue);
        }
    }
}

impl Series {
    fn add(&self, status: u16, time: Duration) {
        count(&self.statuses, status);
        self.durations.add(time);
    }
}

fn database(page: &mut Page, looked: &Looked) {
    page.gauge("skillzdrive_database_up", "Whether the database answers.", i64::from(looked.database_up));
    page.head("skillzdrive_database_connections", "gauge", "Connections to the database.");
    let Load { open, idle, most, waiting, waits, waited } = looked.load;
    for (state, number) in [("idle", idle), ("in_use", open.saturating_sub(idle))] {
        page.sample("skillzdrive_database_connections", &[("state", state)], number);
    }
    page.gauge("skillzdrive_database_connections_max", "How many there may be.", most);
    page.gauge("skillzdrive_database_waiting", "Requests and other work that wait to begin a transaction.", waiting);
    let name = "skillzdrive_database_wait_seconds";
    page.head(name, "summary", "Time that transactions waited to begin: for their turn, a connection and a lock.");
    page.sample(&format!("{name}_sum"), &[], waited.as_secs_f64());
    page.sample(&format!("{name}_count"), &[], waits);
}

fn get(number: &AtomicI64) -> i64 {
    number.load(Relaxed)
}

/// Counts one of a few things.
fn count<T: PartialEq>(counts: &Mutex<Vec<(T, u64)>>, what: T) {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    match counts.iter_mut().find(|(known, _)| *known == what) {
        Some((_, number)) => *number += 1,
        None => counts.push((what, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_counts_what_was_noticed() {
        let metrics = std::sync::Arc::new(Metrics::default());
        for (status, millis) in [(200, 1), (200, 3), (404, 40_000)] {
            metrics.began();
            metrics.answered("GET", "/api/v1/skills/{slug}", status, Duration::from_millis(millis));
            metrics.ended(5, 70, status == 200);
        }
        metrics.began();
        let line = metrics.line();
        drop(metrics.line());
        metrics.limited(Class::Skills);
        metrics.failed(Work::Closing);
        metrics.delivered("2xx");
        let looked = Looked { deliveries: Some((2, 1_500)), ..Looked::default() };
        let page = metrics.page(&looked);
        let of = "method=\"GET\",route=\"/api/v1/skills/{slug}\"";
        for expected in [
            format!("skillzdrive_http_requests_total{{{of},status=\"200\"}} 2\n"),
            format!("skillzdrive_http_requests_total{{{of},status=\"404\"}} 1\n"),
            format!("skillzdrive_http_request_duration_seconds_bucket{{{of},le=\"0.001\"}} 1\n"),
            format!("skillzdrive_http_request_duration_seconds_bucket{{{of},le=\"0.005\"}} 2\n"),
            format!("skillzdrive_http_request_duration_seconds_bucket{{{of},le=\"30\"}} 2\n"),
            format!("skillzdrive_http_request_duration_seconds_bucket{{{of},le=\"+Inf\"}} 3\n"),
            format!("skillzdrive_http_request_duration_seconds_sum{{{of}}} 40.004\n"),
            format!("skillzdrive_http_request_duration_seconds_count{{{of}}} 3\n"),
            "skillzdrive_http_requests_in_flight 1\n".to_owned(),
            "skillzdrive_http_received_bytes_total 15\n".to_owned(),
            "skillzdrive_http_sent_bytes_total 210\n".to_owned(),
            "skillzdrive_http_answers_cut_total 1\n".to_owned(),
            "skillzdrive_rate_limited_total{class=\"skills\"} 1\n".to_owned(),
            "skillzdrive_background_failures_total{work=\"closing\"} 1\n".to_owned(),
            "skillzdrive_webhook_deliveries_total{status=\"2xx\"} 1\n".to_owned(),
            "skillzdrive_webhook_queue 2\n".to_owned(),
            "skillzdrive_webhook_queue_oldest_seconds 1.5\n".to_owned(),
            "skillzdrive_connections 1\n".to_owned(),
            "skillzdrive_connections_total 2\n".to_owned(),
            "skillzdrive_database_up 0\n".to_owned(),
        ] {
            let expected = expected.lines().next().unwrap();
            assert!(page.lines().any(|line| line == expected), "{expected}\n---\n{page}");
        }
        assert!(!page.contains("overdue_runs"), "what could not be looked up is not told");
        drop(line);
    }

    #[test]
    fn a_method_that_nobody_knows_is_one_word() {
        assert_eq!(method_label(&Method::GET), "GET");
        assert_eq!(method_label(&Method::from_bytes(b"BREW-7f3a").unwrap()), "other");
    }
}
