//! What one run may do to another, and to the purse: lost answers, repetitions, credits that are set aside.

use serde_json::Value;
use serde_json::json;

use crate::fixture::OTHER_INSTALL;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::of;
use crate::fixture::sha;
use crate::fixture::skill;

const EXECUTE: &str = "/api/v1/drive/sync/execute";
const PREVIEW: &str = "/api/v1/drive/sync/preview";

/// A home-made skill of this machine.
fn mine(slug: &str) -> Value {
    local(slug, skill(slug, "v1").content_sha.as_str(), None)
}

/// What a preview says about these skills.
async fn plan(server: &Server, machine: Value) -> Value {
    server.preview("manual", "all", machine).await["classifications"].clone()
}

/// The ticket of a run for a slug, without a guard of its own.
fn ticket(run: &Value, slug: &str) -> Value {
    json!({ "slug": slug, "runId": run["run_id"] })
}

#[tokio::test]
async fn a_run_brings_a_slug_once() {
    let server = Server::start().await;
    let run = server.execute("manual", "all", &plan(&server, json!([mine("a")])).await).await.data(200);
    let v1 = || skill("a", "v1").zip;
    assert_eq!(server.upload(ticket(&run, "a"), v1()).await.json()["creditCost"], 1);
    let again = server.upload(ticket(&run, "a"), v1()).await;
    assert_eq!((again.status, &again.json()["creditCost"]), (200, &json!(0)), "the same bytes are no repetition");
    // Another machine changes it, then removes it: a late repetition brings nothing back.
    assert_eq!(server.upload(json!({}), skill("a", "v2").zip).await.json()["version"], 2);
    server.upload(ticket(&run, "a"), v1()).await.refused(409, "version_conflict");
    server.delete("/api/v1/drive/a").await.data(200);
    server.upload(ticket(&run, "a"), v1()).await.refused(409, "version_conflict");
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));
    assert_eq!(server.balance().await, 999);
}

#[tokio::test]
async fn the_same_bytes_use_up_what_a_run_held() {
    let server = Server::start().await;
    let run = server.execute("manual", "all", &plan(&server, json!([mine("a")])).await).await.data(200);
    // Another machine was faster, with the same bytes.
    assert_eq!(server.upload(json!({}), skill("a", "v1").zip).await.status, 201);
    assert_eq!(server.balance().await, 998, "one is paid, one is held");
    let mut guarded = ticket(&run, "a");
    guarded["baseSha"] = json!(null);
    assert_eq!(server.upload(guarded, skill("a", "v1").zip).await.json()["creditCost"], 0);
    assert_eq!(server.balance().await, 999);
    server.delete("/api/v1/drive/a").await.data(200);
    server.upload(ticket(&run, "a"), skill("a", "v1").zip).await.refused(409, "version_conflict");
}

#[tokio::test]
async fn a_lost_answer_is_taken_over_by_the_same_installation_alone() {
    let server = Server::with(|config| config.signup_credits = 1).await;
    let sent = plan(&server, json!([mine("a")])).await;
    let lost = server.execute("manual", "all", &sent).await.data(200);
    assert_eq!(server.balance().await, 0);
    // Another installation sees the credit as set aside, and cannot spend it.
    let other = |sent: &Value| json!({ "install_id": OTHER_INSTALL, "kind": "manual", "mode": "all", "classifications": sent, "local": [mine("a")] });
    let preview = server.post(PREVIEW, other(&sent)).await.data(200);
    assert_eq!(preview["credits"], json!({ "balance": 0, "required": 1, "after": -1 }));
    server.post(EXECUTE, other(&sent)).await.refused(402, "insufficient_credits");
    // This one previews and executes once more; the refused execute of the other changed nothing.
    let preview = server.preview("manual", "all", json!([mine("a")])).await;
    assert_eq!(preview["credits"], json!({ "balance": 1, "required": 1, "after": 0 }));
    let run = server.execute("manual", "all", &preview["classifications"]).await.data(200);
    assert_eq!(of(&run["results"], "a")["status"], "deferred");
    assert_eq!(server.balance().await, 0);
    server.upload(ticket(&lost, "a"), skill("a", "v1").zip).await.refused(402, "insufficient_credits");
    assert_eq!(server.upload(ticket(&run, "a"), skill("a", "v1").zip).await.json()["creditCost"], 1);
    assert_eq!(server.finalize(&lost["run_id"], json!([])).await.data(200)["status"], "partial");
    assert_eq!(server.balance().await, 0);
}

#[tokio::test]
async fn what_is_held_is_never_spent_twice() {
    let server = Server::with(|config| config.signup_credits = 1).await;
    let first = server.execute("manual", "all", &plan(&server, json!([mine("a")])).await).await.data(200);
    let other = plan(&server, json!([mine("b")])).await;
    server.execute("manual", "all", &other).await.refused(402, "insufficient_credits");
    // Named beside it, `a` is taken over whatever becomes of it; then its old run holds nothing any more.
    let gone = json!({ "slug": "a", "action": "download_install", "credit_cost": 0, "drive_sha": sha('d') });
    let second = server.execute("manual", "all", &json!([of(&other, "b"), gone])).await.data(200);
    assert_eq!(of(&second["results"], "a")["status"], "stale");
    server.upload(ticket(&first, "a"), skill("a", "v1").zip).await.refused(402, "insufficient_credits");
    assert_eq!(server.upload(ticket(&second, "b"), skill("b", "v1").zip).await.json()["creditCost"], 1);
    assert_eq!(server.balance().await, 0);
}

#[tokio::test]
async fn a_download_of_what_is_gone_is_stale() {
    let server = Server::start().await;
    assert_eq!(server.upload(json!({}), skill("a", "v1").zip).await.status, 201);
    let sent = plan(&server, json!([])).await;
    assert_eq!(of(&sent, "a")["action"], "download_install");
    server.delete("/api/v1/drive/a").await.data(200);
    let mut forgetful = of(&sent, "a").clone();
    forgetful["drive_sha"] = json!(null);
    let mut update = forgetful.clone();
    (update["action"], update["local_sha"], update["base_sha"]) =
        (json!("download_update"), json!(sha('1')), json!(sha('2')));
    for classification in [of(&sent, "a").clone(), forgetful, update] {
        let run = server.execute("manual", "all", &json!([classification])).await.data(200);
        let result = of(&run["results"], "a");
        assert_eq!((&result["status"], result.get("download")), (&json!("stale"), None), "{classification}");
    }
}

#[tokio::test]
async fn a_conflict_over_nothing_is_priced_like_an_upload_and_last() {
    let server = Server::start().await;
    let first = server.preview("first_run", "all", json!([mine("old")])).await;
    let run = server.execute("first_run", "all", &first["classifications"]).await.data(200);
    server.upload(ticket(&run, "old"), skill("old", "v1").zip).await.data(201);
    server.finalize(&run["run_id"], json!([{ "slug": "old", "action": "upload_private", "status": "done" }])).await;
    server.delete("/api/v1/drive/old").await.data(200);
    // The watermark is 1 and the drive is empty: one place is free, and it goes to what nobody has to decide.
    let gone = local("old", skill("old", "v1").content_sha.as_str(), Some(skill("old", "v1").content_sha.as_str()));
    let machine = json!([local("a", &sha('1'), Some(&sha('2'))), mine("b"), gone]);
    let preview = server.preview("manual", "all", machine).await;
    let sent = &preview["classifications"];
    let cost = |slug: &str| (of(sent, slug)["action"].clone(), of(sent, slug)["credit_cost"].clone());
    assert_eq!(cost("a"), (json!("conflict"), json!(1)));
    assert_eq!(cost("b"), (json!("upload_private"), json!(0)));
    assert_eq!(cost("old"), (json!("removed_on_drive"), json!(0)), "nothing moves, so nothing is paid");
    assert_eq!(preview["credits"]["required"], 0);
    let mut decided = of(sent, "a").clone();
    decided["action"] = json!("upload_update");
    let run = server.execute("manual", "all", &json!([decided, of(sent, "b")])).await.data(200);
    let told =
        |slug: &str| (of(&run["results"], slug)["status"].clone(), of(&run["results"], slug)["credit_cost"].clone());
    assert_eq!(told("a"), (json!("deferred"), json!(1)));
    assert_eq!(told("b"), (json!("deferred"), json!(0)));
    assert_eq!(run["credits"]["balance"], 999);
}
