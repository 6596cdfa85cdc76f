//! `install` when things go wrong: wrong bytes, half answers, hostile packages, a kill. What was there stays there.

use std::fs;
use std::process::Stdio;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::pack_dir;
use skillzdrive_skill::sha256;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const LOCK: &str = ".local/share/skillzdrive/skillzdrive.lock";

fn nothing_half_made(home: &Home) {
    let left: Vec<_> =
        home.tree(".agents/.skillzdrive/staging").into_keys().filter(|name| name.starts_with("s-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

fn nothing_there(home: &Home) {
    assert!(!home.path(".agents").exists(), "not even an empty folder is left");
    assert!(!home.path(LOCK).exists());
    assert!(!home.path(".cache/skillzdrive/zips").exists());
}

#[test]
fn wrong_bytes_once_are_fetched_again() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.fail("GET", "/storage/", 1, Fault::WrongBytes);
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    assert_eq!(drive.storage_asked().len(), 2);
}

#[test]
fn wrong_bytes_always_install_and_cache_nothing() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.fail("GET", "/storage/", usize::MAX, Fault::WrongBytes);
    let home = Home::on(&drive.url);
    let run = home.run(&["install", "pdf"]).exits(7);
    assert!(run.stderr.contains("pdf"), "{run}");
    nothing_there(&home);
}

#[test]
fn a_cut_body_is_fetched_again() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.fail("GET", "/storage/", 1, Fault::CutBody(100));
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
}

#[test]
fn a_body_that_is_always_cut_is_unavailable() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.fail("GET", "/storage/", usize::MAX, Fault::CutBody(100));
    let home = Home::on(&drive.url);
    let run = home.run(&["install", "pdf"]).exits(6);
    assert!(run.stderr.contains("error: `pdf`: "), "{run}");
    assert_eq!(drive.storage_asked().len(), 4);
    nothing_there(&home);
}

#[test]
fn an_artifact_that_is_gone_is_not_found() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("csv", "one");
    let gone = r#"{"error":{"code":"artifact_not_found","message":"gone"}}"#.to_owned();
    drive.fail("GET", "/api/v1/downloads/public/pdf/", usize::MAX, Fault::Answer(404, vec![], gone));
    let home = Home::on(&drive.url);
    let run = home.run(&["install", "pdf"]).exits(5);
    assert!(run.stderr.contains("pdf"), "{run}");
    nothing_there(&home);
    home.run(&["install", "pdf", "csv"]).exits(3);
    assert!(home.path(".agents/skills/csv/SKILL.md").is_file());
}

#[test]
fn a_hostile_package_leaves_the_install_before_it_untouched() {
    let drive = TestDrive::start();
    let good = drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    let before = home.tree(".agents/skills");

    // The honest digest of a package whose second file would land beside the skill.
    let folder = home.skill("work", "pdf", "evil");
    home.write("work/pdf/xx/evil", "evil");
    let mut zip = pack_dir(&folder, &PackOptions::own()).unwrap().zip;
    for at in 0..zip.len() - 7 {
        if &zip[at..at + 7] == b"xx/evil" {
            zip[at..at + 2].copy_from_slice(b"..");
        }
    }
    let evil = sha256(&zip).to_string();
    drive.fail("GET", &format!("/api/v1/downloads/public/pdf/{evil}"), usize::MAX, Fault::Bytes(zip));
    let lock = home.read(LOCK);
    let run = home.run(&["install", &format!("pdf@{evil}")]).exits(7);
    assert!(run.stderr.contains("../evil"), "{run}");
    assert_eq!(home.tree(".agents/skills"), before);
    assert_eq!(home.read(LOCK), lock);
    home.write(LOCK, lock.replace(&good, &evil));
    home.run(&["install", "--yes"]).exits(7);
    assert_eq!(home.tree(".agents/skills"), before);
    assert!(!home.path(".agents/evil").exists() && !home.path(".agents/skills/evil").exists());
    nothing_half_made(&home);
}

#[test]
fn a_package_under_another_name_is_refused() {
    let drive = TestDrive::start();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("SKILL.md"), skill_md("other", "text")).unwrap();
    let zip = pack_dir(folder.path(), &PackOptions::own()).unwrap().zip;
    let sha = sha256(&zip).to_string();
    drive.fail("GET", &format!("/api/v1/downloads/public/pdf/{sha}"), usize::MAX, Fault::Bytes(zip));
    let home = Home::on(&drive.url);
    home.run(&["install", &format!("pdf@{sha}")]).exits(0);
    // It lies where it was asked for, whatever it calls itself.
    assert!(home.path(".agents/skills/pdf/SKILL.md").is_file() && !home.path(".agents/skills/other").exists());
}

#[test]
fn a_kill_while_it_waits_leaves_the_old_version_and_the_next_install_is_clean() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("csv", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.run(&["install", "pdf"]).exits(0);
    let before = (home.tree(".agents/skills"), home.read(LOCK));
    drive.publish("pdf", "two");
    let sha = drive.publish("csv", "two");
    // Held at the first hop, and in the storage while the other skill waits unpacked in staging.
    for held in ["/api/v1/downloads/public/pdf/".to_owned(), format!("/storage/{sha}")] {
        // The skill that is not held may have come into the cache before the kill.
        let _ = std::fs::remove_dir_all(home.path(".cache/skillzdrive/zips"));
        let arrived = drive.hold("GET", &held);
        let mut command = home.command(&["install", "pdf@2", "csv@2"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        arrived();
        child.kill().unwrap();
        child.wait().unwrap();
        drive.heal();
        assert_eq!((home.tree(".agents/skills"), home.read(LOCK)), before);
        home.run(&["status"]).exits(0);
    }
    home.run(&["install", "pdf@2", "csv@2"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "two"));
    assert_eq!(home.read(".agents/skills/csv/SKILL.md"), skill_md("csv", "two"));
    nothing_half_made(&home);
}

#[test]
fn a_kill_between_the_folders_and_the_lockfile_is_mended_by_the_next_install() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.run(&["install", "pdf"]).exits(0);
    let old = home.read(LOCK);
    drive.publish("pdf", "two");
    home.run(&["install", "pdf@2"]).exits(0);
    let new = home.read(LOCK);
    drive.publish("pdf", "three");
    // As a kill leaves it: the folder is the new one, lockfile and memory are the old ones. Whatever comes next, the
    // folder is not taken for an edited one.
    for (args, body) in [(&["install", "pdf@2"][..], "two"), (&["install"], "one"), (&["install", "pdf@3"], "three")] {
        home.run(&["install", "pdf@2"]).exits(0);
        assert_eq!(home.read(LOCK), new);
        home.write(LOCK, &old);
        fs::remove_dir_all(home.path(".local/state/skillzdrive")).unwrap();
        for run in fs::read_dir(home.path(".agents/.skillzdrive/trash")).unwrap() {
            let record = run.unwrap().path().join("run.json");
            let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
            json.as_object_mut().unwrap().remove("lockfile_after");
            fs::write(&record, json.to_string()).unwrap();
        }
        home.run(args).exits(0);
        assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", body));
    }
}

/// No drive of ours has a skill whose source is not given out; others may.
#[test]
fn a_source_that_a_drive_keeps_to_itself_is_told_and_not_asked_for_again() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    drive.forget();
    let body = r#"{"error":{"code":"premium_source_restricted","message":"its source is not given out"}}"#;
    let headers = vec![("content-type", "application/json".to_owned())];
    drive.fail("GET", "/api/v1/skills/pdf", usize::MAX, Fault::Answer(403, headers, body.to_owned()));
    let run = home.run(&["install", "pdf"]).exits(4);
    assert!(run.stderr.contains("its source is not given out (403 premium_source_restricted"), "{run}");
    assert!(!run.stderr.contains("all-skills key"), "another key changes nothing\n{run}");
    assert_eq!(drive.count("GET /api/v1/skills/pdf"), 1);
    assert!(!home.path(".agents/skills/pdf").exists());
}
