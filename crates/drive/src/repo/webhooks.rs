//! Webhooks and what waits to be delivered to them. A webhook's secret is not here: it is derived from the drive's own.

use sqlx::AssertSqlSafe;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::big;
use super::sql::count;

/// Somebody's wish to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebhookRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) event_type: String,
    pub(crate) threshold: Option<u64>,
    pub(crate) target_url: String,
    pub(crate) last_status: Option<String>,
    pub(crate) created_at: i64,
}

/// Something that has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeliveryRow {
    pub(crate) id: String,
    pub(crate) webhook_id: String,
    pub(crate) event_type: String,
    /// The exact text that is signed and sent.
    pub(crate) body: String,
    pub(crate) created_at: i64,
}

/// The section's methods.
pub(crate) trait Webhooks {
    async fn add_webhook(&mut self, webhook: &WebhookRow) -> Result<()>;
    /// Somebody's webhooks, oldest first.
    async fn webhooks(&mut self, user_id: &str) -> Result<Vec<WebhookRow>>;
    /// Takes a webhook away with what waits for it; false when the person has no such one.
    async fn remove_webhook(&mut self, user_id: &str, id: &str) -> Result<bool>;
    /// Lets something wait; whoever delivers is told when the transaction is kept.
    async fn add_delivery(&mut self, delivery: &DeliveryRow) -> Result<()>;
    /// Takes the oldest that waits since an instant, with where it goes, so that nobody else takes it before `until` is
    /// over: then whoever took it is gone. What is older than `since` is forgotten.
    async fn claim_delivery(&mut self, since: i64, now: i64, until: i64) -> Result<Option<(DeliveryRow, String)>>;
    /// How many wait or are under way, and since when the oldest does.
    async fn waiting_deliveries(&mut self) -> Result<(u64, Option<i64>)>;
    /// Notes what came of a delivery, which is done.
    async fn finish_delivery(&mut self, delivery: &DeliveryRow, status: &str, now: i64) -> Result<()>;
}

fn webhook(row: &AnyRow) -> Result<WebhookRow> {
    let threshold: Option<i64> = row.try_get("threshold_value")?;
    Ok(WebhookRow {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        event_type: row.try_get("event_type")?,
        threshold: threshold.map(|_| count(row, "threshold_value")).transpose()?,
        target_url: row.try_get("target_url")?,
        last_status: row.try_get("last_delivery_status")?,
        created_at: row.try_get("created_at")?,
    })
}

impl Webhooks for SqlTransaction {
    async fn add_webhook(&mut self, webhook: &WebhookRow) -> Result<()> {
        sqlx::query(
            "insert into webhooks (id, user_id, event_type, threshold_value, target_url, last_delivery_status,
                                   created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&webhook.id)
        .bind(&webhook.user_id)
        .bind(&webhook.event_type)
        .bind(webhook.threshold.map(big))
        .bind(&webhook.target_url)
        .bind(&webhook.last_status)
        .bind(webhook.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn webhooks(&mut self, user_id: &str) -> Result<Vec<WebhookRow>> {
        let rows = sqlx::query("select * from webhooks where user_id = $1 order by created_at, id")
            .bind(user_id)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(webhook).collect()
    }

    async fn remove_webhook(&mut self, user_id: &str, id: &str) -> Result<bool> {
        sqlx::query(
            "delete from webhook_deliveries
             where webhook_id = $2 and exists (select 1 from webhooks w where w.id = $2 and w.user_id = $1)",
        )
        .bind(user_id)
        .bind(id)
        .execute(&mut *self.tx)
        .await?;
        let done = sqlx::query("delete from webhooks where user_id = $1 and id = $2")
            .bind(user_id)
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn add_delivery(&mut self, delivery: &DeliveryRow) -> Result<()> {
        sqlx::query(
            "insert into webhook_deliveries (id, webhook_id, event_type, body, created_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(&delivery.id)
        .bind(&delivery.webhook_id)
        .bind(&delivery.event_type)
        .bind(&delivery.body)
        .bind(delivery.created_at)
        .execute(&mut *self.tx)
        .await?;
        self.ring_when_kept();
        Ok(())
    }

    async fn claim_delivery(&mut self, since: i64, now: i64, until: i64) -> Result<Option<(DeliveryRow, String)>> {
        sqlx::query("delete from webhook_deliveries where created_at < $1").bind(since).execute(&mut *self.tx).await?;
        let statement = format!(
            "select d.id, d.webhook_id, d.event_type, d.body, d.created_at, w.target_url
             from webhook_deliveries d join webhooks w on w.id = d.webhook_id
             where d.done_at is null and (d.claimed_at is null or d.claimed_at <= $1)
             order by d.created_at, d.id limit 1 {}",
            self.dialect.claiming("d")
        );
        // What is kept is until when it is claimed.
        let row = sqlx::query(AssertSqlSafe(statement)).bind(now).fetch_optional(&mut *self.tx).await?;
        let Some(row) = row else { return Ok(None) };
        let delivery = DeliveryRow {
            id: row.try_get("id")?,
            webhook_id: row.try_get("webhook_id")?,
            event_type: row.try_get("event_type")?,
            body: row.try_get("body")?,
            created_at: row.try_get("created_at")?,
        };
        sqlx::query("update webhook_deliveries set claimed_at = $2 where id = $1")
            .bind(&delivery.id)
            .bind(until)
            .execute(&mut *self.tx)
            .await?;
        Ok(Some((delivery, row.try_get("target_url")?)))
    }

    async fn waiting_deliveries(&mut self) -> Result<(u64, Option<i64>)> {
        let row = sqlx::query(
            "select count(*) as found, min(created_at) as oldest from webhook_deliveries where done_at is null",
        )
        .fetch_one(&mut *self.tx)
        .await?;
        Ok((count(&row, "found")?, row.try_get("oldest")?))
    }

    async fn finish_delivery(&mut self, delivery: &DeliveryRow, status: &str, now: i64) -> Result<()> {
        sqlx::query("update webhook_deliveries set done_at = $2 where id = $1")
            .bind(&delivery.id)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query("update webhooks set last_delivery_status = $2 where id = $1")
            .bind(&delivery.webhook_id)
            .bind(status)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
