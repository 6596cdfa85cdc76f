//! The versions of a skill: `diff`, `log`, `why`, and the way back to one; the drive's waiting updates.

use serde_json::json;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const MINE: &str = ".agents/skills/pdf/SKILL.md";

#[test]
fn any_two_versions_are_compared() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run(&["drive", "import", "pdf"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    drive.publish("pdf", "two");
    let same = home.run(&["diff", "pdf"]).exits(0);
    assert!(same.stdout.is_empty() && same.stderr.contains("pdf: lock and installed are the same"), "{same}");
    home.write(MINE, skill_md("pdf", "mine"));
    for (sides, line) in [
        (&[][..], "-one\n+mine\n"),
        (&["drive"][..], "-one\n+mine\n"),
        (&["1", "2"][..], "-one\n+two\n"),
        (&["2", "installed"][..], "-two\n+mine\n"),
        (&["installed", "drive"][..], "-mine\n+one\n"),
        (&["lock", "2"][..], "-one\n+two\n"),
    ] {
        let args: Vec<&str> = ["diff", "pdf"].into_iter().chain(sides.iter().copied()).collect();
        let shown = home.run(&args).exits(0);
        assert!(shown.stdout.contains(line), "{sides:?}\n{shown}");
    }
    let json = home.run(&["diff", "pdf", "1", "2", "--json"]).exits(0).json();
    assert_eq!((&json["from"], &json["to"], &json["files"][0]["path"]), (&json!("1"), &json!("2"), &json!("SKILL.md")));
    home.run(&["diff", "pdf", "1", "9"]).exits(5);
    home.run(&["diff", "nothing"]).exits(5);
    home.run(&["diff", "pdf", "newest"]).exits(2);
    let anonymous = Home::on(&drive.url);
    anonymous.run(&["install", "pdf"]).exits(0);
    anonymous.run(&["diff", "pdf", "drive"]).exits(4);
}

#[test]
fn the_log_marks_what_is_here_and_a_version_can_be_gone_back_to() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("pdf", "two");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run(&["install", "pdf"]).exits(0);
    let marks = |home: &Home| -> Vec<String> {
        let log = home.run(&["log", "pdf"]).exits(0);
        let rows = log.stdout.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        rows.map(|row| format!("{} {} {}", row[0], row[3], row[4])).collect()
    };
    assert_eq!(marks(&home), ["2 installed two", "1  one"]);
    home.run(&["install", "pdf@1"]).exits(0);
    assert!(home.read(MINE).contains("one"));
    assert_eq!(marks(&home), ["2  two", "1 installed one"]);
    home.write(MINE, skill_md("pdf", "mine"));
    assert_eq!(marks(&home), ["2  two", "1 installed, edited one"]);
    let json = home.run(&["log", "pdf", "--json"]).exits(0).json();
    assert_eq!(json["versions"][1]["locked"], true);
    home.run(&["log", "nothing"]).exits(5);
    // Held back at its version, it is offered version 2 again.
    home.write(MINE, skill_md("pdf", "one"));
    assert!(home.run(&["outdated"]).exits(0).stdout.starts_with("pdf\t1\t2\t"));
}

#[test]
fn why_tells_where_a_skill_came_from_and_what_was_done_to_it() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    drive.publish("pdf", "two");
    home.run(&["update", "--yes"]).exits(0);
    home.skill(".agents/skills", "mine", "m");
    let why = home.run(&["why", "pdf", "--json"]).exits(0).json();
    assert_eq!((&why["version"], &why["source"], &why["state"]), (&json!(2), &json!("skillzdrive"), &json!("clean")));
    assert_eq!(why["server"], json!(drive.url));
    let did: Vec<(&str, &str)> = why["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["command"].as_str().unwrap(), one["change"].as_str().unwrap()))
        .collect();
    assert_eq!(did, [("update", "replaced"), ("install", "added")]);
    let text = home.run(&["why", "pdf"]).exits(0).stdout;
    assert!(text.contains("skill    pdf\nstate    clean\n") && text.contains("\tupdate\treplaced\t"), "{text}");
    assert!(home.run(&["why", "mine"]).exits(0).stdout.contains("it was made here, or put here by hand"));
    home.run(&["remove", "pdf", "--yes"]).exits(0);
    assert!(home.run(&["why", "pdf"]).exits(0).stdout.contains("it was removed here on purpose"));
    let unknown = home.run(&["why", "mien"]).exits(5);
    assert!(unknown.stderr.contains("did you mean mine?"), "{unknown}");
}

#[test]
fn waiting_updates_are_listed_accepted_and_dismissed() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    assert!(home.run(&["drive", "updates"]).exits(0).stderr.contains("no update waits in the drive"));
    home.run(&["drive", "import", "pdf"]).exits(0);
    drive.publish("pdf", "two");
    assert_eq!(home.run(&["drive", "updates"]).exits(0).stdout, "pdf\t1\t2\t1\tA\ttwo\n");
    home.run(&["drive", "dismiss", "pdf", "--dry-run"]).exits(0);
    home.run(&["drive", "accept", "pdf", "--dry-run"]).exits(0);
    let nobody = home.run(&["drive", "accept", "pdf"]).exits(2);
    assert!(nobody.stderr.contains("Accept version 2 of pdf for 1 credit?"), "{nobody}");
    assert_eq!(drive.balance(), 999);

    // A dismiss is sent again when its answer is lost; that costs nothing and says the same.
    drive.fail("POST", "/api/v1/drive/updates/pdf/dismiss", 1, Fault::LoseAnswer);
    home.run(&["drive", "dismiss", "pdf"]).exits(0);
    assert_eq!(drive.count("POST /api/v1/drive/updates/pdf/dismiss"), 2);
    let none = home.run(&["drive", "accept", "pdf", "--yes", "--json"]).exits(5);
    assert_eq!(none.json_error()["code"], "update_not_found");

    drive.publish("pdf", "three");
    let accepted = home.run(&["drive", "accept", "pdf", "--yes", "--json"]).exits(0).json();
    assert_eq!(
        accepted,
        json!({ "slug": "pdf", "version": 3, "credit_cost": 1, "credits_remaining": 998, "accepted": true })
    );
    home.run(&["sync", "--yes"]).exits(0);
    assert!(home.read(MINE).contains("three"));
    // An accept whose answer is lost is not sent again.
    drive.publish("pdf", "four");
    drive.fail("POST", "/api/v1/drive/updates/pdf/accept", 1, Fault::LoseAnswer);
    home.run(&["drive", "accept", "pdf", "--yes"]).exits(6);
    assert_eq!(drive.balance(), 997);
}
