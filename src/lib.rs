//! # skillzdrive
//!
//! One home for a person's agent skills. This library is the program; `main.rs` only calls [`main`].
//!
//! ## The rooms, top to bottom
//!
//! | module | what it is | what it must not do |
//! |---|---|---|
//! | `cli` | the arguments of every command and the list of commands | decide anything |
//! | `commands` | one file for each command: arguments, help text, `run` | call another command, touch HTTP or TOML |
//! | `context` | what a command is handed; heavy things are made on demand | hold global state |
//! | `ui` | stdout, stderr, prompts, bars | know what a skill is |
//! | `error` | the one error: kind, exit code, hints | print |
//! | `installer`, `sync`, `audit`, `telemetry` | the engines: plans first, then effects, events through a callback | print, parse arguments, read the environment |
//! | `api` | the HTTP edge | touch skills on disk |
//! | `store` | the disk edge: paths, atomic writes, lock, lockfile, credentials, cache, trash | talk to a network |
//! | `agents` | the table of agents and their links | know about drives |
//! | `env` | every environment variable | be by-passed |
//!
//! An arrow may only point down. The crates below the program (`wire`, `skill`, `sync`, `scan`, `drive`) are held apart
//! by Cargo; the rooms inside it by a test that reads the `use crate::` lines.

mod agents;
mod api;
mod audit;
mod cli;
mod commands;
mod context;
mod daily;
mod embedded;
mod env;
mod error;
mod farewell;
mod installer;
mod nearest;
mod remover;
mod store;
mod sync;
mod telemetry;
mod ui;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::cli::Command;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::Ui;

/// Runs the program on the process's arguments and returns its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let ui = Ui::new(&cli.global);
    let outcome = Context::new(cli.global).and_then(|ctx| {
        let outcome = dispatch(&ctx, cli.command);
        if outcome.is_ok() && farewell::is_needed(&ctx) {
            // A command that needed no network: once a day the drive is asked all the same.
            return wait(&ctx, async { outcome });
        }
        outcome
    });
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

/// One line for each command: nothing else happens here. What needs the network gets a runtime, the rest starts none.
fn dispatch(ctx: &Context, command: Command) -> Result<Outcome> {
    match command {
        Command::Search(args) => wait(ctx, commands::search::run(ctx, &args)),
        Command::Info(args) => wait(ctx, commands::info::run(ctx, &args)),
        Command::Install(args) => wait(ctx, commands::install::run(ctx, &args)),
        Command::Remove(args) => commands::remove::run(ctx, &args),
        Command::List(args) => commands::list::run(ctx, &args),
        Command::Status(args) => commands::status::run(ctx, &args),
        Command::Audit(args) => wait(ctx, commands::audit::run(ctx, &args)),
        Command::Sync(args) => wait(ctx, commands::sync::run(ctx, &args)),
        Command::Login(args) => wait(ctx, commands::login::run(ctx, &args)),
        Command::Logout(args) => commands::logout::run(ctx, &args),
        Command::Whoami(args) => wait(ctx, commands::whoami::run(ctx, &args)),
        Command::Credits(args) => wait(ctx, commands::credits::run(ctx, &args)),
        Command::Telemetry(args) => commands::telemetry::run(ctx, &args),
        Command::Drive(args) => wait(ctx, commands::drive::run(ctx, &args)),
        Command::Undo(args) => commands::undo::run(ctx, &args),
        Command::Trash(args) => commands::trash::run(ctx, &args),
        Command::Cache(args) => commands::cache::run(ctx, &args),
        Command::Agents(args) => commands::agents::run(ctx, &args),
        Command::Completions(args) => commands::completions::run(ctx, &args),
        #[cfg(feature = "drive")]
        Command::Serve(args) => run_to_end(ctx, commands::serve::run(ctx, &args)),
    }
}

/// Runs a command that ends on a signal by itself, in good order.
#[cfg(feature = "drive")]
fn run_to_end(ctx: &Context, command: impl Future<Output = Result<Outcome>>) -> Result<Outcome> {
    ctx.stay_calm();
    runtime()?.block_on(command)
}

/// Runs a command that waits for something. Ctrl-c drops it where it waits; work on the disk that was begun is ended
/// first, because the runtime waits for its blocking threads.
fn wait(ctx: &Context, command: impl Future<Output = Result<Outcome>>) -> Result<Outcome> {
    runtime()?.block_on(async {
        tokio::select! {
            outcome = async {
                let outcome = command.await;
                farewell::say(ctx, outcome.is_ok()).await;
                outcome
            } => outcome,
            _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted")),
        }
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Error::new(Kind::Failure, "could not start the runtime").source(e))
}

/// Shows what clap says: help and version are data, the rest is an error of the usage kind.
fn usage(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().take_while(|arg| arg != "--").any(|arg| arg == "--json");
    if json && error.use_stderr() {
        let rendered = error.render().to_string();
        let message = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let global = cli::GlobalArgs::for_errors(true);
        Ui::new(&global).error(&Error::usage(message).hint("skillzdrive --help"));
    } else if error.print().is_err() {
        // A closed pipe: nobody reads the help.
        return ExitCode::SUCCESS;
    }
    if error.use_stderr() { ExitCode::from(Kind::Usage.exit_code()) } else { ExitCode::SUCCESS }
}
