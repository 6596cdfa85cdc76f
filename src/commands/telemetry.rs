//! `telemetry`: what was told to the drive, exactly.

use serde::Serialize;
use skillzdrive_wire::telemetry::Event;

use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::install_id;
use crate::store::spool::Spool;
use crate::store::spool::Spooled;

/// Show what is told to the drive about the use of this program
#[derive(Debug, clap::Args)]
pub(crate) struct TelemetryArgs {
    #[command(subcommand)]
    command: TelemetryCommand,
}

#[derive(Debug, clap::Subcommand)]
enum TelemetryCommand {
    /// Show the install id, the last events exactly as they were sent, and those that wait
    Show,
}

#[derive(Serialize)]
struct ShowJson {
    install_id: String,
    do_not_track: bool,
    sent: Vec<EventJson>,
    waiting: Vec<EventJson>,
}

#[derive(Serialize)]
struct EventJson {
    server: String,
    event: Event,
}

/// Runs the command.
///
/// # Errors
/// A bug: an event cannot be written as JSON.
pub(crate) fn run(ctx: &Context, args: &TelemetryArgs) -> Result<Outcome> {
    let TelemetryCommand::Show = args.command;
    let spool = Spool::of(&ctx.paths);
    let form = |spooled: Spooled| EventJson { server: spooled.server, event: spooled.event };
    let json = ShowJson {
        install_id: install_id::get(&ctx.paths, ctx.dry_run()).to_string(),
        do_not_track: install_id::do_not_track(),
        sent: spool.sent().into_iter().map(form).collect(),
        waiting: spool.waiting().into_iter().map(|(_, spooled)| form(spooled)).collect(),
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
        return Ok(Outcome::Done);
    }
    ctx.ui.data(format_args!("install id: {}", json.install_id));
    if json.do_not_track {
        ctx.ui.data("DO_NOT_TRACK is set: this id is random, each event has another, and none names a skill");
    }
    for (title, events) in [("sent", &json.sent), ("waiting", &json.waiting)] {
        ctx.ui.data(format_args!("{title}: {}", events.len()));
        for one in events {
            let text = serde_json::to_string(&one.event)
                .map_err(|e| Error::internal("an event cannot be written as JSON").source(e))?;
            ctx.ui.data(format_args!("  to {}: {text}", one.server));
        }
    }
    Ok(Outcome::Done)
}
