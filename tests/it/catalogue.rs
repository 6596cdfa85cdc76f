//! `search`, `info`, `drive`: what the drive knows, its limits, and text of strangers on a terminal.

use insta::assert_snapshot;
use serde_json::Value;
use serde_json::json;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

fn answer(body: &Value) -> Fault {
    Fault::Answer(200, vec![("content-type", "application/json".to_owned())], body.to_string())
}

fn limited(retry_after: &str) -> Fault {
    let body = json!({ "error": { "code": "rate_limited", "message": "slow down" } });
    let headers = vec![("content-type", "application/json".to_owned()), ("retry-after", retry_after.to_owned())];
    Fault::Answer(429, headers, body.to_string())
}

fn catalogue() -> TestDrive {
    let drive = TestDrive::with(|config| config.limits.anonymous_per_minute = 1);
    drive.publish("pdf", "Reads documents");
    drive.publish("csv-profiler", "Profiles tables");
    drive
}

#[test]
fn search_and_info_with_a_key() {
    let drive = catalogue();
    let sha = drive.publish("pdf", "Writes documents too");
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_snapshot!(home.run(&["search", "pdf"]), @"pdf	2	A	pdf for a test");
    assert_snapshot!(home.run(&["search", "nothing-like-this"]), @r"
    ------- stderr -------
    nothing was found
    ");
    let found = home.run(&["search", "pdf", "--json"]).exits(0).json();
    assert_eq!(
        found,
        json!({ "total": 1, "from_marketplace": false, "skills": [{
            "slug": "pdf", "name": "pdf", "description": "pdf for a test", "version": 2,
            "category": "public", "security_grade": "A", "credit_cost_per_use": 0,
        }]})
    );
    assert_eq!(home.run(&["search", "nothing-like-this", "--json"]).exits(0).json()["skills"], json!([]));
    let info = home.run(&["info", "pdf"]).exits(0);
    assert!(info.stdout.contains(&sha), "{info}");
    assert!(info.stdout.contains("a run costs  free\nscripts      run.sh\n"), "{info}");
    let newest = info.stdout.lines().find(|line| line.starts_with("2\t")).unwrap();
    let cells: Vec<&str> = newest.split('\t').collect();
    assert!(cells[1].ends_with('Z') && sha.starts_with(cells[3]) && cells[4].ends_with(" B"), "{info}");
    assert_eq!(cells[5], "Writes documents too");
    let info = home.run(&["info", "pdf", "--json"]).exits(0).json();
    assert_eq!(info["versions"].as_array().unwrap().len(), 2);
    assert_eq!(info["content_sha"], sha);
    assert_eq!(info["from_marketplace"], false);
    assert_snapshot!(home.run(&["info", "pdff"]), @r"
    ------- stderr -------
    error: there is no skill `pdff` on 127.0.0.1:[PORT]

    hint: did you mean pdf?
    [exit status: 5]
    ");
    home.run(&["search", "pdf", "--limit", "51"]).exits(2);
    home.run(&["info", "Not A Slug"]).exits(2);
}

#[test]
fn an_anonymous_search_under_the_limit_turns_to_the_marketplace_and_says_so() {
    let drive = catalogue();
    let home = Home::on(&drive.url);
    home.run(&["search", "pdf"]).exits(0);
    drive.forget();
    assert_snapshot!(home.run(&["search", "pdf"]), @"
    pdf	1		pdf for a test
    ------- stderr -------
    the drive allows no more anonymous searches for now: searched its marketplace instead
    hint: skillzdrive login: with a key there is no such limit
    ");
    assert_snapshot!(home.run(&["info", "pdf"]), @r"
    slug         pdf
    name         pdf
    description  pdf for a test
    version      1
    category     public
    content_sha  [SHA]
    size         299 B
    1			[SHORT]		
    ------- stderr -------
    the drive allows no more anonymous questions for now: this is what its marketplace says
    hint: skillzdrive login: with a key there is no such limit
    ");
    assert_eq!(
        drive.asked_lines(),
        ["GET /api/v1/skills", "GET /marketplace.json", "GET /api/v1/skills/pdf"],
        "nothing was waited for, and the copy was kept"
    );
    let found = home.run(&["search", "tables", "--json"]).exits(0);
    assert_eq!(found.stderr, "");
    assert_eq!(found.json()["from_marketplace"], true);
    assert_eq!(home.run(&["info", "csv-profiler", "--json"]).exits(0).json()["from_marketplace"], true);
    assert_snapshot!(home.run(&["info", "csv-profile"]), @r"
    ------- stderr -------
    error: there is no skill `csv-profile` on 127.0.0.1:[PORT]

    hint: did you mean csv-profiler?
    [exit status: 5]
    ");
    // Offline the kept copy is all there is.
    drive.forget();
    let run = home.run(&["search", "pdf", "--offline"]).exits(0);
    assert!(run.stdout.starts_with("pdf\t") && run.stderr.contains("offline"), "{run}");
    home.run(&["info", "pdf", "--offline"]).exits(0);
    assert_eq!(drive.asked_lines(), [""; 0]);
    // A fresh home under the limit asks for the marketplace at once.
    let run = Home::on(&drive.url).run(&["search", "pdf"]).exits(0);
    assert!(run.stderr.contains("searched its marketplace instead"), "{run}");
}

#[test]
fn a_limit_of_a_day_is_not_waited_for() {
    let drive = catalogue();
    let home = Home::logged_in(&drive.url, &drive.key);
    drive.fail("GET", "/api/v1/drive", 1, limited("86400"));
    let run = home.run(&["drive", "list"]).exits(6);
    assert!(run.stderr.contains("try again in 1 d 0 h (at "), "{run}");
    assert!(!run.stderr.contains("no limit of one request"), "a key is there already\n{run}");
    assert_eq!(drive.count("GET /api/v1/drive"), 1);
    // A short one is, and it is said.
    drive.fail("GET", "/api/v1/drive", 1, limited("1"));
    let run = home.run(&["drive", "list"]).exits(0);
    assert!(run.stderr.contains("allows no more requests for now: going on in 1 s"), "{run}");
    // What may not be done twice is not tried again.
    drive.fail("POST", "/api/v1/drive/pdf/toggle", 1, limited("0"));
    home.run(&["drive", "toggle", "pdf"]).exits(6);
    assert_eq!(drive.count("POST /api/v1/drive/pdf/toggle"), 1);
}

#[test]
fn the_drives_skills_are_listed_imported_toggled_and_removed() {
    let drive = catalogue();
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_snapshot!(home.run(&["drive", "list"]), @r"
    ------- stderr -------
    the drive is empty
    hint: skillzdrive sync
    ");
    assert_snapshot!(home.run(&["drive", "import", "pdf"]), @"
    ------- stderr -------
    imported pdf (version 1, grade A) for 1 credit; the balance is 999
    hint: skillzdrive sync brings it to this machine
    ");
    assert_snapshot!(home.run(&["drive", "import", "pdf"]), @r"
    ------- stderr -------
    error: `pdf` is in the drive already (409 already_in_drive from 127.0.0.1:[PORT])
      request id: [UUID]
    [exit status: 8]
    ");
    assert_snapshot!(home.run(&["drive", "import", "no-such"]), @r"
    ------- stderr -------
    error: there is no skill `no-such` (404 skill_not_found from 127.0.0.1:[PORT])
      request id: [UUID]
    [exit status: 5]
    ");
    assert_snapshot!(home.run(&["drive", "list"]), @"pdf	1	A	public	enabled	pdf for a test");
    assert_snapshot!(home.run(&["drive", "toggle", "pdf"]), @r"
    ------- stderr -------
    pdf is disabled now
    ");
    assert_snapshot!(home.run(&["drive", "toggle", "csv-profiler"]), @r"
    ------- stderr -------
    error: `csv-profiler` is not in the drive (404 skill_not_found from 127.0.0.1:[PORT])
      request id: [UUID]
    [exit status: 5]
    ");
    let listed = home.run(&["drive", "list", "--json"]).exits(0).json();
    assert_eq!(listed["skills"][0]["enabled"], false);
    assert_eq!(
        home.run(&["drive", "toggle", "pdf", "--json"]).exits(0).json(),
        json!({ "slug": "pdf", "enabled": true })
    );
    assert_snapshot!(home.run(&["drive", "remove", "pdf"]), @r"
    ------- stderr -------
    error: an answer is needed and there is nobody to ask: Remove pdf from 127.0.0.1:[PORT]?

    hint: add --yes to agree, or --dry-run to see what would happen
    [exit status: 2]
    ");
    assert_eq!(drive.slugs(), ["pdf"]);
    assert_snapshot!(home.run(&["drive", "remove", "pdf", "--dry-run"]), @r"
    ------- stderr -------
    pdf would be removed from 127.0.0.1:[PORT] (--dry-run: it was not)
    ");
    assert_snapshot!(home.run(&["drive", "remove", "pdf", "--yes"]), @r"
    ------- stderr -------
    removed pdf from 127.0.0.1:[PORT]; copies on machines stay
    ");
    assert_snapshot!(home.run(&["drive", "remove", "pdf", "--yes"]), @r"
    ------- stderr -------
    error: `pdf` is not in the drive (404 skill_not_found from 127.0.0.1:[PORT])
      request id: [UUID]
    [exit status: 5]
    ");
    assert!(drive.slugs().is_empty());
    // A dry run asks the drive to change nothing.
    drive.forget();
    home.run(&["drive", "import", "pdf", "--dry-run"]).exits(0);
    home.run(&["drive", "toggle", "pdf", "--dry-run"]).exits(0);
    assert!(drive.asked().iter().all(|asked| asked.method == "GET"), "{:?}", drive.asked_lines());
}

/// Text that moves the cursor, turns the direction, hides itself, or breaks the line.
const HOSTILE: &str = "a\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2Jb\u{202e}c\u{2066}d\u{200b}e\u{e0041}f\rg\nh\u{7f}";

#[track_caller]
fn harmless(text: &str) {
    let odd: Vec<char> = text
        .chars()
        .filter(|c| {
            c.is_control() && !matches!(c, '\n' | '\t')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
        })
        .collect();
    assert!(odd.is_empty(), "{odd:?} in {text:?}");
}

#[test]
fn text_of_strangers_cannot_steer_the_terminal() {
    let drive = catalogue();
    let home = Home::logged_in(&drive.url, &drive.key);
    let skill = json!({
        "id": "1", "slug": "pdf", "name": HOSTILE, "description": HOSTILE, "tags": [HOSTILE], "version": 1,
        "github_url": HOSTILE, "category": HOSTILE, "owner": HOSTILE, "security_grade": HOSTILE,
        "scripts": [HOSTILE], "enabled": true, "source": HOSTILE, "origin": HOSTILE, "pending_update": false,
        "versions": [{ "version": 1, "content_sha": "a".repeat(64), "content_size": 1, "change_comment": HOSTILE,
            "security_grade": null, "published_at": HOSTILE }],
    });
    let credits = json!({ "data": { "balance": 1, "tier": HOSTILE, "transactions": [
        { "id": HOSTILE, "amount": 1, "reason": HOSTILE, "slug": HOSTILE, "created_at": HOSTILE }] } });
    let refusal = json!({ "error": { "code": HOSTILE, "message": HOSTILE, "suggestions": [HOSTILE] } });
    let refused = Fault::Answer(
        404,
        vec![("content-type", "application/json".to_owned()), ("x-request-id", "a\u{9b}b".to_owned())],
        refusal.to_string(),
    );
    let marketplace = json!({ "name": HOSTILE, "owner": { "name": HOSTILE }, "plugins": [
        { "name": HOSTILE, "description": HOSTILE, "source": {}, "metadata": { "skillzdrive": {
            "slug": "pdf", "content_sha": "a".repeat(64), "content_size": 1, "version": 1, "url": "/x" } } }] });
    let cases = [
        ("/api/v1/skills", answer(&json!({ "data": { "skills": [skill], "total": 1 } })), &["search", "x"][..]),
        ("/api/v1/skills/pdf", answer(&json!({ "data": skill })), &["info", "pdf"]),
        ("/api/v1/drive", answer(&json!({ "data": { "skills": [skill] } })), &["drive", "list"]),
        ("/api/v1/account/credits", answer(&credits), &["credits"]),
        ("/api/v1/account/credits", answer(&credits), &["whoami"]),
        ("/api/v1/drive", refused.clone(), &["drive", "list"]),
        ("/api/v1/skills/pdf", refused, &["info", "pdf"]),
        ("/marketplace.json", answer(&marketplace), &["info", "nothing"]),
    ];
    for (path, fault, args) in cases {
        for json in [false, true] {
            drive.fail("GET", path, 1, fault.clone());
            let args: Vec<&str> = args.iter().copied().chain(json.then_some("--json")).collect();
            let run = home.run(&args);
            drive.heal();
            assert!(!run.stdout.is_empty() || !run.stderr.is_empty());
            harmless(&run.stdout);
            harmless(&run.stderr);
            if json && run.code == Some(0) && !run.stdout.contains("balance") {
                assert!(run.json().to_string().contains("red"), "data is not changed\n{run}");
            }
        }
    }
}

#[test]
fn a_sync_with_a_hostile_drive_or_folder_shows_nothing_that_steers() {
    let drive = catalogue();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".claude");
    home.skill(".claude/skills", "mine", "home-made");
    home.write(".claude/skills/b\u{202e}ad\u{1b}[2J/SKILL.md", "---\nname: [\n---\n");
    home.write(".claude/skills/mine/.env\u{202e}\u{7}", "x");
    let one = json!({ "slug": "mine", "action": "conflict", "credit_cost": 0, "reason": HOSTILE });
    let preview = json!({ "data": { "classifications": [one],
        "credits": { "balance": 1, "required": 0, "after": 1 } } });
    for args in
        [&["sync", "--yes"][..], &["sync", "--dry-run"], &["sync", "--dry-run", "--json"], &["list"], &["status"]]
    {
        drive.fail("POST", "/api/v1/drive/sync/preview", 1, answer(&preview));
        let run = home.run(args);
        drive.heal();
        harmless(&run.stdout);
        harmless(&run.stderr);
        assert!(run.stdout.contains("mine") || run.stderr.contains("mine"), "{args:?}\n{run}");
    }
}

#[cfg(unix)]
#[test]
fn a_question_about_a_hostile_folder_shows_nothing_that_steers() {
    let drive = catalogue();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.write(".claude/skills/x\u{202e}y\u{7}z/SKILL.md", skill_md("mine", "home-made"));
    let mut terminal = home.terminal(&["sync"]);
    terminal.sees("Which of your skills go to the drive?");
    terminal.sees(".claude/skills/xyz)");
    terminal.types(crate::harness::CTRL_C);
    assert_eq!(terminal.end().1, 130);
}
