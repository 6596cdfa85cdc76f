//! Signing in and out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::Stop;
use super::check_form;
use super::cookies;
use super::cookies::SameSite;
use super::finished;
use super::see_other;
use super::session;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::FormBody;
use crate::extract::Limited;
use crate::extract::Origin;
use crate::keys;
use crate::pages;
use crate::service::oauth::Parameters;
use crate::service::sessions;
use crate::service::sessions::Refused;
use crate::time::HOUR;
use crate::time::SECOND;

/// Where a person goes who came from nowhere.
const HOME: &str = "/drive";

/// `GET /sign-in`.
pub(crate) async fn form(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    Origin(origin): Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let answered = async {
        limited?;
        let parameters = Parameters::read(uri.query().unwrap_or_default().as_bytes());
        let next = local(parameters.get("next"));
        if session(&drive, &headers, &origin).await?.is_some() {
            return Ok(see_other(next));
        }
        page(&headers, &origin, next, StatusCode::OK, None)
    };
    finished(answered.await)
}

/// The page with its form, which holds what the browser's cookie answers to.
fn page(
    headers: &HeaderMap,
    origin: &str,
    next: &str,
    status: StatusCode,
    refused: Option<&str>,
) -> Result<Response, Stop> {
    let name = cookies::form_name(origin);
    // A browser that has one keeps it: the same form may stand open in two windows.
    let token = match cookies::read(headers, &name).filter(|token| is_token(token)) {
        Some(token) => token.to_owned(),
        None => keys::mint("wf_live_")?,
    };
    let view = pages::SignIn { csrf: &sessions::csrf(&token), next, refused };
    let mut response = pages::sign_in(&view).answer(status);
    if let Some(cookie) = cookies::set(origin, &name, &token, HOUR / SECOND, SameSite::Strict) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn is_token(text: &str) -> bool {
    text.len() == 72 && text.starts_with("wf_live_") && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A path of ours, whatever was asked for: nobody is sent to a stranger after they signed in.
fn local(next: Option<&str>) -> &str {
    let fits = |next: &&str| {
        let visible = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        visible && next.starts_with('/') && !next.starts_with("//") && next.len() <= 8_192
    };
    next.filter(fits).unwrap_or(HOME)
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    Origin(origin): Origin,
    headers: HeaderMap,
    body: Result<FormBody, ApiError>,
) -> Response {
    let answered = async {
        limited?;
        let FormBody(parameters) = body?;
        let form_name = cookies::form_name(&origin);
        // Without the cookie there is nothing that the form's text could answer to.
        let token = cookies::read(&headers, &form_name).filter(|token| is_token(token));
        check_form(&headers, &origin, &parameters, &token.map(sessions::csrf).unwrap_or_default())?;
        let next = local(parameters.get("next"));
        let key = parameters.get("key").unwrap_or_default().trim();
        let again = |sentence| page(&headers, &origin, next, StatusCode::FORBIDDEN, Some(sentence));
        let token = match sessions::sign_in(&drive, key).await {
            Ok(token) => token,
            Err(Refused::Unknown) => {
                return again("This drive does not know that key, or it was revoked or has expired.");
            }
            Err(Refused::Scoped) => {
                return again(
                    "This key sees only some of the skills. Signing in needs a key that sees the whole drive.",
                );
            }
            Err(Refused::Api(error)) => return Err(Stop::Error(error)),
        };
        let mut response = see_other(next);
        let session_name = cookies::session_name(&origin);
        let cookie = cookies::set(&origin, &session_name, &token, sessions::LIFE / SECOND, SameSite::Lax);
        for cookie in [cookie, cookies::forget(&origin, &form_name)].into_iter().flatten() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    };
    finished(answered.await)
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(
    State(drive): State<Drive>,
    limited: Result<Limited, ApiError>,
    Origin(origin): Origin,
    headers: HeaderMap,
    body: Result<FormBody, ApiError>,
) -> Response {
    let answered = async {
        limited?;
        // Who is not signed in any more has got what they asked for.
        if let Some(session) = session(&drive, &headers, &origin).await? {
            check_form(&headers, &origin, &body?.0, &session.csrf)?;
            sessions::end(&drive, &session).await?;
        }
        let mut response = see_other("/sign-in");
        if let Some(cookie) = cookies::forget(&origin, &cookies::session_name(&origin)) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    };
    finished(answered.await)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(local(Some("/authorize?a=b%20c&d=http://x/")), "/authorize?a=b%20c&d=http://x/");
        for next in ["", "//evil.example", "/\\evil.example", "https://evil.example", "drive", "/a\r\nb", "/ä"] {
            assert_eq!(local(Some(next)), "/drive", "{next}");
        }
        assert_eq!(local(None), "/drive");
    }
}
