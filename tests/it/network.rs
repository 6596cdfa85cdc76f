//! Where requests go: proxies, addresses that are refused, and drives that are not there.

use std::io::BufRead as _;
use std::io::BufReader;
use std::net::TcpListener;

use crate::harness::Asked;
use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

#[test]
fn a_proxy_is_used_for_the_world_and_by_passed_on_this_machine() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let with_proxy = |home: Home| {
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
            .into_iter()
            .fold(home, |home, name| home.with(name, &address))
    };
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = with_proxy(Home::on(&drive.url));
    home.run(&["install", "pdf"]).exits(0);

    let home = with_proxy(Home::on("https://drive.example"));
    let _running = home.start(&["search", "pdf"]);
    // The first to come: the requests above passed it by.
    let (stream, _) = proxy.accept().unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    assert_eq!(line, "CONNECT drive.example:443 HTTP/1.1\r\n");
}

#[test]
fn an_address_that_would_give_the_key_away_is_refused() {
    let home = Home::new();
    for server in [
        "http://drive.example",
        "http://127.0.0.1.drive.example",
        "https://user:canary@drive.example",
        "ftp://drive.example",
        "drive.example",
        "",
    ] {
        let run = home.run(&["whoami", "--server", server]).exits(2);
        assert!(run.stderr.contains("hint: a drive is ") && !run.stderr.contains("canary"), "{server}\n{run}");
    }
    home.write(".config/skillzdrive/config.toml", "server = \"http://drive.example\"\n");
    home.without("SKILLZDRIVE_SERVER").run(&["whoami"]).exits(2);
}

#[test]
fn a_drive_that_is_not_there_is_unavailable_and_says_where_it_should_be() {
    // The port was free a moment ago and nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = Home::on(&format!("http://127.0.0.1:{port}")).run(&["search", "pdf"]).exits(6);
    assert!(run.stderr.starts_with(&format!("error: could not connect to 127.0.0.1:{port}")), "{run}");
    assert!(run.stderr.contains("hint: check the network and --server"), "{run}");
}

#[test]
fn a_name_that_does_not_resolve_is_unavailable_and_offline_goes_on() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir("p");
    let project = home.path("p");
    home.run_in(&project, &["install", "--project", "pdf"]).exits(0);
    // No name ends so.
    let home = home.with("SKILLZDRIVE_SERVER", "https://drive.invalid");
    let run = home.run(&["search", "pdf"]).exits(6);
    assert!(run.stderr.starts_with("error: could not connect to drive.invalid: "), "{run}");
    assert!(run.stderr.contains("--offline works from what is on this machine"), "{run}");
    std::fs::remove_dir_all(home.path("p/.agents/skills")).unwrap();
    home.run_in(&project, &["install", "--offline", "--frozen"]).exits(0);
    home.run_in(&project, &["audit"]).exits(0);
}

#[test]
fn a_clock_that_is_years_off_changes_nothing_but_dates() {
    let years = std::time::Duration::from_secs(2 * 365 * 86_400);
    for turn in [TestDrive::turn_back, TestDrive::turn_forward] {
        let drive = TestDrive::start();
        turn(&drive, years);
        let first = drive.publish("pdf", "one");
        let home = Home::logged_in(&drive.url, &drive.key);
        home.run(&["install", "pdf"]).exits(0);
        home.skill(".agents/skills", "mine", "of a person");
        home.run(&["sync", "--yes"]).exits(0);
        assert!(drive.slugs().contains(&"mine".to_owned()));
        let second = drive.publish("pdf", "two");
        assert_ne!(first, second);
        // A catalogue that was kept is asked for again, whatever its age seems to be.
        home.run(&["update", "--yes"]).exits(0);
        home.run(&["audit", "--online"]).exits(0);
        home.run(&["undo", "--yes"]).exits(0);
        assert!(home.read(".agents/skills/pdf/SKILL.md").contains("one"));
    }
}

/// The `Range` headers that the storage was sent.
fn ranges(asked: &[Asked]) -> Vec<Option<&str>> {
    asked.iter().map(|asked| asked.headers.get("range").map(String::as_str)).collect()
}

#[test]
fn a_package_that_is_cut_goes_on_where_it_ended() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.fail("GET", "/storage/", 1, Fault::CutBody(100));
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    let storage = drive.storage_asked();
    assert_eq!(ranges(&storage), [None, Some("bytes=100-")]);
    assert!(storage[1].headers["if-range"].starts_with('"'), "{:?}", storage[1].headers);
    home.run(&["audit"]).exits(0);
}

#[test]
fn a_signature_that_runs_out_after_a_cut_is_asked_for_anew() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.fail("GET", "/storage/", 1, Fault::CutBody(100));
    drive.fail("GET", "/storage/", 1, Fault::Answer(403, Vec::new(), "<Error>Request has expired</Error>".to_owned()));
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    assert_eq!(ranges(&drive.storage_asked()), [None, Some("bytes=100-"), Some("bytes=100-")]);
    let first_hops = drive.asked_lines().iter().filter(|line| line.contains("/downloads/")).count();
    assert_eq!(first_hops, 2);
}

#[test]
fn a_network_login_is_recognised() {
    let page = || {
        let kind = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Fault::Answer(200, kind, "<!doctype html><title>Log in to the network</title>".to_owned())
    };
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.fail("GET", "/storage/", 1, page());
    let home = Home::on(&drive.url).with("DO_NOT_TRACK", "1");
    let run = home.run(&["install", "pdf"]).exits(6);
    insta::assert_snapshot!(run, @"
    ------- stderr -------
    skillzdrive tells the drive which of its commands were used: command, version, system, names of public skills, counts, and a random number for this installation, never your files. `skillzdrive telemetry show` prints every event; DO_NOT_TRACK=1 counts without tracking.
    error: `pdf`: 127.0.0.1:[PORT] answered with a web page instead of the package

    hint: is there a proxy or a network login between here and the drive?
    [exit status: 6]
    ");
    assert!(!home.path(".agents").exists());
    // Before anything is kept, the list of skills is such a page too.
    drive.fail("GET", "/", 1, page());
    insta::assert_snapshot!(Home::on(&drive.url).run(&["search", "pdf"]), @"
    ------- stderr -------
    error: 127.0.0.1:[PORT] answered 200 with a web page (text/html) instead of JSON

    hint: is there a proxy or a network login between here and the drive?
    [exit status: 6]
    ");
}

#[test]
fn a_drive_that_is_busy_for_a_moment_is_waited_for_and_that_is_said() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let body = r#"{"error":{"code":"unavailable","message":"back soon"}}"#.to_owned();
    drive.fail("GET", "/storage/", 1, Fault::Answer(503, vec![("retry-after", "2".to_owned())], body));
    let home = Home::on(&drive.url);
    let run = home.run(&["install", "pdf"]).exits(0);
    assert!(run.stderr.contains("cannot answer for now: going on in 2 s"), "{run}");
}
