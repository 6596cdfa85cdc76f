//! Section "Marketplace", and the same skills as the discovery draft lists them.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONTENT_TYPE;
use axum::http::header::ETAG;
use axum::http::header::IF_NONE_MATCH;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::agent_skills;
use crate::drive::Drive;
use crate::extract::Anyone;
use crate::extract::Origin;
use crate::extract::Segments;
use crate::marketplace;
use crate::marketplace::Manifest;
use crate::respond::Answer;
use crate::service::reach;

/// `GET /marketplace.json`.
pub(crate) async fn global(
    State(drive): State<Drive>,
    _: Anyone<false>,
    Origin(origin): Origin,
    headers: HeaderMap,
) -> Answer {
    Ok(send(&headers, marketplace::manifest(&drive, &origin).await?))
}

/// `GET /marketplace/collections/:name.json`.
pub(crate) async fn collection(
    State(drive): State<Drive>,
    _: Anyone<false>,
    Origin(origin): Origin,
    Segments(file): Segments<String>,
    headers: HeaderMap,
) -> Answer {
    let name = file.strip_suffix(".json").ok_or_else(|| reach::no_collection(&file))?;
    Ok(send(&headers, marketplace::collection_manifest(&drive, name, &origin).await?))
}

/// `GET /.well-known/agent-skills/index.json`.
pub(crate) async fn agent_skills(State(drive): State<Drive>, _: Anyone<false>, headers: HeaderMap) -> Answer {
    Ok(send(&headers, agent_skills::index(&drive).await?))
}

/// `GET /marketplace/collections/:name/.well-known/agent-skills/index.json`: where a client of the draft looks that is
/// given `/marketplace/collections/:name`.
pub(crate) async fn collection_agent_skills(
    State(drive): State<Drive>,
    _: Anyone<false>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
) -> Answer {
    Ok(send(&headers, agent_skills::collection_index(&drive, &name).await?))
}

/// A manifest, or that the caller has it already.
pub(super) fn send(headers: &HeaderMap, manifest: Manifest) -> Response {
    let kept = [(CACHE_CONTROL, "public, max-age=300".to_owned()), (ETAG, manifest.etag.clone())];
    if knows(headers, &manifest.etag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, "application/json")], manifest.body).into_response()
}

/// Whether `If-None-Match` names an entity tag. A proxy may have weakened it on its way, which does not matter here.
pub(super) fn knows(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}
