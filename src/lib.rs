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
//! | `complete` | what a shell is told at a TAB | ask a network or a keyring |
//! | `findings` | how a finding is said, in lines and in JSON | decide anything |
//! | `projects` | how several projects of a repository are said in one run | decide anything |
//! | `logging_in` | a login as a person sees it, for the commands that log in | choose the drive |
//! | `ui` | stdout, stderr, prompts, bars | know what a skill is |
//! | `error` | the one error: kind, exit code, hints | print |
//! | `installed`, `news` | how this program came here; a newer version that the drive named | start anything, ask anybody |
//! | `scanning` | scans side by side, their cache, the gate, baselines | print, ask |
//! | `installer`, `uploader`, `sync`, `update`, `audit`, `login`, `manifest`, `doctor`, `takeover`, `telemetry` | the engines: plans first, then effects, events through a callback | print, parse arguments, read the environment |
//! | `api` | the HTTP edge | touch skills on disk |
//! | `store` | the disk edge: paths, atomic writes, lock, lockfile, credentials, cache, trash | talk to a network |
//! | `agents` | the table of agents and their links | know about drives |
//! | `git` | git's own settings of a repository | look at commits or files |
//! | `schema` | the committed JSON schemas, and the choice of fields of `--json` | print |
//! | `env` | every environment variable | be by-passed |
//!
//! An arrow may only point down. The crates below the program (`wire`, `skill`, `sync`, `scan`, `drive`) are held apart
//! by Cargo; the rooms inside it by a test that reads the `use crate::` lines.

mod agents;
mod api;
mod audit;
mod browser;
mod cli;
mod commands;
mod complete;
mod context;
mod daily;
#[cfg(test)]
mod damage;
mod doctor;
mod embedded;
mod env;
mod error;
mod farewell;
mod findings;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod git;
mod installed;
mod installer;
mod logging_in;
mod login;
mod manifest;
mod nearest;
mod news;
mod projects;
mod remover;
mod scanning;
mod schema;
mod signals;
mod store;
mod sync;
mod takeover;
mod telemetry;
mod ui;
mod update;
mod uploader;
mod usage;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::cli::Cli;
use crate::cli::Command;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::schema::Selection;
use crate::schema::Template;
use crate::ui::Ui;

/// Runs the program on the process's arguments and returns its exit code.
pub fn main() -> ExitCode {
    match complete::answered() {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(error) => return usage::show(&error),
    }
    match usage::parse() {
        Ok((mut cli, words)) => {
            // The fields of `--json=` and `--format` are found before anything is done: a command that charges does not run for a wrong name.
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let chosen = cli.global.fields().map(|fields| Selection::parse(fields, &words)).transpose();
            let template = cli.global.format.as_deref().map(|text| Template::parse(text, &words)).transpose();
            let ui = Ui::new(&cli.global);
            match chosen.and_then(|chosen| Ok((chosen, template?))) {
                Ok((selection, template)) => (cli.global.selection, cli.global.template) = (selection, template),
                Err(error) => return failed(&ui, &error),
            }
            guarded(&ui, || run(&ui, cli))
        }
        Err(error) => usage::show(&error),
    }
}

fn run(ui: &Ui, cli: Cli) -> ExitCode {
    let ctx = match Context::new(cli.global) {
        Ok(ctx) => ctx,
        Err(error) => return failed(ui, &error),
    };
    let mut outcome = dispatch(&ctx, cli.command);
    if outcome.is_ok() && farewell::is_needed(&ctx) {
        // A command that needed no network: once a day the drive is asked all the same.
        outcome = wait(&ctx, async { outcome });
    }
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => failed(&ctx.ui, &error),
    }
}

fn failed(ui: &Ui, error: &Error) -> ExitCode {
    ui.error(error);
    ExitCode::from(error.kind().exit_code())
}

/// A panic is a bug, and is said like any other error, so that a script with `--json` can read it.
fn guarded(ui: &Ui, run: impl FnOnce() -> ExitCode) -> ExitCode {
    let place = Arc::new(Mutex::new(String::new()));
    let noted = place.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let at = panic.location().map_or_else(String::new, ToString::to_string);
        *noted.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }));
    std::panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        // The place alone: what a panic says may hold anything.
        let place = place.lock().unwrap_or_else(PoisonError::into_inner);
        failed(ui, &Error::internal(format!("the program broke off at {place}")))
    })
}

/// One line for each command: nothing else happens here. What needs the network gets a runtime, the rest starts none.
fn dispatch(ctx: &Context, command: Command) -> Result<Outcome> {
    match command {
        Command::Search(args) => wait(ctx, commands::search::run(ctx, &args)),
        Command::Info(args) => wait(ctx, commands::info::run(ctx, &args)),
        Command::Discover(args) => wait(ctx, commands::discover::run(ctx, &args)),
        Command::Leaderboard(args) => wait(ctx, commands::leaderboard::run(ctx, &args)),
        Command::Init(args) => wait(ctx, commands::init::run(ctx, &args)),
        Command::New(args) => commands::new::run(ctx, &args),
        Command::Install(args) => wait(ctx, commands::install::run(ctx, &args)),
        Command::Remove(args) => commands::remove::run(ctx, &args),
        Command::List(args) => commands::list::run(ctx, &args),
        Command::Status(args) => commands::status::run(ctx, &args),
        Command::Audit(args) => wait(ctx, commands::audit::run(ctx, &args)),
        Command::Scan(args) => commands::scan::run(ctx, &args),
        Command::Outdated(args) => wait(ctx, commands::outdated::run(ctx, &args)),
        Command::Update(args) => wait(ctx, commands::update::run(ctx, &args)),
        Command::Pin(args) => commands::pin::pin(ctx, &args),
        Command::Unpin(args) => commands::pin::unpin(ctx, &args),
        Command::Diff(args) => wait(ctx, commands::diff::run(ctx, &args)),
        Command::Log(args) => wait(ctx, commands::log::run(ctx, &args)),
        Command::Why(args) => commands::why::run(ctx, &args),
        Command::Sync(args) => wait(ctx, commands::sync::run(ctx, &args)),
        Command::Upload(args) => wait(ctx, commands::upload::run(ctx, &args)),
        Command::Export(args) => wait(ctx, commands::export::run(ctx, &args)),
        Command::Login(args) => wait(ctx, commands::login::run(ctx, &args)),
        Command::Logout(args) => wait(ctx, commands::logout::run(ctx, &args)),
        Command::Whoami(args) => wait(ctx, commands::whoami::run(ctx, &args)),
        Command::Credits(args) => wait(ctx, commands::credits::run(ctx, &args)),
        Command::Run(args) => wait(ctx, commands::run::run(ctx, &args)),
        Command::Telemetry(args) => commands::telemetry::run(ctx, &args),
        Command::Drive(args) => wait(ctx, commands::drive::run(ctx, &args)),
        Command::Webhooks(args) => wait(ctx, commands::webhooks::run(ctx, &args)),
        Command::Marketplace(args) => wait(ctx, commands::marketplace::run(ctx, &args)),
        Command::Collection(args) => wait(ctx, commands::collection::run(ctx, &args)),
        Command::Undo(args) => commands::undo::run(ctx, &args),
        Command::Trash(args) => commands::trash::run(ctx, &args),
        Command::Cache(args) => commands::cache::run(ctx, &args),
        Command::Lock(args) => commands::lock::run(ctx, &args),
        Command::Config(args) => commands::config::run(ctx, &args),
        Command::Agents(args) => commands::agents::run(ctx, &args),
        Command::Enable(args) => commands::enable::enable(ctx, &args),
        Command::Disable(args) => commands::enable::disable(ctx, &args),
        Command::Doctor(args) => wait(ctx, commands::doctor::run(ctx, &args)),
        Command::Itself(args) => commands::itself::run(ctx, &args),
        Command::Completions(args) => commands::completions::run(ctx, &args),
        Command::Man(args) => commands::man::run(ctx, &args),
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

/// Runs a command that waits for something. A signal drops it where it waits; work on the disk that was begun goes on to
/// its next safe point, and the runtime waits for its blocking threads.
fn wait(ctx: &Context, command: impl Future<Output = Result<Outcome>>) -> Result<Outcome> {
    runtime()?.block_on(async {
        let mut signal = std::pin::pin!(signals::told_to_end());
        // What is done at the same moment is done.
        let outcome = tokio::select! {
            biased;
            outcome = command => outcome,
            told = &mut signal => return Err(told),
        };
        // What is done stays done: a signal now only cuts the farewell.
        tokio::select! {
            () = farewell::say(ctx, outcome.is_ok()) => {}
            _ = signal => {}
        }
        outcome
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Error::new(Kind::Failure, "could not start the runtime").source(e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_as_a_bug() {
        let ui = Ui::new(&cli::GlobalArgs::for_errors(true));
        assert_eq!(guarded(&ui, || ExitCode::from(3)), ExitCode::from(3));
        let code = guarded(&ui, || panic!("canary"));
        let _ = std::panic::take_hook();
        assert_eq!(code, ExitCode::from(70));
    }
}
