//! `man`: the manual pages, made from the arguments themselves.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_mangen::Man;
use serde::Serialize;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;

/// Print a manual page, or write them all
///
/// The pages are in the folder `man` of a release, too. `skillzdrive man sync | man -l -` shows one.
#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// The command, such as `drive list`; without it the program's own page
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    words: Vec<String>,
    /// Write every page into this folder
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Serialize)]
struct ManJson {
    /// The page, or the names of the files that were written.
    pages: Vec<PageJson>,
}

#[derive(Serialize)]
struct PageJson {
    name: String,
    roff: String,
}

/// Runs it.
///
/// # Errors
/// Exit 5 for a command that is not there; an io error.
pub(crate) fn run(ctx: &Context, args: &ManArgs) -> Result<Outcome> {
    let mut root = Cli::command();
    root.build();
    let mut pages = Vec::new();
    if args.dir.is_some() {
        all(&root, "", &mut pages)?;
    } else {
        let mut command = &root;
        let mut name = String::new();
        for word in &args.words {
            let missing = || {
                Error::new(Kind::NotFound, format!("there is no command `{}`", args.words.join(" ")))
                    .hint("skillzdrive --help lists them")
            };
            command = command.find_subcommand(word).ok_or_else(missing)?;
            name = format!("{name}-{}", command.get_name());
        }
        pages.push(page(command, &name)?);
    }
    if let Some(dir) = &args.dir {
        if ctx.dry_run() {
            ctx.ui.would(format_args!("write {} pages into {}", pages.len(), dir.display()))?;
            return Ok(Outcome::Done);
        }
        for page in &pages {
            atomic::write(&dir.join(&page.name), page.roff.as_bytes(), Privacy::Shared)?;
        }
        ctx.ui.status(format_args!("wrote {} pages into {}", pages.len(), dir.display()));
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&ManJson { pages })?;
    } else if args.dir.is_none() {
        pages.iter().for_each(|page| ctx.ui.bytes(page.roff.as_bytes()));
    }
    Ok(Outcome::Done)
}

/// The pages of a command and of every one below it.
fn all(command: &clap::Command, name: &str, pages: &mut Vec<PageJson>) -> Result<()> {
    pages.push(page(command, name)?);
    for below in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        all(below, &format!("{name}-{}", below.get_name()), pages)?;
    }
    Ok(())
}

fn page(command: &clap::Command, name: &str) -> Result<PageJson> {
    let mut roff = Vec::new();
    // Neither date nor version: a page is the same as the one before where nothing else changed.
    Man::new(command.clone())
        .source("skillzdrive")
        .render(&mut roff)
        .map_err(|e| Error::internal("a manual page cannot be written").source(e))?;
    let roff = String::from_utf8(roff).map_err(|e| Error::internal("a manual page is not UTF-8").source(e))?;
    Ok(PageJson { name: format!("skillzdrive{name}.1"), roff })
}
