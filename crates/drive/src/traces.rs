//! Spans of requests, for a collector of OpenTelemetry: OTLP over HTTP, in its JSON form.
//!
//! A request that brings `traceparent` goes on with that trace, and is left out where its caller does not sample it; any
//! other begins one. What cannot be sent is dropped and said in the log: nobody's request waits for a collector.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use axum::http::HeaderMap;
use reqwest::Client;
use reqwest::Url;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use serde_json::Value;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::config::Config;
use crate::error::DriveError;
use crate::outbound;

/// So many spans wait to be sent at most.
const MOST: usize = 4_096;

/// So many are sent together, and how long they are gathered.
const AT_ONCE: usize = 512;
const GATHER: Duration = Duration::from_secs(1);

/// How long a collector has to answer, and how long a drive that stops waits for one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A span that has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    trace: u128,
    id: u64,
    parent: Option<u64>,
    state: Option<String>,
    began: u128,
    to: mpsc::Sender<Told>,
}

/// What a request was, at its end.
pub(crate) struct Ended<'a> {
    pub(crate) method: &'static str,
    pub(crate) route: &'a str,
    pub(crate) status: u16,
    pub(crate) request_id: Uuid,
    pub(crate) received: u64,
    pub(crate) sent: u64,
}

#[derive(Debug)]
enum Told {
    Span(Box<Value>),
    /// Everything that was told before is to be sent now.
    Flush(oneshot::Sender<()>),
}

/// Sends spans.
#[derive(Debug)]
pub(crate) struct Exporter {
    to: mpsc::Sender<Told>,
    /// What the one who sends works with, until it is started.
    idle: Mutex<Option<Idle>>,
}

#[derive(Debug)]
struct Idle {
    from: mpsc::Receiver<Told>,
    client: Client,
    url: Url,
    headers: reqwest::header::HeaderMap,
}

impl Exporter {
    /// The exporter of a configuration that wants one.
    pub(crate) fn new(config: &Config) -> Result<Option<Self>, DriveError> {
        let Some(target) = &config.traces else { return Ok(None) };
        let wrong = |why: &str| DriveError::Config(format!("the collector of spans {why}"));
        let url = Url::parse(&format!("{}/v1/traces", target.url.trim_end_matches('/')));
        let url =
            url.ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| wrong("has no address"))?;
        let mut headers = reqwest::header::HeaderMap::new();
        for (name, value) in &target.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("has a header that is none"))?;
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| wrong("has a header that is none"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let client = outbound::plain_client(config.certificates.as_ref(), PATIENCE);
        let client = client.map_err(|error| DriveError::Config(format!("the collector of spans: {error}")))?;
        let (to, from) = mpsc::channel(MOST);
        Ok(Some(Self { to, idle: Mutex::new(Some(Idle { from, client, url, headers })) }))
    }

    /// Begins the span of a request; none where its caller does not want one.
    pub(crate) fn begin(&self, headers: &HeaderMap) -> Option<Begun> {
        if let Some(idle) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take() {
            tokio::spawn(work(idle));
        }
        let given = headers.get("traceparent").and_then(|value| parent(value.to_str().ok()?));
        let (trace, parent) = match given {
            Some((_, _, false)) => return None,
            Some((trace, parent, true)) => (trace, Some(parent)),
            None => (Uuid::new_v4().as_u128(), None),
        };
        let state = parent.and_then(|_| headers.get("tracestate")?.to_str().ok().map(str::to_owned));
        let id = (Uuid::new_v4().as_u128() as u64).max(1);
        Some(Begun { trace, id, parent, state, began: now(), to: self.to.clone() })
    }

    /// Sends what waits.
    pub(crate) async fn flush(&self) {
        let (done, sent) = oneshot::channel();
        let flush = async {
            if self.idle.lock().unwrap_or_else(PoisonError::into_inner).is_none()
                && self.to.send(Told::Flush(done)).await.is_ok()
            {
                let _ = sent.await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, flush).await;
    }
}

impl Begun {
    /// Ends it with its request.
    pub(crate) fn end(&self, ended: &Ended<'_>) {
        static DROPPED: AtomicU64 = AtomicU64::new(0);
        let text = |name: &str, value: &str| json!({ "key": name, "value": { "stringValue": value } });
        let number = |name: &str, value: u64| json!({ "key": name, "value": { "intValue": value.to_string() } });
        let mut span = json!({
            "traceId": format!("{:032x}", self.trace),
            "spanId": format!("{:016x}", self.id),
            "name": format!("{} {}", ended.method, ended.route),
            "kind": 2,
            "startTimeUnixNano": self.began.to_string(),
            "endTimeUnixNano": now().to_string(),
            "attributes": [
                text("http.request.method", ended.method),
                text("http.route", ended.route),
                number("http.response.status_code", u64::from(ended.status)),
                number("http.request.body.size", ended.received),
                number("http.response.body.size", ended.sent),
                text("skillzdrive.request_id", &ended.request_id.hyphenated().to_string()),
            ],
            // Only what is this side's fault is an error of a server's span.
            "status": if ended.status >= 500 { json!({ "code": 2 }) } else { json!({}) },
        });
        if let Some(parent) = self.parent {
            span["parentSpanId"] = format!("{parent:016x}").into();
        }
        if let Some(state) = &self.state {
            span["traceState"] = state.as_str().into();
        }
        if self.to.try_send(Told::Span(Box::new(span))).is_err() {
            let dropped = DROPPED.fetch_add(1, Ordering::Relaxed) + 1;
            if dropped.is_power_of_two() {
                tracing::warn!(dropped, "spans could not be sent");
            }
        }
    }
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}

/// The trace, the span and whether it is sampled, of a `traceparent` (W3C Trace Context). Versions to come begin alike.
fn parent(text: &str) -> Option<(u128, u64, bool)> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    if !is_hex(version, 2) || !is_hex(trace, 32) || !is_hex(span, 16) || !is_hex(flags, 2) {
        return None;
    }
    if version == "ff" || version == "00" && parts.next().is_some() {
        return None;
    }
    let (trace, span) = (u128::from_str_radix(trace, 16).ok()?, u64::from_str_radix(span, 16).ok()?);
    let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
    (trace != 0 && span != 0).then_some((trace, span, sampled))
}

/// Sends until nobody can tell anything any more.
async fn work(mut idle: Idle) {
    loop {
        let mut spans = Vec::new();
        let mut flushed = Vec::new();
        let Some(first) = idle.from.recv().await else { return };
        take(first, &mut spans, &mut flushed);
        let gather = async {
            while spans.len() < AT_ONCE && flushed.is_empty() {
                let Some(next) = idle.from.recv().await else { break };
                take(next, &mut spans, &mut flushed);
            }
        };
        let _ = tokio::time::timeout(GATHER, gather).await;
        if !spans.is_empty()
            && let Err(why) = send(&idle, &spans).await
        {
            tracing::warn!(why, spans = spans.len(), "the collector did not take spans");
        }
        for flush in flushed {
            let _ = flush.send(());
        }
    }
}

fn take(told: Told, spans: &mut Vec<Value>, flushed: &mut Vec<oneshot::Sender<()>>) {
    match told {
        Told::Span(span) => spans.push(*span),
        Told::Flush(done) => flushed.push(done),
    }
}

async fn send(idle: &Idle, spans: &[Value]) -> Result<(), String> {
    let text = |name: &str, value: &str| json!({ "key": name, "value": { "stringValue": value } });
    let body = json!({ "resourceSpans": [{
        "resource": { "attributes": [
            text("service.name", "skillzdrive"),
            text("service.version", env!("CARGO_PKG_VERSION")),
        ] },
        "scopeSpans": [{
            "scope": { "name": "skillzdrive-drive", "version": env!("CARGO_PKG_VERSION") },
            "spans": spans,
        }],
    }] });
    let request = idle.client.post(idle.url.clone()).headers(idle.headers.clone()).json(&body);
    let response = request.send().await.map_err(|error| outbound::causes(&error.without_url()))?;
    if response.status().is_success() { Ok(()) } else { Err(format!("it answered {}", response.status())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_read_as_the_standard_says() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let good = |text: &str| parent(text).unwrap();
        assert_eq!(good(&format!("00-{trace}-b7ad6b7169203331-01")).1, 0xb7ad_6b71_6920_3331);
        assert!(!good(&format!("00-{trace}-b7ad6b7169203331-02")).2);
        assert!(good(&format!("cc-{trace}-b7ad6b7169203331-03-what-comes-later")).2);
        for bad in [
            "",
            "00",
            &format!("00-{trace}-b7ad6b7169203331"),
            &format!("00-{trace}-b7ad6b7169203331-01-more"),
            &format!("ff-{trace}-b7ad6b7169203331-01"),
            &format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            &format!("00-{trace}-0000000000000000-01"),
            &format!("00-{}-b7ad6b7169203331-01", trace.to_uppercase()),
            &format!("00-{trace}-b7ad6b716920333é-01"),
        ] {
            assert_eq!(parent(bad), None, "{bad}");
        }
    }
}
