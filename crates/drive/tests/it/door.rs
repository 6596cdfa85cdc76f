//! What is refused before a route decides anything: keys, hosts, methods, bodies.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::backends;
use crate::fixture::DAY;
use crate::fixture::Server;

const PRIVATE: &[(&str, &str)] = &[
    ("GET", "/api/v1/drive"),
    ("POST", "/api/v1/drive/import"),
    ("DELETE", "/api/v1/drive/pdf"),
    ("POST", "/api/v1/drive/pdf/toggle"),
    ("POST", "/api/v1/drive/diff"),
    ("POST", "/api/v1/drive/sync/preview"),
    ("POST", "/api/v1/drive/sync/execute"),
    ("POST", "/api/v1/drive/sync/finalize"),
    ("GET", "/api/v1/collections"),
    ("POST", "/api/v1/uploads/ticket"),
    ("POST", "/api/v1/uploads/url"),
    ("POST", "/api/v1/downloads"),
    ("GET", "/api/v1/account/credits"),
    ("POST", "/api/v1/migrations/anonymous-adopt"),
];

#[tokio::test]
async fn a_route_with_a_key_needs_one() {
    let server = Server::start().await;
    for (method, path) in PRIVATE {
        let method: Method = method.parse().unwrap();
        server.send(server.request(method.clone(), path)).await.refused(401, "access_denied");
        for wrong in ["Bearer sk_live_wrong", "Basic abc", "Bearer", "Bearer ", "sk_live_x"] {
            let request = server.request(method.clone(), path).header("Authorization", wrong);
            server.send(request).await.refused(401, "access_denied");
        }
    }
}

#[tokio::test]
async fn keys_expire_and_are_revoked() {
    let server = Server::start().await;
    let short = server.drive.create_key("short", Some(2)).await.unwrap();
    let with = |key: &str| server.request(Method::GET, "/api/v1/account/credits").bearer_auth(key);
    assert_eq!(server.send(with(short.expose())).await.status, 200);
    server.advance(2 * DAY - 1);
    assert_eq!(server.send(with(short.expose())).await.status, 200);
    server.advance(1);
    server.send(with(short.expose())).await.refused(401, "access_denied");

    let listed = server.drive.list_keys().await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].prefix, server.key[..12]);
    assert_eq!(listed[1].name, "short");
    assert_eq!(listed[1].expires_at.as_deref(), Some("2026-11-26T05:39:38Z"));
    assert_eq!(listed[1].last_used_at.as_deref(), Some("2026-11-26T05:39:37Z"));
    assert!(server.drive.revoke_key("sk_live_").await.is_err(), "two keys begin like this");
    assert!(server.drive.revoke_key("").await.is_err());
    server.drive.revoke_key(&server.key[..12]).await.unwrap();
    server.send(with(&server.key)).await.refused(401, "access_denied");
    assert!(server.drive.list_keys().await.unwrap()[0].revoked_at.is_some());
}

#[tokio::test]
async fn no_secret_is_in_the_database() {
    let server = Server::start().await;
    let ticket = server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
    let token = ticket["uploadToken"].as_str().unwrap().to_owned();
    server.drive.close().await;
    let mut seen = 0;
    for entry in std::fs::read_dir(server.home.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            for secret in [&server.key, &token] {
                let secret = secret.as_bytes();
                assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{}", path.display());
            }
            seen += bytes.len();
        }
    }
    if let Some(dump) = backends::dump(&server.home.path().join("data")).await {
        assert!([&server.key, &token].into_iter().all(|secret| !dump.contains(&**secret)));
        assert!(dump.contains("<key_hash>"), "there was a database to look at");
        return;
    }
    assert!(seen > 10_000, "there was a database to look at");
}

#[tokio::test]
async fn a_balancer_learns_whether_to_send_requests_here() {
    let server = Server::start().await;
    for (path, word) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
        // By a name that nothing else is answered under.
        let request = server.request(Method::GET, path).header("Host", "10.1.2.3:8787");
        let reply = server.send(request).await;
        assert_eq!((reply.status, &*reply.text(), reply.header("cache-control")), (200, word, "no-store"));
    }
    server.drive.close().await;
    assert_eq!(server.anonymous("/healthz").await.status, 200);
    let reply = server.anonymous("/readyz").await;
    assert_eq!((reply.status, &*reply.text()), (503, "the database does not answer\n"));
}

#[tokio::test]
async fn unknown_routes_and_methods_answer_in_json() {
    let server = Server::start().await;
    for path in ["/api", "/api/v1", "/api/v1/nothing", "/api/v1/skills/a/b", "/api/v1/drive/"] {
        server.get(path).await.refused(404, "not_found");
        server.anonymous(path).await.refused(404, "not_found");
    }
    for (method, path) in [
        ("POST", "/api/v1/skills"),
        ("PUT", "/api/v1/drive"),
        ("GET", "/api/v1/drive/import"),
        ("PATCH", "/marketplace.json"),
        ("GET", "/api/uploads/process-skill"),
    ] {
        let request = server.request(method.parse().unwrap(), path).bearer_auth(&server.key);
        let reply = server.send(request).await;
        reply.refused(405, "method_not_allowed");
        assert!(!reply.header("allow").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_is_refused_in_json() {
    let server = Server::start().await;
    server.get("/api/v1/skills/%FF").await.refused(400, "invalid_request");
    server.delete("/api/v1/drive/%ff%fe").await.refused(400, "invalid_request");
    server.get("/api/v1/skills/%00").await.refused(404, "skill_not_found");
    server.get("/api/v1/skills/..%2F..%2Fetc").await.refused(404, "skill_not_found");
    assert_eq!(server.get("/api/v1/skills?q=%FF").await.data(200)["total"], 0);
    server.anonymous("/api/v1/downloads/public/%FF/x.zip").await.refused(400, "invalid_request");
}

#[tokio::test]
async fn a_drive_that_stops_says_so() {
    let server = Server::start().await;
    server.drive.close().await;
    let reply = server.get("/api/v1/drive").await;
    reply.refused(503, "unavailable");
    assert_eq!(reply.header("retry-after"), "2");
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let server = Server::start().await;
    let mut ids = std::collections::BTreeSet::new();
    for path in ["/marketplace.json", "/nothing", "/api/v1/account/credits", "/api/v1/drive"] {
        let reply =
            server.send(server.request(Method::GET, path).header("X-Request-Id", "mine").bearer_auth(&server.key));
        let reply = reply.await;
        assert_eq!(reply.header("x-skillzdrive-newest"), env!("CARGO_PKG_VERSION"));
        assert_ne!(reply.header("x-request-id"), "mine");
        assert_eq!(reply.header("access-control-allow-origin"), "");
        assert!(ids.insert(reply.header("x-request-id").to_owned()));
    }
    assert_eq!(server.get("/api/v1/drive").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn bodies_are_checked() {
    let server = Server::with(|config| config.limits.json_bytes = 2_000).await;
    for body in ["", "{", "nonsense", "{\"local\":[]", "\u{0}"] {
        let request = server.request(Method::POST, "/api/v1/drive/diff").bearer_auth(&server.key);
        server.send(request.body(body.to_owned())).await.refused(400, "invalid_request");
    }
    let deep = "[".repeat(1_900);
    let request = server.request(Method::POST, "/api/v1/drive/diff").bearer_auth(&server.key);
    server.send(request.body(deep)).await.refused(400, "invalid_request");
    let request = server.request(Method::POST, "/api/v1/drive/diff").bearer_auth(&server.key);
    server.send(request.body("x".repeat(2_001))).await.refused(413, "package_too_large");
    let request = server.request(Method::POST, "/api/v1/drive/diff").bearer_auth(&server.key);
    let form = request.header("Content-Type", "application/x-www-form-urlencoded").body("{\"local\":[]}");
    server.send(form).await.data(200);
}

#[tokio::test]
async fn a_foreign_host_is_refused() {
    let server = Server::with(|config| {
        config.public_url = Some("https://drive.example/".to_owned());
        config.allowed_hosts = vec!["other.example".to_owned()];
    })
    .await;
    let named = |host: &str| server.request(Method::GET, "/marketplace.json").header("Host", host);
    for good in
        ["localhost", "localhost:9", "127.0.0.1:1", "[::1]:1", "drive.example", "DRIVE.example:443", "other.example"]
    {
        assert_eq!(server.send(named(good)).await.status, 200, "{good}");
    }
    for bad in ["evil.example", "localhost.evil.example", "10.0.0.1", "drive.example.evil", "localhost@evil"] {
        server.send(named(bad)).await.refused(400, "invalid_request");
    }
    server.publish("pdf", "one").await;
    let manifest = server.anonymous("/marketplace.json").await.json();
    let url = manifest["plugins"][0]["source"]["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://drive.example/api/v1/downloads/public/pdf/"), "{url}");
}

#[tokio::test]
async fn who_does_not_get_to_the_point_is_hung_up_on() {
    let server = Server::with(|config| config.limits.head_time = Duration::from_millis(200)).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let whole = format!("GET /api/v1/skills?q=a HTTP/1.1\r\nHost: {address}\r\n\r\n");
    // Nothing at all; a head that never ends; a second request that does not come.
    for (said, answers) in [("", 0), (&whole[..40], 0), (&whole[..], 1)] {
        let mut line = TcpStream::connect(&address).await.unwrap();
        line.write_all(said.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(60), line.read_to_end(&mut heard));
        // An end or a reset: either way the drive has let go of it.
        let _ = ended.await.expect("the drive holds the line");
        let heard = String::from_utf8_lossy(&heard);
        assert_eq!(heard.matches("HTTP/1.1 200").count(), answers, "{heard}");
    }
    assert_eq!(server.get("/api/v1/drive").await.status, 200);
}

#[tokio::test]
async fn what_is_under_way_when_the_drive_stops_is_ended_and_what_waits_is_not_waited_for() {
    let server = Server::start().await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let second = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let drive = server.drive.clone();
    let serving = tokio::spawn(async move {
        drive
            .serve(listener, async {
                let _ = stopped.await;
            })
            .await
    });
    let mut idle = TcpStream::connect(second).await.unwrap();
    let said = format!("GET /api/v1/skills?q=a HTTP/1.1\r\nHost: {address}\r\n\r\n");
    idle.write_all(said.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    stop.send(()).unwrap();
    // Well before the grace of ten seconds: an idle connection is closed at once.
    tokio::time::timeout(Duration::from_secs(8), serving).await.expect("it waits for an idle line").unwrap().unwrap();
}
