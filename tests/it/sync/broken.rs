//! Runs that are cut short, by a kill or by an answer that never came: the next one ends them, and nothing is done or
//! paid twice.

use std::process::Child;
use std::process::Stdio;

use super::body;
use super::home_on;
use super::two_homes;
use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

const EXECUTE: &str = "POST /api/v1/drive/sync/execute";
const FINALIZE: &str = "POST /api/v1/drive/sync/finalize";

fn start(home: &Home, args: &[&str]) -> Child {
    home.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Ends it as `kill -9` does.
fn kill(mut child: Child) {
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
}

/// The runs that were finalized, in order.
fn finalized(drive: &TestDrive) -> Vec<String> {
    let asked = drive.asked();
    let runs = asked.iter().filter(|asked| asked.to_string() == FINALIZE);
    runs.map(|asked| {
        serde_json::from_slice::<serde_json::Value>(&asked.body).unwrap()["run_id"].as_str().unwrap().to_owned()
    })
    .collect()
}

/// The folders at their final places; a folder that is there must be whole.
fn whole_skills(home: &Home) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(home.path(".agents/skills")) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in &names {
        assert!(home.path(&format!(".agents/skills/{name}/SKILL.md")).is_file(), "{name} is half-made");
        assert!(home.path(&format!(".agents/skills/{name}/scripts/run.sh")).is_file(), "{name} is half-made");
    }
    names
}

#[test]
fn a_kill_while_downloading_is_finished_by_the_next_sync_under_the_same_run() {
    let drive = TestDrive::start();
    let first = home_on(&drive);
    for n in 0..3 {
        first.skill(".agents/skills", &format!("skill-{n}"), "Text");
    }
    first.run(&["sync", "--yes"]).exits(0);
    let home = home_on(&drive);
    drive.forget();
    let arrived = drive.hold("GET", "/storage");
    let child = start(&home, &["sync", "--yes"]);
    arrived();
    assert_eq!(whole_skills(&home), [""; 0]);
    kill(child);
    assert_eq!(whole_skills(&home), [""; 0]);
    assert_eq!((drive.count(EXECUTE), finalized(&drive).len()), (1, 0));
    drive.heal();

    let run = home.run(&["sync", "--yes", "--json"]).exits(0).json();
    let runs = finalized(&drive);
    assert_eq!((drive.count(EXECUTE), runs.len()), (1, 1));
    assert_eq!(run["result"]["run_id"], *runs[0]);
    assert_eq!(run["result"]["done"].as_array().map(Vec::len), Some(3));
    assert_eq!(whole_skills(&home), ["skill-0", "skill-1", "skill-2"]);
    assert_eq!(home.tree(".agents/skills"), first.tree(".agents/skills"));
    assert_eq!(home.read(".claude/skills/skill-0/SKILL.md"), home.read(".agents/skills/skill-0/SKILL.md"));
    home.run(&["sync"]).exits(0);
    assert_eq!(drive.count(EXECUTE), 1);
}

#[test]
fn what_was_edited_between_the_kill_and_the_next_sync_is_not_overwritten() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    first.skill(".agents/skills", "notes", "New");
    first.run(&["sync", "--yes"]).exits(0);
    let arrived = drive.hold("GET", "/storage");
    let child = start(&second, &["sync", "--yes"]);
    arrived();
    kill(child);
    drive.heal();
    second.skill(".agents/skills", "notes", "Edited meanwhile");
    let run = second.run(&["sync", "--yes"]).exits(8);
    assert_eq!(body(&second, "notes"), "Edited meanwhile", "{run}");
    second.run(&["sync", "--yes", "--on-conflict", "keep-local"]).exits(0);
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(body(&first, "notes"), "Edited meanwhile");
}

#[test]
fn a_kill_while_execute_is_asked_previews_afresh() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    home.skill(".agents/skills", "new", "New");
    let arrived = drive.hold("POST", "/api/v1/drive/sync/execute");
    let child = start(&home, &["sync", "--yes"]);
    arrived();
    kill(child);
    drive.heal();
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!((drive.slugs(), drive.balance()), (vec!["new".to_owned(), "notes".to_owned()], 999));
    home.run(&["sync"]).exits(0);
}

#[test]
fn a_kill_after_the_upload_sends_nothing_twice() {
    let drive = TestDrive::start();
    let (home, other) = two_homes(&drive);
    home.skill(".agents/skills", "new", "New");
    drive.forget();
    let arrived = drive.hold("POST", "/api/v1/drive/sync/finalize");
    let child = start(&home, &["sync", "--yes"]);
    arrived();
    kill(child);
    drive.heal();
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!((drive.count(EXECUTE), drive.count("POST /api/uploads/process-skill")), (1, 1));
    let runs = finalized(&drive);
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0], runs[1]);
    assert_eq!(drive.balance(), 999);
    other.run(&["sync", "--yes"]).exits(0);
    assert_eq!(other.tree(".agents/skills/new"), home.tree(".agents/skills/new"));
}

#[test]
fn a_kill_while_the_file_is_sent_sends_it_again_for_one_price() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    home.skill(".agents/skills", "new", "New");
    drive.forget();
    let arrived = drive.hold("POST", "/api/uploads/process-skill");
    let child = start(&home, &["sync", "--yes"]);
    arrived();
    kill(child);
    drive.heal();
    home.run(&["sync", "--yes"]).exits(0);
    let runs = finalized(&drive);
    assert_eq!((drive.count(EXECUTE), runs.len(), drive.balance()), (1, 1, 999));
    assert_eq!(drive.slugs(), ["new", "notes"]);
}

#[test]
fn a_lost_answer_of_any_step_is_made_good_by_the_next_sync_and_paid_once() {
    for path in ["/api/v1/drive/sync/execute", "/api/v1/uploads/ticket", "/api/uploads/process-skill"] {
        let drive = TestDrive::start();
        let (home, _) = two_homes(&drive);
        drive.publish("changelog", "Write changelogs");
        home.skill(".agents/skills", "changelog", "Write changelogs");
        home.skill(".agents/skills", "new", "New");
        home.skill(".agents/skills", "notes", "Edited");
        drive.fail("POST", path, 1, Fault::LoseAnswer);
        let run = home.run(&["sync", "--yes"]);
        assert_ne!(run.code, Some(0), "{path}\n{run}");
        home.run(&["sync", "--yes"]).exits(0);
        assert_eq!(drive.slugs(), ["changelog", "new", "notes"], "{path}");
        assert_eq!(drive.balance(), 998, "{path}");
        let second = home_on(&drive);
        second.run(&["sync", "--yes"]).exits(0);
        assert_eq!(second.tree(".agents/skills"), home.tree(".agents/skills"), "{path}");
        home.run(&["sync"]).exits(0);
    }
}

#[test]
fn a_lost_answer_of_finalize_is_asked_again_at_once() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    home.skill(".agents/skills", "new", "New");
    drive.forget();
    drive.fail("POST", "/api/v1/drive/sync/finalize", 1, Fault::LoseAnswer);
    home.run(&["sync", "--yes"]).exits(0);
    let runs = finalized(&drive);
    assert_eq!((runs.len(), drive.count(EXECUTE), drive.balance()), (2, 1, 999));
    assert_eq!(runs[0], runs[1]);
    home.run(&["sync"]).exits(0);
}

#[test]
fn execute_is_not_repeated_when_the_drive_fails() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    home.skill(".agents/skills", "new", "New");
    drive.forget();
    let body = r#"{"error":{"code":"unavailable","message":"down"}}"#.to_owned();
    drive.fail("POST", "/api/v1/drive/sync/execute", 1, Fault::Answer(503, Vec::new(), body));
    home.run(&["sync", "--yes"]).exits(6);
    assert_eq!(drive.count(EXECUTE), 1);
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!((drive.slugs().len(), drive.balance()), (2, 999));
}

#[test]
fn a_download_that_cannot_be_had_fails_alone_and_comes_with_the_next_sync() {
    let faults = [Fault::WrongBytes, Fault::Answer(503, Vec::new(), "down".to_owned())];
    for fault in faults {
        let drive = TestDrive::start();
        let (first, _) = two_homes(&drive);
        first.skill(".agents/skills", "more", "More");
        first.run(&["sync", "--yes"]).exits(0);
        let home = home_on(&drive);
        drive.fail("GET", "/storage", usize::MAX, fault.clone());
        let run = home.run(&["sync", "--yes"]);
        assert!(matches!(run.code, Some(6 | 7)), "{fault:?}\n{run}");
        assert_eq!(whole_skills(&home), [""; 0]);
        drive.heal();
        home.run(&["sync", "--yes"]).exits(0);
        assert_eq!(home.tree(".agents/skills"), first.tree(".agents/skills"), "{fault:?}");
    }
}

#[test]
fn ctrl_c_while_downloading_ends_with_130_and_the_next_sync_goes_on() {
    let drive = TestDrive::start();
    let (first, _) = two_homes(&drive);
    let home = home_on(&drive);
    drive.forget();
    let arrived = drive.hold("GET", "/storage");
    let child = start(&home, &["sync", "--yes"]);
    arrived();
    let told = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    home.finish(&child.wait_with_output().unwrap()).exits(130);
    assert_eq!(whole_skills(&home), [""; 0]);
    drive.heal();
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!((drive.count(EXECUTE), finalized(&drive).len()), (1, 1));
    assert_eq!(home.tree(".agents/skills"), first.tree(".agents/skills"));
}

/// The files of the journal's folder, by the end of their names.
fn journals(home: &Home, end: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(home.path(".local/state/skillzdrive/sync")).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.display().to_string().contains(end)).collect()
}

#[test]
fn a_journal_of_another_version_or_a_damaged_one_is_set_aside_with_its_bytes() {
    let drive = TestDrive::start();
    let first = home_on(&drive);
    first.skill(".agents/skills", "pdf", "Text");
    first.run(&["sync", "--yes"]).exits(0);
    for newer in [true, false] {
        let home = home_on(&drive);
        let arrived = drive.hold("GET", "/storage");
        let child = start(&home, &["sync", "--yes"]);
        arrived();
        kill(child);
        drive.heal();
        let journal = journals(&home, ".journal").pop().unwrap();
        let text = std::fs::read_to_string(&journal).unwrap();
        let strange = if newer {
            let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
            json["version"] = 99.into();
            json.to_string()
        } else {
            text[..text.len() / 2].to_owned()
        };
        std::fs::write(&journal, &strange).unwrap();
        let run = home.run(&["sync", "--yes"]).exits(0);
        let aside = journals(&home, ".damaged-").pop().unwrap();
        let said = format!("warning: the journal could not be understood; it is kept as `{}`", aside.display());
        assert!(run.stderr.contains(&said), "{run}");
        assert_eq!(std::fs::read_to_string(&aside).unwrap(), strange);
        home.run(&["sync", "--yes"]).exits(0);
        assert_eq!(whole_skills(&home), ["pdf"]);
    }
}
