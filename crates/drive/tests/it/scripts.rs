//! Runs of scripts as far as they need no sandbox: what is refused before one, and that nothing runs without one.

use serde_json::Value;
use serde_json::json;

use crate::fixture::Server;

/// A drive whose machine has no bubblewrap, with a skill whose run costs 3.
async fn without_bubblewrap() -> Server {
    let server = Server::with(|config| config.sandbox.program = Some("/nowhere/bwrap".into())).await;
    publish(&server, 3).await;
    server
}

async fn publish(server: &Server, cost: u64) {
    let files = [
        ("SKILL.md", "---\nname: tool\ndescription: A tool\n---\n"),
        ("scripts/run.sh", "#!/bin/sh\necho run\n"),
        ("scripts/note.txt", "a note\n"),
        ("scripts/odd.sh", "#!/opt/nowhere/shell\n"),
    ];
    server.publish_at(cost, &files).await;
}

fn run(script: &str) -> Value {
    json!({ "skillSlug": "tool", "scriptName": script })
}

#[tokio::test]
async fn without_bubblewrap_nothing_runs_and_nothing_is_charged() {
    let server = without_bubblewrap().await;
    let reply = server.post("/api/v1/runs", run("run.sh")).await;
    reply.refused(503, "unavailable");
    let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("bubblewrap (bwrap) is not installed"), "{message}");
    let credits = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!((&credits["balance"], &credits["monthly_skill_calls"]), (&json!(1_000), &json!(0)));
}

#[tokio::test]
async fn what_is_no_script_is_refused_before_anything_runs() {
    let server = without_bubblewrap().await;
    let missing = server.post("/api/v1/runs", run("gone.sh")).await;
    missing.refused(404, "script_not_found");
    assert_eq!(missing.json()["error"]["suggestions"], json!(["note.txt", "odd.sh", "run.sh"]));
    for name in ["../../etc/passwd", "/etc/passwd", "", ".", "scripts", "run.sh\0", "../scripts/run.sh"] {
        server.post("/api/v1/runs", run(name)).await.refused(404, "script_not_found");
    }
    server.post("/api/v1/runs", run("note.txt")).await.refused(400, "invalid_request");
    server.post("/api/v1/runs", run("odd.sh")).await.refused(503, "unavailable");
    for slug in ["none", "../x", "", "TOOL"] {
        let body = json!({ "skillSlug": slug, "scriptName": "run.sh" });
        server.post("/api/v1/runs", body).await.refused(404, "skill_not_found");
    }
}

#[tokio::test]
async fn a_body_that_is_no_run_is_refused() {
    let server = without_bubblewrap().await;
    let with = |name: &str, value: Value| {
        let mut body = run("run.sh");
        body[name] = value;
        body
    };
    for body in [
        json!({}),
        json!({ "skillSlug": "tool" }),
        with("args", json!("one")),
        with("args", json!([1])),
        with("args", json!(["a\0b"])),
        with("args", json!(vec!["a"; 257])),
        with("args", json!(["a".repeat(200_000)])),
        with("stdin", json!(7)),
        with("reuseSession", json!("yes")),
    ] {
        server.post("/api/v1/runs", body).await.refused(400, "invalid_request");
    }
    let large = server.post("/api/v1/runs", with("stdin", json!("a".repeat(5 << 20)))).await;
    large.refused(413, "package_too_large");
    server
        .send(server.request(reqwest::Method::POST, "/api/v1/runs").json(&run("run.sh")))
        .await
        .refused(401, "access_denied");
}

#[tokio::test]
async fn a_skill_that_is_switched_off_does_not_run() {
    let server = without_bubblewrap().await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "tool" })).await.data(201);
    server.post("/api/v1/runs", run("run.sh")).await.refused(503, "unavailable");
    server.post("/api/v1/drive/tool/toggle", json!({})).await.data(200);
    server.post("/api/v1/runs", run("run.sh")).await.refused(404, "skill_not_found");
}

#[tokio::test]
async fn a_scoped_key_runs_its_slice_alone() {
    let server = without_bubblewrap().await;
    server.publish("other", "x").await;
    for slug in ["tool", "other"] {
        server.post("/api/v1/drive/import", json!({ "skillSlug": slug })).await.data(201);
    }
    let made = server.post("/api/v1/collections", json!({ "name": "slice", "skillSlugs": ["other"] })).await.data(201);
    let key = made["apiKey"].as_str().unwrap();
    // Without bubblewrap, what would run is `unavailable`.
    let other = json!({ "skillSlug": "other", "scriptName": "run.sh" });
    server.post_as(key, "/api/v1/runs", other).await.refused(503, "unavailable");
    server.post_as(key, "/api/v1/runs", run("run.sh")).await.refused(404, "skill_not_found");
}

#[tokio::test]
async fn the_limit_of_the_tier_is_shown_and_those_who_keep_the_drive_have_none() {
    let server = without_bubblewrap().await;
    let key = server.drive.create_account("ann").await.unwrap();
    let credits = || async {
        let get = server.request(reqwest::Method::GET, "/api/v1/account/credits").bearer_auth(key.expose());
        let data = server.send(get).await.data(200);
        (data["tier"].clone(), data["monthly_skill_call_limit"].clone())
    };
    assert_eq!(credits().await, (json!("free"), json!(1_000)));
    server.drive.set_tier("ann", "pro").await.unwrap();
    assert_eq!(credits().await, (json!("pro"), json!(10_000)));
    server.drive.set_role("ann", "moderator").await.unwrap();
    assert_eq!(credits().await, (json!("pro"), json!("unlimited")));
    server.drive.set_role("ann", "user").await.unwrap();
    server.drive.put_tier(&skillzdrive_drive::Tier { name: "pro".to_owned(), monthly_calls: None }).await.unwrap();
    assert_eq!(credits().await.1, json!("unlimited"));
    server.drive.put_tier(&skillzdrive_drive::Tier { name: "none".to_owned(), monthly_calls: Some(0) }).await.unwrap();
    server.drive.set_tier("ann", "none").await.unwrap();
    assert_eq!(credits().await, (json!("none"), json!(0)));
    let owner = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(owner["monthly_skill_call_limit"], "unlimited");
    for (account, tier) in [("nobody", "pro"), ("ann", "gold")] {
        server.drive.set_tier(account, tier).await.unwrap_err();
    }
    server.drive.set_role("ann", "king").await.unwrap_err();
    server
        .drive
        .put_tier(&skillzdrive_drive::Tier { name: "No Name".to_owned(), monthly_calls: None })
        .await
        .unwrap_err();
}

#[tokio::test]
async fn fifty_parallel_charges_leave_nothing_below_zero() {
    let server = Server::with(|config| config.signup_credits = 20).await;
    let slugs: Vec<String> = (0..50).map(|n| format!("skill-{n}")).collect();
    for slug in &slugs {
        server.publish(slug, "x").await;
    }
    let imports = slugs.iter().map(|slug| server.post("/api/v1/drive/import", json!({ "skillSlug": slug })));
    let replies = futures_util::future::join_all(imports).await;
    let (done, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 201);
    assert_eq!((done.len(), refused.len()), (20, 30));
    for reply in refused {
        reply.refused(402, "insufficient_credits");
    }
    let credits = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(credits["balance"], 0);
    let rows = credits["transactions"].as_array().unwrap();
    assert!(rows.len() == 10 && rows.iter().all(|row| row["amount"] == -1 && row["reason"] == "import"), "{rows:?}");
    let listed = server.get("/api/v1/drive").await.data(200);
    assert_eq!(listed["skills"].as_array().unwrap().len(), 20, "what was not paid is not there");
}
