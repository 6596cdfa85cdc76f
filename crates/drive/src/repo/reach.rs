//! Which skills somebody reaches: drive ∪ team ∪ shared, filtered by a collection.
//!
//! One statement says it, and everything that lists, searches or looks up for a caller is built on it. Precedence
//! between skills of one slug is not decided here.

use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Source;
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::items::Item;
use super::items::read as item;
use super::skills::edition_columns;
use super::sql::count;
use super::sql::truth;

/// Whose skills, and which of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    /// Whose; `""` for an anonymous caller.
    pub(crate) user_id: String,
    /// Only what this collection names.
    pub(crate) collection_id: Option<String>,
    /// Also what came with a team.
    pub(crate) team: bool,
    /// Also what somebody shares.
    pub(crate) shared: bool,
    /// Also the public catalogue; only search and list look at this.
    pub(crate) marketplace: bool,
}

impl View {
    /// What an anonymous caller sees.
    pub(crate) fn anonymous() -> Self {
        Self { user_id: String::new(), collection_id: None, team: false, shared: false, marketplace: true }
    }
}

/// [`REACHED`] with a condition on what is in the own drive, and one on what is shared.
macro_rules! reached_where {
    ($own:literal, $shared:literal) => {
        concat!(
            "select r.* from (
                 select d.skill_id, d.version, d.enabled, d.dismissed_version, 0 as source, d.added_at as since
                 from drive_items d where d.user_id = $2 ",
            $own,
            " union all
                 select d.skill_id, d.version,
                     case when exists
                         (select 1 from switched_off o where o.user_id = $2 and o.skill_id = d.skill_id)
                         then 0 else 1 end as enabled,
                     null as dismissed_version,
                     case when h.team_id is not null then 1 else 2 end as source, h.created_at as since
                 from shares h join drive_items d on d.user_id = h.from_id and d.skill_id = h.skill_id
                 where h.from_id <> $2
                     and (($4 = 1 and h.team_id in (select m.team_id from team_members m where m.user_id = $2))
                         or ($5 = 1 and h.user_id = $2))
                     and not exists
                         (select 1 from drive_items o where o.user_id = $2 and o.skill_id = h.skill_id) ",
            $shared,
            ") r
             where $3 = '' or exists
                 (select 1 from collection_skills c where c.collection_id = $3 and c.skill_id = r.skill_id)"
        )
    };
}

/// A skill that is reached, at the version it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReachedRow {
    pub(crate) item: Item,
    pub(crate) source: Source,
    /// Whether the collection's own key made the skill, and no other collection names it. False without a collection.
    pub(crate) made_here: bool,
}

/// What a view reaches, with the view as `$2` (whose), `$3` (the collection or `""`), `$4` and `$5` (team, shared).
/// Somebody else's skill comes at the version, and as long, as it is in that person's own drive.
pub(super) const REACHED: &str = reached_where!("", "");

/// The same of the slug `$1` alone: found by it, and not by going through a whole drive.
const REACHED_BY_SLUG: &str =
    reached_where!("and d.slug = $1", "and h.skill_id in (select x.id from skills x where x.slug = $1)");

/// The section's methods.
pub(crate) trait Reach {
    /// What a view reaches, by slug and within a slug in the order drive, team, shared, oldest first; of one slug only
    /// where one is given.
    async fn reached(&mut self, view: &View, slug: Option<&Slug>) -> Result<Vec<ReachedRow>>;
    /// Switches something of somebody else's on or off for one account.
    async fn set_switched_off(&mut self, user_id: &str, skill_id: &str, off: bool) -> Result<()>;
}

fn read(row: &AnyRow) -> Result<ReachedRow> {
    Ok(ReachedRow {
        item: item(row)?,
        source: match count(row, "source")? {
            0 => Source::Drive,
            1 => Source::Team,
            _ => Source::Shared,
        },
        made_here: truth(row, "made_here")?,
    })
}

impl Reach for SqlTransaction {
    async fn reached(&mut self, view: &View, slug: Option<&Slug>) -> Result<Vec<ReachedRow>> {
        let columns = edition_columns!();
        let reached = if slug.is_some() { REACHED_BY_SLUG } else { REACHED };
        let statement = format!(
            "select r.enabled, r.dismissed_version, r.source,
                 case when exists (select 1 from skill_makers k where k.skill_id = s.id and k.collection_id = $3)
                     and not exists
                         (select 1 from collection_skills c where c.skill_id = s.id and c.collection_id <> $3)
                     then 1 else 0 end as made_here,
                 {columns}
             from ({reached}) r join skills s on s.id = r.skill_id join users u on u.id = s.owner_id
                 join skill_versions v on v.skill_id = r.skill_id and v.version = r.version
             where $1 = '' or s.slug = $1
             order by s.slug, r.source, r.since, s.id"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(slug.map_or("", Slug::as_str))
            .bind(&view.user_id)
            .bind(view.collection_id.as_deref().unwrap_or(""))
            .bind(i64::from(view.team))
            .bind(i64::from(view.shared))
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(read).collect()
    }

    async fn set_switched_off(&mut self, user_id: &str, skill_id: &str, off: bool) -> Result<()> {
        let statement = if off {
            "insert into switched_off (user_id, skill_id) values ($1, $2) on conflict (user_id, skill_id) do nothing"
        } else {
            "delete from switched_off where user_id = $1 and skill_id = $2"
        };
        sqlx::query(statement).bind(user_id).bind(skill_id).execute(&mut *self.tx).await?;
        Ok(())
    }
}
