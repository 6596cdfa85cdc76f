//! The one implementation of the repository: SQL over sqlx's `Any` driver.
//!
//! The sections' own statements stand beside their traits; here are the pool, the transaction and the migrations.

use std::borrow::Cow;
use std::ops::Deref;
use std::ops::DerefMut;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use skillzdrive_wire::Secret;
use sqlx::Any;
use sqlx::AnyConnection;
use sqlx::AnyPool;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::Row;
use sqlx::any::AnyPoolOptions;
use sqlx::any::AnyRow;
use tokio::sync::Mutex;
use tokio::sync::Notify;
use tokio::sync::OwnedMutexGuard;

use super::Repository;
use super::Result;
use super::Transaction;
use super::dialect::Dialect;
use super::dialect::MIGRATIONS;
use super::dialect::sqlite_address;
use super::load::Load;
use super::load::Waits;
use super::postgres;
use super::postgres::Address;
use super::pulse::Pulse;
use super::pulse::Stamp;
use super::read_only;
use crate::error::DriveError;
use crate::private_file;

/// What opening a database did to its schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Migrated {
    /// The database: its file, or where it is.
    pub database: String,
    /// The schema version that it had; 0 where it was made.
    pub before: i64,
    /// The versions that were applied, in their order.
    pub applied: Vec<i64>,
}

/// A pool of connections and the engine behind it.
#[derive(Debug, Clone)]
pub(crate) struct SqlRepository {
    pool: AnyPool,
    dialect: Dialect,
    place: Arc<str>,
    migrated: Arc<Migrated>,
    /// Writers of this process wait here, in order and without a connection; the engine's own lock, which is polled and
    /// which reserves a connection for each that waits, is for other processes.
    writers: Arc<Mutex<()>>,
    pulse: Arc<Pulse>,
    waits: Arc<Waits>,
    /// How many statements were carried out in transactions.
    statements: Arc<AtomicU64>,
    /// Rung when something that waits to be delivered was kept.
    bell: Arc<Notify>,
}

/// A transaction of it.
pub(crate) struct SqlTransaction {
    pub(crate) tx: Counted,
    pub(crate) dialect: Dialect,
    pulse: Arc<Pulse>,
    bell: Arc<Notify>,
    rings: bool,
    /// Let go after `tx`, which is declared before it.
    _turn: Option<OwnedMutexGuard<()>>,
}

/// A transaction that counts its statements: each one borrows the connection once, to be carried out on it.
pub(crate) struct Counted {
    tx: sqlx::Transaction<'static, Any>,
    statements: Arc<AtomicU64>,
}

impl Deref for Counted {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.tx
    }
}

impl DerefMut for Counted {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.statements.fetch_add(1, Ordering::Relaxed);
        &mut self.tx
    }
}

impl SqlRepository {
    /// Opens the SQLite database of a data folder, and makes or migrates it. Several processes may do so at once.
    pub(crate) async fn open_sqlite(folder: &Path) -> std::result::Result<Self, DriveError> {
        // SQLite gives its log and index the mode of the database, and the folder may be one that others can enter.
        private_file::touch(&folder.join("drive.sqlite"))?;
        // The database is opened by an address, in which `..` would be resolved as text.
        let real = if cfg!(windows) { std::path::absolute(folder) } else { folder.canonicalize() };
        let address = sqlite_address(&real.map_err(DriveError::io(folder))?);
        let options = AnyPoolOptions::new()
            .max_connections(8)
            // A file in the data folder does not go away; asking for it would cost as much as a query.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None);
        let place = folder.join("drive.sqlite").display().to_string();
        Self::open(Dialect::Sqlite, options, &address, place).await
    }

    /// Opens the PostgreSQL database of an address with at most so many connections, and makes or migrates its tables.
    /// Several replicas may do so at once.
    pub(crate) async fn open_postgres(address: &Secret, connections: u32) -> std::result::Result<Self, DriveError> {
        let address = Address::parse(address)?;
        let options = AnyPoolOptions::new()
            // One more is the pulse's own.
            .max_connections(connections.saturating_sub(1).max(2))
            .acquire_timeout(postgres::ACQUIRE)
            .idle_timeout(postgres::IDLE)
            .max_lifetime(postgres::LIFETIME)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > postgres::TRUSTED {
                        return Ok(connection.ping().await.is_ok());
                    }
                    Ok(true)
                })
            });
        Self::open(Dialect::Postgres, options, address.url(), address.to_string()).await
    }

    async fn open(
        dialect: Dialect,
        options: AnyPoolOptions,
        address: &str,
        place: String,
    ) -> std::result::Result<Self, DriveError> {
        sqlx::any::install_default_drivers();
        let pool = options
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(sqlx::raw_sql(dialect.on_connect())).await?;
                    Ok(())
                })
            })
            .connect(address)
            .await?;
        let mut repository = Self {
            pool,
            dialect,
            place: place.into(),
            migrated: Arc::default(),
            writers: Arc::default(),
            pulse: Arc::default(),
            waits: Arc::default(),
            statements: Arc::default(),
            bell: Arc::default(),
        };
        repository.migrated = Arc::new(repository.migrate().await?);
        Ok(repository)
    }

    async fn begin(&self, statement: Cow<'static, str>) -> Result<sqlx::Transaction<'static, Any>> {
        let pool = self.pool.clone();
        let begun = async move {
            match statement {
                Cow::Borrowed(text) => pool.begin_with(text).await,
                Cow::Owned(text) => pool.begin_with(AssertSqlSafe(text)).await,
            }
        };
        if self.dialect == Dialect::Sqlite {
            return begun.await;
        }
        // Given up half-way, by a client that went away, the driver would hand the connection on with a transaction open on
        // it. So it is begun to the end, and taken back where nobody waits for it any more.
        let begun = tokio::spawn(begun).await;
        begun.unwrap_or_else(|error| Err(sqlx::Error::Io(std::io::Error::other(error))))
    }

    /// Begins a transaction that changes something, under locks of PostgreSQL's; refused while the drive takes no changes.
    async fn writing(&self, locks: impl FnOnce() -> String) -> Result<sqlx::Transaction<'static, Any>> {
        let mut tx = self.begin(self.dialect.begin_write().into()).await?;
        let guard = self.dialect.takes_no_changes();
        match self.dialect {
            Dialect::Sqlite => {
                if sqlx::query(guard).fetch_optional(&mut *tx).await?.is_some() {
                    return Err(read_only::refusal());
                }
            }
            Dialect::Postgres => {
                let locked = tx.execute(sqlx::raw_sql(AssertSqlSafe(format!("{}; {guard}", locks())))).await;
                locked.map_err(read_only::told)?;
            }
        }
        Ok(tx)
    }

    /// Begins a transaction that works on everything while no other writes, for as long as it takes, and also while the
    /// drive takes no changes.
    pub(crate) async fn maintain(&self) -> Result<SqlTransaction> {
        let turn = Arc::clone(&self.writers).lock_owned().await;
        let tx = self.begin(self.dialect.begin_migrate()).await?;
        Ok(self.transaction(tx, Some(turn)))
    }

    /// Begins one that reads everything from one snapshot, for as long as it takes.
    pub(crate) async fn snapshot(&self) -> Result<SqlTransaction> {
        Ok(self.transaction(self.begin(self.dialect.begin_snapshot().into()).await?, None))
    }

    /// What opening it did to its schema.
    pub(crate) fn migrated(&self) -> &Migrated {
        &self.migrated
    }

    /// The file, or the host and database, without secrets.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    async fn migrate(&self) -> std::result::Result<Migrated, DriveError> {
        // The write transaction is the lock: of two processes that start together, the second finds the work done.
        let mut tx = self.begin(self.dialect.begin_migrate()).await?;
        tx.execute("create table if not exists schema_versions (version bigint primary key)").await?;
        let row = sqlx::query("select coalesce(max(version), 0) as found from schema_versions").fetch_one(&mut *tx);
        let found: i64 = row.await?.try_get("found")?;
        let known = MIGRATIONS.last().map_or(0, |newest| newest.version);
        if found > known {
            return Err(DriveError::NewerSchema { database: self.place.to_string(), found, known });
        }
        let mut applied = Vec::new();
        for migration in MIGRATIONS.iter().filter(|migration| migration.version > found) {
            for text in migration.texts(self.dialect) {
                tx.execute(sqlx::raw_sql(AssertSqlSafe(text.into_owned()))).await?;
            }
            sqlx::query("insert into schema_versions (version) values ($1)")
                .bind(migration.version)
                .execute(&mut *tx)
                .await?;
            applied.push(migration.version);
        }
        tx.commit().await?;
        Ok(Migrated { database: self.place.to_string(), before: found, applied })
    }

    /// Notes a number under a name where there is none yet; whether it is the one that stands there.
    pub(crate) async fn agree(&self, name: &str, value: i64) -> Result<bool> {
        // A drive that takes no changes is opened too, and has it.
        if let Some(found) = fact(&mut self.read().await?, name).await? {
            return Ok(found == value);
        }
        let mut tx = self.write().await?;
        sqlx::query("insert into facts (name, value) values ($1, $2) on conflict (name) do nothing")
            .bind(name)
            .bind(value)
            .execute(&mut *tx.tx)
            .await?;
        let found = fact(&mut tx, name).await?;
        tx.commit().await?;
        Ok(found == Some(value))
    }

    fn transaction(&self, tx: sqlx::Transaction<'static, Any>, turn: Option<OwnedMutexGuard<()>>) -> SqlTransaction {
        let tx = Counted { tx, statements: Arc::clone(&self.statements) };
        let (pulse, bell) = (Arc::clone(&self.pulse), Arc::clone(&self.bell));
        SqlTransaction { tx, dialect: self.dialect, pulse, bell, rings: false, _turn: turn }
    }

    /// What is rung when something that waits to be delivered was kept; a ring that nobody hears is kept until somebody
    /// listens.
    pub(crate) fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    /// How many statements were carried out so far.
    #[cfg(test)]
    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many times the state was asked for so far.
    #[cfg(test)]
    pub(super) fn questions(&self) -> u64 {
        self.pulse.questions()
    }

    /// The state of a moment after this was called, whatever is known.
    #[cfg(test)]
    pub(super) async fn ask(&self) -> Result<Stamp> {
        self.pulse.ask(&self.pool, self.dialect).await
    }

    /// The connections, for a statement that is a transaction by itself.
    pub(super) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether several processes on several machines may have this database.
    pub(crate) fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// How busy it is.
    pub(crate) fn load(&self) -> Load {
        let most = u64::from(self.pool.options().get_max_connections());
        let idle = u64::try_from(self.pool.num_idle()).unwrap_or(u64::MAX);
        Load { open: u64::from(self.pool.size()), idle, most, ..self.waits.load() }
    }

    /// Closes every connection, so that the write-ahead log is folded in.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
        self.pulse.close().await;
    }
}

impl Repository for SqlRepository {
    type Transaction = SqlTransaction;

    async fn write(&self) -> Result<SqlTransaction> {
        let _waiting = self.waits.begin();
        let turn = Arc::clone(&self.writers).lock_owned().await;
        let tx = self.writing(Dialect::lock_all).await?;
        Ok(self.transaction(tx, Some(turn)))
    }

    async fn write_for(&self, user_id: &str) -> Result<SqlTransaction> {
        if self.dialect == Dialect::Sqlite {
            return self.write().await;
        }
        let _waiting = self.waits.begin();
        Ok(self.transaction(self.writing(|| Dialect::lock_account(user_id)).await?, None))
    }

    async fn write_rows(&self) -> Result<SqlTransaction> {
        if self.dialect == Dialect::Sqlite {
            return self.write().await;
        }
        let _waiting = self.waits.begin();
        Ok(self.transaction(self.writing(Dialect::lock_rows).await?, None))
    }

    async fn read(&self) -> Result<SqlTransaction> {
        let _waiting = self.waits.begin();
        let tx = self.begin(self.dialect.begin_read().into()).await?;
        Ok(self.transaction(tx, None))
    }

    async fn stamp(&self) -> Result<Stamp> {
        self.pulse.stamp(&self.pool, self.dialect).await
    }
}

impl Transaction for SqlTransaction {
    async fn commit(self) -> Result<()> {
        let committing = self.pulse.committing();
        self.tx.tx.commit().await?;
        drop(committing);
        if self.rings {
            self.bell.notify_one();
        }
        Ok(())
    }
}

impl SqlTransaction {
    /// Rings the bell when, and only when, this transaction is kept: whoever delivers must find what was written.
    pub(super) fn ring_when_kept(&mut self) {
        self.rings = true;
    }
}

/// The number under a name.
pub(super) async fn fact(tx: &mut SqlTransaction, name: &str) -> Result<Option<i64>> {
    let row = sqlx::query("select value from facts where name = $1").bind(name).fetch_optional(&mut *tx.tx).await?;
    row.map(|row| row.try_get("value")).transpose()
}

/// A bigint that counts or measures. Nothing negative is ever written there.
pub(crate) fn count(row: &AnyRow, column: &str) -> Result<u64> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A bigint that is a truth.
pub(crate) fn truth(row: &AnyRow, column: &str) -> Result<bool> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

/// A text that was a checked name when it was written.
pub(crate) fn name<T>(row: &AnyRow, column: &str) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error: T::Err| sqlx::Error::Decode(Box::new(error)))
}

/// A text that was a checked name when it was written, where there is one.
pub(crate) fn optional<T>(row: &AnyRow, column: &str) -> Result<Option<T>>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|error: T::Err| sqlx::Error::Decode(Box::new(error)))).transpose()
}

/// Rows that a statement has put into one text, each as [`Dialect::json_row`] makes it, with commas between them.
pub(crate) fn packed<T: DeserializeOwned>(row: &AnyRow, column: &str) -> Result<Vec<T>> {
    let text: Option<String> = row.try_get(column)?;
    let rows = format!("[{}]", text.unwrap_or_default());
    serde_json::from_str(&rows).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A list of texts, kept as JSON.
pub(crate) fn list(row: &AnyRow, column: &str) -> Result<Vec<String>> {
    unpacked(&row.try_get::<String, _>(column)?)
}

/// The list in such a text.
pub(crate) fn unpacked(text: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The JSON of a list of texts.
pub(crate) fn json(texts: &[String]) -> String {
    serde_json::Value::from(texts.to_vec()).to_string()
}

/// A number for a bigint column. What does not fit cannot come from a request that passed the limits.
pub(crate) fn big(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// `$first, $first+1, …` for a list of a length only known at run time.
pub(crate) fn placeholders(first: usize, length: usize) -> String {
    (first..first + length).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// So many things are looked for in one statement at most.
pub(crate) const MOST_AT_ONCE: usize = 500;

/// How many placeholders a list gets. A few lengths are enough, so that the prepared statements are few.
pub(crate) fn room_for(length: usize) -> usize {
    [1, 8, 64].into_iter().find(|room| length <= *room).unwrap_or(MOST_AT_ONCE)
}

/// A list that fills its placeholders by naming the last thing again.
pub(crate) fn padded<T>(list: &[T], room: usize) -> impl Iterator<Item = &T> {
    list.iter().chain(list.last().into_iter().cycle()).take(room)
}
