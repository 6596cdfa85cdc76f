//! What was removed on one side is not destroyed on the other.

use insta::assert_snapshot;

use super::body;
use super::home_on;
use super::two_homes;
use crate::harness::Home;
use crate::harness::TestDrive;

fn remove_there(drive: &TestDrive, slug: &str) {
    let (status, answer) = drive.ask("DELETE", &format!("/api/v1/drive/{slug}"), None);
    assert_eq!(status, 200, "{answer}");
}

/// A home with so many skills that were synced.
fn home_with(drive: &TestDrive, skills: usize) -> Home {
    let home = home_on(drive);
    for n in 0..skills {
        home.skill(".agents/skills", &format!("skill-{n:02}"), "Text");
    }
    home.run(&["sync", "--yes"]).exits(0);
    home
}

#[test]
fn what_was_removed_on_the_drive_is_kept_and_said_until_prune_moves_it_to_the_trash() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    remove_there(&drive, "notes");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do.
      left alone: notes: removed on the drive, kept here; --prune moves it to the trash
    ");
    assert_eq!(body(&home, "notes"), "Notes");
    assert_snapshot!(home.run(&["sync", "--yes", "--prune"]), @"
    trashed notes from [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      trash here     1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT].
    hint: what was here before is in the trash; skillzdrive undo brings it back
    ");
    assert!(!home.path(".agents/skills/notes").exists());
    assert!(!home.tree(".claude/skills").contains_key("notes"));
    assert!(drive.slugs().is_empty());
    home.run(&["sync"]).exits(0);
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(body(&home, "notes"), "Notes");
}

#[test]
fn an_edited_skill_that_was_removed_on_the_drive_is_a_conflict_even_with_prune() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    remove_there(&drive, "notes");
    home.skill(".agents/skills", "notes", "Edited");
    for how in ["skip", "take-drive", "fork"] {
        home.run(&["sync", "--yes", "--prune", "--on-conflict", how]).exits(8);
        assert_eq!(body(&home, "notes"), "Edited");
    }
    home.run(&["sync", "--yes", "--on-conflict", "keep-local"]).exits(0);
    assert_eq!(drive.slugs(), ["notes"]);
    home.run(&["sync"]).exits(0);
}

#[test]
fn more_than_a_quarter_or_ten_removals_stop_until_the_number_is_allowed() {
    let drive = TestDrive::start();
    let home = home_with(&drive, 8);
    for n in 0..3 {
        remove_there(&drive, &format!("skill-{n:02}"));
    }
    let before = home.tree(".agents/skills");
    home.skill(".agents/skills", "new", "New");
    assert_snapshot!(home.run(&["sync", "--yes", "--prune"]), @"
    ------- stderr -------
    Plan:
      upload         1  new
      trash here     3  skill-00, skill-01, skill-02
      Costs nothing.
    error: the plan removes 3 of 9 skills and the limit is 2

    hint: nothing was changed; --max-delete 3 allows it
    [exit status: 8]
    ");
    assert_eq!(home.tree(".agents/skills").len(), before.len() + 2);
    home.run(&["sync", "--yes", "--prune", "--max-delete", "2"]).exits(8);
    home.run(&["sync", "--yes", "--prune", "--max-delete", "3"]).exits(0);
    assert_eq!(home.tree(".agents/skills").keys().filter(|path| path.ends_with("SKILL.md")).count(), 6);
    assert_eq!(drive.slugs().len(), 6);
}

#[test]
fn more_than_ten_stop_though_they_are_less_than_a_quarter() {
    let drive = TestDrive::start();
    let home = home_with(&drive, 45);
    for n in 0..11 {
        remove_there(&drive, &format!("skill-{n:02}"));
    }
    let run = home.run(&["sync", "--yes", "--prune"]).exits(8);
    assert!(run.stderr.contains("the plan removes 11 of 45 skills and the limit is 10"), "{run}");
    home.run(&["sync", "--yes", "--prune", "--max-delete", "11"]).exits(0);
    assert_eq!(drive.slugs().len(), 34);
}

#[test]
fn what_was_removed_here_stays_removed_until_it_is_asked_for() {
    let drive = TestDrive::start();
    let (home, other) = two_homes(&drive);
    home.run(&["remove", "notes", "--yes"]).exits(0);
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do.
      left alone: notes: removed on this machine; --removed-here reinstall brings it back, --removed-here remove removes it there
    ");
    assert!(!home.path(".agents/skills/notes").exists());
    assert_snapshot!(home.run(&["sync", "--yes", "--removed-here", "reinstall"]), @"
    installed notes@1 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      install        1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    ");
    assert_eq!(body(&home, "notes"), "Notes");

    home.run(&["remove", "notes", "--yes"]).exits(0);
    // A version that was never seen here is not what was removed here.
    other.skill(".agents/skills", "notes", "Newer");
    other.run(&["sync", "--yes"]).exits(0);
    home.run(&["sync", "--yes", "--removed-here", "remove"]).exits(0);
    assert_eq!(drive.slugs(), ["notes"]);

    other.run(&["remove", "notes", "--yes"]).exits(0);
    assert_snapshot!(other.run(&["sync", "--yes", "--removed-here", "remove"]), @"
    removed from the drive: notes
    ------- stderr -------
    Plan:
      remove there   1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT].
    ");
    assert!(drive.slugs().is_empty());
    other.run(&["sync"]).exits(0);
}

#[test]
fn a_folder_that_was_deleted_by_hand_counts_as_removed_here() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    std::fs::remove_dir_all(home.path(".agents/skills/notes")).unwrap();
    let run = home.run(&["sync", "--yes"]).exits(0);
    assert!(run.stderr.contains("removed on this machine"), "{run}");
    assert_eq!(drive.slugs(), ["notes"]);
    home.run(&["sync", "--yes", "--removed-here", "reinstall"]).exits(0);
    assert_eq!(body(&home, "notes"), "Notes");
    assert!(home.read(".claude/skills/notes/SKILL.md").contains("Notes"));
}

#[test]
fn a_skill_that_is_left_out_stays_so_until_it_is_taken_in_again() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".agents/skills", "draft", "Draft");
    home.skill(".agents/skills", "notes", "Notes");
    assert_snapshot!(home.run(&["sync", "--yes", "--skip", "draft"]), @"
    uploaded notes@1 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan (first sync of this machine):
      upload         1  notes
      Costs nothing.
      left alone: draft: left out by --skip
    Synced with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    ");
    home.skill(".agents/skills", "draft", "Draft, edited");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do.
      left alone: draft: left out by --skip
    ");
    assert_eq!(drive.slugs(), ["notes"]);
    home.run(&["sync", "--dry-run", "--unskip", "draft"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!(drive.slugs(), ["notes"], "a dry run remembers nothing");
    home.run(&["sync", "--yes", "--unskip", "draft"]).exits(0);
    assert_eq!(drive.slugs(), ["draft", "notes"]);
    let second = home_on(&drive);
    second.run(&["sync", "--yes", "--skip", "draft"]).exits(0);
    second.run(&["sync", "--yes"]).exits(0);
    assert!(!second.path(".agents/skills/draft").exists());
}
