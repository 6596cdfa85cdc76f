//! `export`: the zip, where it goes, and what a line that breaks or a drive that lies leads to.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

const EXPORT: &str = "/storage/exports/";

/// A drive with a public and a private skill.
fn desk() -> (TestDrive, Home) {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run(&["drive", "import", "pdf"]).exits(0);
    home.skill("work", "notes", "My notes");
    home.run(&["upload", "work/notes", "--yes"]).exits(0);
    drive.forget();
    (drive, home)
}

/// The files of a zip, read by somebody else's reader.
fn files(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

/// What a zip of hand-made files looks like.
fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn nothing_left(home: &Home) {
    let left: Vec<String> = home.tree("").into_keys().filter(|path| path.contains(".skillzdrive-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_whole_drive_is_saved_and_every_skill_of_it_read() {
    let (drive, home) = desk();
    assert_snapshot!(home.run(&["export", "-o", "all.zip"]), @"
    saved all.zip
    ------- stderr -------
    2 skills, 603 B, every file of it read
    ");
    let bytes = std::fs::read(home.path("all.zip")).unwrap();
    let files = files(&bytes);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["notes/SKILL.md", "notes/scripts/run.sh", "pdf/SKILL.md", "pdf/scripts/run.sh"]);
    assert_eq!(files["notes/SKILL.md"], home.read("work/notes/SKILL.md"));
    // Nothing of ours reached the origin where it lies.
    let asked = drive.storage_asked();
    assert_eq!(asked.len(), 1);
    for header in ["authorization", "x-skillzdrive-install-id", "user-agent", "cookie", "referer"] {
        assert!(!asked[0].headers.contains_key(header), "{header}: {:?}", asked[0].headers);
    }
    assert_eq!(drive.balance(), 998, "free: what was paid is an import and an upload");
    nothing_left(&home);
    // The folders are skills as they are.
    std::fs::create_dir(home.path("out")).unwrap();
    zip::ZipArchive::new(std::fs::File::open(home.path("all.zip")).unwrap())
        .unwrap()
        .extract(home.path("out"))
        .unwrap();
    let other = Home::new();
    let run = other.run(&["install", home.path("out").to_str().unwrap(), "--all"]).exits(0);
    assert_eq!(other.tree(".agents/skills").len(), 4, "{run}");
}

#[test]
fn one_skill_json_and_standard_output() {
    let (drive, home) = desk();
    drive.publish("elsewhere", "not in the drive");
    let json = home.run(&["export", "--skill", "elsewhere", "-o", "one.zip", "--json"]).exits(0).json();
    assert_eq!(
        json,
        json!({
            "path": "one.zip", "skills": ["elsewhere"], "skill_count": 1,
            "content_size": std::fs::metadata(home.path("one.zip")).unwrap().len(),
        })
    );
    let output = home.command(&["export", "--skill", "pdf", "-o", "-"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(files(&output.stdout).contains_key("pdf/SKILL.md"));
    home.run(&["export", "-o", "-", "--json"]).exits(2);
    home.run(&["export", "--skill", "nothing-like-it", "-o", "x.zip"]).exits(5);
    home.run(&["export", "--collection", "none", "-o", "x.zip"]).exits(5);
    home.run(&["export", "--skill", "pdf", "--collection", "c", "-o", "x.zip"]).exits(2);
    home.run(&["export"]).exits(2);
    assert!(!home.path("x.zip").exists());
}

#[test]
fn what_is_there_stays_without_consent() {
    let (drive, home) = desk();
    home.write("all.zip", "mine");
    assert_snapshot!(home.run(&["export", "-o", "all.zip"]), @"
    ------- stderr -------
    error: an answer is needed and there is nobody to ask: `all.zip` is there already. Replace it?

    hint: add --yes to agree, or --dry-run to see what would happen
    [exit status: 2]
    ");
    assert!(drive.asked().is_empty(), "it is looked at before the drive is asked");
    assert_eq!(home.read("all.zip"), "mine");
    home.run(&["export", "-o", "all.zip", "--yes"]).exits(0);
    assert_eq!(files(&std::fs::read(home.path("all.zip")).unwrap()).len(), 4);
    drive.forget();
    home.mkdir("folder");
    assert!(home.run(&["export", "-o", "folder"]).exits(2).stderr.contains("-o folder/skills.zip"));
    home.run(&["export", "-o", "no/such/folder.zip"]).exits(2);
    home.run(&["export", "-o", "dry.zip", "--dry-run"]).exits(0);
    assert!(drive.asked().is_empty() && !home.path("dry.zip").exists());
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through() {
    let (_drive, home) = desk();
    home.write("real.zip", "old");
    std::os::unix::fs::symlink("real.zip", home.path("link.zip")).unwrap();
    home.run(&["export", "-o", "link.zip", "--yes"]).exits(0);
    assert!(home.path("link.zip").is_symlink());
    assert_eq!(files(&std::fs::read(home.path("real.zip")).unwrap()).len(), 4);
}

#[test]
fn a_download_that_breaks_off_goes_on_where_it_ended() {
    let (drive, home) = desk();
    drive.fail("GET", EXPORT, 1, Fault::CutBody(200));
    home.run(&["export", "-o", "all.zip"]).exits(0);
    assert_eq!(files(&std::fs::read(home.path("all.zip")).unwrap()).len(), 4);
    let asked = drive.storage_asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].headers["range"], "bytes=200-");
    assert!(asked[1].headers["if-range"].starts_with('"'));
    assert_eq!(drive.count("POST /api/v1/downloads"), 1, "it is packed once");
}

#[test]
fn a_line_that_always_breaks_leaves_nothing() {
    let (drive, home) = desk();
    drive.fail("GET", EXPORT, usize::MAX, Fault::CutBody(100));
    home.run(&["export", "-o", "all.zip"]).exits(6);
    assert_eq!(drive.storage_asked().len(), 4);
    assert!(!home.path("all.zip").exists());
    nothing_left(&home);
}

#[test]
fn what_is_not_what_was_promised_is_not_kept() {
    let (drive, home) = desk();
    let skill = "---\nname: a\ndescription: d\n---\n";
    let cases: &[(&str, Vec<u8>)] = &[
        ("a page", b"<!doctype html><title>Log in</title>".to_vec()),
        ("not a zip", b"PK but nothing behind it, long enough to be read".to_vec()),
        ("one of two", zipped(&[("a/SKILL.md", skill)])),
        ("out of its folder", zipped(&[("a/SKILL.md", skill), ("b/SKILL.md", skill), ("../evil", "x")])),
        ("a file beside", zipped(&[("a/SKILL.md", skill), ("b/SKILL.md", skill), ("evil", "x")])),
        ("no skill in one", zipped(&[("a/SKILL.md", skill), ("b/readme.md", "x")])),
    ];
    for (case, bytes) in cases {
        // The size is promised too, so it has to be that of the lie.
        let url = format!("{}/storage/exports/{}", drive.url, "a".repeat(64));
        let promise =
            json!({ "data": { "url": url, "expires_at": "", "skill_count": 2, "content_size": bytes.len() } });
        let headers = vec![("content-type", "application/json".to_owned())];
        drive.fail("POST", "/api/v1/downloads", 1, Fault::Answer(200, headers, promise.to_string()));
        drive.fail("GET", EXPORT, 4, Fault::Bytes(bytes.clone()));
        let run = home.run(&["export", "-o", "all.zip", "--json"]);
        assert!(matches!(run.code, Some(7 | 6)), "{case}\n{run}");
        assert!(!home.path("all.zip").exists(), "{case}");
        drive.heal();
    }
    // One wrong byte in a file of a skill.
    drive.fail("GET", EXPORT, 2, Fault::WrongBytes);
    home.run(&["export", "-o", "all.zip"]).exits(7);
    assert!(!home.path("all.zip").exists());
    nothing_left(&home);
}

#[test]
fn an_empty_drive_is_said_and_not_saved() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_snapshot!(home.run(&["export", "-o", "all.zip"]), @"
    ------- stderr -------
    error: the drive holds no skill: nothing was saved

    hint: skillzdrive drive list shows what is in the drive
    [exit status: 5]
    ");
    assert!(!home.path("all.zip").exists());
}

#[test]
fn an_export_needs_a_key_and_a_network() {
    let (drive, home) = desk();
    let nobody = Home::on(&drive.url);
    nobody.run(&["export", "-o", "all.zip"]).exits(4);
    home.run(&["export", "-o", "all.zip", "--offline"]).exits(6);
    let local = Home::new();
    local.run(&["--server", "local", "export", "--skill", "write-a-skill", "-o", "one.zip"]).exits(0);
    assert!(files(&std::fs::read(local.path("one.zip")).unwrap()).contains_key("write-a-skill/SKILL.md"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing() {
    let (drive, home) = desk();
    let arrived = drive.hold("GET", EXPORT);
    let running = home.start(&["export", "-o", "all.zip"]);
    arrived();
    running.signal(rustix::process::Signal::INT);
    running.end().exits(130);
    drive.heal();
    assert!(!home.path("all.zip").exists());
    nothing_left(&home);
}

#[test]
fn the_address_is_in_no_output() {
    let (drive, home) = desk();
    drive.fail("GET", EXPORT, usize::MAX, Fault::Answer(403, Vec::new(), "{}".to_owned()));
    let run = home.run(&["export", "-o", "all.zip", "--verbose"]);
    assert!(!run.stderr.contains("sig=") && !run.stdout.contains("sig="), "{run}");
    assert_ne!(run.code, Some(0));
}
