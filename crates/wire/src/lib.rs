//! The vocabulary of skillzdrive and the shapes of the drive's REST API.
//!
//! Newtypes are parsed once, at the border: whoever holds a [`Slug`] or a [`ContentSha`] need not check it again.
//! The shapes are plain structs, one module for each section of the endpoint reference. This crate must not hold
//! behaviour: no disk, no network, no clock, no decisions.
//!
//! Reading is liberal (unknown fields are ignored, unknown enum values are kept, both spellings of a name are
//! accepted); writing is exact (one spelling, absent optional values are left out).

mod github;
mod names;
mod open_enum;

pub mod account;
pub mod collections;
pub mod downloads;
pub mod drive;
pub mod envelope;
pub mod liberal;
pub mod marketplace;
pub mod oauth;
pub mod release;
pub mod runs;
pub mod skills;
pub mod sync;
pub mod telemetry;
pub mod uploads;

pub use envelope::{Data, ErrorBody};
pub use github::{GithubSource, GithubTree};
pub use names::{ApiKey, BadName, CollectionName, ContentSha, InstallId, RunId, Secret, Slug};
