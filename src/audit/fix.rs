//! What was found put right: skills back at exactly the locked bytes, links made, files with keys made private.
//!
//! What lies in a skill's place goes to the trash first, so an undo brings every edit back.

use std::path::PathBuf;

use skillzdrive_wire::Slug;

use crate::audit::Audit;
use crate::audit::rules;
use crate::audit::rules::Located;
use crate::audit::rules::Rule;
use crate::error::Result;
use crate::installer::Report;
use crate::installer::Tell;
use crate::installer::gather::Sources;
use crate::installer::here::Here;
use crate::installer::run;
use crate::installer::run::Work;
use crate::store::library::Library;
use crate::store::lockfile::Lockfile;

/// What can be put right.
#[derive(Debug, Default)]
pub(crate) struct FixPlan {
    /// Skills whose files come back, from the cache or the drive.
    pub(crate) restore: Vec<Slug>,
    /// Skills that only need links.
    pub(crate) link: Vec<Slug>,
    /// Home-made skills that the person edited: they are only replaced when they are named.
    pub(crate) spared: Vec<Slug>,
    /// Files with keys that others can read.
    pub(crate) key_files: Vec<PathBuf>,
    /// Skills whose tree_sha in the lockfile is not to be believed.
    doubted: Vec<Slug>,
}

/// The findings that putting the files back ends.
static FILES: [&Rule; 7] = [
    &rules::FILE_CHANGED,
    &rules::FILE_MISSING,
    &rules::FILE_EXTRA,
    &rules::SKILL_CHANGED,
    &rules::SKILL_MISSING,
    &rules::SKILL_UNREADABLE,
    &rules::LOCK_INCONSISTENT,
];

/// Says what can be put right. Changes nothing. `named` says that the person named the skills.
pub(crate) fn plan(audit: &Audit, here: &Here, named: bool) -> FixPlan {
    let mut plan = FixPlan::default();
    let of = |located: &Located| {
        here.lockfile.skills.get_key_value(located.finding.slug.as_str()).map(|(slug, _)| slug.clone())
    };
    for located in &audit.findings {
        if rules::KEY_FILE_MODE.is(located) {
            plan.key_files.push(located.place.clone());
        }
        let Some(slug) = of(located) else { continue };
        let list = if FILES.iter().any(|rule| rule.is(located)) {
            if rules::LOCK_INCONSISTENT.is(located) {
                plan.doubted.push(slug.clone());
            }
            let own = here.inventory.skills.get(&slug).is_some_and(|found| found.home_made);
            if own && !named { &mut plan.spared } else { &mut plan.restore }
        } else if rules::LINK_MISSING.is(located) || rules::LINK_DEAD.is(located) {
            &mut plan.link
        } else {
            continue;
        };
        if !list.contains(&slug) {
            list.push(slug);
        }
    }
    // A link is made with the files, and to edited files of one's own none is made here.
    let FixPlan { restore, link, spared, .. } = &mut plan;
    link.retain(|slug| !restore.contains(slug) && !spared.contains(slug));
    plan
}

impl FixPlan {
    /// Whether nothing can be put right.
    pub(crate) fn is_empty(&self) -> bool {
        self.restore.is_empty() && self.link.is_empty() && self.key_files.is_empty()
    }

    /// The lockfile of the skills that are put right.
    fn lockfile(&self, lockfile: &Lockfile) -> Lockfile {
        let mut mine = lockfile.clone();
        mine.skills.retain(|slug, _| self.restore.contains(slug) || self.link.contains(slug));
        for slug in &self.doubted {
            if let Some(entry) = mine.skills.get_mut(slug) {
                entry.tree_sha = None;
            }
        }
        mine
    }
}

/// Puts the skills and links right. What is in the way was agreed to.
///
/// # Errors
/// When the lock is held for 30 s, or lockfile or trash cannot be written. A skill that fails is in the report.
pub(crate) async fn carry_out(
    plan: &FixPlan,
    work: &Work<'_>,
    sources: &Sources<'_>,
    (library, lockfile): (&Library, &Lockfile),
    tell: Tell<'_>,
) -> Result<Report> {
    let mine = plan.lockfile(lockfile);
    let (ready, failed) = sources.restore(work.scope, library, &mine, tell).await;
    let placements = run::plan(work.scope, library, &mine, ready);
    let mut report = tokio::task::block_in_place(|| run::carry_out(work, placements, tell))?;
    report.failed.splice(0..0, failed);
    Ok(report)
}
