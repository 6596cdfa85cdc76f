//! One anonymous event for a command, to the configured drive alone (behaviour: "Telemetry").
//!
//! An event first enters the spool, then what waits is sent at the end of a command, for a second at most. Nothing here can
//! fail or delay a command, and nothing is sent before the person was told.

use serde_json::Map;
use serde_json::Value;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::telemetry::Event;
use skillzdrive_wire::telemetry::EventType;

use crate::api::Client;
use crate::store::spool::Spool;

/// What the person is told before anything is sent, once.
pub(crate) const NOTICE: &str = "skillzdrive tells the drive which of its commands were used: command, version, system, \
names of public skills, counts, and a random number for this installation, never your files. \
`skillzdrive telemetry show` prints every event; DO_NOT_TRACK=1 counts without tracking.";

/// What an event says, beyond the command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Slugs of public skills only.
    pub(crate) public_slugs: Vec<Slug>,
    /// `skillzdrive`, `github`, `path`, `zip`.
    pub(crate) source_types: Vec<&'static str>,
    /// Counts.
    pub(crate) metadata: Map<String, Value>,
}

/// Makes an event. Without tracking it has a fresh random install id, no slugs and no metadata.
pub(crate) fn event(install_id: InstallId, event_type: EventType, facts: Facts, track: bool) -> Event {
    let mut source_types: Vec<String> = facts.source_types.into_iter().map(str::to_owned).collect();
    source_types.sort_unstable();
    source_types.dedup();
    Event {
        install_id: if track { install_id } else { InstallId::random() },
        event_type,
        cli_version: env!("CARGO_PKG_VERSION").to_owned(),
        os: os(),
        skill_slugs: if track { facts.public_slugs } else { Vec::new() },
        source_types,
        metadata: if track { facts.metadata } else { Map::new() },
    }
}

/// The system in the words of the reference: `darwin|linux|windows` `/` `amd64|arm64`.
fn os() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}/{machine}")
}

/// Sends what waits for this drive, oldest first, until something goes wrong. The caller limits the time.
pub(crate) async fn flush(client: &Client, spool: &Spool) {
    let server = client.server().identity();
    if !spool.is_noticed() || client.is_offline() || client.is_limited() {
        return;
    }
    let mine: Vec<_> = spool.waiting().into_iter().filter(|(_, spooled)| spooled.server == server).collect();
    if mine.is_empty() {
        return;
    }
    let Some(right) = spool.begin() else { return };
    for (path, spooled) in mine {
        match client.send_event(&spooled.event).await {
            Ok(()) => spool.was_sent(&right, &path),
            Err(error) if error.status().is_some_and(|status| matches!(status, 400 | 404 | 413 | 422)) => {
                spool.was_refused(&right, &path);
            }
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tracking_events_cannot_be_joined() {
        let id = InstallId::random();
        let facts = || Facts {
            public_slugs: vec![Slug::new("pdf").unwrap()],
            source_types: vec!["zip", "skillzdrive", "zip"],
            metadata: Map::from_iter([("installed".to_owned(), Value::from(1))]),
        };
        let tracked = event(id, EventType::Install, facts(), true);
        assert_eq!(tracked.install_id, id);
        assert_eq!(tracked.source_types, ["skillzdrive", "zip"]);
        let counted = event(id, EventType::Install, facts(), false);
        assert_ne!(counted.install_id, id);
        assert_ne!(counted.install_id, event(id, EventType::Install, facts(), false).install_id);
        assert!(counted.skill_slugs.is_empty() && counted.metadata.is_empty());
    }
}
