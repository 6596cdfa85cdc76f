//! `remove`, `undo` and `trash`: nothing is gone before a person empties the trash.

use std::fs;

use insta::assert_snapshot;

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const LOCK: &str = ".local/share/skillzdrive/skillzdrive.lock";

/// A home with `csv` and `pdf` installed, a home-made `notes`, and two agents.
fn home(drive: &TestDrive) -> Home {
    for slug in ["csv", "pdf"] {
        drive.publish(slug, "one");
    }
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.mkdir(".roo");
    home.run(&["install", "csv", "pdf"]).exits(0);
    home.skill(".agents/skills", "notes", "Mine");
    home
}

/// What a person has: skills, links and lockfile, without what the program keeps for itself.
fn belongings(home: &Home) -> impl PartialEq + std::fmt::Debug + use<> {
    (home.tree(".agents/skills"), home.tree(".claude"), home.tree(".roo"), fs::read_to_string(home.path(LOCK)).ok())
}

#[test]
fn remove_needs_a_yes_and_takes_folder_links_and_entry() {
    let drive = TestDrive::start();
    let home = home(&drive);
    let before = belongings(&home);
    assert_snapshot!(home.run(&["remove", "pdf"]), @r"
    ------- stderr -------
    pdf: `[HOME]/.agents/skills/pdf` and 2 links
    error: an answer is needed and there is nobody to ask: Remove 1 skill from this machine?

    hint: add --yes to agree, or --dry-run to see what would happen
    [exit status: 2]
    ");
    assert_snapshot!(home.run(&["remove", "pdf", "--dry-run"]), @r"
    pdf would be removed
    ------- stderr -------
    pdf: `[HOME]/.agents/skills/pdf` and 2 links
    ");
    assert_eq!(belongings(&home), before);
    assert_snapshot!(home.run(&["remove", "pdf", "--yes"]), @r"
    pdf removed
    ------- stderr -------
    pdf: `[HOME]/.agents/skills/pdf` and 2 links
    hint: skillzdrive undo puts everything back
    ");
    assert!(!home.path(".agents/skills/pdf").exists());
    assert!(fs::symlink_metadata(home.path(".claude/skills/pdf")).is_err());
    assert!(fs::symlink_metadata(home.path(".roo/skills/pdf")).is_err());
    assert!(!home.read(LOCK).contains("[skill.pdf]") && home.read(LOCK).contains("[skill.csv]"));
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(belongings(&home), before);
}

#[test]
fn what_is_not_installed_is_not_found_and_several_are_partial() {
    let drive = TestDrive::start();
    let home = home(&drive);
    let before = belongings(&home);
    assert_snapshot!(home.run(&["remove", "pdg", "--yes"]), @r"
    ------- stderr -------
    error: pdg is not installed (global)

    hint: did you mean pdf?
    [exit status: 5]
    ");
    home.run(&["remove", "nope-1", "nope-2", "--yes"]).exits(5);
    home.run(&["remove", "Not A Slug", "--yes"]).exits(2);
    assert_eq!(belongings(&home), before);
    assert_snapshot!(home.run(&["remove", "notes", "csv", "nope", "--yes"]), @r"
    notes removed
    csv removed
    ------- stderr -------
    notes: `[HOME]/.agents/skills/notes` and 0 links
    warning: notes did not come from a drive: the trash will have the only copy known here
    csv: `[HOME]/.agents/skills/csv` and 2 links
    warning: nope is not installed (global)
    hint: did you mean notes?
    hint: skillzdrive undo puts everything back
    [exit status: 3]
    ");
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(belongings(&home), before);
}

#[test]
fn an_install_is_taken_back_exactly_and_so_is_the_undo() {
    let drive = TestDrive::start();
    let home = home(&drive);
    let before = belongings(&home);
    drive.publish("pdf", "two");
    drive.publish("docx", "one");
    home.run(&["install", "pdf@2", "docx"]).exits(0);
    let after = belongings(&home);
    assert_ne!(before, after);

    let runs = home.run(&["undo", "--list", "--json"]).exits(0).json()["runs"].clone();
    assert_eq!(runs.as_array().unwrap().len(), 2);
    let (newest, first) = (runs[0]["run"].as_str().unwrap(), runs[1]["run"].as_str().unwrap());
    let dry = home.run(&["undo", "--dry-run"]).exits(0);
    assert!(dry.stdout.contains("docx would be gone again") && dry.stdout.contains("pdf would be back"), "{dry}");
    home.run(&["undo"]).exits(2);
    assert_eq!(belongings(&home), after);

    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(belongings(&home), before);
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(belongings(&home), after);
    let twice = home.run(&["undo", newest, "--yes"]).exits(8);
    assert!(twice.stderr.contains("was undone already") && twice.stderr.contains("hint: skillzdrive undo "), "{twice}");

    // An older run: its skills go, what came since stays.
    home.run(&["undo", first, "--yes"]).exits(0);
    assert!(!home.path(".agents/skills/csv").exists());
    assert!(home.path(".agents/skills/docx/SKILL.md").exists());
    let unknown = home.run(&["undo", "20200101T000000000-aaaaaa", "--yes"]).exits(5);
    assert!(unknown.stderr.contains("hint: "), "{unknown}");
    home.run(&["undo", "../../etc", "--yes"]).exits(5);
}

#[test]
fn an_edit_made_since_is_not_lost_by_an_undo() {
    let drive = TestDrive::start();
    let home = home(&drive);
    home.write(".agents/skills/pdf/SKILL.md", skill_md("pdf", "edited"));
    let run = home.run(&["undo", "--yes"]).exits(0);
    assert!(run.stderr.contains("pdf was changed since; its last state is in the trash"), "{run}");
    assert!(!home.path(".agents/skills/pdf").exists());
    home.run(&["trash", "restore", "pdf"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "edited"));
    assert!(home.path(".claude/skills/pdf/SKILL.md").exists());
}

#[test]
fn the_trash_is_listed_restored_and_emptied() {
    let drive = TestDrive::start();
    let home = home(&drive);
    let empty = home.run(&["trash", "list"]).exits(0);
    assert_eq!((empty.stdout.as_str(), empty.stderr.as_str()), ("", "the trash is empty\n"));
    home.run(&["remove", "pdf", "csv", "--yes"]).exits(0);
    let items = home.run(&["trash", "list", "--json"]).exits(0).json()["items"].clone();
    let slugs: Vec<_> = items.as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["pdf", "csv"]);
    let lines = home.run(&["trash", "list"]).exits(0).stdout;
    assert!(lines.lines().all(|line| line.split('\t').count() == 6), "{lines}");

    let run = home.run(&["trash", "restore", "pfd"]).exits(5);
    assert!(run.stderr.contains("did you mean pdf"), "{run}");
    home.run(&["trash", "restore", "pdf", "--dry-run"]).exits(0);
    assert!(!home.path(".agents/skills/pdf").exists());
    home.run(&["trash", "restore", "pdf"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    assert!(home.path(".claude/skills/pdf/SKILL.md").exists() && home.read(LOCK).contains("[skill.pdf]"));
    home.skill(".agents/skills", "csv", "Mine now");
    let run = home.run(&["trash", "restore", "csv"]).exits(8);
    assert!(run.stderr.contains("something lies at"), "{run}");

    home.run(&["trash", "empty"]).exits(2);
    home.run(&["trash", "empty", "--dry-run"]).exits(0);
    assert!(!home.run(&["trash", "list"]).stdout.is_empty());
    let run = home.run(&["trash", "empty", "--yes"]).exits(0);
    assert!(run.stdout.starts_with("deleted "), "{run}");
    assert_eq!(home.run(&["trash", "list"]).stdout, "");
    home.run(&["undo", "--yes"]).exits(5);
    assert!(home.path(".agents/skills/pdf/SKILL.md").exists());
}

#[test]
fn the_trash_keeps_what_the_settings_say() {
    let drive = TestDrive::start();
    let home = home(&drive);
    home.write(".config/skillzdrive/config.toml", "trash_size = \"1 B\"\n");
    for _ in 0..3 {
        home.run(&["remove", "pdf", "--yes"]).exits(0);
        home.run(&["install", "pdf"]).exits(0);
    }
    let runs = home.run(&["undo", "--list", "--json"]).exits(0).json()["runs"].clone();
    // Of seven: the present one, and the one that was the newest when it began.
    assert_eq!(runs.as_array().unwrap().len(), 2, "{runs}");
}

/// Turns a run of the trash into one of so many days ago: its name is its age.
#[cfg(target_os = "linux")]
fn age(home: &Home, run: &str, days: u64) {
    let trash = home.path(".agents/.skillzdrive/trash");
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(days * 86_400);
    let seconds = then.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let mut date = std::process::Command::new("date");
    let stamp = date.args(["-u", "-d", &format!("@{seconds}"), "+%Y%m%dT%H%M%S000"]).output().unwrap().stdout;
    let name = format!("{}{}", String::from_utf8(stamp).unwrap().trim(), &run[18..]);
    fs::rename(trash.join(run), trash.join(name)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn the_trash_keeps_for_so_many_days() {
    let runs = |home: &Home| {
        let list = home.run(&["undo", "--list", "--json"]).exits(0).json()["runs"].clone();
        let ids = list.as_array().unwrap().iter().map(|run| run["run"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let drive = TestDrive::start();
    // The setting, and for how many days something has lain there that the next run still finds.
    for (setting, kept, gone) in [("", 29, 31), ("trash_days = 7\n", 6, 8), ("trash_days = 400\n", 399, 401)] {
        let home = home(&drive);
        home.write(".config/skillzdrive/config.toml", setting);
        let first = runs(&home).remove(0);
        home.run(&["remove", "csv", "--yes"]).exits(0);
        let second = runs(&home).remove(0);
        age(&home, &first, gone);
        age(&home, &second, kept);
        // The newest run is kept whatever its age, so another one comes between.
        home.run(&["remove", "pdf", "--yes"]).exits(0);
        let left = runs(&home);
        assert_eq!(left.len(), 2, "{setting}: {left:?}");
        assert!(left[1].ends_with(&second[18..]), "{setting}: {left:?}");
        home.run(&["undo", &left[1], "--yes"]).exits(0);
        assert!(home.path(".agents/skills/csv/SKILL.md").exists(), "{setting}");
    }
}

#[test]
fn copies_for_agents_are_taken_back_too() {
    let drive = TestDrive::start();
    let home = home(&drive);
    home.run(&["remove", "csv", "pdf", "--yes"]).exits(0);
    home.write(".config/skillzdrive/config.toml", "link_mode = \"copy\"\n");
    let without = belongings(&home);
    home.run(&["install", "pdf"]).exits(0);
    let first = belongings(&home);
    assert_eq!(home.read(".claude/skills/pdf/SKILL.md"), skill_md("pdf", "one"));
    drive.publish("pdf", "two");
    home.run(&["update", "--yes"]).exits(0);
    let second = belongings(&home);
    for agent in [".claude", ".roo"] {
        assert_eq!(home.read(&format!("{agent}/skills/pdf/SKILL.md")), skill_md("pdf", "two"), "{agent}");
    }

    let run = home.run(&["undo", "--yes", "--json"]).exits(0);
    assert_eq!(run.json()["restored"], serde_json::json!(["pdf"]));
    assert_eq!(belongings(&home), first);
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(belongings(&home), second);
    home.run(&["undo", "--yes"]).exits(0);
    let install = home.run(&["undo", "--list", "--json"]).json()["runs"].clone();
    let install = install.as_array().unwrap().iter().find(|run| run["command"] == "install").unwrap()["run"].clone();
    home.run(&["undo", install.as_str().unwrap(), "--yes"]).exits(0);
    assert_eq!(belongings(&home), without);
}

#[test]
fn an_undo_says_that_the_drive_is_told_nothing() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.skill(".agents/skills", "mine", "one");
    drive.publish("pdf", "one");
    drive.ask("POST", "/api/v1/drive/import", Some(serde_json::json!({ "slug": "pdf" })));
    home.run(&["sync", "--yes"]).exits(0);
    let (slugs, balance) = (drive.slugs(), drive.balance());
    for args in [&["undo", "--dry-run"], &["undo", "--yes"]] {
        let run = home.run(args).exits(0);
        assert!(run.stderr.contains("what the drive was told is not taken back\n"), "{run}");
    }
    assert_eq!((drive.slugs(), drive.balance()), (slugs, balance));
    // What told it nothing says nothing.
    home.run(&["install", "pdf"]).exits(0);
    let run = home.run(&["undo", "--yes"]).exits(0);
    assert!(!run.stderr.contains("the drive"), "{run}");
}

#[test]
fn a_skill_of_ones_own_behind_a_link_is_never_replaced_or_deleted() {
    let drive = TestDrive::start();
    let home = home(&drive);
    drive.publish("mine", "theirs");
    home.skill("work", "mine", "Mine");
    std::os::unix::fs::symlink("../../work/mine", home.path(".agents/skills/mine")).unwrap();
    let before = home.tree("work");
    let run = home.run(&["install", "mine", "--yes"]).exits(8);
    assert!(run.stderr.contains("is a link to another folder"), "{run}");
    let run = home.run(&["remove", "mine", "--yes"]).exits(0);
    assert!(run.stdout.contains("mine unlinked, its folder stays"), "{run}");
    assert!(fs::symlink_metadata(home.path(".agents/skills/mine")).is_err());
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(fs::read_link(home.path(".agents/skills/mine")).unwrap(), std::path::Path::new("../../work/mine"));
    assert_eq!(home.tree("work"), before);
}

#[test]
fn a_repository_and_a_linked_folder_are_only_unlinked() {
    let drive = TestDrive::start();
    let home = home(&drive);
    home.mkdir(".agents/skills/pdf/.git");
    let run = home.run(&["remove", "pdf", "--yes"]).exits(0);
    assert!(run.stdout.contains("pdf unlinked, its folder stays"), "{run}");
    assert!(home.path(".agents/skills/pdf/SKILL.md").exists());
    assert!(fs::symlink_metadata(home.path(".claude/skills/pdf")).is_err());
    assert!(!home.read(LOCK).contains("[skill.pdf]"));
}
