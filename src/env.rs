//! Every environment variable that the program reads: its name, its meaning and the one getter.
//!
//! Nothing else may call `std::env::var` (a lint holds that), so this page is the whole list.

use std::ffi::OsString;
use std::path::PathBuf;

use skillzdrive_wire::Secret;

/// One folder for settings, data, state and cache, instead of the platform's four.
pub(crate) const HOME_DIR: &str = "SKILLZDRIVE_HOME";
/// The drive: a URL, `local` or `local:DIR`.
pub(crate) const SERVER: &str = "SKILLZDRIVE_SERVER";
/// An API key; it wins over the keyring, is never saved, and belongs to the server of flag, environment or user file.
pub(crate) const API_KEY: &str = "SKILLZDRIVE_API_KEY";
/// `file` keeps keys in a file that only their owner can read, without asking the system's keyring.
pub(crate) const CREDENTIAL_STORE: &str = "SKILLZDRIVE_CREDENTIAL_STORE";
/// Work without the network, like `--offline`.
pub(crate) const OFFLINE: &str = "SKILLZDRIVE_OFFLINE";
/// No line about a newer version of this program.
pub(crate) const NO_UPDATE_NOTICE: &str = "SKILLZDRIVE_NO_UPDATE_NOTICE";
/// What shows a long output page by page; it goes before `PAGER`.
pub(crate) const OWN_PAGER: &str = "SKILLZDRIVE_PAGER";
/// The same for every program.
pub(crate) const PAGER: &str = "PAGER";
/// How `less` behaves, where the person said so.
pub(crate) const LESS: &str = "LESS";
/// In which characters `less` reads, where the person said so.
pub(crate) const LESSCHARSET: &str = "LESSCHARSET";
/// Plain lines for a screen reader: no colour, nothing that is drawn anew, questions that are answered by a line.
pub(crate) const PLAIN: &str = "SKILLZDRIVE_PLAIN";
/// What the terminal can do; `dumb` is plain.
pub(crate) const TERM: &str = "TERM";
/// Where Cargo keeps what it installs; `self update` looks there.
pub(crate) const CARGO_HOME: &str = "CARGO_HOME";
/// Where programs keep what belongs to this machine alone, on Windows.
pub(crate) const LOCAL_APP_DATA: &str = "LOCALAPPDATA";
/// A mirror of GitHub for `install`: its REST interface lies below `/api` there, its archives below `/archives`.
pub(crate) const GITHUB_URL: &str = "SKILLZDRIVE_GITHUB_URL";
/// A token for GitHub's REST interface, whose limit without one is small. It goes to api.github.com and nowhere else.
pub(crate) const GH_TOKEN: &str = "GH_TOKEN";
/// The same where that one is not set: what GitHub's own runners call it.
pub(crate) const GITHUB_TOKEN: &str = "GITHUB_TOKEN";
/// The program that opens web pages, or several with `:` between them; `%s` in it is the address.
pub(crate) const BROWSER: &str = "BROWSER";
/// The editor of `config edit`; it goes before `EDITOR`.
pub(crate) const VISUAL: &str = "VISUAL";
/// The editor of `config edit`.
pub(crate) const EDITOR: &str = "EDITOR";
/// A shell asks what completes the words so far; its script sets it.
pub(crate) const COMPLETE: &str = "COMPLETE";
/// The person's shell; `completions --install` writes for it.
pub(crate) const SHELL: &str = "SHELL";
/// The width of tables in columns, where the terminal's own should not count.
pub(crate) const COLUMNS: &str = "COLUMNS";
/// A continuous integration service: `--locked` is the default and nothing is asked.
pub(crate) const CI: &str = "CI";
/// A coding agent that runs this program says so: nothing is asked, and the output is terse. `0` denies it, whatever else
/// is set.
pub(crate) const AI_AGENT: &str = "AI_AGENT";
/// The variables by which single agents say the same.
const AGENT_MARKS: [&str; 11] = [
    "ANTIGRAVITY_AGENT",
    "AUGMENT_AGENT",
    "CLAUDECODE",
    "CLINE_ACTIVE",
    "CODEX_CI",
    "CODEX_SANDBOX",
    "CODEX_THREAD_ID",
    "CURSOR_AGENT",
    "GEMINI_CLI",
    "GOOSE_TERMINAL",
    "OPENCODE",
];
/// Counted, not tracked: each telemetry event carries a fresh random install id, no slugs, no metadata.
pub(crate) const DO_NOT_TRACK: &str = "DO_NOT_TRACK";
/// A file of certificate authorities, PEM: on Linux instead of the system's, elsewhere besides them.
pub(crate) const SSL_CERT_FILE: &str = "SSL_CERT_FILE";
/// No colour, when not empty.
pub(crate) const NO_COLOR: &str = "NO_COLOR";
/// No colour, when `0`.
pub(crate) const CLICOLOR: &str = "CLICOLOR";
/// Colour even into a pipe, unless empty or `0`.
pub(crate) const CLICOLOR_FORCE: &str = "CLICOLOR_FORCE";
/// What Windows calls this machine; a login's key is named by it.
#[cfg(not(unix))]
pub(crate) const COMPUTER_NAME: &str = "COMPUTERNAME";
/// Where desktop programs keep their settings; also where some agents keep their skills.
pub(crate) const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";
/// Where programs keep their data; bash looks for completions there.
pub(crate) const XDG_DATA_HOME: &str = "XDG_DATA_HOME";
/// Where programs keep their state; another manager's lockfile may lie there.
pub(crate) const XDG_STATE_HOME: &str = "XDG_STATE_HOME";
/// The variables by which agents are told where their home is (`agents/agents.toml`).
pub(crate) const AGENT_HOMES: [&str; 9] = [
    "APPDATA",
    "AUTOHAND_HOME",
    "CLAUDE_CONFIG_DIR",
    "CODEX_HOME",
    "FLATPAK_XDG_CONFIG_HOME",
    "GROK_HOME",
    "HERMES_HOME",
    "SARVAM_HOME",
    "VIBE_HOME",
];

/// What `serve` alone reads: where many replicas keep what they have in common.
#[cfg(feature = "drive")]
pub(crate) mod serve {
    /// The address of a PostgreSQL database, with its password.
    pub(crate) const DATABASE: &str = "SKILLZDRIVE_DATABASE";
    /// How many connections to it there may be at once.
    pub(crate) const DATABASE_CONNECTIONS: &str = "SKILLZDRIVE_DATABASE_CONNECTIONS";
    /// The address of an object store.
    pub(crate) const ARTIFACTS: &str = "SKILLZDRIVE_ARTIFACTS";
    /// The key that addresses and webhooks are signed with, in hexadecimal digits.
    pub(crate) const SIGNING_KEY: &str = "SKILLZDRIVE_SIGNING_KEY";
    /// The keys of an S3 store, where it is, and where its keys are good.
    pub(crate) const AWS_ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
    /// The secret one of the two keys.
    pub(crate) const AWS_SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
    /// What comes with keys that were given for a time.
    pub(crate) const AWS_SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
    /// Where the bucket is.
    pub(crate) const AWS_REGION: &str = "AWS_REGION";
    /// The address of a store that is not Amazon's.
    pub(crate) const AWS_ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";
    /// A file with the key of a service account, for `gs://`.
    pub(crate) const GOOGLE_SERVICE_ACCOUNT: &str = "GOOGLE_SERVICE_ACCOUNT";
    /// The key itself, as JSON.
    pub(crate) const GOOGLE_SERVICE_ACCOUNT_KEY: &str = "GOOGLE_SERVICE_ACCOUNT_KEY";
    /// The account of an Azure store.
    pub(crate) const AZURE_STORAGE_ACCOUNT_NAME: &str = "AZURE_STORAGE_ACCOUNT_NAME";
    /// The account's key.
    pub(crate) const AZURE_STORAGE_ACCOUNT_KEY: &str = "AZURE_STORAGE_ACCOUNT_KEY";
    /// Where `/metrics` is answered.
    pub(crate) const METRICS: &str = "SKILLZDRIVE_METRICS";
    /// The form of a line of the log: `text` or `json`.
    pub(crate) const LOG_FORMAT: &str = "SKILLZDRIVE_LOG_FORMAT";
    /// The least important line that is written.
    pub(crate) const LOG_LEVEL: &str = "SKILLZDRIVE_LOG_LEVEL";
    /// The networks of proxies that are believed, with commas between them.
    pub(crate) const TRUSTED_PROXIES: &str = "SKILLZDRIVE_TRUSTED_PROXIES";
    /// The header that they write.
    pub(crate) const PROXY_HEADER: &str = "SKILLZDRIVE_PROXY_HEADER";
    /// How long requests are still taken after the signal to end, in seconds.
    pub(crate) const DRAIN_DELAY: &str = "SKILLZDRIVE_DRAIN_DELAY";
    /// How long those that are under way then have, in seconds.
    pub(crate) const DRAIN_TIMEOUT: &str = "SKILLZDRIVE_DRAIN_TIMEOUT";
    /// How many connections of clients there may be at once.
    pub(crate) const MAX_CONNECTIONS: &str = "SKILLZDRIVE_MAX_CONNECTIONS";
    /// A collector of OpenTelemetry's spans.
    pub(crate) const OTLP: &str = "SKILLZDRIVE_OTLP";
    /// The headers that it wants, NAME=VALUE with commas between them.
    pub(crate) const OTLP_HEADERS: &str = "SKILLZDRIVE_OTLP_HEADERS";
}

/// The text of a variable; `None` when it is unset, empty or not Unicode.
pub(crate) fn text(name: &str) -> Option<String> {
    raw(name).and_then(|value| value.into_string().ok()).filter(|text| !text.is_empty())
}

/// The text of a variable that may also be set to nothing; `None` when it is unset or not Unicode.
pub(crate) fn set(name: &str) -> Option<String> {
    raw(name).and_then(|value| value.into_string().ok())
}

/// A variable as a path; `None` when it is unset or empty.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    raw(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Whether a switch is on: set, and not empty, `0` or `false`.
pub(crate) fn switch(name: &str) -> bool {
    text(name).is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
}

/// The variables of our own, by name: which of them are set says much about a report.
pub(crate) fn names() -> [&'static str; 12] {
    [
        SERVER,
        API_KEY,
        CREDENTIAL_STORE,
        HOME_DIR,
        OFFLINE,
        GITHUB_URL,
        SSL_CERT_FILE,
        CI,
        DO_NOT_TRACK,
        NO_UPDATE_NOTICE,
        OWN_PAGER,
        PLAIN,
    ]
}

/// Whether a coding agent runs this program.
pub(crate) fn inside_agent() -> bool {
    if text(AI_AGENT).is_some() {
        return switch(AI_AGENT);
    }
    AGENT_MARKS.into_iter().any(switch)
}

/// The token for GitHub, where there is one.
pub(crate) fn github_token() -> Option<Secret> {
    text(GH_TOKEN).or_else(|| text(GITHUB_TOKEN)).map(|token| Secret::new(token.trim()))
}

/// What this machine is called, cut to what a name may hold; `None` when the system does not say.
pub(crate) fn machine() -> Option<String> {
    #[cfg(unix)]
    let name = Some(rustix::system::uname().nodename().to_string_lossy().into_owned());
    #[cfg(not(unix))]
    let name = text(COMPUTER_NAME);
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.map(|name| name.chars().filter(fits).take(60).collect::<String>()).filter(|name| !name.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "this is the one getter")]
fn raw(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
