//! What a drive keeps in memory is never older than what it has written itself, and hardly older than what another process
//! has that has the same folder open.

use std::io::Read;

use serde_json::json;
use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::Publishing;
use skillzdrive_drive::ShareWith;
use skillzdrive_wire::Slug;

use crate::backends;
use crate::fixture::INSTALL;
use crate::fixture::MINUTE;
use crate::fixture::Server;
use crate::fixture::skill;

/// The operator's command while the server runs: a drive of its own over the same folder.
async fn operator(server: &Server) -> Drive {
    let mut config = Config::new(server.home.path().join("data"));
    config.artifacts = Some(backends::folder(&config.data_dir));
    backends::open(config).await.unwrap()
}

fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

#[tokio::test]
async fn a_key_that_another_process_revokes_is_refused_in_no_time() {
    let server = Server::in_folder().await;
    server.publish("pdf", "forms").await;
    let key = server.drive.create_key("ci", None).await.unwrap();
    for path in ["/api/v1/skills/pdf", "/api/v1/skills?q=pdf", "/api/v1/drive", "/marketplace.json"] {
        for _ in 0..2 {
            assert_eq!(server.get_as(key.expose(), path).await.status, 200, "{path}");
        }
    }
    operator(&server).await.revoke_key(&key.expose()[..20]).await.unwrap();
    server.noticed().await;
    for path in ["/api/v1/skills/pdf", "/api/v1/skills?q=pdf", "/api/v1/drive", "/marketplace.json"] {
        server.get_as(key.expose(), path).await.refused(401, "access_denied");
    }
    assert_eq!(server.get("/api/v1/skills/pdf").await.status, 200, "the owner's goes on working");
}

#[tokio::test]
async fn what_another_process_publishes_prices_and_withdraws_shows_in_no_time() {
    let server = Server::in_folder().await;
    let one = server.publish("pdf", "forms").await;
    let other = operator(&server).await;
    let manifest = server.anonymous("/marketplace.json").await;
    assert_eq!(server.get("/api/v1/skills/pdf").await.data(200)["skill"]["version"], 1);
    assert_eq!(server.get("/api/v1/skills?q=letters").await.data(200)["total"], 0);

    other.publish(skill("pdf", "letters"), Publishing::default()).await.unwrap();
    server.noticed().await;
    assert_eq!(server.get("/api/v1/skills/pdf").await.data(200)["skill"]["version"], 2);
    assert_eq!(server.get("/api/v1/skills?q=letters").await.data(200)["total"], 1);
    let next = server.anonymous("/marketplace.json").await;
    assert_ne!(next.header("etag"), manifest.header("etag"));
    assert_eq!(next.json()["plugins"][0]["version"], "2");
    let old = server.anonymous(&format!("/api/v1/downloads/public/pdf/{one}.zip")).await;
    assert_eq!((old.status, old.header("cache-control")), (302, "public, max-age=31536000, immutable"));

    other.set_price(&slug("pdf"), 7).await.unwrap();
    server.noticed().await;
    assert_eq!(server.get("/api/v1/skills/pdf").await.data(200)["skill"]["credit_cost_per_use"], 7);
    other.withdraw(&slug("pdf")).await.unwrap();
    server.noticed().await;
    server.get("/api/v1/skills/pdf").await.refused(404, "skill_not_found");
    assert_eq!(server.get("/api/v1/skills?q=letters").await.data(200)["total"], 0);
    assert_eq!(server.anonymous("/marketplace.json").await.json()["plugins"], json!([]));
    let again = server.anonymous(&format!("/api/v1/downloads/public/pdf/{one}.zip")).await;
    assert_eq!(again.header("location"), old.header("location"), "lockfiles name it");
}

#[tokio::test]
async fn a_slice_is_what_its_collection_says_now() {
    let server = Server::in_folder().await;
    for name in ["pdf", "csv"] {
        server.publish(name, "a common word").await;
        server.post("/api/v1/drive/import", json!({ "skillSlug": name })).await.data(201);
    }
    let key = server.collection("slice", &["pdf"]).await;
    let seen = async |name: &str| server.get_as(&key, &format!("/api/v1/skills/{name}")).await.status;
    let total = async || server.get_as(&key, "/api/v1/skills?q=common").await.data(200)["total"].as_u64().unwrap();
    assert_eq!((seen("pdf").await, seen("csv").await, total().await), (200, 404, 1));
    // The owner asks the same, and neither gets what the other got.
    assert_eq!(server.get("/api/v1/skills?q=common").await.data(200)["total"], 2);
    assert_eq!((seen("csv").await, total().await), (404, 1));

    server.post("/api/v1/collections/slice/skills", json!({ "skillSlug": "csv" })).await.data(200);
    assert_eq!((seen("csv").await, total().await), (200, 2));
    server.delete("/api/v1/collections/slice/skills/pdf").await.data(200);
    assert_eq!((seen("pdf").await, total().await), (404, 1));
    server.post("/api/v1/drive/csv/toggle", json!({})).await.data(200);
    assert_eq!(total().await, 0);
    server.delete("/api/v1/collections/slice").await.data(200);
    server.get_as(&key, "/api/v1/skills/csv").await.refused(401, "access_denied");
}

#[tokio::test]
async fn a_key_that_the_server_itself_revokes_is_refused_by_the_next_request() {
    let server = Server::in_folder().await;
    server.publish("pdf", "forms").await;
    let paths = ["/api/v1/skills/pdf", "/api/v1/skills?q=pdf", "/api/v1/drive", "/marketplace.json"];
    for round in 0..20 {
        let key = server.drive.create_key(&format!("ci {round}"), None).await.unwrap();
        for path in paths {
            assert_eq!(server.get_as(key.expose(), path).await.status, 200, "{path}");
        }
        server.drive.revoke_key(&key.expose()[..20]).await.unwrap();
        for path in paths {
            server.get_as(key.expose(), path).await.refused(401, "access_denied");
        }
        server.drive.set_price(&slug("pdf"), round).await.unwrap();
        assert_eq!(server.get("/api/v1/skills/pdf").await.data(200)["skill"]["credit_cost_per_use"], round);
    }
}

#[tokio::test]
async fn a_preview_tells_of_the_drive_as_it_is_now_and_each_key_its_own() {
    let server = Server::in_folder().await;
    for name in ["pdf", "csv"] {
        server.publish(name, "one").await;
        server.post("/api/v1/drive/import", json!({ "skillSlug": name })).await.data(201);
    }
    let ann = server.drive.create_account("ann").await.unwrap();
    let slice = server.collection("slice", &["pdf"]).await;
    let body = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "local": [] });
    let told = async |key: &str| {
        let preview = server.post_as(key, "/api/v1/drive/sync/preview", body.clone()).await.data(200);
        let told = preview["classifications"].as_array().unwrap().iter().map(|it| it["slug"].as_str().unwrap());
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    let nothing: [&str; 0] = [];
    for _ in 0..2 {
        assert_eq!(told(&server.key).await, ["csv", "pdf"]);
        assert_eq!(told(&slice).await, ["pdf"]);
        assert_eq!(told(ann.expose()).await, nothing);
    }
    server.delete("/api/v1/drive/csv").await.data(200);
    assert_eq!(told(&server.key).await, ["pdf"], "one's own removal");
    server.post("/api/v1/drive/import", json!({ "skillSlug": "csv" })).await.data(201);
    assert_eq!(told(&server.key).await, ["csv", "pdf"]);
    server.post("/api/v1/collections/slice/skills", json!({ "skillSlug": "csv" })).await.data(200);
    assert_eq!(told(&slice).await, ["csv", "pdf"]);

    let other = operator(&server).await;
    let with = ShareWith::User("ann".to_owned());
    other.share(&slug("pdf"), "owner", &with).await.unwrap();
    server.noticed().await;
    assert_eq!(told(ann.expose()).await, ["pdf"], "another process's share");
    other.unshare(&slug("pdf"), "owner", &with).await.unwrap();
    server.noticed().await;
    assert_eq!(told(ann.expose()).await, nothing);
    let second = server.drive.create_key("ci", None).await.unwrap();
    assert_eq!(told(second.expose()).await, ["csv", "pdf"]);
    other.revoke_key(&second.expose()[..20]).await.unwrap();
    server.noticed().await;
    server.post_as(second.expose(), "/api/v1/drive/sync/preview", body.clone()).await.refused(401, "access_denied");
}

#[tokio::test]
async fn a_share_is_seen_and_gone_in_no_time() {
    let server = Server::in_folder().await;
    let zip = skill("notes", "a common word").zip.to_vec();
    assert_eq!(server.upload(json!({}), zip).await.status, 201);
    let ann = server.drive.create_account("ann").await.unwrap();
    let seen = async || server.get_as(ann.expose(), "/api/v1/skills/notes").await.status;
    assert_eq!((seen().await, seen().await), (404, 404));
    let other = operator(&server).await;
    let with = ShareWith::User("ann".to_owned());
    other.share(&slug("notes"), "owner", &with).await.unwrap();
    server.noticed().await;
    assert_eq!((seen().await, seen().await), (200, 200));
    other.unshare(&slug("notes"), "owner", &with).await.unwrap();
    server.noticed().await;
    assert_eq!(seen().await, 404);
}

#[tokio::test]
async fn an_address_that_expires_is_not_handed_out_for_long() {
    let server = Server::in_folder().await;
    let zip = skill("notes", "mine").zip.to_vec();
    assert_eq!(server.upload(json!({}), zip).await.status, 201);
    let address =
        async || server.get("/api/v1/skills/notes").await.data(200)["download"]["url"].as_str().unwrap().to_owned();
    let first = address().await;
    server.advance(MINUTE);
    assert_ne!(address().await, first);
    server.advance(58 * MINUTE);
    assert_eq!(server.anonymous(&first).await.status, 200);
    let second = address().await;
    server.advance(59 * MINUTE - 1);
    assert_eq!(server.anonymous(&second).await.status, 200, "whoever gets one has it for nearly an hour");
    server.advance(2 * MINUTE);
    server.anonymous(&second).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_manifest_is_compressed_for_who_asks() {
    let server = Server::in_folder().await;
    for number in 0..20 {
        server.publish(&format!("skill-{number}"), "a common word").await;
    }
    // The usual client unpacks what it gets before anybody sees it.
    let bare = reqwest::Client::builder().no_gzip().no_proxy().build().unwrap();
    let ask = |encoding: &str, known: &str| {
        let request = bare.get(format!("{}/marketplace.json", server.url)).header("Accept-Encoding", encoding);
        server.send(if known.is_empty() { request } else { request.header("If-None-Match", known) })
    };
    let plain = ask("identity", "").await;
    let packed = ask("br, gzip", "").await;
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"));
    assert_eq!((plain.header("vary"), packed.header("vary")), ("accept-encoding", "accept-encoding"));
    assert!(packed.bytes.len() < plain.bytes.len() / 4, "{} of {}", packed.bytes.len(), plain.bytes.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed.bytes[..]).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain.bytes);
    let (one, two) = (plain.header("etag"), packed.header("etag"));
    assert_ne!(one, two, "a strong tag names bytes");
    // Either says that the catalogue is the same.
    for known in [one, two] {
        for encoding in ["identity", "gzip"] {
            assert_eq!(ask(encoding, known).await.status, 304);
        }
    }
    server.publish("another", "word").await;
    assert_eq!((ask("gzip", two).await.status, ask("identity", one).await.status), (200, 200));
}
