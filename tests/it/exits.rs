//! Every kind of failure and its exit code, in both forms of output, and every command in the form that a script reads.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::Run;
use crate::harness::TestDrive;

fn answer(status: u16, code: &str) -> Fault {
    let body = serde_json::json!({ "error": { "code": code, "message": "no" } });
    let headers = vec![("content-type", "application/json".to_owned()), ("retry-after", "86400".to_owned())];
    Fault::Answer(status, headers, body.to_string())
}

/// The error's one line: alone on stderr, with every field, and of the exit code's kind.
#[track_caller]
fn check_error(run: &Run, kind: &str, code: i32) {
    assert_eq!(run.code, Some(code), "\n{run}");
    assert_eq!(run.stdout, "", "\n{run}");
    assert_eq!(run.stderr.lines().count(), 1, "one line on stderr\n{run}");
    let error = run.json_error();
    assert_eq!(error["kind"], kind, "\n{run}");
    for field in ["code", "message"] {
        assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{field}\n{run}");
    }
    assert!(error["hints"].is_array(), "\n{run}");
}

#[test]
fn every_kind_of_error_reaches_its_exit_code() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    let list: &[&str] = &["drive", "list"];
    let cases: &[(&str, i32, Option<Fault>, &[&str])] = &[
        ("failure", 1, Some(answer(400, "invalid_request")), list),
        ("failure", 1, None, &["login", "--key-file", "not-there"]),
        ("usage", 2, None, &["drive", "list", "--nonsense"]),
        ("usage", 2, None, &["drive", "remove", "pdf"]),
        ("usage", 2, None, &["whoami", "--server", "http://drive.example"]),
        ("auth", 4, Some(answer(401, "access_denied")), list),
        ("auth", 4, Some(answer(403, "forbidden")), list),
        ("not_found", 5, Some(answer(404, "not_found")), list),
        ("not_found", 5, None, &["remove", "not-installed", "--yes"]),
        ("unavailable", 6, Some(answer(429, "rate_limited")), list),
        ("unavailable", 6, Some(answer(503, "unavailable")), list),
        ("unavailable", 6, None, &["drive", "list", "--offline"]),
        ("integrity", 7, Some(answer(422, "invalid_package")), list),
        ("conflict", 8, Some(answer(409, "version_conflict")), list),
        ("credits", 9, Some(answer(402, "insufficient_credits")), list),
    ];
    for (kind, code, fault, args) in cases {
        for json in [true, false] {
            if let Some(fault) = fault {
                drive.fail("GET", "/api/v1/drive", 1, fault.clone());
            }
            let all: Vec<&str> = args.iter().copied().chain(json.then_some("--json")).collect();
            let run = home.run(&all);
            drive.heal();
            if json {
                check_error(&run, kind, *code);
            } else {
                let run = run.exits(*code);
                assert!(run.stdout.is_empty() && run.stderr.starts_with("error: "), "\n{run}");
            }
        }
    }
}

#[test]
fn a_broken_lockfile_is_a_matter_of_integrity() {
    let home = Home::new();
    home.write(".local/share/skillzdrive/skillzdrive.lock", format!("{} ours\n", "<".repeat(7)));
    check_error(&home.run(&["list", "--json"]), "integrity", 7);
}

#[test]
fn some_done_and_some_not_is_partial_and_all_alike_is_their_kind() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    assert_eq!(home.run(&["install", "pdf", "nothing-like-it"]).code, Some(3));
    let run = home.run(&["install", "pdf", "nothing-like-it", "--json"]).exits(3);
    assert_eq!(run.json()["failed"][0]["kind"], "not_found");
    assert_eq!(run.stderr, "");
    assert_eq!(home.run(&["install", "nothing-like-it", "nor-this"]).code, Some(5));
}

#[cfg(unix)]
#[test]
fn a_signal_at_a_held_download_leaves_nothing_half_made() {
    use rustix::process::Signal;
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    for (signal, code, kind) in [(Signal::INT, 130, "interrupted"), (Signal::TERM, 143, "terminated")] {
        let home = Home::on(&drive.url);
        let arrived = drive.hold("GET", "/storage/");
        let running = home.start(&["install", "pdf", "--json"]);
        arrived();
        running.signal(signal);
        check_error(&running.end(), kind, code);
        drive.heal();
        assert!(!home.path(".agents/skills").exists() || home.tree(".agents/skills").is_empty());
        assert!(!home.path(".local/share/skillzdrive/skillzdrive.lock").exists());
        // Where the workshop was not even made, nothing can lie in it.
        if home.path(".agents/.skillzdrive").exists() {
            let left = home.tree(".agents/.skillzdrive");
            assert!(left.keys().all(|path| !path.starts_with("staging/s-")), "{left:?}");
        }
        home.run(&["install", "pdf"]).exits(0);
        assert_eq!(home.tree(".agents/skills").len(), 2);
    }
}

/// A pipe in the place of a file: whoever reads it is held until the test lets go.
#[cfg(unix)]
fn pipe(home: &Home, relative: &str) -> std::path::PathBuf {
    let path = home.path(relative);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_ends_it_at_once_whatever_it_does() {
    use rustix::process::Signal;
    let drive = TestDrive::start();
    for (second, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let home = Home::on(&drive.url);
        let lockfile = pipe(&home, ".local/share/skillzdrive/skillzdrive.lock");
        let running = home.start(&["install", "pdf"]);
        // Opened once the program reads, and never written: the disk holds it.
        let held = std::fs::OpenOptions::new().write(true).open(&lockfile).unwrap();
        running.signal(Signal::INT);
        let run = running.end_by_repeating(second);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(code), "", ""), "\n{run}");
        drop(held);
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_wait_for_another_process() {
    use rustix::process::Signal;
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    let held = std::fs::OpenOptions::new().write(true).open(home.path(".agents/.skillzdrive/lock")).unwrap();
    held.lock().unwrap();
    for (signal, code, kind) in [(Signal::INT, 130, "interrupted"), (Signal::TERM, 143, "terminated")] {
        drive.forget();
        let arrived = drive.hold("GET", "/storage/");
        drive.publish("pdf", kind);
        let running = home.start(&["update", "--yes", "--json"]);
        arrived();
        drive.heal();
        // From here on it unpacks and waits; wherever the signal finds it, it ends.
        running.signal(signal);
        check_error(&running.end(), kind, code);
    }
    drop(held);
    home.run(&["update", "--yes"]).exits(0);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_wait_for_a_key() {
    use rustix::process::Signal;
    let drive = TestDrive::start();
    for (signal, code, kind) in [(Signal::INT, 130, "interrupted"), (Signal::TERM, 143, "terminated")] {
        let home = Home::on(&drive.url);
        let key = pipe(&home, "key");
        let running = home.start(&["login", "--key-file", "key", "--json"]);
        let held = std::fs::OpenOptions::new().write(true).open(&key).unwrap();
        running.signal(signal);
        check_error(&running.end(), kind, code);
        drop(held);
    }
}

/// Every command that has no commands below it, found by reading the help from the top, with the help's text.
fn leaves() -> BTreeMap<Vec<String>, String> {
    let home = Home::new();
    let mut found = BTreeMap::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(words) = open.pop() {
        let args: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let help = home.run(&args).exits(0);
        assert_eq!(help.stderr, "", "\n{help}");
        let below: Vec<String> = help
            .stdout
            .lines()
            .skip_while(|line| *line != "Commands:")
            .skip(1)
            .take_while(|line| line.starts_with("  "))
            .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
            .collect();
        // `serve` does something by itself too.
        if below.is_empty() || words == ["serve"] {
            found.insert(words.clone(), help.stdout.clone());
        }
        open.extend(below.into_iter().map(|name| words.iter().cloned().chain([name]).collect()));
    }
    assert!(home.tree("").is_empty(), "help makes no file: {:?}", home.tree(""));
    found
}

#[test]
fn the_help_of_every_command_is_a_sentence_and_its_unknown_flags_are_errors() {
    let home = Home::new();
    for (words, help) in leaves() {
        let first = help.lines().next().unwrap();
        assert!(first.starts_with(char::is_uppercase) && !first.ends_with('.'), "{words:?}: {first}");
        assert!(first.chars().count() <= 100, "{words:?}: {first}");
        for jargon in ["TODO", "house", "contract", "issue ", "engine", "ctx", "[ours]"] {
            assert!(!help.contains(jargon), "{words:?} says {jargon}");
        }
        let undescribed = help.lines().filter(|line| line.trim_start().starts_with("--") && line.trim().ends_with('>'));
        for line in undescribed {
            let next = help.lines().skip_while(|other| *other != line).nth(1).unwrap_or_default();
            assert!(next.starts_with("          "), "{words:?}: {line} says nothing");
        }
        let args: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = home.run(&[&args[..], &["--nonsense"]].concat()).exits(2);
        assert!(run.stderr.starts_with("error: unexpected argument '--nonsense' found"), "\n{run}");
        check_error(&home.run(&[&args[..], &["--nonsense", "--json"]].concat()), "usage", 2);
    }
    check_error(&home.run(&["--json"]), "usage", 2);
    check_error(&home.run(&["drive", "--json"]), "usage", 2);
    check_error(&home.run(&["no-such-command", "--json"]), "usage", 2);
    check_error(&home.run(&["search", "--json"]), "usage", 2);
    check_error(&home.run(&["search", "x", "--limit", "many", "--json"]), "usage", 2);
    check_error(&home.run(&["list", "--quiet", "--verbose", "--json"]), "usage", 2);
    assert!(home.tree("").is_empty(), "a mistake makes no file");
}

#[test]
fn every_command_answers_json_with_exactly_one_document() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url).with("EDITOR", "true");
    home.mkdir(".claude");
    home.skill(".claude/skills", "mine", "home-made");
    home.skill("elsewhere", "table", "for the marketplace");
    home.write("key.txt", &drive.key);
    let mut seen = BTreeSet::new();
    let mut check = |args: &[&str]| {
        for dry in [true, false] {
            let all: Vec<&str> =
                ["--json"].into_iter().chain(dry.then_some("--dry-run")).chain(args.iter().copied()).collect();
            // The embedded drive of `serve` runs until it is told to end, which another test does.
            if args == ["serve"] && !dry || args == ["cache", "verify"] && dry {
                continue;
            }
            let run = home.run(&all).exits(0);
            run.json();
            assert_eq!(run.stderr, "", "{all:?}\n{run}");
        }
        seen.insert(
            args.iter()
                .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase()))
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
        );
    };
    check(&["login", "--key-file", "key.txt"]);
    check(&["whoami"]);
    check(&["credits"]);
    let headers = vec![("content-type", "application/json".to_owned())];
    drive.fail("POST", "/api/v1/runs", 1, Fault::Answer(200, headers, "{\"data\":{\"exit_code\":0}}".to_owned()));
    check(&["run", "--", "pdf", "run.sh"]);
    check(&["sync", "--yes"]);
    check(&["search", "--", "pdf"]);
    check(&["info", "--", "pdf"]);
    check(&["discover", "--", "pdf"]);
    check(&["leaderboard"]);
    check(&["install", "--", "pdf"]);
    check(&["doctor"]);
    check(&["init", "--defaults"]);
    for side in ["base", "ours", "theirs"] {
        home.write(side, "version = 1\n");
    }
    check(&["lock", "merge", "--", "base", "ours", "theirs"]);
    check(&["new", "--", "begun"]);
    check(&["list"]);
    check(&["status"]);
    check(&["audit"]);
    check(&["scan", "--installed"]);
    check(&["outdated"]);
    check(&["update", "--yes"]);
    check(&["pin", "--", "pdf"]);
    check(&["unpin", "--", "pdf"]);
    check(&["diff", "--", "pdf"]);
    check(&["log", "--", "pdf"]);
    check(&["why", "--", "pdf"]);
    check(&["disable", "--", "pdf"]);
    check(&["enable", "--", "pdf"]);
    check(&["remove", "--yes", "pdf"]);
    check(&["undo", "--yes"]);
    check(&["remove", "--yes", "pdf"]);
    check(&["trash", "list"]);
    check(&["trash", "restore", "--", "pdf"]);
    check(&["trash", "empty", "--yes"]);
    check(&["marketplace", "show"]);
    check(&["marketplace", "write"]);
    check(&["marketplace", "check", "--for", "copilot-cli"]);
    check(&["cache", "info"]);
    check(&["cache", "verify"]);
    check(&["cache", "clean"]);
    check(&["agents", "list"]);
    check(&["config", "list"]);
    check(&["config", "get", "--", "min_age"]);
    check(&["config", "set", "--", "min_age", "0"]);
    check(&["config", "unset", "--", "min_age"]);
    check(&["config", "path"]);
    check(&["config", "edit"]);
    check(&["self", "update"]);
    check(&["telemetry", "show"]);
    check(&["completions", "--", "fish"]);
    check(&["man", "--", "sync"]);
    check(&["drive", "import", "--", "pdf"]);
    check(&["drive", "list"]);
    check(&["collection", "create", "--skill", "pdf", "--save", "acme"]);
    check(&["collection", "list"]);
    check(&["collection", "edit", "--no-shared", "acme"]);
    check(&["collection", "remove", "--", "acme", "pdf"]);
    check(&["collection", "add", "--", "acme", "pdf"]);
    check(&["collection", "use", "--", "acme"]);
    check(&["collection", "use", "--none"]);
    check(&["collection", "delete", "--yes", "acme"]);
    drive.publish("pdf", "two");
    check(&["drive", "updates"]);
    check(&["drive", "accept", "--yes", "pdf"]);
    drive.publish("pdf", "three");
    check(&["drive", "dismiss", "--", "pdf"]);
    check(&["drive", "toggle", "--", "pdf"]);
    check(&["drive", "remove", "--yes", "pdf"]);
    check(&["webhooks", "create", "--event", "credits.exhausted", "--url", "https://partner.example/hook"]);
    check(&["webhooks", "list"]);
    let hooks = home.run(&["webhooks", "list", "--json"]).exits(0).json();
    check(&["webhooks", "delete", "--yes", "--", hooks["webhooks"][0]["id"].as_str().unwrap()]);
    // Without a body on standard input: that of nothing, signed with `secret`.
    home.write("secret", "secret\n");
    let of_nothing = "f9e66e179b6747ae54108f82f8ade8b3c25d76fd30afde6c395822c530196169";
    check(&["webhooks", "verify", "--secret-file", "secret", "--signature", of_nothing]);
    home.skill("elsewhere", "sent", "by itself");
    check(&["upload", "--yes", "--", "elsewhere/sent"]);
    check(&["export", "--yes", "--output=all.zip"]);
    check(&["logout"]);
    check(&["serve"]);
    check(&["serve", "publish", "--", "elsewhere/table"]);
    {
        // Only a skill that is in somebody's drive can be shared.
        let (_running, address, key) = crate::serve::started_with(&home, &[]);
        let owner = Home::on(&address);
        owner.run_with_input(&["login", "--with-token"], &key.unwrap()).exits(0);
        owner.run(&["drive", "import", "table"]).exits(0);
    }
    check(&["serve", "user", "add", "--", "Ann"]);
    check(&["serve", "user", "list"]);
    check(&["serve", "team", "add", "--member=Ann", "--", "Crew"]);
    check(&["serve", "share", "--team=Crew", "table"]);
    check(&["serve", "shares"]);
    check(&["serve", "unshare", "--team=Crew", "table"]);
    check(&["serve", "team", "list"]);
    check(&["serve", "team", "remove", "--", "Crew"]);
    check(&["serve", "rate", "--", "table", "4"]);
    check(&["serve", "price", "--", "table", "3"]);
    check(&["serve", "withdraw", "--", "table"]);
    check(&["serve", "key", "create", "--name", "ci"]);
    check(&["serve", "key", "list"]);
    let keys = home.run(&["serve", "key", "list", "--json"]).exits(0).json();
    let id = keys["keys"].as_array().unwrap().iter().find(|key| key["name"] == "ci").unwrap()["id"].clone();
    check(&["serve", "key", "revoke", "--", id.as_str().unwrap()]);
    check(&["serve", "credits", "grant", "--", "5"]);
    check(&["serve", "tier", "list"]);
    check(&["serve", "tier", "limit", "--", "gold", "7"]);
    check(&["serve", "tier", "set", "--", "owner", "gold"]);
    check(&["serve", "role", "--", "owner", "admin"]);
    check(&["serve", "log", "--since=7d"]);
    check(&["serve", "migrate"]);
    check(&["serve", "check"]);
    check(&["serve", "backup", "--", "kept"]);
    check(&["serve", "restore", "--data=restored", "kept"]);
    check(&["serve", "move", "--to-data=moved"]);
    let all: BTreeSet<Vec<String>> = leaves().into_keys().collect();
    assert_eq!(seen, all, "a command is missing here");
}

#[test]
fn what_needs_no_network_makes_no_file_and_asks_nobody() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    for args in [&["--version"][..], &["--help"], &["install", "--help"], &["list"], &["status"], &["agents", "list"]] {
        home.run(args).exits(0);
        assert!(home.tree("").is_empty(), "{args:?} made {:?}", home.tree(""));
    }
    assert!(drive.asked().is_empty());
    assert_eq!(home.run(&["--version"]).stdout, format!("skillzdrive {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn one_folder_can_hold_everything_that_is_the_programs_own() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url).with("SKILLZDRIVE_HOME", "own");
    home.run_with_input(&["login", "--with-token"], &drive.key).exits(0);
    home.run(&["install", "pdf"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    home.run(&["--server", "local", "drive", "list"]).exits(0);
    let outside: Vec<String> =
        home.tree("").into_keys().filter(|path| !path.starts_with("own/") && !path.starts_with(".agents/")).collect();
    assert!(outside.is_empty(), "{outside:?}");
    for file in ["config/credentials.toml", "data/skillzdrive.lock", "state/install-id", "data/drive"] {
        assert!(home.path("own").join(file).exists(), "{file}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let home = Home::new();
    for args in ["--help", "agents list --all", "agents list --all --json"] {
        let inner = home.command(&[]);
        let mut outer = std::process::Command::new("sh");
        outer.args(["-c", &format!("( \"$0\" {args}; echo $? >&2 ) | true")]).arg(inner.get_program());
        outer.current_dir(home.root()).env_clear().envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
        let run = home.finish(&outer.output().unwrap());
        assert_eq!(run.stderr, "0\n", "\n{run}");
    }
}

#[test]
fn colour_is_asked_for_and_refused() {
    let home = Home::new();
    let coloured = |home: &Home, args: &[&str]| home.run(args).stderr.contains('\u{1b}');
    let wrong = &["whoami", "--offline"][..];
    assert!(!coloured(&home, wrong));
    assert!(coloured(&home, &["whoami", "--offline", "--color", "always"]));
    let forced = Home::new().with("CLICOLOR_FORCE", "1");
    assert!(coloured(&forced, wrong));
    assert!(!coloured(&forced, &["whoami", "--offline", "--color", "never"]));
    let refused = forced.with("NO_COLOR", "1");
    assert!(!coloured(&refused, wrong));
    assert!(coloured(&refused, &["whoami", "--offline", "--color=always"]));
    let set = Home::new();
    set.write(".config/skillzdrive/config.toml", "color = \"always\"\n");
    assert!(coloured(&set, wrong));
    assert!(!coloured(&set.with("NO_COLOR", "1"), wrong));
}
