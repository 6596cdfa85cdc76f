//! The README is true: its commands run, and its tables are those of the source.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

fn repository(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The lines of every `sh` block.
fn commands(readme: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside && !line.trim().is_empty() => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

/// The first cells of the rows of a table, found by its header.
fn cells(readme: &str, header: &str) -> Vec<String> {
    let rows = readme.lines().skip_while(|line| *line != header).skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('|').nth(1).unwrap().trim().to_owned()).collect()
}

#[cfg(unix)]
#[test]
fn every_command_of_the_readme_works() {
    let drive = TestDrive::start();
    for slug in ["changelog-writer", "csv-profiler"] {
        drive.publish(slug, "published");
    }
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.skill(".claude/skills", "notes", "home-made");
    home.write("work/key.txt", &drive.key);
    home.write("work/my-skill/SKILL.md", skill_md("my-skill", "from a folder"));
    let bin = home.mkdir("bin");
    let program = home.command(&[]).get_program().to_owned();
    std::os::unix::fs::symlink(&program, bin.join("skillzdrive")).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let home = home.with("PATH", &path);
    let commands = commands(&repository("README.md"));
    let mut run = 0;
    for line in &commands {
        if line == "cargo test --workspace" {
            continue;
        }
        let line = line.replace("cargo run --release -- ", "skillzdrive ");
        let words: Vec<&str> = line.split('#').next().unwrap().split_whitespace().collect();
        // Nobody is here to answer the one question that these ask.
        let asks = matches!(words[..], ["skillzdrive", "sync" | "undo" | "upload", ..]) && !words.contains(&"--yes");
        let typed = if asks { format!("{} --yes", words.join(" ")) } else { line.clone() };
        let shell = home.command(&[]);
        let mut command = Command::new("sh");
        command.args(["-ec", &typed]).current_dir(home.path("work")).env_clear().stdin(Stdio::null());
        command.envs(shell.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if words.starts_with(&["skillzdrive", "serve", "--listen"]) {
            serves(&home, &words);
        } else {
            let output = command.output().unwrap();
            let run = home.finish(&output);
            assert_eq!(run.code, Some(0), "{line}\n{run}");
        }
        run += 1;
    }
    assert!(commands.contains(&"cargo test --workspace".to_owned()));
    assert!(run >= 11, "only {run} commands were found");
}

/// Starts the drive of the README, on a port that is free, and ends it when it has said where it is.
#[cfg(unix)]
fn serves(home: &Home, words: &[&str]) {
    let words: Vec<&str> =
        words[1..].iter().map(|word| if word.starts_with("127.0.0.1:") { "127.0.0.1:0" } else { word }).collect();
    let mut running = home.start(&words);
    assert!(running.line().starts_with("http://127.0.0.1:"));
    assert!(running.line().starts_with("sk_live_"));
    running.signal(rustix::process::Signal::TERM);
    running.end().exits(0);
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
    let readme = repository("README.md");
    let said: BTreeSet<u8> = cells(&readme, "| code | meaning |").iter().map(|code| code.parse().unwrap()).collect();
    assert_eq!(said, program);
}

#[test]
fn the_variables_are_those_of_the_program() {
    let readme = repository("README.md");
    let said: BTreeSet<String> = cells(&readme, "| variable | meaning |")
        .iter()
        .flat_map(|cell| cell.split(", ").map(|name| name.trim_matches('`').to_owned()).collect::<Vec<_>>())
        .collect();
    let source = repository("src/env.rs");
    let names: BTreeSet<String> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub(crate) const ")?.split_once(": &str = \""))
        .map(|(_, rest)| rest.trim_end_matches("\";").to_owned())
        // What the system says of itself is no setting.
        .filter(|name| !name.starts_with("XDG_") && name != "COLUMNS")
        .filter(|name| name != "COMPUTERNAME" && name != "LOCALAPPDATA")
        .collect();
    assert!(names.contains("SKILLZDRIVE_SERVER"));
    assert_eq!(said, names);
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
    let readme = repository("README.md");
    let said: BTreeSet<String> = cells(&readme, "| command | what it does |")
        .iter()
        .flat_map(|cell| cell.split(", ").map(|name| name.trim_matches('`').to_owned()).collect::<Vec<_>>())
        .collect();
    assert_eq!(said, program);
}

#[test]
fn every_promise_names_a_test_that_is_there() {
    let readme = repository("README.md");
    let promises = readme.split("## Promises\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let links: Vec<(&str, &str)> = promises
        .split("[`")
        .skip(1)
        .map(|link| {
            let (name, rest) = link.split_once("`](").unwrap();
            (name, rest.split(')').next().unwrap())
        })
        .collect();
    assert_eq!(links.len(), 11);
    for (name, file) in links {
        assert!(repository(file).contains(&format!("fn {name}()")), "{file} has no test {name}");
    }
}
