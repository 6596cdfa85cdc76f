//! `run`, and what an operator sets for it: what a script writes and how it ends is passed on, and nothing is sent twice.

use insta::assert_snapshot;
use serde_json::Value;
use serde_json::json;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::Run;
use crate::harness::TestDrive;
#[cfg(unix)]
use crate::harness::until;

/// A drive that answers the next run like this, as one with a sandbox does.
fn answering(answer: &Value) -> (TestDrive, Home) {
    let drive = TestDrive::with(|config| config.sandbox.program = Some("/nowhere/bwrap".into()));
    drive.publish("pdf", "one");
    let headers = vec![("content-type", "application/json".to_owned())];
    let body = json!({ "data": answer }).to_string();
    drive.fail("POST", "/api/v1/runs", usize::MAX, Fault::Answer(200, headers, body));
    let home = Home::logged_in(&drive.url, &drive.key);
    (drive, home)
}

/// What the drive was sent as the only run.
fn sent(drive: &TestDrive) -> Value {
    let asked = drive.asked();
    let runs: Vec<_> = asked.iter().filter(|asked| asked.path == "/api/v1/runs").collect();
    assert_eq!(runs.len(), 1);
    serde_json::from_slice(&runs[0].body).unwrap()
}

#[test]
fn what_the_script_writes_and_how_it_ends_is_passed_on() {
    let (_drive, home) = answering(&json!({
        "stdout": "one\u{1b}[1m\ntwo", "stderr": "warned", "exit_code": 7, "sessionId": "s1", "duration_ms": 3
    }));
    let run = home.run(&["run", "pdf", "run.sh"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(7), "one\u{1b}[1m\ntwo", "warned"));
    let run = home.run(&["--json", "run", "pdf", "run.sh"]).exits(7);
    let json = run.json();
    assert_eq!(
        (&json["exit_code"], &json["stdout"], &json["stopped"]),
        (&json!(7), &json!("one\u{1b}[1m\ntwo"), &Value::Null)
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn all_that_follows_the_script_is_the_scripts() {
    let (drive, home) = answering(&json!({ "stdout": "", "exit_code": 0 }));
    let words = ["--json", "-x", "--", "--help", "--stdin", "a b", "", "-"];
    home.run(&[&["run", "pdf", "run.sh"][..], &words].concat()).exits(0);
    let expected = json!({
        "skillSlug": "pdf", "scriptName": "run.sh", "args": words, "stdin": "", "sessionId": null, "reuseSession": false
    });
    assert_eq!(sent(&drive), expected);
    drive.forget();
    home.write("input.txt", "from a file\n");
    home.run(&["run", "--stdin", "input.txt", "--session", "s1", "pdf", "-c"]).exits(0);
    let body = sent(&drive);
    assert_eq!(
        (&body["stdin"], &body["sessionId"], &body["scriptName"]),
        (&json!("from a file\n"), &json!("s1"), &json!("-c"))
    );
    drive.forget();
    home.run_with_input(&["run", "--stdin", "-", "--reuse", "pdf", "run.sh"], "ä by pipe").exits(0);
    let body = sent(&drive);
    assert_eq!((&body["stdin"], &body["reuseSession"]), (&json!("ä by pipe"), &json!(true)));
}

#[test]
fn price_session_and_limits_are_said_beside_it() {
    let (drive, home) = answering(&json!({
        "stdout": "half", "stderr": "no end of line", "exit_code": 124, "sessionId": "s1", "duration_ms": 60_000,
        "stopped": "time", "creditCost": 3, "creditsRemaining": 997
    }));
    drive.price("pdf", 3);
    let run = home.run(&["run", "--reuse", "pdf", "run.sh"]);
    assert_snapshot!(run, @r"
    half------- stderr -------
    running run.sh of pdf costs 3 credits
    no end of line
    warning: the drive ended the script: it ran too long
    it cost 3 credits; the balance is 997
    session s1, kept for five minutes
    [exit status: 124]
    ");
    let quiet = home.run(&["--quiet", "run", "pdf", "run.sh"]).exits(124);
    assert_eq!(quiet.stderr, "no end of line\nwarning: the drive ended the script: it ran too long\n");
    let dry = home.run(&["--dry-run", "run", "pdf", "run.sh"]).exits(0);
    assert_eq!(dry.stderr, "would run run.sh of pdf: 3 credits (--dry-run: nothing was changed)\n");
    drive.forget();
    home.run(&["--dry-run", "run", "pdf", "run.sh"]).exits(0);
    assert_eq!(drive.count("POST /api/v1/runs"), 0);
}

#[test]
fn a_run_is_never_sent_twice() {
    let drive = TestDrive::with(|config| config.sandbox.program = Some("/nowhere/bwrap".into()));
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    for (fault, code) in [
        (Fault::LoseAnswer, 6),
        (Fault::Answer(503, Vec::new(), "busy".to_owned()), 6),
        (Fault::Answer(429, vec![("retry-after", "1".to_owned())], "{\"error\":\"rate_limited\"}".to_owned()), 6),
    ] {
        drive.forget();
        drive.fail("POST", "/api/v1/runs", 1, fault);
        let run = home.run(&["run", "pdf", "run.sh"]).exits(code);
        assert_eq!(drive.count("POST /api/v1/runs"), 1, "\n{run}");
        assert!(run.stdout.is_empty() && run.stderr.starts_with("error: "), "\n{run}");
        drive.heal();
    }
}

fn shown(run: &Run) -> String {
    run.to_string().replace("127.0.0.1:[port]", "DRIVE")
}

#[test]
fn what_cannot_run_is_said() {
    let drive = TestDrive::with(|config| config.sandbox.program = Some("/nowhere/bwrap".into()));
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_eq!(home.run(&["run", "pfd", "run.sh"]).exits(5).stderr.lines().last(), Some("hint: did you mean pdf?"));
    let missing = home.run(&["run", "pdf", "rum.sh"]).exits(5);
    assert!(
        missing.stderr.contains("the skill has no script `rum.sh`")
            && missing.stderr.contains("hint: its scripts: run.sh"),
        "\n{missing}"
    );
    let none = home.run(&["run", "pdf", "run.sh"]).exits(6);
    assert!(shown(&none).contains("this drive runs no scripts: bubblewrap (bwrap) is not installed"), "\n{none}");
    assert_eq!(home.run(&["run", "pdf", "run.sh", "--json"]).exits(6).stdout, "", "that flag is the script's");
    home.write("binary", b"\xff\xfe");
    home.run(&["run", "--stdin", "binary", "pdf", "run.sh"]).exits(2);
    home.write("large", "x".repeat(4 << 20));
    home.run(&["run", "--stdin", "large", "pdf", "run.sh"]).exits(2);
    home.run(&["run", "--stdin", "not-there", "pdf", "run.sh"]).exits(1);
    for args in [&["run", "pdf"][..], &["run"], &["run", "--reuse", "--session", "x", "pdf", "run.sh"]] {
        home.run(args).exits(2);
    }
    let local = home.run(&["--server", "local", "run", "--reuse", "csv-profiler", "profile.py"]).exits(2);
    assert!(local.stderr.contains("hint: a drive that stays keeps them: skillzdrive serve"), "\n{local}");
    assert_eq!(drive.balance(), 1_000);
}

#[test]
fn an_operator_sets_prices_tiers_and_roles() {
    let home = Home::new();
    home.skill("elsewhere", "table", "for the marketplace");
    home.run(&["serve", "publish", "elsewhere/table"]).exits(0);
    assert_snapshot!(home.run(&["serve", "price", "table", "3"]), @r"
    ------- stderr -------
    a run of table: 3 credits
    ");
    home.run(&["serve", "price", "none", "3"]).exits(5);
    home.run(&["serve", "price", "table", "-1"]).exits(2);
    // The owner is whoever starts the drive first.
    home.run(&["serve", "credits", "grant", "1"]).exits(0);
    assert_snapshot!(home.run(&["serve", "tier", "limit", "gold", "500"]), @r"
    ------- stderr -------
    the tier gold has 500 runs a month
    ");
    assert_snapshot!(home.run(&["serve", "tier", "list"]), @r"
    free	1000
    gold	500
    pro	10000
    team	unlimited
    ");
    assert_snapshot!(home.run(&["serve", "tier", "set", "owner", "gold"]), @r"
    ------- stderr -------
    owner is in the tier gold
    ");
    assert_snapshot!(home.run(&["serve", "role", "owner", "user"]), @r"
    ------- stderr -------
    owner has the role user
    ");
    home.run(&["serve", "tier", "set", "owner", "silver"]).exits(5);
    home.run(&["serve", "tier", "set", "nobody", "gold"]).exits(5);
    home.run(&["serve", "role", "owner", "king"]).exits(2);
    home.run(&["serve", "tier", "limit", "gold", "many"]).exits(2);
    home.run(&["serve", "tier", "limit", "A Name", "1"]).exits(2);
}

#[cfg(unix)]
#[test]
#[ignore = "needs bubblewrap: tests/sandbox.sh"]
fn a_script_runs_in_the_drives_sandbox() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.price("pdf", 2);
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_snapshot!(home.run(&["run", "pdf", "run.sh"]), @r"
    pdf
    ------- stderr -------
    running run.sh of pdf costs 2 credits
    it cost 2 credits; the balance is 998
    ");
    let credits = home.run(&["credits"]).exits(0);
    assert!(credits.stdout.contains("runs     1 this month, no limit"), "\n{credits}");
    assert!(credits.stdout.contains("\t-2\trun\tpdf\n"), "\n{credits}");
    // Every run counts on the leaderboard, also one that ends badly; one that never began does not.
    drive.publish("csv", "one");
    drive.publish_script("bad", "#!/bin/sh\nexit 3\n");
    home.run(&["run", "csv", "run.sh"]).exits(0);
    home.run(&["run", "pdf", "run.sh"]).exits(0);
    assert_eq!(home.run(&["run", "bad", "run.sh"]).code, Some(3));
    home.run(&["run", "csv", "none.sh"]).exits(5);
    assert_snapshot!(home.run(&["leaderboard"]), @"
    1	pdf	A	2	0		pdf for a test
    2	bad	A	1	0		bad for a test
    3	csv	A	1	0		csv for a test
    ");
    // Ctrl-c ends the script too.
    drive.publish_script("wait", "echo begun; sleep 98768\n");
    let running = home.start(&["run", "wait", "run.sh"]);
    until("the script's beginning", || is_running("sleep 98768"));
    running.signal(rustix::process::Signal::INT);
    assert_eq!(running.end().code, Some(130));
    until("the script's end", || !is_running("sleep 98768"));
    // On the embedded drive as well, which asks no price.
    let local = home.run(&["--server", "local", "run", "--stdin", "csv", "csv-profiler", "profile.py", "-"]);
    assert_eq!(local.code, Some(1), "\n{local}");
    home.write("csv", "a,b\n1,2\n");
    let local = home.run(&["--server", "local", "run", "--stdin", "csv", "csv-profiler", "profile.py", "-"]).exits(0);
    assert!(local.stdout.contains("1 row, 2 columns") && local.stderr.is_empty(), "\n{local}");
}

#[cfg(unix)]
fn is_running(words: &str) -> bool {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).any(|line| line.contains(words))
}
