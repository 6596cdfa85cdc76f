//! How a running drive is watched, how it holds out against clients that are slow or many, and how it stops.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use skillzdrive_drive::Draining;
use skillzdrive_drive::Pace;
use skillzdrive_drive::Publishing;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpSocket;
use tokio::net::TcpStream;

use crate::fixture::Server;
use crate::fixture::skill_of;
use crate::fixture::surely;
use crate::fixture::until;

/// A request until its answer is whole, on a connection of its own.
fn ask(server: &Server, path: &str) -> String {
    let host = server.url.trim_start_matches("http://");
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap()
}

/// The head of an answer.
async fn head(line: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        match surely("an answer", line.read_u8()).await {
            Ok(byte) => heard.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(heard).unwrap()
}

/// Everything until the end of a connection, and whether that was a proper one.
async fn rest(line: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    // An end or a reset: either way the drive has let go of it.
    let _ = surely("a connection", line.read_to_end(&mut heard)).await;
    String::from_utf8_lossy(&heard).into_owned()
}

struct Watched {
    page: String,
    /// By name and labels, as they stand there.
    values: BTreeMap<String, f64>,
    names: BTreeSet<String>,
}

impl Watched {
    /// Reads a page as Prometheus does, and is as strict.
    fn read(page: String) -> Self {
        let (mut kinds, mut values, mut names) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        assert!(page.ends_with('\n'));
        for line in page.lines() {
            if let Some(rest) = line.strip_prefix("# ") {
                let mut words = rest.splitn(3, ' ');
                let (what, name, text) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
                match what {
                    "HELP" => assert!(!text.is_empty()),
                    "TYPE" => assert_eq!(kinds.insert(name.to_owned(), text.to_owned()), None, "{name} twice"),
                    _ => panic!("{line}"),
                }
                continue;
            }
            let (series, value) = line.rsplit_once(' ').unwrap();
            let name = series.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let family = family.filter(|family| kinds.contains_key(*family)).unwrap_or(name);
            assert!(kinds.contains_key(family), "{name} has no type");
            assert_eq!(name.ends_with("_total"), kinds[family] == "counter", "{name}");
            if let Some(labels) = series.strip_prefix(name).filter(|labels| !labels.is_empty()) {
                assert!(labels.starts_with('{') && labels.ends_with("\"}"), "{line}");
            }
            names.insert(name.to_owned());
            let value = value.parse().unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(values.insert(series.to_owned(), value), None, "{series} twice");
        }
        Self { page, values, names }
    }

    fn value(&self, series: &str) -> f64 {
        *self.values.get(series).unwrap_or_else(|| panic!("no {series} in\n{}", self.page))
    }
}

/// The page of metrics, from a listener of its own.
async fn watch(server: &Server) -> Watched {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let drive = server.drive.clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        drive
            .serve_metrics(listener, async {
                let _ = stopped.await;
            })
            .await;
    });
    let reply = server.anonymous(&format!("{url}/metrics")).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(server.anonymous(&format!("{url}/api/v1/skills")).await.status, 404);
    drop(stop);
    serving.await.unwrap();
    Watched::read(reply.text())
}

#[tokio::test]
async fn a_page_for_prometheus_tells_what_was_asked_and_nothing_of_anybody() {
    let server = Server::start().await;
    server.publish("pdf", "one").await;
    assert_eq!(server.get("/api/v1/skills/pdf").await.status, 200);
    assert_eq!(server.get("/api/v1/skills/nothing-here").await.status, 404);
    for number in 0..20 {
        server.anonymous(&format!("/no-such-route-{number}\"}} 1")).await;
    }
    for _ in 0..3 {
        server.anonymous("/api/v1/skills?q=a").await;
    }
    let odd = server.request(Method::from_bytes(b"BREW").unwrap(), "/api/v1/skills");
    assert_eq!(server.send(odd).await.status, 405);
    server.post("/api/v1/drive/diff", json!({ "local": [] })).await.data(200);
    assert_eq!(server.anonymous("/metrics").await.status, 404, "never where everybody is");

    let page = watch(&server).await;
    let requests = |method: &str, route: &str, status: u16| {
        page.value(&format!(
            "skillzdrive_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        ))
    };
    assert_eq!(requests("GET", "/api/v1/skills/{slug}", 200), 1.0);
    assert_eq!(requests("GET", "/api/v1/skills/{slug}", 404), 1.0);
    assert_eq!(requests("GET", "unmatched", 404), 21.0);
    assert_eq!((requests("GET", "/api/v1/skills", 200), requests("GET", "/api/v1/skills", 429)), (1.0, 2.0));
    assert_eq!(requests("other", "/api/v1/skills", 405), 1.0);
    let duration = "skillzdrive_http_request_duration_seconds";
    let of = "method=\"GET\",route=\"/api/v1/skills/{slug}\"";
    assert_eq!(page.value(&format!("{duration}_bucket{{{of},le=\"+Inf\"}}")), 2.0);
    assert_eq!(page.value(&format!("{duration}_count{{{of}}}")), 2.0);
    assert!(page.value(&format!("{duration}_sum{{{of}}}")) > 0.0);
    assert_eq!(page.value("skillzdrive_rate_limited_total{class=\"skills\"}"), 2.0);
    assert_eq!(page.value("skillzdrive_http_received_bytes_total"), 12.0, "{}", page.page);
    assert!(page.value("skillzdrive_http_sent_bytes_total") > 1_000.0);
    assert_eq!(page.value("skillzdrive_database_up"), 1.0);
    assert!(page.value("skillzdrive_database_connections_max") >= 2.0);
    assert!(page.value("skillzdrive_database_wait_seconds_count") > 0.0);
    assert_eq!((page.value("skillzdrive_webhook_queue"), page.value("skillzdrive_overdue_runs")), (0.0, 0.0));
    assert_eq!(page.value(&format!("skillzdrive_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1.0);
    if cfg!(target_os = "linux") {
        assert!(page.value("process_resident_memory_bytes") > 1e6 && page.value("process_cpu_seconds_total") > 0.0);
        assert!(page.value("process_open_fds") > 3.0);
    }
    for word in [&*server.key, "pdf", "nothing-here", "no-such-route", "127.0.0.1", "BREW"] {
        assert!(!page.page.contains(word), "{word}");
    }
    let before = page.names.len();
    server.drive.close().await;
    let page = watch(&server).await;
    assert_eq!(page.value("skillzdrive_database_up"), 0.0);
    assert!(page.names.len() < before, "what is not known is not told");
}

#[tokio::test]
#[ignore = "needs promtool: tests/services.sh"]
async fn the_page_passes_the_check_of_prometheus() {
    let server = Server::start().await;
    server.get("/api/v1/drive").await;
    server.anonymous("/nothing").await;
    let page = watch(&server).await.page;
    let mut check = tokio::process::Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    check.stdin.take().unwrap().write_all(page.as_bytes()).await.unwrap();
    let output = check.wait_with_output().await.unwrap();
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap()).concat();
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[tokio::test]
async fn only_trusted_proxies_are_believed() {
    let trusting = |list: &[&str]| {
        let trusted = list.iter().map(|text| text.parse().unwrap()).collect();
        Server::with(move |config| config.proxies.trusted = trusted)
    };
    async fn from(server: &Server, address: &str) -> crate::fixture::Reply {
        let request = server.request(Method::GET, "/api/v1/skills?q=a").header("X-Forwarded-For", address);
        server.send(request).await
    }
    let server = trusting(&["127.0.0.0/8", "10.0.0.0/8"]).await;
    assert_eq!(from(&server, "203.0.113.5, 10.0.0.1").await.status, 200);
    assert_eq!(from(&server, "1.1.1.1, 203.0.113.5").await.status, 429, "what a client wrote itself");
    assert_eq!(from(&server, "203.0.113.5:4711, 10.9.9.9, 10.8.8.8").await.status, 429);
    assert_eq!(from(&server, "2001:db8::1").await.status, 200);
    assert_eq!(from(&server, "2001:db8::2").await.status, 429, "a network is a household");
    let server = trusting(&["10.0.0.0/8"]).await;
    assert_eq!(from(&server, "203.0.113.5").await.status, 200);
    assert_eq!(from(&server, "203.0.113.6").await.status, 429, "nobody here is trusted");
}

const QUICK: Pace = Pace { window: Duration::from_millis(300), bytes: 2_000 };

#[tokio::test]
async fn who_sends_a_body_by_drops_is_let_go() {
    let server = Server::with(|config| config.limits.pace = QUICK).await;
    for path in ["/api/v1/drive/diff", "/api/uploads/process-skill"] {
        let mut line = connect(&server).await;
        let ticket = server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
        let key = if path.contains("uploads") { ticket["uploadToken"].as_str().unwrap() } else { &server.key };
        let said = ask(&server, path).replace("GET", "POST").replace(
            "\r\n\r\n",
            &format!(
                "\r\nAuthorization: Bearer {key}\r\nContent-Type: multipart/form-data; boundary=x\r\n\
                 Content-Length: 100000\r\n\r\n--x\r\n"
            ),
        );
        line.write_all(said.as_bytes()).await.unwrap();
        let heard = rest(&mut line).await;
        assert!(heard.starts_with("HTTP/1.1 400") && heard.contains("invalid_request"), "{path}: {heard}");
    }
    assert_eq!(watch(&server).await.value("skillzdrive_connections_slow_total"), 2.0);
    // Who is quick is served, however much it is.
    let body = format!("{{\"local\":[]}}{}", " ".repeat(1_000_000));
    let request = server.request(Method::POST, "/api/v1/drive/diff").bearer_auth(&server.key).body(body);
    assert_eq!(server.send(request).await.status, 200);
}

#[tokio::test]
async fn who_does_not_take_what_was_asked_for_is_let_go() {
    let server = Server::with(|config| {
        config.limits.pace = QUICK;
        config.artifacts = Some(crate::backends::folder(&config.data_dir));
    })
    .await;
    let data = "x".repeat(12 << 20);
    let packed = skill_of(&[("SKILL.md", "---\nname: big\ndescription: big\n---\n"), ("assets/data.bin", &data)]);
    let length = packed.zip.len();
    let sha = server.drive.publish(packed, Publishing::default()).await.unwrap().content_sha;
    let to = server.anonymous(&format!("/api/v1/downloads/public/big/{sha}.zip")).await;
    let path = to.header("location").replace(&server.url, "");

    let socket = TcpSocket::new_v4().unwrap();
    // What the system keeps for us is less than there is.
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut line = socket.connect(server.url.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    line.write_all(ask(&server, &path).as_bytes()).await.unwrap();
    assert!(head(&mut line).await.starts_with("HTTP/1.1 200"));
    until("letting go", async || {
        let page = watch(&server).await;
        page.value("skillzdrive_connections_slow_total") == 1.0
            && page.value("skillzdrive_http_answers_cut_total") == 1.0
    })
    .await;
    assert!(rest(&mut line).await.len() < length);
    let whole = server.anonymous(&format!("{}{path}", server.url)).await;
    assert_eq!((whole.status, whole.bytes.len()), (200, length));
}

#[tokio::test]
async fn a_head_has_a_size() {
    let server = Server::start().await;
    for more in [format!("X: {}\r\n", "a".repeat(40_000)), "X: a\r\n".repeat(150)] {
        let mut line = connect(&server).await;
        let said = ask(&server, "/marketplace.json").replace("\r\n\r\n", &format!("\r\n{more}\r\n"));
        line.write_all(said.as_bytes()).await.unwrap();
        let heard = rest(&mut line).await;
        assert!(heard.starts_with("HTTP/1.1 431"), "{heard}");
    }
    let mut line = connect(&server).await;
    let long = format!("/{}", "a".repeat(40_000));
    line.write_all(ask(&server, &long).as_bytes()).await.unwrap();
    let heard = rest(&mut line).await;
    assert!(heard.starts_with("HTTP/1.1 4"), "{heard}");
}

#[tokio::test]
async fn there_is_room_for_so_many_connections() {
    let server = Server::with(|config| config.limits.connections = 2).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut line = connect(&server).await;
        line.write_all(ask(&server, "/healthz").as_bytes()).await.unwrap();
        assert!(head(&mut line).await.starts_with("HTTP/1.1 200"));
        open.push(line);
    }
    let mut third = connect(&server).await;
    third.write_all(ask(&server, "/healthz").as_bytes()).await.unwrap();
    let heard = rest(&mut third).await;
    assert!(heard.starts_with("HTTP/1.1 503") && heard.contains("\r\nretry-after: 2\r\n"), "{heard}");
    let body: serde_json::Value = serde_json::from_str(heard.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(body["error"]["code"], "unavailable");
    let page = watch(&server).await;
    assert_eq!(
        (page.value("skillzdrive_connections"), page.value("skillzdrive_connections_refused_total")),
        (2.0, 1.0)
    );
    open.pop();
    until("room", async || {
        let mut line = connect(&server).await;
        line.write_all(ask(&server, "/healthz").as_bytes()).await.unwrap();
        head(&mut line).await.starts_with("HTTP/1.1 200")
    })
    .await;
}

/// Serves a drive of its own until it is told to stop.
async fn stoppable(draining: Draining) -> (Server, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let mut server = Server::with(|config| config.draining = draining).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    server.url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let drive = server.drive.clone();
    let serving = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        drive.serve(listener, stopped).await.unwrap();
    });
    (server, stop, serving)
}

#[tokio::test]
async fn a_drive_that_stops_says_so_before_it_does() {
    let draining = Draining { delay: Duration::from_secs(2), patience: Duration::from_secs(30) };
    let (server, stop, serving) = stoppable(draining).await;
    assert_eq!(server.anonymous("/readyz").await.status, 200);
    stop.send(()).unwrap();
    until("being told", async || server.anonymous("/readyz").await.status == 503).await;
    let reply = server.anonymous("/marketplace.json").await;
    assert_eq!((reply.status, reply.header("connection")), (200, "close"));
    assert_eq!(server.anonymous("/healthz").await.status, 200);
    assert_eq!(watch(&server).await.value("skillzdrive_draining"), 1.0);
    surely("stopping", serving).await.unwrap();
    assert!(TcpStream::connect(server.url.trim_start_matches("http://")).await.is_err());
}

#[tokio::test]
async fn what_is_under_way_ends_within_its_time_and_not_after_it() {
    for patience in [Duration::from_secs(60), Duration::from_millis(300)] {
        let (server, stop, serving) = stoppable(Draining { delay: Duration::ZERO, patience }).await;
        let mut line = connect(&server).await;
        let said =
            format!("\r\nAuthorization: Bearer {}\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n", server.key);
        let said = ask(&server, "/api/v1/drive/diff").replace("GET", "POST").replace("\r\n\r\n", &said);
        line.write_all(said.as_bytes()).await.unwrap();
        // The drive has begun to read the body.
        assert!(head(&mut line).await.starts_with("HTTP/1.1 100"));
        stop.send(()).unwrap();
        until("closing the door", async || TcpStream::connect(server.url.trim_start_matches("http://")).await.is_err())
            .await;
        if patience > Duration::from_secs(1) {
            line.write_all(br#"{"local":[]}"#).await.unwrap();
            let heard = rest(&mut line).await;
            assert!(heard.starts_with("HTTP/1.1 200") && heard.contains("local_only"), "{heard}");
        }
        surely("stopping", serving).await.unwrap();
    }
}
