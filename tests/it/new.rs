//! `new` and `upload --check`: a skill to begin with is ready, and what is not says why.

use std::fs;
use std::process::Command;

use crate::harness::Home;

#[test]
fn a_new_skill_is_ready_and_is_never_written_over() {
    let home = Home::new();
    for script in ["python", "sh", "none"] {
        let name = format!("with-{script}");
        home.run(&["new", &name, "--script", script]).exits(0);
        let run = home.run(&["upload", "--check", &name]).exits(0);
        assert_eq!(run.stdout, format!("{name}: ready to be uploaded, grade A\n"), "{run}");
        let again = home.run(&["new", &name, "--json"]).exits(8);
        assert_eq!(again.json_error()["code"], "occupied");
    }
    home.run(&["new", "dry", "--dry-run"]).exits(0);
    assert!(!home.path("dry").exists());
    let test = Command::new("sh").arg(home.path("with-sh/tests/test.sh")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&test.stdout), "ok\n", "{test:?}");
}

#[test]
fn names_that_no_drive_can_hold_are_refused() {
    let home = Home::new();
    for (name, code) in
        [("discover", 7), ("leaderboard", 7), ("Upper", 2), ("a--b", 2), ("a-", 2), ("a/b", 2), ("..", 2)]
    {
        home.run(&["new", "--", name]).exits(code);
    }
    assert!(home.tree("").is_empty(), "{:?}", home.tree(""));
}

#[test]
fn what_is_not_ready_says_why() {
    let home = Home::new();
    let check = |front: &str| {
        home.write("table/SKILL.md", format!("---\n{front}\n---\nbody\n"));
        let run = home.run(&["upload", "--check", "table"]);
        (run.code.unwrap(), run.stdout)
    };
    assert_eq!(check("name: table\ndescription: d").0, 0);
    let (code, said) = check("name: other\ndescription: d");
    assert!(code == 7 && said.contains("table"), "{said}");
    let (code, said) = check("name: table\ndescription: d\nversion: 1");
    assert_eq!((code, said.as_str()), (7, "table/SKILL.md: the field `version` is not one of the format\n"));
    assert_eq!(check("name: table").0, 7);
    let dry = home.run(&["upload", "--check", "table", "--json"]).exits(7);
    assert_eq!(dry.json()["dry_run"], true);
}

/// Folders and what is in their SKILL.md. Left out is the one difference that is meant: the reference takes letters of any
/// script in a name, and a drive has addresses of ASCII.
const SAMPLES: &[(&str, &str)] = &[
    ("good", "---\nname: good\ndescription: Does it\n---\nbody\n"),
    (
        "full",
        "---\nname: full\ndescription: d\nlicense: MIT\ncompatibility: x\nallowed-tools: Read\nmetadata:\n  a: b\n---\n",
    ),
    ("folder", "---\nname: other\ndescription: d\n---\n"),
    ("none", "# nothing\n"),
    ("open", "---\nname: open\n"),
    ("no-name", "---\ndescription: d\n---\n"),
    ("no-description", "---\nname: no-description\n---\n"),
    ("empty", "---\nname: empty\ndescription: \"\"\n---\n"),
    ("upper", "---\nname: Upper\ndescription: d\n---\n"),
    ("two--hyphens", "---\nname: two--hyphens\ndescription: d\n---\n"),
    ("-before", "---\nname: -before\ndescription: d\n---\n"),
    ("after-", "---\nname: after-\ndescription: d\n---\n"),
    ("under_score", "---\nname: under_score\ndescription: d\n---\n"),
    ("colon", "---\nname: colon\ndescription: use it: now\n---\n"),
    ("unknown", "---\nname: unknown\ndescription: d\nversion: 1\n---\n"),
];

#[test]
#[ignore = "needs the reference validator: tests/validator.sh"]
fn the_verdicts_are_those_of_the_reference_validator() {
    let home = Home::new();
    let long = "x".repeat(1025);
    let fits = "x".repeat(1024);
    let name = "n".repeat(65);
    let mut samples: Vec<(String, String)> =
        SAMPLES.iter().map(|(folder, text)| ((*folder).to_owned(), (*text).to_owned())).collect();
    samples.push(("long".to_owned(), format!("---\nname: long\ndescription: {long}\n---\n")));
    samples.push(("fits".to_owned(), format!("---\nname: fits\ndescription: {fits}\n---\n")));
    samples.push((name.clone(), format!("---\nname: {name}\ndescription: d\n---\n")));
    for (folder, text) in samples {
        let path = home.write(&format!("{folder}/SKILL.md"), text);
        let path = path.parent().unwrap();
        let theirs = Command::new("agentskills").arg("validate").arg(path).output().unwrap();
        let ours = home.run(&["upload", "--check", "--", path.to_str().unwrap()]);
        assert_eq!(ours.code == Some(0), theirs.status.success(), "{folder}: {theirs:?}\n{ours}");
        fs::remove_dir_all(path).unwrap();
    }
}
