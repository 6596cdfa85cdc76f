//! Section "Account".

use axum::extract::State;
use axum::http::StatusCode;
use skillzdrive_wire::account::WebhookRequest;

use crate::drive::Drive;
use crate::extract::Caller;
use crate::extract::JsonBody;
use crate::extract::Segments;
use crate::respond::Answer;
use crate::respond::data;
use crate::respond::with;
use crate::service;
use crate::service::webhooks;

/// `GET account/credits`.
pub(crate) async fn credits(State(drive): State<Drive>, caller: Caller) -> Answer {
    data(service::accounts::credits(&drive, &caller).await?)
}

/// `GET account/webhooks`.
pub(crate) async fn webhooks(State(drive): State<Drive>, caller: Caller) -> Answer {
    data(webhooks::list(&drive, &caller).await?)
}

/// `POST account/webhooks`.
pub(crate) async fn create_webhook(
    State(drive): State<Drive>,
    caller: Caller,
    JsonBody(request): JsonBody<WebhookRequest>,
) -> Answer {
    with(StatusCode::CREATED, webhooks::create(&drive, &caller, request).await?)
}

/// `DELETE account/webhooks/:id`.
pub(crate) async fn delete_webhook(
    State(drive): State<Drive>,
    caller: Caller,
    Segments(id): Segments<String>,
) -> Answer {
    data(webhooks::delete(&drive, &caller, &id).await?)
}
