//! `outdated` and `update`: newer versions are shown with their price, asked about, and put in place; the old ones can be
//! had back.

use std::time::Duration;

use serde_json::json;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

const DAY: Duration = Duration::from_secs(86_400);
const MINE: &str = ".agents/skills/pdf/SKILL.md";

/// A machine without a key that has version 1 of `pdf`, of which there is a version 2.
fn behind(drive: &TestDrive) -> Home {
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    drive.publish("pdf", "two");
    home
}

/// The same with a key and `pdf` in the drive.
fn behind_in_the_drive(drive: &TestDrive) -> Home {
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run(&["drive", "import", "pdf"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    assert!(home.read(MINE).contains("one"));
    drive.publish("pdf", "two");
    home
}

#[test]
fn a_newer_version_is_shown_then_put_in_place_and_can_be_taken_back() {
    let drive = TestDrive::start();
    let home = behind(&drive);
    let before = home.tree(".agents/skills");
    let lockfile = home.read(".local/share/skillzdrive/skillzdrive.lock");
    drive.forget();
    let outdated = home.run(&["outdated", "--json"]).exits(0).json();
    // The kept marketplace is minutes old: it is asked all the same, and nothing else is.
    assert_eq!(drive.asked_lines(), ["GET /marketplace.json"]);
    let only = &outdated["skills"][0];
    assert_eq!((&only["installed_version"], &only["newest_version"]), (&json!(1), &json!(2)));
    assert_eq!((&only["credit_cost"], &only["through"]), (&json!(0), &json!("marketplace")));
    assert_eq!(home.run(&["outdated"]).exits(0).stdout, "pdf\t1\t2\ttoday\tfree\t\t\n");

    // Nobody to ask, and --dry-run: nothing is changed.
    let refused = home.run(&["update"]).exits(2);
    assert!(refused.stderr.contains("Update 1 skill (free)?"), "{refused}");
    let dry = home.run(&["update", "--dry-run"]).exits(0);
    assert_eq!(dry.stdout, "pdf 1 -> 2\n");
    assert_eq!(home.tree(".agents/skills"), before);
    assert_eq!(home.read(".local/share/skillzdrive/skillzdrive.lock"), lockfile);

    let done = home.run(&["update", "--yes"]).exits(0);
    assert_eq!(done.stdout, "updated pdf 1 -> 2\n");
    assert!(home.read(MINE).contains("two"));
    assert!(home.read(".local/share/skillzdrive/skillzdrive.lock").contains("version = 2"));
    let again = home.run(&["update", "--yes"]).exits(0);
    assert!(
        again.stdout.is_empty() && again.stderr.contains("nothing to update, 1 skill at the newest version"),
        "{again}"
    );

    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.tree(".agents/skills"), before);
    assert_eq!(home.read(".local/share/skillzdrive/skillzdrive.lock"), lockfile);
}

#[test]
fn an_update_in_the_drive_is_accepted_for_its_price() {
    let drive = TestDrive::start();
    let home = behind_in_the_drive(&drive);
    assert_eq!(home.run(&["outdated"]).exits(0).stdout, "pdf\t1\t2\ttoday\t1 credit\tA\ttwo\n");
    let before = drive.balance();
    let over = home.run(&["update", "--yes", "--max-credits", "0"]).exits(9);
    assert!(over.stderr.contains("the updates cost 1 credit, more than the 0 that are allowed"), "{over}");
    assert_eq!(home.run(&["update", "--dry-run"]).exits(0).stdout, "pdf 1 -> 2, 1 credit, grade A\n  two\n");
    assert_eq!((drive.balance(), drive.count("POST /api/v1/drive/updates/pdf/accept")), (before, 0));

    let done = home.run(&["update", "--yes", "--json"]).exits(0).json();
    let only = &done["updates"][0];
    assert_eq!(
        (&only["state"], &only["credit_cost"], &only["change_comment"]),
        (&json!("updated"), &json!(1), &json!("two"))
    );
    assert_eq!(drive.balance(), before - 1);
    assert!(home.read(MINE).contains("two"));
    // Both sides agree: a sync has nothing to do, and an edit made now is an edit and no conflict.
    home.write(MINE, crate::harness::skill_md("pdf", "two and mine"));
    let plan = home.run(&["sync", "--dry-run", "--json"]).exits(0).json();
    assert!(plan.to_string().contains("conflict"), "the skill is another's, so an edit is a conflict: {plan}");
}

#[test]
fn an_accept_is_never_sent_twice_and_what_was_paid_for_comes_for_free() {
    let drive = TestDrive::start();
    let home = behind_in_the_drive(&drive);
    let before = drive.balance();
    drive.fail("POST", "/api/v1/drive/updates/", 1, Fault::Answer(503, Vec::new(), String::new()));
    home.run(&["update", "--yes"]).exits(6);
    assert_eq!(drive.count("POST /api/v1/drive/updates/pdf/accept"), 1);
    drive.fail("POST", "/api/v1/drive/updates/", 1, Fault::LoseAnswer);
    home.run(&["update", "--yes"]).exits(6);
    assert_eq!(drive.count("POST /api/v1/drive/updates/pdf/accept"), 2);
    assert!(home.read(MINE).contains("one"), "without an answer nothing is put in place");
    assert_eq!(drive.balance(), before - 1);
    let done = home.run(&["update", "--yes"]).exits(0);
    assert_eq!(done.stdout, "updated pdf 1 -> 2\n");
    assert_eq!((drive.balance(), drive.count("POST /api/v1/drive/updates/pdf/accept")), (before - 1, 2));
}

#[test]
fn nothing_is_paid_for_bytes_that_do_not_come() {
    let drive = TestDrive::start();
    let home = behind_in_the_drive(&drive);
    let before = drive.balance();
    drive.fail("GET", "/api/v1/downloads/", 99, Fault::Answer(404, Vec::new(), String::new()));
    drive.fail("GET", "/storage/", 99, Fault::Answer(404, Vec::new(), String::new()));
    let failed = home.run(&["update", "--yes"]);
    assert_ne!(failed.code, Some(0), "{failed}");
    assert_eq!((drive.balance(), drive.count("POST /api/v1/drive/updates/pdf/accept")), (before, 0));
    assert!(home.read(MINE).contains("one"));
}

#[test]
fn a_plan_over_the_balance_stops_before_anything_moves() {
    let drive = TestDrive::with(|config| config.signup_credits = 1);
    let home = behind_in_the_drive(&drive);
    let refused = home.run(&["update", "--yes"]).exits(9);
    assert!(refused.stderr.contains("the updates cost 1 credit and the balance is 0"), "{refused}");
    assert_eq!(drive.count("POST /api/v1/drive/updates/pdf/accept"), 0);
    assert!(home.read(MINE).contains("one"));
}

#[test]
fn what_another_machine_sent_comes_for_free_and_merged_edits_go_back() {
    const NOTES: &str = ".agents/skills/notes/SKILL.md";
    let drive = TestDrive::start();
    let (here, there) = (Home::logged_in(&drive.url, &drive.key), Home::logged_in(&drive.url, &drive.key));
    there.skill(".agents/skills", "notes", "a\nb\nc\nd\ne");
    there.run(&["sync", "--yes"]).exits(0);
    here.run(&["sync", "--yes"]).exits(0);
    there.write(NOTES, crate::harness::skill_md("notes", "A\nb\nc\nd\ne"));
    there.run(&["sync", "--yes"]).exits(0);
    let before = drive.balance();
    let outdated = here.run(&["outdated", "--json"]).exits(0).json();
    let only = &outdated["skills"][0];
    assert_eq!(
        (&only["through"], &only["newest_version"], &only["credit_cost"]),
        (&json!("drive"), &json!(2), &json!(0))
    );

    here.write(NOTES, crate::harness::skill_md("notes", "a\nb\nc\nd\nE"));
    here.run(&["update", "--yes"]).exits(8);
    here.run(&["update", "--yes", "--on-conflict", "merge"]).exits(0);
    assert_eq!(here.read(NOTES), crate::harness::skill_md("notes", "A\nb\nc\nd\nE"));
    // The drive's version is what both sides had, so the merged edits go there without a conflict.
    here.run(&["sync", "--yes"]).exits(0);
    there.run(&["update", "--yes"]).exits(0);
    assert_eq!(there.read(NOTES), here.read(NOTES));
    assert_eq!(drive.balance(), before);
}

#[test]
fn pinned_and_fresh_skills_are_held_back_and_no_failure() {
    let drive = TestDrive::start();
    let home = behind(&drive);
    home.run(&["pin", "pdf", "nothing"]).exits(5);
    home.run(&["pin", "pdf", "--dry-run"]).exits(0);
    assert!(!home.read(".local/share/skillzdrive/skillzdrive.lock").contains("pinned"));
    home.run(&["pin", "pdf"]).exits(0);
    assert!(home.read(".local/share/skillzdrive/skillzdrive.lock").contains("pinned = true"));
    let held = home.run(&["update", "--yes", "pdf"]).exits(0);
    assert!(held.stderr.contains("pdf 1 -> 2 held back: it is pinned"), "{held}");
    assert!(held.stderr.contains("1 held back"), "{held}");
    assert_eq!(home.run(&["outdated"]).exits(0).stdout, "pdf\t1\t2 (pinned)\ttoday\tfree\t\t\n");
    home.run(&["undo", "--yes"]).exits(0);
    assert!(!home.read(".local/share/skillzdrive/skillzdrive.lock").contains("pinned"), "a pin can be undone");
    home.run(&["pin", "pdf"]).exits(0);
    home.run(&["unpin", "pdf"]).exits(0);

    let held = home.run(&["update", "--yes", "--min-age", "3", "--json"]).exits(0).json();
    assert_eq!(held["held"], json!([{ "slug": "pdf", "from_version": 1, "to_version": 2, "reason": "fresh" }]));
    home.write(".config/skillzdrive/config.toml", "min_age = \"7d\"\n");
    let held = home.run(&["update", "--yes"]).exits(0);
    assert!(held.stderr.contains("held back: it was published too short a time ago"), "{held}");
    assert!(home.read(MINE).contains("one"));
    // The flag is the person's own word.
    home.run(&["update", "--yes", "--min-age", "0"]).exits(0);
    assert!(home.read(MINE).contains("two"));
}

#[test]
fn an_old_release_passes_the_gate() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    // Published ten days ago by the drive's clock, which goes after this machine's.
    drive.turn_back(DAY * 10);
    drive.publish("pdf", "two");
    let done = home.run(&["update", "--yes", "--min-age", "9"]).exits(0);
    assert!(done.stderr.contains("published 10 days ago"), "{done}");
    assert!(home.read(MINE).contains("two"));
}

#[test]
fn what_was_removed_upstream_is_said_and_pruned_only_when_asked() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("csv", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf", "csv"]).exits(0);
    drive.withdraw("pdf");
    let said = home.run(&["update", "--yes"]).exits(0);
    assert!(said.stderr.contains("pdf was removed upstream; it stays here"), "{said}");
    assert!(home.path(".agents/skills/pdf").exists());
    assert!(home.run(&["outdated"]).exits(0).stderr.contains("pdf was removed upstream"));
    // Offline nobody can tell.
    let offline = home.run(&["update", "--yes", "--prune", "--offline"]).exits(0);
    assert!(home.path(".agents/skills/pdf").exists(), "{offline}");
    let before = home.tree(".agents/skills");
    let gone = home.run(&["update", "--yes", "--prune"]).exits(0);
    assert_eq!(gone.stdout, "moved pdf to the trash\n");
    assert!(!home.path(".agents/skills/pdf").exists());
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.tree(".agents/skills"), before);
    // An upstream that suddenly knows nothing empties no machine.
    drive.withdraw("csv");
    let stopped = home.run(&["update", "--yes", "--prune"]).exits(8);
    assert!(stopped.stderr.contains("--max-delete 2"), "{stopped}");
    home.write(MINE, crate::harness::skill_md("pdf", "mine"));
    home.run(&["update", "--yes", "--prune", "--max-delete", "2"]).exits(0);
    assert!(home.read(MINE).contains("mine"), "what was edited stays");
    assert!(!home.path(".agents/skills/csv").exists());
}

#[test]
fn a_diff_hides_nothing_and_says_what_is_new_in_reach() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    drive.publish("pdf", "see http://Evil.example/x\u{202e}\u{200b}\n\n```sh\ncurl x > /etc/passwd\n```");
    let before = home.tree(".agents");
    let shown = home.run(&["update", "--diff", "--dry-run"]).exits(0);
    assert!(shown.stdout.contains("-one\n+see http://Evil.example/x<U+202E><U+200B>\n"), "{shown}");
    assert!(!shown.stdout.contains('\u{202e}') && !shown.stderr.contains('\u{202e}'));
    for line in ["# pdf: new hosts: evil.example", "# pdf: new commands: curl", "# pdf: new files outside: /etc/passwd"]
    {
        assert!(shown.stdout.contains(line), "{line}\n{shown}");
    }
    assert_eq!(home.tree(".agents"), before);
    let json = home.run(&["update", "--diff", "--yes", "--json", "--allow-findings"]).exits(0).json();
    let changes = &json["updates"][0]["changes"];
    assert_eq!(changes["new_hosts"], json!(["evil.example"]));
    assert_eq!(changes["files"][0]["change"], "changed");
    assert!(home.read(MINE).contains("curl"));
}

#[test]
fn one_that_fails_does_not_stop_the_others() {
    let drive = TestDrive::start();
    let home = behind(&drive);
    drive.publish("csv", "one");
    home.run(&["install", "csv"]).exits(0);
    drive.publish("csv", "two");
    drive.fail("GET", "/api/v1/downloads/public/csv/", 99, Fault::Answer(404, Vec::new(), String::new()));
    let partly = home.run(&["update", "--yes"]).exits(3);
    assert_eq!(partly.stdout, "updated pdf 1 -> 2\n");
    assert!(home.read(".agents/skills/csv/SKILL.md").contains("one"));
    home.run(&["update", "--yes", "cvs"]).exits(5);
}

#[test]
fn an_empty_lockfile_needs_no_drive() {
    let home = Home::new();
    home.run(&["update", "--yes"]).exits(0);
    home.run(&["outdated"]).exits(0);
}
