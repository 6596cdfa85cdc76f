//! The OWASP API Security Top 10 of 2023, a file for each risk: what an attacker would try on this drive, and that it does
//! nothing. What another file of these tests holds already is not tried again here; `docs/threat-model.md` names them all.

mod api10_other_apis;
mod api1_objects;
mod api2_authentication;
mod api3_properties;
mod api4_resources;
mod api5_functions;
mod api6_flows;
mod api7_ssrf;
mod api8_configuration;
mod api9_inventory;
mod probes;

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::skill;

/// Makes an account and answers its key.
async fn account(server: &Server, name: &str) -> String {
    server.drive.create_account(name).await.unwrap().expose().to_owned()
}

/// Uploads a skill with a key.
async fn upload(server: &Server, key: &str, slug: &str, body: &str) {
    let ticket = server.post_as(key, "/api/v1/uploads/ticket", serde_json::json!({})).await.data(201);
    let done = server.process(ticket["uploadToken"].as_str().unwrap(), skill(slug, body).zip).await;
    assert!(done.status == 201 || done.status == 200, "{}", done.text());
}

/// Everything that an account has, as it sees it.
async fn state(server: &Server, key: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in ["drive", "drive/updates", "collections", "account/webhooks", "account/credits", "skills?limit=50"] {
        seen.push(server.get_as(key, &format!("/api/v1/{path}")).await.data(200));
    }
    seen
}

/// Sends these very bytes and answers what comes back, whatever it is, until the drive hangs up.
async fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut line = TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    // A drive that has heard enough hangs up in the middle.
    let _ = line.write_all(bytes).await;
    let mut heard = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(60), line.read_to_end(&mut heard)).await;
    let _ = ended.unwrap_or_else(|_| panic!("no end to {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(80)])));
    String::from_utf8_lossy(&heard).into_owned()
}

/// Sends a form, as a program does.
async fn form(server: &Server, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let request = server.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    server.send(request.body(body)).await
}

/// The status of a raw answer; 0 where there is none.
fn status_of(answer: &str) -> u16 {
    answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0)
}
