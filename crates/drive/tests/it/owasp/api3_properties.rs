//! Broken object property level authorization: fields that are not a caller's to set, and fields that are not theirs to
//! read.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use super::account;
use super::state;
use super::upload;
use crate::fixture::INSTALL;
use crate::fixture::Server;
use crate::fixture::sha;

/// What an attacker adds to every body: whatever a row of the database might be called, and what an answer shows.
fn wishes() -> Value {
    let text = r#"{
        "id": "1", "user_id": "1", "userId": "1", "owner_id": "1", "owner": "owner", "owner_user_id": "1",
        "role": "admin", "tier": "team", "admin": true, "is_admin": true, "balance": 1000000, "credits": 1000000,
        "credits_remaining": 1000000, "high_water": 1000000, "grandfather_high_water": 1000000, "amount": 5,
        "credit_cost_per_use": 0, "costs": { "import": 0 }, "charges": false, "price": 0, "free": true,
        "scope_": "all_skills", "all_skills": true, "key_id": "1", "key_hash": "0", "api_key": "sk_live_chosen",
        "apiKey": "sk_live_chosen", "expires_at": null, "revoked_at": null, "last_used_at": null,
        "is_public": true, "public": true, "category": "public", "origin": "public", "source": "drive",
        "security_grade": "A", "version": 99, "withdrawn_at": null, "owned": true, "made_here": true,
        "uploadToken": "ut_live_chosen", "expiresAt": "2099-01-01T00:00:00Z", "targetType": "drive",
        "secret": "chosen", "last_delivery_status": "2xx", "createdAt": "2000-01-01T00:00:00Z",
        "created_at": "2000-01-01T00:00:00Z", "run_status": "completed", "sets_high_water": true,
        "__proto__": { "role": "admin" }, "constructor": { "prototype": { "role": "admin" } }, "$where": "1"
    }"#;
    serde_json::from_str(text).unwrap()
}

/// A body with more in it.
fn with(body: Value, more: &Value) -> Value {
    let (Value::Object(mut body), Value::Object(more)) = (body, more.clone()) else { panic!("a body is an object") };
    for (name, value) in more {
        body.entry(name).or_insert(value);
    }
    Value::Object(body)
}

/// Everything in an answer that differs each time, made the same.
fn scrubbed(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let fresh = ["id", "apiKey", "uploadToken", "scriptContent", "run_id", "secret", "url", "uploadUrl"];
                if fresh.contains(&name.as_str()) && value.is_string() {
                    *value = json!("fresh");
                } else {
                    scrubbed(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(scrubbed),
        _ => {}
    }
}

/// One person's use of every route that takes a body, and what it led to.
async fn story(more: &Value) -> (Vec<Value>, Vec<String>) {
    let server = Server::with(|config| config.sandbox.program = Some("/nowhere/bwrap".into())).await;
    let key = account(&server, "bob").await;
    server.publish("pdf", "one").await;
    upload(&server, &key, "own", "one").await;
    let hook = json!({ "event_type": "credits.threshold_hit", "threshold_value": 5,
        "target_url": "https://bob.example/" });
    let run = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all" });
    let local = with(
        json!({ "slug": "new", "content_sha": sha('a'), "content_size": 1, "base_sha": null,
        "name": "new", "description": "d" }),
        more,
    );
    let planned = json!({ "slug": "new", "action": "upload_private", "credit_cost": 1, "local_sha": sha('a') });
    let bodies = [
        ("POST", "/api/v1/drive/import", json!({ "skillSlug": "pdf" })),
        ("POST", "/api/v1/drive/pdf/toggle", json!({})),
        ("POST", "/api/v1/drive/diff", json!({ "local": [] })),
        ("POST", "/api/v1/drive/sync/preview", with(run.clone(), &json!({ "local": [local] }))),
        ("POST", "/api/v1/drive/sync/execute", with(run, &json!({ "classifications": [with(planned, more)] }))),
        ("POST", "/api/v1/collections", json!({ "name": "slice", "skillSlugs": ["own"] })),
        ("PATCH", "/api/v1/collections/slice", json!({ "includeTeamSkills": false })),
        ("POST", "/api/v1/collections/slice/skills", json!({ "skillSlug": "pdf" })),
        ("POST", "/api/v1/uploads/ticket", json!({})),
        ("POST", "/api/v1/uploads/url", json!({})),
        ("POST", "/api/v1/downloads", json!({ "scope": "drive" })),
        ("POST", "/api/v1/runs", json!({ "skillSlug": "own", "scriptName": "run.sh" })),
        ("POST", "/api/v1/account/webhooks", hook),
        ("POST", "/api/v1/migrations/anonymous-adopt", json!({ "install_id": INSTALL })),
    ];
    let (mut answers, mut texts) = (Vec::new(), Vec::new());
    for (method, path, body) in bodies {
        let request = server.request(method.parse::<Method>().unwrap(), path).bearer_auth(&key);
        let reply = server.send(request.json(&with(body, more))).await;
        let mut answer = reply.json();
        scrubbed(&mut answer);
        answers.push(json!({ "path": path, "status": reply.status, "answer": answer }));
        texts.push(reply.text());
    }
    for mut seen in state(&server, &key).await {
        texts.push(seen.to_string());
        scrubbed(&mut seen);
        answers.push(seen);
    }
    (answers, texts)
}

#[tokio::test]
async fn no_field_that_is_not_the_callers_to_set_does_anything() {
    let (plain, _) = story(&json!({})).await;
    let (wished, texts) = story(&wishes()).await;
    for (plain, wished) in plain.iter().zip(&wished) {
        assert_eq!(plain, wished);
    }
    assert_eq!(plain.len(), wished.len());
    assert!(texts.iter().all(|text| !text.contains("chosen")), "no secret is of the caller's choosing");
}

#[tokio::test]
async fn no_answer_has_a_field_of_the_database() {
    let (_, texts) = story(&json!({})).await;
    for text in texts {
        for name in [
            "key_hash",
            "token_hash",
            "code_hash",
            "user_id\"",
            "owner_id",
            "password",
            "role",
            "email",
            "high_water",
            "skill_id",
            "collection_id",
            "graded_by",
            "revoked_at",
            "last_used_at",
            "by_whom",
        ] {
            assert!(!text.contains(name), "{name}: {text}");
        }
    }
}

#[tokio::test]
async fn numbers_that_would_turn_a_price_around_are_refused() {
    let server = Server::start().await;
    let before = server.balance().await;
    let run = |cost: Value| {
        json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "classifications": [
            { "slug": "new", "action": "upload_private", "credit_cost": cost, "local_sha": sha('a') }
        ] })
    };
    for cost in [json!(-1), json!(1.5), json!("1"), json!(1e300), json!(u64::MAX), json!([1]), json!(null)] {
        let reply = server.post("/api/v1/drive/sync/execute", run(cost.clone())).await;
        assert!(reply.status == 400 || reply.data(200)["credits"]["balance"].as_i64() <= Some(before), "{cost}");
        assert!(server.balance().await <= before, "{cost}");
    }
    for threshold in [json!(-5), json!(u64::MAX), json!("5"), json!(0.5)] {
        let hook = json!({ "event_type": "credits.threshold_hit", "threshold_value": threshold,
            "target_url": "https://bob.example/" });
        server.post("/api/v1/account/webhooks", hook).await.refused(400, "invalid_request");
    }
}
