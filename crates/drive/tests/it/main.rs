//! The drive over HTTP, as a client that knows only the contract sees it. Each test has its own drive on a port of its
//! own, and a clock that only the test moves.

#![expect(clippy::unwrap_used, reason = "helpers of tests are not marked as tests themselves")]

mod acts;
mod admin;
mod backends;
mod browser;
mod catalogue;
mod collections;
mod discovery;
mod door;
mod doors;
mod downloads;
mod drive;
mod exports;
mod fixture;
mod github;
mod grades;
mod kept;
mod oauth;
mod operations;
mod owasp;
mod pages;
mod replicas;
mod runs;
#[cfg(target_os = "linux")]
mod sandbox;
mod scope;
mod scripts;
mod sync;
mod teams;
mod telemetry;
#[cfg(feature = "otel")]
mod traces;
mod updates;
mod upkeep;
mod upload_page;
#[cfg(unix)]
mod upload_script;
mod uploads;
mod webhooks;
