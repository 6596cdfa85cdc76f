//! What must not leave the machine does not.

use insta::assert_snapshot;

use super::home_on;
use super::two_homes;
use crate::harness::TestDrive;

/// Looks like a key of a cloud, and is none.
const CREDENTIAL: &str = "AKIAIOSFODNN7ABCDEFG";

#[test]
fn a_dot_env_stays_here_is_said_and_survives_an_update() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    second.write(".agents/skills/notes/.env", "TOKEN=canary-of-the-second\n");
    second.write(".agents/skills/notes/scripts/server.pem", "canary-pem");
    second.skill(".agents/skills", "notes", "From the second");
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    sent edit notes@2 in [HOME]/.agents/skills/notes
    ------- stderr -------
    Plan:
      send edit      1  notes
      Costs nothing.
      stays here: notes: .env, scripts/server.pem (never sent)
    In step with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills).
    ");
    first.run(&["sync", "--yes"]).exits(0);
    assert!(first.read(".agents/skills/notes/SKILL.md").contains("From the second"));
    assert!(first.files_with("canary").is_empty());

    first.skill(".agents/skills", "notes", "From the first");
    first.run(&["sync", "--yes"]).exits(0);
    second.run(&["sync", "--yes"]).exits(0);
    assert!(second.read(".agents/skills/notes/SKILL.md").contains("From the first"));
    assert_eq!(second.read(".agents/skills/notes/.env"), "TOKEN=canary-of-the-second\n");
    assert_eq!(second.read(".agents/skills/notes/scripts/server.pem"), "canary-pem");
    // It is in one place, not copied into a trash that keeps it for weeks.
    assert_eq!(second.files_with("canary").len(), 2);
    second.run(&["sync"]).exits(0);
}

#[test]
fn a_credential_in_a_file_blocks_its_skill_until_it_is_allowed_by_name() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".agents/skills", "clean", "Clean");
    home.skill(".agents/skills", "risky", "Risky");
    home.write(".agents/skills/risky/config.ini", format!("[a]\nkey = {CREDENTIAL}\n"));
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    uploaded clean@1 in [HOME]/.agents/skills/clean
    ------- stderr -------
    Plan (first sync of this machine):
      upload         1  clean
      Costs nothing.
      left alone: risky: AWS access key id in config.ini line 2: allow it with --allow-secret risky:config.ini
    Synced with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    [exit status: 3]
    ");
    assert_eq!(drive.slugs(), ["clean"]);
    for wrong in ["risky:other.ini", "clean:config.ini"] {
        home.run(&["sync", "--yes", "--allow-secret", wrong]).exits(3);
        assert_eq!(drive.slugs(), ["clean"]);
    }
    // Where it would not have been sent anyway, nothing is held back.
    home.run(&["sync", "--yes", "--mode", "pulls_only"]).exits(0);
    home.run(&["sync", "--yes", "--allow-secret", "risky"]).exits(2);
    assert!(drive.asked().iter().all(|asked| !asked.body.windows(20).any(|part| part == CREDENTIAL.as_bytes())));
    home.run(&["sync", "--yes", "--allow-secret", "risky:config.ini"]).exits(0);
    assert_eq!(drive.slugs(), ["clean", "risky"]);
}

#[test]
fn a_credential_that_an_edit_brings_in_blocks_the_edit() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    first.write(".agents/skills/notes/config.ini", format!("key = {CREDENTIAL}\n"));
    let run = first.run(&["sync", "--yes"]).exits(3);
    assert!(run.stderr.contains("--allow-secret notes:config.ini"), "{run}");
    second.run(&["sync", "--yes"]).exits(0);
    assert!(second.files_with(CREDENTIAL).is_empty());
    // Nor does keeping the local side in a conflict let it through.
    second.skill(".agents/skills", "notes", "Second");
    second.run(&["sync", "--yes"]).exits(0);
    for how in ["keep-local", "fork", "take-drive"] {
        first.run(&["sync", "--yes", "--on-conflict", how]).exits(3);
        assert!(first.read(".agents/skills/notes/config.ini").contains(CREDENTIAL));
    }
    second.run(&["sync", "--yes"]).exits(0);
    assert!(second.files_with(CREDENTIAL).is_empty());
    // Who leaves the skill out by name has decided.
    first.run(&["sync", "--yes", "--skip", "notes"]).exits(0);
}

#[test]
fn a_link_out_of_the_skill_refuses_it_by_name() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.write("private.txt", "canary");
    home.skill(".agents/skills", "sly", "Sly");
    std::os::unix::fs::symlink("../../../private.txt", home.path(".agents/skills/sly/notes.txt")).unwrap();
    home.skill(".agents/skills", "good", "Good");
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    uploaded good@1 in [HOME]/.agents/skills/good
    ------- stderr -------
    Plan (first sync of this machine):
      upload         1  good
      Costs nothing.
      cannot be read: [HOME]/.agents/skills/sly: `notes.txt` is refused: it is a link that leaves the skill
    Synced with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    ");
    assert_eq!(drive.slugs(), ["good"]);
}
