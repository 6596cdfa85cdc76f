//! The drive server of skillzdrive, as a library.
//!
//! [`serve()`] is the whole of it: the same drive runs in-process behind a Unix socket for `--server local`, on a port
//! for `skillzdrive serve`, and in every test. [`Drive`] is what a data folder becomes when it is opened, and what the
//! operator's commands work on.
//!
//! From top to bottom: `router` and `handlers` speak HTTP, `service` decides, `repo` and `artifacts` remember, and
//! `sandbox` runs what others wrote. An arrow may only point down. The contract's shapes come from `skillzdrive-wire`; the drive sends exactly them. There
//! are no test switches in here: tests wrap [`Drive::router`].
//! From top to bottom: `router` and `handlers` speak HTTP, `service` decides, `repo` and `artifacts` remember, `outbound`
//! and `github` above it call others. An arrow may only point down. The contract's shapes come from `skillzdrive-wire`; the drive sends
//! exactly them. There are no test switches in here: tests wrap [`Drive::router`].

mod agent_skills;
mod artifacts;
mod config;
mod drive;
mod error;
mod extract;
mod github;
mod guesses;
mod handlers;
mod host;
mod inspection;
mod kept;
mod keys;
mod log;
mod marketplace;
mod metrics;
mod observed;
mod openapi;
mod outbound;
mod pace;
mod package;
mod pages;
mod peer;
mod private_file;
mod proxies;
mod rate;
mod redirect;
mod repo;
mod request_id;
mod respond;
mod router;
mod sandbox;
mod serve;
mod service;
mod signing;
pub mod starter;
mod storage;
mod tally;
mod text;
mod time;
#[cfg(feature = "otel")]
mod traces;
mod uses;

pub use config::ArtifactStore;
pub use config::Clock;
pub use config::Config;
pub use config::Costs;
pub use config::Draining;
pub use config::ForwardedBy;
pub use config::GithubHosts;
pub use config::Limits;
pub use config::Proxies;
pub use config::SandboxLimits;
pub use config::SigningKey;
#[cfg(feature = "otel")]
pub use config::TraceTarget;
pub use drive::Drive;
pub use error::DriveError;
pub use log::Log;
pub use log::LogFormat;
pub use log::LogLevel;
pub use outbound::is_public;
pub use pace::Pace;
pub use peer::DriveListener;
pub use peer::Peer;
pub use proxies::Network;
pub use proxies::NotANetwork;
pub use repo::Migrated;
pub use repo::NOTICED_WITHIN;
pub use repo::books::Problem;
pub use serve::serve;
pub use service::accounts::KeyInfo;
pub use service::acts::Act;
pub use service::publish::Published;
pub use service::publish::Publishing;
pub use service::quota::Tier;
pub use service::teams::AccountInfo;
pub use service::teams::ShareInfo;
pub use service::teams::ShareWith;
pub use service::teams::TeamInfo;
pub use service::upkeep::backup::BackedUp;
pub use service::upkeep::check::Checked;
pub use service::upkeep::check::Checking;
pub use service::upkeep::check::Orphan;
pub use service::upkeep::migrate;
pub use service::upkeep::moving::Moved;
pub use service::upkeep::moving::Step as MoveStep;
pub use service::upkeep::moving::cancel_move;
pub use service::upkeep::moving::move_drive;
pub use service::upkeep::need_drive;
pub use service::upkeep::restore::Restored;
pub use service::upkeep::restore::restore;
