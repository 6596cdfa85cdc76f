//! `install` without names: the lockfile is what will be there, byte for byte, and nothing else.

use std::fs;

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

/// A home with a repository in `repo`, `pdf` and `csv` installed in it, one agent.
fn repository(drive: &TestDrive) -> Home {
    drive.publish("pdf", "one");
    drive.publish("csv", "one");
    let home = Home::on(&drive.url);
    home.mkdir("repo/.git");
    home.mkdir(".claude");
    let run = home.run_in(&home.path("repo"), &["install", "--project", "pdf", "csv"]).exits(0);
    assert!(run.stderr.contains("hint: commit "), "{run}");
    home
}

/// A fresh home with the same repository as somebody else would clone it.
fn clone(home: &Home, drive: &TestDrive) -> Home {
    let other = Home::on(&drive.url);
    other.mkdir("repo/.git");
    other.mkdir(".claude");
    other.write("repo/skillzdrive.lock", home.read("repo/skillzdrive.lock"));
    other
}

#[test]
fn a_clone_gets_the_same_bytes_and_its_own_links() {
    let drive = TestDrive::start();
    let home = repository(&drive);
    let lock = home.read("repo/skillzdrive.lock");
    let other = clone(&home, &drive);
    drive.publish("pdf", "two");
    drive.forget();
    let run = other.run_in(&other.path("repo"), &["install"]).exits(0);
    assert!(!run.stderr.contains("hint: commit"), "nothing to commit: {run}");
    assert_eq!(other.tree("repo/.agents/skills"), home.tree("repo/.agents/skills"));
    assert_eq!(other.tree("repo/.claude/skills"), home.tree("repo/.claude/skills"));
    assert_eq!(other.read("repo/skillzdrive.lock"), lock);
    // Exact bytes have an address; nobody is asked what is newest.
    assert!(drive.asked_lines().iter().all(|line| line.starts_with("GET /api/v1/downloads/public/")));
    let again = other.run_in(&other.path("repo"), &["install"]).exits(0);
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", "2 skills unchanged\n"));
}

#[test]
fn what_is_missing_comes_back_and_what_was_edited_needs_consent() {
    let drive = TestDrive::start();
    let home = repository(&drive);
    let repo = home.path("repo");
    let whole = home.tree("repo/.agents/skills");
    fs::remove_dir_all(home.path("repo/.agents/skills/pdf")).unwrap();
    fs::remove_file(home.path("repo/.claude/skills/csv")).unwrap();
    let run = home.run_in(&repo, &["install"]).exits(0);
    assert!(run.stdout.starts_with("installed pdf@1"), "{run}");
    assert_eq!(home.tree("repo/.agents/skills"), whole);
    assert!(home.path("repo/.claude/skills/csv/SKILL.md").is_file());

    home.write("repo/.agents/skills/pdf/SKILL.md", skill_md("pdf", "edited"));
    let run = home.run_in(&repo, &["install"]).exits(3);
    assert!(run.stderr.contains("skills/pdf` was edited here") && run.stderr.contains("--yes"), "{run}");
    assert_eq!(home.read("repo/.agents/skills/pdf/SKILL.md"), skill_md("pdf", "edited"));
    home.run_in(&repo, &["install", "--yes"]).exits(0);
    assert_eq!(home.tree("repo/.agents/skills"), whole);
    let items = home.run_in(&repo, &["trash", "list", "--json"]).json()["items"].clone();
    let kept = items[0]["kept_at"].as_str().unwrap();
    assert_eq!(fs::read_to_string(format!("{kept}/SKILL.md")).unwrap(), skill_md("pdf", "edited"));
}

#[test]
fn a_teammates_new_lockfile_is_followed_without_a_question() {
    let drive = TestDrive::start();
    let home = repository(&drive);
    let other = clone(&home, &drive);
    other.run_in(&other.path("repo"), &["install"]).exits(0);
    drive.publish("pdf", "two");
    home.run_in(&home.path("repo"), &["install", "pdf@2"]).exits(0);
    other.write("repo/skillzdrive.lock", home.read("repo/skillzdrive.lock"));
    let run = other.run_in(&other.path("repo"), &["install"]).exits(0);
    assert!(run.stdout.starts_with("replaced pdf@2"), "{run}");
    assert_eq!(other.tree("repo/.agents/skills"), home.tree("repo/.agents/skills"));
}

#[test]
fn a_locked_lockfile_does_not_change() {
    let drive = TestDrive::start();
    let home = repository(&drive);
    let repo = home.path("repo");
    let lock = home.read("repo/skillzdrive.lock");
    drive.publish("pdf", "two");
    drive.publish("docx", "one");
    home.write(".cache/skillzdrive/marketplace/none", "");
    for args in [
        &["install", "pdf@2", "--locked"][..],
        &["install", "docx", "--locked"],
        &["install", "docx", "--frozen"],
        &["install", "pdf@2", "--frozen"],
    ] {
        let run = home.run_in(&repo, args).exits(1);
        assert!(run.stderr.contains("the lockfile would change"), "{args:?}: {run}");
        assert_eq!(home.read("repo/skillzdrive.lock"), lock);
    }
    // The newest is not asked for when frozen: what is locked is what is meant.
    fs::remove_dir_all(home.path("repo/.agents/skills/pdf")).unwrap();
    drive.forget();
    home.run_in(&repo, &["install", "pdf", "--frozen"]).exits(0);
    assert_eq!(drive.asked_lines(), Vec::<String>::new(), "it is in the cache");
    assert_eq!(home.read("repo/.agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));

    // A line that is not what the bytes are would be mended by a restoration.
    let wrong = lock.replacen("source = ", &format!("tree_sha = \"{}\"\nsource = ", "a".repeat(64)), 1);
    home.write("repo/skillzdrive.lock", &wrong);
    for (ci, locked) in [("1", true), ("true", true), ("false", false)] {
        home.write("repo/skillzdrive.lock", &wrong);
        let mut command = home.command(&["install", "--yes"]);
        let run = home.finish(&command.current_dir(&repo).env("CI", ci).output().unwrap());
        let run = run.exits(if locked { 1 } else { 0 });
        assert_eq!(run.stderr.contains("the lockfile would change"), locked, "{ci}: {run}");
        assert_eq!(home.read("repo/skillzdrive.lock") == wrong, locked, "{ci}");
    }

    // Not even a missing server is filled in.
    let bare =
        lock.lines().filter(|line| !line.starts_with("server")).fold(String::new(), |text, line| text + line + "\n");
    home.write("repo/skillzdrive.lock", &bare);
    home.run_in(&repo, &["install", "--locked"]).exits(0);
    assert_eq!(home.read("repo/skillzdrive.lock"), bare);
}

#[test]
fn frozen_and_offline_works_from_the_cache_alone() {
    let drive = TestDrive::start();
    let home = repository(&drive);
    let repo = home.path("repo");
    let whole = home.tree("repo/.agents/skills");
    fs::remove_dir_all(home.path("repo/.agents/skills")).unwrap();
    drive.forget();
    home.run_in(&repo, &["install", "--frozen", "--offline"]).exits(0);
    assert_eq!(home.tree("repo/.agents/skills"), whole);
    assert!(drive.asked().is_empty());

    fs::remove_dir_all(home.path("repo/.agents/skills")).unwrap();
    home.run(&["cache", "clean"]).exits(0);
    let run = home.run_in(&repo, &["install", "--frozen", "--offline"]).exits(6);
    assert!(run.stderr.contains("pdf") && run.stderr.contains("csv") && run.stderr.contains("--offline"), "{run}");
    assert!(drive.asked().is_empty());
}

#[test]
fn a_private_skill_comes_with_the_key_and_is_refused_helpfully_without() {
    let drive = TestDrive::start();
    let author = Home::logged_in(&drive.url, &drive.key);
    author.skill(".agents/skills", "secret-plans", "Mine");
    author.run(&["sync", "--yes"]).exits(0);

    let mate = Home::logged_in(&drive.url, &drive.another_key());
    mate.mkdir("repo/.git");
    let repo = mate.path("repo");
    mate.run_in(&repo, &["install", "--project", "secret-plans"]).exits(0);
    let whole = mate.tree("repo/.agents/skills");
    fs::remove_dir_all(mate.path("repo/.agents/skills")).unwrap();
    mate.run(&["cache", "clean"]).exits(0);
    mate.run_in(&repo, &["install"]).exits(0);
    assert_eq!(mate.tree("repo/.agents/skills"), whole);
    assert_eq!(whole["secret-plans/SKILL.md"], skill_md("secret-plans", "Mine"));

    let stranger = clone(&mate, &drive);
    let run = stranger.run_in(&stranger.path("repo"), &["install"]).exits(5);
    assert!(run.stderr.contains("`secret-plans` cannot be restored"), "{run}");
    assert!(run.stderr.contains("hint: skillzdrive login"), "{run}");
    let other = Home::logged_in(&drive.url, &drive.account("other"));
    other.mkdir("repo/.git");
    other.write("repo/skillzdrive.lock", mate.read("repo/skillzdrive.lock"));
    let run = other.run_in(&other.path("repo"), &["install"]).exits(5);
    assert!(run.stderr.contains("`secret-plans` cannot be restored"), "{run}");
    assert!(run.stderr.contains("this account"), "{run}");
}

#[test]
fn a_withdrawn_version_is_restored_with_and_without_a_key() {
    let drive = TestDrive::start();
    let home = repository(&drive);
    drive.withdraw("pdf");
    let keyed = Home::logged_in(&drive.url, &drive.key);
    keyed.mkdir("repo/.git");
    keyed.write("repo/skillzdrive.lock", home.read("repo/skillzdrive.lock"));
    for other in [clone(&home, &drive), keyed] {
        other.run_in(&other.path("repo"), &["install"]).exits(0);
        assert_eq!(other.tree("repo/.agents/skills"), home.tree("repo/.agents/skills"));
    }
}

#[test]
fn a_folder_that_changed_since_is_not_taken_for_what_was_locked() {
    let home = Home::new();
    home.mkdir("repo/.git");
    home.skill("repo/skills", "hello", "Hello");
    let repo = home.path("repo");
    home.run_in(&repo, &["install", "--project", "./skills/hello"]).exits(0);
    assert!(home.read("repo/skillzdrive.lock").contains("source = \"path:./skills/hello\""));
    fs::remove_dir_all(home.path("repo/.agents/skills")).unwrap();
    home.run_in(&repo, &["install"]).exits(0);
    assert_eq!(home.read("repo/.agents/skills/hello/SKILL.md"), skill_md("hello", "Hello"));
    fs::remove_dir_all(home.path("repo/.agents/skills")).unwrap();
    home.skill("repo/skills", "hello", "Changed");
    let run = home.run_in(&repo, &["install"]).exits(7);
    assert!(run.stderr.contains("is not what was locked") && run.stderr.contains("hint: "), "{run}");
    assert!(!home.path("repo/.agents/skills/hello").exists());
}
