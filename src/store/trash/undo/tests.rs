//! Runs that are taken back, whole, in part, and after a kill.
#![expect(clippy::disallowed_methods, reason = "tests arrange files directly")]

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
    let line = Line::Link { slug: Slug::new("csv").unwrap(), path: "x".into(), before: None, after: Some("y".into()) };
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
