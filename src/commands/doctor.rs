//! `doctor`: is everything well that this program stands on, and if not, what puts it right.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use crate::cli::ScopeArgs;
use crate::complete::place;
use crate::complete::place::Shell;
use crate::context::Context;
use crate::doctor::Check;
use crate::doctor::Status;
use crate::doctor::agents;
use crate::doctor::drive;
use crate::doctor::local;
use crate::doctor::redact::Redactor;
use crate::env;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::here::Here;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::scope::Scope;
use crate::ui::table::Table;

/// Look whether everything is well, and say what puts it right
///
/// Checks folders, settings, lockfile, cache, keys, certificates, the way to the drive and its clock, and whether each
/// agent sees each skill. Nothing is written and nothing is mended. Ends with 1 when a check failed.
#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Write what was seen into a file for a bug report, without names of skills, people, drives and folders
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "skillzdrive-report.md")]
    report: Option<PathBuf>,
}

#[derive(Serialize)]
struct DoctorJson {
    /// Whether no check failed.
    ok: bool,
    version: &'static str,
    checks: Vec<CheckJson>,
    /// Where the report was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
}

#[derive(Serialize)]
struct CheckJson {
    id: String,
    title: String,
    /// `ok`, `warning`, `failed` or `skipped`.
    status: &'static str,
    detail: String,
    /// What puts it right.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

/// Runs it.
///
/// # Errors
/// When the report cannot be written. What is wrong otherwise is a check.
pub(crate) async fn run(ctx: &Context, args: &DoctorArgs) -> Result<Outcome> {
    ctx.stay_calm();
    let scope = ctx.scope(args.scope);
    let checks = checks(ctx, &scope).await;
    let failed = checks.iter().filter(|check| check.status == Status::Failed).count();
    let report = match &args.report {
        Some(file) => Some(write_report(ctx, &scope, &checks, &ctx.cwd.join(file))?),
        None => None,
    };
    if ctx.ui.is_json() {
        let report = report.filter(|_| !ctx.dry_run());
        ctx.ui.json(&DoctorJson {
            ok: failed == 0,
            version: env!("CARGO_PKG_VERSION"),
            checks: checks.into_iter().map(json).collect(),
            report,
        })?;
    } else {
        show(ctx, &checks);
        if let Some(file) = report.filter(|_| !ctx.dry_run()) {
            ctx.ui.status(format_args!("wrote {}: read it before you send it", file.display()));
        }
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::Ended(Kind::Failure) })
}

async fn checks(ctx: &Context, scope: &Scope) -> Vec<Check> {
    let mut checks = vec![local::program(), local::folders(&ctx.paths, scope), local::settings(&ctx.paths, scope)];
    checks.extend(local::lockfile(scope));
    checks.push(local::journal(&ctx.paths));
    checks.push(local::cache(&ctx.paths));
    match ctx.server() {
        Ok(server) if !server.is_local() => {
            checks.push(local::key(&ctx.paths, &server.identity()));
            checks.push(local::keyring());
            checks.push(local::certificates(env::path(env::SSL_CERT_FILE).as_deref()));
        }
        _ => {}
    }
    checks.extend(online(ctx, scope).await);
    match Here::look(&ctx.paths, scope).and_then(|here| agents::all(&here, scope)) {
        Ok(all) => checks.extend(all),
        Err(error) => checks.push(Check::of_error("agents", "agents", &error, "skillzdrive agents list")),
    }
    checks.push(completion(ctx));
    checks
}

/// Whether the person's shell completes.
fn completion(ctx: &Context) -> Check {
    let (id, title) = ("completion", "completion");
    let Some(shell) = env::path(env::SHELL).and_then(|path| Shell::of_path(&path)) else {
        return Check::skipped(id, title, "SHELL names no shell that is known");
    };
    let path = place::of(shell, &ctx.paths).path;
    if path.exists() {
        return Check::ok(id, title, format!("of {}, `{}`", shell.name(), path.display()));
    }
    let detail = format!("none for {} in `{}`", shell.name(), path.display());
    Check::new(id, title, Status::Warning, detail).fix("skillzdrive completions --install")
}

async fn online(ctx: &Context, scope: &Scope) -> Vec<Check> {
    let client = match ctx.client() {
        Ok(client) => client,
        Err(error) => return vec![Check::of_error("drive", "drive", &error, "skillzdrive config set server URL")],
    };
    if client.server().is_local() {
        return drive::all(client, None).await;
    }
    // A key that cannot be read is a check of its own.
    let account = ctx.account_in_if_any(scope).await.ok().flatten();
    drive::all(client, account.as_ref()).await
}

fn json(check: Check) -> CheckJson {
    let Check { id, title, status, detail, fix } = check;
    CheckJson { id, title, status: status.word(), detail, fix }
}

fn show(ctx: &Context, checks: &[Check]) {
    let mut table = Table::new(["STATE", "CHECK", "WHAT WAS SEEN"]);
    for check in checks {
        table.row([check.status.word().to_owned(), check.title.clone(), check.detail.clone()]);
    }
    ctx.ui.table(&table);
    let wrong = checks.iter().filter(|check| matches!(check.status, Status::Failed | Status::Warning));
    for check in wrong {
        if let Some(fix) = &check.fix {
            ctx.ui.hint(format_args!("{}: {fix}", check.title));
        }
    }
}

/// Writes the report and says where. What was there under the name is only replaced with consent.
fn write_report(ctx: &Context, scope: &Scope, checks: &[Check], file: &std::path::Path) -> Result<PathBuf> {
    if ctx.dry_run() {
        return Ok(file.to_path_buf());
    }
    if file.exists() && !ctx.ui.confirm(&format!("{} is there. Replace it?", file.display()), false)? {
        return Ok(file.to_path_buf());
    }
    let slugs: BTreeSet<String> = Here::look(&ctx.paths, scope).map_or_else(
        |_| BTreeSet::new(),
        |here| here.lockfile.skills.keys().chain(here.inventory.skills.keys()).map(ToString::to_string).collect(),
    );
    let server = ctx.server().map_or_else(|_| String::new(), |server| server.identity());
    let redactor = Redactor::new(&ctx.paths.home.to_string_lossy(), &server, &slugs);
    let mut text = String::from("# skillzdrive doctor\n\n| state | check | what was seen |\n|---|---|---|\n");
    for check in checks {
        let cell = |text: &str| redactor.clean(text).replace('|', "\\|").replace('\n', " ");
        let line = (check.status.word(), cell(&check.title), cell(&check.detail));
        let _ = writeln!(text, "| {} | {} | {} |", line.0, line.1, line.2);
    }
    let set: Vec<&str> = env::names().into_iter().filter(|name| env::text(name).is_some()).collect();
    let _ = writeln!(
        text,
        "\nScope: {}. Skills: {}. Variables that are set: {}.",
        scope.kind.word(),
        slugs.len(),
        set.join(", ")
    );
    atomic::write(file, text.as_bytes(), Privacy::Private)?;
    Ok(file.to_path_buf())
}
