//! Section "Drive", the three sync routes.

use axum::extract::State;
use skillzdrive_wire::sync::ExecuteRequest;
use skillzdrive_wire::sync::FinalizeRequest;
use skillzdrive_wire::sync::PreviewRequest;

use crate::drive::Drive;
use crate::extract::Caller;
use crate::extract::JsonBody;
use crate::extract::Origin;
use crate::repo::Stamp;
use crate::respond::Answer;
use crate::respond::data;
use crate::service::sync;

/// `POST drive/sync/preview`.
pub(crate) async fn preview(
    State(drive): State<Drive>,
    caller: Caller,
    stamp: Stamp,
    JsonBody(request): JsonBody<PreviewRequest>,
) -> Answer {
    data(sync::preview::preview(&drive, &caller, stamp, request).await?)
}

/// `POST drive/sync/execute`.
pub(crate) async fn execute(
    State(drive): State<Drive>,
    caller: Caller,
    Origin(origin): Origin,
    JsonBody(request): JsonBody<ExecuteRequest>,
) -> Answer {
    data(sync::execute::execute(&drive, &caller, request, &origin).await?)
}

/// `POST drive/sync/finalize`.
pub(crate) async fn finalize(
    State(drive): State<Drive>,
    caller: Caller,
    JsonBody(request): JsonBody<FinalizeRequest>,
) -> Answer {
    data(sync::finalize::finalize(&drive, &caller, request).await?)
}
