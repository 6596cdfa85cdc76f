//! Section "Runs".

use axum::extract::State;
use skillzdrive_wire::runs::RunRequest;

use crate::drive::Drive;
use crate::extract::Caller;
use crate::extract::JsonBody;
use crate::respond::Answer;
use crate::respond::data;
use crate::service::runs;

/// What a script is given weighs at most so much, in bytes.
const MOST: usize = 4 << 20;

/// `POST runs`. It answers when the script has ended.
pub(crate) async fn run(
    State(drive): State<Drive>,
    caller: Caller,
    JsonBody(request): JsonBody<RunRequest, MOST>,
) -> Answer {
    data(runs::run(&drive, caller, request).await?)
}
