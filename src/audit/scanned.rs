//! What the security rules find in the installed skills. Whatever lies inside a skill to hush the scan does not count; what
//! the lockfile accepts counts for exactly the bytes that it names.

use skillzdrive_wire::Slug;

use crate::audit::Audit;
use crate::audit::rules::Located;
use crate::installer::here::Here;
use crate::scanning;
use crate::scanning::Subject;
use crate::store::inventory::Found;
use crate::store::inventory::State;
use crate::store::paths::Paths;

/// Scans the skills that were asked for.
pub(super) fn check(paths: &Paths, here: &Here, asked: &dyn Fn(&Slug) -> bool, dry_run: bool, audit: &mut Audit) {
    let skills: Vec<&Found> = here.inventory.skills.values().filter(|found| asked(&found.slug)).collect();
    let subject = |found: &&Found| {
        // The close look took the digest from the bytes; what it left out, the scan reads all the same.
        let tree = found.left_out.is_empty().then_some(&found.tree_sha);
        Subject::of_stranger(found.slug.as_str(), found.path.as_path()).with_tree(tree)
    };
    let subjects: Vec<Subject> = skills.iter().map(subject).collect();
    for (found, report) in skills.into_iter().zip(scanning::look(paths, &subjects, dry_run)) {
        let locked = here.lockfile.skills.get(&found.slug);
        let exact = locked.filter(|locked| found.state == State::Clean && *locked.tree() == found.tree_sha);
        for finding in report.findings {
            let place = if finding.path.is_empty() { found.path.clone() } else { found.path.join(&finding.path) };
            let is_accepted = exact.is_some_and(|locked| locked.accepted.contains(&finding.rule));
            let list = if is_accepted { &mut audit.accepted } else { &mut audit.findings };
            list.push(Located { finding, place });
        }
        if report.ignored_suppressions > 0 {
            audit.ignored_suppressions.push((found.slug.clone(), report.ignored_suppressions));
        }
        audit.not_analysed.extend(report.not_analysed.into_iter().map(|left| {
            let place = if left.path.is_empty() { left.slug } else { format!("{}/{}", left.slug, left.path) };
            format!("{place}: {}", left.reason)
        }));
    }
}
