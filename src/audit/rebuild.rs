//! A damaged lockfile made anew: from what can still be read of it, else from the lockfile as the trash remembers it, else
//! from what this machine noted when it put the skills in their places.
//!
//! An entry that can be read is kept even where the disk differs: a lockfile that was damaged on purpose must not bless
//! files that were changed with it. Only a name whose entry is lost in every other way is taken from the files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::audit::salvage;
use crate::audit::salvage::Salvage;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::run::place_of;
use crate::store::atomic;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;
use crate::store::lockfile::LockfileGuard;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::store::trash;
use crate::store::trash::TrashRun;
use crate::store::trash::retention::Retention;

/// Where an entry came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum From {
    /// The damaged file: it is as it was.
    Lockfile,
    /// The damaged file, without these lines.
    Part(Vec<String>),
    /// The lockfile as an earlier run left it.
    Trash,
    /// What this machine noted when it put the skill in its place: the digest alone.
    Notes,
    /// The files as they are now.
    Files,
}

/// A lockfile made anew, not yet written.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    /// What is wrong with the old one.
    pub(crate) damage: Error,
    /// The new one.
    pub(crate) lockfile: Lockfile,
    /// Where each entry came from, by slug.
    pub(crate) entries: Vec<(Slug, From)>,
    /// Names that the old one held and of which nothing is left.
    pub(crate) lost: Vec<String>,
    /// The old one's bytes.
    damaged: Vec<u8>,
}

/// Makes it; `None` when the lockfile can be read, or there is none. Changes nothing.
///
/// # Errors
/// An io error.
pub(crate) fn plan(paths: &Paths, scope: &Scope) -> Result<Option<Rebuilt>> {
    let Some(damaged) = atomic::read_bytes(&scope.lockfile)? else { return Ok(None) };
    let Err(damage) = Lockfile::parse_bytes(&damaged, &scope.lockfile) else { return Ok(None) };
    let (library, _) = Library::read(paths, scope)?;
    let known: Vec<Lockfile> = trash::runs(scope)
        .iter()
        .filter_map(|run| Lockfile::parse(run.lockfile_text()?, &scope.lockfile).ok())
        .collect();
    let salvage = salvage::salvage(&String::from_utf8_lossy(&damaged));
    let source = Evidence { scope, library: &library, known: &known, salvage: &salvage };
    let mut rebuilt = Rebuilt {
        damage,
        lockfile: Lockfile { server: salvage.server.clone(), ..Lockfile::default() },
        entries: Vec::new(),
        lost: Vec::new(),
        damaged,
    };
    if rebuilt.lockfile.server.is_none() {
        rebuilt.lockfile.server = known.iter().find_map(|lockfile| lockfile.server.clone());
    }
    for slug in source.slugs() {
        match source.entry(&slug) {
            Some((entry, from)) => {
                rebuilt.lockfile.skills.insert(slug.clone(), entry);
                rebuilt.entries.push((slug, from));
            }
            None if source.is_named(&slug) => rebuilt.lost.push(slug.to_string()),
            None => {}
        }
    }
    let unreadable = salvage.broken.iter().filter(|name| Slug::new(name).is_err());
    rebuilt.lost.extend(unreadable.cloned());
    Ok(Some(rebuilt))
}

struct Evidence<'a> {
    scope: &'a Scope,
    library: &'a Library,
    /// Lockfiles that the trash remembers, newest first.
    known: &'a [Lockfile],
    salvage: &'a Salvage,
}

impl Evidence<'_> {
    /// Every skill that may have been in the lockfile.
    fn slugs(&self) -> BTreeSet<Slug> {
        let Salvage { whole, partial, broken, .. } = self.salvage;
        let mut slugs: BTreeSet<Slug> = whole.iter().map(|(slug, _)| slug.clone()).collect();
        slugs.extend(partial.iter().map(|(slug, ..)| slug.clone()));
        slugs.extend(broken.iter().filter_map(|name| Slug::new(name).ok()));
        slugs.extend(self.known.iter().flat_map(|lockfile| lockfile.skills.keys().cloned()));
        slugs.extend(self.library.placed.keys().cloned());
        slugs
    }

    /// Whether the damaged file names it.
    fn is_named(&self, slug: &Slug) -> bool {
        let Salvage { whole, partial, broken, .. } = self.salvage;
        whole.iter().any(|(known, _)| known == slug)
            || partial.iter().any(|(known, ..)| known == slug)
            || broken.iter().any(|name| name == slug.as_str())
    }

    fn entry(&self, slug: &Slug) -> Option<(LockedSkill, From)> {
        let here = self.digest(slug);
        let is_here = |entry: &LockedSkill| here.as_ref() == Some(entry.tree());
        let mut whole = self.salvage.whole.iter().filter(|(known, _)| known == slug).map(|(_, entry)| entry);
        if let Some(entry) = whole.clone().find(|entry| is_here(entry)).or_else(|| whole.next()) {
            return Some((entry.clone(), From::Lockfile));
        }
        let mut known = self.known.iter().filter_map(|lockfile| lockfile.skills.get(slug));
        if let Some((_, entry, lost)) = self.salvage.partial.iter().find(|(one, ..)| one == slug) {
            let same = known.find(|known| known.content_sha == entry.content_sha);
            return Some(match same {
                Some(same) => (same.clone(), From::Trash),
                None => (entry.clone(), From::Part(lost.clone())),
            });
        }
        if let Some(entry) = known.clone().find(|entry| is_here(entry)) {
            return Some((entry.clone(), From::Trash));
        }
        let named = self.is_named(slug);
        if let Some(entry) = known.next().filter(|_| named) {
            return Some((entry.clone(), From::Trash));
        }
        let anew = |tree: &ContentSha| LockedSkill::new(tree.clone(), tree, None);
        if let Some(placed) = self.library.placed.get(slug).filter(|_| named || here.is_some()) {
            return Some((anew(placed), From::Notes));
        }
        here.filter(|_| named).map(|tree| (anew(&tree), From::Files))
    }

    /// The digest of the files in a skill's place, as the lockfile would hold it.
    fn digest(&self, slug: &Slug) -> Option<ContentSha> {
        let place = place_of(self.scope, self.library, slug);
        let own = self.library.home(self.scope, slug).as_ref() == Some(&place);
        let options = if own { PackOptions::own() } else { PackOptions::installed() };
        digest_dir(&place, &options).ok().map(|digest| digest.sha)
    }
}

/// Writes it. The damaged one is kept in the trash; its place there and the run's name are given.
///
/// # Errors
/// Exit 8 when the lockfile changed since the plan was made; an io error. The old file is then untouched.
pub(crate) fn carry_out(
    scope: &Scope,
    settings: &Settings,
    rebuilt: &Rebuilt,
    waiting: impl FnOnce(&str),
) -> Result<(PathBuf, Option<String>)> {
    let lock = ScopeLock::acquire(scope, waiting)?;
    if atomic::read_bytes(&scope.lockfile)?.as_ref() != Some(&rebuilt.damaged) {
        return Err(Error::new(Kind::Conflict, format!("`{}` changed meanwhile", scope.lockfile.display()))
            .code("changed_meanwhile")
            .hint("run the same command again"));
    }
    let retention = Retention::new(settings.trash_days, settings.trash_size);
    let (trash, copy) = TrashRun::begin_damaged(scope, "audit --fix --lock", &rebuilt.damaged, retention)?;
    LockfileGuard::new(scope, &lock).write(&rebuilt.lockfile)?;
    Ok((copy, trash.finish()?))
}
