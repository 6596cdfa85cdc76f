//! The cookies: who is signed in, which sign-in form a browser was given, and which upload page it has open.
//!
//! Browsers do not tell the ports of one host apart in cookies, so the names hold the port: two drives on one machine
//! must not sign each other's people out.

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::COOKIE;

/// The name of the session's cookie on a drive of this origin.
pub(super) fn session_name(origin: &str) -> String {
    name(origin, "session")
}

/// The name of the sign-in form's cookie.
pub(super) fn form_name(origin: &str) -> String {
    name(origin, "form")
}

/// The name of the cookie of an open upload page.
pub(super) fn upload_name(origin: &str) -> String {
    name(origin, "upload")
}

fn name(origin: &str, what: &str) -> String {
    let port: String =
        origin.rsplit(':').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).map(char::from).collect();
    let port =
        if origin.ends_with(&format!(":{port}")) && !port.is_empty() { format!("_{port}") } else { String::new() };
    // With this prefix a browser takes the cookie only from this very host, by https.
    let prefix = if is_secure(origin) { "__Host-" } else { "" };
    format!("{prefix}skillzdrive_{what}{port}")
}

fn is_secure(origin: &str) -> bool {
    origin.starts_with("https://")
}

/// A cookie of a request.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(given, _)| *given == name).map(|(_, value)| value)
}

/// How far a cookie travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SameSite {
    /// With a person who follows a link from elsewhere.
    Lax,
    /// With requests from our own pages alone.
    Strict,
}

/// The header that sets a cookie for so many seconds; none of our pages' scripts could read it, had they any.
pub(super) fn set(origin: &str, name: &str, value: &str, seconds: i64, same_site: SameSite) -> Option<HeaderValue> {
    let secure = if is_secure(origin) { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site:?}{secure}");
    let mut header = HeaderValue::try_from(text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The header that makes a browser forget a cookie.
pub(super) fn forget(origin: &str, name: &str) -> Option<HeaderValue> {
    set(origin, name, "", 0, SameSite::Lax)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_holds_what_browsers_do_not_tell_apart() {
        assert_eq!(session_name("https://drive.example"), "__Host-skillzdrive_session");
        assert_eq!(session_name("https://drive.example:8443"), "__Host-skillzdrive_session_8443");
        assert_eq!(session_name("http://127.0.0.1:8787"), "skillzdrive_session_8787");
        assert_eq!(session_name("http://127.0.0.1"), "skillzdrive_session");
        assert_eq!(session_name("http://[::1]:80"), "skillzdrive_session_80");
        assert_eq!(form_name("http://[::1]"), "skillzdrive_form");
    }

    #[test]
    fn cookies_are_read_and_written() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; skillzdrive_session=x=y;b=2"));
        assert_eq!(read(&headers, "skillzdrive_session"), Some("x=y"));
        assert_eq!(read(&headers, "session"), None);
        let of = |origin| set(origin, "n", "v", 60, SameSite::Strict).unwrap();
        assert_eq!(of("http://127.0.0.1:1"), "n=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
        assert_eq!(of("https://a.example"), "n=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(forget("http://a", "n").unwrap(), "n=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }
}
