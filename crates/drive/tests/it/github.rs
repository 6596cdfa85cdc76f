//! Trees from a GitHub of our own on the loopback, with the real one's routes and shapes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::Config;
use skillzdrive_drive::GithubHosts;
use skillzdrive_drive::Publishing;
use skillzdrive_wire::GithubTree;
use tokio::net::TcpListener;

use crate::fixture::Server;

const ONE: &str = "1111111111111111111111111111111111111111";
const TWO: &str = "2222222222222222222222222222222222222222";

type Files = Vec<(String, String)>;

#[derive(Default)]
struct Content {
    /// Ref or commit to commit.
    refs: BTreeMap<String, String>,
    /// Commit to the repository's files.
    commits: BTreeMap<String, Files>,
    asked: Vec<String>,
    headers: Vec<HeaderMap>,
}

/// The repository `acme/skills`; `acme/moved` has moved, `acme/limited` may not be asked, `acme/broken` has no archive.
#[derive(Clone, Default)]
pub(crate) struct FakeGithub {
    content: Arc<Mutex<Content>>,
    url: String,
}

impl FakeGithub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { url, ..Self::default() };
        let router = Router::new()
            .route("/api/repos/{owner}/{repo}/commits/{*reference}", get(commit))
            .route("/archives/{owner}/{repo}/tar.gz/{commit}", get(archive))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    pub(crate) fn configure(&self, config: &mut Config) {
        config.allow_private_webhooks = true;
        config.github = GithubHosts { api: format!("{}/api", self.url), archives: format!("{}/archives", self.url) };
    }

    fn put(&self, reference: &str, commit: &str, files: &[(&str, &str)]) {
        let mut content = self.content.lock().unwrap();
        content.refs.insert(reference.to_owned(), commit.to_owned());
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        content.commits.insert(commit.to_owned(), files);
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.content.lock().unwrap().asked)
    }

    fn note(&self, what: String, headers: HeaderMap) {
        let mut content = self.content.lock().unwrap();
        content.asked.push(what);
        content.headers.push(headers);
    }
}

async fn commit(
    State(fake): State<FakeGithub>,
    Path((owner, repo, reference)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    fake.note(format!("commit {repo} {reference}"), headers.clone());
    let told = |status: StatusCode, message: &str| (status, axum::Json(json!({ "message": message }))).into_response();
    match repo.as_str() {
        "moved" => return Redirect::permanent("/api/repositories/1/commits/main").into_response(),
        "limited" => {
            return (StatusCode::FORBIDDEN, [("retry-after", "1234")], "API rate limit exceeded").into_response();
        }
        "skills" | "broken" if owner.eq_ignore_ascii_case("acme") => {}
        _ => return told(StatusCode::NOT_FOUND, "Not Found"),
    }
    assert_eq!(headers["accept"], "application/vnd.github.sha");
    match fake.content.lock().unwrap().refs.get(&reference) {
        Some(commit) => commit.clone().into_response(),
        None => told(StatusCode::UNPROCESSABLE_ENTITY, &format!("No commit found for SHA: {reference}")),
    }
}

async fn archive(
    State(fake): State<FakeGithub>,
    Path((_, repo, commit)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    fake.note(format!("archive {repo} {commit}"), headers);
    if repo == "broken" {
        return "<html>this is no archive</html>".into_response();
    }
    let content = fake.content.lock().unwrap();
    let Some(files) = content.commits.get(&commit) else { return StatusCode::NOT_FOUND.into_response() };
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o664);
        tar.append_data(&mut header, format!("skills-{commit}/{path}"), text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap().into_response()
}

fn text(name: &str) -> String {
    format!("---\nname: {name}\ndescription: Does {name}\nmetadata:\n  tags: one, two\n---\n")
}

fn url(tail: &str) -> String {
    format!("https://github.com/Acme/skills{tail}")
}

async fn server(fake: &FakeGithub) -> Server {
    Server::with(|config| fake.configure(config)).await
}

async fn import(server: &Server, url: &str) -> crate::fixture::Reply {
    server.post("/api/v1/drive/import", json!({ "skillSlug": url })).await
}

#[tokio::test]
async fn a_tree_is_imported_at_its_commit_for_the_price_of_an_import() {
    let fake = FakeGithub::start().await;
    let (pdf, docx) = (text("pdf"), text("docx"));
    fake.put(
        "main",
        ONE,
        &[
            ("README.md", "# skills"),
            ("skills/pdf/SKILL.md", &pdf),
            ("skills/pdf/scripts/run.sh", "#!/bin/sh\n"),
            ("skills/docx/SKILL.md", &docx),
        ],
    );
    let server = server(&fake).await;
    let got = import(&server, &url("/tree/main/skills/pdf")).await.data(201);
    assert_eq!((&got["credit_cost"], &got["credits_remaining"]), (&json!(1), &json!(999)));
    let skill = &got["skill"];
    let expected = json!(["pdf", "github", "private", 1, url(&format!("/tree/{ONE}/skills/pdf"))]);
    assert_eq!(
        json!([skill["slug"], skill["origin"], skill["category"], skill["version"], skill["github_url"]]),
        expected
    );
    assert_eq!((&skill["tags"], &skill["scripts"]), (&json!(["one", "two"]), &json!(["run.sh"])));
    assert_eq!(fake.asked(), ["commit skills main".to_owned(), format!("archive skills {ONE}")]);
    // Nothing of ours goes there.
    for headers in &fake.content.lock().unwrap().headers {
        assert!(!headers.contains_key("authorization") && !headers.contains_key("x-skillzdrive-install-id"));
    }
    // The bytes are the skill's, canonical, and the history says where they are from.
    let url_of = got["download"]["url"].as_str().unwrap();
    let zip = server.anonymous(url_of).await;
    assert_eq!(skillzdrive_skill::sha256(&zip.bytes).as_str(), got["download"]["content_sha"]);
    let shown = server.get("/api/v1/skills/pdf").await.data(200);
    let comment = format!("imported from github:Acme/skills/skills/pdf@{ONE}");
    assert_eq!(shown["versions"][0]["change_comment"], comment);
    let credits = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(
        (&credits["transactions"][0]["reason"], &credits["transactions"][0]["slug"]),
        (&json!("import"), &json!("pdf"))
    );
    assert_eq!(server.anonymous("/marketplace.json").await.json()["plugins"], json!([]), "it is nobody else's");
}

#[tokio::test]
async fn what_is_in_the_drive_is_not_imported_again_and_what_is_kept_not_fetched_again() {
    let fake = FakeGithub::start().await;
    fake.put("main", ONE, &[("pdf/SKILL.md", &text("pdf"))]);
    let server = server(&fake).await;
    import(&server, &url("/tree/main/pdf")).await.data(201);
    fake.asked();
    import(&server, &url("/blob/main/pdf/SKILL.md")).await.refused(409, "already_in_drive");
    assert_eq!(fake.asked(), ["commit skills main"], "no archive for that");
    assert_eq!(server.balance().await, 999);
    // Another person's import of the same commit comes from what is kept.
    let other = server.drive.create_account("other").await.unwrap();
    let body = json!({ "skillSlug": url(&format!("/tree/{ONE}/pdf")) });
    let got = server.post_as(other.expose(), "/api/v1/drive/import", body).await.data(201);
    assert_eq!(got["skill"]["slug"], "pdf");
    assert_eq!(fake.asked(), [] as [&str; 0], "a commit needs no question, and its tree is here");
    // A newer commit is another import: the old one goes first.
    fake.put("main", TWO, &[("pdf/SKILL.md", &format!("{}changed\n", text("pdf")))]);
    let again = import(&server, &url("/tree/main/pdf")).await;
    again.refused(409, "already_in_drive");
    assert!(again.json()["error"]["message"].as_str().unwrap().contains("another commit"));
    server.delete("/api/v1/drive/pdf").await.data(200);
    let newer = import(&server, &url("/tree/main/pdf")).await.data(201);
    assert_eq!((&newer["skill"]["version"], &newer["credits_remaining"]), (&json!(2), &json!(998)));
    assert_eq!(newer["skill"]["github_url"], url(&format!("/tree/{TWO}/pdf")));
}

#[tokio::test]
async fn a_ref_may_hold_slashes_and_a_repository_one_skill() {
    let fake = FakeGithub::start().await;
    fake.put("feature/x", ONE, &[("a/b/SKILL.md", "---\ndescription: d\n---\n"), ("README.md", "")]);
    fake.put("HEAD", TWO, &[("SKILL.md", "---\ndescription: d\n---\n")]);
    let server = server(&fake).await;
    let got = import(&server, &url("/tree/feature/x/a")).await.data(201);
    assert_eq!(got["skill"]["slug"], "b", "the folder's name, where SKILL.md has none");
    assert_eq!(got["skill"]["github_url"], url(&format!("/tree/{ONE}/a/b")));
    assert_eq!(fake.asked()[..2], ["commit skills feature", "commit skills feature/x"]);
    let top = import(&server, "github.com/Acme/skills").await.data(201);
    assert_eq!(
        (&top["skill"]["slug"], &top["skill"]["github_url"]),
        (&json!("skills"), &json!(url(&format!("/tree/{TWO}"))))
    );
}

#[tokio::test]
async fn every_other_end_says_what_is_wrong_and_charges_nothing() {
    let fake = FakeGithub::start().await;
    fake.put(
        "main",
        ONE,
        &[
            ("a/SKILL.md", &text("a")),
            ("b/SKILL.md", &text("b")),
            ("none/x", ""),
            ("bad/SKILL.md", "no front matter"),
            ("odd/con.txt", ""),
            ("odd/SKILL.md", &text("odd")),
        ],
    );
    let server = server(&fake).await;
    for (url, status, code, says) in [
        (url("/tree/main/none"), 404, "skill_not_found", "there is no SKILL.md in `none`"),
        (url("/tree/main/absent"), 404, "skill_not_found", "no folder `absent`"),
        (url("/tree/nowhere"), 404, "skill_not_found", "no such branch"),
        (url(&format!("/tree/{TWO}")), 404, "skill_not_found", "no public repository"),
        ("https://github.com/acme/private".to_owned(), 404, "skill_not_found", "no public repository"),
        ("https://github.com/acme/moved/tree/main".to_owned(), 404, "skill_not_found", "has moved"),
        (url("/tree/main"), 422, "invalid_package", "several skills"),
        (url("/tree/main/bad"), 422, "invalid_package", "SKILL.md"),
        (url("/tree/main/odd"), 422, "invalid_package", "con.txt"),
        (url("/pull/1"), 400, "invalid_request", "/tree/"),
        ("https://gitlab.com/a/b".to_owned(), 400, "invalid_request", "github.com"),
        ("http://github.com/a/b".to_owned(), 400, "invalid_request", "https"),
        ("https://github.com/acme/limited/tree/main".to_owned(), 503, "unavailable", "nothing more"),
        ("https://github.com/acme/broken/tree/main".to_owned(), 503, "unavailable", "damaged"),
    ] {
        let reply = import(&server, &url).await;
        reply.refused(status, code);
        let json = reply.json();
        assert!(json["error"]["message"].as_str().unwrap().contains(says), "{url}: {json}");
        if status == 503 && says == "nothing more" {
            assert_eq!(reply.header("retry-after"), "1234");
        }
        if says == "several skills" {
            let urls = ["a", "b", "bad", "odd"].map(|folder| self::url(&format!("/tree/{ONE}/{folder}")));
            assert_eq!(json["error"]["suggestions"], json!(urls));
        }
    }
    assert_eq!(server.balance().await, 1_000);
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]));
}

#[tokio::test]
async fn who_cannot_pay_makes_nobody_fetch() {
    let fake = FakeGithub::start().await;
    fake.put("main", ONE, &[("SKILL.md", &text("a"))]);
    let server = Server::with(|config| {
        fake.configure(config);
        config.signup_credits = 0;
    })
    .await;
    import(&server, &url("/tree/main")).await.refused(402, "insufficient_credits");
    assert_eq!(fake.asked(), [] as [&str; 0]);
}

#[tokio::test]
async fn github_is_called_over_https_and_in_public_alone() {
    let fake = FakeGithub::start().await;
    fake.put("main", ONE, &[("SKILL.md", &text("a"))]);
    let server = Server::with(|config| {
        fake.configure(config);
        config.allow_private_webhooks = false;
    })
    .await;
    import(&server, &url("/tree/main")).await.refused(503, "unavailable");
    assert_eq!(fake.asked(), [] as [&str; 0]);
}

#[tokio::test]
async fn a_tree_is_graded_and_one_with_something_critical_is_refused() {
    let fake = FakeGithub::start().await;
    let shell = format!("{}\n```sh\n{}\n```\n", text("bad"), crate::grades::SHELL);
    fake.put("main", ONE, &[("good/SKILL.md", &text("good")), ("bad/SKILL.md", &shell)]);
    let server = server(&fake).await;
    let refused = import(&server, &url("/tree/main/bad")).await;
    refused.refused(422, "scan_failed");
    assert_eq!(refused.json()["error"]["findings"][0]["rule"], "reverse-shell");
    assert_eq!(server.balance().await, 1_000);
    let discover = "/api/v1/skills/discover?keywords=bad%20good";
    assert_eq!(server.get(discover).await.data(200)["skills"], json!([]), "nobody is offered what was refused");
    let tree = GithubTree::parse(&url("/tree/main/bad")).unwrap();
    let error = server.drive.publish_github(&tree, Publishing::default()).await.unwrap_err();
    assert!(matches!(error, skillzdrive_drive::DriveError::ScanFailed { .. }), "{error}");
    server.drive.publish_github(&tree, Publishing { allow_findings: true, ..Publishing::default() }).await.unwrap();

    let imported = import(&server, &url("/tree/main/good")).await.data(201);
    assert_eq!(imported["skill"]["security_grade"], "A");
    let found = server.get(discover).await.data(200)["skills"].clone();
    let grades: Vec<_> = found.as_array().unwrap().iter().map(|one| (&one["slug"], &one["security_grade"])).collect();
    assert_eq!(grades, [(&json!("bad"), &json!("F")), (&json!("good"), &json!("A"))]);
}

#[tokio::test]
async fn what_is_edited_is_no_longer_what_lies_on_github() {
    let fake = FakeGithub::start().await;
    fake.put("main", ONE, &[("SKILL.md", &text("a"))]);
    let server = server(&fake).await;
    import(&server, &url("/tree/main")).await.data(201);
    let edited = crate::fixture::skill("a", "edited").zip;
    server.upload(json!({ "slug": "a" }), edited).await;
    let skill = server.get("/api/v1/drive").await.data(200)["skills"][0].clone();
    assert_eq!(
        (&skill["origin"], &skill["github_url"], &skill["version"]),
        (&json!("private"), &Value::Null, &json!(2))
    );
}

#[tokio::test]
async fn the_marketplace_sends_readers_to_github_for_what_is_published_from_there() {
    let fake = FakeGithub::start().await;
    fake.put("main", ONE, &[("skills/pdf/SKILL.md", &text("pdf"))]);
    fake.put("v1", TWO, &[("SKILL.md", &text("whole"))]);
    let server = server(&fake).await;
    for tail in ["/tree/main/skills/pdf", "/tree/v1"] {
        server.drive.publish_github(&GithubTree::parse(&url(tail)).unwrap(), Publishing::default()).await.unwrap();
    }
    let sources = |manifest: Value| -> Vec<Value> {
        manifest["plugins"].as_array().unwrap().iter().map(|plugin| plugin["source"].clone()).collect()
    };
    let git = json!({
        "source": "git-subdir", "url": "https://github.com/Acme/skills.git", "path": "skills/pdf", "sha": ONE
    });
    let whole = json!({ "source": "github", "repo": "Acme/skills", "sha": TWO });
    assert_eq!(sources(server.anonymous("/marketplace.json").await.json()), [git, whole.clone()]);
    let public = server.anonymous("/api/v1/skills/pdf").await.data(200);
    assert_eq!(public["skill"]["github_url"], url(&format!("/tree/{ONE}/skills/pdf")));
    // Published from a folder, it is an artifact again.
    server.publish("pdf", "from a folder").await;
    let after = sources(server.anonymous("/marketplace.json").await.json());
    assert_eq!((&after[0]["source"], &after[1]), (&json!("archive"), &whole));
}
