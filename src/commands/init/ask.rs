//! The questions of `init`. A flag goes before each; without a person the least is done.

use std::fmt;

use super::Answers;
use super::Around;
use super::InitArgs;
use super::Login;
use super::nobody;
use super::starter;
use crate::api::server::Server;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Result;
use crate::logging_in;
use crate::store::credentials;
use crate::store::scope::AgentFolder;
use crate::store::scope::ScopeKind;
use crate::takeover::Step;

/// Finds every answer.
///
/// # Errors
/// Exit 2 when there is nobody to ask, or for an agent that is not known; 130 on ctrl-c.
pub(super) async fn answers(ctx: &Context, args: &InitArgs, around: &Around) -> Result<Answers> {
    let asks = !args.defaults && !ctx.ui.says_yes();
    if asks && !ctx.ui.is_interactive() && !ctx.dry_run() {
        return Err(nobody());
    }
    let asks = asks && ctx.ui.is_interactive();
    let takeable: Vec<Step> = around.steps.iter().filter(|step| step.is_taken()).cloned().collect();
    let agents = agents(ctx, args, around, asks)?;
    let server = server(ctx, around, asks)?;
    let login = login(ctx, args, server.as_deref(), asks).await?;
    let starter = starter(ctx, args, around, asks)?;
    let take = match (args.take_over, args.no_take_over) {
        (true, _) => takeable,
        (_, true) => Vec::new(),
        _ if takeable.is_empty() => Vec::new(),
        _ if asks => which(ctx, takeable)?,
        _ if args.defaults => Vec::new(),
        _ => takeable,
    };
    Ok(Answers { server, agents, login, starter, take })
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
            Server::parse(&server, &ctx.paths)?;
            Ok(Some(server))
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Browser,
    Key,
    Later,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Browser => "with a browser",
            Self::Key => "with an API key",
            Self::Later => "not now",
        })
    }
}

/// How to log in to the drive that was chosen. Who is logged in is not asked, and the drive on this machine needs none.
async fn login(ctx: &Context, args: &InitArgs, chosen: Option<&str>, asks: bool) -> Result<Login> {
    let by = &args.login;
    let drive = match chosen {
        Some(chosen) => Server::parse(chosen, &ctx.paths)?,
        None => ctx.server()?,
    };
    let wants = by.login || by.with_token || by.key_file.is_some();
    if drive.is_local() {
        return match wants {
            true => Err(Error::usage("the embedded drive needs no login: its owner is logged in by itself")
                .code("no_login_needed")),
            false => Ok(Login::No),
        };
    }
    if let Some(path) = &by.key_file {
        return Ok(Login::Key(logging_in::from_file(ctx, path).await?));
    }
    if by.with_token {
        return Ok(Login::Key(logging_in::from_stdin(ctx).await?));
    }
    if by.login {
        // Said before anything is written; a look needs nobody.
        if !ctx.ui.is_interactive() && !ctx.dry_run() {
            return Err(Error::usage("a login by browser needs a person at a terminal")
                .code("answer_needed")
                .hint("skillzdrive init --with-token < FILE, or --key-file FILE, takes an API key"));
        }
        return Ok(Login::Browser);
    }
    if by.no_login || !asks || ctx.offline() || ctx.dry_run() {
        return Ok(Login::No);
    }
    let (paths, identity) = (ctx.paths.clone(), drive.identity());
    let known = tokio::task::block_in_place(|| credentials::find(&paths, &identity))?;
    if known.is_some() {
        return Ok(Login::No);
    }
    let question = format!("Log in to {drive}?");
    match ctx.ui.select(&question, vec![Way::Browser, Way::Key, Way::Later], "--login, --key-file or --no-login")? {
        Way::Browser => Ok(Login::Browser),
        Way::Key => Ok(Login::Key(logging_in::from_prompt(ctx)?)),
        Way::Later => Ok(Login::No),
    }
}

/// The default skills that are to come. They are a person's, so a project is not asked about them.
fn starter(ctx: &Context, args: &InitArgs, around: &Around, asks: bool) -> Result<Vec<&'static str>> {
    if args.default_skills {
        return starter::wanted(&ctx.paths);
    }
    let offered = around.scope.kind == ScopeKind::Global && !args.no_default_skills && !args.defaults && !ctx.offline();
    if !offered || (!asks && !ctx.ui.says_yes()) {
        return Ok(Vec::new());
    }
    let wanted = starter::wanted(&ctx.paths)?;
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let question = format!("Install the skills every agent needs, {}?", wanted.join(" and "));
    Ok(if ctx.ui.confirm(&question, true)? { wanted } else { Vec::new() })
}

/// Which skills to take over; all are chosen at first.
fn which(ctx: &Context, takeable: Vec<Step>) -> Result<Vec<Step>> {
    let name = |step: &Step| format!("{} ({}: {})", step.slug(), step.claim.tool.word(), step.claim.origin);
    let names: Vec<String> = takeable.iter().map(name).collect();
    let all: Vec<usize> = (0..names.len()).collect();
    let chosen = ctx.ui.multi_select("Which skills of other tools to take over?", names, &all, "--take-over")?;
    Ok(takeable.into_iter().filter(|step| chosen.contains(&name(step))).collect())
}
