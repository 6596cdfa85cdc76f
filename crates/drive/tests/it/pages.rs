//! What a person sees in a browser: signing in and out, the drive page, and that no stranger's text is markup.

use reqwest::Method;
use serde_json::json;

use crate::browser::Browser;
use crate::browser::Form;
use crate::fixture::MINUTE;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::sha;

/// A browser that is signed in with the owner's key, and the drive page.
async fn signed_in(server: &Server) -> (Browser<'_>, Reply) {
    let mut browser = Browser::new(server);
    let page = browser.open("/").await;
    assert!(browser.at.starts_with("/sign-in"), "{}", browser.at);
    let page = browser.sign_in(&page, &server.key).await;
    assert_eq!((page.status, browser.at.as_str()), (200, "/drive"), "{}", page.text());
    (browser, page)
}

#[tokio::test]
async fn every_page_keeps_to_itself() {
    let server = Server::start().await;
    let (mut browser, drive) = signed_in(&server).await;
    let sign_in = Browser::new(&server).open("/sign-in").await;
    let error = browser.open("/authorize").await;
    let missing = browser.open("/drive/revoke?key=none").await;
    assert_eq!((sign_in.status, error.status, missing.status), (200, 400, 404));
    for page in [&drive, &sign_in, &error, &missing] {
        let policy = page.header("content-security-policy");
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let text = page.text();
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{text}");
        for no in ["<script", " style=\"", " onclick", "http://", "https://"] {
            assert!(!text.contains(no), "{no}: {text}");
        }
        let style = text.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let style = server.anonymous(style).await;
        assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    }
    let icon = server.anonymous("/favicon.svg").await;
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/svg+xml"));
}

#[tokio::test]
async fn the_owners_key_signs_in_and_nothing_less_does() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/sign-in?next=/drive").await;
    for wrong in ["", "sk_live_wrong", "<b>"] {
        let again = browser.sign_in(&page, wrong).await;
        assert_eq!(again.status, 403);
        assert!(again.text().contains("does not know that key") && !again.text().contains("<b>"), "{}", again.text());
    }
    assert_eq!(browser.session(), None);
    let expired = server.drive.create_key("short", Some(1)).await.unwrap();
    server.advance(24 * 60 * MINUTE);
    let page = browser.open("/sign-in").await;
    assert_eq!(browser.sign_in(&page, expired.expose()).await.status, 403);
    let page = browser.sign_in(&page, &format!(" {}\n", server.key)).await;
    assert_eq!((page.status, browser.at.as_str()), (200, "/drive"));
    // Who is signed in needs no form, and goes where they were going.
    assert_eq!(browser.open("/sign-in?next=%2Fdrive").await.status, 200);
    assert_eq!(browser.at, "/drive");
}

#[tokio::test]
async fn nobody_is_sent_to_a_stranger_after_signing_in() {
    let server = Server::start().await;
    for next in ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"] {
        let mut browser = Browser::new(&server);
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = browser.open(&format!("/sign-in?next={next}")).await;
        let page = browser.sign_in(&page, &server.key).await;
        assert_eq!((page.status, browser.at.as_str()), (200, "/drive"), "{next}");
    }
}

#[tokio::test]
async fn a_session_that_was_planted_is_nobodys() {
    let server = Server::start().await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/sign-in").await;
    let name = format!("skillzdrive_session_{}", server.url.rsplit(':').next().unwrap());
    let planted = format!("ws_live_{}", "0".repeat(64));
    browser.cookies.insert(name.clone(), planted.clone());
    browser.sign_in(&page, &server.key).await;
    let own = browser.session().unwrap();
    assert_ne!(own, planted);
    let mut attacker = Browser::new(&server);
    attacker.cookies.insert(name, planted);
    attacker.open("/drive").await;
    assert!(attacker.at.starts_with("/sign-in"));
    // Each sign-in is a session of its own.
    let (other, _) = signed_in(&server).await;
    assert_ne!(other.session().unwrap(), own);
}

#[tokio::test]
async fn a_sign_in_form_belongs_to_the_browser_that_loaded_it() {
    let server = Server::start().await;
    let mut attacker = Browser::new(&server);
    let page = attacker.open("/sign-in").await;
    let form = Form::of(&page.text()).with("key", &server.key);
    // A form of the attacker's, sent by the victim's browser, would sign them in as somebody else.
    let mut victim = Browser::new(&server);
    assert_eq!(victim.submit(&form).await.status, 403);
    victim.open("/sign-in").await;
    assert_eq!(victim.submit(&form).await.status, 403);
    assert_eq!(victim.submit(&form.clone().without("csrf")).await.status, 403);
    assert_eq!(victim.session(), None);
    assert_eq!(attacker.submit(&form).await.status, 200);
}

#[tokio::test]
async fn a_session_ends_with_its_time_its_key_and_on_request() {
    let server = Server::start().await;
    let (mut browser, page) = signed_in(&server).await;
    let cookie = browser.cookies.clone();
    assert_eq!(browser.submit(&Form::to(&page.text(), "/sign-out").without("csrf")).await.status, 403);
    let out = browser.submit(&Form::to(&page.text(), "/sign-out")).await;
    assert_eq!((out.status, browser.at.as_str(), browser.session()), (200, "/sign-in", None));
    // Not only the browser forgot it.
    browser.cookies = cookie;
    browser.open("/drive").await;
    assert!(browser.at.starts_with("/sign-in"));

    let (mut browser, _) = signed_in(&server).await;
    server.advance(12 * 60 * MINUTE - 1);
    browser.open("/drive").await;
    assert_eq!(browser.at, "/drive");
    server.advance(1);
    browser.open("/drive").await;
    assert!(browser.at.starts_with("/sign-in"));

    let (mut browser, _) = signed_in(&server).await;
    server.drive.create_key("second", None).await.unwrap();
    server.drive.revoke_key(&server.key).await.unwrap();
    browser.open("/drive").await;
    assert!(browser.at.starts_with("/sign-in"));
}

#[tokio::test]
async fn keys_are_revoked_from_the_page_and_only_ones_own() {
    let server = Server::start().await;
    let key = server.drive.create_key("ci <b>", None).await.unwrap();
    let other = server.drive.create_account("other").await.unwrap();
    let (mut browser, page) = signed_in(&server).await;
    let text = page.text();
    assert!(text.contains("ci &lt;b&gt;") && text.contains(&key.expose()[..12]), "{text}");
    assert!(!text.contains(key.expose()) && !text.contains(&other.expose()[..12]), "{text}");
    let links: Vec<&str> =
        text.split("href=\"/drive/revoke?key=").skip(1).map(|l| l.split('"').next().unwrap()).collect();
    let own = links.len();
    assert_eq!(own, 2);
    let question = browser.open(&format!("/drive/revoke?key={}", links[1])).await;
    let form = Form::of(&question.text());
    assert!(question.text().contains("ci &lt;b&gt;"));
    assert_eq!(browser.submit(&form.clone().without("csrf")).await.status, 403);
    assert_eq!(browser.submit(&form.clone().with("key", "none")).await.status, 404);
    let get = |key: &str| server.request(Method::GET, "/api/v1/drive").bearer_auth(key);
    assert_eq!(server.send(get(key.expose())).await.status, 200);
    let page = browser.submit(&form).await;
    assert_eq!((page.status, browser.at.as_str()), (200, "/drive#keys"));
    assert!(page.text().contains("1 key no longer works."), "{}", page.text());
    assert_eq!(server.send(get(key.expose())).await.status, 401);
    // Another account's key cannot be named.
    let mut stranger = Browser::new(&server);
    let page = stranger.open("/sign-in").await;
    stranger.sign_in(&page, other.expose()).await;
    assert_eq!(stranger.open(&format!("/drive/revoke?key={}", links[0])).await.status, 404);
    // One's own ends the session too.
    let question = browser.open(&format!("/drive/revoke?key={}", links[0])).await;
    assert!(question.text().contains("you will be signed out"));
    browser.submit(&Form::of(&question.text())).await;
    assert!(browser.at.starts_with("/sign-in"), "{}", browser.at);
}

#[tokio::test]
async fn the_drive_page_shows_what_is_there() {
    let server = Server::start().await;
    let (mut browser, page) = signed_in(&server).await;
    let text = page.text();
    for empty in ["There is nothing in your drive yet.", "Nothing was synced yet.", "1\u{202f}000</strong> to spend"] {
        assert!(text.contains(empty), "{empty}: {text}");
    }
    server.publish("pdf", "one").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    let body = json!([local("mine", &sha('a'), None)]);
    let plan = server.preview("first_run", "all", body).await["classifications"].clone();
    let run = server.execute("first_run", "all", &plan).await.data(200);
    server.finalize(&run["run_id"], json!([])).await;
    server.advance(2 * 60 * MINUTE);
    assert!(browser.open("/drive").await.text().contains("From tomorrow on"));
    server.advance(17 * 60 * MINUTE);
    let (_, page) = signed_in(&server).await;
    let text = page.text();
    for there in [
        "<bdi class=\"name\">pdf</bdi>",
        "<td class=\"n\">1</td>",
        "999</strong> to spend",
        "24\u{a0}Nov\u{a0}2026, 05:39\u{a0}UTC</time>",
        "first run",
        "role=\"img\"",
        "from 24 Nov to 25 Nov: lowest 999, highest 999, now 999.",
        ">signed in with<",
    ] {
        assert!(text.contains(there), "{there}: {text}");
    }
    let free = Server::with(|config| config.charges = false).await;
    let (_, page) = signed_in(&free).await;
    assert!(page.text().contains("Nothing costs anything on this drive."));
}

#[tokio::test]
async fn a_clients_name_is_text_and_its_target_is_named() {
    let server = Server::start().await;
    let body = json!({ "client_name": "<script>alert(1)</script>", "redirect_uris": ["http://localhost/cb"] });
    let client = server.send(server.request(Method::POST, "/api/mcp/oauth/register").json(&body)).await.json();
    let address = format!(
        "/authorize?response_type=code&client_id={}&redirect_uri=http%3A%2F%2Flocalhost%3A77%2Fcb&state=%22%3E%3Cb%3E\
         &code_challenge_method=S256&code_challenge={}",
        client["client_id"].as_str().unwrap(),
        "a".repeat(43)
    );
    let mut browser = Browser::new(&server);
    let page = browser.open(&address).await;
    let page = browser.sign_in(&page, &server.key).await;
    let text = page.text();
    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !text.contains("<script"), "{text}");
    assert!(text.contains(">localhost:77<") && !text.contains("\"><b>"), "{text}");
    assert!(page.header("content-security-policy").contains("form-action 'self' http://localhost:77;"));
    assert!(text.contains("owner") && text.contains("spend your credits"));
}

#[tokio::test]
async fn over_https_a_cookie_is_for_https_alone() {
    let server = Server::with(|config| {
        config.public_url = Some("https://drive.example".to_owned());
        config.behind_proxy = true;
    })
    .await;
    let reply = server.send(server.request(Method::GET, "/sign-in").header("host", "drive.example")).await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-skillzdrive_form=wf_live_"), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
}

#[tokio::test]
async fn a_key_for_some_skills_opens_no_page_and_agrees_to_nothing() {
    let server = Server::start().await;
    server.publish("pdf", "one").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    let body = json!({ "name": "acme <b> 42", "skillSlugs": ["pdf"] });
    let made = server.post("/api/v1/collections", body).await.data(201);
    let scoped = made["apiKey"].as_str().unwrap();
    let mut browser = Browser::new(&server);
    let page = browser.open("/sign-in").await;
    let again = browser.sign_in(&page, scoped).await;
    assert_eq!((again.status, browser.session()), (403, None));
    assert!(again.text().contains("sees only some of the skills"), "{}", again.text());
    // As its client's own token it is what it was.
    let form = [("grant_type", "client_credentials"), ("client_id", &scoped[..12]), ("client_secret", scoped)];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = server.request(Method::POST, "/api/mcp/oauth/token").body(body);
    let token = server.send(request.header("content-type", "application/x-www-form-urlencoded")).await.json();
    assert_eq!((&token["access_token"], &token["scope"]), (&json!(scoped), &json!("scoped")));
    // The owner sees the collection, and that its key is one.
    let (mut browser, page) = signed_in(&server).await;
    let text = page.text();
    let (_, collections) = text.split_once("id=\"collections\"").unwrap();
    assert!(collections.contains("acme &lt;b&gt; 42") && collections.contains("pdf"), "{text}");
    let link = text.split("aria-label=\"Revoke acme").next().unwrap().rsplit("key=").next().unwrap();
    let question = browser.open(&format!("/drive/revoke?key={}", link.split('"').next().unwrap())).await;
    assert!(question.text().contains("nobody has a key to it"), "{}", question.text());
    // An all-skills key that becomes a scoped one takes its sessions with it.
    let all = server.post("/api/v1/collections", json!({ "name": "all" })).await.data(201);
    let mut other = Browser::new(&server);
    let page = other.open("/sign-in").await;
    other.sign_in(&page, all["apiKey"].as_str().unwrap()).await;
    assert_eq!(other.at, "/drive");
    let patch = server.request(Method::PATCH, "/api/v1/collections/all").bearer_auth(&server.key);
    server.send(patch.json(&json!({ "skillSlugs": ["pdf"] }))).await.data(200);
    other.open("/drive").await;
    assert!(other.at.starts_with("/sign-in"), "{}", other.at);
}
