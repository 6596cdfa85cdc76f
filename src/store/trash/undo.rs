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
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;
    use crate::store::lockfile::LockedSkill;
    use crate::store::staging::Staging;
    use crate::store::trash;
    use crate::store::trash::record::Line;
    use crate::store::trash::retention::Retention;

    struct Bench {
        _home: tempfile::TempDir,
        scope: Scope,
        lock: ScopeLock,
    }

    impl Bench {
        fn new() -> Self {
            let home = tempfile::tempdir().unwrap();
            let scope = Scope::project(home.path());
            let lock = ScopeLock::acquire(&scope, |_| ()).unwrap();
            Self { _home: home, scope, lock }
        }

        fn path(&self, slug: &str) -> PathBuf {
            self.scope.skills().join(slug)
        }

        fn body(&self, slug: &str) -> Option<String> {
            fs::read_to_string(self.path(slug).join("SKILL.md")).ok()
        }

        fn write_lock(&self, skills: &[(&str, &str)]) {
            let mut lockfile = Lockfile::default();
            for (slug, body) in skills {
                let sha = skillzdrive_skill::sha256(body.as_bytes());
                lockfile.skills.insert(Slug::new(slug).unwrap(), LockedSkill::new(sha.clone(), &sha, None));
            }
            LockfileGuard::new(&self.scope, &self.lock).write(&lockfile).unwrap();
        }

        fn lock_text(&self) -> Option<String> {
            atomic::read_text(&self.scope.lockfile).unwrap()
        }

        /// Installs or updates skills as one run, with the links and the lockfile.
        fn install(&self, skills: &[(&str, &str)]) -> String {
            let mut trash = TrashRun::begin(&self.scope, "install").unwrap();
            for (slug, body) in skills {
                let staging = Staging::new(&self.scope).unwrap();
                let staged = staging.trees().unwrap().join(slug);
                fs::create_dir(&staged).unwrap();
                fs::write(staged.join("SKILL.md"), body).unwrap();
                let (slug, target) = (Slug::new(slug).unwrap(), self.path(slug));
                let options = PackOptions::default();
                swap::place(&slug, &staged, &target, &Expected::Anything, &options, None, &mut trash).unwrap();
                let link = self.scope.root.join(".claude/skills").join(slug.as_str());
                let goal = Path::new("../../.agents/skills").join(slug.as_str());
                let before = tree::link_goal(&link);
                trash.will_link(&slug, &link, before.as_deref(), Some(&goal)).unwrap();
                if before.is_none() {
                    fs::create_dir_all(link.parent().unwrap()).unwrap();
                    tree::link(&goal, &link).unwrap();
                }
            }
            self.write_lock(skills);
            trash.finish().unwrap().unwrap()
        }

        fn begin(&self) -> TrashRun {
            TrashRun::begin(&self.scope, "undo").unwrap()
        }

        fn undo(&self, run: &str) -> Undone {
            let run = trash::find(&self.scope, run).unwrap();
            undo(&self.scope, &self.lock, &run, Part::Whole, self.begin()).unwrap()
        }

        fn linked(&self, slug: &str) -> bool {
            self.scope.root.join(".claude/skills").join(slug).join("SKILL.md").exists()
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_installation_is_taken_back_and_the_undo_too() {
        let bench = Bench::new();
        let run = bench.install(&[("pdf", "one"), ("csv", "two")]);
        let text = bench.lock_text();
        let undone = bench.undo(&run);
        assert_eq!((undone.withdrawn.len(), undone.links, undone.failed.len()), (2, 2, 0));
        assert!(undone.edited.is_empty());
        assert_eq!((bench.body("pdf"), bench.body("csv"), bench.lock_text()), (None, None, None));
        assert!(tree::link_goal(&bench.scope.root.join(".claude/skills/pdf")).is_none());

        let again = bench.undo(&undone.run.unwrap());
        assert_eq!((again.restored.len(), again.links), (2, 2));
        assert_eq!(bench.body("pdf").as_deref(), Some("one"));
        assert!(bench.linked("pdf") && bench.linked("csv"));
        assert_eq!(bench.lock_text(), text);

        let run = trash::find(&bench.scope, &run).unwrap();
        let error = undo(&bench.scope, &bench.lock, &run, Part::Whole, bench.begin()).unwrap_err();
        assert_eq!(error.code_str(), "undone_already");
    }

    #[cfg(unix)]
    #[test]
    fn an_update_is_taken_back_and_an_edit_made_since_is_in_the_trash() {
        let bench = Bench::new();
        bench.install(&[("pdf", "one")]);
        let text = bench.lock_text();
        let run = bench.install(&[("pdf", "two")]);
        fs::write(bench.path("pdf").join("SKILL.md"), "edited").unwrap();
        fs::write(bench.path("pdf").join(".env"), "T=1").unwrap();
        let undone = bench.undo(&run);
        assert_eq!(undone.edited.len(), 1);
        assert_eq!(bench.body("pdf").as_deref(), Some("one"));
        assert!(bench.path("pdf").join(".env").exists());
        assert_eq!(bench.lock_text(), text);
        assert!(bench.linked("pdf"));
        bench.undo(&undone.run.unwrap());
        assert_eq!(bench.body("pdf").as_deref(), Some("edited"));
        assert!(bench.path("pdf").join(".env").exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_others_wrote_into_the_lockfile_since_stays() {
        let bench = Bench::new();
        bench.install(&[("pdf", "one")]);
        let run = bench.install(&[("pdf", "two")]);
        bench.write_lock(&[("pdf", "two"), ("csv", "new")]);
        bench.undo(&run);
        let lockfile = Lockfile::read(&bench.scope).unwrap();
        assert_eq!(lockfile.skills.len(), 2);
        let sha = &lockfile.skills[&Slug::new("pdf").unwrap()].content_sha;
        assert_eq!(*sha, skillzdrive_skill::sha256(b"one"));
    }

    #[test]
    fn an_unreadable_lockfile_stops_the_undo_before_it_moved_anything() {
        let bench = Bench::new();
        let run = bench.install(&[("pdf", "one")]);
        fs::write(&bench.scope.lockfile, "<<<<<<< HEAD\n").unwrap();
        let run = trash::find(&bench.scope, &run).unwrap();
        let error = undo(&bench.scope, &bench.lock, &run, Part::Whole, bench.begin()).unwrap_err();
        assert_eq!(error.kind(), Kind::Integrity);
        assert_eq!(bench.body("pdf").as_deref(), Some("one"));
    }

    /// A kill after any step of a replacement: the run is read again and the old folder is found or was never moved.
    #[test]
    fn a_run_that_was_killed_between_intent_and_effect_can_be_taken_back() {
        for step in ["intent", "staged", "exchanged", "renamed"] {
            let bench = Bench::new();
            bench.install(&[("pdf", "one")]);
            let (slug, target) = (Slug::new("pdf").unwrap(), bench.path("pdf"));
            let mut trash = TrashRun::begin(&bench.scope, "update").unwrap();
            let staged = bench.scope.root.join("staged");
            fs::create_dir(&staged).unwrap();
            fs::write(staged.join("SKILL.md"), "two").unwrap();
            let (before, after) = (digest(&target).unwrap(), digest(&staged).unwrap());
            let (_, slot) = trash.will_replace(&slug, &target, Some(&before), Some(&after)).unwrap();
            match step {
                "intent" => {}
                "staged" => fs::rename(&staged, &slot).unwrap(),
                "exchanged" => {
                    fs::write(target.join(".env"), "T=1").unwrap();
                    fs::rename(&staged, &slot).unwrap();
                    tree::exchange_by_renames(&slot, &target, &swap::aside_of(&slot)).unwrap();
                }
                // The fallback's worst moment: the old folder is parked and nothing lies at the place.
                _ => {
                    fs::rename(&staged, &slot).unwrap();
                    fs::rename(&target, swap::aside_of(&slot)).unwrap();
                }
            }
            let run = trash.made.as_ref().unwrap().id.clone();
            drop(trash);
            drop(TrashRun::begin(&bench.scope, "next").unwrap());
            assert_eq!(target.join(".env").exists(), step == "exchanged", "{step}: the next run ends the exchange");
            let undone = bench.undo(&run);
            assert_eq!(target.join(".env").exists(), step == "exchanged", "{step}");
            assert!(undone.failed.is_empty(), "{step}: {:?}", undone.failed);
            assert_eq!(bench.body("pdf").as_deref(), Some("one"), "{step}");
        }
    }

    #[test]
    fn a_torn_last_line_is_an_intent_that_never_began() {
        let bench = Bench::new();
        let run = bench.install(&[("pdf", "one")]);
        let path = trash::find(&bench.scope, &run).unwrap().folder.join("entries.jsonl");
        let line =
            Line::Link { slug: Slug::new("csv").unwrap(), path: "x".into(), before: None, after: Some("y".into()) };
        let torn = serde_json::to_string(&line).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{}", &torn[..20])).unwrap();
        let read = trash::find(&bench.scope, &run).unwrap();
        assert_eq!(read.entries.len(), 2);
        bench.undo(&run);
        assert!(trash::find(&bench.scope, &run).unwrap().undone_by.is_some());
    }

    #[test]
    fn one_skill_comes_back_with_its_entry() {
        let bench = Bench::new();
        bench.install(&[("pdf", "one"), ("csv", "two")]);
        let mut trash = TrashRun::begin(&bench.scope, "remove pdf csv").unwrap();
        let pdf = Slug::new("pdf").unwrap();
        trash.remove(&pdf, &bench.path("pdf"), None).unwrap();
        trash.remove(&Slug::new("csv").unwrap(), &bench.path("csv"), None).unwrap();
        bench.write_lock(&[]);
        let run = trash::find(&bench.scope, &trash.finish().unwrap().unwrap()).unwrap();
        let undone = undo(&bench.scope, &bench.lock, &run, Part::Restore(&pdf), bench.begin()).unwrap();
        assert_eq!(undone.restored.len(), 1);
        assert_eq!((bench.body("pdf").as_deref(), bench.body("csv")), (Some("one"), None));
        let lockfile = Lockfile::read(&bench.scope).unwrap();
        assert_eq!(lockfile.skills.keys().collect::<Vec<_>>(), [&pdf]);
    }

    #[test]
    fn the_run_that_is_taken_back_is_never_the_one_that_makes_room() {
        let bench = Bench::new();
        bench.install(&[("pdf", "one")]);
        let old = bench.install(&[("pdf", "two")]);
        bench.install(&[("csv", "x")]);
        bench.install(&[("csv", "y")]);
        let nothing = Retention { age: std::time::Duration::ZERO, bytes: 0 };
        let run = trash::find(&bench.scope, &old).unwrap();
        let undone = undo(&bench.scope, &bench.lock, &run, Part::Whole, bench.begin().keep(nothing)).unwrap();
        assert!(undone.failed.is_empty());
        assert_eq!(bench.body("pdf").as_deref(), Some("one"));
    }

    #[test]
    fn the_oldest_runs_go_and_the_newest_never() {
        let bench = Bench::new();
        let runs: Vec<String> = ["one", "two", "three"].map(|body| bench.install(&[("pdf", body)])).to_vec();
        assert!(runs.is_sorted());
        let nothing = Retention { age: std::time::Duration::ZERO, bytes: 0 };
        let mut trash = TrashRun::begin(&bench.scope, "remove").unwrap().keep(nothing);
        trash.remove(&Slug::new("pdf").unwrap(), &bench.path("pdf"), None).unwrap();
        let last = trash.finish().unwrap().unwrap();
        let left: Vec<String> = trash::runs(&bench.scope).into_iter().map(|run| run.id).collect();
        assert_eq!(left, [last, runs[2].clone()]);
        assert_eq!(trash::retention::empty(&bench.scope).unwrap().runs, 2);
        assert!(trash::runs(&bench.scope).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_cloned_trash_moves_and_deletes_nothing_outside_of_its_project() {
        let bench = Bench::new();
        let outside = tempfile::tempdir().unwrap();
        let victim = outside.path().join("victim");
        fs::create_dir(&victim).unwrap();
        fs::write(victim.join("SKILL.md"), "mine").unwrap();
        let mut trash = TrashRun::begin(&bench.scope, "hostile").unwrap();
        let slug = Slug::new("pdf").unwrap();
        let intent = trash.will_add(&slug, &victim, None).unwrap();
        trash.done(intent).unwrap();
        let run = trash.finish().unwrap().unwrap();
        let undone = bench.undo(&run);
        assert_eq!(undone.failed[0].1.code_str(), "outside");
        assert!(victim.join("SKILL.md").exists());

        let shelf = bench.scope.workshop().join("trash");
        fs::remove_dir_all(&shelf).unwrap();
        std::os::unix::fs::symlink(outside.path(), &shelf).unwrap();
        assert!(trash::runs(&bench.scope).is_empty());
        assert_eq!(trash::retention::empty(&bench.scope).unwrap().runs, 0);
        let mut trash = TrashRun::begin(&bench.scope, "remove").unwrap();
        assert_eq!(trash.will_add(&slug, &bench.path("pdf"), None).unwrap_err().code_str(), "linked");
        assert!(victim.join("SKILL.md").exists());
    }

    #[test]
    fn a_run_without_changes_leaves_nothing_and_one_that_only_wrote_the_lockfile_is_kept() {
        let bench = Bench::new();
        assert_eq!(TrashRun::begin(&bench.scope, "x").unwrap().finish().unwrap(), None);
        let trash = TrashRun::begin(&bench.scope, "pin").unwrap();
        bench.write_lock(&[("pdf", "one")]);
        let run = trash.finish().unwrap().unwrap();
        bench.undo(&run);
        assert_eq!(bench.lock_text(), None);
    }
}
