//! The upload page: an address that opens once, the form, and what comes of it.
//!
//! The authority is the ticket alone. Its address is a secret until it was opened, so opening it exchanges that secret
//! for a cookie and leads to an address that says nothing.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::Stop;
use super::check_given;
use super::cookies;
use super::cookies::SameSite;
use super::finished;
use super::see_other;
use super::visit::Visit;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::Segments;
use crate::handlers::uploads;
use crate::pages;
use crate::repo::tickets::TicketRow;
use crate::service::tickets;
use crate::service::upload_pages;
use crate::service::upload_pages::UPLOAD;
use crate::time::MINUTE;
use crate::time::SECOND;

/// How long the cookie is kept. The ticket's own time decides.
const COOKIE: i64 = 20 * MINUTE / SECOND;

/// `GET /upload/:token`.
pub(crate) async fn open(visit: Visit, Segments(token): Segments<String>) -> Response {
    let answered = async {
        // A browser that only looks ahead, in case its person goes there, must not use the address up.
        let ahead = ["sec-purpose", "purpose"].iter().filter_map(|name| visit.headers.get(*name));
        if ahead.filter_map(|value| value.to_str().ok()).any(|value| value.contains("prefetch")) {
            return Err(Stop::answer(StatusCode::SERVICE_UNAVAILABLE));
        }
        let Some(secret) = upload_pages::open(&visit.drive, &token).await? else {
            // The same browser may open it as often as it likes.
            current(&visit).await?;
            return Ok(see_other(UPLOAD));
        };
        let mut response = see_other(UPLOAD);
        let name = cookies::upload_name(&visit.origin);
        if let Some(cookie) = cookies::set(&visit.origin, &name, secret.expose(), COOKIE, SameSite::Lax) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    };
    finished(answered.await)
}

/// `GET /upload`.
pub(crate) async fn choose(visit: Visit) -> Response {
    let answered = async {
        let (ticket, secret) = current(&visit).await?;
        Ok(form(&visit.drive, &ticket, &secret, None))
    };
    finished(answered.await)
}

/// `POST /upload`.
pub(crate) async fn send(visit: Visit, request: Request) -> Response {
    let answered = async {
        let Visit { drive, origin, headers, .. } = &visit;
        let found = current(&visit).await;
        let Ok((ticket, secret)) = found else {
            // A browser that is still sending would not show the answer.
            if cookies::read(headers, &cookies::upload_name(origin)).is_some() {
                uploads::drain(request.into_body(), drive.config.limits.package_bytes).await;
            }
            return found.map(|_| Response::default());
        };
        let again = |error: &ApiError| Ok(form(drive, &ticket, &secret, Some(error)));
        let form = match uploads::receive(drive, request).await {
            Ok(form) => form,
            Err(error) => return again(&error),
        };
        check_given(headers, origin, form.csrf.as_deref(), &upload_pages::form_secret(&secret))?;
        if form.file.as_ref().is_none_or(Vec::is_empty) {
            return again(&ApiError::invalid("no file was chosen, or it is empty"));
        }
        if tickets::redeem(drive, &ticket).await.is_err() {
            return Err(used());
        }
        match uploads::land(drive, &ticket, form).await {
            Ok(landed) => {
                let status = if landed.created { StatusCode::CREATED } else { StatusCode::OK };
                let mut response = pages::uploaded(status, &landed.processed, landed.created, landed.changed);
                if let Some(cookie) = cookies::forget(origin, &cookies::upload_name(origin)) {
                    response.headers_mut().append(SET_COOKIE, cookie);
                }
                Ok(response)
            }
            Err(error) => {
                // Nothing came of it, so the person may choose again.
                upload_pages::give_back(drive, &ticket).await?;
                again(&error)
            }
        }
    };
    finished(answered.await)
}

/// The ticket of the page that the browser has open, with the browser's secret.
async fn current(visit: &Visit) -> Result<(TicketRow, String), Stop> {
    let secret = cookies::read(&visit.headers, &cookies::upload_name(&visit.origin)).ok_or_else(used)?;
    let ticket = upload_pages::opened(&visit.drive, secret).await?.ok_or_else(used)?;
    Ok((ticket, secret.to_owned()))
}

fn form(drive: &Drive, ticket: &TicketRow, secret: &str, refused: Option<&ApiError>) -> Response {
    pages::upload(&pages::Upload {
        csrf: &upload_pages::form_secret(secret),
        limit: drive.config.limits.package_bytes as u64,
        cost: drive.config.charges.then_some(drive.config.costs.upload),
        until: ticket.expires_at,
        refused,
    })
}

/// What a page without a ticket says. Which of the reasons it is tells nobody anything.
fn used() -> Stop {
    let sentence = "It works for one upload, in the browser that opened it first, for ten minutes. Ask for a new one: skillzdrive upload --url";
    Stop::answer(pages::message(StatusCode::GONE, "This upload page is used or too old", sentence))
}
