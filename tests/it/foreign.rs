//! Drives that are not ours: what they answer is allowed by the contract, or is a lie that must do no harm.
//!
//! They share no code with the program, so that a mistake in the shared shapes shows.

use std::fs::File;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use std::time::SystemTime;

use axum::Router;
use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::pack_dir;
use skillzdrive_skill::sha256;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::harness::Home;
use crate::harness::skill_md;

/// What a foreign drive was asked.
#[derive(Clone)]
struct Asked {
    line: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Asked {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What it answers: a status, headers and a body.
struct Said(u16, Vec<(&'static str, String)>, Vec<u8>);

fn said(status: u16, body: &Value) -> Said {
    Said(status, vec![("content-type", "application/json".to_owned())], body.to_string().into_bytes())
}

fn no(status: u16) -> Said {
    said(status, &json!({"error": "some_code", "message": "no"}))
}

/// A server of a few lines. Telemetry is not answered and not written down.
struct Foreign {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    _runtime: Runtime,
}

impl Foreign {
    fn start(answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        let router = Router::new().fallback(move |request: Request| {
            let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
            async move {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let asked = Asked { line: format!("{} {}", parts.method, parts.uri), headers: parts.headers, body };
                if asked.line.ends_with("/telemetry/anonymous") {
                    return Response::builder().status(404).body(Body::empty()).unwrap();
                }
                log.lock().unwrap().push(asked.clone());
                let Said(status, headers, body) = answer(&asked);
                let answer = headers.into_iter().fold(Response::builder().status(status), |b, (n, v)| b.header(n, v));
                answer.body(Body::from(body)).unwrap()
            }
        });
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked, _runtime: runtime }
    }

    fn asked(&self, line: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.line == line).cloned().collect()
    }
}

const PREVIEW: &str = "POST /api/v1/drive/sync/preview";
const EXECUTE: &str = "POST /api/v1/drive/sync/execute";
const FINALIZE: &str = "POST /api/v1/drive/sync/finalize";
const TICKET: &str = "POST /api/v1/uploads/ticket";
const UPLOAD: &str = "POST /api/uploads/process-skill";
const KEY: &str = "any-text.is~tried";

/// One classification as a drive of another taste writes it: names in camel case, nulls, fields of tomorrow.
fn classification(slug: &Value, local_sha: &Value) -> Value {
    json!({"slug": slug, "action": "upload_private", "creditCost": 0, "localSha": local_sha, "driveSha": null,
        "contentSize": null, "reason": null, "zzFuture": {"Odd_Case": [1.5, null, "x"]}})
}

/// A drive in camel case that lets `status` and `processed` decide how an upload ends.
fn in_camel_case(status: &'static str, processed: Value) -> Foreign {
    Foreign::start(move |asked| match asked.line.as_str() {
        "GET /api/v1/account/credits" => said(200, &json!({"data": {}})),
        PREVIEW => {
            let local = asked.json()["local"].clone();
            let told = local.as_array().unwrap().iter().map(|one| classification(&one["slug"], &one["content_sha"]));
            said(200, &json!({"data": {"classifications": told.collect::<Vec<_>>(), "credits": null, "more": 1}}))
        }
        EXECUTE => {
            let result = |one: &Value| {
                json!({"slug": one["slug"], "action": one["action"], "status": status, "creditCost": 0,
                    "upload": {"collectionName": null}, "download": null})
            };
            let sent = asked.json()["classifications"].clone();
            let results: Vec<Value> = sent.as_array().unwrap().iter().map(result).collect();
            said(201, &json!({"data": {"runId": "run/1 ?:x", "results": results}}))
        }
        TICKET => said(201, &json!({"data": {"upload_token": "ticket-1", "upload_url": "/api/uploads/process-skill"}})),
        UPLOAD => said(201, &processed),
        FINALIZE => said(200, &json!({"data": {"runId": "run/1 ?:x", "status": "swept", "driveCount": 1}})),
        _ => no(404),
    })
}

#[test]
fn a_drive_of_another_spelling_gets_back_what_it_sent() {
    let drive = in_camel_case("deferred", json!({"success": true, "skill": {"id": null, "slug": "mine"}}));
    let home = Home::logged_in(&drive.url, KEY);
    home.skill(".agents/skills", "mine", "Mine");
    home.run(&["sync", "--yes"]).exits(0);

    let preview = drive.asked(PREVIEW)[0].json();
    let local = &preview["local"][0];
    assert_eq!(preview["kind"], "first_run");
    assert!(local.as_object().unwrap().contains_key("base_sha") && local["base_sha"].is_null());
    let execute = &drive.asked(EXECUTE)[0];
    assert_eq!(execute.json()["classifications"], json!([classification(&json!("mine"), &local["content_sha"])]));
    let ticket = drive.asked(TICKET)[0].json();
    assert_eq!(
        ticket,
        json!({"filename": "mine.zip", "slug": "mine", "runId": "run/1 ?:x", "contentSha": local["content_sha"],
            "baseSha": null})
    );
    let upload = &drive.asked(UPLOAD)[0];
    assert_eq!(upload.headers["authorization"], "Bearer ticket-1");
    assert_eq!(upload.headers["x-skillzdrive-install-id"], execute.headers["x-skillzdrive-install-id"]);
    assert_eq!(
        drive.asked(FINALIZE)[0].json()["results"],
        json!([{"slug": "mine", "action": "upload_private", "status": "done", "content_sha": local["content_sha"],
            "error": null}])
    );
    assert!(home.files_with("ticket-1").is_empty());
}

#[test]
fn an_upload_that_was_not_taken_is_not_done() {
    let refused = json!({"success": false, "skill": {"slug": "mine"}, "message": "the scanner is down"});
    let drive = in_camel_case("deferred", refused);
    let home = Home::logged_in(&drive.url, KEY);
    home.skill(".agents/skills", "mine", "Mine");
    let run = home.run(&["sync", "--yes"]).exits(1);
    assert!(run.stderr.contains("did not take the upload: the scanner is down"), "{run}");
    let result = drive.asked(FINALIZE)[0].json()["results"][0].clone();
    assert_eq!((&result["status"], &result["content_sha"]), (&json!("failed"), &Value::Null));
}

#[test]
fn a_status_of_tomorrow_is_not_taken_for_done() {
    let drive = in_camel_case("quantum", json!({}));
    let home = Home::logged_in(&drive.url, KEY);
    home.skill(".agents/skills", "mine", "Mine");
    let run = home.run(&["sync", "--yes"]).exits(1);
    assert!(run.stderr.contains("mine was not done: the drive says `quantum`"), "{run}");
    assert!(drive.asked(TICKET).is_empty());
    assert_eq!(drive.asked(FINALIZE)[0].json()["results"][0]["status"], "failed");
}

/// A public skill's zip and its digest.
fn package(home: &Home) -> (Vec<u8>, String) {
    let folder = home.skill("elsewhere", "pdf", "Pdf");
    let packed = pack_dir(&folder, &PackOptions::own()).unwrap();
    (packed.zip, packed.content_sha.to_string())
}

#[test]
fn one_strange_entry_does_not_hide_the_marketplace() {
    let home = Home::new();
    let (zip, sha) = package(&home);
    let entry = json!({"slug": "pdf", "contentSha": sha, "version": 1, "url": format!("/zips/{sha}")});
    let plugins = json!([
        7, {"source": "no name"},
        {"name": "../../x", "metadata": {"skillzdrive": {"slug": "../../x", "content_sha": "nope", "url": "/"}}},
        {"name": "pdf", "description": null, "tags": null, "metadata": {"skillzdrive": entry}},
    ]);
    let drive = Foreign::start(move |asked| match asked.line.as_str() {
        "GET /marketplace.json" => said(200, &json!({"name": null, "owner": null, "plugins": plugins})),
        line if line.starts_with("GET /zips/") => Said(200, Vec::new(), zip.clone()),
        _ => no(404),
    });
    let home = home.with("SKILLZDRIVE_SERVER", &drive.url);
    home.run(&["install", "pdf"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), home.read("elsewhere/pdf/SKILL.md"));
}

#[test]
fn a_strange_marketplace_is_said_to_be_one() {
    let drive = Foreign::start(|_| said(200, &json!({"plugins": [{"source": "no name"}]})));
    let run = Home::on(&drive.url).run(&["install", "pdf"]).exits(1);
    assert!(run.stderr.contains("GET /marketplace.json in a form that this program does not know"), "{run}");
}

#[test]
fn a_signed_address_that_ran_out_is_asked_for_again() {
    let home = Home::new();
    let (zip, sha) = package(&home);
    let first = Mutex::new(true);
    let storage = Foreign::start(move |_| {
        if std::mem::take(&mut *first.lock().unwrap()) {
            // What an object store says to a signature of yesterday.
            return said(400, &json!({"statusCode": "400", "error": "InvalidJWT", "message": "\"exp\" claim"}));
        }
        Said(200, Vec::new(), zip.clone())
    });
    let to = format!("{}/signed?token=canary", storage.url);
    let drive = Foreign::start(move |_| Said(302, vec![("location", to.clone())], Vec::new()));
    let home = home.with("SKILLZDRIVE_SERVER", &drive.url);
    home.run(&["install", &format!("pdf@{sha}")]).exits(0);
    let asked = storage.asked("GET /signed?token=canary");
    assert_eq!(asked.len(), 2);
    for asked in asked {
        assert!(
            !asked.headers.contains_key("x-skillzdrive-install-id") && !asked.headers.contains_key("authorization")
        );
    }
}

#[test]
fn where_everything_is_limited_a_kept_marketplace_answers_a_search() {
    let open = Arc::new(Mutex::new(true));
    let is_open = Arc::clone(&open);
    let drive = Foreign::start(move |asked| match asked.line.as_str() {
        "GET /marketplace.json" if *is_open.lock().unwrap() => {
            said(200, &json!({"plugins": [{"name": "pdf", "description": "fills forms"}]}))
        }
        _ => Said(429, vec![("retry-after", "30".to_owned())], Vec::new()),
    });
    let home = Home::on(&drive.url);
    home.run(&["search", "forms"]).exits(0);
    *open.lock().unwrap() = false;
    // Older than the five minutes for which nobody asks.
    let kept = home.path(".cache/skillzdrive/marketplace");
    for file in std::fs::read_dir(&kept).unwrap() {
        let file = File::options().write(true).open(file.unwrap().path()).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
    }
    let run = home.run(&["search", "forms"]).exits(0);
    assert!(run.stdout.contains("pdf") && run.stderr.contains("searched its marketplace instead"), "{run}");
    home.run(&["info", "pdf"]).exits(0);
}

#[test]
fn an_account_without_a_balance_is_not_an_empty_one() {
    let drive = Foreign::start(|_| said(200, &json!({"data": {"coins": 7}})));
    let run = Home::logged_in(&drive.url, KEY).run(&["credits"]).exits(1);
    assert!(run.stderr.contains("missing field `balance`"), "{run}");
}

#[test]
fn a_post_without_a_body_says_so() {
    let drive = Foreign::start(|asked| {
        if asked.line.starts_with("POST") && !asked.headers.contains_key("content-length") {
            return no(411);
        }
        said(200, &json!({"data": {"slug": "pdf", "enabled": false}}))
    });
    Home::logged_in(&drive.url, KEY).run(&["drive", "toggle", "pdf"]).exits(0);
    assert_eq!(drive.asked("POST /api/v1/drive/pdf/toggle").len(), 1);
}

#[test]
fn a_folder_that_is_no_skill_is_not_replaced_by_one() {
    let home = Home::new();
    let (zip, sha) = package(&home);
    let drive = Foreign::start(move |_| Said(200, Vec::new(), zip.clone()));
    let home = home.with("SKILLZDRIVE_SERVER", &drive.url);
    home.write(".agents/skills/pdf/notes.txt", "precious");
    let run = home.run(&["install", &format!("pdf@{sha}")]);
    assert_ne!(run.code, Some(0), "{run}");
    assert_eq!(home.read(".agents/skills/pdf/notes.txt"), "precious");
    assert!(!home.path(".agents/skills/pdf/SKILL.md").exists());
}

/// A package in the form of another writer: its digest is not that of its files.
fn another_writers_zip(body: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("pdf/SKILL.md", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut writer, skill_md("pdf", body).as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_version_that_came_before_a_kill_is_no_edit_whoever_packed_it() {
    let newest = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let current = Arc::clone(&newest);
    let zips = ["one", "two"].map(another_writers_zip);
    let drive = Foreign::start(move |asked| {
        let version = current.load(std::sync::atomic::Ordering::Relaxed);
        if asked.line.ends_with("/marketplace.json") {
            let (zip, sha) = (&zips[version], sha256(&zips[version]));
            let entry = json!({ "slug": "pdf", "content_sha": sha, "content_size": zip.len(), "version": version + 1,
                "url": format!("/{version}.zip") });
            let plugin = json!({ "name": "pdf", "source": { "source": "archive" }, "description": "d",
                "metadata": { "skillzdrive": entry } });
            return said(200, &json!({ "name": "m", "owner": { "name": "o" }, "plugins": [plugin] }));
        }
        match zips.iter().enumerate().find(|(version, _)| asked.line.ends_with(&format!("/{version}.zip"))) {
            Some((_, zip)) => Said(200, vec![("content-type", "application/zip".to_owned())], zip.clone()),
            None => no(404),
        }
    });
    let home = Home::on(&drive.url);
    let lock = ".local/share/skillzdrive/skillzdrive.lock";
    home.run(&["install", "pdf"]).exits(0);
    let old = home.read(lock);
    assert!(old.contains("tree_sha"), "{old}");
    newest.store(1, std::sync::atomic::Ordering::Relaxed);
    home.run(&["update", "--yes"]).exits(0);
    let new = home.read(lock);
    // As a kill leaves it: the files are the new ones, lockfile and memory are the old ones.
    home.write(lock, &old);
    std::fs::remove_dir_all(home.path(".local/state/skillzdrive")).unwrap();
    home.run(&["update", "--yes"]).exits(0);
    assert_eq!(home.read(lock), new);
    // An edit is one all the same.
    home.write(lock, &old);
    home.write(".agents/skills/pdf/SKILL.md", skill_md("pdf", "edited"));
    home.run(&["update", "--yes"]).exits(8);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "edited"));
}
