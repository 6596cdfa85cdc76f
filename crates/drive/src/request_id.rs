//! The outermost layer, and the only one that every request passes: who calls us by a wrong name is refused, every answer
//! has an `X-Request-Id` and names the newest program that the drive knows of, and a handler that panics still answers.

use std::hash::BuildHasher;
use std::hash::RandomState;
use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use axum::extract::Request;
use axum::extract::State;
use axum::http::Extensions;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONNECTION;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::header::REFERRER_POLICY;
use axum::http::header::STRICT_TRANSPORT_SECURITY;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::header::X_FRAME_OPTIONS;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use futures_util::FutureExt;
use skillzdrive_wire::release::NEWEST;
use uuid::Uuid;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::handlers::health;
use crate::host;
use crate::observed::Observed;
use crate::service::upload_pages::UPLOAD;

/// What a browser may do with an answer that is no page: nothing.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The identity of the answer that a request will get.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(crate) Uuid);

impl RequestId {
    /// Of a request that came through the middleware.
    pub(crate) fn of(extensions: &Extensions) -> Option<Uuid> {
        extensions.get().map(|RequestId(id)| *id)
    }
}

/// The middleware. An id that a client sends is not taken over: it would let a stranger write into the log.
pub(crate) async fn outermost(State(drive): State<Drive>, mut request: Request, next: Next) -> Response {
    let id = id();
    request.extensions_mut().insert(RequestId(id));
    let observed = Observed::begin(&drive, id, &request, harmless);
    let method = request.method().clone();
    let named = if health::PATHS.contains(&request.uri().path()) { Ok(()) } else { host::check(&drive, &request) };
    let mut response = match named {
        Ok(()) => {
            let answered = observed.within(next.run(observed.incoming(request)));
            let caught = AssertUnwindSafe(answered).catch_unwind().await;
            caught.unwrap_or_else(|_| {
                drive.metrics.panicked();
                ApiError::internal(&"a handler panicked").into_response()
            })
        }
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer())) {
        headers.insert("x-request-id", value);
    }
    // Drive and program are released together, so that a drive which was renewed knows of a newer program.
    headers.insert(NEWEST, HeaderValue::from_static(env!("CARGO_PKG_VERSION")));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // An answer of a program's interface is never shown as a page, framed or not; pages and the icon say their own.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NO_PAGE));
    headers.entry(X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    headers.entry(RESOURCE_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    // Said only where people come by TLS, which a proxy in front speaks: a browser remembers it for that name.
    if drive.config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    // An answer is for its caller, unless the handler said otherwise.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if drive.draining.load(Ordering::Relaxed) {
        // Whoever asks again asks another one.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    observed.outgoing(&method, response)
}

/// An identity for an answer. It only has to differ from all others, so the system is asked for chance once a process and
/// not once a request.
fn id() -> Uuid {
    static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(|| [RandomState::new(), RandomState::new()]);
    static MADE: AtomicU64 = AtomicU64::new(0);
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    let [high, low] = [0, 1].map(|half: usize| KEYS[half].hash_one(made));
    uuid::Builder::from_random_bytes(Uuid::from_u64_pair(high, low).into_bytes()).into_uuid()
}

/// A path for the log. The one that is a secret until it was opened is cut short.
fn harmless(path: &str) -> String {
    let secret = path.strip_prefix(UPLOAD).is_some_and(|rest| rest.starts_with('/'));
    if secret { format!("{UPLOAD}/…") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_upload_pages_address_is_in_no_log() {
        assert_eq!(super::harmless("/upload/ut_live_canary"), "/upload/…");
        assert_eq!(super::harmless("/upload"), "/upload");
        assert_eq!(super::harmless("/api/v1/drive"), "/api/v1/drive");
    }

    use axum::Router;
    use axum::middleware;
    use axum::routing::get;
    use tokio::io::AsyncReadExt;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;
    use tokio::net::TcpStream;

    use crate::config::Config;
    use crate::drive::Drive;

    #[test]
    fn identities_differ_and_look_like_any_other() {
        let made: std::collections::HashSet<_> = (0..1_000).map(|_| super::id()).collect();
        assert_eq!(made.len(), 1_000);
        assert!(made.iter().all(|id| id.get_version() == Some(uuid::Version::Random)));
        assert!(made.iter().all(|id| id.get_variant() == uuid::Variant::RFC4122));
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_like_any_other() {
        async fn broken() -> &'static str {
            panic!("as a bug would")
        }
        let home = tempfile::tempdir().unwrap();
        let drive = Drive::open(Config::new(home.path())).await.unwrap();
        let router = Router::new()
            .route("/", get(broken))
            .layer(middleware::from_fn_with_state(drive.clone(), super::outermost));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
        assert!(answer.contains("\"code\":\"internal\"") && answer.contains("x-request-id: "), "{answer}");
        assert!(!answer.contains("as a bug would"), "{answer}");
        server.abort();
    }
}
