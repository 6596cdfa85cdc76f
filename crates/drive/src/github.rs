//! GitHub, as far as the drive asks it: what commit a ref is, and the archive of a commit. No key of a drive goes there;
//! the operator's token for GitHub, where there is one, goes with the first question alone.
//!
//! A tree costs two requests: one of the REST interface, whose anonymous limit is small, and the archive, which has none.
//! A ref may hold slashes, so where it ends is tried from the left; the first that GitHub knows counts.

use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use reqwest::header::RETRY_AFTER;
use skillzdrive_skill::FromTarball;
use skillzdrive_skill::Limits;
use skillzdrive_skill::TarballError;
use skillzdrive_skill::pack_tarball;
use skillzdrive_wire::BadName;
use skillzdrive_wire::GithubSource;
use skillzdrive_wire::GithubTree;
use skillzdrive_wire::Slug;

use crate::drive::Inner;
use crate::error::DriveError;
use crate::outbound::Failed;
use crate::outbound::Reply;
use crate::package::Package;
use crate::package::explain;
use crate::package::reserved;

/// How long one tree may take, queue included: shorter than a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(25);

/// The largest archive of a repository, in bytes.
const MOST_ARCHIVE: usize = 100 << 20;

/// The largest answer about a ref; it is 40 digits, and an error is a few lines.
const MOST_ANSWER: usize = 64 << 10;

/// Why there is no skill from GitHub.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GithubError {
    #[error(transparent)]
    Name(#[from] BadName),
    /// No such public repository, ref, folder or skill.
    #[error("{0}")]
    NotFound(String),
    #[error("{message}; give the address of one of them")]
    Several { message: String, urls: Vec<String> },
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    TooLarge(String),
    /// GitHub, or the way there; `seconds` when it said how long to wait.
    #[error("{message}")]
    Unavailable { message: String, seconds: Option<u64> },
    #[error(transparent)]
    Drive(#[from] DriveError),
}

/// A skill from GitHub.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) source: GithubSource,
    pub(crate) package: Package,
    pub(crate) slug: Slug,
}

/// What commit a tree is at now, and which folder of it is meant.
pub(crate) async fn resolve(drive: &Inner, tree: &GithubTree) -> Result<GithubSource, GithubError> {
    in_time(async {
        for (index, (reference, path)) in tree.readings().into_iter().enumerate() {
            // A whole commit id needs no question.
            if let Ok(source) = tree.at(&path, &reference) {
                return Ok(source);
            }
            let reference = encoded(&reference);
            let url = format!("{}/repos/{}/{}/commits/{reference}", drive.config.github.api, tree.owner, tree.repo);
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github.sha"));
            if let Some(token) = &drive.config.github_token {
                let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()));
                let mut bearer = bearer.map_err(|_| DriveError::Config("the token for GitHub is none".to_owned()))?;
                bearer.set_sensitive(true);
                headers.insert(AUTHORIZATION, bearer);
            }
            let reply = ask(drive, &url, headers, MOST_ANSWER).await?;
            match reply.status {
                200 => {
                    let commit = String::from_utf8_lossy(&reply.body);
                    return tree.at(&path, commit.trim()).map_err(|_| odd("with something that is no commit"));
                }
                404 if index == 0 => return Err(no_repository(tree)),
                404 | 409 | 422 => {}
                _ => return Err(refusal(tree, &reply)),
            }
        }
        Err(GithubError::NotFound(format!("{}/{} has no such branch, tag or commit", tree.owner, tree.repo)))
    })
    .await
}

/// Fetches a tree at its commit. Where the folder is no skill, the only one below it is taken, and the source says which.
pub(crate) async fn fetch(drive: &Inner, source: &GithubSource) -> Result<Fetched, GithubError> {
    in_time(async {
        let _turn = drive.imports.acquire().await.map_err(|error| DriveError::Corrupt(error.to_string()))?;
        let GithubSource { owner, repo, path, commit } = source;
        let url = format!("{}/{owner}/{repo}/tar.gz/{commit}", drive.config.github.archives);
        let reply = ask(drive, &url, HeaderMap::new(), MOST_ARCHIVE).await?;
        let tree = GithubTree::parse(&source.url())?;
        if reply.status != 200 {
            return Err(if reply.status == 404 { no_repository(&tree) } else { refusal(&tree, &reply) });
        }
        let (folder, archive) = (path.clone(), reply.body);
        let packed = tokio::task::spawn_blocking(move || {
            let FromTarball { path, packed } = pack_tarball(&archive, &folder, &Limits::default())?;
            Ok((path, Package::inspect(packed)?))
        });
        let found = packed.await.map_err(|error| DriveError::Corrupt(error.to_string()))?;
        let (path, package) = found.map_err(|error| unusable(&tree, source, error))?;
        let source = tree.at(&path, commit)?;
        let folder = path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(repo);
        let slug = package.slug.clone().or_else(|| Slug::new(folder).ok());
        let nameless = || GithubError::Invalid("neither SKILL.md's `name` nor the folder's name is a slug".to_owned());
        let slug = slug.ok_or_else(nameless)?;
        if slug.is_route() {
            return Err(GithubError::Invalid(reserved(&slug)));
        }
        Ok(Fetched { slug, source, package })
    })
    .await
}

async fn in_time<T>(work: impl Future<Output = Result<T, GithubError>>) -> Result<T, GithubError> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(odd("too slowly")))
}

async fn ask(drive: &Inner, url: &str, headers: HeaderMap, most: usize) -> Result<Reply, GithubError> {
    drive.outbound.get(url, headers, PATIENCE, most).await.map_err(|error| match error {
        Failed::TooLarge(limit) => {
            GithubError::TooLarge(format!("the repository's archive has more than {limit} bytes"))
        }
        Failed::TimedOut => odd("too slowly"),
        error => {
            tracing::warn!(%error, "GitHub could not be reached");
            GithubError::Unavailable { message: "GitHub could not be reached".to_owned(), seconds: None }
        }
    })
}

fn odd(how: &str) -> GithubError {
    GithubError::Unavailable { message: format!("GitHub answered {how}"), seconds: None }
}

fn no_repository(tree: &GithubTree) -> GithubError {
    let message = format!("GitHub has no public repository {}/{}, or not this commit in it", tree.owner, tree.repo);
    GithubError::NotFound(message)
}

/// An answer that is neither yes nor no.
fn refusal(tree: &GithubTree, reply: &Reply) -> GithubError {
    match reply.status {
        300..=399 => GithubError::NotFound(format!(
            "{}/{} has moved on GitHub: give the address that it has now",
            tree.owner, tree.repo
        )),
        403 | 429 => {
            let message = "GitHub lets this drive ask nothing more for now".to_owned();
            let seconds = reply.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            GithubError::Unavailable { message, seconds: seconds.or(Some(60)) }
        }
        401 => {
            tracing::warn!("GitHub refused this drive's token");
            odd("with status 401")
        }
        status => odd(&format!("with status {status}")),
    }
}

fn unusable(tree: &GithubTree, source: &GithubSource, error: TarballError) -> GithubError {
    match error {
        TarballError::Damaged(_) => odd("with a damaged archive"),
        TarballError::TooLarge { .. } => GithubError::TooLarge(error.to_string()),
        TarballError::NoFolder(_) | TarballError::NoSkill(_) => GithubError::NotFound(error.to_string()),
        TarballError::Several { ref skills, .. } => {
            let at = |path: &String| tree.at(path, &source.commit).ok().map(|source| source.url());
            GithubError::Several { message: error.to_string(), urls: skills.iter().filter_map(at).collect() }
        }
        TarballError::Skill(error) => GithubError::Invalid(explain(&error)),
    }
}

/// A ref as part of an address; its slashes stay.
fn encoded(reference: &str) -> String {
    let mut text = String::new();
    for byte in reference.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
