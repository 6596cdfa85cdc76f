//! The part of the conformance suite about who reaches what: collections, teams and shares.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Source;

use super::samples::skill;
use super::samples::slug;
use super::samples::user;
use super::samples::version;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::accounts::Key;
use crate::repo::collections::CollectionRow;
use crate::repo::collections::Collections;
use crate::repo::items::Item;
use crate::repo::reach::HoldingRow;
use crate::repo::reach::ReachedRow;
use crate::repo::reach::View;
use crate::repo::teams::TeamRow;
use crate::repo::teams::With;
use crate::repo::tickets::TicketRow;

/// The four sections, on a repository that holds other things already.
pub(super) async fn conforms<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    fill(&mut tx).await;
    collections(&mut tx).await;
    teams(&mut tx).await;
    reach(&mut tx).await;
    tickets(&mut tx).await;
    tx.commit().await.unwrap();
    refusals(repo).await;
}

fn key(id: &str, user_id: &str) -> Key {
    Key {
        id: id.to_owned(),
        user_id: user_id.to_owned(),
        name: "name".to_owned(),
        key_hash: format!("hash-of-{id}"),
        prefix: "sk_live_0000".to_owned(),
        scope: "scoped".to_owned(),
        created_at: 1,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

fn collection(id: &str, name: &str) -> CollectionRow {
    CollectionRow {
        id: id.to_owned(),
        user_id: "owner".to_owned(),
        name: name.parse().unwrap(),
        key_id: format!("key-{id}"),
        all_skills: false,
        include_team: true,
        include_shared: false,
        is_public: false,
        created_at: 5,
    }
}

/// Three accounts; each has a private skill of its own in its drive, and `owner` the public one too.
async fn fill<T: Transaction>(tx: &mut T) {
    for (number, id) in (101..).zip(["owner", "mate", "friend"]) {
        assert!(tx.add_user(&user(id, &format!("the {id}"))).await.unwrap());
        let (skill_id, name) = (format!("skill-{id}"), format!("of-{id}"));
        tx.add_skill(&skill(&skill_id, &name, id, false)).await.unwrap();
        tx.add_version(&slug(&name), &version(&skill_id, 1, number, "zebra")).await.unwrap();
        tx.put_item(id, &slug(&name), &skill_id, 1, i64::from(number)).await.unwrap();
    }
    tx.add_skill(&skill("skill-public", "open", "mate", true)).await.unwrap();
    tx.add_version(&slug("open"), &version("skill-public", 1, 110, "zebra")).await.unwrap();
    tx.put_item("owner", &slug("open"), "skill-public", 1, 9).await.unwrap();
}

async fn collections<T: Transaction>(tx: &mut T) {
    for (id, name) in [("c1", "slice"), ("c2", "Other / one")] {
        tx.add_key(&key(&format!("key-{id}"), "owner")).await.unwrap();
        tx.add_collection(&collection(id, name)).await.unwrap();
    }
    assert_eq!(tx.collections("owner").await.unwrap(), [collection("c2", "Other / one"), collection("c1", "slice")]);
    assert_eq!(tx.collections("mate").await.unwrap(), []);
    assert_eq!(tx.collection("c1").await.unwrap(), Some(collection("c1", "slice")));
    assert_eq!(tx.collection_of_key("key-c2").await.unwrap(), Some(collection("c2", "Other / one")));
    assert_eq!(tx.collection_of_key("k1").await.unwrap(), None);
    let named = tx.collection_named("owner", &"slice".parse().unwrap()).await.unwrap();
    assert_eq!(named.unwrap().id, "c1");
    assert_eq!(tx.collection_named("mate", &"slice".parse().unwrap()).await.unwrap(), None);

    assert_eq!(tx.published_collection(&"renamed".parse().unwrap()).await.unwrap(), None);
    let changed = CollectionRow {
        name: "renamed".parse().unwrap(),
        all_skills: true,
        include_team: false,
        include_shared: true,
        is_public: true,
        ..collection("c2", "x")
    };
    tx.update_collection(&changed).await.unwrap();
    assert_eq!(tx.published_collection(&"renamed".parse().unwrap()).await.unwrap(), Some(changed.clone()));
    let key = tx.key_by_hash("hash-of-key-c2").await.unwrap().unwrap();
    assert_eq!((key.name.as_str(), key.scope.as_str()), ("renamed", "all_skills"), "the key goes with it");
    tx.update_collection(&CollectionRow { all_skills: false, ..changed }).await.unwrap();

    assert!(tx.name_skill("c1", "skill-owner", 6).await.unwrap());
    assert!(!tx.name_skill("c1", "skill-owner", 7).await.unwrap(), "named already");
    assert!(tx.name_skill("c2", "skill-owner", 6).await.unwrap());
    assert!(tx.name_skill("c2", "skill-public", 6).await.unwrap());
    let count = tx.named_skills("owner").await.unwrap().len();
    assert_eq!((count, tx.named_skills("mate").await.unwrap().len()), (3, 0));
    assert!(!tx.unname_skills("c1", Some(&slug("open"))).await.unwrap());
    assert!(tx.unname_skills("c2", Some(&slug("open"))).await.unwrap());
    assert!(tx.unname_skills("c2", None).await.unwrap());
    assert!(!tx.unname_skills("c2", None).await.unwrap());
    assert_eq!(tx.named_skills("owner").await.unwrap(), [("c1".to_owned(), "skill-owner".to_owned())]);

    assert_eq!(tx.maker("skill-owner").await.unwrap(), None);
    tx.set_maker("skill-owner", "c1").await.unwrap();
    assert_eq!(tx.maker("skill-owner").await.unwrap().as_deref(), Some("c1"));

    // A published collection publishes the private skills that it names and its owner has, and nothing else.
    let (name, sha) = (slug("of-owner"), ContentSha::from_digest(&[101; 32]));
    assert!(!tx.published_artifact(&name, &sha).await.unwrap());
    tx.name_skill("c2", "skill-owner", 8).await.unwrap();
    tx.name_skill("c2", "skill-friend", 8).await.unwrap();
    assert!(tx.published_artifact(&name, &sha).await.unwrap());
    assert!(!tx.published_artifact(&slug("of-friend"), &ContentSha::from_digest(&[103; 32])).await.unwrap());
    assert!(!tx.published_artifact(&slug("other"), &sha).await.unwrap());
    tx.set_enabled("owner", &name, false).await.unwrap();
    assert!(!tx.published_artifact(&name, &sha).await.unwrap(), "switched off");
    tx.set_enabled("owner", &name, true).await.unwrap();
    tx.unname_skills("c2", None).await.unwrap();
}

async fn teams<T: Transaction>(tx: &mut T) {
    let team = TeamRow { id: "t1".to_owned(), name: "crew".to_owned(), created_at: 4 };
    assert!(tx.add_team(&team).await.unwrap());
    assert!(!tx.add_team(&TeamRow { id: "t2".to_owned(), ..team.clone() }).await.unwrap(), "the name is taken");
    assert!(tx.add_team(&TeamRow { id: "t2".to_owned(), name: "b".to_owned(), ..team.clone() }).await.unwrap());
    assert_eq!(tx.team_named("crew").await.unwrap(), Some(team));
    assert_eq!(tx.team_named("none").await.unwrap(), None);
    assert_eq!(tx.teams().await.unwrap().iter().map(|team| team.id.as_str()).collect::<Vec<_>>(), ["t2", "t1"]);
    for member in ["owner", "mate"] {
        assert!(tx.add_member("t1", member, 5).await.unwrap());
        assert!(!tx.add_member("t1", member, 6).await.unwrap());
    }
    assert_eq!(tx.members("t1").await.unwrap(), ["the mate", "the owner"]);
    assert!(tx.remove_member("t1", "mate").await.unwrap());
    assert!(!tx.remove_member("t1", "mate").await.unwrap());

    let (team, person) = (With::Team("t1".to_owned()), With::User("owner".to_owned()));
    assert!(tx.add_share("h1", "mate", "skill-mate", &team, 7).await.unwrap());
    assert!(!tx.add_share("h2", "mate", "skill-mate", &team, 8).await.unwrap(), "shared so already");
    assert!(tx.add_share("h2", "mate", "skill-mate", &person, 8).await.unwrap());
    assert!(tx.add_share("h3", "friend", "skill-friend", &person, 9).await.unwrap());
    let shares = tx.shares().await.unwrap();
    let lines: Vec<_> = shares.iter().map(|l| (l.slug.as_str(), l.team.as_deref(), l.user.as_deref())).collect();
    let expected =
        [("of-friend", None, Some("the owner")), ("of-mate", Some("crew"), None), ("of-mate", None, Some("the owner"))];
    assert_eq!(lines, expected);
    assert_eq!(shares[0].from, "the friend");
    assert!(tx.remove_share("mate", &slug("of-mate"), &person).await.unwrap());
    assert!(!tx.remove_share("mate", &slug("of-mate"), &person).await.unwrap());
    assert!(!tx.remove_share("owner", &slug("of-mate"), &team).await.unwrap());
}

fn view(user_id: &str, collection_id: Option<&str>, team: bool, shared: bool) -> View {
    let collection_id = collection_id.map(str::to_owned);
    View { user_id: user_id.to_owned(), collection_id, team, shared, marketplace: false }
}

/// What a view reaches, and through what; and that search and list see the same of it.
async fn of<T: Transaction>(tx: &mut T, view: &View) -> Vec<(String, Source)> {
    let rows = tx.reached(view, None).await.unwrap();
    let enabled = rows.iter().filter(|row| row.item.enabled).map(|row| row.item.edition.skill.id.as_str());
    let mut enabled: Vec<&str> = enabled.collect();
    enabled.sort_unstable();
    for (found, total) in [tx.search("zebra", view, 99).await.unwrap(), tx.accessible(view, 99).await.unwrap()] {
        let mut ids: Vec<&str> = found.iter().map(|edition| edition.skill.id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!((ids, total), (enabled.clone(), enabled.len() as u64), "{view:?}");
    }
    let mut slugs: Vec<Slug> =
        rows.iter().filter(|row| row.item.enabled).map(|row| row.item.edition.skill.slug.clone()).collect();
    slugs.sort_unstable();
    assert_eq!(tx.slugs(view, (1, 64), 99).await.unwrap(), slugs, "{view:?}");
    // Narrow rows are the same rows.
    let mut narrow = Vec::new();
    for row in &rows {
        let ReachedRow { item: Item { edition, .. }, source, made_here } = row;
        let versions = tx.versions_of(std::slice::from_ref(&edition.skill.id)).await.unwrap();
        let before = versions.into_iter().filter(|version| version.version < edition.version.version);
        narrow.push(HoldingRow {
            slug: edition.skill.slug.clone(),
            owner_id: edition.skill.owner_id.clone(),
            is_public: edition.skill.is_public,
            version: edition.version.version,
            content_sha: edition.version.content_sha.clone(),
            content_size: edition.version.content_size,
            source: source.clone(),
            made_here: *made_here,
            earlier: before.map(|version| version.content_sha).collect(),
        });
    }
    assert_eq!(tx.holdings(view).await.unwrap(), narrow, "{view:?}");
    rows.into_iter().map(|row| (row.item.edition.skill.slug.to_string(), row.source)).collect()
}

fn expect(list: &[(&str, Source)]) -> Vec<(String, Source)> {
    list.iter().map(|(slug, source)| ((*slug).to_owned(), source.clone())).collect()
}

async fn reach<T: Transaction>(tx: &mut T) {
    let (friend, mate) = (("of-friend", Source::Shared), ("of-mate", Source::Team));
    let (own, open) = (("of-owner", Source::Drive), ("open", Source::Drive));
    let all = expect(&[friend.clone(), mate.clone(), own.clone(), open.clone()]);
    assert_eq!(of(tx, &view("owner", None, true, true)).await, all);
    assert_eq!(of(tx, &view("owner", None, false, true)).await, expect(&[friend.clone(), own.clone(), open.clone()]));
    assert_eq!(of(tx, &view("owner", None, true, false)).await, expect(&[mate.clone(), own.clone(), open.clone()]));
    assert_eq!(of(tx, &view("mate", None, true, true)).await, expect(&[("of-mate", Source::Drive)]));
    assert_eq!(of(tx, &view("", None, true, true)).await, []);
    assert_eq!(of(tx, &view("owner", Some("c1"), true, true)).await, expect(std::slice::from_ref(&own)));
    for skill_id in ["skill-mate", "skill-friend"] {
        tx.name_skill("c1", skill_id, 6).await.unwrap();
    }
    let slice = view("owner", Some("c1"), true, true);
    assert_eq!(of(tx, &slice).await, expect(&[friend.clone(), mate.clone(), own.clone()]));
    let narrow = of(tx, &view("owner", Some("c1"), false, false)).await;
    assert_eq!(narrow, expect(std::slice::from_ref(&own)));
    assert_eq!(of(tx, &view("owner", Some("none"), true, true)).await, []);
    assert_eq!(of(tx, &view("mate", Some("c1"), true, true)).await.len(), 1, "named, and in this drive too");

    let one = tx.reached(&slice, Some(&slug("of-owner"))).await.unwrap();
    assert_eq!((one.len(), one[0].made_here), (1, true));
    assert!(!tx.reached(&slice, Some(&slug("of-mate"))).await.unwrap()[0].made_here);
    assert_eq!(tx.reached(&slice, Some(&slug("open"))).await.unwrap(), []);
    assert!(!tx.reached(&view("owner", None, true, true), Some(&slug("of-owner"))).await.unwrap()[0].made_here);
    tx.name_skill("c2", "skill-owner", 9).await.unwrap();
    assert!(!tx.reached(&slice, Some(&slug("of-owner"))).await.unwrap()[0].made_here, "another names it too");
    tx.unname_skills("c2", None).await.unwrap();

    // Switched off by who has it, or by who got it: hidden from search, and still reached.
    tx.set_enabled("owner", &slug("of-owner"), false).await.unwrap();
    for _ in 0..2 {
        tx.set_switched_off("owner", "skill-mate", true).await.unwrap();
    }
    assert_eq!(of(tx, &view("owner", None, true, true)).await, all);
    assert!(!tx.reached(&slice, Some(&slug("of-mate"))).await.unwrap()[0].item.enabled);
    tx.set_switched_off("owner", "skill-mate", false).await.unwrap();
    assert!(tx.reached(&slice, Some(&slug("of-mate"))).await.unwrap()[0].item.enabled);
    tx.set_enabled("owner", &slug("of-owner"), true).await.unwrap();

    // The sharer's own switch is the sharer's; a version and a removal there come at once.
    tx.set_enabled("mate", &slug("of-mate"), false).await.unwrap();
    assert!(tx.reached(&slice, Some(&slug("of-mate"))).await.unwrap()[0].item.enabled);
    tx.add_version(&slug("of-mate"), &version("skill-mate", 2, 120, "zebra")).await.unwrap();
    assert_eq!(tx.reached(&slice, Some(&slug("of-mate"))).await.unwrap()[0].item.edition.version.version, 1);
    tx.put_item("mate", &slug("of-mate"), "skill-mate", 2, 9).await.unwrap();
    assert_eq!(tx.reached(&slice, Some(&slug("of-mate"))).await.unwrap()[0].item.edition.version.version, 2);
    tx.remove_item("mate", &slug("of-mate"), &ContentSha::from_digest(&[120; 32]), 9).await.unwrap();
    assert_eq!(tx.reached(&slice, Some(&slug("of-mate"))).await.unwrap(), []);
    tx.put_item("mate", &slug("of-mate"), "skill-mate", 2, 9).await.unwrap();

    // One skill by two ways is one's own; two skills of one slug come in the order of precedence.
    tx.add_share("h4", "mate", "skill-public", &With::Team("t1".to_owned()), 9).await.unwrap();
    tx.put_item("mate", &slug("open"), "skill-public", 1, 9).await.unwrap();
    assert_eq!(of(tx, &view("owner", None, true, true)).await, all);
    tx.add_skill(&skill("skill-double", "of-mate", "friend", false)).await.unwrap();
    tx.add_version(&slug("of-mate"), &version("skill-double", 1, 121, "zebra")).await.unwrap();
    tx.put_item("friend", &slug("of-mate"), "skill-double", 1, 9).await.unwrap();
    tx.add_share("h5", "friend", "skill-double", &With::User("owner".to_owned()), 1).await.unwrap();
    let both = tx.reached(&view("owner", None, true, true), Some(&slug("of-mate"))).await.unwrap();
    let sources: Vec<_> = both.iter().map(|row| row.source.clone()).collect();
    assert_eq!(sources, [Source::Team, Source::Shared]);

    // What took a skill's place in a drive takes its place in collections and shares.
    tx.add_skill(&skill("skill-next", "open", "owner", false)).await.unwrap();
    tx.add_version(&slug("open"), &version("skill-next", 1, 122, "zebra")).await.unwrap();
    tx.name_skill("c1", "skill-public", 9).await.unwrap();
    tx.add_share("h6", "owner", "skill-public", &With::User("friend".to_owned()), 1).await.unwrap();
    tx.put_item("owner", &slug("open"), "skill-next", 1, 9).await.unwrap();
    tx.follow_skill("owner", "skill-public", "skill-next").await.unwrap();
    assert_eq!(tx.reached(&slice, Some(&slug("open"))).await.unwrap()[0].item.edition.skill.id, "skill-next");
    let friends = tx.reached(&view("friend", None, true, true), Some(&slug("open"))).await.unwrap();
    assert_eq!(friends[0].item.edition.skill.id, "skill-next");
    tx.drop_from_collections("mate", "skill-next").await.unwrap();
    assert_eq!(tx.reached(&slice, Some(&slug("open"))).await.unwrap().len(), 1, "another account's are left alone");
    tx.drop_from_collections("owner", "skill-next").await.unwrap();
    assert_eq!(tx.reached(&slice, Some(&slug("open"))).await.unwrap(), []);

    tx.delete_team("t1").await.unwrap();
    assert_eq!(tx.team_named("crew").await.unwrap(), None);
    assert_eq!(of(tx, &view("owner", None, true, false)).await, expect(&[own, open]));
}

/// A ticket works as long as its key does.
async fn tickets<T: Transaction>(tx: &mut T) {
    let ticket = TicketRow {
        id: "of-key".to_owned(),
        user_id: "owner".to_owned(),
        token_hash: "hash-of-ticket".to_owned(),
        key_id: Some("key-c1".to_owned()),
        collection_id: Some("c1".to_owned()),
        scoped: true,
        slug: None,
        run_id: None,
        content_sha: None,
        guarded: false,
        base_sha: None,
        filename: None,
        created_at: 1,
        expires_at: 100,
    };
    tx.add_ticket(&ticket).await.unwrap();
    assert_eq!(tx.live_ticket("hash-of-ticket", 9).await.unwrap(), Some(ticket));
    tx.revoke_key("key-c1", 10).await.unwrap();
    assert_eq!(tx.live_ticket("hash-of-ticket", 11).await.unwrap(), None);
    tx.delete_collection("c1").await.unwrap();
    assert_eq!(tx.collection("c1").await.unwrap(), None);
    assert_eq!(tx.collection_of_key("key-c1").await.unwrap(), None);
    assert!(tx.key_by_hash("hash-of-key-c1").await.unwrap().is_some(), "a revoked key is remembered");
}

/// What the engine itself refuses.
async fn refusals<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    tx.add_key(&key("key-c3", "owner")).await.unwrap();
    assert!(tx.add_collection(&collection("c3", "renamed")).await.is_err(), "a name twice under one owner");
    drop(tx);
    let mut tx = repo.write().await.unwrap();
    tx.add_key(&key("key-c4", "mate")).await.unwrap();
    let foreign = CollectionRow { user_id: "mate".to_owned(), is_public: true, ..collection("c4", "renamed") };
    assert!(tx.add_collection(&foreign).await.is_err(), "published twice under one name");
    drop(tx);
    let mut tx = repo.write().await.unwrap();
    tx.add_key(&key("key-c5", "mate")).await.unwrap();
    let private = CollectionRow { user_id: "mate".to_owned(), ..collection("c5", "renamed") };
    tx.add_collection(&private).await.unwrap();
    assert!(tx.name_skill("c5", "nothing", 1).await.is_err(), "a skill that is none");
    drop(tx);
}
