//! Disks that are full, read-only or broken, and a process that may open few files.
//!
//! The small disks are made in a mount namespace of their own, which ends with the program: nothing stays mounted. Where
//! neither root nor a user namespace can mount, or `strace` is not there, the test says so on stderr and shows nothing.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::harness::Home;
use crate::harness::Run;
use crate::harness::TestDrive;
use crate::harness::skill_md;
use crate::harness::tree;

const DATA: &str = ".local/share/skillzdrive";
const LOCK: &str = ".local/share/skillzdrive/skillzdrive.lock";

/// Lays a full tmpfs with the same files over a folder, runs the program, and keeps what is in it then as `after`.
const FULL: &str = r#"
set -e
cp -a "$FOLDER" "$KEEP/before"
mount -t tmpfs -o size=256k tmpfs "$FOLDER"
cp -a "$KEEP/before/." "$FOLDER/"
cat /dev/zero >"$FOLDER/filler" 2>/dev/null || true
set +e
"$@"
code=$?
rm "$FOLDER/filler"
cp -a "$FOLDER" "$KEEP/after"
exit $code
"#;

/// Makes a folder read-only, for root too, while the program runs.
const READ_ONLY: &str = r#"
set -e
mkdir "$KEEP/after"
mount --bind "$FOLDER" "$FOLDER"
mount -o remount,bind,ro "$FOLDER"
exec "$@"
"#;

/// Whether a command can be run here.
pub(crate) fn succeeds(words: &[&str]) -> bool {
    Command::new(words[0]).args(&words[1..]).output().is_ok_and(|output| output.status.success())
}

/// Says past the test harness, which keeps what a passing test prints, that nothing was shown.
pub(crate) fn skip(what: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}");
}

/// The program in an environment that a wrapper prepares.
pub(crate) fn wrapped(home: &Home, wrapper: &[&str], variables: &[(&str, &Path)], args: &[&str]) -> Run {
    let inner = home.command(args);
    let mut outer = Command::new(wrapper[0]);
    outer.args(&wrapper[1..]).arg(inner.get_program()).args(inner.get_args()).current_dir(home.root()).env_clear();
    outer.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    outer.envs(variables.iter().copied());
    home.finish(&outer.output().unwrap())
}

/// The program while a folder is what the script makes of it, and what was in the folder afterwards; `None` where
/// nothing can be mounted.
fn mounted(home: &Home, script: &str, folder: &str, args: &[&str]) -> Option<(Run, BTreeMap<String, String>)> {
    let probe = ["sh", "-c", "mount -t tmpfs tmpfs /mnt"];
    let ways: [&[&str]; 2] = [&["unshare", "-m"], &["unshare", "-Urm"]];
    let Some(way) = ways.into_iter().find(|way| succeeds(&[way, &probe[..]].concat())) else {
        skip("a disk that is full or read-only: nothing can be mounted here");
        return None;
    };
    let keep = tempfile::tempdir().unwrap();
    let folder = home.mkdir(folder);
    let wrapper = [way, &["sh", "-c", script, "sh"]].concat();
    let run = wrapped(home, &wrapper, &[("FOLDER", &folder), ("KEEP", keep.path())], args);
    Some((run, tree(&keep.path().join("after"))))
}

/// A machine with the first version of a skill, of which there is a second.
fn behind(drive: &TestDrive) -> Home {
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.run(&["install", "pdf"]).exits(0);
    drive.publish("pdf", "two");
    drive.forget();
    home
}

#[track_caller]
fn as_before(home: &Home, skills: &BTreeMap<String, String>, lock: &str) {
    assert_eq!((&home.tree(".agents/skills"), home.read(LOCK).as_str()), (skills, lock));
}

/// The disk has room again.
#[track_caller]
fn goes_on(home: &Home) {
    home.run(&["install", "pdf@2"]).exits(0);
    assert_eq!(home.read(".agents/skills/pdf/SKILL.md"), skill_md("pdf", "two"));
    home.run(&["audit"]).exits(0);
}

#[test]
fn a_full_disk_under_the_cache_costs_the_cache_alone() {
    let drive = TestDrive::start();
    let home = behind(&drive);
    let cached = home.tree(".cache/skillzdrive");
    // A package waits for its check in memory and goes from there into staging; the cache is only a convenience.
    let Some((run, after)) = mounted(&home, FULL, ".cache/skillzdrive", &["install", "pdf@2"]) else { return };
    let run = run.exits(0);
    assert!(drive.storage_asked().len() == 1, "a full disk is no reason to ask again\n{run}");
    assert_eq!(after.keys().collect::<Vec<_>>(), cached.keys().collect::<Vec<_>>(), "{run}");
    goes_on(&home);
}

#[test]
fn a_full_disk_while_unpacking_leaves_the_version_before() {
    let drive = TestDrive::start();
    let home = behind(&drive);
    let (skills, lock) = (home.tree(".agents/skills"), home.read(LOCK));
    let staging = ".agents/.skillzdrive/staging";
    let Some((run, after)) = mounted(&home, FULL, staging, &["install", "pdf@2"]) else { return };
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("No space left on device") && run.stderr.contains("pdf"), "{run}");
    assert!(after.keys().all(|path| !path.starts_with("s-")), "{after:?}");
    as_before(&home, &skills, &lock);
    goes_on(&home);
}

#[test]
fn a_full_disk_at_the_lockfile_leaves_the_old_one() {
    let drive = TestDrive::start();
    let home = behind(&drive);
    let lock = home.read(LOCK);
    let Some((run, after)) = mounted(&home, FULL, DATA, &["install", "pdf@2"]) else { return };
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("No space left on device") && run.stderr.contains("skillzdrive.lock"), "{run}");
    assert_eq!(after.get("skillzdrive.lock"), Some(&lock), "{run}");
    assert!(after.keys().all(|path| !path.contains("tmp")), "{after:?}");
    let body = home.read(".agents/skills/pdf/SKILL.md");
    assert!([skill_md("pdf", "one"), skill_md("pdf", "two")].contains(&body), "{body}");
    home.run(&["list"]).exits(0);
    goes_on(&home);
}

#[test]
fn a_read_only_folder_of_one_agent_is_said_and_the_others_go_on() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude/skills");
    home.mkdir(".cursor");
    let Some((run, _)) = mounted(&home, READ_ONLY, ".claude/skills", &["install", "pdf"]) else { return };
    assert!(home.path(".agents/skills/pdf/SKILL.md").is_file(), "{run}");
    assert!(home.path(".cursor/skills/pdf/SKILL.md").is_file(), "{run}");
    assert!(run.stderr.contains(".claude/skills") && run.stderr.contains("Read-only file system"), "{run}");
    // The skill is here and locked, so this is a warning; the audit goes on saying it until the link is there.
    assert_eq!(run.code, Some(0), "{run}");
    let audit = home.run(&["audit"]).exits(10);
    assert!(audit.stdout.contains(".claude/skills"), "{audit}");
    home.run(&["install", "pdf"]).exits(0);
    home.run(&["audit"]).exits(0);
    assert!(home.path(".claude/skills/pdf/SKILL.md").is_file());
}

#[test]
fn a_read_only_folder_of_skills_is_an_error_that_changes_nothing() {
    let drive = TestDrive::start();
    let home = behind(&drive);
    let (skills, lock) = (home.tree(".agents/skills"), home.read(LOCK));
    let Some((run, _)) = mounted(&home, READ_ONLY, ".agents", &["install", "pdf@2"]) else { return };
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("Read-only file system") && run.stderr.contains(".agents"), "{run}");
    as_before(&home, &skills, &lock);
    goes_on(&home);
}

#[test]
fn a_disk_that_fails_at_a_flush_is_a_failure() {
    if !succeeds(&["strace", "-o", "/dev/null", "true"]) {
        return skip("a disk that fails at a flush: strace is not here, or may not trace");
    }
    let drive = TestDrive::start();
    let home = behind(&drive);
    let lock = home.read(LOCK);
    let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e"];
    let wrapper = [&strace[..], &["inject=fsync,fdatasync:error=EIO"]].concat();
    let run = wrapped(&home, &wrapper, &[], &["install", "pdf@2"]);
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("Input/output error"), "{run}");
    assert_eq!(home.read(LOCK), lock, "{run}");
    let body = home.read(".agents/skills/pdf/SKILL.md");
    assert!([skill_md("pdf", "one"), skill_md("pdf", "two")].contains(&body), "{body}");
    goes_on(&home);
}

#[test]
fn thirty_two_open_files_are_enough_or_it_is_said() {
    let drive = TestDrive::start();
    let slugs: Vec<String> = (1..=12).map(|n| format!("skill-{n}")).collect();
    for slug in &slugs {
        drive.publish(slug, "text");
    }
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    let few = ["sh", "-c", "ulimit -n 32; exec \"$@\"", "sh"];
    wrapped(&home, &few, &[], &["install", "skill-1"]).exits(0);
    wrapped(&home, &few, &[], &["audit"]).exits(0);
    // Twelve at once may be too many: then that is the reason that is given, and what is there is whole.
    let args: Vec<&str> = ["install"].into_iter().chain(slugs.iter().map(String::as_str)).collect();
    let run = wrapped(&home, &few, &[], &args);
    assert!(run.code == Some(0) || run.stderr.contains("Too many open files"), "{run}");
    assert!(!run.stderr.contains("panic") && run.code != Some(70), "{run}");
    home.run(&["list"]).exits(0);
    for slug in &slugs {
        let files = home.path(&format!(".agents/skills/{slug}"));
        assert!(!files.exists() || tree(&files).len() == 2, "{slug} is half-made\n{run}");
    }
    home.run(&args).exits(0);
    home.run(&["audit"]).exits(0);
}

#[test]
fn without_a_home_it_is_said_and_a_home_that_is_no_text_works() {
    use std::os::unix::ffi::OsStrExt as _;
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    let strange = home.root().join(std::ffi::OsStr::from_bytes(b"h\xf6me"));
    std::fs::create_dir_all(strange.join(".claude")).unwrap();
    for args in [&["install", "pdf"][..], &["audit"], &["remove", "--yes", "pdf"], &["undo", "--yes"]] {
        let output = home.command(args).env("HOME", &strange).current_dir(&strange).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(strange.join(".claude/skills/pdf/SKILL.md").is_file());
    // Without the variable the system's list of people is asked; who is not in it is told what to do.
    let unset = home.without("HOME");
    for run in [unset.run(&["telemetry", "show"]), unset.with("HOME", "").run(&["telemetry", "show"])] {
        let told = run.code == Some(2) && run.stderr.contains("hint: set HOME");
        assert!(run.code == Some(0) || told, "{run}");
    }
}
