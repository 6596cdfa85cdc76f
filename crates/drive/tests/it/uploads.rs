//! Tickets and packages.

use std::io::Write;

use reqwest::Method;
use reqwest::multipart::Form;
use reqwest::multipart::Part;
use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::Publishing;

use crate::fixture::MINUTE;
use crate::fixture::Server;
use crate::fixture::of;
use crate::fixture::sha;
use crate::fixture::skill;
use crate::fixture::skill_of;

const PROCESS: &str = "/api/uploads/process-skill";

async fn ticket(server: &Server, body: Value) -> String {
    server.post("/api/v1/uploads/ticket", body).await.data(201)["uploadToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_ticket_says_where_and_how() {
    let server = Server::start().await;
    let ticket = server.post("/api/v1/uploads/ticket", json!({ "filename": "my-skill.zip" })).await.data(201);
    let token = ticket["uploadToken"].as_str().unwrap();
    assert!(token.starts_with("ut_live_") && token.len() == 72);
    assert_eq!(ticket["uploadUrl"], format!("{}{PROCESS}", server.url));
    assert_eq!(ticket["expiresAt"], "2026-11-24T05:49:38Z");
    assert_eq!((&ticket["targetType"], &ticket["targetCollection"]), (&json!("drive"), &json!(null)));
    let script = ticket["scriptContent"].as_str().unwrap();
    assert!(script.starts_with("#!/usr/bin/env bash\n") && script.contains(token) && script.contains(PROCESS));
    assert!(ticket["scriptFilename"].as_str().unwrap().ends_with(".sh"));
    let none = json!({ "collectionName": "none" });
    server.post("/api/v1/uploads/ticket", none).await.refused(404, "collection_not_found");
    assert_eq!(server.post("/api/v1/uploads/ticket", json!({ "collectionName": null })).await.status, 201);
    let foreign = json!({ "runId": "none", "slug": "a" });
    server.post("/api/v1/uploads/ticket", foreign).await.refused(404, "run_not_found");
    for bad in [
        json!({ "slug": "discover" }),
        json!({ "slug": "leaderboard" }),
        json!({ "slug": "No Slug" }),
        json!({ "contentSha": "x" }),
        json!({ "baseSha": 3 }),
        json!("x"),
    ] {
        server.post("/api/v1/uploads/ticket", bad).await.refused(400, "invalid_request");
    }
}

/// `GET skills/discover` is a route, so nobody could ever see a skill of that name.
#[tokio::test]
async fn a_skill_is_not_called_like_a_route() {
    let server = Server::start().await;
    for name in ["discover", "leaderboard"] {
        let refused = server.upload(json!({}), skill(name, "one").zip).await;
        refused.refused(422, "invalid_package");
        assert!(refused.text().contains(&format!("`{name}` is the name of a route")), "{}", refused.text());
        let published = server.drive.publish(skill(name, "one"), Publishing::default()).await;
        assert!(published.is_err_and(|error| error.to_string().contains("is the name of a route")));
    }
    assert_eq!(server.upload(json!({}), skill("discoverer", "one").zip).await.status, 201);
}

#[tokio::test]
async fn the_script_of_a_ticket_is_bash() {
    let server = Server::start().await;
    let ticket = server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
    let script = ticket["scriptContent"].as_str().unwrap();
    let path = server.home.path().join("upload.sh");
    std::fs::OpenOptions::new().write(true).create_new(true).open(&path).unwrap().write_all(script.as_bytes()).unwrap();
    let Ok(checked) = std::process::Command::new("bash").arg("-n").arg(&path).output() else { return };
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[tokio::test]
async fn five_tickets_live_at_a_time_and_each_works_once() {
    let server = Server::start().await;
    let first = ticket(&server, json!({})).await;
    for _ in 0..4 {
        ticket(&server, json!({})).await;
    }
    let refused = server.post("/api/v1/uploads/ticket", json!({})).await;
    refused.refused(429, "too_many_active_tickets");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(server.process(&first, skill("a", "one").zip).await.status, 201);
    server.process(&first, skill("a", "one").zip).await.refused(401, "invalid_ticket");
    let second = ticket(&server, json!({})).await;
    server.advance(10 * MINUTE);
    server.process(&second, skill("a", "two").zip).await.refused(401, "invalid_ticket");
    ticket(&server, json!({})).await;
    server.process("ut_live_wrong", Vec::new()).await.refused(401, "invalid_ticket");
    server.process(&server.key, Vec::new()).await.refused(401, "invalid_ticket");
    server.send(server.request(Method::POST, PROCESS)).await.refused(401, "invalid_ticket");
}

#[tokio::test]
async fn a_ticket_for_the_same_run_and_slug_replaces_the_old_one() {
    let server = Server::start().await;
    let sent = json!([{ "slug": "a", "action": "upload_private", "credit_cost": 1, "local_sha": sha('a') }]);
    let run = server.execute("manual", "all", &sent).await.data(200);
    let body = json!({ "slug": "a", "runId": run["run_id"], "baseSha": null });
    let old = ticket(&server, body.clone()).await;
    for _ in 0..9 {
        ticket(&server, body.clone()).await;
    }
    let new = ticket(&server, body).await;
    server.process(&old, skill("a", "one").zip).await.refused(401, "invalid_ticket");
    assert_eq!(server.process(&new, skill("a", "one").zip).await.status, 201);
    assert_eq!(server.balance().await, 999);
}

#[tokio::test]
async fn an_upload_becomes_a_version_of_ones_own_skill() {
    let server = Server::start().await;
    let packed = skill("mine", "v1");
    let reply = server.upload(json!({}), packed.zip.clone()).await;
    assert_eq!(reply.status, 201);
    let done = reply.json();
    assert!(done.get("data").is_none(), "this route has no envelope");
    assert_eq!(done["success"], true);
    assert_eq!((&done["skill"]["slug"], &done["skill"]["name"]), (&json!("mine"), &json!("mine")));
    assert_eq!((&done["scriptsUploaded"], &done["filesUploaded"]), (&json!(1), &json!(2)));
    assert_eq!((&done["creditCost"], &done["version"]), (&json!(1), &json!(1)));
    assert_eq!(done["content_sha"], packed.content_sha.to_string());
    assert_eq!(done["content_size"], packed.zip.len());
    assert!(done["message"].is_string() && done["skill"]["id"].is_string());
    assert!(done.get("collectionPlacement").is_none());

    let same = server.upload(json!({}), packed.zip.clone()).await;
    assert_eq!((same.status, &same.json()["version"], &same.json()["creditCost"]), (200, &json!(1), &json!(0)));
    let token = ticket(&server, json!({})).await;
    let form = Form::new()
        .text("changeComment", "better\u{0} now")
        .part("file", Part::bytes(skill("mine", "v2").zip).file_name("x.zip"));
    let next = server.send(server.request(Method::POST, PROCESS).bearer_auth(&token).multipart(form)).await;
    assert_eq!((next.status, &next.json()["version"], &next.json()["creditCost"]), (200, &json!(2), &json!(0)));
    let shown = server.get("/api/v1/skills/mine").await.data(200);
    assert_eq!(shown["versions"][0]["change_comment"], "better now");
    assert_eq!(shown["versions"].as_array().unwrap().len(), 2);
    assert_eq!(server.balance().await, 999);

    // Removed and sent again: the next version, and the removal is forgotten.
    server.delete("/api/v1/drive/mine").await.data(200);
    server.get("/api/v1/skills/mine").await.refused(404, "skill_not_found");
    let back = server.upload(json!({}), packed.zip).await;
    assert_eq!((back.status, &back.json()["version"]), (200, &json!(3)));
    let list = server.get("/api/v1/drive").await.data(200);
    assert_eq!(of(&list["skills"], "mine")["origin"], "private");
}

#[tokio::test]
async fn the_slug_is_the_tickets_then_the_front_matters_then_the_files() {
    let server = Server::start().await;
    let named = server.upload(json!({ "slug": "chosen" }), skill("written", "x").zip).await;
    assert_eq!(named.json()["skill"]["slug"], "chosen");
    let nameless = skill_of(&[("SKILL.md", "---\ndescription: no name\n---\n")]);
    let token = ticket(&server, json!({})).await;
    let form = Form::new().part("file", Part::bytes(nameless.zip.clone()).file_name("from-file.zip"));
    let reply = server.send(server.request(Method::POST, PROCESS).bearer_auth(&token).multipart(form)).await;
    assert_eq!(reply.json()["skill"]["slug"], "from-file");
    let reply = server.upload(json!({ "filename": "from-ticket.zip" }), nameless.zip.clone()).await;
    assert_eq!(reply.json()["skill"]["slug"], "skill", "the form's own file name comes first");
    let token = ticket(&server, json!({})).await;
    let form = Form::new().part("file", Part::bytes(nameless.zip).file_name("No Slug!.zip"));
    let reply = server.send(server.request(Method::POST, PROCESS).bearer_auth(&token).multipart(form)).await;
    reply.refused(422, "invalid_package");
}

#[tokio::test]
async fn a_package_is_made_canonical() {
    let server = Server::start().await;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in
        [("wrapped/scripts/a.sh", "#!/bin/sh\n"), ("wrapped/SKILL.md", "---\nname: a\ndescription: d\n---\n")]
    {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let reply = server.upload(json!({}), zip.finish().unwrap().into_inner()).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    let done = reply.json();
    assert_eq!(done["content_sha"], "3b64ecd5b85ae9cac294d17953ff06ee5a6401760f6f7f333bd063226c423dd3");
    assert_eq!(done["content_size"], 255);
}

#[tokio::test]
async fn bad_packages_are_refused_by_name() {
    let server = Server::start().await;
    server.upload(json!({}), b"not a zip".to_vec()).await.refused(422, "invalid_package");
    server.upload(json!({}), Vec::new()).await.refused(422, "invalid_package");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("../evil", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"x").unwrap();
    let evil = server.upload(json!({}), zip.finish().unwrap().into_inner()).await;
    evil.refused(422, "invalid_package");
    let wrong = json!({ "contentSha": sha('a') });
    server.upload(wrong, skill("a", "one").zip).await.refused(422, "invalid_package");
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));

    let token = ticket(&server, json!({})).await;
    let json_body = server.request(Method::POST, PROCESS).bearer_auth(&token).json(&json!({}));
    server.send(json_body).await.refused(415, "unsupported_media_type");
    let bare = server.request(Method::POST, PROCESS).bearer_auth(&token).header("Content-Type", "multipart/form-data");
    server.send(bare.body("x")).await.refused(415, "unsupported_media_type");
    // Neither used the ticket up, for no file had arrived; a form without a file does.
    let empty = server.request(Method::POST, PROCESS).bearer_auth(&token).multipart(Form::new().text("a", "b"));
    server.send(empty).await.refused(400, "invalid_request");
    server.process(&token, skill("a", "one").zip).await.refused(401, "invalid_ticket");
}

#[tokio::test]
async fn a_package_that_is_too_large_is_refused_and_said_so() {
    let server = Server::with(|config| config.limits.package_bytes = 300_000).await;
    let token = ticket(&server, json!({})).await;
    server.process(&token, vec![0; 5_000_000]).await.refused(413, "package_too_large");
    server.process(&token, vec![0; 300_001]).await.refused(413, "package_too_large");
    assert_eq!(server.process(&token, skill("a", "one").zip).await.status, 201);
}

/// Sends a whole request before it listens, as simple clients do.
fn send_then_listen(url: &str, path: &str, headers: &str, body: &[u8]) -> String {
    use std::io::Read;
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    String::from_utf8_lossy(&start).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_listens_late_still_hears_why() {
    let server = Server::with(|config| {
        config.limits.package_bytes = 40 << 20;
        config.limits.json_bytes = 20 << 20;
    })
    .await;
    let token = ticket(&server, json!({})).await;
    let (url, key) = (server.url.clone(), server.key.clone());
    let heard = tokio::task::spawn_blocking(move || {
        let form = format!("Authorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary=x\r\n");
        let json = format!("Authorization: Bearer {key}\r\n");
        [
            send_then_listen(&url, PROCESS, &form, &vec![b'x'; 100 << 20]),
            send_then_listen(&url, "/api/v1/drive/diff", &json, &vec![b' '; 60 << 20]),
        ]
    });
    assert_eq!(heard.await.unwrap(), ["HTTP/1.1 413", "HTTP/1.1 413"]);
}

#[tokio::test]
async fn an_upload_never_overwrites_what_its_sender_did_not_see() {
    let server = Server::start().await;
    let (v1, v2) = (skill("mine", "v1"), skill("mine", "v2"));
    let guarded = |base: Value| json!({ "slug": "mine", "baseSha": base });
    let missing = guarded(json!(sha('a')));
    server.upload(missing, v1.zip.clone()).await.refused(409, "version_conflict");
    assert_eq!(server.upload(guarded(json!(null)), v1.zip.clone()).await.status, 201);
    server.upload(guarded(json!(null)), v2.zip.clone()).await.refused(409, "version_conflict");
    server.upload(guarded(json!(sha('a'))), v2.zip.clone()).await.refused(409, "version_conflict");
    let shown = server.get("/api/v1/skills/mine").await.data(200);
    assert_eq!(shown["versions"].as_array().unwrap().len(), 1, "nothing was changed");
    // The answer was lost and the same is sent again: nothing is lost by saying yes.
    assert_eq!(server.upload(guarded(json!(null)), v1.zip.clone()).await.status, 200);
    let base = json!(v1.content_sha.to_string());
    assert_eq!(server.upload(guarded(base), v2.zip).await.json()["version"], 2);
    assert_eq!(server.balance().await, 999);
}

#[tokio::test]
async fn an_upload_that_cannot_be_paid_changes_nothing() {
    let server = Server::with(|config| config.signup_credits = 0).await;
    server.upload(json!({}), skill("a", "one").zip).await.refused(402, "insufficient_credits");
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));
    server.drive.grant_credits(1).await.unwrap();
    assert_eq!(server.upload(json!({}), skill("a", "one").zip).await.status, 201);
    assert_eq!(server.upload(json!({}), skill("a", "two").zip).await.status, 200);
    assert_eq!(server.balance().await, 0);
}
