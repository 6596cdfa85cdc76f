//! One run: bubblewrap is started, fed, listened to, watched, and ended when a limit is passed or nobody waits any more.

use std::path::Path;
use std::process::ExitStatus;
use std::process::Stdio;
use std::time::Duration;

use skillzdrive_wire::runs::Stopped;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::process::Child;
use tokio::process::Command;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::SandboxError;
use super::script::Launch;
use super::view;
use super::view::View;
use super::watch;
use crate::keys;

/// How long the pipes may stay open after the walls fell.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// The exit code of what was ended, as a shell tells it: 128 and SIGKILL.
const KILLED: i64 = 128 + 9;

/// The exit code of what ran too long, as `timeout` of the coreutils has it.
const TOO_LONG: i64 = 124;

/// What a run is given.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) args: Vec<String>,
    pub(crate) stdin: Vec<u8>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) exit_code: i64,
    pub(crate) duration: Duration,
    pub(crate) stopped: Option<Stopped>,
}

/// Why a run is ended from outside.
enum End {
    Limit(Stopped),
    /// Nobody waits for the answer.
    Gone,
}

pub(super) async fn run(
    program: &Path,
    view: &View<'_>,
    uid: Option<u32>,
    launch: &Launch,
    input: Input,
    gone: impl Future<Output = ()>,
) -> Result<Ended, SandboxError> {
    let unavailable = |what: String| SandboxError::Unavailable(what);
    let nonce = keys::mint("").map_err(|error| unavailable(error.to_string()))?;
    let prlimit = view::program("prlimit").ok_or_else(|| unavailable("prlimit is gone".to_owned()))?;
    let words: Vec<String> = launch.0.iter().cloned().chain(input.args).collect();
    let mut command = Command::new(program);
    command.args(view.arguments()).args(view.command(&prlimit, &nonce, &words));
    // Not even bubblewrap itself gets the drive's environment, or starts where the drive stands.
    command.env_clear().current_dir("/").kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    if let Some(uid) = uid {
        command.uid(uid).gid(uid);
    }
    #[cfg(not(unix))]
    let _ = uid;
    let began = Instant::now();
    let mut child = command.spawn().map_err(|error| unavailable(format!("{}: {error}", program.display())))?;

    let limit = view.limits.output_bytes;
    let full = Notify::new();
    let feed = feed(child.stdin.take(), input.stdin);
    let out = pump(child.stdout.take(), limit, &full);
    // The walls' own word does not count.
    let err = pump(child.stderr.take(), limit + nonce.len() + 1, &full);
    let ending = until_the_end(&mut child, view, &full, gone);
    let mut pipes = std::pin::pin!(async { tokio::join!(feed, out, err) });
    // The pipes are emptied while the end is waited for, and for a moment after it.
    let mut ending = std::pin::pin!(ending);
    let mut piped = None;
    let (end, status) = loop {
        tokio::select! {
            ended = &mut ending => break ended,
            done = &mut pipes, if piped.is_none() => piped = Some(done),
        }
    };
    let ((), stdout, stderr) = match piped {
        Some(piped) => piped,
        None => tokio::time::timeout(GRACE, pipes).await.map_err(|_| unavailable("its pipes stay open".to_owned()))?,
    };
    let duration = began.elapsed();

    let Some(stderr) = stderr.strip_prefix(nonce.as_bytes()).and_then(|rest| rest.strip_prefix(b"\n")) else {
        return Err(unavailable(first_words(&stderr)));
    };
    let (exit_code, stopped) = match end {
        None => (code_of(status), None),
        Some(End::Limit(Stopped::Time)) => (TOO_LONG, Some(Stopped::Time)),
        Some(End::Limit(stopped)) => (KILLED, Some(stopped)),
        Some(End::Gone) => (KILLED, None),
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ended { stdout: text(&stdout), stderr: text(stderr), exit_code, duration, stopped })
}

/// Waits until the run ends, or ends it.
async fn until_the_end(
    child: &mut Child,
    view: &View<'_>,
    full: &Notify,
    gone: impl Future<Output = ()>,
) -> (Option<End>, Option<ExitStatus>) {
    let time = tokio::time::sleep(Duration::from_secs(view.limits.seconds));
    let pid = child.id().unwrap_or(0);
    let end = tokio::select! {
        // A run that ended by itself has, whatever else is true at that moment.
        biased;
        status = child.wait() => {
            // It may have been quicker than whoever looks.
            let over = watch::is_too_full(view.work, view.limits.disk_bytes).await;
            return (over.then_some(End::Limit(Stopped::Disk)), status.ok());
        }
        () = full.notified() => End::Limit(Stopped::Output),
        stopped = watch::watch(pid, view.work, view.limits) => End::Limit(stopped),
        () = time => End::Limit(Stopped::Time),
        () = gone => End::Gone,
    };
    // Everything inside dies with bubblewrap.
    let _ = child.kill().await;
    (Some(end), None)
}

/// A script need not read what it is given.
async fn feed(pipe: Option<impl AsyncWriteExt + Unpin>, bytes: Vec<u8>) {
    if let Some(mut pipe) = pipe {
        let _ = pipe.write_all(&bytes).await;
        let _ = pipe.shutdown().await;
    }
}

/// Reads a pipe to its end and keeps so many bytes of it; more are told.
async fn pump(pipe: Option<impl AsyncRead + Unpin>, limit: usize, full: &Notify) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut pipe) = pipe else { return kept };
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read) = pipe.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        let room = limit.saturating_sub(kept.len());
        kept.extend_from_slice(&buffer[..read.min(room)]);
        if read > room {
            full.notify_one();
        }
    }
    kept
}

/// bubblewrap ends with its child's code, or with 128 and the signal that killed it.
fn code_of(status: Option<ExitStatus>) -> i64 {
    let Some(status) = status else { return KILLED };
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + i64::from(signal);
    }
    status.code().map_or(KILLED, i64::from)
}

/// What bubblewrap or the limits said when they could not begin.
fn first_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("bubblewrap ended without a word");
    line.chars().filter(|c| !c.is_control()).take(200).collect()
}
