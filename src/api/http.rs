//! The HTTP clients, made when first needed: *own* for the drive's origin, *bare* for every other one.
//!
//! Headers, redirects, proxies and certificates are decided here and nowhere else. The bare clients have no header of
//! ours; no client follows a redirect by itself.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::OnceLock;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use bytes::Bytes;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Certificate;
use reqwest::ClientBuilder;
use reqwest::Response;
use reqwest::Url;

use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::error::Suspect;
use crate::api::server::is_loopback;
use crate::error::Error;
use crate::store::stamp;

/// How long is waited for what does not come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    /// For a connection.
    pub(crate) connect: Duration,
    /// For anything of an answer, and for each [`LEAST`] of its body.
    pub(crate) stall: Duration,
}

/// The waits of the program.
pub(crate) const WAITS: Waits = Waits { connect: Duration::from_secs(10), stall: Duration::from_secs(30) };
/// A body that brings less than this in the time of a stall is one, however evenly it drips. In bytes.
const LEAST: usize = 1024;
/// How long nothing may come from what takes its time: a script that runs.
const SLOW_STALL: Duration = Duration::from_secs(15 * 60);

/// The most that an answer of JSON may weigh, in bytes.
pub(crate) const JSON_CAP: u64 = 16 * 1024 * 1024;

static PROVIDER: Once = Once::new();

/// The clients of one run.
#[derive(Debug)]
pub(crate) struct Http {
    ca: Option<PathBuf>,
    waits: Waits,
    own: OnceLock<reqwest::Client>,
    own_slow: OnceLock<reqwest::Client>,
    bare: OnceLock<reqwest::Client>,
    bare_loopback: OnceLock<reqwest::Client>,
    bare_loopback_tls: OnceLock<reqwest::Client>,
}

/// How soon an answer can be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// At once.
    Usual,
    /// When something that takes its time has ended.
    Slow,
}

/// Where the drive is reached.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// At its address.
    Address(Url),
    /// Through a Unix socket, whatever the address says.
    Socket(PathBuf),
}

impl Http {
    /// Clients that believe the authorities of a file, and wait no longer than this.
    pub(crate) fn new(ca: Option<PathBuf>, waits: Waits) -> Self {
        Self {
            ca,
            waits,
            own: OnceLock::new(),
            own_slow: OnceLock::new(),
            bare: OnceLock::new(),
            bare_loopback: OnceLock::new(),
            bare_loopback_tls: OnceLock::new(),
        }
    }

    /// The client for the drive's own origin.
    ///
    /// # Errors
    /// When the certificates of the system or of `SSL_CERT_FILE` cannot be read.
    pub(crate) fn own(&self, reach: &Reach, pace: Pace) -> ApiResult<&reqwest::Client> {
        let cell = match pace {
            Pace::Usual => &self.own,
            Pace::Slow => &self.own_slow,
        };
        made_once(cell, || {
            let builder = self
                .base()
                .read_timeout(self.stall(pace))
                .user_agent(concat!("skillzdrive/", env!("CARGO_PKG_VERSION")))
                .gzip(true);
            match reach {
                Reach::Address(url) if is_loopback(url) && url.scheme() == "http" => Ok(without_tls(builder)),
                Reach::Address(url) if is_loopback(url) => self.with_ca(builder.no_proxy()),
                Reach::Address(_) => self.with_ca(builder),
                Reach::Socket(path) => socket(without_tls(builder), path),
            }
        })
    }

    /// The client for any other origin: it says nothing of this installation.
    ///
    /// # Errors
    /// As [`Http::own`].
    pub(crate) fn bare(&self, url: &Url) -> ApiResult<&reqwest::Client> {
        if is_loopback(url) && url.scheme() == "http" {
            made_once(&self.bare_loopback, || Ok(without_tls(self.base().no_gzip())))
        } else if is_loopback(url) {
            made_once(&self.bare_loopback_tls, || self.with_ca(self.base().no_gzip().no_proxy()))
        } else {
            made_once(&self.bare, || self.with_ca(self.base().no_gzip()))
        }
    }

    fn base(&self) -> ClientBuilder {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.waits.connect)
            .read_timeout(self.waits.stall)
    }

    /// How long an answer may stall.
    pub(crate) fn stall(&self, pace: Pace) -> Duration {
        match pace {
            Pace::Usual => self.waits.stall,
            Pace::Slow => SLOW_STALL.max(self.waits.stall),
        }
    }

    /// Adds the authorities of `SSL_CERT_FILE` to the system's, which on Linux are no others once the variable is set.
    fn with_ca(&self, builder: ClientBuilder) -> ApiResult<ClientBuilder> {
        let Some(path) = &self.ca else { return Ok(builder) };
        let pem = std::fs::read(path).map_err(|e| Error::io("read the certificates of SSL_CERT_FILE", path, e))?;
        let none = || Error::usage(format!("SSL_CERT_FILE: `{}` holds no certificates in PEM form", path.display()));
        let certificates = Certificate::from_pem_bundle(&pem).map_err(|e| none().source(e.without_url()))?;
        if certificates.is_empty() {
            return Err(none().into());
        }
        Ok(builder.tls_certs_merge(certificates))
    }
}

/// The pieces of a body as they come, while they come fast enough.
pub(crate) struct Pieces {
    response: Response,
    stall: Duration,
    since: Instant,
    came: usize,
}

impl Pieces {
    /// Of an answer whose head is here.
    pub(crate) fn of(response: Response, stall: Duration) -> Self {
        Self { response, stall, since: Instant::now(), came: 0 }
    }

    /// The next one; `what` is what is cut short without it.
    ///
    /// # Errors
    /// [`ApiError::Network`] when the connection breaks, nothing comes, or too little.
    pub(crate) async fn next(&mut self, what: &'static str) -> ApiResult<Option<Bytes>> {
        loop {
            let left = self.stall.saturating_sub(self.since.elapsed());
            let chunk = tokio::time::timeout(left, self.response.chunk()).await;
            let host = || host_of(self.response.url());
            if let Ok(Ok(Some(chunk))) = &chunk {
                self.came += chunk.len();
            }
            if self.since.elapsed() >= self.stall && !matches!(chunk, Ok(Ok(None))) {
                if self.came < LEAST {
                    let cause = format!("it took too long: {} bytes in {} s", self.came, self.stall.as_secs());
                    return Err(ApiError::Network { host: host(), what, cause, suspect: Suspect::Line });
                }
                (self.since, self.came) = (Instant::now(), 0);
            }
            if let Ok(chunk) = chunk {
                return chunk.map_err(|e| network_error(&host(), what, e));
            }
        }
    }
}

fn made_once(
    cell: &OnceLock<reqwest::Client>,
    make: impl FnOnce() -> ApiResult<ClientBuilder>,
) -> ApiResult<&reqwest::Client> {
    if let Some(client) = cell.get() {
        return Ok(client);
    }
    PROVIDER.call_once(|| {
        // An error means that a provider is there already, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let client = make()?.build().map_err(|e| {
        Error::new(crate::error::Kind::Failure, "could not set up HTTPS")
            .code("tls")
            .hint("a slim container may have no certificates: install ca-certificates or set SSL_CERT_FILE")
            .source(e.without_url())
    })?;
    Ok(cell.get_or_init(|| client))
}

/// For this machine alone: no proxy, and no certificates, whose loading takes longer than the request.
fn without_tls(builder: ClientBuilder) -> ClientBuilder {
    builder.no_proxy().tls_certs_only(Vec::new())
}

#[cfg(unix)]
fn socket(builder: ClientBuilder, path: &Path) -> ApiResult<ClientBuilder> {
    Ok(builder.unix_socket(path))
}

#[cfg(not(unix))]
fn socket(_builder: ClientBuilder, path: &Path) -> ApiResult<ClientBuilder> {
    Err(Error::usage(format!("`{}`: this system has no Unix sockets", path.display())).into())
}

/// The cause of a failed request without its address, which may hold a signature.
pub(crate) fn network_error(host: &str, what: &'static str, error: reqwest::Error) -> ApiError {
    let timeout = error.is_timeout();
    let proxy = if error.is_connect() { error.url().and_then(proxy_of) } else { None };
    let what = if error.is_connect() { "could not connect to" } else { what };
    let error = error.without_url();
    let mut causes: Vec<String> = Vec::new();
    let mut next = std::error::Error::source(&error);
    while let Some(cause) = next {
        let text = cause.to_string();
        // The libraries' own names for their layers say nothing to a person.
        let layer = text.starts_with("client error (") || text.starts_with("tunnel error: failed to create");
        if !layer && !causes.iter().any(|said| said.contains(&text)) {
            causes.push(text);
        }
        next = cause.source();
    }
    if timeout {
        causes.insert(0, "it took too long".to_owned());
    }
    if causes.is_empty() {
        causes.push(error.to_string());
    }
    let cause = crate::api::error::sentence(&causes.join(": ")).replace(
        "invalid peer certificate: UnknownIssuer",
        "its certificate is signed by no authority that this machine believes (UnknownIssuer)",
    );
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    let now = || stamp::rfc3339(SystemTime::now());
    if says(&["certificate expired", "certificate not valid yet"]) {
        let is = if says(&["expired"]) { "has run out" } else { "is not valid yet" };
        let cause = format!("its certificate {is}, if it is {} as this machine's clock says", now());
        return ApiError::Network { host: host.to_owned(), what, cause, suspect: Suspect::Clock };
    }
    let suspect = if says(&["not valid for name", "NotValidForName"]) {
        Suspect::Name
    } else if says(&["certificate", "UnknownIssuer", "CertExpired"]) {
        Suspect::Authority
    } else if says(&["proxy authorization required"]) {
        Suspect::ProxyLogin
    } else if proxy.is_some() {
        Suspect::Proxy
    } else {
        Suspect::Line
    };
    let host = match proxy {
        Some(proxy) => format!("{host} through the proxy {proxy}"),
        None => host.to_owned(),
    };
    ApiError::Network { host, what, cause, suspect }
}

/// Through which proxy the client goes to an address: its host and port, never its name and password.
pub(crate) fn proxy_of(url: &Url) -> Option<String> {
    if is_loopback(url) {
        return None;
    }
    let proxy = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
    let host = proxy.uri().host()?;
    Some(proxy.uri().port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// The host of an address with its port where one is written: all that an error says of an address.
pub(crate) fn host_of(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => "an address without a host".to_owned(),
    }
}
