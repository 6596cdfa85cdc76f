//! The drive changes under a sync, speaks another dialect, or two syncs run at once.

use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::json;

use super::body;
use super::two_homes;
use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

/// Starts a sync that is held at a path, does something to the drive, lets it go and gives what came of it.
fn meanwhile(drive: &TestDrive, home: &Home, path: &str, act: impl FnOnce()) -> crate::harness::Run {
    let arrived = drive.hold("POST", path);
    let child = home.command(&["sync", "--yes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    arrived();
    act();
    drive.heal();
    home.finish(&child.wait_with_output().unwrap())
}

fn answer(drive: &TestDrive, path: &'static str, data: serde_json::Value) {
    drive.fail(
        "POST",
        path,
        1,
        Fault::Answer(200, vec![("content-type", "application/json".to_owned())], json!({"data": data}).to_string()),
    );
}

#[test]
fn a_drive_that_changes_before_execute_is_previewed_again() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    first.skill(".agents/skills", "extra", "Extra");
    first.run(&["sync", "--yes"]).exits(0);
    second.skill(".agents/skills", "mine", "Mine");
    drive.forget();
    let run = meanwhile(&drive, &second, "/api/v1/drive/sync/execute", || {
        assert_eq!(drive.ask("DELETE", "/api/v1/drive/extra", None).0, 200);
    });
    assert_snapshot!(run, @"
    uploaded mine@1 in [HOME]/.agents/skills/mine
    ------- stderr -------
    Plan:
      upload         1  mine  (1 credit)
      install        1  extra
      Costs 1 credit; 998 of 999 are left.
    warning: extra was left out: the drive changed meanwhile
    Synced with 127.0.0.1:[PORT], which holds 2 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    Seen by Claude Code ([HOME]/.claude/skills), Cursor ([HOME]/.cursor/skills) (2 links made).
    ");
    assert_eq!(drive.slugs(), ["mine", "notes"]);
    assert_eq!(drive.count("POST /api/v1/drive/sync/preview"), 2);
    assert!(!second.path(".agents/skills/extra").exists());
    second.run(&["sync"]).exits(0);
}

#[test]
fn a_drive_that_always_changes_is_not_said_to_have_left_nothing_to_do() {
    let drive = TestDrive::start();
    let (_, second) = two_homes(&drive);
    second.skill(".agents/skills", "mine", "Mine");
    let results = json!([{"slug": "mine", "action": "upload_private", "status": "stale", "credit_cost": 0}]);
    let opened = json!({"run_id": "run_1", "results": results, "credits": {"balance": 1}});
    let closed = json!({"run_id": "run_1", "status": "partial", "drive_count": 1, "grandfather_high_water": 1});
    for _ in 0..3 {
        answer(&drive, "/api/v1/drive/sync/execute", opened.clone());
        answer(&drive, "/api/v1/drive/sync/finalize", closed.clone());
    }
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Plan:
      upload         1  mine  (1 credit)
      Costs 1 credit; 999 of 1000 are left.
    Plan:
      upload         1  mine  (1 credit)
      Costs 1 credit; 999 of 1000 are left.
    Plan:
      upload         1  mine  (1 credit)
      Costs 1 credit; 999 of 1000 are left.
    warning: mine was left out: the drive changed meanwhile
    Nothing was done.
    hint: skillzdrive sync looks again
    [exit status: 8]
    ");
    assert_eq!(drive.slugs(), ["notes"]);
    second.run(&["sync", "--yes"]).exits(0);
    assert_eq!(drive.slugs(), ["mine", "notes"]);
}

#[test]
fn an_edit_that_arrives_in_the_drive_before_execute_becomes_a_conflict() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    second.skill(".agents/skills", "notes", "Second");
    let held = "/api/v1/drive/sync/execute";
    let arrived = drive.hold("POST", held);
    let child = second.command(&["sync", "--yes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    arrived();
    // The rule holds the first machine's request as well, so it goes past it: by the same API, from the test.
    upload(&drive, &first, "First");
    drive.heal();
    let run = second.finish(&child.wait_with_output().unwrap());
    assert_snapshot!(run, @"
    ------- stderr -------
    Plan:
      send edit      1  notes
      Costs nothing.
    warning: notes was left out: the drive changed meanwhile
    Nothing to do before you decide:
      conflict: notes: both sides changed
    hint: skillzdrive sync --on-conflict keep-local|take-drive|fork decides conflicts
    [exit status: 8]
    ");
    assert_eq!(body(&second, "notes"), "Second");
}

/// Uploads a version of `notes` through the API, as another machine would.
fn upload(drive: &TestDrive, home: &Home, text: &str) {
    home.skill("elsewhere", "notes", text);
    let packed =
        skillzdrive_skill::pack_dir(&home.path("elsewhere/notes"), &skillzdrive_skill::PackOptions::own()).unwrap();
    let (status, ticket) = drive.ask("POST", "/api/v1/uploads/ticket", Some(json!({"slug": "notes"})));
    assert_eq!(status, 201, "{ticket}");
    let token = ticket["data"]["uploadToken"].as_str().unwrap();
    assert_eq!(drive.upload(token, "notes.zip", &packed.zip).0, 200);
}

#[test]
fn an_edit_that_arrives_in_the_drive_after_execute_is_not_overwritten() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    second.skill(".agents/skills", "notes", "Second");
    let run = meanwhile(&drive, &second, "/api/uploads/process-skill", || upload(&drive, &first, "First"));
    assert_snapshot!(run, @"
    ------- stderr -------
    Plan:
      send edit      1  notes
      Costs nothing.
    warning: notes was not done: the drive now holds the version [SHORT] under `notes`; sync again (409 version_conflict from 127.0.0.1:[PORT])
    hint: the drive changed meanwhile; skillzdrive sync shows both sides
    [exit status: 8]
    ");
    assert_eq!(body(&second, "notes"), "Second");
    assert_snapshot!(second.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do before you decide:
      conflict: notes: both sides changed
    hint: skillzdrive sync --on-conflict keep-local|take-drive|fork decides conflicts
    [exit status: 8]
    ");
    second.run(&["sync", "--yes", "--on-conflict", "fork"]).exits(0);
    assert_eq!((body(&second, "notes"), body(&second, "notes-local")), ("First".to_owned(), "Second".to_owned()));
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(first.tree(".agents/skills"), second.tree(".agents/skills"));
}

#[test]
fn a_folder_that_changes_here_while_it_is_sent_or_fetched_is_a_conflict() {
    let drive = TestDrive::start();
    let (first, second) = two_homes(&drive);
    first.skill(".agents/skills", "notes", "First");
    first.run(&["sync", "--yes"]).exits(0);
    let run = meanwhile(&drive, &second, "/api/v1/drive/sync/execute", || {
        second.skill(".agents/skills", "notes", "Edited meanwhile");
    });
    assert_eq!(run.code, Some(8), "{run}");
    assert_eq!(body(&second, "notes"), "Edited meanwhile");
    second.run(&["sync", "--yes", "--on-conflict", "keep-local"]).exits(0);
    let run = {
        second.skill(".agents/skills", "notes", "Once more");
        meanwhile(&drive, &second, "/api/v1/drive/sync/execute", || {
            second.skill(".agents/skills", "notes", "And again");
        })
    };
    assert_eq!(run.code, Some(8), "{run}");
    second.run(&["sync", "--yes"]).exits(0);
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(body(&first, "notes"), "And again");
}

#[test]
fn two_syncs_at_the_same_time_wait_for_each_other_and_do_the_work_once() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    home.skill(".agents/skills", "new", "New");
    drive.forget();
    let arrived = drive.hold("POST", "/api/v1/drive/sync/execute");
    let start = || home.command(&["sync", "--yes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let first = start();
    arrived();
    let second = start();
    drive.heal();
    let runs = [first, second].map(|child| home.finish(&child.wait_with_output().unwrap()).exits(0));
    assert_eq!(runs[0].stdout.lines().count(), 1, "{}", runs[0]);
    assert_eq!(runs[1].stdout, "", "{}", runs[1]);
    assert_eq!(drive.count("POST /api/v1/drive/sync/execute"), 1);
    assert_eq!((drive.slugs().len(), drive.balance()), (2, 999));
}

#[test]
fn an_answer_in_another_dialect_changes_nothing() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    let before = home.tree(".agents/skills");
    let credits = json!({"balance": 10, "required": 0, "after": 10});
    answer(&drive, "/api/v1/drive/sync/preview", json!({"credits": credits.clone()}));
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    error: 127.0.0.1:[PORT] answered POST drive/sync/preview in a form that this program does not know (this drive speaks another sync dialect): missing field `classifications`

    hint: check --server; a newer skillzdrive may know this drive
    [exit status: 1]
    ");
    answer(&drive, "/api/v1/drive/sync/preview", json!({"classifications": [], "credits": credits.clone()}));
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    error: this drive speaks another sync dialect: it did not answer for `notes`

    hint: nothing was changed; is skillzdrive too old?
    [exit status: 1]
    ");
    assert_eq!(home.tree(".agents/skills"), before);

    let told = json!([
        {"slug": "notes", "action": "merge_by_moonlight", "credit_cost": 0, "local_sha": null, "drive_sha": null},
    ]);
    answer(&drive, "/api/v1/drive/sync/preview", json!({"classifications": told, "credits": credits}));
    drive.forget();
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do.
      left alone: notes: this version does not know the action
    ");
    assert_eq!(drive.asked_lines(), ["POST /api/v1/drive/sync/preview"]);
    assert_eq!(home.tree(".agents/skills"), before);
}
