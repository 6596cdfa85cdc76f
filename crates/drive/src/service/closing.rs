//! Closes the sync runs whose day is over, in the background: what nobody finalized holds nothing any more, whether its
//! account ever comes back or not. The replicas of a drive share the work; none waits for another.

use std::sync::Weak;
use std::time::Duration;

use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::DriveError;
use crate::metrics::Work;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::runs::Runs;

/// How often it looks.
const PACE: Duration = Duration::from_secs(60);

/// So many are closed in one transaction.
const AT_ONCE: u64 = 100;

/// Starts closing, until the drive is gone.
pub(crate) fn start(drive: &Drive) {
    tokio::spawn(work(drive.weak()));
}

async fn work(weak: Weak<Inner>) {
    loop {
        tokio::time::sleep(PACE).await;
        let Some(drive) = Drive::from_weak(&weak) else { return };
        match close(&drive).await {
            Ok(0) => {}
            Ok(closed) => tracing::info!(closed, "runs were never finalized"),
            Err(error) => {
                drive.metrics.failed(Work::Closing);
                tracing::warn!(%error, "runs whose day is over could not be closed");
            }
        }
    }
}

/// Closes all that are over; the answer is how many.
async fn close(drive: &Drive) -> Result<u64, DriveError> {
    let mut all = 0;
    // Most of the time there is none, and a look does not need the right to write.
    while drive.repo.read().await?.has_overdue_runs(drive.now()).await? {
        let mut tx = drive.repo.write_rows().await?;
        let closed = tx.abandon_overdue_runs(drive.now(), AT_ONCE).await?;
        tx.commit().await?;
        all += closed;
        if closed == 0 {
            // Another replica has them.
            break;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicI64;
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::config::Clock;
    use crate::config::Config;
    use crate::repo::runs::Run;
    use crate::service::accounts::ensure_account;
    use crate::service::owner::OWNER;

    #[tokio::test]
    async fn what_nobody_finalizes_is_closed_when_its_day_is_over() {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(1_000));
        let mut config = Config::new(home.path());
        let time = Arc::clone(&clock);
        config.clock = Clock::new(move || time.load(Ordering::SeqCst));
        let drive = Drive::open(config).await.unwrap();
        let mut tx = drive.repo.write().await.unwrap();
        let (user, _) = ensure_account(&mut tx, &drive, OWNER, 10).await.unwrap();
        for number in 0..=AT_ONCE {
            let run = Run {
                id: format!("r{number}"),
                user_id: user.id.clone(),
                install_id: "i".to_owned(),
                collection_id: None,
                kind: "daily".to_owned(),
                mode: "all".to_owned(),
                sets_high_water: false,
                status: "open".to_owned(),
                opened_at: 0,
                expires_at: 2_000,
                drive_count: None,
                high_water: None,
            };
            tx.add_run(&run).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(close(&drive).await.unwrap(), 0);
        clock.store(2_000, Ordering::SeqCst);
        assert_eq!(close(&drive).await.unwrap(), AT_ONCE + 1);
        assert_eq!(drive.repo.read().await.unwrap().run("r0").await.unwrap().unwrap().status, "abandoned");
        assert_eq!(close(&drive).await.unwrap(), 0);
    }
}
