//! Section "Telemetry + migration" of the reference.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::InstallId;
use crate::Slug;
use crate::open_enum::open_enum;

open_enum! {
    /// Which command an event is about.
    EventType {
        /// `install`
        Install = "install",
        /// `sync`
        Sync = "sync",
        /// `update`
        Update = "update",
        /// `audit`
        Audit = "audit",
        /// `scan`
        Scan = "scan",
        /// `init` chose the default skills
        InitDefaults = "init_defaults",
        /// `login`
        Login = "login",
    }
}

/// Body of `POST telemetry/anonymous`: these fields and no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The installation, or a random one.
    pub install_id: InstallId,
    /// The command.
    pub event_type: EventType,
    /// The program's version.
    pub cli_version: String,
    /// `darwin|linux|windows` `/` `amd64|arm64`.
    pub os: String,
    /// Slugs of public skills only.
    #[serde(default)]
    pub skill_slugs: Vec<Slug>,
    /// `skillzdrive`, `github`, `path`, `zip`.
    #[serde(default)]
    pub source_types: Vec<String>,
    /// Counts.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

/// `data` of `POST telemetry/anonymous`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Always true.
    pub accepted: bool,
}

/// Body of `POST migrations/anonymous-adopt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptRequest {
    /// The installation to claim.
    pub install_id: InstallId,
}

/// `data` of `POST migrations/anonymous-adopt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// The installation.
    pub install_id: InstallId,
    /// Always true.
    #[serde(default)]
    pub adopted: bool,
    /// How many earlier events were moved to the account.
    #[serde(default)]
    pub events_backfilled: u64,
}
