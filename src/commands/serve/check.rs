//! `serve check`: is a drive whole.

use std::time::Duration;

use serde::Serialize;
use skillzdrive_drive::Checked;
use skillzdrive_drive::Checking;
use skillzdrive_drive::Config;
use skillzdrive_drive::Orphan;
use skillzdrive_drive::Problem;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::clean;
use crate::ui::words;

/// Check that every package is there with its bytes, and that the books are right
///
/// The drive may serve meanwhile. Ends with 10 when anything is wrong. Packages that nobody names are told apart: an upload
/// that was broken off leaves one.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Only look whether packages are there with their size, without reading them
    #[arg(long)]
    quick: bool,
    /// Take away packages that nobody names
    #[arg(long)]
    remove_orphans: bool,
    /// How old they must be, in hours
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=87_600))]
    older_than: u64,
}

#[derive(Serialize)]
struct CheckJson {
    packages: u64,
    bytes: u64,
    /// Whether every byte was read.
    read: bool,
    problems: Vec<ProblemJson>,
    orphans: Vec<OrphanJson>,
    /// What lies in the store and is no package.
    foreign: Vec<String>,
}

#[derive(Serialize)]
struct ProblemJson {
    kind: &'static str,
    what: String,
}

impl From<Problem> for ProblemJson {
    fn from(Problem { kind, what }: Problem) -> Self {
        Self { kind, what }
    }
}

#[derive(Serialize)]
struct OrphanJson {
    content_sha: String,
    size: u64,
    kept_at: String,
    removed: bool,
}

impl From<Orphan> for OrphanJson {
    fn from(Orphan { content_sha, size, kept_at, removed }: Orphan) -> Self {
        Self { content_sha: content_sha.to_string(), size, kept_at, removed }
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 5 where there is no drive; exit 1 when database or store cannot be used.
pub(super) async fn run(ctx: &Context, args: &CheckArgs, config: Config) -> Result<Outcome> {
    skillzdrive_drive::need_drive(&config).map_err(error)?;
    let age = Duration::from_secs(args.older_than * 60 * 60);
    let how = Checking { quick: args.quick, sweep: (args.remove_orphans && !ctx.dry_run()).then_some(age) };
    let drive = open(config).await?;
    let checked = drive.check(how).await;
    drive.close().await;
    let Checked { packages, bytes, problems, orphans, foreign } = checked.map_err(error)?;
    let json = CheckJson {
        packages,
        bytes,
        read: !args.quick,
        problems: problems.into_iter().map(Into::into).collect(),
        orphans: orphans.into_iter().map(Into::into).collect(),
        foreign,
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
    } else {
        show(ctx, &json);
    }
    Ok(if json.problems.is_empty() { Outcome::Done } else { Outcome::Ended(Kind::Findings) })
}

fn show(ctx: &Context, found: &CheckJson) {
    for ProblemJson { kind, what } in &found.problems {
        ctx.ui.data(format_args!("{kind}: {}", clean::line(what)));
    }
    for OrphanJson { content_sha, size, kept_at, removed } in &found.orphans {
        let word = if *removed { "removed" } else { "orphan" };
        ctx.ui.data(format_args!("{word}: {content_sha}, {}, of {kept_at}", words::size(*size)));
    }
    for place in &found.foreign {
        ctx.ui.data(format_args!("no package: {}", clean::line(place)));
    }
    let many = |n: u64| words::count(usize::try_from(n).unwrap_or(usize::MAX), "package");
    let how = if found.read { "every byte read" } else { "none read" };
    let size = words::size(found.bytes);
    let verdict = match found.problems.len() {
        0 => "nothing is wrong".to_owned(),
        n => words::count(n, "problem"),
    };
    ctx.ui.status(format_args!("checked {} of {size}, {how}: {verdict}", many(found.packages)));
    let left = found.orphans.iter().filter(|orphan| !orphan.removed).count();
    if left > 0 {
        let whose = if left == 1 { "is named by nobody" } else { "are named by nobody" };
        ctx.ui.hint(format_args!(
            "{} {whose}; skillzdrive serve check --remove-orphans takes the old ones away",
            words::count(left, "package")
        ));
    }
}
