//! Several projects in one repository: all of them in one run, and lockfiles that git merges.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use serde_json::json;

use crate::harness::Home;
use crate::harness::TestDrive;

/// A repository with three projects, `pdf` in each, and what a person would not want to be looked at.
fn repository(home: &Home) {
    home.mkdir("repo/.git");
    for project in ["repo", "repo/apps/web", "repo/libs/a"] {
        let folder = home.mkdir(project);
        // Below the root of a repository, a folder is a project of its own only when it is made one.
        home.run_in(&folder, &["init", "--here", "--defaults"]).exits(0);
        home.run_in(&folder, &["install", "pdf"]).exits(0);
        assert!(folder.join(".agents/skills/pdf").exists(), "{project}");
    }
    home.write("repo/.gitignore", "/out\n");
    for hidden in ["out", "node_modules/x", "target"] {
        home.write(&format!("repo/{hidden}/skillzdrive.lock"), "not a lockfile");
    }
}

fn by_project<'a>(document: &'a Value, project: &str) -> &'a Value {
    document["projects"].as_array().unwrap().iter().find(|one| one["project"] == project).unwrap()
}

#[test]
fn every_project_of_a_repository_is_looked_at_and_restored() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    repository(&home);
    assert_eq!(home.read("repo/apps/web/.gitattributes"), ".agents/skills/** -text\n");
    let web = home.path("repo/apps/web");
    // From anywhere in it.
    let status = home.run_in(&web, &["status", "--all", "--json"]).exits(0).json();
    let names: Vec<&Value> = status["projects"].as_array().unwrap().iter().map(|one| &one["project"]).collect();
    assert_eq!(names, [".", "apps/web", "libs/a"], "{status}");
    assert_eq!(status["below"], home.path("repo").display().to_string());

    std::fs::remove_dir_all(web.join(".agents/skills/pdf")).unwrap();
    home.write("repo/libs/a/.agents/skills/pdf/SKILL.md", "---\nname: pdf\ndescription: mine\n---\n");
    let status = home.run_in(&web, &["status", "--all"]).exits(0);
    let lines: Vec<&str> = status.stdout.lines().collect();
    assert_eq!(
        lines,
        ["apps/web\tmissing\tpdf\t.agents/skills/pdf\t", "libs/a\tmodified\tpdf\t.agents/skills/pdf\t",],
        "{status}"
    );
    assert!(status.stderr.contains("3 projects\n") && status.stderr.contains("install --all"), "{status}");

    // One lockfile that cannot be read stops nobody else.
    let lock = home.read("repo/libs/a/skillzdrive.lock");
    home.write("repo/libs/a/skillzdrive.lock", "version = 9\n");
    let status = home.run_in(&web, &["status", "--all", "--json"]).exits(7).json();
    assert_eq!(
        (&status["failed"][0]["project"], &status["failed"][0]["kind"]),
        (&json!("libs/a"), &json!("integrity"))
    );
    let dry = home.run_in(&web, &["install", "--all", "--dry-run"]).exits(7);
    assert!(dry.stdout.contains("would install pdf@1"), "{dry}");
    assert!(!web.join(".agents/skills/pdf").exists());
    drive.forget();
    let run = home.run_in(&web, &["install", "--all"]).exits(7);
    assert!(
        run.stderr.contains("libs/a/skillzdrive.lock:1:11: version 9") && run.stderr.contains("apps/web:\n"),
        "{run}"
    );
    assert!(web.join(".agents/skills/pdf/SKILL.md").exists());
    assert_eq!(drive.count("POST /api/v1/telemetry/anonymous"), 1, "one run is one event");
    home.write("repo/libs/a/skillzdrive.lock", lock);

    // An edited skill is not replaced unasked: the others are restored, and the worst of them is the exit code.
    std::fs::remove_dir_all(web.join(".agents/skills/pdf")).unwrap();
    let run = home.run_in(&web, &["install", "--all", "--frozen", "--offline", "--json"]);
    let document = run.json();
    assert_eq!(by_project(&document, "apps/web")["skills"][0]["change"], "installed", "{run}");
    assert_eq!(by_project(&document, ".")["skills"][0]["change"], "unchanged", "{run}");
    assert!(run.code != Some(0), "{run}");
    home.run_in(&web, &["install", "--all", "--frozen", "--offline", "--yes"]).exits(0);
    let status = home.run_in(&home.path("repo"), &["status", "--all"]).exits(0);
    assert!(status.stdout.is_empty() && status.stderr.contains("nothing differs"), "{status}");

    home.run_in(&web, &["install", "--all", "--global"]).exits(2);
    let none = home.run_in(&home.mkdir("empty"), &["install", "--all"]).exits(0);
    assert!(none.stderr.contains("no skillzdrive.lock below"), "{none}");
}

/// Git in the repository, as the home has it, with the program where git looks for programs.
fn git(home: &Home, args: &[&str]) -> (bool, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_skillzdrive")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(args);
    command.current_dir(home.path("repo")).env_clear().env("HOME", home.root()).env("PATH", path);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn entry(slug: &str, digit: char) -> String {
    let sha = digit.to_string().repeat(64);
    format!("\n[skill.{slug}]\nversion = 1\ncontent_sha = \"{sha}\"\nsource = \"skillzdrive\"\n")
}

#[test]
fn git_merges_lockfiles_skill_by_skill() {
    let home = Home::new();
    home.mkdir("repo");
    let repo = home.path("repo");
    let lock = |entries: &[(&str, char)]| {
        let entries: String = entries.iter().map(|(slug, digit)| entry(slug, *digit)).collect();
        home.write("repo/skillzdrive.lock", format!("version = 1\n{entries}"));
    };
    let must = |args: &[&str]| {
        let (is_well, said) = git(&home, args);
        assert!(is_well, "git {args:?}: {said}");
    };
    home.run_in(&repo, &["config", "--git"]).exits(2);
    must(&["init", "-q", "-b", "main"]);
    let dry = home.run_in(&repo, &["config", "--git", "--dry-run"]).exits(0);
    assert!(dry.stdout.contains("would add `skillzdrive.lock merge=skillzdrive` to .gitattributes"), "{dry}");
    assert!(!home.path("repo/.gitattributes").exists() && !git(&home, &["config", "merge.skillzdrive.driver"]).0);
    home.write("repo/.gitattributes", "*.png binary");
    home.mkdir("repo/deep");
    let said = home.run_in(&home.path("repo/deep"), &["config", "--git", "--json"]).exits(0).json();
    assert_eq!(said["settings_changed"].as_array().unwrap().len(), 2);
    assert_eq!(home.read("repo/.gitattributes"), "*.png binary\nskillzdrive.lock merge=skillzdrive\n");
    let again = home.run_in(&repo, &["config", "--git", "--json"]).exits(0).json();
    assert_eq!((&again["settings_changed"], &again["attributes_changed"]), (&json!([]), &json!(false)));

    // Neighbours that a merge of lines would make a conflict of.
    lock(&[("csv", 'a'), ("pdf", 'a')]);
    must(&["add", "."]);
    must(&["commit", "-q", "-m", "base"]);
    must(&["checkout", "-q", "-b", "other"]);
    lock(&[("csv", 'a'), ("data", 'c'), ("pdf", 'b')]);
    must(&["commit", "-q", "-a", "-m", "theirs"]);
    must(&["checkout", "-q", "main"]);
    lock(&[("csv", 'b'), ("deck", 'd'), ("pdf", 'a')]);
    must(&["commit", "-q", "-a", "-m", "ours"]);
    must(&["merge", "-q", "-m", "both", "other"]);
    let merged = home.read("repo/skillzdrive.lock");
    let expected: String = [("csv", 'b'), ("data", 'c'), ("deck", 'd'), ("pdf", 'b')]
        .iter()
        .map(|(slug, digit)| entry(slug, *digit))
        .collect();
    assert_eq!(merged, format!("version = 1\n{expected}"));

    // Both sides change one skill: git shows a conflict, and the file says which.
    must(&["checkout", "-q", "-b", "third"]);
    lock(&[("csv", 'e'), ("data", 'c'), ("deck", 'd'), ("new", 'a'), ("pdf", 'b')]);
    must(&["commit", "-q", "-a", "-m", "theirs"]);
    must(&["checkout", "-q", "main"]);
    lock(&[("csv", 'f'), ("data", 'c'), ("pdf", 'b')]);
    must(&["commit", "-q", "-a", "-m", "ours"]);
    let (is_well, said) = git(&home, &["merge", "third"]);
    assert!(!is_well && said.contains("CONFLICT (content)"), "{said}");
    assert!(said.contains("warning: skillzdrive.lock: both sides changed csv"), "{said}");
    let text = home.read("repo/skillzdrive.lock");
    let (f, e) = (entry("csv", 'f'), entry("csv", 'e'));
    let between = format!("\n<<<<<<< ours{f}=======\n{}>>>>>>> theirs\n", &e[1..]);
    assert!(text.starts_with(&format!("version = 1\n{between}")), "{text}");
    assert!(text.ends_with(&[entry("data", 'c'), entry("new", 'a'), entry("pdf", 'b')].concat()), "{text}");
    assert!(git(&home, &["status", "--short"]).1.contains("UU skillzdrive.lock"));
    let listed = home.run_in(&repo, &["list", "--json"]).exits(7);
    assert!(listed.json_error()["message"].as_str().unwrap().contains("merge conflict marker"), "{listed}");

    // A side that is no lockfile: nothing of either is lost.
    must(&["merge", "--abort"]);
    must(&["checkout", "-q", "third"]);
    home.write("repo/skillzdrive.lock", "version = 9\n");
    must(&["commit", "-q", "-a", "-m", "a newer one"]);
    must(&["checkout", "-q", "main"]);
    let (is_well, said) = git(&home, &["merge", "third"]);
    assert!(!is_well && said.contains("skillzdrive.lock:1:11: version 9 is not known"), "{said}");
    let text = home.read("repo/skillzdrive.lock");
    assert!(
        text.starts_with("<<<<<<< ours\nversion = 1\n") && text.ends_with("\nversion = 9\n>>>>>>> theirs\n"),
        "{text}"
    );
}

#[test]
fn the_merge_says_what_it_did_and_a_look_writes_nothing() {
    let home = Home::new();
    let lock = |name: &str, digit: char| home.write(name, format!("version = 1\n{}", entry("pdf", digit)));
    lock("base", 'a');
    lock("ours", 'b');
    lock("theirs", 'c');
    let ours = home.read("ours");
    let merge = ["lock", "merge", "base", "ours", "theirs", "--json"];
    let dry = home.run(&[&merge[..], &["--dry-run", "--path", "x/skillzdrive.lock"]].concat()).exits(8).json();
    assert_eq!(dry, json!({"path": "x/skillzdrive.lock", "conflicts": ["pdf"], "dry_run": true}));
    assert_eq!(home.read("ours"), ours);
    home.run(&[&merge[..], &["--marker-size", "9"]].concat()).exits(8);
    assert!(home.read("ours").contains(&format!("{} ours\n", "<".repeat(9))));
    lock("ours", 'a');
    assert_eq!(home.run(&merge).exits(0).json()["conflicts"], json!([]));
    assert_eq!(home.read("ours"), home.read("theirs"));
    home.run(&["lock", "merge", "base", "ours", "nowhere"]).exits(2);
    home.run(&["lock", "merge", "base", "ours", "theirs", "--marker-size", "0"]).exits(2);
}
