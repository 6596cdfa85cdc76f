//! The changing of a scope: folders, links and lockfile, under its lock and with everything displaced in the trash.

use std::collections::BTreeMap;
use std::path::Path;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::agents::links::LinkReport;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::linking::Linking;
use crate::installer::stage::Staged;
use crate::scanning::gate::Accepted;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;
use crate::store::lockfile::LockfileGuard;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::store::swap;
use crate::store::swap::Expected;
use crate::store::swap::Placed;
use crate::store::trash::TrashRun;
use crate::store::trash::retention::Retention;

/// One run that changes a scope. Whoever has it holds the scope's lock.
#[derive(Debug)]
pub(crate) struct Placing<'a> {
    paths: &'a Paths,
    scope: &'a Scope,
    linking: &'a Linking,
    guard: LockfileGuard<'a>,
    /// The lockfile as it will be written by [`Placing::save`].
    pub(crate) lockfile: Lockfile,
    /// The run's trash.
    pub(crate) trash: TrashRun,
    /// The findings that a person accepted in this run.
    pub(crate) accepted: Accepted,
    placed: BTreeMap<Slug, ContentSha>,
}

impl<'a> Placing<'a> {
    /// Begins a run of a command (its words, for people).
    ///
    /// # Errors
    /// Exit 7 when the lockfile cannot be read.
    pub(crate) fn begin(
        paths: &'a Paths,
        scope: &'a Scope,
        settings: &Settings,
        linking: &'a Linking,
        lock: &'a ScopeLock,
        command: &str,
    ) -> Result<Self> {
        let guard = LockfileGuard::new(scope, lock);
        let lockfile = guard.read()?;
        let retention = Retention::new(settings.trash_days, settings.trash_size);
        let trash = TrashRun::begin(scope, command)?.keep(retention);
        let (accepted, placed) = (Accepted::new(), BTreeMap::new());
        Ok(Self { paths, scope, linking, guard, lockfile, trash, accepted, placed })
    }

    /// Puts a staged version at its place; `after` is the digest of its folder where that is known.
    ///
    /// # Errors
    /// Exit 8 when something else lies there than the plan saw, or the folder is never replaced; it is untouched then.
    pub(crate) fn put(
        &mut self,
        staged: &Staged,
        target: &Path,
        expected: &Expected,
        options: &PackOptions,
        after: Option<&ContentSha>,
    ) -> Result<Placed> {
        let placed = swap::place(&staged.slug, &staged.tree, target, expected, options, after, &mut self.trash)
            .map_err(|e| e.context(format!("`{}`", staged.slug)))?;
        if let (Placed::Changed { .. }, Expected::Absent) = (&placed, expected) {
            return Err(Error::new(
                Kind::Conflict,
                format!("`{}`: `{}` is in the way and was left as it is", staged.slug, target.display()),
            )
            .code("occupied")
            .hint("move it away, then run the same command again"));
        }
        if let Placed::Changed { .. } = placed {
            return Err(Error::new(
                Kind::Conflict,
                format!("`{}`: `{}` changed meanwhile and was left as it is", staged.slug, target.display()),
            )
            .code("changed_meanwhile")
            .hint("run the same command again"));
        }
        self.enter(staged);
        Ok(placed)
    }

    /// Writes a version into the lockfile: pinned stays pinned, but findings were accepted for the old bytes alone.
    pub(crate) fn enter(&mut self, staged: &Staged) {
        let mut entry = LockedSkill::new(staged.content_sha.clone(), &staged.tree_sha, staged.version);
        entry.source.clone_from(&staged.source);
        entry.owner.clone_from(&staged.owner);
        if let Some(old) = self.lockfile.skills.get(&staged.slug) {
            entry.pinned = old.pinned;
            entry.owner = entry.owner.or_else(|| old.owner.clone());
            entry.version = entry.version.or(old.version.filter(|_| old.content_sha == entry.content_sha));
            if old.content_sha == entry.content_sha {
                entry.accepted.clone_from(&old.accepted);
            }
        }
        if let Some(rules) = self.accepted.get(&staged.content_sha) {
            entry.accepted.clone_from(rules);
        }
        self.placed.insert(staged.slug.clone(), staged.tree_sha.clone());
        self.lockfile.skills.insert(staged.slug.clone(), entry);
    }

    /// Writes a skill that lies in its place already into the lockfile.
    pub(crate) fn adopt(&mut self, slug: &Slug, mut entry: LockedSkill) {
        if let Some(rules) = self.accepted.get(&entry.content_sha) {
            entry.accepted.clone_from(rules);
        }
        self.placed.insert(slug.clone(), entry.tree().clone());
        self.lockfile.skills.insert(slug.clone(), entry);
    }

    /// Notes a skill that stays as it is. That matters only where `-a` said something for it.
    pub(crate) fn keep(&mut self, slug: &Slug, tree_sha: &ContentSha) {
        if self.linking.flag().is_some() {
            self.placed.insert(slug.clone(), tree_sha.clone());
        }
    }

    /// Links a skill for its agents.
    ///
    /// # Errors
    /// When the trash's note cannot be written.
    pub(crate) fn link(&mut self, slug: &Slug, skill: &Path, previous: Option<&ContentSha>) -> Result<LinkReport> {
        self.linking.link(slug, skill, previous, &mut self.trash)
    }

    /// Refreshes the links and copies of a skill that was there before; nobody new gets one.
    ///
    /// # Errors
    /// As [`Placing::link`].
    pub(crate) fn refresh(&mut self, slug: &Slug, skill: &Path, previous: &ContentSha) -> Result<LinkReport> {
        self.linking.refresh(slug, skill, previous, &mut self.trash)
    }

    /// Moves a skill to the trash, its links with it, and takes it out of the lockfile.
    ///
    /// # Errors
    /// Exit 8 when it is not what the plan saw, or its folder is never removed; it is untouched then.
    pub(crate) fn remove(
        &mut self,
        slug: &Slug,
        path: &Path,
        tree_sha: &ContentSha,
        options: &PackOptions,
    ) -> Result<LinkReport> {
        swap::check_swappable(path)?;
        if digest_dir(path, options).ok().map(|digest| digest.sha).as_ref() != Some(tree_sha) {
            return Err(Error::new(Kind::Conflict, format!("`{slug}` changed since the plan was made"))
                .code("changed_meanwhile")
                .hint("run the same command again"));
        }
        let links = self.linking.unlink(slug, path, tree_sha, &mut self.trash)?;
        self.trash.remove(slug, path, Some(tree_sha))?;
        self.lockfile.skills.remove(slug);
        Ok(links)
    }

    /// Writes the lockfile, and what this machine remembers of the skills that were put in place.
    ///
    /// # Errors
    /// An io error; the old lockfile is then untouched.
    pub(crate) fn save(&mut self) -> Result<()> {
        self.guard.write(&self.lockfile)?;
        if self.placed.is_empty() {
            return Ok(());
        }
        let placed = std::mem::take(&mut self.placed);
        let flag = self.linking.flag().map(<[String]>::to_vec);
        Library::update(self.paths, self.scope, |library| {
            for (slug, tree_sha) in placed {
                library.removed.remove(&slug);
                if let Some(agents) = &flag {
                    library.agents.insert(slug.clone(), agents.clone());
                    library.enable(&slug, agents);
                }
                library.placed.insert(slug, tree_sha);
            }
        })?;
        Ok(())
    }

    /// Ends the run; gives the trash's name for it when anything was changed.
    ///
    /// # Errors
    /// As [`Placing::save`].
    pub(crate) fn finish(mut self) -> Result<Option<String>> {
        self.save()?;
        self.trash.finish()
    }
}
