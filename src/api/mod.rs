//! The HTTP edge: everything that is asked of a drive, one file for each section of the endpoint reference.
//!
//! [`Client`] makes the anonymous calls; [`account::Account`] exists only with a key and makes the others. Nothing here touches
//! skills on the disk, and nothing prints: waits are told through a callback.

pub(crate) mod account;
pub(crate) mod adoption;
pub(crate) mod call;
pub(crate) mod collections;
pub(crate) mod downloads;
pub(crate) mod drive;
pub(crate) mod error;
pub(crate) mod github;
pub(crate) mod governor;
pub(crate) mod http;
pub(crate) mod marketplace;
pub(crate) mod oauth;
pub(crate) mod partial;
pub(crate) mod resolve;
mod response;
pub(crate) mod retry;
pub(crate) mod runs;
pub(crate) mod server;
pub(crate) mod skills;
pub(crate) mod sync;
pub(crate) mod telemetry;
#[cfg(test)]
mod tests;
mod transfer;
pub(crate) mod uploads;

use std::fmt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Url;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Secret;
use skillzdrive_wire::release::Release;
use tokio::sync::OnceCell;

use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::governor::Governor;
use crate::api::governor::Tell;
use crate::api::governor::Wait;
use crate::api::http::Http;
use crate::api::http::Pace;
use crate::api::http::Reach;
use crate::api::server::Server;
use crate::api::server::same_origin;
use crate::error::Error;
use crate::error::Result;
use crate::store::cache::ZipCache;
use crate::store::paths::Paths;

/// A wait that a drive asks for is told from here on; a shorter one is over before it is read.
const TOLD: Duration = Duration::from_secs(2);

/// What a client is made of.
pub(crate) struct Setup {
    /// Which drive.
    pub(crate) server: Server,
    /// This installation.
    pub(crate) install_id: InstallId,
    /// The program's folders: the kept marketplace and the zips lie in the cache.
    pub(crate) paths: Paths,
    /// Whether the network is off limits. The embedded drive is no network.
    pub(crate) offline: bool,
    /// Whether nothing may be written, not even to the cache.
    pub(crate) dry_run: bool,
    /// Certificate authorities to believe, PEM; see the list of variables.
    pub(crate) ca: Option<PathBuf>,
    /// A mirror of GitHub; see the list of variables.
    pub(crate) github: Option<String>,
    /// A token for GitHub's REST interface.
    pub(crate) github_token: Option<Secret>,
    /// Starts the embedded drive, when that is meant.
    pub(crate) start: Starter,
    /// Who is told of waits.
    pub(crate) tell: Tell,
}

/// A started embedded drive. It runs until this is dropped.
pub(crate) struct Started {
    /// Where it listens.
    pub(crate) socket: PathBuf,
    /// Its owner's key.
    pub(crate) owner_key: ApiKey,
    /// What keeps it running.
    pub(crate) _keep: Box<dyn Send + Sync>,
}

/// Starts the embedded drive of a folder.
pub(crate) type Starter = fn(PathBuf) -> Starting;

/// An embedded drive that is starting.
pub(crate) type Starting = BoxFuture<'static, Result<Started>>;

/// The way to one drive. Making one costs nothing: connections, certificates and the embedded drive come with the first
/// call.
pub(crate) struct Client {
    setup: Setup,
    base: Url,
    http: Http,
    governor: Governor,
    embedded: OnceCell<Started>,
    install_id: Mutex<InstallId>,
    newest: OnceLock<Release>,
    #[cfg(test)]
    slept: Mutex<Vec<Duration>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.setup.server)
    }
}

impl Client {
    /// A client for a drive.
    ///
    /// # Errors
    /// A bug: the base address is none.
    pub(crate) fn new(setup: Setup) -> Result<Self> {
        Ok(Self {
            base: setup.server.base()?,
            install_id: Mutex::new(setup.install_id),
            http: Http::new(setup.ca.clone(), http::WAITS),
            setup,
            governor: Governor::default(),
            embedded: OnceCell::new(),
            newest: OnceLock::new(),
            #[cfg(test)]
            slept: Mutex::default(),
        })
    }

    /// Which drive.
    pub(crate) fn server(&self) -> &Server {
        &self.setup.server
    }

    /// What the installation is called in headers and bodies of this run.
    pub(crate) fn install_id(&self) -> InstallId {
        *self.install_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The installation got a new identity, because another account has claimed the old one.
    pub(crate) fn set_install_id(&self, id: InstallId) {
        *self.install_id.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    /// The newest version of this program, where the drive named one in an answer of this run.
    pub(crate) fn newest(&self) -> Option<Release> {
        self.newest.get().copied()
    }

    /// Whether the network is off limits.
    pub(crate) fn is_offline(&self) -> bool {
        self.setup.offline && !self.setup.server.is_local()
    }

    /// The cache folder.
    pub(crate) fn cache(&self) -> &Path {
        &self.setup.paths.cache
    }

    /// Whether what was fetched may be kept.
    pub(crate) fn may_keep(&self) -> bool {
        !self.setup.dry_run
    }

    /// The zips that were fetched before.
    pub(crate) fn zips(&self) -> ZipCache {
        ZipCache::new(&self.setup.paths)
    }

    /// The address without a path that routes are joined to.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// The drive's host, for people.
    pub(crate) fn host(&self) -> String {
        match &self.setup.server {
            Server::Local(_) => "the embedded drive".to_owned(),
            Server::Remote(url) => http::host_of(url),
        }
    }

    /// The key of the embedded drive's owner; `None` for any other drive.
    ///
    /// # Errors
    /// When the embedded drive does not start.
    pub(crate) async fn owner_key(&self) -> ApiResult<Option<ApiKey>> {
        match &self.setup.server {
            Server::Local(_) => Ok(Some(self.embedded().await?.owner_key.clone())),
            Server::Remote(_) => Ok(None),
        }
    }

    /// Whether the embedded drive was started by this client, or none is needed: asking it costs nothing new.
    pub(crate) fn is_started(&self) -> bool {
        !self.setup.server.is_local() || self.embedded.initialized()
    }

    async fn embedded(&self) -> ApiResult<&Started> {
        let Server::Local(folder) = &self.setup.server else {
            return Err(Error::internal("only `local` has an embedded drive").into());
        };
        self.embedded.get_or_try_init(|| async { Ok((self.setup.start)(folder.clone()).await?) }).await
    }

    /// The client for the drive's own origin.
    async fn own(&self) -> ApiResult<&reqwest::Client> {
        self.own_with(Pace::Usual).await
    }

    async fn own_with(&self, pace: Pace) -> ApiResult<&reqwest::Client> {
        let reach = match &self.setup.server {
            Server::Remote(url) => Reach::Address(url.clone()),
            Server::Local(_) => Reach::Socket(self.embedded().await?.socket.clone()),
        };
        self.http.own(&reach, pace)
    }

    fn http(&self) -> &Http {
        &self.http
    }

    fn governor(&self) -> &Governor {
        &self.governor
    }

    /// Whether an address is of the drive's own origin.
    fn is_own(&self, url: &Url) -> bool {
        same_origin(url, &self.base)
    }

    /// Joins a path, or an address that a drive gave, to the base.
    fn url(&self, path: &str) -> ApiResult<Url> {
        self.base.join(path).map_err(|_| ApiError::Foreign { what: format!("{} gave no address", self.host()) })
    }

    fn online(&self, what: &str) -> ApiResult<()> {
        if self.is_offline() { Err(ApiError::Offline { what: what.to_owned() }) } else { Ok(()) }
    }

    fn tell(&self, wait: Duration, anonymous: bool) {
        (self.setup.tell)(&Wait { host: self.host(), wait, limited: true, anonymous });
    }

    /// Waits before the next attempt; a wait that was asked for is told. A limit's wait is the governor's.
    async fn rest(&self, error: &ApiError, wait: Duration) {
        if error.is_limited() {
            return;
        }
        if error.retry_after().is_some_and(|asked| asked >= TOLD) {
            (self.setup.tell)(&Wait { host: self.host(), wait, limited: false, anonymous: false });
        }
        self.sleep(wait).await;
    }

    #[cfg(not(test))]
    async fn sleep(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }

    /// Tests do not sleep: they look at what would have been slept.
    #[cfg(test)]
    async fn sleep(&self, wait: Duration) {
        self.slept.lock().unwrap().push(wait);
    }
}
