//! The tiers: how many runs a month an account may have. An account's tier and role are columns of `users`.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::big;

/// A tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TierRow {
    pub(crate) name: String,
    /// How many runs a calendar month; `None` for any number.
    pub(crate) monthly_calls: Option<u64>,
}

/// The section's methods.
pub(crate) trait Tiers {
    /// Every tier, by name.
    async fn tiers(&mut self) -> Result<Vec<TierRow>>;
    async fn tier(&mut self, name: &str) -> Result<Option<TierRow>>;
    /// Makes a tier, or changes its limit.
    async fn put_tier(&mut self, tier: &TierRow) -> Result<()>;
    async fn set_tier(&mut self, user_id: &str, tier: &str) -> Result<()>;
    async fn set_role(&mut self, user_id: &str, role: &str) -> Result<()>;
}

fn tier(row: &AnyRow) -> Result<TierRow> {
    let calls: Option<i64> = row.try_get("monthly_calls")?;
    let calls = calls.map(|calls| u64::try_from(calls).map_err(|error| sqlx::Error::Decode(error.into())));
    Ok(TierRow { name: row.try_get("name")?, monthly_calls: calls.transpose()? })
}

impl Tiers for SqlTransaction {
    async fn tiers(&mut self) -> Result<Vec<TierRow>> {
        let rows = sqlx::query("select * from tiers order by name").fetch_all(&mut *self.tx).await?;
        rows.iter().map(tier).collect()
    }

    async fn tier(&mut self, name: &str) -> Result<Option<TierRow>> {
        let row = sqlx::query("select * from tiers where name = $1").bind(name).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(tier).transpose()
    }

    async fn put_tier(&mut self, tier: &TierRow) -> Result<()> {
        sqlx::query(
            "insert into tiers (name, monthly_calls) values ($1, $2)
             on conflict (name) do update set monthly_calls = excluded.monthly_calls",
        )
        .bind(&tier.name)
        .bind(tier.monthly_calls.map(big))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn set_tier(&mut self, user_id: &str, tier: &str) -> Result<()> {
        sqlx::query("update users set tier = $2 where id = $1").bind(user_id).bind(tier).execute(&mut *self.tx).await?;
        Ok(())
    }

    async fn set_role(&mut self, user_id: &str, role: &str) -> Result<()> {
        sqlx::query("update users set role = $2 where id = $1").bind(user_id).bind(role).execute(&mut *self.tx).await?;
        Ok(())
    }
}
