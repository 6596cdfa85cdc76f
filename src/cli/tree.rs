//! The command line as far as it is needed: every command by its name and its one line, and only those with their
//! arguments that the words of a run may mean. Making all of them takes most of the time of a short run.
//!
//! It decides nothing and says nothing of its own: a test holds it to the tree that is made of the commands themselves.

use std::ffi::OsStr;

use clap::Args;

use crate::cli::GlobalArgs;
use crate::commands;

/// A command of the top level.
struct One {
    name: &'static str,
    about: &'static str,
    /// Another name, and whether help shows it.
    also: Option<(&'static str, bool)>,
    /// Adds its arguments and commands.
    fill: fn(clap::Command) -> clap::Command,
}

const fn one<A: Args>(name: &'static str, about: &'static str) -> One {
    One { name, about, also: None, fill: A::augment_args }
}

impl One {
    const fn called(mut self, name: &'static str, shown: bool) -> Self {
        self.also = Some((name, shown));
        self
    }

    fn is_meant(&self, word: &OsStr) -> bool {
        word == self.name || self.also.is_some_and(|(name, _)| word == name)
    }

    fn command(&self, filled: bool) -> clap::Command {
        let command = clap::Command::new(self.name);
        let command = if filled { (self.fill)(command) } else { command.about(self.about) };
        match self.also {
            Some((name, true)) => command.visible_alias(name),
            Some((name, false)) => command.alias(name),
            None => command,
        }
    }
}

/// Every command, in the order of [`crate::cli::Command`], with the first line of its help.
const COMMANDS: &[One] = &[
    one::<commands::search::SearchArgs>("search", "Search the drive for skills"),
    one::<commands::info::InfoArgs>("info", "Show what the drive says of a skill"),
    one::<commands::discover::DiscoverArgs>(
        "discover",
        "Look for skills beyond your drive: one of the words is enough",
    ),
    one::<commands::leaderboard::LeaderboardArgs>(
        "leaderboard",
        "Show the ten public skills that were used most in the last 30 days",
    ),
    one::<commands::init::InitArgs>(
        "init",
        "Set up this machine or project, and take over skills that another tool installed",
    ),
    one::<commands::new::NewArgs>("new", "Begin a skill of your own, from a template"),
    one::<commands::install::InstallArgs>(
        "install",
        "Install skills from the drive, GitHub, a folder or a zip; without names, restore the lockfile",
    ),
    one::<commands::remove::RemoveArgs>(
        "remove",
        "Remove skills from this machine; the drive keeps them, and so does the trash for a while",
    ),
    one::<commands::list::ListArgs>("list", "List the skills on this machine"),
    one::<commands::status::StatusArgs>(
        "status",
        "Show what differs: edited, missing and unmanaged skills, links that are missing or dead",
    ),
    one::<commands::audit::AuditArgs>(
        "audit",
        "Check that the installed skills are what the lockfile says, and scan them: every byte, every link",
    ),
    one::<commands::scan::ScanArgs>("scan", "Read skills for what an agent would do that its owner should know"),
    one::<commands::outdated::OutdatedArgs>("outdated", "List the installed skills that have a newer version"),
    one::<commands::update::UpdateArgs>("update", "Bring installed skills to their newest version"),
    one::<commands::pin::PinArgs>("pin", "Hold skills at their version"),
    one::<commands::pin::UnpinArgs>("unpin", "Let pinned skills be updated again"),
    one::<commands::diff::DiffArgs>("diff", "Compare two versions of a skill"),
    one::<commands::log::LogArgs>("log", "List the versions of a skill"),
    one::<commands::why::WhyArgs>("why", "Say why a skill is here"),
    one::<commands::sync::SyncArgs>("sync", "Make this machine and the drive agree"),
    one::<commands::upload::UploadArgs>("upload", "Upload one skill, or its next version, to your drive"),
    one::<commands::export::ExportArgs>("export", "Save your drive, a collection or one skill as a zip"),
    one::<commands::login::LoginArgs>("login", "Log in, with a browser or with an API key"),
    one::<commands::logout::LogoutArgs>("logout", "Log out: forget the key of a drive on this machine"),
    one::<commands::whoami::WhoamiArgs>("whoami", "Show who you are on the drive"),
    one::<commands::credits::CreditsArgs>("credits", "Show the balance and the latest charges"),
    one::<commands::run::RunArgs>("run", "Run a script of a skill in the drive's sandbox"),
    one::<commands::telemetry::TelemetryArgs>(
        "telemetry",
        "Show what is told to the drive about the use of this program",
    ),
    one::<commands::drive::DriveArgs>("drive", "Look at and change the skills in your drive"),
    one::<commands::webhooks::WebhooksArgs>("webhooks", "Be told when your credits run low, at an address of yours")
        .called("webhook", false),
    one::<commands::marketplace::MarketplaceArgs>("marketplace", "Look at, check and write plugin marketplace files"),
    one::<commands::collection::CollectionArgs>(
        "collection",
        "Make and change collections: named keys, each for a slice of your drive",
    )
    .called("collections", true),
    one::<commands::undo::UndoArgs>("undo", "Take back what the last command changed on this machine"),
    one::<commands::trash::TrashArgs>("trash", "Look at, put back or delete what was replaced or removed"),
    one::<commands::cache::CacheArgs>("cache", "Look after the cache of downloaded skills"),
    one::<commands::agents::AgentsArgs>("agents", "Show the coding agents on this machine and where they read skills"),
    one::<commands::config::ConfigArgs>("config", "Read and change the settings"),
    one::<commands::lock::LockArgs>("lock", "Work with skillzdrive.lock as a file"),
    one::<commands::enable::EnableArgs>("enable", "Show disabled skills to agents again, or to more agents"),
    one::<commands::enable::DisableArgs>("disable", "Hide skills from agents without removing them"),
    one::<commands::doctor::DoctorArgs>("doctor", "Look whether everything is well, and say what puts it right"),
    one::<commands::itself::SelfArgs>("self", "This program itself: how it was installed, and what brings a newer one"),
    one::<commands::completions::CompletionsArgs>(
        "completions",
        "Print the completion script of a shell, or install completion",
    ),
    one::<commands::man::ManArgs>("man", "Print a manual page, or write them all"),
    #[cfg(feature = "drive")]
    one::<commands::serve::ServeArgs>("serve", "Run a drive of your own, for a team or for yourself"),
];

/// The command line for the words of a run. What the words cannot mean has no arguments: where they are refused, the whole
/// tree has to say why, since it may know a command that has what was typed.
pub(crate) fn for_words<W: AsRef<OsStr>>(words: &[W]) -> clap::Command {
    let top = clap::Command::new("skillzdrive")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true);
    let meant = |one: &One| words.iter().any(|word| one.is_meant(word.as_ref()));
    GlobalArgs::augment_args(top)
        // Only now: it has a description of its own.
        .about("One home for your agent skills: sync, install, lock")
        .subcommands(COMMANDS.iter().map(|one| one.command(meant(one))))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// What a command and all below it say of themselves, and everything that is known of their arguments.
    fn all(command: &mut clap::Command, found: &mut Vec<String>) {
        found.push(command.render_help().to_string());
        found.push(command.render_long_help().to_string());
        found.push(format!("{:?}", command.get_all_aliases().collect::<Vec<_>>()));
        found.extend(command.get_arguments().map(|argument| format!("{argument:?}")));
        for below in command.get_subcommands_mut() {
            all(below, found);
        }
    }

    fn built(mut command: clap::Command) -> Vec<String> {
        command.build();
        let mut found = Vec::new();
        all(&mut command, &mut found);
        found
    }

    #[test]
    fn it_is_the_same_as_what_the_commands_make() {
        let names: Vec<&str> = COMMANDS.iter().map(|one| one.name).collect();
        let made: Vec<String> = Cli::command().get_subcommands().map(|one| one.get_name().to_owned()).collect();
        assert_eq!(names, made, "the rows here are those of `Command`, in its order");
        let (ours, theirs) = (built(for_words(&names)), built(Cli::command()));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(ours.len(), theirs.len());
        // Without any word, what the top level says is the same.
        let top =
            |mut command: clap::Command| [command.render_help(), command.render_long_help()].map(|t| t.to_string());
        assert_eq!(top(for_words::<&str>(&[])), top(Cli::command()));
    }

    #[test]
    fn only_what_is_meant_has_arguments() {
        let tree = for_words(&["--quiet", "collections", "list"]);
        let filled: Vec<&str> = tree
            .get_subcommands()
            .filter(|one| one.get_arguments().next().is_some() || one.has_subcommands())
            .map(clap::Command::get_name)
            .collect();
        assert_eq!(filled, ["list", "collection"]);
    }
}
