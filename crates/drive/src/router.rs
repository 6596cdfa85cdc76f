//! The table of routes.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::delete;
use axum::routing::get;
use axum::routing::patch;
use axum::routing::post;
use skillzdrive_wire::oauth::METADATA_PATH;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::handlers::account;
use crate::handlers::collections;
use crate::handlers::downloads;
use crate::handlers::drive;
use crate::handlers::marketplace;
use crate::handlers::oauth;
use crate::handlers::openapi;
use crate::handlers::pages;
use crate::handlers::runs;
use crate::handlers::skills;
use crate::handlers::storage;
use crate::handlers::sync;
use crate::handlers::telemetry;
use crate::handlers::uploads;
use crate::host;
use crate::pages::ICON_PATH;
use crate::pages::STYLE_PATH;
use crate::request_id;
use crate::service::courier;
use crate::service::oauth::AUTHORIZE;
use crate::service::oauth::REGISTER;
use crate::service::oauth::REVOKE;
use crate::service::oauth::TOKEN;
use crate::service::tickets::PROCESS_SKILL;
use crate::service::upload_pages::UPLOAD;

impl Drive {
    /// Every route of the drive, so that a test can wrap faults around it. Serve it with
    /// `into_make_service_with_connect_info::<`[`Peer`](crate::Peer)`>()`.
    ///
    /// # Panics
    /// Outside a tokio runtime: what waits to be delivered to webhooks is delivered from here on.
    pub fn router(&self) -> Router {
        courier::start(self);
        Router::new()
            .route("/api/v1/skills", get(skills::list))
            .route("/api/v1/skills/discover", get(skills::discover))
            .route("/api/v1/skills/leaderboard", get(skills::leaderboard))
            .route("/api/v1/skills/{slug}", get(skills::show))
            .route("/api/v1/drive", get(drive::list))
            .route("/api/v1/drive/import", post(drive::import))
            .route("/api/v1/drive/updates", get(drive::updates))
            .route("/api/v1/drive/updates/{slug}/accept", post(drive::accept))
            .route("/api/v1/drive/updates/{slug}/dismiss", post(drive::dismiss))
            .route("/api/v1/drive/diff", post(drive::diff))
            .route("/api/v1/drive/sync/preview", post(sync::preview))
            .route("/api/v1/drive/sync/execute", post(sync::execute))
            .route("/api/v1/drive/sync/finalize", post(sync::finalize))
            .route("/api/v1/drive/{slug}", delete(drive::remove))
            .route("/api/v1/drive/{slug}/toggle", post(drive::toggle))
            .route("/api/v1/collections", get(collections::list).post(collections::create))
            .route("/api/v1/collections/{name}", patch(collections::patch).delete(collections::delete))
            .route("/api/v1/collections/{name}/skills", post(collections::add))
            .route("/api/v1/collections/{name}/skills/{slug}", delete(collections::remove))
            .route("/api/v1/uploads/ticket", post(uploads::ticket))
            .route("/api/v1/uploads/url", post(uploads::url))
            .route(PROCESS_SKILL, post(uploads::process_skill))
            .route("/api/v1/downloads", post(downloads::export))
            .route("/api/v1/downloads/public/{slug}/{file}", get(downloads::public))
            .route("/api/v1/runs", post(runs::run))
            .route("/api/v1/account/credits", get(account::credits))
            .route("/api/v1/account/webhooks", get(account::webhooks).post(account::create_webhook))
            .route("/api/v1/account/webhooks/{id}", delete(account::delete_webhook))
            .route("/api/v1/telemetry/anonymous", post(telemetry::anonymous))
            .route("/api/v1/migrations/anonymous-adopt", post(telemetry::adopt))
            .route("/marketplace.json", get(marketplace::global))
            .route("/marketplace/collections/{file}", get(marketplace::collection))
            .route(
                "/marketplace/collections/{name}/.well-known/agent-skills/index.json",
                get(marketplace::collection_agent_skills),
            )
            .route("/.well-known/agent-skills/index.json", get(marketplace::agent_skills))
            .route("/openapi.json", get(openapi::document))
            .route("/storage/{sha}", get(storage::artifact))
            .route("/storage/exports/{id}", get(storage::export))
            .merge(for_browsers())
            .fallback(unknown_route)
            .method_not_allowed_fallback(wrong_method)
            // Bodies are read with limits of our own, which answer as the contract says.
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(self.clone(), host::check))
            .layer(middleware::from_fn(request_id::stamp))
            .with_state(self.clone())
    }
}

/// The pages, and the login that goes through them.
fn for_browsers() -> Router<Drive> {
    Router::new()
        .route(METADATA_PATH, get(oauth::metadata))
        .route(REGISTER, post(oauth::register))
        .route(TOKEN, post(oauth::token))
        .route(REVOKE, post(oauth::revoke))
        .route(AUTHORIZE, get(pages::ask).post(pages::decide))
        .route("/", get(pages::root))
        .route("/sign-in", get(pages::form).post(pages::sign_in))
        .route("/sign-out", post(pages::sign_out))
        .route("/drive", get(pages::show))
        .route("/drive/revoke", get(pages::ask_revoke).post(pages::revoke))
        .route(UPLOAD, get(pages::choose).post(pages::send))
        .route("/upload/{token}", get(pages::open))
        .route(STYLE_PATH, get(pages::style))
        .route(ICON_PATH, get(pages::icon))
        .route_layer(middleware::from_fn(pages::only_on_a_port))
}

async fn unknown_route() -> ApiError {
    ApiError::not_found("not_found", "there is no such route")
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this route does not know that method")
}
