//! An empty database for a test, on the PostgreSQL server that the tests were given.

use skillzdrive_wire::Secret;
use sqlx::AnyConnection;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;

/// The address of a new database; the server is thrown away with all of them.
#[expect(clippy::disallowed_methods, reason = "the program does not read it; the tests are told where a server is")]
pub(super) async fn database() -> Secret {
    let server = std::env::var_os("SKILLZDRIVE_TEST_POSTGRES").expect("SKILLZDRIVE_TEST_POSTGRES is not set");
    let server = server.into_string().unwrap();
    sqlx::any::install_default_drivers();
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut connection = AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
    connection.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    connection.close().await.unwrap();
    Secret::new(format!("{server}/{name}"))
}
