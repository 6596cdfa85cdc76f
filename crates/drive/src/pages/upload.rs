//! Uploading a skill with a browser: the form, and what came of it.

use axum::http::StatusCode;
use axum::response::Response;
use maud::Markup;
use maud::html;
use skillzdrive_wire::uploads::Processed;
use skillzdrive_wire::uploads::ScanFinding;
use skillzdrive_wire::uploads::Severity;

use super::Page;
use super::csrf_field;
use super::wordmark;
use super::words;
use crate::error::ApiError;
use crate::service::upload_pages::UPLOAD;

/// What the form's page needs.
pub(crate) struct Upload<'a> {
    /// What its form carries.
    pub(crate) csrf: &'a str,
    /// The largest package, in bytes.
    pub(crate) limit: u64,
    /// What a new skill costs, in credits; `None` on a drive that charges nothing.
    pub(crate) cost: Option<u64>,
    /// Until when the page works, in milliseconds since 1970.
    pub(crate) until: i64,
    /// Why what was sent was not taken.
    pub(crate) refused: Option<&'a ApiError>,
}

/// The page with the form.
pub(crate) fn upload(view: &Upload<'_>) -> Response {
    let status = view.refused.map_or(StatusCode::OK, |error| error.parts().0);
    let title = if view.refused.is_some() { "Not uploaded" } else { "Upload a skill" };
    let body = html! {
        main {
            (wordmark())
            h1 { (title) }
            @if let Some(error) = view.refused {
                p class="refused" id="refused" role="alert" { (words::sentence(error.parts().1)) " Choose another file." }
                (findings(error.findings()))
            } @else {
                p { "Zip the folder that holds the " code { "SKILL.md" } " and choose the zip here. It becomes a skill in the drive, or the next version of the one that has its name." }
            }
            form method="post" action=(UPLOAD) enctype="multipart/form-data" {
                (csrf_field(view.csrf))
                label for="file" { "The skill, as a .zip or .skill file" }
                input id="file" name="file" type="file" required accept=".zip,.skill,application/zip"
                    aria-describedby=(if view.refused.is_some() { "refused about" } else { "about" })
                    aria-invalid=[view.refused.map(|_| "true")];
                p class="note" id="about" { (about(view)) }
                label for="comment" { "What changed " span class="note" { "(optional)" } }
                textarea id="comment" name="changeComment" rows="3" maxlength="2000" {}
                button type="submit" { "Upload" }
            }
            p class="foot" { "This page is for one upload and works until " (words::instant(view.until)) ". Nothing in the drive can be seen with it." }
        }
    };
    Page::sheet(title, body).answer(status)
}

/// What the security rules found, worst first: where, and what to do about it.
fn findings(found: &[ScanFinding]) -> Markup {
    html! {
        @if !found.is_empty() {
            ul class="findings" aria-label="What the security rules find" {
                @for one in found {
                    li {
                        span class=(if one.severity == Severity::Critical { "tag bad" } else { "tag" }) { (one.severity) } " "
                        code { (place(one)) } ": " (one.message)
                        @if let Some(excerpt) = &one.excerpt { pre { (excerpt) } }
                        p class="note" { (words::sentence(&one.help)) " " code { (one.rule) } }
                    }
                }
            }
        }
    }
}

fn place(finding: &ScanFinding) -> String {
    let path = if finding.path.is_empty() { "the skill" } else { finding.path.as_str() };
    finding.line.map_or_else(|| path.to_owned(), |line| format!("{path}:{line}"))
}

fn about(view: &Upload<'_>) -> Markup {
    let cost = match view.cost {
        None => String::new(),
        Some(0) => " It costs nothing.".to_owned(),
        Some(cost) => format!(" A new skill costs up to {}, a new version nothing.", words::count(cost, "credit")),
    };
    html! {
        "At most " (words::size(view.limit)) ". Files that hold secrets by their name (" code { ".env" } ", " code { "*.pem" }
        ", keys) are left out." (cost)
    }
}

/// The page that says what it became.
pub(crate) fn uploaded(status: StatusCode, done: &Processed, created: bool, changed: bool) -> Response {
    let title = if changed { "Uploaded" } else { "Nothing new" };
    let body = html! {
        main {
            (wordmark())
            h1 { (title) }
            p role="status" {
                bdi class="name" { (done.skill.name) }
                @if created { " is in the drive." }
                @else if changed { " has a new version." }
                @else { " is in the drive already, with exactly these files." }
            }
            dl class="facts" {
                (fact("Skill", html! { code { (done.skill.slug) } }))
                (fact("Version", html! { (done.version) }))
                (fact("Size", html! { (words::size(done.content_size)) ", " (words::count(done.files_uploaded, "file")) }))
                (fact("Cost", html! { (cost(done.credit_cost)) }))
                @if let Some(placement) = &done.collection_placement {
                    (fact("Collection", html! { (placement.status) }))
                }
                @if let Some(sha) = &done.content_sha {
                    (fact("Digest", html! { span class="slug" { (sha) } }))
                }
            }
            p class="foot" { "You can close this window. Each computer gets it with " code { "skillzdrive sync" } "." }
        }
    };
    Page::sheet(title, body).answer(status)
}

fn fact(name: &str, value: Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn cost(credits: u64) -> String {
    if credits == 0 { "nothing".to_owned() } else { words::count(credits, "credit") }
}
