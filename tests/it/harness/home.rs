//! A home folder that nothing of this machine leaks into.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use super::schemas;
use super::scrub::scrub;

/// A person's home on a fresh machine. The program's environment is empty but for what is set here.
pub(crate) struct Home {
    root: tempfile::TempDir,
    env: BTreeMap<String, String>,
}

impl Home {
    /// A fresh one, talking to no drive in particular.
    pub(crate) fn new() -> Self {
        let root = tempfile::Builder::new().prefix("home").tempdir().unwrap();
        let env = BTreeMap::from([
            ("PATH".to_owned(), std::env::var("PATH").unwrap_or_default()),
            ("HOME".to_owned(), root.path().display().to_string()),
            ("COLUMNS".to_owned(), "100".to_owned()),
            ("SKILLZDRIVE_CREDENTIAL_STORE".to_owned(), "file".to_owned()),
            // A server that nobody runs: a test that forgets to name one fails at once.
            ("SKILLZDRIVE_SERVER".to_owned(), "http://127.0.0.1:9".to_owned()),
        ]);
        Self { root, env }
    }

    /// The same with a drive.
    pub(crate) fn on(url: &str) -> Self {
        Self::new().with("SKILLZDRIVE_SERVER", url)
    }

    /// The same, logged in with a key.
    pub(crate) fn logged_in(url: &str, key: &str) -> Self {
        let home = Self::on(url);
        home.run_with_input(&["login", "--with-token"], key).exits(0);
        home
    }

    /// Sets a variable for every run.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Removes a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Whether a variable is set.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.env.contains_key(name)
    }

    /// The program with its surroundings, but lying in the home, as some installer would put it there.
    pub(crate) fn program_at(&self, relative: &str, args: &[&str]) -> Command {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let built = env!("CARGO_BIN_EXE_skillzdrive");
        fs::hard_link(built, &path).or_else(|_| fs::copy(built, &path).map(drop)).unwrap();
        let mut command = Command::new(path);
        command.args(args).current_dir(self.root()).env_clear().envs(&self.env).stdin(Stdio::null());
        command
    }

    /// The home itself, as the system resolves it.
    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    /// A path in the home.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    /// Writes a file and its folders.
    pub(crate) fn write(&self, relative: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Makes a folder.
    pub(crate) fn mkdir(&self, relative: &str) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// Reads a file as text.
    #[track_caller]
    pub(crate) fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap_or_else(|e| panic!("{relative}: {e}"))
    }

    /// Writes a home-made skill into a folder of skills, with one script that may be executed.
    pub(crate) fn skill(&self, skills: &str, name: &str, body: &str) -> PathBuf {
        self.write(&format!("{skills}/{name}/SKILL.md"), skill_md(name, body));
        let script = self.write(&format!("{skills}/{name}/scripts/run.sh"), format!("#!/bin/sh\necho {name}\n"));
        #[cfg(unix)]
        fs::set_permissions(script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        self.path(&format!("{skills}/{name}"))
    }

    /// The program, ready to run in the home.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skillzdrive"));
        command.args(args).current_dir(self.root()).env_clear().envs(&self.env).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.finish(&self.command(args).output().unwrap()).of(args)
    }

    /// Runs it in another folder.
    pub(crate) fn run_in(&self, folder: &Path, args: &[&str]) -> Run {
        self.finish(&self.command(args).current_dir(folder).output().unwrap()).of(args)
    }

    /// Runs it with text on its standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Run {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that does not read its input may have ended already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        self.finish(&child.wait_with_output().unwrap()).of(args)
    }

    /// What a finished process said.
    pub(crate) fn finish(&self, output: &Output) -> Run {
        Run {
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
            code: output.status.code(),
            root: self.root(),
            args: Vec::new(),
        }
    }

    /// Every file below a folder with its bytes and whether it may be executed; links as `-> target`.
    pub(crate) fn tree(&self, relative: &str) -> BTreeMap<String, String> {
        tree(&self.path(relative))
    }

    /// The files of the whole home that hold a text.
    pub(crate) fn files_with(&self, needle: &str) -> Vec<PathBuf> {
        let mut hits = Vec::new();
        for entry in walkdir::WalkDir::new(self.root()) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let bytes = fs::read(entry.path()).unwrap();
                if bytes.windows(needle.len()).any(|window| window == needle.as_bytes()) {
                    hits.push(entry.into_path());
                }
            }
        }
        hits
    }
}

/// The text of a `SKILL.md`.
pub(crate) fn skill_md(name: &str, body: &str) -> String {
    format!("---\nname: {name}\ndescription: {name} for a test\n---\n{body}\n")
}

/// Every file below a folder; see [`Home::tree`].
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut tree = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
        if entry.path_is_symlink() {
            tree.insert(name, format!("-> {}", fs::read_link(entry.path()).unwrap().display()));
        } else if entry.file_type().is_file() {
            #[cfg(unix)]
            let executable = {
                use std::os::unix::fs::PermissionsExt as _;
                entry.metadata().unwrap().permissions().mode() & 0o100 != 0
            };
            #[cfg(not(unix))]
            let executable = false;
            let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
            tree.insert(name, if executable { format!("x {text}") } else { text });
        }
    }
    tree
}

/// What the program said and how it ended.
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
    root: PathBuf,
    /// What was typed, where it is known.
    args: Vec<String>,
}

impl Run {
    fn of(self, args: &[&str]) -> Self {
        Self { args: args.iter().map(|arg| (*arg).to_owned()).collect(), ..self }
    }

    /// Asserts an exit code; the whole output is shown when it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{self}");
        self
    }

    /// The one document on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        let document: serde_json::Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("not one JSON document: {e}\n{self}"));
        assert_eq!(document["schema"], 1, "\n{self}");
        schemas::check(&self.args, &document);
        document["data"].clone()
    }

    /// The one JSON line of an error on stderr.
    #[track_caller]
    pub(crate) fn json_error(&self) -> serde_json::Value {
        let line = self.stderr.lines().last().unwrap_or_else(|| panic!("nothing on stderr\n{self}"));
        let document: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("not JSON: {e}\n{self}"));
        assert_eq!(schemas::complaint(schemas::schema("error.json"), &document), None, "\n{self}");
        document["error"].clone()
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |stream: &str| scrub(stream, &self.root);
        write!(f, "{}", text(&self.stdout))?;
        if !self.stderr.is_empty() {
            write!(f, "------- stderr -------\n{}", text(&self.stderr))?;
        }
        match self.code {
            Some(0) => Ok(()),
            Some(code) => write!(f, "[exit status: {code}]"),
            None => write!(f, "[killed]"),
        }
    }
}
