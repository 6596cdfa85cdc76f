//! What a response is before its data is read: a refusal, a redirect, a body of a bounded size. It decides nothing about
//! attempts.

use std::time::SystemTime;

use reqwest::Response;
use reqwest::StatusCode;
use reqwest::Url;
use reqwest::header;
use reqwest::header::HeaderMap;
use skillzdrive_wire::envelope::ErrorBody;

use crate::api::call::HOPS;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::error::Refusal;
use crate::api::http;
use crate::api::http::Pieces;
use crate::api::retry;

/// Makes an error of an answer that is no success.
pub(crate) async fn refusal(response: Response, what: &str) -> ApiError {
    let status = response.status();
    let host = http::host_of(response.url());
    let headers = response.headers();
    let request_id = request_id(headers);
    let kind = content_type(headers);
    let retry_after = text_of(headers, header::RETRY_AFTER.as_str())
        .and_then(|text| retry::parse_retry_after(&text, SystemTime::now()));
    let pieces = Pieces::of(response, http::WAITS.stall);
    let body = match read_capped(pieces, &host, what, http::JSON_CAP).await {
        Ok(body) => body,
        Err(error) => return error,
    };
    match serde_json::from_slice::<ErrorBody>(&body) {
        Ok(words) => {
            let mut refusal = Refusal::new(host, status, words);
            refusal.retry_after = retry_after;
            refusal.request_id = request_id;
            ApiError::Refused(Box::new(refusal))
        }
        Err(_) => ApiError::NotJson { host, status: status.as_u16(), what: described(&kind), retry_after, request_id },
    }
}

/// Reads a body up to a limit.
pub(crate) async fn read_capped(mut pieces: Pieces, host: &str, what: &str, limit: u64) -> ApiResult<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(piece) = pieces.next("the answer was cut short by").await? {
        if (body.len() + piece.len()) as u64 > limit {
            return Err(ApiError::TooLarge { host: host.to_owned(), what: what.to_owned(), limit });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// Whether an answer sends elsewhere.
pub(crate) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads; never from https to http.
pub(crate) fn next_hop(from: &Url, response: &Response) -> ApiResult<Url> {
    let host = http::host_of(from);
    let refuse = |what: &str| ApiError::Redirect { host: host.clone(), what: what.to_owned(), origin: None };
    let location =
        text_of(response.headers(), header::LOCATION.as_str()).ok_or_else(|| refuse("without saying where to"))?;
    let next = from.join(&location).map_err(|_| refuse("to something that is no address"))?;
    check_scheme(from, &next)?;
    Ok(next)
}

/// Holds an address to `https`, or `http` on this machine when the way there was no `https`.
pub(crate) fn check_scheme(from: &Url, to: &Url) -> ApiResult<()> {
    let fine = match to.scheme() {
        "https" => true,
        "http" => from.scheme() == "http" && crate::api::server::is_loopback(to),
        _ => false,
    };
    if fine {
        return Ok(());
    }
    let what = format!("to {}:// at {}, which is not safe", to.scheme(), http::host_of(to));
    Err(ApiError::Redirect { host: http::host_of(from), what, origin: None })
}

/// The error of a chain without end.
pub(crate) fn too_many(url: &Url) -> ApiError {
    let what = format!("more than {HOPS} times");
    ApiError::Redirect { host: http::host_of(url), what, origin: None }
}

pub(super) fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    text_of(headers, "x-request-id").map(|id| crate::api::error::sentence(&id.chars().take(100).collect::<String>()))
}

pub(super) fn content_type(headers: &HeaderMap) -> String {
    let text = text_of(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    crate::api::error::sentence(text.split(';').next().unwrap_or_default()).to_ascii_lowercase()
}

/// What a body is called that was not expected.
pub(super) fn described(content_type: &str) -> String {
    match content_type {
        "" => "something without a type".to_owned(),
        "text/html" => "a web page (text/html)".to_owned(),
        other => other.chars().take(60).collect(),
    }
}

pub(super) fn looks_like_a_page(body: &[u8]) -> bool {
    !matches!(body.iter().find(|b| !b.is_ascii_whitespace()), Some(b'{' | b'['))
}
