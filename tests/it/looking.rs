//! `list`, `status` and `cache`: what only looks writes nothing, asks nobody, and says what is there.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::harness::Home;
use crate::harness::TestDrive;

/// A home with one skill as installed, one edited, one home-made, one missing and one dead link.
fn lively(drive: &TestDrive) -> Home {
    for slug in ["csv", "docx", "pdf"] {
        drive.publish(slug, "one");
    }
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.run(&["install", "csv", "docx", "pdf"]).exits(0);
    home.skill(".claude/skills", "notes", "Mine");
    home.write(".agents/skills/csv/SKILL.md", "---\nname: csv\ndescription: edited\n---\nedited\n");
    fs::remove_dir_all(home.path(".agents/skills/docx")).unwrap();
    home
}

#[test]
fn list_and_status_say_what_is_there_and_what_differs() {
    let drive = TestDrive::start();
    let home = lively(&drive);
    assert_snapshot!(home.run(&["list"]), @r"
    csv	1	modified	skillzdrive	.agents/skills/csv	claude-code
    docx	1	missing	skillzdrive	.agents/skills/docx	
    notes	-	untracked	home-made	.claude/skills/notes	claude-code
    pdf	1	clean	skillzdrive	.agents/skills/pdf	claude-code
    ");
    assert_snapshot!(home.run(&["status"]), @r"
    modified	csv	.agents/skills/csv	
    missing	docx	.agents/skills/docx	
    untracked	notes	.claude/skills/notes	
    link dead		.claude/skills/docx	
    ------- stderr -------
    1 skill as installed
    hint: skillzdrive install brings back what is missing, with its links
    hint: skillzdrive sync --dry-run shows what would go to the drive
    ");
    let json = home.run(&["list", "--json"]).exits(0).json();
    let skills = json["skills"].as_array().unwrap();
    let states: Vec<_> = skills.iter().map(|skill| skill["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["modified", "missing", "untracked", "clean"]);
    let json = home.run(&["status", "--json"]).exits(0).json();
    assert_eq!(json["differences"].as_array().unwrap().len(), 4);
    assert_eq!(json["clean"], 1);
}

#[test]
fn looking_asks_nobody_and_writes_nothing() {
    let drive = TestDrive::start();
    let home = lively(&drive);
    let before = home.tree("");
    drive.forget();
    for command in ["list", "status"] {
        home.run(&[command]).exits(0);
        home.run(&[command, "--json"]).exits(0);
        home.run(&[command, "--project"]).exits(0);
    }
    for args in [&["undo", "--list"][..], &["trash", "list"], &["cache", "info"]] {
        home.run(args).exits(0);
    }
    assert_eq!(home.tree(""), before);
    assert!(drive.asked().is_empty() && drive.storage_asked().is_empty());
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_home_that_cannot_be_written_can_be_looked_at() {
    let drive = TestDrive::start();
    let home = lively(&drive);
    let folders: Vec<_> = walkdir::WalkDir::new(home.root())
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_dir())
        .map(walkdir::DirEntry::into_path)
        .collect();
    folders.iter().for_each(|folder| chmod(folder, 0o555));
    let (list, status) = (home.run(&["list"]), home.run(&["status"]));
    folders.iter().for_each(|folder| chmod(folder, 0o755));
    assert_eq!(list.exits(0).stdout.lines().count(), 4);
    assert_eq!(status.exits(0).stdout.lines().count(), 4);
}

#[test]
fn an_empty_home_says_what_to_do_next() {
    let home = Home::new();
    let run = home.run(&["list"]).exits(0);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("hint: skillzdrive search"), "{run}");
    assert_eq!(home.run(&["status"]).exits(0).stdout, "");
    assert!(home.tree("").is_empty());
}

#[test]
fn nobody_who_reads_is_no_failure() {
    let drive = TestDrive::start();
    let home = lively(&drive);
    for args in [&["list"][..], &["list", "--json"], &["status"], &["--help"], &["install", "pdf", "--dry-run"]] {
        // The other end is closed before the program starts, as after `| head -0`.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = home.command(args).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let run = home.finish(&child.wait_with_output().unwrap()).exits(0);
        assert!(!run.stderr.contains("panic"), "{args:?}: {run}");
    }
}

#[test]
fn the_cache_is_counted_checked_and_emptied() {
    let drive = TestDrive::start();
    let sha = drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    let info = home.run(&["cache", "info"]).exits(0);
    assert!(info.stdout.ends_with("zips: 0 zips, 0 B\n"), "{info}");
    home.run(&["install", "pdf"]).exits(0);
    let entry = format!(".cache/skillzdrive/zips/{}/{sha}.zip", &sha[..2]);
    assert!(home.path(&entry).is_file());
    assert_eq!(home.run(&["cache", "info", "--json"]).json()["entries"], 1);
    assert_eq!(home.run(&["cache", "verify"]).exits(0).stdout, "1 good, 0 corrupt and deleted\n");

    // A corrupt entry is caught when it is used, and fetched again.
    home.write(&entry, "corrupt");
    fs::remove_dir_all(home.path(".agents/skills/pdf")).unwrap();
    drive.forget();
    home.run(&["install"]).exits(0);
    assert_eq!(drive.asked_lines().len(), 1);
    assert!(home.path(".agents/skills/pdf/SKILL.md").is_file());
    assert_eq!(home.run(&["cache", "verify"]).exits(0).stdout, "1 good, 0 corrupt and deleted\n");

    home.write(&entry, "corrupt");
    let verified = home.run(&["cache", "verify"]).exits(0);
    assert_eq!(verified.stdout, "0 good, 1 corrupt and deleted\n");
    assert!(!home.path(&entry).exists());
    home.run(&["install", "pdf"]).exits(0);
    home.run(&["cache", "clean", "--dry-run"]).exits(0);
    home.run(&["cache", "clean"]).exits(0);
    assert!(!home.path(".cache/skillzdrive/zips").exists());
    assert!(home.path(".agents/skills/pdf/SKILL.md").is_file());
}
