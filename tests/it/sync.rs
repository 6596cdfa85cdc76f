//! `sync`: machine and drive agree afterwards, nothing is lost, everything is said.

use insta::assert_snapshot;

use crate::harness::Home;
use crate::harness::TestDrive;

#[test]
fn the_first_sync_sends_what_is_here_and_brings_it_to_a_second_home() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".claude");
    home.skill(".claude/skills", "hello", "Hello");
    home.skill(".agents/skills", "notes", "Notes");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"");
    assert_eq!(drive.slugs(), ["hello", "notes"]);
    assert_snapshot!(home.run(&["sync", "--yes"]), @"");

    let second = Home::logged_in(&drive.url, &drive.key);
    second.mkdir(".claude");
    second.run(&["sync", "--yes"]).exits(0);
    assert_eq!(second.tree(".agents/skills/hello"), home.tree(".claude/skills/hello"));
    assert_eq!(second.tree(".agents/skills/notes"), home.tree(".agents/skills/notes"));
}
