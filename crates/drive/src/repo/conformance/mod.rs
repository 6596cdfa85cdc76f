//! What every engine must do alike: one suite over the traits, one file for each part of it, and the engines that it is
//! run on. The parts build on each other, in the order of `conforms`.

mod accounts;
mod database;
mod events;
mod logins;
mod rates;
mod reach;
mod runs;
mod samples;
mod skills;
mod uploads;

use database::database;

use crate::repo::NOTICED_WITHIN;
use crate::repo::Repository;
use crate::repo::SqlRepository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::skills::Skills;

#[tokio::test]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let repo = SqlRepository::open_sqlite(folder.path()).await.unwrap();
    conforms(&repo).await;
    rates::rates(&repo).await;
    // Opened again, it finds what was there.
    let again = SqlRepository::open_sqlite(folder.path()).await.unwrap();
    assert!(again.read().await.unwrap().user("u1").await.unwrap().is_some());
    repo.close().await;
}

/// Whatever either of two pools commits, the first one's stamp becomes one that it never was.
pub(super) async fn every_commit_is_noticed(repo: &SqlRepository, other: &SqlRepository) {
    let mut seen = vec![repo.stamp().await.unwrap()];
    for writer in [repo, other, other, repo] {
        let mut tx = writer.write().await.unwrap();
        tx.bump_catalogue().await.unwrap();
        tx.commit().await.unwrap();
        if std::ptr::eq(writer, other) {
            // Until then another one's commit may be noticed; from then on it must be.
            tokio::time::sleep(NOTICED_WITHIN).await;
        }
        let stamp = repo.stamp().await.unwrap();
        assert!(!seen.contains(&stamp), "{stamp:?} of {seen:?}");
        assert_eq!(repo.stamp().await.unwrap(), stamp);
        seen.push(stamp);
    }
}

/// On the server of `SKILLZDRIVE_TEST_POSTGRES`, on which databases may be made; `tests/services.sh` starts one.
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/services.sh"]
async fn postgres_conforms() {
    let address = database().await;
    // Replicas that start together make the tables once.
    let opened = futures_util::future::join_all((0..4).map(|_| SqlRepository::open_postgres(&address, 4))).await;
    let [repo, again, ..]: [SqlRepository; 4] =
        opened.into_iter().map(Result::unwrap).collect::<Vec<_>>().try_into().unwrap();
    conforms(&repo).await;
    rates::rates(&repo).await;
    assert!(again.read().await.unwrap().user("u1").await.unwrap().is_some());
    let mut tx = repo.write().await.unwrap();
    sqlx::query("insert into schema_versions (version) values (99)").execute(&mut *tx.tx).await.unwrap();
    tx.commit().await.unwrap();
    let error = SqlRepository::open_postgres(&address, 4).await.unwrap_err().to_string();
    assert!(error.contains("at 127.0.0.1 was made by a newer version (schema 99"), "{error}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/services.sh"]
async fn every_commit_of_any_replica_is_noticed() {
    let address = database().await;
    let repo = SqlRepository::open_postgres(&address, 4).await.unwrap();
    let other = SqlRepository::open_postgres(&address, 4).await.unwrap();
    every_commit_is_noticed(&repo, &other).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/services.sh"]
async fn replicas_that_claim_at_the_same_time_get_different_things() {
    let address = database().await;
    let opened = futures_util::future::join_all((0..4).map(|_| SqlRepository::open_postgres(&address, 6))).await;
    let repos: Vec<SqlRepository> = opened.into_iter().map(Result::unwrap).collect();
    events::fill_queue(&repos[0], 60).await;
    let claims = (0..60).map(|number| events::claim_one(&repos[number % 4]));
    let mut claimed = futures_util::future::join_all(claims).await;
    claimed.sort();
    claimed.dedup();
    assert_eq!(claimed.len(), 60);
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
    skills::ranking(repo).await;
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
    accounts::acts(repo).await;
    skills::standings(repo).await;
}
