//! Exports: several skills in one zip that is made while it is sent.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read;

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fixture::DAY;
use crate::fixture::MINUTE;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::skill;
use crate::fixture::skill_of;

const EXPORT: &str = "/api/v1/downloads";

/// Every file of a zip with its content and mode, read by somebody else's reader.
fn files(zip: &[u8]) -> BTreeMap<String, (Vec<u8>, u32)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let (name, mode) = (file.name().unwrap().into_owned(), file.unix_mode().unwrap());
        assert!(files.insert(name, (content, mode)).is_none());
    }
    files
}

async fn export(server: &Server, body: Value) -> Value {
    server.post(EXPORT, body).await.data(200)
}

async fn bytes(server: &Server, export: &Value) -> Reply {
    let reply = server.anonymous(export["url"].as_str().unwrap()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(export["content_size"], reply.bytes.len());
    reply
}

async fn ranged(server: &Server, url: &str, headers: &[(&'static str, &str)]) -> Reply {
    let mut request = server.request(Method::GET, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request).await
}

#[tokio::test]
async fn the_drive_leaves_as_folders_that_can_be_used() {
    let server = Server::start().await;
    server.publish("pdf", "public").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    let mine = skill("mine", "private");
    server.upload(json!({}), mine.zip.clone()).await;
    server.publish("elsewhere", "not in the drive").await;

    let made = export(&server, json!({ "scope": "drive" })).await;
    assert_eq!(made["skill_count"], 2);
    assert_eq!(made["expires_at"], "2026-11-25T05:39:38Z");
    let url = made["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/storage/exports/", server.url)), "{url}");
    let reply = bytes(&server, &made).await;
    assert_eq!(reply.header("content-type"), "application/zip");
    assert_eq!(reply.header("accept-ranges"), "bytes");
    assert!(reply.header("content-encoding").is_empty());
    assert!(reply.header("etag").starts_with('"'), "a strong one");
    let files = files(&reply.bytes);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["mine/SKILL.md", "mine/scripts/run.sh", "pdf/SKILL.md", "pdf/scripts/run.sh"]);
    assert_eq!(files["mine/scripts/run.sh"], (b"#!/bin/sh\necho run\n".to_vec(), 0o100_755));
    assert!(String::from_utf8_lossy(&files["pdf/SKILL.md"].0).contains("public"));
    // It costs nothing: an upload and an import did.
    assert_eq!(server.balance().await, 998);
}

#[tokio::test]
async fn the_set_is_fixed_when_it_is_asked_for_and_its_bytes_are_always_the_same() {
    let server = Server::start().await;
    server.upload(json!({}), skill("mine", "v1").zip).await;
    let first = export(&server, json!({ "scope": "drive" })).await;
    let before = bytes(&server, &first).await;
    server.advance(MINUTE);
    let again = export(&server, json!({ "scope": "drive" })).await;
    assert_ne!(again["url"], first["url"], "signed anew");
    let twice = bytes(&server, &again).await;
    assert_eq!(twice.bytes, before.bytes);
    assert_eq!(twice.header("etag"), before.header("etag"));

    server.upload(json!({}), skill("mine", "v2").zip).await;
    server.upload(json!({}), skill("other", "x").zip).await;
    assert_eq!(bytes(&server, &first).await.bytes, before.bytes);
    server.delete("/api/v1/drive/mine").await.data(200);
    assert_eq!(bytes(&server, &first).await.bytes, before.bytes);
    let now = export(&server, json!({ "scope": "drive" })).await;
    let now = bytes(&server, &now).await;
    assert_ne!(now.header("etag"), before.header("etag"));
    assert_eq!(files(&now.bytes).len(), 2);
}

#[tokio::test]
async fn any_part_of_it_can_be_had() {
    let server = Server::start().await;
    // One that is read at once, and one that is read file by file.
    server.upload(json!({}), skill("a", "small").zip).await;
    let large = "x".repeat(900_000);
    let files = [("SKILL.md", "---\nname: b\ndescription: d\n---\n"), ("one.txt", &large), ("two.txt", &large)];
    server.upload(json!({}), skill_of(&files).zip).await;
    server.upload(json!({}), skill("c", "small").zip).await;
    let made = export(&server, json!({ "scope": "drive" })).await;
    let url = made["url"].as_str().unwrap();
    let whole = bytes(&server, &made).await;
    let (etag, whole) = (whole.header("etag").to_owned(), whole.bytes);
    let size = whole.len();
    assert_eq!(self::files(&whole)["b/two.txt"].0.len(), 900_000);
    let starts = [0, 1, 29, 30, 300, 500, 700, 1_000, 900_000, 901_000, 1_800_000, size - 600, size - 23, size - 22];
    for start in starts {
        for length in [1, 31, 4_096, 1_000_000] {
            let end = (start + length).min(size);
            let range = format!("bytes={start}-{}", end - 1);
            let reply = ranged(&server, url, &[("range", &range), ("if-range", &etag)]).await;
            assert_eq!(reply.status, 206, "{range}");
            assert_eq!(reply.header("content-range"), format!("bytes {start}-{}/{size}", end - 1));
            assert_eq!(reply.header("content-length"), (end - start).to_string());
            assert!(reply.bytes == whole[start..end], "{range}");
        }
    }
    let reply = ranged(&server, url, &[("range", "bytes=-22"), ("if-range", "\"another\"")]).await;
    assert_eq!((reply.status, reply.bytes.len()), (200, size));
    assert_eq!(ranged(&server, url, &[("range", "bytes=-22")]).await.bytes, whole[size - 22..]);
    let outside = ranged(&server, url, &[("range", &format!("bytes={size}-"))]).await;
    assert_eq!((outside.status, outside.header("content-range")), (416, &*format!("bytes */{size}")));
    assert_eq!(ranged(&server, url, &[("if-none-match", &etag)]).await.status, 304);
}

#[tokio::test]
async fn one_skill_of_the_drive_or_the_marketplace() {
    let server = Server::start().await;
    server.publish("pdf", "one").await;
    let made = export(&server, json!({ "scope": "skill", "skillSlug": "pdf" })).await;
    assert_eq!(made["skill_count"], 1);
    assert!(files(&bytes(&server, &made).await.bytes).contains_key("pdf/SKILL.md"));
    // In the drive it is the version that is there.
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    server.publish("pdf", "two").await;
    let made = export(&server, json!({ "scope": "skill", "skillSlug": "pdf", "collectionName": "ignored" })).await;
    let text = files(&bytes(&server, &made).await.bytes)["pdf/SKILL.md"].0.clone();
    assert!(String::from_utf8(text).unwrap().contains("one"));

    let skill = |slug: Value| json!({ "scope": "skill", "skillSlug": slug });
    server.post(EXPORT, skill(json!("none"))).await.refused(404, "skill_not_found");
    server.post(EXPORT, skill(json!("../etc"))).await.refused(404, "skill_not_found");
    server.post(EXPORT, skill(json!("  "))).await.refused(400, "invalid_request");
    server.post(EXPORT, skill(Value::Null)).await.refused(400, "invalid_request");
    server.post(EXPORT, skill(json!(3))).await.refused(400, "invalid_request");
    server.post(EXPORT, json!({})).await.refused(400, "invalid_request");
    server.post(EXPORT, json!({ "scope": "everything" })).await.refused(400, "invalid_request");
    // White space is part of a name here as everywhere.
    server.collection(" padded ", &["pdf"]).await;
    assert_eq!(export(&server, json!({ "scope": "collection", "collectionName": " padded " })).await["skill_count"], 1);
    let trimmed = json!({ "scope": "collection", "collectionName": "padded" });
    server.post(EXPORT, trimmed).await.refused(404, "collection_not_found");
    let none = json!({ "scope": "collection", "collectionName": "none" });
    server.post(EXPORT, none).await.refused(404, "collection_not_found");
    server
        .send(server.request(Method::POST, EXPORT).json(&json!({ "scope": "drive" })))
        .await
        .refused(401, "access_denied");
}

#[tokio::test]
async fn an_empty_drive_is_an_empty_zip() {
    let server = Server::start().await;
    let made = export(&server, json!({ "scope": "drive" })).await;
    assert_eq!((&made["skill_count"], &made["content_size"]), (&json!(0), &json!(22)));
    assert!(files(&bytes(&server, &made).await.bytes).is_empty());
}

#[tokio::test]
async fn nobody_has_it_without_the_signature_and_for_a_day_only() {
    let server = Server::start().await;
    server.upload(json!({}), skill("mine", "private").zip).await;
    let made = export(&server, json!({ "scope": "drive" })).await;
    let url = made["url"].as_str().unwrap();
    let (address, query) = url.split_once('?').unwrap();
    server.anonymous(address).await.refused(403, "forbidden");
    server.get(address).await.refused(403, "forbidden");
    let (exp, sig) = query.split_once("&sig=").unwrap();
    let later: u64 = exp.strip_prefix("exp=").unwrap().parse::<u64>().unwrap() + 1;
    server.anonymous(&format!("{address}?exp={later}&sig={sig}")).await.refused(403, "forbidden");
    let flipped = if sig.starts_with('0') { "1" } else { "0" };
    server.anonymous(&format!("{address}?{exp}&sig={flipped}{}", &sig[1..])).await.refused(403, "forbidden");
    // The signature is of this export, and of an export.
    let id = address.rsplit('/').next().unwrap();
    server.anonymous(&format!("{}/storage/{id}?{query}", server.url)).await.refused(403, "forbidden");
    let other = format!("{}/storage/exports/{}?{query}", server.url, "a".repeat(64));
    server.anonymous(&other).await.refused(403, "forbidden");

    // Somebody else has another drive, and the same words are another export.
    let stranger = server.drive.create_account("stranger").await.unwrap();
    let theirs = server.post_as(stranger.expose(), EXPORT, json!({ "scope": "drive" })).await.data(200);
    assert_eq!(theirs["skill_count"], 0);
    let named = json!({ "scope": "skill", "skillSlug": "mine" });
    server.post_as(stranger.expose(), EXPORT, named).await.refused(404, "skill_not_found");

    server.advance(DAY - MINUTE);
    assert_eq!(server.anonymous(url).await.status, 200);
    // Asked for again, the list is kept for as long as the later address works.
    export(&server, json!({ "scope": "drive" })).await;
    server.advance(2 * MINUTE);
    server.anonymous(url).await.refused(403, "forbidden");
    server.advance(DAY);
    let again = export(&server, json!({ "scope": "drive" })).await;
    assert_eq!(bytes(&server, &again).await.status, 200);
}

#[tokio::test]
async fn many_skills_at_once() {
    let server = Server::with(|config| config.signup_credits = 1_000).await;
    for n in 0..60 {
        server.publish(&format!("skill-{n:02}"), "x").await;
        let body = json!({ "skillSlug": format!("skill-{n:02}") });
        server.post("/api/v1/drive/import", body).await.data(201);
    }
    let made = export(&server, json!({ "scope": "drive" })).await;
    assert_eq!(made["skill_count"], 60);
    assert_eq!(files(&bytes(&server, &made).await.bytes).len(), 120);
}

#[tokio::test]
async fn an_artifact_that_is_not_what_it_was_makes_no_export() {
    let server = Server::in_folder().await;
    let packed = skill("mine", "x");
    server.upload(json!({}), packed.zip.clone()).await;
    let made = export(&server, json!({ "scope": "drive" })).await;
    let sha = packed.content_sha.to_string();
    let place = server.home.path().join(format!("data/artifacts/{}/{sha}.zip", &sha[..2]));
    let damaged = [&packed.zip[..packed.zip.len() - 30], &[0; 30]].concat();
    std::fs::remove_file(&place).unwrap();
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&place).unwrap();
    std::io::Write::write_all(&mut file, &damaged).unwrap();
    server.post(EXPORT, json!({ "scope": "drive" })).await.refused(500, "internal");
    // What was promised before breaks off rather than being made up.
    let broken = match server.request(Method::GET, made["url"].as_str().unwrap()).send().await {
        Ok(response) => response.bytes().await.is_err(),
        // It broke off before its beginning was on its way.
        Err(_) => true,
    };
    assert!(broken);
}

/// The folders of an export.
async fn folders(server: &Server, key: &str, body: Value) -> Vec<String> {
    let made = server.post_as(key, EXPORT, body).await.data(200);
    let mut folders: Vec<String> = files(&bytes(server, &made).await.bytes)
        .into_keys()
        .map(|name| name.split('/').next().unwrap().to_owned())
        .collect();
    folders.dedup();
    assert_eq!(made["skill_count"], folders.len());
    folders
}

#[tokio::test]
async fn a_collection_is_exported_and_its_key_has_nothing_else() {
    let server = Server::start().await;
    for slug in ["one", "two", "three"] {
        server.upload(json!({}), skill(slug, "x").zip).await;
    }
    server.publish("pdf", "public").await;
    let body = json!({ "name": "acme user/42", "skillSlugs": ["one", "two"] });
    let key = server.post("/api/v1/collections", body).await.data(201)["apiKey"].as_str().unwrap().to_owned();
    server.post("/api/v1/collections", json!({ "name": "other", "skillSlugs": ["three"] })).await.data(201);

    let named = json!({ "scope": "collection", "collectionName": "acme user/42" });
    assert_eq!(folders(&server, &server.key, named.clone()).await, ["one", "two"]);
    // The collection's own key: its slice, by every name.
    assert_eq!(folders(&server, &key, named).await, ["one", "two"]);
    assert_eq!(folders(&server, &key, json!({ "scope": "drive" })).await, ["one", "two"]);
    assert_eq!(folders(&server, &key, json!({ "scope": "skill", "skillSlug": "two" })).await, ["two"]);
    let other = json!({ "scope": "collection", "collectionName": "other" });
    server.post_as(&key, EXPORT, other).await.refused(404, "collection_not_found");
    for outside in ["three", "pdf"] {
        let body = json!({ "scope": "skill", "skillSlug": outside });
        server.post_as(&key, EXPORT, body).await.refused(404, "skill_not_found");
    }
    server.post(EXPORT, json!({ "scope": "collection" })).await.refused(400, "invalid_request");
    let none = json!({ "scope": "collection", "collectionName": "none" });
    server.post(EXPORT, none).await.refused(404, "collection_not_found");
    // A skill that is switched off is in the drive still.
    server.post("/api/v1/drive/one/toggle", json!({})).await.data(200);
    assert_eq!(folders(&server, &server.key, json!({ "scope": "drive" })).await, ["one", "three", "two"]);
}
