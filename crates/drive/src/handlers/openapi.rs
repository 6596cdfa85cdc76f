//! The drive's description of itself.

use axum::http::HeaderMap;

use super::marketplace::send;
use crate::extract::Anyone;
use crate::openapi;
use crate::respond::Answer;

/// `GET /openapi.json`.
pub(crate) async fn document(_: Anyone<false>, headers: HeaderMap) -> Answer {
    send(&headers, openapi::document()?).await
}
