//! Section "Downloads".

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use bytes::Bytes;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::ExportRequest;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::Anyone;
use crate::extract::Asked;
use crate::extract::Caller;
use crate::extract::JsonBody;
use crate::extract::Origin;
use crate::extract::Segments;
use crate::repo::Repository;
use crate::repo::collections::Collections;
use crate::repo::skills::Skills;
use crate::respond::Answer;
use crate::respond::data;
use crate::service::exports;
use crate::signing::Signed;
use crate::time::DAY;
use crate::time::HOUR;

/// The redirect may be kept for a year, so what it leads to must work longer than that; the bytes are public.
const PUBLIC_ADDRESS: i64 = 400 * DAY;

/// The same where the store gives the bytes itself: stores sign for seven days at most.
const STORE_ADDRESS: i64 = 2 * DAY;

/// How long the address of a private skill works that its owner publishes in a collection.
const COLLECTION_ADDRESS: i64 = HOUR;

/// The marks of a redirect that everybody may keep, for a year or for a day, and of one that nobody may.
const KEPT: u8 = b'+';
const KEPT_A_DAY: u8 = b'1';
const ASKED_AGAIN: u8 = b'-';

/// `POST downloads`.
pub(crate) async fn export(
    State(drive): State<Drive>,
    caller: Caller,
    Origin(origin): Origin,
    JsonBody(request): JsonBody<ExportRequest>,
) -> Answer {
    data(exports::pack(&drive, &caller, &request, &origin).await?)
}

/// `GET downloads/public/:slug/:sha.zip`: of public skills, and of those that their owner publishes in a collection,
/// every version, for lockfiles name earlier ones. A withdrawn skill's versions stay: lockfiles name them.
pub(crate) async fn public(
    State(drive): State<Drive>,
    _: Anyone<false>,
    asked: Asked,
    Segments((slug, file)): Segments<(String, String)>,
) -> Answer {
    let slug = Slug::new(&slug).map_err(|_| missing())?;
    let sha = file.strip_suffix(".zip").and_then(|sha| ContentSha::new(sha).ok()).ok_or_else(missing)?;
    // Whoever asks gets the same. The first byte says whether the redirect may be kept.
    let location = asked.bytes(&drive, None, || location(&drive, &slug, &sha, asked.origin())).await?;
    let cache = match location.first() {
        Some(&KEPT) => "public, max-age=31536000, immutable",
        Some(&KEPT_A_DAY) => "public, max-age=86400",
        _ => "no-store",
    };
    let location =
        HeaderValue::from_bytes(location.get(1..).unwrap_or_default()).map_err(|error| ApiError::internal(&error))?;
    let headers = [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static(cache))];
    Ok((StatusCode::FOUND, headers).into_response())
}

/// Where the bytes are, behind a mark.
async fn location(drive: &Drive, slug: &Slug, sha: &ContentSha, origin: &str) -> Result<Bytes, ApiError> {
    let mut tx = drive.repo.read().await?;
    let (mark, until) = if tx.public_artifact(slug, sha).await?.is_some() {
        if let Some(address) = drive.store_address(sha, STORE_ADDRESS) {
            return Ok(format!("{}{address}", char::from(KEPT_A_DAY)).into());
        }
        // By the day, so that everybody is led to the same address for a while.
        (KEPT, drive.now().div_euclid(DAY) * DAY + PUBLIC_ADDRESS)
    } else if tx.published_artifact(slug, sha).await? {
        // Its owner may take the collection back, so nobody keeps this for long.
        (ASKED_AGAIN, drive.now() + COLLECTION_ADDRESS)
    } else {
        return Err(missing());
    };
    let address = match mark {
        KEPT => format!("{origin}{}", drive.signer.path(Signed::Artifact, sha, until)),
        _ => drive.artifact_address(origin, sha, until),
    };
    Ok(format!("{}{address}", char::from(mark)).into())
}

fn missing() -> ApiError {
    ApiError::not_found("artifact_not_found", "there is no such public artifact")
}
