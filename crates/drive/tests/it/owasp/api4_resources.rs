//! Unrestricted resource consumption: large, deep, long, many and packed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use super::raw;
use super::status_of;
use super::upload;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::sha;

#[tokio::test]
async fn a_page_has_its_size_whatever_is_asked() {
    let server = Server::with(|config| config.limits.anonymous_per_minute = 1_000).await;
    for number in 0..60 {
        server.publish(&format!("skill-{number}"), "a common word").await;
    }
    for limit in ["51", "1000000", "18446744073709551615", "99999999999999999999999", "-1", "0", "1e9", "NaN"] {
        let reply = server.anonymous(&format!("/api/v1/skills?q=common&limit={limit}")).await;
        let few = reply.status == 400 || reply.data(200)["skills"].as_array().unwrap().len() <= 50;
        assert!(few, "{limit}: {}", reply.text());
    }
    for offset in ["9223372036854775807", "18446744073709551615", "-1", "x"] {
        let reply = server.get(&format!("/api/v1/skills/discover?keywords=common&offset={offset}")).await;
        let few = reply.status == 400 || reply.data(200)["skills"].as_array().unwrap().len() <= 10;
        assert!(few, "{offset}: {}", reply.text());
    }
    let words = "word ".repeat(3_000);
    let reply = server.send(server.request(Method::GET, "/api/v1/skills").query(&[("q", &words)])).await;
    assert!(reply.status < 500, "{}", reply.text());
}

#[tokio::test]
async fn json_is_bounded_in_depth_length_and_number() {
    let server = Server::with(|config| config.limits.json_bytes = 1 << 20).await;
    let send = async |path: &str, body: String| {
        let request = server.request(Method::POST, path).bearer_auth(&server.key);
        server.send(request.header("content-type", "application/json").body(body)).await
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for path in ["drive/diff", "drive/import", "collections", "drive/sync/execute", "uploads/ticket"] {
            let path = format!("/api/v1/{path}");
            if open == "[" {
                send(&path, deep.clone()).await.refused(400, "invalid_request");
            }
            // Where a field is not known, it is passed over without going down into it.
            let body = format!("{{\"local\":[],\"skillSlug\":\"x\",\"name\":\"x\",\"later\":{deep}}}");
            assert!(send(&path, body).await.status < 500, "{path}");
        }
    }
    let long = "x".repeat(900_000);
    for (path, body) in [
        ("/api/v1/drive/import", json!({ "skillSlug": long })),
        ("/api/v1/drive/import", json!({ "skillSlug": format!("https://github.com/{long}/{long}") })),
        ("/api/v1/collections", json!({ "name": long })),
        ("/api/v1/uploads/ticket", json!({ "collectionName": long })),
        ("/api/v1/runs", json!({ "skillSlug": "x", "scriptName": long })),
        ("/api/v1/account/webhooks", json!({ "event_type": long, "target_url": "https://a.example/" })),
        ("/api/v1/account/webhooks", json!({ "event_type": "credits.exhausted", "target_url": long })),
        ("/api/v1/telemetry/anonymous", json!({ "install_id": long })),
    ] {
        let reply = send(path, body.to_string()).await;
        assert!((400..500).contains(&reply.status), "{path}: {}", reply.status);
        assert!(reply.bytes.len() < 2_000 || reply.status == 413, "{path} repeats it: {} bytes", reply.bytes.len());
    }
    send("/api/v1/drive/diff", " ".repeat((1 << 20) + 1)).await.refused(413, "package_too_large");
    // A number too long for any number.
    let digits = "9".repeat(500_000);
    let body = format!(
        "{{\"install_id\":\"x\",\"kind\":\"manual\",\"mode\":\"all\",\"local\":[{{\"content_size\":{digits}}}]}}"
    );
    send("/api/v1/drive/sync/preview", body).await.refused(400, "invalid_request");
    let machine: Vec<Value> = (0..4_000).map(|n| local(&format!("s-{n}"), &sha('a'), None)).collect();
    let body = json!({ "install_id": crate::fixture::INSTALL, "kind": "manual", "mode": "all", "local": machine });
    assert!(matches!(send("/api/v1/drive/sync/preview", body.to_string()).await.status, 200 | 413));
}

/// A zip with one entry whose header tells a size and whose stream may hold another.
fn zip(name: &str, packed: &[u8], size: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let common = |bytes: &mut Vec<u8>| {
        bytes.extend(20u16.to_le_bytes());
        bytes.extend(0x0800u16.to_le_bytes());
        bytes.extend(8u16.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        bytes.extend(0u16.to_le_bytes());
    };
    bytes.extend(b"PK\x03\x04");
    common(&mut bytes);
    bytes.extend(name.as_bytes());
    bytes.extend(packed);
    let at = u32::try_from(bytes.len()).unwrap();
    bytes.extend(b"PK\x01\x02");
    bytes.extend(0x030au16.to_le_bytes());
    common(&mut bytes);
    // Comment, disk and attributes; then where the entry is.
    bytes.extend([0; 10]);
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(name.as_bytes());
    let directory = u32::try_from(bytes.len()).unwrap() - at;
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 4]);
    bytes.extend(1u16.to_le_bytes());
    bytes.extend(1u16.to_le_bytes());
    bytes.extend(directory.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend(0u16.to_le_bytes());
    bytes
}

#[tokio::test]
async fn a_package_that_bursts_is_refused_before_it_does() {
    let server = Server::start().await;
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0u8; 1 << 20];
    for _ in 0..400 {
        packer.write_all(&zeros).unwrap();
    }
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    for size in [400 << 20, 100, u32::MAX - 1] {
        let reply = server.upload(json!({}), zip("SKILL.md", &bomb, size)).await;
        reply.refused(422, "invalid_package");
        assert!(reply.bytes.len() < 1_000, "{}", reply.text());
    }
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));
}

#[tokio::test]
async fn what_an_account_may_have_many_of_has_an_end() {
    let server = Server::with(|config| config.limits.collections = 3).await;
    for number in 0..3 {
        server.collection(&format!("c{number}"), &[]).await;
    }
    let one_more = json!({ "name": "c3" });
    server.post("/api/v1/collections", one_more.clone()).await.refused(400, "invalid_request");
    server.delete("/api/v1/collections/c0").await.data(200);
    server.post("/api/v1/collections", one_more).await.data(201);

    let hook = |n: usize| json!({ "event_type": "credits.exhausted", "target_url": format!("https://h{n}.example/") });
    for number in 0..20 {
        server.post("/api/v1/account/webhooks", hook(number)).await.data(201);
    }
    server.post("/api/v1/account/webhooks", hook(20)).await.refused(400, "invalid_request");
    for _ in 0..5 {
        server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
    }
    server.post("/api/v1/uploads/ticket", json!({})).await.refused(429, "too_many_active_tickets");
    server.advance(crate::fixture::DAY);
    upload(&server, &server.key, "own", "one").await;
}

#[tokio::test]
async fn heads_are_bounded_too() {
    let server = Server::start().await;
    let host = server.url.trim_start_matches("http://").to_owned();
    let get = |path: &str, headers: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n").into_bytes()
    };
    let many: String = (0..5_000).map(|n| format!("X-{n}: y\r\n")).collect();
    for request in [
        get("/marketplace.json", &format!("X-Long: {}\r\n", "y".repeat(2 << 20))),
        get("/marketplace.json", &many),
        get(&format!("/{}", "x".repeat(1 << 20)), ""),
        get(&format!("/api/v1/skills?q={}", "x".repeat(1 << 20)), ""),
    ] {
        let status = status_of(&raw(&server, &request).await);
        assert!(status == 0 || (400..500).contains(&status), "{status}");
    }
    let ranges: String = (0..2_000).map(|n| format!("{n}-{n},")).collect();
    let sha = server.publish("pdf", "one").await;
    let to = server.anonymous(&format!("/api/v1/downloads/public/pdf/{sha}.zip")).await.header("location").to_owned();
    let reply = server.send(server.request(Method::GET, &to).header("Range", format!("bytes={ranges}"))).await;
    assert!(reply.bytes.len() < 10_000, "{} bytes", reply.bytes.len());
    assert_eq!(server.get("/api/v1/drive").await.status, 200);
}
