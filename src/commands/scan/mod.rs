//! `scan`: reads skills by the security rules and says what their owner should know. It runs nothing and asks nobody.

mod show;
mod target;

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use serde_json::json;
use skillzdrive_scan::Confidence;
use skillzdrive_scan::Report;
use skillzdrive_scan::Severity;
use skillzdrive_scan::scan;
use skillzdrive_wire::telemetry::EventType;

use crate::cli::Level;
use crate::cli::ScopeArgs;
use crate::commands::scan::target::Target;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::telemetry::Facts;

/// Read skills for what an agent would do that its owner should know
///
/// Reads text and scripts by the security rules: instructions that turn the agent against you, secrets that leave, code
/// that is fetched or decoded and run, programs you are talked into. Nothing is run and nothing is looked up. Fails with
/// status 10 when it finds something as bad as --fail-on. That nothing was found means that no known pattern was.
#[derive(Debug, clap::Args)]
pub(crate) struct ScanArgs {
    /// Folders with one skill or many, .zip or .skill files, or slugs of installed skills [default: this folder]
    #[arg(value_name = "PATH|SLUG")]
    what: Vec<String>,
    /// Every installed skill
    #[arg(long, conflicts_with = "what")]
    installed: bool,
    #[command(flatten)]
    scope: ScopeArgs,
    /// The mildest finding that fails the command [default: the setting `fail_on`, else high]
    #[arg(long, value_name = "LEVEL", value_enum)]
    fail_on: Option<Level>,
    /// Leave out what a rule is less sure of than this
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Sure::Low)]
    min_confidence: Sure,
    /// Print the findings as SARIF 2.1.0 on stdout
    #[arg(long)]
    sarif: bool,
}

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Sure {
    /// It may be something else
    Low,
    /// It usually is that
    Medium,
    /// It hardly can be anything else
    High,
}

impl From<Sure> for Confidence {
    fn from(sure: Sure) -> Self {
        match sure {
            Sure::Low => Self::Low,
            Sure::Medium => Self::Medium,
            Sure::High => Self::High,
        }
    }
}

/// A skill that was scanned.
struct Scanned {
    slug: String,
    /// Where it lies on this machine.
    place: PathBuf,
    report: Report,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for something that is not there, exit 5 for a slug that is not installed, exit 7 for a package or lockfile that
/// cannot be read.
pub(crate) fn run(ctx: &Context, args: &ScanArgs) -> Result<Outcome> {
    if args.sarif && ctx.ui.is_json() {
        return Err(Error::usage("--sarif and --json are two forms of one answer: name one of them"));
    }
    let fail_on = match args.fail_on {
        Some(level) => Severity::from(level),
        None => ctx.settings(&ctx.scope(args.scope))?.fail_on,
    };
    let targets = Target::find(ctx, args)?;
    let sure = Confidence::from(args.min_confidence);
    let scanned = look_at_all(&targets, sure);
    ctx.record(EventType::Scan, facts(&scanned));
    show::show(ctx, &scanned, fail_on, args.sarif)?;
    let found = scanned.iter().any(|one| one.report.worst() >= Some(fail_on));
    Ok(if found { Outcome::Ended(Kind::Findings) } else { Outcome::Done })
}

/// Scans on as many threads as the machine has cores; the answers are in the order of the skills.
fn look_at_all(targets: &[Target], sure: Confidence) -> Vec<Scanned> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(targets.len());
    if threads <= 1 {
        return targets.iter().map(|target| look(target, sure)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(target) = targets.get(number) else { return done };
            done.push((number, look(target, sure)));
        }
    };
    let mut scanned: Vec<(usize, Scanned)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().map(|worker| worker.join());
        done.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    scanned.sort_by_key(|(number, _)| *number);
    scanned.into_iter().map(|(_, scanned)| scanned).collect()
}

fn look(target: &Target, sure: Confidence) -> Scanned {
    let mut report = scan(&target.read(), target.suppressions);
    report.findings.retain(|finding| finding.confidence >= sure);
    Scanned { slug: target.slug().to_owned(), place: target.place.clone(), report }
}

/// Counts alone: what a person keeps on their machine is nobody's business.
fn facts(scanned: &[Scanned]) -> Facts {
    let count =
        |severity| scanned.iter().flat_map(|one| &one.report.findings).filter(|f| f.severity == severity).count();
    let counts = json!({
        "skills": scanned.len(),
        "critical": count(Severity::Critical),
        "high": count(Severity::High),
        "medium": count(Severity::Medium),
        "low": count(Severity::Low),
    });
    Facts {
        public_slugs: Vec::new(),
        source_types: Vec::new(),
        metadata: counts.as_object().cloned().unwrap_or_default(),
    }
}
