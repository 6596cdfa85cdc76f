//! OAuth clients, codes and sessions.

use super::samples::key;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::oauth::ClientRow;
use crate::repo::oauth::CodeRow;
use crate::repo::oauth::OAuth;
use crate::repo::sessions::SessionRow;
use crate::repo::sessions::Sessions;

pub(super) async fn logins<R: Repository>(repo: &R) {
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

pub(super) async fn sessions<R: Repository>(repo: &R) {
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
