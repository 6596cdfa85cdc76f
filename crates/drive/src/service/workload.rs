//! How much work waits, for whoever watches over the drive.

use std::sync::atomic::Ordering;

use crate::drive::Drive;
use crate::error::DriveError;
use crate::metrics::Looked;
use crate::repo::Repository;
use crate::repo::runs::Runs;
use crate::repo::webhooks::Webhooks;

/// What is known without the database.
pub(crate) fn unknown(drive: &Drive) -> Looked {
    Looked { load: drive.repo.load(), draining: drive.draining.load(Ordering::SeqCst), ..Looked::default() }
}

/// Looks it up, as far as the database answers.
pub(crate) async fn look(drive: &Drive) -> Looked {
    let counted = async {
        let now = drive.now();
        let mut tx = drive.repo.read().await?;
        let (waiting, oldest) = tx.waiting_deliveries().await?;
        let overdue = tx.overdue_runs(now).await?;
        Ok::<_, DriveError>(((waiting, oldest.map_or(0, |oldest| (now - oldest).max(0))), overdue))
    };
    match counted.await {
        Ok((deliveries, overdue)) => {
            Looked { database_up: true, deliveries: Some(deliveries), overdue_runs: Some(overdue), ..unknown(drive) }
        }
        Err(error) => {
            tracing::warn!(%error, "what waits could not be counted");
            unknown(drive)
        }
    }
}
