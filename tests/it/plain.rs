//! Plain lines for people to whom the terminal is read; and names in every script, for all.

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

/// Nothing that moves a cursor or colours: only lines.
#[track_caller]
fn is_plain(seen: &str) {
    assert!(!seen.contains('\u{1b}'), "{seen:?}");
    let bare = seen.replace("\r\n", "\n");
    assert!(!bare.contains('\r'), "{seen:?}");
}

#[test]
fn questions_are_lines_and_so_are_their_answers() {
    for (name, value) in [("SKILLZDRIVE_PLAIN", "1"), ("TERM", "dumb")] {
        let drive = TestDrive::start();
        let home = Home::logged_in(&drive.url, &drive.key).with(name, value);
        home.mkdir(".claude");
        for slug in ["mine", "other"] {
            home.skill(".claude/skills", slug, "home-made");
        }
        let mut terminal = home.terminal(&["sync"]);
        terminal.sees("Which of your skills go to the drive?");
        terminal.sees("1. mine");
        terminal.sees("return means all:");
        terminal.types("seven\r");
        terminal.sees("return means all:");
        terminal.types("2\r");
        terminal.sees("Go on? Type yes or no; return means yes:");
        terminal.types("perhaps\r");
        terminal.sees("return means yes:");
        terminal.types("yes\r");
        let (seen, code) = terminal.end();
        assert_eq!(code, 0, "{seen}");
        is_plain(&seen);
        assert_eq!(drive.slugs(), ["other"], "{seen}");
    }
}

#[test]
fn the_end_of_the_input_is_no_answer() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key).with("SKILLZDRIVE_PLAIN", "1");
    home.mkdir(".claude");
    home.skill(".claude/skills", "mine", "home-made");
    for keys in ["\u{4}", "\u{3}"] {
        let mut terminal = home.terminal(&["sync"]);
        terminal.sees("return means all:");
        terminal.types(keys);
        let (seen, code) = terminal.end();
        assert_eq!(code, 130, "{seen}");
    }
    assert!(drive.slugs().is_empty());
}

#[test]
fn a_table_says_what_each_cell_is_and_a_long_wait_is_one_line() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.write(".config/skillzdrive/config.toml", "plain = true\n");
    let arrived = drive.hold("GET", "/storage/");
    let mut terminal = home.terminal(&["install", "pdf"]);
    arrived();
    terminal.sees("fetching 1 skill");
    drive.heal();
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    is_plain(&seen);
    assert_eq!(seen.matches("fetching").count(), 1, "{seen}");
    let (seen, code) = home.terminal(&["list"]).end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("slug: pdf; version: 1"), "{seen}");
    // The variable goes before the setting, and a pipe is as it always is.
    let piped = home.run(&["list"]).exits(0).stdout;
    assert!(piped.starts_with("pdf\t"), "{piped}");
    let home = home.with("SKILLZDRIVE_PLAIN", "0");
    assert!(home.terminal(&["list"]).end().0.contains("SLUG"));
}

#[test]
fn a_conflict_shows_what_differs_before_it_is_decided() {
    let drive = TestDrive::start();
    let (one, two) = (Home::logged_in(&drive.url, &drive.key), Home::logged_in(&drive.url, &drive.key));
    for home in [&one, &two] {
        home.mkdir(".claude");
    }
    one.skill(".claude/skills", "mine", "home-made");
    one.run(&["sync", "--yes"]).exits(0);
    two.run(&["sync", "--yes"]).exits(0);
    one.write(".claude/skills/mine/SKILL.md", skill_md("mine", "of the first"));
    one.run(&["sync", "--yes"]).exits(0);
    let edited = two.write(".agents/skills/mine/SKILL.md", skill_md("mine", "of the second"));
    two.run(&["sync", "--yes"]).exits(8);
    let mut terminal = two.terminal(&["sync"]);
    terminal.sees("leave it for now");
    terminal.types("show");
    terminal.types("\r");
    terminal.sees("- here, + in the drive");
    terminal.sees("-of the second");
    terminal.sees("+of the first");
    // The question comes again, and only then something is decided.
    terminal.sees("What now?");
    terminal.sees("leave it for now");
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), skill_md("mine", "of the second"));
    terminal.types("take");
    terminal.types("\r");
    terminal.sees("Go on?");
    terminal.types("y\r");
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), skill_md("mine", "of the first"));
}

#[test]
fn names_in_every_script_stand_in_their_columns() {
    let home = Home::new().with("COLUMNS", "100");
    let names = [("a", "plain"), ("b", "日本語のスキル"), ("c", "🦀🧰 crab"), ("d", "שלום 1.2"), ("e", "مرحبا")];
    let settings: String = names
        .iter()
        .map(|(id, name)| format!("[agent.zz-{id}]\nname = \"{name}\"\nglobal = \"~/.{id}/skills\"\ndetect = \"~/\"\n"))
        .collect();
    home.write(".config/skillzdrive/config.toml", settings);
    let (seen, code) = home.terminal(&["agents", "list"]).end();
    assert_eq!(code, 0, "{seen}");
    // Numbers beside a name keep their place only when its direction is shut in.
    assert!(seen.contains("\u{2068}שלום\u{2069} 1.2") && seen.contains("\u{2068}مرحبا\u{2069}"), "{seen}");
    let rows: Vec<&str> = seen.lines().filter(|line| line.contains("zz-")).collect();
    assert_eq!(rows.len(), 5, "{seen}");
    let column = |row: &str| {
        let before = row.split("/skills").next().unwrap();
        let wide = |c: char| if ('\u{2E80}'..='\u{9FFF}').contains(&c) || c > '\u{1F000}' { 2 } else { 1 };
        before.chars().filter(|c| !('\u{2066}'..='\u{2069}').contains(c)).map(wide).sum::<usize>()
    };
    let columns: Vec<usize> = rows.iter().map(|row| column(row)).collect();
    assert_eq!(columns, [columns[0]; 5], "{seen}");
    let piped = home.run(&["agents", "list"]).exits(0).stdout;
    assert!(piped.contains("שלום 1.2") && !piped.contains('\u{2068}'), "{piped}");
}
