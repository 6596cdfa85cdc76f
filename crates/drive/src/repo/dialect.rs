//! The places where two database engines need two texts. Everything else is one SQL that both read, and `conformance` is
//! passed by both.
//!
//! The two search alike: by the beginnings of words, whatever their case and accents, slug before name before tags before
//! description. SQLite's index takes texts and cuts them itself; for PostgreSQL the words are cut here, so that no
//! dictionary, locale or extension of a server decides what is found.

use std::borrow::Cow;
use std::path::Path;

use sha2::Digest;
use sha2::Sha256;

use super::words;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite, in the data folder.
    Sqlite,
    /// PostgreSQL, shared by any number of replicas.
    Postgres,
}

/// The columns and tables of a schema version: what both engines read, then what is the engine's own.
pub(crate) struct Migration {
    pub(crate) version: i64,
    common: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// Every schema version, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        common: include_str!("migrations/0001.sql"),
        sqlite: include_str!("migrations/0001_sqlite.sql"),
        postgres: include_str!("migrations/0001_postgres.sql"),
    },
    Migration { version: 2, common: include_str!("migrations/0002.sql"), sqlite: "", postgres: "" },
    Migration { version: 3, common: include_str!("migrations/0003.sql"), sqlite: "", postgres: "" },
    Migration { version: 4, common: include_str!("migrations/0004.sql"), sqlite: "", postgres: "" },
    Migration { version: 5, common: include_str!("migrations/0005.sql"), sqlite: "", postgres: "" },
    Migration { version: 6, common: include_str!("migrations/0006.sql"), sqlite: "", postgres: "" },
    Migration { version: 7, common: include_str!("migrations/0007.sql"), sqlite: "", postgres: "" },
    Migration { version: 8, common: include_str!("migrations/0008.sql"), sqlite: "", postgres: "" },
    Migration { version: 10, common: include_str!("migrations/0010.sql"), sqlite: "", postgres: "" },
    Migration {
        version: 12,
        common: include_str!("migrations/0012.sql"),
        sqlite: include_str!("migrations/0012_sqlite.sql"),
        postgres: include_str!("migrations/0012_postgres.sql"),
    },
    Migration { version: 13, common: include_str!("migrations/0013.sql"), sqlite: "", postgres: "" },
    Migration { version: 14, common: include_str!("migrations/0014.sql"), sqlite: "", postgres: "" },
    Migration {
        version: 15,
        common: include_str!("migrations/0015.sql"),
        sqlite: include_str!("migrations/0015_sqlite.sql"),
        postgres: include_str!("migrations/0015_postgres.sql"),
    },
    Migration {
        version: 17,
        common: include_str!("migrations/0017.sql"),
        sqlite: "",
        postgres: include_str!("migrations/0017_postgres.sql"),
    },
];

impl Migration {
    /// Its statements for an engine.
    pub(crate) fn texts(&self, dialect: Dialect) -> impl Iterator<Item = Cow<'static, str>> {
        let texts: [Cow<'static, str>; 2] = match dialect {
            Dialect::Sqlite => [self.common.into(), self.sqlite.into()],
            // Texts are compared by their bytes on both engines, whatever the locale of the database is.
            Dialect::Postgres => [self.common.replace(" text", " text collate \"C\"").into(), self.postgres.into()],
        };
        texts.into_iter().filter(|text| !text.trim().is_empty())
    }
}

/// The advisory lock of PostgreSQL that a transaction holds which is about no single account; the others share it. The
/// number means nothing.
const ALL_ACCOUNTS: i64 = 0x736b_696c_6c7a_0001;

impl Dialect {
    /// Opens a transaction that will write. SQLite must take its write lock at once: a transaction that begins by reading and
    /// then writes is refused when another wrote in between, and no time-out helps. PostgreSQL's takes one of the locks
    /// below next, and as each statement then sees what was committed before it, nothing that was read is old.
    ///
    /// The lock is a statement of its own: where the driver's `begin` fails or is given up after the engine has begun, the
    /// driver hands the connection on with an open transaction.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "begin immediate",
            Self::Postgres => "begin isolation level read committed",
        }
    }

    /// The lock, known to all replicas, of a transaction that writes while no other does.
    pub(crate) fn lock_all() -> String {
        format!("select cast(pg_advisory_xact_lock({ALL_ACCOUNTS}) as text)")
    }

    /// The locks of a transaction that writes what is one account's. Those of several accounts do not wait for each other,
    /// those of one come one after the other, and none runs beside one that is about everything.
    pub(crate) fn lock_account(user_id: &str) -> String {
        format!("{}; select cast(pg_advisory_xact_lock({}) as text)", Self::lock_rows(), account_lock(user_id))
    }

    /// The lock of a transaction whose statements are right each by itself, whatever others do meanwhile to what they touch.
    pub(crate) fn lock_rows() -> String {
        format!("select cast(pg_advisory_xact_lock_shared({ALL_ACCOUNTS}) as text)")
    }

    /// Whether the drive takes no changes: one row where that is so. For PostgreSQL it is a statement that fails there, so
    /// that it can be sent together with the lock, whose answer it comes after.
    pub(crate) fn takes_no_changes(self) -> &'static str {
        match self {
            Self::Sqlite => "select value from facts where name = 'read_only'",
            Self::Postgres => "select cast(name as bigint) from facts where name = 'read_only'",
        }
    }

    /// The end of a subselect that claims rows of `claimed`, so that two which claim at the same time get different ones. On
    /// SQLite nobody else writes meanwhile.
    pub(crate) fn claiming(self, claimed: &str) -> String {
        match self {
            Self::Sqlite => String::new(),
            Self::Postgres => format!("for update of {claimed} skip locked"),
        }
    }

    /// Opens a transaction that works on everything while no other writes, for as long as that takes: making an index may
    /// take long, and so may waiting for a replica that does.
    pub(crate) fn begin_migrate(self) -> Cow<'static, str> {
        match self {
            Self::Sqlite => self.begin_write().into(),
            Self::Postgres => format!(
                "begin isolation level read committed; set local statement_timeout = 0; set local lock_timeout = '600s';
                 set local idle_in_transaction_session_timeout = 0; select pg_advisory_xact_lock({ALL_ACCOUNTS})"
            )
            .into(),
        }
    }

    /// Takes the guard of the log of acts away, for whoever fills a database anew from another one.
    pub(crate) fn open_acts(self) -> &'static str {
        match self {
            Self::Sqlite => "drop trigger acts_stay; drop trigger acts_remain",
            Self::Postgres => "alter table acts disable trigger user",
        }
    }

    /// Puts it back.
    pub(crate) fn shut_acts(self) -> &'static str {
        match self {
            Self::Sqlite => include_str!("migrations/0015_sqlite.sql"),
            Self::Postgres => "alter table acts enable trigger user",
        }
    }

    /// Opens a transaction that only reads, from one snapshot.
    pub(crate) fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "begin",
            Self::Postgres => "begin isolation level repeatable read read only",
        }
    }

    /// Opens one that reads everything from one snapshot, for as long as that takes.
    pub(crate) fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "begin",
            Self::Postgres => {
                "begin isolation level repeatable read read only; set local statement_timeout = 0;
                 set local idle_in_transaction_session_timeout = 0"
            }
        }
    }

    /// One number, which is another one when any other connection, of this process or another, has committed something
    /// since this connection asked last.
    pub(crate) fn stamp(self) -> &'static str {
        match self {
            Self::Sqlite => "pragma data_version",
            Self::Postgres => "select hashtextextended(cast(pg_current_snapshot() as text), 0)",
        }
    }

    /// What every connection is told first. SQLite's time-out comes before the change of journal, which may have to wait.
    /// PostgreSQL's are what no statement of ours takes, so that one that hangs gives its connection back.
    pub(crate) fn on_connect(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "pragma busy_timeout = 15000; pragma journal_mode = wal; pragma foreign_keys = on;
                 pragma cache_size = -8000;"
            }
            Self::Postgres => {
                "set statement_timeout = '20s'; set lock_timeout = '15s';
                 set idle_in_transaction_session_timeout = '30s';"
            }
        }
    }

    /// The tables of the drive, by `name`, without the full-text index and what the engine keeps for it, and without the
    /// counts of a minute: those go on while a drive that is being moved is read.
    pub(crate) fn table_names(self) -> &'static str {
        match self {
            Self::Sqlite => {
                r"select name from sqlite_master where type = 'table' and name not like 'sqlite\_%' escape '\'
                      and name not like 'skill\_search%' escape '\' and name <> 'rate_windows' order by name"
            }
            Self::Postgres => {
                "select cast(table_name as text) as name from information_schema.tables
                 where table_schema = current_schema() and table_type = 'BASE TABLE'
                     and table_name not in ('skill_search', 'rate_windows')
                 order by table_name"
            }
        }
    }

    /// The columns of the table `$1`: `name` and `kind`.
    pub(crate) fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => "select cast(name as text) as name, cast(type as text) as kind from pragma_table_info($1)",
            Self::Postgres => {
                "select cast(column_name as text) as name, cast(data_type as text) as kind
                 from information_schema.columns where table_schema = current_schema() and table_name = $1"
            }
        }
    }

    /// The columns, by `name`, of the primary key of the table `$1`, in their order.
    pub(crate) fn key_columns(self) -> &'static str {
        match self {
            Self::Sqlite => "select cast(name as text) as name from pragma_table_info($1) where pk > 0 order by pk",
            Self::Postgres => {
                "select cast(k.column_name as text) as name from information_schema.table_constraints c
                 join information_schema.key_column_usage k on k.constraint_name = c.constraint_name
                     and k.table_schema = c.table_schema and k.table_name = c.table_name
                 where c.table_schema = current_schema() and c.table_name = $1 and c.constraint_type = 'PRIMARY KEY'
                 order by k.ordinal_position"
            }
        }
    }

    /// What the table `$1` refers to: its `own` column, and the column `named` of the table `parent`.
    pub(crate) fn references(self) -> &'static str {
        match self {
            Self::Sqlite => {
                r#"select cast("from" as text) as own, cast("table" as text) as parent, cast("to" as text) as named
                   from pragma_foreign_key_list($1) order by id, seq"#
            }
            Self::Postgres => {
                "select cast(a.attname as text) as own, cast(r.relname as text) as parent, cast(b.attname as text) as named
                 from pg_constraint c join pg_class r on r.oid = c.confrelid
                 cross join lateral unnest(c.conkey, c.confkey) as pair (own, named)
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = pair.own
                 join pg_attribute b on b.attrelid = c.confrelid and b.attnum = pair.named
                 where c.contype = 'f' and c.conrelid = cast($1 as regclass) order by c.conname"
            }
        }
    }

    /// What the engine itself says of the state of its files: one row `ok`, or a row for each complaint. `None` where it
    /// does not look.
    pub(crate) fn integrity(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some("pragma quick_check"),
            Self::Postgres => None,
        }
    }

    /// The hits of a full-text query `$1` as rows `n` of `searched`, for a view that reaches what `reached` selects: what
    /// stands behind `from`, up to a `where` that may be continued.
    pub(crate) fn hits(self, reached: &str) -> String {
        match self {
            Self::Sqlite => {
                "skill_search f join searched n on n.number = f.rowid where f.skill_search match $1".to_owned()
            }
            // The public ones are in the index. What is not public is seen only where it is reached, and that is little.
            // `offset 0` keeps what is asked of a row apart from how it is found: the engine takes the question for so dear
            // that it would rather go through all of `searched` once.
            Self::Postgres => format!(
                "(select n.skill_id, n.slug, n.is_public, n.listed, f.words from
                     (select i.number, i.words from skill_search i where i.listed = 1 and i.words @@ cast($1 as tsquery)
                      union all
                      select o.number, o.words from (select distinct e.skill_id from ({reached}) e) r
                          join searched m on m.skill_id = r.skill_id and m.listed = 0
                          join skill_search o on o.number = m.number
                      where o.words @@ cast($1 as tsquery)) f
                  join searched n on n.number = f.number offset 0) n where 1 = 1"
            ),
        }
    }

    /// The number of a row of `skill_search`, by which it is found without a search.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::Sqlite => "rowid",
            Self::Postgres => "number",
        }
    }

    /// A number that no row of `searched` has. On PostgreSQL two may look for one at the same time.
    pub(crate) fn next_number(self) -> &'static str {
        match self {
            Self::Sqlite => "(select coalesce(max(n.number), 0) + 1 from searched n)",
            Self::Postgres => "nextval('searched_numbers')",
        }
    }

    /// Puts a skill's texts into `skill_search`: `$1` is its number in `searched`, then what [`Self::indexed`] gives.
    pub(crate) fn index(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "insert into skill_search (rowid, skill_id, slug, name, description, tags)
                 values ($1, $2, $3, $4, $5, $6)"
            }
            Self::Postgres => {
                "insert into skill_search (number, words, listed)
                 select n.number, cast($2 as tsvector), n.listed from searched n where n.number = $1"
            }
        }
    }

    /// Takes over that the skill `$1` is in the public catalogue, or not any more, where the full-text index says so itself.
    pub(crate) fn list_in_index(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "update skill_search set listed = n.listed from searched n
                 where n.number = skill_search.number and n.skill_id = $1",
            ),
        }
    }

    /// What [`Self::index`] is given of a skill: its identity, slug, name, description and tags.
    pub(crate) fn indexed(self, id: &str, [slug, name, description, tags]: [&str; 4]) -> Vec<String> {
        match self {
            Self::Sqlite => [id, slug, name, description, tags].map(str::to_owned).into(),
            Self::Postgres => vec![words::vector(&[(slug, 'A'), (name, 'B'), (tags, 'C'), (description, 'D')])],
        }
    }

    /// Makes one JSON value of several columns, so that many rows can come as one text: what a row costs on its way to us
    /// is many times what it costs to find it.
    pub(crate) fn json_row(self) -> &'static str {
        match self {
            Self::Sqlite => "json_array",
            Self::Postgres => "json_build_array",
        }
    }

    /// The order of the hits, best first. On SQLite the weights follow the columns: identity, slug, name, description,
    /// tags; on PostgreSQL they are of the letters D to A that [`Self::indexed`] gives.
    pub(crate) fn rank(self) -> &'static str {
        match self {
            Self::Sqlite => "bm25(f.skill_search, 0.0, 10.0, 6.0, 1.0, 4.0)",
            Self::Postgres => "-ts_rank('{0.1, 0.4, 0.6, 1.0}', n.words, cast($1 as tsquery))",
        }
    }

    /// A person's words as a full-text query: every word must occur, the beginning of one is enough. `None` when
    /// nothing in the text can be looked for. Each word is quoted, so that no text is query syntax.
    pub(crate) fn query(self, text: &str) -> Option<String> {
        match self {
            Self::Sqlite => quoted(text, " "),
            Self::Postgres => words::query(text, " & "),
        }
    }

    /// The same where one of the words is enough.
    pub(crate) fn query_any(self, text: &str) -> Option<String> {
        match self {
            Self::Sqlite => quoted(text, " OR "),
            Self::Postgres => words::query(text, " | "),
        }
    }
}

/// The number of an account's advisory lock. Two accounts that share one wait for each other, and that is all.
fn account_lock(user_id: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(format!("account\n{user_id}")).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    i64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// So many words of a text are looked for at most.
pub(super) const MOST_WORDS: usize = 32;

fn quoted(text: &str, by: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(by))
}

/// The address of the SQLite database in a data folder. Only plain characters stand for themselves: a `?` or `%` in a
/// folder's name must not become syntax.
pub(crate) fn sqlite_address(folder: &Path) -> String {
    let mut address = String::from("sqlite://");
    for byte in folder.join("drive.sqlite").as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => address.push(char::from(*byte)),
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address.push_str("?mode=rwc");
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_versions_stand_oldest_first() {
        assert!(MIGRATIONS.is_sorted_by(|one, next| one.version < next.version));
    }

    #[test]
    fn words_never_become_syntax() {
        let query = |text| Dialect::Sqlite.query(text);
        assert_eq!(query("pdf-tools").unwrap(), "\"pdf\"* \"tools\"*");
        assert_eq!(query("a\" OR *").unwrap(), "\"a\"* \"OR\"*");
        assert_eq!(query("name : ^ ( \"\" )").unwrap(), "\"name\"*");
        assert_eq!(query(" *\"'\0 "), None);
        assert_eq!(Dialect::Sqlite.query_any("a or\" NOT b").unwrap(), "\"a\"* OR \"or\"* OR \"NOT\"* OR \"b\"*");
    }

    #[test]
    fn a_folder_name_is_never_syntax() {
        let address = sqlite_address(Path::new("/tmp/a?b#c %20"));
        assert_eq!(address, "sqlite:///tmp/a%3Fb%23c%20%2520/drive.sqlite?mode=rwc");
    }
}
