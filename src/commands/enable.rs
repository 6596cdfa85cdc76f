//! `enable` and `disable`: which agents see a skill that stays where it is.

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::visible;
use crate::installer::visible::Ask;
use crate::installer::visible::Seen;

/// Hide skills from agents without removing them
///
/// Links and copies for the agents go away, the skill stays, and no install, update or sync brings them back until
/// `enable` does. An agent that reads .agents/skills itself cannot be kept from what lies there.
#[derive(Debug, clap::Args)]
pub(crate) struct DisableArgs {
    #[command(flatten)]
    which: WhichArgs,
}

/// Show disabled skills to agents again, or to more agents
#[derive(Debug, clap::Args)]
pub(crate) struct EnableArgs {
    #[command(flatten)]
    which: WhichArgs,
}

#[derive(Debug, clap::Args)]
struct WhichArgs {
    /// The skills
    #[arg(required = true, value_name = "SLUG", value_parser = Slug::new)]
    slugs: Vec<Slug>,
    /// This agent alone (can be repeated); without it every one
    #[arg(short, long = "agent", value_name = "AGENT")]
    agents: Vec<String>,
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct EnableJson {
    scope: &'static str,
    enabled: bool,
    dry_run: bool,
    skills: Vec<SkillJson>,
}

#[derive(Serialize)]
struct SkillJson {
    slug: Slug,
    /// The agents for which it is so now.
    agents: Vec<String>,
    not_changed: Vec<NotJson>,
}

#[derive(Serialize)]
struct NotJson {
    agent: String,
    reason: String,
}

/// Runs `disable`.
///
/// # Errors
/// Exit 2 for an agent that is not known, 5 for a skill that is not here.
pub(crate) fn disable(ctx: &Context, args: &DisableArgs) -> Result<Outcome> {
    run(ctx, &args.which, false)
}

/// Runs `enable`.
///
/// # Errors
/// As [`disable`].
pub(crate) fn enable(ctx: &Context, args: &EnableArgs) -> Result<Outcome> {
    run(ctx, &args.which, true)
}

fn run(ctx: &Context, args: &WhichArgs, enabled: bool) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let tell = |event: Event| {
        if let Event::Waiting(holder) = event {
            ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})"));
        }
    };
    let ask =
        Ask { paths: &ctx.paths, scope: &scope, slugs: &args.slugs, agents: &args.agents, dry_run: ctx.dry_run() };
    let all = if enabled { visible::enable(&ask, &tell)? } else { visible::disable(&ask, &tell)? };
    // Who named an agent wants to know that it did not work; who named none is told.
    let missed = !args.agents.is_empty() && all.iter().any(|seen| !seen.not.is_empty());
    let hit = all.iter().any(|seen| !seen.agents.is_empty());
    if ctx.ui.is_json() {
        let skills = all.into_iter().map(skill).collect();
        ctx.ui.json(&EnableJson { scope: scope.kind.word(), enabled, dry_run: ctx.dry_run(), skills })?;
    } else {
        for seen in &all {
            say(ctx, seen, enabled);
        }
    }
    Ok(match (missed, hit) {
        (false, _) => Outcome::Done,
        (true, true) => Outcome::Ended(Kind::Partial),
        (true, false) => Outcome::Ended(Kind::Failure),
    })
}

fn skill(seen: Seen) -> SkillJson {
    let not = seen.not.into_iter().map(|(agent, reason)| NotJson { agent, reason });
    SkillJson { slug: seen.slug, agents: seen.agents, not_changed: not.collect() }
}

fn say(ctx: &Context, seen: &Seen, enabled: bool) {
    let slug = &seen.slug;
    let verb = match (enabled, ctx.dry_run()) {
        (true, false) => "is shown to",
        (true, true) => "would be shown to",
        (false, false) => "is hidden from",
        (false, true) => "would be hidden from",
    };
    if !seen.agents.is_empty() {
        ctx.ui.data(format_args!("{slug} {verb} {}", seen.agents.join(", ")));
    } else if seen.not.is_empty() {
        ctx.ui.status(format_args!(
            "{slug} {} for every agent",
            if enabled { "was enabled already" } else { "is hidden already" }
        ));
    }
    for (agent, why) in &seen.not {
        ctx.ui.warn(format_args!("{slug} and {agent}: {why}"));
    }
}
