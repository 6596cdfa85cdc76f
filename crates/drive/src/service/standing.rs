//! How skills stand with those who use them: runs, installs and ratings of the last 30 days.
//!
//! An install counts once for each account, or installation without one, and day: an `install` event that names the
//! skill, a claim by sync, an import. Nothing here decides what may be seen.

use std::net::IpAddr;

use skillzdrive_wire::Slug;
use skillzdrive_wire::skills::Skill;
use skillzdrive_wire::telemetry::Event;
use skillzdrive_wire::telemetry::EventType;

use super::accounts::ensure_account;
use super::acts;
use super::acts::By;
use super::owner::OWNER;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::ApiError;
use crate::error::DriveError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::skills::Skills;
use crate::repo::standings::Standings;
use crate::time::DAY;

/// How far back is counted.
const WINDOW: i64 = 30 * DAY;

/// More slugs of one event are not counted: nobody installs so many at once.
const MOST_SLUGS: usize = 100;

/// The first instant that counts.
pub(crate) fn since(now: i64) -> i64 {
    now - WINDOW
}

/// Fills in how skills stand.
pub(crate) async fn fill<T: Transaction>(tx: &mut T, skills: &mut [Skill], now: i64) -> Result<(), ApiError> {
    let ids: Vec<String> = skills.iter().map(|skill| skill.id.clone()).collect();
    let standings = tx.standings(&ids, since(now)).await?;
    for skill in skills {
        let standing = standings.get(&skill.id).copied().unwrap_or_default();
        skill.executions = Some(standing.executions);
        skill.installs = Some(standing.installs);
        skill.rating = mean(standing.stars, standing.ratings);
    }
    Ok(())
}

/// The mean of some stars, to two digits: more would be noise.
#[expect(clippy::cast_precision_loss, reason = "as many ratings as a float cannot count were never given")]
fn mean(stars: u64, ratings: u64) -> Option<f64> {
    (ratings > 0).then(|| (stars as f64 / ratings as f64 * 100.0).round() / 100.0)
}

/// Counts the installs of a telemetry event. `claimed_by` is the account of its installation.
pub(crate) async fn count_event<T: Transaction>(
    tx: &mut T,
    drive: &Inner,
    event: &Event,
    claimed_by: Option<&str>,
    from: Option<IpAddr>,
) -> Result<(), ApiError> {
    if event.event_type != EventType::Install {
        return Ok(());
    }
    let now = drive.now();
    let who = claimed_by.map_or_else(|| format!("install:{}", event.install_id), of_account);
    let counts = |slug: &&Slug| claimed_by.is_some() || drive.tally.counts(from, slug, event.install_id, now);
    let slugs: Vec<Slug> = event.skill_slugs.iter().take(MOST_SLUGS).filter(counts).cloned().collect();
    Ok(tx.count_installs(&slugs, &who, now).await?)
}

/// Counts an install by an account.
pub(crate) async fn count_account<T: Transaction>(
    tx: &mut T,
    user_id: &str,
    slug: &Slug,
    now: i64,
) -> Result<(), ApiError> {
    Ok(tx.count_installs(std::slice::from_ref(slug), &of_account(user_id), now).await?)
}

fn of_account(user_id: &str) -> String {
    format!("user:{user_id}")
}

impl Drive {
    /// Notes an account's stars for a public skill, in place of those it gave before; `None` is the owner. Answers the
    /// mean of the last 30 days.
    ///
    /// # Errors
    /// [`DriveError::NoSuchSkill`], [`DriveError::NoSuchAccount`], [`DriveError::Config`] for anything but 1 to 5 stars.
    pub async fn rate(&self, slug: &Slug, stars: u8, user: Option<&str>) -> Result<f64, DriveError> {
        if !(1..=5).contains(&stars) {
            return Err(DriveError::Config("a rating has 1 to 5 stars".to_owned()));
        }
        let now = self.now();
        let mut tx = self.repo.write().await?;
        let account = match user {
            None => ensure_account(&mut tx, self, OWNER, self.config.signup_credits).await?.0,
            Some(name) => {
                let missing = || DriveError::NoSuchAccount(name.escape_debug().to_string());
                tx.user_named(name).await?.ok_or_else(missing)?
            }
        };
        let edition = tx.public_skill(slug).await?.ok_or_else(|| DriveError::NoSuchSkill(slug.to_string()))?;
        let id = edition.skill.id;
        tx.rate(&id, &account.id, u64::from(stars), now).await?;
        let detail = format!("{stars} stars of {}", account.name);
        acts::note(&mut tx, self, By::Operator, "skill.rate", &format!("skill {slug}"), &detail).await?;
        let standing = tx.standings(std::slice::from_ref(&id), since(now)).await?;
        tx.commit().await?;
        let standing = standing.get(&id).copied().unwrap_or_default();
        Ok(mean(standing.stars, standing.ratings).unwrap_or_default())
    }
}
