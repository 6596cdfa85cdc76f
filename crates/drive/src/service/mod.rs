//! What the drive decides: prices, precedence, refusals, and what is done together or not at all.
//!
//! Handlers hand over parsed requests and get values of the wire; nothing here knows HTTP beyond the error table.

pub(crate) mod accounts;
pub(crate) mod acts;
pub(crate) mod catalog;
pub(crate) mod closing;
pub(crate) mod collections;
pub(crate) mod courier;
pub(crate) mod discovery;
pub(crate) mod exports;
pub(crate) mod grading;
pub(crate) mod import;
pub(crate) mod items;
pub(crate) mod landing;
pub(crate) mod oauth;
pub(crate) mod overview;
pub(crate) mod owner;
pub(crate) mod publish;
pub(crate) mod quota;
pub(crate) mod reach;
pub(crate) mod runs;
pub(crate) mod sessions;
pub(crate) mod standing;
pub(crate) mod starter;
pub(crate) mod sync;
pub(crate) mod teams;
pub(crate) mod telemetry;
pub(crate) mod tickets;
pub(crate) mod updates;
pub(crate) mod upkeep;
pub(crate) mod upload_pages;
pub(crate) mod upload_script;
pub(crate) mod view;
pub(crate) mod webhooks;
pub(crate) mod workload;
