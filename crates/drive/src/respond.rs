//! How a handler answers: `{"data": …}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;
use skillzdrive_wire::Data;

use crate::error::ApiError;

/// What a handler answers.
pub(crate) type Answer = Result<Response, ApiError>;

/// 200 with data.
pub(crate) fn data<T: Serialize>(data: T) -> Answer {
    with(StatusCode::OK, data)
}

/// Another status with data.
pub(crate) fn with<T: Serialize>(status: StatusCode, data: T) -> Answer {
    Ok((status, Json(Data { data })).into_response())
}
