//! Section "Marketplace", and the same skills as the discovery draft lists them.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::ACCEPT_ENCODING;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONTENT_ENCODING;
use axum::http::header::CONTENT_TYPE;
use axum::http::header::ETAG;
use axum::http::header::IF_NONE_MATCH;
use axum::http::header::VARY;
use axum::response::IntoResponse;

use crate::agent_skills;
use crate::drive::Drive;
use crate::extract::Anyone;
use crate::extract::Origin;
use crate::extract::Segments;
use crate::marketplace;
use crate::marketplace::Manifest;
use crate::repo::Stamp;
use crate::respond::Answer;
use crate::service::reach;

/// `GET /marketplace.json`.
pub(crate) async fn global(
    State(drive): State<Drive>,
    _: Anyone<false>,
    stamp: Stamp,
    Origin(origin): Origin,
    headers: HeaderMap,
) -> Answer {
    send(&headers, marketplace::manifest(&drive, stamp, &origin).await?).await
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
    send(&headers, marketplace::collection_manifest(&drive, name, &origin).await?).await
}

/// `GET /.well-known/agent-skills/index.json`.
pub(crate) async fn agent_skills(
    State(drive): State<Drive>,
    _: Anyone<false>,
    stamp: Stamp,
    headers: HeaderMap,
) -> Answer {
    send(&headers, agent_skills::index(&drive, stamp).await?).await
}

/// `GET /marketplace/collections/:name/.well-known/agent-skills/index.json`: where a client of the draft looks that is
/// given `/marketplace/collections/:name`.
pub(crate) async fn collection_agent_skills(
    State(drive): State<Drive>,
    _: Anyone<false>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
) -> Answer {
    send(&headers, agent_skills::collection_index(&drive, &name).await?).await
}

/// A manifest, compressed for who asks for it so, or that the caller has it already in either form.
pub(super) async fn send(headers: &HeaderMap, manifest: Manifest) -> Answer {
    let packs = manifest.body.len() >= WORTH_PACKING && takes_gzip(headers);
    let (plain, packed) = (&manifest.etag, manifest.packed_etag());
    let etag = if packs { &packed } else { plain };
    let kept = [(CACHE_CONTROL, "public, max-age=300"), (VARY, "accept-encoding"), (ETAG, etag)];
    if knows(headers, plain) || knows(headers, &packed) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let kind = [(CONTENT_TYPE, "application/json")];
    if packs {
        return Ok((kept, kind, [(CONTENT_ENCODING, "gzip")], manifest.packed().await?).into_response());
    }
    Ok((kept, kind, manifest.body).into_response())
}

/// A manifest smaller than this fits into a packet or two as it is.
const WORTH_PACKING: usize = 2 << 10;

/// Whether `Accept-Encoding` takes gzip.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = lists.flat_map(|value| value.split(',')).map(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        (name.trim().to_ascii_lowercase(), weight.unwrap_or(0.0))
    });
    codings.any(|(name, weight)| matches!(name.as_str(), "gzip" | "x-gzip") && weight > 0.0)
}

/// Whether `If-None-Match` names an entity tag. A proxy may have weakened it on its way, which does not matter here.
pub(super) fn knows(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_only_to_who_asks_for_it() {
        let takes =
            |value: &'static str| takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, value.parse().unwrap())]));
        assert!(takes("gzip") && takes("br, GZIP;q=0.5") && takes("deflate,gzip , br"));
        assert!(!takes("") && !takes("br") && !takes("gzip;q=0") && !takes("gzip; q=0.0, br") && !takes("*"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
