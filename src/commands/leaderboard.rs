//! `leaderboard`: the public skills that others use most.

use clap::ValueEnum;
use serde::Serialize;
use skillzdrive_wire::skills::SortBy;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::table::Table;

/// Show the ten public skills that were used most in the last 30 days
#[derive(Debug, clap::Args)]
pub(crate) struct LeaderboardArgs {
    /// What decides
    #[arg(long, value_enum, value_name = "BY", default_value_t = By::Executions)]
    sort_by: By,
}

/// What decides who comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// How often it was run
    Executions,
    /// How often it was installed, once for each account or installation and day
    Installs,
    /// The mean of its ratings, 1 to 5
    Rating,
}

#[derive(Serialize)]
struct LeaderboardJson {
    sort_by: String,
    skills: Vec<PlaceJson>,
}

#[derive(Serialize)]
struct PlaceJson {
    place: usize,
    slug: String,
    name: String,
    description: String,
    version: u64,
    executions: Option<u64>,
    installs: Option<u64>,
    rating: Option<f64>,
    security_grade: Option<String>,
    credit_cost_per_use: Option<u64>,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key; as any call.
pub(crate) async fn run(ctx: &Context, args: &LeaderboardArgs) -> Result<Outcome> {
    let sort_by = match args.sort_by {
        By::Executions => SortBy::Executions,
        By::Installs => SortBy::Installs,
        By::Rating => SortBy::Rating,
    };
    let board = ctx.account().await?.leaderboard(&sort_by).await?;
    let skills = board.skills.into_iter().enumerate().map(|(index, skill)| PlaceJson {
        place: index + 1,
        slug: skill.slug.to_string(),
        name: skill.name,
        description: skill.description,
        version: skill.version,
        executions: skill.executions,
        installs: skill.installs,
        rating: skill.rating,
        security_grade: skill.security_grade,
        credit_cost_per_use: skill.credit_cost_per_use,
    });
    let board = LeaderboardJson { sort_by: board.sort_by.to_string(), skills: skills.collect() };
    if ctx.ui.is_json() {
        ctx.ui.json(&board)?;
        return Ok(Outcome::Done);
    }
    if board.skills.is_empty() {
        ctx.ui.status(match args.sort_by {
            By::Executions => "no public skill was run in the last 30 days",
            By::Installs => "no public skill was installed in the last 30 days",
            By::Rating => "no public skill was rated in the last 30 days",
        });
        return Ok(Outcome::Done);
    }
    let mut table = Table::new(["PLACE", "SLUG", "GRADE", "RUNS", "INSTALLS", "RATING", "DESCRIPTION"])
        .dispensable(&["RATING", "INSTALLS"]);
    for skill in board.skills {
        let count = |count: Option<u64>| count.map_or_else(String::new, |count| count.to_string());
        let rating = skill.rating.map_or_else(String::new, |rating| format!("{rating:.1}"));
        let place = skill.place.to_string();
        let grade = skill.security_grade.unwrap_or_default();
        let (runs, installs) = (count(skill.executions), count(skill.installs));
        table.row([place, skill.slug, grade, runs, installs, rating, skill.description]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}
