//! Server side request forgery: addresses that somebody writes into a request. The guard itself (names that lead inside,
//! names that change between look-up and call, redirects) is tried where it stands, in `src/outbound`.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::json;
use tokio::net::TcpListener;

use crate::fixture::Server;

/// Something that must not be called, and how often it was.
async fn inside() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, calls)
}

#[tokio::test]
async fn a_webhook_to_the_inside_is_refused_in_every_spelling_and_nothing_is_told_of_it() {
    let server = Server::start().await;
    let (port, calls) = inside().await;
    for target in [
        "https://127.0.0.1:PORT/",
        "https://127.1:PORT/",
        "https://2130706433:PORT/",
        "https://0x7f000001:PORT/",
        "https://0177.0.0.1:PORT/",
        "https://127.0.0.1.:PORT/",
        "https://0:PORT/",
        "https://[::1]:PORT/",
        "https://[::]:PORT/",
        "https://[::ffff:127.0.0.1]:PORT/",
        "https://[0:0:0:0:0:ffff:7f00:1]:PORT/",
        "https://[64:ff9b::7f00:1]:PORT/",
        "https://[2002:7f00:1::]:PORT/",
        "https://[fe80::1]:PORT/",
        "https://[fd00:ec2::254]/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.100.100.200/",
        "https://168.63.129.16/",
        "https://user@127.0.0.1:PORT/",
        "https://a.example@127.0.0.1:PORT/",
        "https://a.example:p@127.0.0.1:PORT/",
        "https:\\\\127.0.0.1:PORT\\",
        "https:/127.0.0.1:PORT",
        "https:127.0.0.1:PORT",
        "HTTPS://127.0.0.1:PORT/",
        "https://１２７.０.０.１:PORT/",
        "https://127。0。0。1:PORT/",
        "https://%31%32%37.0.0.1:PORT/",
        "http://a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:PORT/_x",
        "data:,x",
        "javascript:alert(1)",
        "unix:///run/docker.sock",
        "//127.0.0.1:PORT/",
        "a.example",
        "",
        " ",
        "https://",
        "https://:443/",
        "https://a.example:99999/",
        "https://a b.example/",
        "https://a.example\r\nX: y/",
        "jar:https://a.example!/",
    ] {
        let target = target.replace("PORT", &port.to_string());
        let hook = json!({ "event_type": "credits.exhausted", "target_url": target });
        let reply = server.post("/api/v1/account/webhooks", hook).await;
        let made = reply.status == 201;
        if made {
            // The line break is dropped by whoever reads addresses; what is left must be a name outside.
            let kept = reply.data(201)["webhook"]["target_url"].as_str().unwrap().to_owned();
            assert!(kept.starts_with("https://a.example"), "{target:?} was kept as {kept}");
            continue;
        }
        reply.refused(400, "invalid_request");
        for told in ["refused the connection", "timed out", "resolve", "dns"] {
            assert!(!reply.text().to_lowercase().contains(told), "{target}: {}", reply.text());
        }
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_import_calls_github_and_nobody_else() {
    // The defaults: nothing of this is asked of GitHub itself, for each is refused by its text.
    let server = Server::start().await;
    let (port, calls) = inside().await;
    for source in [
        "http://github.com/a/b/tree/main/c",
        "https://github.com.evil.example/a/b/tree/main/c",
        "https://github.com@127.0.0.1:PORT/a/b/tree/main/c",
        "https://github.com:PORT/a/b/tree/main/c",
        "https://127.0.0.1:PORT/a/b/tree/main/c",
        "https://evil.example/github.com/a/b/tree/main/c",
        "https://github.com\\@127.0.0.1:PORT/a/b/tree/main/c",
        "https://raw.githubusercontent.com/a/b/main/c",
        "https://github.com/../../x",
        "https://github.com/a/../tree/main/c",
        "https://github.com/a/..%2f..%2fx/tree/main/c",
        "https://github.com/a%00b/c/tree/main",
        "git://github.com/a/b",
        "ssh://git@github.com/a/b",
        "git@github.com:a/b.git",
        "file:///etc/passwd",
        "https://github.com/a/b\r\nHost: evil.example/tree/main/c",
        "//github.com/a/b/tree/main/c",
    ] {
        let source = source.replace("PORT", &port.to_string());
        let reply = server.post("/api/v1/drive/import", json!({ "skillSlug": source })).await;
        assert!(matches!(reply.status, 400 | 404), "{source}: {} {}", reply.status, reply.text());
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert_eq!(server.balance().await, 1_000);
}

#[tokio::test]
async fn no_other_field_is_an_address_that_the_drive_calls() {
    let server = Server::start().await;
    let (port, calls) = inside().await;
    let url = format!("http://127.0.0.1:{port}/");
    for (path, body) in [
        ("/api/v1/downloads", json!({ "scope": "skill", "skillSlug": url, "url": url, "callback": url })),
        ("/api/v1/uploads/url", json!({ "collectionName": url, "url": url, "callback": url })),
        ("/api/v1/uploads/ticket", json!({ "filename": url, "uploadUrl": url })),
        ("/api/v1/runs", json!({ "skillSlug": url, "scriptName": url, "args": [url], "stdin": url })),
        ("/api/v1/collections", json!({ "name": url })),
    ] {
        server.post(path, body).await;
    }
    let client = json!({ "client_name": url, "redirect_uris": ["http://127.0.0.1:1/"], "logo_uri": url,
        "client_uri": url, "jwks_uri": url, "sector_identifier_uri": url, "tos_uri": url, "request_uris": [url] });
    let reply = server.send(server.request(Method::POST, "/api/mcp/oauth/register").json(&client)).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    for name in ["Referer", "Origin", "X-Forwarded-Host", "Forwarded", "True-Client-IP", "X-Wap-Profile"] {
        assert_eq!(server.send(server.request(Method::GET, "/marketplace.json").header(name, &url)).await.status, 200);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}
