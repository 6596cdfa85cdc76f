//! `completions`: the shell's script, made from the arguments themselves.

use clap::CommandFactory as _;
use clap::ValueEnum;
use serde::Serialize;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;

/// Print the completion script of a shell
///
/// The same scripts are in the folder `completions` of a release. Where they belong: bash
/// ~/.local/share/bash-completion/completions/skillzdrive, zsh a folder of $fpath as _skillzdrive, fish
/// ~/.config/fish/completions/skillzdrive.fish.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "lower")]
#[expect(clippy::enum_variant_names, reason = "that is the shell's name")]
enum Shell {
    Bash,
    Zsh,
    Fish,
    PowerShell,
    Elvish,
}

#[derive(Serialize)]
struct CompletionsJson {
    shell: String,
    script: String,
}

/// Runs it.
pub(crate) fn run(ctx: &Context, args: &CompletionsArgs) -> Result<Outcome> {
    let shell = match args.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::PowerShell => clap_complete::Shell::PowerShell,
        Shell::Elvish => clap_complete::Shell::Elvish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "skillzdrive", &mut script);
    if ctx.ui.is_json() {
        let script = String::from_utf8(script).map_err(|e| Error::internal("a script is not UTF-8").source(e))?;
        ctx.ui.json(&CompletionsJson { shell: shell.to_string(), script })?;
    } else {
        ctx.ui.bytes(&script);
    }
    Ok(Outcome::Done)
}
