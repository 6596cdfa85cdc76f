//! A skill that was edited here is never overwritten by `update`: it is kept, replaced, forked or merged as decided.

use serde_json::json;

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const MINE: &str = ".agents/skills/pdf/SKILL.md";
const LOCK: &str = ".local/share/skillzdrive/skillzdrive.lock";

const OLD: &str = "first\nsecond\nthird\nfourth\nfifth";
const NEW: &str = "first\nsecond\nthird\nfourth\nFIFTH";
const EDIT: &str = "FIRST\nsecond\nthird\nfourth\nfifth";

/// `pdf` edited here while a version 2 came, and `csv` only behind.
fn edited(edit: &str) -> (TestDrive, Home) {
    let drive = TestDrive::start();
    drive.publish("pdf", OLD);
    drive.publish("csv", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf", "csv"]).exits(0);
    drive.publish("pdf", NEW);
    drive.publish("csv", "two");
    home.write(MINE, skill_md("pdf", edit));
    (drive, home)
}

#[test]
fn an_edit_is_left_and_all_else_is_done() {
    let (_drive, home) = edited(EDIT);
    let left = home.run(&["update", "--yes"]).exits(8);
    assert_eq!(left.stdout, "updated csv 1 -> 2\n");
    assert!(left.stderr.contains("pdf was edited here and was left as it is"), "{left}");
    assert!(left.stderr.contains("--on-conflict keep|take|fork|merge"), "{left}");
    assert_eq!(home.read(MINE), skill_md("pdf", EDIT));
    let json = home.run(&["update", "--yes", "--json"]).exits(8).json();
    assert_eq!(json["updates"][0]["state"], "conflict");
}

#[test]
fn kept_means_kept() {
    let (_drive, home) = edited(EDIT);
    let lockfile = home.read(LOCK);
    home.run(&["update", "--yes", "pdf", "--on-conflict", "keep"]).exits(0);
    assert_eq!(home.read(MINE), skill_md("pdf", EDIT));
    assert_eq!(home.read(LOCK), lockfile);
}

#[test]
fn taken_means_that_the_edit_is_in_the_trash() {
    let (_drive, home) = edited(EDIT);
    home.run(&["update", "--yes", "pdf", "--on-conflict", "take"]).exits(0);
    assert_eq!(home.read(MINE), skill_md("pdf", NEW));
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.read(MINE), skill_md("pdf", EDIT));
}

#[test]
fn a_fork_keeps_both() {
    let (_drive, home) = edited(EDIT);
    let done = home.run(&["update", "--yes", "pdf", "--on-conflict", "fork"]).exits(0);
    assert_eq!(done.stdout, "updated pdf 1 -> 2; the edited one is pdf-local now\n");
    assert_eq!(home.read(MINE), skill_md("pdf", NEW));
    let fork = home.read(".agents/skills/pdf-local/SKILL.md");
    assert!(fork.contains("name: pdf-local") && fork.contains("FIRST"), "{fork}");
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.read(MINE), skill_md("pdf", EDIT));
    assert!(!home.path(".agents/skills/pdf-local").exists());
}

#[test]
fn edits_elsewhere_are_merged_even_when_the_cache_is_gone() {
    let (_drive, home) = edited(EDIT);
    home.run(&["cache", "clean"]).exits(0);
    let done = home.run(&["update", "--yes", "pdf", "--on-conflict", "merge"]).exits(0);
    assert_eq!(done.stdout, "updated pdf 1 -> 2; your edits are merged into it\n");
    assert_eq!(home.read(MINE), skill_md("pdf", "FIRST\nsecond\nthird\nfourth\nFIFTH"));
    assert!(home.read(LOCK).contains("version = 2"));
    // The edits are still edits: of version 2.
    let list = home.run(&["list", "--json"]).exits(0).json();
    let pdf = list["skills"].as_array().unwrap().iter().find(|one| one["slug"] == "pdf").unwrap();
    assert_eq!((&pdf["state"], &pdf["version"]), (&json!("modified"), &json!(2)));
    let diff = home.run(&["diff", "pdf"]).exits(0);
    assert!(diff.stdout.contains("-first\n+FIRST\n") && !diff.stdout.contains("FIFTH\n+"), "{diff}");
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.read(MINE), skill_md("pdf", EDIT));
}

#[test]
fn edits_of_the_same_lines_stay_a_conflict_unless_markers_are_asked_for() {
    let edit = "first\nsecond\nthird\nfourth\nmine";
    let (_drive, home) = edited(edit);
    let lockfile = home.read(LOCK);
    let left = home.run(&["update", "--yes", "pdf", "--on-conflict", "merge"]).exits(8);
    assert!(left.stderr.contains("pdf does not merge and was left as it is: both sides changed SKILL.md"), "{left}");
    assert_eq!((home.read(MINE), home.read(LOCK)), (skill_md("pdf", edit), lockfile));

    let marked = home.run(&["update", "--yes", "pdf", "--on-conflict", "merge", "--markers"]).exits(0);
    assert!(marked.stderr.contains("SKILL.md has conflict markers"), "{marked}");
    let body = "first\nsecond\nthird\nfourth\n<<<<<<< installed\nmine\n=======\nFIFTH\n>>>>>>> version 2";
    assert_eq!(home.read(MINE), skill_md("pdf", body));
}

#[test]
fn a_merge_that_fails_costs_nothing() {
    let drive = TestDrive::start();
    drive.publish("pdf", OLD);
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run(&["drive", "import", "pdf"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    drive.publish("pdf", NEW);
    home.write(MINE, skill_md("pdf", "first\nsecond\nthird\nfourth\nmine"));
    let before = drive.balance();
    home.run(&["update", "--yes", "--on-conflict", "merge"]).exits(8);
    home.run(&["update", "--yes"]).exits(8);
    home.run(&["update", "--yes", "--on-conflict", "keep"]).exits(0);
    assert_eq!((drive.balance(), drive.count("POST /api/v1/drive/updates/pdf/accept")), (before, 0));
    home.run(&["update", "--yes", "--on-conflict", "fork"]).exits(0);
    assert_eq!(drive.balance(), before - 1);
}

#[test]
fn a_repository_is_never_swapped() {
    let drive = TestDrive::start();
    drive.publish("pdf", OLD);
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    drive.publish("pdf", NEW);
    home.mkdir(".agents/skills/pdf/.git");
    let left = home.run(&["update", "--yes"]).exits(8);
    assert!(left.stderr.contains("its folder is a repository of its own"), "{left}");
    assert_eq!(home.read(MINE), skill_md("pdf", OLD));
}

#[test]
fn what_a_merge_or_an_undo_put_there_is_still_an_edit() {
    let (drive, home) = edited(EDIT);
    home.run(&["update", "--yes", "pdf", "--on-conflict", "merge"]).exits(0);
    let merged = home.read(MINE);
    drive.publish("pdf", "third version");
    let asked = home.run(&["install", "pdf@3"]).exits(2);
    assert!(asked.stderr.contains("edited here"), "{asked}");
    assert_eq!(home.read(MINE), merged);

    home.run(&["update", "--yes", "pdf", "--on-conflict", "take"]).exits(0);
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.read(MINE), merged);
    home.run(&["install", "pdf@3"]).exits(2);
    assert_eq!(home.read(MINE), merged);
}
