//! The signals that ask the program to end. At the first one who waits is told, and stops at a safe point; only a second
//! one ends the process from here.

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

/// After a first signal: a second one ends the process at once, whatever is still being done. What was begun is in the
/// journal and the trash, so the next run finds it.
pub(crate) fn end_at_once_on_the_next(first: &Error) {
    let code = i32::from(first.kind().exit_code());
    // A thread of its own: the command's runtime is busy ending. Without it the first signal's way is the only one.
    let _ = std::thread::Builder::new().name("second signal".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        let second = runtime.block_on(async { told_to_end().await });
        #[expect(clippy::exit, reason = "a person who asks twice does not want to wait for a safe point")]
        std::process::exit(if second.kind() == Kind::Terminated { i32::from(second.kind().exit_code()) } else { code });
    });
}
