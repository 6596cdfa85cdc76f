//! Webhooks: who may have one, when it fires, what arrives, and that it arrives once.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::post;
use futures_util::future::join_all;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use serde_json::Value;
use serde_json::json;
use sha2::Sha256;
use skillzdrive_drive::Config;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::fixture::Server;

const WEBHOOKS: &str = "/api/v1/account/webhooks";

/// What came in.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    event: String,
    signature: String,
    kind: String,
    body: Bytes,
}

impl Delivery {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Delivery>>>, Arc<Notify>);

/// A receiver: `/ok`, `/broken` (500), `/moved` (a redirect to `/ok`), `/hangs`.
pub(crate) struct Receiver {
    pub(crate) url: String,
    seen: Seen,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let seen = Seen::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/ok", post(note))
            .route("/broken", post(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/moved", post(|| async { Redirect::temporary("/ok") }))
            .route("/hangs", post(std::future::pending::<()>))
            .with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, seen }
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.seen.0.lock().unwrap().clone()
    }

    /// Waits until so many came.
    pub(crate) async fn wait(&self, count: usize) -> Vec<Delivery> {
        let came = async {
            while self.deliveries().len() < count {
                self.seen.1.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), came).await.unwrap();
        self.deliveries()
    }
}

async fn note(State(seen): State<Seen>, headers: HeaderMap, body: Bytes) {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let delivery = Delivery {
        event: text("x-skillzdrive-event"),
        signature: text("x-skillzdrive-signature"),
        kind: text("content-type"),
        body,
    };
    seen.0.lock().unwrap().push(delivery);
    seen.1.notify_one();
}

fn open(config: &mut Config) {
    config.allow_private_webhooks = true;
}

/// Makes a webhook; the clock moves, so that they are listed in the order in which they were made.
async fn create(server: &Server, threshold: Option<u64>, url: &str) -> Value {
    server.advance(1);
    let event = if threshold.is_some() { "credits.threshold_hit" } else { "credits.exhausted" };
    let body = json!({ "event_type": event, "threshold_value": threshold, "target_url": url });
    server.post(WEBHOOKS, body).await.data(201)
}

/// Spends one credit on something that is imported and thrown away again.
async fn spend(server: &Server, slug: &str) {
    server.post("/api/v1/drive/import", json!({ "skillSlug": slug })).await.data(201);
    server.delete(&format!("/api/v1/drive/{slug}")).await.data(200);
}

async fn status(server: &Server, index: usize) -> Value {
    server.get(WEBHOOKS).await.data(200)["webhooks"][index]["last_delivery_status"].clone()
}

/// Waits until a webhook's status is this.
async fn status_is(server: &Server, index: usize, expected: &str) {
    let reached = async {
        while status(server, index).await != expected {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reached).await.unwrap();
}

#[tokio::test]
async fn a_webhook_is_made_listed_and_deleted() {
    let server = Server::start().await;
    assert_eq!(server.get(WEBHOOKS).await.data(200), json!({ "webhooks": [] }));
    let made = create(&server, Some(500), "https://partner.example/hook").await;
    let webhook = json!({
        "id": made["webhook"]["id"], "event_type": "credits.threshold_hit", "threshold_value": 500,
        "target_url": "https://partner.example/hook", "last_delivery_status": null,
        "created_at": "2026-11-24T05:39:38Z"
    });
    assert_eq!(made["webhook"], webhook);
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    // The list is in the order of their making.
    server.advance(1_000);
    // A threshold means nothing to the other event.
    let body = json!({ "event_type": "credits.exhausted", "threshold_value": 9, "target_url": "https://localhost/x" });
    let other = server.post(WEBHOOKS, body).await.data(201);
    assert_eq!(other["webhook"]["threshold_value"], Value::Null);
    assert_ne!(other["secret"], made["secret"]);
    let list = server.get(WEBHOOKS).await;
    assert_eq!(list.data(200), json!({ "webhooks": [webhook, other["webhook"]] }));
    assert!(!String::from_utf8_lossy(&list.bytes).contains("whsec_"), "a secret is shown once");

    let path = format!("{WEBHOOKS}/{}", made["webhook"]["id"].as_str().unwrap());
    let stranger = server.drive.create_account("stranger").await.unwrap();
    let theirs = server.send(server.request(reqwest::Method::DELETE, &path).bearer_auth(stranger.expose())).await;
    theirs.refused(404, "webhook_not_found");
    assert_eq!(server.delete(&path).await.data(200), json!({ "id": made["webhook"]["id"], "deleted": true }));
    server.delete(&path).await.refused(404, "webhook_not_found");
    server.anonymous(WEBHOOKS).await.refused(401, "access_denied");
}

#[tokio::test]
async fn what_cannot_be_told_is_refused_when_it_is_made() {
    let server = Server::start().await;
    let url = "https://partner.example/";
    for (body, says) in [
        (json!({ "event_type": "credits.threshold_hit", "target_url": url }), "needs a `threshold_value`"),
        (json!({ "event_type": "credits.threshold_hit", "threshold_value": null, "target_url": url }), "needs a"),
        (json!({ "event_type": "credits.threshold_hit", "threshold_value": -1, "target_url": url }), "body"),
        (json!({ "event_type": "credits.threshold_hit", "threshold_value": u64::MAX, "target_url": url }), "more than"),
        (json!({ "event_type": "drive.full", "target_url": url }), "is not an event"),
        (json!({ "event_type": "credits.exhausted" }), "target_url"),
        (json!({ "event_type": "credits.exhausted", "target_url": "http://partner.example/" }), "https://"),
        (json!({ "event_type": "credits.exhausted", "target_url": "https://10.0.0.1/" }), "public internet"),
        (json!({ "event_type": "credits.exhausted", "target_url": "https://[::ffff:127.0.0.1]/" }), "public internet"),
        (json!({ "event_type": "credits.exhausted", "target_url": "https://u:p@partner.example/" }), "password"),
    ] {
        let reply = server.post(WEBHOOKS, body).await;
        reply.refused(400, "invalid_request");
        let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(says), "{message}, not: {says}");
    }
    for _ in 0..20 {
        create(&server, Some(1), url).await;
    }
    let body = json!({ "event_type": "credits.exhausted", "target_url": url });
    server.post(WEBHOOKS, body).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn a_crossing_is_told_once_signed_and_again_after_a_recovery() {
    let receiver = Receiver::start().await;
    let server = Server::with(|config| {
        open(config);
        config.signup_credits = 4;
    })
    .await;
    server.publish("pdf", "one").await;
    let made = create(&server, Some(2), &format!("{}/ok", receiver.url)).await;
    create(&server, None, &format!("{}/ok", receiver.url)).await;
    spend(&server, "pdf").await;
    assert_eq!(receiver.deliveries().len(), 0, "3 is above 2");
    spend(&server, "pdf").await;
    let first = receiver.wait(1).await.remove(0);
    assert_eq!((first.event.as_str(), first.kind.as_str()), ("credits.threshold_hit", "application/json"));
    let body = first.json();
    let user = body["owner_user_id"].as_str().unwrap();
    let expected = format!(
        r#"{{"event":"credits.threshold_hit","owner_user_id":"{user}","credits_remaining":2,"threshold":2,"timestamp":"2026-11-24T05:39:38.002Z"}}"#
    );
    assert_eq!(first.body, expected);
    let mut mac = Hmac::<Sha256>::new_from_slice(made["secret"].as_str().unwrap().as_bytes()).unwrap();
    mac.update(&first.body);
    let digest: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first.signature, format!("sha256={digest}"));
    status_is(&server, 0, "2xx").await;

    // Below the mark nothing more is told; at 0 the other webhook is.
    spend(&server, "pdf").await;
    spend(&server, "pdf").await;
    let second = receiver.wait(2).await.remove(1);
    assert_eq!(second.event, "credits.exhausted");
    assert_eq!((&second.json()["credits_remaining"], &second.json()["threshold"]), (&json!(0), &Value::Null));
    // After a recovery it is a crossing again.
    server.drive.grant_credits(3).await.unwrap();
    spend(&server, "pdf").await;
    let third = receiver.wait(3).await.remove(2);
    assert_eq!(third.json()["credits_remaining"], 2);
    assert_eq!(receiver.deliveries().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn charges_that_race_cross_once() {
    let receiver = Receiver::start().await;
    let server = Server::with(|config| {
        open(config);
        config.signup_credits = 30;
    })
    .await;
    for number in 0..50 {
        server.publish(&format!("s-{number}"), "one").await;
    }
    create(&server, Some(20), &format!("{}/ok", receiver.url)).await;
    create(&server, Some(7), &format!("{}/ok", receiver.url)).await;
    create(&server, None, &format!("{}/ok", receiver.url)).await;
    let imports = (0..50).map(|number| {
        let request = server.request(reqwest::Method::POST, "/api/v1/drive/import").bearer_auth(&server.key);
        let request = request.json(&json!({ "skillSlug": format!("s-{number}") }));
        tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
    });
    let statuses: Vec<u16> = join_all(imports).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 30);
    assert_eq!(statuses.iter().filter(|status| **status == 402).count(), 20);
    assert_eq!(server.balance().await, 0);
    let mut marks: Vec<Value> =
        receiver.wait(3).await.iter().map(|one| one.json()["credits_remaining"].clone()).collect();
    marks.sort_by_key(Value::as_i64);
    assert_eq!(marks, [json!(0), json!(7), json!(20)], "each at its mark, none skipped and none twice");
    for index in 0..3 {
        status_is(&server, index, "2xx").await;
    }
    assert_eq!(receiver.deliveries().len(), 3);
}

#[tokio::test]
async fn a_charge_that_is_not_kept_tells_nothing() {
    let receiver = Receiver::start().await;
    let server = Server::with(|config| {
        open(config);
        config.signup_credits = 1;
    })
    .await;
    server.publish("pdf", "one").await;
    create(&server, None, &format!("{}/ok", receiver.url)).await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "none" })).await.refused(404, "skill_not_found");
    spend(&server, "pdf").await;
    assert_eq!(receiver.wait(1).await.len(), 1);
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.refused(402, "insufficient_credits");
    status_is(&server, 0, "2xx").await;
    assert_eq!(receiver.deliveries().len(), 1);
}

#[tokio::test]
async fn only_the_class_of_what_came_of_it_is_kept_and_nothing_is_sent_twice() {
    let receiver = Receiver::start().await;
    let server = Server::with(|config| {
        open(config);
        config.signup_credits = 3;
        config.webhook_patience = Duration::from_millis(300);
    })
    .await;
    server.publish("pdf", "one").await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    let paths = ["/ok", "/broken", "/moved", "/hangs", "/absent"].map(|path| format!("{}{path}", receiver.url));
    for url in paths.iter().chain([&nobody]) {
        create(&server, Some(2), url).await;
    }
    spend(&server, "pdf").await;
    for (index, expected) in ["2xx", "5xx", "3xx", "timeout", "4xx", "failed"].into_iter().enumerate() {
        status_is(&server, index, expected).await;
    }
    assert_eq!(receiver.deliveries().len(), 1, "no redirect is followed, nothing is tried again");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    let receiver = Receiver::start().await;
    let server = Server::with(|config| config.signup_credits = 1).await;
    server.publish("pdf", "one").await;
    let port = receiver.url.rsplit(':').next().unwrap();
    // A name says nothing yet when the webhook is made.
    create(&server, None, &format!("https://localhost:{port}/ok")).await;
    spend(&server, "pdf").await;
    status_is(&server, 0, "failed").await;
    assert_eq!(receiver.deliveries().len(), 0);
}
