//! Accounts, keys, credits and tiers.

use super::samples::movement;
use super::samples::user;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::accounts::Key;
use crate::repo::accounts::Movement;
use crate::repo::acts::ActRow;
use crate::repo::acts::Acts;
use crate::repo::overview::DayOfCredits;
use crate::repo::overview::Overview;
use crate::repo::tiers::TierRow;
use crate::repo::tiers::Tiers;

pub(super) async fn accounts<R: Repository>(repo: &R) {
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

pub(super) async fn tiers<R: Repository>(repo: &R) {
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

pub(super) async fn overview<R: Repository>(repo: &R) {
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

pub(super) async fn acts<R: Repository>(repo: &R) {
    let act = |id: &str, at: i64, by: (&str, &str)| ActRow {
        id: id.to_owned(),
        at,
        by_kind: by.0.to_owned(),
        by_whom: by.1.to_owned(),
        key_id: Some("k1".to_owned()),
        act: "key.create".to_owned(),
        object: "key k9".to_owned(),
        detail: String::new(),
        request_id: None,
    };
    let rows = [act("a1", 5, ("operator", "u1")), act("a3", 9, ("user", "u1")), act("a2", 9, ("user", "gone"))];
    let mut tx = repo.write().await.unwrap();
    for row in &rows {
        tx.add_act(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = repo.read().await.unwrap();
    let found = tx.acts(5, 9).await.unwrap();
    // An operator is no account, whatever it is called.
    let [one, three, two] = rows;
    assert_eq!(found, [(one, None), (two, None), (three.clone(), Some("one".to_owned()))]);
    assert_eq!(tx.acts(6, 1).await.unwrap(), [(three, Some("one".to_owned()))]);
    assert_eq!(tx.acts(10, 9).await.unwrap(), []);
}
