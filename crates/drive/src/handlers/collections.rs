//! Section "Collections".

use axum::extract::State;
use axum::http::StatusCode;
use skillzdrive_wire::collections::AddSkill;
use skillzdrive_wire::collections::CreateRequest;
use skillzdrive_wire::collections::PatchRequest;

use super::slug;
use crate::drive::Drive;
use crate::extract::Caller;
use crate::extract::JsonBody;
use crate::extract::Segments;
use crate::respond::Answer;
use crate::respond::data;
use crate::respond::with;
use crate::service::collections;

/// `GET collections`.
pub(crate) async fn list(State(drive): State<Drive>, caller: Caller) -> Answer {
    data(collections::list(&drive, &caller).await?)
}

/// `POST collections`.
pub(crate) async fn create(
    State(drive): State<Drive>,
    caller: Caller,
    JsonBody(request): JsonBody<CreateRequest>,
) -> Answer {
    with(StatusCode::CREATED, collections::create(&drive, &caller, request).await?)
}

/// `PATCH collections/:name`.
pub(crate) async fn patch(
    State(drive): State<Drive>,
    caller: Caller,
    Segments(name): Segments<String>,
    JsonBody(request): JsonBody<PatchRequest>,
) -> Answer {
    data(collections::patch(&drive, &caller, &name, request).await?)
}

/// `POST collections/:name/skills`.
pub(crate) async fn add(
    State(drive): State<Drive>,
    caller: Caller,
    Segments(name): Segments<String>,
    JsonBody(request): JsonBody<AddSkill>,
) -> Answer {
    data(collections::add(&drive, &caller, &name, &request.skill_slug).await?)
}

/// `DELETE collections/:name/skills/:slug`.
pub(crate) async fn remove(
    State(drive): State<Drive>,
    caller: Caller,
    Segments((name, skill)): Segments<(String, String)>,
) -> Answer {
    data(collections::remove(&drive, &caller, &name, &slug(&skill)?).await?)
}

/// `DELETE collections/:name`.
pub(crate) async fn delete(State(drive): State<Drive>, caller: Caller, Segments(name): Segments<String>) -> Answer {
    data(collections::delete(&drive, &caller, &name).await?)
}
