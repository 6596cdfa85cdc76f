//! The drive page, and the revoking of keys from it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::response::Response;

use super::check_form;
use super::finished;
use super::see_other;
use super::signed_in;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::FormBody;
use crate::extract::Limited;
use crate::extract::Origin;
use crate::pages;
use crate::service::oauth::Parameters;
use crate::service::overview;

/// `GET /drive`.
pub(crate) async fn show(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    Origin(origin): Origin,
    headers: HeaderMap,
) -> Response {
    let answered = async {
        limited?;
        let session = signed_in(&drive, &headers, &origin, "/drive").await?;
        Ok(pages::drive(&overview::of(&drive, &session).await?))
    };
    finished(answered.await)
}

/// `GET /drive/revoke?key=…`: the question.
pub(crate) async fn ask_revoke(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    Origin(origin): Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let answered = async {
        limited?;
        let session = signed_in(&drive, &headers, &origin, "/drive").await?;
        let parameters = Parameters::read(uri.query().unwrap_or_default().as_bytes());
        let key_id = parameters.get("key").unwrap_or_default();
        let key = overview::key(&drive, &session, key_id).await?;
        let collection = overview::is_collection(&drive, key_id).await?;
        Ok(pages::revoke(&key, &session.csrf, key.id == session.caller.key_id, collection))
    };
    finished(answered.await)
}

/// `POST /drive/revoke`.
pub(crate) async fn revoke(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    Origin(origin): Origin,
    headers: HeaderMap,
    body: Result<FormBody, ApiError>,
) -> Response {
    let answered = async {
        limited?;
        let FormBody(parameters) = body?;
        let session = signed_in(&drive, &headers, &origin, "/drive").await?;
        check_form(&headers, &origin, &parameters, &session.csrf)?;
        overview::revoke_key(&drive, &session, parameters.get("key").unwrap_or_default()).await?;
        Ok(see_other("/drive#keys"))
    };
    finished(answered.await)
}
