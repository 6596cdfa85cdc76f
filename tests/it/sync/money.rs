//! What a sync costs is said before, and never more is spent.

use insta::assert_snapshot;

use super::home_on;
use crate::harness::Home;
use crate::harness::TestDrive;

/// A home whose first, free sync is behind it, with so many new skills.
fn later(drive: &TestDrive, new: usize) -> Home {
    let home = home_on(drive);
    home.skill(".agents/skills", "first", "First");
    home.run(&["sync", "--yes"]).exits(0);
    for n in 0..new {
        home.skill(".agents/skills", &format!("new-{n}"), "New");
    }
    home
}

fn with_balance(credits: u64) -> TestDrive {
    TestDrive::with(|config| config.signup_credits = credits)
}

#[test]
fn the_first_sync_is_free_and_later_uploads_cost_one_each() {
    let drive = TestDrive::start();
    let home = later(&drive, 2);
    assert_eq!(drive.balance(), 1000);
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    uploaded new-0@1 in [HOME]/.agents/skills/new-0
    uploaded new-1@1 in [HOME]/.agents/skills/new-1
    ------- stderr -------
    Plan:
      upload         2  new-0, new-1  (2 credits)
      Costs 2 credits; 998 of 1000 are left.
    In step with 127.0.0.1:[PORT], which holds 3 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (4 links made).
    ");
    assert_eq!(drive.balance(), 998);
    // Edits and downloads are free.
    home.skill(".agents/skills", "new-0", "Edited");
    home.run(&["sync", "--yes"]).exits(0);
    home_on(&drive).run(&["sync", "--yes"]).exits(0);
    assert_eq!(drive.balance(), 998);
}

#[test]
fn a_plan_over_the_balance_ends_with_9_and_commits_nothing() {
    let drive = with_balance(1);
    let home = later(&drive, 2);
    home_on(&drive).run(&["sync", "--yes"]).exits(0);
    drive.forget();
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Plan:
      upload         2  new-0, new-1  (2 credits)
      Costs 2 credits; the balance is 1.
    error: the plan costs 2 credits and the balance is 1

    hint: skillzdrive sync --mode as_many_as_credits_allow does the cheapest part of it
    [exit status: 9]
    ");
    assert_eq!(drive.asked_lines(), ["POST /api/v1/drive/sync/preview"]);
    assert_eq!((drive.slugs(), drive.balance()), (vec!["first".to_owned()], 1));

    assert_snapshot!(home.run(&["sync", "--yes", "--mode", "as_many_as_credits_allow"]), @"
    uploaded new-0@1 in [HOME]/.agents/skills/new-0
    ------- stderr -------
    Plan:
      upload         1  new-0  (1 credit)
      Costs 1 credit; 0 of 1 are left.
      left alone: new-1: the credits do not reach
    Synced with 127.0.0.1:[PORT], which holds 2 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    ");
    assert_eq!((drive.slugs().len(), drive.balance()), (2, 0));
    drive.grant(5);
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!((drive.slugs().len(), drive.balance()), (3, 4));
}

#[test]
fn max_credits_is_a_limit_of_ones_own() {
    let drive = TestDrive::start();
    let home = later(&drive, 3);
    assert_snapshot!(home.run(&["sync", "--yes", "--max-credits", "2"]), @"
    ------- stderr -------
    Plan:
      upload         3  new-0, new-1, new-2  (3 credits)
      Costs 3 credits; 997 of 1000 are left.
    error: the plan costs 3 credits and the limit is 2

    hint: raise --max-credits, or add --mode as_many_as_credits_allow to do a part of it
    [exit status: 9]
    ");
    assert_eq!(drive.slugs(), ["first"]);
    let run = ["sync", "--yes", "--max-credits", "2", "--mode", "as_many_as_credits_allow"];
    home.run(&run).exits(0);
    assert_eq!((drive.slugs().len(), drive.balance()), (3, 998));
    home.run(&["sync", "--yes", "--max-credits", "1"]).exits(0);
    assert_eq!((drive.slugs().len(), drive.balance()), (4, 997));
}

#[test]
fn a_public_skill_that_is_here_already_is_claimed_and_not_sent() {
    let drive = TestDrive::start();
    drive.publish("changelog", "Write changelogs");
    drive.publish("csv", "Profile CSV files");
    let home = home_on(&drive);
    home.run(&["install", "changelog", "csv"]).exits(0);
    home.skill(".agents/skills", "mine", "Mine");
    let before = home.tree(".agents/skills");
    drive.forget();
    assert_snapshot!(home.run(&["sync", "--yes", "--mode", "public_only"]), @"
    claimed changelog@1 in [HOME]/.agents/skills/changelog
    claimed csv@1 in [HOME]/.agents/skills/csv
    ------- stderr -------
    Plan (first sync of this machine):
      claim          2  changelog, csv
      Costs nothing.
      left alone: mine: left out by --mode
    Synced with 127.0.0.1:[PORT], which holds 2 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills).
    ");
    assert_eq!(drive.slugs(), ["changelog", "csv"]);
    assert_eq!(drive.count("POST /api/uploads/process-skill"), 0);
    assert_eq!(home.tree(".agents/skills"), before);
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!(drive.slugs(), ["changelog", "csv", "mine"]);
}

#[test]
fn the_same_bytes_as_a_published_skill_are_a_claim_though_they_were_made_by_hand() {
    let drive = TestDrive::start();
    drive.publish("changelog", "Write changelogs");
    let home = home_on(&drive);
    home.skill(".claude/skills", "changelog", "Write changelogs");
    let run = home.run(&["sync", "--yes"]).exits(0);
    assert!(run.stdout.starts_with("claimed changelog"), "{run}");
    assert_eq!(drive.count("POST /api/v1/uploads/ticket"), 0);
}

#[test]
fn pulls_only_brings_and_sends_nothing() {
    let drive = TestDrive::start();
    let home = later(&drive, 1);
    let second = home_on(&drive);
    second.skill(".agents/skills", "other", "Other");
    assert_snapshot!(second.run(&["sync", "--yes", "--mode", "pulls_only"]), @"
    installed first@1 in [HOME]/.agents/skills/first
    ------- stderr -------
    Plan (first sync of this machine):
      install        1  first
      Costs nothing.
      left alone: other: left out by --mode
    Synced with 127.0.0.1:[PORT], which holds 1 skill.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    ");
    assert_eq!(drive.slugs(), ["first"]);
    assert_eq!(second.tree(".agents/skills/first"), home.tree(".agents/skills/first"));
}

#[test]
fn the_embedded_drive_charges_nothing() {
    let home = Home::new().with("SKILLZDRIVE_SERVER", "local");
    home.mkdir(".claude");
    home.run(&["sync", "--yes"]).exits(0);
    home.skill(".claude/skills", "mine", "Mine");
    let run = home.run(&["sync", "--yes"]).exits(0);
    assert!(run.stderr.contains("Costs nothing."), "{run}");
}
