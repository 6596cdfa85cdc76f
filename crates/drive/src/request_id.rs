//! The outermost layer: every answer has an `X-Request-Id`, names the newest program that the drive knows of, and comes
//! even from a handler that panics.

use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use futures_util::FutureExt;
use skillzdrive_wire::release::NEWEST;

use crate::error::ApiError;
use crate::service::upload_pages::UPLOAD;

/// The middleware. An id that a client sends is not taken over: it would let a stranger write into the log.
pub(crate) async fn stamp(request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().to_string();
    let (method, path) = (request.method().clone(), harmless(request.uri().path()));
    let caught = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = caught.unwrap_or_else(|_| ApiError::internal(&"a handler panicked").into_response());
    tracing::debug!(%id, %method, path, status = response.status().as_u16(), "answered");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", value);
    }
    // Drive and program are released together, so that a drive which was renewed knows of a newer program.
    headers.insert(NEWEST, HeaderValue::from_static(env!("CARGO_PKG_VERSION")));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // An answer is for its caller, unless the handler said otherwise.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
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

    #[tokio::test]
    async fn a_panic_is_an_answer_like_any_other() {
        async fn broken() -> &'static str {
            panic!("as a bug would")
        }
        let router = Router::new().route("/", get(broken)).layer(middleware::from_fn(super::stamp));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
        assert!(answer.contains("\"code\":\"internal\"") && answer.contains("x-request-id: "), "{answer}");
        assert!(!answer.contains("as a bug would"), "{answer}");
        server.abort();
    }
}
