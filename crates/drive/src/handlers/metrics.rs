//! `/metrics`, on a listener of its own. Whoever has that listener's address and is not on the public internet may read;
//! there is nothing of anybody in it.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;

use crate::drive::Drive;
use crate::metrics;
use crate::peer::Peer;
use crate::service::workload;

/// How long the database has for what it is asked; the rest is told without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// The one route.
pub(crate) fn router(drive: &Drive) -> Router {
    Router::new().route("/metrics", get(page)).layer(middleware::from_fn(only_near)).with_state(drive.clone())
}

/// Turns away who comes from the public internet, wherever the listener is.
async fn only_near(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().and_then(|info| info.0.ip());
    if peer.is_some_and(is_far) {
        return (StatusCode::FORBIDDEN, "this is for this machine and its private network\n").into_response();
    }
    next.run(request).await
}

fn is_far(address: IpAddr) -> bool {
    crate::outbound::is_public(address.to_canonical())
}

async fn page(State(drive): State<Drive>) -> Response {
    let looked = tokio::time::timeout(PATIENCE, workload::look(&drive)).await;
    let looked = looked.unwrap_or_else(|_| workload::unknown(&drive));
    let text = drive.metrics.page(&looked);
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE), (CACHE_CONTROL, "no-store")], text).into_response()
}
