//! Which skills somebody reaches: drive ∪ team ∪ shared, filtered by a collection.
//!
//! One statement says it, and everything that lists, searches or looks up for a caller is built on it. Precedence
//! between skills of one slug is not decided here.

use serde::Deserialize;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Source;
use sqlx::Any;
use sqlx::AssertSqlSafe;
use sqlx::Database;
use sqlx::query::Query;

use super::Result;
use super::SqlTransaction;
use super::items::Item;
use super::skills::EditionValue;
use super::skills::edition_value;
use super::sql::packed;

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

/// What is shared, with the tables it is found by and whose it is; the number of its source, and a condition.
macro_rules! shared_where {
    ($found:literal, $source:literal, $shared:literal) => {
        concat!(
            " union all
                 select d.skill_id, d.version,
                     case when exists
                         (select 1 from switched_off o where o.user_id = $2 and o.skill_id = d.skill_id)
                         then 0 else 1 end as enabled,
                     null as dismissed_version, ",
            $source,
            " as source, h.created_at as since from ",
            $found,
            " and h.from_id <> $2 and not exists
                     (select 1 from drive_items o where o.user_id = $2 and o.skill_id = h.skill_id) ",
            $shared
        )
    };
}

/// [`REACHED`] with a condition on what is in the own drive, and one on what is shared. What came with a team and what
/// somebody shares are two parts, for each is found by an index of its own, and both together by none.
macro_rules! reached_where {
    ($own:literal, $shared:literal) => {
        concat!(
            "select r.* from (
                 select d.skill_id, d.version, d.enabled, d.dismissed_version, 0 as source, d.added_at as since
                 from drive_items d where d.user_id = $2 ",
            $own,
            shared_where!(
                "team_members m join shares h on h.team_id = m.team_id
                     join drive_items d on d.user_id = h.from_id and d.skill_id = h.skill_id
                 where $4 = 1 and m.user_id = $2",
                "1",
                $shared
            ),
            shared_where!(
                "shares h join drive_items d on d.user_id = h.from_id and d.skill_id = h.skill_id
                 where $5 = 1 and h.user_id = $2",
                "2",
                $shared
            ),
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

/// What sync has to know of a skill that is reached: a narrow row of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HoldingRow {
    pub(crate) slug: Slug,
    pub(crate) owner_id: String,
    pub(crate) is_public: bool,
    pub(crate) version: u64,
    pub(crate) content_sha: ContentSha,
    pub(crate) content_size: u64,
    pub(crate) source: Source,
    /// As [`ReachedRow::made_here`].
    pub(crate) made_here: bool,
    /// The digests of the versions before this one.
    pub(crate) earlier: Vec<ContentSha>,
}

/// What a view reaches, with the view as `$2` (whose), `$3` (the collection or `""`), `$4` and `$5` (team, shared).
/// Somebody else's skill comes at the version, and as long, as it is in that person's own drive.
pub(super) const REACHED: &str = reached_where!("", "");

/// The same of the slug `$1` alone: found by it, and not by going through a whole drive.
const REACHED_BY_SLUG: &str = reached_where!("and d.slug = $1", "and d.slug = $1");

/// The section's methods.
pub(crate) trait Reach {
    /// What a view reaches, by slug and within a slug in the order drive, team, shared, oldest first; of one slug only
    /// where one is given.
    async fn reached(&mut self, view: &View, slug: Option<&Slug>) -> Result<Vec<ReachedRow>>;
    /// The same, all of it, as narrow rows.
    async fn holdings(&mut self, view: &View) -> Result<Vec<HoldingRow>>;
    /// Switches something of somebody else's on or off for one account.
    async fn set_switched_off(&mut self, user_id: &str, skill_id: &str, off: bool) -> Result<()>;
}

/// Whether the collection `$3` made the skill `s`, and no other names it.
const MADE_HERE: &str = "case when $3 <> ''
         and exists (select 1 from skill_makers k where k.skill_id = s.id and k.collection_id = $3)
         and not exists (select 1 from collection_skills c where c.skill_id = s.id and c.collection_id <> $3)
     then 1 else 0 end";

/// What [`Reach::reached`] makes of a row.
#[derive(Debug, Deserialize)]
struct ReachedValue {
    enabled: i64,
    dismissed: Option<u64>,
    source: u64,
    made_here: i64,
    edition: EditionValue,
}

impl ReachedValue {
    fn row(self) -> Result<ReachedRow> {
        let item = Item { edition: self.edition.edition()?, enabled: self.enabled != 0, dismissed: self.dismissed };
        Ok(ReachedRow { item, source: source_of(self.source), made_here: self.made_here != 0 })
    }
}

fn source_of(number: u64) -> Source {
    match number {
        0 => Source::Drive,
        1 => Source::Team,
        _ => Source::Shared,
    }
}

/// What [`Reach::holdings`] makes of a row.
#[derive(Debug, Deserialize)]
struct HoldingValue {
    slug: Slug,
    owner_id: String,
    is_public: i64,
    version: u64,
    content_sha: ContentSha,
    content_size: u64,
    source: u64,
    made_here: i64,
    earlier: String,
}

impl HoldingValue {
    fn row(self) -> Result<HoldingRow> {
        let earlier = self.earlier.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>();
        Ok(HoldingRow {
            slug: self.slug,
            owner_id: self.owner_id,
            is_public: self.is_public != 0,
            version: self.version,
            content_sha: self.content_sha,
            content_size: self.content_size,
            source: source_of(self.source),
            made_here: self.made_here != 0,
            earlier: earlier.map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        })
    }
}

/// Binds what [`REACHED`] takes; `$1` is the slug, or empty.
fn bound<'q>(
    query: Query<'q, Any, <Any as Database>::Arguments>,
    slug: Option<&Slug>,
    view: &View,
) -> Query<'q, Any, <Any as Database>::Arguments> {
    query
        .bind(slug.map_or("", Slug::as_str).to_owned())
        .bind(view.user_id.clone())
        .bind(view.collection_id.clone().unwrap_or_default())
        .bind(i64::from(view.team))
        .bind(i64::from(view.shared))
}

impl Reach for SqlTransaction {
    async fn reached(&mut self, view: &View, slug: Option<&Slug>) -> Result<Vec<ReachedRow>> {
        let (row, edition) = (self.dialect.json_row(), edition_value(self.dialect));
        let reached = if slug.is_some() { REACHED_BY_SLUG } else { REACHED };
        let statement = format!(
            "select string_agg(
                 cast({row}(r.enabled, r.dismissed_version, r.source, {MADE_HERE}, {edition}) as text),
                 ',' order by s.slug, r.source, r.since, s.id) as packed
             from ({reached}) r join skills s on s.id = r.skill_id join users u on u.id = s.owner_id
                 join skill_versions v on v.skill_id = r.skill_id and v.version = r.version
             where $1 = '' or s.slug = $1"
        );
        let row = bound(sqlx::query(AssertSqlSafe(statement)), slug, view).fetch_one(&mut *self.tx).await?;
        packed::<ReachedValue>(&row, "packed")?.into_iter().map(ReachedValue::row).collect()
    }

    async fn holdings(&mut self, view: &View) -> Result<Vec<HoldingRow>> {
        let row = self.dialect.json_row();
        let statement = format!(
            "select string_agg(
                 cast({row}(s.slug, s.owner_id, s.is_public, v.version, v.content_sha, v.content_size, r.source,
                     {MADE_HERE}, case when v.version > 1 then coalesce(
                         (select string_agg(e.content_sha, ' ' order by e.version) from skill_versions e
                          where e.skill_id = s.id and e.version < v.version), '') else '' end) as text),
                 ',' order by s.slug, r.source, r.since, s.id) as packed
             from ({REACHED}) r join skills s on s.id = r.skill_id
                 join skill_versions v on v.skill_id = r.skill_id and v.version = r.version
             where $1 = ''"
        );
        let row = bound(sqlx::query(AssertSqlSafe(statement)), None, view).fetch_one(&mut *self.tx).await?;
        packed::<HoldingValue>(&row, "packed")?.into_iter().map(HoldingValue::row).collect()
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
