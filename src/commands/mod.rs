//! One file for each command: its arguments, whose doc comments are the help text, and its `run`.
//!
//! A command parses, calls an engine and shows the result in a form of its own. It never calls another command: shared
//! work moves down into an engine.

pub(crate) mod agents;
pub(crate) mod audit;
pub(crate) mod cache;
pub(crate) mod collection;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod credits;
pub(crate) mod diff;
pub(crate) mod discover;
pub(crate) mod doctor;
pub(crate) mod drive;
pub(crate) mod enable;
pub(crate) mod export;
pub(crate) mod info;
pub(crate) mod init;
pub(crate) mod install;
pub(crate) mod itself;
pub(crate) mod leaderboard;
pub(crate) mod list;
pub(crate) mod lock;
pub(crate) mod log;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod marketplace;
pub(crate) mod new;
pub(crate) mod outdated;
pub(crate) mod pin;
pub(crate) mod remove;
pub(crate) mod run;
pub(crate) mod scan;
pub(crate) mod search;
#[cfg(feature = "drive")]
pub(crate) mod serve;
pub(crate) mod status;
pub(crate) mod sync;
pub(crate) mod telemetry;
pub(crate) mod trash;
pub(crate) mod undo;
pub(crate) mod update;
pub(crate) mod upload;
pub(crate) mod webhooks;
pub(crate) mod whoami;
pub(crate) mod why;
