//! Telemetry, its claims, and webhooks.

use skillzdrive_wire::InstallId;

use super::samples::user;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::events::EventRow;
use crate::repo::events::Events;
use crate::repo::webhooks::DeliveryRow;
use crate::repo::webhooks::WebhookRow;
use crate::repo::webhooks::Webhooks;

pub(super) async fn events<R: Repository>(repo: &R) {
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
    assert_eq!(tx.add_event(&event("e1")).await.unwrap(), None);
    tx.add_event(&event("e2")).await.unwrap();
    assert_eq!(tx.claim(&install_id).await.unwrap(), None);
    assert_eq!(tx.add_claim(&install_id, "u1", 5).await.unwrap(), 2);
    let claim = tx.claim(&install_id).await.unwrap().unwrap();
    assert_eq!((claim.user_id.as_str(), claim.events_backfilled), ("u1", 2));
    assert_eq!(tx.add_event(&event("e3")).await.unwrap().as_deref(), Some("u1"));
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

/// Lets so many things wait.
pub(super) async fn fill_queue<R: Repository>(repo: &R, length: usize) {
    let mut tx = repo.write().await.unwrap();
    assert!(tx.add_user(&user("u1", "one")).await.unwrap());
    tx.add_webhook(&webhook("w1", None)).await.unwrap();
    for number in 0..length {
        let delivery = DeliveryRow {
            id: format!("d{number}"),
            webhook_id: "w1".to_owned(),
            event_type: "credits.exhausted".to_owned(),
            body: String::new(),
            created_at: 5,
        };
        tx.add_delivery(&delivery).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Claims one of them; the answer is which.
pub(super) async fn claim_one<R: Repository>(repo: &R) -> String {
    let mut tx = repo.write_rows().await.unwrap();
    let (claimed, _) = tx.claim_delivery(0, 10, 20).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    claimed.id
}

pub(super) async fn webhooks<R: Repository>(repo: &R) {
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
    assert_eq!(tx.waiting_deliveries().await.unwrap(), (3, Some(5)));
    for expected in [
        Some((delivery("d3", "w2", 10), "https://w2.example/".to_owned())),
        Some((delivery("d2", "w1", 20), "https://w1.example/".to_owned())),
        None,
    ] {
        let claimed = tx.claim_delivery(6, 30, 35).await.unwrap();
        assert_eq!(claimed, expected, "oldest first, without what is too old, each once");
    }
    tx.finish_delivery(&delivery("d2", "w1", 20), "2xx", 31).await.unwrap();
    assert_eq!(tx.webhooks("u1").await.unwrap()[0].last_status.as_deref(), Some("2xx"));
    assert_eq!(tx.claim_delivery(6, 34, 40).await.unwrap(), None);
    let again = tx.claim_delivery(6, 35, 40).await.unwrap();
    assert_eq!(again.unwrap().0.id, "d3", "whoever took it did not finish it");
    assert_eq!(tx.claim_delivery(6, 35, 40).await.unwrap(), None);
    assert_eq!(tx.waiting_deliveries().await.unwrap(), (1, Some(10)), "what is too old was forgotten");
    tx.finish_delivery(&delivery("d3", "w2", 10), "timeout", 36).await.unwrap();
    assert_eq!(tx.waiting_deliveries().await.unwrap(), (0, None));
    tx.add_delivery(&delivery("d4", "w1", 40)).await.unwrap();
    assert!(!tx.remove_webhook("u2", "w1").await.unwrap(), "somebody else's");
    assert!(tx.remove_webhook("u1", "w1").await.unwrap());
    assert!(!tx.remove_webhook("u1", "w1").await.unwrap(), "it is gone");
    assert_eq!(tx.claim_delivery(0, 50, 60).await.unwrap(), None, "what waited for it is gone too");
    tx.commit().await.unwrap();
}
