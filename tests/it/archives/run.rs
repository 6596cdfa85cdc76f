//! The table, looked at by each witness.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::digest_dir;
use skillzdrive_skill::open_zip;

use super::Case;
use super::Outcome;
use super::Row;
use super::content;
use super::table;
use super::with;
use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::tree;

/// The longest that a refusal may take: nothing is inflated that is refused by its headers.
const SOON: Duration = Duration::from_secs(1);

/// Every package with its row and the name of its file.
fn each(mut look: impl FnMut(&Row, &str, &Case)) {
    for row in table() {
        for (index, case) in (row.cases)().iter().enumerate() {
            let stem = case.stem.map_or_else(|| format!("row-{}-{index}", row.number), str::to_owned);
            look(row, &stem, case);
        }
    }
}

fn at(row: &Row, stem: &str) -> String {
    format!("row {} ({}), package `{stem}`", row.number, row.name)
}

/// Opens a package and reads what it says of itself, as the program does before it writes anything.
fn read(bytes: &[u8], into: &Path) -> Result<Vec<(String, bool)>, SkillError> {
    let archive = open_zip(bytes, &Limits::default())?;
    archive.front_matter()?;
    archive.extract(into)?;
    let digest = digest_dir(into, &PackOptions::installed())?;
    assert_eq!(digest.sha, archive.tree_sha()?);
    Ok(archive.files.iter().map(|file| (file.path.clone(), file.executable)).collect())
}

#[test]
fn every_number_has_its_row() {
    let numbers: Vec<usize> = table().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=74).collect::<Vec<_>>());
    let names: BTreeSet<&str> = table().map(|row| row.name).collect();
    assert_eq!(names.len(), 74, "two rows have one name");
    for row in table() {
        assert!(!row.elsewhere.is_empty() || !(row.cases)().is_empty(), "row {} shows nothing", row.number);
        for (file, test) in row.elsewhere {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("row {}: {file}: {e}", row.number));
            assert!(text.contains(&format!("fn {test}()")), "row {}: {file} has no test `{test}`", row.number);
        }
    }
}

#[test]
fn the_reader_refuses_before_it_writes() {
    each(|row, stem, case| {
        let at = at(row, stem);
        let outside = tempfile::tempdir().unwrap();
        let into = outside.path().join("a/b/skill");
        fs::create_dir_all(&into).unwrap();
        let start = Instant::now();
        let result = read(&case.bytes, &into);
        let took = start.elapsed();
        let files: Vec<String> = tree(&into).into_keys().collect();
        match (case.outcome, result) {
            (Outcome::Accept | Outcome::NoSlug, Ok(expected)) => {
                let expected: Vec<String> = expected.into_iter().map(|(path, _)| path).collect();
                assert_eq!(files, expected, "{at}");
                modes(&into, &at);
            }
            (Outcome::Reject(code), Err(error @ SkillError::Archive(_)))
            | (Outcome::BadSkill(code), Err(error @ SkillError::FrontMatter { .. })) => {
                assert_eq!(error.code(), code, "{at}: {error}");
                let shown = error.to_string();
                let plain =
                    |c: char| !c.is_control() && !matches!(c, '\u{200b}'..='\u{202e}' | '\u{2066}' | '\u{feff}');
                assert!(shown.chars().all(plain), "{at}: not escaped: {shown:?}");
                assert!(shown.contains(case.says), "{at}: {shown}");
                assert_eq!(files, [""; 0], "{at}: something was written");
                assert!(row.number != 42 || took < SOON, "{at}: {took:?}");
            }
            (expected, got) => panic!("{at}: {expected:?} was expected, not {got:?}"),
        }
        let around: Vec<String> = tree(outside.path()).into_keys().collect();
        assert!(around.iter().all(|path| path.starts_with("a/b/skill/")), "{at}: outside: {around:?}");
    });
}

/// Only two modes come out of a package, whatever it asks for.
#[cfg(unix)]
fn modes(folder: &Path, at: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()) {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
        // The umask may take from 0644 and 0755, and never adds.
        assert_eq!(mode & !0o755, 0, "{at}: {:o} on {}", mode, entry.path().display());
    }
}

#[cfg(not(unix))]
fn modes(_: &Path, _: &str) {}

fn file_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[test]
fn the_program_installs_the_good_ones_and_nothing_else() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    home.skill("work", "before", "it was here first");
    home.run(&["install", "./work/before"]).exits(0);
    let before = home.tree(".agents/skills/before");

    let mut expected = BTreeMap::new();
    let mut installed = BTreeSet::from(["before".to_owned()]);
    each(|row, stem, case| {
        home.write(&format!("zips/{stem}.zip"), &case.bytes);
        if case.outcome == Outcome::Accept {
            installed.insert(stem.to_owned());
        } else {
            expected.insert(format!("{stem}.zip"), (at(row, stem), case.outcome, case.says));
        }
    });
    let zips: Vec<String> = home.tree("zips").into_keys().map(|name| format!("./zips/{name}")).collect();
    let args: Vec<&str> =
        ["install", "--json", "--allow-findings"].into_iter().chain(zips.iter().map(String::as_str)).collect();
    let run = home.run(&args).exits(3);
    let answer = run.json();

    let failed: BTreeMap<&str, &Value> =
        answer["failed"].as_array().unwrap().iter().map(|one| (file_of(one["name"].as_str().unwrap()), one)).collect();
    for (file, (at, outcome, says)) in &expected {
        let one = failed.get(file.as_str()).unwrap_or_else(|| panic!("{at}: it did not fail"));
        let (kind, code) = match outcome {
            Outcome::Reject(code) | Outcome::BadSkill(code) => ("integrity", *code),
            Outcome::NoSlug => ("usage", "no_slug"),
            Outcome::Accept => panic!("{at}: it is good"),
        };
        assert_eq!((&one["kind"], &one["code"]), (&json!(kind), &json!(code)), "{at}: {one}");
        assert!(one["message"].as_str().unwrap().contains(says), "{at}: {one}");
    }
    assert_eq!(failed.len(), expected.len(), "{failed:?}");

    let there: BTreeSet<String> = fs::read_dir(home.path(".agents/skills"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, installed);
    assert_eq!(home.tree(".agents/skills/before"), before);
    let known = ["zips/", "work/", ".agents/skills/", ".agents/.skillzdrive/", ".local/", ".cache/"];
    let stray: Vec<String> =
        home.tree("").into_keys().filter(|path| !known.iter().any(|known| path.starts_with(known))).collect();
    assert_eq!(stray, [""; 0]);
    let left: Vec<String> =
        home.tree(".agents/.skillzdrive/staging").into_keys().filter(|path| path.contains('/')).collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn the_drive_keeps_the_good_ones_and_nothing_else() {
    let drive = TestDrive::with_files();
    let (slugs, balance, kept) = (drive.slugs(), drive.balance(), drive.kept());
    let mut good = BTreeSet::new();
    let mut paid = 0;
    each(|row, stem, case| {
        let at = at(row, stem);
        let (_, ticket) = drive.ask("POST", "/api/v1/uploads/ticket", Some(json!({})));
        let token = ticket["data"]["uploadToken"].as_str().unwrap_or_else(|| panic!("{at}: {ticket}"));
        let (status, answer) = drive.upload(token, &format!("{stem}.zip"), &case.bytes);
        if case.outcome == Outcome::Accept {
            assert_eq!(status, 201, "{at}: {answer}");
            assert_eq!(answer["skill"]["slug"], stem, "{at}: {answer}");
            paid += answer["creditCost"].as_i64().unwrap();
            good.insert(stem.to_owned());
            return;
        }
        assert_eq!((status, &answer["error"]["code"]), (422, &json!("invalid_package")), "{at}: {answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        if case.outcome != Outcome::NoSlug {
            // Both sides refuse it for the same reason, in the same words.
            let why = read(&case.bytes, tempfile::tempdir().unwrap().path()).unwrap_err();
            assert!(message.contains(&why.to_string()), "{at}: {message}");
        }
        assert!(good.iter().eq(drive.slugs().iter().collect::<BTreeSet<_>>()), "{at}: the drive changed");
        assert_eq!(drive.balance(), balance - paid, "{at}: it was charged");
    });
    assert!(slugs.is_empty() && kept.is_empty());
    // Equal bytes are kept once, and nothing that was refused is kept.
    assert!(!drive.kept().is_empty() && drive.kept().len() <= good.len(), "{:?}", drive.kept());
}

#[test]
fn a_package_above_the_limit_is_too_large_for_both() {
    let drive = TestDrive::with_files();
    let home = Home::on(&drive.url);
    let bytes = vec![0; (64 << 20) + 1];
    let path = home.write("large.zip", &bytes);
    let run = home.run(&["install", "--json", &path.display().to_string()]).exits(7);
    assert_eq!(run.json_error()["code"], "zip_too_large", "{run}");
    assert!(!home.path(".agents").exists());
    let (_, ticket) = drive.ask("POST", "/api/v1/uploads/ticket", Some(json!({})));
    let (status, answer) = drive.upload(ticket["data"]["uploadToken"].as_str().unwrap(), "large.zip", &bytes);
    assert_eq!((status, &answer["error"]["code"]), (413, &json!("package_too_large")), "{answer}");
    assert!(drive.slugs().is_empty() && drive.kept().is_empty());
}

#[test]
fn a_page_instead_of_a_package_fails_by_its_digest() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    let before = home.tree(".agents/skills");
    // Exact bytes by their address: no size is known before they come, so only the digest can tell.
    let sha = drive.publish("pdf", "two");
    // A web page is what a network that wants a login gives; anything else fails by its digest.
    for (page, status, code) in
        [(&b"<!doctype html><p>Sign in to go on</p>"[..], 6, "web_page"), (b"{\"data\":{}}", 7, "content_sha_mismatch")]
    {
        drive.fail("GET", "/storage/", usize::MAX, Fault::Bytes(page.to_vec()));
        let run = home.run(&["install", "--json", &format!("pdf@{sha}")]).exits(status);
        assert_eq!(run.json_error()["code"], code, "{run}");
        drive.heal();
        assert_eq!(home.tree(".agents/skills"), before);
    }
}

/// A bomb whose header promises no more than is allowed, in a process that may have a tenth of what comes out of it.
#[cfg(unix)]
#[test]
fn a_bomb_needs_little_memory() {
    let home = Home::new();
    let zip = with(content::bomb(content::ten_gib(), 200 << 20));
    home.write("bomb.zip", zip.bytes());
    let program = home.command(&[]);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -v 1000000 && exec \"$@\"", "sh"])
        .arg(program.get_program())
        .args(["install", "--json", "./bomb.zip"])
        .current_dir(home.root())
        .env_clear()
        .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let run = home.finish(&command.output().unwrap()).exits(7);
    assert_eq!(run.json_error()["code"], "size", "{run}");
    assert!(!home.path(".agents").exists());
}
