//! A key, a ticket and the installation's id go to the drive's own origin and into the file of keys, and nowhere else.

use std::path::PathBuf;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::Run;
use crate::harness::TestDrive;

const KEYS: &str = ".config/skillzdrive/credentials.toml";

/// Runs a command and looks for the key in what it says.
#[track_caller]
fn quiet_about(key: &str, run: Run) -> Run {
    assert!(!run.stdout.contains(key) && !run.stderr.contains(key), "the key is in the output\n{run}");
    // Half of a key is more than anybody should see.
    assert!(!run.stderr.contains(&key[..key.len() / 2]), "half the key is in the output\n{run}");
    run
}

fn answer(status: u16, kind: &str, body: &str) -> Fault {
    Fault::Answer(status, vec![("content-type", kind.to_owned())], body.to_owned())
}

#[test]
fn the_key_is_in_no_output_and_in_no_file_but_its_own() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.skill(".claude/skills", "mine", "home-made");
    quiet_about(&drive.key, home.run_with_input(&["login", "--with-token", "--verbose"], &drive.key).exits(0));
    for args in [
        &["sync", "--yes", "--verbose"][..],
        &["install", "pdf", "--verbose"],
        &["whoami"],
        &["whoami", "--json"],
        &["drive", "list", "--json"],
        &["drive", "import", "pdf", "--verbose"],
        &["telemetry", "show"],
        &["sync", "--yes", "--json"],
        &["install", "no-such-skill", "--verbose"],
    ] {
        quiet_about(&drive.key, home.run(args));
    }
    // A drive that repeats the key in its errors, or breaks off, gets no echo from us.
    let echo = serde_json::json!({ "error": {
        "code": drive.key, "message": format!("no such key: Bearer {}", drive.key),
        "suggestions": [format!("https://x.example/?key={}", drive.key)],
    }});
    let page = format!("<html>{}</html>", drive.key);
    for fault in [
        answer(401, "application/json", &echo.to_string()),
        answer(403, "application/json", &echo.to_string()),
        answer(400, "application/json", &echo.to_string()),
        answer(401, "text/html", &page),
        answer(200, "text/html", &page),
        answer(200, "application/json", &format!("{{\"data\":{{\"skills\":\"{}\"}}}}", drive.key)),
        Fault::Answer(302, vec![("location", format!("https://x.example/{}", drive.key))], String::new()),
        Fault::Answer(503, vec![("retry-after", "86400".to_owned())], page.clone()),
    ] {
        for flag in ["--verbose", "--json"] {
            drive.fail("GET", "/api/v1/drive", 1, fault.clone());
            let run = quiet_about(&drive.key, home.run(&["drive", "list", flag]));
            assert_ne!(run.code, Some(0), "{fault:?}\n{run}");
            drive.heal();
        }
    }
    drive.fail("GET", "/api/v1/drive", 1, Fault::CutBody(10));
    quiet_about(&drive.key, home.run(&["drive", "list", "--verbose"]));
    drive.revoke(&drive.key);
    quiet_about(&drive.key, home.run(&["sync", "--yes", "--verbose"]).exits(4));
    assert_eq!(home.files_with(&drive.key), [home.path(KEYS)]);
    assert_eq!(home.files_with("ut_live_"), Vec::<PathBuf>::new());
    assert_eq!(home.files_with("Bearer "), Vec::<PathBuf>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn the_key_is_not_in_the_command_line_that_others_see() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    let arrived = drive.hold("GET", "/api/v1/drive");
    let running = home.start(&["drive", "list"]);
    arrived();
    let seen = std::fs::read(format!("/proc/{}/cmdline", running.id())).unwrap();
    assert!(seen.starts_with(env!("CARGO_BIN_EXE_skillzdrive").as_bytes()));
    assert!(!String::from_utf8_lossy(&seen).contains(&drive.key));
    let environment = std::fs::read(format!("/proc/{}/environ", running.id())).unwrap();
    assert!(!String::from_utf8_lossy(&environment).contains(&drive.key));
    drive.heal();
    running.end().exits(0);
}

#[test]
fn no_header_of_ours_reaches_the_storages_origin() {
    let drive = TestDrive::start();
    drive.publish("pdf", "public");
    let first = Home::logged_in(&drive.url, &drive.key);
    first.mkdir(".claude");
    first.skill(".claude/skills", "mine", "private");
    first.run(&["sync", "--yes"]).exits(0);
    drive.forget();

    let anonymous = Home::on(&drive.url);
    anonymous.run(&["install", "pdf"]).exits(0);
    let second = Home::logged_in(&drive.url, &drive.key);
    second.run(&["sync", "--yes"]).exits(0);
    second.run(&["install", "pdf"]).exits(0);
    let stored = drive.storage_asked();
    assert!(stored.len() >= 3, "a public download for each home and a private one: {stored:?}");
    for asked in &stored {
        for name in asked.headers.keys() {
            let plain = ["accept", "accept-encoding", "host"].contains(&name.as_str());
            assert!(plain, "{asked} carries {name}");
        }
        assert!(!format!("{asked:?}").contains(&drive.key));
    }
    // The drive itself hears one id from each home, with every request.
    let ids: std::collections::BTreeSet<_> =
        drive.asked().iter().map(|asked| asked.headers["x-skillzdrive-install-id"].clone()).collect();
    let of = |home: &Home| home.read(".local/state/skillzdrive/install-id").trim().to_owned();
    assert_eq!(ids, [of(&anonymous), of(&second)].into());
    assert!(drive.asked().iter().all(|asked| !asked.headers.contains_key("cookie")));
}

#[test]
fn a_cloned_repository_cannot_send_a_key_away() {
    let (drive, evil) = (TestDrive::start(), TestDrive::start());
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir("repo/.git");
    home.write(
        "repo/skillzdrive.toml",
        format!("server = \"{0}\"\n[api]\nserver = \"{0}\"\nurl = \"{0}\"\n", evil.url),
    );
    home.write("repo/skillzdrive.lock", format!("version = 1\nserver = \"{}\"\n", evil.url));
    let repo = home.path("repo");
    for args in [
        &["whoami"][..],
        &["install", "pdf"],
        &["install"],
        &["sync", "--project", "--yes"],
        &["search", "pdf"],
        &["info", "pdf"],
        &["status"],
        &["list"],
        &["credits"],
        &["drive", "list"],
    ] {
        home.run_in(&repo, args).exits(0);
    }
    let run = home.run_in(&repo, &["install", "pdf"]).exits(0);
    assert!(run.stderr.contains("`server`"), "what was ignored is said\n{run}");
    assert!(evil.asked().is_empty() && evil.storage_asked().is_empty(), "{:?}", evil.asked());
    assert!(drive.asked().len() > 10);
}

#[test]
fn a_redirect_takes_no_key_with_it() {
    let (drive, evil) = (TestDrive::start(), TestDrive::start());
    let home = Home::logged_in(&drive.url, &drive.key);
    for status in [301, 302, 307, 308] {
        let to = format!("{}/api/v1/drive", evil.url);
        drive.fail("GET", "/api/v1/drive", 1, Fault::Answer(status, vec![("location", to)], String::new()));
        let run = home.run(&["drive", "list"]).exits(1);
        assert!(run.stderr.contains("which is not followed"), "{run}");
    }
    assert!(evil.asked().is_empty());
}
