//! GitHub, as far as `install` asks it: what commit a ref is, and the archive of a commit.
//!
//! The bare client goes there: no key and no header of ours. A person's own token for GitHub goes to its REST interface
//! alone: not to the archives, not to a mirror, and not behind a redirect to another host. A ref may hold slashes, so where it ends is tried from the
//! left; the first that GitHub knows counts.

use reqwest::Response;
use reqwest::StatusCode;
use reqwest::Url;
use reqwest::header::ACCEPT;
use reqwest::header::USER_AGENT;
use skillzdrive_wire::GithubSource;
use skillzdrive_wire::GithubTree;

use crate::api::Client;
use crate::api::call::HOPS;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::http;
use crate::api::http::Pieces;
use crate::api::response;
use crate::api::retry;
use crate::api::server::is_loopback;
use crate::error::Error;
use crate::error::Kind;

/// GitHub's REST interface, and where the archives of its repositories are.
const API: &str = "https://api.github.com/";
const ARCHIVES: &str = "https://codeload.github.com/";

/// The largest archive of a repository, in bytes.
const MOST_ARCHIVE: u64 = 100 << 20;

/// The largest answer about a ref: it is 40 digits.
const MOST_ANSWER: u64 = 64 << 10;

/// The one header that GitHub's interface insists on.
const AGENT: &str = concat!("skillzdrive/", env!("CARGO_PKG_VERSION"));

impl Client {
    /// What commit a tree is at now. A commit that is named in full is not asked for.
    ///
    /// # Errors
    /// Exit 5 when there is no such public repository or ref; else as any download.
    pub(crate) async fn github_commit(&self, tree: &GithubTree) -> ApiResult<GithubSource> {
        for (index, (reference, path)) in tree.readings().into_iter().enumerate() {
            if let Ok(source) = tree.at(&path, &reference) {
                return Ok(source);
            }
            let route = ["repos", &tree.owner, &tree.repo, "commits"].into_iter().chain(reference.split('/'));
            let url = self.github("api", API, route)?;
            let (status, body) = self.ask_github(&url, MOST_ANSWER, &tree.to_string()).await?;
            match status.as_u16() {
                200 => {
                    let commit = String::from_utf8_lossy(&body);
                    let odd = |_| unavailable("GitHub answered with something that is no commit");
                    return Ok(tree.at(&path, commit.trim()).map_err(odd)?);
                }
                404 if index == 0 => {
                    return Err(missing(&format!("no public repository {}/{}", tree.owner, tree.repo)));
                }
                404 | 409 | 422 => {}
                _ => return Err(unavailable(&format!("GitHub answered with status {}", status.as_u16())).into()),
            }
        }
        Err(missing(&format!("no such branch, tag or commit in {}/{}", tree.owner, tree.repo)))
    }

    /// The archive of a repository at a commit: a `.tar.gz` with one folder at its top.
    ///
    /// # Errors
    /// As [`Client::github_commit`].
    pub(crate) async fn github_archive(&self, source: &GithubSource) -> ApiResult<Vec<u8>> {
        let route = [&*source.owner, &*source.repo, "tar.gz", &*source.commit];
        let url = self.github("archives", ARCHIVES, route.into_iter())?;
        let (status, body) = self.ask_github(&url, MOST_ARCHIVE, &source.to_string()).await?;
        match status {
            StatusCode::OK => Ok(body),
            StatusCode::NOT_FOUND => {
                let GithubSource { owner, repo, commit, .. } = source;
                Err(missing(&format!("no public repository {owner}/{repo}, or no commit {commit} in it")))
            }
            status => Err(unavailable(&format!("GitHub answered with status {}", status.as_u16())).into()),
        }
    }

    /// An address on GitHub, or on the mirror that the environment names.
    fn github<'a>(&self, part: &str, usual: &str, route: impl Iterator<Item = &'a str>) -> ApiResult<Url> {
        let mirror = self.setup.github.as_deref().map(|mirror| format!("{}/{part}/", mirror.trim_end_matches('/')));
        let base = mirror.as_deref().unwrap_or(usual);
        let bad = || Error::usage(format!("SKILLZDRIVE_GITHUB_URL: `{base}` is no https address")).code("bad_mirror");
        let mut url = Url::parse(base).map_err(|_| bad())?;
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
            return Err(bad().into());
        }
        url.path_segments_mut().map_err(|()| bad())?.pop_if_empty().extend(route);
        Ok(url)
    }

    /// Asks as often as a download is asked for. Every status that says something is an answer.
    async fn ask_github(&self, url: &Url, most: u64, what: &str) -> ApiResult<(StatusCode, Vec<u8>)> {
        self.online(what)?;
        let mut attempt = 1;
        loop {
            let error = match self.ask_github_once(url, most, what).await {
                Err(error) => error,
                answer => return answer,
            };
            let wait = error.retry_after().unwrap_or_default().max(retry::backoff(attempt));
            if !error.is_temporary() || attempt >= retry::ATTEMPTS || wait > retry::LONGEST {
                return Err(error);
            }
            self.rest(&error, wait).await;
            attempt += 1;
        }
    }

    async fn ask_github_once(&self, url: &Url, most: u64, what: &str) -> ApiResult<(StatusCode, Vec<u8>)> {
        let response = self.github_hops(url).await?;
        let status = response.status();
        match status.as_u16() {
            200 => {
                let host = http::host_of(response.url());
                let pieces = Pieces::of(response, http::WAITS.stall);
                Ok((status, response::read_capped(pieces, &host, what, most).await?))
            }
            401 => Err(unavailable("GitHub refused the token in GH_TOKEN or GITHUB_TOKEN")
                .hint("unset it, or set one that has not expired; public repositories need none")
                .into()),
            // It says "forbidden" to whoever asked too often.
            403 | 429 => Err(unavailable("GitHub lets this address ask nothing more for now")
                .hint("its limit is by the hour; a commit in full (/tree/<40 digits>/PATH) is not counted")
                .hint("a token in GITHUB_TOKEN has a larger limit")
                .into()),
            500.. => Err(response::refusal(response, what).await),
            _ => Ok((status, Vec::new())),
        }
    }

    /// Follows redirects by hand: a repository that was renamed leaves one behind.
    async fn github_hops(&self, start: &Url) -> ApiResult<Response> {
        let mut url = start.clone();
        for _ in 0..=HOPS {
            let request = self.http().bare(&url)?.get(url.clone()).header(USER_AGENT, AGENT);
            let request = request.header(ACCEPT, "application/vnd.github.sha, */*;q=0.1");
            let token = self.setup.github_token.as_ref().filter(|_| takes_token(&url));
            let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token.expose()));
            let failed = |e| http::network_error(&http::host_of(&url), "no answer from", e);
            let response = request.send().await.map_err(failed)?;
            if !response::is_redirect(response.status()) {
                return Ok(response);
            }
            url = response::next_hop(&url, &response)?;
        }
        Err(response::too_many(&url))
    }
}

/// Whether an address may have the token.
fn takes_token(url: &Url) -> bool {
    url.scheme() == "https" && url.host_str() == Some("api.github.com") && url.port().is_none()
}

fn missing(what: &str) -> ApiError {
    let error = Error::new(Kind::NotFound, format!("GitHub has {what}")).code("github_not_found");
    error.hint("check the address; a private repository is cloned, and its folder installed").into()
}

fn unavailable(what: &str) -> Error {
    Error::new(Kind::Unavailable, what).code("github_unavailable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_the_interface_of_github_alone() {
        let takes = |text: &str| takes_token(&Url::parse(text).unwrap());
        assert!(takes("https://api.github.com/repos/a/b/commits/main") && takes(API));
        for other in [
            ARCHIVES,
            "http://api.github.com/",
            "https://api.github.com:8443/",
            "https://api.github.com.evil.example/",
            "https://evil.example/api.github.com",
            "https://api.github.com@evil.example/",
            "http://127.0.0.1:4000/api/repos/a/b",
        ] {
            assert!(!takes(other), "{other}");
        }
    }
}
