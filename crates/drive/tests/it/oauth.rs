//! The browser login, from metadata to key, as a program and a browser that know only the RFCs see it.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use skillzdrive_wire::oauth::challenge;

use crate::browser::Browser;
use crate::browser::Form;
use crate::fixture::DAY;
use crate::fixture::INSTALL;
use crate::fixture::MINUTE;
use crate::fixture::OTHER_INSTALL;
use crate::fixture::Reply;
use crate::fixture::Server;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REDIRECT: &str = "http://127.0.0.1:4321/callback";
const TOKEN: &str = "/api/mcp/oauth/token";
const REGISTER: &str = "/api/mcp/oauth/register";
const REVOKE: &str = "/api/mcp/oauth/revoke";

async fn register(server: &Server, body: Value) -> Reply {
    server.send(server.request(Method::POST, REGISTER).json(&body)).await
}

async fn client(server: &Server, name: &str) -> String {
    let reply = register(server, json!({ "client_name": name, "redirect_uris": [REDIRECT] })).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["client_id"].as_str().unwrap().to_owned()
}

/// The parameters of a right request.
fn parameters(client_id: &str) -> Vec<(&'static str, String)> {
    vec![
        ("response_type", "code".to_owned()),
        ("client_id", client_id.to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("code_challenge", challenge(&Sha256::digest(VERIFIER.as_bytes()).into())),
        ("code_challenge_method", "S256".to_owned()),
        ("state", "a state&more".to_owned()),
    ]
}

fn address(parameters: &[(&str, String)]) -> String {
    format!("/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// What a redirect carries.
fn answer(reply: &Reply) -> Vec<(String, String)> {
    assert_eq!(reply.status, 303, "{}", reply.text());
    let (to, query) = reply.header("location").split_once('?').unwrap();
    assert_eq!(to, REDIRECT);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn part<'a>(answer: &'a [(String, String)], name: &str) -> &'a str {
    answer.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
}

/// Signs in, agrees, and gives the code.
async fn code(server: &Server, client_id: &str) -> String {
    let mut browser = Browser::new(server);
    let page = browser.open(&address(&parameters(client_id))).await;
    let page = browser.sign_in(&page, &server.key).await;
    let reply = browser.submit(&Form::of(&page.text()).with("decision", "allow")).await;
    let answer = answer(&reply);
    assert_eq!(part(&answer, "state"), "a state&more");
    assert_eq!(part(&answer, "iss"), server.url);
    part(&answer, "code").to_owned()
}

fn exchange(client_id: &str, code: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", client_id.to_owned()),
        ("code", code.to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ]
}

async fn post(server: &Server, path: &str, install: Option<&str>, form: &[(&str, String)]) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = server.request(Method::POST, path).body(body);
    request = request.header("content-type", "application/x-www-form-urlencoded");
    if let Some(install) = install {
        request = request.header("x-skillzdrive-install-id", install);
    }
    server.send(request).await
}

/// A whole login; the key.
async fn login(server: &Server, install: Option<&str>, client_id: &str) -> String {
    let code = code(server, client_id).await;
    let reply = post(server, TOKEN, install, &exchange(client_id, &code)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("cache-control"), "no-store");
    let json = reply.json();
    assert_eq!((&json["token_type"], &json["scope"]), (&json!("Bearer"), &json!("all_skills")));
    json["access_token"].as_str().unwrap().to_owned()
}

#[track_caller]
fn refused(reply: &Reply, status: u16, error: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    let json = reply.json();
    assert_eq!(json["error"], error, "{json}");
    let description = json["error_description"].as_str().unwrap();
    assert!(!description.is_empty() && description.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"'), "{json}");
    assert_eq!(reply.header("cache-control"), "no-store");
}

async fn works(server: &Server, key: &str) -> bool {
    let reply = server.send(server.request(Method::GET, "/api/v1/account/credits").bearer_auth(key)).await;
    assert!(matches!(reply.status, 200 | 401), "{}", reply.text());
    reply.status == 200
}

#[tokio::test]
async fn the_metadata_names_our_own_origin() {
    let server = Server::start().await;
    let reply = server.anonymous("/.well-known/oauth-authorization-server").await;
    assert_eq!(reply.status, 200);
    let url = &server.url;
    assert_eq!(
        reply.json(),
        json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/api/mcp/oauth/token"),
            "registration_endpoint": format!("{url}/api/mcp/oauth/register"),
            "revocation_endpoint": format!("{url}/api/mcp/oauth/revoke"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true
        })
    );
    let server = Server::with(|config| config.public_url = Some("https://drive.example".to_owned())).await;
    let json = server.anonymous("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(json["token_endpoint"], "https://drive.example/api/mcp/oauth/token");
}

#[tokio::test]
async fn a_login_gives_a_key_and_the_next_one_replaces_it() {
    let server = Server::start().await;
    let first = login(&server, Some(INSTALL), &client(&server, "cli@laptop").await).await;
    assert!(first.starts_with("sk_live_") && works(&server, &first).await);
    let listed = server.drive.list_keys().await.unwrap();
    assert_eq!(listed.last().unwrap().name, "cli@laptop");
    // Another installation, and a program that names none, do not touch it.
    let other = login(&server, Some(OTHER_INSTALL), &client(&server, "cli@desk").await).await;
    let nameless = client(&server, "elsewhere").await;
    let third = login(&server, None, &nameless).await;
    assert!(works(&server, &first).await && works(&server, &other).await && works(&server, &third).await);
    let second = login(&server, Some(INSTALL), &client(&server, "cli@laptop").await).await;
    assert!(!works(&server, &first).await, "replaced");
    assert!(works(&server, &second).await && works(&server, &other).await && works(&server, &third).await);
    let fourth = login(&server, None, &nameless).await;
    assert!(!works(&server, &third).await && works(&server, &fourth).await);
    assert!(works(&server, &server.key).await, "what was made by hand stays");
}

#[tokio::test]
async fn a_code_works_once_and_its_second_use_ends_its_key() {
    let server = Server::start().await;
    let client_id = client(&server, "cli@laptop").await;
    let code = code(&server, &client_id).await;
    let form = exchange(&client_id, &code);
    let key = post(&server, TOKEN, None, &form).await.json()["access_token"].as_str().unwrap().to_owned();
    assert!(works(&server, &key).await);
    refused(&post(&server, TOKEN, None, &form).await, 400, "invalid_grant");
    assert!(!works(&server, &key).await);
    refused(&post(&server, TOKEN, None, &form).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_code_is_bound_to_its_minute_client_redirect_and_verifier() {
    let server = Server::start().await;
    let client_id = client(&server, "cli@laptop").await;
    let other = client(&server, "another").await;
    let before = server.drive.list_keys().await.unwrap().len();
    for (name, wrong) in [
        ("client_id", other.as_str()),
        ("redirect_uri", "http://127.0.0.1:4322/callback"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
        ("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_verifier", "short"),
    ] {
        let code = code(&server, &client_id).await;
        let mut form = exchange(&client_id, &code);
        form.iter_mut().find(|(given, _)| *given == name).unwrap().1 = wrong.to_owned();
        refused(&post(&server, TOKEN, None, &form).await, 400, "invalid_grant");
        // It was tried, and that was its one time.
        refused(&post(&server, TOKEN, None, &exchange(&client_id, &code)).await, 400, "invalid_grant");
    }
    let late = code(&server, &client_id).await;
    server.advance(MINUTE);
    refused(&post(&server, TOKEN, None, &exchange(&client_id, &late)).await, 400, "invalid_grant");
    let in_time = code(&server, &client_id).await;
    server.advance(MINUTE - 1);
    assert_eq!(post(&server, TOKEN, None, &exchange(&client_id, &in_time)).await.status, 200);
    assert_eq!(server.drive.list_keys().await.unwrap().len(), before + 1, "no key came of the others");
}

#[tokio::test]
async fn what_the_token_route_cannot_read_is_refused_in_its_own_form() {
    let server = Server::start().await;
    let form = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(n, v)| (*n, (*v).to_owned())).collect::<Vec<_>>();
    for (pairs, error) in [
        (&[][..], "invalid_request"),
        (&[("grant_type", "password")], "unsupported_grant_type"),
        (&[("grant_type", "refresh_token")], "unsupported_grant_type"),
        (&[("grant_type", "authorization_code")], "invalid_request"),
        (&[("grant_type", "authorization_code"), ("grant_type", "authorization_code")], "invalid_request"),
    ] {
        refused(&post(&server, TOKEN, None, &form(pairs)).await, 400, error);
    }
    let mut unknown = exchange("oc_none", "ac_live_none");
    refused(&post(&server, TOKEN, None, &unknown).await, 400, "invalid_grant");
    unknown[0].1 = "x".repeat(40 << 10);
    refused(&post(&server, TOKEN, None, &unknown).await, 413, "invalid_request");
    let json = server.request(Method::POST, TOKEN).json(&json!({ "grant_type": "authorization_code" }));
    refused(&server.send(json).await, 400, "invalid_request");
    refused(&post(&server, REVOKE, None, &[]).await, 400, "invalid_request");
    let basic = server
        .request(Method::POST, TOKEN)
        .header("authorization", "Bearer x")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let reply = server.send(basic).await;
    refused(&reply, 401, "invalid_client");
    assert!(reply.header("www-authenticate").starts_with("Basic"));
    server.drive.close().await;
    refused(&post(&server, TOKEN, None, &exchange("a", "b")).await, 503, "temporarily_unavailable");
}

#[tokio::test]
async fn a_client_with_a_key_gets_that_key_as_its_token() {
    let server = Server::start().await;
    let key = server.drive.create_key("ci", Some(2)).await.unwrap().expose().to_owned();
    let form = |id: &str, secret: &str| {
        vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", id.to_owned()),
            ("client_secret", secret.to_owned()),
        ]
    };
    let json = post(&server, TOKEN, None, &form(&key[..12], &key)).await.json();
    assert_eq!((&json["access_token"], &json["expires_in"]), (&json!(key), &json!(2 * DAY / 1_000)));
    assert_eq!(json["scope"], "all_skills");
    let basic = server
        .request(Method::POST, TOKEN)
        .basic_auth(&key[..12], Some(&key))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    assert_eq!(server.send(basic).await.json()["access_token"], key);
    refused(&post(&server, TOKEN, None, &form("sk_live_xxxx", &key)).await, 401, "invalid_client");
    refused(&post(&server, TOKEN, None, &form("sk_live_xxxx", "sk_live_xxxxxxxx")).await, 401, "invalid_client");
    refused(&post(&server, TOKEN, None, &form(&key[..12], "")).await, 401, "invalid_client");
    server.advance(2 * DAY);
    refused(&post(&server, TOKEN, None, &form(&key[..12], &key)).await, 401, "invalid_client");
}

#[tokio::test]
async fn who_has_a_logins_key_may_give_it_back() {
    let server = Server::start().await;
    let key = login(&server, Some(INSTALL), &client(&server, "cli@laptop").await).await;
    let token = |token: &str| vec![("token", token.to_owned()), ("token_type_hint", "access_token".to_owned())];
    assert_eq!(post(&server, REVOKE, None, &token(&key)).await.status, 200);
    assert!(!works(&server, &key).await);
    assert_eq!(post(&server, REVOKE, None, &token(&key)).await.status, 200, "again is as good");
    assert_eq!(post(&server, REVOKE, None, &token("sk_live_unknown")).await.status, 200);
    refused(&post(&server, REVOKE, None, &token(&server.key)).await, 400, "unsupported_token_type");
    assert!(works(&server, &server.key).await);
}

#[tokio::test]
async fn only_clients_on_the_persons_machine_are_registered() {
    let server = Server::start().await;
    for (body, error) in [
        (json!({}), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://evil.example/"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [REDIRECT, "http://127.0.0.1@evil.example/"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["myapp://callback"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": vec![REDIRECT; 9] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": REDIRECT }), "invalid_client_metadata"),
        (json!("words"), "invalid_client_metadata"),
        (
            json!({ "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "client_secret_basic" }),
            "invalid_client_metadata",
        ),
        (json!({ "redirect_uris": [REDIRECT], "grant_types": ["implicit"] }), "invalid_client_metadata"),
    ] {
        refused(&register(&server, body).await, 400, error);
    }
    refused(&register(&server, json!({ "client_name": "x".repeat(20 << 10) })).await, 413, "invalid_request");
    let reply = register(
        &server,
        json!({
            "client_name": " cli@\u{202e}laptop\n", "redirect_uris": [REDIRECT], "grant_types": ["authorization_code"],
            "response_types": ["code"], "token_endpoint_auth_method": "none", "logo_uri": "https://evil.example/"
        }),
    )
    .await;
    assert_eq!(reply.status, 201);
    let json = reply.json();
    assert_eq!(json["client_name"], "cli@laptop");
    assert_eq!(json["redirect_uris"], json!([REDIRECT]));
    assert_eq!(json["client_id_issued_at"], 1_795_498_778);
    assert!(json.get("client_secret").is_none() && json.get("logo_uri").is_none());
    // Nobody agreed to it for an hour: it is forgotten when the next one comes.
    let id = json["client_id"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(&server);
    assert_eq!(browser.open(&address(&parameters(&id))).await.status, 200);
    server.advance(60 * MINUTE + 1);
    client(&server, "next").await;
    assert_eq!(browser.open(&address(&parameters(&id))).await.status, 400);
}

#[tokio::test]
async fn a_request_that_cannot_be_answered_is_told_the_person_alone() {
    let server = Server::start().await;
    let client_id = client(&server, "cli@laptop").await;
    let right = parameters(&client_id);
    let with = |name: &str, value: &str| {
        let mut changed = right.clone();
        changed.iter_mut().find(|(given, _)| *given == name).unwrap().1 = value.to_owned();
        changed
    };
    let twice = [right.clone(), vec![("redirect_uri", "http://127.0.0.1:1/callback".to_owned())]].concat();
    for wrong in [
        with("client_id", "oc_none"),
        with("client_id", ""),
        with("redirect_uri", "https://evil.example/callback"),
        with("redirect_uri", "http://127.0.0.1:4321/other"),
        with("redirect_uri", "http://localhost:4321/callback"),
        with("redirect_uri", ""),
        twice,
        Vec::new(),
    ] {
        let reply = Browser::new(&server).open(&address(&wrong)).await;
        assert_eq!(reply.status, 400, "{wrong:?}");
        assert!(reply.header("content-type").starts_with("text/html") && reply.header("location").is_empty());
        assert!(reply.text().contains("This login cannot go on"), "{}", reply.text());
    }
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
    ] {
        let answer = answer(&Browser::new(&server).open(&address(&with(name, value))).await);
        assert_eq!(part(&answer, "error"), error, "{name}={value}");
        assert_eq!((part(&answer, "state"), part(&answer, "iss")), ("a state&more", server.url.as_str()));
        assert_eq!(part(&answer, "code"), "");
    }
    // The port alone may be another one than the registered.
    let reply = Browser::new(&server).open(&address(&with("redirect_uri", "http://127.0.0.1:9/callback"))).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_person_who_does_not_agree_is_taken_at_their_word() {
    let server = Server::start().await;
    let client_id = client(&server, "cli@laptop").await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&address(&parameters(&client_id))).await;
    let page = browser.sign_in(&page, &server.key).await;
    let form = Form::of(&page.text());
    let said = answer(&browser.submit(&form.clone().with("decision", "deny")).await);
    assert_eq!((part(&said, "error"), part(&said, "state")), ("access_denied", "a state&more"));
    assert_eq!(part(&said, "code"), "");
    assert_eq!(browser.submit(&form).await.status, 400, "no decision is none");
    // What the form holds is checked like what the address held.
    let foreign = form.clone().with("redirect_uri", "http://evil.example/").with("decision", "allow");
    let reply = browser.submit(&foreign).await;
    assert_eq!((reply.status, reply.header("location")), (400, ""));
    assert_eq!(server.drive.list_keys().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_consent_needs_the_form_of_its_own_page() {
    let server = Server::start().await;
    let client_id = client(&server, "cli@laptop").await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&address(&parameters(&client_id))).await;
    let page = browser.sign_in(&page, &server.key).await;
    let allow = Form::of(&page.text()).with("decision", "allow");
    for forged in [allow.clone().without("csrf"), allow.clone().with("csrf", "00"), allow.clone().with("csrf", "")] {
        let reply = browser.submit(&forged).await;
        assert_eq!((reply.status, reply.header("location")), (403, ""));
    }
    // Another person's form is not this person's.
    let mut other = Browser::new(&server);
    let page = other.open(&address(&parameters(&client_id))).await;
    other.sign_in(&page, server.drive.create_account("other").await.unwrap().expose()).await;
    assert_eq!(other.submit(&allow).await.status, 403);
    // The right form from a page of somebody else, and with no cookie at all.
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&allow.fields).finish();
    let request = |origin: &str| {
        let cookie = format!("{}={}", browser.cookies.keys().next().unwrap(), browser.session().unwrap());
        let request = server.request(Method::POST, "/authorize").header("cookie", cookie).header("origin", origin);
        request.header("content-type", "application/x-www-form-urlencoded").body(body.clone())
    };
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(server.send(request(origin)).await.status, 403, "{origin}");
    }
    let nobody = Browser::new(&server).submit(&allow).await;
    assert!(nobody.text().contains("<h1>Sign in</h1>"), "{}", nobody.text());
    assert_eq!(browser.submit(&allow).await.status, 303);
}

#[tokio::test]
async fn anonymous_calls_of_the_login_are_counted() {
    let server = Server::with(|config| config.limits.open_per_minute = 2).await;
    for _ in 0..2 {
        refused(&post(&server, TOKEN, None, &[]).await, 400, "invalid_request");
    }
    let reply = post(&server, TOKEN, None, &[]).await;
    refused(&reply, 429, "temporarily_unavailable");
    assert_eq!(reply.header("retry-after"), "60");
    let page = server.anonymous("/sign-in").await;
    assert_eq!((page.status, page.header("retry-after")), (429, "60"));
    assert!(page.text().contains("<h1>Too many requests</h1>"));
}

#[cfg(unix)]
#[tokio::test]
async fn behind_a_socket_there_is_no_browser() {
    use tokio::io::AsyncReadExt as _;
    use tokio::io::AsyncWriteExt as _;
    let server = Server::start().await;
    let socket = server.home.path().join("s");
    let listener = tokio::net::UnixListener::bind(&socket).unwrap();
    let drive = server.drive.clone();
    let serving = tokio::spawn(async move { drive.serve(listener, std::future::pending()).await });
    for path in ["/drive", "/sign-in", "/authorize", "/.well-known/oauth-authorization-server"] {
        let mut stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 404") && text.contains("\"not_found\""), "{text}");
    }
    serving.abort();
}
