//! One call of a route: headers, attempts, redirects, and the reading of the answer.

use std::time::Duration;

use reqwest::Method;
use reqwest::Response;
use reqwest::StatusCode;
use reqwest::Url;
use reqwest::header;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::ErrorBody;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Secret;
use skillzdrive_wire::liberal;
use skillzdrive_wire::release::NEWEST;

use crate::api::Client;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::error::Refusal;
use crate::api::governor::Turn;
use crate::api::http;
use crate::api::http::Pace;
use crate::api::http::Pieces;
use crate::api::response::content_type;
use crate::api::response::described;
use crate::api::response::is_redirect;
use crate::api::response::looks_like_a_page;
use crate::api::response::next_hop;
use crate::api::response::read_capped;
use crate::api::response::refusal;
use crate::api::response::request_id;
use crate::api::response::text_of;
use crate::api::response::too_many;
use crate::api::retry;
use crate::api::retry::Repeat;
use crate::api::server::same_origin;
use crate::error::Error;

/// The header that names the installation. It goes to the drive's own origin alone.
pub(crate) const INSTALL_ID: &str = "x-skillzdrive-install-id";
/// How many redirects are followed.
pub(crate) const HOPS: usize = 5;

/// What to do when the drive wants fewer calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Wait, 60 s at most, and say so.
    Wait,
    /// Return the refusal: the caller has another way.
    Refuse,
}

/// Calls that a drive counts together: what one of them is refused says nothing of the others, and a drive that counts
/// more together refuses those too, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// With a key.
    Key,
    /// `GET skills` and `GET skills/:slug` without a key: one a minute.
    Skills,
    /// What else is open to everybody.
    Open,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    form: Option<Vec<(&'static str, Secret)>>,
    key: Option<&'a ApiKey>,
    repeat: Repeat,
    patience: Patience,
    etag: Option<String>,
    installation: Option<InstallId>,
    gone_is_done: bool,
    pace: Pace,
}

/// An answer of 2xx or 304.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Who answered, and to what: for the error, should the form be strange.
    host: String,
    route: String,
    /// The body as it came.
    pub(crate) body: Vec<u8>,
    /// Its ETag.
    pub(crate) etag: Option<String>,
    /// Whether the kept copy is still right.
    pub(crate) not_modified: bool,
    request_id: Option<String>,
    /// What the drive's clock said, in seconds since 1970.
    pub(crate) told_time: Option<u64>,
}

impl<'a> Call<'a> {
    /// A GET, which may be made again.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path, Repeat::Safe)
    }

    /// Any other call; the caller says whether it may be made again.
    pub(crate) fn new(method: Method, path: impl Into<String>, repeat: Repeat) -> Self {
        // What a DELETE whose answer was lost leaves behind is nothing.
        let gone_is_done = method == Method::DELETE;
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            form: None,
            key: None,
            repeat,
            patience: Patience::Wait,
            etag: None,
            installation: None,
            gone_is_done,
            pace: Pace::Usual,
        }
    }

    /// A POST with a body.
    ///
    /// # Errors
    /// As [`Call::with_body`].
    pub(crate) fn post(path: impl Into<String>, body: &impl Serialize, repeat: Repeat) -> ApiResult<Self> {
        Self::with_body(Method::POST, path, body, repeat)
    }

    /// Any call with a body.
    ///
    /// # Errors
    /// A bug: the body cannot be written as JSON.
    pub(crate) fn with_body(
        method: Method,
        path: impl Into<String>,
        body: &impl Serialize,
        repeat: Repeat,
    ) -> ApiResult<Self> {
        let body = serde_json::to_value(body).map_err(|e| Error::internal("a body is not JSON").source(e))?;
        Ok(Self { body: Some(body), ..Self::new(method, path, repeat) })
    }

    /// Takes a 404 at a later attempt for the work of an earlier one whose answer was lost: an answer without a body.
    pub(crate) fn gone_is_done(mut self) -> Self {
        self.gone_is_done = true;
        self
    }

    /// Adds a parameter.
    pub(crate) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// With the fields of a form as its body.
    pub(crate) fn form(mut self, fields: Vec<(&'static str, Secret)>) -> Self {
        self.form = Some(fields);
        self
    }

    /// With a key.
    pub(crate) fn with_key(mut self, key: Option<&'a ApiKey>) -> Self {
        self.key = key;
        self
    }

    /// Without waiting when the drive wants fewer calls.
    pub(crate) fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Only if the kept copy is no longer right.
    pub(crate) fn unless(mut self, etag: Option<String>) -> Self {
        self.etag = etag;
        self
    }

    /// In the name of another install id than this run's.
    pub(crate) fn in_the_name_of(mut self, id: InstallId) -> Self {
        self.installation = Some(id);
        self
    }

    /// With an answer that takes its time.
    pub(crate) fn slow(mut self) -> Self {
        self.pace = Pace::Slow;
        self
    }

    fn lane(&self) -> Lane {
        match (self.key, self.path.starts_with("/api/v1/skills")) {
            (Some(_), _) => Lane::Key,
            (None, true) => Lane::Skills,
            (None, false) => Lane::Open,
        }
    }

    fn route(&self) -> String {
        format!("{} {}", self.method, self.path.trim_start_matches("/api/v1/"))
    }
}

impl Answer {
    /// The `data` of an enveloped answer.
    ///
    /// # Errors
    /// [`ApiError::Dialect`] when it has not the form of the contract.
    pub(crate) fn data<T: DeserializeOwned>(&self) -> ApiResult<T> {
        Ok(self.json::<skillzdrive_wire::Data<T>>()?.data)
    }

    /// The whole body.
    ///
    /// # Errors
    /// As [`Answer::data`].
    pub(crate) fn json<T: DeserializeOwned>(&self) -> ApiResult<T> {
        liberal::read(self.as_it_came()?).map_err(|e| self.dialect(&e))
    }

    /// The whole body, no name and no null of it changed.
    ///
    /// # Errors
    /// As [`Answer::data`].
    pub(crate) fn as_it_came(&self) -> ApiResult<Value> {
        serde_json::from_slice(&self.body).map_err(|e| self.dialect(&e))
    }

    fn dialect(&self, error: &serde_json::Error) -> ApiError {
        ApiError::Dialect {
            host: self.host.clone(),
            route: self.route.clone(),
            reason: crate::api::error::sentence(&error.to_string()),
            request_id: self.request_id.clone(),
        }
    }
}

/// The header that carries a bearer; logs and `Debug` do not show it.
pub(crate) fn bearer(secret: &str) -> ApiResult<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {secret}"))
        .map_err(|_| Error::new(crate::error::Kind::Auth, "the key has a character that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

impl Client {
    /// Makes a call, as often as its kind allows.
    ///
    /// # Errors
    /// Any [`ApiError`]; the last one when several attempts failed.
    pub(crate) async fn call(&self, call: Call<'_>) -> ApiResult<Answer> {
        self.online(&call.route())?;
        let lane = self.lane(call.lane());
        let mut attempt = 1;
        let mut turn = None;
        loop {
            self.turn(&lane, call.patience, call.key.is_none(), &mut turn).await?;
            let error = match self.once(&call).await {
                Err(error) if attempt > 1 && call.gone_is_done && error.status() == Some(404) => {
                    return Ok(self.nothing(&call));
                }
                Err(error) => error.with_key(call.key.is_some()),
                answer => return answer,
            };
            let wait = self.pause(&lane, &error, attempt);
            let refused = error.is_limited() && call.patience == Patience::Refuse;
            let again = call.repeat == Repeat::Safe && error.is_temporary() && !refused;
            if !again || attempt >= retry::ATTEMPTS || wait > retry::LONGEST {
                return Err(error);
            }
            self.rest(&error, wait).await;
            attempt += 1;
        }
    }

    /// Asks for something small that counts for nothing, and gives what the drive's clock says, in seconds since 1970.
    ///
    /// # Errors
    /// As [`Client::call`]; a drive that has no such thing was reached all the same.
    pub(crate) async fn told_time(&self) -> ApiResult<Option<u64>> {
        match self.call(Call::get("/.well-known/oauth-authorization-server")).await {
            Ok(answer) => Ok(answer.told_time),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How long to wait after a failure; a 429 is remembered for every call in its lane.
    pub(crate) fn pause(&self, lane: &str, error: &ApiError, attempt: u32) -> Duration {
        let wait = error.retry_after().unwrap_or(Duration::ZERO).max(retry::backoff(attempt));
        if error.is_limited() {
            self.governor().limited(lane, wait);
        }
        wait
    }

    /// What the governor remembers a lane of the drive's origin under.
    pub(crate) fn lane(&self, lane: Lane) -> String {
        format!("{} {lane:?}", self.server().identity())
    }

    /// Waits until a lane is free. `turn` keeps the place in its queue from one attempt to the next.
    ///
    /// # Errors
    /// When it wants to be left alone for longer than a minute, or the caller does not wait.
    pub(crate) async fn turn(
        &self,
        lane: &str,
        patience: Patience,
        anonymous: bool,
        turn: &mut Option<Turn>,
    ) -> ApiResult<()> {
        if patience == Patience::Wait && turn.is_none() {
            *turn = self.governor().queue(lane).await;
        }
        let wait = self.governor().remaining(lane);
        if wait.is_zero() {
            return Ok(());
        }
        if patience == Patience::Refuse || wait > retry::LONGEST {
            let body = ErrorBody {
                code: "rate_limited".to_owned(),
                message: "no more requests are allowed for now".to_owned(),
                suggestions: Vec::new(),
                findings: Vec::new(),
            };
            let mut refusal = Refusal::new(self.host(), StatusCode::TOO_MANY_REQUESTS, body);
            refusal.retry_after = Some(wait);
            refusal.with_key = !anonymous;
            return Err(ApiError::Refused(Box::new(refusal)));
        }
        if self.governor().tell_once(lane) {
            self.tell(wait, anonymous);
        }
        self.sleep(wait).await;
        self.governor().over(lane);
        Ok(())
    }

    /// One attempt with its redirects.
    async fn once(&self, call: &Call<'_>) -> ApiResult<Answer> {
        let mut url = self.url(&call.path)?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query.iter().map(|(name, value)| (*name, value.as_str())));
        }
        for _ in 0..=HOPS {
            let response = self.ask(call, &url).await?;
            if !is_redirect(response.status()) {
                return self.read(call.route(), call.pace, response).await;
            }
            let next = next_hop(&url, &response)?;
            let own = same_origin(&next, &url);
            // A body is not sent twice, and a key goes nowhere else; what is public may lie anywhere.
            if call.method != Method::GET || (!own && call.key.is_some()) {
                return Err(ApiError::Redirect {
                    host: http::host_of(&url),
                    what: format!("{} to {}, which is not followed", call.route(), http::host_of(&next)),
                    origin: (!own).then(|| next.origin().ascii_serialization()),
                });
            }
            url = next;
        }
        Err(too_many(&url))
    }

    async fn ask(&self, call: &Call<'_>, url: &Url) -> ApiResult<Response> {
        let host = http::host_of(url);
        let request = if self.is_own(url) {
            let mut request = self
                .own_with(call.pace)
                .await?
                .request(call.method.clone(), url.clone())
                .headers(self.headers_for(call.installation)?);
            if let Some(key) = call.key {
                request = request.header(header::AUTHORIZATION, bearer(key.expose())?);
            }
            if let Some(body) = &call.body {
                request = request.json(body);
            } else if let Some(fields) = &call.form {
                let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
                request = request.header(header::CONTENT_TYPE, kind).body(encoded(fields, url));
            } else if call.method == Method::POST {
                // Some servers answer 411 to a POST that does not say that it has no body.
                request = request.header(header::CONTENT_LENGTH, 0);
            }
            request
        } else {
            self.http().bare(url)?.request(call.method.clone(), url.clone())
        };
        let request = match &call.etag {
            Some(etag) => request.header(header::IF_NONE_MATCH, etag.as_str()),
            None => request,
        };
        request.send().await.map_err(|e| http::network_error(&host, "no answer from", e))
    }

    /// The headers of every request to the drive's own origin.
    pub(crate) fn headers(&self) -> ApiResult<HeaderMap> {
        self.headers_for(None)
    }

    fn headers_for(&self, installation: Option<InstallId>) -> ApiResult<HeaderMap> {
        let id = HeaderValue::try_from(installation.unwrap_or_else(|| self.install_id()).to_string())
            .map_err(|e| Error::internal("an install id is no header").source(e))?;
        Ok(HeaderMap::from_iter([
            (header::HeaderName::from_static(INSTALL_ID), id),
            (header::ACCEPT, HeaderValue::from_static("application/json")),
        ]))
    }

    /// Reads an answer, whatever its status.
    pub(crate) async fn read(&self, route: String, pace: Pace, response: Response) -> ApiResult<Answer> {
        let status = response.status();
        let etag = text_of(response.headers(), header::ETAG.as_str());
        let request_id = request_id(response.headers());
        // What another origin says of this program is nobody's business.
        if self.is_own(response.url())
            && let Some(Ok(newest)) = text_of(response.headers(), NEWEST).map(|text| text.parse())
        {
            let _ = self.newest.set(newest);
        }
        let told_time = text_of(response.headers(), header::DATE.as_str()).and_then(|text| retry::http_date(&text));
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            let host = http::host_of(response.url());
            let not_modified = status == StatusCode::NOT_MODIFIED;
            let kind = content_type(response.headers());
            let pieces = Pieces::of(response, self.http().stall(pace));
            let body = read_capped(pieces, &host, &route, http::JSON_CAP).await?;
            // The beginning is looked at as well as the header: some servers send JSON as plain text.
            if !body.is_empty() && !not_modified && kind != "application/json" && looks_like_a_page(&body) {
                let status = status.as_u16();
                return Err(ApiError::NotJson { host, status, what: described(&kind), retry_after: None, request_id });
            }
            return Ok(Answer { host, route, body, etag, not_modified, request_id, told_time });
        }
        Err(refusal(response, &route).await)
    }

    /// What a call answers whose first attempt had done it.
    fn nothing(&self, call: &Call<'_>) -> Answer {
        Answer {
            host: self.host(),
            route: call.route(),
            body: Vec::new(),
            etag: None,
            not_modified: false,
            request_id: None,
            told_time: None,
        }
    }
}

/// The fields of a form as a body.
fn encoded(fields: &[(&'static str, Secret)], url: &Url) -> String {
    // An address encodes its query in the same way.
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(fields.iter().map(|(name, value)| (*name, value.expose())));
    url.query().unwrap_or_default().to_owned()
}
