//! Section "Downloads": the bytes of one version, hashed while they arrive.
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
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;

use crate::api::Client;
use crate::api::account::Account;
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
use crate::api::resolve::public_url;
use crate::api::retry;
use crate::error::Error;

/// The largest package that is taken, in bytes.
pub(crate) const PACKAGE_CAP: u64 = 64 * 1024 * 1024;

/// Who is told how many bytes of a download have come so far.
pub(crate) type Progress<'a> = &'a (dyn Fn(u64) + Sync);

impl Client {
    /// The bytes that a [`Download`] promises, from the zip cache or the network; what is returned has exactly the
    /// promised digest, and only such bytes enter the cache.
    ///
    /// # Errors
    /// Exit 7 when the drive gives others, twice; else as [`Client::call`].
    pub(crate) async fn fetch(
        &self,
        download: &Download,
        account: Option<&Account<'_>>,
        progress: Progress<'_>,
    ) -> ApiResult<Vec<u8>> {
        let what = format!("the package {}", download.content_sha.short());
        if let Some(bytes) = self.zips().get(&download.content_sha) {
            progress(bytes.len() as u64);
            return Ok(bytes);
        }
        self.online(&what)?;
        if download.content_size > PACKAGE_CAP {
            return Err(ApiError::TooLarge { host: self.host(), what, limit: PACKAGE_CAP });
        }
        let start = self.url(&download.url)?;
        let key = account.map(Account::key);
        let mut attempt = 1;
        let mut wrong = 0;
        let mut turn = None;
        let mut so_far = None;
        loop {
            let lane = self.lane_of(&start, key.is_some());
            self.turn(&lane, Patience::Wait, key.is_none(), &mut turn).await?;
            let error = match self.fetch_once(download, &start, key, &mut so_far, progress).await {
                Err(Failed { error, fresh }) => {
                    wrong += u32::from(matches!(error, ApiError::Integrity { .. }) || fresh);
                    // Wrong bytes and a signature that ran out are worth one more try from the start.
                    let again = if matches!(error, ApiError::Integrity { .. }) || fresh {
                        wrong < 2
                    } else {
                        error.is_temporary()
                    };
                    let error = error.with_key(key.is_some());
                    if !again || attempt >= retry::ATTEMPTS {
                        return Err(error);
                    }
                    error
                }
                Ok(bytes) => {
                    // A cache that cannot be written only costs the next install a download.
                    if self.may_keep() {
                        let _ = self.zips().put(&download.content_sha, &bytes);
                    }
                    return Ok(bytes);
                }
            };
            let wait = self.pause(&lane, &error, attempt);
            if wait > retry::LONGEST {
                return Err(error);
            }
            self.rest(&error, wait).await;
            attempt += 1;
        }
    }

    /// Whether everybody may have exactly these bytes of a skill. The first answer tells; nothing is downloaded.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn has_public(&self, slug: &Slug, sha: &ContentSha) -> ApiResult<bool> {
        self.online(&format!("the package {}", sha.short()))?;
        let url = self.url(&public_url(slug, sha))?;
        let mut turn = None;
        self.turn(&self.lane(Lane::Open), Patience::Wait, true, &mut turn).await?;
        let response = self.hop(&url, true, None, None).await?;
        match response.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            status if call::is_redirect(status) => Ok(true),
            _ => Err(call::refusal(response, "a package").await),
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
        download: &Download,
        start: &Url,
        key: Option<&ApiKey>,
        so_far: &mut Option<Partial>,
        progress: Progress<'_>,
    ) -> Result<Vec<u8>, Failed> {
        let (mut url, mut own) = match so_far {
            Some(partial) if !partial.ran_out => (partial.url.clone(), partial.own),
            _ => (start.clone(), self.is_own(start)),
        };
        call::check_scheme(self.base(), &url)?;
        for _ in 0..=HOPS {
            let partial = so_far.as_ref().filter(|partial| partial.came_from(&url, own));
            let response = self.hop(&url, own, key, partial.and_then(Partial::rest)).await?;
            let status = response.status();
            if call::is_redirect(status) {
                url = call::next_hop(&url, &response)?;
                own = own && self.is_own(&url);
                continue;
            }
            if matches!(status, StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE) {
                let goes_on = status == StatusCode::PARTIAL_CONTENT
                    && partial.is_some_and(|it| it.is_continued_by(response.headers(), download.content_size));
                if !goes_on {
                    *so_far = None;
                    let cause = format!("it answered {} with another part than was asked for", status.as_u16());
                    let (host, what) = (http::host_of(&url), "the package was not continued by");
                    return Err(ApiError::Network { host, what, cause, suspect: Suspect::Line }.into());
                }
            } else if status == StatusCode::OK {
                *so_far = Some(Partial::begin(url, own, response.headers(), download.content_size));
            } else {
                // Object stores have many words for a signature that ran out: 400, 401, 403, 404, 410.
                let fresh = !own && matches!(status.as_u16(), 400 | 401 | 403 | 404 | 410);
                if let Some(partial) = so_far {
                    partial.ran_out |= fresh;
                }
                return Err(Failed { error: call::refusal(response, "a package").await, fresh });
            }
            let pieces = Pieces::of(response, self.http().stall(Pace::Usual));
            return Ok(receive(pieces, download, so_far, progress).await?);
        }
        Err(call::too_many(&url).into())
    }

    async fn hop(&self, url: &Url, own: bool, key: Option<&ApiKey>, rest: Option<HeaderMap>) -> ApiResult<Response> {
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
    download: &Download,
    so_far: &mut Option<Partial>,
    progress: Progress<'_>,
) -> ApiResult<Vec<u8>> {
    let mut partial = so_far.take().ok_or_else(|| Error::internal("a body without a beginning"))?;
    match partial.take(pieces, download, progress).await {
        Ok(()) => partial.finish(download),
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
