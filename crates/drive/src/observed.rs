//! What is noticed of a request from its head to the last byte of its answer: one line of the log, the numbers of
//! `/metrics`, and a span where those are sent somewhere.
//!
//! Nothing that a client wrote decides what is kept: a route is its template, a method one of a few. A line names who
//! asked by an account's identity and never by a key.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;
use std::time::Instant;

use axum::body::Body;
use axum::body::Bytes;
use axum::body::HttpBody;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use hyper::body::Frame;
use hyper::body::SizeHint;
use uuid::Uuid;

use crate::drive::Drive;
use crate::extract::peer_of;
use crate::handlers::health;
use crate::metrics::Metrics;
use crate::metrics::UNMATCHED;
use crate::metrics::method_label;
use crate::pace::Pace;
use crate::pace::Slow;
use crate::peer::Peer;
use crate::proxies;
#[cfg(feature = "otel")]
use crate::traces;

tokio::task_local! {
    /// The request that this task answers.
    static CURRENT: Arc<Observed>;
}

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct Observed {
    id: Uuid,
    method: &'static str,
    route: Option<MatchedPath>,
    /// The path itself, where the log wants details.
    path: Option<String>,
    client: Option<IpAddr>,
    began: Instant,
    received: AtomicU64,
    user: OnceLock<String>,
    metrics: Arc<Metrics>,
    pace: Pace,
    #[cfg(feature = "otel")]
    span: Option<traces::Begun>,
}

/// The identity of the request that this task answers, for lines that are written meanwhile.
pub(crate) fn current() -> Option<Uuid> {
    CURRENT.try_with(|observed| observed.id).ok()
}

/// Notes whose request it is, once that is known.
pub(crate) fn note_user(user_id: &str) {
    let _ = CURRENT.try_with(|observed| observed.user.set(user_id.to_owned()));
}

impl Observed {
    /// Begins with a request's head.
    pub(crate) fn begin(drive: &Drive, id: Uuid, request: &Request, path: impl Fn(&str) -> String) -> Arc<Self> {
        drive.metrics.began();
        let peer = peer_of(request.extensions()).and_then(Peer::ip);
        let details = tracing::enabled!(tracing::Level::DEBUG);
        Arc::new(Self {
            id,
            method: method_label(request.method()),
            route: request.extensions().get().cloned(),
            path: details.then(|| path(request.uri().path())),
            client: proxies::client(&drive.config, request.headers(), peer),
            began: Instant::now(),
            received: AtomicU64::new(0),
            user: OnceLock::new(),
            metrics: Arc::clone(&drive.metrics),
            pace: drive.config.limits.pace,
            #[cfg(feature = "otel")]
            span: drive.traces.as_ref().and_then(|exporter| exporter.begin(request.headers())),
        })
    }

    fn template(&self) -> &str {
        self.route.as_ref().map_or(UNMATCHED, MatchedPath::as_str)
    }

    /// Does work of this request.
    pub(crate) async fn within<F: Future>(self: &Arc<Self>, work: F) -> F::Output {
        CURRENT.scope(Arc::clone(self), work).await
    }

    /// The body of the request, of which the bytes are counted and the pace is watched.
    pub(crate) fn incoming(self: &Arc<Self>, request: Request) -> Request {
        if request.body().is_end_stream() {
            return request;
        }
        request.map(|inner| Body::new(Incoming { inner, observed: Arc::clone(self), slow: Slow::new(self.pace) }))
    }

    /// The answer, whose end is this request's.
    pub(crate) fn outgoing(self: Arc<Self>, method: &Method, response: Response) -> Response {
        let status = response.status().as_u16();
        let head = self.began.elapsed();
        self.metrics.answered(self.method, self.template(), status, head);
        // Of an answer to HEAD nothing is ever sent.
        let bodiless = *method == Method::HEAD;
        response.map(|inner| {
            let length = inner.size_hint().exact();
            let whole = bodiless || inner.is_end_stream();
            Body::new(Outgoing { inner, observed: self, status, head, length, sent: 0, whole })
        })
    }

    fn end(&self, status: u16, head: Duration, sent: u64, whole: bool) {
        let received = self.received.load(Ordering::Relaxed);
        self.metrics.ended(received, sent, whole);
        let (request_id, route, path) = (self.id.hyphenated(), self.template(), self.path.as_deref());
        let (method, user) = (self.method, self.user.get().map(String::as_str));
        let client = self.client.map(|address| address.to_string());
        let ms = milliseconds(head);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    %request_id, method, route, path, status, ms, received, sent, whole, client, user, "answered"
                )
            };
        }
        if status >= 500 {
            line!(warn);
        } else if health::PATHS.contains(&route) {
            line!(debug);
        } else {
            line!(info);
        }
        #[cfg(feature = "otel")]
        if let Some(span) = &self.span {
            span.end(&traces::Ended { method, route, status, request_id: self.id, received, sent });
        }
    }
}

/// Thousandths of a second with three digits behind the point.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1_000.0
}

/// The body of a request.
struct Incoming {
    inner: Body,
    observed: Arc<Observed>,
    slow: Slow,
}

impl HttpBody for Incoming {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.slow.moved(length);
                self.observed.received.fetch_add(length as u64, Ordering::Relaxed);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending if self.slow.poll_too_slow(cx).is_ready() => {
                self.observed.metrics.slow();
                Poll::Ready(Some(Err(axum::Error::new("it came too slowly"))))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of an answer. It is dropped when the last byte was handed over, or when nobody wants the rest.
struct Outgoing {
    inner: Body,
    observed: Arc<Observed>,
    status: u16,
    head: Duration,
    length: Option<u64>,
    sent: u64,
    whole: bool,
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.sent += frame.data_ref().map_or(0, |data| data.len() as u64);
                // Whoever knows the length does not ask for an end.
                self.whole |= self.inner.is_end_stream() || self.length == Some(self.sent);
            }
            Poll::Ready(None) => self.whole = true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.observed.end(self.status, self.head, self.sent, self.whole);
    }
}
