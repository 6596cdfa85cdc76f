//! `audit`: is what is installed what the lockfile says, and what would it do. Reads every byte; asks the drive only when it is told to.

mod lock;
mod mend;
mod show;

use serde_json::json;
use skillzdrive_scan::Severity;
use skillzdrive_wire::Slug;
use skillzdrive_wire::telemetry::EventType;

use crate::audit;
use crate::audit::Audit;
use crate::audit::online;
use crate::audit::online::Upstream;
use crate::cli::Level;
use crate::cli::ScopeArgs;
use crate::commands::audit::mend::Mended;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::here::Here;
use crate::nearest;
use crate::store::scope::Scope;
use crate::telemetry::Facts;
use crate::ui::clean;

/// Check that the installed skills are what the lockfile says, and scan them: every byte, every link
///
/// Reads every file of every installed skill and compares it with the lockfile by its full hash, scans it by the security
/// rules, looks at the links of the chosen agents and at the files that hold keys. Fails with status 10 when it finds
/// something as bad as --fail-on; findings that were accepted when these bytes were installed are shown and do not count.
#[derive(Debug, clap::Args)]
pub(crate) struct AuditArgs {
    /// Only these skills
    #[arg(value_name = "SLUG")]
    slugs: Vec<Slug>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Ask the drive too: is anything behind, superseded or withdrawn?
    #[arg(long)]
    online: bool,
    /// The mildest finding that fails the command [default: the setting `fail_on`, else high]
    #[arg(long, value_name = "LEVEL", value_enum)]
    fail_on: Option<Level>,
    /// Print the findings as SARIF 2.1.0 on stdout
    #[arg(long)]
    sarif: bool,
    /// Put back what was installed, and make its links; what is there goes to the trash first
    #[arg(long)]
    fix: bool,
    /// Rebuild a lockfile that cannot be read; the damaged one is kept in the trash
    #[arg(long, requires = "fix")]
    lock: bool,
}

/// Runs it.
pub(crate) async fn run(ctx: &Context, args: &AuditArgs) -> Result<Outcome> {
    if args.sarif && ctx.ui.is_json() {
        return Err(Error::usage("--sarif and --json are two forms of one answer: name one of them"));
    }
    let scope = ctx.scope(args.scope);
    let rebuilt = if args.lock { lock::rebuild(ctx, &scope)? } else { None };
    if rebuilt.as_ref().is_some_and(|rebuilt| !rebuilt.written) {
        // A dry run: there is still no lockfile that anything could be compared with.
        return lock::show_alone(ctx, rebuilt.as_ref());
    }
    let here = look(ctx, &scope)?;
    for warning in &here.warnings {
        ctx.ui.warn(clean::line(warning));
    }
    check_names(&here, &args.slugs)?;
    let fail_on = args.fail_on.map_or(here.settings.fail_on, Severity::from);
    let upstream = if args.online { ask(ctx, &scope, &here, &args.slugs).await } else { not_asked(&here) };
    let mut audit = compare(ctx, &scope, &here, args, &upstream)?;
    let mut mended = None;
    if args.fix && !args.lock {
        let done = mend::mend(ctx, &scope, &here, args, &audit).await?;
        if done.is_something() && !ctx.dry_run() {
            let here = look(ctx, &scope)?;
            audit = compare(ctx, &scope, &here, args, &upstream)?;
        }
        mended = Some(done);
    }
    ctx.record(EventType::Audit, facts(&here, &audit, mended.as_ref()));
    let shown = show::Shown {
        scope: &scope,
        audit: &audit,
        fail_on,
        mended: mended.as_ref(),
        rebuilt: rebuilt.as_ref(),
        dry_run: ctx.dry_run(),
    };
    show::show(ctx, &shown, args.sarif)?;
    Ok(if audit.reaches(fail_on) { Outcome::Ended(Kind::Findings) } else { Outcome::Done })
}

fn look(ctx: &Context, scope: &Scope) -> Result<Here> {
    tokio::task::block_in_place(|| Here::look_closely(&ctx.paths, scope))
}

fn compare(ctx: &Context, scope: &Scope, here: &Here, args: &AuditArgs, upstream: &Upstream) -> Result<Audit> {
    let mut audit = tokio::task::block_in_place(|| audit::look(&ctx.paths, scope, here, &args.slugs, ctx.dry_run()))?;
    audit.findings.extend(upstream.findings.iter().cloned());
    audit.not_analysed.extend(upstream.not_checked.iter().cloned());
    audit.sort();
    Ok(audit)
}

/// A name that is neither installed nor locked.
fn check_names(here: &Here, slugs: &[Slug]) -> Result<()> {
    let refused = || here.inventory.refused.iter().filter_map(|refused| refused.slug.as_ref());
    let known: Vec<&str> =
        here.lockfile.skills.keys().chain(here.inventory.skills.keys()).chain(refused()).map(Slug::as_str).collect();
    let Some(unknown) = slugs.iter().find(|slug| !known.contains(&slug.as_str())) else { return Ok(()) };
    let error = Error::new(Kind::NotFound, format!("there is no skill `{unknown}` here, and the lockfile names none"));
    Err(match nearest::did_you_mean(unknown.as_str(), known) {
        Some(hint) => error.hint(hint),
        None => error.hint("skillzdrive list"),
    })
}

fn not_asked(here: &Here) -> Upstream {
    let mut upstream = Upstream::default();
    if !here.lockfile.skills.is_empty() {
        let line = "upstream: not checked for newer and withdrawn versions; --online asks the drive";
        upstream.not_checked.push(line.to_owned());
    }
    upstream
}

/// Asks the drive. Whatever goes wrong is "not checked".
async fn ask(ctx: &Context, scope: &Scope, here: &Here, slugs: &[Slug]) -> Upstream {
    let failed = |error: &Error| {
        let not_checked = vec![format!("upstream: not checked: {}", error.one_line())];
        Upstream { findings: Vec::new(), not_checked }
    };
    let (client, server) = match ctx.client().and_then(|client| Ok((client, ctx.server()?))) {
        Ok(found) => found,
        Err(error) => return failed(&error),
    };
    let server = server.said();
    let (account, keyless) = if client.is_offline() {
        (None, None)
    } else {
        match ctx.account_in_if_any(scope).await {
            Ok(account) => (account, None),
            Err(error) => (None, Some(error)),
        }
    };
    let ask = online::Ask { client, account: account.as_ref(), server: &server, keyless: keyless.as_ref() };
    online::ask(ask, scope, here, slugs).await
}

/// What telemetry may know: counts and sorts of source. Which skills are public is not known here, so none is named.
fn facts(here: &Here, audit: &Audit, mended: Option<&Mended>) -> Facts {
    let counts = json!({
        "skills": audit.skills,
        "findings": audit.findings.len(),
        "restored": mended.map_or(0, |mended| mended.restored()),
    });
    let source_types = here.lockfile.skills.values().map(|locked| match locked.source.as_str() {
        source if source.ends_with(".zip") || source.ends_with(".skill") => "zip",
        source if source.starts_with("path:") => "path",
        source if source.starts_with("github:") => "github",
        _ => "skillzdrive",
    });
    Facts {
        public_slugs: Vec::new(),
        source_types: source_types.collect(),
        metadata: counts.as_object().cloned().unwrap_or_default(),
    }
}
