//! The signals that ask the program to end. The first one is told to who waits, and who works on the disk asks for it at
//! each safe point; a second one ends the process from here, whatever is being done. Nothing here prints.

use std::io;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// The first signal that came, for those who cannot wait for it.
static TOLD: OnceLock<Kind> = OnceLock::new();

/// How the terminal is given back while a person is being asked.
static QUESTION: Mutex<Option<fn()>> = Mutex::new(None);

/// Whether ctrl-c is another's matter for the moment.
static DEAF: AtomicBool = AtomicBool::new(false);

/// While it is there, ctrl-c is left to the program that has the terminal: a pager. It does not end this one.
pub(crate) struct Deaf;

impl Deaf {
    /// Stops listening.
    pub(crate) fn to_interrupts() -> Self {
        DEAF.store(true, Ordering::SeqCst);
        // A command that waits for nothing has no handler, and the signal would end it: one that does nothing is set. It
        // stays set, which is no harm, for what is shown page by page is the last that such a command does.
        // A thread of its own may start and end a runtime wherever this one is.
        let _ = std::thread::spawn(|| {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                let _inside = runtime.enter();
                let _ = Signals::catch();
            }
        })
        .join();
        Self
    }
}

impl Drop for Deaf {
    fn drop(&mut self) {
        DEAF.store(false, Ordering::SeqCst);
    }
}

fn error(kind: Kind) -> Error {
    Error::new(kind, if kind == Kind::Terminated { "told to end" } else { "interrupted" })
}

/// A safe point: what is begun is complete, and nothing more need be.
///
/// # Errors
/// The error that ends the command, once a signal has come.
pub(crate) fn safe_point() -> Result<()> {
    TOLD.get().map_or(Ok(()), |kind| Err(error(*kind)))
}

/// A question that is open. Nothing is being done meanwhile, and nobody may answer: the first signal ends the process.
pub(crate) struct Question;

impl Question {
    /// Opens one; `leave` gives the terminal back.
    pub(crate) fn open(leave: fn()) -> Self {
        *QUESTION.lock().unwrap_or_else(PoisonError::into_inner) = Some(leave);
        Self
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        *QUESTION.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The signals, caught from the moment that this value is there.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::SignalKind;
        use tokio::signal::unix::signal;
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> Kind {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => {
                    if !DEAF.load(Ordering::SeqCst) {
                        return Kind::Interrupted;
                    }
                }
                _ = self.terminate.recv() => return Kind::Terminated,
            }
        }
    }
}

/// Ctrl-c, which is all that there is elsewhere.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn catch() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Kind {
        loop {
            let _ = tokio::signal::ctrl_c().await;
            if !DEAF.load(Ordering::SeqCst) {
                return Kind::Interrupted;
            }
        }
    }
}

/// Ready at the first signal, with the error that ends the command. A second one ends the process at once: what was
/// begun is in the journal and the trash, so the next run finds it.
///
/// The signals are caught from the call on, and by a thread of its own: the command's may be held by the disk, a lock or
/// a question.
pub(crate) fn told_to_end() -> impl Future<Output = Error> + Send {
    let (tell, told) = tokio::sync::oneshot::channel();
    // Without a handler the signal ends the process by itself.
    let _ = watch(tell);
    async move {
        match told.await {
            Ok(kind) => error(kind),
            Err(_) => std::future::pending().await,
        }
    }
}

fn watch(tell: tokio::sync::oneshot::Sender<Kind>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::catch()?
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            let first = signals.next().await;
            let _ = TOLD.set(first);
            let _ = tell.send(first);
            let question = *QUESTION.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(leave) = question {
                leave();
                end_at_once(first);
            }
            let second = signals.next().await;
            end_at_once(if second == Kind::Terminated { second } else { first });
        });
    })?;
    Ok(())
}

#[expect(clippy::exit, reason = "a person who asks twice does not want to wait for a safe point")]
fn end_at_once(kind: Kind) {
    std::process::exit(i32::from(kind.exit_code()));
}
