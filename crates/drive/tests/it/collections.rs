//! The seven routes of collections, their keys, and what a published one shows.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fixture::Server;
use crate::fixture::of;
use crate::fixture::skill;

const COLLECTIONS: &str = "/api/v1/collections";

/// A drive with the public `pdf` imported and the private `mine` and `yours` uploaded.
async fn server() -> Server {
    let server = Server::start().await;
    server.publish("pdf", "public").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    for slug in ["mine", "yours"] {
        assert_eq!(server.upload(json!({}), skill(slug, "one").zip).await.status, 201);
    }
    server
}

async fn patch(server: &Server, path: &str, body: Value) -> crate::fixture::Reply {
    server.send(server.request(Method::PATCH, path).bearer_auth(&server.key).json(&body)).await
}

fn slugs(list: &Value) -> Vec<&str> {
    list["skills"].as_array().unwrap().iter().map(|skill| skill["slug"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_collection_is_made_shown_changed_and_deleted() {
    let server = server().await;
    assert_eq!(server.get(COLLECTIONS).await.data(200), json!({ "collections": [] }));
    let body = json!({ "name": "acme-user-42", "skillSlugs": ["pdf", "mine", "pdf"], "includeTeamSkills": true,
                       "includeSharedSkills": false });
    let made = server.post(COLLECTIONS, body).await.data(201);
    let key = made["apiKey"].as_str().unwrap().to_owned();
    assert!(key.starts_with("sk_live_") && key.len() == 72);
    let mut collection = json!({
        "name": "acme-user-42", "scope": "scoped", "skillCount": 2, "skillSlugs": ["mine", "pdf"],
        "includeTeamSkills": true, "includeSharedSkills": false, "isPublicMarketplace": false,
        "createdAt": "2026-11-24T05:39:38Z"
    });
    assert_eq!(made["collection"], collection);
    let list = server.get(COLLECTIONS).await;
    assert_eq!(list.data(200), json!({ "collections": [collection] }));
    assert!(!String::from_utf8_lossy(&list.bytes).contains(&key), "the key is told once");
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/drive").await.data(200)), ["mine", "pdf"]);

    // Only what is passed changes.
    let path = "/api/v1/collections/acme-user-42";
    assert_eq!(patch(&server, path, json!({})).await.data(200), json!({ "collection": collection }));
    let changed = patch(&server, path, json!({ "includeSharedSkills": true })).await.data(200);
    collection["includeSharedSkills"] = json!(true);
    assert_eq!(changed, json!({ "collection": collection }));
    let body = json!({ "newName": "Renamed / ünd so", "skillSlugs": ["pdf"] });
    let changed = patch(&server, path, body).await.data(200);
    assert_eq!(
        (&changed["collection"]["name"], &changed["collection"]["skillCount"]),
        (&json!("Renamed / ünd so"), &json!(1))
    );
    patch(&server, path, json!({})).await.refused(404, "collection_not_found");
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/drive").await.data(200)), ["pdf"], "the same key");

    let path = "/api/v1/collections/Renamed%20%2F%20%C3%BCnd%20so";
    let added = server.post(&format!("{path}/skills"), json!({ "skillSlug": "yours" })).await.data(200);
    assert_eq!(added["collection"]["skillSlugs"], json!(["pdf", "yours"]));
    let again = server.post(&format!("{path}/skills"), json!({ "skillSlug": "yours" })).await.data(200);
    assert_eq!(again, added);
    let missing = server.post(&format!("{path}/skills"), json!({ "skillSlug": "absent" })).await;
    missing.refused(404, "skill_not_found");
    server.publish("open", "in the marketplace, not in the drive").await;
    server.post(&format!("{path}/skills"), json!({ "skillSlug": "open" })).await.refused(404, "skill_not_found");
    let removed = server.delete(&format!("{path}/skills/pdf")).await.data(200);
    assert_eq!(removed["collection"]["skillSlugs"], json!(["yours"]));
    server.delete(&format!("{path}/skills/pdf")).await.refused(404, "skill_not_found");
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/drive").await.data(200)), ["yours"]);

    assert_eq!(server.delete(path).await.data(200), json!({ "name": "Renamed / ünd so", "deleted": true }));
    server.get_as(&key, "/api/v1/drive").await.refused(401, "access_denied");
    server.delete(path).await.refused(404, "collection_not_found");
    assert_eq!(server.get(COLLECTIONS).await.data(200), json!({ "collections": [] }));
    // Its name is free again, and the new key is another.
    let again = server.post(COLLECTIONS, json!({ "name": "Renamed / ünd so", "skillSlugs": [] })).await.data(201);
    assert_ne!(again["apiKey"], key);
    server.get_as(&key, "/api/v1/drive").await.refused(401, "access_denied");
}

#[tokio::test]
async fn bad_collections_are_refused_and_nothing_is_made() {
    let server = server().await;
    let long = "x".repeat(65);
    for bad in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "a\nb" }),
        json!({ "name": ".." }),
        json!({ "name": long }),
        json!({ "name": 7 }),
        json!({ "name": "a", "skillSlugs": "pdf" }),
        json!({ "name": "a", "skillSlugs": null }),
        json!({ "name": "a", "skillSlugs": ["No Slug"] }),
        json!({ "name": "a", "includeTeamSkills": "yes" }),
    ] {
        server.post(COLLECTIONS, bad).await.refused(400, "invalid_request");
    }
    let missing = json!({ "name": "a", "skillSlugs": ["pdf", "absent"] });
    server.post(COLLECTIONS, missing).await.refused(404, "skill_not_found");
    assert_eq!(server.get(COLLECTIONS).await.data(200), json!({ "collections": [] }));
    assert_eq!(server.drive.list_keys().await.unwrap().len(), 1, "and no key");

    server.post(COLLECTIONS, json!({ "name": "a", "skillSlugs": ["pdf"] })).await.data(201);
    server.post(COLLECTIONS, json!({ "name": "a" })).await.refused(409, "collection_exists");
    server.post(COLLECTIONS, json!({ "name": "b" })).await.data(201);
    patch(&server, "/api/v1/collections/b", json!({ "newName": "a" })).await.refused(409, "collection_exists");
    patch(&server, "/api/v1/collections/a", json!({ "newName": "a" })).await.data(200);
    let list = json!({ "skillSlugs": ["absent"], "newName": "c" });
    patch(&server, "/api/v1/collections/a", list).await.refused(404, "skill_not_found");
    patch(&server, "/api/v1/collections/a", json!({ "newName": "\t" })).await.refused(400, "invalid_request");
    let kept = server.get(COLLECTIONS).await.data(200);
    assert_eq!(kept["collections"][0]["skillSlugs"], json!(["pdf"]), "all of a change or nothing");
    for path in ["/api/v1/collections/%00", "/api/v1/collections/none", "/api/v1/collections/%20"] {
        server.delete(path).await.refused(404, "collection_not_found");
    }
    // Another account has names of its own, and none of these.
    let stranger = server.drive.create_account("stranger").await.unwrap();
    server.post_as(stranger.expose(), COLLECTIONS, json!({ "name": "a" })).await.data(201);
    let request = server.request(Method::DELETE, "/api/v1/collections/b").bearer_auth(stranger.expose());
    server.send(request).await.refused(404, "collection_not_found");
}

#[tokio::test]
async fn a_collection_for_all_skills_has_no_list() {
    let server = server().await;
    let made = server.post(COLLECTIONS, json!({ "name": "everything" })).await.data(201);
    let key = made["apiKey"].as_str().unwrap();
    let collection = &made["collection"];
    assert_eq!((&collection["scope"], &collection["skillCount"]), (&json!("all_skills"), &json!("all")));
    assert_eq!(collection["skillSlugs"], json!([]));
    let path = "/api/v1/collections/everything";
    let body = json!({ "skillSlug": "pdf" });
    server.post(&format!("{path}/skills"), body).await.refused(409, "collection_ineligible");
    server.delete(&format!("{path}/skills/pdf")).await.refused(409, "collection_ineligible");
    let ticket = json!({ "collectionName": "everything" });
    server.post("/api/v1/uploads/ticket", ticket).await.refused(409, "collection_ineligible");
    // Its key is one for all skills, the marketplace and the restricted routes too.
    server.publish("open", "public").await;
    assert_eq!(slugs(&server.get_as(key, "/api/v1/skills").await.data(200)), ["mine", "open", "pdf", "yours"]);
    assert_eq!(slugs(&server.get("/api/v1/skills?collection=everything").await.data(200)), ["mine", "pdf", "yours"]);
    server.get_as(key, COLLECTIONS).await.data(200);
    // A list makes a slice of it.
    let narrowed = patch(&server, path, json!({ "skillSlugs": [] })).await.data(200);
    assert_eq!(
        (&narrowed["collection"]["scope"], &narrowed["collection"]["skillCount"]),
        (&json!("scoped"), &json!(0))
    );
    assert_eq!(server.get_as(key, "/api/v1/skills").await.data(200)["total"], 0);
    server.get_as(key, COLLECTIONS).await.refused(403, "forbidden");
    server.post(&format!("{path}/skills"), json!({ "skillSlug": "pdf" })).await.data(200);
}

#[tokio::test]
async fn a_list_is_filtered_by_a_collection() {
    let server = server().await;
    let key = server.collection("a", &["pdf", "mine"]).await;
    let found = |path: &'static str| server.get(path);
    assert_eq!(slugs(&found("/api/v1/skills?collection=a").await.data(200)), ["mine", "pdf"]);
    assert_eq!(slugs(&found("/api/v1/skills?collection=a&q=public").await.data(200)), ["pdf"]);
    assert_eq!(slugs(&found("/api/v1/skills?collection=a&q=yours").await.data(200)), Vec::<&str>::new());
    assert_eq!(found("/api/v1/skills?collection=a&limit=1").await.data(200)["total"], 2);
    found("/api/v1/skills?collection=none").await.refused(404, "collection_not_found");
    server.anonymous("/api/v1/skills?collection=a&q=x").await.refused(401, "access_denied");
    // A scoped key names its own, and there is no other.
    server.collection("b", &["yours"]).await;
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/skills?collection=a").await.data(200)), ["mine", "pdf"]);
    server.get_as(&key, "/api/v1/skills?collection=b").await.refused(404, "collection_not_found");
    // What is switched off is hidden from search and stays in the drive.
    server.post("/api/v1/drive/mine/toggle", json!({})).await.data(200);
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/skills").await.data(200)), ["pdf"]);
    assert_eq!(of(&server.get_as(&key, "/api/v1/drive").await.data(200)["skills"], "mine")["enabled"], false);
}

#[tokio::test]
async fn what_leaves_the_drive_leaves_its_collections_and_what_takes_its_place_stays() {
    let server = server().await;
    let key = server.collection("a", &["pdf", "mine"]).await;
    server.delete("/api/v1/drive/mine").await.data(200);
    let list = server.get(COLLECTIONS).await.data(200);
    assert_eq!(list["collections"][0]["skillSlugs"], json!(["pdf"]));
    server.upload(json!({}), skill("mine", "again, and not for everybody").zip).await;
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/drive").await.data(200)), ["pdf"]);
    // The owner's own version of a marketplace skill is what the slug means from now on.
    server.upload(json!({}), skill("pdf", "our own").zip).await;
    let shown = server.get_as(&key, "/api/v1/skills/pdf").await.data(200);
    assert_eq!(shown["skill"]["category"], "private");
}

#[tokio::test]
async fn an_upload_is_put_into_a_collection() {
    let server = server().await;
    let key = server.collection("a b", &[]).await;
    let body = json!({ "collectionName": "a b", "filename": "my-skill.zip" });
    let ticket = server.post("/api/v1/uploads/ticket", body.clone()).await.data(201);
    assert_eq!((&ticket["targetType"], &ticket["targetCollection"]), (&json!("collection"), &json!("a b")));
    let done = server.process(ticket["uploadToken"].as_str().unwrap(), skill("new", "one").zip).await;
    assert_eq!((done.status, &done.json()["collectionPlacement"]), (201, &json!({ "status": "placed" })));
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/drive").await.data(200)), ["new"]);
    // The same bytes again, a next version, and what was in the drive before.
    for (zip, status) in [
        (skill("new", "one").zip, "already_placed"),
        (skill("new", "two").zip, "already_placed"),
        (skill("mine", "one").zip, "placed"),
    ] {
        let done = server.upload(body.clone(), zip).await;
        assert_eq!((done.status, &done.json()["collectionPlacement"]["status"]), (200, &json!(status)));
    }
    assert_eq!(slugs(&server.get_as(&key, "/api/v1/drive").await.data(200)), ["mine", "new"]);
    // The collection is gone when the file comes: the skill is in the drive all the same.
    let ticket = server.post("/api/v1/uploads/ticket", body).await.data(201);
    server.delete("/api/v1/collections/a%20b").await.data(200);
    let done = server.process(ticket["uploadToken"].as_str().unwrap(), skill("late", "one").zip).await;
    assert_eq!((done.status, &done.json()["collectionPlacement"]["status"]), (201, &json!("collection_not_found")));
    assert!(slugs(&server.get("/api/v1/drive").await.data(200)).contains(&"late"));
}

#[tokio::test]
async fn a_published_collection_is_a_marketplace() {
    let server = server().await;
    server.collection("Acme & Söhne", &["pdf", "mine"]).await;
    let (path, manifest) =
        ("/api/v1/collections/Acme%20%26%20S%C3%B6hne", "/marketplace/collections/Acme%20%26%20S%C3%B6hne.json");
    server.anonymous(manifest).await.refused(404, "collection_not_found");
    patch(&server, path, json!({ "isPublicMarketplace": true })).await.data(200);
    let shown = server.anonymous(manifest).await;
    assert_eq!((shown.status, shown.header("cache-control")), (200, "public, max-age=300"));
    let body = shown.json();
    let name = body["name"].as_str().unwrap();
    assert!(name.starts_with("collection-acme-s-hne-") && name.len() <= 64, "{name}");
    let names: Vec<&str> = body["plugins"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["mine", "pdf"], "one's own and public ones");
    let request = server.request(Method::GET, manifest).header("If-None-Match", shown.header("etag"));
    assert_eq!(server.send(request).await.status, 304);

    // The private one is downloaded without a key, every version, for as long as it is published.
    let first = body["plugins"][0]["source"]["url"].as_str().unwrap().to_owned();
    server.upload(json!({}), skill("mine", "two").zip).await;
    let body = server.anonymous(manifest).await.json();
    let second = body["plugins"][0]["source"]["url"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(body["plugins"][0]["metadata"]["skillzdrive"]["versions"].as_array().unwrap().len(), 2);
    let led = server.anonymous(&first).await;
    assert_eq!((led.status, led.header("cache-control")), (302, "no-store"));
    assert_eq!(server.anonymous(led.header("location")).await.bytes, skill("mine", "one").zip);
    assert_eq!(server.anonymous(&second).await.status, 302);
    let led = server.anonymous(body["plugins"][1]["source"]["url"].as_str().unwrap()).await;
    assert!(led.header("cache-control").starts_with("public"));
    let other = server.get("/api/v1/skills/yours").await.data(200);
    let other = format!("/api/v1/downloads/public/yours/{}.zip", other["skill"]["content_sha"].as_str().unwrap());
    server.anonymous(&other).await.refused(404, "artifact_not_found");

    // Switched off, withdrawn, taken back.
    server.post("/api/v1/drive/mine/toggle", json!({})).await.data(200);
    assert_eq!(server.anonymous(manifest).await.json()["plugins"].as_array().unwrap().len(), 1);
    server.anonymous(&second).await.refused(404, "artifact_not_found");
    server.post("/api/v1/drive/mine/toggle", json!({})).await.data(200);
    server.drive.withdraw(&"pdf".parse().unwrap()).await.unwrap();
    assert_eq!(server.anonymous(manifest).await.json()["plugins"].as_array().unwrap().len(), 1);
    patch(&server, path, json!({ "isPublicMarketplace": false })).await.data(200);
    server.anonymous(manifest).await.refused(404, "collection_not_found");
    server.anonymous(&second).await.refused(404, "artifact_not_found");
    for none in
        ["/marketplace/collections/none.json", "/marketplace/collections/none", "/marketplace/collections/.json"]
    {
        server.anonymous(none).await.refused(404, "collection_not_found");
    }
}

#[tokio::test]
async fn a_published_name_is_one_accounts_and_a_collection_for_all_skills_publishes_nothing_private() {
    let server = server().await;
    let stranger = server.drive.create_account("stranger").await.unwrap();
    let theirs = |method: Method, path: &str, body: Value| {
        server.send(server.request(method, path).bearer_auth(stranger.expose()).json(&body))
    };
    theirs(Method::POST, COLLECTIONS, json!({ "name": "tools", "skillSlugs": [] })).await.data(201);
    server.post(COLLECTIONS, json!({ "name": "tools" })).await.data(201);
    let publish = json!({ "isPublicMarketplace": true });
    patch(&server, "/api/v1/collections/tools", publish.clone()).await.data(200);
    let manifest = server.anonymous("/marketplace/collections/tools.json").await.json();
    assert_eq!(manifest["name"], "tools");
    let names: Vec<&str> =
        manifest["plugins"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["pdf"], "every later upload would be public at once");
    theirs(Method::PATCH, "/api/v1/collections/tools", publish.clone()).await.refused(409, "collection_exists");
    // Nor by way of another name.
    theirs(Method::PATCH, "/api/v1/collections/tools", json!({ "newName": "mine", "isPublicMarketplace": true }))
        .await
        .data(200);
    theirs(Method::PATCH, "/api/v1/collections/mine", json!({ "newName": "tools" }))
        .await
        .refused(409, "collection_exists");
    server.delete("/api/v1/collections/tools").await.data(200);
    server.anonymous("/marketplace/collections/tools.json").await.refused(404, "collection_not_found");
    theirs(Method::PATCH, "/api/v1/collections/mine", json!({ "newName": "tools" })).await.data(200);
    assert_eq!(server.anonymous("/marketplace/collections/tools.json").await.status, 200);
}
