//! Both sides changed: nothing is lost, whatever is decided.

use insta::assert_snapshot;

use super::body;
use super::home_on;
use super::two_homes;
use crate::harness::Home;
use crate::harness::TestDrive;

/// Two homes that edited the same skill; the first has sent its edit.
fn diverged(drive: &TestDrive) -> (Home, Home) {
    let (first, second) = two_homes(drive);
    first.skill(".agents/skills", "notes", "First");
    second.skill(".agents/skills", "notes", "Second");
    first.run(&["sync", "--yes"]).exits(0);
    (first, second)
}

#[test]
fn a_conflict_is_left_with_8_and_all_else_is_done() {
    let drive = TestDrive::start();
    let (first, second) = diverged(&drive);
    second.skill(".agents/skills", "other", "Other");
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    uploaded other@1 in [HOME]/.agents/skills/other
    ------- stderr -------
    Plan:
      upload         1  other  (1 credit)
      Costs 1 credit; 999 of 1000 are left.
      conflict: notes: both sides changed
    Synced with 127.0.0.1:[PORT], which holds 2 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    hint: skillzdrive sync --on-conflict keep-local|take-drive|fork decides conflicts
    [exit status: 8]
    ");
    assert_eq!(drive.slugs(), ["notes", "other"]);
    assert_eq!((body(&first, "notes"), body(&second, "notes")), ("First".to_owned(), "Second".to_owned()));
    // Still there the next time, and nothing else with it.
    assert_snapshot!(second.run(&["sync", "--yes", "--on-conflict", "skip"]), @"
    ------- stderr -------
    Nothing to do before you decide:
      conflict: notes: both sides changed
    hint: skillzdrive sync --on-conflict keep-local|take-drive|fork decides conflicts
    [exit status: 8]
    ");
}

#[test]
fn keep_local_sends_the_local_version_and_the_other_machine_gets_it() {
    let drive = TestDrive::start();
    let (first, second) = diverged(&drive);
    assert_snapshot!(second.run(&["sync", "--yes", "--on-conflict", "keep-local"]), @"
    sent edit notes@3 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      send edit      1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills).
    ");
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!((body(&first, "notes"), body(&second, "notes")), ("Second".to_owned(), "Second".to_owned()));
    // The other version is in the drive's history and in the first machine's trash.
    let versions = drive.ask("GET", "/api/v1/skills/notes", None).1["data"]["versions"].clone();
    assert_eq!(versions.as_array().map(Vec::len), Some(3), "{versions}");
    first.run(&["undo", "--yes"]).exits(0);
    assert_eq!(body(&first, "notes"), "First");
}

#[test]
fn take_drive_puts_the_local_version_into_the_trash_from_where_undo_brings_it_back() {
    let drive = TestDrive::start();
    let (first, second) = diverged(&drive);
    assert_snapshot!(second.run(&["sync", "--yes", "--on-conflict", "take-drive"]), @"
    updated notes@2 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      update         1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills).
    hint: what was here before is in the trash; skillzdrive undo brings it back
    ");
    assert_eq!(body(&second, "notes"), "First");
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do: machine and drive agree.
    ");
    second.run(&["undo", "--yes"]).exits(0);
    assert_eq!(body(&second, "notes"), "Second");
    // What came back is an edit of the drive's version, so it travels.
    second.run(&["sync", "--yes"]).exits(0);
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(body(&first, "notes"), "Second");
}

#[test]
fn fork_keeps_both_under_two_names_on_every_machine() {
    let drive = TestDrive::start();
    let (first, second) = diverged(&drive);
    assert_snapshot!(second.run(&["sync", "--yes", "--on-conflict", "fork"]), @"
    uploaded notes-local@1 in [HOME]/.agents/skills/notes-local
    updated notes@2 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      fork           1  notes is kept as notes-local, then the drive's version comes
      Costs nothing.
    Plan:
      upload         1  notes-local  (1 credit)
      update         1  notes
      Costs 1 credit; 999 of 1000 are left.
    In step with 127.0.0.1:[PORT], which holds 2 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills).
    hint: what was here before is in the trash; skillzdrive undo brings it back
    ");
    assert_eq!((body(&second, "notes"), body(&second, "notes-local")), ("First".to_owned(), "Second".to_owned()));
    assert!(second.read(".agents/skills/notes-local/SKILL.md").contains("name: notes-local\n"));
    assert_eq!(second.tree(".claude/skills")["notes-local"], "-> ../../.agents/skills/notes-local");
    second.run(&["sync", "--yes", "--on-conflict", "fork"]).exits(0);
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(first.tree(".agents/skills"), second.tree(".agents/skills"));
    assert_eq!(drive.slugs(), ["notes", "notes-local"]);
    assert_eq!(drive.balance(), 999, "the copy is a new skill");
}

#[test]
fn a_folder_that_is_a_repository_is_never_swapped() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    second.write(".agents/skills/notes/.git/HEAD", "ref: refs/heads/main\n");
    first.skill(".agents/skills", "notes", "First");
    first.run(&["sync", "--yes"]).exits(0);
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do before you decide:
      conflict: notes: changed in the drive, but the folder here holds a .git or is reached through a link, so it is never replaced
    hint: bring the change of notes in by hand, or move its folder away and sync again
    [exit status: 8]
    ");
    for how in ["take-drive", "fork", "keep-local"] {
        second.run(&["sync", "--yes", "--on-conflict", how]).exits(8);
        assert_eq!(body(&second, "notes"), "Notes");
        assert_eq!(second.read(".agents/skills/notes/.git/HEAD"), "ref: refs/heads/main\n");
    }
    assert_eq!(drive.slugs(), ["notes"]);
    // An edit in it is sent: that changes nothing here.
    second.run(&["sync", "--yes", "--on-conflict", "keep-local"]).exits(8);
    second.skill(".agents/skills", "notes", "From the repository");
    second.run(&["sync", "--yes", "--on-conflict", "keep-local"]).exits(0);
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(body(&first, "notes"), "From the repository");
}

#[test]
fn the_same_slug_with_other_bytes_in_two_places_is_named_and_left() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".agents/skills", "hello", "One");
    home.skill(".claude/skills", "hello", "Two");
    home.skill(".agents/skills", "same", "Same");
    home.skill(".cursor/skills", "same", "Same");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    uploaded same@1 in [HOME]/.agents/skills/same
    ------- stderr -------
    Plan (first sync of this machine):
      upload         1  same
      Costs nothing.
      conflict: hello: it has different bytes in `[HOME]/.agents/skills/hello` and `[HOME]/.claude/skills/hello`
    Synced with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (1 link made).
    hint: keep one of the places of hello, or leave it out with --skip hello
    [exit status: 8]
    ");
    assert_eq!(drive.slugs(), ["same"]);
    assert_eq!(body(&home, "hello"), "One");
    assert!(home.read(".claude/skills/hello/SKILL.md").ends_with("Two\n"));
    // Policies decide about the drive's side; which of two places is the skill, only a person can say.
    for how in ["keep-local", "take-drive", "fork"] {
        home.run(&["sync", "--yes", "--on-conflict", how]).exits(8);
    }
    assert_eq!(drive.slugs(), ["same"]);
    std::fs::remove_dir_all(home.path(".claude/skills/hello")).unwrap();
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!(drive.slugs(), ["hello", "same"]);
    assert_eq!(home.tree(".claude/skills")["hello"], "-> ../../.agents/skills/hello");
}
