//! Signing in with a key.

use maud::Markup;
use maud::html;

use super::Page;
use super::csrf_field;
use super::wordmark;

/// What the page needs.
pub(crate) struct SignIn<'a> {
    /// What its form carries.
    pub(crate) csrf: &'a str,
    /// Where the person goes afterwards.
    pub(crate) next: &'a str,
    /// Why the last attempt failed.
    pub(crate) refused: Option<&'a str>,
}

/// The page.
pub(crate) fn sign_in(view: &SignIn<'_>) -> Page {
    let for_a_program = view.next.starts_with("/authorize");
    let body = html! {
        main {
            (wordmark())
            h1 { "Sign in" }
            @if for_a_program {
                p { "A program wants to use your drive. Sign in, and you will be asked whether it may." }
            } @else {
                p { "Sign in to see your drive." }
            }
            form method="post" action="/sign-in" {
                (csrf_field(view.csrf))
                input type="hidden" name="next" value=(view.next);
                // What password managers keep the key under.
                input type="text" name="account" value="skillzdrive" autocomplete="username" hidden;
                label for="key" { "API key" }
                input id="key" name="key" type="password" required autocomplete="current-password" spellcheck="false"
                    autocapitalize="none" placeholder="sk_live_…" aria-describedby=(described_by(view))
                    aria-invalid=[view.refused.map(|_| "true")] autofocus;
                @if let Some(refused) = view.refused {
                    p class="refused" id="refused" role="alert" { (refused) }
                }
                button type="submit" { "Sign in" }
            }
            (help())
        }
    };
    Page::sheet("Sign in", body)
}

fn described_by(view: &SignIn<'_>) -> &'static str {
    if view.refused.is_some() { "refused where" } else { "where" }
}

fn help() -> Markup {
    html! {
        details {
            summary { "Where is my key?" }
            p id="where" {
                "It was printed once when the account was made. Whoever runs this drive makes another one with "
                code { "skillzdrive serve key create" } "."
            }
        }
    }
}
