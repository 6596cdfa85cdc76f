//! What every engine must do alike: one suite over the traits, one file for each part of it, and the engines that it is
//! run on. The parts build on each other, in the order of `conforms`.

mod accounts;
mod events;
mod logins;
mod reach;
mod runs;
mod samples;
mod skills;
mod uploads;

use crate::repo::Repository;
use crate::repo::SqlRepository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;

#[tokio::test]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
    conforms(&repo).await;
    // Opened again, it finds what was there.
    let again = SqlRepository::open_sqlite(folder.path()).await.unwrap();
    assert!(again.read().await.unwrap().user("u1").await.unwrap().is_some());
    repo.close().await;
}

#[tokio::test]
async fn sqlite_opens_in_a_folder_with_an_odd_name_and_from_many_at_once() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a ?b#c%20d");
    std::fs::create_dir(&folder).unwrap();
    let elsewhere = home.path().join("elsewhere").join("below");
    std::fs::create_dir_all(&elsewhere).unwrap();
    #[cfg(unix)]
    {
        // Through this link, `..` is another folder than the text says.
        std::os::unix::fs::symlink(&elsewhere, home.path().join("link")).unwrap();
        SqlRepository::open_sqlite(&home.path().join("link").join("..")).await.unwrap();
        assert!(home.path().join("elsewhere").join("drive.sqlite").is_file());
        assert!(!home.path().join("drive.sqlite").exists());
    }
    let opened = (0..6).map(|_| SqlRepository::open_sqlite(&folder));
    for repo in futures_util::future::join_all(opened).await {
        assert!(repo.unwrap().read().await.unwrap().user("nobody").await.unwrap().is_none());
    }
    assert!(folder.join("drive.sqlite").is_file());
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
    let mut tx = repo.write().await.unwrap();
    sqlx::query("insert into schema_versions (version) values (99)").execute(&mut *tx.tx).await.unwrap();
    tx.commit().await.unwrap();
    let error = SqlRepository::open_sqlite(folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("newer version (schema 99"), "{error}");
}

async fn conforms<R: Repository>(repo: &R) {
    accounts::accounts(repo).await;
    skills::skills_and_items(repo).await;
    skills::search(repo).await;
    runs::runs(repo).await;
    runs::skill_runs(repo).await;
    accounts::tiers(repo).await;
    uploads::tickets(repo).await;
    reach::conforms(repo).await;
    uploads::upload_pages(repo).await;
    uploads::exports(repo).await;
    events::events(repo).await;
    events::webhooks(repo).await;
    skills::github(repo).await;
    skills::grades(repo).await;
    logins::logins(repo).await;
    logins::sessions(repo).await;
    accounts::overview(repo).await;
    skills::standings(repo).await;
}
