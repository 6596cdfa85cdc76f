//! The places where two database engines need two texts. Everything else is one SQL that both read.
//!
//! So far there is SQLite alone; a second engine adds a variant here and passes `conformance`.

use std::path::Path;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite, in the data folder.
    Sqlite,
}

/// The columns and tables of a schema version: what both engines read, then what is the engine's own.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) common: &'static str,
    sqlite: &'static str,
}

/// Every schema version, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        common: include_str!("migrations/0001.sql"),
        sqlite: include_str!("migrations/0001_sqlite.sql"),
    },
    Migration { version: 2, common: include_str!("migrations/0002.sql"), sqlite: "" },
    Migration { version: 3, common: include_str!("migrations/0003.sql"), sqlite: "" },
    Migration { version: 4, common: include_str!("migrations/0004.sql"), sqlite: "" },
    Migration { version: 5, common: include_str!("migrations/0005.sql"), sqlite: "" },
    Migration { version: 6, common: include_str!("migrations/0006.sql"), sqlite: "" },
    Migration { version: 7, common: include_str!("migrations/0007.sql"), sqlite: "" },
    Migration { version: 8, common: include_str!("migrations/0008.sql"), sqlite: "" },
    Migration { version: 10, common: include_str!("migrations/0010.sql"), sqlite: "" },
    Migration {
        version: 12,
        common: include_str!("migrations/0012.sql"),
        sqlite: include_str!("migrations/0012_sqlite.sql"),
    },
];

impl Migration {
    pub(crate) fn own(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
        }
    }
}

impl Dialect {
    /// Opens a transaction that will write. SQLite must take its write lock at once: a transaction that begins by
    /// reading and then writes is refused when another wrote in between, and no time-out helps.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "begin immediate",
        }
    }

    /// Opens a transaction that only reads, from one snapshot.
    pub(crate) fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "begin",
        }
    }

    /// One number, which is another one when any other connection, of this process or another, has committed something
    /// since this connection asked last. (PostgreSQL: a digest of `pg_current_snapshot()`.)
    pub(crate) fn stamp(self) -> &'static str {
        match self {
            Self::Sqlite => "pragma data_version",
        }
    }

    /// What every connection is told first. The time-out comes before the change of journal, which may have to wait.
    pub(crate) fn on_connect(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "pragma busy_timeout = 15000; pragma journal_mode = wal; pragma foreign_keys = on;
                 pragma cache_size = -8000;"
            }
        }
    }

    /// The full-text condition over `skill_search f`, with the query as `$1`.
    pub(crate) fn matches(self) -> &'static str {
        match self {
            Self::Sqlite => "f.skill_search match $1",
        }
    }

    /// The number of a row of `skill_search`, by which it is found without a search.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::Sqlite => "rowid",
        }
    }

    /// Makes one JSON value of several columns, so that many rows can come as one text: what a row costs on its way to us
    /// is many times what it costs to find it.
    pub(crate) fn json_row(self) -> &'static str {
        match self {
            Self::Sqlite => "json_array",
        }
    }

    /// The order of the hits, best first. The weights follow the columns: identity, slug, name, description, tags.
    pub(crate) fn rank(self) -> &'static str {
        match self {
            Self::Sqlite => "bm25(f.skill_search, 0.0, 10.0, 6.0, 1.0, 4.0)",
        }
    }

    /// A person's words as a full-text query: every word must occur, the beginning of one is enough. `None` when
    /// nothing in the text can be looked for. Each word is quoted, so that no text is query syntax.
    pub(crate) fn query(self, text: &str) -> Option<String> {
        self.joined(text, " ")
    }

    /// The same where one of the words is enough.
    pub(crate) fn query_any(self, text: &str) -> Option<String> {
        self.joined(text, " OR ")
    }

    fn joined(self, text: &str, by: &str) -> Option<String> {
        match self {
            Self::Sqlite => {
                let words: Vec<String> = text
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .take(32)
                    .map(|word| format!("\"{word}\"*"))
                    .collect();
                (!words.is_empty()).then(|| words.join(by))
            }
        }
    }

    /// The address of the database in a data folder. Only plain characters stand for themselves: a `?` or `%` in a
    /// folder's name must not become syntax.
    pub(crate) fn address(self, folder: &Path) -> String {
        match self {
            Self::Sqlite => {
                let mut address = String::from("sqlite://");
                for byte in folder.join("drive.sqlite").as_os_str().as_encoded_bytes() {
                    match byte {
                        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                            address.push(char::from(*byte));
                        }
                        other => address.push_str(&format!("%{other:02X}")),
                    }
                }
                address.push_str("?mode=rwc");
                address
            }
        }
    }
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
        let address = Dialect::Sqlite.address(Path::new("/tmp/a?b#c %20"));
        assert_eq!(address, "sqlite:///tmp/a%3Fb%23c%20%2520/drive.sqlite?mode=rwc");
    }
}
