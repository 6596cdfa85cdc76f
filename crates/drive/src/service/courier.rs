//! Delivers what waits for webhooks, in the background: after the charge was kept, never more than once.
//!
//! What is to be sent is claimed first, for so long as sending can take, and is done when its status is kept: nothing is
//! sent again because of what came of it. What nobody had claimed when a process ended, and what a process had claimed that
//! was killed, is sent by another one; only what was killed between sending and noting is sent twice.

use std::sync::Arc;
use std::sync::Weak;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::DriveError;
use crate::metrics::Work;
use crate::outbound::Failed;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::webhooks::DeliveryRow;
use crate::repo::webhooks::Webhooks;
use crate::time::DAY;
use crate::time::MINUTE;

/// What waited longer than this tells nobody anything any more.
const STALE: i64 = DAY;

/// How many receivers are called at the same time, so that a few which hang keep nobody else waiting.
const AT_ONCE: u32 = 64;

/// How much longer than a receiver may take a delivery is claimed.
const MARGIN: i64 = MINUTE;

/// How often it looks for what other processes left. What this one adds rings a bell.
const LOOK: Duration = Duration::from_secs(10);

/// How long after a failure of the database the next try comes.
const AGAIN: Duration = Duration::from_secs(5);

/// The state of the one who delivers.
#[derive(Debug)]
pub(crate) struct Courier {
    started: AtomicBool,
    stopped: AtomicBool,
    slots: Arc<Semaphore>,
}

impl Default for Courier {
    fn default() -> Self {
        let slots = Arc::new(Semaphore::new(AT_ONCE as usize));
        Self { started: AtomicBool::new(false), stopped: AtomicBool::new(false), slots }
    }
}

impl Courier {
    /// Begins no other delivery, and waits for those under way as long as a receiver has to answer.
    pub(crate) async fn stop(&self, config: &Config) {
        self.stopped.store(true, Ordering::SeqCst);
        let patience = config.webhook_patience + Duration::from_secs(1);
        // What takes longer is cut: it was claimed, and is not sent again.
        let _ = tokio::time::timeout(patience, self.slots.acquire_many(AT_ONCE)).await;
    }
}

/// Starts delivering, once for each opened drive.
pub(crate) fn start(drive: &Drive) {
    if !drive.courier.started.swap(true, Ordering::SeqCst) {
        tokio::spawn(work(drive.weak()));
    }
}

/// Delivers until the drive is closed or gone.
async fn work(weak: Weak<Inner>) {
    let Some((bell, slots)) =
        Drive::from_weak(&weak).map(|drive| (drive.repo.bell(), Arc::clone(&drive.courier.slots)))
    else {
        return;
    };
    loop {
        // First a free slot, then a claim: what was claimed is sent at once.
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let Some(drive) = Drive::from_weak(&weak).filter(|drive| !drive.courier.stopped.load(Ordering::SeqCst)) else {
            return;
        };
        match claim(&drive).await {
            Ok(Some((delivery, url))) => {
                tokio::spawn(async move {
                    deliver(&drive, &delivery, &url).await;
                    drop(slot);
                });
            }
            Ok(None) => {
                drop((slot, drive));
                // Whether it was the bell or the time, it looks again.
                let _ = tokio::time::timeout(LOOK, bell.notified()).await;
            }
            Err(error) => {
                drive.metrics.failed(Work::Deliveries);
                tracing::warn!(%error, "what waits for webhooks could not be looked up");
                drop((slot, drive));
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// Takes the oldest of what waits.
async fn claim(drive: &Drive) -> Result<Option<(DeliveryRow, String)>, DriveError> {
    let now = drive.now();
    let until = now + i64::try_from(drive.config.webhook_patience.as_millis()).unwrap_or(DAY) + MARGIN;
    let mut tx = drive.repo.write_rows().await?;
    let claimed = tx.claim_delivery(now - STALE, now, until).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Sends one and notes what came of it.
async fn deliver(drive: &Drive, delivery: &DeliveryRow, url: &str) {
    let status = send(drive, delivery, url).await;
    drive.metrics.delivered(status);
    let noted = async {
        let mut tx = drive.repo.write_rows().await?;
        tx.finish_delivery(delivery, status, drive.now()).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, webhook = delivery.webhook_id, status, "the status of a delivery could not be kept");
    }
}

/// Sends one delivery; the answer is what came of it as a class. More is not kept: a person who may choose the address
/// must not learn by it what lies where the drive stands.
async fn send(drive: &Drive, delivery: &DeliveryRow, url: &str) -> &'static str {
    let headers = match headers(drive, delivery) {
        Ok(headers) => headers,
        Err(error) => {
            tracing::error!(%error, delivery = delivery.id, "a delivery could not be signed");
            return "failed";
        }
    };
    let patience = drive.config.webhook_patience;
    match drive.outbound.post(url, headers, delivery.body.clone(), patience).await {
        Ok(status) => class(status),
        Err(Failed::TimedOut) => "timeout",
        Err(error) => {
            tracing::info!(%error, webhook = delivery.webhook_id, "a delivery failed");
            "failed"
        }
    }
}

fn class(status: u16) -> &'static str {
    match status {
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500..=599 => "5xx",
        _ => "failed",
    }
}

fn headers(drive: &Drive, delivery: &DeliveryRow) -> Result<HeaderMap, DriveError> {
    let signature = drive.signer.webhook_signature(&delivery.webhook_id, delivery.body.as_bytes())?;
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| DriveError::Corrupt(error.to_string()));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-skillzdrive-event", value(&delivery.event_type)?);
    headers.insert("x-skillzdrive-signature", value(&signature)?);
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use axum::Router;
    use axum::routing::post;
    use skillzdrive_wire::account::WebhookEvent;
    use skillzdrive_wire::account::WebhookRequest;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::*;
    use crate::config::Clock;
    use crate::service::accounts::Caller;
    use crate::service::accounts::charge;
    use crate::service::accounts::ensure_account;
    use crate::service::owner::OWNER;
    use crate::service::reach::Scope;
    use crate::service::webhooks;

    /// Opens the drive of a folder. Nobody makes its router, so it delivers nothing until it is started.
    async fn open(folder: &std::path::Path, clock: &Arc<AtomicI64>) -> Drive {
        let mut config = Config::new(folder);
        let time = Arc::clone(clock);
        config.clock = Clock::new(move || time.load(Ordering::SeqCst));
        config.signup_credits = 10;
        config.allow_private_webhooks = true;
        Drive::open(config).await.unwrap()
    }

    async fn owner(drive: &Drive) -> Caller {
        let mut tx = drive.repo.write().await.unwrap();
        let (user, _) = ensure_account(&mut tx, drive, OWNER, 10).await.unwrap();
        tx.commit().await.unwrap();
        Caller { user_id: user.id, key_id: String::new(), scope: Scope::EVERYTHING, request_id: None }
    }

    async fn take(drive: &Drive, caller: &Caller, credits: u64) {
        let mut tx = drive.repo.write().await.unwrap();
        charge(&mut tx, &caller.user_id, credits, ("run", "pdf", None), drive.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_waited_when_a_process_ended_is_delivered_by_the_next_one_once_and_not_when_it_is_old() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (told, mut heard) = mpsc::unbounded_channel::<String>();
        let note = move |body: String| async move {
            let _ = told.send(body);
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(note))).await });

        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(1_795_498_778_000));
        let first = open(home.path(), &clock).await;
        let caller = owner(&first).await;
        for threshold in [8, 4, 2] {
            let request = WebhookRequest {
                event_type: WebhookEvent::ThresholdHit,
                threshold_value: Some(threshold),
                target_url: url.clone(),
            };
            webhooks::create(&first, &caller, request).await.unwrap();
            // They are listed in the order in which they were made.
            clock.fetch_add(1, Ordering::SeqCst);
        }
        take(&first, &caller, 2).await;
        clock.fetch_add(STALE + 1, Ordering::SeqCst);
        take(&first, &caller, 4).await;
        first.close().await;
        assert!(heard.try_recv().is_err(), "nobody delivered");

        let second = open(home.path(), &clock).await;
        start(&second);
        start(&second);
        let body = heard.recv().await.unwrap();
        assert!(body.contains(r#""credits_remaining":4"#), "the one of yesterday tells nothing any more: {body}");
        // Closing waits for what is under way, so its status is kept.
        second.close().await;
        let third = open(home.path(), &clock).await;
        let list = webhooks::list(&third, &caller).await.unwrap().webhooks;
        let statuses: Vec<_> = list.iter().map(|webhook| webhook.last_delivery_status.as_deref()).collect();
        assert_eq!(statuses, [None, Some("2xx"), None]);
        start(&third);
        take(&third, &caller, 2).await;
        let body = heard.recv().await.unwrap();
        assert!(body.contains(r#""credits_remaining":2"#), "nothing is sent twice: {body}");
        third.close().await;
        assert!(heard.try_recv().is_err());
    }

    #[tokio::test]
    async fn the_courier_ends_with_its_drive() {
        let home = tempfile::tempdir().unwrap();
        let drive = open(home.path(), &Arc::new(AtomicI64::new(0))).await;
        let weak = drive.weak();
        let worker = tokio::spawn(work(weak.clone()));
        tokio::task::yield_now().await;
        drop(drive);
        tokio::time::timeout(Duration::from_secs(60), worker).await.unwrap().unwrap();
        assert!(weak.upgrade().is_none());
    }
}
