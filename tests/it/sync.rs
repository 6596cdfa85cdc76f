//! `sync`: machine and drive agree afterwards, nothing is lost, everything is said.

mod accounts;
mod broken;
mod conflicts;
mod dry;
mod links;
mod money;
mod races;
mod removals;
mod secrets;

use insta::assert_snapshot;

use crate::harness::Home;
use crate::harness::TestDrive;

/// A home with two agents, logged in, without skills.
fn home_on(drive: &TestDrive) -> Home {
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".claude");
    home.mkdir(".cursor");
    home
}

/// Two homes of one account that have the skill `notes` in common.
fn two_homes(drive: &TestDrive) -> (Home, Home) {
    let first = home_on(drive);
    first.skill(".agents/skills", "notes", "Notes");
    first.run(&["sync", "--yes"]).exits(0);
    let second = home_on(drive);
    second.run(&["sync", "--yes"]).exits(0);
    (first, second)
}

/// The body of a skill in the canonical folder.
fn body(home: &Home, slug: &str) -> String {
    home.read(&format!(".agents/skills/{slug}/SKILL.md")).lines().last().unwrap().to_owned()
}

#[test]
fn the_first_sync_shows_its_plan_sends_what_is_here_links_it_and_says_where_it_is() {
    let drive = TestDrive::start();
    drive.publish("changelog", "Write changelogs");
    drive.ask("POST", "/api/v1/drive/import", Some(serde_json::json!({"skillSlug": "changelog"})));
    let home = home_on(&drive);
    home.skill(".claude/skills", "blog", "Blog");
    home.skill(".claude/skills", "hello", "Hello");
    home.skill(".agents/skills", "notes", "Notes");
    home.mkdir(".claude/skills/empty");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    uploaded blog@1 in [HOME]/.claude/skills/blog
    uploaded hello@1 in [HOME]/.claude/skills/hello
    uploaded notes@1 in [HOME]/.agents/skills/notes
    installed changelog@1 in [HOME]/.agents/skills/changelog
    ------- stderr -------
    Plan (first sync of this machine):
      upload         3  blog, hello, notes
      install        1  changelog
      Costs nothing.
      1 folder is no skill (no SKILL.md)
    In step with 127.0.0.1:[PORT], which holds 4 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (6 links made).
    ");
    assert_eq!(drive.slugs(), ["blog", "changelog", "hello", "notes"]);
    for slug in ["blog", "hello"] {
        assert_eq!(home.tree(".cursor/skills")[slug], format!("-> ../../.claude/skills/{slug}"));
        assert!(!home.path(&format!(".agents/skills/{slug}")).exists());
    }
    for agent in [".claude", ".cursor"] {
        assert_eq!(home.tree(&format!("{agent}/skills"))["notes"], "-> ../../.agents/skills/notes");
        assert_eq!(home.tree(&format!("{agent}/skills"))["changelog"], "-> ../../.agents/skills/changelog");
    }
}

#[test]
fn a_second_sync_has_nothing_to_do_reads_nothing_and_commits_nothing() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".claude/skills", "hello", "Hello");
    home.skill(".agents/skills", "notes", "Notes");
    home.run(&["sync", "--yes"]).exits(0);
    let before = home.tree(".");
    drive.forget();
    assert_snapshot!(home.run(&["sync"]), @"
    ------- stderr -------
    Nothing to do: machine and drive agree.
    ");
    assert_eq!(drive.asked_lines(), ["POST /api/v1/drive/sync/preview"]);
    let after = home.tree(".");
    for folder in [".agents/skills", ".claude", ".cursor", ".local/share"] {
        let of = |tree: &std::collections::BTreeMap<String, String>| {
            tree.iter()
                .filter(|(path, _)| path.starts_with(folder))
                .map(|(p, t)| (p.clone(), t.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&before), of(&after));
    }
    // A fingerprint is trusted once the files are 2 s old.
    let start = std::time::Instant::now();
    while !home.run(&["sync", "--verbose"]).exits(0).stderr.contains("2 skills here, 0 had to be read") {
        assert!(start.elapsed().as_secs() < 20, "the skills are read each time");
    }
}

#[test]
fn a_second_home_gets_everything_byte_for_byte_with_its_execute_bits() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".claude/skills", "hello", "Hello");
    home.skill(".agents/skills", "notes", "Notes");
    home.write(".agents/skills/notes/assets/ü n.bin", [0, 159, 146, 150, 13, 10]);
    home.write(".agents/skills/notes/empty", "");
    home.run(&["sync", "--yes"]).exits(0);

    let second = home_on(&drive);
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    installed hello@1 in [HOME]/.agents/skills/hello
    installed notes@1 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan (first sync of this machine):
      install        2  hello, notes
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 2 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (4 links made).
    ");
    assert_eq!(second.tree(".agents/skills/hello"), home.tree(".claude/skills/hello"));
    assert_eq!(second.tree(".agents/skills/notes"), home.tree(".agents/skills/notes"));
    assert!(second.tree(".agents/skills/notes")["scripts/run.sh"].starts_with("x #!"));
    let bytes = |home: &Home| std::fs::read(home.path(".agents/skills/notes/assets/ü n.bin")).unwrap();
    assert_eq!(bytes(&home), bytes(&second));
    second.run(&["sync"]).exits(0);
    home.run(&["sync"]).exits(0);
}

#[test]
fn an_edit_on_either_machine_travels_to_the_other() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    first.skill(".agents/skills", "notes", "Edited on the first");
    assert_snapshot!(first.run(&["sync", "--yes"]), @"
    sent edit notes@2 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      send edit      1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills).
    ");
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    updated notes@2 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      update         1  notes
      Costs nothing.
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills).
    ");
    assert_eq!(body(&second, "notes"), "Edited on the first");
    second.write(".agents/skills/notes/more.md", "more");
    second.run(&["sync", "--yes"]).exits(0);
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(first.tree(".agents/skills/notes"), second.tree(".agents/skills/notes"));
    assert_eq!(first.read(".agents/skills/notes/more.md"), "more");
    // What was replaced lies in the trash, and comes back.
    first.run(&["undo", "--yes"]).exits(0);
    assert!(!first.path(".agents/skills/notes/more.md").exists());
}

#[test]
fn a_project_only_pulls_unless_it_is_told_to_push() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    let project = home.mkdir("work");
    home.mkdir("work/.git");
    home.skill("work/.agents/skills", "recipe", "Recipe");
    let run = home.run_in(&project, &["sync", "--project", "--yes"]);
    assert_snapshot!(run, @"
    installed notes@1 in [HOME]/work/.agents/skills/notes
    ------- stderr -------
    Plan:
      install        1  notes
      Costs nothing.
      left alone: recipe: this sync only pulls; --push sends too
    Synced with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/work/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/work/.claude/skills), Cursor ([HOME]/work/.agents/skills) (1 link made).
    ");
    assert_eq!(drive.slugs(), ["notes"]);
    assert_eq!(home.tree("work/.agents/skills/notes"), home.tree(".agents/skills/notes"));
    assert!(home.path("work/skillzdrive.lock").exists());
    home.run_in(&project, &["sync", "--project", "--push", "--yes"]).exits(0);
    assert_eq!(drive.slugs(), ["notes", "recipe"]);
    // The person's own skills were not touched by it.
    assert!(!home.path(".agents/skills/recipe").exists());
}
