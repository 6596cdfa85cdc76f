//! Anonymous events, and the account that claims an installation.

use std::net::IpAddr;
use std::sync::atomic::Ordering;

use skillzdrive_wire::InstallId;
use skillzdrive_wire::telemetry::Accepted;
use skillzdrive_wire::telemetry::Adopted;
use skillzdrive_wire::telemetry::Event;

use super::accounts::Caller;
use super::standing;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::keys;
use crate::repo;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::events::EventRow;
use crate::repo::events::Events;
use crate::repo::read_only;

/// More characters of an event's texts, lists and metadata together are refused: the route is open to anybody.
const MOST: usize = 16 << 10;

/// How long an event is kept, in milliseconds: 90 days.
const KEPT: i64 = 90 * DAY;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Forgets the events that are older than they may be: when a drive is opened, and once a day while it runs.
pub(crate) async fn forget_old(drive: &Drive) -> repo::Result<()> {
    let now = drive.now();
    drive.swept.store(now, Ordering::Relaxed);
    let before = now - KEPT;
    // Whoever only looks at an embedded drive should not wait for the right to write.
    if drive.repo.read().await?.has_events_before(before).await? {
        let mut tx = match drive.repo.write().await {
            // They are forgotten where the drive goes.
            Err(error) if read_only::is_refusal(&error) => return Ok(()),
            begun => begun?,
        };
        tx.forget_events_before(before).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// `POST telemetry/anonymous`.
pub(crate) async fn record(
    drive: &Drive,
    header: Option<&str>,
    event: Event,
    from: Option<IpAddr>,
) -> Result<Accepted, ApiError> {
    if header.is_some_and(|header| InstallId::new(header) != Ok(event.install_id)) {
        return Err(ApiError::invalid("X-Skillzdrive-Install-Id is not the body's install_id"));
    }
    if !event.event_type.is_known() {
        return Err(ApiError::invalid(format!("`{}` is not an event_type", event.event_type.as_str().escape_debug())));
    }
    let json = |value: serde_json::Result<String>| value.map_err(|error| ApiError::internal(&error));
    let now = drive.now();
    let row = EventRow {
        id: keys::row_id(now),
        install_id: event.install_id,
        event_type: event.event_type.to_string(),
        skill_slugs: json(serde_json::to_string(&event.skill_slugs))?,
        source_types: json(serde_json::to_string(&event.source_types))?,
        metadata: json(serde_json::to_string(&event.metadata))?,
        cli_version: event.cli_version.clone(),
        os: event.os.clone(),
        created_at: now,
    };
    let size = [&row.skill_slugs, &row.source_types, &row.metadata, &row.cli_version, &row.os];
    if size.iter().map(|text| text.len()).sum::<usize>() > MOST {
        return Err(ApiError::invalid(format!("an event holds at most {MOST} characters")));
    }
    if now - drive.swept.load(Ordering::Relaxed) > DAY {
        forget_old(drive).await?;
    }
    let mut tx = drive.repo.write_rows().await?;
    let claimed_by = tx.add_event(&row).await?;
    standing::count_event(&mut tx, drive, &event, claimed_by.as_deref(), from).await?;
    tx.commit().await?;
    Ok(Accepted { accepted: true })
}

/// `POST migrations/anonymous-adopt`. Again by the same account is the same answer.
pub(crate) async fn adopt(drive: &Drive, caller: &Caller, install_id: InstallId) -> Result<Adopted, ApiError> {
    let mut tx = drive.repo.write().await?;
    let events_backfilled = match tx.claim(&install_id).await? {
        Some(claim) if claim.user_id == caller.user_id => claim.events_backfilled,
        Some(_) => {
            return Err(ApiError::conflict("install_id_claimed", "another account has claimed this installation"));
        }
        None => {
            let moved = tx.add_claim(&install_id, &caller.user_id, drive.now()).await?;
            tx.commit().await?;
            moved
        }
    };
    Ok(Adopted { install_id, adopted: true, events_backfilled })
}
