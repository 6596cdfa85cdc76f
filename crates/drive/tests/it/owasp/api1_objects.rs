//! Broken object level authorization: every route that names something, with the names of somebody else's things.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use super::account;
use super::state;
use super::upload;
use crate::doors;
use crate::fixture::INSTALL;
use crate::fixture::Server;
use crate::fixture::of;
use crate::fixture::skill;

/// What Ada has and Bob has not: a private skill, a collection with a key, a webhook, an open run, a ticket, an export.
struct Ada {
    key: String,
    sha: String,
    webhook: String,
    run: Value,
    export: String,
    download: String,
    ticket: String,
}

async fn ada(server: &Server) -> Ada {
    let key = account(server, "ada").await;
    upload(server, &key, "plans", "word-of-ada").await;
    let sha = skill("plans", "word-of-ada").content_sha.to_string();
    let post = async |path: &str, body: Value, status| server.post_as(&key, path, body).await.data(status);
    post("/api/v1/collections", json!({ "name": "slice", "skillSlugs": ["plans"] }), 201).await;
    let hook = json!({ "event_type": "credits.exhausted", "target_url": "https://ada.example/word-of-ada" });
    let webhook = post("/api/v1/account/webhooks", hook, 201).await["webhook"]["id"].as_str().unwrap().to_owned();
    let run = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "classifications": [
        { "slug": "plans", "action": "download_install", "credit_cost": 0, "drive_sha": sha }
    ] });
    let run = post("/api/v1/drive/sync/execute", run, 200).await;
    let download = of(&run["results"], "plans")["download"]["url"].as_str().unwrap().to_owned();
    let export = post("/api/v1/downloads", json!({ "scope": "drive" }), 200).await["url"].as_str().unwrap().to_owned();
    let ticket = post("/api/v1/uploads/ticket", json!({}), 201).await["uploadToken"].as_str().unwrap().to_owned();
    Ada { key, sha, webhook, run: run["run_id"].clone(), export, download, ticket }
}

/// Routes whose variable part is not a thing that an account has: the credential itself is.
const NOT_OWNED: &[&str] = &["/upload/{token}"];

#[tokio::test]
async fn what_is_somebody_elses_does_not_exist_for_anybody_by_any_route() {
    let server = Server::in_folder().await;
    let ada = ada(&server).await;
    let bob = account(&server, "bob").await;
    upload(&server, &bob, "own", "of bob").await;
    let made = json!({ "name": "bobs", "skillSlugs": ["own"] });
    let made = server.post_as(&bob, "/api/v1/collections", made).await.data(201);
    let scoped = made["apiKey"].as_str().unwrap().to_owned();
    let before = (state(&server, &ada.key).await, state(&server, &bob).await);

    let plans = json!({ "skillSlug": "plans" });
    let sha = &ada.sha;
    // What Bob was given for his own, with Ada's digest in it.
    let own =
        server.post_as(&bob, "/api/v1/downloads", json!({ "scope": "skill", "skillSlug": "own" })).await.data(200);
    let (own, _) = (own["url"].as_str().unwrap().to_owned(), ());
    let signature = own.split_once('?').unwrap().1.to_owned();
    let path = |url: &str| url.trim_start_matches(&server.url).split('?').next().unwrap().to_owned();
    let stolen = [path(&ada.download), path(&ada.export)].map(|path| format!("{path}?{signature}"));
    let finalize = json!({ "run_id": ada.run, "install_id": INSTALL, "results": [] });
    let rows: Vec<(&str, &str, String, Value)> = vec![
        ("GET", "/api/v1/skills/{slug}", "/api/v1/skills/plans".into(), Value::Null),
        ("GET", "/api/v1/skills/{slug}", format!("/api/v1/skills/plans?content_sha={sha}"), Value::Null),
        ("GET", "", "/api/v1/skills?q=plans&collection=slice".into(), Value::Null),
        ("POST", "/api/v1/drive/updates/{slug}/accept", "/api/v1/drive/updates/plans/accept".into(), json!({})),
        ("POST", "/api/v1/drive/updates/{slug}/dismiss", "/api/v1/drive/updates/plans/dismiss".into(), json!({})),
        ("DELETE", "/api/v1/drive/{slug}", "/api/v1/drive/plans".into(), Value::Null),
        ("POST", "/api/v1/drive/{slug}/toggle", "/api/v1/drive/plans/toggle".into(), json!({})),
        ("POST", "", "/api/v1/drive/import".into(), plans.clone()),
        ("POST", "", "/api/v1/drive/sync/finalize".into(), finalize),
        ("PATCH", "/api/v1/collections/{name}", "/api/v1/collections/slice".into(), json!({ "newName": "mine" })),
        ("PATCH", "", "/api/v1/collections/slice".into(), json!({ "isPublicMarketplace": true })),
        ("DELETE", "/api/v1/collections/{name}", "/api/v1/collections/slice".into(), Value::Null),
        ("POST", "/api/v1/collections/{name}/skills", "/api/v1/collections/slice/skills".into(), plans.clone()),
        ("POST", "", "/api/v1/collections/bobs/skills".into(), plans.clone()),
        (
            "DELETE",
            "/api/v1/collections/{name}/skills/{slug}",
            "/api/v1/collections/slice/skills/plans".into(),
            Value::Null,
        ),
        ("POST", "", "/api/v1/uploads/ticket".into(), json!({ "collectionName": "slice" })),
        ("POST", "", "/api/v1/uploads/ticket".into(), json!({ "runId": ada.run, "slug": "plans" })),
        ("POST", "", "/api/v1/uploads/url".into(), json!({ "collectionName": "slice" })),
        ("POST", "", "/api/v1/downloads".into(), json!({ "scope": "skill", "skillSlug": "plans" })),
        ("POST", "", "/api/v1/downloads".into(), json!({ "scope": "collection", "collectionName": "slice" })),
        (
            "GET",
            "/api/v1/downloads/public/{slug}/{file}",
            format!("/api/v1/downloads/public/plans/{sha}.zip"),
            Value::Null,
        ),
        ("POST", "", "/api/v1/runs".into(), json!({ "skillSlug": "plans", "scriptName": "run.sh" })),
        ("DELETE", "/api/v1/account/webhooks/{id}", format!("/api/v1/account/webhooks/{}", ada.webhook), Value::Null),
        ("GET", "/marketplace/collections/{file}", "/marketplace/collections/slice.json".into(), Value::Null),
        (
            "GET",
            "/marketplace/collections/{name}/.well-known/agent-skills/index.json",
            "/marketplace/collections/slice/.well-known/agent-skills/index.json".into(),
            Value::Null,
        ),
        ("GET", "/storage/{sha}", stolen[0].clone(), Value::Null),
        ("GET", "/storage/exports/{id}", stolen[1].clone(), Value::Null),
    ];
    for (method, _, path, body) in &rows {
        for key in [&bob, &scoped] {
            let mut request = server.request(method.parse::<Method>().unwrap(), path).bearer_auth(key);
            if !body.is_null() {
                request = request.json(body);
            }
            let reply = server.send(request).await;
            let text = reply.text();
            let fine = matches!(reply.status, 403 | 404);
            assert!(fine, "{method} {path}: {} {text}", reply.status);
            for word in ["word-of-ada", sha.as_str(), "ada.example"] {
                assert!(!text.contains(word), "{method} {path} told {word}: {text}");
            }
        }
    }
    // A plan that names her digest gets nothing for it; an upload with her ticket is an upload for her, so it is not
    // tried: whoever has a ticket may use it, and she alone was told it.
    let run = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "classifications": [
        { "slug": "plans", "action": "download_install", "credit_cost": 0, "drive_sha": sha },
        { "slug": "plans2", "action": "claim_public", "credit_cost": 1, "local_sha": sha },
    ] });
    let run = server.post_as(&bob, "/api/v1/drive/sync/execute", run).await.data(200);
    for slug in ["plans", "plans2"] {
        assert_eq!(
            (&of(&run["results"], slug)["status"], of(&run["results"], slug).get("download")),
            (&json!("stale"), None)
        );
    }
    assert_eq!(state(&server, &ada.key).await, before.0, "nothing of hers has changed");
    assert_eq!(state(&server, &bob).await, before.1, "and he has got nothing");
    assert!(ada.ticket.starts_with("ut_live_"));
    // Her own addresses work for her.
    assert_eq!(server.anonymous(&ada.download).await.status, 200);

    let tried: BTreeSet<(String, String)> =
        rows.iter().map(|(method, route, ..)| ((*method).to_owned(), (*route).to_owned())).collect();
    let missing: Vec<_> = doors::routes()
        .into_iter()
        .filter(|(_, route)| route.contains('{') && !NOT_OWNED.contains(&route.as_str()))
        .filter(|row| !tried.contains(row))
        .collect();
    assert!(missing.is_empty(), "try these with somebody else's names: {missing:?}");
}
