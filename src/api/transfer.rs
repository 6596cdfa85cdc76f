//! A body on its way here, whatever it is: attempts, redirects, and going on where it was cut.
//!
//! The first hop has our headers when it is of the drive's own origin; every hop to another origin is made by the bare
//! client, and after the first such hop there is no way back to our headers. A cut body is continued where it ended, by
//! the hop that gave its beginning.

use reqwest::Response;
use reqwest::StatusCode;
use reqwest::Url;
use reqwest::header;
use reqwest::header::HeaderMap;
use skillzdrive_wire::ApiKey;

use crate::api::Client;
use crate::api::call;
use crate::api::call::HOPS;
use crate::api::call::Lane;
use crate::api::call::Patience;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::error::Suspect;
use crate::api::http;
use crate::api::http::Pace;
use crate::api::http::Pieces;
use crate::api::partial::Partial;
use crate::api::partial::Progress;
use crate::api::partial::Sink;
use crate::api::partial::Wanted;
use crate::api::response;
use crate::api::retry;
use crate::error::Error;

/// With so many bytes more than before, an attempt at something long was worth it, and the next one is again the first.
const WORTH_IT: u64 = 1 << 20;

impl Client {
    /// Brings what is wanted into a sink.
    ///
    /// # Errors
    /// Exit 7 when other bytes come, twice; else as [`Client::call`].
    pub(super) async fn transfer(
        &self,
        wanted: &Wanted,
        start: &Url,
        key: Option<&ApiKey>,
        sink: &mut impl Sink,
        progress: Progress<'_>,
    ) -> ApiResult<()> {
        let mut attempt = 1;
        let mut wrong = 0;
        let mut turn = None;
        let mut so_far: Option<Partial> = None;
        loop {
            let lane = self.lane_of(start, key.is_some());
            self.turn(&lane, Patience::Wait, key.is_none(), &mut turn).await?;
            let before = so_far.as_ref().map_or(0, Partial::len);
            let once = self.fetch_once(wanted, start, key, &mut so_far, sink, progress).await;
            let Err(Failed { error, fresh }) = once else { return Ok(()) };
            wrong += u32::from(matches!(error, ApiError::Integrity { .. }) || fresh);
            // Wrong bytes and a signature that ran out are worth one more try from the start.
            let again =
                if matches!(error, ApiError::Integrity { .. }) || fresh { wrong < 2 } else { error.is_temporary() };
            let error = error.with_key(key.is_some());
            let came = so_far.as_ref().map_or(0, Partial::len).saturating_sub(before);
            if wanted.long && came >= WORTH_IT {
                attempt = 1;
            }
            if !again || attempt >= retry::ATTEMPTS {
                return Err(error);
            }
            let wait = self.pause(&lane, &error, attempt);
            if wait > retry::LONGEST {
                return Err(error);
            }
            self.rest(&error, wait).await;
            attempt += 1;
        }
    }

    /// What the governor remembers a download under: a lane of the drive, or the other origin.
    fn lane_of(&self, url: &Url, with_key: bool) -> String {
        match (self.is_own(url), with_key) {
            (false, _) => url.origin().ascii_serialization(),
            (true, true) => self.lane(Lane::Key),
            (true, false) => self.lane(Lane::Open),
        }
    }

    /// One attempt: at once at the hop that gave the beginning, or all the way from the start.
    async fn fetch_once(
        &self,
        wanted: &Wanted,
        start: &Url,
        key: Option<&ApiKey>,
        so_far: &mut Option<Partial>,
        sink: &mut impl Sink,
        progress: Progress<'_>,
    ) -> Result<(), Failed> {
        let (mut url, mut own) = match so_far {
            Some(partial) if !partial.ran_out => (partial.url.clone(), partial.own),
            _ => (start.clone(), self.is_own(start)),
        };
        response::check_scheme(self.base(), &url)?;
        for _ in 0..=HOPS {
            let partial = so_far.as_ref().filter(|partial| partial.came_from(&url, own));
            let response = self.hop(&url, own, key, partial.and_then(Partial::rest)).await?;
            let status = response.status();
            if response::is_redirect(status) {
                url = response::next_hop(&url, &response)?;
                own = own && self.is_own(&url);
                continue;
            }
            if matches!(status, StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE) {
                let goes_on = status == StatusCode::PARTIAL_CONTENT
                    && partial.is_some_and(|it| it.is_continued_by(response.headers(), wanted.size));
                if !goes_on {
                    *so_far = None;
                    let cause = format!("it answered {} with another part than was asked for", status.as_u16());
                    let (host, what) = (http::host_of(&url), "the package was not continued by");
                    return Err(ApiError::Network { host, what, cause, suspect: Suspect::Line }.into());
                }
            } else if status == StatusCode::OK {
                sink.restart(wanted.size)?;
                *so_far = Some(Partial::begin(url, own, response.headers()));
            } else {
                // Object stores have many words for a signature that ran out: 400, 401, 403, 404, 410.
                let fresh = !own && matches!(status.as_u16(), 400 | 401 | 403 | 404 | 410);
                if let Some(partial) = so_far {
                    partial.ran_out |= fresh;
                }
                return Err(Failed { error: response::refusal(response, "a package").await, fresh });
            }
            let pieces = Pieces::of(response, self.http().stall(Pace::Usual));
            return Ok(receive(pieces, wanted, so_far, sink, progress).await?);
        }
        Err(response::too_many(&url).into())
    }

    pub(super) async fn hop(
        &self,
        url: &Url,
        own: bool,
        key: Option<&ApiKey>,
        rest: Option<HeaderMap>,
    ) -> ApiResult<Response> {
        let request = if own {
            let mut headers = self.headers()?;
            headers.insert(header::ACCEPT, header::HeaderValue::from_static("*/*"));
            // The digest is of the bytes as they are stored.
            headers.insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static("identity"));
            if let Some(key) = key {
                headers.insert(header::AUTHORIZATION, call::bearer(key.expose())?);
            }
            self.own().await?.get(url.clone()).headers(headers)
        } else {
            self.http().bare(url)?.get(url.clone())
        };
        let request = request.headers(rest.unwrap_or_default());
        request.send().await.map_err(|e| http::network_error(&http::host_of(url), "no answer from", e))
    }
}

/// Reads a body into what has come so far. What is worth nothing to the next attempt is forgotten.
async fn receive(
    pieces: Pieces,
    wanted: &Wanted,
    so_far: &mut Option<Partial>,
    sink: &mut impl Sink,
    progress: Progress<'_>,
) -> ApiResult<()> {
    let mut partial = so_far.take().ok_or_else(|| Error::internal("a body without a beginning"))?;
    match partial.take(pieces, wanted, sink, progress).await {
        Ok(()) => sink.finish(&http::host_of(&partial.url)),
        Err(error) => {
            *so_far = Some(partial).filter(|partial| error.is_temporary() && partial.can_go_on());
            Err(error)
        }
    }
}

/// A failed attempt; `fresh` when a new way from the start may help, because a signature ran out.
struct Failed {
    error: ApiError,
    fresh: bool,
}

impl From<ApiError> for Failed {
    fn from(error: ApiError) -> Self {
        Self { error, fresh: false }
    }
}
