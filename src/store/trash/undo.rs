//! A run taken back: folders, links and lockfile as they were before it. An undo is itself a run, so it can be undone.
//!
//! What lies there now goes to the trash first, edited or not, so nothing is ever lost by it. What a drive was told is
//! not taken back.

use std::fs;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::Lockfile;
use crate::store::lockfile::LockfileGuard;
use crate::store::real_path::real_path;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::swap;
use crate::store::swap::Expected;
use crate::store::trash::TrashRun;
use crate::store::trash::record::AudienceEntry;
use crate::store::trash::record::Change;
use crate::store::trash::record::Entry;
use crate::store::trash::record::LinkEntry;
use crate::store::trash::record::Run;
use crate::store::trash::record::TreeEntry;
use crate::store::tree;

/// What an undo did.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    /// The undo's own run, when it changed anything.
    pub(crate) run: Option<String>,
    /// Folders that are back.
    pub(crate) restored: Vec<(Slug, PathBuf)>,
    /// Folders that the run had added and that are in the trash now.
    pub(crate) withdrawn: Vec<(Slug, PathBuf)>,
    /// Of both, those that were not as the run left them: their present state is in the trash.
    pub(crate) edited: Vec<Slug>,
    /// Links that are as they were.
    pub(crate) links: usize,
    /// Choices of agents to be as they were before: the caller keeps a person's notes.
    pub(crate) audiences: Vec<AudienceEntry>,
    /// What could not be taken back.
    pub(crate) failed: Vec<(Slug, Error)>,
    /// Whether the lockfile is as it was, for these skills at least.
    pub(crate) lockfile: bool,
}

/// Which part of a run is put back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// All of it.
    Whole,
    /// One skill, whose folder must be gone from its place.
    Restore(&'a Slug),
}

impl Part<'_> {
    fn holds(self, slug: &Slug) -> bool {
        match self {
            Self::Whole => true,
            Self::Restore(one) => one == slug,
        }
    }
}

/// Takes a run back, as a run of its own that the caller began. One failure does not stop the rest.
///
/// # Errors
/// When the trash or the lockfile cannot be written; when the run was undone already.
pub(crate) fn undo(scope: &Scope, lock: &ScopeLock, run: &Run, part: Part<'_>, begun: TrashRun) -> Result<Undone> {
    if let (Some(by), Part::Whole) = (&run.undone_by, part) {
        return Err(Error::new(Kind::Conflict, format!("the run `{}` was undone already", run.id))
            .code("undone_already")
            .hint(format!("skillzdrive undo {by}")));
    }
    let guard = LockfileGuard::new(scope, lock);
    // Read first: an unreadable lockfile must stop the undo before it moved anything.
    let present = guard.read()?;
    let mut trash = begun.spare(run);
    let mut undone = Undone::default();
    // Links lead to folders, so all links that the run made go first, and those that were come back last.
    for entry in run.entries.iter().rev() {
        if let Entry::Tree(entry) = entry
            && part.holds(&entry.slug)
            && let Err(error) = inside(scope, &entry.path).and_then(|()| tree_back(entry, &mut trash, &mut undone))
        {
            undone.failed.push((entry.slug.clone(), error));
        }
    }
    for entry in run.entries.iter().rev() {
        if let Entry::Link(entry) = entry
            && part.holds(&entry.slug)
        {
            match inside(scope, &entry.path).and_then(|()| link_back(entry, &mut trash)) {
                Ok(changed) => undone.links += usize::from(changed),
                Err(error) => undone.failed.push((entry.slug.clone(), error)),
            }
        }
    }
    for entry in run.audiences().filter(|entry| part.holds(&entry.slug)) {
        trash.will_show(&entry.slug, &entry.after, &entry.before)?;
        undone.audiences.push(entry.clone());
    }
    let failed: Vec<&Slug> = undone.failed.iter().map(|(slug, _)| slug).collect();
    undone.lockfile = lockfile_back(scope, &guard, &present, run, part, &failed)?;
    undone.run = trash.finish()?;
    if let (Some(by), Part::Whole) = (&undone.run, part) {
        run.mark_undone(by)?;
    }
    Ok(undone)
}

/// Ends what a kill cut short in the newest run, so that a place keeps its `.env` even when nobody undoes that run.
pub(super) fn settle(scope: &Scope) {
    let newest = super::run_folders(scope).pop().and_then(|folder| Run::read(&scope.root, &folder).ok().flatten());
    let Some(run) = newest.filter(|run| run.head.lockfile_after.is_none() && run.undone_by.is_none()) else { return };
    for entry in run.trees().filter(|entry| entry.change == Change::Replaced && !entry.done) {
        if inside(scope, &entry.path).is_ok()
            && took_effect(entry)
            && let Some(kept) = kept_at(entry)
        {
            swap::settle(&kept, &entry.path);
        }
    }
}

/// A project's trash may have come with a cloned repository: it moves nothing outside of the project.
fn inside(scope: &Scope, path: &Path) -> Result<()> {
    let plain = !path.components().any(|part| part == Component::ParentDir);
    let within = scope.kind == ScopeKind::Global
        || path.parent().is_some_and(|folder| real_path(folder).starts_with(real_path(&scope.root)));
    if plain && within {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, format!("`{}` lies outside of the project and is left alone", path.display()))
        .code("outside")
        .hint("put it back by hand: skillzdrive trash list says where it is kept"))
}

fn digest(path: &Path) -> Option<ContentSha> {
    digest_dir(path, &PackOptions::default()).ok().map(|digest| digest.sha)
}

/// Where a displaced folder is: in its slot, or parked where a kill interrupted an exchange made of renames.
pub(crate) fn kept_at(entry: &TreeEntry) -> Option<PathBuf> {
    let slot = entry.tree.as_ref()?;
    let aside = swap::aside_of(slot);
    [aside, slot.clone()].into_iter().find(|place| fs::symlink_metadata(place).is_ok_and(|meta| meta.is_dir()))
}

/// Whether an intent without its "done" took effect.
fn took_effect(entry: &TreeEntry) -> bool {
    if entry.done {
        return true;
    }
    let kept = kept_at(entry);
    match entry.change {
        Change::Added => entry.after.is_some() && digest(&entry.path) == entry.after,
        Change::Removed => kept.is_some(),
        // Before the exchange the new folder waits in the slot; it is told by its digest.
        Change::Replaced => kept.is_some_and(|kept| match (digest(&kept), &entry.before) {
            (Some(found), Some(before)) => found == *before,
            (found, _) => found != entry.after,
        }),
    }
}

fn tree_back(entry: &TreeEntry, trash: &mut TrashRun, undone: &mut Undone) -> Result<()> {
    if !took_effect(entry) {
        return Ok(());
    }
    let present = tree::occupied(&entry.path);
    if entry.change == Change::Added {
        if !present {
            return Ok(());
        }
        swap::check_swappable(&entry.path)?;
        let found = digest(&entry.path);
        trash.remove(&entry.slug, &entry.path, found.as_ref())?;
        if found != entry.after {
            undone.edited.push(entry.slug.clone());
        }
        undone.withdrawn.push((entry.slug.clone(), entry.path.clone()));
        return Ok(());
    }
    let Some(kept) = kept_at(entry) else {
        return Err(Error::new(Kind::NotFound, format!("the folder of `{}` is no longer in the trash", entry.slug)));
    };
    let found = if present { digest(&entry.path) } else { None };
    let options = PackOptions::default();
    swap::place(&entry.slug, &kept, &entry.path, &Expected::Anything, &options, None, trash)?;
    if present && found != entry.after {
        undone.edited.push(entry.slug.clone());
    }
    undone.restored.push((entry.slug.clone(), entry.path.clone()));
    Ok(())
}

/// Gives a link its old goal again; whether anything changed.
fn link_back(entry: &LinkEntry, trash: &mut TrashRun) -> Result<bool> {
    let present = tree::link_goal(&entry.path);
    if present == entry.before {
        return Ok(false);
    }
    if present.is_none() && tree::occupied(&entry.path) {
        return Err(Error::new(
            Kind::Conflict,
            format!("`{}` is no link any more and was left as it is", entry.path.display()),
        ));
    }
    if present != entry.after && present.is_some() {
        // Somebody led it elsewhere since: theirs counts.
        return Err(Error::new(
            Kind::Conflict,
            format!("the link `{}` leads elsewhere by now and was left as it is", entry.path.display()),
        ));
    }
    trash.will_link(&entry.slug, &entry.path, present.as_deref(), entry.before.as_deref())?;
    if present.is_some() {
        tree::unlink(&entry.path)?;
    }
    if let Some(goal) = &entry.before {
        if let Some(parent) = entry.path.parent() {
            atomic::make_folder(parent, Privacy::Shared)?;
        }
        tree::link(goal, &entry.path)?;
    }
    Ok(true)
}

/// Gives the lockfile back: its very text when nobody changed it since, else only the entries that the run changed.
fn lockfile_back(
    scope: &Scope,
    guard: &LockfileGuard<'_>,
    present: &Lockfile,
    run: &Run,
    part: Part<'_>,
    failed: &[&Slug],
) -> Result<bool> {
    let text = atomic::read_text(&scope.lockfile)?;
    let before = run.head.lockfile_before.as_deref();
    if text.as_deref() == before {
        return Ok(true);
    }
    let untouched = run.head.lockfile_after.as_ref().is_some_and(|after| *after == text);
    if untouched && matches!(part, Part::Whole) && failed.is_empty() {
        match before {
            Some(before) => atomic::write(&scope.lockfile, before.as_bytes(), Privacy::Shared)?,
            None => std::fs::remove_file(&scope.lockfile).map_err(|e| Error::io("delete", &scope.lockfile, e))?,
        }
        return Ok(true);
    }
    let old = before.map(|text| Lockfile::parse(text, &scope.lockfile)).transpose()?.unwrap_or_default();
    let after = match &run.head.lockfile_after {
        Some(Some(text)) => Some(Lockfile::parse(text, &scope.lockfile)?),
        Some(None) => Some(Lockfile::default()),
        None => None,
    };
    // A run that was cut short did not say what it left: its folders tell which skills it worked on.
    let mut changed: Vec<Slug> = run.trees().map(|entry| entry.slug.clone()).collect();
    if let Some(after) = &after {
        let named = old.skills.keys().chain(after.skills.keys());
        changed.extend(named.filter(|slug| old.skills.get(*slug) != after.skills.get(*slug)).cloned());
    }
    let mut merged = present.clone();
    for slug in changed.iter().filter(|slug| part.holds(slug) && !failed.contains(slug)) {
        match old.skills.get(slug) {
            Some(skill) => merged.skills.insert(slug.clone(), skill.clone()),
            None => merged.skills.remove(slug),
        };
    }
    guard.write(&merged)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
