//! Broken authentication: what looks like a key and is none, what was one, and guessing.

use reqwest::Method;
use serde_json::json;

use super::account;
use super::form;
use super::raw;
use super::status_of;
use crate::browser::Browser;
use crate::fixture::DAY;
use crate::fixture::MINUTE;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::skill;

const TOKEN: &str = "/api/mcp/oauth/token";
const CREDITS: &str = "/api/v1/account/credits";

async fn show(server: &Server, authorization: &str) -> Reply {
    server.send(server.request(Method::GET, CREDITS).header("Authorization", authorization)).await
}

#[tokio::test]
async fn only_a_whole_key_in_its_place_is_a_key() {
    let server = Server::with(|config| config.limits.wrong_keys_per_minute = 1_000).await;
    let key = server.key.clone();
    let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciIsInJvbGUiOiJhZG1pbiJ9.";
    let long = "x".repeat(6_000);
    for wrong in [
        &format!("Bearer {none}"),
        &format!("Bearer {}", key.to_uppercase()),
        &format!("Bearer {}", &key[..key.len() - 1]),
        &format!("Bearer {}", &key[..12]),
        &format!("Bearer {key}0"),
        &format!("Bearer {key} {key}"),
        &format!("Bearer {key},"),
        &format!("Bearer \"{key}\""),
        &format!("Bearer Bearer {key}"),
        &format!("Basic {key}"),
        &format!("Token {key}"),
        &format!("Digest username=\"owner\", response=\"{key}\""),
        &key,
        &"Bearer null".to_owned(),
        &"Bearer undefined".to_owned(),
        &"Bearer sk_live_".to_owned(),
        &"Bearer *".to_owned(),
        &"Bearer ' or '1'='1".to_owned(),
        &"Bearer sk_live_%".to_owned(),
        &format!("Bearer {long}"),
    ] {
        let reply = show(&server, wrong).await;
        reply.refused(401, "access_denied");
        assert!(!reply.text().contains(&key), "it is not repeated: {wrong}");
    }
    // Nor anywhere else.
    for request in [
        server.request(Method::GET, &format!("{CREDITS}?api_key={key}&token={key}&access_token={key}")),
        server.request(Method::GET, CREDITS).header("X-API-Key", &key),
        server.request(Method::GET, CREDITS).header("Cookie", format!("session={key}; skillzdrive_session={key}")),
        server.request(Method::GET, CREDITS).header("Proxy-Authorization", format!("Bearer {key}")),
        server.request(Method::GET, CREDITS).header("X-Original-Authorization", format!("Bearer {key}")),
        server.request(Method::POST, "/api/v1/drive/diff").json(&json!({ "apiKey": key, "local": [] })),
    ] {
        server.send(request).await.refused(401, "access_denied");
    }
    // Two headers: the first counts, and a wrong one in front is not passed over.
    let host = server.url.trim_start_matches("http://");
    let two = format!(
        "GET {CREDITS} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer sk_live_wrong\r\n\
         Authorization: Bearer {key}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(status_of(&raw(&server, two.as_bytes()).await), 401);
    assert_eq!(show(&server, &format!("bearer {key}")).await.status, 200);
}

#[tokio::test]
async fn a_key_that_never_was_and_one_that_is_no_more_get_the_same_bytes() {
    let server = Server::start().await;
    let revoked = server.drive.create_key("one", None).await.unwrap().expose().to_owned();
    let expired = server.drive.create_key("two", Some(1)).await.unwrap().expose().to_owned();
    let of_collection = server.collection("gone", &[]).await;
    let id = server.drive.list_keys().await.unwrap().into_iter().find(|key| key.name == "one").unwrap().id;
    server.drive.revoke_key(&id).await.unwrap();
    server.delete("/api/v1/collections/gone").await.data(200);
    server.advance(DAY);
    let ticket = server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
    let ticket = ticket["uploadToken"].as_str().unwrap();
    let unknown = format!("sk_live_{}", "0".repeat(64));
    let body = |reply: &Reply| (reply.status, reply.text(), reply.headers.keys().cloned().collect::<Vec<_>>());
    let told = body(&show(&server, &format!("Bearer {unknown}")).await);
    assert_eq!(told.0, 401);
    for key in [&revoked, &expired, &of_collection, ticket] {
        assert_eq!(body(&show(&server, &format!("Bearer {key}")).await), told);
    }
    // By the login for programs, and on the page.
    let token = async |key: &str| {
        let pairs = [("grant_type", "client_credentials"), ("client_id", &key[..12]), ("client_secret", key)];
        let reply = form(&server, TOKEN, &pairs).await;
        (reply.status, reply.text())
    };
    let told = token(&unknown).await;
    assert_eq!(told.0, 401);
    let page = async |key: &str| {
        let mut browser = Browser::new(&server);
        let empty = browser.open("/sign-in").await;
        let reply = browser.sign_in(&empty, key).await;
        // Each form has a text of its own.
        let text = reply.text();
        let (start, rest) = text.split_once("name=\"csrf\" value=\"").unwrap();
        (reply.status, format!("{start}{}", rest.split_once('"').unwrap().1))
    };
    let shown = page(&unknown).await;
    assert_eq!(shown.0, 403);
    for key in [&revoked, &expired, &of_collection] {
        assert_eq!(token(key).await, told);
        assert_eq!(page(key).await, shown);
    }
    // A ticket that was used, one that expired, and one that never was.
    let sent = async |ticket: &str| {
        let reply = server.process(ticket, skill("sent", "one").zip).await;
        (reply.status, reply.text())
    };
    let told = sent("ut_live_none").await;
    assert_eq!(told.0, 401);
    assert_eq!(sent(ticket).await.0, 201);
    assert_eq!(sent(ticket).await, told, "it works once");
    let late = server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
    server.advance(10 * MINUTE);
    assert_eq!(sent(late["uploadToken"].as_str().unwrap()).await, told);
}

#[tokio::test]
async fn who_shows_too_many_wrong_keys_is_refused_without_a_look() {
    let server = Server::with(|config| config.limits.wrong_keys_per_minute = 5).await;
    let second = account(&server, "second").await;
    assert_eq!(server.get(CREDITS).await.status, 200);
    for number in 0..5 {
        show(&server, &format!("Bearer sk_live_{number}")).await.refused(401, "access_denied");
    }
    let refused = show(&server, "Bearer sk_live_6").await;
    refused.refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "60");
    // A key that is good is not told from one that is not, wherever it is tried.
    let good = show(&server, &format!("Bearer {second}")).await;
    assert_eq!((good.status, good.bytes), (429, refused.bytes));
    let pairs = [("grant_type", "client_credentials"), ("client_id", &second[..12]), ("client_secret", &*second)];
    assert_eq!(form(&server, TOKEN, &pairs).await.status, 429);
    assert_eq!(server.process("ut_live_none", Vec::new()).await.status, 429);
    let mut browser = Browser::new(&server);
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.sign_in(&page, &second).await.status, 429);
    // Who was here before goes on, whatever is written meanwhile; after the minute, everybody does.
    server.publish("pdf", "one").await;
    assert_eq!(server.get(CREDITS).await.status, 200);
    server.advance(MINUTE);
    assert_eq!(server.get_as(&second, CREDITS).await.status, 200);
    // Without any key, nothing is counted here.
    for _ in 0..10 {
        server.anonymous(CREDITS).await.refused(401, "access_denied");
    }
    server.drive.revoke_key(&server.key[..12]).await.unwrap();
    for _ in 0..5 {
        server.get(CREDITS).await.refused(401, "access_denied");
    }
    server.get(CREDITS).await.refused(429, "rate_limited");
}
