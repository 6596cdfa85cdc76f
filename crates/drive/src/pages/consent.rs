//! The question whether a program may have a key.

use axum::response::Response;
use maud::html;

use super::Page;
use super::csrf_field;
use super::wordmark;
use crate::service::oauth::AUTHORIZE;
use crate::service::oauth::Asked;
use crate::service::oauth::Parameters;

/// The page. `parameters` are the request as it came: the answer carries them back, and they are checked again there.
pub(crate) fn consent(asked: &Asked, account: &str, csrf: &str, parameters: &Parameters) -> Response {
    let name = &asked.client.name;
    let target = asked.target();
    let body = html! {
        main {
            (wordmark())
            h1 { "Let " bdi { (name) } " use your drive?" }
            p {
                "A program that calls itself " strong { bdi { (name) } } " asks for a key to the drive of "
                strong { bdi { (account) } } ". With it, the program can:"
            }
            ul class="may" {
                li { "see, add, change and remove every skill in your drive" }
                li { "spend your credits" }
                li { "make and delete collections and webhooks" }
            }
            p {
                "The answer goes to " strong class="address" { (target.trim_start_matches("http://")) }
                ", a program on the computer in front of you. The key works until you revoke it on your drive's page."
            }
            form method="post" action=(AUTHORIZE) {
                (csrf_field(csrf))
                @for (name, value) in &parameters.0 { input type="hidden" name=(name) value=(value); }
                div class="answers" {
                    button type="submit" name="decision" value="allow" { "Allow" }
                    button type="submit" name="decision" value="deny" class="second" { "Do not allow" }
                }
            }
            p class="foot" { "Did you not start a login yourself just now? Then do not allow this." }
        }
    };
    let page = Page { form_target: Some(target.to_owned()), ..Page::sheet("A program asks", body) };
    page.answer(axum::http::StatusCode::OK)
}
