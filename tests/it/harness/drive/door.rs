//! What stands around a drive's router: the log of what was asked, the faults, and the other port for what is stored.

use axum::Router;
use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Response;
use futures_util::StreamExt as _;
use skillzdrive_drive::Drive;
use skillzdrive_drive::Peer;
use tokio::net::TcpListener;

use super::Asked;
use super::Door;
use super::Fault;
use super::Shared;
use crate::harness::backends;

pub(super) fn serve(listener: TcpListener, router: Router, door: Door) {
    let router = router.layer(middleware::from_fn_with_state(door, at_the_door));
    tokio::spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<Peer>()).await.unwrap();
    });
}

/// Logs the request, lets the matching fault happen, and turns redirects to storage to the other port.
async fn at_the_door(State(door): State<Door>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: bytes.clone(),
    };
    let fault = matching(&door.shared, &asked);
    let log = if door.storage.is_some() { &door.shared.asked } else { &door.shared.storage_asked };
    log.lock().unwrap().push(asked);
    // What is turned below must be read: this drive packs no answer.
    parts.headers.remove(header::ACCEPT_ENCODING);
    let request = Request::from_parts(parts, Body::from(bytes));
    match fault {
        None => turn_all(&door, next.run(request).await).await,
        Some(Fault::Answer(status, headers, body)) => {
            let mut answer = (StatusCode::from_u16(status).unwrap(), body).into_response();
            for (name, value) in headers {
                answer.headers_mut().insert(name, HeaderValue::from_str(&value).unwrap());
            }
            answer
        }
        Some(Fault::Bytes(bytes)) => bytes.into_response(),
        Some(Fault::LoseAnswer) => {
            let _ = next.run(request).await;
            cut(b"", 1000)
        }
        Some(Fault::CutBody(length)) => {
            let answer = turn(&door, next.run(request).await);
            let (parts, body) = answer.into_parts();
            let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let mut answer = cut(&whole[..length.min(whole.len())], whole.len());
            if let Some(etag) = parts.headers.get(header::ETAG) {
                answer.headers_mut().insert(header::ETAG, etag.clone());
            }
            answer
        }
        Some(Fault::WrongBytes) => {
            let answer = next.run(request).await;
            let mut whole = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec();
            if let Some(last) = whole.last_mut() {
                *last ^= 1;
            }
            whole.into_response()
        }
        Some(Fault::Hold) => {
            // Made before the test is told, so that a release that comes at once is not missed.
            let released = door.shared.release.notified();
            if let Some(tell) = door.shared.arrived.lock().unwrap().as_ref() {
                let _ = tell.send(());
            }
            released.await;
            turn(&door, next.run(request).await)
        }
    }
}

fn matching(shared: &Shared, asked: &Asked) -> Option<Fault> {
    let mut rules = shared.rules.lock().unwrap();
    let rule = rules.iter_mut().find(|rule| {
        let stored = rule.path.strip_prefix("/storage/").filter(|_| asked.path.starts_with("/storage/drive/"));
        rule.times > 0
            && (rule.method == "*" || rule.method == asked.method)
            && (asked.path.starts_with(&rule.path) || stored.is_some_and(|digest| asked.path.contains(digest)))
    })?;
    rule.times = rule.times.saturating_sub(1);
    Some(rule.fault.clone())
}

/// An answer that promises more than it holds, then breaks off.
fn cut(bytes: &[u8], promised: usize) -> Response {
    let first: Result<Bytes, std::io::Error> = Ok(Bytes::copy_from_slice(bytes));
    // What came before is sent once there is nothing more to send at the moment.
    let end = futures_util::stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut"))
    });
    let stream = futures_util::stream::iter([first]).chain(end);
    Response::builder().header(header::CONTENT_LENGTH, promised).body(Body::from_stream(stream)).unwrap()
}

/// The drive's routes, and below its storage what an S3 store signed addresses of: so what is asked for has one place
/// (`/storage/`) wherever the bytes are, and faults meet them.
pub(super) fn router_of(drive: &Drive) -> Router {
    drive.router().route("/storage/drive/{*key}", axum::routing::get(elsewhere))
}

async fn elsewhere(request: Request) -> Response {
    let asked = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let address = backends::s3().unwrap() + asked.strip_prefix("/storage").unwrap_or(&asked);
    let http = reqwest::Client::builder().no_proxy().tls_certs_only(Vec::new()).build().unwrap();
    let mut question = http.request(request.method().clone(), address);
    if let Some(part) = request.headers().get(header::RANGE) {
        question = question.header(header::RANGE, part);
    }
    let told = question.send().await.unwrap();
    let mut answer = Response::builder().status(told.status());
    for name in [header::ETAG, header::CONTENT_TYPE, header::CONTENT_RANGE, header::CONTENT_LENGTH] {
        if let Some(value) = told.headers().get(&name) {
            answer = answer.header(name, value);
        }
    }
    answer.body(Body::from(told.bytes().await.unwrap())).unwrap()
}

/// Turns redirects and, in answers of JSON, the addresses of private packages.
async fn turn_all(door: &Door, answer: Response) -> Response {
    let is_json = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let (Some(storage), true) = (door.storage, is_json) else { return turn(door, answer) };
    let (mut parts, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut text = String::from_utf8(bytes.to_vec()).unwrap();
    if let Some(store) = backends::s3() {
        text = text.replace(&store, "/storage");
    }
    let mut turned = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("/storage/") {
        let start = rest[..at].rfind('"').map_or(0, |quote| quote + 1);
        turned.push_str(&rest[..start]);
        turned.push_str(&format!("http://{storage}/storage/"));
        rest = &rest[at + "/storage/".len()..];
    }
    turned.push_str(rest);
    parts.headers.remove(header::CONTENT_LENGTH);
    turn(door, Response::from_parts(parts, Body::from(turned)))
}

/// Turns a redirect to the drive's storage to the other port.
fn turn(door: &Door, mut answer: Response) -> Response {
    if let (Some(storage), Some(to)) = (door.storage, answer.headers().get(header::LOCATION)) {
        let mut to = to.to_str().unwrap().to_owned();
        if let Some(store) = backends::s3() {
            to = to.replace(&store, "/storage");
        }
        if let Some(path) = to.split_once("/storage/").map(|(_, rest)| rest) {
            let turned = HeaderValue::from_str(&format!("http://{storage}/storage/{path}")).unwrap();
            answer.headers_mut().insert(header::LOCATION, turned);
        }
    }
    answer
}
