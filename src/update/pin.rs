//! Pins: skills of the lockfile that updates leave alone.

use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Tell;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::Lockfile;
use crate::store::lockfile::LockfileGuard;
use crate::store::scope::Scope;
use crate::store::trash::TrashRun;
use crate::store::trash::retention::Retention;

/// Pins skills, or lets them go; gives those that were not so before. With `dry_run` nothing is written.
///
/// # Errors
/// Exit 5 for a skill that the lockfile does not name: then nothing is changed.
pub(crate) fn set(
    scope: &Scope,
    slugs: &[Slug],
    pinned: bool,
    retention: Retention,
    dry_run: bool,
    tell: Tell<'_>,
) -> Result<Vec<Slug>> {
    if dry_run {
        return change(&mut Lockfile::read(scope)?, slugs, pinned);
    }
    // Nothing is locked, and no folder made, for what is not installed.
    change(&mut Lockfile::read(scope)?, slugs, pinned)?;
    let lock = ScopeLock::acquire(scope, |holder| tell(Event::Waiting(holder.to_owned())))?;
    let guard = LockfileGuard::new(scope, &lock);
    let mut lockfile = guard.read()?;
    let changed = change(&mut lockfile, slugs, pinned)?;
    let trash = TrashRun::begin(scope, if pinned { "pin" } else { "unpin" })?.keep(retention);
    guard.write(&lockfile)?;
    trash.finish()?;
    Ok(changed)
}

fn change(lockfile: &mut Lockfile, slugs: &[Slug], pinned: bool) -> Result<Vec<Slug>> {
    if let Some(slug) = slugs.iter().find(|slug| !lockfile.skills.contains_key(*slug)) {
        return Err(Error::new(Kind::NotFound, format!("`{slug}` is not installed; nothing was changed"))
            .code("not_installed")
            .hint("skillzdrive list"));
    }
    let mut changed = Vec::new();
    for slug in slugs {
        if let Some(entry) = lockfile.skills.get_mut(slug).filter(|entry| entry.pinned != pinned) {
            entry.pinned = pinned;
            changed.push(slug.clone());
        }
    }
    Ok(changed)
}
