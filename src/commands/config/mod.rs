//! `config`: the settings, read and changed one key at a time, and those of git that are about lockfiles.

mod edit;
mod effective;
mod get;
mod git;
mod list;
mod set;

use clap::Args;
use clap::Subcommand;
use serde::Serialize;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::settings_edit::SettingsFile;

/// Read and change the settings
///
/// A value comes from a flag, else the environment, else the project's skillzdrive.toml, else your own config.toml, else it
/// has its default. A project's file may choose agents and a collection and make gates stricter, and nothing else.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct ConfigArgs {
    /// Make git merge this repository's skillzdrive.lock skill by skill: sets merge.skillzdrive.* for this clone, and adds a
    /// line to .gitattributes
    #[arg(long)]
    git: bool,
    #[command(subcommand)]
    command: Option<ConfigCommand>,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    List(list::ListArgs),
    Get(get::GetArgs),
    Set(set::SetArgs),
    Unset(set::UnsetArgs),
    /// Open the file in your editor (VISUAL, EDITOR) and keep it if it can be read
    Edit(FileArgs),
    /// Print where the file lies
    Path(FileArgs),
}

/// Which of the two files.
#[derive(Debug, Clone, Copy, Args)]
struct WhichArgs {
    /// The project's skillzdrive.toml instead of your own config.toml
    #[arg(short, long)]
    project: bool,
}

/// The two commands that are about a whole file.
#[derive(Debug, Args)]
struct FileArgs {
    #[command(flatten)]
    which: WhichArgs,
}

#[derive(Serialize)]
struct PathJson {
    path: String,
    exists: bool,
}

impl WhichArgs {
    fn file(self, ctx: &Context) -> SettingsFile<'_> {
        if self.project {
            let scope = ctx.scope(ScopeArgs { project: true, user: false });
            SettingsFile::project(&ctx.paths, &scope)
        } else {
            SettingsFile::user(&ctx.paths)
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for a key that is none, a value that is not of its kind, and a file that cannot be read.
pub(crate) fn run(ctx: &Context, args: &ConfigArgs) -> Result<Outcome> {
    let Some(command) = &args.command else {
        return match args.git {
            true => git::run(ctx),
            false => Err(Error::usage("a command is missing").hint("skillzdrive config --help")),
        };
    };
    match command {
        ConfigCommand::List(args) => list::run(ctx, args),
        ConfigCommand::Get(args) => get::run(ctx, args),
        ConfigCommand::Set(args) => set::set(ctx, args),
        ConfigCommand::Unset(args) => set::unset(ctx, args),
        ConfigCommand::Edit(args) => edit::run(ctx, &args.which.file(ctx)),
        ConfigCommand::Path(args) => path(ctx, &args.which.file(ctx)),
    }
}

fn path(ctx: &Context, file: &SettingsFile<'_>) -> Result<Outcome> {
    let json = PathJson { path: file.path.display().to_string(), exists: file.path.exists() };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
    } else {
        ctx.ui.data(&json.path);
        if !json.exists {
            ctx.ui.status("(it does not exist yet)");
        }
    }
    Ok(Outcome::Done)
}
