//! Full-text search and the list of what a caller may see.
//!
//! A view sees the enabled skills that it reaches and, where it has one, the public catalogue; a skill that was
//! switched off is hidden even where it is public.

use skillzdrive_wire::Slug;
use sqlx::Any;
use sqlx::AssertSqlSafe;
use sqlx::Database;
use sqlx::Row;
use sqlx::any::AnyRow;
use sqlx::query::Query;

use super::Result;
use super::SqlTransaction;
use super::reach::REACHED;
use super::reach::View;
use super::skills::Edition;
use super::skills::EditionValue;
use super::skills::VersionRow;
use super::skills::edition_value;
use super::sql::big;
use super::sql::count;
use super::sql::packed;

/// The section's methods.
pub(crate) trait Search {
    /// The best hits for a text and the number of all hits.
    async fn search(&mut self, text: &str, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)>;
    /// What a view sees, by slug, and the number of all of it.
    async fn accessible(&mut self, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)>;
    /// The slugs of what a view sees, of so many characters, in their order.
    async fn slugs(&mut self, view: &View, length: (u64, u64), limit: u64) -> Result<Vec<Slug>>;
    /// A page of the public skills of a view in which one of the words occurs, best first, and the number of all hits.
    async fn discover(&mut self, text: &str, view: &View, offset: u64, limit: u64) -> Result<(Vec<Edition>, u64)>;
}

/// Which skills `s` a view sees: what it reaches, with the view as [`REACHED`] has it, and with `$6` the public catalogue.
pub(super) fn visible() -> String {
    visible_of("s.is_public = 1 and s.withdrawn_at is null", "s.id")
}

/// The same of other columns: whether a skill is listed in the catalogue, and its identity.
///
/// What is public comes first: most hits are decided by it, and then nobody makes the list of what the view reaches.
fn visible_of(listed: &str, id: &str) -> String {
    format!(
        "(($6 = 1 and {listed} and {id} not in (select e.skill_id from ({REACHED}) e where e.enabled = 0))
         or {id} in (select e.skill_id from ({REACHED}) e where e.enabled = 1))"
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

/// Puts the newest version's texts where they are searched, in place of those before.
pub(super) async fn index(transaction: &mut SqlTransaction, slug: &Slug, version: &VersionRow) -> Result<()> {
    let row = transaction.dialect.number();
    let before = number(transaction, &version.skill_id).await?;
    let number = match before {
        Some(number) => {
            let statement = format!("delete from skill_search where {row} = $1");
            sqlx::query(AssertSqlSafe(statement)).bind(number).execute(&mut *transaction.tx).await?;
            number
        }
        None => {
            let statement = format!(
                "insert into searched (number, skill_id, slug, is_public, listed)
                 select {}, s.id, s.slug, s.is_public,
                     case when s.is_public = 1 and s.withdrawn_at is null then 1 else 0 end
                 from skills s where s.id = $1",
                transaction.dialect.next_number()
            );
            sqlx::query(AssertSqlSafe(statement)).bind(&version.skill_id).execute(&mut *transaction.tx).await?;
            number(transaction, &version.skill_id).await?.ok_or(sqlx::Error::RowNotFound)?
        }
    };
    let tags = version.tags.join(" ");
    let texts = [slug.as_str(), &version.name, &version.description, &tags];
    let mut query = sqlx::query(transaction.dialect.index()).bind(number);
    for text in transaction.dialect.indexed(&version.skill_id, texts) {
        query = query.bind(text);
    }
    query.execute(&mut *transaction.tx).await?;
    Ok(())
}

/// The number of a skill's row in the full-text index.
async fn number(transaction: &mut SqlTransaction, skill_id: &str) -> Result<Option<i64>> {
    let row = sqlx::query("select cast(number as bigint) as number from searched where skill_id = $1")
        .bind(skill_id)
        .fetch_optional(&mut *transaction.tx)
        .await?;
    row.map(|row| row.try_get("number")).transpose()
}

/// A skill is in the public catalogue again, or not any more.
pub(super) async fn set_listed(transaction: &mut SqlTransaction, skill_id: &str, listed: bool) -> Result<()> {
    sqlx::query("update searched set listed = is_public * $2 where skill_id = $1")
        .bind(skill_id)
        .bind(i64::from(listed))
        .execute(&mut *transaction.tx)
        .await?;
    if let Some(statement) = transaction.dialect.list_in_index() {
        sqlx::query(statement).bind(skill_id).execute(&mut *transaction.tx).await?;
    }
    Ok(())
}

/// What a view sees, as small rows of `skills`. It is what [`visible`] says, in two parts of which each is found by an index.
fn seen() -> String {
    format!(
        "select s.id, s.slug, cast(1 as bigint) as is_public from skills s
         where $6 = 1 and s.is_public = 1 and s.withdrawn_at is null
             and s.id not in (select e.skill_id from ({REACHED}) e where e.enabled = 0)
         union
         select s.id, s.slug, s.is_public from ({REACHED}) e join skills s on s.id = e.skill_id where e.enabled = 1"
    )
}

/// Editions that a statement has put into one text.
fn editions(row: &AnyRow) -> Result<Vec<Edition>> {
    packed::<EditionValue>(row, "packed")?.into_iter().map(EditionValue::edition).collect()
}

// SQLite looks into a bound limit when it prepares a statement, and so prepares it again each time; into a cast it does
// not look.
impl Search for SqlTransaction {
    async fn search(&mut self, text: &str, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)> {
        let Some(query) = self.dialect.query(text) else { return Ok((Vec::new(), 0)) };
        let (hits, rank) = (self.dialect.hits(REACHED), self.dialect.rank());
        let visible = visible_of("n.listed = 1", "n.skill_id");
        let edition = edition_value(self.dialect);
        // The hits are ranked, counted and cut off first, and only those that are left are read whole.
        let statement = format!(
            "select string_agg(cast({edition} as text), ',' order by n.other, n.score, n.slug, n.is_public) as packed,
                 coalesce(max(n.hits), 0) as hits
             from (
                 select h.*, count(*) over () as hits from (
                     select n.skill_id as id, n.slug, n.is_public, {rank} as score,
                         case when n.slug = $7 then 0 else 1 end as other
                     from {hits} and {visible}
                 ) h order by h.other, h.score, h.slug, h.is_public limit cast($8 as bigint)
             ) n join skills s on s.id = n.id {JOINED}"
        );
        let row = bind(sqlx::query(AssertSqlSafe(statement)).bind(&query), view)
            .bind(text.trim().to_ascii_lowercase())
            .bind(big(limit))
            .fetch_one(&mut *self.tx)
            .await?;
        Ok((editions(&row)?, count(&row, "hits")?))
    }

    async fn accessible(&mut self, view: &View, limit: u64) -> Result<(Vec<Edition>, u64)> {
        // `$1` keeps the numbering; every bind must occur in the text.
        let (edition, seen) = (edition_value(self.dialect), seen());
        let statement = format!(
            "select string_agg(cast({edition} as text), ',' order by s.slug, s.is_public) as packed,
                 coalesce(max(n.hits), 0) as hits
             from (
                 select e.id, count(*) over () as hits from ({seen}) e where $1 = ''
                 order by e.slug, e.is_public limit cast($7 as bigint)
             ) n join skills s on s.id = n.id {JOINED}"
        );
        let row = bind(sqlx::query(AssertSqlSafe(statement)).bind(""), view)
            .bind(big(limit))
            .fetch_one(&mut *self.tx)
            .await?;
        Ok((editions(&row)?, count(&row, "hits")?))
    }

    async fn slugs(&mut self, view: &View, (least, most): (u64, u64), limit: u64) -> Result<Vec<Slug>> {
        let statement = format!(
            "select string_agg(n.slug, ' ') as packed from (
                 select e.slug from ({}) e
                 where $1 = '' and length(e.slug) between $7 and $8
                 order by e.slug limit cast($9 as bigint)
             ) n",
            seen()
        );
        let row = bind(sqlx::query(AssertSqlSafe(statement)).bind(""), view)
            .bind(big(least))
            .bind(big(most))
            .bind(big(limit))
            .fetch_one(&mut *self.tx)
            .await?;
        let packed: Option<String> = row.try_get("packed")?;
        let slugs = packed.iter().flat_map(|packed| packed.split(' '));
        slugs.map(|slug| slug.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))).collect()
    }

    async fn discover(&mut self, text: &str, view: &View, offset: u64, limit: u64) -> Result<(Vec<Edition>, u64)> {
        let Some(query) = self.dialect.query_any(text) else { return Ok((Vec::new(), 0)) };
        let (hits, rank) = (self.dialect.hits(REACHED), self.dialect.rank());
        let visible = visible_of("n.listed = 1", "n.skill_id");
        let from = format!("from {hits} and n.listed = 1 and {visible}");
        let edition = edition_value(self.dialect);
        let statement = format!(
            "select string_agg(cast({edition} as text), ',' order by n.score, n.slug, n.id) as packed,
                 coalesce(max(n.hits), 0) as hits
             from (
                 select h.*, count(*) over () as hits from (select n.skill_id as id, n.slug, {rank} as score {from}) h
                 order by h.score, h.slug, h.id limit cast($7 as bigint) offset cast($8 as bigint)
             ) n join skills s on s.id = n.id {JOINED}"
        );
        let row = bind(sqlx::query(AssertSqlSafe(statement)).bind(&query), view)
            .bind(big(limit))
            .bind(big(offset))
            .fetch_one(&mut *self.tx)
            .await?;
        let (found, mut hits) = (editions(&row)?, count(&row, "hits")?);
        if found.is_empty() && offset > 0 {
            // Beyond the last page no row is left that would tell how many there are.
            let statement = AssertSqlSafe(format!("select count(*) as hits {from}"));
            hits = count(&bind(sqlx::query(statement).bind(&query), view).fetch_one(&mut *self.tx).await?, "hits")?;
        }
        Ok((found, hits))
    }
}

#[cfg(test)]
mod tests {
    use skillzdrive_skill::PackOptions;
    use skillzdrive_skill::pack_dir;
    use sqlx::Executor;

    use super::*;
    use crate::config::Config;
    use crate::drive::Drive;
    use crate::repo::Repository;
    use crate::repo::Transaction;
    use crate::service::publish::Publishing;

    #[tokio::test]
    async fn a_drive_of_an_earlier_version_is_searched_as_before() {
        let home = tempfile::tempdir().unwrap();
        let drive = Drive::open(Config::local(home.path().join("data"))).await.unwrap();
        let found = async |drive: &Drive, text: &str| {
            let mut tx = drive.repo.read().await.unwrap();
            let (hits, total) = tx.search(text, &View::anonymous(), 9).await.unwrap();
            (hits.into_iter().map(|hit| hit.skill.slug.to_string()).collect::<Vec<_>>(), total)
        };
        drive.withdraw(&Slug::new("shell-reviewer").unwrap()).await.unwrap();
        let before = found(&drive, "skill").await;
        assert!(before.1 > 1 && found(&drive, "csv").await.0 == ["csv-profiler"]);
        // As it was before the table: the index alone.
        let mut tx = drive.repo.write().await.unwrap();
        tx.tx.execute("drop table searched").await.unwrap();
        // And without what came after it.
        for statement in [
            "drop index webhook_deliveries_waiting",
            "alter table webhook_deliveries drop column done_at",
            "create index webhook_deliveries_waiting on webhook_deliveries (claimed_at, created_at)",
            "drop table rate_windows",
            "drop table acts",
            "delete from schema_versions where version >= 12",
        ] {
            tx.tx.execute(statement).await.unwrap();
        }
        tx.commit().await.unwrap();
        drive.close().await;

        let drive = Drive::open(Config::local(home.path().join("data"))).await.unwrap();
        assert_eq!(found(&drive, "skill").await, before);
        assert_eq!(found(&drive, "shell").await.1, 0, "what was withdrawn stays so");
        // The next version takes the place of the one before.
        let folder = home.path().join("csv-profiler");
        std::fs::create_dir(&folder).unwrap();
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(folder.join("SKILL.md")).unwrap();
        std::io::Write::write_all(&mut file, b"---\nname: csv-profiler\ndescription: looks at tables\n---\n").unwrap();
        drive.publish(pack_dir(&folder, &PackOptions::own()).unwrap(), Publishing::default()).await.unwrap();
        assert_eq!(found(&drive, "looks tables").await, (vec!["csv-profiler".to_owned()], 1));
        assert_eq!(found(&drive, "csv").await.1, 1);
    }
}
