//! Folders that are links: nothing is destroyed, linked to itself or counted twice.

use std::fs;
use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use super::body;
use super::home_on;
use super::two_homes;
use crate::harness::Home;
use crate::harness::TestDrive;

#[test]
fn an_agents_folder_that_is_a_link_to_the_canonical_one() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.skill(".agents/skills", "notes", "Notes");
    home.mkdir(".claude");
    symlink("../.agents/skills", home.path(".claude/skills")).unwrap();
    let before = home.tree(".agents/skills");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    uploaded notes@1 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan (first sync of this machine):
      upload         1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills).
    ");
    assert_eq!(home.tree(".agents/skills"), before);
    assert_eq!(fs::read_link(home.path(".claude/skills")).unwrap().to_str(), Some("../.agents/skills"));
    assert_eq!(drive.slugs(), ["notes"]);

    // A change from the drive arrives through it as well.
    let other = home_on(&drive);
    other.run(&["sync", "--yes"]).exits(0);
    other.skill(".agents/skills", "notes", "Changed");
    other.skill(".agents/skills", "more", "More");
    other.run(&["sync", "--yes"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!(home.tree(".agents/skills"), other.tree(".agents/skills"));
    assert_eq!(fs::read_link(home.path(".claude/skills")).unwrap().to_str(), Some("../.agents/skills"));
    home.run(&["sync"]).exits(0);
}

#[test]
fn an_agents_home_that_is_a_link_into_a_dotfiles_repository() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.write("dotfiles/.git/HEAD", "ref: refs/heads/main\n");
    home.write("dotfiles/claude/settings.json", "{}");
    home.skill("dotfiles/claude/skills", "mine", "Mine");
    symlink("dotfiles/claude", home.path(".claude")).unwrap();
    home.mkdir(".cursor");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    uploaded mine@1 in [HOME]/.claude/skills/mine
    ------- stderr -------
    Plan (first sync of this machine):
      upload         1  mine
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (1 link made).
    ");
    assert_eq!(drive.slugs(), ["mine"]);
    assert_eq!(fs::read_link(home.path(".claude")).unwrap().to_str(), Some("dotfiles/claude"));
    assert_eq!(home.read(".claude/settings.json"), "{}");
    assert_eq!(home.read(".cursor/skills/mine/SKILL.md"), home.read("dotfiles/claude/skills/mine/SKILL.md"));

    let other = home_on(&drive);
    other.run(&["sync", "--yes"]).exits(0);
    other.skill(".agents/skills", "theirs", "Theirs");
    other.run(&["sync", "--yes"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!(home.read(".claude/skills/theirs/SKILL.md"), other.read(".agents/skills/theirs/SKILL.md"));
    home.run(&["sync"]).exits(0);
    assert_eq!(fs::read_link(home.path(".claude")).unwrap().to_str(), Some("dotfiles/claude"));
}

#[test]
fn a_skill_that_is_a_link_into_dotfiles_is_sent_and_never_replaced() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill("dotfiles/skills", "mine", "Mine");
    home.mkdir(".claude/skills");
    symlink("../../dotfiles/skills/mine", home.path(".claude/skills/mine")).unwrap();
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!(drive.slugs(), ["mine"]);
    assert_eq!(home.read(".cursor/skills/mine/SKILL.md"), home.read("dotfiles/skills/mine/SKILL.md"));
    let before = home.tree("dotfiles");

    let other = home_on(&drive);
    other.run(&["sync", "--yes"]).exits(0);
    other.skill(".agents/skills", "mine", "Theirs");
    other.run(&["sync", "--yes"]).exits(0);
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do before you decide:
      conflict: mine: changed in the drive, but the folder here holds a .git or is reached through a link, so it is never replaced
    hint: bring the change of mine in by hand, or move its folder away and sync again
    [exit status: 8]
    ");
    for how in ["take-drive", "fork", "keep-local"] {
        home.run(&["sync", "--yes", "--on-conflict", how]).exits(8);
    }
    assert_eq!(home.tree("dotfiles"), before);
    assert_eq!(home.tree(".claude/skills")["mine"], "-> ../../dotfiles/skills/mine");
    assert!(!home.path(".agents/skills/mine").exists());
}

#[test]
fn a_link_to_nowhere_and_a_foreign_folder_in_the_way_stay_as_they_are() {
    let drive = TestDrive::start();
    let (first, _) = two_homes(&drive);
    first.skill(".agents/skills", "hello", "Hello");
    first.run(&["sync", "--yes"]).exits(0);
    let third = home_on(&drive);
    third.mkdir(".claude/skills");
    symlink("nowhere", third.path(".claude/skills/hello")).unwrap();
    third.write(".cursor/skills/notes/README", "no skill of ours");
    assert_snapshot!(third.run(&["sync", "--yes"]), @"
    installed hello@1 in [HOME]/.agents/skills/hello
    installed notes@1 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan (first sync of this machine):
      install        2  hello, notes
      Costs nothing.
      1 folder is no skill (no SKILL.md)
    warning: no link at [HOME]/.claude/skills/hello: a link to `nowhere`, which is not there
    warning: no link at [HOME]/.cursor/skills/notes: a folder that is not ours
    In step with 127.0.0.1:[PORT], which holds 2 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    ");
    assert_eq!(third.tree(".claude/skills")["hello"], "-> nowhere");
    assert_eq!(third.read(".cursor/skills/notes/README"), "no skill of ours");
    assert_eq!(body(&third, "notes"), "Notes");
}
