//! What a sync would do, without doing it; and a plan that is carried out later.

use insta::assert_snapshot;
use serde_json::json;

use super::body;
use super::home_on;
use super::two_homes;
use crate::harness::Home;
use crate::harness::TestDrive;

/// A home in which every kind of step waits, with the one that made it so.
fn all_kinds(drive: &TestDrive) -> (Home, Home) {
    drive.publish("changelog", "Write changelogs");
    let first = home_on(drive);
    for slug in ["notes", "edited", "gone", "both"] {
        first.skill(".agents/skills", slug, "One");
    }
    first.run(&["sync", "--yes"]).exits(0);
    let home = home_on(drive);
    home.run(&["sync", "--yes"]).exits(0);
    first.skill(".agents/skills", "notes", "Two");
    first.skill(".agents/skills", "both", "Two");
    first.skill(".agents/skills", "incoming", "One");
    first.run(&["sync", "--yes"]).exits(0);
    drive.ask("DELETE", "/api/v1/drive/gone", None);
    home.skill(".agents/skills", "edited", "Three");
    home.skill(".agents/skills", "both", "Three");
    home.skill(".claude/skills", "changelog", "Write changelogs");
    home.skill(".claude/skills", "outgoing", "One");
    home.write(".claude/skills/outgoing/.env", "A=1");
    (first, home)
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let drive = TestDrive::start();
    let (_, home) = all_kinds(&drive);
    let (before, slugs) = (home.tree("."), drive.slugs());
    drive.forget();
    assert_snapshot!(home.run(&["sync", "--dry-run", "--prune"]), @"
    Plan:
      upload         1  outgoing  (1 credit)
      send edit      1  edited
      claim          1  changelog  (1 credit)
      install        1  incoming
      update         1  notes
      trash here     1  gone
      Costs 2 credits; 997 of 999 are left.
      conflict: both: both sides changed
      stays here: outgoing: .env (never sent)
    ");
    home.run(&["sync", "--dry-run", "--skip", "notes", "--on-conflict", "fork", "--json"]).exits(0);
    assert_eq!(home.tree("."), before);
    assert_eq!(drive.slugs(), slugs);
    let asked: Vec<String> = drive.asked().iter().map(ToString::to_string).collect();
    assert_eq!(asked, ["POST /api/v1/drive/sync/preview"; 2]);
}

#[test]
fn a_dry_run_in_a_fresh_home_leaves_no_trace() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with("SKILLZDRIVE_API_KEY", &drive.key);
    home.mkdir(".claude");
    home.skill(".claude/skills", "mine", "Mine");
    let before = home.tree(".");
    home.run(&["sync", "--dry-run"]).exits(0);
    assert_eq!(home.tree("."), before);
    assert!(!home.path(".local").exists() && !home.path(".config").exists() && !home.path(".agents").exists());
    assert!(drive.slugs().is_empty());
}

#[test]
fn a_dry_run_over_a_limit_shows_the_plan_with_the_error() {
    let drive = TestDrive::start();
    let (home, _) = two_homes(&drive);
    home.skill(".agents/skills", "new", "New");
    assert_snapshot!(home.run(&["sync", "--dry-run", "--max-credits", "0"]), @"
    ------- stderr -------
    Plan:
      upload         1  new  (1 credit)
      Costs 1 credit; 999 of 1000 are left.
    error: the plan costs 1 credit and the limit is 0

    hint: raise --max-credits, or add --mode as_many_as_credits_allow to do a part of it
    [exit status: 9]
    ");
}

#[test]
fn the_documents_of_a_dry_and_a_real_run_have_one_shape() {
    let drive = TestDrive::start();
    let (_, home) = all_kinds(&drive);
    let dry = home.run(&["sync", "--dry-run", "--prune", "--json"]).exits(0);
    assert!(dry.stderr.is_empty(), "{dry}");
    let dry = dry.json();
    assert_eq!(dry["dry_run"], true);
    assert_eq!((&dry["scope"], &dry["kind"], &dry["mode"]), (&json!("global"), &json!("manual"), &json!("all")));
    assert_eq!(
        dry["plan"]["counts"],
        json!({
            "by_action": {
                "claim_public": 1, "download_install": 1, "download_update": 1,
                "removed_on_drive": 1, "upload_private": 1, "upload_update": 1,
            },
            "skipped": 1, "undecided": 1, "in_sync": 0,
        })
    );
    assert_eq!((&dry["plan"]["cost"], &dry["plan"]["balance"]), (&json!(2), &json!(999)));
    let both = &dry["plan"]["steps"][0];
    assert_eq!(
        (&both["slug"], &both["action"], &both["decision"]),
        (&json!("both"), &json!("conflict"), &json!("skip"))
    );
    assert_eq!((&both["undecided"], &both["reason"]), (&json!(true), &json!("both sides changed")));
    assert_eq!(dry["left_out"], json!([{"slug": "outgoing", "path": ".env"}]));
    assert!(dry.get("result").is_none());

    let real = home.run(&["sync", "--yes", "--prune", "--json"]).exits(8);
    let real = real.json();
    assert_eq!((&real["dry_run"], &real["plan"]), (&json!(false), &dry["plan"]));
    let result = &real["result"];
    assert_eq!(result["run_id"].as_str().map(str::len), Some(36));
    assert_eq!((&result["status"], &result["drive_count"]), (&json!("completed"), &json!(6)));
    let mut done: Vec<String> = result["done"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {}", one["action"].as_str().unwrap(), one["slug"].as_str().unwrap(), one["cost"]))
        .collect();
    done.sort();
    assert_eq!(
        done,
        [
            "claim_public changelog 1",
            "download_install incoming 0",
            "download_update notes 0",
            "removed_on_drive gone 0",
            "upload_private outgoing 1",
            "upload_update edited 0",
        ]
    );
    assert_eq!((&result["failed"], &result["skipped"], &result["warnings"]), (&json!([]), &json!([]), &json!([])));
    assert!(result["trash_run"].is_string());
    assert_eq!(drive.balance(), 997);
}

#[test]
fn an_error_is_one_line_of_json() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    let run = home.run(&["sync", "--yes", "--json"]).exits(4);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr.lines().count(), 1, "{run}");
    assert_eq!(run.json_error()["code"], "no_key");
    let home = home_on(&drive);
    home.skill(".agents/skills", "mine", "Mine");
    let run = home.run(&["sync", "--json"]).exits(2);
    assert_eq!((run.stdout.as_str(), run.json_error()["code"].as_str()), ("", Some("answer_needed")));
    assert!(drive.slugs().is_empty());
}

#[test]
fn a_plan_in_a_file_is_carried_out_exactly() {
    let drive = TestDrive::start();
    let (first, home) = all_kinds(&drive);
    let plan = ["sync", "--plan", "plan.json", "--on-conflict", "take-drive"];
    home.run(&plan).exits(0);
    assert_eq!((body(&home, "notes"), drive.slugs().contains(&"outgoing".to_owned())), ("One".to_owned(), false));
    home.run(&["sync", "--apply", "plan.json", "--yes"]).exits(0);
    assert_eq!((body(&home, "both"), body(&home, "notes")), ("Two".to_owned(), "Two".to_owned()));
    assert!(drive.slugs().contains(&"outgoing".to_owned()));
    // It was made once for these facts.
    assert_snapshot!(home.run(&["sync", "--apply", "plan.json", "--yes"]), @"
    ------- stderr -------
    error: the plan does not fit any more: both, changelog, edited, incoming, notes, outgoing changed since

    hint: nothing was done; make a new one with sync --plan FILE
    [exit status: 8]
    ");
    // Nor does another account or machine carry it out.
    first.write("plan.json", home.read("plan.json"));
    first.run(&["sync", "--apply", "plan.json", "--yes"]).exits(2);
    first.write("plan.json", "{}");
    first.run(&["sync", "--apply", "plan.json", "--yes"]).exits(2);
    first.run(&["sync", "--apply", "no-such.json", "--yes"]).exits(2);
}

#[test]
fn a_plan_whose_facts_changed_is_not_carried_out() {
    let drive = TestDrive::start();
    let (first, home) = all_kinds(&drive);
    home.run(&["sync", "--plan", "plan.json"]).exits(0);
    first.skill(".agents/skills", "notes", "Three");
    first.run(&["sync", "--yes", "--on-conflict", "skip"]);
    home.skill(".agents/skills", "late", "Late");
    let before = home.tree(".agents/skills");
    assert_snapshot!(home.run(&["sync", "--apply", "plan.json", "--yes"]), @"
    ------- stderr -------
    error: the plan does not fit any more: late, notes changed since

    hint: nothing was done; make a new one with sync --plan FILE
    [exit status: 8]
    ");
    assert_eq!(home.tree(".agents/skills"), before);
    assert!(!drive.slugs().contains(&"outgoing".to_owned()));
}
