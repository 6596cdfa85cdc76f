//! Full-text search and the list of what a caller may see.
//!
//! A view sees the enabled skills that it reaches and, where it has one, the public catalogue; a skill that was
//! switched off is hidden even where it is public.

use skillzdrive_wire::Slug;
use sqlx::Any;
use sqlx::AssertSqlSafe;
use sqlx::Database;
use sqlx::query::Query;

use super::Result;
use super::SqlTransaction;
use super::reach::REACHED;
use super::reach::View;
use super::skills::Edition;
use super::skills::VersionRow;
use super::skills::edition;
use super::skills::edition_columns;
use super::sql::big;
use super::sql::count;

/// The section's methods.
pub(crate) trait Search {
    /// The best hits for a text and the number of all hits.
    async fn search(&mut self, text: &str, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)>;
    /// What a view sees, by slug, and the number of all of it.
    async fn accessible(&mut self, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)>;
    /// A page of the public skills of a view in which one of the words occurs, best first, and the number of all hits.
    async fn discover(&mut self, text: &str, view: &View, offset: u64, limit: u64) -> Result<(Vec<Edition>, u64)>;
}

/// Which skills a view sees: what it reaches, with the view as [`REACHED`] has it, and with `$6` the public catalogue.
pub(super) fn visible() -> String {
    format!(
        "(s.id in (select e.skill_id from ({REACHED}) e where e.enabled = 1)
         or ($6 = 1 and s.is_public = 1 and s.withdrawn_at is null
             and s.id not in (select e.skill_id from ({REACHED}) e where e.enabled = 0)))"
    )
}

/// Binds a view as `$2` to `$6`.
pub(super) fn bind<'q>(
    query: Query<'q, Any, <Any as Database>::Arguments>,
    view: &View,
) -> Query<'q, Any, <Any as Database>::Arguments> {
    query
        .bind(view.user_id.clone())
        .bind(view.collection_id.clone().unwrap_or_default())
        .bind(i64::from(view.team))
        .bind(i64::from(view.shared))
        .bind(i64::from(view.marketplace))
}

pub(super) const JOINED: &str = "join users u on u.id = s.owner_id
    join skill_versions v on v.skill_id = s.id and v.version = s.latest_version";

/// Puts the newest version's texts where they are searched.
pub(super) async fn index(transaction: &mut SqlTransaction, slug: &Slug, version: &VersionRow) -> Result<()> {
    sqlx::query("delete from skill_search where skill_id = $1")
        .bind(&version.skill_id)
        .execute(&mut *transaction.tx)
        .await?;
    sqlx::query("insert into skill_search (skill_id, slug, name, description, tags) values ($1, $2, $3, $4, $5)")
        .bind(&version.skill_id)
        .bind(slug.as_str())
        .bind(&version.name)
        .bind(&version.description)
        .bind(version.tags.join(" "))
        .execute(&mut *transaction.tx)
        .await?;
    Ok(())
}

impl Search for SqlTransaction {
    async fn search(&mut self, text: &str, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)> {
        let Some(query) = self.dialect.query(text) else { return Ok((Vec::new(), 0)) };
        let matches = self.dialect.matches();
        let rank = self.dialect.rank();
        let visible = visible();
        let from =
            format!("from skill_search f join skills s on s.id = f.skill_id {JOINED} where {matches} and {visible}");
        let columns = edition_columns!();
        let hits = format!(
            "select {columns} {from}
             order by case when s.slug = $7 then 0 else 1 end, {rank}, s.slug, s.is_public limit $8"
        );
        let rows = bind(sqlx::query(AssertSqlSafe(hits)).bind(&query), view)
            .bind(text.trim().to_ascii_lowercase())
            .bind(big(limit))
            .fetch_all(&mut *self.tx)
            .await?;
        let total = bind(sqlx::query(AssertSqlSafe(format!("select count(*) as hits {from}"))).bind(&query), view)
            .fetch_one(&mut *self.tx)
            .await?;
        Ok((rows.iter().map(edition).collect::<Result<_>>()?, count(&total, "hits")?))
    }

    async fn accessible(&mut self, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)> {
        // `$1` keeps the numbering; every bind must occur in the text.
        let from = format!("from skills s {JOINED} where $1 = '' and {}", visible());
        let columns = edition_columns!();
        let hits = format!("select {columns} {from} order by s.slug, s.is_public limit $7");
        let rows =
            bind(sqlx::query(AssertSqlSafe(hits)).bind(""), view).bind(big(limit)).fetch_all(&mut *self.tx).await?;
        let total = bind(sqlx::query(AssertSqlSafe(format!("select count(*) as hits {from}"))).bind(""), view)
            .fetch_one(&mut *self.tx)
            .await?;
        Ok((rows.iter().map(edition).collect::<Result<_>>()?, count(&total, "hits")?))
    }

    async fn discover(&mut self, text: &str, view: &View, offset: u64, limit: u64) -> Result<(Vec<Edition>, u64)> {
        let Some(query) = self.dialect.query_any(text) else { return Ok((Vec::new(), 0)) };
        let matches = self.dialect.matches();
        let rank = self.dialect.rank();
        let visible = visible();
        let from = format!(
            "from skill_search f join skills s on s.id = f.skill_id {JOINED}
             where {matches} and s.is_public = 1 and s.withdrawn_at is null and {visible}"
        );
        let columns = edition_columns!();
        let hits = format!("select {columns} {from} order by {rank}, s.slug, s.id limit $7 offset $8");
        let rows = bind(sqlx::query(AssertSqlSafe(hits)).bind(&query), view)
            .bind(big(limit))
            .bind(big(offset))
            .fetch_all(&mut *self.tx)
            .await?;
        let total = bind(sqlx::query(AssertSqlSafe(format!("select count(*) as hits {from}"))).bind(&query), view)
            .fetch_one(&mut *self.tx)
            .await?;
        Ok((rows.iter().map(edition).collect::<Result<_>>()?, count(&total, "hits")?))
    }
}
