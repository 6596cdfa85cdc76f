//! Tests of the HTTP edge against small servers of their own, which write down what reaches them.

mod downloads;

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;
use serde_json::json;
use skillzdrive_skill::sha256;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Secret;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::telemetry::EventType;
use skillzdrive_wire::uploads::Ticket;
use skillzdrive_wire::uploads::TicketRequest;

use super::*;
use crate::api::account::Account;
use crate::api::adoption::Adopted;
use crate::api::call::Patience;
use crate::api::marketplace::Freshness;
use crate::api::resolve::Wanted;
use crate::api::response;
use crate::api::skills::Pick;
use crate::api::uploads::Upload;
use crate::error::Kind;
use crate::store::accounts::Accounts;
use crate::store::accounts::Adoption;
use crate::store::credentials::KeySource;

const KEY: &str = "sk_live_canary0123456789";

/// What reached a server.
#[derive(Debug, Clone)]
struct Seen {
    method: String,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

/// A server that writes down what reaches it.
struct Fake {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Fake {
    /// One that answers the n-th request, counted from 1.
    async fn start(answer: impl Fn(usize, &Seen) -> Response + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let answer = Arc::new(answer);
        let router = axum::Router::new().fallback(move |request: Request| {
            let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
            async move {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let (method, path) = (parts.method.to_string(), parts.uri.to_string());
                let seen = Seen { method, path, headers: parts.headers, body };
                let nth = {
                    let mut log = log.lock().unwrap();
                    log.push(seen.clone());
                    log.len()
                };
                answer(nth, &seen)
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn nth(&self, nth: usize) -> Seen {
        self.seen.lock().unwrap()[nth - 1].clone()
    }
}

fn answer(status: u16, body: &Value) -> Response {
    let builder = Response::builder().status(status).header("content-type", "application/json");
    builder.body(Body::from(body.to_string())).unwrap()
}

fn refused(status: u16, code: &str) -> Response {
    answer(status, &json!({"error": {"code": code, "message": "no"}}))
}

fn redirect(to: &str) -> Response {
    Response::builder().status(302).header("location", to).body(Body::empty()).unwrap()
}

fn bytes(body: &'static [u8]) -> Response {
    Response::builder().header("content-type", "application/zip").body(Body::from(body)).unwrap()
}

/// A body that breaks off.
fn cut() -> Response {
    let half = stream::iter([Ok(Bytes::from_static(b"half"))]);
    // What came before is sent once there is nothing more to send at the moment.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut"))
    });
    let body = Body::from_stream(half.chain(end));
    Response::builder().header("content-length", "8").body(body).unwrap()
}

fn credits() -> Response {
    answer(200, &json!({"data": {"balance": 7, "tier": "free"}}))
}

fn paths(home: &Path) -> Paths {
    Paths::below(home, home)
}

fn client(home: &Path, url: &str) -> Client {
    Client::new(Setup {
        server: Server::parse(url, &paths(home)).unwrap(),
        install_id: InstallId::random(),
        paths: paths(home),
        offline: false,
        dry_run: false,
        github: None,
        github_token: None,
        ca: None,
        start: |_| Box::pin(async { Err(Error::internal("no test starts it")) }),
        tell: Box::new(|wait| assert!(wait.wait <= retry::LONGEST)),
    })
    .unwrap()
}

fn account<'a>(client: &'a Client, home: &Path) -> Account<'a> {
    let accounts = Accounts::of(&paths(home), client.server().identity(), false);
    Account::open(client, ApiKey::new(KEY).unwrap(), KeySource::Environment, accounts).unwrap()
}

fn slept(client: &Client) -> Vec<Duration> {
    client.slept.lock().unwrap().clone()
}

fn download(content: &[u8], size: u64) -> Download {
    Download { content_sha: sha256(content), content_size: size, version: 1, url: "/api/v1/downloads/x.zip".to_owned() }
}

fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

#[tokio::test]
async fn no_header_of_ours_reaches_the_storage_origin() {
    let home = tempfile::tempdir().unwrap();
    let storage = Fake::start(|_, _| bytes(b"contents")).await;
    let to = format!("{}/bucket/x.zip?token=signature", storage.url);
    let drive = Fake::start(move |_, _| redirect(&to)).await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    let download = download(b"contents", 8);
    assert_eq!(client.fetch(&download, Some(&account), &|_| ()).await.unwrap(), b"contents");
    let first = drive.nth(1).headers;
    assert_eq!(first["authorization"], format!("Bearer {KEY}"));
    assert_eq!(first["x-skillzdrive-install-id"], client.install_id().to_string());
    let hop = storage.nth(1);
    assert_eq!(hop.path, "/bucket/x.zip?token=signature");
    let names: Vec<&str> = hop.headers.keys().map(|name| name.as_str()).collect();
    for name in &names {
        assert!(matches!(*name, "host" | "accept"), "{name} reached the storage");
    }
    // Verified bytes are kept, so that the second time asks nobody.
    assert_eq!(client.fetch(&download, None, &|_| ()).await.unwrap(), b"contents");
    assert_eq!((drive.count(), storage.count()), (1, 1));
}

#[tokio::test]
async fn the_way_back_from_the_storage_has_no_headers_either() {
    let home = tempfile::tempdir().unwrap();
    let back = Arc::new(Mutex::new(String::new()));
    let to = Arc::clone(&back);
    let storage = Fake::start(move |_, _| redirect(&to.lock().unwrap())).await;
    let first = format!("{}/x.zip", storage.url);
    let drive = Fake::start(move |nth, _| if nth == 1 { redirect(&first) } else { bytes(b"contents") }).await;
    *back.lock().unwrap() = format!("{}/api/v1/account/credits", drive.url);
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    client.fetch(&download(b"contents", 8), Some(&account), &|_| ()).await.unwrap();
    assert!(drive.nth(2).headers.get("authorization").is_none());
    assert!(drive.nth(2).headers.get("x-skillzdrive-install-id").is_none());
}

#[tokio::test]
async fn what_may_be_made_again_is_made_four_times() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| if nth < 4 { refused(503, "unavailable") } else { credits() }).await;
    let client = client(home.path(), &drive.url);
    assert_eq!(account(&client, home.path()).credits().await.unwrap().balance, 7);
    assert_eq!(drive.count(), 4);
    assert_eq!(slept(&client).len(), 3);

    let down = Fake::start(|_, _| refused(503, "unavailable")).await;
    let client = self::client(home.path(), &down.url);
    let error = Error::from(account(&client, home.path()).diff(Vec::new()).await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Unavailable, "unavailable"));
    assert_eq!(down.count(), 4);
}

#[tokio::test]
async fn what_charges_or_flips_is_made_once() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| refused(503, "unavailable")).await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    account.toggle(&slug("pdf")).await.unwrap_err();
    account.import("pdf").await.unwrap_err();
    account.ticket(&TicketRequest::default()).await.unwrap_err();
    let execute = json!({"install_id": InstallId::random(), "kind": "manual", "mode": "all", "classifications": []});
    account.execute(&serde_json::from_value(execute).unwrap()).await.unwrap_err();
    assert_eq!(drive.count(), 4);
    assert!(slept(&client).is_empty());
}

#[tokio::test]
async fn a_delete_whose_answer_was_lost_is_done() {
    let home = tempfile::tempdir().unwrap();
    let drive =
        Fake::start(|nth, _| if nth == 1 { refused(502, "unavailable") } else { refused(404, "skill_not_found") })
            .await;
    let client = client(home.path(), &drive.url);
    account(&client, home.path()).remove(&slug("pdf")).await.unwrap();
    assert_eq!(drive.count(), 2);

    let empty = Fake::start(|_, _| refused(404, "skill_not_found")).await;
    let client = self::client(home.path(), &empty.url);
    let error = account(&client, home.path()).remove(&slug("pdf")).await.unwrap_err();
    assert_eq!(Error::from(error).kind(), Kind::NotFound);
    assert_eq!(empty.count(), 1);
}

fn limited(seconds: &str) -> Response {
    let mut response = refused(429, "rate_limited");
    response.headers_mut().insert("retry-after", seconds.parse().unwrap());
    response
}

#[tokio::test]
async fn retry_after_is_obeyed_up_to_a_minute() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| if nth == 1 { limited("2") } else { credits() }).await;
    let client = client(home.path(), &drive.url);
    account(&client, home.path()).credits().await.unwrap();
    assert_eq!(drive.count(), 2);
    let slept = slept(&client);
    assert!(slept.len() == 1 && slept[0] > Duration::from_millis(1900), "{slept:?}");

    let drive = Fake::start(|_, _| limited("86400")).await;
    let client = self::client(home.path(), &drive.url);
    let error = Error::from(account(&client, home.path()).credits().await.unwrap_err());
    assert_eq!(error.kind(), Kind::Unavailable);
    assert!(error.hints()[0].starts_with("try again in 1 d 0 h (at "), "{:?}", error.hints());
    assert_eq!(drive.count(), 1);
    // The next call does not even ask.
    account(&client, home.path()).credits().await.unwrap_err();
    assert_eq!(drive.count(), 1);
}

#[tokio::test]
async fn a_limited_anonymous_question_returns_at_once() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| limited("30")).await;
    let client = client(home.path(), &drive.url);
    assert!(client.search("pdf", 5).await.unwrap_err().is_limited());
    assert!(client.show(&slug("pdf"), &Pick::Newest, Patience::Refuse).await.unwrap_err().is_limited());
    assert_eq!(drive.count(), 1);
    assert!(slept(&client).is_empty());
    // What is counted apart is asked all the same: the marketplace, and anything with a key.
    let _ = client.marketplace(Freshness::Any).await;
    assert!(drive.count() > 1 && drive.nth(2).path == "/marketplace.json");
}

#[tokio::test]
async fn the_marketplace_answers_at_once_where_a_search_is_limited() {
    let home = tempfile::tempdir().unwrap();
    let drive =
        Fake::start(|_, seen| if seen.path == "/marketplace.json" { answer(200, &catalogue()) } else { limited("60") })
            .await;
    let client = client(home.path(), &drive.url);
    assert!(client.search("skill", 5).await.unwrap_err().is_limited());
    let catalogue = client.marketplace(Freshness::Any).await.unwrap();
    assert_eq!(resolve::local_search(&catalogue.marketplace, "skill").len(), 8);
    assert!(slept(&client).is_empty());
    assert_eq!(drive.count(), 2);
}

#[tokio::test]
async fn a_page_instead_of_json_is_a_clear_error() {
    let page = |status: u16| {
        let builder = Response::builder().status(status).header("content-type", "text/html; charset=utf-8");
        builder.body(Body::from("<html>sk_live_canary</html>")).unwrap()
    };
    let home = tempfile::tempdir().unwrap();
    for (status, kind, requests) in [(502, Kind::Unavailable, 4), (200, Kind::Unavailable, 1), (403, Kind::Auth, 1)] {
        let drive = Fake::start(move |_, _| page(status)).await;
        let client = client(home.path(), &drive.url);
        let error = Error::from(account(&client, home.path()).credits().await.unwrap_err());
        assert_eq!((error.kind(), error.code_str()), (kind, "not_json"), "{status}");
        assert!(error.message().contains(&status.to_string()) && error.message().contains("web page"));
        assert!(!format!("{error:?}").contains("canary"));
        assert_eq!(drive.count(), requests, "{status}");
    }
}

#[tokio::test]
async fn the_key_is_in_no_error_and_no_debug_form() {
    let home = tempfile::tempdir().unwrap();
    let echo = format!("the key {KEY} of https://s.example/x.zip?token=canary-signature is wrong");
    let drive = Fake::start(move |_, _| {
        let mut response = answer(401, &json!({"error": "access_denied", "message": echo, "suggestions": [echo]}));
        response.headers_mut().insert("x-request-id", "req-7".parse().unwrap());
        response
    })
    .await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    let raw = account.credits().await.unwrap_err();
    let all = format!("{client:?} {account:?} {raw:?} {raw}");
    let error = Error::from(raw);
    let all = format!("{all} {error:?} {error} {} {:?} {:?}", error.one_line(), error.hints(), error.causes());
    assert!(!all.contains("canary"), "{all}");
    assert_eq!((error.kind(), error.request()), (Kind::Auth, Some("req-7")));
    assert_eq!(error.hints().last().unwrap(), "skillzdrive login");
    let offline = self::client(home.path(), "http://127.0.0.1:1");
    let error = Error::from(self::account(&offline, home.path()).credits().await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Unavailable, "network"));
    assert!(error.message().contains("127.0.0.1:1") && !error.message().contains("/api/"), "{error}");
    assert_eq!(slept(&offline).len(), 3);
    // Nothing of it is on the disk either.
    for entry in walkdir::WalkDir::new(home.path()).into_iter().flatten().filter(|e| e.file_type().is_file()) {
        assert!(!String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).contains("canary"));
    }
}

#[tokio::test]
async fn redirects_go_to_no_other_scheme_and_end() {
    let url = |text: &str| Url::parse(text).unwrap();
    for to in ["http://drive.example/x", "http://127.0.0.1/x", "ftp://drive.example", "file:///etc/passwd"] {
        assert!(response::check_scheme(&url("https://drive.example"), &url(to)).is_err(), "{to}");
    }
    assert!(response::check_scheme(&url("http://127.0.0.1:1"), &url("http://evil.example")).is_err());
    assert!(response::check_scheme(&url("https://drive.example"), &url("https://s.example")).is_ok());

    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, seen| redirect(&seen.path)).await;
    let client = client(home.path(), &drive.url);
    let error = Error::from(client.marketplace(Freshness::Any).await.unwrap_err());
    assert_eq!(error.code_str(), "redirect");
    assert_eq!(drive.count(), call::HOPS + 1);
    let error = client.fetch(&download(b"x", 1), None, &|_| ()).await.unwrap_err();
    assert_eq!(Error::from(error).code_str(), "redirect");
}

#[tokio::test]
async fn a_key_and_a_body_follow_no_redirect_elsewhere() {
    let home = tempfile::tempdir().unwrap();
    let other = Fake::start(|_, _| credits()).await;
    let to = other.url.clone();
    let drive = Fake::start(move |_, _| redirect(&to)).await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    let error = Error::from(account.credits().await.unwrap_err());
    assert_eq!(error.code_str(), "redirect");
    assert_eq!(error.hints(), [format!("if you trust it: --server {}", other.url)]);
    account.diff(Vec::new()).await.unwrap_err();
    assert_eq!(other.count(), 0);
}

#[tokio::test]
async fn a_cut_body_is_fetched_again_and_never_kept() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| if nth == 1 { cut() } else { bytes(b"contents") }).await;
    let client = client(home.path(), &drive.url);
    assert_eq!(client.fetch(&download(b"contents", 8), None, &|_| ()).await.unwrap(), b"contents");
    assert_eq!(drive.count(), 2);

    let broken = Fake::start(|_, _| cut()).await;
    let client = self::client(home.path(), &broken.url);
    let download = self::download(b"half and half", 0);
    let error = Error::from(client.fetch(&download, None, &|_| ()).await.unwrap_err());
    assert_eq!(error.kind(), Kind::Unavailable);
    assert_eq!(broken.count(), 4);
    assert!(client.zips().get(&download.content_sha).is_none());
}

#[tokio::test]
async fn wrong_bytes_are_fetched_once_more_and_never_kept() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| bytes(b"contentz")).await;
    let client = client(home.path(), &drive.url);
    let wanted = download(b"contents", 8);
    let error = Error::from(client.fetch(&wanted, None, &|_| ()).await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Integrity, "content_sha_mismatch"));
    assert_eq!(drive.count(), 2);
    assert!(client.zips().get(&wanted.content_sha).is_none());
    assert!(client.zips().get(&sha256(b"contentz")).is_none());
    // More than was promised is not read to its end.
    let short = download(b"cont", 4);
    assert_eq!(Error::from(client.fetch(&short, None, &|_| ()).await.unwrap_err()).kind(), Kind::Integrity);
}

#[tokio::test]
async fn the_right_bytes_under_a_wrong_size_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| bytes(b"contents")).await;
    let client = client(home.path(), &drive.url);
    for (size, kind) in [(7, Kind::Integrity), (9, Kind::Unavailable)] {
        let wanted = download(b"contents", size);
        let error = Error::from(client.fetch(&wanted, None, &|_| ()).await.unwrap_err());
        assert_eq!(error.kind(), kind, "{size}");
        assert!(client.zips().get(&wanted.content_sha).is_none(), "{size}");
    }
}

#[tokio::test]
async fn a_signature_that_ran_out_is_asked_for_anew_once() {
    let home = tempfile::tempdir().unwrap();
    let storage = Fake::start(|nth, _| if nth == 1 { refused(403, "expired") } else { bytes(b"contents") }).await;
    let to = storage.url.clone();
    let drive = Fake::start(move |_, _| redirect(&to)).await;
    let client = client(home.path(), &drive.url);
    client.fetch(&download(b"contents", 8), None, &|_| ()).await.unwrap();
    assert_eq!((drive.count(), storage.count()), (2, 2));
}

fn catalogue() -> Value {
    let plugins: Vec<Value> = (1..=8)
        .map(|n| {
            let newest = sha256(format!("{n} new").as_bytes());
            let older = sha256(format!("{n} old").as_bytes());
            let entry = json!({
                "slug": format!("skill-{n}"), "content_sha": newest, "content_size": 5, "version": 2, "url": "",
                "versions": [{"version": 2, "content_sha": newest}, {"version": 1, "content_sha": older}],
            });
            json!({"name": format!("skill-{n}"), "description": "d", "metadata": {"skillzdrive": entry}})
        })
        .collect();
    json!({"name": "m", "plugins": plugins})
}

#[tokio::test]
async fn eight_names_cost_one_anonymous_request() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, seen| {
        if seen.headers.get("if-none-match").is_some_and(|etag| etag == "\"1\"") {
            return Response::builder().status(304).body(Body::empty()).unwrap();
        }
        let mut response = answer(200, &catalogue());
        response.headers_mut().insert("etag", "\"1\"".parse().unwrap());
        response
    })
    .await;
    let client = client(home.path(), &drive.url);
    let mut wanted: Vec<Wanted> =
        (1..=8).map(|n| Wanted { slug: slug(&format!("skill-{n}")), pick: Pick::Newest }).collect();
    wanted[1].pick = Pick::Version(1);
    wanted[2].pick = Pick::Sha(sha256(b"any"));
    for _ in 0..2 {
        let resolved = client.resolve(None, &wanted, Freshness::Any).await;
        let resolved: Vec<_> = resolved.into_iter().map(Result::unwrap).collect();
        assert_eq!(resolved[0].version, Some(2));
        assert_eq!(resolved[1].download.content_sha, sha256(b"2 old"));
        let exact = sha256(b"any");
        assert_eq!(resolved[2].download.url, format!("/api/v1/downloads/public/skill-3/{exact}.zip"));
        assert!(resolved.iter().all(|one| one.source_public));
        assert_eq!(drive.count(), 1);
    }
    // What the kept copy lacks is looked for in a new one before it is said to be missing.
    let unknown = [Wanted { slug: slug("skil-1"), pick: Pick::Newest }];
    let error = Error::from(client.resolve(None, &unknown, Freshness::Any).await.remove(0).unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::NotFound, "skill_not_found"));
    assert!(error.hints()[0].starts_with("did you mean skill-1"), "{:?}", error.hints());
    assert_eq!(drive.count(), 2);
    assert!(drive.seen.lock().unwrap().iter().all(|seen| seen.path == "/marketplace.json"));
}

#[tokio::test]
async fn a_drive_that_answers_another_version_is_not_believed() {
    let home = tempfile::tempdir().unwrap();
    let sha = sha256(b"newest");
    let drive = Fake::start(move |_, seen| {
        if seen.path == "/marketplace.json" {
            return refused(404, "not_found");
        }
        let download = json!({"content_sha": sha, "content_size": 6, "version": 3, "url": "/x.zip"});
        answer(200, &json!({"data": {"skill": {"slug": "pdf", "category": "private"}, "download": download}}))
    })
    .await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    let wanted = |pick| [Wanted { slug: slug("pdf"), pick }];
    let good = client.resolve(Some(&account), &wanted(Pick::Version(3)), Freshness::Any).await.remove(0).unwrap();
    assert!(!good.source_public);
    assert_eq!(drive.nth(1).path, "/api/v1/skills/pdf?version=3");
    for pick in [Pick::Version(2), Pick::Sha(sha256(b"other"))] {
        let error = client.resolve(Some(&account), &wanted(pick), Freshness::Any).await.remove(0).unwrap_err();
        assert_eq!(Error::from(error).kind(), Kind::NotFound);
    }
}

#[tokio::test]
async fn a_ticket_stays_at_the_drives_origin() {
    let home = tempfile::tempdir().unwrap();
    let other = Fake::start(|_, _| credits()).await;
    let drive =
        Fake::start(|_, _| answer(201, &json!({"success": true, "skill": {"id": "1", "slug": "pdf", "name": "pdf"}})))
            .await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    let ticket = |url: &str| -> Ticket {
        serde_json::from_value(json!({"uploadToken": "ut_live_canary", "uploadUrl": url})).unwrap()
    };
    let upload = || Upload { filename: "pdf.zip", zip: b"zip".to_vec(), change_comment: Some("why") };
    let error = Error::from(account.upload(&ticket(&other.url), upload()).await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Integrity, "foreign_address"));
    assert!(!format!("{error:?}").contains("canary"));
    assert_eq!(other.count(), 0);
    let done = account.upload(&ticket("/api/uploads/process-skill"), upload()).await.unwrap();
    assert_eq!(done.skill.slug, slug("pdf"));
    let seen = drive.nth(1);
    assert_eq!(seen.headers["authorization"], "Bearer ut_live_canary");
    let body = String::from_utf8_lossy(&seen.body).into_owned();
    assert!(body.contains("name=\"file\"; filename=\"pdf.zip\"") && body.contains("name=\"changeComment\""), "{body}");
    assert_eq!(Secret::new("x").expose(), "x");
}

#[tokio::test]
async fn a_preview_is_kept_as_it_came_and_one_without_its_list_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    let raw = json!({"slug": "pdf", "action": "teleport", "credit_cost": 1, "new_field": [1, 2]});
    let sent = raw.clone();
    let drive = Fake::start(move |nth, _| match nth {
        1 => answer(200, &json!({"data": {"classifications": [sent], "credits": {"balance": 5}}})),
        _ => answer(200, &json!({"data": {"plan": []}})),
    })
    .await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    let request = json!({"install_id": InstallId::random(), "kind": "manual", "mode": "all", "local": []});
    let request = serde_json::from_value(request).unwrap();
    let preview = account.preview(&request).await.unwrap();
    assert_eq!(preview.classifications[0].1, raw);
    assert_eq!(preview.classifications[0].0.action.as_str(), "teleport");
    let error = Error::from(account.preview(&request).await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Failure, "dialect"));
    assert!(error.message().contains("another sync dialect"));
}

#[tokio::test]
async fn an_installation_of_another_account_gets_a_new_identity() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, seen| match nth {
        1 => refused(409, "install_id_claimed"),
        _ => {
            let body: Value = serde_json::from_slice(&seen.body).unwrap();
            answer(200, &json!({"data": {"install_id": body["install_id"], "adopted": true}}))
        }
    })
    .await;
    let client = client(home.path(), &drive.url);
    let mut account = account(&client, home.path());
    let old = client.install_id();
    let adopted = adoption::adopt(&mut account, &paths(home.path())).await.unwrap();
    assert!(matches!(adopted, Adopted::Renewed) && client.install_id() != old);
    assert_eq!(account.adoption(), Adoption::Done);
    assert_eq!(drive.nth(2).headers["x-skillzdrive-install-id"], client.install_id().to_string());
}

#[tokio::test]
async fn an_adoption_that_finds_no_drive_is_done_later() {
    let home = tempfile::tempdir().unwrap();
    let down = Fake::start(|_, _| refused(503, "unavailable")).await;
    let client = client(home.path(), &down.url);
    let mut account = account(&client, home.path());
    assert!(matches!(adoption::adopt(&mut account, &paths(home.path())).await.unwrap(), Adopted::Later(_)));
    assert_eq!(self::account(&client, home.path()).adoption(), Adoption::Pending);
}

#[tokio::test]
async fn an_event_carries_its_own_install_id_and_no_key() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| answer(202, &json!({"data": {"accepted": true}}))).await;
    let client = client(home.path(), &drive.url);
    let event =
        json!({"install_id": InstallId::random(), "event_type": EventType::Login, "cli_version": "0", "os": "x"});
    let event: skillzdrive_wire::telemetry::Event = serde_json::from_value(event).unwrap();
    client.send_event(&event).await.unwrap();
    let seen = drive.nth(1);
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.headers["x-skillzdrive-install-id"], event.install_id.to_string());
    assert!(seen.headers.get("authorization").is_none());
}

#[tokio::test]
async fn offline_asks_nobody_and_uses_what_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| answer(200, &catalogue())).await;
    client(home.path(), &drive.url).marketplace(Freshness::Any).await.unwrap();
    let mut offline = client(home.path(), &drive.url);
    offline.setup.offline = true;
    let cold = tempfile::tempdir().unwrap();
    let mut dry = client(cold.path(), &drive.url);
    dry.setup.dry_run = true;
    dry.marketplace(Freshness::Any).await.unwrap();
    assert!(!cold.path().join("cache").exists());
    assert!(!offline.marketplace(Freshness::Revalidate).await.unwrap().is_current);
    let error = Error::from(offline.fetch(&download(b"x", 1), None, &|_| ()).await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Unavailable, "offline"));
    assert_eq!(drive.count(), 2);
}
