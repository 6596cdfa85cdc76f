//! The engine that compares what is installed with what the lockfile says, every byte and every link, without
//! fingerprints, and scans it by the security rules.
//!
//! Looking changes nothing and asks no network; [`online`] asks the drive, [`fix`] puts things back and [`rebuild`] makes
//! a damaged lockfile anew. What was not looked at is listed as such and never counts as clean. Nothing here prints.

mod files;
pub(crate) mod fix;
pub(crate) mod online;
mod places;
pub(crate) mod rebuild;
pub(crate) mod rules;
mod salvage;
pub(crate) mod sarif;
mod scanned;

use skillzdrive_scan::Severity;
use skillzdrive_wire::Slug;

pub(crate) use crate::audit::rules::Located;
use crate::error::Result;
use crate::installer::here::Here;
use crate::store::cache::ZipCache;
use crate::store::paths::Paths;
use crate::store::scope::Scope;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    /// The findings; worst first once [`Audit::sort`] was called.
    pub(crate) findings: Vec<Located>,
    /// Findings that somebody accepted for exactly the bytes that are here, by the lockfile. They fail nothing.
    pub(crate) accepted: Vec<Located>,
    /// Skills that ask to be spared some rules, which does not count here, and how often.
    pub(crate) ignored_suppressions: Vec<(Slug, u32)>,
    /// What was not looked at, each with the reason.
    pub(crate) not_analysed: Vec<String>,
    /// How many skills were looked at, missing ones too.
    pub(crate) skills: usize,
}

impl Audit {
    /// Puts the worst first; equally bad ones by skill, rule and path.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by(|a, b| {
            let (x, y) = (&a.finding, &b.finding);
            let place = |one: &Located| (one.finding.rule.clone(), one.place.clone(), one.finding.line);
            y.severity.cmp(&x.severity).then_with(|| x.slug.cmp(&y.slug)).then_with(|| place(a).cmp(&place(b)))
        });
        self.findings.dedup();
    }

    /// How many findings there are of a severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|located| located.finding.severity == severity).count()
    }

    /// Whether anything is as bad as this, or worse.
    pub(crate) fn reaches(&self, severity: Severity) -> bool {
        self.findings.iter().any(|located| located.finding.severity >= severity)
    }
}

/// Looks at these skills, or at everything in the scope. `here` must be a close look. A dry run keeps no scan for later.
///
/// # Errors
/// Exit 2 for an agent that is not known.
pub(crate) fn look(paths: &Paths, scope: &Scope, here: &Here, slugs: &[Slug], dry_run: bool) -> Result<Audit> {
    let asked = |slug: &Slug| slugs.is_empty() || slugs.contains(slug);
    let cache = ZipCache::new(paths);
    let mut audit = Audit::default();
    for found in here.inventory.skills.values().filter(|found| asked(&found.slug)) {
        audit.skills += 1;
        if let Some(locked) = here.lockfile.skills.get(&found.slug) {
            files::check(found, locked, &cache, &mut audit);
            places::linked_away(scope, found, &mut audit);
        } else {
            places::unlocked(scope, found, &mut audit);
        }
    }
    places::absent(scope, here, &asked, &mut audit);
    places::twins(scope, here, &asked, &mut audit);
    places::links(here, slugs, &mut audit)?;
    if slugs.is_empty() {
        places::key_files(paths, &mut audit);
    }
    scanned::check(paths, here, &asked, dry_run, &mut audit);
    Ok(audit)
}
