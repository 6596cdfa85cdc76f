//! What can go wrong: for the operator ([`DriveError`]) and for a client ([`ApiError`], the contract's table).
//!
//! An inner error is logged and never shown to a client.

use std::path::PathBuf;

use axum::Json;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::IntoResponse;
use axum::response::Response;
use skillzdrive_wire::ErrorBody;
use skillzdrive_wire::uploads::ScanFinding;

use crate::github::GithubError;
use crate::inspection;
use crate::repo::read_only;

/// Why the drive could not do something for its operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriveError {
    /// A file or folder of the data folder.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database.
    #[error("the drive's database: {0}")]
    Database(#[from] sqlx::Error),
    /// The artifacts' folder.
    #[error("the drive's artifacts: {0}")]
    Artifacts(#[from] object_store::Error),
    /// The database was written by a newer version of this program.
    #[error("{database} was made by a newer version (schema {found}, this version knows {known})")]
    NewerSchema {
        /// The database: its file, or where it is.
        database: String,
        /// The schema it has.
        found: i64,
        /// The newest this version knows.
        known: i64,
    },
    /// The replicas of a drive have two signing keys.
    #[error("the signing key is another one than that of the drive's other replicas; all need the same")]
    OtherKey,
    /// A setting that cannot be.
    #[error("{0}")]
    Config(String),
    /// A row that this version cannot have written.
    #[error("the drive's database holds something it should not: {0}")]
    Corrupt(String),
    /// A skill that does not fulfil what publishing asks for.
    #[error("{0}")]
    Unpublishable(String),
    /// A skill in which the security rules find something critical.
    #[error("{message}")]
    ScanFailed {
        /// Which one, and the first finding.
        message: String,
        /// All that was found, worst first.
        findings: Vec<ScanFinding>,
    },
    /// A starter skill that could not be packed.
    #[error("starter skill {slug}: {reason}")]
    Starter {
        /// Which one.
        slug: String,
        /// Why.
        reason: String,
    },
    /// A folder in which there is no drive.
    #[error("there is no drive in {}", .0.display())]
    NoDrive(PathBuf),
    /// A drive that has accounts, where an empty one is needed.
    #[error("{0} is not empty")]
    NotEmpty(String),
    /// A backup that cannot be made, or is not what it says that it is.
    #[error("{0}")]
    Backup(String),
    /// A move that cannot be done.
    #[error("{0}")]
    Move(String),
    /// No such public skill.
    #[error("there is no public skill `{0}`")]
    NoSuchSkill(String),
    /// Not in somebody's drive, or not shared so.
    #[error("there is no skill `{slug}` {place}")]
    NotThere {
        /// The skill.
        slug: String,
        /// Where it is not, in words.
        place: String,
    },
    /// No such key, or several that begin like this.
    #[error("{0}")]
    NoSuchKey(String),
    /// No such tier.
    #[error("there is no tier `{0}`")]
    NoSuchTier(String),
    /// No such account.
    #[error("there is no account `{0}`")]
    NoSuchAccount(String),
    /// No such team, or somebody who is no member of it.
    #[error("{0}")]
    NoSuchTeam(String),
    /// The account has no such collection.
    #[error("there is no collection `{0}`")]
    NoSuchCollection(String),
    /// A collection's key still works; this is its id.
    #[error("its key {0} still works, and a collection has one key")]
    KeyWorks(String),
    /// The name is somebody's already.
    #[error("there is an account `{0}` already")]
    AccountTaken(String),
    /// A tree on GitHub cannot be had.
    #[error("{0}")]
    Github(String),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes: {0}")]
    Random(String),
    /// The listener.
    #[error("serving: {0}")]
    Serve(std::io::Error),
}

impl DriveError {
    /// Whether the drive takes no changes, since it is being moved or was.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Database(error) if read_only::is_refusal(error))
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

/// What a client is told when a request fails.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    suggestions: Vec<String>,
    findings: Vec<ScanFinding>,
    retry_after: Option<u64>,
}

/// The longest message that is told whole, in bytes: the name of a zip's entry fits, so that both sides refuse it alike.
const WHOLE_BYTES: usize = 64 << 10;

/// How much of the beginning and of the end of a longer one is told, in characters.
const TOLD_CHARS: usize = 500;

/// What somebody sent stands in a message, and may be of any length; what is wrong with it stands before or behind it.
fn shortened(message: String) -> String {
    if message.len() <= WHOLE_BYTES {
        return message;
    }
    let begin = message.chars().take(TOLD_CHARS);
    let end = message.char_indices().nth_back(TOLD_CHARS - 1).map_or("", |(at, _)| &message[at..]);
    begin.chain(['…']).chain(end.chars()).collect()
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = shortened(message.into());
        Self { status, code, message, suggestions: Vec::new(), findings: Vec::new(), retry_after: None }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", message)
    }

    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "access_denied", message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    pub(crate) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(crate) fn no_skill(slug: &str) -> Self {
        Self::not_found("skill_not_found", format!("there is no skill `{}`", slug.escape_debug()))
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    pub(crate) fn insufficient(needed: u64, balance: i64) -> Self {
        let message = format!("this costs {needed} credits and the balance is {balance}");
        Self::new(StatusCode::PAYMENT_REQUIRED, "insufficient_credits", message)
    }

    pub(crate) fn over_quota(tier: &str, most: u64) -> Self {
        let message = format!("the {most} runs a month of the tier `{tier}` are used up; the next month begins anew");
        Self::new(StatusCode::PAYMENT_REQUIRED, "quota_exceeded", message)
    }

    pub(crate) fn invalid_package(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_package", message)
    }

    /// A skill in which the security rules find something critical.
    pub(crate) fn scan_failed(slug: &str, findings: Vec<ScanFinding>) -> Self {
        let message = inspection::refusal(slug, &findings);
        Self { findings, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "scan_failed", message) }
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "package_too_large", message)
    }

    pub(crate) fn too_many(code: &'static str, message: impl Into<String>, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, message) }
    }

    /// Something that the drive cannot do for now, or on this machine.
    pub(crate) fn unavailable(message: impl Into<String>, retry_after: Option<u64>) -> Self {
        Self { retry_after, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message) }
    }

    /// Something that is not the client's fault: logged, and told without its cause.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the drive could not do this; try again later")
    }

    /// Whether it says that a key is not good.
    pub(crate) fn is_access_denied(&self) -> bool {
        self.code == "access_denied"
    }

    /// The status, the sentence and after how many seconds to try again, for answers of another form.
    pub(crate) fn parts(&self) -> (StatusCode, &str, Option<u64>) {
        (self.status, &self.message, self.retry_after)
    }

    /// What the security rules found, for answers of another form.
    pub(crate) fn findings(&self) -> &[ScanFinding] {
        &self.findings
    }

    pub(crate) fn suggesting(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions;
        self
    }
}

/// Whether an engine's code says that it would have worked at another time: SQLite's for a lock that another process did
/// not give back in time; PostgreSQL's for a lock, a statement or a transaction that took too long or stood in another's
/// way, and for a server that is full, starting or stopping.
fn is_busy(code: &str) -> bool {
    matches!(
        code,
        "5" | "55P03" | "57014" | "25P03" | "40001" | "40P01" | "53300" | "53400" | "57P01" | "57P02" | "57P03"
    )
}

/// Whether PostgreSQL refused a text for a NUL; SQLite keeps them. No name or description needs one.
fn is_nul(error: &DriveError) -> bool {
    match error {
        DriveError::Database(sqlx::Error::Database(inner)) => inner.code().is_some_and(|code| code == "22021"),
        _ => false,
    }
}

impl From<DriveError> for ApiError {
    fn from(error: DriveError) -> Self {
        let busy = match &error {
            DriveError::Database(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
            DriveError::Database(sqlx::Error::Database(inner)) => inner.code().is_some_and(|code| is_busy(&code)),
            DriveError::Database(sqlx::Error::Io(_) | sqlx::Error::BeginFailed | sqlx::Error::WorkerCrashed) => true,
            // What a server that ends in the middle of an answer looks like to the driver.
            DriveError::Database(sqlx::Error::Protocol(_) | sqlx::Error::Tls(_)) => true,
            _ => false,
        };
        if error.is_read_only() {
            return Self::unavailable(
                "the drive is being moved and takes no changes for now; reading goes on",
                Some(30),
            );
        }
        if let DriveError::Artifacts(object_store::Error::Generic { .. }) = &error {
            tracing::warn!(%error, "the store of packages does not answer as it should");
            return Self::unavailable("the store of packages does not answer; try again", Some(5));
        }
        if is_nul(&error) {
            return Self::invalid("a text holds a NUL, which no text here can");
        }
        if !busy {
            return Self::internal(&error);
        }
        tracing::warn!(%error, "the database is busy");
        Self::unavailable("the drive is busy or stopping; try again", Some(2))
    }
}

impl From<GithubError> for ApiError {
    fn from(error: GithubError) -> Self {
        let message = error.to_string();
        match error {
            GithubError::Name(_) => Self::invalid(message),
            GithubError::NotFound(_) => Self::not_found("skill_not_found", message),
            GithubError::Several { urls, .. } => Self::invalid_package(message).suggesting(urls),
            GithubError::Invalid(_) => Self::invalid_package(message),
            GithubError::TooLarge(_) => Self::too_large(message),
            GithubError::Unavailable { seconds, .. } => Self::unavailable(message, seconds),
            GithubError::Drive(error) => error.into(),
        }
    }
}

impl From<GithubError> for DriveError {
    fn from(error: GithubError) -> Self {
        let mut message = error.to_string();
        match error {
            GithubError::Drive(error) => return error,
            GithubError::Invalid(_) => return Self::Unpublishable(message),
            GithubError::Several { urls, .. } => message = format!("{message}: {}", urls.join(", ")),
            _ => {}
        }
        Self::Github(message)
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        Self::from(DriveError::from(error))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            code: self.code.to_owned(),
            message: self.message,
            suggestions: self.suggestions,
            findings: self.findings,
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_keeps_both_ends() {
        for (middle, whole) in [(0, true), (30_000, true), (40_000, false), (900_000, false)] {
            let told = shortened(format!("is refused: `{}` is too deep", "ä".repeat(middle)));
            assert!(told.starts_with("is refused: `") && told.ends_with("` is too deep"), "{told}");
            assert_eq!(told.chars().count() > 2 * TOLD_CHARS + 1, whole && middle > 0, "{middle}");
            assert_eq!(told.contains('…'), !whole, "{middle}");
        }
    }
}
