//! Pending updates: offered, accepted for their price, dismissed.

use serde_json::json;
use skillzdrive_drive::Publishing;

use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::of;
use crate::fixture::skill;

const UPDATES: &str = "/api/v1/drive/updates";
const ACCEPT: &str = "/api/v1/drive/updates/pdf/accept";
const DISMISS: &str = "/api/v1/drive/updates/pdf/dismiss";

/// A drive that holds version 1 of `pdf`, of which there is a version 2.
async fn behind() -> (Server, String, String) {
    let server = Server::start().await;
    let first = server.publish("pdf", "one").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    let comment = Some("reads tables too".to_owned());
    let second =
        server.drive.publish(skill("pdf", "two"), Publishing { comment, ..Publishing::default() }).await.unwrap();
    (server, first, second.content_sha.to_string())
}

#[tokio::test]
async fn a_newer_version_waits_and_is_accepted_for_its_price() {
    let (server, first, second) = behind().await;
    let listed = server.get(UPDATES).await.data(200);
    let size = listed["updates"][0]["content_size"].clone();
    assert!(size.as_u64().is_some_and(|size| size > 0));
    assert_eq!(
        listed,
        json!({ "updates": [{
            "slug": "pdf", "fromVersion": 1, "toVersion": 2, "changeComment": "reads tables too", "credit_cost": 1,
            "content_sha": second, "content_size": size, "security_grade": "A"
        }] })
    );
    assert_eq!(of(&server.get("/api/v1/drive").await.data(200)["skills"], "pdf")["pending_update"], true);

    let accepted = server.post(ACCEPT, json!(null)).await.data(200);
    assert_eq!(
        accepted,
        json!({
            "slug": "pdf", "version": 2, "credit_cost": 1, "credits_remaining": 998,
            "download": {
                "content_sha": second, "content_size": size, "version": 2,
                "url": format!("/api/v1/downloads/public/pdf/{second}.zip")
            }
        })
    );
    assert_eq!(server.balance().await, 998);
    let credits = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(credits["transactions"][0]["reason"], "accept");
    let list = server.get("/api/v1/drive").await.data(200);
    assert_eq!(of(&list["skills"], "pdf")["version"], 2);
    assert_eq!(of(&list["skills"], "pdf")["pending_update"], false);
    assert_eq!(server.get(UPDATES).await.data(200), json!({ "updates": [] }));
    // A second time there is nothing, and it costs nothing.
    server.post(ACCEPT, json!(null)).await.refused(404, "update_not_found");
    assert_eq!(server.balance().await, 998);
    // The machine that still has the old version is told to fetch the new one.
    let preview = server.preview("manual", "all", json!([local("pdf", &first, Some(&first))])).await;
    assert_eq!(preview["classifications"][0]["action"], "download_update");
    assert_eq!(preview["classifications"][0]["credit_cost"], 0);
}

#[tokio::test]
async fn what_was_dismissed_is_not_offered_again_until_a_newer_one_is_there() {
    let (server, _, _) = behind().await;
    let dismissed = json!({ "slug": "pdf", "dismissed": true });
    assert_eq!(server.post(DISMISS, json!({})).await.data(200), dismissed);
    assert_eq!(server.post(DISMISS, json!({})).await.data(200), dismissed, "a client that lost the answer");
    assert_eq!(server.balance().await, 999);
    assert_eq!(server.get(UPDATES).await.data(200), json!({ "updates": [] }));
    let list = server.get("/api/v1/drive").await.data(200);
    assert_eq!(of(&list["skills"], "pdf")["version"], 1);
    assert_eq!(of(&list["skills"], "pdf")["pending_update"], false);
    server.post(ACCEPT, json!({})).await.refused(404, "update_not_found");

    server.publish("pdf", "three").await;
    let listed = server.get(UPDATES).await.data(200);
    let offered = &listed["updates"][0];
    assert_eq!((&offered["fromVersion"], &offered["toVersion"]), (&json!(1), &json!(3)));
    assert_eq!(server.post(ACCEPT, json!({})).await.data(200)["version"], 3);
}

#[tokio::test]
async fn an_update_that_cannot_be_paid_changes_nothing() {
    let server = Server::with(|config| {
        config.signup_credits = 3;
        config.costs.accept = 3;
    })
    .await;
    server.publish("pdf", "one").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    server.publish("pdf", "two").await;
    assert_eq!(server.get(UPDATES).await.data(200)["updates"][0]["credit_cost"], 3);
    server.post(ACCEPT, json!(null)).await.refused(402, "insufficient_credits");
    assert_eq!(server.balance().await, 2);
    assert_eq!(of(&server.get("/api/v1/drive").await.data(200)["skills"], "pdf")["version"], 1);
    server.drive.grant_credits(1).await.unwrap();
    assert_eq!(server.post(ACCEPT, json!(null)).await.data(200)["credits_remaining"], 0);
}

#[tokio::test]
async fn of_many_that_accept_at_once_one_is_charged() {
    let (server, _, _) = behind().await;
    let replies = futures_util::future::join_all((0..6).map(|_| server.post(ACCEPT, json!(null)))).await;
    let done = replies.iter().filter(|reply| reply.status == 200).count();
    replies.iter().filter(|reply| reply.status != 200).for_each(|reply| reply.refused(404, "update_not_found"));
    assert_eq!((done, server.balance().await), (1, 998));
}

#[tokio::test]
async fn what_does_not_wait_is_not_found() {
    let server = Server::start().await;
    server.publish("pdf", "one").await;
    server.post(ACCEPT, json!(null)).await.refused(404, "update_not_found");
    server.post(DISMISS, json!(null)).await.refused(404, "update_not_found");
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    server.post(ACCEPT, json!(null)).await.refused(404, "update_not_found");
    server.post(DISMISS, json!(null)).await.refused(404, "update_not_found");
    // A withdrawn skill has no newer version for anybody.
    server.publish("pdf", "two").await;
    server.drive.withdraw(&"pdf".parse().unwrap()).await.unwrap();
    assert_eq!(server.get(UPDATES).await.data(200), json!({ "updates": [] }));
    server.post(ACCEPT, json!(null)).await.refused(404, "update_not_found");
    // Nobody sees or pays another's.
    assert_eq!(server.anonymous(UPDATES).await.status, 401);
    let stranger = server.drive.create_account("stranger").await.unwrap();
    server.post_as(stranger.expose(), ACCEPT, json!(null)).await.refused(404, "update_not_found");
}
