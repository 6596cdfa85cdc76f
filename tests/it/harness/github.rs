//! A GitHub of our own on the loopback, with the real one's two routes and their answers: `acme/skills`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

#[derive(Default)]
struct Content {
    /// Branches and tags, with their commits.
    refs: BTreeMap<String, String>,
    /// Commits, with their files.
    commits: BTreeMap<String, Vec<(String, String)>>,
    asked: Vec<(String, HeaderMap)>,
}

type Shared = Arc<Mutex<Content>>;

/// A running one. Dropping it stops it.
pub(crate) struct Github {
    /// What `SKILLZDRIVE_GITHUB_URL` names.
    pub(crate) url: String,
    content: Shared,
    runtime: Option<Runtime>,
}

impl Drop for Github {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Github {
    pub(crate) fn start() -> Self {
        let content = Shared::default();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let router = Router::new()
            .route("/api/repos/{owner}/{repo}/commits/{*reference}", get(commit))
            .route("/archives/{owner}/{repo}/tar.gz/{commit}", get(archive))
            .with_state(content.clone());
        let url = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
            url
        });
        Self { url, content, runtime: Some(runtime) }
    }

    /// Commits files to a branch; the commit is 40 times the digit.
    pub(crate) fn put(&self, branch: &str, digit: char, files: &[(&str, &str)]) -> String {
        let commit = digit.to_string().repeat(40);
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let mut content = self.content.lock().unwrap();
        content.refs.insert(branch.to_owned(), commit.clone());
        content.commits.insert(commit.clone(), files);
        commit
    }

    /// Changes the files of a commit, which the real one never does.
    pub(crate) fn forge(&self, commit: &str, files: &[(&str, &str)]) {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        self.content.lock().unwrap().commits.insert(commit.to_owned(), files);
    }

    /// What was asked since the last time, and with which headers.
    pub(crate) fn asked(&self) -> Vec<(String, HeaderMap)> {
        std::mem::take(&mut self.content.lock().unwrap().asked)
    }
}

async fn commit(
    State(content): State<Shared>,
    Path((owner, repo, reference)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let mut content = content.lock().unwrap();
    content.asked.push((format!("commit {reference}"), headers));
    if repo == "limited" {
        return (StatusCode::FORBIDDEN, "API rate limit exceeded").into_response();
    }
    if !owner.eq_ignore_ascii_case("acme") || repo != "skills" {
        return (StatusCode::NOT_FOUND, r#"{"message":"Not Found"}"#).into_response();
    }
    match content.refs.get(&reference) {
        Some(commit) => commit.clone().into_response(),
        None => (StatusCode::UNPROCESSABLE_ENTITY, r#"{"message":"No commit found for SHA"}"#).into_response(),
    }
}

async fn archive(
    State(content): State<Shared>,
    Path((_, _, commit)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let mut content = content.lock().unwrap();
    content.asked.push((format!("archive {commit}"), headers));
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
