//! The upload page, as a browser uses it and as somebody with bad intentions does.

use reqwest::Method;
use reqwest::multipart::Form;
use reqwest::multipart::Part;
use serde_json::Value;
use serde_json::json;

use crate::fixture::MINUTE;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::skill;
use crate::grades::SHELL;
use crate::grades::doing;

/// A browser with one page open.
struct Browser<'a> {
    server: &'a Server,
    cookie: String,
    csrf: String,
}

async fn address(server: &Server, body: Value) -> String {
    let url = server.post("/api/v1/uploads/url", body).await.data(200)["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{}/upload/ut_live_", server.url)), "{url}");
    url
}

fn cookie_of(reply: &Reply) -> String {
    let set = reply.header("set-cookie");
    assert!(set.contains("; HttpOnly; SameSite=Lax"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

fn csrf_of(page: &str) -> String {
    page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

impl<'a> Browser<'a> {
    async fn open(server: &'a Server, address: &str) -> Self {
        let opened = server.anonymous(address).await;
        assert_eq!((opened.status, opened.header("location")), (303, "/upload"), "{opened:?}");
        let mut browser = Self { server, cookie: cookie_of(&opened), csrf: String::new() };
        let page = browser.page().await;
        assert_eq!(page.status, 200, "{page:?}");
        browser.csrf = csrf_of(&text(&page));
        browser
    }

    async fn page(&self) -> Reply {
        self.server.send(self.server.request(Method::GET, "/upload").header("Cookie", &self.cookie)).await
    }

    async fn send(&self, form: Form) -> Reply {
        let request = self.server.request(Method::POST, "/upload").header("Cookie", &self.cookie);
        self.server.send(request.header("Origin", &self.server.url).multipart(form)).await
    }

    fn form(&self, zip: Vec<u8>) -> Form {
        let file = Part::bytes(zip).file_name("skill.zip");
        Form::new().text("csrf", self.csrf.clone()).part("file", file).text("changeComment", "a \"change\"")
    }

    async fn upload(&self, zip: Vec<u8>) -> Reply {
        self.send(self.form(zip)).await
    }
}

fn text(reply: &Reply) -> String {
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{reply:?}");
    String::from_utf8(reply.bytes.clone()).unwrap()
}

async fn slugs(server: &Server) -> Vec<Value> {
    let list = server.get("/api/v1/drive").await.data(200);
    list["skills"].as_array().unwrap().iter().map(|skill| skill["slug"].clone()).collect()
}

#[tokio::test]
async fn a_skill_is_uploaded_with_a_form() {
    let server = Server::start().await;
    let address = address(&server, json!({})).await;
    let browser = Browser::open(&server, &address).await;
    let page = browser.page().await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(policy.contains("form-action 'self'") && !policy.contains("script-src"), "{policy}");
    assert_eq!(page.header("cache-control"), "no-store");
    let form = text(&page);
    assert!(form.contains("enctype=\"multipart/form-data\"") && !form.contains("<script"), "{form}");
    assert!(form.contains("A new skill costs up to 1 credit"), "{form}");
    // Neither secret is in what the browser shows or keeps as an address.
    let secret = browser.cookie.split_once('=').unwrap().1;
    assert!(!form.contains("ut_live_") && !form.contains(secret), "{form}");

    let done = browser.upload(skill("mine", "v1").zip).await;
    assert_eq!(done.status, 201);
    let done_text = text(&done);
    for words in ["<h1>Uploaded</h1>", "is in the drive", "<code>mine</code>", "<dd>1</dd>", "2 files", "1 credit"] {
        assert!(done_text.contains(words), "{words}: {done_text}");
    }
    assert!(done.header("set-cookie").contains("Max-Age=0"), "the page is used up");
    assert_eq!(slugs(&server).await, ["mine"]);
    let shown = server.get("/api/v1/skills/mine").await.data(200);
    assert_eq!(shown["versions"][0]["change_comment"], "a \"change\"");
    // One upload and no more, whichever way it is tried.
    let again = browser.upload(skill("other", "x").zip).await;
    assert_eq!(again.status, 410);
    assert!(text(&again).contains("skillzdrive upload --url"));
    assert_eq!(browser.page().await.status, 410);
    assert_eq!(server.anonymous(&address).await.status, 410);
    assert_eq!((slugs(&server).await.len(), server.balance().await), (1, 999));
}

#[tokio::test]
async fn a_file_that_is_refused_may_be_chosen_again() {
    let server = Server::start().await;
    let browser = Browser::open(&server, &address(&server, json!({})).await).await;
    let nothing = browser.send(Form::new().text("csrf", browser.csrf.clone()).part("file", Part::bytes(vec![]))).await;
    assert_eq!(nothing.status, 400);
    assert!(text(&nothing).contains("No file was chosen"), "{nothing:?}");
    let refused = browser.upload(b"<html>no zip</html>".to_vec()).await;
    assert_eq!(refused.status, 422);
    let page = text(&refused);
    assert!(page.contains("role=\"alert\"") && page.contains("Choose another file"), "{page}");
    assert_eq!(csrf_of(&page), browser.csrf);
    assert_eq!(browser.upload(skill("mine", "v1").zip).await.status, 201);
}

#[tokio::test]
async fn what_cannot_be_paid_or_is_too_large_is_said_in_words() {
    let server = Server::with(|config| {
        config.signup_credits = 0;
        config.limits.package_bytes = 100_000;
    })
    .await;
    let browser = Browser::open(&server, &address(&server, json!({})).await).await;
    let dear = browser.upload(skill("mine", "v1").zip).await;
    assert_eq!(dear.status, 402);
    assert!(text(&dear).contains("costs 1 credits and the balance is 0"), "{}", text(&dear));
    for size in [100_001, 3_000_000] {
        let large = browser.upload(vec![0; size]).await;
        assert_eq!(large.status, 413);
        assert!(text(&large).contains("100000 bytes"), "{}", text(&large));
    }
    assert!(slugs(&server).await.is_empty());
}

#[tokio::test]
async fn an_address_opens_once_and_for_ten_minutes() {
    let server = Server::start().await;
    let first = address(&server, json!({})).await;
    // A browser that looks ahead uses nothing up.
    let ahead = server.request(Method::GET, &first).header("Sec-Purpose", "prefetch;prerender");
    assert_eq!(server.send(ahead).await.status, 503);
    let browser = Browser::open(&server, &first).await;
    // Whoever reads it later, in a log or a chat, has nothing; the browser that opened it still works.
    let later = server.anonymous(&first).await;
    assert_eq!((later.status, later.header("set-cookie")), (410, ""));
    let own = server.request(Method::GET, &first).header("Cookie", &browser.cookie);
    assert_eq!(server.send(own).await.status, 303);
    // The page's secrets are no tickets for programs, nor a program's ticket a page.
    let token = first.rsplit('/').next().unwrap();
    let secret = browser.cookie.split_once('=').unwrap().1;
    for token in [token, secret] {
        server.process(token, skill("a", "x").zip).await.refused(401, "invalid_ticket");
    }
    let ticket = server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
    let ticket = ticket["uploadToken"].as_str().unwrap();
    assert_eq!(server.anonymous(&format!("/upload/{ticket}")).await.status, 410);
    assert_eq!(server.process(ticket, skill("a", "x").zip).await.status, 201);

    let second = address(&server, json!({})).await;
    server.advance(10 * MINUTE);
    assert_eq!(server.anonymous(&second).await.status, 410);
    assert_eq!(browser.page().await.status, 410);
    assert_eq!(browser.upload(skill("mine", "v1").zip).await.status, 410);
    assert_eq!(slugs(&server).await, ["a"]);
}

#[tokio::test]
async fn two_at_once_are_one() {
    let server = Server::start().await;
    let browser = Browser::open(&server, &address(&server, json!({})).await).await;
    let (one, two) = tokio::join!(browser.upload(skill("one", "x").zip), browser.upload(skill("two", "x").zip));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 410]);
    assert_eq!(slugs(&server).await.len(), 1);
}

#[tokio::test]
async fn a_page_of_somebody_else_cannot_send_the_form() {
    let server = Server::start().await;
    let browser = Browser::open(&server, &address(&server, json!({})).await).await;
    let other = Browser::open(&server, &address(&server, json!({})).await).await;
    let zip = skill("evil", "x").zip;
    let file = || Part::bytes(zip.clone()).file_name("skill.zip");
    // Without the page's own text, with another page's, from elsewhere.
    let forms = [
        Form::new().part("file", file()),
        Form::new().text("csrf", "").part("file", file()),
        Form::new().text("csrf", other.csrf.clone()).part("file", file()),
    ];
    for form in forms {
        assert_eq!(browser.send(form).await.status, 403);
    }
    let elsewhere = server.request(Method::POST, "/upload").header("Cookie", &browser.cookie);
    for origin in ["https://evil.example", "null"] {
        let request = elsewhere.try_clone().unwrap().header("Origin", origin).multipart(browser.form(zip.clone()));
        assert_eq!(server.send(request).await.status, 403, "{origin}");
    }
    let nobody = server.request(Method::POST, "/upload").multipart(browser.form(zip.clone()));
    assert_eq!(server.send(nobody).await.status, 410);
    let wrong = server.request(Method::POST, "/upload").header("Cookie", &browser.cookie).json(&json!({}));
    assert_eq!(server.send(wrong).await.status, 415);
    assert!(slugs(&server).await.is_empty());
    // None of it used the ticket up.
    assert_eq!(browser.upload(zip).await.status, 201);
}

#[tokio::test]
async fn names_of_strangers_are_text_on_the_page() {
    let server = Server::start().await;
    let browser = Browser::open(&server, &address(&server, json!({})).await).await;
    let files = [("SKILL.md", "---\nname: <script>alert(1)</script>\ndescription: d\n---\n")];
    let zip = crate::fixture::skill_of(&files).zip;
    let file = Part::bytes(zip).file_name("\"><img src=x onerror=alert(1)>.zip");
    let refused = browser.send(Form::new().text("csrf", browser.csrf.clone()).part("file", file)).await;
    assert_eq!(refused.status, 422);
    let file = Part::bytes(crate::fixture::skill_of(&files).zip).file_name("plain.zip");
    let done = browser.send(Form::new().text("csrf", browser.csrf.clone()).part("file", file)).await;
    assert_eq!(done.status, 201);
    for page in [text(&refused), text(&done)] {
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }
    assert!(text(&done).contains("&lt;script&gt;"), "{}", text(&done));
}

#[tokio::test]
async fn a_key_that_was_revoked_takes_its_pages_with_it() {
    let server = Server::start().await;
    let key = server.drive.create_key("passing", None).await.unwrap();
    let url = server.post_as(key.expose(), "/api/v1/uploads/url", json!({})).await.data(200)["url"].clone();
    let browser = Browser::open(&server, url.as_str().unwrap()).await;
    server.drive.revoke_key(&key.expose()[..16]).await.unwrap();
    assert_eq!(browser.upload(skill("mine", "v1").zip).await.status, 410);
    assert!(slugs(&server).await.is_empty());
}

#[tokio::test]
async fn a_page_can_be_for_a_collection() {
    let server = Server::start().await;
    server.upload(json!({}), skill("first", "x").zip).await;
    let body = json!({ "name": "acme", "skillSlugs": ["first"] });
    let key = server.post("/api/v1/collections", body).await.data(201)["apiKey"].as_str().unwrap().to_owned();
    let browser = Browser::open(&server, &address(&server, json!({ "collectionName": "acme" })).await).await;
    let done = browser.upload(skill("second", "x").zip).await;
    assert_eq!(done.status, 201);
    assert!(text(&done).contains("<dt>Collection</dt>"), "{}", text(&done));
    let seen = server.send(server.request(Method::GET, "/api/v1/drive").bearer_auth(&key)).await.data(200);
    assert_eq!(seen["skills"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_address_needs_a_key_and_no_body() {
    let server = Server::start().await;
    let url = "/api/v1/uploads/url";
    server.send(server.request(Method::POST, url)).await.refused(401, "access_denied");
    let bare = server.send(server.request(Method::POST, url).bearer_auth(&server.key)).await;
    assert_eq!(bare.status, 200, "{bare:?}");
    server.post(url, json!({ "collectionName": "none" })).await.refused(404, "collection_not_found");
    server.post(url, json!("x")).await.refused(400, "invalid_request");
    for _ in 0..4 {
        server.post(url, json!({})).await.data(200);
    }
    server.post(url, json!({})).await.refused(429, "too_many_active_tickets");
    server.post("/api/v1/uploads/ticket", json!({})).await.refused(429, "too_many_active_tickets");
}

#[tokio::test]
async fn what_the_rules_find_is_told_on_the_page_and_another_file_may_be_chosen() {
    let server = Server::start().await;
    let address = address(&server, json!({})).await;
    let browser = Browser::open(&server, &address).await;
    let refused = browser.upload(doing("mine", SHELL).zip).await;
    assert_eq!(refused.status, 422);
    let page = text(&refused);
    for words in ["<h1>Not uploaded</h1>", "reverse-shell", "SKILL.md:6", "critical", "Choose another file"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!((slugs(&server).await.len(), server.balance().await), (0, 1_000));
    assert_eq!(browser.upload(skill("mine", "fine").zip).await.status, 201);
}
