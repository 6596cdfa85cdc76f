//! How many runs an account may have: its tier's limit for each calendar month, in UTC. Those who keep a drive running
//! have none.

use skillzdrive_wire::account::CallLimit;

use super::accounts::user_of;
use super::acts;
use super::acts::By;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::ApiError;
use crate::error::DriveError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::User;
use crate::repo::tiers::TierRow;
use crate::repo::tiers::Tiers;
use crate::time::month_start;

/// The roles, and whether they are without a limit.
const ROLES: [(&str, bool); 3] = [("user", false), ("moderator", true), ("admin", true)];

/// The runs of this month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) calls: u64,
    pub(crate) limit: CallLimit,
}

/// A tier, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// How many runs a month; `None` for any number.
    pub monthly_calls: Option<u64>,
}

/// What an account used this month, and of how much.
pub(crate) async fn usage<T: Transaction>(tx: &mut T, drive: &Inner, user: &User) -> Result<Usage, ApiError> {
    let calls = tx.skill_calls_since(&user.id, month_start(drive.now())).await?;
    let unlimited = ROLES.iter().any(|(role, unlimited)| *unlimited && *role == user.role);
    let limit = match tx.tier(&user.tier).await?.and_then(|tier| tier.monthly_calls) {
        Some(most) if drive.config.charges && !unlimited => CallLimit::Calls(most),
        _ => CallLimit::Unlimited,
    };
    Ok(Usage { calls, limit })
}

/// Refuses a run beyond the limit.
pub(crate) async fn check<T: Transaction>(tx: &mut T, drive: &Inner, user_id: &str) -> Result<(), ApiError> {
    let user = user_of(tx, user_id).await?;
    match usage(tx, drive, &user).await? {
        Usage { calls, limit: CallLimit::Calls(most) } if calls >= most => Err(ApiError::over_quota(&user.tier, most)),
        _ => Ok(()),
    }
}

impl Drive {
    /// Every tier, by name.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn tiers(&self) -> Result<Vec<Tier>, DriveError> {
        let rows = self.repo.read().await?.tiers().await?;
        Ok(rows.into_iter().map(|TierRow { name, monthly_calls }| Tier { name, monthly_calls }).collect())
    }

    /// Makes a tier, or changes its limit.
    ///
    /// # Errors
    /// [`DriveError::Config`] for a name of more than 64 characters, or with others than `a-z`, `0-9`, `-` and `_`.
    pub async fn put_tier(&self, tier: &Tier) -> Result<(), DriveError> {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if tier.name.is_empty() || tier.name.len() > 64 || !tier.name.chars().all(good) {
            let name = tier.name.escape_debug();
            return Err(DriveError::Config(format!("`{name}` is no name for a tier: use a-z, 0-9, `-` and `_`")));
        }
        let mut tx = self.repo.write().await?;
        tx.put_tier(&TierRow { name: tier.name.clone(), monthly_calls: tier.monthly_calls }).await?;
        let detail = tier.monthly_calls.map_or("unlimited".to_owned(), |calls| format!("{calls} runs a month"));
        acts::note(&mut tx, self, By::Operator, "tier.limit", &format!("tier {}", tier.name), &detail).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts an account into a tier.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`], [`DriveError::NoSuchTier`].
    pub async fn set_tier(&self, account: &str, tier: &str) -> Result<(), DriveError> {
        let mut tx = self.repo.write().await?;
        let user = named(&mut tx, account).await?;
        if tx.tier(tier).await?.is_none() {
            return Err(DriveError::NoSuchTier(tier.escape_debug().to_string()));
        }
        tx.set_tier(&user.id, tier).await?;
        let detail = format!("{tier}, was {}", user.tier);
        acts::note(&mut tx, self, By::Operator, "account.tier", &format!("account {}", user.name), &detail).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives an account a role: `user`, `moderator` or `admin`.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`]; [`DriveError::Config`] for another role.
    pub async fn set_role(&self, account: &str, role: &str) -> Result<(), DriveError> {
        if !ROLES.iter().any(|(known, _)| *known == role) {
            return Err(DriveError::Config(format!("`{}` is no role", role.escape_debug())));
        }
        let mut tx = self.repo.write().await?;
        let user = named(&mut tx, account).await?;
        tx.set_role(&user.id, role).await?;
        let detail = format!("{role}, was {}", user.role);
        acts::note(&mut tx, self, By::Operator, "account.role", &format!("account {}", user.name), &detail).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn named<T: Transaction>(tx: &mut T, account: &str) -> Result<User, DriveError> {
    tx.user_named(account).await?.ok_or_else(|| DriveError::NoSuchAccount(account.escape_debug().to_string()))
}
