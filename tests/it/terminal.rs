//! What a person on a terminal sees and is asked, and that nobody else is.

use crate::harness::CTRL_C;
use crate::harness::Home;
use crate::harness::RETURN;
use crate::harness::TestDrive;
use crate::harness::skill_md;

/// A home with one skill of its own, logged in.
fn home(drive: &TestDrive) -> Home {
    let home = Home::logged_in(&drive.url, &drive.key);
    home.mkdir(".claude");
    home.skill(".claude/skills", "mine", "home-made");
    home
}

#[test]
fn sync_asks_which_skills_and_once_whether_to_go_on() {
    let drive = TestDrive::start();
    let home = home(&drive);
    let mut terminal = home.terminal(&["sync"]);
    terminal.sees("Which of your skills go to the drive?");
    terminal.types(RETURN);
    terminal.sees("mine");
    terminal.sees("Go on?");
    assert!(drive.slugs().is_empty(), "nothing moves before the answer");
    terminal.types("y");
    terminal.types(RETURN);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(drive.slugs(), ["mine"]);
    // The choice is remembered, and with nothing to do nothing is asked.
    let (seen, code) = home.terminal(&["sync"]).end();
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains('?'), "{seen}");
}

#[test]
fn no_and_ctrl_c_change_nothing() {
    let drive = TestDrive::start();
    let home = home(&drive);
    let before = home.tree(".claude");
    let mut terminal = home.terminal(&["sync"]);
    terminal.sees("Which of your skills go to the drive?");
    terminal.types(CTRL_C);
    let (seen, code) = terminal.end();
    assert_eq!(code, 130, "{seen}");
    for (keys, code) in [("n\r", 0), (CTRL_C, 130), ("\u{1b}", 130)] {
        let mut terminal = home.terminal(&["sync"]);
        if drive.count("POST /api/v1/drive/sync/preview") == 0 {
            terminal.sees("Which of your skills go to the drive?");
            terminal.types(RETURN);
        }
        terminal.sees("Go on?");
        terminal.types(keys);
        let (seen, ended) = terminal.end();
        assert_eq!(ended, code, "{seen}");
        assert!(seen.contains("nothing was changed"), "{seen}");
    }
    assert_eq!(home.tree(".claude"), before);
    assert!(!home.path(".agents/skills").exists());
    assert!(drive.slugs().is_empty());
    assert_eq!(drive.count("POST /api/v1/drive/sync/execute"), 0);
}

#[test]
fn a_conflict_is_asked_about_and_ends_as_answered() {
    let drive = TestDrive::start();
    let (one, two) = (home(&drive), Home::logged_in(&drive.url, &drive.key));
    one.run(&["sync", "--yes"]).exits(0);
    two.run(&["sync", "--yes"]).exits(0);
    one.write(".claude/skills/mine/SKILL.md", skill_md("mine", "of the first"));
    one.run(&["sync", "--yes"]).exits(0);
    let edited = two.write(".agents/skills/mine/SKILL.md", skill_md("mine", "of the second"));
    two.run(&["sync", "--yes"]).exits(8);
    // The last answer leaves it.
    let mut terminal = two.terminal(&["sync"]);
    terminal.sees("both sides changed");
    terminal.sees("leave it for now");
    terminal.types("leave");
    terminal.types(RETURN);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "a person left it: {seen}");
    assert!(seen.contains("Nothing to do.") && !seen.contains("agree"), "{seen}");
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), skill_md("mine", "of the second"));
    let mut terminal = two.terminal(&["sync"]);
    terminal.sees("take the drive's version");
    terminal.types("take");
    terminal.types(RETURN);
    terminal.sees("Go on?");
    terminal.types(RETURN);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), skill_md("mine", "of the first"));
    // What it replaced is not gone.
    two.run(&["undo", "--yes"]).exits(0);
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), skill_md("mine", "of the second"));
}

#[test]
fn an_edited_skill_is_replaced_only_when_a_person_says_so() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    let edited = home.write(".agents/skills/pdf/SKILL.md", skill_md("pdf", "my own words"));
    for (keys, code, text) in [("n\r", 8, "my own words"), (CTRL_C, 130, "my own words"), ("y\r", 0, "one")] {
        let mut terminal = home.terminal(&["install", "pdf"]);
        terminal.sees("Move it to the trash");
        terminal.types(keys);
        let (seen, ended) = terminal.end();
        assert_eq!(ended, code, "{seen}");
        assert_eq!(std::fs::read_to_string(&edited).unwrap(), skill_md("pdf", text));
    }
    let mut terminal = home.terminal(&["undo"]);
    terminal.sees("Put everything back as it was before?");
    terminal.types("y\r");
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), skill_md("pdf", "my own words"));
}

#[test]
fn without_a_terminal_a_question_is_an_error_and_never_a_wait() {
    let drive = TestDrive::start();
    let home = home(&drive);
    let run = home.run(&["sync"]).exits(2);
    assert!(run.stderr.contains("hint: add --yes"), "{run}");
    // Not even a pipe that stays open is read.
    home.run_with_input(&["sync"], "y\n").exits(2);
    let (seen, code) = home.terminal(&["sync", "--no-input"]).end();
    assert_eq!(code, 2, "{seen}");
    let (seen, code) = Home::new().with("CI", "true").terminal(&["login"]).end();
    assert_eq!(code, 2, "{seen}");
    assert!(drive.slugs().is_empty());
}

#[test]
fn a_key_that_is_typed_is_not_shown() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    let mut terminal = home.terminal(&["login", "--with-token"]);
    terminal.sees("API key:");
    terminal.types(&drive.key);
    terminal.types(RETURN);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains(&drive.key[8..]), "{seen}");
    home.run(&["whoami"]).exits(0);
    let other = Home::on(&drive.url);
    let mut terminal = other.terminal(&["login", "--with-token"]);
    terminal.sees("API key:");
    terminal.types(CTRL_C);
    assert_eq!(terminal.end().1, 130);
}

#[test]
fn a_bar_is_shown_on_a_terminal_when_it_takes_long_and_never_in_a_pipe() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let (piped, watched) = (Home::on(&drive.url), Home::on(&drive.url));
    let arrived = drive.hold("GET", "/storage/");
    let running = piped.start(&["install", "pdf"]);
    arrived();
    // The bar comes after a quarter of a second, so the one in the pipe has waited as long.
    let mut terminal = watched.terminal(&["install", "pdf"]);
    terminal.sees("fetching 1 skill");
    drive.heal();
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    let run = running.end().exits(0);
    assert!(!run.stderr.contains("fetching") && !run.stderr.contains('\u{1b}'), "{run}");
    for args in [&["remove", "pdf", "--yes", "--quiet"][..], &["install", "pdf", "--quiet"]] {
        let (seen, code) = watched.terminal(args).end();
        assert_eq!(code, 0, "{seen}");
        assert!(!seen.contains("fetching"), "{seen}");
    }
}

#[test]
fn once_a_day_a_line_says_that_drive_and_machine_are_apart() {
    const LINE: &str = "1 only in the drive";
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run(&["drive", "import", "pdf"]).exits(0);
    // Nobody watches, or wants to know.
    let quiet: [&[&str]; 4] =
        [&["list", "--quiet"], &["list", "--json"], &["list", "--offline"], &["list", "--dry-run"]];
    for args in quiet {
        assert_eq!(home.terminal(args).end().1, 0);
    }
    home.run(&["list"]).exits(0);
    let home = home.with("CI", "1");
    home.terminal(&["list"]).end();
    let home = home.without("CI");
    home.write(".config/skillzdrive/config.toml", "daily_check = false\n");
    home.terminal(&["list"]).end();
    std::fs::remove_file(home.path(".config/skillzdrive/config.toml")).unwrap();
    assert_eq!(drive.count("POST /api/v1/drive/diff"), 0);
    // On a terminal it is said once.
    let (seen, code) = home.terminal(&["list"]).end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains(LINE) && seen.contains("skillzdrive sync"), "{seen}");
    let (seen, _) = home.terminal(&["list"]).end();
    assert!(!seen.contains(LINE), "{seen}");
    assert_eq!(drive.count("POST /api/v1/drive/diff"), 1);
    home.run(&["sync", "--yes"]).exits(0);
    // A day later there is nothing to say after a sync.
    std::fs::remove_file(home.path(".local/state/skillzdrive/daily-look")).unwrap();
    let (seen, _) = home.terminal(&["list"]).end();
    assert!(!seen.contains("apart"), "{seen}");
    assert_eq!(drive.count("POST /api/v1/drive/diff"), 2);
    // The line leads to a daily sync; the next one is as any other.
    drive.publish("csv", "one");
    home.run(&["drive", "import", "csv"]).exits(0);
    std::fs::remove_file(home.path(".local/state/skillzdrive/daily-look")).unwrap();
    let (seen, _) = home.terminal(&["list"]).end();
    assert!(seen.contains(LINE), "{seen}");
    drive.forget();
    home.run(&["sync", "--yes"]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    let kinds: Vec<String> = drive
        .asked()
        .iter()
        .filter(|asked| asked.path == "/api/v1/drive/sync/preview")
        .map(|asked| {
            serde_json::from_slice::<serde_json::Value>(&asked.body).unwrap()["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(kinds, ["daily", "manual"]);
}

#[test]
fn a_drive_that_is_gone_is_silence_after_a_command() {
    let home = Home::new();
    home.write(".config/skillzdrive/credentials.toml", "[key]\n\"http://127.0.0.1:9\" = \"sk_live_x\"\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = home.path(".config/skillzdrive/credentials.toml");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let (seen, code) = home.terminal(&["list"]).end();
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains("127.0.0.1") && !seen.contains("error"), "{seen}");
}

#[test]
fn a_table_fits_the_terminal_and_has_headers_there() {
    let home = Home::new().with("COLUMNS", "60");
    let (seen, code) = home.terminal(&["agents", "list", "--all", "--no-pager"]).end();
    assert_eq!(code, 0);
    assert!(seen.starts_with("AGENT"), "{seen}");
    assert!(seen.lines().all(|line| line.trim_end().chars().count() <= 60), "{seen}");
    let run = home.run(&["agents", "list", "--all"]).exits(0);
    assert!(!run.stdout.contains("AGENT"));
    assert!(run.stdout.lines().all(|line| line.split('\t').count() == 6), "{run}");
}

#[test]
fn the_notice_is_broken_between_words_to_the_width() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    for (columns, longest) in [("44", 44), ("120", 120)] {
        let home = Home::on(&drive.url).with("COLUMNS", columns);
        let (seen, code) = home.terminal(&["install", "pdf"]).end();
        assert_eq!(code, 0, "{seen}");
        let start = seen.find("skillzdrive tells the drive").unwrap();
        let end = seen.find("tracking.").unwrap();
        let lines: Vec<&str> = seen[start..end].lines().collect();
        assert!(lines.len() > 2 && lines.iter().all(|line| line.trim_end().len() <= longest), "{lines:?}");
        let words: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
        assert!(words.join(" ").contains("names of public skills, counts, and a random number"), "{lines:?}");
    }
}
