//! The one error of the program: what a person reads, what a script tests, what comes next.
//!
//! Every layer has its own typed error; all of them become this [`Error`] here or at the layer's border, where the
//! [`Kind`] (and so the exit code) and the hints are chosen. Nothing here prints: [`crate::ui`] renders.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::Path;

use skillzdrive_wire::BadName;
use skillzdrive_wire::uploads::ScanFinding;

/// The result of everything that can fail.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure it is. Each has one exit code, and both are a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anything that is not below; several skills failed, each for another reason.
    Failure,
    /// Bad arguments, or an answer was needed and there was nobody to ask.
    Usage,
    /// Some skills done, some not.
    Partial,
    /// No key, 401 or 403.
    Auth,
    /// 404, or what should be removed is not installed.
    NotFound,
    /// Network, time-out, 429 or 5xx after retries, `--offline`.
    Unavailable,
    /// A digest differs, an unsafe or invalid package, an unreadable lockfile.
    Integrity,
    /// 409, a divergence to decide, a lock that another process holds.
    Conflict,
    /// 402, `--max-credits`, a plan over the balance.
    Credits,
    /// `audit` or `scan` found something as bad as `--fail-on` says, or worse.
    Findings,
    /// A bug.
    Internal,
    /// Ctrl-c.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Kind {
    /// The process's exit code.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Auth => 4,
            Self::NotFound => 5,
            Self::Unavailable => 6,
            Self::Integrity => 7,
            Self::Conflict => 8,
            Self::Credits => 9,
            Self::Findings => 10,
            Self::Internal => 70,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The word that `--json` shows.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Usage => "usage",
            Self::Partial => "partial",
            Self::Auth => "auth",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
            Self::Integrity => "integrity",
            Self::Conflict => "conflict",
            Self::Credits => "credits",
            Self::Findings => "findings",
            Self::Internal => "internal",
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
        }
    }
}

/// How a command that finished its work ended. Everything was already shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it was done.
    Done,
    /// It was carried through, but ends with the code of this kind: some skills were not done (`Partial`), all failed
    /// alike (that kind), a conflict was left to decide (`Conflict`).
    Ended(Kind),
    /// A script ran on the drive and ended with this code, which is passed on.
    Script(u8),
}

impl Outcome {
    /// The process's exit code.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Ended(kind) => kind.exit_code(),
            Self::Script(code) => code,
        }
    }

    /// Of two, the one with the higher code: how a command ends that worked on several projects.
    pub(crate) fn worse(self, other: Self) -> Self {
        if other.exit_code() > self.exit_code() { other } else { self }
    }
}

/// What a drive's security rules found in what they refused, worst first. It is a cause that is shown in lines of its own.
#[derive(Debug)]
pub(crate) struct Found(pub(crate) Vec<ScanFinding>);

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the security rules found something")
    }
}

impl std::error::Error for Found {}

/// What went wrong, and what to do about it.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    code: Cow<'static, str>,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    hints: Vec<String>,
    request_id: Option<String>,
}

impl Error {
    /// An error of a kind; its code is the kind's word until [`Error::code`] sets another.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: Cow::Borrowed(kind.word()),
            message: message.into(),
            source: None,
            hints: Vec::new(),
            request_id: None,
        }
    }

    /// Bad arguments, or nobody to ask.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A failed operation on a file: an io error never travels without its path.
    pub(crate) fn io(doing: &str, path: &Path, source: io::Error) -> Self {
        Self::new(Kind::Failure, format!("could not {doing} `{}`", path.display())).code("io").source(source)
    }

    /// A bug of the program.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Kind::Internal, message)
            .hint("this is a bug in skillzdrive: please report it with the command that led here")
    }

    /// Sets the stable code that scripts may test.
    pub(crate) fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = code.into();
        self
    }

    /// Sets the cause.
    pub(crate) fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the next thing to try.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Sets the `X-Request-Id` of the answer that failed.
    pub(crate) fn request_id(mut self, id: Option<String>) -> Self {
        self.request_id = id;
        self
    }

    /// Puts a sentence of what was being done before the message.
    pub(crate) fn context(mut self, doing: impl fmt::Display) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// What sort of failure it is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The stable code.
    pub(crate) fn code_str(&self) -> &str {
        &self.code
    }

    /// The sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The hints, in order.
    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The request's identity, where a drive said one.
    pub(crate) fn request(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// What a drive's security rules found, where that is the cause.
    pub(crate) fn findings(&self) -> &[ScanFinding] {
        let found = self.source.as_ref().and_then(|source| source.downcast_ref::<Found>());
        found.map_or(&[], |found| &found.0)
    }

    /// The chain of causes, outermost first, without those that only repeat what was said before.
    pub(crate) fn causes(&self) -> Vec<String> {
        let mut causes: Vec<String> = Vec::new();
        let mut next = self.source.as_deref().map(|source| source as &dyn std::error::Error);
        while let Some(cause) = next.filter(|cause| !cause.is::<Found>()) {
            let text = cause.to_string();
            if !self.message.contains(&text) && !causes.iter().any(|said| said.contains(&text)) {
                causes.push(text);
            }
            next = cause.source();
        }
        causes
    }

    /// [`Error::one_line`] for a report of several failures: with the name of what failed in front, unless it is in it.
    pub(crate) fn about(&self, name: &str) -> String {
        let line = self.one_line();
        if line.contains(name) { line } else { format!("{name}: {line}") }
    }

    /// Message and causes on one line, for a table row or a report of several failures.
    pub(crate) fn one_line(&self) -> String {
        let mut line = self.message.clone();
        for cause in self.causes() {
            line.push_str(": ");
            line.push_str(&cause);
        }
        line
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<BadName> for Error {
    fn from(bad: BadName) -> Self {
        let kind = if matches!(bad, BadName::ApiKey) { Kind::Auth } else { Kind::Usage };
        Self::new(kind, bad.to_string())
    }
}

impl From<skillzdrive_skill::SkillError> for Error {
    fn from(error: skillzdrive_skill::SkillError) -> Self {
        let kind = match error {
            skillzdrive_skill::SkillError::Io { .. } => Kind::Failure,
            _ => Kind::Integrity,
        };
        Self::new(kind, error.to_string()).code(error.code()).source(error)
    }
}
