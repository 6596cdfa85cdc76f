//! List, import, remove, toggle, diff, credits.

use serde_json::json;

use crate::fixture::Server;
use crate::fixture::of;
use crate::fixture::sha;
use crate::fixture::skill;

#[tokio::test]
async fn a_marketplace_skill_is_imported_once() {
    let server = Server::start().await;
    let sha = server.publish("pdf", "one").await;
    let reply = server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    assert_eq!(reply["credit_cost"], 1);
    assert_eq!(reply["credits_remaining"], 999);
    assert_eq!(reply["download"]["content_sha"], sha);
    let skill = &reply["skill"];
    assert_eq!(
        (&skill["slug"], &skill["enabled"], &skill["source"], &skill["origin"], &skill["pending_update"]),
        (&json!("pdf"), &json!(true), &json!("drive"), &json!("public"), &json!(false))
    );
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.refused(409, "already_in_drive");
    server.post("/api/v1/drive/import", json!({ "skillSlug": "nothing" })).await.refused(404, "skill_not_found");
    server.post("/api/v1/drive/import", json!({ "skillSlug": "Not A Slug" })).await.refused(404, "skill_not_found");
    for bad in [json!({}), json!({ "skillSlug": 7 }), json!({ "skillSlug": "" }), json!([]), json!(null)] {
        server.post("/api/v1/drive/import", bad).await.refused(400, "invalid_request");
    }
    let unknown = json!({ "skillSlug": "pdf", "from_a_newer_client": 1 });
    server.post("/api/v1/drive/import", unknown).await.refused(409, "already_in_drive");

    server.publish("pdf", "two").await;
    let list = server.get("/api/v1/drive").await.data(200);
    assert_eq!(of(&list["skills"], "pdf")["pending_update"], true);
    assert_eq!(of(&list["skills"], "pdf")["version"], 1);
    let credits = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(credits["balance"], 999);
    assert_eq!(credits["monthly_skill_call_limit"], "unlimited");
    assert_eq!(credits["monthly_skill_calls"], 0);
    let newest = &credits["transactions"][0];
    assert_eq!((&newest["amount"], &newest["reason"], &newest["slug"]), (&json!(-1), &json!("import"), &json!("pdf")));
    assert_eq!(newest["created_at"], "2026-11-24T05:39:38Z");
    let grant = &credits["transactions"][1];
    assert_eq!((&grant["amount"], &grant["slug"]), (&json!(1000), &json!(null)));
}

#[tokio::test]
async fn an_import_that_cannot_be_paid_is_refused() {
    let server = Server::with(|config| config.signup_credits = 0).await;
    server.publish("pdf", "one").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.refused(402, "insufficient_credits");
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));
    assert_eq!(server.drive.grant_credits(5).await.unwrap(), 5);
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    assert_eq!(server.balance().await, 4);
}

#[tokio::test]
async fn a_skill_is_removed_and_toggled() {
    let server = Server::start().await;
    server.publish("pdf", "one").await;
    server.delete("/api/v1/drive/pdf").await.refused(404, "skill_not_found");
    server.post("/api/v1/drive/pdf/toggle", json!(null)).await.refused(404, "skill_not_found");
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    let off = server.post("/api/v1/drive/pdf/toggle", json!({})).await.data(200);
    assert_eq!(off, json!({ "slug": "pdf", "enabled": false }));
    // Hidden from the search of its keys, and still in the drive.
    assert_eq!(server.get("/api/v1/skills?q=pdf").await.data(200)["total"], 0);
    assert_eq!(server.get("/api/v1/skills").await.data(200)["total"], 0);
    assert_eq!(server.anonymous("/api/v1/skills?q=pdf").await.data(200)["total"], 1);
    let list = server.get("/api/v1/drive").await.data(200);
    assert_eq!(of(&list["skills"], "pdf")["enabled"], false);
    let diff = server.post("/api/v1/drive/diff", json!({ "local": [] })).await.data(200);
    assert_eq!(diff["drive_only"].as_array().unwrap().len(), 1);
    let on = server.send(server.request(reqwest::Method::POST, "/api/v1/drive/pdf/toggle").bearer_auth(&server.key));
    assert_eq!(on.await.data(200), json!({ "slug": "pdf", "enabled": true }));
    assert_eq!(server.delete("/api/v1/drive/pdf").await.data(200), json!({ "slug": "pdf", "removed": true }));
    server.delete("/api/v1/drive/pdf").await.refused(404, "skill_not_found");
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));
}

#[tokio::test]
async fn a_diff_has_three_lists() {
    let server = Server::start().await;
    let (same, other) = (server.publish("same", "one").await, server.publish("other", "two").await);
    let far = server.publish("far", "three").await;
    for slug in ["same", "other", "far"] {
        server.post("/api/v1/drive/import", json!({ "skillSlug": slug })).await.data(201);
    }
    let local = json!([
        { "slug": "same", "content_sha": same },
        { "slug": "other", "content_sha": sha('b') },
        { "slug": "mine", "content_sha": sha('c') }
    ]);
    let diff = server.post("/api/v1/drive/diff", json!({ "local": local })).await.data(200);
    assert_eq!(
        diff,
        json!({
            "local_only": [{ "slug": "mine", "content_sha": sha('c') }],
            "drive_only": [{ "slug": "far", "content_sha": far }],
            "divergent": [{ "slug": "other", "local_sha": sha('b'), "drive_sha": other }]
        })
    );
    let twice = json!([{ "slug": "a", "content_sha": sha('b') }, { "slug": "a", "content_sha": sha('b') }]);
    for bad in [
        json!({}),
        json!({ "local": twice }),
        json!({ "local": [{ "slug": "a" }] }),
        json!({ "local": [{ "slug": "A", "content_sha": sha('b') }] }),
        json!({ "local": [{ "slug": "a", "content_sha": "XYZ" }] }),
    ] {
        server.post("/api/v1/drive/diff", bad).await.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn ones_own_skill_comes_before_a_public_one() {
    let server = Server::in_folder().await;
    server.publish("pdf", "public").await;
    let mine = skill("pdf", "mine");
    let sha = mine.content_sha.to_string();
    server.upload(json!({}), mine.zip.clone()).await;
    let shown = server.get("/api/v1/skills/pdf").await.data(200);
    assert_eq!(shown["skill"]["category"], "private");
    assert_eq!(shown["skill"]["owner"], "owner");
    let url = shown["download"]["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/storage/{sha}?exp=", server.url)), "{url}");
    assert_eq!(server.anonymous(url).await.bytes, mine.zip);
    assert_eq!(server.anonymous("/api/v1/skills/pdf").await.data(200)["skill"]["category"], "public");
    // Both are found, each with its owner; nobody else sees the private one.
    let found = server.get("/api/v1/skills?q=pdf").await.data(200);
    assert_eq!(found["skills"][0]["owner"], "owner");
    assert_eq!(found["total"], 2);
    let stranger = server.drive.create_account("stranger").await.unwrap();
    let request = server.request(reqwest::Method::GET, "/api/v1/skills?q=mine").bearer_auth(stranger.expose());
    assert_eq!(server.send(request).await.data(200)["total"], 0);
}
