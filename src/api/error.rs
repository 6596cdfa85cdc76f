//! What can go wrong between here and a drive, and which kind, code and hints that has for a person.
//!
//! No text of an error holds a key, a ticket or an address with a query: addresses are named by their host alone.

use std::time::Duration;

use reqwest::StatusCode;
use skillzdrive_wire::ErrorBody;
use skillzdrive_wire::uploads::ScanFinding;
use skillzdrive_wire::uploads::Severity;

use crate::api::retry;
use crate::error::Error;
use crate::error::Found;
use crate::error::Kind;
use crate::nearest;

/// The result of a call.
pub(crate) type ApiResult<T> = std::result::Result<T, ApiError>;

/// No sentence of a stranger is longer than this.
const LONGEST: usize = 600;

/// No more findings of a drive are kept than this; they come worst first.
const MOST_FINDINGS: usize = 50;

/// What a web page where none should be most often is.
const PORTAL: &str = "is there a proxy or a network login between here and the drive?";

/// What a person should look at first when nothing came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspect {
    /// The network, or the drive.
    Line,
    /// The proxy on the way.
    Proxy,
    /// What the proxy is told of who asks.
    ProxyLogin,
    /// Whom this machine believes.
    Authority,
    /// The address: the certificate is another host's.
    Name,
    /// The clock: the certificate has run out, or is not valid yet.
    Clock,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The drive answered, and the answer is no.
    #[error("{}", refusal(.0))]
    Refused(Box<Refusal>),
    /// The answer is not JSON: most often the page of a proxy or of a network that wants a login first.
    #[error("{host} answered {status} with {what} instead of JSON")]
    NotJson {
        /// Who answered.
        host: String,
        /// With which status.
        status: u16,
        /// What came.
        what: String,
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
        /// `X-Request-Id`.
        request_id: Option<String>,
    },
    /// The page of a proxy or of a network that wants a login first, where a package should be.
    #[error("{host} answered with a web page instead of the package")]
    Page {
        /// Who answered.
        host: String,
    },
    /// JSON, but not of the form that the contract gives it.
    #[error("{host} answered {route} in a form that this program does not know{}: {reason}", dialect(route))]
    Dialect {
        /// Who answered.
        host: String,
        /// Method and path.
        route: String,
        /// What is missing or wrong.
        reason: String,
        /// `X-Request-Id`.
        request_id: Option<String>,
    },
    /// Nothing came, or not all of it.
    #[error("{what} {host}: {cause}")]
    Network {
        /// Who was asked.
        host: String,
        /// What failed.
        what: &'static str,
        /// Why.
        cause: String,
        /// What to look at first.
        suspect: Suspect,
    },
    /// More came than is taken.
    #[error("{host} sends more than {limit} bytes for {what}")]
    TooLarge {
        /// Who answered.
        host: String,
        /// What was asked for.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A redirect that is not followed.
    #[error("{host} redirects {what}")]
    Redirect {
        /// Who redirected.
        host: String,
        /// To where, and why that is not followed.
        what: String,
        /// The origin that it names, where that might be the right server.
        origin: Option<String>,
    },
    /// An address outside the drive's own origin where only that is right.
    #[error("{what}")]
    Foreign {
        /// What the address was for.
        what: String,
    },
    /// The bytes are not those that were promised.
    #[error("{what}: expected {expected}, got {got}")]
    Integrity {
        /// What was downloaded.
        what: String,
        /// The digest or size that was promised.
        expected: String,
        /// The one that came.
        got: String,
    },
    /// There is no such thing, found out without an answer that says so.
    #[error("{what}")]
    NotFound {
        /// What is missing.
        what: String,
        /// The stable code.
        code: &'static str,
        /// Up to three nearest names.
        near: Vec<String>,
    },
    /// The network is off limits.
    #[error("{what} needs the network, and this is offline")]
    Offline {
        /// What needed it.
        what: String,
    },
    /// Anything of this machine that failed on the way.
    #[error("{0}")]
    Here(Box<Error>),
}

/// An answer that says no.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// Who answered.
    pub(crate) host: String,
    /// The status.
    pub(crate) status: u16,
    /// The drive's code.
    pub(crate) code: String,
    /// The drive's sentence, cleaned.
    pub(crate) message: String,
    /// The drive's suggestions, cleaned.
    pub(crate) suggestions: Vec<String>,
    /// What the drive's security rules found, cleaned.
    pub(crate) findings: Vec<ScanFinding>,
    /// How long it wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// `X-Request-Id`.
    pub(crate) request_id: Option<String>,
    /// Whether the call had a key.
    pub(crate) with_key: bool,
}

fn refusal(refusal: &Refusal) -> String {
    format!("{} ({} {} from {})", refusal.message, refusal.status, refusal.code, refusal.host)
}

fn dialect(route: &str) -> &'static str {
    if route.contains("drive/sync/") || route.contains("drive/diff") {
        " (this drive speaks another sync dialect)"
    } else {
        ""
    }
}

impl Refusal {
    /// Reads an error body's words.
    pub(crate) fn new(host: String, status: StatusCode, body: ErrorBody) -> Self {
        Self {
            host,
            status: status.as_u16(),
            code: word(&body.code),
            message: sentence(&body.message),
            suggestions: body.suggestions.iter().take(3).map(|text| sentence(text)).collect(),
            findings: body.findings.into_iter().take(MOST_FINDINGS).map(cleaned).collect(),
            retry_after: None,
            request_id: None,
            with_key: false,
        }
    }
}

impl ApiError {
    /// The status of the answer, where there was one.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::NotJson { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Notes whether the call had a key: to some refusals a key is the answer.
    pub(crate) fn with_key(mut self, with_key: bool) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.with_key = with_key;
        }
        self
    }

    /// Whether the same call may succeed a moment later.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            Self::Network { suspect, .. } => matches!(suspect, Suspect::Line | Suspect::Proxy),
            _ => self.status().is_some_and(|status| status == 429 || status == 408 || status >= 500),
        }
    }

    /// Whether the drive wants fewer calls.
    pub(crate) fn is_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// How long the drive wants to be left alone.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::NotJson { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The same error once more, for each thing that it stopped.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(refusal.clone()),
            Self::NotJson { host, status, what, retry_after, request_id } => Self::NotJson {
                host: host.clone(),
                status: *status,
                what: what.clone(),
                retry_after: *retry_after,
                request_id: request_id.clone(),
            },
            Self::Page { host } => Self::Page { host: host.clone() },
            Self::Dialect { host, route, reason, request_id } => Self::Dialect {
                host: host.clone(),
                route: route.clone(),
                reason: reason.clone(),
                request_id: request_id.clone(),
            },
            Self::Network { host, what, cause, suspect } => {
                Self::Network { host: host.clone(), what, cause: cause.clone(), suspect: *suspect }
            }
            Self::TooLarge { host, what, limit } => {
                Self::TooLarge { host: host.clone(), what: what.clone(), limit: *limit }
            }
            Self::Redirect { host, what, origin } => {
                Self::Redirect { host: host.clone(), what: what.clone(), origin: origin.clone() }
            }
            Self::Foreign { what } => Self::Foreign { what: what.clone() },
            Self::Integrity { what, expected, got } => {
                Self::Integrity { what: what.clone(), expected: expected.clone(), got: got.clone() }
            }
            Self::NotFound { what, code, near } => Self::NotFound { what: what.clone(), code, near: near.clone() },
            Self::Offline { what } => Self::Offline { what: what.clone() },
            // Its cause cannot be copied; its kind, code and words can.
            Self::Here(error) => Error::new(error.kind(), error.one_line()).code(error.code_str().to_owned()).into(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Refused(refusal) => kind_of(refusal.status),
            Self::NotJson { status, .. } if *status < 400 => Kind::Unavailable,
            Self::NotJson { status, .. } => kind_of(*status),
            Self::Dialect { .. } | Self::TooLarge { .. } | Self::Redirect { .. } => Kind::Failure,
            Self::Network { .. } | Self::Offline { .. } | Self::Page { .. } => Kind::Unavailable,
            Self::Foreign { .. } | Self::Integrity { .. } => Kind::Integrity,
            Self::NotFound { .. } => Kind::NotFound,
            Self::Here(error) => error.kind(),
        }
    }
}

/// The kind of a status (contract, the table of statuses).
fn kind_of(status: u16) -> Kind {
    match status {
        401 | 403 => Kind::Auth,
        402 => Kind::Credits,
        404 | 410 => Kind::NotFound,
        409 => Kind::Conflict,
        413 | 415 | 422 => Kind::Integrity,
        408 | 429 | 500.. => Kind::Unavailable,
        _ => Kind::Failure,
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Here(Box::new(error))
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let kind = error.kind();
        let message = error.to_string();
        let again = error.retry_after().filter(|wait| *wait > Duration::ZERO).map(retry::when);
        match error {
            ApiError::Here(error) => *error,
            ApiError::Refused(refusal) => {
                let mut error = Self::new(kind, message).code(refusal.code.clone()).request_id(refusal.request_id);
                if !refusal.findings.is_empty() {
                    error = error.source(Found(refusal.findings));
                }
                for suggestion in refusal.suggestions {
                    error = error.hint(suggestion);
                }
                hinted(error, refusal.status, &refusal.code, again, refusal.with_key)
            }
            ApiError::NotJson { status, request_id, .. } => {
                let error = Self::new(kind, message).code("not_json").request_id(request_id);
                if status < 400 {
                    return error.hint(PORTAL);
                }
                hinted(error, status, "not_json", again, false)
            }
            ApiError::Page { .. } => Self::new(kind, message).code("web_page").hint(PORTAL),
            ApiError::Dialect { request_id, .. } => Self::new(kind, message)
                .code("dialect")
                .request_id(request_id)
                .hint("check --server; a newer skillzdrive may know this drive"),
            ApiError::Network { suspect, .. } => Self::new(kind, message).code("network").hint(match suspect {
                Suspect::Line => "check the network and --server; --offline works from what is on this machine",
                Suspect::Proxy => {
                    "check HTTPS_PROXY, ALL_PROXY and NO_PROXY; NO_PROXY names the hosts that need no proxy"
                }
                Suspect::ProxyLogin => "set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT",
                Suspect::Authority => {
                    "set SSL_CERT_FILE to a file with your certificate authority, and check the clock"
                }
                Suspect::Clock => "check this machine's date and time; if they are right, tell the drive's operator",
                Suspect::Name => {
                    "check --server; no authority in SSL_CERT_FILE makes one host's certificate good for another"
                }
            }),
            ApiError::TooLarge { .. } => Self::new(kind, message).code("too_large"),
            ApiError::Redirect { origin, .. } => {
                let error = Self::new(kind, message).code("redirect");
                match origin {
                    Some(origin) => error.hint(format!("if you trust it: --server {origin}")),
                    None => error,
                }
            }
            ApiError::Foreign { .. } => Self::new(kind, message).code("foreign_address"),
            ApiError::Integrity { .. } => Self::new(kind, message)
                .code("content_sha_mismatch")
                .hint("nothing was kept; try again, and tell the drive's operator if it stays"),
            ApiError::NotFound { code, near, .. } => {
                let error = Self::new(kind, message).code(code);
                match near.is_empty() {
                    true if code == "collection_not_found" => error.hint("skillzdrive collection list"),
                    true => error.hint("skillzdrive search WORDS"),
                    false => error.hint(nearest::offer(&near)),
                }
            }
            ApiError::Offline { .. } => Self::new(kind, message).code("offline").hint("leave --offline away"),
        }
    }
}

fn hinted(error: Error, status: u16, code: &str, again: Option<String>, with_key: bool) -> Error {
    match status {
        401 if code == "invalid_ticket" => error.hint("the upload's ticket ran out: try again"),
        401 => error.hint("skillzdrive login"),
        402 => error.hint("skillzdrive credits"),
        403 if code == "premium_source_restricted" => error,
        403 => error.hint("this needs an all-skills key; skillzdrive whoami shows which key is used here"),
        404 if code == "collection_not_found" => error.hint("skillzdrive collection list"),
        409 if code == "collection_exists" => error.hint("choose another name, or: skillzdrive collection edit NAME"),
        409 if code == "collection_ineligible" => error
            .hint("it names no skills of its own; to make it a slice: skillzdrive collection edit NAME --skill SLUG"),
        429 => {
            let error = error.hint(format!("try again {}", again.unwrap_or_else(|| "later".to_owned())));
            if with_key {
                return error;
            }
            error.hint("skillzdrive login: with a key there is no limit of one request a minute")
        }
        500.. => error.hint(format!("try again {}", again.unwrap_or_else(|| "later".to_owned()))),
        _ => error,
    }
}

/// A stranger's sentence: one line without control characters, no longer than a paragraph, no key. What else cannot be
/// seen is taken out where it is shown.
pub(crate) fn sentence(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    let mut line = visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(cut);
        line.push('…');
    }
    redact(&line)
}

/// A stranger's finding: each part of it made harmless.
fn cleaned(finding: ScanFinding) -> ScanFinding {
    ScanFinding {
        rule: word(&finding.rule),
        severity: Severity::from(word(finding.severity.as_str()).as_str()),
        path: sentence(&finding.path),
        line: finding.line,
        column: finding.column,
        message: sentence(&finding.message),
        help: sentence(&finding.help),
        excerpt: finding.excerpt.as_deref().map(sentence),
    }
}

/// A stranger's code: a word of `a-z 0-9 _ -`, or `unknown`.
fn word(text: &str) -> String {
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    if fits && !text.contains("_live_") { text.to_owned() } else { "unknown".to_owned() }
}

/// Hides what looks like a key or a ticket, should a drive repeat it, and the queries of addresses.
fn redact(text: &str) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            if let Some(at) =
                ["sk_live_", "ut_live_", "ac_live_", "whsec_"].iter().filter_map(|mark| word.find(mark)).min()
            {
                format!("{}(redacted)", &word[..at])
            } else if let (Some(_), Some(at)) = (word.find("://"), word.find('?')) {
                format!("{}?(redacted)", &word[..at])
            } else {
                word.to_owned()
            }
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> Error {
        let body = ErrorBody { code: code.into(), message: "no".into(), suggestions: Vec::new(), findings: Vec::new() };
        let status = StatusCode::from_u16(status).unwrap();
        ApiError::Refused(Box::new(Refusal::new("drive.example".into(), status, body))).into()
    }

    #[test]
    fn every_status_has_its_kind() {
        for (status, kind) in [
            (400, Kind::Failure),
            (401, Kind::Auth),
            (402, Kind::Credits),
            (403, Kind::Auth),
            (404, Kind::NotFound),
            (409, Kind::Conflict),
            (413, Kind::Integrity),
            (415, Kind::Integrity),
            (422, Kind::Integrity),
            (429, Kind::Unavailable),
            (500, Kind::Unavailable),
            (503, Kind::Unavailable),
        ] {
            assert_eq!(refused(status, "x").kind(), kind, "{status}");
        }
        assert_eq!(refused(401, "access_denied").hints(), ["skillzdrive login"]);
        assert_eq!(refused(404, "skill_not_found").code_str(), "skill_not_found");
        assert_eq!(refused(404, "Evil\u{1b}[31m").code_str(), "unknown");
    }

    #[test]
    fn what_a_drive_says_is_made_harmless() {
        let said = sentence("bad\u{1b}[2J key sk_live_canary0123 at https://s.example/x.zip?token=canary now");
        assert_eq!(said, "bad[2J key (redacted) at https://s.example/x.zip?(redacted) now");
        assert_eq!(sentence(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }
}
