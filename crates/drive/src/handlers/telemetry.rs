//! Section "Telemetry + migration".

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use skillzdrive_wire::telemetry::AdoptRequest;
use skillzdrive_wire::telemetry::Event;

use crate::drive::Drive;
use crate::extract::Address;
use crate::extract::Anyone;
use crate::extract::Caller;
use crate::extract::JsonBody;
use crate::respond::Answer;
use crate::respond::data;
use crate::respond::with;
use crate::service::telemetry;

/// The largest event in bytes: anybody may send one.
const EVENT_BYTES: usize = 64 << 10;

/// `POST telemetry/anonymous`.
pub(crate) async fn anonymous(
    State(drive): State<Drive>,
    _: Anyone<false>,
    Address(from): Address,
    headers: HeaderMap,
    JsonBody(event): JsonBody<Event, EVENT_BYTES>,
) -> Answer {
    // A header that is no text cannot be the body's id.
    let header = headers.get("x-skillzdrive-install-id").map(|value| value.to_str().unwrap_or(""));
    with(StatusCode::ACCEPTED, telemetry::record(&drive, header, event, from).await?)
}

/// `POST migrations/anonymous-adopt`.
pub(crate) async fn adopt(
    State(drive): State<Drive>,
    caller: Caller,
    JsonBody(request): JsonBody<AdoptRequest>,
) -> Answer {
    data(telemetry::adopt(&drive, &caller, request.install_id).await?)
}
