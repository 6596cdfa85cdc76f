//! Broken function level authorization: what only an operator does is on no route, and a method does what it says.

use reqwest::Method;
use serde_json::json;

use super::account;
use super::raw;
use super::state;
use super::status_of;
use super::upload;
use crate::doors;
use crate::fixture::Server;

#[tokio::test]
async fn what_an_operator_does_is_on_no_route_whatever_the_role() {
    let server = Server::start().await;
    server.drive.set_role("owner", "admin").await.unwrap();
    for path in [
        "admin",
        "admin/users",
        "api/admin",
        "api/v1/admin",
        "api/v1/admin/users",
        "api/v1/users",
        "api/v1/users/1",
        "api/v1/accounts",
        "api/v1/keys",
        "api/v1/account/keys",
        "api/v1/account/tier",
        "api/v1/account/role",
        "api/v1/account/credits/grant",
        "api/v1/credits",
        "api/v1/teams",
        "api/v1/shares",
        "api/v1/tiers",
        "api/v1/skills/pdf/publish",
        "api/v1/skills/pdf/price",
        "api/v1/skills/pdf/withdraw",
        "api/v1/publish",
        "api/v1/log",
        "api/v1/acts",
        "api/v1/audit",
        "api/v1/config",
        "api/v1/backup",
        "api/v1/check",
        "internal",
        "api/internal",
        "console",
        "actuator",
        "actuator/env",
        "graphql",
        "api/v1/graphql",
        "rpc",
    ] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let request = server.request(method.clone(), &format!("/{path}")).bearer_auth(&server.key).json(&json!({}));
            let reply = server.send(request).await;
            // `POST skills/…` and the like meet a route with a variable part, which does not know the method.
            assert!(matches!(reply.status, 404 | 405), "{method} {path}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn a_method_is_what_the_request_says_and_no_other() {
    let server = Server::start().await;
    let bob = account(&server, "bob").await;
    upload(&server, &bob, "own", "one").await;
    let before = state(&server, &bob).await;
    let mut known = doors::routes();
    // It has a listener of its own, and is no route of this one.
    known.remove(&("GET".to_owned(), "/metrics".to_owned()));
    let paths: std::collections::BTreeSet<&String> = known.iter().map(|(_, path)| path).collect();
    for route in paths {
        let path = route.replace("{slug}", "own").replace("{file}", "x.zip").replace("{name}", "x");
        let path = path.replace("{id}", "x").replace("{sha}", "x").replace("{token}", "x");
        let methods: Vec<&str> =
            known.iter().filter(|(_, of)| of == route).map(|(method, _)| method.as_str()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "SEARCH", "PURGE", "DEBUG"] {
            if methods.contains(&method) {
                continue;
            }
            let request = server.request(method.parse().unwrap(), &path).bearer_auth(&bob);
            let reply = server.send(request).await;
            assert_eq!(reply.status, 405, "{method} {path}");
            reply.refused(405, "method_not_allowed");
            let allowed = reply.header("allow");
            for known in &methods {
                assert!(allowed.contains(known), "{method} {path} allows `{allowed}`, not {known}");
            }
        }
    }
    // What a header or a field says of the method means nothing.
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let request = server.request(Method::GET, "/api/v1/skills/own?_method=DELETE").bearer_auth(&bob);
        assert_eq!(server.send(request.header(name, "DELETE")).await.status, 200);
        let request = server.request(Method::POST, "/api/v1/drive/own").bearer_auth(&bob);
        let request = request.header(name, "DELETE").json(&json!({ "_method": "DELETE" }));
        server.send(request).await.refused(405, "method_not_allowed");
    }
    for name in ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "X-Forwarded-Prefix"] {
        let request = server.request(Method::GET, "/marketplace.json").header(name, "/api/v1/drive");
        assert!(server.send(request).await.text().contains("plugins"), "{name}");
    }
    let host = server.url.trim_start_matches("http://");
    for method in ["TRACE", "CONNECT", "get", "G E T", "GET\u{0}", ""] {
        let request =
            format!("{method} /api/v1/drive HTTP/1.1\r\nHost: {host}\r\nX-Canary: seen\r\nConnection: close\r\n\r\n");
        let answer = raw(&server, request.as_bytes()).await;
        let status = status_of(&answer);
        assert!(status == 0 || (400..500).contains(&status), "{method:?}: {answer}");
        assert!(!answer.to_lowercase().contains("canary"), "it is echoed: {answer}");
    }
    assert_eq!(state(&server, &bob).await, before);
}

#[tokio::test]
async fn a_key_for_some_skills_does_nothing_that_needs_all() {
    // `doors` tries every route with every kind of key; this is the way up: its own collection.
    let server = Server::start().await;
    let bob = account(&server, "bob").await;
    upload(&server, &bob, "own", "one").await;
    let made = json!({ "name": "bobs", "skillSlugs": ["own"] });
    let made = server.post_as(&bob, "/api/v1/collections", made).await.data(201);
    let scoped = made["apiKey"].as_str().unwrap();
    for (method, path, body) in [
        (Method::POST, "/api/v1/collections", json!({ "name": "wide" })),
        (Method::PATCH, "/api/v1/collections/bobs", json!({ "skillSlugs": [], "includeSharedSkills": true })),
        (Method::POST, "/api/v1/collections/bobs/skills", json!({ "skillSlug": "own" })),
        (Method::DELETE, "/api/v1/collections/bobs", json!({})),
        (
            Method::POST,
            "/api/v1/account/webhooks",
            json!({ "event_type": "credits.exhausted", "target_url": "https://a.example/" }),
        ),
        (Method::POST, "/api/v1/drive/import", json!({ "skillSlug": "own" })),
    ] {
        server.send(server.request(method, path).bearer_auth(scoped).json(&body)).await.refused(403, "forbidden");
    }
}
