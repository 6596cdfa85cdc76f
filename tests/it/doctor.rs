//! `doctor`: each check on a machine where it is well and on one where it is not, and a report that names nobody.

use std::fs;

use serde_json::Value;
use serde_json::json;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

/// The check of an id: its status, and what it says puts it right.
fn check(run: &Value, id: &str) -> (String, String) {
    let checks = run["checks"].as_array().unwrap();
    let one = checks.iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("no check {id} in {run:#}"));
    (one["status"].as_str().unwrap().to_owned(), one["fix"].as_str().unwrap_or_default().to_owned())
}

fn says(run: &Value, id: &str, status: &str, fix: &str) {
    let (said, mends) = check(run, id);
    assert!(said == status && mends.contains(fix), "{id}: {run:#}");
}

#[test]
fn a_machine_on_which_all_is_well_passes_and_nothing_is_written() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".claude");
    home.run(&["install", "pdf"]).exits(0);
    let before = home.tree("");
    drive.forget();
    let run = home.run(&["doctor", "--json"]).exits(0).json();
    assert_eq!((&run["ok"], &run["version"]), (&json!(true), &json!(env!("CARGO_PKG_VERSION"))));
    for id in
        ["program", "folders", "settings", "lockfile", "lock", "journal", "cache", "key", "proxy", "drive", "clock"]
    {
        says(&run, id, "ok", "");
    }
    says(&run, "login", "ok", "");
    says(&run, "agent:claude-code", "ok", "");
    says(&run, "keyring", "skipped", "");
    assert_eq!(home.tree(""), before);
    assert!(drive.asked_lines().iter().all(|line| line.starts_with("GET ")), "{:?}", drive.asked_lines());
    let shown = home.run(&["doctor"]).exits(0);
    assert!(shown.stdout.contains("ok\tdrive\t"), "{shown}");
    let offline = home.run(&["doctor", "--offline", "--json"]).exits(0).json();
    says(&offline, "drive", "skipped", "");
    let local = home.run(&["--server", "local", "doctor", "--json"]).exits(0).json();
    says(&local, "drive", "ok", "");
}

#[test]
fn what_is_wrong_is_named_with_what_puts_it_right() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".claude");
    home.mkdir(".roo");
    home.run(&["install", "pdf"]).exits(0);

    // An agent that does not see a skill: its link leads elsewhere, or is gone.
    fs::remove_file(home.path(".claude/skills/pdf")).unwrap();
    let run = home.run(&["doctor", "--json"]).exits(1).json();
    assert_eq!(run["ok"], false);
    says(&run, "agent:claude-code", "failed", "skillzdrive install");
    says(&run, "agent:roo", "ok", "");
    home.run(&["install"]).exits(0);
    // Who is not meant to see it is not missed.
    home.run(&["disable", "pdf", "-a", "roo"]).exits(0);
    let run = home.run(&["doctor", "--json"]).exits(0).json();
    says(&run, "agent:roo", "ok", "");

    // A drive that refuses the key, one that cannot be reached, a clock that differs.
    drive.fail("GET", "/api/v1/account/credits", 1, Fault::Answer(401, Vec::new(), "{}".to_owned()));
    says(&home.run(&["doctor", "--json"]).exits(1).json(), "login", "failed", "skillzdrive login");
    drive.heal();
    let headers =
        vec![("content-type", "application/json".to_owned()), ("date", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())];
    drive.fail("GET", "/.well-known/", 1, Fault::Answer(200, headers, "{}".to_owned()));
    says(&home.run(&["doctor", "--json"]).exits(1).json(), "clock", "failed", "clock");
    drive.heal();
    let away = home.run(&["--server", "http://127.0.0.1:9", "doctor", "--json"]).exits(1).json();
    says(&away, "drive", "failed", "");

    // Files that are not as they should be.
    let zips = ".cache/skillzdrive/zips";
    let zip = home.tree(zips).into_keys().next().unwrap();
    home.write(&format!("{zips}/{zip}"), "changed");
    home.write(".local/state/skillzdrive/sync/x.journal", "{}");
    let run = home.run(&["doctor", "--json"]).exits(0).json();
    says(&run, "cache", "warning", "cache verify");
    says(&run, "journal", "warning", "skillzdrive sync");
    home.write(".local/share/skillzdrive/skillzdrive.lock", "<<<<<<< ours\n");
    says(&home.run(&["doctor", "--json"]).exits(1).json(), "lockfile", "failed", "audit --fix --lock");
}

#[test]
fn broken_settings_folders_and_certificates_are_found() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with("SSL_CERT_FILE", "no-such.pem").with("SHELL", "/bin/bash");
    home.write(".config/skillzdrive/config.toml", "colour = 3\n");
    home.write(".cache", "a file");
    let run = home.run(&["doctor", "--json"]).exits(1).json();
    says(&run, "settings", "failed", "the settings are");
    says(&run, "folders", "failed", "move `");
    home.write(".config/skillzdrive/config.toml", "");
    let run = home.run(&["doctor", "--json"]).exits(1).json();
    says(&run, "certificates", "failed", "SSL_CERT_FILE");
    says(&run, "agents", "warning", "config set agents");
    says(&run, "key", "warning", "skillzdrive login");
    says(&run, "completion", "warning", "completions --install");
    let shown = home.run(&["doctor"]).exits(1);
    assert!(shown.stderr.contains("hint: completion: skillzdrive completions --install"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_file_of_keys_that_others_can_read_fails() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    let file = home.path(".config/skillzdrive/credentials.toml");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let run = home.run(&["doctor", "--json"]).exits(1).json();
    says(&run, "key", "failed", "chmod 600");
}

#[test]
fn a_report_names_no_skill_no_person_no_drive_and_no_key() {
    let drive = TestDrive::start();
    drive.publish("secret-project", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".claude");
    home.run(&["install", "secret-project"]).exits(0);
    fs::remove_file(home.path(".claude/skills/secret-project")).unwrap();
    home.run(&["doctor", "--report", "--dry-run"]).exits(1);
    assert!(!home.path("skillzdrive-report.md").exists());
    let run = home.run(&["doctor", "--report", "--json"]).exits(1).json();
    let text = home.read("skillzdrive-report.md");
    assert!(run["report"].as_str().unwrap().ends_with("skillzdrive-report.md"));
    assert!(
        text.contains("| failed | Claude Code |") && text.contains("<skill-1>") && text.contains("<drive>"),
        "{text}"
    );
    let host = drive.url.split("://").nth(1).unwrap();
    for private in ["secret-project", host, &drive.key, &home.root().display().to_string()] {
        assert!(!text.contains(private), "{private}\n{text}");
    }
    // What is there is not replaced without a word.
    home.write("mine.md", "mine");
    home.run(&["doctor", "--report", "mine.md"]).exits(2);
    assert_eq!(home.read("mine.md"), "mine");
}
