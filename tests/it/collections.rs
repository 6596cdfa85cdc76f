//! Collections from the command line: made, changed, kept, used and deleted; and a machine kept to one.

mod part;

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

const ROUTE: &str = "/api/v1/collections";
/// Everything that an address could take for its own.
const ODD: &str = "a/b?c#d%20é 名";
/// The same as one segment of a path.
const ODD_SEGMENT: &str = "a%2Fb%3Fc%23d%2520%C3%A9%20%E5%90%8D";

/// A drive that holds `csv`, `docx` and `pdf`, and a home that is logged in to it.
fn arrange() -> (TestDrive, Home) {
    let drive = TestDrive::start();
    for slug in ["csv", "docx", "pdf"] {
        drive.publish(slug, "one");
        assert_eq!(drive.ask("POST", "/api/v1/drive/import", Some(serde_json::json!({"skillSlug": slug}))).0, 201);
    }
    let home = Home::logged_in(&drive.url, &drive.key);
    drive.forget();
    (drive, home)
}

/// Makes a collection; gives its key.
fn create(home: &Home, args: &[&str]) -> String {
    let run = home.run(&[&["collection", "create"], args].concat()).exits(0);
    assert_eq!(run.stdout.lines().count(), 1, "the key alone\n{run}");
    run.stdout.trim().to_owned()
}

fn listed(home: &Home) -> Value {
    home.run(&["collection", "list", "--json"]).exits(0).json()["collections"].clone()
}

fn slugs_of(home: &Home) -> Vec<String> {
    let list = home.run(&["drive", "list", "--json"]).exits(0).json();
    list["skills"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_collection_lives_from_its_making_to_its_end() {
    let (drive, home) = arrange();
    assert_snapshot!(home.run(&["collection", "list"]), @"
    ------- stderr -------
    there is no collection
    hint: skillzdrive collection create NAME --skill SLUG
    ");
    let run = home.run(&["collections", "create", "acme", "--skill", "pdf", "--skill", "docx", "--no-team"]).exits(0);
    let key = run.stdout.trim().to_owned();
    assert!(key.starts_with("sk_live_"), "{run}");
    assert_snapshot!(run.stderr, @"
    made the collection acme: 2 skills: docx, pdf; without team skills
    this is its key; it is shown this once:
    ");
    assert_snapshot!(home.run(&["collection", "add", "acme", "csv"]), @"
    ------- stderr -------
    added csv to the collection acme
    ");
    assert_snapshot!(home.run(&["collection", "remove", "acme", "docx"]), @"
    ------- stderr -------
    removed docx from the collection acme
    ");
    assert_snapshot!(home.run(&["collection", "edit", "acme", "--rename", "acme-2", "--public", "--team"]), @"
    ------- stderr -------
    the collection acme-2: 2 skills: csv, pdf; public
    everybody sees it at http://127.0.0.1:[PORT]/marketplace/collections/acme-2.json
    ");
    create(&home, &["everything", "--all-skills"]);
    let list = home.run(&["collection", "list"]).exits(0).stdout;
    let day = list.lines().next().unwrap().rsplit('\t').next().unwrap().to_owned();
    assert_eq!(day.len(), "2026-11-24".len(), "{list}");
    assert_snapshot!(list.replace(&day, "[DAY]"), @"
    acme-2	2	yes	yes	yes	-	[DAY]
    everything	all	yes	yes	no	-	[DAY]
    ");
    // The key is the same through all of it, and sees what the collection names.
    let (status, drive_of_key) = drive.ask_as(&key, "GET", "/api/v1/drive", None);
    let slugs: Vec<&str> =
        drive_of_key["data"]["skills"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
    assert_eq!((status, slugs), (200, vec!["csv", "pdf"]));
    assert_snapshot!(home.run(&["collection", "delete", "acme-2"]), @"
    ------- stderr -------
    error: an answer is needed and there is nobody to ask: Delete the collection acme-2 from 127.0.0.1:[PORT]? Its key stops working at once.

    hint: add --yes to agree, or --dry-run to see what would happen
    [exit status: 2]
    ");
    assert_eq!(drive.ask_as(&key, "GET", "/api/v1/drive", None).0, 200, "nothing was agreed to");
    assert_snapshot!(home.run(&["collection", "delete", "acme-2", "--yes"]), @"
    ------- stderr -------
    deleted the collection acme-2; its key does not work any more
    ");
    assert_eq!(drive.ask_as(&key, "GET", "/api/v1/drive", None).0, 401);
    assert!(home.files_with(&key).is_empty(), "a key that was printed is in no file");
}

#[test]
fn any_name_is_one_segment_of_every_path() {
    let (drive, home) = arrange();
    let key = create(&home, &[ODD, "--skill", "pdf"]);
    home.run(&["collection", "add", ODD, "docx"]).exits(0);
    home.run(&["collection", "remove", ODD, "docx"]).exits(0);
    home.run(&["collection", "edit", ODD, "--private"]).exits(0);
    home.run(&["search", "pdf", "--collection", ODD]).exits(0);
    assert_eq!(listed(&home)[0]["name"], ODD);
    home.run(&["collection", "delete", ODD, "--yes"]).exits(0);
    let lines = drive.asked_lines();
    for line in [
        format!("POST {ROUTE}/{ODD_SEGMENT}/skills"),
        format!("DELETE {ROUTE}/{ODD_SEGMENT}/skills/docx"),
        format!("PATCH {ROUTE}/{ODD_SEGMENT}"),
        format!("DELETE {ROUTE}/{ODD_SEGMENT}"),
    ] {
        assert!(lines.contains(&line), "{line} is not in {lines:#?}");
    }
    assert_eq!(drive.ask_as(&key, "GET", "/api/v1/drive", None).0, 401);
    let too_long = "x".repeat(65);
    for wrong in ["", "a\nb", "..", &too_long] {
        let run = home.run(&["collection", "create", "--all-skills", "--", wrong]).exits(2);
        assert!(run.stderr.contains("invalid value"), "{run}");
    }
    // No command asks a drive for a collection that cannot be.
    drive.forget();
    let named = format!("--collection={too_long}");
    for args in [&["upload", "."][..], &["upload", "--url"], &["export", "-o", "e.zip"], &["search", "pdf"], &["sync"]]
    {
        assert!(home.run(&[args, &[&named]].concat()).exits(2).stderr.contains("invalid value"));
    }
    assert!(drive.asked_lines().is_empty());
    home.run(&["collection", "create", "--all-skills", "--", &"名".repeat(64)]).exits(0);
}

#[test]
fn a_key_for_everything_does_not_come_of_a_forgotten_flag() {
    let (drive, home) = arrange();
    for args in [&["create", "x"][..], &["create", "x", "--skill", "pdf", "--all-skills"], &["edit", "x"], &["use"]] {
        let run = home.run(&[&["collection"], args].concat());
        assert_eq!(run.code, Some(2), "{args:?}\n{run}");
    }
    assert!(drive.asked_lines().is_empty());
}

#[test]
fn a_kept_key_is_used_where_a_person_says_so_and_nowhere_else() {
    let (drive, home) = arrange();
    let project = home.mkdir("project");
    home.mkdir("project/.git");
    home.mkdir("project/deep");
    let saved = home.run(&["collection", "create", "acme", "--skill", "pdf", "--save"]).exits(0);
    assert_eq!(saved.stdout, "", "{saved}");
    assert_snapshot!(saved, @"
    ------- stderr -------
    made the collection acme: 1 skill: pdf
    its key is in `[HOME]/.config/skillzdrive/credentials.toml`
    hint: skillzdrive collection use 'acme' uses it for the project you are in
    ");
    assert!(home.read(".config/skillzdrive/credentials.toml").contains("collection:acme@"));

    let in_project = |args: &[&str]| home.run_in(&project, args);
    assert_snapshot!(in_project(&["collection", "use", "acme"]), @"
    ------- stderr -------
    `[HOME]/project` uses the key of the collection acme
    ");
    let whoami = home.run_in(&project.join("deep"), &["whoami", "--json"]).exits(0).json();
    assert_eq!((&whoami["scope"], &whoami["collection"]), (&"scoped".into(), &"acme".into()));
    let scope = in_project(&["whoami"]).exits(0).stdout;
    assert!(scope.contains("scope       scoped (the collection acme)"), "{scope}");
    let list = in_project(&["drive", "list"]).exits(0).stdout;
    assert!(list.starts_with("pdf\t") && list.lines().count() == 1, "{list}");
    // What is the account's, and what is not of the project, goes with one's own key.
    assert_eq!(in_project(&["collection", "list", "--json"]).exits(0).json()["collections"][0]["used_here"], true);
    assert_eq!(slugs_of(&home).len(), 3);
    assert_eq!(home.run(&["whoami", "--json"]).exits(0).json()["scope"], "all_skills");
    in_project(&["sync", "--yes"]).exits(0);
    assert_eq!(home.tree(".agents/skills").len(), 6, "all three are here, with a script each");
    in_project(&["install", "--project", "csv"]).exits(5);
    in_project(&["install", "--project", "pdf"]).exits(0);
    assert!(home.tree("project").keys().all(|path| !path.contains("toml")), "the choice is not in the project");

    home.run(&["collection", "edit", "acme", "--rename", "beta"]).exits(0);
    assert_eq!(in_project(&["whoami", "--json"]).exits(0).json()["collection"], "beta");
    in_project(&["collection", "use", "--none"]).exits(0);
    assert_eq!(in_project(&["whoami", "--json"]).exits(0).json()["scope"], "all_skills");
    in_project(&["collection", "use", "beta"]).exits(0);
    assert_snapshot!(home.run(&["collection", "delete", "beta", "--yes"]), @"
    ------- stderr -------
    deleted the collection beta; its key does not work any more
    1 project used it here; there your own key is used from now on
    ");
    assert_eq!(in_project(&["whoami", "--json"]).exits(0).json()["scope"], "all_skills");
    assert!(home.files_with("collection:").is_empty());
    assert_snapshot!(in_project(&["collection", "use", "beta"]), @"
    ------- stderr -------
    error: the key of the collection `beta` is not kept on this machine

    hint: a key is told once, when its collection is made: skillzdrive collection create --save
    hint: one that was given to you: skillzdrive collection use NAME --key-stdin < FILE
    [exit status: 4]
    ");
    assert_eq!(drive.slugs().len(), 3);
}

#[test]
fn a_choice_whose_key_is_gone_is_not_replaced_by_a_key_that_sees_more() {
    let (drive, home) = arrange();
    let project = home.mkdir("project");
    home.mkdir("project/.git");
    home.run(&["collection", "create", "acme", "--skill", "pdf", "--save"]).exits(0);
    home.run_in(&project, &["collection", "use", "acme"]).exits(0);
    let kept = home.read(".config/skillzdrive/credentials.toml");
    let without: String = kept.lines().filter(|line| !line.contains("acme")).map(|line| format!("{line}\n")).collect();
    home.write(".config/skillzdrive/credentials.toml", without);
    assert_snapshot!(home.run_in(&project, &["drive", "list"]), @"
    ------- stderr -------
    error: the key of the collection `acme` is not kept on this machine

    hint: skillzdrive collection use --none goes back to your own key
    [exit status: 4]
    ");
    // The environment's key goes before every kept one.
    let keyed = home.with("SKILLZDRIVE_API_KEY", &drive.key);
    assert_eq!(keyed.run_in(&project, &["drive", "list"]).exits(0).stdout.lines().count(), 3);
}

#[test]
fn a_project_file_names_a_collection_and_gives_no_key_away() {
    let (drive, home) = arrange();
    let project = home.mkdir("project");
    home.mkdir("project/.git");
    home.write("project/skillzdrive.toml", "collection = \"acme\"\n");
    home.run(&["collection", "create", "acme", "--skill", "pdf", "--save"]).exits(0);
    assert_eq!(home.run_in(&project, &["whoami", "--json"]).exits(0).json()["collection"], "acme");
    // What a person says goes before it.
    home.run_in(&project, &["collection", "use", "--none"]).exits(0);
    assert_eq!(home.run_in(&project, &["whoami", "--json"]).exits(0).json()["scope"], "all_skills");

    // Whoever does not have that key uses their own, and a sync keeps to the collection all the same.
    let other = Home::logged_in(&drive.url, &drive.key);
    let cloned = other.mkdir("cloned");
    other.mkdir("cloned/.git");
    other.write("cloned/skillzdrive.toml", "collection = \"acme\"\n");
    assert_eq!(other.run_in(&cloned, &["drive", "list"]).exits(0).stdout.lines().count(), 3);
    other.run_in(&cloned, &["sync", "--project", "--yes"]).exits(0);
    assert_eq!(other.tree("cloned/.agents/skills").len(), 2, "the one skill of the collection");
    other.write("cloned/skillzdrive.toml", "collection = \"acne\"\n");
    assert_snapshot!(other.run_in(&cloned, &["sync", "--project", "--yes"]), @"
    ------- stderr -------
    error: there is no collection `acne`

    hint: did you mean acme?
    hint: it is named in `[HOME]/cloned/skillzdrive.toml`
    [exit status: 5]
    ");
    other.write("cloned/skillzdrive.toml", "collection = \"a\\nb\"\n");
    other.run_in(&cloned, &["drive", "list"]).exits(2);
}

#[test]
fn a_scoped_key_is_told_what_is_needed() {
    let (drive, home) = arrange();
    let key = create(&home, &["acme", "--skill", "pdf"]);
    let partner = Home::logged_in(&drive.url, &key);
    assert_snapshot!(partner.run(&["collection", "list"]), @"
    ------- stderr -------
    error: this needs a key for all skills; this key is for one collection (403 forbidden from 127.0.0.1:[PORT])
      request id: [UUID]

    hint: this needs an all-skills key; skillzdrive whoami shows which key is used here
    [exit status: 4]
    ");
    for args in [
        &["create", "x", "--all-skills"][..],
        &["edit", "acme", "--public"],
        &["add", "acme", "csv"],
        &["remove", "acme", "pdf"],
        &["delete", "acme", "--yes"],
    ] {
        let run = partner.run(&[&["collection"], args].concat()).exits(4);
        assert!(run.stderr.contains("all-skills key"), "{run}");
    }
    // What it may, it does.
    assert_eq!(slugs_of(&partner), ["pdf"]);
    partner.run(&["search", "pdf"]).exits(0);
    partner.run(&["search", "pdf", "--collection", "acme"]).exits(0);
    partner.run(&["search", "pdf", "--collection", "other"]).exits(5);
    partner.run(&["credits"]).exits(0);
    assert_eq!(partner.run(&["whoami", "--json"]).exits(0).json()["scope"], "scoped");
    partner.run(&["sync", "--yes"]).exits(0);
    assert_eq!(partner.tree(".agents/skills").len(), 2);
    let other = partner.run(&["sync", "--collection", "other", "--yes"]).exits(4);
    assert!(other.stderr.contains("all-skills key"), "{other}");
}

#[test]
fn search_keeps_to_a_collection() {
    let (drive, home) = arrange();
    create(&home, &["acme", "--skill", "pdf"]);
    let found = |args: &[&str]| {
        let run = home.run(&[&["search", "--json", "test"], args].concat()).exits(0).json();
        run["skills"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]).len(), 3);
    assert_eq!(found(&["--collection", "acme"]), ["pdf"]);
    assert_snapshot!(home.run(&["search", "pdf", "--collection", "acne"]), @"
    ------- stderr -------
    error: there is no collection `acne` (404 collection_not_found from 127.0.0.1:[PORT])
      request id: [UUID]

    hint: skillzdrive collection list
    [exit status: 5]
    ");
    let anonymous = Home::on(&drive.url);
    anonymous.run(&["search", "pdf", "--collection", "acme"]).exits(4);
}

#[test]
fn what_may_be_sent_again_is_and_a_key_is_made_once() {
    let (drive, home) = arrange();
    drive.fail("POST", ROUTE, 1, Fault::LoseAnswer);
    assert_snapshot!(home.run(&["collection", "create", "acme", "--skill", "pdf"]), @"
    ------- stderr -------
    error: the answer was cut short by 127.0.0.1:[PORT]: request or response body error: error reading a body from connection: end of file before message length reached

    hint: check the network and --server; --offline works from what is on this machine
    hint: whether it was made is not known: skillzdrive collection list
    [exit status: 6]
    ");
    assert_eq!(drive.count(&format!("POST {ROUTE}")), 1);
    assert_eq!(listed(&home).as_array().unwrap().len(), 1, "it was made");
    assert_snapshot!(home.run(&["collection", "create", "acme", "--skill", "pdf"]), @"
    ------- stderr -------
    error: there is a collection `acme` already (409 collection_exists from 127.0.0.1:[PORT])
      request id: [UUID]

    hint: choose another name, or: skillzdrive collection edit NAME
    [exit status: 8]
    ");
    drive.forget();
    for (line, args) in [
        (format!("PATCH {ROUTE}/acme"), &["edit", "acme", "--public"][..]),
        (format!("PATCH {ROUTE}/acme"), &["edit", "acme", "--rename", "beta"]),
        (format!("DELETE {ROUTE}/beta/skills/pdf"), &["remove", "beta", "pdf"]),
        (format!("DELETE {ROUTE}/beta"), &["delete", "beta", "--yes"]),
    ] {
        drive.fail("*", ROUTE, 1, Fault::LoseAnswer);
        drive.forget();
        home.run(&[&["collection"], args].concat()).exits(0);
        assert_eq!(drive.count(&line), 2, "{line}: {:?}", drive.asked_lines());
    }
    assert!(listed(&home).as_array().unwrap().is_empty());
    let run = home.run(&["collection", "edit", "acme", "--rename", "beta"]).exits(5);
    assert!(run.stderr.contains("skillzdrive collection list"), "{run}");
}

#[test]
fn several_skills_are_added_as_far_as_they_can_be() {
    let (_drive, home) = arrange();
    create(&home, &["acme", "--skill", "pdf"]);
    create(&home, &["all", "--all-skills"]);
    assert_snapshot!(home.run(&["collection", "add", "acme", "docx", "nothing", "docx"]), @"
    ------- stderr -------
    added docx to the collection acme
    warning: `nothing` is not in the drive (404 skill_not_found from 127.0.0.1:[PORT])
    hint: skillzdrive drive import SLUG brings a public skill into the drive
    [exit status: 3]
    ");
    let run = home.run(&["collection", "add", "acme", "csv", "nothing", "--json"]).exits(3);
    assert_eq!(run.json()["done"], serde_json::json!(["csv"]));
    assert_eq!(run.json()["failed"][0]["code"], "skill_not_found");
    home.run(&["collection", "add", "acme", "nothing", "nor-this"]).exits(5);
    home.run(&["collection", "add", "acme", "nothing"]).exits(5);
    home.run(&["collection", "add", "acne", "pdf"]).exits(5);
    assert_snapshot!(home.run(&["collection", "add", "all", "pdf"]), @"
    ------- stderr -------
    error: the collection `all` is for all skills (409 collection_ineligible from 127.0.0.1:[PORT])
      request id: [UUID]

    hint: it names no skills of its own; to make it a slice: skillzdrive collection edit NAME --skill SLUG
    [exit status: 8]
    ");
    // A list makes a slice of it.
    home.run(&["collection", "edit", "all", "--skill", "pdf"]).exits(0);
    home.run(&["collection", "add", "all", "csv"]).exits(0);
    assert_eq!(listed(&home)[1]["skill_slugs"], serde_json::json!(["csv", "pdf"]));
}

#[test]
fn a_dry_run_changes_nothing_here_or_there() {
    let (drive, home) = arrange();
    home.run(&["collection", "create", "acme", "--skill", "pdf", "--save"]).exits(0);
    let (before, list) = (home.tree(""), listed(&home));
    drive.forget();
    for args in [
        &["create", "beta", "--all-skills", "--save"][..],
        &["edit", "acme", "--rename", "beta", "--public"],
        &["add", "acme", "csv"],
        &["remove", "acme", "pdf"],
        &["delete", "acme"],
        &["use", "acme"],
    ] {
        home.run(&[&["--dry-run", "collection"], args].concat()).exits(0);
    }
    for args in [&["edit", "acne", "--public"][..], &["delete", "acne"], &["add", "acne", "csv"]] {
        let run = home.run(&[&["--dry-run", "collection"], args].concat()).exits(5);
        assert!(run.stderr.contains("did you mean acme?"), "{run}");
    }
    assert!(drive.asked_lines().iter().all(|line| line.starts_with("GET ")), "{:?}", drive.asked_lines());
    assert_eq!((home.tree(""), listed(&home)), (before, list));
}

#[test]
fn a_key_that_was_given_out_is_kept_when_the_drive_says_whose_it_is() {
    let (drive, owner) = arrange();
    let key = create(&owner, &["acme", "--skill", "pdf"]);
    let other = create(&owner, &["other", "--skill", "csv"]);
    let all = create(&owner, &["everything", "--all-skills"]);
    // Somebody else's machine, which has no key of its own.
    let home = Home::on(&drive.url);
    let take = |name: &str, key: &str| home.run_with_input(&["collection", "use", name, "--key-stdin"], key);
    let run = home.run(&["collection", "use", "acme"]).exits(4);
    assert!(
        run.stderr.contains("hint: one that was given to you: skillzdrive collection use NAME --key-stdin"),
        "{run}"
    );
    for (name, key, kind) in [
        ("acme", "", 2),
        ("acme", "sk_live_nobody", 4),
        ("acme", &*other, 4),
        ("ACME", &*key, 4),
        ("acme", &*all, 4),
        ("acme", &*drive.key, 4),
        ("none", &*drive.key, 4),
    ] {
        let run = take(name, key).exits(kind);
        assert!(key.is_empty() || !run.stderr.contains(key), "{run}");
    }
    assert!(home.files_with("sk_live_").is_empty());
    let dry = home.run_with_input(&["collection", "use", "acme", "--key-stdin", "--dry-run"], &key).exits(0);
    assert!(home.files_with(&key).is_empty(), "{dry}");
    assert_snapshot!(take("acme", &format!("{key}\n")), @"
    ------- stderr -------
    its key is in `[HOME]/.config/skillzdrive/credentials.toml`
    `[HOME]` uses the key of the collection acme
    ");
    assert_eq!(slugs_of(&home), ["pdf"]);
    home.run(&["sync", "--project", "--yes"]).exits(0);
    assert!(home.path(".agents/skills/pdf/SKILL.md").exists() && !home.path(".agents/skills/csv").exists());
    assert_eq!(home.run(&["whoami", "--json"]).exits(0).json()["scope"], "scoped");
    // Outside the project there is no key.
    home.run(&["whoami", "--server", "http://127.0.0.1:9"]).exits(4);
    take("everything", &all).exits(0);
    assert_eq!(slugs_of(&home), ["csv", "docx", "pdf"]);
    home.run(&["collection", "use", "--none", "--key-stdin"]).exits(2);
}
