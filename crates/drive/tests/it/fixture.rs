//! A drive under test and a client for it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::Clock;
use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::Publishing;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::Packed;
use skillzdrive_skill::pack_dir;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::backends;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;

/// The installation that the tests speak for.
pub(crate) const INSTALL: &str = "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55";
pub(crate) const OTHER_INSTALL: &str = "0d9a7c54-3a5e-4c1b-8f0a-6b1de0f6a111";

pub(crate) struct Server {
    pub(crate) drive: Drive,
    pub(crate) url: String,
    /// The owner's key.
    pub(crate) key: String,
    pub(crate) home: TempDir,
    http: reqwest::Client,
    clock: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// `data` of an answer with this status.
    pub(crate) fn data(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()["data"].clone()
    }

    /// Checks status, code and form of an error.
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        let json = self.json();
        assert_eq!(json["error"]["code"], code, "{json}");
        assert!(json["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        assert!(self.headers.contains_key("x-request-id"));
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or("")
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With the artifacts in a folder, whatever store the tests were given: for what only a drive that gives the bytes
    /// itself does, and for tests that look at the files.
    pub(crate) async fn in_folder() -> Self {
        Self::with(|config| config.artifacts = Some(backends::folder(&config.data_dir))).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(1_795_498_778_000));
        let mut config = Config::new(home.path().join("data"));
        let time = Arc::clone(&clock);
        config.clock = Clock::new(move || time.load(Ordering::SeqCst));
        change(&mut config);
        let drive = backends::open(config).await.unwrap();
        let key = match drive.ensure_owner().await.unwrap() {
            Some(key) => key,
            None => drive.local_owner_key().await.unwrap(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = drive.clone();
        tokio::spawn(async move {
            let shutdown = async move {
                let _ = stopped.await;
            };
            serving.serve(listener, shutdown).await.unwrap();
        });
        // The second test of a process finds a provider installed, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { drive, url, key: key.expose().to_owned(), home, http, clock, stop: Some(stop) }
    }

    /// Serves another drive of the same data, as another process would, until the test ends; the answer is its address.
    pub(crate) async fn replica(&self, change: impl FnOnce(&mut Config)) -> String {
        let mut config = self.config(self.drive.data_dir());
        change(&mut config);
        self.serve(backends::open(config).await.unwrap()).await
    }

    /// The settings of a drive in a folder, in the time of this one.
    pub(crate) fn config(&self, folder: &Path) -> Config {
        let mut config = Config::new(folder);
        let time = Arc::clone(&self.clock);
        config.clock = Clock::new(move || time.load(Ordering::SeqCst));
        config
    }

    /// Serves another drive until the test ends; the answer is its address.
    pub(crate) async fn serve(&self, drive: Drive) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { drive.serve(listener, std::future::pending()).await });
        url
    }

    pub(crate) fn advance(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Waits until the server has to know what another process has written: nothing tells when it does, and the time is
    /// what is promised.
    pub(crate) async fn noticed(&self) {
        tokio::time::sleep(skillzdrive_drive::NOTICED_WITHIN).await;
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        self.http.request(method, url)
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    /// An anonymous GET.
    pub(crate) async fn anonymous(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// A GET with the owner's key.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path).bearer_auth(&self.key)).await
    }

    /// A GET with a key.
    pub(crate) async fn get_as(&self, key: &str, path: &str) -> Reply {
        self.send(self.request(Method::GET, path).bearer_auth(key)).await
    }

    /// Makes a collection of these skills and answers its key.
    pub(crate) async fn collection(&self, name: &str, slugs: &[&str]) -> String {
        let made = self.post("/api/v1/collections", json!({ "name": name, "skillSlugs": slugs })).await.data(201);
        made["apiKey"].as_str().unwrap().to_owned()
    }

    /// A POST of JSON with the owner's key.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.post_as(&self.key, path, body).await
    }

    pub(crate) async fn post_as(&self, key: &str, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).bearer_auth(key).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path).bearer_auth(&self.key)).await
    }

    pub(crate) async fn balance(&self) -> i64 {
        self.get("/api/v1/account/credits").await.data(200)["balance"].as_i64().unwrap()
    }

    /// Publishes a skill of one file and answers its digest.
    pub(crate) async fn publish(&self, slug: &str, body: &str) -> String {
        let published = self.drive.publish(skill(slug, body), Publishing::default()).await.unwrap();
        published.content_sha.to_string()
    }

    /// Publishes a skill whose run costs something, whatever the security rules find in it.
    pub(crate) async fn publish_at(&self, cost: u64, files: &[(&str, &str)]) {
        let how = Publishing { cost_per_use: Some(cost), allow_findings: true, ..Publishing::default() };
        self.drive.publish(skill_of(files), how).await.unwrap();
    }

    /// Mints a ticket and posts a package with it.
    pub(crate) async fn upload(&self, ticket: Value, zip: Vec<u8>) -> Reply {
        let ticket = self.post("/api/v1/uploads/ticket", ticket).await.data(201);
        self.process(ticket["uploadToken"].as_str().unwrap(), zip).await
    }

    /// Posts a package with a ticket.
    pub(crate) async fn process(&self, token: &str, zip: Vec<u8>) -> Reply {
        let part = reqwest::multipart::Part::bytes(zip).file_name("skill.zip");
        let form = reqwest::multipart::Form::new().part("file", part);
        let path = "/api/uploads/process-skill";
        self.send(self.request(Method::POST, path).bearer_auth(token).multipart(form)).await
    }

    pub(crate) async fn preview(&self, kind: &str, mode: &str, local: Value) -> Value {
        let body = json!({ "install_id": INSTALL, "kind": kind, "mode": mode, "local": local });
        self.post("/api/v1/drive/sync/preview", body).await.data(200)
    }

    pub(crate) async fn execute(&self, kind: &str, mode: &str, classifications: &Value) -> Reply {
        let body = json!({ "install_id": INSTALL, "kind": kind, "mode": mode, "classifications": classifications });
        self.post("/api/v1/drive/sync/execute", body).await
    }

    pub(crate) async fn finalize(&self, run_id: &Value, results: Value) -> Reply {
        let body = json!({ "run_id": run_id, "install_id": INSTALL, "results": results });
        self.post("/api/v1/drive/sync/finalize", body).await
    }
}

/// A packed skill whose text holds `body`, with one script.
pub(crate) fn skill(slug: &str, body: &str) -> Packed {
    skill_of(&[
        ("SKILL.md", &format!("---\nname: {slug}\ndescription: The {slug} skill, {body}\n---\n{body}\n")),
        ("scripts/run.sh", "#!/bin/sh\necho run\n"),
    ])
}

/// A packed skill of these files.
pub(crate) fn skill_of(files: &[(&str, &str)]) -> Packed {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("skill");
    for (path, text) in files {
        write(&folder.join(path), text.as_bytes());
    }
    pack_dir(&folder, &PackOptions::own()).unwrap()
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::OpenOptions::new().write(true).create_new(true).open(path).unwrap().write_all(bytes).unwrap();
}

/// A skill of this machine, as preview is told.
pub(crate) fn local(slug: &str, sha: &str, base: Option<&str>) -> Value {
    json!({
        "slug": slug, "content_sha": sha, "base_sha": base, "content_size": 300,
        "name": slug, "description": "a skill"
    })
}

/// The digest of a package that is nowhere.
pub(crate) fn sha(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// The entry of a slug in a list.
pub(crate) fn of<'a>(list: &'a Value, slug: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|entry| entry["slug"] == slug).unwrap_or_else(|| panic!("no {slug}: {list}"))
}

/// What surely comes to an end does so in this time.
const SURELY: Duration = Duration::from_secs(60);

/// The end of something that surely comes to one.
pub(crate) async fn surely<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(SURELY, work).await.unwrap_or_else(|_| panic!("{what} takes for ever"))
}

/// Until something is so, which nothing tells of.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    surely(what, async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}
