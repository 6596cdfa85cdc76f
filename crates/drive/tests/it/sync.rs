//! Preview, execute, finalize: what is classified, what it costs, and that it happens once.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fixture::DAY;
use crate::fixture::INSTALL;
use crate::fixture::OTHER_INSTALL;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::of;
use crate::fixture::sha;
use crate::fixture::skill;

/// `results` of an execute, as `slug action status cost reason`.
fn told(executed: &Value) -> Vec<String> {
    let line = |r: &Value| {
        let text = |name: &str| r[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {}", text("slug"), text("action"), text("status"), r["credit_cost"])
    };
    executed["results"].as_array().unwrap().iter().map(line).collect()
}

/// `classifications` of a preview, as `slug action cost`.
fn said(preview: &Value) -> Vec<String> {
    let line =
        |c: &Value| format!("{} {} {}", c["slug"].as_str().unwrap(), c["action"].as_str().unwrap(), c["credit_cost"]);
    preview["classifications"].as_array().unwrap().iter().map(line).collect()
}

/// Uploads what a result of execute left to the machine.
async fn send(server: &Server, run_id: &Value, slug: &str, body: &str, base: Value) -> Value {
    let packed = skill(slug, body);
    let ticket =
        json!({ "slug": slug, "runId": run_id, "contentSha": packed.content_sha.to_string(), "baseSha": base });
    let reply = server.upload(ticket, packed.zip).await;
    assert!(reply.status == 200 || reply.status == 201, "{reply:?}");
    reply.json()
}

async fn imported(server: &Server, slug: &str, body: &str) -> String {
    let sha = server.publish(slug, body).await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": slug })).await.data(201);
    sha
}

#[tokio::test]
async fn a_first_run_is_free_and_sets_the_watermark() {
    let server = Server::start().await;
    let public = server.publish("pdf", "one").await;
    let mine = skill("mine", "v1").content_sha.to_string();
    let machine = json!([local("pdf", &public, None), local("mine", &mine, None)]);
    let preview = server.preview("first_run", "all", machine).await;
    assert_eq!(said(&preview), ["mine upload_private 0", "pdf claim_public 0"]);
    assert_eq!(preview["credits"], json!({ "balance": 1000, "required": 0, "after": 1000 }));
    let upload = of(&preview["classifications"], "mine");
    assert_eq!(
        *upload,
        json!({
            "slug": "mine", "action": "upload_private", "credit_cost": 0, "local_sha": mine, "drive_sha": null,
            "base_sha": null, "version": null, "content_size": 300, "reason": null
        })
    );
    assert_eq!(of(&preview["classifications"], "pdf")["version"], 1);

    let executed = server.execute("first_run", "all", &preview["classifications"]).await.data(200);
    assert_eq!(told(&executed), ["mine upload_private deferred 0", "pdf claim_public committed 0"]);
    assert_eq!(of(&executed["results"], "mine")["upload"], json!({ "collectionName": null }));
    assert!(of(&executed["results"], "pdf").get("upload").is_none());
    assert_eq!(executed["credits"], json!({ "balance": 1000 }));
    let run_id = &executed["run_id"];
    let processed = send(&server, run_id, "mine", "v1", json!(null)).await;
    assert_eq!((&processed["creditCost"], &processed["version"]), (&json!(0), &json!(1)));

    let results = json!([
        { "slug": "mine", "action": "upload_private", "status": "done", "content_sha": mine, "error": null },
        { "slug": "pdf", "action": "claim_public", "status": "done", "content_sha": public }
    ]);
    let answer = server.finalize(run_id, results.clone()).await.data(200);
    let expected = json!({ "run_id": run_id, "status": "completed", "drive_count": 2, "grandfather_high_water": 2 });
    assert_eq!(answer, expected);
    // The same again, even after the drive changed.
    server.delete("/api/v1/drive/pdf").await.data(200);
    assert_eq!(server.finalize(run_id, json!([])).await.data(200), expected);
    let other = json!({ "run_id": run_id, "install_id": OTHER_INSTALL, "results": results });
    server.post("/api/v1/drive/sync/finalize", other).await.refused(409, "run_finalized");
    server.finalize(&json!("no-such-run"), json!([])).await.refused(404, "run_not_found");
    let stranger = server.drive.create_account("stranger").await.unwrap();
    let body = json!({ "run_id": run_id, "install_id": INSTALL, "results": [] });
    let reply = server.post_as(stranger.expose(), "/api/v1/drive/sync/finalize", body).await;
    reply.refused(404, "run_not_found");
}

#[tokio::test]
async fn later_additions_cost_beyond_the_watermark() {
    let server = Server::start().await;
    let first = server.execute("first_run", "all", &json!([])).await.data(200);
    server.finalize(&first["run_id"], json!([])).await.data(200);
    assert_eq!(server.balance().await, 1000);
    let public = server.publish("pdf", "one").await;
    let machine = json!([local("pdf", &public, None), local("mine", skill("mine", "v1").content_sha.as_str(), None)]);
    // A second first run is priced like any other.
    for kind in ["manual", "daily", "first_run"] {
        let preview = server.preview(kind, "all", machine.clone()).await;
        assert_eq!(said(&preview), ["mine upload_private 1", "pdf claim_public 1"]);
        assert_eq!(preview["credits"], json!({ "balance": 1000, "required": 2, "after": 998 }));
    }
    let only = |mode: &'static str, machine: Value| {
        let server = &server;
        async move { server.preview("manual", mode, machine).await["credits"]["required"].clone() }
    };
    assert_eq!(only("public_only", machine.clone()).await, 1);
    assert_eq!(only("pulls_only", machine.clone()).await, 0);

    let preview = server.preview("manual", "all", machine).await;
    let executed = server.execute("manual", "all", &preview["classifications"]).await.data(200);
    // One is paid, one is held back.
    assert_eq!(executed["credits"]["balance"], 998);
    assert_eq!(server.balance().await, 998);
    let processed = send(&server, &executed["run_id"], "mine", "v1", json!(null)).await;
    assert_eq!(processed["creditCost"], 1);
    let answer =
        server.finalize(&executed["run_id"], json!([{ "slug": "mine", "action": "upload_private", "status": "done" }]));
    assert_eq!(answer.await.data(200)["grandfather_high_water"], 0);
    let credits = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(credits["balance"], 998);
    let reasons: Vec<_> =
        credits["transactions"].as_array().unwrap().iter().map(|t| t["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["upload", "claim_public", "signup_grant"]);
    // An update is free.
    let v1 = skill("mine", "v1").content_sha.to_string();
    let v2 = skill("mine", "v2").content_sha.to_string();
    let preview =
        server.preview("manual", "all", json!([local("mine", &v2, Some(&v1)), local("pdf", &public, None)])).await;
    assert_eq!(said(&preview), ["mine upload_update 0", "pdf in_sync 0"]);
    let executed = server.execute("manual", "all", &preview["classifications"]).await.data(200);
    assert_eq!(told(&executed), ["mine upload_update deferred 0", "pdf in_sync committed 0"]);
    let processed = send(&server, &executed["run_id"], "mine", "v2", json!(v1)).await;
    assert_eq!((&processed["creditCost"], &processed["version"]), (&json!(0), &json!(2)));
    assert_eq!(server.balance().await, 998);
}

#[tokio::test]
async fn places_under_the_watermark_are_free_again() {
    let server = Server::start().await;
    let (a, b) = (server.publish("a", "one").await, server.publish("b", "one").await);
    let machine = json!([local("a", &a, None), local("b", &b, None)]);
    let preview = server.preview("first_run", "all", machine.clone()).await;
    let run = server.execute("first_run", "all", &preview["classifications"]).await.data(200);
    server.finalize(&run["run_id"], json!([])).await.data(200);
    server.delete("/api/v1/drive/a").await.data(200);
    let c = server.publish("c", "one").await;
    let machine = json!([local("a", &a, None), local("b", &b, None), local("c", &c, None)]);
    let preview = server.preview("manual", "all", machine).await;
    assert_eq!(said(&preview), ["a claim_public 0", "b in_sync 0", "c claim_public 1"]);
    // The place goes to whoever is carried out, so leaving `a` out makes `c` free.
    let only_c = json!([of(&preview["classifications"], "c")]);
    let run = server.execute("manual", "all", &only_c).await.data(200);
    assert_eq!(told(&run), ["c claim_public committed 0"]);
    let rest = json!([of(&preview["classifications"], "a")]);
    let run = server.execute("manual", "all", &rest).await.data(200);
    assert_eq!(told(&run), ["a claim_public stale 0"], "it costs 1 now, and the preview said 0");
    assert_eq!(server.balance().await, 1000);
}

#[tokio::test]
async fn every_row_of_the_table_is_told() {
    let server = Server::start().await;
    let base = imported(&server, "updated", "one").await;
    let earlier = imported(&server, "pinned", "one").await;
    imported(&server, "new-here", "one").await;
    let same = imported(&server, "same", "one").await;
    let gone = imported(&server, "gone", "one").await;
    let gone_edited = imported(&server, "gone-edited", "one").await;
    for slug in ["gone", "gone-edited"] {
        server.delete(&format!("/api/v1/drive/{slug}")).await.data(200);
    }
    for (slug, body) in [("mine", "v1"), ("mine", "v2"), ("both", "v1"), ("both", "v2"), ("edited", "v1")] {
        assert!(server.upload(json!({}), skill(slug, body).zip).await.status < 300);
    }
    let of_mine = |slug: &str, body: &str| skill(slug, body).content_sha.to_string();
    let (mine_1, both_1) = (of_mine("mine", "v1"), of_mine("both", "v1"));
    let machine = json!([
        local("same", &same, None),
        local("updated", &sha('1'), Some(&base)),
        local("pinned", &sha('2'), Some(&earlier)),
        local("mine", &mine_1, Some(&mine_1)),
        local("both", &sha('3'), Some(&both_1)),
        local("edited", &sha('4'), Some(&of_mine("edited", "v1"))),
        local("gone", &gone, Some(&gone)),
        local("gone-edited", &sha('5'), Some(&gone_edited)),
        local("fresh", &sha('6'), None)
    ]);
    let preview = server.preview("manual", "all", machine).await;
    assert_eq!(
        said(&preview),
        [
            "both conflict 0",
            "edited upload_update 0",
            "fresh upload_private 1",
            "gone removed_on_drive 0",
            "gone-edited conflict 1",
            "mine download_update 0",
            "new-here download_install 0",
            "pinned conflict 0",
            "same in_sync 0",
            "updated conflict 0",
        ]
    );
    assert_eq!(preview["credits"]["required"], 1, "what nobody decided costs nothing");
    let wiped = server.preview("manual", "all", json!([local("mine", &mine_1, None)])).await;
    assert_eq!(of(&wiped["classifications"], "mine")["action"], "download_update", "an earlier version");

    let run = server.execute("manual", "all", &preview["classifications"]).await.data(200);
    assert_eq!(
        told(&run),
        [
            "both conflict skipped 0",
            "edited upload_update deferred 0",
            "fresh upload_private deferred 1",
            "gone removed_on_drive committed 0",
            "gone-edited conflict skipped 0",
            "mine download_update deferred 0",
            "new-here download_install deferred 0",
            "pinned conflict skipped 0",
            "same in_sync committed 0",
            "updated conflict skipped 0",
        ]
    );
    let signed = of(&run["results"], "mine")["download"]["url"].as_str().unwrap().to_owned();
    assert_eq!(server.anonymous(&signed).await.bytes, skill("mine", "v2").zip);
    let public = of(&run["results"], "new-here")["download"]["url"].as_str().unwrap();
    assert!(public.starts_with("/api/v1/downloads/public/new-here/"), "{public}");
}

#[tokio::test]
async fn a_person_decides_a_conflict() {
    let server = Server::start().await;
    let public = imported(&server, "pdf", "one").await;
    for body in ["v1", "v2"] {
        server.upload(json!({}), skill("mine", body).zip).await;
    }
    let base = skill("mine", "v1").content_sha.to_string();
    let gone = imported(&server, "gone", "one").await;
    server.delete("/api/v1/drive/gone").await.data(200);
    let machine = json!([
        local("mine", skill("mine", "v3").content_sha.as_str(), Some(&base)),
        local("pdf", &sha('a'), Some(&public)),
        local("gone", &sha('b'), Some(&gone))
    ]);
    let preview = server.preview("manual", "all", machine).await;
    let decide = |slug: &str, action: &str| {
        let mut one = of(&preview["classifications"], slug).clone();
        one["action"] = json!(action);
        one["from_a_newer_drive"] = json!({ "kept": true });
        json!([one])
    };
    let run = async |slug: &str, action: &str| {
        told(&server.execute("manual", "all", &decide(slug, action)).await.data(200)).remove(0)
    };
    assert_eq!(run("mine", "upload_update").await, "mine upload_update deferred 0");
    assert_eq!(run("mine", "download_update").await, "mine download_update deferred 0");
    assert_eq!(run("mine", "claim_public").await, "mine claim_public stale 0");
    assert_eq!(run("pdf", "download_update").await, "pdf download_update deferred 0");
    assert_eq!(run("pdf", "upload_update").await, "pdf upload_update failed 0", "its owner is somebody else");
    assert_eq!(run("gone", "upload_update").await, "gone upload_update deferred 1");
    assert_eq!(run("gone", "upload_private").await, "gone upload_private deferred 1");
    assert_eq!(run("gone", "download_update").await, "gone download_update stale 0");
    // A fork is a new slug that no preview named.
    let fork = json!([{ "slug": "pdf-local", "action": "upload_private", "credit_cost": 1, "local_sha": sha('a') }]);
    let forked = server.execute("manual", "all", &fork).await.data(200);
    assert_eq!(told(&forked), ["pdf-local upload_private deferred 1"]);
    // The drive moved on: the decision was about something else.
    server.upload(json!({}), skill("mine", "v4").zip).await;
    assert_eq!(run("mine", "upload_update").await, "mine upload_update stale 0");
}

#[tokio::test]
async fn what_changed_since_the_preview_is_stale_and_the_rest_is_done() {
    let server = Server::start().await;
    let (a, b) = (server.publish("a", "one").await, server.publish("b", "one").await);
    let preview = server.preview("manual", "all", json!([local("a", &a, None), local("b", &b, None)])).await;
    server.drive.withdraw(&"b".parse().unwrap()).await.unwrap();
    let mut sent = preview["classifications"].clone();
    let run = server.execute("manual", "all", &sent).await.data(200);
    assert_eq!(told(&run), ["a claim_public committed 1", "b claim_public stale 0"]);
    assert!(of(&run["results"], "b")["reason"].is_string());
    let again = server.execute("manual", "all", &sent).await.data(200);
    assert_eq!(told(&again), ["a claim_public stale 0", "b claim_public stale 0"]);
    assert_eq!(server.balance().await, 999);
    // What the preview did not promise is not charged.
    let c = server.publish("c", "one").await;
    sent = server.preview("manual", "all", json!([local("c", &c, None)])).await["classifications"].clone();
    let at = sent.as_array().unwrap().iter().position(|c| c["slug"] == "c").unwrap();
    sent[at]["credit_cost"] = json!(0);
    let cheap = server.execute("manual", "all", &json!([sent[at]])).await.data(200);
    assert_eq!(told(&cheap), ["c claim_public stale 0"]);
}

#[tokio::test]
async fn a_plan_over_the_balance_commits_nothing_unless_it_is_asked_to() {
    let server = Server::with(|config| config.signup_credits = 2).await;
    let mut machine = Vec::new();
    for slug in ["a", "b", "c"] {
        machine.push(local(slug, &server.publish(slug, "one").await, None));
    }
    machine.push(local("d", &sha('d'), None));
    let preview = server.preview("manual", "all", json!(machine)).await;
    assert_eq!(preview["credits"], json!({ "balance": 2, "required": 4, "after": -2 }));
    let sent = &preview["classifications"];
    server.execute("manual", "all", sent).await.refused(402, "insufficient_credits");
    server.execute("manual", "public_only", sent).await.refused(402, "insufficient_credits");
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));
    assert_eq!(server.balance().await, 2);
    let run = server.execute("manual", "as_many_as_credits_allow", sent).await.data(200);
    assert_eq!(
        told(&run),
        [
            "a claim_public committed 1",
            "b claim_public committed 1",
            "c claim_public skipped 0",
            "d upload_private skipped 0"
        ]
    );
    assert_eq!(of(&run["results"], "c")["reason"], "insufficient_credits");
    assert_eq!(server.balance().await, 0);
    // Free things go on with an empty purse.
    let preview = server.preview("manual", "pulls_only", json!([])).await;
    let run = server.execute("manual", "pulls_only", &preview["classifications"]).await.data(200);
    assert_eq!(told(&run), ["a download_install deferred 0", "b download_install deferred 0"]);
}

#[tokio::test]
async fn a_mode_leaves_things_out() {
    let server = Server::start().await;
    imported(&server, "there", "one").await;
    let pdf = server.publish("pdf", "one").await;
    let machine = json!([local("pdf", &pdf, None), local("mine", &sha('a'), None)]);
    let sent = server.preview("manual", "all", machine).await["classifications"].clone();
    let run = server.execute("manual", "pulls_only", &sent).await.data(200);
    assert_eq!(
        told(&run),
        ["mine upload_private skipped 0", "pdf claim_public skipped 0", "there download_install deferred 0"]
    );
    let run = server.execute("manual", "public_only", &sent).await.data(200);
    assert_eq!(
        told(&run),
        ["mine upload_private skipped 0", "pdf claim_public committed 1", "there download_install skipped 0"]
    );
}

#[tokio::test]
async fn credits_are_held_until_the_run_is_over() {
    let server = Server::start().await;
    let machine = json!([local("mine", skill("mine", "v1").content_sha.as_str(), None)]);
    let sent = server.preview("manual", "all", machine.clone()).await["classifications"].clone();
    let run = server.execute("manual", "all", &sent).await.data(200);
    assert_eq!((&run["credits"]["balance"], server.balance().await), (&json!(999), 999));
    // An answer that was lost: the next run holds the same credit, not another one.
    let preview = server.preview("manual", "all", machine).await;
    assert_eq!(preview["credits"], json!({ "balance": 1000, "required": 1, "after": 999 }));
    let second = server.execute("manual", "all", &preview["classifications"]).await.data(200);
    assert_eq!(server.balance().await, 999);
    let failed = json!([{ "slug": "mine", "action": "upload_private", "status": "failed", "error": "disk full" }]);
    let closed = server.finalize(&second["run_id"], failed).await.data(200);
    assert_eq!((&closed["status"], server.balance().await), (&json!("partial"), 1000));

    let third = server.execute("manual", "all", &sent).await.data(200);
    assert_eq!(server.balance().await, 999);
    server.advance(DAY);
    assert_eq!(server.balance().await, 1000, "the run's day is over");
    let late = server.finalize(&third["run_id"], json!([])).await.data(200);
    assert_eq!(late["status"], "partial");
    assert_eq!(late, server.finalize(&third["run_id"], json!([])).await.data(200));
}

#[tokio::test]
async fn a_first_run_that_ends_partial_keeps_its_slugs_free_for_a_week() {
    let server = Server::start().await;
    let v1 = skill("mine", "v1").content_sha.to_string();
    let machine = json!([local("mine", &v1, None)]);
    let sent = server.preview("first_run", "all", machine.clone()).await["classifications"].clone();
    let run = server.execute("first_run", "all", &sent).await.data(200);
    let closed = server.finalize(&run["run_id"], json!([])).await.data(200);
    assert_eq!((&closed["status"], &closed["grandfather_high_water"]), (&json!("partial"), &json!(0)));
    let machine = json!([local("mine", &v1, None), local("other", &sha('a'), None)]);
    let preview = server.preview("manual", "all", machine.clone()).await;
    assert_eq!(said(&preview), ["mine upload_private 0", "other upload_private 1"]);
    server.advance(7 * DAY);
    let preview = server.preview("manual", "all", machine).await;
    assert_eq!(said(&preview), ["mine upload_private 1", "other upload_private 1"]);
}

#[tokio::test]
async fn a_first_run_that_was_never_closed_leaves_the_next_one_free() {
    let server = Server::start().await;
    let machine = json!([local("mine", &sha('a'), None)]);
    let sent = server.preview("first_run", "all", machine.clone()).await["classifications"].clone();
    let run = server.execute("first_run", "all", &sent).await.data(200);
    server.advance(DAY);
    let late = server.finalize(&run["run_id"], json!([])).await.data(200);
    assert_eq!((&late["status"], &late["grandfather_high_water"]), (&json!("partial"), &json!(null)));
    assert_eq!(said(&server.preview("first_run", "all", machine.clone()).await), ["mine upload_private 0"]);
    assert_eq!(said(&server.preview("manual", "all", machine).await), ["mine upload_private 1"]);
}

#[tokio::test]
async fn bad_requests_are_refused() {
    let server = Server::start().await;
    let good = || json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "local": [], "classifications": [] });
    for path in ["/api/v1/drive/sync/preview", "/api/v1/drive/sync/execute"] {
        server.post(path, good()).await.data(200);
        for (field, value) in [
            ("install_id", json!("x")),
            ("install_id", json!(null)),
            ("kind", json!("weekly")),
            ("kind", json!(1)),
            ("mode", json!("some")),
            ("mode", json!(null)),
        ] {
            let mut bad = good();
            bad[field] = value;
            server.post(path, bad).await.refused(400, "invalid_request");
        }
        for field in ["install_id", "kind", "mode"] {
            let mut bad = good();
            bad.as_object_mut().unwrap().remove(field);
            server.post(path, bad).await.refused(400, "invalid_request");
        }
    }
    let one = |c: Value| json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "classifications": c });
    for bad in [
        json!(null),
        json!([{ "slug": "a" }]),
        json!([{ "slug": "a", "action": "explode" }]),
        json!([{ "slug": "a", "action": "in_sync" }, { "slug": "a", "action": "in_sync" }]),
        json!([{ "slug": "a", "action": "upload_private", "credit_cost": -1 }]),
        json!([{ "slug": "a", "action": "upload_private", "local_sha": "short" }]),
    ] {
        server.post("/api/v1/drive/sync/execute", one(bad)).await.refused(400, "invalid_request");
    }
    let twice = json!([local("a", &sha('a'), None), local("a", &sha('a'), None)]);
    let body = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "local": twice });
    server.post("/api/v1/drive/sync/preview", body).await.refused(400, "invalid_request");
    let body = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all" });
    server.post("/api/v1/drive/sync/preview", body).await.refused(400, "invalid_request");
    for bad in [
        json!({}),
        json!({ "run_id": "x", "install_id": INSTALL }),
        json!({ "run_id": "x", "install_id": INSTALL, "results": [{ "slug": "a", "action": "in_sync", "status": "maybe" }] }),
    ] {
        server.post("/api/v1/drive/sync/finalize", bad).await.refused(400, "invalid_request");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_claims_leave_the_books_right() {
    let server = std::sync::Arc::new(Server::with(|config| config.signup_credits = 33).await);
    let mut runs = Vec::new();
    for number in 0..50 {
        let slug = format!("skill-{number}");
        let sha = server.publish(&slug, "one").await;
        let sent = json!([{ "slug": slug, "action": "claim_public", "credit_cost": 1, "local_sha": sha }]);
        let server = server.clone();
        runs.push(async move {
            tokio::spawn(async move { server.execute("manual", "all", &sent).await.status }).await.unwrap()
        });
    }
    let statuses = futures_util::future::join_all(runs).await;
    let count = |status: u16| statuses.iter().filter(|s| **s == status).count();
    assert_eq!((count(200), count(402)), (33, 17));
    assert_eq!(server.balance().await, 0);
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"].as_array().unwrap().len(), 33);
}

#[tokio::test]
async fn thousands_of_skills_are_previewed_at_once() {
    let server = Server::start().await;
    let machine: Vec<Value> = (0..5_000).map(|n| local(&format!("skill-{n}"), &sha('a'), None)).collect();
    let preview = server.preview("first_run", "all", json!(machine)).await;
    assert_eq!(preview["classifications"].as_array().unwrap().len(), 5_000);
    let run = server.execute("first_run", "all", &preview["classifications"]).await.data(200);
    assert_eq!(run["results"].as_array().unwrap().len(), 5_000);
    let request = server.request(Method::GET, "/api/v1/drive").bearer_auth(&server.key);
    assert_eq!(server.send(request).await.data(200)["skills"], json!([]));
}
