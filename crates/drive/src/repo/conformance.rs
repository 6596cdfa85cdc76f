//! What every engine must do alike: one suite over the traits, and the engines that it is run on.

use std::collections::HashMap;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Slug;

use super::Repository;
use super::SqlRepository;
use super::Transaction;
use super::accounts::Accounts;
use super::accounts::Key;
use super::accounts::Movement;
use super::accounts::User;
use super::conformance_reach;
use super::events::EventRow;
use super::events::Events;
use super::exports::ExportRow;
use super::exports::Exports;
use super::github::Github;
use super::github::GithubRow;
use super::items::Items;
use super::oauth::ClientRow;
use super::oauth::CodeRow;
use super::oauth::OAuth;
use super::overview::DayOfCredits;
use super::overview::Overview;
use super::reach::View;
use super::runs::Held;
use super::runs::Run;
use super::runs::RunItem;
use super::runs::Runs;
use super::search::Search;
use super::sessions::SessionRow;
use super::sessions::Sessions;
use super::skill_runs::Ending;
use super::skill_runs::SkillRun;
use super::skill_runs::SkillRuns;
use super::skills::SkillRow;
use super::skills::Skills;
use super::skills::VersionRow;
use super::standings::Order;
use super::standings::Standing;
use super::standings::Standings;
use super::tickets::TicketRow;
use super::tickets::Tickets;
use super::tiers::TierRow;
use super::tiers::Tiers;
use super::upload_pages::Stage;
use super::upload_pages::UploadPages;
use super::webhooks::DeliveryRow;
use super::webhooks::WebhookRow;
use super::webhooks::Webhooks;

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
    accounts(repo).await;
    skills_and_items(repo).await;
    search(repo).await;
    runs(repo).await;
    skill_runs(repo).await;
    tiers(repo).await;
    tickets(repo).await;
    conformance_reach::conforms(repo).await;
    upload_pages(repo).await;
    exports(repo).await;
    events(repo).await;
    webhooks(repo).await;
    github(repo).await;
    logins(repo).await;
    sessions(repo).await;
    overview(repo).await;
    standings(repo).await;
}

pub(super) fn user(id: &str, name: &str) -> User {
    User {
        id: id.to_owned(),
        name: name.to_owned(),
        tier: "free".to_owned(),
        role: "user".to_owned(),
        balance: 10,
        high_water: None,
        created_at: 1,
    }
}

pub(super) fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

fn digest(byte: u8) -> ContentSha {
    ContentSha::from_digest(&[byte; 32])
}

fn movement(id: &str, amount: i64, at: i64) -> Movement {
    Movement {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        amount,
        reason: "test".to_owned(),
        slug: None,
        run_id: Some("r".to_owned()),
        created_at: at,
    }
}

async fn accounts<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    assert!(tx.add_user(&user("u1", "one")).await.unwrap());
    assert!(!tx.add_user(&user("u2", "one")).await.unwrap(), "the name is taken");
    assert!(tx.add_user(&user("u2", "two")).await.unwrap());
    tx.commit().await.unwrap();
    // What is dropped did not happen.
    let mut tx = repo.write().await.unwrap();
    tx.move_credits(&movement("lost", -5, 1)).await.unwrap();
    drop(tx);

    let mut tx = repo.write().await.unwrap();
    assert_eq!(tx.user_named("one").await.unwrap(), Some(user("u1", "one")));
    assert_eq!(tx.user("nobody").await.unwrap(), None);
    for (id, amount, at) in [("a", -3, 5), ("c", 4, 9), ("b", -1, 9)] {
        tx.move_credits(&movement(id, amount, at)).await.unwrap();
    }
    let too_much = tx.move_credits(&movement("d", -11, 9)).await;
    assert!(matches!(too_much, Err(sqlx::Error::RowNotFound)), "never below nothing");
    tx.set_high_water("u1", 7).await.unwrap();
    let found = tx.user("u1").await.unwrap().unwrap();
    assert_eq!((found.balance, found.high_water), (10, Some(7)));
    let newest = tx.newest_movements("u1", 2).await.unwrap();
    assert_eq!(newest.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["c", "b"]);
    assert_eq!(newest[0], movement("c", 4, 9));

    let key = Key {
        id: "k1".to_owned(),
        user_id: "u1".to_owned(),
        name: "laptop".to_owned(),
        key_hash: "hash".to_owned(),
        prefix: "sk_live_0000".to_owned(),
        scope: "all_skills".to_owned(),
        created_at: 3,
        expires_at: Some(9),
        revoked_at: None,
        last_used_at: None,
    };
    tx.add_key(&key).await.unwrap();
    tx.add_key(&Key { id: "k2".to_owned(), name: "second".to_owned(), ..key.clone() }).await.unwrap();
    assert_eq!(tx.keys("u1").await.unwrap(), std::slice::from_ref(&key), "one digest is one key");
    assert_eq!(tx.key_by_hash("none").await.unwrap(), None);
    tx.touch_key("k1", 6).await.unwrap();
    tx.revoke_key("k1", 7).await.unwrap();
    tx.revoke_key("k1", 8).await.unwrap();
    let expected = Key { revoked_at: Some(7), last_used_at: Some(6), ..key };
    assert_eq!(tx.key_by_hash("hash").await.unwrap(), Some(expected));
    tx.commit().await.unwrap();
}

pub(super) fn skill(id: &str, name: &str, owner_id: &str, is_public: bool) -> SkillRow {
    SkillRow {
        id: id.to_owned(),
        slug: slug(name),
        owner_id: owner_id.to_owned(),
        owner: String::new(),
        is_public,
        github_url: None,
        credit_cost_per_use: 0,
        latest_version: 0,
        withdrawn_at: None,
        created_at: 1,
    }
}

pub(super) fn version(skill_id: &str, version: u64, sha: u8, description: &str) -> VersionRow {
    VersionRow {
        skill_id: skill_id.to_owned(),
        version,
        content_sha: digest(sha),
        content_size: 100,
        name: "a name".to_owned(),
        description: description.to_owned(),
        tags: vec!["one".to_owned(), "two \"quoted\"".to_owned()],
        scripts: vec!["run.sh".to_owned()],
        file_count: 2,
        change_comment: None,
        security_grade: Some("A".to_owned()),
        published_at: 4,
    }
}

async fn skills_and_items<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    let before = tx.catalogue_revision().await.unwrap();
    tx.bump_catalogue().await.unwrap();
    assert_eq!(tx.catalogue_revision().await.unwrap(), before + 1);

    tx.add_skill(&skill("s1", "pdf", "u2", true)).await.unwrap();
    tx.add_version(&slug("pdf"), &version("s1", 1, 1, "reads documents")).await.unwrap();
    tx.add_version(&slug("pdf"), &version("s1", 2, 2, "reads Straße documents")).await.unwrap();
    tx.add_skill(&skill("s2", "pdf", "u1", false)).await.unwrap();
    tx.add_version(&slug("pdf"), &version("s2", 1, 3, "my own documents")).await.unwrap();
    tx.set_cost_per_use("s1", 5).await.unwrap();
    for url in [Some("https://github.com/a/b"), None] {
        tx.set_github_url("s1", url).await.unwrap();
        assert_eq!(tx.public_skill(&slug("pdf")).await.unwrap().unwrap().skill.github_url.as_deref(), url);
    }

    let public = tx.public_skill(&slug("pdf")).await.unwrap().unwrap();
    assert_eq!(public.version, version("s1", 2, 2, "reads Straße documents"));
    assert_eq!((public.skill.owner.as_str(), public.skill.latest_version), ("two", 2));
    assert_eq!(public.skill.credit_cost_per_use, 5);
    assert_eq!(tx.owned_skill("u1", &slug("pdf")).await.unwrap().unwrap().skill.id, "s2");
    assert_eq!(tx.owned_skill("u1", &slug("none")).await.unwrap(), None);
    assert_eq!(tx.versions("s1").await.unwrap().iter().map(|v| v.version).collect::<Vec<_>>(), [2, 1]);
    let many: Vec<Slug> = (0..1_200).map(|n| slug(&format!("s-{n}"))).chain([slug("pdf")]).collect();
    let found = tx.public_versions(&many).await.unwrap();
    assert_eq!(found.iter().map(|v| v.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(tx.public_versions(&[]).await.unwrap(), []);
    assert_eq!(tx.public_artifact(&slug("pdf"), &digest(1)).await.unwrap().unwrap().version, 1);
    assert_eq!(tx.public_artifact(&slug("pdf"), &digest(3)).await.unwrap(), None, "a private version");
    assert_eq!(tx.catalogue().await.unwrap().len(), 1);
    assert_eq!(tx.catalogue_versions().await.unwrap()[0].version, 2);

    tx.put_item("u1", &slug("pdf"), "s1", 1, 5).await.unwrap();
    tx.set_enabled("u1", &slug("pdf"), false).await.unwrap();
    assert!(tx.item("u1", &slug("pdf")).await.unwrap().unwrap().has_update());
    tx.dismiss_update("u1", &slug("pdf"), 2).await.unwrap();
    let dismissed = tx.item("u1", &slug("pdf")).await.unwrap().unwrap();
    assert_eq!((dismissed.dismissed, dismissed.has_update()), (Some(2), false));
    tx.put_item("u1", &slug("pdf"), "s1", 2, 6).await.unwrap();
    let item = tx.item("u1", &slug("pdf")).await.unwrap().unwrap();
    assert_eq!((item.enabled, item.edition.version.version), (false, 2), "an update leaves it switched off");
    assert_eq!(item.dismissed, None, "what was turned down is forgotten with the version that came");
    assert_eq!(tx.items("u1").await.unwrap(), [item]);
    assert_eq!(tx.versions_of(&["s1".to_owned()]).await.unwrap().len(), 2);
    assert_eq!((tx.item_count("u1").await.unwrap(), tx.item_count("u2").await.unwrap()), (1, 0));
    tx.remove_item("u1", &slug("pdf"), &digest(2), 7).await.unwrap();
    tx.remove_item("u1", &slug("pdf"), &digest(3), 8).await.unwrap();
    assert_eq!(tx.tombstones("u1").await.unwrap(), [(slug("pdf"), digest(3))]);
    tx.put_item("u1", &slug("pdf"), "s2", 1, 9).await.unwrap();
    assert_eq!(tx.tombstones("u1").await.unwrap(), []);
    assert!(tx.item("u1", &slug("pdf")).await.unwrap().unwrap().enabled, "put back afresh");
    tx.commit().await.unwrap();

    // A skill twice under one owner, a version twice, an item of nothing: refused by the engine itself.
    let mut tx = repo.write().await.unwrap();
    assert!(tx.add_skill(&skill("s9", "pdf", "u1", false)).await.is_err());
    drop(tx);
    let mut tx = repo.write().await.unwrap();
    assert!(tx.add_version(&slug("pdf"), &version("s1", 2, 9, "")).await.is_err());
    drop(tx);
    let mut tx = repo.write().await.unwrap();
    assert!(tx.put_item("u1", &slug("x"), "none", 1, 1).await.is_err());
    drop(tx);
}

/// What a key for all skills sees, or nobody.
fn view(user_id: &str) -> View {
    View { user_id: user_id.to_owned(), team: true, shared: true, ..View::anonymous() }
}

async fn search<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    let ids = |found: (Vec<super::skills::Edition>, u64)| {
        let ids: Vec<String> = found.0.into_iter().map(|edition| edition.skill.id).collect();
        (ids, found.1)
    };
    let none: (Vec<String>, u64) = (Vec::new(), 0);
    // Anonymous: the public one. Its owner-to-be: also the private one, which is in the drive.
    assert_eq!(ids(tx.search("documents", &view(""), 9).await.unwrap()), (vec!["s1".to_owned()], 1));
    assert_eq!(ids(tx.search("documents", &view("u1"), 9).await.unwrap()).1, 2);
    assert_eq!(ids(tx.search("documents", &view("u1"), 1).await.unwrap()).1, 2, "the total is of all hits");
    assert_eq!(ids(tx.search("documents", &view("u2"), 9).await.unwrap()).1, 1);
    assert_eq!(ids(tx.search("strasse", &view(""), 9).await.unwrap()), none);
    assert_eq!(ids(tx.search("STRASS", &view(""), 9).await.unwrap()), none);
    assert_eq!(ids(tx.search("straß docu", &view(""), 9).await.unwrap()).1, 1, "the beginning of a word is enough");
    assert_eq!(ids(tx.search("two quoted", &view(""), 9).await.unwrap()).1, 1, "tags are searched");
    assert_eq!(ids(tx.search("documents absent", &view(""), 9).await.unwrap()), none);
    // To discover, one word is enough, and what is private is not discovered.
    assert_eq!(ids(tx.discover("documents absent", &view("u1"), 0, 9).await.unwrap()), (vec!["s1".to_owned()], 1));
    assert_eq!(ids(tx.discover("documents", &view("u1"), 1, 9).await.unwrap()), (Vec::new(), 1));
    assert_eq!(ids(tx.discover("absent", &view("u1"), 0, 9).await.unwrap()), none);
    assert_eq!(ids(tx.discover("\"*", &view("u1"), 0, 9).await.unwrap()), none);
    for odd in ["", "\"", "*", "\0", "a' or 1=1 --", "NEAR(", "slug:", "ⓐ", "e\u{301}", "^", "%", "_"] {
        tx.search(odd, &view("u1"), 9).await.unwrap();
    }
    assert_eq!(ids(tx.accessible(&view(""), 9).await.unwrap()), (vec!["s1".to_owned()], 1));
    assert_eq!(ids(tx.accessible(&view("u1"), 1).await.unwrap()).1, 2);
    tx.set_enabled("u1", &slug("pdf"), false).await.unwrap();
    assert_eq!(ids(tx.search("documents", &view("u1"), 9).await.unwrap()), (vec!["s1".to_owned()], 1));
    tx.set_withdrawn("s1", Some(5)).await.unwrap();
    assert_eq!(ids(tx.search("documents", &view("u1"), 9).await.unwrap()), none);
    assert_eq!(tx.public_skill(&slug("pdf")).await.unwrap(), None);
    assert_eq!(tx.public_versions(&[slug("pdf")]).await.unwrap(), []);
    assert!(tx.public_artifact(&slug("pdf"), &digest(1)).await.unwrap().is_some(), "lockfiles name it");
    assert_eq!(tx.catalogue().await.unwrap(), []);
    drop(tx);
}

fn run(id: &str, expires_at: i64) -> Run {
    Run {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        install_id: "i".to_owned(),
        collection_id: None,
        kind: "manual".to_owned(),
        mode: "all".to_owned(),
        sets_high_water: true,
        status: "open".to_owned(),
        opened_at: 1,
        expires_at,
        drive_count: None,
        high_water: None,
    }
}

fn run_item(run_id: &str, name: &str, cost: u64) -> RunItem {
    RunItem {
        run_id: run_id.to_owned(),
        user_id: "u1".to_owned(),
        slug: slug(name),
        action: "upload_private".to_owned(),
        status: "deferred".to_owned(),
        credit_cost: cost,
        reservation: "held".to_owned(),
    }
}

async fn standings<R: Repository>(repo: &R) {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let mut tx = repo.write().await.unwrap();
    for id in ["t1", "t2", "t3"] {
        tx.add_skill(&skill(id, id, "u2", id != "t3")).await.unwrap();
        tx.add_version(&slug(id), &version(id, 1, 7, "stands")).await.unwrap();
    }
    for (who, at) in [("user:u1", DAY), ("user:u1", DAY + 1), ("user:u1", 2 * DAY), ("install:x", DAY)] {
        tx.count_install(&slug("t1"), who, at).await.unwrap();
    }
    tx.count_install(&slug("t2"), "user:u1", DAY).await.unwrap();
    for not_public in ["t3", "nothing"] {
        tx.count_install(&slug(not_public), "user:u1", DAY).await.unwrap();
    }
    for (user_id, stars) in [("u1", 2), ("u1", 4), ("u2", 5)] {
        tx.rate("t1", user_id, stars, DAY).await.unwrap();
    }
    tx.rate("t2", "u1", 5, DAY).await.unwrap();
    tx.rate("t3", "u1", 5, DAY).await.unwrap();
    let run = SkillRun {
        id: "standing".to_owned(),
        user_id: "u1".to_owned(),
        skill_id: "t2".to_owned(),
        slug: "t2".to_owned(),
        version: 1,
        script: "a.sh".to_owned(),
        session_id: "x".to_owned(),
        credit_cost: 0,
        started_at: DAY,
        expires_at: DAY,
    };
    tx.add_skill_run(&run).await.unwrap();

    let ids: Vec<String> = (0..1_200).map(|n| format!("no-{n}")).chain(["t1".into(), "t2".into()]).collect();
    let found = tx.standings(&ids, DAY).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found["t1"], Standing { executions: 0, installs: 3, stars: 9, ratings: 2 });
    assert_eq!(found["t2"], Standing { executions: 1, installs: 1, stars: 5, ratings: 1 });
    assert_eq!(tx.standings(&ids, 2 * DAY).await.unwrap()["t1"].installs, 1);
    assert_eq!(tx.standings(&ids, 3 * DAY).await.unwrap(), HashMap::new());
    assert_eq!(tx.standings(&[], 0).await.unwrap(), HashMap::new());

    let ids = |found: Vec<super::skills::Edition>| -> Vec<String> {
        found.into_iter().map(|edition| edition.skill.id).collect()
    };
    assert_eq!(ids(tx.top(Order::Installs, &view(""), DAY, 9).await.unwrap()), ["t1", "t2"]);
    assert_eq!(ids(tx.top(Order::Installs, &view(""), DAY, 1).await.unwrap()), ["t1"]);
    assert_eq!(ids(tx.top(Order::Executions, &view(""), DAY, 9).await.unwrap()), ["t2"]);
    assert_eq!(ids(tx.top(Order::Rating, &view("u1"), DAY, 9).await.unwrap()), ["t2", "t1"], "private ones are not");
    tx.rate("t2", "u2", 4, DAY).await.unwrap();
    tx.rate("t2", "u1", 5, 9 * DAY).await.unwrap();
    assert_eq!(ids(tx.top(Order::Rating, &view(""), DAY, 9).await.unwrap()), ["t1", "t2"], "alike, then by slug");
    assert_eq!(ids(tx.top(Order::Rating, &view(""), 2 * DAY, 9).await.unwrap()), ["t2"]);
    drop(tx);
}

async fn runs<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    for (id, expires_at) in [("r1", 100), ("r2", 200)] {
        tx.add_run(&run(id, expires_at)).await.unwrap();
    }
    tx.add_run_items(&[]).await.unwrap();
    let items = [run_item("r1", "a", 1), run_item("r1", "b", 2), run_item("r2", "c", 4), run_item("r2", "d", 8)];
    tx.add_run_items(&items).await.unwrap();
    tx.add_run(&run("r3", 300)).await.unwrap();
    let many: Vec<RunItem> = (0..1_100).map(|n| run_item("r3", &format!("s-{n}"), 0)).collect();
    tx.add_run_items(&many).await.unwrap();
    assert_eq!(tx.run_items("r3").await.unwrap().len(), 1_100);
    assert_eq!(tx.run("r1").await.unwrap(), Some(run("r1", 100)));
    assert_eq!(tx.run("none").await.unwrap(), None);
    assert_eq!(tx.run_items("r1").await.unwrap(), [run_item("r1", "a", 1), run_item("r1", "b", 2)]);
    let sum = |held: Vec<Held>| held.iter().map(|held| held.credits).sum::<u64>();
    assert_eq!(tx.run_item("r1", &slug("b")).await.unwrap(), Some(run_item("r1", "b", 2)));
    assert_eq!(tx.run_item("r1", &slug("c")).await.unwrap(), None);
    assert_eq!(sum(tx.held("u1", 99).await.unwrap()), 15);
    assert_eq!(sum(tx.held("u1", 100).await.unwrap()), 12, "a run whose time is over holds nothing");
    tx.capture("r2", &slug("c"), 3).await.unwrap();
    let install_id = run("r1", 100).install_id;
    tx.release_held("u1", "another", &[slug("a")]).await.unwrap();
    tx.release_held("u2", &install_id, &[slug("a")]).await.unwrap();
    tx.release_held("u1", &install_id, &[]).await.unwrap();
    assert_eq!(sum(tx.held("u1", 0).await.unwrap()), 11);
    tx.release_held("u1", &install_id, &[slug("a"), slug("c")]).await.unwrap();
    assert_eq!(sum(tx.held("u1", 0).await.unwrap()), 10);
    let captured = tx.run_item("r2", &slug("c")).await.unwrap().unwrap();
    assert_eq!((captured.reservation.as_str(), captured.credit_cost), ("captured", 3));
    tx.abandon_runs(100).await.unwrap();
    assert_eq!(tx.run("r1").await.unwrap().unwrap().status, "abandoned");
    assert_eq!(tx.run("r2").await.unwrap().unwrap().status, "open");
    assert_eq!(sum(tx.held("u1", 0).await.unwrap()), 8);
    tx.close_run("r2", "partial", 101, (3, Some(2))).await.unwrap();
    let closed = tx.run("r2").await.unwrap().unwrap();
    assert_eq!((closed.status.as_str(), closed.drive_count, closed.high_water), ("partial", Some(3), Some(2)));
    let kept: Vec<_> = tx.run_items("r2").await.unwrap().into_iter().map(|item| item.reservation).collect();
    assert_eq!(kept, ["captured", "released"]);
    tx.add_free_slug("u1", &slug("a"), 50).await.unwrap();
    tx.add_free_slug("u1", &slug("a"), 60).await.unwrap();
    assert_eq!(tx.free_slugs("u1", 59).await.unwrap(), [slug("a")]);
    assert_eq!(tx.free_slugs("u1", 60).await.unwrap(), []);
    tx.commit().await.unwrap();
}

async fn skill_runs<R: Repository>(repo: &R) {
    let run = |id: &str, user_id: &str, skill_id: &str, credit_cost: u64, started_at: i64| SkillRun {
        id: id.to_owned(),
        user_id: user_id.to_owned(),
        skill_id: skill_id.to_owned(),
        slug: "pdf".to_owned(),
        version: 1,
        script: "a.sh".to_owned(),
        session_id: "x".to_owned(),
        credit_cost,
        started_at,
        expires_at: started_at + 100,
    };
    let mut tx = repo.write().await.unwrap();
    assert_eq!(tx.held_by_skill_runs("u1", 0).await.unwrap(), 0);
    for (id, user_id, skill_id, cost, at) in
        [("e1", "u1", "s1", 1, 10), ("e2", "u1", "s2", 2, 20), ("e3", "u1", "s2", 4, 30), ("e4", "u2", "s1", 8, 40)]
    {
        tx.add_skill_run(&run(id, user_id, skill_id, cost, at)).await.unwrap();
    }
    assert_eq!(
        (tx.held_by_skill_runs("u1", 109).await.unwrap(), tx.held_by_skill_runs("u2", 0).await.unwrap()),
        (7, 8)
    );
    assert_eq!(tx.held_by_skill_runs("u1", 110).await.unwrap(), 6, "one that was lost holds nothing for ever");
    let ending = Ending { finished_at: 50, exit_code: 137, duration_ms: 9, stopped: Some("memory".to_owned()) };
    assert!(tx.finish_skill_run("e2", &ending).await.unwrap());
    assert!(!tx.finish_skill_run("e2", &ending).await.unwrap(), "once");
    assert!(!tx.finish_skill_run("none", &ending).await.unwrap());
    assert_eq!(tx.held_by_skill_runs("u1", 0).await.unwrap(), 5);
    assert_eq!((tx.skill_calls_since("u1", 20).await.unwrap(), tx.skill_calls_since("u2", 41).await.unwrap()), (2, 0));
    tx.forget_skill_run("e1").await.unwrap();
    tx.forget_skill_run("e2").await.unwrap();
    assert_eq!(tx.skill_calls_since("u1", 0).await.unwrap(), 2, "one that never began is no call");
    tx.commit().await.unwrap();
}

async fn tiers<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    let names: Vec<String> = tx.tiers().await.unwrap().into_iter().map(|tier| tier.name).collect();
    assert_eq!(names, ["free", "pro", "team"]);
    assert_eq!(tx.tier("none").await.unwrap(), None);
    let tier = |calls| TierRow { name: "gold".to_owned(), monthly_calls: calls };
    for calls in [Some(0), Some(5), None] {
        tx.put_tier(&tier(calls)).await.unwrap();
        assert_eq!(tx.tier("gold").await.unwrap(), Some(tier(calls)));
    }
    tx.set_tier("u1", "gold").await.unwrap();
    tx.set_role("u1", "moderator").await.unwrap();
    let found = tx.user("u1").await.unwrap().unwrap();
    assert_eq!((found.tier.as_str(), found.role.as_str()), ("gold", "moderator"));
    drop(tx);
}

fn ticket(id: &str, run_id: Option<&str>) -> TicketRow {
    TicketRow {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        token_hash: format!("hash-{id}"),
        key_id: None,
        collection_id: None,
        scoped: false,
        slug: Some(slug("pdf")),
        run_id: run_id.map(str::to_owned),
        content_sha: Some(digest(1)),
        guarded: true,
        base_sha: None,
        filename: None,
        created_at: 1,
        expires_at: 100,
    }
}

async fn upload_pages<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    tx.add_ticket(&ticket("p1", None)).await.unwrap();
    assert!(tx.page("hash-p1", Stage::Address, 9).await.unwrap().is_none(), "a program's");
    tx.make_page("hash-p1").await.unwrap();
    assert!(tx.live_ticket("hash-p1", 9).await.unwrap().is_none(), "a page's");
    assert_eq!(tx.live_tickets("u1", 9).await.unwrap(), 1);
    assert_eq!(tx.page("hash-p1", Stage::Address, 9).await.unwrap(), Some(ticket("p1", None)));
    assert!(tx.page("hash-p1", Stage::Opened, 9).await.unwrap().is_none());
    assert!(tx.page("hash-p1", Stage::Address, 100).await.unwrap().is_none(), "too late");
    assert!(tx.open_page("p1", "hash-p2").await.unwrap());
    assert!(!tx.open_page("p1", "hash-p3").await.unwrap(), "once");
    assert!(tx.page("hash-p1", Stage::Address, 9).await.unwrap().is_none());
    let opened = TicketRow { token_hash: "hash-p2".to_owned(), ..ticket("p1", None) };
    assert_eq!(tx.page("hash-p2", Stage::Opened, 9).await.unwrap(), Some(opened));
    assert!(tx.use_ticket("p1", 10).await.unwrap());
    assert!(tx.page("hash-p2", Stage::Opened, 11).await.unwrap().is_none());
    tx.give_back("p1").await.unwrap();
    assert!(tx.page("hash-p2", Stage::Opened, 11).await.unwrap().is_some());
    assert!(tx.use_ticket("p1", 12).await.unwrap());
    tx.commit().await.unwrap();
}

async fn exports<R: Repository>(repo: &R) {
    let row = |parts: &str, expires_at| ExportRow { id: "e1".to_owned(), parts: parts.to_owned(), expires_at };
    let mut tx = repo.write().await.unwrap();
    assert_eq!(tx.export("e1").await.unwrap(), None);
    tx.keep_export(&row("[]", 50), 1).await.unwrap();
    tx.keep_export(&row("[]", 80), 2).await.unwrap();
    tx.keep_export(&row("[]", 60), 3).await.unwrap();
    assert_eq!(tx.export("e1").await.unwrap(), Some(row("[]", 80)), "as long as the latest address works");
    let other = ExportRow { id: "e2".to_owned(), ..row("[1]", 200) };
    tx.keep_export(&other, 80).await.unwrap();
    assert!(tx.export("e1").await.unwrap().is_some());
    tx.keep_export(&other, 81).await.unwrap();
    assert_eq!((tx.export("e1").await.unwrap(), tx.export("e2").await.unwrap()), (None, Some(other)));
    tx.commit().await.unwrap();
}

async fn tickets<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    tx.add_ticket(&ticket("t1", Some("r1"))).await.unwrap();
    let plain = TicketRow { slug: None, content_sha: None, guarded: false, ..ticket("t2", None) };
    tx.add_ticket(&plain).await.unwrap();
    assert_eq!(tx.live_ticket("hash-t1", 99).await.unwrap(), Some(ticket("t1", Some("r1"))));
    assert_eq!(tx.live_ticket("hash-t2", 99).await.unwrap(), Some(plain));
    assert_eq!(tx.live_ticket("hash-t1", 100).await.unwrap(), None);
    assert_eq!((tx.live_tickets("u1", 99).await.unwrap(), tx.live_tickets("u2", 99).await.unwrap()), (2, 0));
    tx.replace_tickets("u1", "r1", &slug("pdf"), 5).await.unwrap();
    assert_eq!(tx.live_ticket("hash-t1", 9).await.unwrap(), None);
    assert!(tx.use_ticket("t2", 6).await.unwrap());
    assert!(!tx.use_ticket("t2", 7).await.unwrap(), "once");
    assert_eq!(tx.live_tickets("u1", 9).await.unwrap(), 0);
    tx.commit().await.unwrap();
}

async fn events<R: Repository>(repo: &R) {
    let install_id = InstallId::random();
    let event = |id: &str| EventRow {
        id: id.to_owned(),
        install_id,
        event_type: "sync".to_owned(),
        cli_version: "0.1.0".to_owned(),
        os: "linux/amd64".to_owned(),
        skill_slugs: "[]".to_owned(),
        source_types: "[]".to_owned(),
        metadata: "{}".to_owned(),
        created_at: 1,
    };
    let mut tx = repo.write().await.unwrap();
    tx.add_event(&event("e1")).await.unwrap();
    tx.add_event(&event("e2")).await.unwrap();
    assert_eq!(tx.claim(&install_id).await.unwrap(), None);
    assert_eq!(tx.add_claim(&install_id, "u1", 5).await.unwrap(), 2);
    let claim = tx.claim(&install_id).await.unwrap().unwrap();
    assert_eq!((claim.user_id.as_str(), claim.events_backfilled), ("u1", 2));
    tx.add_event(&event("e3")).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = repo.write().await.unwrap();
    assert!(tx.add_claim(&install_id, "u2", 6).await.is_err(), "claimed once");
    drop(tx);
    let mut tx = repo.write().await.unwrap();
    tx.add_event(&EventRow { created_at: 2, ..event("e4") }).await.unwrap();
    assert_eq!((tx.has_events_before(1).await.unwrap(), tx.forget_events_before(1).await.unwrap()), (false, 0));
    assert_eq!((tx.has_events_before(2).await.unwrap(), tx.forget_events_before(2).await.unwrap()), (true, 3));
    assert_eq!((tx.has_events_before(2).await.unwrap(), tx.forget_events_before(3).await.unwrap()), (false, 1));
    tx.commit().await.unwrap();
}

fn webhook(id: &str, threshold: Option<u64>) -> WebhookRow {
    WebhookRow {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        event_type: "credits.exhausted".to_owned(),
        threshold,
        target_url: format!("https://{id}.example/"),
        last_status: None,
        created_at: 1,
    }
}

async fn webhooks<R: Repository>(repo: &R) {
    let delivery = |id: &str, webhook_id: &str, created_at| DeliveryRow {
        id: id.to_owned(),
        webhook_id: webhook_id.to_owned(),
        event_type: "credits.exhausted".to_owned(),
        body: "{\"a\":1}".to_owned(),
        created_at,
    };
    let mut tx = repo.write().await.unwrap();
    tx.add_webhook(&webhook("w1", Some(500))).await.unwrap();
    tx.add_webhook(&webhook("w2", None)).await.unwrap();
    assert_eq!(tx.webhooks("u1").await.unwrap(), [webhook("w1", Some(500)), webhook("w2", None)]);
    assert_eq!(tx.webhooks("u2").await.unwrap(), []);
    for (id, webhook_id, at) in [("d1", "w1", 5), ("d2", "w1", 20), ("d3", "w2", 10)] {
        tx.add_delivery(&delivery(id, webhook_id, at)).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut tx = repo.write().await.unwrap();
    for expected in [
        Some((delivery("d3", "w2", 10), "https://w2.example/".to_owned())),
        Some((delivery("d2", "w1", 20), "https://w1.example/".to_owned())),
        None,
    ] {
        let claimed = tx.claim_delivery(6, 30).await.unwrap();
        assert_eq!(claimed, expected, "oldest first, without what is too old, each once");
    }
    tx.set_delivery_status("w1", "2xx").await.unwrap();
    assert_eq!(tx.webhooks("u1").await.unwrap()[0].last_status.as_deref(), Some("2xx"));
    tx.add_delivery(&delivery("d4", "w1", 40)).await.unwrap();
    assert!(!tx.remove_webhook("u2", "w1").await.unwrap(), "somebody else's");
    assert!(tx.remove_webhook("u1", "w1").await.unwrap());
    assert!(!tx.remove_webhook("u1", "w1").await.unwrap(), "it is gone");
    assert_eq!(tx.claim_delivery(0, 50).await.unwrap(), None, "what waited for it is gone too");
    tx.commit().await.unwrap();
}

async fn github<R: Repository>(repo: &R) {
    let row = |commit: &str, name: &str| GithubRow {
        tree: "acme/skills/a/pdf".to_owned(),
        github_url: format!("https://github.com/Acme/skills/tree/{commit}/a/pdf"),
        commit: commit.to_owned(),
        slug: Some(slug("pdf")),
        name: name.to_owned(),
        description: "reads".to_owned(),
        tags: vec!["one".to_owned()],
        scripts: Vec::new(),
        content_sha: digest(9),
        content_size: 12,
        security_grade: None,
        fetched_at: 3,
    };
    let mut tx = repo.write().await.unwrap();
    tx.put_github_skill(&row("aa", "old")).await.unwrap();
    tx.put_github_skill(&GithubRow { slug: None, ..row("bb", "new") }).await.unwrap();
    let kept = tx.github_skill("acme/skills/a/pdf").await.unwrap();
    assert_eq!(kept, Some(GithubRow { slug: None, ..row("bb", "new") }), "a tree is kept once");
    assert_eq!(tx.github_skill("acme/skills").await.unwrap(), None);
    tx.put_github_skill(&GithubRow { tree: "b/c".to_owned(), fetched_at: 4, ..row("cc", "newest") }).await.unwrap();
    let newest = tx.github_skills(1).await.unwrap();
    assert_eq!(newest.iter().map(|row| row.tree.as_str()).collect::<Vec<_>>(), ["b/c"]);
    assert_eq!(tx.github_skills(9).await.unwrap().len(), 2);
    tx.commit().await.unwrap();
}
fn key(id: &str, expires_at: Option<i64>) -> Key {
    Key {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        name: "of a login".to_owned(),
        key_hash: format!("hash-{id}"),
        prefix: "sk_live_0000".to_owned(),
        scope: "all_skills".to_owned(),
        created_at: 1,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    }
}

async fn logins<R: Repository>(repo: &R) {
    let client = |id: &str, created_at: i64| ClientRow {
        id: id.to_owned(),
        name: "cli@laptop".to_owned(),
        redirect_uris: vec!["http://127.0.0.1/a".to_owned(), "http://[::1]/\"".to_owned()],
        created_at,
    };
    let mut tx = repo.write().await.unwrap();
    for (id, at) in [("c1", 10), ("c2", 20), ("c3", 30), ("c4", 40), ("c5", 50)] {
        tx.add_client(&client(id, at)).await.unwrap();
    }
    assert_eq!(tx.client("c1").await.unwrap(), Some(client("c1", 10)));
    tx.touch_client("c1", 60).await.unwrap();
    tx.touch_client("c2", 25).await.unwrap();
    // c3 is too old, c4 is one too many, c2 was not agreed to for long; c1 was, and c5 is the newest.
    tx.prune_clients(31, 26, 1).await.unwrap();
    for (id, there) in [("c1", true), ("c2", false), ("c3", false), ("c4", false), ("c5", true)] {
        assert_eq!(tx.client(id).await.unwrap().is_some(), there, "{id}");
    }
    let code = |hash: &str, expires_at: i64| CodeRow {
        code_hash: hash.to_owned(),
        client_id: "c1".to_owned(),
        user_id: "u1".to_owned(),
        redirect_uri: "http://127.0.0.1:1/a".to_owned(),
        challenge: "x".to_owned(),
        created_at: 1,
        expires_at,
        used_at: None,
        key_id: None,
    };
    tx.add_code(&code("one", 100), 0).await.unwrap();
    assert_eq!(tx.code("one").await.unwrap(), Some(code("one", 100)));
    assert!(tx.use_code("one", 50).await.unwrap());
    assert!(!tx.use_code("one", 51).await.unwrap(), "once");
    tx.set_code_key("one", "k7").await.unwrap();
    let used = CodeRow { used_at: Some(50), key_id: Some("k7".to_owned()), ..code("one", 100) };
    assert_eq!(tx.code("one").await.unwrap(), Some(used));
    tx.add_code(&code("two", 200), 101).await.unwrap();
    assert_eq!(tx.code("one").await.unwrap(), None);
    for id in ["k7", "k8"] {
        tx.add_key(&key(id, None)).await.unwrap();
        tx.add_login_key(id, "u1", "install", 1).await.unwrap();
    }
    tx.revoke_key("k7", 5).await.unwrap();
    assert_eq!(tx.login_keys("u1", "install").await.unwrap(), ["k8"]);
    assert_eq!(tx.login_keys("u2", "install").await.unwrap(), [""; 0]);
    assert!(tx.is_login_key("k7").await.unwrap());
    assert!(!tx.is_login_key("k1").await.unwrap());
    tx.commit().await.unwrap();
}

async fn sessions<R: Repository>(repo: &R) {
    let session = |hash: &str, key_id: &str, at: i64| SessionRow {
        token_hash: hash.to_owned(),
        user_id: "u1".to_owned(),
        key_id: key_id.to_owned(),
        created_at: at,
        expires_at: at + 100,
    };
    let mut tx = repo.write().await.unwrap();
    tx.add_key(&key("k9", Some(150))).await.unwrap();
    for (hash, at) in [("s1", 100), ("s2", 101), ("s3", 102)] {
        tx.add_session(&session(hash, "k9", at), 2).await.unwrap();
    }
    assert_eq!(tx.live_session("s1", 110).await.unwrap(), None, "the oldest of too many");
    assert_eq!(tx.live_session("s2", 110).await.unwrap(), Some(session("s2", "k9", 101)));
    assert_eq!(tx.live_session("s2", 150).await.unwrap(), None, "the key is over");
    tx.add_session(&session("s4", "k8", 105), 9).await.unwrap();
    assert!(tx.live_session("s4", 204).await.unwrap().is_some());
    assert_eq!(tx.live_session("s4", 205).await.unwrap(), None);
    tx.revoke_key("k8", 6).await.unwrap();
    assert_eq!(tx.live_session("s4", 110).await.unwrap(), None, "the key was revoked");
    tx.end_session("s2").await.unwrap();
    assert_eq!(tx.live_session("s2", 110).await.unwrap(), None);
    tx.commit().await.unwrap();
}

async fn overview<R: Repository>(repo: &R) {
    const DAY: i64 = 86_400_000;
    let mut tx = repo.write().await.unwrap();
    for (id, amount, at) in [("d1", 5, DAY), ("d2", -2, 2 * DAY - 1), ("d3", -4, 2 * DAY)] {
        tx.move_credits(&Movement { run_id: Some("r2".to_owned()), ..movement(id, amount, at) }).await.unwrap();
    }
    let days = tx.credit_days("u1", DAY).await.unwrap();
    assert_eq!(days, [DayOfCredits { day: 1, amount: 3 }, DayOfCredits { day: 2, amount: -4 }]);
    let newest = tx.newest_runs("u1", 2).await.unwrap();
    assert_eq!(newest.len(), 2);
    let r2 = tx.newest_runs("u1", 9).await.unwrap().into_iter().find(|run| run.status == "partial").unwrap();
    assert_eq!((r2.kind.as_str(), r2.skills, r2.credits), ("manual", 2, 1));
    assert_eq!(tx.newest_runs("u2", 9).await.unwrap(), []);
    drop(tx);
}
