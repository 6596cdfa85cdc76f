//! Anonymous events and the account that claims an installation.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fixture::DAY;
use crate::fixture::INSTALL;
use crate::fixture::OTHER_INSTALL;
use crate::fixture::Reply;
use crate::fixture::Server;

fn event() -> Value {
    json!({
        "install_id": INSTALL, "event_type": "install", "cli_version": "0.1.0", "os": "darwin/arm64",
        "skill_slugs": ["pdf", "docx"], "source_types": ["skillzdrive"], "metadata": { "installed": 2, "failed": 0 }
    })
}

async fn send(server: &Server, header: Option<&str>, body: Value) -> Reply {
    let mut request = server.request(Method::POST, "/api/v1/telemetry/anonymous").json(&body);
    if let Some(header) = header {
        request = request.header("X-Skillzdrive-Install-Id", header);
    }
    server.send(request).await
}

fn with(field: &str, value: Value) -> Value {
    let mut event = event();
    event[field] = value;
    event
}

#[tokio::test]
async fn an_event_is_taken_or_refused() {
    let server = Server::start().await;
    for word in ["install", "sync", "update", "audit", "scan", "init_defaults", "login"] {
        let reply = send(&server, Some(INSTALL), with("event_type", json!(word))).await;
        assert_eq!(reply.data(202), json!({ "accepted": true }));
    }
    assert_eq!(send(&server, None, event()).await.status, 202);
    for (field, value) in [
        ("event_type", json!("other")),
        ("install_id", json!("not-a-uuid")),
        ("cli_version", json!(1)),
        ("os", json!(null)),
        ("skill_slugs", json!(["Not A Slug"])),
        ("metadata", json!([])),
        ("metadata", json!({ "a": "x".repeat(20_000) })),
    ] {
        send(&server, None, with(field, value)).await.refused(400, "invalid_request");
    }
    send(&server, Some(OTHER_INSTALL), event()).await.refused(400, "invalid_request");
    send(&server, None, json!({ "install_id": INSTALL })).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn an_installation_is_claimed_once() {
    let server = Server::start().await;
    for _ in 0..3 {
        assert_eq!(send(&server, Some(INSTALL), event()).await.status, 202);
    }
    let adopt = |key: String| {
        let server = &server;
        async move { server.post_as(&key, "/api/v1/migrations/anonymous-adopt", json!({ "install_id": INSTALL })).await }
    };
    let expected = json!({ "install_id": INSTALL, "adopted": true, "events_backfilled": 3 });
    assert_eq!(adopt(server.key.clone()).await.data(200), expected);
    assert_eq!(send(&server, Some(INSTALL), event()).await.status, 202);
    assert_eq!(adopt(server.key.clone()).await.data(200), expected);
    let stranger = server.drive.create_account("stranger").await.unwrap();
    adopt(stranger.expose().to_owned()).await.refused(409, "install_id_claimed");
    let bad = json!({ "install_id": "x" });
    server.post("/api/v1/migrations/anonymous-adopt", bad).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn an_event_is_forgotten_after_ninety_days() {
    let server = Server::start().await;
    let adopted = |install: &'static str| {
        let server = &server;
        async move {
            let reply = server.post("/api/v1/migrations/anonymous-adopt", json!({ "install_id": install })).await;
            reply.data(200)["events_backfilled"].clone()
        }
    };
    send(&server, None, event()).await.data(202);
    server.advance(89 * DAY);
    // A later event looks after the older ones, once a day.
    send(&server, None, with("install_id", json!(OTHER_INSTALL))).await.data(202);
    server.advance(2 * DAY);
    send(&server, None, event()).await.data(202);
    assert_eq!((adopted(INSTALL).await, adopted(OTHER_INSTALL).await), (json!(1), json!(1)));
    // Whoever opens the drive does, too.
    let third = "7d1b2c3e-0a4b-4c5d-8e6f-112233445566";
    send(&server, None, with("install_id", json!(third))).await.data(202);
    let mut config = skillzdrive_drive::Config::new(server.drive.data_dir());
    let later = server.now() + 91 * DAY;
    config.clock = skillzdrive_drive::Clock::new(move || later);
    crate::backends::open(config).await.unwrap().close().await;
    assert_eq!(adopted(third).await, json!(0));
}

#[tokio::test]
async fn open_routes_have_a_limit_of_their_own() {
    let server = Server::with(|config| config.limits.open_per_minute = 2).await;
    assert_eq!(server.anonymous("/marketplace.json").await.status, 200);
    assert_eq!(send(&server, None, event()).await.status, 202);
    let limited = server.anonymous("/marketplace.json").await;
    limited.refused(429, "rate_limited");
    assert_eq!(limited.header("retry-after"), "60");
    assert_eq!(server.anonymous("/api/v1/skills?q=a").await.status, 200);
}
