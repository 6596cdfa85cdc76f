//! A real drive on the loopback, with a log of what it was asked and faults around its router.
//!
//! It answers on two ports: the drive's own, and another one to which every redirect to storage is turned, so that a
//! test sees what reaches another origin.

mod door;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc;
use std::time::Duration;

use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header;
use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::Peer;
use skillzdrive_drive::Publishing;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::pack_dir;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::Slug;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use super::backends;
use door::router_of;
use door::serve;

/// The longest that a test waits for something that must happen.
pub(super) const SURELY: Duration = Duration::from_secs(60);

/// What a drive was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// Header names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Bytes,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path.split('?').next().unwrap_or_default())
    }
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// This answer instead of the drive's; the drive does not hear of the request.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// These bytes as the answer, whatever was asked.
    Bytes(Vec<u8>),
    /// The drive does its work, and its answer is lost.
    LoseAnswer,
    /// The body ends after so many bytes, the connection with it.
    CutBody(usize),
    /// The body has the right length and one wrong byte.
    WrongBytes,
    /// The request is held until the test lets it go; the drive has not heard of it.
    Hold,
}

struct Rule {
    method: &'static str,
    path: String,
    times: usize,
    fault: Fault,
}

#[derive(Default)]
struct Shared {
    asked: Mutex<Vec<Asked>>,
    storage_asked: Mutex<Vec<Asked>>,
    rules: Mutex<Vec<Rule>>,
    arrived: Mutex<Option<mpsc::Sender<()>>>,
    release: tokio::sync::Notify,
    now_offset: std::sync::atomic::AtomicI64,
}

/// A running drive. Dropping it stops it.
pub(crate) struct TestDrive {
    /// Its address.
    pub(crate) url: String,
    /// The owner's key.
    pub(crate) key: String,
    drive: Drive,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
    data: tempfile::TempDir,
}

impl Drop for TestDrive {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[derive(Clone)]
struct Door {
    shared: Arc<Shared>,
    storage: Option<SocketAddr>,
}

impl TestDrive {
    /// An empty one, with the owner's account.
    pub(crate) fn start() -> Self {
        Self::with(|_| ())
    }

    /// The same, whose packages are files in its folder wherever those of others are.
    pub(crate) fn with_files() -> Self {
        Self::with(|config| config.artifacts = Some(backends::folder(&config.data_dir)))
    }

    /// The same with other settings.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let shared = Arc::new(Shared::default());
        let mut config = Config::new(data.path());
        // Tests of the anonymous limit set it themselves.
        config.limits.anonymous_per_minute = 10_000;
        config.limits.open_per_minute = 100_000;
        let clock = shared.clone();
        config.clock = skillzdrive_drive::Clock::new(move || {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
            i64::try_from(now).unwrap() + clock.now_offset.load(std::sync::atomic::Ordering::Relaxed)
        });
        change(&mut config);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (drive, key, address) = runtime.block_on(async {
            let drive = backends::open(config).await.unwrap();
            let key = drive.ensure_owner().await.unwrap().unwrap();
            let storage = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let own = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = own.local_addr().unwrap();
            let door = Door { shared: shared.clone(), storage: Some(storage.local_addr().unwrap()) };
            serve(own, router_of(&drive), door);
            serve(storage, router_of(&drive), Door { shared: shared.clone(), storage: None });
            (drive, key, address)
        });
        Self {
            url: format!("http://{address}"),
            key: key.expose().to_owned(),
            drive,
            shared,
            runtime: Some(runtime),
            data,
        }
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.as_ref().unwrap().block_on(future)
    }

    /// A key of another account.
    pub(crate) fn account(&self, name: &str) -> String {
        let key: ApiKey = self.block_on(self.drive.create_account(name)).unwrap();
        key.expose().to_owned()
    }

    /// Another key of the owner.
    pub(crate) fn another_key(&self) -> String {
        self.block_on(self.drive.create_key("another", None)).unwrap().expose().to_owned()
    }

    /// Another key of the owner, by a name.
    pub(crate) fn named_key(&self, name: &str) -> String {
        self.block_on(self.drive.create_key(name, None)).unwrap().expose().to_owned()
    }

    /// Makes a key invalid.
    pub(crate) fn revoke(&self, key: &str) {
        self.block_on(self.drive.revoke_key(&key[..16])).unwrap();
    }

    /// Gives the owner credits.
    pub(crate) fn grant(&self, credits: u32) {
        self.block_on(self.drive.grant_credits(credits)).unwrap();
    }

    /// Puts a public skill with one script into the marketplace, or its next version; gives its `content_sha`.
    pub(crate) fn publish(&self, slug: &str, body: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let skill = folder.path().join(slug);
        std::fs::create_dir_all(skill.join("scripts")).unwrap();
        std::fs::write(skill.join("SKILL.md"), super::skill_md(slug, body)).unwrap();
        std::fs::write(skill.join("scripts/run.sh"), format!("#!/bin/sh\necho {slug}\n")).unwrap();
        let packed = pack_dir(&skill, &PackOptions::own()).unwrap();
        let published = self.block_on(self.drive.publish(packed, how(Some(body.to_owned())))).unwrap();
        published.content_sha.to_string()
    }

    /// Puts a skill of a folder into the marketplace, or its next version with what changed.
    pub(crate) fn publish_folder(&self, folder: &std::path::Path, comment: Option<&str>) {
        let packed = pack_dir(folder, &PackOptions::own()).unwrap();
        self.block_on(self.drive.publish(packed, how(comment.map(str::to_owned)))).unwrap();
    }

    /// Puts a public skill whose script is this into the marketplace.
    pub(crate) fn publish_script(&self, slug: &str, script: &str) {
        let folder = tempfile::tempdir().unwrap();
        let skill = folder.path().join(slug);
        std::fs::create_dir_all(skill.join("scripts")).unwrap();
        std::fs::write(skill.join("SKILL.md"), super::skill_md(slug, "a script")).unwrap();
        std::fs::write(skill.join("scripts/run.sh"), script).unwrap();
        let packed = pack_dir(&skill, &PackOptions::own()).unwrap();
        self.block_on(self.drive.publish(packed, how(None))).unwrap();
    }

    /// Sets what a run of a public skill costs.
    pub(crate) fn price(&self, slug: &str, credits: u64) {
        self.block_on(self.drive.set_price(&Slug::new(slug).unwrap(), credits)).unwrap();
    }

    /// Takes a public skill out of the marketplace.
    pub(crate) fn withdraw(&self, slug: &str) {
        self.block_on(self.drive.withdraw(&Slug::new(slug).unwrap())).unwrap();
    }

    /// Moves the drive's clock back.
    pub(crate) fn turn_back(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.shared.now_offset.fetch_sub(millis, std::sync::atomic::Ordering::Relaxed);
    }

    /// Moves the drive's clock forward.
    pub(crate) fn turn_forward(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.shared.now_offset.fetch_add(millis, std::sync::atomic::Ordering::Relaxed);
    }

    /// Makes the next so many requests of a method (`*` for any) and the beginning of a path go wrong, on both ports.
    pub(crate) fn fail(&self, method: &'static str, path: &str, times: usize, fault: Fault) {
        self.shared.rules.lock().unwrap().push(Rule { method, path: path.to_owned(), times, fault });
    }

    /// Ends every fault and lets go what was held.
    pub(crate) fn heal(&self) {
        self.shared.rules.lock().unwrap().clear();
        self.shared.release.notify_waiters();
    }

    /// Holds the next request; what is returned waits until it has arrived.
    pub(crate) fn hold(&self, method: &'static str, path: &str) -> impl FnOnce() + use<> {
        let (tell, told) = mpsc::channel();
        *self.shared.arrived.lock().unwrap() = Some(tell);
        self.fail(method, path, usize::MAX, Fault::Hold);
        move || told.recv_timeout(SURELY).unwrap()
    }

    /// What the drive was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// The same as `METHOD /path` lines, without telemetry, which comes when it comes.
    pub(crate) fn asked_lines(&self) -> Vec<String> {
        let asked = self.asked();
        asked.iter().map(ToString::to_string).filter(|line| !line.contains("/telemetry/")).collect()
    }

    /// How often something was asked.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.asked().iter().filter(|asked| asked.to_string() == line).count()
    }

    /// What the storage's origin was asked.
    pub(crate) fn storage_asked(&self) -> Vec<Asked> {
        self.shared.storage_asked.lock().unwrap().clone()
    }

    /// Forgets what was asked.
    pub(crate) fn forget(&self) {
        self.shared.asked.lock().unwrap().clear();
        self.shared.storage_asked.lock().unwrap().clear();
    }

    /// Asks the drive something with the owner's key, past the program; gives status and JSON.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<serde_json::Value>) -> (u16, serde_json::Value) {
        self.ask_as(&self.key.clone(), method, path, body)
    }

    /// The same with any key.
    pub(crate) fn ask_as(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> (u16, serde_json::Value) {
        self.ask_from(Peer::Local, key, method, path, body)
    }

    /// The same as somebody on a port, who gets the pages and the login too.
    pub(crate) fn ask_on_a_port(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> (u16, serde_json::Value) {
        self.ask_from(Peer::Tcp(SocketAddr::from(([127, 0, 0, 1], 9))), key, method, path, body)
    }

    fn ask_from(
        &self,
        peer: Peer,
        key: &str,
        method: &str,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> (u16, serde_json::Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json");
        request.extensions_mut().unwrap().insert(axum::extract::ConnectInfo(peer));
        let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
        self.send(request.body(body).unwrap())
    }

    /// Posts a zip with a ticket, past the program; gives status and JSON.
    pub(crate) fn upload(&self, token: &str, filename: &str, zip: &[u8]) -> (u16, serde_json::Value) {
        let boundary = "a-boundary-that-is-in-no-zip";
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
             Content-Type: application/zip\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(zip);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let mut request = Request::builder()
            .method("POST")
            .uri("/api/uploads/process-skill")
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
        request.extensions_mut().unwrap().insert(axum::extract::ConnectInfo(Peer::Local));
        self.send(request.body(Body::from(body)).unwrap())
    }

    /// Posts the body of a form without a key, as a stranger on the network would; gives status and JSON.
    pub(crate) fn post_form(&self, path: &str, body: &Bytes) -> (u16, serde_json::Value) {
        let mut request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let stranger = Peer::Tcp(SocketAddr::from(([127, 0, 0, 1], 9)));
        request.extensions_mut().unwrap().insert(axum::extract::ConnectInfo(stranger));
        self.send(request.body(Body::from(body.clone())).unwrap())
    }

    fn send(&self, request: Request) -> (u16, serde_json::Value) {
        self.block_on(async {
            let answer = router_of(&self.drive).oneshot(request).await.unwrap();
            let status = answer.status().as_u16();
            let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let mut text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some(store) = backends::s3() {
                text = text.replace(&store, "http://localhost/storage");
            }
            (status, serde_json::from_str(&text).unwrap_or(serde_json::Value::Null))
        })
    }

    /// The slugs in the owner's drive.
    pub(crate) fn slugs(&self) -> Vec<String> {
        let (_, answer) = self.ask("GET", "/api/v1/drive", None);
        let skills = answer["data"]["skills"].as_array().unwrap().clone();
        skills.iter().map(|skill| skill["slug"].as_str().unwrap().to_owned()).collect()
    }

    /// The files of its store of packages; of a drive `with_files`.
    pub(crate) fn kept(&self) -> Vec<std::path::PathBuf> {
        let artifacts = walkdir::WalkDir::new(self.data.path().join("artifacts"));
        let files = artifacts.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        files.map(walkdir::DirEntry::into_path).collect()
    }

    /// The owner's balance.
    pub(crate) fn balance(&self) -> i64 {
        self.ask("GET", "/api/v1/account/credits", None).1["data"]["balance"].as_i64().unwrap()
    }
}

/// A test's marketplace may hold anything.
fn how(comment: Option<String>) -> Publishing {
    Publishing { comment, allow_findings: true, ..Publishing::default() }
}
