//! Completion and manual pages: what is committed is what the program prints, what a shell is told at a TAB comes from
//! this machine alone, and `--install` puts it where the shell looks.

use std::collections::BTreeSet;
use std::path::Path;

use crate::harness::Home;
use crate::harness::TestDrive;

/// Each shell, and the file that it looks for.
const FILES: &[(&str, &str)] = &[
    ("bash", "skillzdrive.bash"),
    ("zsh", "_skillzdrive"),
    ("fish", "skillzdrive.fish"),
    ("powershell", "_skillzdrive.ps1"),
    ("elvish", "skillzdrive.elv"),
];

#[test]
fn the_committed_scripts_are_not_stale() {
    let home = Home::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let mut stale = Vec::new();
    for (shell, file) in FILES {
        let script = home.run(&["completions", shell]).exits(0).stdout;
        assert!(script.contains("skillzdrive"), "{shell}");
        let path = folder.join(file);
        let is_current = std::fs::read_to_string(&path).is_ok_and(|committed| committed == script);
        if !is_current {
            // The next run of the test is then green, and the difference is there to be committed.
            std::fs::write(&path, script).unwrap();
            stale.push(*file);
        }
    }
    assert!(stale.is_empty(), "these scripts were stale and are written anew: commit them: {}", stale.join(", "));
}

#[test]
fn the_committed_manual_pages_are_not_stale() {
    let home = Home::new();
    home.run(&["man", "--dir", "man"]).exits(0);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let written = home.tree("man");
    assert!(written.contains_key("skillzdrive.1") && written.contains_key("skillzdrive-drive-list.1"));
    std::fs::create_dir_all(&folder).unwrap();
    if crate::harness::tree(&folder) != written {
        // The next run of the test is then green, and the difference is there to be committed.
        std::fs::remove_dir_all(&folder).unwrap();
        for (name, text) in &written {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), text).unwrap();
        }
        panic!("the manual pages were stale and are written anew: commit them");
    }
    let one = home.run(&["man", "drive", "list"]).exits(0).stdout;
    assert_eq!(one, written["skillzdrive-drive-list.1"]);
    assert!(one.contains(".TH skillzdrive-drive-list 1"), "{one}");
    assert_eq!(home.run(&["man", "nothing"]).code, Some(5));
}

/// What a shell would be told at a TAB behind these words; the last one is what is typed so far.
fn told(home: &Home, words: &[&str]) -> BTreeSet<String> {
    let all: Vec<&str> = ["--", "skillzdrive"].iter().chain(words).copied().collect();
    let mut command = home.command(&all);
    command.env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string()).env("_CLAP_IFS", "\n");
    let run = home.finish(&command.output().unwrap()).exits(0);
    assert_eq!(run.stderr, "", "\n{run}");
    run.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn a_shell_is_told_what_this_machine_knows_and_no_drive_is_asked() {
    let drive = TestDrive::start();
    for slug in ["pdf", "csv", "changelog"] {
        drive.publish(slug, "one");
    }
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run(&["drive", "import", "pdf"]).exits(0);
    home.run(&["collection", "create", "acme", "--skill", "pdf", "--save"]).exits(0);
    home.run(&["marketplace", "show"]).exits(0);
    let anonymous = Home::on(&drive.url);
    anonymous.run(&["install", "pdf"]).exits(0);
    drive.forget();
    let before = home.tree("");
    let of = |home: &Home, words: &[&str]| {
        let told = told(home, words);
        told.into_iter().filter(|name| !name.starts_with('-')).collect::<Vec<_>>()
    };
    assert_eq!(of(&anonymous, &["remove", ""]), ["pdf"]);
    assert_eq!(of(&anonymous, &["install", "c"]), ["changelog", "csv"]);
    assert_eq!(of(&anonymous, &["update", "p"]), ["pdf"]);
    assert_eq!(of(&home, &["collection", "use", ""]), ["acme"]);
    assert!(of(&home, &["--server", ""]).contains(&drive.url));
    assert_eq!(of(&home, &["config", "get", "max"]), ["max_credits"]);
    assert_eq!(of(&home, &["disable", "-a", "claude"]), ["claude-code"]);
    assert!(of(&home, &["col"]).contains(&"collection".to_owned()));
    assert!(told(&home, &["sync", "--on-conflict", ""]).contains("keep-local"));
    assert_eq!(home.tree(""), before, "a TAB writes nothing");
    assert!(drive.asked().is_empty(), "a TAB asks no drive: {:?}", drive.asked_lines());
    // Nothing that is broken breaks the shell's line.
    anonymous.write(".local/share/skillzdrive/skillzdrive.lock", "<<<<<<<");
    assert!(of(&anonymous, &["remove", ""]).is_empty());
}

#[test]
fn completion_is_put_where_the_shell_looks_and_nothing_of_anothers_is_replaced() {
    let home = Home::new().with("SHELL", "/usr/bin/fish").with("PATH", "/nowhere");
    home.run(&["completions", "--install", "--dry-run"]).exits(0);
    assert!(home.tree("").is_empty());
    home.run(&["completions", "--install"]).exits(0);
    assert!(home.read(".config/fish/completions/skillzdrive.fish").contains("COMPLETE=fish skillzdrive | source"));
    home.run(&["completions", "--install", "bash"]).exits(0);
    let bash = ".local/share/bash-completion/completions/skillzdrive";
    assert!(home.read(bash).ends_with("source <(COMPLETE=bash skillzdrive)\n"));
    home.run(&["completions", "--install", "bash"]).exits(0);
    home.write(bash, "# mine\n");
    let refused = home.run(&["completions", "--install", "bash"]).exits(2);
    assert!(refused.stderr.contains("was not written by this command"), "{refused}");
    assert_eq!(home.read(bash), "# mine\n");
    for (shell, file, line) in [
        ("zsh", ".local/share/skillzdrive/completions/_skillzdrive", ".zshrc"),
        ("powershell", ".local/share/skillzdrive/completions/skillzdrive.ps1", "$PROFILE"),
        ("elvish", ".config/elvish/lib/skillzdrive-completion.elv", "rc.elv"),
    ] {
        let run = home.run(&["completions", "--install", shell]).exits(0);
        assert!(run.stderr.contains(line) && home.path(file).is_file(), "{run}");
    }
    let home = Home::new().without("SHELL");
    assert_eq!(home.run(&["completions", "--install"]).code, Some(2));
    assert_eq!(home.run(&["completions"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn bash_completes_with_what_was_installed() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.run(&["install", "pdf"]).exits(0);
    let bin = home.mkdir("bin");
    std::os::unix::fs::symlink(home.command(&[]).get_program(), bin.join("skillzdrive")).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let home = home.with("PATH", &path);
    home.run(&["completions", "--install", "bash"]).exits(0);
    let typed = "source .local/share/bash-completion/completions/skillzdrive\n\
        COMP_WORDS=(skillzdrive remove p) COMP_CWORD=2 COMP_TYPE=9\n\
        _clap_complete_skillzdrive skillzdrive p remove 2>/dev/null\n\
        printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    let plain = home.command(&[]);
    let mut bash = std::process::Command::new("bash");
    bash.args(["--norc", "-c", typed]).current_dir(home.root()).env_clear();
    bash.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let run = home.finish(&bash.output().unwrap());
    assert_eq!(run.stdout, "pdf\n", "\n{run}");
}
