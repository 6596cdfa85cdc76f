//! How often skills were run and installed, how they are rated, and which of them come first.
//!
//! Everything is counted since an instant that the caller gives; runs themselves are written by [`super::skill_runs`].

use std::collections::HashMap;

use skillzdrive_wire::Slug;
use sqlx::AssertSqlSafe;
use sqlx::Row;

use super::Result;
use super::SqlTransaction;
use super::reach::View;
use super::search;
use super::skills::Edition;
use super::skills::edition;
use super::skills::edition_columns;
use super::sql::MOST_AT_ONCE;
use super::sql::big;
use super::sql::count;
use super::sql::padded;
use super::sql::placeholders;
use super::sql::room_for;
use crate::time::DAY;

/// How a skill stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Standing {
    /// How often it was run.
    pub(crate) executions: u64,
    /// How often it was installed: once for each who and day.
    pub(crate) installs: u64,
    /// The sum of the stars it was given, and by how many.
    pub(crate) stars: u64,
    pub(crate) ratings: u64,
}

/// What decides who comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Executions,
    Installs,
    Rating,
}

/// The section's methods.
pub(crate) trait Standings {
    /// Counts an install of the public skill of each slug, and says nothing where there is none.
    async fn count_installs(&mut self, slugs: &[Slug], who: &str, now: i64) -> Result<()>;
    /// Notes somebody's stars for a skill, in place of those given before.
    async fn rate(&mut self, skill_id: &str, user_id: &str, stars: u64, now: i64) -> Result<()>;
    /// How skills stand since an instant; one that nobody touched is not in it.
    async fn standings(&mut self, skill_ids: &[String], since: i64) -> Result<HashMap<String, Standing>>;
    /// The public skills of a view that come first. One without a single run, install or rating comes nowhere.
    async fn top(&mut self, order: Order, view: &View, since: i64, limit: u64) -> Result<Vec<Edition>>;
}

/// The first day that counts.
fn day(instant: i64) -> i64 {
    instant.div_euclid(DAY)
}

impl Standings for SqlTransaction {
    async fn count_installs(&mut self, slugs: &[Slug], who: &str, now: i64) -> Result<()> {
        for part in slugs.chunks(MOST_AT_ONCE) {
            let room = room_for(part.len());
            // Of several with one slug the oldest is meant, as everywhere.
            let statement = format!(
                "insert into skill_installs (skill_id, who, day)
                 select s.id, $1, $2 from skills s
                 where s.slug in ({}) and s.is_public = 1 and s.withdrawn_at is null and not exists
                     (select 1 from skills p where p.slug = s.slug and p.is_public = 1 and p.withdrawn_at is null
                          and (p.created_at < s.created_at or (p.created_at = s.created_at and p.id < s.id)))
                 on conflict (skill_id, who, day) do nothing",
                placeholders(3, room)
            );
            let mut query = sqlx::query(AssertSqlSafe(statement)).bind(who).bind(day(now));
            for slug in padded(part, room) {
                query = query.bind(slug.as_str());
            }
            query.execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn rate(&mut self, skill_id: &str, user_id: &str, stars: u64, now: i64) -> Result<()> {
        sqlx::query(
            "insert into skill_ratings (skill_id, user_id, stars, rated_at) values ($1, $2, $3, $4)
             on conflict (skill_id, user_id) do update set stars = excluded.stars, rated_at = excluded.rated_at",
        )
        .bind(skill_id)
        .bind(user_id)
        .bind(big(stars))
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn standings(&mut self, skill_ids: &[String], since: i64) -> Result<HashMap<String, Standing>> {
        let mut found: HashMap<String, Standing> = HashMap::new();
        for part in skill_ids.chunks(MOST_AT_ONCE) {
            let room = room_for(part.len());
            let ids = placeholders(3, room);
            let statement = format!(
                "select 0 as kind, skill_id, count(*) as times, 0 as stars
                 from skill_runs where started_at >= $1 and skill_id in ({ids}) group by skill_id
                 union all select 1 as kind, skill_id, count(*) as times, 0 as stars
                 from skill_installs where day >= $2 and skill_id in ({ids}) group by skill_id
                 union all select 2 as kind, skill_id, count(*) as times, cast(sum(stars) as bigint) as stars
                 from skill_ratings where rated_at >= $1 and skill_id in ({ids}) group by skill_id"
            );
            let mut query = sqlx::query(AssertSqlSafe(statement)).bind(since).bind(day(since));
            for id in padded(part, room) {
                query = query.bind(id);
            }
            for row in query.fetch_all(&mut *self.tx).await? {
                let standing = found.entry(row.try_get("skill_id")?).or_default();
                let times = count(&row, "times")?;
                match count(&row, "kind")? {
                    0 => standing.executions = times,
                    1 => standing.installs = times,
                    _ => (standing.ratings, standing.stars) = (times, count(&row, "stars")?),
                }
            }
        }
        Ok(found)
    }

    async fn top(&mut self, order: Order, view: &View, since: i64, limit: u64) -> Result<Vec<Edition>> {
        // More of it first; of two that are rated alike, the one that more people have rated.
        let (counted, since) = match order {
            Order::Executions => {
                ("select skill_id, count(*) as high, 0 as low from skill_runs where started_at >= $1", since)
            }
            Order::Installs => {
                ("select skill_id, count(*) as high, 0 as low from skill_installs where day >= $1", day(since))
            }
            Order::Rating => (
                "select skill_id, cast(sum(stars) as double precision) / count(*) as high, count(*) as low
                 from skill_ratings where rated_at >= $1",
                since,
            ),
        };
        let columns = edition_columns!();
        let (joined, visible) = (search::JOINED, search::visible());
        let statement = format!(
            "select {columns} from (
                 select n.skill_id, n.high, n.low from ({counted} group by skill_id) n join skills s on s.id = n.skill_id
                 where s.is_public = 1 and s.withdrawn_at is null and {visible}
                 order by n.high desc, n.low desc, s.slug, s.id limit cast($7 as bigint)
             ) n join skills s on s.id = n.skill_id {joined}
             order by n.high desc, n.low desc, s.slug, s.id"
        );
        let rows = search::bind(sqlx::query(AssertSqlSafe(statement)).bind(since), view)
            .bind(big(limit))
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(edition).collect()
    }
}
