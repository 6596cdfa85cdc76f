//! `sync --collection`: a machine is kept to a part of the drive, and what is outside is left alone on both sides.

use insta::assert_snapshot;

use super::arrange;
use super::create;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

fn names(home: &Home) -> Vec<String> {
    let tree = home.tree(".agents/skills");
    let mut names: Vec<String> = tree.keys().filter_map(|path| path.split('/').next().map(str::to_owned)).collect();
    names.dedup();
    names
}

/// What the two ways to keep to a collection have in common.
fn keeps_to_it(drive: &TestDrive, home: &Home) {
    home.skill(".agents/skills", "own", "home-made");
    let before = drive.slugs();
    home.run(&["sync", "--collection", "acme", "--yes"]).exits(0);
    assert_eq!(names(home), ["docx", "own", "pdf"]);
    assert_eq!(drive.slugs(), before, "what is home-made stays here");

    // An edit of what is inside goes there; what leaves the collection is left alone here, whatever is asked for.
    home.write(".agents/skills/pdf/SKILL.md", skill_md("pdf", "edited"));
    assert_eq!(home.run(&["collection", "remove", "acme", "docx"]).code, Some(0));
    let run = home.run(&["sync", "--collection", "acme", "--yes", "--prune", "--removed-here", "remove"]);
    assert_eq!(names(home), ["docx", "own", "pdf"], "{run}");
    assert_eq!(drive.slugs(), before, "{run}");
    let again = home.run(&["sync", "--collection", "acme", "--yes", "--prune"]);
    assert_eq!(names(home), ["docx", "own", "pdf"], "{again}");

    // Removed here and outside: that is not said to the drive either.
    std::fs::remove_dir_all(home.path(".agents/skills/docx")).unwrap();
    home.run(&["sync", "--collection", "acme", "--yes", "--removed-here", "remove"]);
    assert_eq!(drive.slugs(), before);
    // It comes back with the collection.
    home.run(&["collection", "add", "acme", "docx"]).exits(0);
    home.run(&["sync", "--collection", "acme", "--yes", "--removed-here", "reinstall"]);
    assert_eq!(names(home), ["docx", "own", "pdf"]);
}

#[test]
fn with_ones_own_key_a_sync_keeps_to_the_list() {
    let (drive, home) = arrange();
    create(&home, &["acme", "--skill", "pdf", "--skill", "docx"]);
    keeps_to_it(&drive, &home);
}

#[test]
fn with_the_collections_own_key_too() {
    let (drive, home) = arrange();
    home.run(&["collection", "create", "acme", "--skill", "pdf", "--skill", "docx", "--save"]).exits(0);
    keeps_to_it(&drive, &home);
}

#[test]
fn the_whole_and_a_part_of_it_are_synced_in_turns() {
    let (drive, home) = arrange();
    home.skill(".agents/skills", "own", "home-made");
    home.run(&["sync", "--yes"]).exits(0);
    assert_eq!(names(&home), ["csv", "docx", "own", "pdf"]);
    create(&home, &["acme", "--skill", "pdf"]);
    assert_snapshot!(home.run(&["sync", "--collection", "acme", "--yes"]), @"
    ------- stderr -------
    Nothing to do: machine and drive agree.
      3 skills here are not in the collection
    ");
    // Whatever happens outside, in either place, the part does not see.
    home.write(".agents/skills/own/SKILL.md", skill_md("own", "edited"));
    drive.ask("DELETE", "/api/v1/drive/csv", None);
    std::fs::remove_dir_all(home.path(".agents/skills/docx")).unwrap();
    drive.forget();
    assert_snapshot!(home.run(&["sync", "--collection", "acme", "--yes", "--prune", "--removed-here", "remove"]), @"
    ------- stderr -------
    Nothing to do: machine and drive agree.
      2 skills here are not in the collection
    ");
    let json = home.run(&["sync", "--collection", "acme", "--dry-run", "--json"]).exits(0).json();
    assert_eq!(
        (&json["outside"], &json["plan"]["steps"]),
        (&serde_json::json!(["csv", "own"]), &serde_json::json!([]))
    );
    assert_eq!(drive.count("POST /api/v1/drive/sync/execute"), 0);
    assert_eq!(
        (names(&home), drive.slugs()),
        (vec!["csv".into(), "own".into(), "pdf".into()], vec!["docx".to_owned(), "own".into(), "pdf".into()])
    );
    // And the whole still knows of all of it.
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    sent edit own@2 in [HOME]/.agents/skills/own
    ------- stderr -------
    Plan:
      send edit      1  own
      Costs nothing.
      left alone: csv: removed on the drive, kept here; --prune moves it to the trash
      left alone: docx: removed on this machine; --removed-here reinstall brings it back, --removed-here remove removes it there
    Synced with 127.0.0.1:[PORT], which holds 3 skills.
    Skills from the drive are in [HOME]/.agents/skills; yours stay where they are.
    ");
}

#[test]
fn a_run_that_was_cut_short_is_finished_whole_before_a_part_is_looked_at() {
    let (drive, home) = arrange();
    create(&home, &["acme", "--skill", "pdf"]);
    home.skill(".agents/skills", "own", "home-made");
    let arrived = drive.hold("GET", "/storage/");
    let running = home.start(&["sync", "--yes"]);
    arrived();
    drop(running);
    drive.heal();
    let run = home.run(&["sync", "--collection", "acme", "--yes"]).exits(0);
    assert!(run.stderr.contains("that was cut short"), "{run}");
    assert_eq!(names(&home), ["csv", "docx", "own", "pdf"]);
    assert_eq!(drive.slugs(), ["csv", "docx", "own", "pdf"]);
}

#[test]
fn a_collection_that_is_not_there_changes_nothing() {
    let (drive, home) = arrange();
    create(&home, &["acme", "--skill", "pdf"]);
    drive.forget();
    assert_snapshot!(home.run(&["sync", "--collection", "acne", "--yes"]), @"
    ------- stderr -------
    error: there is no collection `acne`

    hint: did you mean acme?
    [exit status: 5]
    ");
    assert_eq!(drive.count("POST /api/v1/drive/sync/preview"), 0);
    home.run(&["sync", "--collection", "a\nb", "--yes"]).exits(2);
}
