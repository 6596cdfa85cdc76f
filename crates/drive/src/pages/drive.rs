//! The drive page: skills, collections, keys, credits, sync runs.

use axum::http::StatusCode;
use axum::response::Response;
use maud::Markup;
use maud::html;
use skillzdrive_wire::collections::Collection;
use skillzdrive_wire::collections::SkillCount;
use skillzdrive_wire::drive::DriveSkill;
use skillzdrive_wire::drive::Source;

use super::Page;
use super::chart;
use super::csrf_field;
use super::words;
use crate::repo::accounts::Key;
use crate::repo::overview::DayOfCredits;
use crate::repo::overview::RunSummary;

/// How many skills of a collection are named.
const MOST_NAMED: usize = 12;

/// Everything that the page shows.
pub(crate) struct Overview {
    pub(crate) account: String,
    pub(crate) tier: String,
    pub(crate) csrf: String,
    /// The key that the person signed in with.
    pub(crate) key_id: String,
    pub(crate) now: i64,
    /// When the account was made.
    pub(crate) since: i64,
    pub(crate) skills: Vec<DriveSkill>,
    pub(crate) collections: Vec<Collection>,
    pub(crate) keys: Vec<Key>,
    /// `None` on a drive that charges nothing.
    pub(crate) balance: Option<i64>,
    pub(crate) credit_days: Vec<DayOfCredits>,
    pub(crate) runs: Vec<RunSummary>,
}

/// The page.
pub(crate) fn drive(view: &Overview) -> Response {
    let body = html! {
        a class="skip" href="#skills" { "Go to the skills" }
        header class="top" {
            p class="wordmark" { span aria-hidden="true" class="mark" {} "skillzdrive" }
            form method="post" action="/sign-out" {
                (csrf_field(&view.csrf))
                button type="submit" class="quiet" { "Sign out" }
            }
        }
        main {
            h1 { "The drive of " bdi { (view.account) } }
            p class="lead" { (words::count(len(&view.skills), "skill")) " · tier " (view.tier) }
            (credits(view))
            (skills(&view.skills))
            (collections(&view.collections))
            (keys(view))
            (runs(&view.runs))
        }
    };
    Page { title: "Your drive".to_owned(), body, sheet: false, form_target: None }.answer(StatusCode::OK)
}

fn len<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

fn credits(view: &Overview) -> Markup {
    html! {
        section aria-labelledby="credits" {
            h2 id="credits" { "Credits" }
            @if let Some(balance) = view.balance {
                div class="credits" {
                    p class="balance" { strong { (words::number(balance)) } " to spend" }
                    @let balances = chart::balances(view.now, view.since, balance, &view.credit_days);
                    @if balances.len() > 1 {
                        (chart::chart(view.now, &balances))
                    } @else {
                        p class="empty" { "From tomorrow on, the balance of each day is drawn here." }
                    }
                }
            } @else {
                p class="empty" { "Nothing costs anything on this drive." }
            }
        }
    }
}

fn skills(skills: &[DriveSkill]) -> Markup {
    html! {
        section aria-labelledby="skills" {
            h2 id="skills" { "Skills" }
            @if skills.is_empty() {
                div class="empty" {
                    p { "There is nothing in your drive yet." }
                    p { "Bring the skills of a computer here with " code { "skillzdrive sync" } ", or take one from the marketplace with " code { "skillzdrive drive import NAME" } "." }
                }
            } @else {
                table {
                    thead { tr {
                        th scope="col" { "Skill" } th scope="col" { "Grade" }
                        th scope="col" class="n" { "Version" } th scope="col" class="n" { "Size" }
                    } }
                    tbody { @for skill in skills { (skill_row(skill)) } }
                }
            }
        }
    }
}

fn skill_row(entry: &DriveSkill) -> Markup {
    let skill = &entry.skill;
    html! {
        tr {
            th scope="row" {
                bdi class="name" { (skill.name) }
                @if skill.name != skill.slug.as_str() { " " span class="slug" { (skill.slug) } }
                @if !entry.enabled { " " span class="tag" { "switched off" } }
                @if entry.pending_update { " " span class="tag warm" { "update waits" } }
                @match entry.source {
                    Source::Team => { " " span class="tag" { "team" } }
                    Source::Shared => { " " span class="tag" { "shared" } }
                    _ => {}
                }
            }
            td { (grade(skill.security_grade.as_deref())) }
            td class="n" { (skill.version) }
            td class="n" { (skill.content_size.map_or_else(|| "–".to_owned(), words::size)) }
        }
    }
}

fn grade(grade: Option<&str>) -> Markup {
    let class = match grade {
        Some("A" | "B") => "grade good",
        Some("C" | "D") => "grade fair",
        Some(_) => "grade poor",
        None => return html! { span class="none" title="It was not graded" { "–" } },
    };
    html! { span class=(class) { (grade.unwrap_or_default()) } }
}

fn collections(collections: &[Collection]) -> Markup {
    html! {
        section aria-labelledby="collections" {
            h2 id="collections" { "Collections" }
            @if collections.is_empty() {
                p class="empty" {
                    "There is no collection. One gives somebody a key for some of your skills: "
                    code { "skillzdrive collection create NAME --skill SKILL" }
                }
            } @else {
                table {
                    thead { tr { th scope="col" { "Collection" } th scope="col" class="n" { "Skills" } } }
                    tbody { @for collection in collections { (collection_row(collection)) } }
                }
            }
        }
    }
}

fn collection_row(collection: &Collection) -> Markup {
    html! {
        tr {
            th scope="row" {
                bdi class="name" { (collection.name) }
                @if collection.is_public_marketplace { " " span class="tag warm" { "public" } }
                @if !collection.include_team_skills { " " span class="tag" { "without team skills" } }
                @if !collection.include_shared_skills { " " span class="tag" { "without shared skills" } }
                @let slugs = &collection.skill_slugs;
                @if !slugs.is_empty() {
                    p class="named" {
                        @for (place, slug) in slugs.iter().take(MOST_NAMED).enumerate() {
                            @if place > 0 { ", " } (slug)
                        }
                        @if slugs.len() > MOST_NAMED { " and " (slugs.len() - MOST_NAMED) " more" }
                    }
                }
            }
            td class="n" {
                @match collection.skill_count { SkillCount::All => "all", SkillCount::Some(count) => (count) }
            }
        }
    }
}

fn keys(view: &Overview) -> Markup {
    let (live, over): (Vec<&Key>, Vec<&Key>) =
        view.keys.iter().partition(|key| key.revoked_at.is_none() && key.expires_at.is_none_or(|at| view.now < at));
    html! {
        section aria-labelledby="keys" {
            h2 id="keys" { "Keys" }
            table class="keys" {
                thead { tr {
                    th scope="col" { "Key" } th scope="col" { "Last used" }
                    th scope="col" { span class="hidden" { "Revoke" } }
                } }
                tbody { @for key in live { (key_row(view, key)) } }
            }
            @if !over.is_empty() {
                p class="foot" { (words::count(len(&over), "key")) " no longer " (if over.len() == 1 { "works" } else { "work" }) "." }
            }
        }
    }
}

fn key_row(view: &Overview, key: &Key) -> Markup {
    html! {
        tr {
            th scope="row" {
                bdi class="name" { (key.name) } " " span class="slug" { (key.prefix) "…" }
                @if key.id == view.key_id { " " span class="tag" { "signed in with" } }
                @if key.scope != crate::service::accounts::ALL_SKILLS { " " span class="tag" { "some skills" } }
                @if let Some(at) = key.expires_at { " " span class="tag" { "until " (words::short_day(at)) } }
            }
            td class="when" {
                @match key.last_used_at { Some(at) => { (words::instant(at)) } None => { span class="none" { "never" } } }
            }
            td class="act" {
                a class="button quiet" href=(format!("/drive/revoke?key={}", key.id)) aria-label=(format!("Revoke {}", key.name)) { "Revoke" }
            }
        }
    }
}

/// The question whether a key shall stop working.
pub(crate) fn revoke(key: &Key, csrf: &str, is_own: bool, is_collection: bool) -> Response {
    let body = html! {
        main {
            (super::wordmark())
            h1 { "Revoke " bdi { (key.name) } "?" }
            p {
                "The key " span class="slug" { (key.prefix) "…" } " stops working at once, for every program that uses it. "
                "This cannot be taken back."
            }
            @if is_own { p { "It is the key that you signed in with: you will be signed out." } }
            @if is_collection { p { "It is a collection's key: the collection stays, but nobody has a key to it." } }
            form method="post" action="/drive/revoke" {
                (csrf_field(csrf))
                input type="hidden" name="key" value=(key.id);
                div class="answers" {
                    button type="submit" class="danger" { "Revoke" }
                    a class="button second" href="/drive#keys" { "Keep it" }
                }
            }
        }
    };
    Page::sheet("Revoke a key", body).answer(StatusCode::OK)
}

fn runs(runs: &[RunSummary]) -> Markup {
    html! {
        section aria-labelledby="runs" {
            h2 id="runs" { "Sync runs" }
            @if runs.is_empty() {
                p class="empty" { "Nothing was synced yet." }
            } @else {
                table {
                    thead { tr {
                        th scope="col" { "When" } th scope="col" { "How it ended" }
                        th scope="col" class="n" { "Skills" } th scope="col" class="n" { "Credits" }
                    } }
                    tbody {
                        @for run in runs {
                            tr {
                                th scope="row" class="when" { (words::instant(run.opened_at)) }
                                td { (ending(&run.status)) " " span class="none" { (kind(&run.kind)) } }
                                td class="n" { (run.skills) }
                                td class="n" { (run.credits) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn ending(status: &str) -> &str {
    match status {
        "open" => "under way",
        "completed" => "done",
        "partial" => "partly done",
        "abandoned" => "broken off",
        other => other,
    }
}

fn kind(kind: &str) -> &str {
    match kind {
        "first_run" => "first run",
        other => other,
    }
}
