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
use crate::handlers::health;
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
            .merge(health::routes())
            .fallback(unknown_route)
            .method_not_allowed_fallback(wrong_method)
            // Bodies are read with limits of our own, which answer as the contract says.
            .layer(DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(self.clone(), request_id::outermost))
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::http::Request;
    use serde_json::Value;
    use serde_json::json;
    use skillzdrive_skill::PackOptions;
    use skillzdrive_skill::pack_dir;
    use tower::ServiceExt;

    use super::*;
    use crate::config::Clock;
    use crate::config::Config;
    use crate::peer::Peer;
    use crate::service::publish::Publishing;

    /// A drive of so many public skills, of which the owner has all.
    async fn drive_of(skills: usize) -> (Drive, String, tempfile::TempDir) {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::new(home.path().join("data"));
        // No minute ends meanwhile.
        config.clock = Clock::new(|| 1_795_498_778_000);
        let drive = Drive::open(config).await.unwrap();
        let key = drive.local_owner_key().await.unwrap().expose().to_owned();
        for number in 0..skills {
            let folder = home.path().join(format!("skill-{number}"));
            std::fs::create_dir(&folder).unwrap();
            let text = format!("---\nname: skill-{number}\ndescription: a common word\n---\n");
            let mut file =
                std::fs::OpenOptions::new().write(true).create_new(true).open(folder.join("SKILL.md")).unwrap();
            std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
            drive.publish(pack_dir(&folder, &PackOptions::own()).unwrap(), Publishing::default()).await.unwrap();
        }
        let local = machine(&drive, &key).await;
        let plan = json!({ "install_id": INSTALL, "kind": "first_run", "mode": "all", "local": local });
        let (plan, _) = ask(&drive, &key, "POST", "/api/v1/drive/sync/preview", &plan).await;
        let run = json!({ "install_id": INSTALL, "kind": "first_run", "mode": "all",
            "classifications": plan["data"]["classifications"] });
        ask(&drive, &key, "POST", "/api/v1/drive/sync/execute", &run).await;
        (drive, key, home)
    }

    const INSTALL: &str = "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55";

    /// What a machine that has every public skill says of them.
    async fn machine(drive: &Drive, key: &str) -> Value {
        let (manifest, _) = ask(drive, key, "GET", "/marketplace.json", &Value::Null).await;
        let plugins = manifest["plugins"].as_array().unwrap();
        let told = plugins.iter().map(|plugin| {
            let entry = &plugin["metadata"]["skillzdrive"];
            json!({ "slug": entry["slug"], "content_sha": entry["content_sha"], "base_sha": null,
                "content_size": entry["content_size"], "name": "", "description": "" })
        });
        told.collect()
    }

    /// An answer, and how many statements were carried out for it.
    async fn ask(drive: &Drive, key: &str, method: &str, path: &str, body: &Value) -> (Value, u64) {
        let before = drive.repo.statements();
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let mut request = Request::builder().method(method).uri(path).header("Authorization", format!("Bearer {key}"));
        request.extensions_mut().unwrap().insert(ConnectInfo(Peer::Local));
        let response = drive.router().oneshot(request.body(body).unwrap()).await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (serde_json::from_slice(&bytes).unwrap(), drive.repo.statements() - before)
    }

    #[tokio::test]
    async fn a_request_needs_few_statements_however_much_there_is() {
        let (small, small_key, _home) = drive_of(2).await;
        let (large, large_key, _home_too) = drive_of(60).await;
        // Whose the key is, is known from here on.
        for (drive, key) in [(&small, &small_key), (&large, &large_key)] {
            ask(drive, key, "GET", "/api/v1/account/credits", &Value::Null).await;
        }
        for (path, most) in [
            ("/api/v1/skills?q=common&limit=50", 2),
            ("/api/v1/skills?limit=50", 3),
            ("/api/v1/skills/skill-1", 4),
            ("/api/v1/skills/discover?keywords=common", 3),
            ("/api/v1/drive", 1),
            ("/api/v1/drive/updates", 2),
            ("/marketplace.json", 4),
            ("/.well-known/agent-skills/index.json", 3),
        ] {
            let (_, few) = ask(&small, &small_key, "GET", path, &Value::Null).await;
            let (found, many) = ask(&large, &large_key, "GET", path, &Value::Null).await;
            assert!(few == many && many <= most, "{path}: {few} statements for 2 skills, {many} for 60");
            let (again, none) = ask(&large, &large_key, "GET", path, &Value::Null).await;
            assert_eq!((again, none), (found, 0), "{path}: nothing was written, so nothing is read again");
        }
        let mut counts = Vec::new();
        for (drive, key, skills) in [(&small, &small_key, 2), (&large, &large_key, 60)] {
            let body = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all",
                "local": machine(drive, key).await });
            let (plan, statements) = ask(drive, key, "POST", "/api/v1/drive/sync/preview", &body).await;
            assert_eq!(plan["data"]["classifications"].as_array().unwrap().len(), skills);
            counts.push(statements);
        }
        assert!(counts[0] == counts[1] && counts[1] <= 8, "{counts:?} statements for a preview of 2 and of 60");
    }
    #[tokio::test]
    async fn a_key_that_is_refused_costs_the_same_work_whatever_it_was() {
        let (drive, _, _home) = drive_of(1).await;
        let revoked = drive.create_key("one", None).await.unwrap();
        let id = drive.list_keys().await.unwrap().into_iter().find(|key| key.name == "one").unwrap().id;
        drive.revoke_key(&id).await.unwrap();
        let good = drive.create_key("two", None).await.unwrap();
        let unknown = format!("sk_live_{}", "0".repeat(64));
        let mut work = Vec::new();
        for key in [&unknown, revoked.expose(), "sk_live_1", "x", &unknown, revoked.expose()] {
            let before = drive.repo.statements();
            let refused = crate::service::accounts::authenticate(&drive, key, None).await.unwrap_err();
            assert!(refused.is_access_denied());
            work.push((drive.repo.statements() - before, refused.parts().1.to_owned()));
        }
        assert!(work.windows(2).all(|pair| pair[0] == pair[1]), "{work:?}");
        assert_eq!(work[0].0, 1, "one look-up by the digest, and none by anything that the key begins with");
        assert!(crate::service::accounts::authenticate(&drive, good.expose(), None).await.is_ok());
    }
}
