//! Git's own settings of one repository, read and written by git itself.
//!
//! Nothing here looks at commits or files, and nothing is set for more than this one repository.

use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// What a repository's own settings say; `None` where they say nothing.
///
/// # Errors
/// When git cannot be started, or cannot read the settings.
pub(crate) fn setting(repository: &Path, key: &str) -> Result<Option<String>> {
    let output = git(repository, &["config", "--local", "--get", key])?;
    match output.status.code() {
        Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())),
        Some(1) => Ok(None),
        _ => Err(failed(repository, &output)),
    }
}

/// Sets one of a repository's own settings.
///
/// # Errors
/// As [`setting`].
pub(crate) fn set(repository: &Path, key: &str, value: &str) -> Result<()> {
    let output = git(repository, &["config", "--local", "--replace-all", key, value])?;
    if output.status.success() { Ok(()) } else { Err(failed(repository, &output)) }
}

fn git(repository: &Path, args: &[&str]) -> Result<Output> {
    // Git has no use for a key.
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(args).stdin(Stdio::null()).env_remove(env::API_KEY);
    command.output().map_err(|e| {
        Error::new(Kind::Failure, "git could not be started")
            .code("no_git")
            .source(e)
            .hint("install git, and try again")
    })
}

fn failed(repository: &Path, output: &Output) -> Error {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it said nothing");
    Error::new(Kind::Failure, format!("git failed in `{}`: {said}", repository.display())).code("git_failed")
}
