//! Signing in and out.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::Stop;
use super::cookies;
use super::cookies::SameSite;
use super::finished;
use super::see_other;
use super::visit::Filled;
use super::visit::Visit;
use crate::error::ApiError;
use crate::extract::FormBody;
use crate::keys;
use crate::pages;
use crate::service::sessions;
use crate::service::sessions::Refused;
use crate::time::HOUR;
use crate::time::SECOND;

/// Where a person goes who came from nowhere.
const HOME: &str = "/drive";

/// `GET /sign-in`.
pub(crate) async fn form(visit: Visit) -> Response {
    let answered = async {
        let parameters = visit.parameters();
        let next = local(parameters.get("next"));
        if visit.session().await?.is_some() {
            return Ok(see_other(next));
        }
        page(&visit, next, StatusCode::OK, None)
    };
    finished(answered.await)
}

/// The page with its form, which holds what the browser's cookie answers to.
fn page(visit: &Visit, next: &str, status: StatusCode, refused: Option<&str>) -> Result<Response, Stop> {
    let name = cookies::form_name(&visit.origin);
    // A browser that has one keeps it: the same form may stand open in two windows.
    let token = match cookies::read(&visit.headers, &name).filter(|token| is_token(token)) {
        Some(token) => token.to_owned(),
        None => keys::mint("wf_live_")?,
    };
    let view = pages::SignIn { csrf: &sessions::csrf(&token), next, refused };
    let mut response = pages::sign_in(&view).answer(status);
    if let Some(cookie) = cookies::set(&visit.origin, &name, &token, HOUR / SECOND, SameSite::Strict) {
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
pub(crate) async fn sign_in(filled: Filled) -> Response {
    let answered = async {
        let Filled { visit, parameters } = &filled;
        let origin = &visit.origin;
        let form_name = cookies::form_name(origin);
        // Without the cookie there is nothing that the form's text could answer to.
        let token = cookies::read(&visit.headers, &form_name).filter(|token| is_token(token));
        filled.check(&token.map(sessions::csrf).unwrap_or_default())?;
        let next = local(parameters.get("next"));
        let key = parameters.get("key").unwrap_or_default().trim();
        let again = |sentence| page(visit, next, StatusCode::FORBIDDEN, Some(sentence));
        let token = match sessions::sign_in(&visit.drive, key, visit.from).await {
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
        let session_name = cookies::session_name(origin);
        let cookie = cookies::set(origin, &session_name, &token, sessions::LIFE / SECOND, SameSite::Lax);
        for cookie in [cookie, cookies::forget(origin, &form_name)].into_iter().flatten() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    };
    finished(answered.await)
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(visit: Visit, body: Result<FormBody, ApiError>) -> Response {
    let answered = async {
        // Who is not signed in any more has got what they asked for, whatever they sent.
        if let Some(session) = visit.session().await? {
            let FormBody(parameters) = body?;
            visit.check(&parameters, &session.csrf)?;
            sessions::end(&visit.drive, &session).await?;
        }
        let mut response = see_other("/sign-in");
        if let Some(cookie) = cookies::forget(&visit.origin, &cookies::session_name(&visit.origin)) {
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
