//! A page that says one thing.

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use maud::html;

use super::Page;
use super::wordmark;
use crate::error::ApiError;

/// A heading and a sentence, and the way back to the drive.
pub(crate) fn message(status: StatusCode, title: &str, sentence: &str) -> Response {
    let body = html! {
        main {
            (wordmark())
            h1 { (title) }
            p { (sentence) }
            p class="foot" { a href="/drive" { "Go to your drive" } }
        }
    };
    Page::sheet(title, body).answer(status)
}

/// What any route may answer, as a page.
pub(crate) fn failure(error: &ApiError) -> Response {
    let (status, sentence, retry_after) = error.parts();
    let title = match status {
        StatusCode::TOO_MANY_REQUESTS => "Too many requests",
        StatusCode::NOT_FOUND => "There is no such page",
        status if status.is_server_error() => "That did not work",
        _ => "That cannot be done",
    };
    let mut response = message(status, title, &super::words::sentence(sentence));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
