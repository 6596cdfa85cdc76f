//! What handlers take from a request: who calls, the body, the query, our own origin. Each refuses with an error of the
//! contract.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::Request;
use axum::http::Extensions;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::http::header::AUTHORIZATION;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::host;
use crate::observed;
use crate::peer::Peer;
use crate::proxies;
use crate::rate;
use crate::rate::Class;
use crate::repo::Repository;
use crate::repo::Stamp;
use crate::request_id::RequestId;
use crate::respond;
use crate::respond::Answer;
use crate::service;
pub(crate) use crate::service::accounts::Caller;
use crate::service::oauth::Parameters;

/// How many bytes of a body that is too large are read on without being kept, so that a client that only listens after
/// it has sent still hears why.
pub(crate) const DRAIN: usize = 256 << 20;

/// How long a JSON body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Who is at the other end, where the server said so.
pub(crate) fn peer_of(extensions: &Extensions) -> Option<Peer> {
    extensions.get::<ConnectInfo<Peer>>().map(|info| info.0)
}

/// The token of `Authorization: Bearer …`; `None` without the header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<Result<&str, ()>> {
    let value = headers.get(AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).and_then(|(scheme, token)| {
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
    });
    Some(token.ok_or(()))
}

impl FromRequestParts<Drive> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, ApiError> {
        match bearer(&parts.headers) {
            None => Err(ApiError::access_denied("this needs a key: Authorization: Bearer sk_live_…")),
            Some(Err(())) => Err(ApiError::access_denied("the Authorization header is not `Bearer` and a key")),
            Some(Ok(token)) => {
                let stamp = drive.repo.stamp().await?;
                let from = address(parts, drive);
                let mut caller = service::accounts::authenticate_at(drive, token, stamp, from).await?;
                caller.request_id = RequestId::of(&parts.extensions);
                parts.extensions.insert(stamp);
                observed::note_user(&caller.user_id);
                Ok(caller)
            }
        }
    }
}

/// The state of the database that a request is answered from, asked for once a request.
impl FromRequestParts<Drive> for Stamp {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, ApiError> {
        if let Some(stamp) = parts.extensions.get() {
            return Ok(*stamp);
        }
        let stamp = drive.repo.stamp().await?;
        parts.extensions.insert(stamp);
        Ok(stamp)
    }
}

/// What is asked, where the answer follows from it, from who asks and from the database alone. Taken from a request
/// after its caller, so that nothing is looked up for somebody who is turned away.
pub(crate) struct Asked {
    stamp: Stamp,
    origin: String,
    uri: Uri,
}

impl FromRequestParts<Drive> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, ApiError> {
        let stamp = Stamp::from_request_parts(parts, drive).await?;
        let Ok(Origin(origin)) = Origin::from_request_parts(parts, drive).await;
        Ok(Self { stamp, origin, uri: parts.uri.clone() })
    }
}

impl Asked {
    /// What addresses are built from.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The answer that was given before, or a new one, which is kept. Only then is room made for making it: a request
    /// whose answer is known does not carry it around.
    pub(crate) async fn bytes<F: Future<Output = Result<Bytes, ApiError>>>(
        &self,
        drive: &Drive,
        caller: Option<&Caller>,
        make: impl FnOnce() -> F,
    ) -> Result<Bytes, ApiError> {
        let (question, now) = (self.question(caller), drive.now());
        if let Some(answer) = drive.kept.answer(self.stamp, now, &question) {
            return Ok(answer);
        }
        let answer = Box::pin(make()).await?;
        drive.kept.keep_answer(self.stamp, now, question, answer.clone());
        Ok(answer)
    }

    /// The same as `{"data": …}`.
    pub(crate) async fn data<T: Serialize, F: Future<Output = Result<T, ApiError>>>(
        &self,
        drive: &Drive,
        caller: Option<&Caller>,
        make: impl FnOnce() -> F,
    ) -> Answer {
        let make = || async { respond::body(make().await?) };
        Ok(respond::json(self.bytes(drive, caller, make).await?))
    }

    /// Who asks what. No part can hold a line break, and two keys of one account may see different things.
    fn question(&self, caller: Option<&Caller>) -> String {
        let who = caller.map_or("", |caller| caller.key_id.as_str());
        let path = self.uri.path_and_query().map_or("", |path| path.as_str());
        [who, &self.origin, path].join("\n")
    }
}

/// A caller with a key, or an anonymous one of whom the limit of a class was asked.
pub(crate) struct Anyone<const SKILLS: bool>(pub(crate) Option<Caller>);

impl<const SKILLS: bool> FromRequestParts<Drive> for Anyone<SKILLS> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, ApiError> {
        // A key that is wrong is refused rather than taken for nobody: its holder thinks that it works.
        if bearer(&parts.headers).is_some() {
            return Caller::from_request_parts(parts, drive).await.map(|caller| Self(Some(caller)));
        }
        let class = if SKILLS { Class::Skills } else { Class::Open };
        ask_limit(parts, drive, class).await?;
        Ok(Self(None))
    }
}

/// Asks the limit of a class for a caller without a key.
async fn ask_limit(parts: &Parts, drive: &Drive, class: Class) -> Result<(), ApiError> {
    let limit = match class {
        Class::Skills => drive.config.limits.anonymous_per_minute,
        Class::Open => drive.config.limits.open_per_minute,
    };
    let peer = peer_of(&parts.extensions);
    if peer == Some(Peer::Local) {
        return Ok(());
    }
    let from = address(parts, drive);
    rate::ask(drive, class, from, limit).await.map_err(|seconds| {
        let message = format!("anonymous callers get {limit} a minute; wait {seconds} s, or use a key");
        ApiError::too_many("rate_limited", message, seconds)
    })
}

/// A caller of whom only the open limit was asked: what they show of themselves is looked at later, or by a cookie.
pub(crate) struct Limited;

impl FromRequestParts<Drive> for Limited {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, ApiError> {
        ask_limit(parts, drive, Class::Open).await?;
        Ok(Self)
    }
}

/// The body of a form: what a browser or an OAuth client sends is small.
pub(crate) struct FormBody(pub(crate) Parameters);

/// The largest form in bytes.
const FORM_BYTES: usize = 32 << 10;

impl FromRequest<Drive> for FormBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Drive) -> Result<Self, ApiError> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(ApiError::invalid("the body is not application/x-www-form-urlencoded"));
        }
        Ok(Self(Parameters::read(&read_body(request.into_body(), FORM_BYTES).await?)))
    }
}

/// The caller's address, where there is one.
pub(crate) struct Address(pub(crate) Option<IpAddr>);

impl FromRequestParts<Drive> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, Infallible> {
        Ok(Self(address(parts, drive)))
    }
}

/// The caller's address, behind whatever proxies.
fn address(parts: &Parts, drive: &Drive) -> Option<IpAddr> {
    let peer = peer_of(&parts.extensions).and_then(Peer::ip);
    proxies::client(&drive.config, &parts.headers, peer)
}

/// A JSON body, whatever its `Content-Type`, of at most `MOST` bytes where the drive's own limit is higher.
pub(crate) struct JsonBody<T, const MOST: usize = { usize::MAX }>(pub(crate) T);

impl<T: DeserializeOwned + Serialize, const MOST: usize> FromRequest<Drive> for JsonBody<T, MOST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, drive: &Drive) -> Result<Self, ApiError> {
        let path = request.uri().path().to_owned();
        let bytes = read_body(request.into_body(), drive.config.limits.json_bytes.min(MOST)).await?;
        read_json(&path, &bytes).map(Self)
    }
}

/// The same of a route that needs none: without a body it is the default.
pub(crate) struct AnyBody<T>(pub(crate) T);

impl<T: DeserializeOwned + Serialize + Default> FromRequest<Drive> for AnyBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, drive: &Drive) -> Result<Self, ApiError> {
        let path = request.uri().path().to_owned();
        let bytes = read_body(request.into_body(), drive.config.limits.json_bytes).await?;
        if bytes.trim_ascii().is_empty() { Ok(Self(T::default())) } else { read_json(&path, &bytes).map(Self) }
    }
}

fn read_json<T: DeserializeOwned + Serialize>(path: &str, bytes: &[u8]) -> Result<T, ApiError> {
    // What reads an object would take a list of its fields too, or of none.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(ApiError::invalid("the body is not what this route takes: a list, and not an object"));
    }
    let value = serde_json::from_slice(bytes)
        .map_err(|error| ApiError::invalid(format!("the body is not what this route takes: {error}")))?;
    if tracing::enabled!(tracing::Level::DEBUG) {
        for name in unknown_fields(bytes, &value) {
            tracing::debug!(path, name, "a field was ignored");
        }
    }
    Ok(value)
}

/// The fields of a body that this version does not know: a newer client may mean something by them. They are a
/// stranger's text, so they are escaped, cut short, and few.
fn unknown_fields(bytes: &[u8], value: &impl Serialize) -> Vec<String> {
    let Ok(sent) = serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(bytes) else { return Vec::new() };
    let Ok(Value::Object(known)) = serde_json::to_value(value) else { return Vec::new() };
    let unknown = sent.keys().filter(|name| !known.contains_key(*name)).take(8);
    unknown.map(|name| name.chars().take(64).collect::<String>().escape_debug().to_string()).collect()
}

/// The variable parts of an address.
pub(crate) struct Segments<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Drive> for Segments<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, ApiError> {
        let read = Path::from_request_parts(parts, drive).await;
        read.map(|Path(segments)| Self(segments))
            .map_err(|error| ApiError::invalid(format!("the address cannot be read: {}", error.body_text())))
    }
}

async fn read_body(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let read = async {
        let mut stream = body.into_data_stream();
        let mut bytes = Vec::new();
        let mut seen = 0usize;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| ApiError::invalid(format!("the body broke off: {error}")))?;
            seen = seen.saturating_add(chunk.len());
            if seen <= limit {
                bytes.extend_from_slice(&chunk);
            } else if seen > limit.saturating_add(DRAIN) {
                break;
            } else {
                bytes = Vec::new();
            }
        }
        if seen > limit {
            return Err(ApiError::too_large(format!("the body is larger than {limit} bytes")));
        }
        Ok(Bytes::from(bytes))
    };
    let late = |_| ApiError::invalid("the body took too long to arrive");
    tokio::time::timeout(BODY_TIME, read).await.map_err(late)?
}

/// The query's parameters. One that is given twice counts the last time.
pub(crate) struct Params(HashMap<String, String>);

impl Params {
    /// A parameter that is there and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// A parameter as it was given, where white space may be part of it; none when it is empty.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A parameter that is a number.
    pub(crate) fn count(&self, name: &str) -> Result<Option<u64>, ApiError> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        // A database counts with a sign.
        match text.trim().parse::<u64>() {
            Ok(number) if i64::try_from(number).is_ok() => Ok(Some(number)),
            _ => Err(ApiError::invalid(format!("`{name}` is not a number"))),
        }
    }

    /// A parameter that is a number from 1 on.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, ApiError> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        match text.trim().parse::<u64>() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(ApiError::invalid(format!("`{name}` is not a number from 1 on"))),
        }
    }
}

impl FromRequestParts<Drive> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Drive) -> Result<Self, ApiError> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(params)| Self(params))
            .map_err(|error| ApiError::invalid(format!("the query cannot be read: {error}")))
    }
}

/// What addresses are built from: the public address, or how the caller calls us (`host` has checked that).
pub(crate) struct Origin(pub(crate) String);

impl FromRequestParts<Drive> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, Infallible> {
        if let Some(url) = &drive.config.public_url {
            return Ok(Self(url.trim_end_matches('/').to_owned()));
        }
        let host = host::authority(&parts.headers, &parts.uri).unwrap_or_else(|| "localhost".to_owned());
        Ok(Self(format!("http://{host}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_newer_client_are_named() {
        let value = skillzdrive_wire::drive::ImportRequest { skill_slug: "pdf".to_owned() };
        let body = br#"{"skillSlug":"pdf","later":{"a":1},"bad\nname":0}"#;
        assert_eq!(unknown_fields(body, &value), ["bad\\nname", "later"]);
        assert!(unknown_fields(b"[]", &value).is_empty());
    }

    #[test]
    fn a_bearer_is_read() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, text.parse().unwrap());
            bearer(&headers).map(|token| token.map(str::to_owned))
        };
        assert_eq!(bearer(&HeaderMap::new()), None);
        assert_eq!(with("Bearer sk_live_1"), Some(Ok("sk_live_1".to_owned())));
        assert_eq!(with("bearer  sk_live_1"), Some(Ok("sk_live_1".to_owned())));
        assert_eq!(with("Basic abc"), Some(Err(())));
        assert_eq!(with("Bearer "), Some(Err(())));
    }
}
