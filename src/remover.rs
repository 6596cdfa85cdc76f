//! The removal of skills from this machine: links, folder, lockfile entry. First a plan, which is a value, then its
//! effects. Nothing here asks, prints or talks to a drive.
//!
//! Everything goes to the trash. A folder that holds a `.git`, or that is reached through a link, is only unlinked.

use std::path::Path;
use std::path::PathBuf;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::agents::Agents;
use crate::agents::link_plan::plan_unlink;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::nearest;
use crate::store::fingerprints::Fingerprints;
use crate::store::inventory;
use crate::store::inventory::Inventory;
use crate::store::inventory::State;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::Lockfile;
use crate::store::lockfile::LockfileGuard;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::store::swap;
use crate::store::trash::TrashRun;
use crate::store::trash::record::Audience;
use crate::store::trash::retention::Retention;
use crate::store::trash::undo::Undone;
use crate::store::tree;

/// What removing one skill means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Removal {
    /// The skill.
    pub(crate) slug: Slug,
    /// Its folder; `None` when the lockfile names it and nothing is there.
    pub(crate) path: Option<PathBuf>,
    /// Its digest, where it has one.
    pub(crate) tree: Option<ContentSha>,
    /// Whether the lockfile does not know it: a person's own work, or another tool's.
    pub(crate) home_made: bool,
    /// Whether its files were changed since it was installed.
    pub(crate) modified: bool,
    /// Why the folder stays and only its links go.
    pub(crate) stays: Option<String>,
    /// Links that go.
    pub(crate) links: Vec<PathBuf>,
    /// Copies of it in agents' folders that go to the trash with it.
    pub(crate) copies: Vec<PathBuf>,
}

/// What was asked for and can be done, and what cannot.
#[derive(Debug, Default)]
pub(crate) struct RemovalPlan {
    /// In the order in which they were named.
    pub(crate) removals: Vec<Removal>,
    /// What is not here, or means two things.
    pub(crate) failed: Vec<(String, Error)>,
}

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    /// The trash's name for this run, when it changed anything.
    pub(crate) run: Option<String>,
    /// What is gone.
    pub(crate) done: Vec<Removal>,
    /// What is not, or not wholly.
    pub(crate) failed: Vec<(String, Error)>,
}

/// Says what removing these skills means. Changes nothing.
///
/// # Errors
/// Exit 7 for an unreadable lockfile; an io error. What concerns one skill is in the plan.
pub(crate) fn plan(paths: &Paths, scope: &Scope, slugs: &[Slug]) -> Result<RemovalPlan> {
    let lockfile = Lockfile::read(scope)?;
    let (library, _) = Library::read(paths, scope)?;
    let agents = Agents::load(paths, scope, &Settings::load(paths, scope)?.settings)?;
    let detected = agents.detected();
    let ask = inventory::Ask { scope, folders: &detected, lockfile: &lockfile, library: &library };
    let inventory = inventory::take(&ask, &mut Fingerprints::read(paths))?;
    // Links are looked for in every agent's folder: one that was uninstalled since may still have them.
    let everywhere = agents.all();
    let mut plan = RemovalPlan::default();
    for slug in slugs {
        if plan.removals.iter().any(|removal| removal.slug == *slug) {
            continue;
        }
        match one(scope, &lockfile, &inventory, slug) {
            Ok(mut removal) => {
                let place = removal.path.clone().unwrap_or_else(|| scope.skills().join(slug.as_str()));
                let unlink = plan_unlink(&everywhere, slug, &place, removal.tree.as_ref());
                removal.links.extend(unlink.links);
                removal.copies.extend(unlink.copies);
                for list in [&mut removal.links, &mut removal.copies] {
                    list.sort();
                    list.dedup();
                }
                removal.copies.retain(|copy| removal.path.as_ref() != Some(copy));
                plan.removals.push(removal);
            }
            Err(error) => plan.failed.push((slug.to_string(), error)),
        }
    }
    Ok(plan)
}

fn one(scope: &Scope, lockfile: &Lockfile, inventory: &Inventory, slug: &Slug) -> Result<Removal> {
    let locked = lockfile.skills.contains_key(slug);
    if let Some(twin) = inventory.twins.iter().find(|twin| twin.slug == *slug) {
        let places: Vec<String> = twin.places.iter().map(|(path, _)| format!("`{}`", path.display())).collect();
        return Err(Error::new(Kind::Conflict, format!("{slug} means different files: {}", places.join(", ")))
            .code("twins")
            .hint("delete or rename the one that you do not want, and try again"));
    }
    let mut removal = Removal {
        slug: slug.clone(),
        path: None,
        tree: None,
        home_made: !locked,
        modified: false,
        stays: None,
        links: Vec::new(),
        copies: Vec::new(),
    };
    if let Some(found) = inventory.skills.get(slug) {
        removal.path = Some(found.path.clone());
        removal.tree = Some(found.tree_sha.clone());
        removal.home_made = !locked || found.home_made;
        removal.modified = found.state == State::Modified;
        removal.links.clone_from(&found.linked_from);
        removal.copies.clone_from(&found.copies);
        removal.stays = swap::check_swappable(&found.path).err().map(|why| why.to_string());
        if !found.swappable && removal.stays.is_none() {
            removal.stays = Some(format!("`{}` is reached through a link out of its folder", found.path.display()));
        }
        return Ok(removal);
    }
    // A folder that is there and cannot be read as a skill can still be moved away.
    let canonical = scope.skills().join(slug.as_str());
    if let Some(refused) = inventory.refused.iter().find(|refused| refused.slug.as_ref() == Some(slug)) {
        removal.stays = swap::check_swappable(&refused.path).err().map(|why| why.to_string());
        removal.path = Some(refused.path.clone());
        return Ok(removal);
    }
    if locked {
        if tree::occupied(&canonical) && tree::link_goal(&canonical).is_none() {
            removal.stays = swap::check_swappable(&canonical).err().map(|why| why.to_string());
            removal.path = Some(canonical);
        }
        return Ok(removal);
    }
    let names = inventory.skills.keys().chain(lockfile.skills.keys()).map(Slug::as_str);
    let error = Error::new(Kind::NotFound, format!("{slug} is not installed ({})", scope.kind.word()));
    Err(match nearest::did_you_mean(slug.as_str(), names) {
        Some(hint) => error.hint(hint),
        None => error.hint("skillzdrive list"),
    })
}

/// Carries a plan out, if it still is what a person was shown. One failure does not stop the others.
///
/// # Errors
/// Exit 8 when the skills were changed since the plan was made; when trash, lockfile or library cannot be written.
pub(crate) fn apply(
    paths: &Paths,
    scope: &Scope,
    lock: &ScopeLock,
    shown: RemovalPlan,
    command: &str,
) -> Result<Removed> {
    let slugs: Vec<Slug> = shown.removals.iter().map(|removal| removal.slug.clone()).collect();
    let now = plan(paths, scope, &slugs)?;
    if now.removals != shown.removals {
        return Err(Error::new(Kind::Conflict, "the skills were changed meanwhile; nothing was removed")
            .code("changed")
            .hint("try again"));
    }
    let guard = LockfileGuard::new(scope, lock);
    let mut lockfile = guard.read()?;
    let mut trash = TrashRun::begin(scope, command)?.keep(retention(paths, scope)?);
    let mut removed = Removed { failed: shown.failed, ..Removed::default() };
    for removal in shown.removals {
        match remove(&removal, &mut trash) {
            Ok(()) => {
                lockfile.skills.remove(&removal.slug);
                removed.done.push(removal);
            }
            Err(error) => removed.failed.push((removal.slug.to_string(), error)),
        }
    }
    guard.write(&lockfile)?;
    removed.run = trash.finish()?;
    let gone: Vec<&Removal> = removed.done.iter().filter(|removal| removal.stays.is_none()).collect();
    if !gone.is_empty() {
        Library::update(paths, scope, |library| {
            for removal in gone {
                library.removed.insert(removal.slug.clone());
                library.placed.remove(&removal.slug);
                library.forget_home(&removal.slug);
            }
        })?;
    }
    Ok(removed)
}

/// Folder first: while it can still fail, the agents' links to it are whole.
fn remove(removal: &Removal, trash: &mut TrashRun) -> Result<()> {
    let folder: Option<&Path> = removal.path.as_deref().filter(|_| removal.stays.is_none());
    if let Some(path) = folder {
        swap::check_swappable(path)?;
        trash.remove(&removal.slug, path, removal.tree.as_ref())?;
        for copy in &removal.copies {
            swap::check_swappable(copy)?;
            trash.remove(&removal.slug, copy, removal.tree.as_ref())?;
        }
    }
    for link in &removal.links {
        if let Some(goal) = tree::link_goal(link) {
            trash.will_link(&removal.slug, link, Some(&goal), None)?;
            tree::unlink(link)?;
        }
    }
    Ok(())
}

/// How much the trash keeps, by the person's settings.
///
/// # Errors
/// When the settings cannot be read.
pub(crate) fn retention(paths: &Paths, scope: &Scope) -> Result<Retention> {
    let settings = Settings::load(paths, scope)?.settings;
    Ok(Retention::new(settings.trash_days, settings.trash_size))
}

/// Notes what an undo or a restoration means for the next sync: what is back is wanted here again, and what was
/// withdrawn is held back as removed on purpose.
///
/// # Errors
/// When the state folder cannot be written.
pub(crate) fn note_taken_back(paths: &Paths, scope: &Scope, undone: &Undone) -> Result<()> {
    if undone.restored.is_empty() && undone.withdrawn.is_empty() && undone.audiences.is_empty() {
        return Ok(());
    }
    // The record may have come with a cloned repository: only agents that there are come into a person's notes.
    let agents = Agents::load(paths, scope, &Settings::load(paths, scope)?.settings)?;
    let is_known = |audience: &Audience| {
        let ids = audience.off.iter().chain(audience.chosen.iter().flatten());
        agents.of_ids(&ids.cloned().collect::<Vec<_>>()).is_ok()
    };
    let note = |library: &mut Library| {
        // A copy for an agent that is gone again is not the skill.
        for (slug, _) in undone.withdrawn.iter().filter(|(slug, _)| !scope.skills().join(slug.as_str()).exists()) {
            library.removed.insert(slug.clone());
        }
        for (slug, _) in &undone.restored {
            library.removed.remove(slug);
        }
        for entry in undone.audiences.iter().filter(|entry| is_known(&entry.before)) {
            library.show_again(&entry.slug, &entry.before, &entry.after);
        }
    };
    Library::update(paths, scope, note).map(drop)
}

/// How a command over several skills ends: done, partly done, or failed in the way that all of them did.
pub(crate) fn ending(failures: impl IntoIterator<Item = Kind>, done: usize) -> Outcome {
    let mut kinds = failures.into_iter();
    let Some(first) = kinds.next() else { return Outcome::Done };
    if done > 0 {
        return Outcome::Ended(Kind::Partial);
    }
    Outcome::Ended(if kinds.all(|kind| kind == first) { first } else { Kind::Failure })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::lockfile::LockedSkill;
    use crate::store::trash;
    use crate::store::trash::undo;
    use crate::store::trash::undo::Part;

    struct Home {
        _folder: tempfile::TempDir,
        paths: Paths,
        scope: Scope,
    }

    impl Home {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let home = fs::canonicalize(folder.path()).unwrap();
            let own = |name: &str| home.join("own").join(name);
            let [config, data, state, cache] = ["config", "data", "state", "cache"].map(own);
            let paths = Paths { home, config, data, state, cache };
            Self { _folder: folder, scope: Scope::project(&paths.home), paths }
        }

        fn skill(&self, slug: &str, locked: bool) -> PathBuf {
            let folder = self.scope.skills().join(slug);
            fs::create_dir_all(&folder).unwrap();
            let text = format!("---\nname: {slug}\ndescription: d\n---\n");
            fs::write(folder.join("SKILL.md"), text).unwrap();
            if locked {
                let lock = self.lock();
                let guard = LockfileGuard::new(&self.scope, &lock);
                let mut lockfile = guard.read().unwrap();
                let digest =
                    skillzdrive_skill::digest_dir(&folder, &skillzdrive_skill::PackOptions::default()).unwrap();
                let skill = LockedSkill::new(digest.sha.clone(), &digest.sha, None);
                lockfile.skills.insert(Slug::new(slug).unwrap(), skill);
                guard.write(&lockfile).unwrap();
            }
            folder
        }

        fn lock(&self) -> ScopeLock {
            ScopeLock::acquire(&self.scope, |_| ()).unwrap()
        }

        fn plan(&self, slugs: &[&str]) -> RemovalPlan {
            let slugs: Vec<Slug> = slugs.iter().map(|slug| Slug::new(slug).unwrap()).collect();
            plan(&self.paths, &self.scope, &slugs).unwrap()
        }

        fn library(&self) -> Library {
            Library::read(&self.paths, &self.scope).unwrap().0
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_skill_goes_with_its_links_and_comes_back_with_them() {
        let home = Home::new();
        let folder = home.skill("pdf", true);
        let link = home.scope.root.join(".claude/skills/pdf");
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        tree::link(Path::new("../../.agents/skills/pdf"), &link).unwrap();
        let plan = home.plan(&["pdf", "pfd"]);
        assert_eq!(plan.removals[0].links, std::slice::from_ref(&link));
        assert!(!plan.removals[0].home_made && !plan.removals[0].modified);
        assert_eq!(plan.failed[0].1.kind(), Kind::NotFound);
        assert_eq!(plan.failed[0].1.hints(), ["did you mean pdf?"]);

        let lock = home.lock();
        let removed = apply(&home.paths, &home.scope, &lock, plan, "remove pdf pfd").unwrap();
        assert_eq!((removed.done.len(), removed.failed.len()), (1, 1));
        assert!(!folder.exists() && !tree::occupied(&link));
        assert!(Lockfile::read(&home.scope).unwrap().skills.is_empty());
        let slug = Slug::new("pdf").unwrap();
        assert!(home.library().removed.contains(&slug));

        let run = trash::find(&home.scope, &removed.run.unwrap()).unwrap();
        let begun = TrashRun::begin(&home.scope, "undo").unwrap();
        let undone = undo::undo(&home.scope, &lock, &run, Part::Whole, begun).unwrap();
        note_taken_back(&home.paths, &home.scope, &undone).unwrap();
        assert!(link.join("SKILL.md").exists());
        assert!(Lockfile::read(&home.scope).unwrap().skills.contains_key(&slug));
        assert!(!home.library().removed.contains(&slug));
    }

    #[test]
    fn a_repository_stays_and_what_changed_since_it_was_shown_stops_all() {
        let home = Home::new();
        let gitty = home.skill("gitty", true);
        fs::create_dir(gitty.join(".git")).unwrap();
        let mine = home.skill("mine", false);
        let plan = home.plan(&["gitty", "mine"]);
        assert!(plan.removals[0].stays.is_some());
        assert!(plan.removals[1].home_made);
        fs::write(mine.join("more.md"), "more").unwrap();
        let lock = home.lock();
        let error = apply(&home.paths, &home.scope, &lock, plan, "remove").unwrap_err();
        assert_eq!(error.code_str(), "changed");
        assert!(mine.exists());
        let removed = apply(&home.paths, &home.scope, &lock, home.plan(&["gitty", "mine"]), "remove").unwrap();
        assert_eq!(removed.done.len(), 2);
        assert!(gitty.join("SKILL.md").exists() && !mine.exists());
        assert!(Lockfile::read(&home.scope).unwrap().skills.is_empty());
        let removed: Vec<Slug> = home.library().removed.into_iter().collect();
        assert_eq!(removed, [Slug::new("mine").unwrap()]);
    }

    #[test]
    fn several_failures_end_as_one_kind_only_when_they_are_alike() {
        assert_eq!(ending([], 2), Outcome::Done);
        assert_eq!(ending([Kind::NotFound, Kind::NotFound], 0), Outcome::Ended(Kind::NotFound));
        assert_eq!(ending([Kind::NotFound, Kind::Conflict], 0), Outcome::Ended(Kind::Failure));
        assert_eq!(ending([Kind::NotFound], 1), Outcome::Ended(Kind::Partial));
    }
}
