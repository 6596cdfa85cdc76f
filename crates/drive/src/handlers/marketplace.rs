//! Section "Marketplace".

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONTENT_TYPE;
use axum::http::header::ETAG;
use axum::http::header::IF_NONE_MATCH;
use axum::response::IntoResponse;

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
    send(&headers, marketplace::manifest(&drive, &origin).await?)
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
    send(&headers, marketplace::collection_manifest(&drive, name, &origin).await?)
}

/// A manifest, unless the caller has it.
fn send(headers: &HeaderMap, manifest: Manifest) -> Answer {
    let kept = [(CACHE_CONTROL, "public, max-age=300".to_owned()), (ETAG, manifest.etag.clone())];
    if knows(headers, &manifest.etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [(CONTENT_TYPE, "application/json")], manifest.body).into_response())
}

/// Whether `If-None-Match` names an entity tag. A proxy may have weakened it on its way, which does not matter here.
pub(super) fn knows(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}
