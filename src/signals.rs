//! The signals that ask the program to end. Nothing here ends it: who waits is told, and stops at a safe point.

use crate::error::Error;
use crate::error::Kind;

/// Ready at ctrl-c or, where there is one, SIGTERM, with the error that ends the command. The signals are caught from
/// the call on, not only from the first wait.
#[cfg(unix)]
pub(crate) fn told_to_end() -> impl Future<Output = Error> + Send {
    use tokio::signal::unix::Signal;
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;

    // Without a handler the signal ends the process by itself.
    let (interrupt, terminate) = (signal(SignalKind::interrupt()).ok(), signal(SignalKind::terminate()).ok());
    async fn come(signal: Option<Signal>) {
        match signal {
            Some(mut signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }
    async move {
        tokio::select! {
            () = come(interrupt) => Error::new(Kind::Interrupted, "interrupted"),
            () = come(terminate) => Error::new(Kind::Terminated, "told to end"),
        }
    }
}

/// Ready at ctrl-c, with the error that ends the command.
#[cfg(not(unix))]
pub(crate) async fn told_to_end() -> Error {
    let _ = tokio::signal::ctrl_c().await;
    Error::new(Kind::Interrupted, "interrupted")
}
