//! The drive page, and the revoking of keys from it.

use axum::response::Response;

use super::finished;
use super::see_other;
use super::visit::Filled;
use super::visit::Visit;
use crate::pages;
use crate::service::overview;

/// `GET /drive`.
pub(crate) async fn show(visit: Visit) -> Response {
    let answered = async {
        let session = visit.signed_in("/drive").await?;
        Ok(pages::drive(&overview::of(&visit.drive, &session).await?))
    };
    finished(answered.await)
}

/// `GET /drive/revoke?key=…`: the question.
pub(crate) async fn ask_revoke(visit: Visit) -> Response {
    let answered = async {
        let session = visit.signed_in("/drive").await?;
        let parameters = visit.parameters();
        let key_id = parameters.get("key").unwrap_or_default();
        let key = overview::key(&visit.drive, &session, key_id).await?;
        let collection = overview::is_collection(&visit.drive, key_id).await?;
        Ok(pages::revoke(&key, &session.csrf, key.id == session.caller.key_id, collection))
    };
    finished(answered.await)
}

/// `POST /drive/revoke`.
pub(crate) async fn revoke(filled: Filled) -> Response {
    let answered = async {
        let session = filled.visit.signed_in("/drive").await?;
        filled.check(&session.csrf)?;
        let key_id = filled.parameters.get("key").unwrap_or_default();
        overview::revoke_key(&filled.visit.drive, &session, key_id).await?;
        Ok(see_other("/drive#keys"))
    };
    finished(answered.await)
}
