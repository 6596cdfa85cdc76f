//! How a handler answers: `{"data": …}`.

use axum::Json;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::response::Response;
use bytes::Bytes;
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

/// The body of [`data`].
pub(crate) fn body<T: Serialize>(data: T) -> Result<Bytes, ApiError> {
    let bytes = serde_json::to_vec(&Data { data }).map_err(|error| ApiError::internal(&error))?;
    Ok(bytes.into())
}

/// 200 with such a body.
pub(crate) fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
