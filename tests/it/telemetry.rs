//! Telemetry: said before it is sent, exactly the documented fields, public names alone, and it can neither fail nor hold
//! a command.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::Asked;
use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

const ROUTE: &str = "/api/v1/telemetry/anonymous";
const NOTICE: &str = "skillzdrive tells the drive which of its commands were used";

fn events(drive: &TestDrive) -> Vec<Asked> {
    drive.asked().into_iter().filter(|asked| asked.path == ROUTE).collect()
}

fn body(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).unwrap()
}

#[test]
fn the_notice_comes_once_and_before_anything_is_sent() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    // What notes no event says nothing; what cannot say sends nothing.
    assert!(!home.run(&["search", "pdf"]).exits(0).stderr.contains(NOTICE));
    assert!(!home.run(&["install", "pdf", "--json"]).exits(0).stderr.contains(NOTICE));
    assert_eq!(events(&drive).len(), 0);
    let run = home.run(&["install", "pdf", "--quiet"]).exits(0);
    assert_eq!(run.stderr.matches(NOTICE).count(), 1, "{run}");
    assert_eq!(events(&drive).len(), 2, "the one that waited and this one");
    assert!(!home.run(&["install", "pdf"]).exits(0).stderr.contains(NOTICE));
    assert_eq!(events(&drive).len(), 3);
}

#[test]
fn a_person_who_knows_is_not_told() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.write(".config/skillzdrive/config.toml", "telemetry_notice = false\n");
    assert!(!home.run(&["install", "pdf"]).exits(0).stderr.contains(NOTICE));
    assert_eq!(events(&drive).len(), 1);
}

#[test]
fn an_event_has_the_documented_fields_and_names_public_skills_alone() {
    let drive = TestDrive::start();
    let sha = drive.publish("pdf", "public");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.skill(".claude/skills", "secret-plans", "private");
    home.skill("elsewhere", "other-plans", "from a folder");
    home.run_with_input(&["login", "--with-token"], &drive.key).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    home.run(&["install", "pdf", "./elsewhere/other-plans"]).exits(0);
    home.run(&["install", &format!("pdf@{sha}")]).exits(0);
    let second = Home::logged_in(&drive.url, &drive.key);
    second.run(&["install", "secret-plans"]).exits(0);

    let events = events(&drive);
    let id = home.read(".local/state/skillzdrive/install-id").trim().to_owned();
    let kinds: Vec<_> = events.iter().map(|event| body(event)["event_type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["login", "sync", "install", "install", "login", "install"]);
    for event in &events {
        let body = body(event);
        let fields: BTreeSet<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        let documented = ["install_id", "event_type", "cli_version", "os", "skill_slugs", "source_types", "metadata"];
        assert_eq!(fields, documented.into());
        assert_eq!(event.headers["x-skillzdrive-install-id"], body["install_id"].as_str().unwrap());
        assert!(!event.headers.contains_key("authorization"));
        assert_eq!(body["cli_version"], env!("CARGO_PKG_VERSION"));
        let (os, arch) = body["os"].as_str().unwrap().split_once('/').unwrap();
        assert!(["darwin", "linux", "windows"].contains(&os) && ["amd64", "arm64"].contains(&arch));
        let metadata = body["metadata"].as_object().unwrap();
        assert!(metadata.values().all(Value::is_u64), "counts alone: {metadata:?}");
        let whole = String::from_utf8(event.body.to_vec()).unwrap();
        assert!(!whole.contains("plans") && !whole.contains("home"), "{whole}");
    }
    let install = body(&events[2]);
    assert_eq!(install["install_id"], id);
    assert_eq!(install["skill_slugs"], serde_json::json!(["pdf"]));
    assert_eq!(install["source_types"], serde_json::json!(["path", "skillzdrive"]));
    assert_eq!(install["metadata"], serde_json::json!({ "installed": 2, "failed": 0 }));
}

#[test]
fn what_could_not_be_sent_waits_and_is_shown() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    drive.fail("POST", ROUTE, 2, Fault::Answer(503, Vec::new(), String::new()));
    home.run(&["install", "pdf"]).exits(0);
    let run = home.run(&["telemetry", "show"]).exits(0);
    let system = body(&events(&drive)[0])["os"].as_str().unwrap().to_owned();
    assert_snapshot!(run.to_string().replace(&system, "[OS]"), @r#"
    install id: [UUID]
    sent: 0
    waiting: 1
      to http://127.0.0.1:[PORT]: {"install_id":"[UUID]","event_type":"install","cli_version":"0.1.0","os":"[OS]","skill_slugs":["pdf"],"source_types":["skillzdrive"],"metadata":{"failed":0,"installed":1}}
    "#);
    let shown = home.run(&["telemetry", "show", "--json"]).exits(0).json();
    assert_eq!(shown["waiting"][0]["event"], body(&events(&drive)[0]));
    assert_eq!(shown["waiting"][0]["server"], drive.url);
    drive.heal();
    drive.forget();
    home.run(&["search", "pdf"]).exits(0);
    assert_eq!(events(&drive).len(), 1, "sent by the next command that speaks to the drive");
    let shown = home.run(&["telemetry", "show", "--json"]).exits(0).json();
    assert_eq!(shown["waiting"], serde_json::json!([]));
    assert_eq!(shown["sent"][0]["event"], body(&events(&drive)[0]), "exactly as it was sent");
}

#[test]
fn an_event_waits_for_its_own_drive() {
    let (one, two) = (TestDrive::start(), TestDrive::start());
    one.publish("pdf", "one");
    two.publish("pdf", "two");
    let home = Home::on(&one.url);
    one.fail("POST", ROUTE, 1, Fault::Answer(503, Vec::new(), String::new()));
    home.run(&["install", "pdf"]).exits(0);
    home.run(&["search", "pdf", "--server", &two.url]).exits(0);
    assert_eq!(events(&two).len(), 0);
    home.run(&["search", "pdf"]).exits(0);
    assert_eq!(events(&one).len(), 2);
}

#[test]
fn no_more_than_a_hundred_wait() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    drive.fail("POST", ROUTE, 1, Fault::Answer(503, Vec::new(), String::new()));
    home.run(&["install", "pdf"]).exits(0);
    let waiting = home.path(".local/state/skillzdrive/telemetry/waiting");
    let first = std::fs::read_dir(&waiting).unwrap().next().unwrap().unwrap().path();
    for n in 0..120 {
        std::fs::copy(&first, waiting.join(format!("{n:014}-copy.json"))).unwrap();
    }
    drive.fail("POST", ROUTE, 1, Fault::Answer(503, Vec::new(), String::new()));
    home.run(&["install", "pdf"]).exits(0);
    assert_eq!(std::fs::read_dir(&waiting).unwrap().count(), 100);
}

#[test]
fn a_dry_run_notes_and_sends_nothing() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    let run = home.run(&["install", "pdf", "--dry-run"]).exits(0);
    assert!(!run.stderr.contains(NOTICE), "{run}");
    home.run_with_input(&["login", "--with-token", "--dry-run"], &drive.key).exits(0);
    assert_eq!(events(&drive).len(), 0);
    assert!(!home.path(".local/state/skillzdrive").exists());
}

#[test]
fn do_not_track_counts_and_cannot_be_joined() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url).with("DO_NOT_TRACK", "1");
    home.run_with_input(&["login", "--with-token"], &drive.key).exits(0);
    home.run(&["install", "pdf"]).exits(0);
    home.run(&["whoami"]).exits(0);
    assert!(!home.path(".local/state/skillzdrive/install-id").exists());
    assert_eq!(drive.count("POST /api/v1/migrations/anonymous-adopt"), 0);
    let events = events(&drive);
    assert_eq!(events.len(), 2);
    for event in &events {
        assert_eq!(body(event)["skill_slugs"], serde_json::json!([]));
        assert_eq!(body(event)["metadata"], serde_json::json!({}));
        assert_eq!(event.headers["x-skillzdrive-install-id"], body(event)["install_id"].as_str().unwrap());
    }
    let ids = |telemetry: bool| -> BTreeSet<String> {
        let asked = drive.asked().into_iter().filter(|asked| (asked.path == ROUTE) == telemetry);
        asked.map(|asked| asked.headers["x-skillzdrive-install-id"].clone()).collect()
    };
    assert_eq!(ids(true).len(), 2, "each event has its own");
    assert_eq!(ids(false).len(), 3, "each process has its own");
    assert!(ids(true).is_disjoint(&ids(false)));
}

#[test]
fn a_drive_that_does_not_answer_telemetry_holds_nothing_up() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    // The route is held for good: the command ends all the same, and the event waits.
    let arrived = drive.hold("POST", ROUTE);
    home.run(&["install", "pdf"]).exits(0);
    arrived();
    assert_eq!(events(&drive).len(), 1);
    let shown = home.run(&["telemetry", "show", "--json"]).exits(0).json();
    assert_eq!(shown["waiting"].as_array().unwrap().len(), 1);
    // Nor does one that refuses make a command fail.
    drive.heal();
    drive.fail("POST", ROUTE, 1, Fault::Answer(400, Vec::new(), "no".to_owned()));
    home.run(&["search", "pdf"]).exits(0);
    let shown = home.run(&["telemetry", "show", "--json"]).exits(0).json();
    assert_eq!(shown["waiting"], serde_json::json!([]), "what will never be taken is forgotten");
}
