//! The browser login's routes for programs: metadata, registration, token, revocation. Their bodies are the RFCs' own,
//! without an envelope, when they refuse too.

use axum::Json;
use axum::extract::State;
use axum::http::Extensions;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::RETRY_AFTER;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::IntoResponse as _;
use axum::response::Response;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Secret;
use skillzdrive_wire::oauth::OAuthError;
use skillzdrive_wire::oauth::Registration;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::Address;
use crate::extract::FormBody;
use crate::extract::JsonBody;
use crate::extract::Limited;
use crate::extract::Origin;
use crate::request_id::RequestId;
use crate::service::oauth;
use crate::service::oauth::Credentials;
use crate::service::oauth::Refusal;
use crate::service::oauth::Sender;

/// The largest registration in bytes: anybody may send one.
const REGISTRATION_BYTES: usize = 16 << 10;

/// `GET /.well-known/oauth-authorization-server`.
pub(crate) async fn metadata(limited: Result<Limited, ApiError>, Origin(origin): Origin) -> Response {
    if let Err(error) = limited {
        return refused(error.into());
    }
    ([(CACHE_CONTROL, "public, max-age=300")], Json(oauth::metadata(&origin))).into_response()
}

/// `POST /api/mcp/oauth/register`.
pub(crate) async fn register(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    body: Result<JsonBody<Registration, REGISTRATION_BYTES>, ApiError>,
) -> Response {
    let registered = async {
        limited?;
        let JsonBody(asked) = body.map_err(|error| match error.parts() {
            (StatusCode::BAD_REQUEST, sentence, _) => Refusal::Word("invalid_client_metadata", sentence.to_owned()),
            _ => Refusal::Api(error),
        })?;
        oauth::register(&drive, asked).await
    };
    match registered.await {
        Ok(registered) => (StatusCode::CREATED, Json(registered)).into_response(),
        Err(refusal) => refused(refusal),
    }
}

/// `POST /api/mcp/oauth/token`.
pub(crate) async fn token(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    headers: HeaderMap,
    extensions: Extensions,
    Address(address): Address,
    body: Result<FormBody, ApiError>,
) -> Response {
    let answered = async {
        limited?;
        let FormBody(parameters) = body?;
        let basic = basic(&headers)?;
        let installation = headers.get("x-skillzdrive-install-id").and_then(|value| value.to_str().ok());
        let installation = installation.and_then(|text| InstallId::new(text).ok());
        let request_id = RequestId::of(&extensions);
        oauth::token(&drive, &parameters, basic, Sender { installation, request_id, address }).await
    };
    match answered.await {
        Ok(token) => ([(CACHE_CONTROL, "no-store")], Json(token)).into_response(),
        Err(refusal) => refused(refusal),
    }
}

/// `POST /api/mcp/oauth/revoke`.
pub(crate) async fn revoke(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    extensions: Extensions,
    body: Result<FormBody, ApiError>,
) -> Response {
    let answered = async {
        limited?;
        oauth::revoke(&drive, &body?.0, RequestId::of(&extensions)).await
    };
    match answered.await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refusal) => refused(refusal),
    }
}

/// What stands in `Authorization: Basic …`; both halves are form-encoded (RFC 6749, 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<Credentials>, Refusal> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        let text =
            String::from_utf8(unbase64(encoded.trim()).filter(|_| scheme.eq_ignore_ascii_case("basic"))?).ok()?;
        let (id, secret) = text.split_once(':')?;
        let decoded = |text: &str| form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned());
        Some(Credentials { client_id: decoded(id)?, client_secret: Secret::new(decoded(secret)?) })
    };
    let odd = || Refusal::Word("invalid_client", "the Authorization header is not `Basic` with two halves".to_owned());
    read().map(Some).ok_or_else(odd)
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0);
    for b in text.trim_end_matches('=').bytes() {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn refused(refusal: Refusal) -> Response {
    let (status, error, description, retry_after) = match &refusal {
        Refusal::Word("invalid_client", sentence) => {
            (StatusCode::UNAUTHORIZED, "invalid_client", sentence.as_str(), None)
        }
        Refusal::Word(word, sentence) => (StatusCode::BAD_REQUEST, *word, sentence.as_str(), None),
        Refusal::Api(error) => {
            let (status, sentence, retry_after) = error.parts();
            let word = match status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "temporarily_unavailable",
                status if status.is_server_error() => "server_error",
                _ => "invalid_request",
            };
            (status, word, sentence, retry_after)
        }
    };
    let body = OAuthError { error: error.to_owned(), error_description: Some(ascii(description)) };
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"skillzdrive\""));
    }
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A description in the characters that the RFC allows it.
fn ascii(text: &str) -> String {
    let fits = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
    text.chars()
        .map(|c| {
            if fits(c) {
                c
            } else if c == '"' {
                '\''
            } else {
                '?'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_read() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(text));
            basic(&headers)
        };
        assert!(matches!(basic(&HeaderMap::new()), Ok(None)));
        // `sk_live_0123:a%2Bb c` in base64; the halves are form-encoded.
        let read = with("Basic c2tfbGl2ZV8wMTIzOmElMkJiK2M=").unwrap().unwrap();
        assert_eq!((read.client_id.as_str(), read.client_secret.expose()), ("sk_live_0123", "a+b c"));
        for odd in ["Bearer x", "Basic", "Basic ?", "Basic YWI=", "Basic /w=="] {
            assert!(with(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_description_is_ascii() {
        assert_eq!(ascii("a \"key\" (sk_live_…)\n"), "a 'key' (sk_live_?)?");
    }
}
