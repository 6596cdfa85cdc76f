//! `marketplace`: the drive's manifest shown, checked as its readers would, and written as a file.

use insta::assert_snapshot;
use serde_json::Value;
use serde_json::json;

use crate::harness::Home;
use crate::harness::TestDrive;

const FILE: &str = ".claude-plugin/marketplace.json";

/// A drive that the world reaches by a name of its own.
fn public() -> TestDrive {
    let drive = TestDrive::with(|config| {
        config.public_url = Some("https://drive.example".to_owned());
        config.allowed_hosts.push("127.0.0.1".to_owned());
    });
    drive.publish("pdf", "one");
    drive.publish("pdf", "two");
    drive.publish("csv", "one");
    drive
}

#[test]
fn it_is_shown() {
    let drive = public();
    let home = Home::on(&drive.url);
    assert_snapshot!(home.run(&["marketplace", "show"]), @r"
    csv	1	archive	csv for a test
    pdf	2	archive	pdf for a test
    ------- stderr -------
    skillzdrive by skillzdrive: 2 skills
    ");
    let json = home.run(&["marketplace", "show", "--json"]).exits(0).json();
    let (_, shown) = drive.ask("GET", "/api/v1/skills/pdf", None);
    let sha = &shown["data"]["download"]["content_sha"];
    assert_eq!(json["plugins"][1]["content_sha"], *sha);
    let address = format!("https://drive.example/api/v1/downloads/public/pdf/{}.zip", sha.as_str().unwrap());
    assert_eq!(json["plugins"][1]["address"], address);
    let run = home.run(&["marketplace", "show", "--collection", "a b/ü%"]).exits(5);
    assert!(run.stderr.contains("hint: "), "{run}");
    assert_eq!(drive.count("GET /marketplace/collections/a%20b%2F%C3%BC%25.json"), 1);
    // Offline there is what was kept, if anything was.
    home.run(&["marketplace", "show", "--offline"]).exits(6);
    home.run(&["info", "no-such-skill"]).exits(5);
    home.run(&["marketplace", "show", "--offline"]).exits(0);
}

#[test]
fn what_the_drive_offers_is_written_and_its_readers_take_it() {
    let drive = public();
    let home = Home::on(&drive.url);
    assert_snapshot!(home.run(&["marketplace", "write", "--dry-run"]), @r"
    ------- stderr -------
    would write 2 skills to `.claude-plugin/marketplace.json` (--dry-run: nothing was changed)
    ");
    assert!(home.tree("").is_empty());
    assert_snapshot!(home.run(&["marketplace", "write"]), @r"
    ------- stderr -------
    wrote 2 skills to `.claude-plugin/marketplace.json`
    ");
    let written: Value = serde_json::from_str(&home.read(FILE)).unwrap();
    let (_, served) = drive.ask("GET", "/marketplace.json", None);
    assert_eq!(written, served);
    assert_snapshot!(home.run(&["marketplace", "write"]), @r"
    ------- stderr -------
    `.claude-plugin/marketplace.json` says exactly this already
    ");
    // Found in the repository. What Copilot CLI does not know yet is said, and what Claude Code has not known for long.
    assert_snapshot!(home.run(&["marketplace", "check"]), @"
    warning	29	plugins[0].source.source	copilot-cli	Copilot CLI (1.0) refuses a file that has a source of the kind `archive`
    warning	29	plugins[0].source.source	claude-code	older versions of Claude Code (2.1.197) cannot install a source of the kind `archive`
    warning	61	plugins[1].source.source	copilot-cli	Copilot CLI (1.0) refuses a file that has a source of the kind `archive`
    warning	61	plugins[1].source.source	claude-code	older versions of Claude Code (2.1.197) cannot install a source of the kind `archive`
    ------- stderr -------
    ./.claude-plugin/marketplace.json: 0 errors, 4 warnings
    claude-code can install 2 of 2
    copilot-cli can install 0 of 2
    ");
    home.run(&["marketplace", "check", "--for", "claude-code"]).exits(0);
    home.run(&["marketplace", "check", "--strict"]).exits(7);

    // A newer version replaces it; what somebody wrote by hand is left alone.
    drive.publish("csv", "two");
    let json = home.run(&["marketplace", "write", "--json"]).exits(0).json();
    assert_eq!(json, json!({ "file": FILE, "plugins": 2, "changed": true, "errors": 0 }));
    let own = r#"{"name":"mine","owner":{"name":"me"},"plugins":[{"name":"a","source":"./a"}]}"#;
    home.write(FILE, own);
    let run = home.run(&["marketplace", "write"]).exits(8);
    assert!(run.stderr.contains("hint: --force replaces it"), "{run}");
    assert_eq!(home.read(FILE), own);
    home.run(&["marketplace", "write", "-o", "other/place.json"]).exits(0);
    home.run(&["marketplace", "write", "--force"]).exits(0);
    assert_eq!(home.read(FILE), home.read("other/place.json"));
    home.run(&["marketplace", "write", "--server", "local"]).exits(2);
}

#[test]
fn the_manifest_of_a_drive_on_this_machine_is_said_to_be_of_no_use_elsewhere() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    let run = home.run(&["marketplace", "write", "-o", "m.json"]).exits(0);
    assert!(run.stderr.contains("readers would refuse something in it: 1 error;"), "{run}");
    assert!(run.stderr.contains("skillzdrive marketplace check 'm.json'"), "{run}");
    let run = home.run(&["marketplace", "check", "m.json"]).exits(7);
    assert!(run.stdout.contains("error\t30\tplugins[0].source.url\tclaude-code\tan archive has an https://"), "{run}");
}

#[test]
fn every_finding_has_its_place_and_its_exit_code() {
    let home = Home::new();
    let mut plugins: Vec<Value> = (0..8).map(|n| json!({ "name": format!("p{n}"), "source": "../out" })).collect();
    plugins.push(json!({ "name": "p0", "source": "./in" }));
    home.write("m.json", serde_json::to_vec_pretty(&json!({ "name": "m", "plugins": plugins })).unwrap());
    assert_snapshot!(home.run(&["marketplace", "check", "m.json"]), @r#"
    error	1	.	claude-code, copilot-cli	`owner` is missing: {"name": …}
    error	6	plugins[0].source	claude-code	a path starts with `./`, from the repository's root
    error	10	plugins[1].source	claude-code	a path starts with `./`, from the repository's root
    error	14	plugins[2].source	claude-code	a path starts with `./`, from the repository's root
    error	18	plugins[3].source	claude-code	a path starts with `./`, from the repository's root
    error	22	plugins[4].source	claude-code	a path starts with `./`, from the repository's root
    error	37	plugins[8].name	claude-code, copilot-cli	plugins[0] has the name `p0` already, and the file is refused
    ------- stderr -------
    and 3 more: a path starts with `./`, from the repository's root
    m.json: 10 errors, 0 warnings
    claude-code can install 0 of 9
    copilot-cli can install 0 of 9
    [exit status: 7]
    "#);
    let json = home.run(&["marketplace", "check", "m.json", "--json"]).exits(7).json();
    assert_eq!(json["valid"], false);
    assert_eq!(json["findings"].as_array().unwrap().len(), 10);
    assert_eq!(json["findings"][0]["readers"], json!(["claude-code", "copilot-cli"]));
    // One reader alone.
    let run = home.run(&["marketplace", "check", "m.json", "--for", "copilot-cli", "--json"]).exits(7);
    assert_eq!(run.json()["errors"], 2);
    let good = r#"{"name":"m","owner":{"name":"o"},"plugins":[{"name":"a","source":"./a"}]}"#;
    let run = home.run_with_input(&["marketplace", "check", "-"], good).exits(0);
    assert_eq!(
        run.stderr,
        "standard input: nothing is wrong\nclaude-code can install 1 of 1\ncopilot-cli can install 1 of 1\n"
    );

    // What is no such file at all.
    home.write("broken.json", "{\n  \"name\": \"m\",,\n}");
    assert_snapshot!(home.run(&["marketplace", "check", "broken.json"]), @"
    ------- stderr -------
    error: `broken.json` is no marketplace file: line 2, column 15: key must be a string
    [exit status: 7]
    ");
    home.write("binary.json", [0xff, 0xfe, 0x00]);
    home.run(&["marketplace", "check", "binary.json"]).exits(7);
    home.run(&["marketplace", "check", "nowhere.json"]).exits(1);
    let run = home.run(&["marketplace", "check"]).exits(5);
    assert!(run.stderr.contains("there is no marketplace file in `.`"), "{run}");
    home.run(&["marketplace", "check", "m.json", "--for", "emacs"]).exits(2);
}

#[test]
fn with_its_skills_beside_it_every_reader_takes_the_file() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("pdf", "two");
    drive.publish("csv", "one");
    let home = Home::on(&drive.url);
    assert_snapshot!(home.run(&["marketplace", "write", "--bundle", "--dry-run"]), @"
    ------- stderr -------
    would write 2 skills to `.claude-plugin/marketplace.json`, 2 of them in folders beside it (--dry-run: nothing was changed)
    ");
    assert!(home.tree("").is_empty());
    assert_snapshot!(home.run(&["marketplace", "write", "--bundle"]), @"
    ------- stderr -------
    wrote 2 skills to `.claude-plugin/marketplace.json`, 2 of them in folders beside it
    ");
    let tree = home.tree("plugins");
    let files: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(
        files,
        [
            "csv/.claude-plugin/plugin.json",
            "csv/skills/csv/SKILL.md",
            "csv/skills/csv/scripts/run.sh",
            "pdf/.claude-plugin/plugin.json",
            "pdf/skills/pdf/SKILL.md",
            "pdf/skills/pdf/scripts/run.sh",
        ]
    );
    let plugin: Value = serde_json::from_str(&home.read("plugins/pdf/.claude-plugin/plugin.json")).unwrap();
    assert_eq!((&plugin["name"], &plugin["version"]), (&json!("pdf"), &json!("2")));
    assert!(home.read("plugins/pdf/skills/pdf/SKILL.md").contains("two"));
    let written: Value = serde_json::from_str(&home.read(FILE)).unwrap();
    assert_eq!(written["plugins"][1]["source"], "./plugins/pdf");
    let run = home.run(&["marketplace", "check", "--strict"]).exits(0);
    assert!(run.stderr.contains("claude-code can install 2 of 2\ncopilot-cli can install 2 of 2\n"), "{run}");
    let json = home.run(&["marketplace", "check", "--json"]).exits(0).json();
    assert_eq!(json["plugins"][0], json!({ "name": "csv", "readers": ["claude-code", "copilot-cli"] }));
    let left: Vec<String> = home.tree("").into_keys().filter(|path| path.starts_with(".skillzdrive-")).collect();
    assert!(left.is_empty(), "{left:?}");

    // Nothing is written anew that is there, and an edited copy is put right.
    assert_eq!(home.run(&["marketplace", "write", "--bundle", "--json"]).exits(0).json()["changed"], false);
    home.write("plugins/pdf/skills/pdf/SKILL.md", "edited");
    let json = home.run(&["marketplace", "write", "--bundle", "--json"]).exits(0).json();
    assert_eq!(json, json!({ "file": FILE, "plugins": 2, "changed": true, "errors": 0, "bundled": 2 }));
    assert_eq!(home.tree("plugins"), tree);

    // A folder that the file did not name is somebody's own.
    drive.publish("docx", "one");
    home.write("plugins/docx/own.txt", "mine");
    let run = home.run(&["marketplace", "write", "--bundle"]).exits(8);
    assert!(run.stderr.contains("plugins/docx` was not written by this command"), "{run}");
    assert_eq!(home.read("plugins/docx/own.txt"), "mine");
    home.run(&["marketplace", "write", "--bundle", "--force"]).exits(0);
    assert!(!home.path("plugins/docx/own.txt").exists());
    // What is not offered any more is named, and left to its owner.
    drive.withdraw("docx");
    let run = home.run(&["marketplace", "write", "--bundle"]).exits(0);
    assert!(run.stderr.contains("plugins/docx` is not in the marketplace any more"), "{run}");
    assert!(home.path("plugins/docx").exists());

    // The embedded drive has no address, and needs none.
    let alone = Home::on("local");
    alone.run(&["marketplace", "write", "--bundle", "-o", "here/marketplace.json"]).exits(0);
    assert!(alone.path("here/plugins/write-a-skill/skills/write-a-skill/SKILL.md").exists());
    alone.run(&["marketplace", "check", "--strict", "here"]).exits(0);
}
