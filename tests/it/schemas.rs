//! The committed schemas: of the settings, held against the program's own verdict, and of what every command prints.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::schemas;

/// Settings files and whether they can be read.
const SETTINGS: &[(&str, bool)] = &[
    ("", true),
    ("agents = []\ncolor = \"never\"\nserver = \"local\"\n", true),
    ("min_age = 7\ntrash_size = 3\n", true),
    ("min_age = \"36h\"\ntrash_size = \"500MB\"\n", true),
    ("trash_size = \"2 GiB\"\nmax_credits = 0\ndaily_check = false\n", true),
    ("conflict = \"take-drive\"\nlink_mode = \"copy\"\nfail_on = \"critical\"\n", true),
    ("[agent.bob]\nlink_mode = \"copy\"\nproject = \"x/skills\"\nglobal = \"~/x/skills\"\n", true),
    ("[agent.bob]\n[agent.my-own]\nname = \"Mine\"\ndetect = \"/opt/mine\"\n", true),
    ("srever = \"x\"\n", false),
    ("agents = \"bob\"\n", false),
    ("agents = [1]\n", false),
    ("min_age = \"soon\"\n", false),
    ("min_age = \"7 days\"\n", false),
    ("min_age = -1\n", false),
    ("trash_size = \"7TB\"\n", false),
    ("max_credits = \"7\"\n", false),
    ("daily_check = \"yes\"\n", false),
    ("conflict = \"maybe\"\n", false),
    ("server = \"  \"\n", false),
    ("agent = 3\n", false),
    ("[agent.Bob]\n", false),
    ("[agent.bob]\nfolder = \"x\"\n", false),
    ("[agent.bob]\nproject = \"../x\"\n", false),
    ("[agent.bob]\nproject = \"/x\"\n", false),
    ("[agent.bob]\nglobal = \"x\"\n", false),
    ("[agent.bob]\nglobal = \"~/../x\"\n", false),
];

fn as_json(toml: &str) -> Value {
    serde_json::to_value(toml.parse::<toml::Table>().unwrap()).unwrap()
}

#[test]
fn the_schema_of_the_settings_says_what_the_program_says() {
    let schema = schemas::schema("settings.json");
    let home = Home::new();
    for (text, is_good) in SETTINGS {
        home.write(".config/skillzdrive/config.toml", text);
        let run = home.run(&["config", "list"]);
        assert_eq!(run.code == Some(0), *is_good, "{text}\n{run}");
        let complaint = schemas::complaint(schema.clone(), &as_json(text));
        assert_eq!(complaint.is_none(), *is_good, "{text}: {complaint:?}");
    }
}

#[test]
fn the_schema_of_a_project_says_what_the_program_says() {
    let schema = schemas::schema("project.json");
    let home = Home::new();
    home.write("repo/skillzdrive.lock", "version = 1\n");
    for (text, is_good) in [
        ("agents = [\"bob\"]\ncollection = \"work\"\n", true),
        ("fail_on = \"low\"\nmin_age = \"2w\"\nmax_credits = 3\n", true),
        ("server = \"https://evil.example\"\n", false),
        ("daily_check = false\n", false),
        ("[agent.bob]\nlink_mode = \"copy\"\n", false),
        ("max_credits = -3\n", false),
    ] {
        home.write("repo/skillzdrive.toml", text);
        let run = home.run_in(&home.path("repo"), &["config", "list", "--json"]);
        let took_all = run.code == Some(0) && run.json()["ignored"] == json!([]);
        assert_eq!(took_all, is_good, "{text}\n{run}");
        assert_eq!(schemas::complaint(schema.clone(), &as_json(text)).is_none(), is_good, "{text}");
    }
}

#[test]
fn the_schemas_of_the_settings_have_the_programs_keys_and_words() {
    let home = Home::new();
    home.write("repo/skillzdrive.lock", "version = 1\n");
    let settings = schemas::schema("settings.json");
    let project = schemas::schema("project.json");
    let list = home.run(&["config", "list", "--json"]).exits(0).json();
    let mut names = BTreeSet::from(["agent".to_owned()]);
    for one in list["settings"].as_array().unwrap() {
        let name = one["key"].as_str().unwrap();
        names.insert(name.to_owned());
        assert_eq!(settings["properties"][name]["description"], one["about"], "{name}");
        let refused =
            home.run_in(&home.path("repo"), &["config", "set", "--project", name, "x", "--dry-run", "--json"]);
        let is_for_projects = refused.code == Some(0) || refused.json_error()["code"] != "not_for_projects";
        assert_eq!(
            project["properties"].get(name),
            settings["properties"].get(name).filter(|_| is_for_projects),
            "{name}"
        );
    }
    assert_eq!(settings["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>(), names);
    for (field, schema) in settings["properties"]["agent"]["additionalProperties"]["properties"].as_object().unwrap() {
        let key = format!("agent.bob.{field}");
        assert_eq!(home.run(&["config", "get", &key, "--json"]).exits(0).json()["about"], schema["description"]);
    }
}

#[test]
fn every_schema_is_one_and_a_wrong_document_is_none_of_its() {
    for name in schemas::commands() {
        let schema = schemas::schema(&format!("output/{name}.json"));
        assert!(schemas::complaint(schema.clone(), &json!({"schema": 2, "data": {}})).is_some(), "{name}");
        assert!(schemas::complaint(schema, &json!({"schema": 1, "data": {"nonsense": 1}})).is_some(), "{name}");
    }
    for other in ["settings.json", "project.json", "error.json", "dry-run.json"] {
        assert!(schemas::complaint(schemas::schema(other), &json!([])).is_some(), "{other}");
    }
}

#[test]
fn some_fields_are_chosen_and_a_wrong_name_is_said_before_anything_is_done() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    let run = home.run(&["install", "pdf", "--json=slug,nonsense"]).exits(2);
    assert_eq!(run.json_error()["code"], "unknown_field", "{run}");
    assert!(run.json_error()["hints"][0].as_str().unwrap().contains("skills.{"), "{run}");
    assert!(drive.asked().is_empty() && !home.path(".agents").exists());

    let run = home.run(&["install", "pdf", "--json=skills.slug,version,scope"]).exits(0);
    assert_eq!(run.json(), json!({"scope": "global", "skills": [{"slug": "pdf", "version": 1}]}));
    let run = home.run(&["list", "--json=skills.slug"]).exits(0);
    assert_eq!(run.json(), json!({"skills": [{"slug": "pdf"}]}));
    // Nothing to show is no reason to doubt the name.
    assert_eq!(home.run(&["trash", "list", "--json=slug"]).exits(0).json(), json!({"items": []}));
    assert_eq!(home.run(&["list", "--json="]).exits(2).json_error()["kind"], "usage");
    // What would be done is said whole.
    let dry = home.run(&["remove", "pdf", "--dry-run", "--json=slug"]).exits(0).json();
    assert!(dry.is_object(), "{dry}");
}

#[test]
fn a_template_makes_a_line_of_each_row_and_a_wrong_name_is_said_before_anything_is_done() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("csv", "one");
    let home = Home::on(&drive.url);
    let run = home.run(&["install", "pdf", "--format", "{slug} {nonsense}"]).exits(2);
    assert!(run.stderr.starts_with("error: no rows of `install` have `nonsense`"), "{run}");
    assert!(run.stderr.contains("hint: the fields of `install` are "), "{run}");
    assert!(drive.asked().is_empty() && !home.path(".agents").exists());
    let run = home.run(&["install", "pdf", "csv", "--format", "{slug}@{version} {change} {scope}"]).exits(0);
    assert_eq!(run.stdout, "csv@1 installed global\npdf@1 installed global\n", "{run}");
    assert_eq!(home.run(&["list", "--format", r"{slug}\t{version}"]).exits(0).stdout, "csv\t1\npdf\t1\n");
    let found = home.run(&["search", "pdf", "--format", "{slug}: {description}"]).exits(0).stdout;
    assert!(found.starts_with("pdf: "), "{found}");
    drive.publish("pdf", "two");
    assert_eq!(home.run(&["outdated", "--format", "{slug}"]).exits(0).stdout, "pdf\n");
    assert_eq!(home.run(&["trash", "list", "--format", "{slug}"]).exits(0).stdout, "");
    // Errors are a person's, and nothing is asked.
    let run = home.run(&["remove", "nothing", "--yes", "--format", "{slug}"]).exits(5);
    assert!(run.stderr.starts_with("error: ") || run.stderr.starts_with("warning: "), "{run}");
    home.run(&["list", "--json", "--format", "{slug}"]).exits(2);
}
