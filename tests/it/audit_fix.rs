//! `audit --fix`: what was installed comes back exactly, and nothing that a person wrote is lost by it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::audit::found;
use crate::audit::installed;
use crate::audit::tamper;
use crate::harness::Home;
use crate::harness::TestDrive;

const LOCK: &str = "own/data/skillzdrive.lock";

#[test]
fn a_fix_puts_everything_back_and_an_undo_the_edits() {
    let (drive, home) = installed(&["edited", "gone", "linkless", "whole"]);
    let everything = || (home.tree(".agents/skills"), home.tree(".roo"), home.read(LOCK));
    let before = everything();
    home.write(".agents/skills/edited/SKILL.md", "my edits");
    home.write(".agents/skills/edited/more.txt", "more");
    fs::remove_dir_all(home.path(".agents/skills/gone")).unwrap();
    fs::remove_file(home.path(".roo/skills/linkless")).unwrap();
    let keys = home.write("own/config/credentials.toml", "");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).unwrap();
    let damaged = everything();
    drive.forget();

    let refused = home.run(&["audit", "--fix"]).exits(2);
    assert!(refused.stderr.contains("add --yes"), "{refused}");
    let dry = home.run(&["audit", "--fix", "--dry-run", "--json"]).exits(10);
    let slugs = |run: &crate::harness::Run| -> Vec<String> {
        let skills = run.json()["fixed"]["skills"].as_array().unwrap().clone();
        skills.iter().map(|skill| skill["slug"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(slugs(&dry), ["edited", "gone", "linkless"]);
    assert_eq!(everything(), damaged);

    assert_snapshot!(home.run(&["audit", "--fix", "--yes"]), @r"
    ------- stderr -------
    found own/config/credentials.toml: mode 644: others can read the keys in it
    found .agents/skills/edited/SKILL.md: its bytes are not those that were installed
    found .agents/skills/edited/more.txt: it did not come with the skill
    found .roo/skills/gone: it leads nowhere
    found .agents/skills/gone: the lockfile names it and it is not there
    found .roo/skills/linkless: no link for roo
    restore edited
    restore gone
    link linkless
    make [HOME]/own/config/credentials.toml private
    warning: [HOME]/own/config/credentials.toml is private now; replace its keys if others use this machine
    restored edited in [HOME]/.agents/skills/edited
    restored gone in [HOME]/.agents/skills/gone
    linked linkless at [HOME]/.roo/skills/linkless
    hint: skillzdrive undo takes this back
    not analysed: upstream: not checked for newer and withdrawn versions; --online asks the drive
    4 skills checked: nothing found
    ");
    assert_eq!(everything(), before);
    assert_eq!(fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(drive.asked_lines(), Vec::<String>::new(), "the cache had everything");
    home.run(&["audit", "--fix"]).exits(0);

    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.read(".agents/skills/edited/SKILL.md"), "my edits");
    assert_eq!(home.read(".agents/skills/edited/more.txt"), "more");
    assert_eq!(everything(), damaged);
}

#[test]
fn exactly_the_locked_bytes_come_back_from_a_drive_that_moved_on() {
    let (drive, home) = installed(&["pdf"]);
    let before = (home.tree(".agents/skills"), home.read(LOCK));
    drive.publish("pdf", "two");
    tamper(&home.path(".agents/skills/pdf/SKILL.md"));
    fs::remove_dir_all(home.path("own/cache")).unwrap();
    let run = home.run(&["audit", "--fix", "--yes", "--offline", "--json"]).exits(10);
    assert_eq!(
        found(&home, &run),
        ["high skill-changed pdf .agents/skills/pdf", "low format pdf .agents/skills/pdf/SKILL.md"]
    );
    assert_eq!(run.json()["fixed"]["failed"][0]["kind"], "unavailable");
    let run = home.run(&["audit", "--fix", "--yes", "--json"]).exits(0);
    assert_eq!(run.json()["fixed"]["skills"][0]["change"], "replaced");
    assert_eq!((home.tree(".agents/skills"), home.read(LOCK)), before);
}

#[test]
fn what_is_in_the_way_and_not_ours_stays() {
    let (_drive, home) = installed(&["pdf"]);
    fs::remove_file(home.path(".roo/skills/pdf")).unwrap();
    home.write(".roo/skills/pdf/notes.txt", "mine");
    home.skill(".agents/skills", "mine", "never installed");
    let run = home.run(&["audit", "--fix", "--yes", "--json"]).exits(10);
    let left = ["high skill-not-locked mine .agents/skills/mine", "high link-foreign pdf .roo/skills/pdf"];
    assert_eq!(found(&home, &run), left);
    assert_eq!(home.read(".roo/skills/pdf/notes.txt"), "mine");
    assert!(home.path(".agents/skills/mine/SKILL.md").is_file());
}

#[test]
fn edits_of_ones_own_skill_are_only_replaced_when_it_is_named() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".roo");
    let skill = home.skill(".roo/skills", "mine", "synced");
    home.run(&["sync", "--yes"]).exits(0);
    home.run(&["audit"]).exits(0);
    let before = home.tree(".roo/skills/mine");
    fs::write(skill.join("SKILL.md"), crate::harness::skill_md("mine", "a day's work")).unwrap();
    let edited = home.tree(".roo/skills/mine");
    let run = home.run(&["audit", "--fix", "--yes"]).exits(10);
    assert!(run.stderr.contains("mine is your own work and was left as it is"), "{run}");
    assert_eq!(home.tree(".roo/skills/mine"), edited);
    home.run(&["audit", "--fix", "--yes", "mine"]).exits(0);
    assert_eq!(home.tree(".roo/skills/mine"), before);
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.tree(".roo/skills/mine"), edited);
}

/// The copies of damaged lockfiles in the trash.
fn kept(home: &Home) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(home.path(".agents/.skillzdrive/trash"));
    all.into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.ends_with("skillzdrive.lock.damaged"))
        .collect()
}

#[test]
fn a_merge_that_was_not_finished_is_resolved_by_what_is_here() {
    let (_drive, home) = installed(&["csv", "pdf"]);
    let good = home.read(LOCK);
    let (head, table) = good.split_at(good.find("[skill.pdf]").unwrap());
    let sha = table.split("content_sha = \"").nth(1).unwrap()[..64].to_owned();
    let theirs = table.replace(&sha, &"e".repeat(64)).replace("version = 1", "version = 2");
    let damaged = format!("{head}<<<<<<< HEAD\n{theirs}=======\n{table}>>>>>>> branch\n");
    home.write(LOCK, &damaged);
    home.run(&["audit"]).exits(7);
    home.run(&["audit", "--fix", "--yes"]).exits(7);
    home.run(&["audit", "--fix", "--lock"]).exits(2);
    let dry = home.run(&["audit", "--fix", "--lock", "--dry-run", "--json"]).exits(0);
    assert_eq!(found(&home, &dry), Vec::<String>::new());
    assert_eq!(dry.json()["not_analysed"].as_array().unwrap().len(), 1);
    assert_eq!(dry.json()["lock"]["dry_run"], true);
    assert_eq!(home.read(LOCK), damaged);

    let run = home.run(&["audit", "--fix", "--lock", "--yes"]).exits(0);
    assert!(run.stderr.contains("a merge conflict marker"), "{run}");
    assert_eq!(home.read(LOCK), good);
    let [copy] = kept(&home).try_into().unwrap();
    assert_eq!(fs::read_to_string(copy).unwrap(), damaged);
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.read(LOCK), damaged);

    home.write(LOCK, &good);
    let run = home.run(&["audit", "--fix", "--lock"]).exits(0);
    assert!(run.stderr.contains("nothing to rebuild"), "{run}");
}

#[test]
fn a_truncated_lockfile_is_filled_from_the_trash_the_notes_and_the_files() {
    let (_drive, home) = installed(&["csv", "pdf"]);
    let good = home.read(LOCK);
    let cut = good.find("[skill.pdf]").unwrap() + "[skill.pdf]\nversion = 1\ncontent_sha = \"12".len();
    let damaged = format!("{}\n[skill.ghost]\ncontent_sha = 7\n", &good[..cut]);
    let from = |home: &Home| -> (Vec<String>, String) {
        home.write(LOCK, &damaged);
        let run = home.run(&["audit", "--fix", "--lock", "--yes", "--json"]).exits(0);
        let lock = run.json()["lock"].clone();
        assert_eq!(lock["lost"], serde_json::json!(["ghost"]));
        let entries = lock["entries"].as_array().unwrap().clone();
        (entries.iter().map(|entry| entry["from"].as_str().unwrap().to_owned()).collect(), home.read(LOCK))
    };
    assert_eq!(from(&home), (vec!["lockfile".to_owned(), "trash".to_owned()], good.clone()));
    fs::remove_dir_all(home.path(".agents/.skillzdrive")).unwrap();
    let (entries, text) = from(&home);
    assert_eq!(entries, ["lockfile", "notes"]);
    // Only the number is lost: the digest is the one that was installed.
    let poorer = format!("{}{}", &good[..cut], &good[cut..]).replacen("version = 1\ncontent_sha", "content_sha", 3);
    assert_eq!(text.split("[skill.pdf]").nth(1), poorer.split("[skill.pdf]").nth(1));
    for folder in [".agents/.skillzdrive", "own/state"] {
        fs::remove_dir_all(home.path(folder)).unwrap();
    }
    let (entries, again) = from(&home);
    assert_eq!((entries, again), (vec!["lockfile".to_owned(), "files".to_owned()], text));
}

#[test]
fn a_damaged_lockfile_does_not_bless_files_that_were_changed_with_it() {
    let (_drive, home) = installed(&["csv", "pdf"]);
    let good = home.read(LOCK);
    tamper(&home.path(".agents/skills/csv/SKILL.md"));
    tamper(&home.path(".agents/skills/pdf/SKILL.md"));
    let mut damaged = good.replace("[skill.pdf]", "[skill.pdf]\nsurprise = 1").into_bytes();
    damaged.extend([b'#', 0xFF, b'\n']);
    home.write(LOCK, &damaged);
    let run = home.run(&["audit"]).exits(7);
    assert!(run.stderr.contains("not UTF-8"), "{run}");
    let run = home.run(&["audit", "--fix", "--lock", "--yes", "--json"]).exits(10);
    assert_eq!(
        found(&home, &run),
        [
            "high file-changed csv .agents/skills/csv/SKILL.md",
            "high file-changed pdf .agents/skills/pdf/SKILL.md",
            "low format csv .agents/skills/csv/SKILL.md",
            "low format pdf .agents/skills/pdf/SKILL.md",
        ]
    );
    assert_eq!(home.read(LOCK), good);
    let [copy] = kept(&home).try_into().unwrap();
    assert_eq!(fs::read(copy).unwrap(), damaged);
}
