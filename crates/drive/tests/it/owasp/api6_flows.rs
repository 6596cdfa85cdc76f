//! Unrestricted access to sensitive business flows: credits, tickets, claims, installs and stars.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::ShareWith;

use super::account;
use super::upload;
use crate::fixture::OTHER_INSTALL;
use crate::fixture::Reply;
use crate::fixture::Server;

async fn balance(server: &Server, key: &str) -> i64 {
    server.get_as(key, "/api/v1/account/credits").await.data(200)["balance"].as_i64().unwrap()
}

async fn import(server: &Server, key: &str, slug: &str) -> Reply {
    server.post_as(key, "/api/v1/drive/import", json!({ "skillSlug": slug })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_credit_is_spent_once_however_many_try() {
    let server = Server::with(|config| config.signup_credits = 2).await;
    for number in 0..12 {
        server.publish(&format!("skill-{number}"), "one").await;
    }
    let tries = (0..12).map(|number| {
        let server = &server;
        async move { import(server, &server.key, &format!("skill-{number}")).await.status }
    });
    let got = join_all(tries).await;
    let count = |status: u16| got.iter().filter(|one| **one == status).count();
    assert_eq!((count(201), count(402)), (2, 10), "{got:?}");
    assert_eq!(server.balance().await, 0);
    let skills = server.get("/api/v1/drive").await.data(200)["skills"].as_array().unwrap().len();
    assert_eq!(skills, 2);
}

#[tokio::test]
async fn going_round_in_circles_wins_nothing() {
    let server = Server::start().await;
    let bob = account(&server, "bob").await;
    server.publish("pdf", "one").await;
    let start = balance(&server, &bob).await;
    // In, out and in again is paid each time; what is there is not paid again.
    for round in 1..=3 {
        import(&server, &bob, "pdf").await.data(201);
        import(&server, &bob, "pdf").await.refused(409, "already_in_drive");
        assert_eq!(balance(&server, &bob).await, start - round);
        server.send(server.request(Method::DELETE, "/api/v1/drive/pdf").bearer_auth(&bob)).await.data(200);
    }
    import(&server, &bob, "pdf").await.data(201);
    server.publish("pdf", "two").await;
    let accept = async || server.post_as(&bob, "/api/v1/drive/updates/pdf/accept", json!({})).await;
    accept().await.data(200);
    accept().await.refused(404, "update_not_found");
    assert_eq!(balance(&server, &bob).await, start - 5);
    // The same bytes again are free, other bytes are not a way to get credits back.
    upload(&server, &bob, "own", "one").await;
    let after = balance(&server, &bob).await;
    upload(&server, &bob, "own", "one").await;
    assert_eq!(balance(&server, &bob).await, after);
    assert!(after < start - 5);
    // Another account is the operator's to make, so nobody makes themselves a second one for its first credits.
    for path in ["/api/v1/accounts", "/api/v1/users", "/sign-up", "/register", "/api/v1/register"] {
        assert_eq!(server.post_as(&bob, path, json!({ "name": "bob2" })).await.status, 404, "{path}");
    }
    // Nor does sharing with oneself make two of one.
    let own = "own".parse().unwrap();
    assert!(server.drive.share(&own, "bob", &ShareWith::User("bob".to_owned())).await.is_err());
}

#[tokio::test]
async fn an_installation_is_claimed_by_one_account() {
    let server = Server::start().await;
    let (ada, bob) = (account(&server, "ada").await, account(&server, "bob").await);
    let claim = json!({ "install_id": OTHER_INSTALL });
    let path = "/api/v1/migrations/anonymous-adopt";
    server.post_as(&ada, path, claim.clone()).await.data(200);
    let refused = server.post_as(&bob, path, claim.clone()).await;
    refused.refused(409, "install_id_claimed");
    assert!(!refused.text().contains("ada"), "whose it is, is not told");
    server.post_as(&ada, path, claim).await.data(200);
}

#[tokio::test]
async fn one_address_does_not_make_a_skill_popular() {
    let server = Server::start().await;
    server.publish("mine", "one").await;
    let event = |install: String| {
        json!({ "install_id": install, "event_type": "install", "cli_version": "1", "os": "linux/amd64",
            "skill_slugs": vec!["mine"; 50], "source_types": ["skillzdrive"] })
    };
    for number in 0..200 {
        let body = event(format!("6f2b0b8e-4b1f-4b43-9d3a-{number:012x}"));
        let reply = server.send(server.request(Method::POST, "/api/v1/telemetry/anonymous").json(&body)).await;
        assert_eq!(reply.status, 202, "{}", reply.text());
    }
    let board = server.get("/api/v1/skills/leaderboard?sort_by=installs").await.data(200);
    let installs = board["skills"][0]["installs"].as_u64().unwrap();
    assert!((1..=20).contains(&installs), "{installs} installs by 200 events of one address");
    // An event names no account, so none is counted for somebody else's.
    let board: Value = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(board["transactions"].as_array().unwrap().len(), 1);
}
