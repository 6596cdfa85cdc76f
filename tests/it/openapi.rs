//! `/openapi.json` is true: the drive's real answers have the statuses and the shapes that it says, to the last field.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::harness::TestDrive;

const BASE: &str = "https://drive.example/openapi.json";
const INSTALL: &str = "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55";

/// A drive and its document. Every answer that is asked for through it is compared with the document.
struct Witness {
    drive: TestDrive,
    document: Value,
    /// The operations that gave an answer of 2xx.
    seen: BTreeSet<String>,
}

impl Witness {
    fn new() -> Self {
        let drive = TestDrive::with_files();
        let (status, mut document) = drive.ask("GET", "/openapi.json", None);
        assert_eq!(status, 200);
        close(&mut document, true);
        Self { drive, document, seen: BTreeSet::new() }
    }

    /// Asks with the owner's key.
    fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        let key = self.drive.key.clone();
        self.ask_as(&key, method, path, body).1
    }

    fn ask_as(&mut self, key: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let (status, answer) = self.drive.ask_on_a_port(key, method, path, body);
        self.check(method, path, status, &answer);
        (status, answer)
    }

    /// Compares one answer.
    fn check(&mut self, method: &str, path: &str, status: u16, answer: &Value) {
        let (template, operation) = self.operation(method, path);
        let what = format!("{method} {template} {status}");
        let response = operation["responses"].get(status.to_string());
        let response = response.unwrap_or_else(|| panic!("{what} is not described: {answer}")).clone();
        let place = match response.get("$ref").and_then(Value::as_str) {
            Some(reference) => reference.trim_start_matches('#').to_owned(),
            None => {
                let template = template.replace('~', "~0").replace('/', "~1");
                format!("/paths/{template}/{}/responses/{status}", method.to_ascii_lowercase())
            }
        };
        if (200..300).contains(&status) {
            self.seen.insert(format!("{method} {template}"));
        }
        let pointer = format!("{place}/content/application~1json/schema");
        if self.document.pointer(&pointer).is_none() {
            assert!(answer.is_null(), "{what} is described without a body: {answer}");
            return;
        }
        let mut compiler = boon::Compiler::new();
        compiler.set_default_draft(boon::Draft::V2020_12);
        compiler.enable_format_assertions();
        compiler.add_resource(BASE, self.document.clone()).unwrap();
        let mut schemas = boon::Schemas::new();
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        let index = compiler.compile(&format!("{BASE}#{fragment}"), &mut schemas).unwrap();
        if let Err(error) = schemas.validate(answer, index) {
            panic!("{what}: {error:#}\n{answer:#}");
        }
    }

    /// The operation that a request means; a path without variable parts goes before one with.
    fn operation(&self, method: &str, path: &str) -> (String, Value) {
        let path = path.split('?').next().unwrap();
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &str| {
            let wanted: Vec<&str> = template.split('/').collect();
            let alike = |(wanted, part): (&&str, &&str)| match wanted.split_once('{') {
                Some((before, after)) => part.starts_with(before) && part.ends_with(after.split_once('}').unwrap().1),
                None => wanted == part,
            };
            wanted.len() == parts.len() && wanted.iter().zip(&parts).all(alike)
        };
        let paths = self.document["paths"].as_object().unwrap();
        let found =
            paths.iter().filter(|(template, _)| fits(template)).min_by_key(|(template, _)| template.contains('{'));
        let (template, operations) = found.unwrap_or_else(|| panic!("{path} is not described"));
        let operation = operations.get(method.to_ascii_lowercase());
        (template.clone(), operation.unwrap_or_else(|| panic!("{method} {template} is not described")).clone())
    }
}

/// Lets no object have a field that is not described. One that is a part of another (`allOf`) stays open, because the
/// other's fields are beside it; whoever uses it closes it.
fn close(value: &mut Value, closing: bool) {
    match value {
        Value::Object(fields) => {
            let has_shape = fields.get("properties").is_some_and(Value::is_object) || fields.contains_key("allOf");
            let named = fields.get("$ref").and_then(Value::as_str).is_some_and(|to| to.contains("/schemas/"));
            if closing && (has_shape || named) {
                fields.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
            }
            for (name, inner) in fields.iter_mut() {
                match (name.as_str(), inner) {
                    ("schemas", Value::Object(schemas)) => {
                        for schema in schemas.values_mut() {
                            // Closed where it is used.
                            close_inside(schema);
                        }
                    }
                    ("allOf", Value::Array(all)) => all.iter_mut().for_each(close_inside),
                    (_, inner) => close(inner, closing),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, closing)),
        _ => {}
    }
}

/// Closes everything inside a shape, but not the shape itself.
fn close_inside(schema: &mut Value) {
    let Value::Object(fields) = schema else { return };
    for (name, inner) in fields.iter_mut() {
        match (name.as_str(), inner) {
            ("allOf", Value::Array(all)) => all.iter_mut().for_each(close_inside),
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(|one| close(one, true)),
            (_, inner) => close(inner, true),
        }
    }
}

/// What this test cannot bring about, and why.
const NOT_SEEN: &[&str] = &[
    // Forms: the login's own tests walk through them.
    "POST /api/mcp/oauth/token",
    "POST /api/mcp/oauth/revoke",
    // No sandbox on every machine; where there is one, it is seen.
    "POST /api/v1/runs",
];

#[test]
fn real_answers_are_as_described() {
    let mut witness = Witness::new();
    let sha = witness.drive.publish("pdf", "one");
    witness.drive.publish("csv", "one");
    let w = &mut witness;
    w.ask("GET", "/api/v1/skills?q=pdf", None);
    w.ask("GET", "/api/v1/skills/pdf", None);
    w.ask("GET", "/api/v1/skills/discover?keywords=pdf", None);
    let event = json!({
        "install_id": INSTALL, "event_type": "install", "cli_version": "0.1.0", "os": "linux/amd64",
        "skill_slugs": ["pdf"], "source_types": ["skillzdrive"], "metadata": {}
    });
    w.ask("POST", "/api/v1/telemetry/anonymous", Some(event));
    w.ask("GET", "/api/v1/skills/leaderboard?sort_by=installs", None);
    w.ask("POST", "/api/v1/migrations/anonymous-adopt", Some(json!({ "install_id": INSTALL })));
    w.ask("POST", "/api/v1/drive/import", Some(json!({ "skillSlug": "pdf" })));
    w.ask("GET", "/api/v1/drive", None);
    w.drive.publish("pdf", "two");
    w.ask("GET", "/api/v1/drive/updates", None);
    w.ask("POST", "/api/v1/drive/updates/pdf/accept", None);
    w.drive.publish("pdf", "three");
    w.ask("POST", "/api/v1/drive/updates/pdf/dismiss", None);
    w.ask("POST", "/api/v1/drive/pdf/toggle", None);
    w.ask("POST", "/api/v1/drive/pdf/toggle", None);
    let other = "b".repeat(64);
    w.ask("POST", "/api/v1/drive/diff", Some(json!({ "local": [{ "slug": "pdf", "content_sha": other }] })));
    w.ask("POST", "/api/v1/runs", Some(json!({ "skillSlug": "pdf", "scriptName": "run.sh" })));

    // A sync, with a claim, an upload and a download in it.
    let (_, csv) = w.drive.ask("GET", "/api/v1/skills/csv", None);
    let csv = csv["data"]["download"]["content_sha"].clone();
    let local = |slug: &str, sha: &Value| json!({ "slug": slug, "content_sha": sha, "base_sha": null, "content_size": 9, "name": slug, "description": "" });
    let head = json!({ "install_id": INSTALL, "kind": "first_run", "mode": "all" });
    let with = |name: &str, value: Value| {
        let mut body = head.clone();
        body[name] = value;
        body
    };
    let plan = json!([local("csv", &csv), local("mine", &json!(other))]);
    let preview = w.ask("POST", "/api/v1/drive/sync/preview", Some(with("local", plan)));
    let classifications = preview["data"]["classifications"].clone();
    assert_eq!(classifications.as_array().unwrap().len(), 3);
    let run = w.ask("POST", "/api/v1/drive/sync/execute", Some(with("classifications", classifications)));
    let done =
        json!([{ "slug": "csv", "action": "claim_public", "status": "done", "content_sha": csv, "error": null }]);
    let done = json!({ "run_id": run["data"]["run_id"], "install_id": INSTALL, "results": done });
    w.ask("POST", "/api/v1/drive/sync/finalize", Some(done));

    // Collections.
    w.ask("GET", "/api/v1/collections", None);
    w.ask("POST", "/api/v1/collections", Some(json!({ "name": "everything" })));
    w.ask("POST", "/api/v1/collections", Some(json!({ "name": "acme", "skillSlugs": ["pdf"] })));
    w.ask("GET", "/api/v1/collections", None);
    w.ask("POST", "/api/v1/collections/acme/skills", Some(json!({ "skillSlug": "csv" })));
    w.ask("DELETE", "/api/v1/collections/acme/skills/csv", None);
    w.ask("PATCH", "/api/v1/collections/acme", Some(json!({ "isPublicMarketplace": true })));
    for list in ["acme.json", "acme/.well-known/agent-skills/index.json"] {
        w.ask("GET", &format!("/marketplace/collections/{list}"), None);
    }
    w.ask("GET", "/marketplace.json", None);
    w.ask("GET", "/.well-known/agent-skills/index.json", None);
    w.ask("GET", "/openapi.json", None);

    // Uploads and downloads.
    w.ask("POST", "/api/v1/uploads/url", None);
    for collection in [json!({}), json!({ "collectionName": "acme", "filename": "own.zip" })] {
        let ticket = w.ask("POST", "/api/v1/uploads/ticket", Some(collection.clone()));
        let folder = tempfile::tempdir().unwrap();
        let slug = if collection.get("filename").is_some() { "placed" } else { "own" };
        std::fs::write(folder.path().join("SKILL.md"), crate::harness::skill_md(slug, "mine")).unwrap();
        let zip = skillzdrive_skill::pack_dir(folder.path(), &skillzdrive_skill::PackOptions::own()).unwrap().zip;
        let token = ticket["data"]["uploadToken"].as_str().unwrap();
        let (status, answer) = w.drive.upload(token, "own.zip", &zip);
        assert_eq!(status, 201, "{answer}");
        w.check("POST", "/api/uploads/process-skill", status, &answer);
        let (status, answer) = w.drive.upload(token, "own.zip", &zip);
        assert_eq!(status, 401);
        w.check("POST", "/api/uploads/process-skill", status, &answer);
    }
    let export = w.ask("POST", "/api/v1/downloads", Some(json!({ "scope": "drive" })));
    let public = format!("/api/v1/downloads/public/pdf/{sha}.zip");
    let (status, _) = w.ask_as(&w.drive.key.clone(), "GET", &public, None);
    assert_eq!(status, 302);
    w.seen.insert("GET /api/v1/downloads/public/{slug}/{sha}.zip".to_owned());
    let (_, own) = w.drive.ask("GET", "/api/v1/skills/own", None);
    for url in [&export["data"]["url"], &own["data"]["download"]["url"]] {
        let url = url.as_str().unwrap();
        let (status, _) = w.ask_as(&w.drive.key.clone(), "GET", &url[url.find("/storage/").unwrap()..], None);
        assert_eq!(status, 200, "{url}");
    }

    // The account.
    w.ask("GET", "/api/v1/account/credits", None);
    let hook =
        json!({ "event_type": "credits.threshold_hit", "threshold_value": 5, "target_url": "https://a.example/x" });
    let hook = w.ask("POST", "/api/v1/account/webhooks", Some(hook));
    w.ask("GET", "/api/v1/account/webhooks", None);
    let id = hook["data"]["webhook"]["id"].as_str().unwrap().to_owned();
    w.ask("DELETE", &format!("/api/v1/account/webhooks/{id}"), None);
    w.ask("GET", "/.well-known/oauth-authorization-server", None);
    let client = json!({ "redirect_uris": ["http://127.0.0.1/callback"], "client_name": "a test" });
    w.ask("POST", "/api/mcp/oauth/register", Some(client));
    for form in ["token", "revoke"] {
        w.ask("POST", &format!("/api/mcp/oauth/{form}"), Some(json!({})));
    }
    w.ask("DELETE", "/api/v1/collections/acme", None);
    w.ask("DELETE", "/api/v1/drive/pdf", None);

    let all: BTreeSet<String> = operations(&w.document).into_keys().collect();
    let missing: Vec<&String> =
        all.difference(&w.seen).filter(|operation| !NOT_SEEN.contains(&operation.as_str())).collect();
    assert!(missing.is_empty(), "these were described and never seen: {missing:#?}");
}

/// Every operation, and its description.
fn operations(document: &Value) -> BTreeMap<String, Value> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, operations)| {
            operations
                .as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (format!("{} {path}", method.to_ascii_uppercase()), operation.clone()))
        })
        .collect()
}

#[test]
fn refusals_are_as_described_too() {
    let mut witness = Witness::new();
    witness.drive.publish("pdf", "one");
    let scoped = witness.ask("POST", "/api/v1/collections", Some(json!({ "name": "slice", "skillSlugs": [] })));
    let scoped = scoped["data"]["apiKey"].as_str().unwrap().to_owned();
    let mut statuses = BTreeSet::new();
    for (operation, description) in operations(&witness.document) {
        let (method, template) = operation.split_once(' ').unwrap();
        let path = template.replace("{slug}", "nothing").replace("{name}", "nothing").replace("{id}", "nothing");
        let path = path.replace("{sha}", &"c".repeat(64));
        let bodies = [None, Some(json!({})), Some(json!([1])), Some(json!({ "skillSlug": 7, "local": null }))];
        for key in ["sk_live_nobody", scoped.as_str()] {
            for body in bodies.iter().filter(|body| body.is_none() || description.get("requestBody").is_some()) {
                let (status, answer) = witness.ask_as(key, method, &path, body.clone());
                assert!(status < 500 || status == 503, "{operation} {status}: {answer}");
                statuses.insert(status);
            }
        }
        if description.get("security").is_none() {
            assert_eq!(witness.ask_as("sk_live_nobody", method, &path, Some(json!({}))).0, 401, "{operation}");
        }
    }
    for status in [400, 401, 403, 404] {
        assert!(statuses.contains(&status), "nothing was answered {status}");
    }
}

#[test]
fn the_witness_notices_what_is_wrong() {
    let mut witness = Witness::new();
    let good = json!({ "data": { "url": "https://a.example" } });
    witness.check("POST", "/api/v1/uploads/url", 200, &good);
    let caught = |witness: &mut Witness, status: u16, answer: Value| {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            witness.check("POST", "/api/v1/uploads/url", status, &answer);
        }));
        assert!(result.is_err(), "{status} {answer} was taken");
    };
    caught(&mut witness, 418, good);
    caught(&mut witness, 200, json!({ "data": { "url": 1 } }));
    caught(&mut witness, 200, json!({ "data": { "url": "x", "more": 1 } }));
    caught(&mut witness, 200, json!({ "data": { "url": "x" }, "more": 1 }));
    caught(&mut witness, 401, json!({ "error": { "code": "access_denied" } }));
}
