//! Full-text search and the list of what a caller may see.
//!
//! A caller sees the public catalogue and the enabled skills of the own drive; a skill that the caller switched off
//! is hidden even where it is public.

use skillzdrive_wire::Slug;
use sqlx::AssertSqlSafe;

use super::Result;
use super::SqlTransaction;
use super::skills::Edition;
use super::skills::VersionRow;
use super::skills::edition;
use super::skills::edition_columns;
use super::sql::big;
use super::sql::count;

/// The section's methods.
pub(crate) trait Search {
    /// The best hits for a text and the number of all hits. `user_id` is `""` for an anonymous caller.
    async fn search(&mut self, text: &str, user_id: &str, limit: u64) -> Result<(Vec<Edition>, u64)>;
    /// What a caller may see, by slug, and the number of all of it.
    async fn accessible(&mut self, user_id: &str, limit: u64) -> Result<(Vec<Edition>, u64)>;
}

/// Which skills a caller sees, with the caller as `$2`.
const VISIBLE: &str = "(
    (s.is_public = 1 and s.withdrawn_at is null and not exists
        (select 1 from drive_items d where d.user_id = $2 and d.skill_id = s.id and d.enabled = 0))
    or exists (select 1 from drive_items d where d.user_id = $2 and d.skill_id = s.id and d.enabled = 1))";

const JOINED: &str = "join users u on u.id = s.owner_id
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
    async fn search(&mut self, text: &str, user_id: &str, limit: u64) -> Result<(Vec<Edition>, u64)> {
        let Some(query) = self.dialect.query(text) else { return Ok((Vec::new(), 0)) };
        let matches = self.dialect.matches();
        let rank = self.dialect.rank();
        let from =
            format!("from skill_search f join skills s on s.id = f.skill_id {JOINED} where {matches} and {VISIBLE}");
        let columns = edition_columns!();
        let hits = format!(
            "select {columns} {from}
             order by case when s.slug = $3 then 0 else 1 end, {rank}, s.slug, s.is_public limit $4"
        );
        let rows = sqlx::query(AssertSqlSafe(hits))
            .bind(&query)
            .bind(user_id)
            .bind(text.trim().to_ascii_lowercase())
            .bind(big(limit))
            .fetch_all(&mut *self.tx)
            .await?;
        let total = sqlx::query(AssertSqlSafe(format!("select count(*) as hits {from}")))
            .bind(&query)
            .bind(user_id)
            .fetch_one(&mut *self.tx)
            .await?;
        Ok((rows.iter().map(edition).collect::<Result<_>>()?, count(&total, "hits")?))
    }

    async fn accessible(&mut self, user_id: &str, limit: u64) -> Result<(Vec<Edition>, u64)> {
        // `$1` keeps the numbering of VISIBLE; every bind must occur in the text.
        let from = format!("from skills s {JOINED} where $1 = $1 and {VISIBLE}");
        let columns = edition_columns!();
        let rows = sqlx::query(AssertSqlSafe(format!("select {columns} {from} order by s.slug, s.is_public limit $3")))
            .bind("")
            .bind(user_id)
            .bind(big(limit))
            .fetch_all(&mut *self.tx)
            .await?;
        let total = sqlx::query(AssertSqlSafe(format!("select count(*) as hits {from}")))
            .bind("")
            .bind(user_id)
            .fetch_one(&mut *self.tx)
            .await?;
        Ok((rows.iter().map(edition).collect::<Result<_>>()?, count(&total, "hits")?))
    }
}
