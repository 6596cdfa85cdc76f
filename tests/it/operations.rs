//! `serve` as its operator watches and stops it: the log, metrics, proxies and signals of a real process.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;
use std::time::Instant;

use rustix::process::Signal;
use serde_json::Value;

use crate::harness::Home;
use crate::harness::until;
use crate::serve::told;

/// A request with these headers and the status of its answer, on a connection of its own; `None` when nobody listens.
fn status(address: &str, path: &str, headers: &str) -> Option<(u16, String)> {
    let host = address.trim_start_matches("http://");
    let mut line = TcpStream::connect(host).ok()?;
    write!(line, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n").ok()?;
    let mut answer = String::new();
    line.read_to_string(&mut answer).ok()?;
    Some((answer.get(9..12)?.parse().ok()?, answer))
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {answer}"))
}

#[test]
fn every_request_is_one_line_of_json_and_no_secret_is_in_it() {
    let operator = Home::new();
    operator.write("drive.env", "SKILLZDRIVE_LOG_FORMAT=json\nSKILLZDRIVE_TRUSTED_PROXIES=127.0.0.1, fd00::/8\n");
    let args = ["--data", "drive", "--env-file", "drive.env", "--log-level", "debug"];
    let (running, data) = told(&operator, &args);
    let (address, key) = (data["address"].as_str().unwrap(), data["owner_key"].as_str().unwrap());
    let home = Home::on(address);
    home.run_with_input(&["login", "--with-token"], key).exits(0);
    home.run(&["whoami"]).exits(0);
    let with_key = format!("Authorization: Bearer {key}\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n");
    let (code, answer) = status(address, "/api/v1/account/credits", &with_key).unwrap();
    assert_eq!(code, 200);
    let request_id = header(&answer, "x-request-id").to_owned();
    let evil = "/upload/up_live_canary0123?a=sk_live_canary";
    assert!(status(address, evil, "Authorization: Bearer sk_live_wrong-canary\r\n").is_some());
    assert!(status(address, "/%0a%1b[31mlevel=error/%e2%80%ae\"", "").is_some());
    assert!(status(address, "/healthz", "").is_some());
    running.signal(Signal::TERM);
    let run = running.end().exits(0);

    let lines: Vec<Value> = run
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert!(!run.stderr.contains(&key[8..]) && !run.stderr.contains("canary"), "{run}");
    assert!(run.stderr.bytes().all(|byte| byte == b'\n' || byte == b' ' || byte.is_ascii_graphic()));
    let answered: Vec<&Value> = lines.iter().filter(|line| line["message"] == "answered").collect();
    let line = answered.iter().find(|line| line["request_id"] == *request_id).unwrap();
    for (name, value) in [
        ("level", "info"),
        ("method", "GET"),
        ("route", "/api/v1/account/credits"),
        ("path", "/api/v1/account/credits"),
        ("client", "203.0.113.9"),
    ] {
        assert_eq!(line[name], value, "{line}");
    }
    assert_eq!((&line["status"], &line["whole"]), (&200.into(), &true.into()));
    assert!(line["ms"].as_f64().is_some_and(|ms| ms > 0.0) && line["sent"].as_u64().is_some_and(|sent| sent > 50));
    assert!(line["user"].as_str().is_some_and(|user| !user.is_empty() && !key.contains(user)), "{line}");
    let strange = answered.iter().find(|line| line["route"] == "unmatched").unwrap();
    assert_eq!((&strange["status"], &strange["level"]), (&404.into(), &"info".into()));
    assert!(strange["user"].is_null() && strange["client"] == "127.0.0.1", "{strange}");
    let healthy = answered.iter().find(|line| line["route"] == "/healthz").unwrap();
    assert_eq!(healthy["level"], "debug");
    assert!(lines.iter().any(|line| line["message"].as_str().unwrap().starts_with("told to stop")));
}

#[test]
fn the_log_is_silent_until_something_is_wrong_and_text_is_for_people() {
    let operator = Home::new();
    let (running, data) = told(&operator, &["--data", "drive"]);
    assert!(status(data["address"].as_str().unwrap(), "/nothing", "").is_some());
    running.signal(Signal::TERM);
    assert_eq!(running.end().exits(0).stderr, "");

    let (running, data) = told(&operator, &["--data", "drive", "--log-level", "info"]);
    assert!(status(data["address"].as_str().unwrap(), "/nothing", "").is_some());
    running.signal(Signal::TERM);
    let run = running.end().exits(0);
    let line = run.stderr.lines().find(|line| line.contains("answered")).unwrap();
    let (time, rest) = line.split_once(' ').unwrap();
    assert!(time.len() == 24 && time.ends_with('Z'), "{line}");
    assert!(rest.starts_with("info  answered request_id="), "{line}");
    assert!(rest.contains(" method=GET route=unmatched status=404 ms="), "{line}");
    assert!(rest.ends_with(" whole=true client=127.0.0.1"), "{line}");
}

#[test]
fn metrics_have_a_door_of_their_own() {
    let operator = Home::new();
    let (running, data) = told(&operator, &["--data", "drive", "--metrics", "127.0.0.1:0"]);
    let metrics = data["metrics"].as_str().unwrap().strip_suffix("/metrics").unwrap();
    let address = data["address"].as_str().unwrap();
    assert_eq!(status(address, "/healthz", "").unwrap().0, 200);
    assert_eq!(status(address, "/metrics", "").unwrap().0, 404);
    let (code, page) = status(metrics, "/metrics", "").unwrap();
    assert_eq!(code, 200);
    let counted = "skillzdrive_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1\n";
    assert!(page.contains(counted), "{page}");
    assert_eq!(status(metrics, "/api/v1/drive", "").unwrap().0, 404);
    drop(running);
    for public in ["8.8.8.8:9464", "[2600::1]:9464"] {
        let run = operator.run(&["serve", "--data", "drive", "--metrics", public]).exits(2);
        assert!(run.stderr.contains("open to the public internet"), "{run}");
    }
}

#[test]
fn settings_that_cannot_be_are_refused_before_anything_is_done() {
    let operator = Home::new();
    for (name, value) in [
        ("SKILLZDRIVE_METRICS", "here"),
        ("SKILLZDRIVE_LOG_FORMAT", "xml"),
        ("SKILLZDRIVE_LOG_LEVEL", "loud"),
        ("SKILLZDRIVE_TRUSTED_PROXIES", "10.0.0.0/8,proxy.example"),
        ("SKILLZDRIVE_PROXY_HEADER", "x-real-ip"),
        ("SKILLZDRIVE_DRAIN_DELAY", "-1"),
        ("SKILLZDRIVE_DRAIN_TIMEOUT", "3601"),
        ("SKILLZDRIVE_MAX_CONNECTIONS", "0"),
    ] {
        operator.write("drive.env", format!("{name}={value}\n"));
        let run = operator.run(&["serve", "--data", "drive", "--env-file", "drive.env"]).exits(2);
        assert!(run.stderr.contains(name) && !run.stderr.contains(value), "{run}");
    }
    operator.run(&["serve", "--trusted-proxy", "proxy.example"]).exits(2);
    operator.run(&["serve", "--max-connections", "0"]).exits(2);
    operator.run(&["serve", "--listen", "0.0.0.0:0", "--trusted-proxy", "10.0.0.0/8", "--dry-run"]).exits(0);
    if !cfg!(feature = "otel") {
        let run = operator.run(&["serve", "--otlp", "http://127.0.0.1:4318", "--dry-run"]).exits(2);
        assert!(run.stderr.contains("--features otel"), "{run}");
    }
    assert_eq!(operator.tree("").keys().collect::<Vec<_>>(), ["drive.env"]);
}

#[test]
fn a_signal_drains_and_a_second_one_ends_at_once() {
    let operator = Home::new();
    let (running, data) = told(&operator, &["--data", "drive", "--drain-delay", "2", "--drain-timeout", "60"]);
    let address = data["address"].as_str().unwrap();
    assert_eq!(status(address, "/readyz", "").unwrap().0, 200);
    running.signal(Signal::TERM);
    until("saying so", || status(address, "/readyz", "").unwrap().0 == 503);
    let (code, answer) = status(address, "/marketplace.json", "").unwrap();
    assert_eq!(code, 200, "{answer}");
    running.end().exits(0);

    // Somebody who never ends a request.
    let (running, data) = told(&operator, &["--data", "drive", "--drain-timeout", "600"]);
    let host = data["address"].as_str().unwrap().trim_start_matches("http://");
    let mut line = TcpStream::connect(host).unwrap();
    let head = format!("POST /api/v1/telemetry/anonymous HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n");
    write!(line, "{head}Expect: 100-continue\r\n\r\n").unwrap();
    let mut begun = [0; 12];
    line.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    running.signal(Signal::TERM);
    until("closing the door", || TcpStream::connect(host).is_err());
    let start = Instant::now();
    running.end_by_repeating(Signal::TERM).exits(143);
    assert!(start.elapsed() < Duration::from_secs(30), "the second signal waits for nobody");
}
