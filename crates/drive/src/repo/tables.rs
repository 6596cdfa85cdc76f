//! All rows of a database, table by table, whatever the tables are: for a backup, a restore and a move.
//!
//! What there is, is asked of the engine, so that no list of tables has to be kept beside the migrations. Both engines have
//! the same tables of texts and whole numbers, and each row is the same line of JSON on both: the digest of a table's lines
//! tells whether two databases hold the same. The full-text index is no table here; it is made anew from the skills.

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::Slug;
use sqlx::AssertSqlSafe;
use sqlx::Executor;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::dialect::Dialect;
use super::dialect::MIGRATIONS;
use super::read_only;
use super::sql::count;
use super::sql::placeholders;
use super::sql::unpacked;

/// The table that says which migrations were applied; whoever migrates writes it.
const SCHEMA: &str = "schema_versions";

/// The table of single numbers, some of which are of one database alone.
const FACTS: &str = "facts";

/// The fact by which replicas agree on a signing key.
pub(crate) const SIGNING_KEY: &str = "signing_key";

/// So many rows are put in by one statement at most, and so many values.
const ROWS: usize = 200;
const VALUES: usize = 8_000;

/// So many skills are put into the full-text index between two looks at them.
const INDEXED: i64 = 500;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// By name, so that the order in which migrations added them is of no account.
    pub(crate) columns: Vec<Column>,
    /// The columns by which rows are ordered.
    key: Vec<String>,
    references: Vec<Reference>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    is_text: bool,
}

/// What a column must name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reference {
    column: String,
    table: String,
    named: String,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Cell {
    Number(i64),
    Text(String),
    Null,
}

impl Table {
    /// Whether a row has a value of the right kind for every column.
    pub(crate) fn takes(&self, row: &[Cell]) -> bool {
        let fits = |(cell, column): (&Cell, &Column)| match cell {
            Cell::Number(_) => !column.is_text,
            Cell::Text(_) => column.is_text,
            Cell::Null => true,
        };
        row.len() == self.columns.len() && row.iter().zip(&self.columns).all(fits)
    }

    /// The same table, whatever engine it is on.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.name == other.name && self.columns == other.columns
    }

    /// The rows that are of this database alone are left out.
    fn shared(&self) -> String {
        match self.name.as_str() {
            FACTS => format!("where name not in ('{}', '{SIGNING_KEY}')", read_only::NAME),
            _ => String::new(),
        }
    }

    fn listed(&self) -> String {
        self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
    }
}

/// The newest schema version that this program knows.
pub(crate) fn newest_schema() -> i64 {
    MIGRATIONS.last().map_or(0, |newest| newest.version)
}

/// A name that can stand in a statement as it is.
fn plain(row: &AnyRow, column: &str) -> Result<String> {
    let name: String = row.try_get(column)?;
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Ok(name);
    }
    Err(sqlx::Error::Protocol(format!("`{}` is no name of a table or column of this drive", name.escape_debug())))
}

impl SqlTransaction {
    /// Every table with rows to keep, each behind those that it refers to.
    pub(crate) async fn tables(&mut self) -> Result<Vec<Table>> {
        let names = self.fetch(self.dialect.table_names(), None).await?;
        let mut found = Vec::new();
        for row in &names {
            let name = plain(row, "name")?;
            if name == SCHEMA {
                continue;
            }
            let mut columns = Vec::new();
            for row in self.fetch(self.dialect.columns(), Some(&name)).await? {
                let kind: String = row.try_get("kind")?;
                let is_text = match kind.to_ascii_lowercase().as_str() {
                    "text" => true,
                    "bigint" | "integer" => false,
                    other => return Err(sqlx::Error::Protocol(format!("a column of `{name}` is of the kind {other}"))),
                };
                columns.push(Column { name: plain(&row, "name")?, is_text });
            }
            columns.sort_by(|one, other| one.name.cmp(&other.name));
            let key = self.fetch(self.dialect.key_columns(), Some(&name)).await?;
            let mut key: Vec<String> = key.iter().map(|row| plain(row, "name")).collect::<Result<_>>()?;
            if key.is_empty() {
                key = columns.iter().map(|column| column.name.clone()).collect();
            }
            let mut references = Vec::new();
            for row in self.fetch(self.dialect.references(), Some(&name)).await? {
                let reference = Reference {
                    column: plain(&row, "own")?,
                    table: plain(&row, "parent")?,
                    named: plain(&row, "named")?,
                };
                references.push(reference);
            }
            found.push(Table { name, columns, key, references });
        }
        Ok(in_order(found))
    }

    async fn fetch(&mut self, text: &'static str, of: Option<&str>) -> Result<Vec<AnyRow>> {
        let query = sqlx::query(text);
        let query = match of {
            Some(name) => query.bind(name.to_owned()),
            None => query,
        };
        query.fetch_all(&mut *self.tx).await
    }

    /// The rows of a table, in an order that is the same on both engines.
    pub(crate) fn rows<'a>(&'a mut self, table: &'a Table) -> BoxStream<'a, Result<Vec<Cell>>> {
        let key = table.key.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
        let text = format!("select {} from \"{}\" {} order by {key}", table.listed(), table.name, table.shared());
        let rows = sqlx::query(AssertSqlSafe(text)).persistent(false).fetch(&mut *self.tx);
        rows.map(move |row| cells(table, &row?)).boxed()
    }

    /// Puts rows into a table.
    pub(crate) async fn put_rows(&mut self, table: &Table, rows: &[Vec<Cell>]) -> Result<()> {
        let columns = table.columns.len().max(1);
        let at_once = (VALUES / columns).clamp(1, ROWS);
        for part in rows.chunks(at_once) {
            let each: Vec<String> =
                (0..part.len()).map(|row| format!("({})", placeholders(row * columns + 1, columns))).collect();
            let text = format!("insert into \"{}\" ({}) values {}", table.name, table.listed(), each.join(", "));
            // Only the statement of a full part comes again.
            let mut query = sqlx::query(AssertSqlSafe(text)).persistent(part.len() == at_once);
            for (cell, column) in part.iter().flat_map(|row| row.iter().zip(&table.columns)) {
                query = match cell {
                    Cell::Number(number) => query.bind(*number),
                    Cell::Text(text) => {
                        if self.dialect == Dialect::Postgres && text.contains('\0') {
                            let what = format!("`{}` of a row of `{}` holds a NUL", column.name, table.name);
                            return Err(sqlx::Error::Protocol(format!("{what}, which PostgreSQL does not take")));
                        }
                        query.bind(text.clone())
                    }
                    Cell::Null if column.is_text => query.bind(None::<String>),
                    Cell::Null => query.bind(None::<i64>),
                };
            }
            query.execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    /// Forgets all rows, those that migrations put in too, but for what is of this database alone.
    pub(crate) async fn clear(&mut self, tables: &[Table]) -> Result<()> {
        // A database that is filled anew has no log of its own to keep.
        (*self.tx).execute(sqlx::raw_sql(self.dialect.open_acts())).await?;
        for table in tables.iter().rev() {
            let text = format!("delete from \"{}\" {}", table.name, table.shared());
            self.tx.execute(AssertSqlSafe(text)).await?;
        }
        self.tx.execute("delete from skill_search").await?;
        (*self.tx).execute(sqlx::raw_sql(self.dialect.shut_acts())).await?;
        Ok(())
    }

    /// Whether nobody has an account here. Everything of value hangs on one.
    pub(crate) async fn is_empty(&mut self) -> Result<bool> {
        Ok(self.tx.fetch_optional("select 1 as found from users limit 1").await?.is_none())
    }

    /// Notes a fact of this database alone.
    pub(crate) async fn set_fact(&mut self, name: &str, value: i64) -> Result<()> {
        sqlx::query(
            "insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Makes the full-text index of every skill, and goes on counting where the rows end.
    pub(crate) async fn index_all(&mut self) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let rows = sqlx::query(
                "select cast(n.number as bigint) as number, s.id, s.slug, v.name, v.description, v.tags
                 from searched n join skills s on s.id = n.skill_id
                     join skill_versions v on v.skill_id = s.id and v.version = s.latest_version
                 where n.number > $1 order by n.number limit cast($2 as bigint)",
            )
            .bind(after)
            .bind(INDEXED)
            .fetch_all(&mut *self.tx)
            .await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get("number")?;
            for row in &rows {
                let slug: Slug = super::sql::name(row, "slug")?;
                let (id, name, description): (String, String, String) =
                    (row.try_get("id")?, row.try_get("name")?, row.try_get("description")?);
                let tags = unpacked(&row.try_get::<String, _>("tags")?)?.join(" ");
                let mut query = sqlx::query(self.dialect.index()).bind(row.try_get::<i64, _>("number")?);
                for text in self.dialect.indexed(&id, [slug.as_str(), &name, &description, &tags]) {
                    query = query.bind(text);
                }
                query.execute(&mut *self.tx).await?;
            }
        }
        if self.dialect == Dialect::Postgres {
            self.tx
                .execute(sqlx::raw_sql(
                    "select setval('searched_numbers', (select coalesce(max(number), 0) + 1 from searched), false)",
                ))
                .await?;
        }
        Ok(())
    }

    /// How many rows name something that is not there, for each reference that has such rows, in words.
    pub(crate) async fn dangling(&mut self, tables: &[Table]) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for table in tables {
            for Reference { column, table: parent, named } in &table.references {
                let text = format!(
                    "select count(*) as dangling from \"{0}\" c where c.\"{column}\" is not null
                         and not exists (select 1 from \"{parent}\" p where p.\"{named}\" = c.\"{column}\")",
                    table.name
                );
                let rows = count(&self.tx.fetch_one(AssertSqlSafe(text)).await?, "dangling")?;
                if rows > 0 {
                    let table = &table.name;
                    found.push(format!("{rows} of `{table}`: `{column}` names nothing in `{parent}`"));
                }
            }
        }
        Ok(found)
    }
}

fn cells(table: &Table, row: &AnyRow) -> Result<Vec<Cell>> {
    let cell = |(at, column): (usize, &Column)| {
        Ok(if column.is_text {
            row.try_get::<Option<String>, _>(at)?.map_or(Cell::Null, Cell::Text)
        } else {
            row.try_get::<Option<i64>, _>(at)?.map_or(Cell::Null, Cell::Number)
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// Puts each table behind those that it refers to. What refers to each other stays as it is.
fn in_order(mut tables: Vec<Table>) -> Vec<Table> {
    let mut sorted: Vec<Table> = Vec::new();
    while !tables.is_empty() {
        let waits = |table: &Table| {
            let open = |name: &String| *name != table.name && tables.iter().any(|other| other.name == *name);
            table.references.iter().any(|reference| open(&reference.table))
        };
        let next = tables.iter().position(|table| !waits(table)).unwrap_or_default();
        sorted.push(tables.remove(next));
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Repository;
    use crate::repo::SqlRepository;

    #[tokio::test]
    async fn every_table_is_known_and_stands_behind_what_it_refers_to() {
        let folder = tempfile::tempdir().unwrap();
        let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
        let tables = repo.read().await.unwrap().tables().await.unwrap();
        let place = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
        for table in &tables {
            assert!(!table.key.is_empty() && !table.columns.is_empty(), "{table:?}");
            for reference in &table.references {
                assert!(place(&reference.table) < place(&table.name), "{table:?}");
            }
        }
        // The tables of every migration that makes one, but for the list of migrations, and what goes on being counted while
        // a drive moves.
        let texts = MIGRATIONS.iter().flat_map(|migration| migration.texts(Dialect::Sqlite)).collect::<Vec<_>>();
        let made: usize = texts.iter().map(|text| text.matches("create table ").count()).sum();
        assert_eq!(tables.len(), made - 1, "{:?}", tables.iter().map(|table| &table.name).collect::<Vec<_>>());
        assert!(tables[place("searched")].columns.iter().any(|column| column.name == "number" && !column.is_text));
    }

    #[test]
    fn a_row_of_another_form_is_none() {
        let column = |name: &str, is_text| Column { name: name.to_owned(), is_text };
        let table = Table {
            name: "t".to_owned(),
            columns: vec![column("a", true), column("b", false)],
            key: vec!["a".to_owned()],
            references: Vec::new(),
        };
        let read = |text: &str| serde_json::from_str::<Vec<Cell>>(text).is_ok_and(|row| table.takes(&row));
        for good in [r#"["x",1]"#, "[null,null]", r#"["",-9223372036854775808]"#] {
            assert!(read(good), "{good}");
            let row: Vec<Cell> = serde_json::from_str(good).unwrap();
            assert_eq!(serde_json::to_string(&row).unwrap(), good);
        }
        for bad in
            [r#"["x"]"#, r#"["x",1,2]"#, r#"[1,"x"]"#, r#"["x",1.5]"#, r#"["x",9223372036854775808]"#, r#"{"a":1}"#]
        {
            assert!(!read(bad), "{bad}");
        }
    }
}
