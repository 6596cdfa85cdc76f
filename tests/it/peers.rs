//! What other programs of this kind were seen to do, and what this one does instead: one test for each.
//!
//! Each begins with what was seen, as a fact and without a name; the rest is ours.

use std::fs;

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const LOCK: &str = "p/skillzdrive.lock";

/// A home with one agent and a project that has it too.
fn home() -> Home {
    let home = Home::new();
    for folder in [".claude", "p/.claude"] {
        home.mkdir(folder);
    }
    home
}

/// The program in the project.
#[track_caller]
fn run(home: &Home, args: &[&str]) -> crate::harness::Run {
    home.run_in(&home.path("p"), args)
}

/// Eight installations at once ended with success and left one, two, three or seven of eight entries in the lockfile.
/// Here each waits for the others, in either scope.
#[test]
fn one_eight_at_once_leave_eight_entries() {
    let home = home();
    let slugs = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for slug in slugs {
        home.skill("src", slug, "one");
    }
    for (scope, lock) in [("--project", LOCK), ("--global", ".local/share/skillzdrive/skillzdrive.lock")] {
        let children = slugs.map(|slug| {
            let source = format!("../src/{slug}");
            let mut command = home.command(&["install", scope, &source]);
            command.current_dir(home.path("p")).stdout(std::process::Stdio::piped());
            command.stderr(std::process::Stdio::piped()).spawn().unwrap()
        });
        for child in children {
            home.finish(&child.wait_with_output().unwrap()).exits(0);
        }
        let text = home.read(lock);
        for slug in slugs {
            assert!(text.contains(&format!("\n[skill.{slug}]\n")), "{scope} {slug}\n{text}");
        }
    }
    run(&home, &["audit", "--project"]).exits(0);
    run(&home, &["audit", "--global"]).exits(0);
}

/// A flag that does not exist was ignored, and with it the dry run: it installed, and wiped a local edit. Here the flag
/// is an error and nothing happens; with the flag right nothing happens either.
#[test]
fn two_an_unknown_flag_is_an_error_and_a_dry_run_is_one() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.run(&["install", "pdf"]).exits(0);
    drive.publish("pdf", "two");
    home.write(".agents/skills/pdf/SKILL.md", skill_md("pdf", "edited"));
    home.skill("src", "csv", "one");
    let before = home.tree("");
    for args in [
        &["install", "./src/csv", "-y", "--dry-run", "--nosuchflag"][..],
        &["update", "-y", "--dry-run", "--nosuchflag"],
        &["sync", "-y", "--dry-run", "--nosuchflag"],
        &["remove", "pdf", "-y", "--dry-run", "--nosuchflag"],
    ] {
        home.run(args).exits(2);
    }
    home.run(&["install", "./src/csv", "-y", "--dry-run"]).exits(0);
    home.run(&["update", "-y", "--dry-run", "--on-conflict", "take"]).exits(0);
    home.run(&["remove", "pdf", "-y", "--dry-run"]).exits(0);
    let after: Vec<_> = home.tree("").into_iter().filter(|(path, _)| !path.starts_with(".cache/")).collect();
    let before: Vec<_> = before.into_iter().filter(|(path, _)| !path.starts_with(".cache/")).collect();
    assert_eq!(after, before);
}

/// A restore from the lockfile took a source that had changed, wrote the new digest into the lockfile without a word, and
/// brought back one of two agents' folders. Here other bytes are an error, the lockfile stays, and a restore makes the
/// links too.
#[test]
fn three_a_restore_gives_the_locked_bytes_or_an_error() {
    let home = home();
    home.skill("p/work", "pdf", "one");
    run(&home, &["install", "--project", "./work/pdf"]).exits(0);
    let (lock, skills, links) = (home.read(LOCK), home.tree("p/.agents/skills"), home.tree("p/.claude"));
    assert_eq!(links["skills/pdf"], "-> ../../.agents/skills/pdf");
    let wipe = || {
        fs::remove_dir_all(home.path("p/.agents/skills")).unwrap();
        fs::remove_dir_all(home.path("p/.claude/skills")).unwrap();
    };
    wipe();
    run(&home, &["install"]).exits(0);
    assert_eq!((home.tree("p/.agents/skills"), home.tree("p/.claude")), (skills, links));

    home.skill("p/work", "pdf", "two");
    wipe();
    let refused = run(&home, &["install"]).exits(7);
    assert!(refused.stderr.contains("pdf"), "{refused}");
    assert_eq!(home.read(LOCK), lock);
    assert!(!home.path("p/.agents/skills/pdf").exists());
}

/// A check of skills from local folders said that there was nothing to update although the source had changed. Here what
/// is not asked about is said to be so, never to be new.
#[test]
fn four_what_was_not_checked_is_not_called_current() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    home.skill("src", "pdf", "one");
    home.run(&["install", "./src/pdf"]).exits(0);
    home.skill("src", "pdf", "two");
    let update = home.run(&["update"]).exits(0);
    assert!(update.stderr.contains("pdf") && update.stderr.contains("not checked"), "{update}");
    let outdated = home.run(&["outdated", "--json"]).exits(0);
    assert!(outdated.json()["not_checked"][0]["slug"] == "pdf", "{outdated}");
    // The way to the changed source is to name it again.
    home.run(&["install", "./src/pdf", "--yes"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "two"));
}

/// The removal of what is not there ended with success, and most commands had the same page of help. Here it is not
/// found, and each command has a page of its own.
#[test]
fn five_what_is_not_there_is_not_removed_and_help_is_about_its_command() {
    let home = home();
    let gone = home.run(&["remove", "nosuch", "-y"]).exits(5);
    assert!(gone.stderr.contains("nosuch is not installed"), "{gone}");
    let pages =
        ["install", "remove", "update", "sync", "audit", "list", "undo", "drive list", "trash list"].map(|words| {
            let args: Vec<&str> = words.split(' ').chain(["--help"]).collect();
            home.run(&args).exits(0).stdout
        });
    let different: std::collections::BTreeSet<&String> = pages.iter().collect();
    assert_eq!(different.len(), pages.len());
}

/// An update wrote over local edits and reported success. Here an edit is a conflict that stays as it is.
#[test]
fn six_an_update_never_writes_over_an_edit() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    drive.publish("pdf", "two");
    home.write(".agents/skills/pdf/SKILL.md", skill_md("pdf", "edited"));
    let edited = home.tree(".agents/skills");
    let update = home.run(&["update", "--yes"]).exits(8);
    assert!(update.stderr.contains("pdf"), "{update}");
    assert_eq!(home.tree(".agents/skills"), edited);
}

/// A folder of three skills was installed as one; after a clean install the check said "missing", so that clean, edited
/// and deleted looked alike; the lockfile of a project lay in the home. Here the three are three, each state has its own
/// words, and the lockfile is the project's.
#[test]
fn seven_three_skills_are_three_and_clean_edited_and_deleted_are_told_apart() {
    let home = home();
    let slugs = ["a", "b", "c"];
    for slug in slugs {
        home.skill("src/skills", slug, "one");
    }
    let asked = run(&home, &["install", "--project", "../src"]).exits(2);
    assert!(slugs.iter().all(|slug| asked.stderr.contains(&format!("skills/{slug}"))), "{asked}");
    run(&home, &["install", "--project", "--all", "../src"]).exits(0);
    assert_eq!(home.tree("p/.agents/skills").len(), 6);
    assert!(home.path(LOCK).is_file() && !home.path(".local/share/skillzdrive/skillzdrive.lock").exists());

    run(&home, &["audit"]).exits(0);
    home.write("p/.agents/skills/a/SKILL.md", skill_md("a", "edited"));
    fs::remove_dir_all(home.path("p/.agents/skills/b")).unwrap();
    let findings = run(&home, &["audit", "--json"]).exits(10).json()["findings"].clone();
    let rules: Vec<(&str, &str)> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["slug"].as_str().unwrap(), one["rule"].as_str().unwrap()))
        .collect();
    let of = |slug: &str| rules.iter().filter(|(of, _)| *of == slug).map(|(_, rule)| *rule).collect::<Vec<_>>();
    assert!(!of("a").is_empty() && !of("b").is_empty() && of("c").is_empty(), "{rules:?}");
    assert!(of("a").iter().all(|rule| !of("b").contains(rule)), "{rules:?}");
}

/// The check named an edited file and hinted at a command that ended with success and left the edit. Here the hint is a
/// command that does it, and a plain restore does not end with success over an edit.
#[test]
fn eight_the_hint_is_a_command_that_helps() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir("p/.claude");
    run(&home, &["install", "--project", "pdf"]).exits(0);
    home.write("p/.agents/skills/pdf/SKILL.md", skill_md("pdf", "edited"));
    let audit = run(&home, &["audit"]).exits(10);
    assert!(audit.stdout.contains("SKILL.md"), "{audit}");
    assert!(format!("{}{}", audit.stdout, audit.stderr).contains("skillzdrive audit --fix"), "{audit}");
    assert_ne!(run(&home, &["install"]).code, Some(0));
    assert_eq!(home.read("p/.agents/skills/pdf/SKILL.md"), skill_md("pdf", "edited"));
    run(&home, &["audit", "--fix", "--yes"]).exits(0);
    assert_eq!(home.read("p/.agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    run(&home, &["audit"]).exits(0);
}

/// Without a network there was an uncaught exception with a stack trace. Here it is a sentence, a hint and a status of
/// its own.
#[test]
fn nine_no_network_is_a_sentence() {
    // Nobody listens there.
    let home = Home::on("http://127.0.0.1:9");
    for args in [&["search", "pdf"][..], &["install", "pdf"], &["info", "pdf"]] {
        let away = home.run(args).exits(6);
        assert!(away.stderr.contains("could not connect to 127.0.0.1:9"), "{away}");
        assert!(away.stderr.contains("hint: check the network"), "{away}");
        assert!(!away.stderr.contains("panicked") && !away.stderr.contains(".rs:"), "{away}");
        let error = home.run(&[args, &["--json"]].concat()).exits(6).json_error();
        assert_eq!(error["kind"], "unavailable");
    }
}

/// Skills from local folders had an empty entry in the lockfile, so that nothing could be told of their bytes. Here they
/// are locked by their digest like any other.
#[test]
fn ten_a_skill_from_a_folder_is_locked_by_its_digest() {
    let home = home();
    home.skill("p/work", "pdf", "one");
    run(&home, &["install", "--project", "./work/pdf"]).exits(0);
    let lock = home.read(LOCK);
    let sha = lock.lines().find_map(|line| line.strip_prefix("content_sha = ")).expect("it has a digest");
    assert_eq!(sha.len(), 66, "{lock}");
    assert!(lock.contains("source = \"path:"), "{lock}");
    run(&home, &["audit"]).exits(0);
    home.write("p/.agents/skills/pdf/scripts/run.sh", "#!/bin/sh\necho other\n");
    run(&home, &["audit"]).exits(10);
}
