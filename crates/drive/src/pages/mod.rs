//! The pages that people see in a browser: HTML without scripts, from values that a service made.
//!
//! Every text goes through `html!`, which escapes it; nothing here decides who may see what. A page loads its own style
//! sheet and icon, and nothing else from anywhere.

mod chart;
mod consent;
mod drive;
mod message;
mod sign_in;
mod upload;
mod words;

use std::sync::OnceLock;

use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
pub(crate) use chart::DAYS;
pub(crate) use consent::consent;
pub(crate) use drive::Overview;
pub(crate) use drive::drive;
pub(crate) use drive::revoke;
use maud::DOCTYPE;
use maud::Markup;
use maud::html;
pub(crate) use message::failure;
pub(crate) use message::message;
pub(crate) use sign_in::SignIn;
pub(crate) use sign_in::sign_in;
pub(crate) use upload::Upload;
pub(crate) use upload::upload;
pub(crate) use upload::uploaded;

use crate::keys;

/// The style of every page.
pub(crate) const STYLE: &str = include_str!("style.css");
/// Where it is.
pub(crate) const STYLE_PATH: &str = "/page.css";
/// The icon of every page.
pub(crate) const ICON: &str = include_str!("icon.svg");
/// Where it is.
pub(crate) const ICON_PATH: &str = "/favicon.svg";

/// A page of its own width and title.
pub(crate) struct Page {
    /// What the window is called.
    pub(crate) title: String,
    /// What stands in it.
    pub(crate) body: Markup,
    /// Whether it is a sheet in the middle rather than the whole width.
    pub(crate) sheet: bool,
    /// Where its forms may end besides here.
    pub(crate) form_target: Option<String>,
}

impl Page {
    /// A sheet in the middle of the window.
    pub(crate) fn sheet(title: impl Into<String>, body: Markup) -> Self {
        Self { title: title.into(), body, sheet: true, form_target: None }
    }

    /// The page as an answer, with the headers that keep it to itself.
    pub(crate) fn answer(self, status: StatusCode) -> Response {
        let form_target = self.form_target.as_deref().map(form_source).unwrap_or_default();
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{form_target}; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        let mut response = (status, self.render().into_string()).into_response();
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        set(header::CONTENT_TYPE, "text/html; charset=utf-8");
        set(header::CACHE_CONTROL, "no-store");
        set(header::X_FRAME_OPTIONS, "DENY");
        // A form's `Origin` would be `null` with `no-referrer`, and it is looked at.
        set(header::REFERRER_POLICY, "same-origin");
        set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        // The target was checked to be visible ASCII; were it not, nothing may be sent anywhere.
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    }

    fn render(self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (self.title) " · skillzdrive" }
                    link rel="stylesheet" href=(style_address());
                    link rel="icon" type="image/svg+xml" href=(ICON_PATH);
                }
                body class=(if self.sheet { "sheet" } else { "wide" }) { (self.body) }
            }
        }
    }
}

/// What a policy calls the target of a redirect after a form. It has no form for an IPv6 address.
fn form_source(origin: &str) -> String {
    if origin.contains('[') { " http:".to_owned() } else { format!(" {origin}") }
}

/// The style sheet's address changes with the sheet, so a browser may keep it for as long as it likes.
fn style_address() -> String {
    static DIGEST: OnceLock<String> = OnceLock::new();
    let digest = DIGEST.get_or_init(|| keys::digest(STYLE));
    format!("{STYLE_PATH}?v={}", &digest[..12])
}

/// The name of the product, at the top of a sheet.
fn wordmark() -> Markup {
    html! { p class="wordmark" { span aria-hidden="true" class="mark" {} "skillzdrive" } }
}

/// The fields that every form of a signed-in person carries.
fn csrf_field(csrf: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(csrf); }
}
