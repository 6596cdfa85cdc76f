//! `POST runs`: a script of a skill runs in the sandbox, and is paid for once.
//!
//! The price is held back before the run and taken after it, so that no number of parallel runs spends more than there
//! is. A run that did not begin is forgotten and costs nothing; one that began is paid whatever became of it, also when
//! its caller went away. The runs of sync are in `sync`.

use bytes::Bytes;
use futures_util::TryStreamExt;
use skillzdrive_skill::Limits;
use skillzdrive_skill::open_zip;
use skillzdrive_wire::Slug;
use skillzdrive_wire::runs::RunAnswer;
use skillzdrive_wire::runs::RunRequest;
use skillzdrive_wire::runs::Stopped;
use tokio::sync::oneshot;

use super::accounts::Caller;
use super::accounts::available;
use super::accounts::charge;
use super::quota;
use super::reach;
use super::reach::Found;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::error::DriveError;
use crate::keys;
use crate::package;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::skill_runs::Ending;
use crate::repo::skill_runs::SkillRun;
use crate::repo::skill_runs::SkillRuns;
use crate::repo::skills::Edition;
use crate::sandbox::Ended;
use crate::sandbox::Input;
use crate::sandbox::Launch;
use crate::sandbox::Owner;
use crate::sandbox::SandboxError;
use crate::sandbox::ScriptError;
use crate::sandbox::Ticket;
use crate::sandbox::Wanted;
use crate::sandbox::find_script;
use crate::time::SECOND;

/// The most arguments of a script, and the most bytes of one and of all. The kernel takes no more of one.
const MOST_ARGS: usize = 256;
const LONGEST_ARG: usize = 100 << 10;
const MOST_ARG_BYTES: usize = 256 << 10;

/// Runs a script. What it began goes on to its end when the caller is gone, but for the script itself.
pub(crate) async fn run(drive: &Drive, caller: Caller, request: RunRequest) -> Result<RunAnswer, ApiError> {
    // Dropped with the request, whose connection may be cut at any moment.
    let (waiting, gone) = oneshot::channel::<()>();
    let drive = drive.clone();
    let run = tokio::spawn(async move { carry_out(&drive, &caller, request, gone).await });
    let answer = run.await.map_err(|error| ApiError::internal(&error))?;
    drop(waiting);
    answer
}

async fn carry_out(
    drive: &Drive,
    caller: &Caller,
    request: RunRequest,
    mut gone: oneshot::Receiver<()>,
) -> Result<RunAnswer, ApiError> {
    check_args(&request.args)?;
    let edition = find(drive, caller, &request.skill_slug).await?;
    let zip = artifact(drive, &edition).await?;
    let launch = launch(&zip, &request.script_name).await?;
    drive.sandbox.check()?;
    let place = tokio::select! {
        place = drive.sandbox.place() => place?,
        _ = &mut gone => return Err(nobody()),
    };
    let owner = Owner {
        holder: caller.holder(),
        skill_id: edition.skill.id.clone(),
        content_sha: edition.version.content_sha.clone(),
    };
    let wanted = match request.session_id {
        Some(id) => Wanted::Named(id),
        None if request.reuse_session => Wanted::Kept,
        None => Wanted::Fresh,
    };
    let ticket = drive.sandbox.session(&owner, &wanted, zip, drive.now()).await?;
    let (session_id, keep) = (ticket.id.clone(), wanted != Wanted::Fresh);
    let input = Input { args: request.args, stdin: request.stdin.into_bytes() };
    let what = What { edition: &edition, script: &request.script_name, launch: &launch };
    let done = pay_and_run(drive, caller, &what, &ticket, input, gone).await;
    // What is too full, or was ended where it stood, is nothing to go on in.
    let fit = done.as_ref().is_ok_and(|done| done.ended.stopped != Some(Stopped::Disk));
    drive.sandbox.close(ticket, keep && fit, drive.now()).await;
    drop(place);
    let Done { ended, credit_cost, credits_remaining } = done?;
    Ok(RunAnswer {
        stdout: ended.stdout,
        stderr: ended.stderr,
        exit_code: ended.exit_code,
        session_id: Some(session_id),
        duration_ms: millis(&ended.duration),
        stopped: ended.stopped,
        credit_cost: Some(credit_cost),
        credits_remaining: Some(credits_remaining),
    })
}

/// What is run.
struct What<'a> {
    edition: &'a Edition,
    script: &'a str,
    launch: &'a Launch,
}

struct Done {
    ended: Ended,
    credit_cost: u64,
    credits_remaining: i64,
}

async fn pay_and_run(
    drive: &Drive,
    caller: &Caller,
    what: &What<'_>,
    ticket: &Ticket,
    input: Input,
    gone: oneshot::Receiver<()>,
) -> Result<Done, ApiError> {
    let run = hold(drive, caller, what, &ticket.id).await?;
    let cut = async {
        // Its other end is only ever dropped.
        let _ = gone.await;
    };
    let ended = match drive.sandbox.run(ticket, what.launch, input, cut).await {
        Ok(ended) => ended,
        Err(error) => {
            let mut tx = drive.repo.write_for(&caller.user_id).await?;
            tx.forget_skill_run(&run.id).await?;
            tx.commit().await?;
            return Err(error.into());
        }
    };
    let now = drive.now();
    let ending = Ending {
        finished_at: now,
        exit_code: ended.exit_code,
        duration_ms: millis(&ended.duration),
        stopped: ended.stopped.as_ref().map(|stopped| stopped.as_str().to_owned()),
    };
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    if tx.finish_skill_run(&run.id, &ending).await? {
        charge(&mut tx, &caller.user_id, run.credit_cost, ("run", &run.slug, Some(&run.id)), now).await?;
    }
    let credits_remaining = available(&mut tx, drive, &caller.user_id).await?;
    tx.commit().await?;
    Ok(Done { ended, credit_cost: run.credit_cost, credits_remaining })
}

/// Holds the price back and counts the run against the month's limit, in one transaction.
async fn hold(drive: &Drive, caller: &Caller, what: &What<'_>, session_id: &str) -> Result<SkillRun, ApiError> {
    let now = drive.now();
    let longest = i64::try_from(drive.sandbox.longest().as_secs()).unwrap_or(i64::MAX);
    let Edition { skill, version } = what.edition;
    let run = SkillRun {
        id: keys::row_id(now),
        user_id: caller.user_id.clone(),
        skill_id: skill.id.clone(),
        slug: skill.slug.to_string(),
        version: version.version,
        script: what.script.to_owned(),
        session_id: session_id.to_owned(),
        credit_cost: if drive.config.charges { skill.credit_cost_per_use } else { 0 },
        started_at: now,
        // Longer than it can take: what is lost must be let go some day.
        expires_at: now.saturating_add(longest.saturating_mul(2 * SECOND)),
    };
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    quota::check(&mut tx, drive, &caller.user_id).await?;
    let balance = available(&mut tx, drive, &caller.user_id).await?;
    if run.credit_cost > 0 && i64::try_from(run.credit_cost).unwrap_or(i64::MAX) > balance {
        return Err(ApiError::insufficient(run.credit_cost, balance));
    }
    tx.add_skill_run(&run).await?;
    tx.commit().await?;
    Ok(run)
}

/// The skill that a slug means to a caller. One that the caller switched off does not run, not even as the public one.
async fn find(drive: &Drive, caller: &Caller, name: &str) -> Result<Edition, ApiError> {
    let unknown = || ApiError::no_skill(&name.chars().take(100).collect::<String>());
    let slug = Slug::new(name).map_err(|_| unknown())?;
    let mut tx = drive.repo.read().await?;
    let found = reach::find(&mut tx, Some(caller), &slug).await?.filter(Found::enabled);
    found.map(|found| found.edition().clone()).ok_or_else(unknown)
}

/// The package of a skill, whole.
async fn artifact(drive: &Drive, edition: &Edition) -> Result<Bytes, ApiError> {
    let sha = &edition.version.content_sha;
    let missing = || ApiError::internal(&DriveError::Corrupt(format!("the artifact {sha} is not there")));
    let size = drive.artifacts.size(sha).await?.ok_or_else(missing)?;
    let parts = drive.artifacts.read(sha, 0..size).await?;
    let parts: Vec<Bytes> = parts.try_collect().await.map_err(|error| ApiError::internal(&error))?;
    Ok(parts.concat().into())
}

/// How the script of a name is started.
async fn launch(zip: &Bytes, name: &str) -> Result<Launch, ApiError> {
    let (zip, name) = (zip.clone(), name.to_owned());
    let found = tokio::task::spawn_blocking(move || {
        let archive = open_zip(&zip[..], &Limits::default()).map_err(ScriptError::Package)?;
        find_script(&archive, &name)
    });
    Ok(found.await.map_err(|error| ApiError::internal(&error))??)
}

fn check_args(args: &[String]) -> Result<(), ApiError> {
    if args.len() > MOST_ARGS {
        return Err(ApiError::invalid(format!("`args` has more than {MOST_ARGS} entries")));
    }
    if args.iter().any(|arg| arg.contains('\0')) {
        return Err(ApiError::invalid("an entry of `args` holds a NUL, which no argument can"));
    }
    let bytes: usize = args.iter().map(String::len).sum();
    if bytes > MOST_ARG_BYTES || args.iter().any(|arg| arg.len() > LONGEST_ARG) {
        let limit = format!("one has at most {LONGEST_ARG} bytes and all have {MOST_ARG_BYTES}: use `stdin`");
        return Err(ApiError::invalid(format!("`args` is too long; {limit}")));
    }
    Ok(())
}

fn millis(duration: &std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// An answer that nobody reads.
fn nobody() -> ApiError {
    ApiError::invalid("the caller went away")
}

impl From<SandboxError> for ApiError {
    fn from(error: SandboxError) -> Self {
        match &error {
            SandboxError::NoSession => Self::not_found("session_not_found", error.to_string()),
            SandboxError::Unpack(_) => Self::internal(&error),
            SandboxError::Busy => Self::unavailable(error.to_string(), Some(5)),
            SandboxError::Unavailable(_) => {
                tracing::warn!(%error, "the sandbox");
                Self::unavailable(error.to_string(), None)
            }
        }
    }
}

impl From<ScriptError> for ApiError {
    fn from(error: ScriptError) -> Self {
        let message = error.to_string();
        match error {
            ScriptError::NotFound { there, .. } => Self::not_found("script_not_found", message).suggesting(there),
            ScriptError::NotRunnable(_) => Self::invalid(message),
            ScriptError::NoProgram { .. } => Self::unavailable(message, None),
            ScriptError::Package(error) => Self::internal(&package::explain(&error)),
        }
    }
}
