//! One binary for every test that runs the real program, in a sealed home, against a real drive on the loopback.
//!
//! What a command prints, on both streams, and its exit status are compared together, as one inline snapshot.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests arrange files and environments directly, and a panic is how a test says what is wrong"
)]

mod archives;
#[cfg(unix)]
mod audit;
#[cfg(unix)]
mod audit_fix;
#[cfg(unix)]
mod baseline;
#[cfg(unix)]
mod browser_login;
mod catalogue;
#[cfg(target_os = "linux")]
mod certificates;
#[cfg(unix)]
mod chromium;
mod collections;
mod completions;
mod config;
mod discover;
#[cfg(target_os = "linux")]
mod disk;
mod docs;
mod doctor;
#[cfg(unix)]
mod enable;
mod exits;
mod export;
mod foreign;
#[cfg(unix)]
mod gate;
mod github;
mod harness;
#[cfg(unix)]
mod hooks;
mod init;
mod install;
mod install_faults;
mod itself;
mod kill;
mod layers;
mod lockfile;
mod login;
mod looking;
mod marketplace;
#[cfg(unix)]
mod monorepo;
mod network;
mod new;
mod openapi;
#[cfg(unix)]
mod operations;
#[cfg(unix)]
mod pages;
mod peers;
#[cfg(unix)]
mod plain;
mod release;
mod restore;
mod routes;
mod run;
mod scan;
mod schemas;
mod secrets;
mod serve;
mod serve_secrets;
mod sync;
mod tables;
mod telemetry;
#[cfg(unix)]
mod terminal;
mod trash;
mod update;
mod update_conflicts;
mod upload;
mod versions;
mod webhooks;
