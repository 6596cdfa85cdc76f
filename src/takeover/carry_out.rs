//! Taking over: entries in our lockfile and links for the agents. The folders stay where and as they are.

use std::path::Path;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::agents::links::LinkReport;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Failed;
use crate::installer::gather::source_of;
use crate::installer::linking::Linking;
use crate::installer::placing::Placing;
use crate::scanning::gate::Accepted;
use crate::signals;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::LockedSkill;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;
use crate::takeover::plan::Step;
use crate::takeover::plan::Verdict;

/// A skill that is ours now.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// Its slug.
    pub(crate) slug: Slug,
    /// The lockfile's word for where it came from.
    pub(crate) source: String,
    /// The agents' links.
    pub(crate) links: LinkReport,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct TakenOver {
    /// The skills that are ours now.
    pub(crate) taken: Vec<Taken>,
    /// Those that are not.
    pub(crate) failed: Vec<Failed>,
}

/// Everything that is needed besides the steps.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) scope: &'a Scope,
    pub(crate) settings: &'a Settings,
    pub(crate) linking: &'a Linking,
    /// The findings that a person accepted, for the lockfile.
    pub(crate) accepted: Accepted,
}

/// Writes every step that is to be taken into the lockfile, under the scope's lock.
///
/// # Errors
/// When the lock is held for 30 s, or lockfile or trash cannot be written; a skill that changed meanwhile is in the report.
pub(crate) fn carry_out(work: &Work<'_>, steps: &[Step], waiting: impl FnOnce(&str)) -> Result<TakenOver> {
    let mut report = TakenOver::default();
    if !steps.iter().any(Step::is_taken) {
        return Ok(report);
    }
    let lock = ScopeLock::acquire(work.scope, waiting)?;
    let mut placing = Placing::begin(work.paths, work.scope, work.settings, work.linking, &lock, "init")?;
    placing.accepted.clone_from(&work.accepted);
    for step in steps {
        let Verdict::Take { path, tree_sha } = &step.verdict else { continue };
        if let Err(told) = signals::safe_point() {
            placing.finish()?;
            return Err(told);
        }
        match take(work, &mut placing, &step.claim, path, tree_sha) {
            Ok(taken) => report.taken.push(taken),
            Err(error) => report.failed.push(Failed { name: step.slug().to_string(), error }),
        }
    }
    placing.finish()?;
    Ok(report)
}

fn take(
    work: &Work<'_>,
    placing: &mut Placing<'_>,
    claim: &Claim,
    path: &Path,
    tree_sha: &ContentSha,
) -> Result<Taken> {
    let slug = &claim.slug;
    // As the inventory took it: of a folder that is in no lockfile yet.
    let now = digest_dir(path, &PackOptions::own())?.sha;
    if now != *tree_sha || placing.lockfile.skills.contains_key(slug) {
        return Err(Error::new(Kind::Conflict, format!("`{slug}` changed meanwhile"))
            .code("changed_meanwhile")
            .hint("run the same command again"));
    }
    // What a lockfile names in its own place is digested whole: a `.skillignore` counts for a person's own skills alone.
    let canonical = path == work.scope.skills().join(slug.as_str());
    let tree = if canonical { digest_dir(path, &PackOptions::installed())?.sha } else { now };
    let source = match &claim.origin {
        Origin::Github(github) => github.pinned_source().map(|source| source.to_string()),
        _ => None,
    };
    let source = source.unwrap_or_else(|| source_of(work.scope, path));
    let mut entry = LockedSkill::new(tree.clone(), &tree, None);
    entry.source.clone_from(&source);
    entry.pinned = claim.pinned;
    placing.adopt(slug, entry);
    if !canonical {
        Library::update(work.paths, work.scope, |library| library.set_home(work.scope, slug, path))?;
    }
    let links = placing.link(slug, path, Some(&tree))?;
    Ok(Taken { slug: slug.clone(), source, links })
}
