//! `lock merge`: what git calls to merge two lockfiles. It reads three files and writes one of them, and knows no git.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lockfile_merge;

/// The longest marker that makes sense.
const LONGEST: u64 = 1000;

/// Merge two lockfiles entry by entry, as a merge driver of git
///
/// Reads three files as git hands them over and writes the result into OURS. Skills that one side added, updated or removed
/// are taken from that side; what both sides changed in different ways is left between conflict markers, and the exit code
/// is 8. `skillzdrive config --git` makes git call it.
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The lockfile that both sides began with (%O); an empty file for none
    base: PathBuf,
    /// The lockfile of this branch (%A); it becomes the result
    ours: PathBuf,
    /// The lockfile of the other branch (%B)
    theirs: PathBuf,
    /// How long a conflict marker is (%L)
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    marker_size: u64,
    /// What the file is called where it comes from (%P), for messages
    #[arg(long, value_name = "PATH")]
    path: Option<PathBuf>,
}

#[derive(Serialize)]
struct MergeJson<'a> {
    path: String,
    /// What has to be decided: slugs, or `server`.
    conflicts: &'a [String],
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit 7 for a side that is no lockfile: then the whole of both stands between markers. An io error.
pub(super) fn run(ctx: &Context, args: &MergeArgs) -> Result<Outcome> {
    let name = args.path.as_deref().unwrap_or(&args.ours);
    let [base, ours, theirs] = [read(&args.base)?, read(&args.ours)?, read(&args.theirs)?];
    let marker = usize::try_from(args.marker_size).unwrap_or(7);
    let merged = lockfile_merge::merge_texts(&base, &ours, &theirs, name, marker);
    if !ctx.dry_run() && merged.text.as_bytes() != ours {
        atomic::write(&args.ours, merged.text.as_bytes(), Privacy::Shared)?;
    }
    if let Some(error) = merged.unread {
        return Err(error.context(format!("`{}` was not merged", name.display())));
    }
    if ctx.ui.is_json() {
        let path = name.display().to_string();
        ctx.ui.json(&MergeJson { path, conflicts: &merged.conflicts, dry_run: ctx.dry_run() })?;
    }
    if merged.conflicts.is_empty() {
        ctx.ui.detail(format_args!("merged {}", name.display()));
        return Ok(Outcome::Done);
    }
    ctx.ui.warn(format_args!("{}: both sides changed {}", name.display(), merged.conflicts.join(", ")));
    ctx.ui.hint("keep one side between the markers, then: skillzdrive install");
    Ok(Outcome::Ended(Kind::Conflict))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    atomic::read_bytes(path)?.ok_or_else(|| {
        Error::usage(format!("there is no file `{}`", path.display()))
            .code("no_such_file")
            .hint("git calls this; skillzdrive config --git makes it so")
    })
}
