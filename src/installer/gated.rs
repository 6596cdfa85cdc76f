//! What waits in staging, scanned before any of it is put in its place.

use crate::installer::stage::Staged;
use crate::scanning;
use crate::scanning::Subject;
use crate::scanning::gate::AtGate;
use crate::store::lockfile::Lockfile;
use crate::store::paths::Paths;

/// Scans what is staged. Bytes that the lockfile has under the same slug were accepted by whoever put them there. A dry run
/// keeps nothing.
pub(crate) fn scan<'a>(
    paths: &Paths,
    lockfile: &Lockfile,
    staged: impl IntoIterator<Item = &'a Staged>,
    dry_run: bool,
) -> Vec<AtGate> {
    let staged: Vec<&Staged> = staged.into_iter().collect();
    let subject = |one: &&Staged| {
        Subject::of_stranger(one.slug.as_str(), one.tree.as_path()).with_tree(one.whole.then_some(&one.tree_sha))
    };
    let subjects: Vec<Subject> = staged.iter().map(subject).collect();
    let reports = scanning::look(paths, &subjects, dry_run);
    let at_gate = |(one, report): (&Staged, _)| AtGate {
        slug: one.slug.clone(),
        content_sha: one.content_sha.clone(),
        locked: lockfile.skills.get(&one.slug).is_some_and(|entry| entry.content_sha == one.content_sha),
        report,
    };
    staged.into_iter().zip(reports).map(at_gate).collect()
}
