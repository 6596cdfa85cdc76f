//! The drive over HTTP, as a client that knows only the contract sees it. Each test has its own drive on a port of its
//! own, and a clock that only the test moves.

#![expect(clippy::unwrap_used, reason = "helpers of tests are not marked as tests themselves")]

mod admin;
mod catalogue;
mod collections;
mod door;
mod doors;
mod downloads;
mod drive;
mod fixture;
mod runs;
mod scope;
mod sync;
mod teams;
mod telemetry;
mod updates;
mod uploads;
