//! Section "Downloads".

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::ExportRequest;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::Anyone;
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

/// How long the address of a private skill works that its owner publishes in a collection.
const COLLECTION_ADDRESS: i64 = HOUR;

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
    Origin(origin): Origin,
    Segments((slug, file)): Segments<(String, String)>,
) -> Answer {
    let missing = || ApiError::not_found("artifact_not_found", "there is no such public artifact");
    let slug = Slug::new(&slug).map_err(|_| missing())?;
    let sha = file.strip_suffix(".zip").and_then(|sha| ContentSha::new(sha).ok()).ok_or_else(missing)?;
    let mut tx = drive.repo.read().await?;
    let Some(found) = tx.public_artifact(&slug, &sha).await? else {
        if !tx.published_artifact(&slug, &sha).await? {
            return Err(missing());
        }
        // Its owner may take the collection back, so nobody keeps this for long.
        let location =
            format!("{origin}{}", drive.signer.path(Signed::Artifact, &sha, drive.now() + COLLECTION_ADDRESS));
        return Ok((StatusCode::FOUND, [(LOCATION, location), (CACHE_CONTROL, "no-store".to_owned())]).into_response());
    };
    // By the day, so that everybody is led to the same address for a while.
    let until = drive.now().div_euclid(DAY) * DAY + PUBLIC_ADDRESS;
    let location = format!("{origin}{}", drive.signer.path(Signed::Artifact, &found.content_sha, until));
    let headers = [(LOCATION, location), (CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned())];
    Ok((StatusCode::FOUND, headers).into_response())
}
