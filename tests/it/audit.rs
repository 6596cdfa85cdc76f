//! `audit`: every byte and every link against the lockfile, and what was not looked at is never "ok".

use std::fs;
use std::fs::File;
use std::fs::FileTimes;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;
use std::time::SystemTime;

use insta::assert_snapshot;
use serde_json::Value;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::Run;
use crate::harness::TestDrive;
use crate::harness::tree;

/// A drive with public skills, and a home with one agent where they are installed.
pub(crate) fn installed(skills: &[&str]) -> (TestDrive, Home) {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    let own = home.path("own").display().to_string();
    let home = home.with("SKILLZDRIVE_HOME", &own);
    home.mkdir(".roo");
    for slug in skills {
        drive.publish(slug, "one");
    }
    if !skills.is_empty() {
        home.run(&[&["install"], skills].concat()).exits(0);
    }
    (drive, home)
}

/// `severity rule slug place` of every finding, in their order.
pub(crate) fn found(home: &Home, run: &Run) -> Vec<String> {
    let root = format!("{}/", home.root().display());
    let line = |finding: &Value| {
        let text = |field: &str| finding[field].as_str().unwrap().replacen(&root, "", 1);
        format!("{} {} {} {}", text("severity"), text("rule"), text("slug"), text("place"))
    };
    run.json()["findings"].as_array().unwrap().iter().map(line).collect()
}

/// What was not looked at, as one text.
fn not_analysed(run: &Run) -> String {
    let lines = run.json()["not_analysed"].as_array().unwrap().clone();
    lines.iter().map(|line| line.as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Changes one byte and gives the file its old times again.
pub(crate) fn tamper(path: &Path) {
    let meta = fs::metadata(path).unwrap();
    let times = FileTimes::new().set_modified(meta.modified().unwrap()).set_accessed(meta.accessed().unwrap());
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
    File::options().write(true).open(path).unwrap().set_times(times).unwrap();
    let after = fs::metadata(path).unwrap();
    assert_eq!((after.len(), after.modified().unwrap()), (meta.len(), meta.modified().unwrap()));
}

fn lock_text(home: &Home) -> String {
    home.read("own/data/skillzdrive.lock")
}

#[test]
fn what_is_installed_untouched_is_clean() {
    let (drive, home) = installed(&["csv", "pdf"]);
    drive.forget();
    assert_snapshot!(home.run(&["audit"]), @r"
    ------- stderr -------
    not analysed: upstream: not checked for newer and withdrawn versions; --online asks the drive
    2 skills checked: nothing found
    ");
    assert_eq!(drive.asked_lines(), Vec::<String>::new(), "nobody was to be asked");
    let told = drive.asked().iter().any(|asked| String::from_utf8_lossy(&asked.body).contains("\"audit\""));
    assert!(told, "telemetry counts the command");
    assert_eq!(found(&home, &home.run(&["audit", "--json", "--offline"]).exits(0)), Vec::<String>::new());
    let empty = Home::new();
    empty.run(&["audit", "--offline"]).exits(0);
}

#[test]
fn one_byte_is_found_whatever_the_clock_says() {
    let (_drive, home) = installed(&["csv", "pdf"]);
    tamper(&home.path(".agents/skills/pdf/scripts/run.sh"));
    // Untouched, but from next year.
    let csv = File::options().write(true).open(home.path(".agents/skills/csv/SKILL.md")).unwrap();
    csv.set_modified(SystemTime::now() + Duration::from_secs(365 * 86_400)).unwrap();
    let run = home.run(&["audit"]).exits(10);
    assert_snapshot!(run, @r"
    high	file-changed	pdf	.agents/skills/pdf/scripts/run.sh	its bytes are not those that were installed
    ------- stderr -------
    not analysed: upstream: not checked for newer and withdrawn versions; --online asks the drive
    2 skills checked: 1 high
    hint: file-changed: skillzdrive audit --fix puts back what was installed; what is there goes to the trash
    [exit status: 10]
    ");
    assert_eq!(found(&home, &home.run(&["audit", "csv", "--json"]).exits(0)), Vec::<String>::new());
    home.run(&["audit", "pdf", "--quiet"]).exits(10);
}

#[test]
fn changed_missing_and_extra_files_are_named_when_the_package_is_there() {
    let (_drive, home) = installed(&["pdf"]);
    home.write(".agents/skills/pdf/SKILL.md", "gone");
    fs::remove_file(home.path(".agents/skills/pdf/scripts/run.sh")).unwrap();
    home.write(".agents/skills/pdf/extra/x.txt", "x");
    home.write(".agents/skills/pdf/.env", "SECRET=1");
    let run = home.run(&["audit", "--json"]).exits(10);
    assert_eq!(
        found(&home, &run),
        [
            "high file-changed pdf .agents/skills/pdf/SKILL.md",
            "high file-extra pdf .agents/skills/pdf/extra/x.txt",
            "high file-missing pdf .agents/skills/pdf/scripts/run.sh",
            "low format pdf .agents/skills/pdf/SKILL.md",
        ]
    );
    let first = &run.json()["findings"][0];
    assert_eq!(first["path"], "SKILL.md");
    assert_eq!(first["line"], Value::Null);
    assert!(!first["message"].as_str().unwrap().is_empty() && !first["help"].as_str().unwrap().is_empty());
    assert_eq!(run.json()["counts"], serde_json::json!({ "critical": 0, "high": 3, "medium": 0, "low": 1 }));
    assert!(not_analysed(&run).contains("pdf: `.env`: no part of a skill's digest"), "{}", not_analysed(&run));

    fs::remove_dir_all(home.path("own/cache/zips")).unwrap();
    let run = home.run(&["audit", "--json"]).exits(10);
    assert_eq!(
        found(&home, &run),
        ["high skill-changed pdf .agents/skills/pdf", "low format pdf .agents/skills/pdf/SKILL.md"]
    );
    assert!(run.json()["findings"][0]["message"].as_str().unwrap().contains("without the package"));
}

#[test]
fn what_is_not_where_it_should_be_is_found() {
    let (_drive, home) = installed(&["clean", "dead", "elsewhere", "foreign", "gone", "linkless", "odd", "twin"]);
    let relink = |slug: &str| fs::remove_file(home.path(&format!(".roo/skills/{slug}"))).unwrap();
    relink("dead");
    symlink("../../else/.agents/skills/dead", home.path(".roo/skills/dead")).unwrap();
    fs::rename(home.path(".agents/skills/elsewhere"), home.path("moved")).unwrap();
    symlink(home.path("moved"), home.path(".agents/skills/elsewhere")).unwrap();
    relink("foreign");
    home.write(".roo/skills/foreign/notes.txt", "mine");
    fs::remove_dir_all(home.path(".agents/skills/gone")).unwrap();
    relink("linkless");
    fs::remove_file(home.path(".agents/skills/odd/SKILL.md")).unwrap();
    relink("twin");
    home.skill(".roo/skills", "twin", "other bytes");
    home.skill(".agents/skills", "mine", "never installed");
    home.skill(".roo/skills", "own", "never synced");
    let keys = home.write("own/config/credentials.toml", "");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).unwrap();
    let all = [
        "critical key-file-mode  own/config/credentials.toml",
        "high link-dead dead .roo/skills/dead",
        "high link-foreign elsewhere .agents/skills/elsewhere",
        "high link-foreign foreign .roo/skills/foreign",
        "high link-dead gone .roo/skills/gone",
        "high skill-missing gone .agents/skills/gone",
        "high link-missing linkless .roo/skills/linkless",
        "high skill-not-locked mine .agents/skills/mine",
        "high skill-unreadable odd .agents/skills/odd",
        "high skill-twin twin .roo/skills/twin",
        "low skill-unmanaged own .roo/skills/own",
    ];
    assert_eq!(found(&home, &home.run(&["audit", "--json"]).exits(10)), all);
    let gone: Vec<&str> = all.into_iter().filter(|line| line.contains(" gone ")).collect();
    assert_eq!(found(&home, &home.run(&["audit", "--json", "gone"]).exits(10)), gone);
    assert_eq!(found(&home, &home.run(&["audit", "--json", "clean"]).exits(0)), Vec::<String>::new());
}

#[test]
fn a_lockfile_that_was_changed_with_the_files_is_not_believed() {
    let (_drive, home) = installed(&["pdf"]);
    let before = (home.tree(".agents/skills"), lock_text(&home));
    let with_tree = |tree: &str| before.1.replace("source =", &format!("tree_sha = \"{tree}\"\nsource ="));
    home.write("own/data/skillzdrive.lock", with_tree(&"f".repeat(64)));
    let run = home.run(&["audit", "--json"]).exits(10);
    assert_eq!(found(&home, &run), ["high lock-inconsistent pdf .agents/skills/pdf"]);

    tamper(&home.path(".agents/skills/pdf/SKILL.md"));
    let tree = digest_dir(&home.path(".agents/skills/pdf"), &PackOptions::installed()).unwrap().sha;
    home.write("own/data/skillzdrive.lock", with_tree(tree.as_str()));
    let run = home.run(&["audit", "--json"]).exits(10);
    assert_eq!(
        found(&home, &run),
        [
            "high file-changed pdf .agents/skills/pdf/SKILL.md",
            "high lock-inconsistent pdf .agents/skills/pdf",
            "low format pdf .agents/skills/pdf/SKILL.md",
        ]
    );
    home.run(&["audit", "--fix", "--yes"]).exits(0);
    assert_eq!((home.tree(".agents/skills"), lock_text(&home)), before);
}

#[test]
fn the_drive_is_asked_for_what_is_behind_superseded_and_withdrawn() {
    let (drive, home) = installed(&["behind", "current", "superseded", "withdrawn"]);
    drive.publish("behind", "two");
    drive.withdraw("withdrawn");
    // Other bytes under the number that was installed: the files here are untouched.
    let lock = lock_text(&home);
    let table = lock.split_inclusive("\n\n").find(|table| table.contains("[skill.superseded]")).unwrap();
    let sha = table.split("content_sha = \"").nth(1).unwrap()[..64].to_owned();
    let other = format!("content_sha = \"{}\"\ntree_sha = \"{sha}\"", "f".repeat(64));
    let changed = table.replace(&format!("content_sha = \"{sha}\""), &other);
    home.write("own/data/skillzdrive.lock", lock.replace(table, &changed));
    let expected = [
        "high skill-withdrawn withdrawn .agents/skills/withdrawn",
        "medium skill-superseded superseded .agents/skills/superseded",
        "low skill-behind behind .agents/skills/behind",
    ];
    assert_eq!(found(&home, &home.run(&["audit", "--json"]).exits(0)), Vec::<String>::new());
    let run = home.run(&["audit", "--json", "--online"]).exits(10);
    assert_eq!(found(&home, &run), expected);
    assert!(!not_analysed(&run).contains("upstream"), "{}", not_analysed(&run));
    home.run(&["audit", "--online", "--fail-on", "critical"]).exits(0);
    let run = home.run(&["audit", "--json", "--online", "behind"]).exits(0);
    assert_eq!(found(&home, &run), &expected[2..]);

    home.run_with_input(&["login", "--with-token"], &drive.key).exits(0);
    let run = home.run(&["audit", "--json", "--online"]).exits(10);
    assert_eq!(found(&home, &run), expected, "with a key");
}

#[test]
fn a_withdrawn_skill_is_told_from_a_private_one() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    let pulled = drive.publish("pulled", "one");
    home.skill(".agents/skills", "private", "mine");
    home.run(&["sync", "--yes"]).exits(0);
    let (status, _) = drive.ask("POST", "/api/v1/drive/import", Some(serde_json::json!({ "skillSlug": "pulled" })));
    assert_eq!(status, 201);
    home.run(&["install", &format!("pulled@{pulled}")]).exits(0);
    let run = home.run(&["audit", "--json", "--online"]).exits(0);
    assert_eq!(found(&home, &run), Vec::<String>::new());

    // The drive goes on showing a withdrawn skill to those who have it.
    drive.withdraw("pulled");
    let run = home.run(&["audit", "--json", "--online"]).exits(10);
    assert_eq!(found(&home, &run), ["high skill-withdrawn pulled .agents/skills/pulled"]);
    home.run(&["logout"]).exits(0);
    let run = home.run(&["audit", "--json", "--online"]).exits(10);
    assert_eq!(found(&home, &run), ["high skill-withdrawn pulled .agents/skills/pulled"]);
    let said = not_analysed(&run);
    assert!(said.contains("private: not checked upstream: it is not in the marketplace"), "{said}");
}

#[test]
fn what_was_not_reached_is_not_checked() {
    let (drive, home) = installed(&["pdf"]);
    let expect = |args: &[&str], reason: &str| {
        let run = home.run(&[&["audit", "--online", "--json"], args].concat()).exits(0);
        assert_eq!(found(&home, &run), Vec::<String>::new());
        let said = not_analysed(&run);
        assert!(said.contains(&format!("pdf: not checked upstream: {reason}")), "{said}");
    };
    expect(&["--offline"], "this is offline");
    expect(&["--server", "http://127.0.0.1:9"], "the lockfile was made with http://127.0.0.1:");
    drive.fail("GET", "/marketplace.json", usize::MAX, Fault::Answer(403, Vec::new(), "{}".to_owned()));
    expect(&[], "127.0.0.1");
}

#[test]
fn levels_names_and_forms_decide_the_status() {
    let (_drive, home) = installed(&["pdf"]);
    home.skill(".roo/skills", "own", "never synced");
    home.run(&["audit"]).exits(0);
    home.run(&["audit", "--fail-on", "medium"]).exits(0);
    home.run(&["audit", "--fail-on", "low"]).exits(10);
    home.run(&["audit", "--fail-on", "some"]).exits(2);
    home.write("own/config/config.toml", "fail_on = \"low\"\n");
    home.run(&["audit"]).exits(10);
    home.run(&["audit", "--fail-on", "high"]).exits(0);
    home.run(&["audit", "--json", "--sarif"]).exits(2);
    home.run(&["audit", "--lock"]).exits(2);
    let unknown = home.run(&["audit", "pfd"]).exits(5);
    assert!(unknown.stderr.contains("did you mean pdf?"), "{unknown}");
    home.write("own/data/skillzdrive.lock", "version = 1\n<<<<<<< HEAD\n");
    let damaged = home.run(&["audit", "--json"]).exits(7);
    assert_eq!(damaged.json_error()["code"], "lockfile_invalid");
    assert!(damaged.stderr.contains("audit --fix --lock"), "{damaged}");
}

#[test]
fn a_projects_own_skills_are_looked_at() {
    let (drive, home) = installed(&[]);
    drive.publish("pdf", "one");
    let project = home.mkdir("project");
    home.mkdir("project/.git");
    home.run_in(&project, &["install", "--project", "pdf"]).exits(0);
    home.run_in(&project, &["audit"]).exits(0);
    tamper(&home.path("project/.agents/skills/pdf/SKILL.md"));
    let run = home.run_in(&project, &["audit", "--json"]).exits(10);
    assert_eq!(
        found(&home, &run),
        [
            "high file-changed pdf project/.agents/skills/pdf/SKILL.md",
            "low format pdf project/.agents/skills/pdf/SKILL.md",
        ]
    );
    home.run_in(&project, &["audit", "--global"]).exits(0);
    home.write("project/skillzdrive.toml", "fail_on = \"critical\"\n");
    let run = home.run_in(&project, &["audit"]).exits(10);
    assert!(run.stderr.contains("a project cannot weaken `fail_on`"), "{run}");
}

#[test]
fn looking_writes_nothing_and_works_where_nothing_can_be_written() {
    let (_drive, home) = installed(&["pdf"]);
    fs::remove_dir_all(home.path(".agents/.skillzdrive")).unwrap();
    home.write("own/config/config.toml", "");
    let everything = || [".agents", ".roo", "own/config", "own/data", "own/cache"].map(|folder| home.tree(folder));
    let before = everything();
    let modes = |mode: u32| {
        for entry in walkdir::WalkDir::new(home.root()).contents_first(true) {
            let entry = entry.unwrap();
            if entry.file_type().is_dir() {
                fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode)).unwrap();
            }
        }
    };
    modes(0o555);
    let run = home.run(&["audit", "--json", "--offline"]);
    let sarif = home.run(&["audit", "--sarif", "--online", "--offline"]);
    modes(0o755);
    assert_eq!(found(&home, &run.exits(0)), Vec::<String>::new());
    sarif.exits(0);
    assert_eq!(everything(), before);
}

/// Checks a document against the published schema of SARIF 2.1.0.
pub(crate) fn validate_sarif(document: &Value) {
    let schema = include_str!("schemas/sarif-2.1.0.json");
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("https://schemas.example/sarif.json", serde_json::from_str(schema).unwrap()).unwrap();
    let mut schemas = boon::Schemas::new();
    let index = compiler.compile("https://schemas.example/sarif.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(document, index) {
        panic!("{error:#}\n{document:#}");
    }
    let mut wrong = document.clone();
    wrong["runs"][0]["tool"]["driver"]["name"] = Value::Null;
    assert!(schemas.validate(&wrong, index).is_err(), "the schema refuses nothing");
}

#[test]
fn sarif_is_what_the_schema_says() {
    let (drive, home) = installed(&["my-skill", "old"]);
    let sarif = |args: &[&str], code: i32| -> Value {
        let run = home.run(&[&["audit", "--sarif"], args].concat()).exits(code);
        serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}\n{run}"))
    };
    let clean = sarif(&[], 0);
    validate_sarif(&clean);
    let run = &clean["runs"][0];
    assert_eq!(run["results"], Value::Array(Vec::new()));
    assert!(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].is_string());

    drive.publish("old", "two");
    home.write(".agents/skills/my-skill/a b#c.txt", "x");
    let keys = home.write("own/config/credentials.toml", "");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o640)).unwrap();
    let document = sarif(&["--online"], 10);
    validate_sarif(&document);
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    let brief: Vec<String> = results
        .iter()
        .map(|hit| {
            let place = &hit["locations"][0]["physicalLocation"]["artifactLocation"];
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(hit["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!((&rule["id"], &place["uriBaseId"]), (&hit["ruleId"], &Value::from("ROOT")));
            [&hit["level"], &hit["ruleId"], &place["uri"]].map(|field| field.as_str().unwrap()).join(" ")
        })
        .collect();
    assert_eq!(
        brief,
        [
            "error key-file-mode own/config/credentials.toml",
            "error file-extra .agents/skills/my-skill/a%20b%23c.txt",
            "note skill-behind .agents/skills/old",
        ]
    );
    assert_eq!(run["originalUriBaseIds"]["ROOT"]["uri"], format!("file://{}/", home.root().display()));
    assert_eq!(tree(&home.path(".agents/skills/old")).len(), 2);
}
