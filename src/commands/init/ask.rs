//! The questions of `init`. A flag goes before each; without a person the least is done.

use std::fmt;

use super::Answers;
use super::Around;
use super::InitArgs;
use super::nobody;
use crate::context::Context;
use crate::env;
use crate::error::Result;
use crate::store::scope::AgentFolder;
use crate::takeover::Step;

/// Finds every answer.
///
/// # Errors
/// Exit 2 when there is nobody to ask, or for an agent that is not known; 130 on ctrl-c.
pub(super) fn answers(ctx: &Context, args: &InitArgs, around: &Around) -> Result<Answers> {
    let asks = !args.defaults && !ctx.ui.says_yes();
    if asks && !ctx.ui.is_interactive() && !ctx.dry_run() {
        return Err(nobody());
    }
    let asks = asks && ctx.ui.is_interactive();
    let takeable: Vec<Step> = around.steps.iter().filter(|step| step.is_taken()).cloned().collect();
    let agents = agents(ctx, args, around, asks)?;
    let server = server(ctx, around, asks)?;
    let take = match (args.take_over, args.no_take_over) {
        (true, _) => takeable,
        (_, true) => Vec::new(),
        _ if takeable.is_empty() => Vec::new(),
        _ if asks => which(ctx, takeable)?,
        _ if args.defaults => Vec::new(),
        _ => takeable,
    };
    Ok(Answers { server, agents, take })
}

/// Which agents to remember. One that is chosen because it is here need not be remembered.
fn agents(ctx: &Context, args: &InitArgs, around: &Around, asks: bool) -> Result<Option<Vec<String>>> {
    let known = around.here.linking.agents();
    if !args.agents.is_empty() {
        known.chosen(&crate::agents::Choice { flag: Some(&args.agents), ..Default::default() })?;
        return Ok(Some(args.agents.clone()));
    }
    let detected = known.detected();
    if !asks || detected.is_empty() || around.here.settings.agents.is_some() {
        return Ok(None);
    }
    let names: Vec<String> = detected.iter().map(named).collect();
    let all: Vec<usize> = (0..names.len()).collect();
    let chosen = ctx.ui.multi_select("Which agents get your skills?", names.clone(), &all, "--agent NAME")?;
    if chosen.len() == names.len() {
        return Ok(None);
    }
    Ok(Some(detected.into_iter().filter(|one| chosen.contains(&named(one))).map(|one| one.id).collect()))
}

fn named(agent: &AgentFolder) -> String {
    format!("{} ({})", agent.name, agent.id)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Drive {
    Hosted,
    Own,
    Local,
}

impl fmt::Display for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hosted => "the hosted drive",
            Self::Own => "a drive of your own, by its address",
            Self::Local => "a drive on this machine: no account, no network",
        })
    }
}

/// The drive to remember: the one of `--server`, else what is answered. Who has one set already is not asked.
fn server(ctx: &Context, around: &Around, asks: bool) -> Result<Option<String>> {
    if let Some(server) = &ctx.global.server {
        return Ok(Some(server.clone()));
    }
    let set = around.here.settings.own_server().is_some() || env::text(env::SERVER).is_some();
    if !asks || set {
        return Ok(None);
    }
    match ctx.ui.select("Which drive keeps your skills?", vec![Drive::Hosted, Drive::Local, Drive::Own], "--server")? {
        Drive::Hosted => Ok(None),
        Drive::Local => Ok(Some("local".to_owned())),
        Drive::Own => {
            let server = ctx.ui.text("Its address (https://…):", None, "--server URL")?;
            let server = server.trim().to_owned();
            crate::api::server::Server::parse(&server, &ctx.paths)?;
            Ok(Some(server))
        }
    }
}

/// Which skills to take over; all are chosen at first.
fn which(ctx: &Context, takeable: Vec<Step>) -> Result<Vec<Step>> {
    let name = |step: &Step| format!("{} ({}: {})", step.slug(), step.claim.tool.word(), step.claim.origin);
    let names: Vec<String> = takeable.iter().map(name).collect();
    let all: Vec<usize> = (0..names.len()).collect();
    let chosen = ctx.ui.multi_select("Which skills of other tools to take over?", names, &all, "--take-over")?;
    Ok(takeable.into_iter().filter(|step| chosen.contains(&name(step))).collect())
}
