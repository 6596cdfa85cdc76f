//! What the pages name in passing is there: commands, their arguments, and the tables of the source.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::blocks;
use super::pages;
use super::prose;
use super::repository;
use crate::harness::Home;

/// The commands that a page names between backquotes, or inside a file that it shows.
fn named(page: &str) -> Vec<String> {
    let text = prose(page).replace('\n', " ");
    let spans = text.split('`').skip(1).step_by(2).filter(|span| span.starts_with("skillzdrive "));
    let mut named: Vec<String> = spans.map(str::to_owned).collect();
    for (_, lines) in blocks(page).iter().filter(|(language, _)| !matches!(*language, "console" | "sh")) {
        for line in lines {
            if let Some(at) = line.find("skillzdrive ").filter(|at| !line[..*at].contains('#')) {
                named.push(line[at..].to_owned());
            }
        }
    }
    named
}

#[test]
fn every_command_and_flag_that_is_named_exists() {
    let home = Home::new();
    let mut helps: BTreeMap<Vec<String>, String> = BTreeMap::new();
    let mut seen = 0;
    for page in pages() {
        for command in named(&repository(&page)) {
            let words: Vec<&str> = command.split_whitespace().skip(1).collect();
            // `--server local`, a value, is passed over; what is not in small letters is an argument.
            let mut path = Vec::new();
            let mut flags = Vec::new();
            let mut value = false;
            for word in words {
                if word == "--" {
                    break;
                }
                if word.starts_with('-') {
                    flags.push(word.split('=').next().unwrap().to_owned());
                    value = path.is_empty() && word == "--server";
                } else if value || !flags.is_empty() && !path.is_empty() {
                    value = false;
                } else if word.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
                    path.push(word.to_owned());
                } else {
                    break;
                }
            }
            let help = helps.entry(path.clone()).or_insert_with(|| {
                let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
                args.push("--help");
                let run = home.run(&args);
                assert_eq!(run.code, Some(0), "{page}: `{command}`\n{run}");
                run.stdout
            });
            for flag in flags {
                let known = help.split([' ', ',', '=', '\n', '[']).any(|word| word == flag);
                assert!(known, "{page}: `{command}`: there is no {flag}");
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} commands are named");
}

/// The first cells of the rows of a table, found by its header.
fn cells(page: &str, header: &str) -> Vec<String> {
    let rows = page.lines().skip_while(|line| *line != header).skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('|').nth(1).unwrap().trim().to_owned()).collect()
}

/// The words between backquotes of those cells.
fn quoted(page: &str, header: &str) -> BTreeSet<String> {
    let cells = cells(page, header);
    let words = cells.iter().flat_map(|cell| cell.split(", ").map(|name| name.trim_matches('`').to_owned()));
    words.collect()
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let source = repository("src/error.rs");
    let of_kinds = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Self::")?.strip_suffix(',')?.split_once(" => "))
        .filter_map(|(_, code)| code.parse::<u8>().ok());
    // What ends well has no kind.
    let program: BTreeSet<u8> = of_kinds.chain([0]).collect();
    assert!(program.len() > 10);
    let page = repository("docs/exit-codes.md");
    let said: BTreeSet<u8> = cells(&page, "| code | meaning |").iter().map(|code| code.parse().unwrap()).collect();
    assert_eq!(said, program);
}

#[test]
fn the_variables_are_those_of_the_program() {
    let said = quoted(&repository("docs/settings.md"), "| variable | meaning |");
    let source = repository("src/env.rs");
    let names: BTreeSet<String> = source
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("pub(crate) const ")?.split_once(": &str = \""))
        .map(|(_, rest)| rest.trim_end_matches("\";").to_owned())
        // What the system says of itself is no setting.
        .filter(|name| !name.starts_with("XDG_") && name != "COLUMNS")
        .filter(|name| name != "COMPUTERNAME" && name != "LOCALAPPDATA")
        .collect();
    assert!(names.contains("SKILLZDRIVE_SERVER"));
    assert_eq!(said, names);
}

#[test]
fn the_settings_are_those_of_the_program() {
    let said = quoted(&repository("docs/settings.md"), "| setting | meaning |");
    let listed = Home::new().run(&["config", "list", "--json"]).exits(0).json();
    let keys: BTreeSet<String> = listed["settings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|setting| setting["key"].as_str().unwrap().to_owned())
        .collect();
    assert!(keys.contains("fail_on"));
    assert_eq!(said, keys);
}

#[test]
fn the_commands_are_those_of_the_program() {
    let help = Home::new().run(&["--help"]).exits(0).stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let program: BTreeSet<String> = listed
        .filter(|line| !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert!(program.contains("sync"));
    assert_eq!(quoted(&repository("docs/commands.md"), "| command | what it does |"), program);
}

/// A flag that stands alone is one of some command, by the manual pages.
#[test]
fn every_flag_that_stands_alone_exists() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let manuals: String = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap().replace("\\-", "-"))
        .collect();
    let mut seen = 0;
    for page in pages().into_iter().filter(|page| page.starts_with("docs/") && !page.starts_with("docs/rules/")) {
        let text = prose(&repository(&page)).replace('\n', " ");
        for span in text.split('`').skip(1).step_by(2).filter(|span| span.starts_with("--")) {
            let flag = span.split([' ', '=', '[']).next().unwrap();
            let known = manuals.contains(&format!("\\fB{flag}\\fR"));
            // What another tool has stands in the pages about others.
            let of_others =
                ["docs/comparison.md", "docs/asks.md", "docs/benchmarks.md", "docs/scale.md"].contains(&page.as_str());
            assert!(known || of_others, "{page}: there is no {flag}");
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} flags were found");
}
