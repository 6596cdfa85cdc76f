//! One file for each section of the endpoint reference: from a request to a service and back. Nothing is decided here.

pub(crate) mod account;
pub(crate) mod collections;
pub(crate) mod downloads;
pub(crate) mod drive;
pub(crate) mod health;
pub(crate) mod marketplace;
pub(crate) mod metrics;
pub(crate) mod oauth;
pub(crate) mod openapi;
pub(crate) mod pages;
pub(crate) mod runs;
pub(crate) mod skills;
pub(crate) mod storage;
pub(crate) mod sync;
pub(crate) mod telemetry;
pub(crate) mod uploads;

use skillzdrive_wire::Slug;

use crate::error::ApiError;

/// A slug in an address. What is not one names no skill.
fn slug(text: &str) -> Result<Slug, ApiError> {
    Slug::new(text).map_err(|_| ApiError::no_skill(text))
}
