//! Webhooks: who is told when credits run low. Delivering is `courier`'s work.

use skillzdrive_wire::Secret;
use skillzdrive_wire::account::Webhook;
use skillzdrive_wire::account::WebhookCreated;
use skillzdrive_wire::account::WebhookDeleted;
use skillzdrive_wire::account::WebhookDelivery;
use skillzdrive_wire::account::WebhookEvent;
use skillzdrive_wire::account::WebhookList;
use skillzdrive_wire::account::WebhookRequest;

use super::accounts::Caller;
use super::acts;
use super::acts::By;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::keys;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::webhooks::DeliveryRow;
use crate::repo::webhooks::WebhookRow;
use crate::repo::webhooks::Webhooks;
use crate::time::rfc3339;
use crate::time::rfc3339_millis;

/// How many webhooks an account has at most.
const MOST: usize = 20;

/// `GET account/webhooks`.
pub(crate) async fn list(drive: &Drive, caller: &Caller) -> Result<WebhookList, ApiError> {
    caller.need_all_skills()?;
    let rows = drive.repo.read().await?.webhooks(&caller.user_id).await?;
    Ok(WebhookList { webhooks: rows.into_iter().map(shown).collect() })
}

/// `POST account/webhooks`.
pub(crate) async fn create(
    drive: &Drive,
    caller: &Caller,
    request: WebhookRequest,
) -> Result<WebhookCreated, ApiError> {
    caller.need_all_skills()?;
    let threshold = match (&request.event_type, request.threshold_value) {
        (WebhookEvent::ThresholdHit, None) => {
            return Err(ApiError::invalid("`credits.threshold_hit` needs a `threshold_value`"));
        }
        (WebhookEvent::ThresholdHit, Some(threshold)) if i64::try_from(threshold).is_err() => {
            return Err(ApiError::invalid("`threshold_value` is more than any balance"));
        }
        (WebhookEvent::ThresholdHit, threshold) => threshold,
        (WebhookEvent::Exhausted, _) => None,
        (WebhookEvent::Other(word), _) => {
            let (word, known) = (word.escape_debug(), WebhookEvent::KNOWN.join("`, `"));
            return Err(ApiError::invalid(format!("`{word}` is not an event: there are `{known}`")));
        }
    };
    let url = drive.outbound.check(&request.target_url);
    let url = url.map_err(|why| ApiError::invalid(format!("`target_url` is refused: {why}")))?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let now = drive.now();
    let webhook = WebhookRow {
        id: uuid::Uuid::new_v4().to_string(),
        user_id: caller.user_id.clone(),
        event_type: request.event_type.to_string(),
        threshold,
        target_url: url.into(),
        last_status: None,
        created_at: now,
    };
    let mut tx = drive.repo.write().await?;
    if tx.webhooks(&caller.user_id).await?.len() >= MOST {
        return Err(ApiError::invalid(format!("an account has at most {MOST} webhooks: delete one first")));
    }
    tx.add_webhook(&webhook).await?;
    // What stands behind the host may be a secret of whoever listens there.
    let detail = format!("{} to {host}", webhook.event_type);
    let object = format!("webhook {}", webhook.id);
    acts::note(&mut tx, drive, By::User(caller), "webhook.create", &object, &detail).await?;
    tx.commit().await?;
    let secret = Secret::new(drive.signer.webhook_secret(&webhook.id));
    Ok(WebhookCreated { webhook: shown(webhook), secret })
}

/// `DELETE account/webhooks/:id`. What waits to be told to it is dropped with it.
pub(crate) async fn delete(drive: &Drive, caller: &Caller, id: &str) -> Result<WebhookDeleted, ApiError> {
    caller.need_all_skills()?;
    let mut tx = drive.repo.write().await?;
    if !tx.remove_webhook(&caller.user_id, id).await? {
        let message = format!("there is no webhook `{}`", id.escape_debug());
        return Err(ApiError::not_found("webhook_not_found", message));
    }
    acts::note(&mut tx, drive, By::User(caller), "webhook.delete", &format!("webhook {id}"), "").await?;
    tx.commit().await?;
    Ok(WebhookDeleted { id: id.to_owned(), deleted: true })
}

/// Lets wait what a fall of the balance has to tell. It belongs into the transaction of the charge: of charges that race,
/// exactly one sees the balance above a threshold and leaves it at the threshold or below.
pub(crate) async fn balance_fell<T: Transaction>(
    tx: &mut T,
    user_id: &str,
    (before, after): (i64, i64),
    now: i64,
) -> Result<(), ApiError> {
    for webhook in tx.webhooks(user_id).await? {
        let event = WebhookEvent::from(webhook.event_type.as_str());
        let mark = match event {
            WebhookEvent::Exhausted => 0,
            _ => webhook.threshold.map_or(i64::MIN, |threshold| i64::try_from(threshold).unwrap_or(i64::MAX)),
        };
        if before <= mark || after > mark {
            continue;
        }
        let body = serde_json::to_string(&WebhookDelivery {
            event,
            owner_user_id: user_id.to_owned(),
            credits_remaining: after,
            threshold: webhook.threshold,
            timestamp: rfc3339_millis(now),
        });
        tx.add_delivery(&DeliveryRow {
            id: keys::row_id(now),
            webhook_id: webhook.id,
            event_type: webhook.event_type,
            body: body.map_err(|error| ApiError::internal(&error))?,
            created_at: now,
        })
        .await?;
    }
    Ok(())
}

fn shown(row: WebhookRow) -> Webhook {
    Webhook {
        id: row.id,
        event_type: WebhookEvent::from(row.event_type.as_str()),
        threshold_value: row.threshold,
        target_url: row.target_url,
        last_delivery_status: row.last_status,
        created_at: rfc3339(row.created_at),
    }
}
