//! `discover`, `leaderboard`, `search --collection` and the operator's `serve rate`.

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::Home;
use crate::harness::TestDrive;

#[test]
fn what_lies_beyond_the_drive_is_found_page_by_page() {
    let drive = TestDrive::start();
    for number in 0..12 {
        drive.publish(&format!("pdf-{number:02}"), "one");
    }
    let home = Home::logged_in(&drive.url, &drive.key);
    let run = home.run(&["discover", "nonsense", "pdf"]).exits(0);
    assert_eq!(run.stdout.lines().count(), 10, "{run}");
    assert!(run.stdout.starts_with("pdf-00\tmarketplace\tA\t0\t\tpdf-00 for a test\n"), "{run}");
    assert_eq!(run.stderr, "hint: there is more: --offset 10\n");
    let rest = home.run(&["discover", "pdf", "--offset", "10", "--json"]).exits(0).json();
    assert_eq!((&rest["offset"], &rest["next_offset"]), (&json!(10), &json!(null)));
    assert_eq!(rest["skills"].as_array().unwrap().len(), 2);
    assert_eq!(rest["skills"][0]["found_in"], "marketplace");
    assert_snapshot!(home.run(&["discover", "zzz"]), @r"
    ------- stderr -------
    nothing was found
    ");
    assert_eq!(home.run(&["discover", "pdf", "--offset", "12"]).exits(0).stderr, "nothing more was found\n");
    home.run(&["discover"]).exits(2);
    home.run(&["discover", "x", "--offset", "-1"]).exits(2);
    let anonymous = Home::on(&drive.url);
    assert!(anonymous.run(&["discover", "x"]).exits(4).stderr.contains("hint: skillzdrive login"));
    anonymous.run(&["leaderboard"]).exits(4);
}

#[test]
fn the_leaderboard_counts_what_this_program_does() {
    let drive = TestDrive::start();
    for slug in ["csv", "pdf", "xls"] {
        drive.publish(slug, "one");
    }
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_snapshot!(home.run(&["leaderboard"]), @r"
    ------- stderr -------
    no public skill was run in the last 30 days
    ");
    home.run(&["install", "pdf"]).exits(0);
    home.run(&["remove", "pdf", "--yes"]).exits(0);
    home.run(&["install", "pdf", "csv"]).exits(0);
    Home::on(&drive.url).run(&["install", "pdf"]).exits(0);
    // The account's installs of one day are one; the other installation belongs to nobody.
    assert_snapshot!(home.run(&["leaderboard", "--sort-by", "installs"]), @"
    1	pdf	A	0	2		pdf for a test
    2	csv	A	0	1		csv for a test
    ");
    let board = home.run(&["leaderboard", "--sort-by", "installs", "--json"]).exits(0).json();
    assert_eq!(board["sort_by"], "installs");
    assert_eq!((&board["skills"][0]["place"], &board["skills"][0]["installs"]), (&json!(1), &json!(2)));
    assert_eq!(home.run(&["leaderboard", "--sort-by", "stars"]).exits(2).stdout, "");
}

#[test]
fn the_operator_rates() {
    let operator = Home::new();
    let serve = |args: &[&str]| operator.run(&[&["serve", "--data", "drive"], args].concat());
    operator.write("table/SKILL.md", crate::harness::skill_md("table", "one"));
    serve(&["publish", "table"]).exits(0);
    assert_snapshot!(serve(&["rate", "table", "4"]), @r"
    ------- stderr -------
    rated table with 4 of 5; the mean is 4
    ");
    let json = serve(&["rate", "table", "3", "--json"]).exits(0).json();
    assert_eq!(json, json!({ "slug": "table", "stars": 3, "rating": 3.0 }));
    serve(&["rate", "table", "6"]).exits(2);
    serve(&["rate", "nothing", "3"]).exits(5);
    let run = serve(&["rate", "table", "3", "--user", "nobody"]).exits(5);
    assert!(run.stderr.contains("there is no account `nobody`"), "{run}");
}
