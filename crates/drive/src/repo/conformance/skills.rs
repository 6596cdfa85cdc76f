//! Skills, their versions, drives, search, standings and fetched trees.

use std::collections::HashMap;

use skillzdrive_wire::Slug;

use super::samples::digest;
use super::samples::skill;
use super::samples::slug;
use super::samples::version;
use super::samples::view;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::github::Github;
use crate::repo::github::GithubRow;
use crate::repo::grades::Grades;
use crate::repo::items::Items;
use crate::repo::search::Search;
use crate::repo::skill_runs::SkillRun;
use crate::repo::skill_runs::SkillRuns;
use crate::repo::skills::Edition;
use crate::repo::skills::Skills;
use crate::repo::skills::VersionRow;
use crate::repo::standings::Order;
use crate::repo::standings::Standing;
use crate::repo::standings::Standings;

pub(super) async fn skills_and_items<R: Repository>(repo: &R) {
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

pub(super) async fn search<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    let ids = |found: (Vec<Edition>, u64)| {
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

pub(super) async fn ranking<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    // The word stands once in each, in another place, and the texts are of one length.
    for (id, name, [title, tag, description]) in [
        ("k4", "x-four", ["plain name", "plain", "a zebra of words"]),
        ("k3", "x-three", ["plain name", "zebra", "a heap of words"]),
        ("k2", "x-two", ["zebra name", "plain", "a heap of words"]),
        ("k1", "zebra-one", ["plain name", "plain", "a heap of words"]),
        ("k5", "x-five", ["plain name", "plain", "a Zébrafish of words"]),
    ] {
        tx.add_skill(&skill(id, name, "u2", true)).await.unwrap();
        let version = version(id, 1, 8, description);
        let version = VersionRow { name: title.to_owned(), tags: vec![tag.to_owned()], ..version };
        tx.add_version(&slug(name), &version).await.unwrap();
    }
    let found = async |tx: &mut R::Transaction, text: &str| -> Vec<String> {
        let (found, _) = tx.search(text, &view(""), 9).await.unwrap();
        found.into_iter().map(|edition| edition.skill.id).collect()
    };
    let ranked = found(&mut tx, "zebra").await;
    assert_eq!(ranked[..3], ["k1", "k2", "k3"], "slug, name, tags, description: {ranked:?}");
    assert_eq!(ranked.len(), 5, "accents and the ends of words do not matter");
    assert_eq!(found(&mut tx, "x-two").await, ["k2"], "the slug itself, in parts");
    assert_eq!(found(&mut tx, "ZEBRAF").await, ["k5"]);
    assert_eq!(found(&mut tx, "zebra words").await.len(), 5);
    assert_eq!(found(&mut tx, "zebra absent").await, [""; 0]);
    // A new version's words take the place of those before.
    tx.add_version(&slug("zebra-one"), &version("k1", 2, 9, "gnu")).await.unwrap();
    assert_eq!(found(&mut tx, "gnu").await, ["k1"]);
    assert_eq!(found(&mut tx, "heap one").await, [""; 0]);
    // What is withdrawn is not found, until it is back.
    tx.set_withdrawn("k1", Some(9)).await.unwrap();
    assert_eq!(found(&mut tx, "gnu").await, [""; 0]);
    tx.set_withdrawn("k1", None).await.unwrap();
    assert_eq!(found(&mut tx, "gnu").await, ["k1"]);
    drop(tx);
}

pub(super) async fn standings<R: Repository>(repo: &R) {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let mut tx = repo.write().await.unwrap();
    for id in ["t1", "t2", "t3"] {
        tx.add_skill(&skill(id, id, "u2", id != "t3")).await.unwrap();
        tx.add_version(&slug(id), &version(id, 1, 7, "stands")).await.unwrap();
    }
    for (who, at) in [("user:u1", DAY), ("user:u1", DAY + 1), ("user:u1", 2 * DAY), ("install:x", DAY)] {
        tx.count_installs(&[slug("t1"), slug("t1")], who, at).await.unwrap();
    }
    // One that is not public, and one that is not there, are passed over.
    tx.count_installs(&["t3", "nothing", "t2"].map(slug), "user:u1", DAY).await.unwrap();
    tx.count_installs(&[], "user:u1", DAY).await.unwrap();
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

    let ids = |found: Vec<Edition>| -> Vec<String> { found.into_iter().map(|edition| edition.skill.id).collect() };
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

pub(super) async fn github<R: Repository>(repo: &R) {
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
        graded_by: 0,
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

pub(super) async fn grades<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    // Everything that stands there was graded by rule set 1, but for the trees.
    assert_eq!(tx.ungraded(1, None, 9).await.unwrap(), [digest(9)]);
    assert_eq!(tx.ungraded(2, None, 3).await.unwrap(), [digest(1), digest(2), digest(3)]);
    assert_eq!(tx.ungraded(2, Some(&digest(1)), 1).await.unwrap(), [digest(2)]);
    tx.set_grade(&digest(2), "D", 2).await.unwrap();
    tx.set_grade(&digest(9), "B", 1).await.unwrap();
    assert_eq!(tx.ungraded(1, None, 9).await.unwrap(), [digest(2)]);
    assert_eq!(tx.ungraded(2, None, 3).await.unwrap(), [digest(1), digest(3), digest(9)]);
    let graded = |version: &VersionRow| (version.version, version.security_grade.clone(), version.graded_by);
    let versions: Vec<_> = tx.versions("s1").await.unwrap().iter().map(graded).collect();
    assert_eq!(versions, [(2, Some("D".to_owned()), 2), (1, Some("A".to_owned()), 1)]);
    tx.set_grade(&digest(2), "A", 1).await.unwrap();
    assert_eq!(tx.versions("s1").await.unwrap()[0].graded_by, 1, "the last rule set counts");
    let trees = tx.github_skills(9).await.unwrap();
    assert!(trees.iter().all(|tree| tree.security_grade.as_deref() == Some("B") && tree.graded_by == 1));
    drop(tx);
}
