//! What a balancer asks: whether the process is there, and whether requests should be sent to it. Neither needs a key or a
//! name in `Host`, for a balancer asks by a number, and neither tells anything else.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::drive::Drive;
use crate::repo::Repository;

/// How long the database has to answer. A balancer does not wait for longer.
const PATIENCE: Duration = Duration::from_secs(2);

const ALIVE: &str = "/healthz";
const READY: &str = "/readyz";

/// Where a request may call the drive by any name.
pub(crate) const PATHS: [&str; 2] = [ALIVE, READY];

/// The two routes.
pub(crate) fn routes() -> Router<Drive> {
    Router::new().route(ALIVE, get(alive)).route(READY, get(ready))
}

async fn alive() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "alive\n")
}

/// Many questions at once are one to the database, so asking costs a stranger more than the drive.
async fn ready(State(drive): State<Drive>) -> impl IntoResponse {
    if drive.draining.load(Ordering::SeqCst) {
        return (StatusCode::SERVICE_UNAVAILABLE, [(CACHE_CONTROL, "no-store")], "told to stop\n");
    }
    let (status, word) = match tokio::time::timeout(PATIENCE, drive.repo.stamp()).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    };
    (status, [(CACHE_CONTROL, "no-store")], word)
}
