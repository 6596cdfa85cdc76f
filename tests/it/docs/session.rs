//! Typing what a page shows: a drive, machines with sealed homes, and a terminal that is only read.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use expectrl::Eof;
use expectrl::Expect as _;
use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;

use crate::harness::CTRL_C;
use crate::harness::Home;
use crate::harness::TestDrive;

/// The longest that a command may take.
const SURELY: Duration = Duration::from_secs(120);
/// The address that the pages show for the drive.
const DRIVE: &str = "https://drive.example.com";
/// The address that the pages show for a server of git repositories.
const GIT: &str = "https://git.example.com";
/// The address that the pages show for a drive of one's own.
const OWN: &str = "127.0.0.1:8787";
/// What stands for that which differs from run to run.
const VARIES: &str = "…";

struct Machine {
    home: Home,
    /// Where whoever types is.
    at: PathBuf,
    /// What was exported.
    exported: String,
}

/// Somebody who types what one page shows.
pub(super) struct Session {
    drive: TestDrive,
    machines: BTreeMap<String, Machine>,
    machine: String,
    /// The last exit code.
    code: i32,
    /// A drive of one's own that serves until the page ends, and where.
    own: Option<(OsSession, String)>,
    /// The git repositories that every machine reaches.
    git: tempfile::TempDir,
}

impl Session {
    /// At a fresh machine; the drive's marketplace has the starter skills.
    pub(super) fn new() -> Self {
        let drive = TestDrive::start();
        for skill in ["changelog-writer", "csv-profiler", "shell-reviewer"] {
            drive.publish_folder(&starter(skill), None);
        }
        let mut session = Self {
            drive,
            machines: BTreeMap::new(),
            machine: String::new(),
            code: 0,
            own: None,
            git: tempfile::tempdir().unwrap(),
        };
        session.goes_to("first");
        session
    }

    /// Goes on at a machine.
    pub(super) fn goes_to(&mut self, name: &str) {
        name.clone_into(&mut self.machine);
        if self.machines.contains_key(name) {
            return;
        }
        let home = Home::on(&self.drive.url);
        let bin = home.mkdir("bin");
        let program = home.command(&[]).get_program().to_owned();
        std::os::unix::fs::symlink(&program, bin.join("skillzdrive")).unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        home.write("key.txt", format!("{}\n", self.drive.key));
        let git = "[user]\nname = you\nemail = you@example.com\n[init]\ndefaultBranch = main\n";
        home.write(".gitconfig", git);
        let home = home.with("PATH", &path).with("COLUMNS", "112").with("TERM", "xterm").with("NO_COLOR", "1");
        // Nobody turns pages here.
        let home = home.with("PAGER", "cat");
        self.machines.insert(name.to_owned(), Machine { at: home.root(), home, exported: String::new() });
    }

    /// Publishes a starter skill's next version: `SLUG WORDS`, where the words are what changed.
    pub(super) fn publishes(&self, what: &str) {
        let (slug, words) = what.split_once(' ').unwrap();
        let folder = tempfile::tempdir().unwrap();
        let skill = folder.path().join(slug);
        for (name, text) in crate::harness::tree(&starter(slug)) {
            let file = skill.join(&name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            let text = text.strip_prefix("x ").map_or_else(|| text.clone(), str::to_owned);
            let text = if name == "SKILL.md" { format!("{text}\n{words}\n") } else { text };
            std::fs::write(file, text).unwrap();
        }
        self.drive.publish_folder(&skill, Some(words));
    }

    /// Types what no reader sees; it must end well.
    #[track_caller]
    pub(super) fn works(&mut self, command: &str) {
        let shown = self.types(command);
        assert_eq!(self.code, 0, "{command}\n{}", shown.join("\n"));
    }

    /// Types the lines of a block of a shell. Nobody is here to answer those that ask one question.
    #[track_caller]
    pub(super) fn sh(&mut self, block: &[&str]) {
        for line in block.iter().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let words: Vec<&str> = line.split(" #").next().unwrap().split_whitespace().collect();
            let asks = words.iter().any(|word| matches!(*word, "sync" | "undo" | "update" | "remove"));
            let answer = if asks && !words.contains(&"--yes") && !line.contains('>') { " --yes" } else { "" };
            self.works(&format!("{}{answer}", words.join(" ")));
        }
    }

    /// Types the commands of a block; the block as it ought to be.
    #[track_caller]
    pub(super) fn console(&mut self, block: &[&str]) -> Vec<String> {
        let mut now = Vec::new();
        let mut lines = block.iter().copied().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("no command: {line}"));
            let mut expected = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                expected.push(line);
            }
            let shown = self.types(command);
            let explained = lines.peek().is_some_and(|next| *next == "$ echo $?");
            assert!(self.code == 0 || explained, "{command} ends with {}:\n{}", self.code, shown.join("\n"));
            now.push(line.to_owned());
            if fits(&expected, &shown) {
                now.extend(expected.iter().map(|line| (*line).to_owned()));
            } else {
                now.extend(shown);
            }
        }
        now
    }

    /// Types a command and waits for its end; what is shown, as a page would have it.
    #[track_caller]
    fn types(&mut self, command: &str) -> Vec<String> {
        let machine = self.machines.get_mut(&self.machine).unwrap();
        if let Some(folder) = command.strip_prefix("cd ") {
            let folder = folder.replace('~', &machine.home.root().display().to_string());
            machine.at = machine.at.join(folder).canonicalize().unwrap();
            self.code = 0;
            return Vec::new();
        }
        if command.starts_with("export ") {
            machine.exported.push_str(&command.replace(DRIVE, &self.drive.url));
            machine.exported.push(';');
            self.code = 0;
            return Vec::new();
        }
        let serves = command.starts_with("skillzdrive serve") && command.contains("--listen");
        let git = self.git.path().display().to_string();
        let mut typed = command.replace(DRIVE, &self.drive.url).replace(GIT, &git);
        if serves {
            typed = format!("exec {}", typed.replace(OWN, "127.0.0.1:0"));
        } else if let Some((_, own)) = &self.own {
            typed = typed.replace(OWN, own);
        }
        let mut shell = Command::new("sh");
        let environment = machine.home.command(&[]);
        shell.args(["-c", &format!("{} (exit {}); {typed}", machine.exported, self.code)]);
        shell.current_dir(&machine.at).env_clear().stdin(Stdio::null());
        shell.envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut terminal = expectrl::Session::spawn(shell).unwrap();
        terminal.set_expect_timeout(Some(SURELY));
        let bytes = if serves {
            let found = terminal.expect("ctrl-c ends it").unwrap();
            found.as_bytes().to_vec()
        } else {
            match terminal.expect(Eof) {
                Ok(found) => found.as_bytes().to_vec(),
                Err(error) => panic!("{command} does not end: {error}"),
            }
        };
        let mut text = on_screen(&String::from_utf8_lossy(&bytes));
        let root = machine.home.root();
        if serves {
            let own = text.split("http://").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
            text = text.replace(&own, OWN);
            self.own = Some((terminal, own));
            self.code = 0;
        } else {
            self.code = match terminal.get_process().wait().unwrap() {
                WaitStatus::Exited(_, code) => code,
                other => panic!("{command}: {other:?}"),
            };
        }
        if let Some((_, own)) = &self.own {
            text = text.replace(own, OWN);
        }
        let text = text.replace(&self.drive.url, DRIVE);
        let text = text.replace(self.drive.url.trim_start_matches("http://"), DRIVE.trim_start_matches("https://"));
        let text = text.replace(&git, GIT);
        let text = text.replace(&root.display().to_string(), "/disk/you");
        text.lines().map(|line| without_what_varies(line.trim_end())).collect()
    }

    /// Ends a drive that still serves.
    pub(super) fn end(self) {
        if let Some((mut serving, _)) = self.own {
            serving.send(CTRL_C).unwrap();
            serving.expect(Eof).unwrap();
            assert!(matches!(serving.get_process().wait().unwrap(), WaitStatus::Exited(_, 0)));
        }
    }
}

fn starter(skill: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/drive/starter").join(skill)
}

/// What remains on a screen: a bar that was taken off is gone, colours and the like are left out.
fn on_screen(text: &str) -> String {
    let mut lines = vec![Vec::new()];
    let mut column = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let line: &mut Vec<char> = lines.last_mut().unwrap();
        match c {
            '\n' => {
                lines.push(Vec::new());
                column = 0;
            }
            '\r' => column = 0,
            '\u{1b}' => {
                let mut sequence = chars.by_ref().skip_while(|c| matches!(c, '[' | '?' | ';' | '0'..='9'));
                if sequence.next() == Some('K') {
                    line.truncate(column);
                }
            }
            c => {
                line.truncate(column);
                line.push(c);
                column += 1;
            }
        }
    }
    lines.into_iter().map(String::from_iter).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// Replaces times, digests, keys and ids.
fn without_what_varies(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let length =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':')).unwrap_or(rest.len());
        if length == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(length);
        if let Some(key) = ["sk_live_", "whsec_"].into_iter().find(|start| word.starts_with(start)) {
            out.push_str(key);
            // The beginning of a key is shown with a sign of its own.
            out.push_str(if after.starts_with(VARIES) { "" } else { VARIES });
        } else {
            out.push_str(if varies(word) { VARIES } else { word });
            // In a table, what follows stays in its column.
            if varies(word) && after.starts_with("  ") {
                out.push_str(&" ".repeat(length - 1));
            }
        }
        rest = after;
    }
    out
}

fn varies(word: &str) -> bool {
    let hex = word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let id = word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let dated = word.get(4..5) == Some("-") && word.get(7..8) == Some("-") && word.get(..4).is_some_and(digits);
    let run = word.get(8..9) == Some("T") && word.get(..8).is_some_and(digits);
    hex && matches!(word.len(), 12 | 64) || id || dated || run
}

/// Whether what is shown is what a page says.
fn fits(expected: &[&str], shown: &[String]) -> bool {
    match expected.split_first() {
        None => shown.is_empty(),
        Some((&"...", rest)) => (0..=shown.len()).any(|from| fits(rest, &shown[from..])),
        Some((line, rest)) => shown.first().is_some_and(|first| alike(line, first) && fits(rest, &shown[1..])),
    }
}

/// Whether two lines are the same but for spaces, which depend on how long a path is, and for what varies.
fn alike(expected: &str, shown: &str) -> bool {
    let even = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let (expected, shown) = (even(expected), even(shown));
    let mut parts = expected.split(VARIES);
    let Some(mut rest) = shown.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = "";
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        (rest, last) = (&rest[at + part.len()..], part);
    }
    rest.is_empty() || expected.contains(VARIES) && (last.is_empty() || rest.ends_with(last))
}

#[test]
fn a_line_fits_only_what_it_says() {
    assert!(fits(&["a", "...", "z"], &["a".into(), "b".into(), "z".into()]));
    assert!(!fits(&["a", "z"], &["a".into(), "b".into(), "z".into()]));
    assert!(!fits(&["a"], &[]) && !fits(&[], &["a".into()]));
    assert!(alike("run …: done", "run 20261124T1-x:   done") && !alike("run …: done", "run x: failed"));
    assert!(!alike("done", "done and more") && alike("key …", "key sk_live_1") && !alike("… x", "a y"));
    assert_eq!(without_what_varies("2026-11-24T15:19:30Z 1 pdf@0123456789ab sk_live_ab"), "… 1 pdf@… sk_live_…");
    assert_eq!(on_screen("one\r\n\u{1b}[32mbar\u{1b}[0m 1/2\r\u{1b}[2Ktwo\r\n"), "one\ntwo");
}
