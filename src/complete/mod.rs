//! What a shell is told when a person presses TAB: commands and flags from the arguments themselves, and the names that
//! this machine knows: skills, agents, collections, servers, settings.
//!
//! Only files of this machine are read; nothing is written, no drive and no keyring is asked. What cannot be read
//! completes nothing.

pub(crate) mod place;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap_complete::CompleteEnv;
use clap_complete::engine::ArgValueCandidates;
use clap_complete::engine::CompletionCandidate;

use crate::agents::table::Table;
use crate::api::marketplace;
use crate::cli::tree;
use crate::env;
use crate::store::collections;
use crate::store::credentials;
use crate::store::lockfile::Lockfile;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::DEFAULT_SERVER;
use crate::store::settings::Settings;
use crate::store::settings_keys;

/// Answers a shell that asks, and says whether one did.
///
/// # Errors
/// A shell that is not known, or an answer that cannot be written.
pub(crate) fn answered() -> Result<bool, clap::Error> {
    // Without the variable there is nothing to ask for; a look at it is all that every other run pays.
    if env::text(env::COMPLETE).is_none() {
        return Ok(false);
    }
    let args: Vec<OsString> = std::env::args_os().collect();
    let words = args.clone();
    CompleteEnv::with_factory(move || attach(tree::for_words(&words), ""))
        .var(env::COMPLETE)
        .try_complete(args, std::env::current_dir().ok().as_deref())
}

/// Says what completes each argument. It is attached by name: an argument that is called alike means the same everywhere.
fn attach(command: clap::Command, group: &str) -> clap::Command {
    let name = command.get_name().to_owned();
    let command = command.mut_args(|arg| match candidates(group, &name, arg.get_id().as_str()) {
        Some(names) => arg.add(ArgValueCandidates::new(move || offered(names()))),
        None => arg,
    });
    command.mut_subcommands(|below| attach(below, &name))
}

type Names = fn() -> BTreeSet<String>;

fn candidates(group: &str, command: &str, argument: &str) -> Option<Names> {
    Some(match (group, command, argument) {
        (_, _, "server") => servers,
        (_, _, "agents") => agents,
        ("config", "set" | "get" | "unset", "key") => settings,
        ("collection", _, "skills") => installed,
        ("collection", "use" | "edit" | "delete" | "add" | "remove", "name") => collections_here,
        (_, _, "collection") => collections_here,
        (_, "install", "names") | (_, "info", "slug") | ("drive", "import", "skill") => known,
        ("drive" | "trash", _, "slug") | (_, _, "slugs" | "slug") | (_, "run", "skill") => installed,
        _ => return None,
    })
}

fn offered(names: BTreeSet<String>) -> Vec<CompletionCandidate> {
    // A name from a file of another's may hold anything.
    let is_plain = |name: &String| !name.is_empty() && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    names.into_iter().filter(is_plain).map(CompletionCandidate::new).collect()
}

fn here() -> Option<(Paths, Scope)> {
    let paths = Paths::find().ok()?;
    let cwd: PathBuf = std::env::current_dir().ok()?;
    let scope = Scope::detect(&cwd, &paths);
    Some((paths, scope))
}

/// The skills of the lockfiles: this project's and the person's own.
fn installed() -> BTreeSet<String> {
    let Some((paths, scope)) = here() else { return BTreeSet::new() };
    let lockfiles = [scope, Scope::global(&paths)].map(|scope| Lockfile::read(&scope).unwrap_or_default());
    lockfiles.into_iter().flat_map(|lockfile| lockfile.skills.into_keys()).map(|slug| slug.to_string()).collect()
}

/// The same, and those of every marketplace that was kept.
fn known() -> BTreeSet<String> {
    let Some((paths, _)) = here() else { return BTreeSet::new() };
    let mut names = installed();
    names.extend(marketplace::kept_slugs(&paths));
    names
}

fn agents() -> BTreeSet<String> {
    let said = here().and_then(|(paths, scope)| Settings::load(&paths, &scope).ok());
    let said = said.map(|loaded| loaded.settings.agent).unwrap_or_default();
    Table::load_with(&said).map(|table| table.ids().map(str::to_owned).collect()).unwrap_or_default()
}

fn collections_here() -> BTreeSet<String> {
    let Some((paths, scope)) = here() else { return BTreeSet::new() };
    let mut names = collections::names(&paths);
    names.extend(Settings::load(&paths, &scope).ok().and_then(|loaded| loaded.settings.collection));
    names
}

fn servers() -> BTreeSet<String> {
    let mut names = BTreeSet::from(["local".to_owned(), DEFAULT_SERVER.to_owned()]);
    let Some((paths, scope)) = here() else { return names };
    names.extend(credentials::servers_in_file(&paths).unwrap_or_default());
    names.extend(collections::servers(&paths));
    let own = Settings::load(&paths, &scope).ok().and_then(|loaded| loaded.settings.own_server().map(str::to_owned));
    names.extend(own);
    names
}

fn settings() -> BTreeSet<String> {
    settings_keys::KEYS.iter().map(|key| key.name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// The arguments that complete something, as `command argument`.
    fn attached(command: &clap::Command, words: &str, found: &mut BTreeSet<String>) {
        for arg in command.get_arguments().filter(|arg| arg.get::<ArgValueCandidates>().is_some()) {
            found.insert(format!("{words} {}", arg.get_id()).trim().to_owned());
        }
        for below in command.get_subcommands() {
            attached(below, &format!("{words} {}", below.get_name()), found);
        }
    }

    #[test]
    fn every_argument_that_names_something_known_completes_it() {
        let mut found = BTreeSet::new();
        attached(&attach(Cli::command(), ""), "", &mut found);
        for expected in [
            "server",
            "install names",
            "install agents",
            "info slug",
            "remove slugs",
            "update slugs",
            "audit slugs",
            "enable slugs",
            "disable agents",
            "diff slug",
            "run skill",
            "drive import skill",
            "drive toggle slug",
            "trash restore slug",
            "collection use name",
            "collection add skills",
            "sync collection",
            "search collection",
            "config set key",
        ] {
            assert!(found.contains(expected), "{expected} is not among {found:?}");
        }
        assert!(!found.contains("collection create name"));
    }

    #[test]
    fn names_that_would_break_a_shells_line_are_not_offered() {
        let names = ["good", "", "two words", "new\nline", "bell\u{7}"].map(str::to_owned);
        assert_eq!(offered(BTreeSet::from(names)).len(), 1);
    }
}
