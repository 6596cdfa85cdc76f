//! What an operator decides: where the drive lies, how it is reached, what it costs.
//!
//! This module must not read the environment or a file: the program does, and hands a value over.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use skillzdrive_wire::Secret;

use crate::error::DriveError;
use crate::pace::Pace;
use crate::proxies::Network;
use crate::signing::unhex;

/// The source of the time, in milliseconds since 1970.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// A clock of the caller's own, for tests.
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
    }

    pub(crate) fn now(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What things cost, in credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    /// A public skill that is on the machine enters the drive.
    pub claim: u64,
    /// A home-made skill enters the drive.
    pub upload: u64,
    /// An update is accepted.
    pub accept: u64,
    /// A marketplace skill is imported.
    pub import: u64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { claim: 1, upload: 1, accept: 1, import: 1 }
    }
}

/// How much is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Anonymous `GET skills` and `GET skills/:slug` together, per minute and address.
    pub anonymous_per_minute: u32,
    /// Every other anonymous route, per minute and address.
    pub open_per_minute: u32,
    /// How many keys and tickets that are unknown, or work no more, an address may show a minute.
    pub wrong_keys_per_minute: u32,
    /// How many collections an account may have, each with its key.
    pub collections: usize,
    /// The largest JSON body in bytes.
    pub json_bytes: usize,
    /// The largest package in bytes.
    pub package_bytes: usize,
    /// How many packages are read at the same time; each may fill `package_bytes` of memory and more.
    pub packages_at_once: usize,
    /// How many repositories are fetched at the same time; each may fill 100 MiB of memory and more.
    pub imports_at_once: usize,
    /// Live upload tickets of one user.
    pub live_tickets: u64,
    /// How long a client may take to send the head of a request, and how long a connection may wait for the next one.
    pub head_time: Duration,
    /// The largest head of a request in bytes.
    pub head_bytes: usize,
    /// The most headers that a request may have.
    pub headers: usize,
    /// How slowly a client may send the body of a request, or take an answer.
    pub pace: Pace,
    /// How many connections there are at the same time; more are told so and closed.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            anonymous_per_minute: 1,
            open_per_minute: 600,
            wrong_keys_per_minute: 600,
            collections: 10_000,
            json_bytes: 16 << 20,
            package_bytes: 64 << 20,
            packages_at_once: 4,
            imports_at_once: 2,
            live_tickets: 5,
            head_time: Duration::from_secs(30),
            head_bytes: 32 << 10,
            headers: 100,
            pace: Pace::default(),
            connections: 4_096,
        }
    }
}

/// The header in which a proxy tells the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForwardedBy {
    /// `X-Forwarded-For`, which nearly all write.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedBy {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

/// Which proxies are believed, and what of theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The addresses of those that are trusted. Where there are any, nobody else is believed.
    pub trusted: Vec<Network>,
    /// The header that they write.
    pub header: ForwardedBy,
}

/// A collector of OpenTelemetry's spans.
#[cfg(feature = "otel")]
#[derive(Debug, Clone)]
pub struct TraceTarget {
    /// Its address, to which `/v1/traces` is added.
    pub url: String,
    /// Headers that it wants, keys of it mostly.
    pub headers: Vec<(String, Secret)>,
}

/// How the drive stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draining {
    /// How long it still takes requests after it was told to, while `/readyz` says that it should get none.
    pub delay: Duration,
    /// How long those that are under way then have.
    pub patience: Duration,
}

impl Default for Draining {
    fn default() -> Self {
        Self { delay: Duration::ZERO, patience: Duration::from_secs(10) }
    }
}

/// How much a script may take in the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxLimits {
    /// bubblewrap; `None`: where systems have it.
    pub program: Option<PathBuf>,
    /// Where the sessions' folders are made; `None`: among the system's temporary files.
    pub folder: Option<PathBuf>,
    /// How long a run may take, in seconds; each of its processes may also take so much of a processor.
    pub seconds: u64,
    /// How many processes and threads a run may have at once.
    pub processes: u64,
    /// How much memory they may take together, in bytes.
    pub memory_bytes: u64,
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// How much the session's folder may hold, in bytes.
    pub disk_bytes: u64,
    /// How much `/tmp` may hold, in bytes; it is in memory and gone with the run.
    pub temp_bytes: u64,
    /// How much of standard output, and of standard error, is taken, in bytes.
    pub output_bytes: usize,
    /// How many scripts run at the same time.
    pub runs_at_once: usize,
    /// How many sessions there are at the same time, those that wait for another run included.
    pub sessions: usize,
    /// How long a session is kept after a run, in seconds.
    pub session_seconds: u64,
}

impl Default for SandboxLimits {
    fn default() -> Self {
        Self {
            program: None,
            folder: None,
            seconds: 60,
            processes: 64,
            memory_bytes: 512 << 20,
            file_bytes: 256 << 20,
            disk_bytes: 512 << 20,
            temp_bytes: 64 << 20,
            output_bytes: 1 << 20,
            runs_at_once: 4,
            sessions: 32,
            session_seconds: 300,
        }
    }
}

/// Where GitHub is, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubHosts {
    /// Its REST interface.
    pub api: String,
    /// Where the archives of its repositories are.
    pub archives: String,
}

impl Default for GithubHosts {
    fn default() -> Self {
        Self { api: "https://api.github.com".to_owned(), archives: "https://codeload.github.com".to_owned() }
    }
}

/// An object store for artifacts, and what its client is told.
#[derive(Debug, Clone)]
pub struct ArtifactStore {
    /// `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`, `az://CONTAINER/PREFIX` or `file:///FOLDER`.
    pub url: String,
    /// Keys and where they are good, by the names that the stores' own programs have for them: `AWS_ACCESS_KEY_ID` …
    pub settings: Vec<(String, Secret)>,
}

/// The secret that addresses and webhooks are signed with; the same for all replicas of a drive.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// Takes a key as a file holds it: 32 bytes, or 64 hexadecimal digits with white space around them.
    ///
    /// # Errors
    /// [`DriveError::Config`].
    pub fn new(bytes: &[u8]) -> Result<Self, DriveError> {
        if let Ok(key) = bytes.try_into() {
            return Ok(Self(key));
        }
        let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
        let wrong = || DriveError::Config("a signing key is 32 bytes, or 64 hexadecimal digits".to_owned());
        unhex(text).map(Self).ok_or_else(wrong)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(redacted)")
    }
}

/// Everything an operator decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the database, the artifacts and the secrets; it is made with mode 0700.
    pub data_dir: PathBuf,
    /// The address of a PostgreSQL database, `postgres://…`; `None`: SQLite in the data folder.
    pub database: Option<Secret>,
    /// How many connections to PostgreSQL there may be at once.
    pub database_connections: u32,
    /// Where the artifacts are; `None`: in the data folder.
    pub artifacts: Option<ArtifactStore>,
    /// What is signed with; `None`: a key of the drive's own, in the data folder.
    pub signing_key: Option<SigningKey>,
    /// What addresses are built from, without a slash at the end. `None`: from the request's checked `Host`.
    pub public_url: Option<String>,
    /// Whether there is a proxy in front. Where no address of one is known, whoever connects is it, and its entry in the
    /// header, the last one, tells the client's address.
    pub behind_proxy: bool,
    /// The proxies in front, where their addresses are known.
    pub proxies: Proxies,
    /// How it stops.
    pub draining: Draining,
    /// Host names that may stand in `Host`, besides those of `public_url` and the listening address.
    pub allowed_hosts: Vec<String>,
    /// How much is too much.
    pub limits: Limits,
    /// How much a script may take in the sandbox.
    pub sandbox: SandboxLimits,
    /// What things cost.
    pub costs: Costs,
    /// Whether anything costs at all; the embedded drive charges nothing.
    pub charges: bool,
    /// Whether an empty drive gets the starter marketplace when it is opened.
    pub starter: bool,
    /// The name in `/marketplace.json`, kebab-case.
    pub marketplace_name: String,
    /// What a new account starts with, in credits.
    pub signup_credits: u64,
    /// Whether webhooks (and imports) may go to addresses that are not on the public internet, and over plain `http`.
    pub allow_private_webhooks: bool,
    /// How long the receiver of a webhook has to answer.
    pub webhook_patience: Duration,
    /// Where trees are imported from.
    pub github: GithubHosts,
    /// A token for GitHub's REST interface, whose limit without one is small. It is asked only what commit a branch is
    /// at; the archives are fetched without it, so that nobody gets what only the token's owner may read.
    pub github_token: Option<Secret>,
    /// A file of certificate authorities, PEM, to believe besides the system's.
    pub certificates: Option<PathBuf>,
    /// Where spans of requests are sent.
    #[cfg(feature = "otel")]
    pub traces: Option<TraceTarget>,
    /// Who runs commands on this drive, as its log of acts names them; `None`: `operator`.
    pub operator: Option<String>,
    /// The time.
    pub clock: Clock,
}

impl Config {
    /// The settings of a drive on a port.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            database: None,
            database_connections: 16,
            artifacts: None,
            signing_key: None,
            public_url: None,
            behind_proxy: false,
            proxies: Proxies::default(),
            draining: Draining::default(),
            allowed_hosts: Vec::new(),
            limits: Limits::default(),
            sandbox: SandboxLimits::default(),
            costs: Costs::default(),
            charges: true,
            starter: false,
            marketplace_name: "skillzdrive".to_owned(),
            signup_credits: 1_000,
            allow_private_webhooks: false,
            webhook_patience: Duration::from_secs(5),
            github: GithubHosts::default(),
            github_token: None,
            certificates: None,
            #[cfg(feature = "otel")]
            traces: None,
            operator: None,
            clock: Clock::system(),
        }
    }

    /// The settings of the embedded drive of one person: nothing costs, and the starter marketplace is there.
    #[must_use]
    pub fn local(data_dir: impl Into<PathBuf>) -> Self {
        Self { charges: false, starter: true, ..Self::new(data_dir) }
    }
}
