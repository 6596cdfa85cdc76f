//! `self`: this program itself. It says what to type and never replaces itself: who installed it keeps the list of its
//! files.

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::installed;
use crate::installed::Places;
use crate::news;

/// This program itself: how it was installed, and what brings a newer one
#[derive(Debug, clap::Args)]
pub(crate) struct SelfArgs {
    #[command(subcommand)]
    command: SelfCommand,
}

#[derive(Debug, clap::Subcommand)]
enum SelfCommand {
    /// Print the command that updates this program, by the way in which it was installed
    ///
    /// It asks nobody and changes nothing: the newest version is the one that your drive named in an earlier answer.
    Update,
}

#[derive(Serialize)]
struct UpdateJson {
    version: &'static str,
    /// What the drive named, newer or not.
    newest: Option<String>,
    /// One word for the way, or a packager's name.
    installed_by: String,
    program: String,
    command: Option<String>,
    releases: &'static str,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 when the system does not say where the program is.
pub(crate) fn run(ctx: &Context, args: &SelfArgs) -> Result<Outcome> {
    let SelfCommand::Update = args.command;
    let places = Places::find(&ctx.paths.home).ok_or_else(|| {
        Error::new(Kind::Failure, "the system does not say where this program is")
            .hint(format!("the newest one is at {}", installed::RELEASES))
    })?;
    let way = installed::way(&places);
    let server = ctx.server()?.identity();
    // What another drive said may be old.
    let news = news::kept(&ctx.paths).filter(|news| news.server == server);
    let json = UpdateJson {
        version: env!("CARGO_PKG_VERSION"),
        newest: news.as_ref().map(|news| news.newest.to_string()),
        installed_by: way.word().to_owned(),
        program: places.program.display().to_string(),
        command: way.command(),
        releases: installed::RELEASES,
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!("skillzdrive {}, {}: {}", json.version, way.said(), json.program));
    match &news {
        Some(news) if news.is_news() => {
            ctx.ui.status(format_args!("{} is the newest that {server} knows of", news.newest))
        }
        Some(_) => ctx.ui.status(format_args!("{server} knows of no newer one")),
        None => {}
    }
    match &json.command {
        Some(command) => ctx.ui.data(command),
        None => ctx.ui.hint(way.advice()),
    }
    Ok(Outcome::Done)
}
