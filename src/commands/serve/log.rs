//! `serve log`: what was done to a drive, by whom.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Serialize;
use skillzdrive_drive::Act;
use skillzdrive_drive::Config;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::stamp;
use crate::ui::table::Table;

/// Show who did what to the drive: keys, credits, tiers, teams, shares, collections, publishing
///
/// Each line was written together with what it tells, and none is ever changed or taken away.
#[derive(Debug, clap::Args)]
pub(super) struct LogArgs {
    /// Only since then: an age (30m, 12h, 7d, 4w), a day (2026-11-24) or an instant (2026-11-24T05:00:00Z)
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<SystemTime>,
    /// How many lines at most, the newest
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    limit: u64,
}

#[derive(Serialize)]
struct LogJson {
    acts: Vec<ActJson>,
}

#[derive(Serialize)]
struct ActJson {
    at: String,
    by: String,
    who: String,
    key_id: Option<String>,
    act: String,
    object: String,
    detail: String,
    request_id: Option<String>,
}

impl From<Act> for ActJson {
    fn from(act: Act) -> Self {
        let Act { at, by, who, key_id, act, object, detail, request_id } = act;
        Self { at, by, who, key_id, act, object, detail, request_id }
    }
}

/// Reads a point in time as a person writes it.
fn since(text: &str) -> std::result::Result<SystemTime, String> {
    let age = || {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let seconds = match unit {
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 7 * 86_400,
            _ => return None,
        };
        let number = number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse::<u32>().ok())??;
        // Longer ago than 1970 is since the beginning.
        let before = Duration::from_secs(u64::from(number) * seconds);
        Some(SystemTime::now().checked_sub(before).map_or(UNIX_EPOCH, |at| at.max(UNIX_EPOCH)))
    };
    let day = || stamp::parse(&format!("{text}T00:00:00Z"));
    let wrong = || "neither an age (30m, 12h, 7d, 4w) nor a day (2026-11-24) nor an instant".to_owned();
    stamp::parse(text).or_else(day).or_else(age).ok_or_else(wrong)
}

/// Runs the command.
///
/// # Errors
/// Exit 1 when the folder cannot be used.
pub(super) async fn run(ctx: &Context, args: &LogArgs, config: Config) -> Result<Outcome> {
    let since = args.since.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let drive = open(config).await?;
    let acts = drive.acts(i64::try_from(since.as_millis()).unwrap_or(i64::MAX), args.limit).await;
    drive.close().await;
    let acts: Vec<ActJson> = acts.map_err(error)?.into_iter().map(Into::into).collect();
    if ctx.ui.is_json() {
        ctx.ui.json(&LogJson { acts })?;
        return Ok(Outcome::Done);
    }
    if acts.is_empty() {
        ctx.ui.status("nothing was done in that time");
    }
    let mut table = Table::new(["AT", "BY", "WHAT", "TO", "HOW", "REQUEST"]).dispensable(&["REQUEST"]);
    for act in acts {
        let by = format!("{} {}", act.by, act.who);
        table.row([act.at, by, act.act, act.object, act.detail, act.request_id.unwrap_or_default()]);
    }
    ctx.ui.table(&table);
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_an_age_a_day_or_an_instant() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(since("2000-02-29"), Ok(at(951_782_400)));
        assert_eq!(since("2000-02-29T00:00:01Z"), Ok(at(951_782_401)));
        assert_eq!(since("4000000w"), Ok(UNIX_EPOCH));
        let before = SystemTime::now();
        let ago = since("2h").unwrap() + Duration::from_secs(7_200);
        assert!(before <= ago && ago <= SystemTime::now());
        for wrong in ["", "d", "-1d", "+1d", "1y", "yesterday", "2000-13-01", "1.5h", "ä"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}
