//! Two accounts in one home are not mixed without being asked.

use insta::assert_snapshot;

use super::home_on;
use crate::harness::TestDrive;

#[test]
fn another_account_in_the_same_home_must_be_agreed_to_by_name() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".agents/skills", "mine", "Mine");
    home.run(&["sync", "--yes"]).exits(0);
    let other = drive.account("other");
    home.run_with_input(&["login", "--with-token"], &other).exits(0);
    let slugs = |key: &str| drive.ask_as(key, "GET", "/api/v1/drive", None).1["data"]["skills"].clone();
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    error: these skills were synced with another account before; this sync would bring the two together

    hint: look with --dry-run, then agree with --new-account; or log in with the account you had
    [exit status: 2]
    ");
    home.run(&["sync"]).exits(2);
    home.run(&["sync", "--yes", "--json"]).exits(2);
    assert_eq!(slugs(&other), serde_json::json!([]));

    home.run(&["sync", "--yes", "--new-account"]).exits(0);
    assert_eq!(slugs(&other).as_array().map(Vec::len), Some(1));
    home.run(&["sync", "--yes"]).exits(0);
    // Back to the first one: it has its own base, so there is nothing to ask and nothing to do.
    home.run_with_input(&["login", "--with-token"], &drive.key).exits(0);
    assert_snapshot!(home.run(&["sync", "--yes"]), @"
    ------- stderr -------
    Nothing to do: machine and drive agree.
    ");
}

#[test]
fn another_account_that_has_other_bytes_is_a_conflict_and_not_an_update() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".agents/skills", "mine", "Of the first");
    home.run(&["sync", "--yes"]).exits(0);
    let other = drive.account("other");
    let elsewhere = crate::harness::Home::logged_in(&drive.url, &other);
    elsewhere.skill(".agents/skills", "mine", "Of the other");
    elsewhere.run(&["sync", "--yes"]).exits(0);
    home.run_with_input(&["login", "--with-token"], &other).exits(0);
    home.run(&["sync", "--yes", "--new-account"]).exits(8);
    assert_eq!(super::body(&home, "mine"), "Of the first");
}

#[test]
fn another_key_of_the_same_account_is_no_other_account() {
    let drive = TestDrive::start();
    let home = home_on(&drive);
    home.skill(".agents/skills", "mine", "Mine");
    home.run(&["sync", "--yes"]).exits(0);
    home.run_with_input(&["login", "--with-token"], &drive.another_key()).exits(0);
    home.skill(".agents/skills", "mine", "Edited");
    let run = home.run(&["sync", "--yes"]).exits(0);
    assert!(run.stdout.starts_with("sent edit mine@2"), "the base was kept: {run}");
}
