//! Spans of requests, as a collector gets them.

use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;
use reqwest::Method;
use serde_json::Value;
use skillzdrive_drive::TraceTarget;
use skillzdrive_wire::Secret;
use tokio::net::TcpListener;

use crate::fixture::Server;

type Got = Arc<Mutex<Vec<(HeaderMap, Value)>>>;

async fn collector() -> (String, Got) {
    let got = Got::default();
    let keep = Arc::clone(&got);
    let take = move |headers: HeaderMap, body: String| async move {
        keep.lock().unwrap().push((headers, serde_json::from_str(&body).unwrap()));
        "{}"
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/v1/traces", post(take))).await });
    (url, got)
}

#[tokio::test]
async fn requests_are_spans_that_go_on_with_their_callers_trace() {
    let (url, got) = collector().await;
    let target = TraceTarget { url, headers: vec![("x-api-key".to_owned(), Secret::new("canary"))] };
    let server = Server::with(|config| config.traces = Some(target)).await;
    let with = |path: &str, parent: &str| server.request(Method::GET, path).header("traceparent", parent);
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let reply = server
        .send(with("/api/v1/skills?q=secret", &format!("00-{trace}-b7ad6b7169203331-01")).header("tracestate", "a=b"))
        .await;
    server.send(with("/healthz", &format!("00-{trace}-b7ad6b7169203331-00"))).await;
    server.anonymous("/api/v1/skills/pdf").await;
    // Closing sends what waits.
    server.drive.close().await;

    let got = got.lock().unwrap();
    assert!(got.iter().all(|(headers, _)| headers["x-api-key"] == "canary"));
    assert_eq!(got[0].0["content-type"], "application/json");
    let resource = &got[0].1["resourceSpans"][0]["resource"]["attributes"][0];
    assert_eq!((&resource["key"], &resource["value"]["stringValue"]), (&"service.name".into(), &"skillzdrive".into()));
    let spans: Vec<&Value> = got
        .iter()
        .flat_map(|(_, body)| body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap())
        .collect();
    assert_eq!(spans.len(), 2, "one is not sampled: {spans:?}");
    let [first, second] = spans[..] else { panic!() };
    assert_eq!(first["traceId"], trace);
    assert_eq!(first["parentSpanId"], "b7ad6b7169203331");
    assert_eq!((&first["traceState"], &first["kind"]), (&"a=b".into(), &2.into()));
    assert_eq!(first["name"], "GET /api/v1/skills");
    let attributes = first["attributes"].to_string();
    assert!(attributes.contains(reply.header("x-request-id")) && !attributes.contains("secret"), "{attributes}");
    let time = |name: &str| first[name].as_str().unwrap().parse::<u128>().unwrap();
    assert!(time("startTimeUnixNano") <= time("endTimeUnixNano"));
    assert_ne!(second["traceId"], trace);
    assert!(second["parentSpanId"].is_null());
    let status = second["attributes"].as_array().unwrap().iter().find(|one| one["key"] == "http.response.status_code");
    assert_eq!(status.unwrap()["value"]["intValue"], "429");
    assert_eq!(second["status"], serde_json::json!({}), "a caller's fault is no error of ours");
}

#[tokio::test]
async fn a_collector_that_is_gone_stops_nothing() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let target = TraceTarget { url: format!("http://{gone}"), headers: Vec::new() };
    let server = Server::with(|config| config.traces = Some(target)).await;
    assert_eq!(server.get("/api/v1/drive").await.status, 200);
    server.drive.close().await;
}
