//! The pages' routes: from a browser's request to a service and to a page.
//!
//! Who is signed in stands in a cookie. A form is taken only with the text that its own page gave it, and only from a
//! page of ours.

mod authorize;
mod cookies;
mod drive;
mod sign_in;
mod upload;
mod visit;

pub(crate) use authorize::ask;
pub(crate) use authorize::decide;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
pub(crate) use drive::ask_revoke;
pub(crate) use drive::revoke;
pub(crate) use drive::show;
pub(crate) use sign_in::form;
pub(crate) use sign_in::sign_in;
pub(crate) use sign_in::sign_out;
pub(crate) use upload::choose;
pub(crate) use upload::open;
pub(crate) use upload::send;

use crate::error::ApiError;
use crate::extract::peer_of;
use crate::keys;
use crate::pages;
use crate::peer::Peer;

/// Pages and the login are for drives that a browser can reach: behind a socket they are not there.
pub(crate) async fn only_on_a_port(request: Request, next: Next) -> Response {
    if peer_of(request.extensions()) == Some(Peer::Local) {
        return ApiError::not_found("not_found", "there is no such route").into_response();
    }
    next.run(request).await
}

/// `GET /`.
pub(crate) async fn root() -> Redirect {
    Redirect::to("/drive")
}

/// The style of every page. Its address changes with it.
pub(crate) async fn style() -> Response {
    kept("text/css; charset=utf-8", pages::STYLE)
}

/// The icon of every page.
pub(crate) async fn icon() -> Response {
    kept("image/svg+xml", pages::ICON)
}

fn kept(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400")], text).into_response()
}

/// Why a request ends without its page.
enum Stop {
    /// With an error, as a page.
    Error(ApiError),
    /// With another answer.
    Answer(Box<Response>),
}

impl<E: Into<ApiError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Stop {
    fn answer(response: impl axum::response::IntoResponse) -> Self {
        Self::Answer(Box::new(response.into_response()))
    }
}

/// What a page's handler makes of both.
fn finished(result: Result<Response, Stop>) -> Response {
    match result {
        Ok(response) => response,
        Err(Stop::Answer(response)) => *response,
        Err(Stop::Error(error)) => pages::failure(&error),
    }
}

/// Refuses a form that no page of ours gave.
fn check_given(headers: &HeaderMap, origin: &str, given: Option<&str>, csrf: &str) -> Result<(), Stop> {
    let own = origin.split_once("://").map_or(origin, |(_, host)| host);
    // Every browser says where a form came from. Programs do not, and have no cookie to be misused.
    let foreign = headers.get(header::ORIGIN).is_some_and(|value| {
        value
            .to_str()
            .ok()
            .and_then(|text| text.split_once("://"))
            .is_none_or(|(_, host)| !host.eq_ignore_ascii_case(own))
    });
    let given = given.is_some_and(|given| keys::same(given, csrf));
    if given && !foreign {
        return Ok(());
    }
    let sentence = "The form is too old, or it did not come from this drive's own page. Go back, load the page again and try once more.";
    Err(Stop::answer(pages::message(StatusCode::FORBIDDEN, "This form cannot be taken", sentence)))
}

/// A redirect that makes the browser ask with GET.
fn see_other(to: &str) -> Response {
    // What cannot stand in a header was refused before; were it not, the person is sent nowhere.
    match HeaderValue::try_from(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(error) => pages::failure(&ApiError::internal(&error)),
    }
}
