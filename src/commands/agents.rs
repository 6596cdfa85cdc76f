//! `agents`: the coding agents that are known, which of them are here, and where each reads its skills.

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use serde::Serialize;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::linking::Linking;
use crate::store::real_path::real_path;
use crate::store::scope::AgentFolder;
use crate::store::settings::LinkMode;
use crate::store::settings::Settings;
use crate::ui::clean;
use crate::ui::table::Table;

/// Show the coding agents on this machine and where they read skills
#[derive(Debug, Args)]
pub(crate) struct AgentsArgs {
    #[command(subcommand)]
    command: AgentsCommand,
}

#[derive(Debug, Subcommand)]
enum AgentsCommand {
    List(ListArgs),
}

/// List the agents that are here or were chosen
#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// List every agent that is known
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct AgentsJson {
    scope: &'static str,
    agents: Vec<AgentJson>,
}

#[derive(Serialize)]
struct AgentJson {
    id: String,
    name: String,
    /// Whether it is on this machine.
    detected: bool,
    /// Whether it gets links.
    chosen: bool,
    folder: PathBuf,
    /// `link`, `copy`, or `direct` where it reads the folder that skills lie in.
    mode: &'static str,
    /// Whether it is known to read a skill that is a link.
    follows_links: bool,
    /// Whether your settings say something of it.
    changed: bool,
}

pub(crate) fn run(ctx: &Context, args: &AgentsArgs) -> Result<Outcome> {
    let AgentsCommand::List(args) = &args.command;
    let scope = ctx.scope(args.scope);
    let loaded = Settings::load(&ctx.paths, &scope)?;
    for warning in &loaded.warnings {
        ctx.ui.warn(clean::line(warning));
    }
    let linking = Linking::load(&ctx.paths, &scope, &loaded.settings, &[])?;
    let detected = linking.agents().detected();
    let chosen = linking.usual()?;
    let has = |folders: &[AgentFolder], id: &str| folders.iter().any(|folder| folder.id == id);
    let canonical = real_path(&scope.skills());
    let agents: Vec<AgentJson> = linking
        .agents()
        .all()
        .into_iter()
        .map(|AgentFolder { id, name, folder, mode }| AgentJson {
            detected: has(&detected, &id),
            chosen: has(&chosen, &id),
            mode: match mode {
                _ if real_path(&folder) == canonical => "direct",
                LinkMode::Link => "link",
                LinkMode::Copy => "copy",
            },
            follows_links: linking.agents().get(&id).is_none_or(|agent| agent.follows_links),
            changed: linking.agents().get(&id).is_some_and(|agent| agent.is_changed),
            id,
            name,
            folder,
        })
        .filter(|agent| args.all || agent.detected || agent.chosen)
        .collect();
    if ctx.ui.is_json() {
        ctx.ui.json(&AgentsJson { scope: scope.kind.word(), agents })?;
        return Ok(Outcome::Done);
    }
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let mut table = Table::new(["AGENT", "NAME", "HERE", "CHOSEN", "SEES SKILLS BY", "FOLDER"]);
    for agent in &agents {
        let folder = agent.folder.display().to_string();
        table.row([
            agent.id.clone(),
            agent.name.clone(),
            yes(agent.detected),
            yes(agent.chosen),
            agent.mode.to_owned(),
            folder,
        ]);
    }
    ctx.ui.table(&table);
    if agents.is_empty() {
        ctx.ui.status("no agent was found on this machine");
        ctx.ui.hint("skillzdrive agents list --all shows the names for -a/--agent and for `agents` in the settings");
    }
    Ok(Outcome::Done)
}
