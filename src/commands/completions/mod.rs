//! `completions`: the shell's script, made from the arguments themselves, and the putting of it where the shell looks.

use std::path::PathBuf;

use clap::CommandFactory as _;
use serde::Serialize;

use crate::cli::Cli;
use crate::complete::place;
use crate::complete::place::Shell;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;

/// Print the completion script of a shell, or install completion
///
/// The scripts complete commands and flags; they are in the folder `completions` of a release, too. With --install a short
/// script is written where the shell looks, which asks this program at every TAB: it also knows your skills, agents,
/// collections, drives and settings. It asks no network.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell [default with --install: that of SHELL]
    #[arg(value_enum, required_unless_present = "install")]
    shell: Option<Shell>,
    /// Write the script where the shell looks for it
    #[arg(long)]
    install: bool,
}

#[derive(Serialize)]
struct CompletionsJson {
    shell: &'static str,
    script: String,
    /// Where it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<PathBuf>,
    /// What is left to do by hand, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
}

/// Runs it.
///
/// # Errors
/// Exit 2 when no shell is named and none is known, or when something else lies where the script belongs and nobody can be
/// asked; an io error.
pub(crate) fn run(ctx: &Context, args: &CompletionsArgs) -> Result<Outcome> {
    let shell = args.shell.or_else(|| Shell::of_path(&env::path(env::SHELL)?));
    let Some(shell) = shell else {
        return Err(Error::usage("no shell was named, and SHELL names none that is known")
            .code("no_shell")
            .hint("skillzdrive completions --install bash (or zsh, fish, powershell, elvish)"));
    };
    if args.install {
        return install(ctx, shell);
    }
    let mut script = Vec::new();
    let generator = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::PowerShell => clap_complete::Shell::PowerShell,
        Shell::Elvish => clap_complete::Shell::Elvish,
    };
    clap_complete::generate(generator, &mut Cli::command(), "skillzdrive", &mut script);
    if ctx.ui.is_json() {
        let script = String::from_utf8(script).map_err(|e| Error::internal("a script is not UTF-8").source(e))?;
        ctx.ui.json(&CompletionsJson { shell: shell.name(), script, path: None, to_do: None })?;
    } else {
        ctx.ui.bytes(&script);
    }
    Ok(Outcome::Done)
}

fn install(ctx: &Context, shell: Shell) -> Result<Outcome> {
    let place = place::of(shell, &ctx.paths);
    let script = place::script(shell);
    let shown = place.path.display().to_string();
    if ctx.dry_run() {
        ctx.ui.would(format_args!("write {shown}"))?;
        return Ok(Outcome::Done);
    }
    let there = atomic::read_text(&place.path)?;
    if there.as_ref().is_some_and(|text| !text.contains(place::MARK))
        && !ctx.ui.confirm(&format!("{shown} is there and was not written by this command. Replace it?"), false)?
    {
        ctx.ui.status("nothing was changed");
        return Ok(Outcome::Done);
    }
    if there.as_ref() != Some(&script) {
        atomic::write(&place.path, script.as_bytes(), Privacy::Shared)?;
    }
    if ctx.ui.is_json() {
        let path = Some(place.path);
        ctx.ui.json(&CompletionsJson { shell: shell.name(), script, path, to_do: place.to_do })?;
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!("wrote {shown}"));
    match place.to_do {
        Some(to_do) => ctx.ui.hint(to_do),
        None => ctx.ui.hint(format_args!("a new {} knows it", shell.name())),
    }
    Ok(Outcome::Done)
}
