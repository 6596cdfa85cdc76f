//! `run`: a script of a skill in the drive's sandbox. What the script writes and how it ends is what this command writes
//! and how it ends.

use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use skillzdrive_wire::Slug;
use skillzdrive_wire::runs::RunAnswer;
use skillzdrive_wire::runs::RunRequest;
use skillzdrive_wire::runs::Stopped;

use crate::api::error::ApiError;
use crate::api::skills::Pick;
use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::words;

/// The most that a script can be given to read, in bytes.
const MOST_STDIN: u64 = 3 << 20;

/// Run a script of a skill in the drive's sandbox
///
/// What the script writes comes out as it is, and its exit code is this command's. An error of the program or the drive
/// says `error:` on stderr and writes nothing to stdout; with --json there is a document on stdout exactly if the script
/// ran, with its code in `exit_code`. A script that ran too long ends with 124, one that was killed with 128 and the
/// signal. The options of this command stand before the script: all that follows it is the script's.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Give the script this file to read, or standard input with `-`
    #[arg(long, value_name = "FILE|-")]
    stdin: Option<PathBuf>,
    /// Go on in the session with this id, where the files of its earlier runs still are
    #[arg(long, value_name = "ID", conflicts_with = "reuse")]
    session: Option<String>,
    /// Go on in your open session of this skill, or begin one; it is kept for five minutes after each run
    #[arg(long)]
    reuse: bool,
    /// The skill
    skill: Slug,
    /// The script, by its name in the skill's `scripts` folder, and its arguments
    #[arg(
        required = true,
        num_args = 1..,
        value_names = ["SCRIPT", "ARGS"],
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<String>,
}

#[derive(Serialize)]
struct RunJson {
    slug: String,
    script: String,
    stdout: String,
    stderr: String,
    exit_code: i64,
    session_id: Option<String>,
    duration_ms: u64,
    stopped: Option<String>,
    credit_cost: Option<u64>,
    credits_remaining: Option<i64>,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for input that cannot be sent, exit 4 without a key, exit 5 when there is no such skill, script or session,
/// exit 6 when the drive has no sandbox, exit 9 without credits or beyond the month's limit; as any call.
pub(crate) async fn run(ctx: &Context, args: &RunArgs) -> Result<Outcome> {
    let keeps = args.reuse || args.session.is_some();
    if keeps && ctx.server()?.is_local() {
        return Err(Error::usage("the embedded drive ends with each command, and its sessions with it")
            .code("no_sessions")
            .hint("a drive that stays keeps them: skillzdrive serve"));
    }
    let account = ctx.account().await?;
    let shown = match account.show(&args.skill, &Pick::Newest).await {
        Err(error) if error.status() == Some(404) => {
            return Err(ctx.client()?.unknown_skill(&args.skill, Some(error)).await.into());
        }
        shown => shown?,
    };
    let price = shown.skill.credit_cost_per_use.unwrap_or(0);
    let (script, words) = args.command.split_first().ok_or_else(|| Error::usage("a script is missing"))?;
    let what = format!("{} of {}", clean::line(script), args.skill);
    ctx.allow(format_args!("running {what} costs {}", words::credits(price)), price)?;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("run {what}: {}", words::credits(price)))?;
        return Ok(Outcome::Done);
    }
    if price > 0 {
        ctx.ui.status(format_args!("running {what} costs {}", words::credits(price)));
    }
    let request = RunRequest {
        skill_slug: args.skill.to_string(),
        script_name: script.clone(),
        args: words.to_vec(),
        stdin: args.stdin.as_deref().map_or_else(|| Ok(String::new()), read)?,
        session_id: args.session.clone(),
        reuse_session: args.reuse,
    };
    let scripts = shown.skill.scripts.unwrap_or_default();
    let answer = account.run(&request).await.map_err(|error| explain(error, &scripts))?;
    let code = u8::try_from(answer.exit_code).unwrap_or(u8::MAX);
    if ctx.ui.is_json() {
        ctx.ui.json(&json(args, script, answer))?;
    } else {
        show(ctx, &answer, keeps);
    }
    Ok(Outcome::Script(code))
}

/// What the script is to read.
fn read(path: &Path) -> Result<String> {
    let failed = |error| Error::io("read", path, error);
    let source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(failed)?)
    };
    let mut bytes = Vec::new();
    source.take(MOST_STDIN + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST_STDIN {
        let size = words::size(MOST_STDIN);
        return Err(Error::usage(format!("`{}` is larger than {size}, the most a script is given", path.display())));
    }
    String::from_utf8(bytes).map_err(|_| {
        Error::usage(format!("`{}` is not UTF-8, and a run is sent as text", path.display()))
            .hint("encode it, as with base64, and let the script decode it")
    })
}

/// Says what comes next: which scripts there are; that a call which broke off may have been carried out.
fn explain(error: ApiError, scripts: &[String]) -> Error {
    match error {
        ApiError::Refused(mut refusal) if refusal.code == "script_not_found" => {
            // The drive's suggestions are some of the same.
            refusal.suggestions.clear();
            let names: Vec<String> = scripts.iter().take(20).map(|name| clean::line(name)).collect();
            let error = Error::from(ApiError::Refused(refusal));
            if names.is_empty() {
                error.hint("this skill has no scripts at all")
            } else {
                error.hint(format!("its scripts: {}", names.join(", ")))
            }
        }
        ApiError::Network { .. } => {
            Error::from(error).hint("if it ran, skillzdrive credits shows it; it is not sent again by itself")
        }
        other => Error::from(other),
    }
}

fn show(ctx: &Context, answer: &RunAnswer, keeps: bool) {
    ctx.ui.bytes(answer.stdout.as_bytes());
    ctx.ui.error_bytes(answer.stderr.as_bytes());
    let said = match &answer.stopped {
        None => None,
        Some(Stopped::Time) => Some("it ran too long".to_owned()),
        Some(Stopped::Memory) => Some("it took too much memory".to_owned()),
        Some(Stopped::Output) => Some("it wrote too much, and what is beyond the limit is lost".to_owned()),
        Some(Stopped::Disk) => Some("it left too much in its folder".to_owned()),
        Some(Stopped::Other(word)) => Some(clean::line(word)),
    };
    let cost = answer.credit_cost.filter(|cost| *cost > 0);
    let session = answer.session_id.as_ref().filter(|_| keeps && answer.stopped != Some(Stopped::Disk));
    // What the program says stands on lines of its own.
    if !answer.stderr.is_empty() && !answer.stderr.ends_with('\n') {
        if said.is_some() {
            ctx.ui.error_bytes(b"\n");
        } else if cost.is_some() || session.is_some() {
            ctx.ui.status("");
        }
    }
    if let Some(why) = said {
        ctx.ui.warn(format_args!("the drive ended the script: {why}"));
    }
    if let Some(cost) = cost {
        let left = answer.credits_remaining.map(|left| format!("; the balance is {left}")).unwrap_or_default();
        ctx.ui.status(format_args!("it cost {}{left}", words::credits(cost)));
    }
    if let Some(id) = session {
        ctx.ui.status(format_args!("session {}, kept for five minutes", clean::line(id)));
    }
}

fn json(args: &RunArgs, script: &str, answer: RunAnswer) -> RunJson {
    RunJson {
        slug: args.skill.to_string(),
        script: script.to_owned(),
        stdout: answer.stdout,
        stderr: answer.stderr,
        exit_code: answer.exit_code,
        session_id: answer.session_id,
        duration_ms: answer.duration_ms,
        stopped: answer.stopped.map(|stopped| stopped.as_str().to_owned()),
        credit_cost: answer.credit_cost,
        credits_remaining: answer.credits_remaining,
    }
}
