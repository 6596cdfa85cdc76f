//! `config`: what holds, who says so, and the changing of one key without a byte of anything else.

use serde_json::Value;
use serde_json::json;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

const MINE: &str = ".config/skillzdrive/config.toml";

/// The entry of a key in a list.
fn entry(list: &Value, key: &str) -> Value {
    list["settings"].as_array().unwrap().iter().find(|one| one["key"] == key).unwrap().clone()
}

fn said(home: &Home, args: &[&str], key: &str) -> (Value, String, String) {
    let all: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let one = entry(&home.run_in(&home.path("repo"), &all).exits(0).json(), key);
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    (one["value"].clone(), text("source"), text("place"))
}

#[test]
fn every_value_says_where_it_comes_from() {
    let home = Home::new().without("SKILLZDRIVE_SERVER");
    home.write("repo/skillzdrive.lock", "version = 1\n");
    let list: &[&str] = &["config", "list"];
    let is = |home: &Home, args: &[&str], key: &str, value: Value, source: &str, place: &str| {
        let (said, from, at) = said(home, args, key);
        assert_eq!((said, from.as_str()), (value, source), "{key}");
        assert!(at.ends_with(place), "{key}: {at}");
    };
    is(&home, list, "server", json!("https://www.skillzdrive.com"), "default", "");
    is(&home, list, "min_age", json!("0d"), "default", "");
    is(&home, list, "max_credits", json!(null), "default", "");
    home.write(
        MINE,
        "# mine\nserver = \"local\"\nmin_age = 3\ncolor = \"never\"\n\n[agent.bob]\nlink_mode = \"copy\"\n",
    );
    home.write("repo/skillzdrive.toml", "min_age = \"1w\"\nagents = [\"bob\"]\nserver = \"https://evil.example\"\n");
    is(&home, list, "server", json!("local"), "user", "config.toml:2");
    is(&home, list, "min_age", json!("7d"), "project", "skillzdrive.toml:1");
    is(&home, list, "agents", json!(["bob"]), "project", "skillzdrive.toml:2");
    is(&home, list, "agent.bob.link_mode", json!("copy"), "user", "config.toml:7");
    is(&home, &["config", "list", "--global"], "min_age", json!("3d"), "user", "config.toml:3");
    is(&home, &["config", "list", "--server", "local:x"], "server", json!("local:x"), "flag", "--server");
    is(&home, &["config", "list", "--color=always"], "color", json!("always"), "flag", "--color");
    let home = home.with("SKILLZDRIVE_SERVER", "https://env.example").with("CLICOLOR_FORCE", "1");
    is(&home, list, "server", json!("https://env.example"), "environment", "SKILLZDRIVE_SERVER");
    is(&home, list, "color", json!("always"), "environment", "CLICOLOR_FORCE");
    let run = home.run_in(&home.path("repo"), list).exits(0);
    assert!(run.stdout.contains("min_age\t7d\tproject: "), "{run}");
    assert!(run.stderr.contains("a project cannot set `server`"), "{run}");
    assert_eq!(home.run_in(&home.path("repo"), &["config", "get", "min_age"]).exits(0).stdout, "7d\n");
    assert_eq!(home.run(&["config", "get", "max_credits"]).exits(0).stdout, "");
}

#[test]
fn one_key_is_set_and_unset_and_comments_stay() {
    let home = Home::new();
    home.run(&["config", "set", "min_age", "7"]).exits(0);
    assert_eq!(home.read(MINE), "min_age = 7\n");
    let text = "# what I like\nmin_age = 7 # a week\n\n# of agents\nagents = [ 'bob' ]\n";
    home.write(MINE, text);
    let dry = home.run(&["config", "set", "min_age", "2w", "--dry-run"]).exits(0);
    assert!(dry.stderr.contains("would change `min_age`"), "{dry}");
    assert_eq!(home.read(MINE), text);
    let run = home.run(&["config", "set", "min_age", "2w"]).exits(0);
    assert!(run.stderr.contains("min_age is 14d (user)"), "{run}");
    assert_eq!(home.read(MINE), text.replace("= 7 #", "= \"2w\" #"));
    home.run(&["config", "set", "agents", "claude-code,cursor", "mux"]).exits(0);
    assert!(home.read(MINE).contains("# of agents\nagents = [\"claude-code\", \"cursor\", \"mux\"]\n"));
    home.run(&["config", "set", "agent.claude-code.link_mode", "copy"]).exits(0);
    assert!(home.read(MINE).ends_with("\n[agent.claude-code]\nlink_mode = \"copy\"\n"), "{}", home.read(MINE));
    home.run(&["config", "unset", "agent.claude-code.link_mode"]).exits(0);
    let json = home.run(&["config", "unset", "min_age", "--json"]).exits(0).json();
    assert_eq!((&json["changed"], &json["value"], &json["source"]), (&json!(true), &json!("0d"), &json!("default")));
    assert!(!home.read(MINE).contains("min_age") && home.read(MINE).contains("# of agents\n"));
    let again = home.run(&["config", "unset", "min_age"]).exits(0);
    assert!(again.stderr.contains("nothing to change"), "{again}");
    // What an environment variable hides is said.
    let hidden = home.run(&["config", "set", "server", "local"]).exits(0);
    assert!(hidden.stderr.contains("SKILLZDRIVE_SERVER goes before the file"), "{hidden}");
}

#[test]
fn what_is_wrong_is_refused_and_nothing_is_written() {
    let home = Home::new();
    home.write("repo/skillzdrive.lock", "version = 1\n");
    let user = "fail_on = \"medium\"\n";
    home.write(MINE, user);
    for (args, code, says) in [
        (&["config", "get", "srever"][..], "unknown_setting", "`srever` is not a setting"),
        (&["config", "set", "srever", "x"], "unknown_setting", "`srever` is not a setting"),
        (&["config", "unset", "agent.bob.x"], "unknown_setting", "`agent.bob.x` is not a setting"),
        (&["config", "set", "min_age", "soon"], "settings_invalid", "`min_age` must be a number of days"),
        (&["config", "set", "max_credits", "-1"], "settings_invalid", "`max_credits` must be a whole number"),
        (&["config", "set", "color", "red"], "settings_invalid", "`color` must be one of auto, always, never"),
        (&["config", "set", "agents", "claude"], "unknown_agent", "`claude` is not an agent"),
        (&["config", "set", "server", "http://drive.example"], "usage", "http"),
        (&["config", "set", "collection", ".."], "usage", "`collection`"),
        (&["config", "set", "--project", "server", "local"], "not_for_projects", "a project cannot set `server`"),
        (&["config", "set", "--project", "fail_on", "high"], "not_for_projects", "a project cannot weaken `fail_on`"),
    ] {
        let all: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let error = home.run_in(&home.path("repo"), &all).exits(2).json_error();
        assert!(error["message"].as_str().unwrap().contains(says), "{args:?}: {error}");
        if code != "usage" {
            assert_eq!(error["code"], code, "{args:?}");
        }
    }
    assert_eq!(home.read(MINE), user);
    assert!(!home.path("repo/skillzdrive.toml").exists());
    home.run_in(&home.path("repo"), &["config", "set", "--project", "fail_on", "low"]).exits(0);
    assert_eq!(home.read("repo/skillzdrive.toml"), "fail_on = \"low\"\n");
    // A file that is wrong already can be mended by taking the wrong key out.
    home.write(MINE, "colour = 3\n");
    home.run(&["config", "list"]).exits(2);
    home.run(&["config", "unset", "colour"]).exits(0);
    home.run(&["config", "list"]).exits(0);
}

#[test]
fn without_an_editor_and_without_a_terminal_nothing_is_opened() {
    let home = Home::new();
    let run = home.run(&["config", "edit"]).exits(2);
    assert!(run.stderr.contains("there is no terminal for an editor"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[cfg(unix)]
#[test]
fn an_editor_changes_the_file_only_to_what_can_be_read() {
    let editor = "#!/bin/sh\ncp \"$HOME/next\" \"$2\"\ncp \"$2\" \"$HOME/seen\"\n";
    let home = Home::new();
    let script = home.write("bin/ed it", editor);
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let home = home.with("EDITOR", "'bin/ed it' --wait");
    home.write("next", "color = \"never\"\n");
    home.run(&["config", "edit"]).exits(0);
    assert_eq!(home.read(MINE), "color = \"never\"\n");
    let same = home.run(&["config", "edit", "--json"]).exits(0).json();
    assert_eq!(same["changed"], false);
    home.write("next", "colour = 3\n");
    let run = home.run(&["config", "edit"]).exits(2);
    assert!(run.stderr.contains("config.toml:1: `colour` is not a setting"), "{run}");
    assert_eq!(home.read(MINE), "color = \"never\"\n");
    let kept = run.stderr.split("what you wrote is in ").nth(1).unwrap().trim();
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "colour = 3\n");
    std::fs::remove_dir_all(std::path::Path::new(kept).parent().unwrap()).unwrap();

    // Who has no file is shown every key, and a template that is left as it is makes none.
    let fresh = Home::new().with("VISUAL", "cp \"$1\" seen; true").with("EDITOR", "false");
    fresh.run(&["config", "edit"]).exits(0);
    assert!(!fresh.path(MINE).exists());
    assert_eq!(fresh.with("VISUAL", "false").run(&["config", "edit"]).code, Some(2));
}

#[test]
fn parallel_changes_all_arrive() {
    let home = Home::new();
    let keys = ["min_age", "max_credits", "trash_days", "trash_size"];
    std::thread::scope(|scope| {
        for key in keys {
            let home = &home;
            scope.spawn(move || home.run(&["config", "set", key, "5"]).exits(0));
        }
    });
    for key in keys {
        assert!(home.read(MINE).contains(&format!("{key} = 5\n")), "{}", home.read(MINE));
    }
}

#[test]
fn install_takes_no_version_that_is_younger_than_min_age() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    for home in [Home::on(&drive.url), Home::logged_in(&drive.url, &drive.key)] {
        home.run(&["config", "set", "min_age", "7d"]).exits(0);
        let error = home.run(&["install", "pdf", "--json"]).exits(1).json_error();
        assert_eq!(error["code"], "too_young", "{error}");
        assert!(error["hints"][0].as_str().unwrap().contains("install pdf@1"), "{error}");
        assert!(!home.path(".agents/skills/pdf").exists());
        home.run(&["install", "pdf@1"]).exits(0);
        // It is installed now, and installing it again takes nothing.
        home.run(&["install", "pdf"]).exits(0);
        home.run(&["install"]).exits(0);
    }
}

#[test]
fn what_costs_more_than_max_credits_is_not_done() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.write("key.txt", &drive.key);
    home.skill("mine", "notes", "home-made");
    home.run(&["drive", "import", "pdf"]).exits(0);
    drive.publish("pdf", "two");
    home.run(&["config", "set", "max_credits", "0"]).exits(0);
    drive.forget();
    for args in [&["drive", "accept", "pdf", "--yes"][..], &["drive", "import", "other"]] {
        let all: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let error = home.run(&all).exits(9).json_error();
        assert_eq!(error["code"], "over_max_credits", "{args:?}: {error}");
    }
    let asked = drive.asked_lines();
    assert!(asked.iter().all(|line| line.starts_with("GET ")), "{asked:?}");
    let skill = json!({"data": {"skill": {"id": "1", "slug": "pdf", "name": "pdf", "description": "d", "tags": [], "version": 1,
        "github_url": null, "category": "public", "credit_cost_per_use": 3}}});
    let headers = vec![("content-type", "application/json".to_owned())];
    drive.fail("GET", "/api/v1/skills/pdf", 1, Fault::Answer(200, headers, skill.to_string()));
    let error = home.run(&["--json", "run", "pdf", "run.sh"]).exits(9).json_error();
    assert_eq!(error["code"], "over_max_credits", "{error}");
    drive.heal();
    home.run(&["config", "set", "max_credits", "5"]).exits(0);
    home.run(&["drive", "accept", "pdf", "--yes"]).exits(0);
}
