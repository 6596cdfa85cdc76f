//! `skillzdrive.lock` and `skillzdrive.toml`: what is written, where it is found, and what a hostile one can do.

use std::fs;
use std::os::unix::fs::symlink;

use crate::harness::Home;
use crate::harness::TestDrive;

const COMMANDS: [&[&str]; 6] = [
    &["install"],
    &["install", "pdf"],
    &["list"],
    &["status"],
    &["remove", "pdf", "--yes"],
    &["sync", "--project", "--yes"],
];

#[test]
fn it_is_written_as_documented() {
    let drive = TestDrive::start();
    let sha = drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir("repo/.git");
    let (b, a) = (home.skill("work", "b-skill", "B"), home.skill("repo/skills", "a-skill", "A"));
    let digest = |path| skillzdrive_skill::digest_dir(path, &skillzdrive_skill::PackOptions::own()).unwrap().sha;
    let repo = home.path("repo");
    for name in ["pdf", "../work/b-skill", "./skills/a-skill"] {
        home.run_in(&repo, &["install", "--project", name]).exits(0);
    }
    let text = format!(
        "version = 1\nserver = \"{}\"\n\n\
         [skill.a-skill]\ncontent_sha = \"{}\"\nsource = \"path:./skills/a-skill\"\n\n\
         [skill.b-skill]\ncontent_sha = \"{}\"\nsource = \"path:../work/b-skill\"\n\n\
         [skill.pdf]\nversion = 1\ncontent_sha = \"{sha}\"\nsource = \"skillzdrive\"\n",
        drive.url,
        digest(&a),
        digest(&b),
    );
    assert_eq!(home.read("repo/skillzdrive.lock"), text);

    // Facts that a person or another command wrote survive; what the digest of a foreign zip needs is written.
    let pinned =
        text.replace("source = \"skillzdrive\"\n", "owner = \"acme\"\nsource = \"skillzdrive\"\npinned = true\n");
    home.write("repo/skillzdrive.lock", &pinned);
    let zip = foreign_zip();
    home.write("repo/c-skill.zip", &zip);
    home.run_in(&repo, &["install", "c-skill.zip"]).exits(0);
    let now = home.read("repo/skillzdrive.lock");
    assert!(now.contains("owner = \"acme\"\nsource = \"skillzdrive\"\npinned = true\n"), "{now}");
    let sha = skillzdrive_skill::sha256(&zip);
    assert!(now.contains(&format!("[skill.c-skill]\ncontent_sha = \"{sha}\"\ntree_sha = \"")), "{now}");
    fs::remove_dir_all(home.path("repo/.agents/skills/c-skill")).unwrap();
    home.run_in(&repo, &["install", "--locked"]).exits(0);
    assert_eq!(home.read("repo/skillzdrive.lock"), now);
}

/// A deflated zip with one wrapping folder, as other tools make them.
fn foreign_zip() -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("c-skill/SKILL.md", options).unwrap();
    zip.write_all(crate::harness::skill_md("c-skill", "C").as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn two_branches_merge_into_one_lockfile() {
    let drive = TestDrive::start();
    for slug in ["pdf", "csv", "docx"] {
        drive.publish(slug, "one");
    }
    let home = Home::on(&drive.url);
    home.mkdir("repo/.git");
    let repo = home.path("repo");
    let lock = "repo/skillzdrive.lock";
    home.run_in(&repo, &["install", "--project", "docx"]).exits(0);
    let base = home.read(lock);
    home.run_in(&repo, &["install", "csv"]).exits(0);
    let ours = home.read(lock);
    home.write(lock, &base);
    home.run_in(&repo, &["install", "pdf"]).exits(0);
    let theirs = home.read(lock);
    // A text merge of the two: each side added one table, csv before and pdf behind.
    let csv = ours.find("[skill.csv]").unwrap();
    let csv = &ours[csv..ours.find("[skill.docx]").unwrap()];
    let merged = theirs.replace("[skill.docx]", &format!("{csv}[skill.docx]"));
    home.write(lock, &merged);
    fs::remove_dir_all(home.path("repo/.agents/skills")).unwrap();
    home.run_in(&repo, &["install", "--locked"]).exits(0);
    assert_eq!(home.read(lock), merged);
    for slug in ["pdf", "csv", "docx"] {
        assert!(home.path("repo/.agents/skills").join(slug).join("SKILL.md").is_file());
    }
}

#[test]
fn a_damaged_one_stops_every_command_with_its_place_and_stays_as_it_is() {
    let drive = TestDrive::start();
    let sha = drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir("repo/.git");
    let repo = home.path("repo");
    home.run_in(&repo, &["install", "--project", "pdf"]).exits(0);
    let good = home.read("repo/skillzdrive.lock");
    let entry = format!("[skill.pdf]\ncontent_sha = \"{sha}\"\n");
    let skills = home.tree("repo/.agents/skills");
    for (text, place) in [
        (format!("{good}<<<<<<< HEAD\n"), "skillzdrive.lock:9:1: a merge conflict marker"),
        (format!("version = 7\n{entry}"), "skillzdrive.lock:1:11: version 7 is not known"),
        ("version = 1\n[skill.pdf]\ncontent_sha = \"xyz\"\n".to_owned(), "skillzdrive.lock:3:15:"),
        (format!("version = 1\n{entry}{entry}"), "skillzdrive.lock:4:"),
        (format!("version = 1\n{entry}surprise = 1\n"), "skillzdrive.lock:4:"),
        (String::new(), "skillzdrive.lock:1:1:"),
    ] {
        home.write("repo/skillzdrive.lock", &text);
        for args in COMMANDS {
            let run = home.run_in(&repo, args).exits(7);
            assert!(run.stderr.contains(place), "{args:?} {place}: {run}");
            assert_eq!(run.stdout, "", "{args:?}");
            assert_eq!(home.read("repo/skillzdrive.lock"), text, "{args:?}");
        }
        let error = home.run_in(&repo, &["list", "--json"]).exits(7).json_error();
        assert_eq!((&error["kind"], &error["code"]), (&"integrity".into(), &"lockfile_invalid".into()));
    }
    assert_eq!(home.tree("repo/.agents/skills"), skills);
}

#[test]
fn a_cloned_repository_gets_no_key_and_changes_no_gate() {
    let drive = TestDrive::start();
    let canary = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir("repo/.git");
    let repo = home.path("repo");
    home.run_in(&repo, &["install", "--project", "pdf"]).exits(0);
    let lock = home.read("repo/skillzdrive.lock").replace(&drive.url, &canary.url);
    home.write("repo/skillzdrive.lock", lock);
    home.write(
        "repo/skillzdrive.toml",
        format!("server = \"{}\"\nca = \"evil.pem\"\nfail_on = \"critical\"\nagents = [\"roo\"]\n", canary.url),
    );
    canary.forget();
    fs::remove_dir_all(home.path("repo/.agents/skills")).unwrap();
    home.run(&["cache", "clean"]).exits(0);
    let run = home.run_in(&repo, &["install"]).exits(0);
    assert!(run.stderr.contains("warning: the lockfile was made with"), "{run}");
    assert!(run.stderr.contains("server"), "the ignored line is said: {run}");
    for args in [&["status"][..], &["list"], &["whoami"], &["search", "pdf"], &["sync", "--project", "--yes"]] {
        home.run_in(&repo, args).exits(0);
    }
    assert!(canary.asked().is_empty(), "{:?}", canary.asked_lines());
    // Agents are what it may say.
    assert!(home.path("repo/.roo/skills/pdf/SKILL.md").is_file());
}

#[test]
fn the_scope_is_found_from_where_one_stands() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir("repo/.git");
    let deep = home.mkdir("repo/a/b");
    // No lockfile yet: global, unless told.
    home.run_in(&deep, &["install", "pdf"]).exits(0);
    assert!(home.path(".agents/skills/pdf").exists() && !home.path("repo/.agents").exists());
    home.run_in(&deep, &["install", "--project", "pdf"]).exits(0);
    assert!(home.path("repo/skillzdrive.lock").is_file() && home.path("repo/.agents/skills/pdf").exists());
    let found = |folder, args: &[&str]| home.run_in(folder, args).exits(0).json()["scope"].as_str().unwrap().to_owned();
    assert_eq!(found(&deep, &["list", "--json"]), "project");
    assert_eq!(found(&deep, &["list", "--json", "--global"]), "global");
    assert_eq!(found(&home.root(), &["list", "--json"]), "global");
    home.run_in(&deep, &["list", "--project", "--global"]).exits(2);

    // Outside of a repository the current folder is the project.
    let loose = home.mkdir("loose/sub");
    home.run_in(&loose, &["install", "--project", "pdf"]).exits(0);
    assert!(home.path("loose/sub/skillzdrive.lock").is_file());
    assert!(home.path("loose/sub/.agents/skills/pdf/SKILL.md").is_file());
    assert!(!home.path("loose/skillzdrive.lock").exists());
}

#[test]
fn no_link_is_written_outside_of_the_project() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir("repo/.git");
    home.mkdir("elsewhere/skills");
    symlink("../elsewhere", home.path("repo/.claude")).unwrap();
    home.mkdir(".claude");
    let run = home.run_in(&home.path("repo"), &["install", "--project", "pdf"]).exits(0);
    assert!(run.stderr.contains("no link for pdf") && run.stderr.contains("leads out of the project"), "{run}");
    assert!(home.tree("elsewhere").is_empty());
    assert!(home.path("repo/.agents/skills/pdf/SKILL.md").is_file());
}

#[test]
fn a_cloned_repositorys_links_lead_to_no_file_of_the_persons() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    home.write("precious", "of the person's");
    let global = ".local/share/skillzdrive/skillzdrive.lock";
    let before = (home.read("precious"), home.read(global));
    for (name, goal) in [
        (".agents/.skillzdrive/lock", "../../../precious"),
        (".agents/.skillzdrive/staging/door", "../../../../precious"),
        (".agents/.skillzdrive", "../.."),
        (".agents/.skillzdrive/staging", "../../.."),
        (".agents/.skillzdrive/trash", "../../.."),
        ("skillzdrive.lock", "../.local/share/skillzdrive/skillzdrive.lock"),
    ] {
        let repo = home.mkdir("repo");
        home.mkdir("repo/.git");
        let link = repo.join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(goal, &link).unwrap();
        let others = fs::read_dir(home.root()).unwrap().count();
        let run = home.run_in(&repo, &["install", "--project", "pdf"]).exits(8);
        assert!(run.stderr.contains("repo/"), "{name}: {run}");
        home.run_in(&repo, &["remove", "--project", "pdf", "--yes"]);
        home.run_in(&repo, &["undo", "--project", "--yes"]);
        assert_eq!((home.read("precious"), home.read(global)), before, "{name}");
        assert_eq!(fs::read_dir(home.root()).unwrap().count(), others, "{name}");
        fs::remove_dir_all(&repo).unwrap();
    }
}

#[test]
fn a_project_whose_skills_folder_leads_elsewhere_writes_nothing_there() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir("repo/.git");
    home.mkdir("elsewhere");
    symlink("../elsewhere", home.path("repo/.agents")).unwrap();
    let run = home.run_in(&home.path("repo"), &["install", "--project", "pdf"]);
    assert!(home.tree("elsewhere").is_empty(), "{:?}\n{run}", home.tree("elsewhere").keys());
    assert_ne!(run.code, Some(0), "{run}");
}
