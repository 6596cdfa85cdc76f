//! Every route with every kind of credential, as one table, and that a scoped key is told nothing from outside its
//! slice by any of them.
//!
//! A route of the router that has no row here fails the test, so that whoever adds one says who may use it.

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::Method;
use reqwest::multipart::Form;
use reqwest::multipart::Part;
use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::ShareWith;

use crate::fixture::DAY;
use crate::fixture::INSTALL;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::sha;
use crate::fixture::skill;

/// The statuses that a request gets without a key, with a revoked key, an expired key, an upload ticket, a scoped key
/// and a key for all skills. They are tried in this order, so that what the last one changes disturbs nobody.
type Statuses = [u16; 6];

/// A route that needs a key: what the scoped one and the one for all skills get.
const fn keyed(scoped: u16, all: u16) -> Statuses {
    [401, 401, 401, 401, scoped, all]
}

/// A route that needs none: what everybody gets. A key that is shown must be good even so, because its holder thinks
/// that it works.
const fn open(status: u16) -> Statuses {
    [status, 401, 401, 401, status, status]
}

enum Body {
    None,
    Json(Value),
    Package,
}

struct Row {
    method: &'static str,
    /// As the router has it.
    route: &'static str,
    path: String,
    body: Body,
    statuses: Statuses,
}

/// A drive whose owner has, in the collection `slice`, the private skill `inside`, and outside of it the private
/// `outside`, the imported `pdf` (of which an update waits) and `teamed`, which came with a team. `open` is in the
/// marketplace alone.
struct World {
    server: Server,
    revoked: String,
    expired: String,
    ticket: String,
    scoped: String,
    /// What a scoped key must not be told: digests and words of what is outside its slice and private.
    private: Vec<String>,
    /// The same of what is outside its slice and public. A route that anybody may ask tells that to everybody.
    public: Vec<String>,
}

impl World {
    async fn new() -> Self {
        let server = Server::with(|config| {
            config.limits.anonymous_per_minute = 1_000;
            config.limits.wrong_keys_per_minute = 1_000;
            config.sandbox.program = Some("/nowhere/bwrap".into());
        })
        .await;
        let key = |name: &'static str, days| server.drive.create_key(name, days);
        let revoked = key("to be revoked", None).await.unwrap().expose().to_owned();
        server.drive.revoke_key(&server.drive.list_keys().await.unwrap()[1].id).await.unwrap();
        let expired = key("short", Some(1)).await.unwrap().expose().to_owned();
        server.advance(DAY);
        let pdf = server.publish("pdf", "word-of-pdf").await;
        server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
        let newer = server.publish("pdf", "word-of-pdf, newer").await;
        let open = server.publish("open", "word-of-open").await;
        for (slug, word) in [("inside", "word-of-inside"), ("outside", "word-of-outside")] {
            assert_eq!(server.upload(json!({}), skill(slug, word).zip).await.status, 201);
        }
        let mate = server.drive.create_account("mate").await.unwrap();
        let ticket = server.post_as(mate.expose(), "/api/v1/uploads/ticket", json!({})).await.data(201);
        let teamed = skill("teamed", "word-of-teamed");
        server.process(ticket["uploadToken"].as_str().unwrap(), teamed.zip).await;
        server.drive.add_team("crew", &["owner".to_owned()]).await.unwrap();
        let crew = ShareWith::Team("crew".to_owned());
        server.drive.share(&"teamed".parse().unwrap(), "mate", &crew).await.unwrap();
        let scoped = server.collection("slice", &["inside"]).await;
        server.collection("other", &["outside", "pdf", "teamed"]).await;
        let outside = skill("outside", "word-of-outside").content_sha.to_string();
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let private = words(&["word-of-outside", "word-of-teamed", &outside, teamed.content_sha.as_str()]);
        let public = words(&["word-of-pdf", "word-of-open", &pdf, &newer, &open]);
        let ticket = server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
        let ticket = ticket["uploadToken"].as_str().unwrap().to_owned();
        Self { server, revoked, expired, ticket, scoped, private, public }
    }

    async fn ask(&self, row: &Row, token: Option<&str>) -> Reply {
        let mut request = self.server.request(row.method.parse().unwrap(), &row.path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request = match &row.body {
            Body::None => request,
            Body::Json(body) => request.json(body),
            Body::Package => {
                let file = Part::bytes(skill("sent", "a package").zip).file_name("sent.zip");
                request.multipart(Form::new().part("file", file))
            }
        };
        self.server.send(request).await
    }
}

fn get(route: &'static str, path: impl Into<String>, statuses: Statuses) -> Row {
    Row { method: "GET", route, path: path.into(), body: Body::None, statuses }
}

fn send(method: &'static str, route: &'static str, path: &str, body: Value, statuses: Statuses) -> Row {
    Row { method, route, path: path.to_owned(), body: Body::Json(body), statuses }
}

/// The table. Several rows of one route ask for what is inside and outside of the slice.
fn rows() -> Vec<Row> {
    let outside = skill("outside", "word-of-outside").content_sha.to_string();
    let pdf = skill("pdf", "word-of-pdf").content_sha.to_string();
    let run = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all" });
    let with = |name: &str, value: Value| {
        let mut run = run.clone();
        run[name] = value;
        run
    };
    let download = json!([{ "slug": "outside", "action": "download_install", "credit_cost": 0, "drive_sha": outside }]);
    let finalize = json!({ "run_id": "none", "install_id": INSTALL, "results": [] });
    let event = json!({ "install_id": INSTALL, "event_type": "sync", "cli_version": "1", "os": "linux/amd64" });
    let script = |slug: &str| json!({ "skillSlug": slug, "scriptName": "run.sh" });
    let webhook = json!({ "event_type": "credits.exhausted", "target_url": "https://hooks.example/" });
    let slug = |slug: &str| json!({ "skillSlug": slug });
    let export = |scope: &str, name: &str| json!({ "scope": scope, "collectionName": name, "skillSlug": name });
    let local = json!([{ "slug": "outside", "content_sha": sha('a'), "content_size": 1, "base_sha": null }]);
    vec![
        get("/api/v1/skills", "/api/v1/skills?q=word", open(200)),
        get("/api/v1/skills", "/api/v1/skills", [400, 401, 401, 401, 200, 200]),
        get("/api/v1/skills", "/api/v1/skills?q=word&collection=slice", keyed(200, 200)),
        get("/api/v1/skills", "/api/v1/skills?q=word&collection=other", keyed(404, 200)),
        get("/api/v1/skills/{slug}", "/api/v1/skills/inside", [404, 401, 401, 401, 200, 200]),
        get("/api/v1/skills/{slug}", "/api/v1/skills/outside", [404, 401, 401, 401, 404, 200]),
        get("/api/v1/skills/{slug}", "/api/v1/skills/teamed", [404, 401, 401, 401, 404, 200]),
        get("/api/v1/skills/{slug}", "/api/v1/skills/pdf?version=1", [200, 401, 401, 401, 404, 200]),
        get("/api/v1/skills/{slug}", "/api/v1/skills/open", [200, 401, 401, 401, 404, 200]),
        get("/api/v1/skills/{slug}", "/api/v1/skills/outsid", [404, 401, 401, 401, 404, 404]),
        get("/api/v1/skills/discover", "/api/v1/skills/discover?keywords=word", keyed(200, 200)),
        get("/api/v1/skills/leaderboard", "/api/v1/skills/leaderboard", keyed(200, 200)),
        get("/api/v1/drive", "/api/v1/drive", keyed(200, 200)),
        send("POST", "/api/v1/drive/import", "/api/v1/drive/import", slug("open"), keyed(403, 201)),
        send("POST", "/api/v1/drive/import", "/api/v1/drive/import", slug("pdf"), keyed(403, 409)),
        get("/api/v1/drive/updates", "/api/v1/drive/updates", keyed(200, 200)),
        send(
            "POST",
            "/api/v1/drive/updates/{slug}/accept",
            "/api/v1/drive/updates/pdf/accept",
            json!(null),
            keyed(404, 200),
        ),
        send(
            "POST",
            "/api/v1/drive/updates/{slug}/dismiss",
            "/api/v1/drive/updates/pdf/dismiss",
            json!(null),
            keyed(404, 200),
        ),
        send(
            "POST",
            "/api/v1/drive/updates/{slug}/accept",
            "/api/v1/drive/updates/inside/accept",
            json!(null),
            keyed(403, 404),
        ),
        send("POST", "/api/v1/drive/diff", "/api/v1/drive/diff", json!({ "local": [] }), keyed(200, 200)),
        send("POST", "/api/v1/drive/sync/preview", "/api/v1/drive/sync/preview", with("local", local), keyed(200, 200)),
        send(
            "POST",
            "/api/v1/drive/sync/execute",
            "/api/v1/drive/sync/execute",
            with("classifications", download),
            keyed(200, 200),
        ),
        send("POST", "/api/v1/drive/sync/finalize", "/api/v1/drive/sync/finalize", finalize, keyed(404, 404)),
        send("DELETE", "/api/v1/drive/{slug}", "/api/v1/drive/outside", json!(null), keyed(404, 200)),
        send("DELETE", "/api/v1/drive/{slug}", "/api/v1/drive/inside", json!(null), keyed(403, 200)),
        send("DELETE", "/api/v1/drive/{slug}", "/api/v1/drive/teamed", json!(null), keyed(404, 403)),
        send("POST", "/api/v1/drive/{slug}/toggle", "/api/v1/drive/outside/toggle", json!({}), keyed(404, 200)),
        send("POST", "/api/v1/drive/{slug}/toggle", "/api/v1/drive/inside/toggle", json!({}), keyed(403, 200)),
        get("/api/v1/collections", "/api/v1/collections", keyed(403, 200)),
        send("POST", "/api/v1/collections", "/api/v1/collections", json!({ "name": "new" }), keyed(403, 201)),
        send(
            "PATCH",
            "/api/v1/collections/{name}",
            "/api/v1/collections/slice",
            json!({ "skillSlugs": ["outside"] }),
            keyed(403, 200),
        ),
        send("DELETE", "/api/v1/collections/{name}", "/api/v1/collections/slice", json!(null), keyed(403, 200)),
        send("DELETE", "/api/v1/collections/{name}", "/api/v1/collections/other", json!(null), keyed(403, 200)),
        send(
            "POST",
            "/api/v1/collections/{name}/skills",
            "/api/v1/collections/slice/skills",
            slug("outside"),
            keyed(403, 200),
        ),
        send(
            "DELETE",
            "/api/v1/collections/{name}/skills/{slug}",
            "/api/v1/collections/slice/skills/inside",
            json!(null),
            keyed(403, 200),
        ),
        send("POST", "/api/v1/uploads/ticket", "/api/v1/uploads/ticket", json!({}), keyed(201, 201)),
        send(
            "POST",
            "/api/v1/uploads/ticket",
            "/api/v1/uploads/ticket",
            json!({ "collectionName": "other" }),
            keyed(404, 201),
        ),
        send("POST", "/api/v1/uploads/url", "/api/v1/uploads/url", json!({}), keyed(200, 200)),
        Row {
            method: "POST",
            route: "/api/uploads/process-skill",
            path: "/api/uploads/process-skill".to_owned(),
            body: Body::Package,
            statuses: [401, 401, 401, 201, 401, 401],
        },
        send("POST", "/api/v1/downloads", "/api/v1/downloads", json!({ "scope": "drive" }), keyed(200, 200)),
        send("POST", "/api/v1/downloads", "/api/v1/downloads", export("skill", "inside"), keyed(200, 200)),
        send("POST", "/api/v1/downloads", "/api/v1/downloads", export("skill", "outside"), keyed(404, 200)),
        send("POST", "/api/v1/downloads", "/api/v1/downloads", export("skill", "open"), keyed(404, 200)),
        send("POST", "/api/v1/downloads", "/api/v1/downloads", export("collection", "slice"), keyed(200, 200)),
        send("POST", "/api/v1/downloads", "/api/v1/downloads", export("collection", "other"), keyed(404, 200)),
        get("/api/v1/downloads/public/{slug}/{file}", format!("/api/v1/downloads/public/pdf/{pdf}.zip"), open(302)),
        get(
            "/api/v1/downloads/public/{slug}/{file}",
            format!("/api/v1/downloads/public/outside/{outside}.zip"),
            open(404),
        ),
        // This machine has no sandbox: 503 is as far as a run gets.
        send("POST", "/api/v1/runs", "/api/v1/runs", script("inside"), keyed(503, 503)),
        send("POST", "/api/v1/runs", "/api/v1/runs", script("outside"), keyed(404, 503)),
        send("POST", "/api/v1/runs", "/api/v1/runs", script("open"), keyed(404, 503)),
        get("/api/v1/account/webhooks", "/api/v1/account/webhooks", keyed(403, 200)),
        send("POST", "/api/v1/account/webhooks", "/api/v1/account/webhooks", webhook, keyed(403, 201)),
        send("DELETE", "/api/v1/account/webhooks/{id}", "/api/v1/account/webhooks/none", json!(null), keyed(403, 404)),
        get("/api/v1/account/credits", "/api/v1/account/credits", keyed(200, 200)),
        send("POST", "/api/v1/telemetry/anonymous", "/api/v1/telemetry/anonymous", event, open(202)),
        send(
            "POST",
            "/api/v1/migrations/anonymous-adopt",
            "/api/v1/migrations/anonymous-adopt",
            json!({ "install_id": INSTALL }),
            keyed(200, 200),
        ),
        get("/marketplace.json", "/marketplace.json", open(200)),
        get("/marketplace/collections/{file}", "/marketplace/collections/other.json", open(404)),
        get(
            "/marketplace/collections/{name}/.well-known/agent-skills/index.json",
            "/marketplace/collections/other/.well-known/agent-skills/index.json",
            open(404),
        ),
        get("/openapi.json", "/openapi.json", open(200)),
        get("/.well-known/agent-skills/index.json", "/.well-known/agent-skills/index.json", open(200)),
        get("/healthz", "/healthz", [200; 6]),
        get("/readyz", "/readyz", [200; 6]),
        // The login and the pages know a cookie and forms; a key in a header is nothing to them.
        get("/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server", [200; 6]),
        send("POST", "/api/mcp/oauth/register", "/api/mcp/oauth/register", json!({}), [400; 6]),
        send("POST", "/api/mcp/oauth/token", "/api/mcp/oauth/token", json!({}), [400; 6]),
        send("POST", "/api/mcp/oauth/revoke", "/api/mcp/oauth/revoke", json!({}), [400; 6]),
        get("/authorize", "/authorize", [400; 6]),
        send("POST", "/authorize", "/authorize", json!({}), [400; 6]),
        get("/", "/", [303; 6]),
        get("/sign-in", "/sign-in", [200; 6]),
        send("POST", "/sign-in", "/sign-in", json!({}), [400; 6]),
        send("POST", "/sign-out", "/sign-out", json!({}), [303; 6]),
        get("/drive", "/drive", [303; 6]),
        get("/drive/revoke", "/drive/revoke?key=none", [303; 6]),
        send("POST", "/drive/revoke", "/drive/revoke", json!({}), [400; 6]),
        get("/page.css", "/page.css", [200; 6]),
        get("/favicon.svg", "/favicon.svg", [200; 6]),
        // The upload page knows its own cookie.
        get("/upload", "/upload", [410; 6]),
        send("POST", "/upload", "/upload", json!({}), [410; 6]),
        get("/upload/{token}", "/upload/none", [410; 6]),
        // Its address is the credential, and this one is not signed.
        get("/storage/{sha}", format!("/storage/{outside}"), [403; 6]),
        get("/storage/exports/{id}", format!("/storage/exports/{outside}"), [403; 6]),
    ]
}

#[tokio::test]
async fn every_route_answers_every_credential_as_the_table_says_and_a_scoped_key_hears_nothing_from_outside() {
    let mut wrong = Vec::new();
    let mut kept = None;
    for row in rows() {
        // A GET changes nothing, so the next row may have the same world.
        let world = match kept.take() {
            Some(world) => world,
            None => World::new().await,
        };
        let tokens = [
            None,
            Some(world.revoked.as_str()),
            Some(world.expired.as_str()),
            Some(world.ticket.as_str()),
            Some(world.scoped.as_str()),
            Some(world.server.key.as_str()),
        ];
        let mut got = [0; 6];
        for (place, token) in tokens.into_iter().enumerate() {
            let reply = world.ask(&row, token).await;
            got[place] = reply.status;
            let text = String::from_utf8_lossy(&reply.bytes).into_owned();
            // Only the key for all skills is told what is private; without a key everybody is told what is public.
            let anybody = row.statuses[0] != 401;
            let public = if place == 4 && !anybody_hears(&row, anybody) { world.public.as_slice() } else { &[] };
            let private = if place == 5 { &[] } else { world.private.as_slice() };
            for word in private.iter().chain(public) {
                assert!(!text.contains(word), "{} {} told {word} to {place}: {text}", row.method, row.path);
            }
        }
        if got != row.statuses {
            wrong.push(format!("{} {}: {got:?}, not {:?}", row.method, row.path, row.statuses));
        }
        kept = (row.method == "GET").then_some(world);
    }
    assert!(wrong.is_empty(), "without, revoked, expired, ticket, scoped, all:\n{}", wrong.join("\n"));
}

/// Whether a route tells the public catalogue whatever key it is shown. Search and show do not: there a key means the
/// slice.
fn anybody_hears(row: &Row, anybody: bool) -> bool {
    anybody && !row.route.starts_with("/api/v1/skills")
}

#[test]
fn every_route_of_the_router_is_in_the_table() {
    let in_table: BTreeSet<(String, String)> =
        rows().iter().map(|row| (row.method.to_owned(), row.route.to_owned())).collect();
    let mut in_router = routes();
    // This one has a listener of its own, where nobody has a key.
    assert!(in_router.remove(&("GET".to_owned(), "/metrics".to_owned())));
    assert!(in_router.len() >= 30, "{in_router:?}");
    let missing: Vec<_> = in_router.difference(&in_table).collect();
    assert!(missing.is_empty(), "say in the table of this file who may use {missing:?}");
    let gone: Vec<_> = in_table.difference(&in_router).collect();
    assert!(gone.is_empty(), "no route any more: {gone:?}");
}

/// Method and path of every `.route(…)` in the drive's sources, tests left out.
pub(crate) fn routes() -> BTreeSet<(String, String)> {
    let drive = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    let mut folders = vec![drive.join("src"), drive.join("../wire/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                texts.push(text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned());
            }
        }
    }
    let all = texts.join("\n");
    let mut routes = BTreeSet::new();
    for text in all.split(".route(").skip(1) {
        let (path, rest) = text.split_once(',').unwrap();
        let path = match path.trim().strip_prefix('"') {
            Some(literal) => literal.trim_end_matches('"').to_owned(),
            None => constant(&all, path.trim()),
        };
        let handlers = closed(rest);
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let call = format!("{}(", method.as_str().to_ascii_lowercase());
            let before = |at: usize| handlers[..at].chars().next_back();
            let called = handlers.match_indices(&call).any(|(at, _)| !before(at).is_some_and(char::is_alphanumeric));
            if called {
                routes.insert((method.as_str().to_owned(), path.clone()));
            }
        }
    }
    routes
}

/// The text up to the parenthesis that closes what was open before it.
fn closed(text: &str) -> &str {
    let mut open = 1;
    for (at, c) in text.char_indices() {
        open += i32::from(c == '(') - i32::from(c == ')');
        if open == 0 {
            return &text[..at];
        }
    }
    panic!("no end: {text}");
}

/// The text of a constant.
fn constant(all: &str, name: &str) -> String {
    let (_, after) = all.split_once(&format!("const {name}: &str = \"")).unwrap_or_else(|| panic!("no {name}"));
    after.split('"').next().unwrap().to_owned()
}
