//! Where the drives under test keep what they know: in their folder, or, where `tests/services.sh` started them, in a
//! PostgreSQL server (`SKILLZDRIVE_TEST_POSTGRES`, on which databases may be made) and an S3 store
//! (`SKILLZDRIVE_TEST_S3`, with a bucket `drive`). A data folder has one database and one prefix, whoever opens it.

use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::path::Path;

use skillzdrive_drive::ArtifactStore;
use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::DriveError;
use skillzdrive_wire::Secret;
use sqlx::AnyConnection;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::Row;

pub(crate) fn postgres() -> Option<String> {
    told("SKILLZDRIVE_TEST_POSTGRES")
}

pub(crate) fn s3() -> Option<String> {
    told("SKILLZDRIVE_TEST_S3")
}

#[expect(clippy::disallowed_methods, reason = "the program does not read it; the tests are told where servers are")]
fn told(name: &str) -> Option<String> {
    std::env::var_os(name).map(|text| text.into_string().unwrap())
}

/// Opens a drive there.
pub(crate) async fn open(config: Config) -> Result<Drive, DriveError> {
    Drive::open(there(config).await).await
}

/// The settings of a drive there.
pub(crate) async fn there(mut config: Config) -> Config {
    let name = name_of(&config.data_dir);
    if let Some(server) = postgres() {
        config.database = Some(database(&server, &name).await);
        config.database_connections = 6;
    }
    if let Some(endpoint) = s3()
        && config.artifacts.is_none()
    {
        config.artifacts = Some(store(&endpoint, &name));
    }
    config
}

/// Carries out statements on the database of a data folder, with references not held.
pub(crate) async fn tamper(data_dir: &Path, statements: &str) {
    let (address, free) = match postgres() {
        Some(server) => (database(&server, &name_of(data_dir)).await, "set session_replication_role = replica"),
        None => {
            let file = Secret::new(format!("sqlite://{}", data_dir.join("drive.sqlite").display()));
            (file, "pragma foreign_keys = off")
        }
    };
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(address.expose()).await.unwrap();
    let text = format!("{free}; {statements}");
    connection.execute(sqlx::raw_sql(AssertSqlSafe(text))).await.unwrap();
    connection.close().await.unwrap();
}

/// Everything that the database of a data folder holds, but for SQLite, which is a file there.
pub(crate) async fn dump(data_dir: &Path) -> Option<String> {
    let database = database(&postgres()?, &name_of(data_dir)).await;
    let mut connection = AnyConnection::connect(database.expose()).await.unwrap();
    let row = connection.fetch_one("select cast(database_to_xml(true, false, '') as text) as dump").await.unwrap();
    Some(row.try_get("dump").unwrap())
}

/// The number that a question to the database of a data folder has for an answer.
pub(crate) async fn number(data_dir: &Path, question: &str) -> i64 {
    let address = match postgres() {
        Some(server) => database(&server, &name_of(data_dir)).await,
        None => Secret::new(format!("sqlite://{}", data_dir.join("drive.sqlite").display())),
    };
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(address.expose()).await.unwrap();
    let row = connection.fetch_one(AssertSqlSafe(question.to_owned())).await.unwrap();
    row.try_get(0).unwrap()
}

/// Carries out a statement on the database of a data folder, past the drive; what the database says of it.
pub(crate) async fn change(data_dir: &Path, statement: &str) -> Result<u64, String> {
    let address = match postgres() {
        Some(server) => database(&server, &name_of(data_dir)).await,
        None => Secret::new(format!("sqlite://{}", data_dir.join("drive.sqlite").display())),
    };
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(address.expose()).await.unwrap();
    let done = connection.execute(AssertSqlSafe(statement.to_owned())).await;
    done.map(|done| done.rows_affected()).map_err(|error| error.to_string())
}

fn name_of(data_dir: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    data_dir.hash(&mut hasher);
    format!("it_{:016x}", hasher.finish())
}

/// The store in the data folder, where it would be without any address.
pub(crate) fn folder(data_dir: &Path) -> ArtifactStore {
    ArtifactStore { url: format!("file://{}", data_dir.join("artifacts").display()), settings: Vec::new() }
}

async fn database(server: &str, name: &str) -> Secret {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let made = connection.execute(AssertSqlSafe(format!("create database {name}"))).await;
    if let Err(error) = made {
        // The folder was opened before: by this test, or by another process of it at the same moment.
        let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
        assert!(["42P04", "23505"].contains(&&*code), "{error}");
    }
    connection.close().await.unwrap();
    Secret::new(format!("{server}/{name}"))
}

fn store(endpoint: &str, prefix: &str) -> ArtifactStore {
    let settings = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", endpoint),
    ];
    let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value))).collect();
    ArtifactStore { url: format!("s3://drive/{prefix}"), settings }
}
