//! The kill loop: `install`, `update` and `sync` are ended by SIGKILL at random moments, and after each one nothing is
//! half-made, nothing that a person wrote is gone, and the next run ends clean.
//!
//! A moment is an event and some looks more: a request that the drive has seen, a folder in staging, a line in the
//! trash's record, a skill or a lockfile that changed, a journal that was opened. `SKILLZDRIVE_TEST_KILLS` says how many
//! rounds there are over the three commands, `SKILLZDRIVE_TEST_SEED` which moments are drawn; `tests/kill-loop.sh` runs
//! many. A seed draws the same moments again; where exactly the kill then strikes is the machine's affair.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

#[cfg(target_os = "linux")]
use crate::disk;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const LOCK: &str = ".local/share/skillzdrive/skillzdrive.lock";
const SKILLS: [&str; 3] = ["csv", "ocr", "pdf"];
/// Rounds over all three commands when nobody asks for more.
const ROUNDS: usize = 24;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Random numbers that a seed brings back.
struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    fn new(salt: u64) -> Self {
        let fresh = || u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
        let seed = number("SKILLZDRIVE_TEST_SEED").unwrap_or_else(fresh);
        Self { seed, state: seed.wrapping_add(salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap() % end
    }
}

/// The event after which the kill comes.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// So many requests, on both ports.
    Requests(usize),
    /// Something lies in staging.
    Staged,
    /// So many bytes more are in the trash's records.
    Recorded(usize),
    /// This skill's text is another.
    Placed(&'static str),
    /// The lockfile is another.
    Locked,
    /// A journal is open.
    Journal,
}

impl Event {
    fn draw(dice: &mut Dice, requests: usize) -> Self {
        match dice.below(9) {
            0..=2 => Self::Requests(1 + dice.below(requests)),
            3 => Self::Staged,
            4 | 5 => Self::Recorded(1 + dice.below(1500)),
            6 => Self::Placed(SKILLS[dice.below(SKILLS.len())]),
            7 => Self::Locked,
            _ => Self::Journal,
        }
    }
}

fn requests(drive: &TestDrive) -> usize {
    drive.asked().len() + drive.storage_asked().len()
}

fn staged(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path(".agents/.skillzdrive/staging")).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().into_string().unwrap()).filter(|name| name.starts_with("s-")).collect()
}

fn recorded(home: &Home) -> u64 {
    let runs = fs::read_dir(home.path(".agents/.skillzdrive/trash")).into_iter().flatten().flatten();
    runs.filter_map(|run| fs::metadata(run.path().join("entries.jsonl")).ok()).map(|meta| meta.len()).sum()
}

fn journal(home: &Home) -> bool {
    let files = fs::read_dir(home.path(".local/state/skillzdrive/sync")).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.path().extension().is_some_and(|kind| kind == "journal"))
}

fn text(home: &Home, slug: &str) -> Option<String> {
    fs::read_to_string(home.path(&format!(".agents/skills/{slug}/SKILL.md"))).ok()
}

/// What there is of each skill: its files without what belongs to the place, and its table in the lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    files: BTreeMap<String, BTreeMap<String, String>>,
    tables: BTreeMap<String, Option<String>>,
}

impl State {
    fn of(home: &Home) -> Self {
        let lock = fs::read_to_string(home.path(LOCK)).unwrap_or_default();
        let tables: BTreeMap<&str, &str> =
            lock.split("[skill.").skip(1).filter_map(|table| table.split_once(']')).collect();
        let files = SKILLS.map(|slug| {
            let mut files = home.tree(&format!(".agents/skills/{slug}"));
            files.remove(".env");
            (slug.to_owned(), files)
        });
        let tables = SKILLS.map(|slug| (slug.to_owned(), tables.get(slug).map(|table| table.trim().to_owned())));
        Self { files: BTreeMap::from(files), tables: BTreeMap::from(tables) }
    }
}

/// One command under the kill: the words of each round and what a person wrote before it.
struct Loop<'a> {
    drive: &'a TestDrive,
    home: &'a Home,
    dice: Dice,
    killed: usize,
}

impl<'a> Loop<'a> {
    fn new(drive: &'a TestDrive, home: &'a Home, salt: u64) -> Self {
        Self { drive, home, dice: Dice::new(salt), killed: 0 }
    }

    /// Runs all rounds. `prepare` brings version `round` of every skill to the drive, may let a person write something
    /// that holds the text it is given, and says the command.
    fn run(mut self, mut prepare: impl FnMut(usize, &str) -> Vec<String>) {
        let rounds = number("SKILLZDRIVE_TEST_KILLS").map_or(ROUNDS, |n| usize::try_from(n).unwrap()).div_ceil(3);
        write_own(self.home);
        let mut usual = None;
        for round in 1..=rounds {
            let written = format!("written-by-a-person-in-round-{round}.");
            let args = prepare(round, &written);
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            self.drive.forget();
            // The first round of all is not killed, to learn how much a whole one asks.
            let moment = usual.map(|usual| (Event::draw(&mut self.dice, usual), self.dice.below(40)));
            let about = format!("round {round} of `{}`, {moment:?}, SKILLZDRIVE_TEST_SEED={}", args[0], self.dice.seed);
            let before = State::of(self.home);
            if let Some((event, looks)) = moment {
                self.kill(&args, event, looks);
            }
            let after_kill = State::of(self.home);
            self.nothing_lost(&written, &about);
            let list = self.home.run(&["list"]);
            assert_eq!(list.code, Some(0), "{about}: the lockfile is readable\n{list}");

            let next = self.home.run(&args);
            assert_eq!(next.code, Some(0), "{about}: the next run\n{next}");
            usual.get_or_insert_with(|| requests(self.drive));
            let after = State::of(self.home);
            self.nothing_lost(&written, &about);
            old_or_new(self.home, [&before, &after_kill, &after], round, &about);
            assert_eq!(staged(self.home), [""; 0], "{about}: staging\n{next}");
            assert!(!journal(self.home), "{about}: the journal is closed\n{next}");
            let audit = self.home.run(&["audit"]);
            assert_eq!(audit.code, Some(0), "{about}\n{audit}");
        }
        // How many a fast machine lets end before the kill is chance, so only a long loop says something of it. The kills
        // at each step, below, come to every run.
        assert!(rounds < 50 || self.killed * 10 >= rounds, "only {} of {rounds} were killed", self.killed);
    }

    /// Starts the command and kills it so many looks after the event, unless it ends before.
    fn kill(&mut self, args: &[&str], event: Event, looks: usize) {
        let texts = SKILLS.map(|slug| (slug, text(self.home, slug)));
        let texts: BTreeMap<&str, Option<String>> = BTreeMap::from(texts);
        let lock = fs::read(self.home.path(LOCK)).ok();
        let recorded_before = recorded(self.home);
        let mut child = self.home.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut left = None;
        while child.try_wait().unwrap().is_none() {
            let reached = left.is_some()
                || match event {
                    Event::Requests(count) => requests(self.drive) >= count,
                    Event::Staged => !staged(self.home).is_empty(),
                    Event::Recorded(bytes) => recorded(self.home) >= recorded_before + bytes as u64,
                    Event::Placed(slug) => text(self.home, slug) != texts[slug],
                    Event::Locked => fs::read(self.home.path(LOCK)).ok() != lock,
                    Event::Journal => journal(self.home),
                };
            if reached {
                let left = left.get_or_insert(looks);
                if *left == 0 {
                    child.kill().unwrap();
                    break;
                }
                *left -= 1;
            }
            std::thread::yield_now();
        }
        self.killed += usize::from(child.wait().unwrap().code().is_none());
    }

    /// What a person wrote is on the disk: at its place, or in the trash.
    fn nothing_lost(&self, written: &str, about: &str) {
        for own in SKILLS.map(own_of).iter().map(|own| own.trim()).chain([written]) {
            let kept = self.home.files_with(own);
            let agents = self.home.path(".agents");
            assert!(kept.iter().any(|path| path.starts_with(&agents)), "{about}: `{own}` is gone: {kept:?}");
        }
    }
}

/// Each skill and its table are at the kill what they were before or what they are at the end, which is the new version.
#[track_caller]
fn old_or_new(home: &Home, [before, after_kill, after]: [&State; 3], round: usize, about: &str) {
    for slug in SKILLS {
        assert_eq!(text(home, slug), Some(skill_md(slug, &body(round))), "{about}: {slug} is new");
        let files = [before, after].map(|state| &state.files[slug]);
        assert!(files.contains(&&after_kill.files[slug]), "{about}: {slug} is half-made\n{after_kill:#?}");
        let tables = [before, after].map(|state| &state.tables[slug]);
        assert!(tables.contains(&&after_kill.tables[slug]), "{about}: {slug}'s table\n{after_kill:#?}");
        assert!(after.tables[slug].is_some(), "{about}: {slug} is locked");
        let own = fs::read_to_string(home.path(&format!(".agents/skills/{slug}/.env"))).ok();
        assert_eq!(own, Some(own_of(slug)), "{about}: what belongs to {slug}'s place is there again");
    }
}

fn body(round: usize) -> String {
    format!("version {round}")
}

/// What a person keeps in a skill's folder and no version brings.
fn own_of(slug: &str) -> String {
    format!("OWN={slug}-is-mine\n")
}

fn write_own(home: &Home) {
    for slug in SKILLS {
        home.write(&format!(".agents/skills/{slug}/.env"), own_of(slug));
    }
}

/// The next version of every skill.
fn publish(drive: &TestDrive, round: usize) {
    for slug in SKILLS {
        drive.publish(slug, &body(round));
    }
}

/// A machine without a key that has the first version of every skill.
fn installed(drive: &TestDrive) -> Home {
    publish(drive, 0);
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.run(&[&["install"], &SKILLS[..]].concat()).exits(0);
    home
}

/// Two machines of one account that have every skill.
fn synced(drive: &TestDrive) -> (Home, Home) {
    let homes = [(); 2].map(|()| Home::logged_in(&drive.url, &drive.key));
    let [first, second] = homes;
    for home in [&first, &second] {
        home.mkdir(".claude");
    }
    send(&first, 0);
    second.run(&["sync", "--yes"]).exits(0);
    (first, second)
}

/// Edits every skill on a machine and sends it to the drive.
fn send(first: &Home, round: usize) {
    for slug in SKILLS {
        first.skill(".agents/skills", slug, &body(round));
    }
    first.run(&["sync", "--yes"]).exits(0);
}

#[test]
fn install_is_killed_at_random_moments() {
    let drive = TestDrive::start();
    let home = installed(&drive);
    Loop::new(&drive, &home, 1).run(|round, written| {
        publish(&drive, round);
        // An edit that `--yes` lets go, into the trash.
        home.write(&format!(".agents/skills/{}/own.md", SKILLS[round % 3]), written);
        ["install", "--yes"]
            .map(str::to_owned)
            .into_iter()
            .chain(SKILLS.map(|slug| format!("{slug}@{}", round + 1)))
            .collect()
    });
}

#[test]
fn update_is_killed_at_random_moments() {
    let drive = TestDrive::start();
    let home = installed(&drive);
    Loop::new(&drive, &home, 2).run(|round, written| {
        publish(&drive, round);
        home.write(&format!(".agents/skills/{}/own.md", SKILLS[round % 3]), written);
        ["update", "--yes", "--on-conflict", "take"].map(str::to_owned).to_vec()
    });
}

#[test]
fn sync_is_killed_at_random_moments() {
    let drive = TestDrive::start();
    let (first, home) = synced(&drive);
    home.skill(".agents/skills", "mine", "at first");
    home.run(&["sync", "--yes"]).exits(0);
    Loop::new(&drive, &home, 3).run(|round, written| {
        send(&first, round);
        // An edit that goes to the drive by the same sync.
        home.skill(".agents/skills", "mine", written);
        ["sync", "--yes"].map(str::to_owned).to_vec()
    });
    first.run(&["sync", "--yes"]).exits(0);
    assert_eq!(first.tree(".agents/skills/mine"), home.tree(".agents/skills/mine"));
}

/// Killed at the first, the second, the third … change of the file system that a thread of it makes, up to the last.
/// `prepare` brings a version of every skill to the drive and says the command.
#[cfg(target_os = "linux")]
fn each_step(home: &Home, mut prepare: impl FnMut(usize) -> Vec<String>) {
    if !disk::succeeds(&["strace", "-o", "/dev/null", "true"]) {
        return disk::skip("a kill at each step: strace is not here, or may not trace");
    }
    write_own(home);
    for step in 1.. {
        let args = prepare(step);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let before = State::of(home);
        let changes = "/^(rename|link|symlink|unlink|mkdir|rmdir|fdatasync)";
        let (trace, inject) = (format!("trace={changes}"), format!("inject={changes}:signal=KILL:when={step}"));
        let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
        let run = disk::wrapped(home, &strace, &[], &args);
        let about = format!("`{}` killed at step {step}", args[0]);
        let after_kill = State::of(home);
        home.run(&["list"]).exits(0);
        let next = home.run(&args);
        assert_eq!(next.code, Some(0), "{about}: the next run\n{next}");
        old_or_new(home, [&before, &after_kill, &State::of(home)], step, &about);
        assert_eq!(staged(home), [""; 0], "{about}");
        assert!(!journal(home), "{about}: the journal is closed\n{next}");
        if run.code == Some(0) {
            assert!(step > 10, "only {step} steps were seen");
            break;
        }
        assert_eq!(run.code, None, "{about}\n{run}");
    }
    home.run(&["audit"]).exits(0);
}

#[cfg(target_os = "linux")]
#[test]
fn install_is_killed_at_each_step() {
    let drive = TestDrive::start();
    let home = installed(&drive);
    each_step(&home, |step| {
        publish(&drive, step);
        ["install".to_owned()].into_iter().chain(SKILLS.map(|slug| format!("{slug}@{}", step + 1))).collect()
    });
}

#[cfg(target_os = "linux")]
#[test]
fn update_is_killed_at_each_step() {
    let drive = TestDrive::start();
    let home = installed(&drive);
    each_step(&home, |step| {
        publish(&drive, step);
        ["update", "--yes"].map(str::to_owned).to_vec()
    });
}

#[cfg(target_os = "linux")]
#[test]
fn sync_is_killed_at_each_step() {
    let drive = TestDrive::start();
    let (first, home) = synced(&drive);
    each_step(&home, |step| {
        send(&first, step);
        ["sync", "--yes"].map(str::to_owned).to_vec()
    });
}
