//! `scan`: reads skills by the security rules and says what their owner should know. It runs nothing and asks nobody.

mod known;
mod show;
mod target;

use std::path::PathBuf;

use serde_json::json;
use skillzdrive_scan::Confidence;
use skillzdrive_scan::Finding;
use skillzdrive_scan::Report;
use skillzdrive_scan::Severity;
use skillzdrive_wire::telemetry::EventType;

use crate::cli::Level;
use crate::cli::ScopeArgs;
use crate::commands::scan::target::Target;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::scanning;
use crate::scanning::Subject;
use crate::telemetry::Facts;

/// Read skills for what an agent would do that its owner should know
///
/// Reads text and scripts by the security rules: instructions that turn the agent against you, secrets that leave, code
/// that is fetched or decoded and run, programs you are talked into. Nothing is run and nothing is looked up. Fails with
/// status 10 when it finds something as bad as --fail-on. That nothing was found means that no known pattern was. For a
/// build that is to fail on new findings alone: `scan --write-baseline FILE` once, then `scan --baseline FILE`.
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
    /// Fail on new findings alone: those of this file are known, whatever line they are in now
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found into this file, for --baseline, and fail on none of it
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
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
    /// Whether the baseline has each of the findings, where there is a baseline.
    known: Option<Vec<bool>>,
}

impl Scanned {
    /// The findings, each with whether it is known.
    fn findings(&self) -> impl Iterator<Item = (&Finding, Option<bool>)> {
        let known = |place: usize| self.known.as_ref().map(|known| known.get(place) == Some(&true));
        self.report.findings.iter().enumerate().map(move |(place, finding)| (finding, known(place)))
    }

    /// Leaves out what a rule is less sure of.
    fn retain(&mut self, sure: Confidence) {
        if let Some(known) = &mut self.known {
            let mut findings = self.report.findings.iter();
            known.retain(|_| findings.next().is_some_and(|finding| finding.confidence >= sure));
        }
        self.report.findings.retain(|finding| finding.confidence >= sure);
    }
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
    let (places, subjects): (Vec<PathBuf>, Vec<Subject>) =
        Target::find(ctx, args)?.into_iter().map(|target| (target.place, target.subject)).unzip();
    let reports = scanning::look(&ctx.paths, &subjects, ctx.dry_run());
    let mut scanned: Vec<Scanned> = subjects
        .into_iter()
        .zip(places)
        .zip(reports)
        .map(|((subject, place), report)| Scanned { slug: subject.name, place, report, known: None })
        .collect();
    // Before anything is left out: what was only not looked for is not gone.
    let compared = known::compare(ctx, args, &mut scanned)?;
    let sure = Confidence::from(args.min_confidence);
    scanned.iter_mut().for_each(|one| one.retain(sure));
    let written = known::write(ctx, args, &scanned)?;
    ctx.record(EventType::Scan, facts(&scanned));
    let shown = show::Shown { scanned: &scanned, fail_on, compared: compared.as_ref(), written: written.as_deref() };
    show::show(ctx, &shown, args.sarif)?;
    let mut new = scanned.iter().flat_map(Scanned::findings).filter(|(_, known)| *known != Some(true));
    let found = written.is_none() && new.any(|(finding, _)| finding.severity >= fail_on);
    Ok(if found { Outcome::Ended(Kind::Findings) } else { Outcome::Done })
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
