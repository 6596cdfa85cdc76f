//! What a scoped key does: it reads its slice, syncs it, and writes what it made itself.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fixture::INSTALL;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::of;
use crate::fixture::sha;
use crate::fixture::skill;

const TICKET: &str = "/api/v1/uploads/ticket";

/// A drive with `inside` in the collection `slice`, whose key this is, and with `outside`.
async fn slice() -> (Server, String) {
    let server = Server::start().await;
    for slug in ["inside", "outside"] {
        assert_eq!(server.upload(json!({}), skill(slug, "one").zip).await.status, 201);
    }
    let key = server.collection("slice", &["inside"]).await;
    (server, key)
}

async fn upload(server: &Server, key: &str, ticket: Value, zip: Vec<u8>) -> Reply {
    let ticket = server.post_as(key, TICKET, ticket).await.data(201);
    assert_eq!((&ticket["targetType"], &ticket["targetCollection"]), (&json!("collection"), &json!("slice")));
    server.process(ticket["uploadToken"].as_str().unwrap(), zip).await
}

async fn slugs(server: &Server, key: &str) -> Vec<String> {
    let list = server.get_as(key, "/api/v1/drive").await.data(200);
    list["skills"].as_array().unwrap().iter().map(|skill| skill["slug"].as_str().unwrap().to_owned()).collect()
}

async fn sync(server: &Server, key: &str, step: &str, kind: &str, name: &str, value: Value) -> Value {
    let mut body = json!({ "install_id": INSTALL, "kind": kind, "mode": "all" });
    body[name] = value;
    server.post_as(key, &format!("/api/v1/drive/sync/{step}"), body).await.data(200)
}

async fn delete(server: &Server, key: &str, path: &str) -> Reply {
    server.send(server.request(Method::DELETE, path).bearer_auth(key)).await
}

#[tokio::test]
async fn an_upload_of_a_scoped_key_lands_in_its_slice_and_is_its_own() {
    let (server, key) = slice().await;
    let done = upload(&server, &key, json!({}), skill("new", "one").zip).await;
    assert_eq!((done.status, &done.json()["collectionPlacement"]["status"]), (201, &json!("placed")));
    let done = upload(&server, &key, json!({ "collectionName": "slice" }), skill("new", "two").zip).await;
    assert_eq!((done.status, &done.json()["version"]), (200, &json!(2)));
    server.post_as(&key, TICKET, json!({ "collectionName": "other" })).await.refused(404, "collection_not_found");
    assert_eq!(slugs(&server, &key).await, ["inside", "new"]);
    assert_eq!(slugs(&server, &server.key).await, ["inside", "new", "outside"], "it is in its owner's drive");
    assert_eq!(server.balance().await, 997, "at its owner's expense");
    let credits = server.get_as(&key, "/api/v1/account/credits").await.data(200);
    let of: Vec<&str> =
        credits["transactions"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
    assert_eq!((credits["balance"].as_i64(), of), (Some(997), vec!["new", "inside"]));

    // What it made it may switch and remove, until another collection names it too.
    let off = server.post_as(&key, "/api/v1/drive/new/toggle", json!({})).await.data(200);
    assert_eq!(off["enabled"], false);
    server.post_as(&key, "/api/v1/drive/new/toggle", json!({})).await.data(200);
    server.collection("other", &["new"]).await;
    server.post_as(&key, "/api/v1/drive/new/toggle", json!({})).await.refused(403, "forbidden");
    delete(&server, &key, "/api/v1/drive/new").await.refused(403, "forbidden");
    upload(&server, &key, json!({}), skill("new", "three").zip).await.refused(403, "forbidden");
    server.delete("/api/v1/collections/other").await.data(200);
    delete(&server, &key, "/api/v1/drive/new").await.data(200);
    assert_eq!(slugs(&server, &server.key).await, ["inside", "outside"]);
    let back = upload(&server, &key, json!({}), skill("new", "four").zip).await;
    assert_eq!((back.status, &back.json()["version"]), (200, &json!(3)));
    assert_eq!(slugs(&server, &key).await, ["inside", "new"]);
}

#[tokio::test]
async fn a_scoped_key_overwrites_nothing_of_its_owners() {
    let (server, key) = slice().await;
    let before = server.get("/api/v1/drive").await.data(200);
    upload(&server, &key, json!({}), skill("inside", "changed").zip).await.refused(403, "forbidden");
    upload(&server, &key, json!({}), skill("inside", "one").zip).await.refused(403, "forbidden");
    for text in ["changed", "one"] {
        let taken = upload(&server, &key, json!({}), skill("outside", text).zip).await;
        taken.refused(409, "version_conflict");
        let told = String::from_utf8_lossy(&taken.bytes).into_owned();
        assert!(!told.contains(skill("outside", "one").content_sha.short()), "{told}");
    }
    assert_eq!(server.get("/api/v1/drive").await.data(200), before);
    // Nor does it take up a removed skill, whose history would come with it.
    server.delete("/api/v1/drive/outside").await.data(200);
    upload(&server, &key, json!({}), skill("outside", "mine").zip).await.refused(409, "version_conflict");
    // Nor does it hide what its owner has from a team.
    let mate = server.drive.create_account("mate").await.unwrap();
    let ticket = server.post_as(mate.expose(), TICKET, json!({})).await.data(201);
    server.process(ticket["uploadToken"].as_str().unwrap(), skill("teamed", "of the mate").zip).await;
    let owner = skillzdrive_drive::ShareWith::User("owner".to_owned());
    server.drive.share(&"teamed".parse().unwrap(), "mate", &owner).await.unwrap();
    upload(&server, &key, json!({}), skill("teamed", "mine").zip).await.refused(409, "version_conflict");
    let path = "/api/v1/collections/slice/skills";
    server.post(path, json!({ "skillSlug": "teamed" })).await.data(200);
    upload(&server, &key, json!({}), skill("teamed", "mine").zip).await.refused(403, "forbidden");
}

#[tokio::test]
async fn the_tickets_of_a_key_die_with_it() {
    let (server, key) = slice().await;
    let token = async |key: &str| server.post_as(key, TICKET, json!({})).await.data(201)["uploadToken"].clone();
    let ticket = token(&key).await;
    server.delete("/api/v1/collections/slice").await.data(200);
    server.process(ticket.as_str().unwrap(), skill("late", "one").zip).await.refused(401, "invalid_ticket");
    let second = server.drive.create_key("second", None).await.unwrap().expose().to_owned();
    let ticket = token(&second).await;
    let id = server.drive.list_keys().await.unwrap().iter().find(|key| key.name == "second").unwrap().id.clone();
    server.drive.revoke_key(&id).await.unwrap();
    server.process(ticket.as_str().unwrap(), skill("late", "one").zip).await.refused(401, "invalid_ticket");
    assert_eq!(slugs(&server, &server.key).await, ["inside", "outside"]);
}

#[tokio::test]
async fn a_sync_with_a_scoped_key_knows_its_slice_alone() {
    let (server, key) = slice().await;
    server.publish("open", "public").await;
    let open = skill("open", "public").content_sha.to_string();
    let (inside, outside) = (skill("inside", "one").content_sha, skill("outside", "one").content_sha);
    let machine = json!([
        local("open", &open, None),
        local("outside", outside.as_str(), Some(outside.as_str())),
        local("new", &sha('a'), None)
    ]);
    let told = sync(&server, &key, "preview", "first_run", "local", machine.clone()).await;
    let told = &told["classifications"];
    let actions = |slug: &str| of(told, slug)["action"].clone();
    assert_eq!(told.as_array().unwrap().len(), 4);
    assert_eq!(actions("inside"), "download_install");
    assert_eq!(actions("open"), "upload_private", "it has no marketplace to claim from");
    assert_eq!(actions("outside"), "conflict", "absence is no removal");
    assert_eq!(actions("new"), "upload_private");
    assert_eq!(of(told, "outside")["drive_sha"], json!(null));
    assert_eq!(of(told, "new")["credit_cost"], 1, "its first run is not the account's");
    let whole = server.preview("first_run", "all", machine).await;
    assert_eq!(of(&whole["classifications"], "new")["credit_cost"], 0);

    // Edited here: a skill that it did not make is not its to change.
    let edited = json!([local("inside", &sha('b'), Some(inside.as_str()))]);
    let edited = sync(&server, &key, "preview", "manual", "local", edited).await;
    assert_eq!(of(&edited["classifications"], "inside")["action"], "conflict");

    let sent = json!([of(told, "inside"), of(told, "new")]);
    let run = sync(&server, &key, "execute", "first_run", "classifications", sent).await;
    assert_eq!(of(&run["results"], "new")["upload"], json!({ "collectionName": "slice" }));
    let url = of(&run["results"], "inside")["download"]["url"].as_str().unwrap().to_owned();
    assert_eq!(server.anonymous(&url).await.bytes, skill("inside", "one").zip);
    // The run is the slice's: no other key has it.
    let done = json!({ "run_id": run["run_id"], "install_id": INSTALL, "results": [] });
    server.post("/api/v1/drive/sync/finalize", done.clone()).await.refused(404, "run_not_found");
    let foreign = json!({ "runId": run["run_id"], "slug": "new" });
    server.post(TICKET, foreign.clone()).await.refused(404, "run_not_found");
    let landed = upload(&server, &key, foreign, skill("new", "one").zip).await;
    assert_eq!(landed.json()["creditCost"], 1);
    let done = server.post_as(&key, "/api/v1/drive/sync/finalize", done).await.data(200);
    assert_eq!((&done["drive_count"], &done["grandfather_high_water"]), (&json!(2), &json!(null)));
    let told = sync(&server, &key, "preview", "manual", "local", json!([])).await;
    assert_eq!(told["classifications"].as_array().unwrap().len(), 2);
    let diff = server.post_as(&key, "/api/v1/drive/diff", json!({ "local": [] })).await.data(200);
    assert_eq!(diff["drive_only"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_export_of_a_scoped_key_holds_its_slice() {
    let (server, key) = slice().await;
    for scope in [json!({ "scope": "drive" }), json!({ "scope": "collection", "collectionName": "slice" })] {
        let export = server.post_as(&key, "/api/v1/downloads", scope).await.data(200);
        assert_eq!(export["skill_count"], 1);
        let zip = server.anonymous(export["url"].as_str().unwrap()).await.bytes;
        let zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert!(names.len() > 1 && names.iter().all(|name| name.starts_with("inside/")), "{names:?}");
    }
    for outside in ["skill", "collection"] {
        let body = json!({ "scope": outside, "skillSlug": "outside", "collectionName": "other" });
        assert_eq!(server.post_as(&key, "/api/v1/downloads", body).await.status, 404);
    }
}

#[tokio::test]
async fn a_claim_that_a_scoped_key_makes_up_is_not_carried_out() {
    let (server, key) = slice().await;
    let open = server.publish("open", "public").await;
    let outside = skill("outside", "one").content_sha;
    let sent = json!([
        { "slug": "open", "action": "claim_public", "credit_cost": 1, "local_sha": open },
        { "slug": "outside", "action": "download_install", "credit_cost": 0, "drive_sha": outside }
    ]);
    let run = sync(&server, &key, "execute", "manual", "classifications", sent).await;
    for result in run["results"].as_array().unwrap() {
        assert_eq!((&result["status"], result.get("download")), (&json!("stale"), None), "{result}");
    }
    assert_eq!(slugs(&server, &server.key).await, ["inside", "outside"]);
}

#[tokio::test]
async fn updates_of_the_slice_are_seen_and_not_decided() {
    let server = Server::start().await;
    for slug in ["inside", "outside"] {
        server.publish(slug, "one").await;
        server.post("/api/v1/drive/import", json!({ "skillSlug": slug })).await.data(201);
        server.publish(slug, "two").await;
    }
    let key = server.collection("slice", &["inside"]).await;
    let updates = server.get_as(&key, "/api/v1/drive/updates").await.data(200);
    let waiting: Vec<&str> =
        updates["updates"].as_array().unwrap().iter().map(|u| u["slug"].as_str().unwrap()).collect();
    assert_eq!(waiting, ["inside"]);
    for step in ["accept", "dismiss"] {
        let path = |slug: &str| format!("/api/v1/drive/updates/{slug}/{step}");
        server.post_as(&key, &path("inside"), json!(null)).await.refused(403, "forbidden");
        server.post_as(&key, &path("outside"), json!(null)).await.refused(404, "update_not_found");
    }
    assert_eq!(server.get_as(&key, "/api/v1/skills/inside").await.data(200)["skill"]["version"], 2);
    assert_eq!(of(&server.get_as(&key, "/api/v1/drive").await.data(200)["skills"], "inside")["version"], 1);
}
