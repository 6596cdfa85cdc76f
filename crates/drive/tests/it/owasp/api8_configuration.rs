//! Security misconfiguration: what every answer says to a browser, and what no answer says to anybody.

use reqwest::Method;
use serde_json::json;

use super::raw;
use crate::doors;
use crate::fixture::Reply;
use crate::fixture::Server;

/// An answer of every route, to a caller with a key.
async fn answers(server: &Server) -> Vec<(String, Reply)> {
    let mut answers = Vec::new();
    for (method, route) in doors::routes() {
        let path = ["{slug}", "{file}", "{name}", "{id}", "{sha}", "{token}"]
            .iter()
            .fold(route.clone(), |path, part| path.replace(part, "none"));
        let request = server.request(method.parse::<Method>().unwrap(), &path).bearer_auth(&server.key);
        let request = request.header("Origin", "https://evil.example").header("content-type", "application/json");
        let body = if method == "GET" { String::new() } else { "{}".to_owned() };
        answers.push((format!("{method} {route}"), server.send(request.body(body)).await));
    }
    answers.push(("unknown".to_owned(), server.anonymous("/nothing/here").await));
    answers.push(("foreign host".to_owned(), server.send(server.request(Method::GET, "/").header("Host", "x")).await));
    answers
}

#[tokio::test]
async fn every_answer_tells_a_browser_to_keep_its_hands_off() {
    let server = Server::start().await;
    for (name, reply) in answers(&server).await {
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{name}");
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{name}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{name}: {policy}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{name}");
        assert!(["no-referrer", "same-origin"].contains(&reply.header("referrer-policy")), "{name}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{name}");
        assert_eq!(reply.header("strict-transport-security"), "", "{name}: this drive speaks no TLS");
        for header in reply.headers.keys() {
            let header = header.as_str();
            assert!(!header.starts_with("access-control-"), "{name}: {header}");
            assert!(!["server", "x-powered-by", "via", "x-debug", "x-runtime"].contains(&header), "{name}: {header}");
        }
        // What is not the same for everybody is kept by nobody.
        let public = ["marketplace", ".well-known", "openapi", "page.css", "favicon"].iter().any(|p| name.contains(p));
        if !public {
            assert_eq!(reply.header("cache-control"), "no-store", "{name}");
        }
        let kind = reply.header("content-type");
        assert!(
            !reply.status.to_string().starts_with('2') || !kind.contains("html") || policy.contains("style-src"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn transport_security_is_said_where_people_come_by_tls() {
    let server = Server::with(|config| config.public_url = Some("https://drive.example".to_owned())).await;
    for (name, reply) in answers(&server).await {
        assert_eq!(reply.header("strict-transport-security"), "max-age=31536000", "{name}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_is_allowed_nothing() {
    let server = Server::start().await;
    for origin in ["https://evil.example", "null", "http://localhost", "https://127.0.0.1"] {
        let request = server.request(Method::OPTIONS, "/api/v1/drive").header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", "DELETE");
        let reply = server.send(request.header("Access-Control-Request-Headers", "authorization")).await;
        assert_eq!(reply.status, 405);
        assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{origin}");
    }
}

#[tokio::test]
async fn no_answer_tells_what_the_drive_is_made_of() {
    let server = Server::start().await;
    let data = server.drive.data_dir().display().to_string();
    let mut texts: Vec<(String, String)> =
        answers(&server).await.into_iter().map(|(name, reply)| (name, reply.text())).collect();
    for body in ["", "{", "[]", "null", "\"x\"", "{\"skillSlug\":{}}", "\u{0}", "{\"skillSlug\":\"\\u0000\"}"] {
        for path in ["drive/import", "collections", "uploads/ticket", "downloads", "runs", "drive/sync/execute"] {
            let request = server.request(Method::POST, &format!("/api/v1/{path}")).bearer_auth(&server.key);
            let reply = server.send(request.body(body)).await;
            // A field that is not known is passed over, and a ticket needs none.
            let nothing_wrong = path == "uploads/ticket" && body.starts_with("{\"");
            assert!((400..500).contains(&reply.status) || nothing_wrong, "{path} {body:?}: {}", reply.text());
            texts.push((format!("{path} {body:?}"), reply.text()));
        }
    }
    // A database that is gone is the drive's trouble, and no client's to read about.
    server.drive.close().await;
    for (method, path) in [(Method::GET, "/api/v1/drive"), (Method::POST, "/api/v1/collections")] {
        let request = server.request(method, path).bearer_auth(&server.key).json(&json!({ "name": "x" }));
        let reply = server.send(request).await;
        assert_eq!(reply.status, 503, "{}", reply.text());
        texts.push((path.to_owned(), reply.text()));
    }
    for (name, text) in texts {
        // The description of the routes is prose.
        if name.contains("openapi") {
            continue;
        }
        for word in [
            "sqlx",
            "sqlite",
            "postgres",
            "select ",
            "insert ",
            ".rs:",
            "panicked",
            "RUST_",
            "backtrace",
            "thread '",
            "/home/",
            "/root/",
            "/src/",
            "axum",
            "hyper",
            "tokio",
            &data,
        ] {
            assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{name} tells `{word}`: {text}");
        }
    }
}

#[tokio::test]
async fn what_a_client_calls_the_drive_is_in_no_address_of_ours_unless_it_is_ours() {
    let server = Server::start().await;
    server.publish("pdf", "one").await;
    let host = server.url.trim_start_matches("http://").to_owned();
    for header in [
        "X-Forwarded-Host: evil.example",
        "X-Host: evil.example",
        "Forwarded: host=evil.example;proto=https",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Server: evil.example",
        "X-Original-Host: evil.example",
    ] {
        let request =
            format!("GET /marketplace.json HTTP/1.1\r\nHost: {host}\r\n{header}\r\nConnection: close\r\n\r\n");
        let answer = raw(&server, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{header}: {answer}");
        assert!(!answer.contains("evil.example") && answer.contains(&format!("http://{host}/")), "{header}: {answer}");
    }
    for hosts in [
        format!("Host: {host}\r\nHost: evil.example"),
        "Host: evil.example".to_owned(),
        format!("Host: {host}@evil.example"),
        format!("Host: evil.example#{host}"),
        "X: y".to_owned(),
        "Host:".to_owned(),
        format!("Host: {host}\r\nhost: {host}"),
    ] {
        let request = format!("GET /marketplace.json HTTP/1.1\r\n{hosts}\r\nConnection: close\r\n\r\n");
        let answer = raw(&server, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{hosts:?}: {answer}");
    }
}
