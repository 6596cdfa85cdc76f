//! The table: each route in the order and the spelling of the reference, but that what another row needs comes before it.

use serde_json::json;

use super::World;

/// A route.
pub(super) struct Row {
    /// Method and path as the reference writes them.
    pub(super) route: &'static str,
    /// What has to be so before.
    pub(super) before: fn(&World),
    pub(super) curl: Curl,
    pub(super) program: Program,
}

/// The plain request. In path, headers and body `<name>` stands for what an earlier answer said.
pub(super) struct Curl {
    pub(super) path: &'static str,
    pub(super) headers: &'static [&'static str],
    pub(super) body: Body,
    status: u16,
    /// Pointers into the answer that must lead somewhere.
    pub(super) fields: &'static [&'static str],
    /// What later rows need, with the pointers to it.
    pub(super) keep: &'static [(&'static str, &'static str)],
}

pub(super) enum Body {
    None,
    Json(&'static str),
    /// A folder as the package of a form.
    Package(&'static str),
}

/// The command line.
pub(super) enum Program {
    Run {
        args: &'static [&'static str],
        exit: fn() -> i32,
        keep: &'static [(&'static str, &'static str)],
    },
    /// Any command on a terminal, once a day.
    #[cfg(unix)]
    OnceADay,
}

impl Row {
    pub(super) fn method(&self) -> &'static str {
        self.route.split(' ').next().unwrap()
    }

    /// Whether a request, as method and path, is of this route.
    pub(super) fn is(&self, line: &str) -> bool {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (self.route.split('/').collect(), line.split('/').collect());
        ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| a.starts_with(':') || a == b)
    }
}

impl Curl {
    /// Without bubblewrap a drive runs no scripts, and says so.
    pub(super) fn status(&self) -> u16 {
        if self.path == "/api/v1/runs" && !has_sandbox() { 503 } else { self.status }
    }
}

/// Whether scripts can run in a sandbox here, as the drive needs it.
fn has_sandbox() -> bool {
    let tried = std::process::Command::new("bwrap")
        .args(["--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"])
        .output();
    tried.is_ok_and(|output| output.status.success())
}

const KEY: &[&str] = &["Authorization: Bearer <key>"];
const NOBODY: &[&str] = &[];

fn nothing(_: &World) {}
fn fine() -> i32 {
    0
}
/// What `run` ends with.
fn ran() -> i32 {
    if has_sandbox() { 0 } else { 6 }
}
fn next_versions(world: &World) {
    for slug in ["pdf", "docx"] {
        let count = world.drive.asked().len();
        world.drive.publish(slug, &format!("another, after {count} requests"));
    }
}
fn two_more(world: &World) {
    next_versions(world);
    next_versions(world);
}
fn edit_letters(world: &World) {
    world.home.skill("work", "letters", "Better letters");
}
fn import_csv(world: &World) {
    let (status, answer) = world.drive.ask("POST", "/api/v1/drive/import", Some(json!({"skillSlug": "csv"})));
    assert_eq!(status, 201, "{answer}");
}
fn something_new(world: &World) {
    let name = format!("made-{}", world.drive.asked().len());
    world.home.skill(".claude/skills", &name, "home-made");
}

const fn asks(
    path: &'static str,
    headers: &'static [&'static str],
    body: Body,
    status: u16,
    fields: &'static [&'static str],
) -> Curl {
    Curl { path, headers, body, status, fields, keep: &[] }
}

const fn asked(path: &'static str, fields: &'static [&'static str]) -> Curl {
    asks(path, KEY, Body::None, 200, fields)
}

const fn post(path: &'static str, body: &'static str, status: u16, fields: &'static [&'static str]) -> Curl {
    asks(path, KEY, Body::Json(body), status, fields)
}

const fn keeping(curl: Curl, keep: &'static [(&'static str, &'static str)]) -> Curl {
    Curl { keep, ..curl }
}

const fn types(args: &'static [&'static str]) -> Program {
    Program::Run { args, exit: fine, keep: &[] }
}

const fn row(route: &'static str, curl: Curl, program: Program) -> Row {
    Row { route, before: nothing, curl, program }
}

const fn after(before: fn(&World), row: Row) -> Row {
    Row { before, ..row }
}

/// Every route.
pub(super) const ROWS: &[Row] = &[
    // Skills.
    row(
        "GET /api/v1/skills",
        asks(
            "/api/v1/skills?q=pdf&limit=5",
            &["X-Skillzdrive-Install-Id: 0d9a7c54-3a5e-4c1b-8f0a-6b1de0f6a111"],
            Body::None,
            200,
            &["/data/skills/0/slug", "/data/total"],
        ),
        types(&["search", "pdf", "--limit", "5"]),
    ),
    row(
        "GET /api/v1/skills/:slug",
        keeping(
            asks("/api/v1/skills/pdf", NOBODY, Body::None, 200, &["/data/skill/slug", "/data/download/url"]),
            &[("sha", "/data/download/content_sha")],
        ),
        types(&["info", "pdf"]),
    ),
    row(
        "GET /api/v1/skills/discover",
        asked("/api/v1/skills/discover?keywords=pdf&offset=0", &["/data/skills/0/found_in", "/data/offset"]),
        types(&["discover", "pdf"]),
    ),
    row(
        "GET /api/v1/skills/leaderboard",
        asked("/api/v1/skills/leaderboard?sort_by=installs", &["/data/sort_by", "/data/skills"]),
        types(&["leaderboard", "--sort-by", "installs"]),
    ),
    row(
        "GET /api/v1/downloads/public/:slug/:sha.zip",
        asks("/api/v1/downloads/public/pdf/<sha>.zip", NOBODY, Body::None, 302, &[]),
        types(&["install", "pdf@<sha>"]),
    ),
    // Drive.
    row(
        "POST /api/v1/drive/import",
        post("/api/v1/drive/import", r#"{ "skillSlug": "pdf" }"#, 201, &["/data/skill/slug", "/data/credit_cost"]),
        types(&["drive", "import", "docx"]),
    ),
    row("GET /api/v1/drive", asked("/api/v1/drive", &["/data/skills/0/enabled"]), types(&["drive", "list"])),
    row(
        "POST /api/v1/drive/:slug/toggle",
        asks("/api/v1/drive/docx/toggle", KEY, Body::None, 200, &["/data/enabled"]),
        types(&["drive", "toggle", "docx"]),
    ),
    after(
        next_versions,
        row(
            "GET /api/v1/drive/updates",
            asked("/api/v1/drive/updates", &["/data/updates/0/toVersion", "/data/updates/1/credit_cost"]),
            types(&["drive", "updates"]),
        ),
    ),
    row(
        "POST /api/v1/drive/updates/:slug/accept",
        asks(
            "/api/v1/drive/updates/pdf/accept",
            KEY,
            Body::None,
            200,
            &["/data/version", "/data/credits_remaining", "/data/download/content_sha"],
        ),
        types(&["drive", "accept", "docx", "--yes"]),
    ),
    after(
        two_more,
        row(
            "POST /api/v1/drive/updates/:slug/dismiss",
            asks("/api/v1/drive/updates/pdf/dismiss", KEY, Body::None, 200, &["/data/dismissed"]),
            types(&["drive", "dismiss", "docx"]),
        ),
    ),
    row(
        "POST /api/v1/drive/sync/preview",
        keeping(
            post(
                "/api/v1/drive/sync/preview",
                r#"{"install_id": "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55", "kind": "first_run", "mode": "all", "local": []}"#,
                200,
                &["/data/classifications/0/action", "/data/credits/balance"],
            ),
            &[("classifications", "/data/classifications")],
        ),
        types(&["sync", "--dry-run"]),
    ),
    row(
        "POST /api/v1/drive/sync/execute",
        keeping(
            post(
                "/api/v1/drive/sync/execute",
                r#"{"install_id": "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55", "kind": "first_run", "mode": "all",
                    "classifications": <classifications>}"#,
                200,
                &["/data/run_id", "/data/results/0/action", "/data/credits/balance"],
            ),
            &[("run_id", "/data/run_id")],
        ),
        types(&["sync", "--yes"]),
    ),
    after(
        something_new,
        row(
            "POST /api/v1/drive/sync/finalize",
            post(
                "/api/v1/drive/sync/finalize",
                r#"{"run_id": "<run_id>", "install_id": "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55", "results": []}"#,
                200,
                &["/data/status", "/data/drive_count", "/data/grandfather_high_water"],
            ),
            types(&["sync", "--yes"]),
        ),
    ),
    #[cfg(unix)]
    row(
        "POST /api/v1/drive/diff",
        post(
            "/api/v1/drive/diff",
            r#"{ "local": [{ "slug": "pdf-fill", "content_sha": "<sha>" }] }"#,
            200,
            &["/data/local_only/0/slug", "/data/drive_only/0/content_sha", "/data/divergent"],
        ),
        Program::OnceADay,
    ),
    // Collections.
    row(
        "POST /api/v1/collections",
        post(
            "/api/v1/collections",
            r#"{"name": "acme-user-42", "skillSlugs": ["pdf", "docx"],
                "includeTeamSkills": true, "includeSharedSkills": true}"#,
            201,
            &["/data/apiKey", "/data/collection/skillCount"],
        ),
        types(&["collection", "create", "other", "--skill", "pdf"]),
    ),
    row(
        "GET /api/v1/collections",
        asked("/api/v1/collections", &["/data/collections/1/skillSlugs/0", "/data/collections/0/isPublicMarketplace"]),
        types(&["collection", "list"]),
    ),
    row(
        "PATCH /api/v1/collections/:name",
        post(
            "/api/v1/collections/acme-user-42",
            r#"{"newName": "acme-user-42-renamed", "skillSlugs": ["pdf"], "isPublicMarketplace": true}"#,
            200,
            &["/data/collection/name"],
        ),
        types(&["collection", "edit", "other", "--public"]),
    ),
    after(
        import_csv,
        row(
            "POST /api/v1/collections/:name/skills",
            post(
                "/api/v1/collections/acme-user-42-renamed/skills",
                r#"{ "skillSlug": "csv" }"#,
                200,
                &["/data/collection/skillSlugs/1"],
            ),
            types(&["collection", "add", "other", "csv"]),
        ),
    ),
    row(
        "DELETE /api/v1/collections/:name/skills/:slug",
        asked("/api/v1/collections/acme-user-42-renamed/skills/csv", &["/data/collection/skillSlugs/0"]),
        types(&["collection", "remove", "other", "csv"]),
    ),
    row(
        "GET /marketplace/collections/:name.json",
        asks(
            "/marketplace/collections/acme-user-42-renamed.json",
            NOBODY,
            Body::None,
            200,
            &["/name", "/owner/name", "/plugins/0/source"],
        ),
        types(&["marketplace", "show", "--collection", "other"]),
    ),
    row(
        "DELETE /api/v1/collections/:name",
        asked("/api/v1/collections/acme-user-42-renamed", &["/data/name", "/data/deleted"]),
        types(&["collection", "delete", "other", "--yes"]),
    ),
    // Uploads.
    row(
        "POST /api/v1/uploads/ticket",
        keeping(
            post(
                "/api/v1/uploads/ticket",
                r#"{ "filename": "my-skill.zip" }"#,
                201,
                &["/data/uploadUrl", "/data/expiresAt", "/data/scriptContent", "/data/targetType"],
            ),
            &[("ticket", "/data/uploadToken")],
        ),
        types(&["upload", "work/letters", "--yes"]),
    ),
    after(
        edit_letters,
        row(
            "POST /api/uploads/process-skill",
            asks(
                "/api/uploads/process-skill",
                &["Authorization: Bearer <ticket>"],
                Body::Package("work/notes"),
                201,
                &["/success", "/skill/slug", "/scriptsUploaded", "/filesUploaded", "/creditCost", "/message"],
            ),
            types(&["upload", "work/letters", "--yes"]),
        ),
    ),
    row(
        "POST /api/v1/uploads/url",
        asks("/api/v1/uploads/url", KEY, Body::None, 200, &["/data/url"]),
        types(&["upload", "--url"]),
    ),
    // Downloads.
    row(
        "POST /api/v1/downloads",
        post(
            "/api/v1/downloads",
            r#"{ "scope": "skill", "skillSlug": "pdf" }"#,
            200,
            &["/data/url", "/data/expires_at", "/data/skill_count", "/data/content_size"],
        ),
        types(&["export", "-o", "all.zip"]),
    ),
    // Runs.
    row(
        "POST /api/v1/runs",
        post(
            "/api/v1/runs",
            r#"{"skillSlug": "csv", "scriptName": "run.sh", "args": ["input.csv"],
                "stdin": "", "sessionId": null, "reuseSession": false}"#,
            200,
            &[],
        ),
        Program::Run { args: &["run", "csv", "run.sh", "input.csv"], exit: ran, keep: &[] },
    ),
    // Account.
    row(
        "GET /api/v1/account/credits",
        asked("/api/v1/account/credits", &["/data/balance", "/data/tier", "/data/transactions/0/amount"]),
        types(&["credits"]),
    ),
    row(
        "POST /api/v1/account/webhooks",
        keeping(
            post(
                "/api/v1/account/webhooks",
                r#"{"event_type": "credits.threshold_hit", "threshold_value": 500,
                    "target_url": "https://hooks.example/credits"}"#,
                201,
                &["/data/webhook/created_at", "/data/secret"],
            ),
            &[("hook", "/data/webhook/id")],
        ),
        Program::Run {
            args: &[
                "webhooks",
                "create",
                "--event",
                "credits.threshold_hit",
                "--threshold",
                "500",
                "--url",
                "https://hooks.example/other",
            ],
            exit: fine,
            keep: &[("other_hook", "/webhook/id")],
        },
    ),
    row(
        "GET /api/v1/account/webhooks",
        asked("/api/v1/account/webhooks", &["/data/webhooks/1/event_type", "/data/webhooks/0/target_url"]),
        types(&["webhooks", "list"]),
    ),
    row(
        "DELETE /api/v1/account/webhooks/:id",
        asked("/api/v1/account/webhooks/<hook>", &["/data"]),
        types(&["webhooks", "delete", "<other_hook>", "--yes"]),
    ),
    // Marketplace.
    row(
        "GET /marketplace.json",
        asks("/marketplace.json", NOBODY, Body::None, 200, &["/name", "/owner/name", "/plugins/0/source"]),
        types(&["marketplace", "show"]),
    ),
    // Telemetry and migration.
    row(
        "POST /api/v1/telemetry/anonymous",
        asks(
            "/api/v1/telemetry/anonymous",
            &["X-Skillzdrive-Install-Id: 6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55"],
            Body::Json(
                r#"{"install_id": "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55", "event_type": "install",
                    "cli_version": "0.1.0", "os": "darwin/arm64", "skill_slugs": ["pdf", "docx"],
                    "source_types": ["skillzdrive"], "metadata": { "installed": 2, "failed": 0 }}"#,
            ),
            202,
            &["/data/accepted"],
        ),
        types(&["install", "csv"]),
    ),
    row(
        "POST /api/v1/migrations/anonymous-adopt",
        post(
            "/api/v1/migrations/anonymous-adopt",
            r#"{ "install_id": "6f2b0b8e-4b1f-4b43-9d3a-0a4f3c1a7e55" }"#,
            200,
            &["/data/adopted", "/data/events_backfilled"],
        ),
        types(&["login", "--key-file", "key.txt"]),
    ),
    // What the other rows need is removed at the end.
    row(
        "DELETE /api/v1/drive/:slug",
        asked("/api/v1/drive/pdf", &["/data/slug", "/data/removed"]),
        types(&["drive", "remove", "docx", "--yes"]),
    ),
];
