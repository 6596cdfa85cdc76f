//! The sandbox: a script of a skill runs where it can reach nothing of the drive.
//!
//! bubblewrap makes the walls: namespaces of its own, no network, no capabilities, an empty environment, and of the
//! machine's files only what [`view`] lists. `prlimit` sets what one process may take, [`watch`] what all of them may
//! together. Without bubblewrap nothing runs: there is no second way. What a script leaves in its folder is a
//! stranger's: the drive counts it and removes it, and never reads it.
//!
//! This module knows nothing of accounts and prices, and must not touch the data folder.

mod filter;
mod folder;
mod process;
mod script;
mod session;
mod view;
mod watch;

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

use crate::config::SandboxLimits;
use folder::Home;
pub(crate) use process::Ended;
pub(crate) use process::Input;
pub(crate) use script::Launch;
pub(crate) use script::ScriptError;
pub(crate) use script::find as find_script;
pub(crate) use session::Owner;
use session::Sessions;
pub(crate) use session::Ticket;

/// Where bubblewrap may lie. The search path of whoever started the drive is no place to look for it.
const PROGRAMS: [&str; 3] = ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"];

/// How long a run waits for one of the places to become free.
const QUEUE: Duration = Duration::from_secs(30);

/// Why nothing was run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    /// There is no bubblewrap, or it cannot make a sandbox here.
    #[error("this drive runs no scripts: {0}")]
    Unavailable(String),
    /// Every place is taken.
    #[error("the drive runs as many scripts as it can; try again")]
    Busy,
    /// No session of that name that the caller may use.
    #[error("there is no such session: it is another's, is over, or was not kept (`reuseSession` keeps one)")]
    NoSession,
    /// The skill could not be unpacked.
    #[error("unpacking the skill: {0}")]
    Unpack(String),
}

/// The sandbox of a drive.
#[derive(Debug)]
pub(crate) struct Sandbox {
    limits: SandboxLimits,
    /// The drive's data, which no script may see wherever it lies.
    hidden: PathBuf,
    home: OnceCell<Home>,
    places: Arc<Semaphore>,
    sessions: Arc<Sessions>,
}

impl Sandbox {
    /// A sandbox; nothing is made before the first run.
    pub(crate) fn new(limits: SandboxLimits, hidden: &Path) -> Self {
        Self {
            hidden: hidden.canonicalize().unwrap_or_else(|_| hidden.to_owned()),
            home: OnceCell::new(),
            places: Arc::new(Semaphore::new(limits.runs_at_once.max(1))),
            sessions: Arc::new(Sessions::new(limits.sessions.max(limits.runs_at_once), limits.session_seconds)),
            limits,
        }
    }

    /// The longest that a run can hold credits back.
    pub(crate) fn longest(&self) -> Duration {
        Duration::from_secs(self.limits.seconds) + process::GRACE * 2
    }

    /// Whether there is something to make a sandbox with.
    ///
    /// # Errors
    /// [`SandboxError::Unavailable`].
    pub(crate) fn check(&self) -> Result<PathBuf, SandboxError> {
        if !cfg!(target_os = "linux") {
            return Err(SandboxError::Unavailable("bubblewrap works on Linux alone".to_owned()));
        }
        let mut candidates: Vec<&Path> = PROGRAMS.iter().map(Path::new).collect();
        if let Some(program) = &self.limits.program {
            candidates = vec![program];
        }
        let found = candidates.into_iter().find(|program| program.is_file()).map(Path::to_owned);
        let bubblewrap = || SandboxError::Unavailable("bubblewrap (bwrap) is not installed on its machine".to_owned());
        let found = found.ok_or_else(bubblewrap)?;
        if view::program("prlimit").is_none() {
            return Err(SandboxError::Unavailable("prlimit of util-linux is not installed on its machine".to_owned()));
        }
        Ok(found)
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// [`SandboxError::Busy`] after half a minute.
    pub(crate) async fn place(&self) -> Result<OwnedSemaphorePermit, SandboxError> {
        let place = tokio::time::timeout(QUEUE, Arc::clone(&self.places).acquire_owned()).await;
        place.ok().and_then(Result::ok).ok_or(SandboxError::Busy)
    }

    /// Opens the session that is asked for, or a fresh one with the skill of `zip` unpacked.
    ///
    /// # Errors
    /// [`SandboxError`].
    pub(crate) async fn session(
        &self,
        owner: &Owner,
        wanted: &session::Wanted,
        zip: bytes::Bytes,
        now: i64,
    ) -> Result<Ticket, SandboxError> {
        let home = self.home.get_or_try_init(|| async { Home::open(self.limits.folder.as_deref()) }).await?;
        self.sessions.open(home, owner, wanted, zip, now).await
    }

    /// Runs a script in a session.
    ///
    /// # Errors
    /// [`SandboxError::Unavailable`] when it never began.
    pub(crate) async fn run(
        &self,
        ticket: &Ticket,
        launch: &Launch,
        input: Input,
        gone: impl Future<Output = ()>,
    ) -> Result<Ended, SandboxError> {
        let program = self.check()?;
        let home = self.home.get().ok_or(SandboxError::NoSession)?;
        let filter = home.filter().map_err(|error| SandboxError::Unavailable(format!("its filter: {error}")))?;
        let view = view::View {
            home: home.etc(),
            work: ticket.folder(),
            hidden: &self.hidden,
            limits: &self.limits,
            filter: filter.as_ref().map(folder::Inherited::number),
        };
        process::run(&program, &view, ticket.uid(), launch, input, gone).await
    }

    /// Lets a session go: it is kept for a while where that was asked for, else it is removed.
    pub(crate) async fn close(&self, ticket: Ticket, keep: bool, now: i64) {
        self.sessions.close(ticket, keep, now).await;
    }
}

pub(crate) use session::Wanted;
