//! `discover`: skills by words, in the marketplace and in the GitHub trees that the drive has fetched before.

use serde::Serialize;
use skillzdrive_wire::skills::FoundIn;
use skillzdrive_wire::skills::FoundSkill;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::table::Table;

/// Look for skills beyond your drive: one of the words is enough
///
/// Shows ten at a time. A skill found on GitHub is imported by its address: skillzdrive drive import URL.
#[derive(Debug, clap::Args)]
pub(crate) struct DiscoverArgs {
    /// What to look for
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Leave out so many of the best
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u32,
}

#[derive(Serialize)]
struct DiscoverJson {
    offset: u64,
    next_offset: Option<u64>,
    skills: Vec<FoundJson>,
}

#[derive(Serialize)]
struct FoundJson {
    slug: String,
    name: String,
    description: String,
    version: u64,
    found_in: String,
    github_url: Option<String>,
    owner: Option<String>,
    security_grade: Option<String>,
    credit_cost_per_use: Option<u64>,
    executions: Option<u64>,
    installs: Option<u64>,
    rating: Option<f64>,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key; as any call.
pub(crate) async fn run(ctx: &Context, args: &DiscoverArgs) -> Result<Outcome> {
    let sought = args.words.join(" ");
    let found = ctx.account().await?.discover(&sought, args.offset).await?;
    let found = DiscoverJson {
        offset: found.offset,
        next_offset: found.next_offset,
        skills: found.skills.into_iter().map(json).collect(),
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&found)?;
        return Ok(Outcome::Done);
    }
    if found.skills.is_empty() {
        let more = if found.offset > 0 { "nothing more was found" } else { "nothing was found" };
        ctx.ui.status(more);
        return Ok(Outcome::Done);
    }
    let mut table = Table::new(["SLUG", "FOUND IN", "GRADE", "INSTALLS", "RATING", "DESCRIPTION"])
        .dispensable(&["RATING", "INSTALLS"]);
    for skill in found.skills {
        let count = |count: Option<u64>| count.map_or_else(String::new, |count| count.to_string());
        let rating = skill.rating.map_or_else(String::new, |rating| format!("{rating:.1}"));
        // What is on GitHub is asked for by its address.
        let place = match &skill.github_url {
            Some(url) if skill.found_in != FoundIn::Marketplace.as_str() => url.clone(),
            _ => skill.found_in,
        };
        let grade = skill.security_grade.unwrap_or_default();
        table.row([skill.slug, place, grade, count(skill.installs), rating, skill.description]);
    }
    ctx.ui.table(&table);
    if let Some(next) = found.next_offset {
        ctx.ui.hint(format_args!("there is more: --offset {next}"));
    }
    Ok(Outcome::Done)
}

fn json(found: FoundSkill) -> FoundJson {
    let FoundSkill { skill, found_in } = found;
    FoundJson {
        slug: skill.slug.to_string(),
        name: skill.name,
        description: skill.description,
        version: skill.version,
        found_in: found_in.to_string(),
        github_url: skill.github_url,
        owner: skill.owner,
        security_grade: skill.security_grade,
        credit_cost_per_use: skill.credit_cost_per_use,
        executions: skill.executions,
        installs: skill.installs,
        rating: skill.rating,
    }
}
