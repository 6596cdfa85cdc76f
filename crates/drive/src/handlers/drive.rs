//! Section "Drive", without sync.

use axum::extract::State;
use axum::http::StatusCode;
use skillzdrive_wire::drive::DiffRequest;
use skillzdrive_wire::drive::ImportRequest;

use super::slug;
use crate::drive::Drive;
use crate::extract::Asked;
use crate::extract::Caller;
use crate::extract::JsonBody;
use crate::extract::Origin;
use crate::extract::Segments;
use crate::respond::Answer;
use crate::respond::data;
use crate::respond::with;
use crate::service::import;
use crate::service::items;
use crate::service::updates;

/// `GET drive`.
pub(crate) async fn list(State(drive): State<Drive>, caller: Caller, asked: Asked) -> Answer {
    asked.data(&drive, Some(&caller), || items::list(&drive, &caller)).await
}

/// `POST drive/import`.
pub(crate) async fn import(
    State(drive): State<Drive>,
    caller: Caller,
    Origin(origin): Origin,
    JsonBody(request): JsonBody<ImportRequest>,
) -> Answer {
    with(StatusCode::CREATED, import::import(&drive, &caller, &request.skill_slug, &origin).await?)
}

/// `DELETE drive/:slug`.
pub(crate) async fn remove(State(drive): State<Drive>, caller: Caller, Segments(name): Segments<String>) -> Answer {
    data(items::remove(&drive, &caller, slug(&name)?).await?)
}

/// `POST drive/:slug/toggle`.
pub(crate) async fn toggle(State(drive): State<Drive>, caller: Caller, Segments(name): Segments<String>) -> Answer {
    data(items::toggle(&drive, &caller, slug(&name)?).await?)
}

/// `GET drive/updates`.
pub(crate) async fn updates(State(drive): State<Drive>, caller: Caller, asked: Asked) -> Answer {
    asked.data(&drive, Some(&caller), || updates::list(&drive, &caller)).await
}

/// `POST drive/updates/:slug/accept`.
pub(crate) async fn accept(
    State(drive): State<Drive>,
    caller: Caller,
    Origin(origin): Origin,
    Segments(name): Segments<String>,
) -> Answer {
    data(updates::accept(&drive, &caller, slug(&name)?, &origin).await?)
}

/// `POST drive/updates/:slug/dismiss`.
pub(crate) async fn dismiss(State(drive): State<Drive>, caller: Caller, Segments(name): Segments<String>) -> Answer {
    data(updates::dismiss(&drive, &caller, slug(&name)?).await?)
}

/// `POST drive/diff`.
pub(crate) async fn diff(
    State(drive): State<Drive>,
    caller: Caller,
    JsonBody(request): JsonBody<DiffRequest>,
) -> Answer {
    data(items::diff(&drive, &caller, request).await?)
}
