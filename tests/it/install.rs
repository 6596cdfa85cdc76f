//! `install`: what may be named, what is asked of the drive for it, and what lies on the disk afterwards.

use std::collections::BTreeMap;
use std::process::Stdio;

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const SKILLS: &str = ".agents/skills";
const LOCK: &str = ".local/share/skillzdrive/skillzdrive.lock";

/// A home with one agent.
fn home(drive: &TestDrive) -> Home {
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home
}

/// The files of a folder as a package has them: what begins with `#!` can be executed, whatever the disk says.
fn as_packed(home: &Home, folder: &str) -> BTreeMap<String, String> {
    let mode = |text: String| if text.starts_with("#!") { format!("x {text}") } else { text };
    home.tree(folder).into_iter().map(|(name, text)| (name, mode(text))).collect()
}

#[test]
fn a_slug_comes_with_its_links_and_its_lockfile_entry() {
    let drive = TestDrive::start();
    let sha = drive.publish("pdf", "one");
    let home = home(&drive);
    let run = home.run(&["install", "pdf"]).exits(0);
    assert_eq!(run.stdout, format!("installed pdf@1 in {}\n", home.path(".agents/skills/pdf").display()));
    assert!(run.stderr.ends_with("1 skill installed, 1 link made\n"), "{run}");
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    assert_eq!(home.tree(".claude/skills")["pdf"], "-> ../../.agents/skills/pdf");
    assert!(home.tree(".agents/skills/pdf")["scripts/run.sh"].starts_with("x #!/bin/sh"));
    assert_eq!(
        home.read(LOCK),
        format!(
            "version = 1\nserver = \"{}\"\n\n[skill.pdf]\nversion = 1\ncontent_sha = \"{sha}\"\nsource = \"skillzdrive\"\n",
            drive.url
        )
    );
    let again = home.run(&["install", "pdf"]).exits(0);
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", "1 skill unchanged\n"));
}

#[test]
fn a_version_and_exact_bytes_can_be_named() {
    let drive = TestDrive::start();
    let first = drive.publish("pdf", "one");
    drive.publish("pdf", "two");
    let home = home(&drive);
    home.run(&["install", "pdf@1"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    home.run(&["install", "pdf"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "two"));

    let fresh = self::home(&drive);
    drive.forget();
    fresh.run(&["install", &format!("pdf@{first}")]).exits(0);
    assert_eq!(drive.asked_lines(), [format!("GET /api/v1/downloads/public/pdf/{first}.zip")]);
    assert_eq!(fresh.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    // What the address did not say comes into the lockfile as soon as it is known.
    assert!(!fresh.read(LOCK).contains("version = 1\ncontent_sha"));
    fresh.run(&["install", "pdf@1"]).exits(0);
    assert!(fresh.read(LOCK).contains("version = 1\ncontent_sha"), "{}", fresh.read(LOCK));

    let missing = fresh.run(&["install", "pdf@9"]).exits(5);
    assert!(missing.stderr.starts_with("error: there is no version 9 of `pdf` on "), "{missing}");
    assert!(!missing.stderr.contains("did you mean"), "{missing}");
}

#[test]
fn eight_slugs_of_nobody_in_particular_are_one_request() {
    let drive = TestDrive::with(|config| config.limits.anonymous_per_minute = 1);
    let slugs: Vec<String> = (1..=8).map(|n| format!("skill-{n}")).collect();
    for slug in &slugs {
        drive.publish(slug, "text");
    }
    let home = home(&drive);
    let args: Vec<&str> = std::iter::once("install").chain(slugs.iter().map(String::as_str)).collect();
    let run = home.run(&args).exits(0);
    let said: Vec<&str> = run.stdout.lines().map(|line| line.split(['@', ' ']).nth(1).unwrap()).collect();
    assert_eq!(said, slugs, "in the order of the slugs");
    let asked = drive.asked_lines();
    assert_eq!(drive.count("GET /marketplace.json"), 1, "{asked:?}");
    assert_eq!(asked.len(), 9, "one for the marketplace, one for each download: {asked:?}");
    assert!(asked[1..].iter().all(|line| line.starts_with("GET /api/v1/downloads/public/")), "{asked:?}");
    for slug in &slugs {
        assert!(home.path(SKILLS).join(slug).join("SKILL.md").is_file());
    }
}

/// Starts one `install` for each slug at the same moment and waits for all.
fn at_once(home: &Home, folder: &str, flag: &str, slugs: &[String]) {
    let children: Vec<_> = slugs
        .iter()
        .map(|slug| {
            let mut command = home.command(&["install", flag, slug]);
            command.current_dir(home.path(folder)).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in children {
        home.finish(&child.wait_with_output().unwrap()).exits(0);
    }
}

#[test]
fn twenty_processes_at_once_leave_twenty_entries() {
    let drive = TestDrive::start();
    let slugs: Vec<String> = (1..=20).map(|n| format!("skill-{n}")).collect();
    for slug in &slugs {
        drive.publish(slug, "text");
    }
    let home = home(&drive);
    home.mkdir("repo/.git");
    for (folder, flag, lock) in [("", "--global", LOCK), ("repo", "--project", "repo/skillzdrive.lock")] {
        at_once(&home, folder, flag, &slugs);
        let text = home.read(lock);
        for slug in &slugs {
            assert!(text.contains(&format!("[skill.{slug}]")), "{slug} is lost:\n{text}");
            assert!(home.path(folder).join(SKILLS).join(slug).join("SKILL.md").is_file());
        }
    }
    assert_eq!(home.tree(".claude/skills").len(), 20);
}

#[test]
fn the_same_slug_by_several_processes_at_once_is_no_conflict() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = home(&drive);
    at_once(&home, "", "--global", &vec!["pdf".to_owned(); 4]);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    let runs = home.run(&["undo", "--list", "--json"]).json()["runs"].clone();
    assert_eq!(runs.as_array().unwrap().len(), 1, "one of them did it: {runs}");
}

#[test]
fn one_slug_named_in_two_ways_is_one_skill_or_a_clear_no() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = home(&drive);
    home.skill("work", "pdf", "one");
    let run = home.run(&["install", "pdf", "pdf@1", "pdf", "./work/pdf"]).exits(0);
    assert!(run.stderr.ends_with("1 skill installed, 1 link made\n"), "{run}");
    drive.publish("pdf", "two");
    let run = home.run(&["install", "pdf@2", "pdf@1"]).exits(2);
    assert!(run.stderr.contains("`pdf` was named twice, with different bytes"), "{run}");
}

#[test]
fn an_unknown_slug_is_answered_with_the_nearest_names() {
    let drive = TestDrive::start();
    for slug in ["pdf-fill", "pdf-form", "csv-profile"] {
        drive.publish(slug, "text");
    }
    let home = home(&drive);
    let run = home.run(&["install", "pdf-fil"]).exits(5);
    assert!(run.stderr.contains("did you mean pdf-fill"), "{run}");
    let error = home.run(&["install", "pdf-fil", "--json"]).exits(5);
    assert_eq!(error.stdout, "");
    assert_eq!(error.json_error()["kind"], "not_found");
    let all = home.run(&["install", "nope-1", "nope-2"]).exits(5);
    assert!(all.stderr.ends_with("2 skills failed\n"), "{all}");
    assert!(!home.path(".agents").exists() && !home.path(LOCK).exists());
}

#[test]
fn bad_names_are_bad_usage_and_ask_nobody() {
    let home = Home::new();
    for bad in ["PDF", "pdf@", "pdf@latest", "pdf@0", "./none", "none.zip", "https://example.com/x", "a b", ""] {
        let run = home.run(&["install", bad]).exits(2);
        assert!(run.stderr.contains("hint: "), "{bad:?}: {run}");
    }
    let agent = home.run(&["install", "pdf", "-a", "cluade-code"]).exits(2);
    assert!(agent.stderr.contains("did you mean claude-code"), "{agent}");
    assert!(home.tree("").is_empty());
}

#[test]
fn a_folder_is_one_skill_or_many() {
    let home = Home::new();
    home.mkdir(".claude");
    home.skill("work", "hello", "Hello");
    let run = home.run(&["install", "./work/hello"]).exits(0);
    assert!(run.stdout.starts_with("installed hello in "), "{run}");
    assert_eq!(home.tree(".agents/skills/hello"), as_packed(&home, "work/hello"));
    assert!(home.read(LOCK).contains("source = \"path:./work/hello\""), "{}", home.read(LOCK));

    home.skill("work", "notes", "Notes");
    let run = home.run(&["install", "./work"]).exits(2);
    assert!(run.stderr.contains("holds 2 skills: hello, notes"), "{run}");
    assert!(run.stderr.contains("--all"), "{run}");
    assert!(!home.path(".agents/skills/notes").exists());
    home.run(&["install", "./work", "--all"]).exits(0);
    assert_eq!(home.tree(".agents/skills/notes"), as_packed(&home, "work/notes"));
    home.mkdir("empty");
    let run = home.run(&["install", "./empty"]).exits(2);
    assert!(run.stderr.contains("no folder with a SKILL.md"), "{run}");
}

#[test]
fn secrets_in_a_folder_are_not_installed() {
    let home = Home::new();
    home.skill("work", "hello", "Hello");
    home.write("work/hello/.env", "TOKEN=canary");
    home.write("work/hello/.git/config", "canary");
    home.run(&["install", "./work/hello"]).exits(0);
    assert!(!home.path(".agents/skills/hello/.env").exists() && !home.path(".agents/skills/hello/.git").exists());
    assert_eq!(home.files_with("canary").len(), 2, "only where they were");
}

#[test]
fn a_package_file_is_taken_by_both_its_names() {
    let home = Home::new();
    let folder = home.skill("work", "hello", "Hello");
    let packed = skillzdrive_skill::pack_dir(&folder, &skillzdrive_skill::PackOptions::own()).unwrap();
    home.write("a.zip", &packed.zip);
    home.write("b.skill", &packed.zip);
    home.run(&["install", "a.zip"]).exits(0);
    assert!(home.read(LOCK).contains("source = \"path:./a.zip\""));
    assert_eq!(home.tree(".agents/skills/hello"), as_packed(&home, "work/hello"));
    home.run(&["install", "b.skill"]).exits(0);
    assert!(home.read(LOCK).contains("source = \"path:./b.skill\""), "{}", home.read(LOCK));

    home.write("broken.zip", "PK no zip at all");
    let run = home.run(&["install", "broken.zip"]).exits(7);
    assert!(run.stderr.contains("broken.zip"), "{run}");
}

#[test]
fn a_dry_run_writes_nothing_at_all() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = home(&drive);
    let before = home.tree("");
    let run = home.run(&["install", "pdf", "--dry-run"]).exits(0);
    assert_eq!(run.stdout, format!("would install pdf@1 in {}\n", home.path(".agents/skills/pdf").display()));
    let json = home.run(&["install", "pdf", "--dry-run", "--json"]).exits(0).json();
    assert_eq!((&json["dry_run"], &json["skills"][0]["change"]), (&true.into(), &"installed".into()));
    home.run(&["install", "nope", "--dry-run"]).exits(5);
    home.run(&["install", "--dry-run"]).exits(0);
    assert_eq!(home.tree(""), before);
    assert!(!home.path(".agents").exists() && !home.path(".cache").exists() && !home.path(".local").exists());
    assert_eq!(drive.count("POST /api/v1/telemetry/anonymous"), 0);
}

#[test]
fn some_done_and_some_not_is_partial_and_each_is_named() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = home(&drive);
    home.skill(SKILLS, "notes", "Mine");
    drive.publish("notes", "theirs");
    let run = home.run(&["install", "pdf", "nope", "notes"]).exits(3);
    assert!(run.stdout.starts_with("installed pdf@1"), "{run}");
    assert!(run.stderr.contains("warning: there is no skill `nope`"), "{run}");
    assert!(run.stderr.contains("skills/notes` is not an installed version of it"), "{run}");
    assert!(run.stderr.ends_with("1 skill installed, 1 link made, 2 failed\n"), "{run}");
    let json = home.run(&["install", "pdf", "nope", "notes", "--json"]).exits(3).json();
    let failed: Vec<_> = json["failed"].as_array().unwrap().iter().map(|f| f["kind"].as_str().unwrap()).collect();
    assert_eq!(failed, ["not_found", "usage"]);
    // None done, and each for another reason.
    home.run(&["install", "nope", "notes"]).exits(1);
}

#[test]
fn what_is_not_ours_is_only_replaced_with_consent_and_goes_to_the_trash() {
    let drive = TestDrive::start();
    drive.publish("notes", "theirs");
    let home = home(&drive);
    home.skill(SKILLS, "notes", "Mine");
    let before = home.tree(SKILLS);
    let run = home.run(&["install", "notes"]).exits(2);
    assert!(run.stderr.contains("/.agents/skills/notes") && run.stderr.contains("--yes"), "{run}");
    assert_eq!(home.tree(SKILLS), before);
    let run = home.run(&["install", "notes", "--yes"]).exits(0);
    assert!(run.stdout.starts_with("replaced notes@1 in "), "{run}");
    assert_eq!(home.read(".agents/skills/notes/SKILL.md"), skill_md("notes", "theirs"));
    let items = home.run(&["trash", "list", "--json"]).exits(0).json()["items"].clone();
    let kept = items[0]["kept_at"].as_str().unwrap();
    assert_eq!(std::fs::read_to_string(format!("{kept}/SKILL.md")).unwrap(), skill_md("notes", "Mine"));
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.tree(SKILLS), before);
}

#[test]
fn an_agents_own_folder_of_the_name_stays_and_is_said() {
    let drive = TestDrive::start();
    drive.publish("notes", "theirs");
    let home = home(&drive);
    home.skill(".claude/skills", "notes", "Mine");
    let before = home.tree(".claude");
    let run = home.run(&["install", "notes", "--yes"]).exits(0);
    assert!(run.stderr.contains("warning: no link for notes at "), "{run}");
    assert_eq!(home.tree(".claude"), before);
    assert_eq!(home.read(".agents/skills/notes/SKILL.md"), skill_md("notes", "theirs"));
    let json = home.run(&["install", "notes", "--json"]).exits(0).json();
    assert_eq!(json["skills"][0]["occupied"].as_array().unwrap().len(), 1, "{json}");
}

#[test]
fn the_chosen_agent_is_kept_for_the_skill() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("csv", "one");
    let home = home(&drive);
    home.run(&["install", "pdf", "-a", "roo"]).exits(0);
    assert!(home.path(".roo/skills/pdf/SKILL.md").exists() && !home.path(".claude/skills/pdf").exists());
    drive.publish("pdf", "two");
    std::fs::remove_file(home.path(".roo/skills/pdf")).unwrap();
    // Not told again: the choice is remembered, and it is that skill's alone.
    home.run(&["install", "pdf@2", "csv"]).exits(0);
    assert!(home.path(".roo/skills/pdf/SKILL.md").exists() && !home.path(".claude/skills/pdf").exists());
    assert!(home.path(".claude/skills/csv/SKILL.md").exists());
}

#[test]
fn an_update_in_place_keeps_what_belongs_to_the_place() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = home(&drive);
    home.run(&["install", "pdf"]).exits(0);
    home.write(".agents/skills/pdf/.env", "TOKEN=1");
    home.write(".agents/skills/pdf/node_modules/x/index.js", "x");
    home.write(".agents/skills/pdf/__pycache__/a.pyc", "x");
    drive.publish("pdf", "two");
    let run = home.run(&["install", "pdf@2"]).exits(0);
    assert!(run.stdout.starts_with("replaced pdf@2"), "{run}");
    let tree = home.tree(".agents/skills/pdf");
    assert_eq!(tree["SKILL.md"], skill_md("pdf", "two"));
    assert_eq!(tree[".env"], "TOKEN=1");
    assert!(tree.contains_key("node_modules/x/index.js") && tree.contains_key("__pycache__/a.pyc"));
    assert!(tree["scripts/run.sh"].starts_with("x "), "scripts can be executed");
}
