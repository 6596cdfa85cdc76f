//! Section "Account".

use axum::extract::State;

use crate::drive::Drive;
use crate::extract::Caller;
use crate::respond::Answer;
use crate::respond::data;
use crate::service;

/// `GET account/credits`.
pub(crate) async fn credits(State(drive): State<Drive>, caller: Caller) -> Answer {
    data(service::accounts::credits(&drive, &caller).await?)
}
