//! What is in a person's drive, and what was removed from it.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::skills::Edition;
use super::skills::edition;
use super::skills::edition_columns;
use super::sql::big;
use super::sql::count;
use super::sql::name;
use super::sql::truth;

/// A skill in a drive, at the version it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) edition: Edition,
    pub(crate) enabled: bool,
    /// The newest version whose offer was turned down.
    pub(crate) dismissed: Option<u64>,
}

impl Item {
    /// Whether a newer version waits to be accepted: one that was neither withdrawn nor turned down.
    pub(crate) fn has_update(&self) -> bool {
        let Edition { skill, version } = &self.edition;
        let newest = skill.latest_version;
        skill.withdrawn_at.is_none() && newest > version.version && self.dismissed.is_none_or(|turned| newest > turned)
    }
}

/// Reads `enabled`, `dismissed_version` and [`edition_columns`].
fn read(row: &AnyRow) -> Result<Item> {
    let dismissed: Option<i64> = row.try_get("dismissed_version")?;
    Ok(Item {
        edition: edition(row)?,
        enabled: truth(row, "enabled")?,
        dismissed: dismissed.and_then(|version| u64::try_from(version).ok()),
    })
}

/// The section's methods.
pub(crate) trait Items {
    /// Every item, by slug.
    async fn items(&mut self, user_id: &str) -> Result<Vec<Item>>;
    async fn item(&mut self, user_id: &str, slug: &Slug) -> Result<Option<Item>>;
    async fn item_count(&mut self, user_id: &str) -> Result<u64>;
    /// Puts a version of a skill into a drive, in place of what was under that slug, and forgets a removal. A skill
    /// that was switched off stays so.
    async fn put_item(&mut self, user_id: &str, slug: &Slug, skill_id: &str, version: u64, now: i64) -> Result<()>;
    async fn set_enabled(&mut self, user_id: &str, slug: &Slug, enabled: bool) -> Result<()>;
    /// Remembers that a version is not wanted, until another one is put in.
    async fn dismiss_update(&mut self, user_id: &str, slug: &Slug, version: u64) -> Result<()>;
    /// Takes an item out and remembers what it was.
    async fn remove_item(&mut self, user_id: &str, slug: &Slug, sha: &ContentSha, now: i64) -> Result<()>;
    /// The slugs that were removed and not put back.
    async fn tombstones(&mut self, user_id: &str) -> Result<Vec<(Slug, ContentSha)>>;
}

impl Items for SqlTransaction {
    async fn items(&mut self, user_id: &str) -> Result<Vec<Item>> {
        let rows = sqlx::query(concat!(
            "select d.enabled, d.dismissed_version, ",
            edition_columns!(),
            " from drive_items d join skills s on s.id = d.skill_id join users u on u.id = s.owner_id
              join skill_versions v on v.skill_id = d.skill_id and v.version = d.version
              where d.user_id = $1 order by d.slug"
        ))
        .bind(user_id)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(read).collect()
    }

    async fn item(&mut self, user_id: &str, slug: &Slug) -> Result<Option<Item>> {
        let row = sqlx::query(concat!(
            "select d.enabled, d.dismissed_version, ",
            edition_columns!(),
            " from drive_items d join skills s on s.id = d.skill_id join users u on u.id = s.owner_id
              join skill_versions v on v.skill_id = d.skill_id and v.version = d.version
              where d.user_id = $1 and d.slug = $2"
        ))
        .bind(user_id)
        .bind(slug.as_str())
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(read).transpose()
    }

    async fn item_count(&mut self, user_id: &str) -> Result<u64> {
        let row = sqlx::query("select count(*) as items from drive_items where user_id = $1")
            .bind(user_id)
            .fetch_one(&mut *self.tx)
            .await?;
        count(&row, "items")
    }

    async fn put_item(&mut self, user_id: &str, slug: &Slug, skill_id: &str, version: u64, now: i64) -> Result<()> {
        sqlx::query(
            "insert into drive_items (user_id, slug, skill_id, version, enabled, added_at)
             values ($1, $2, $3, $4, 1, $5)
             on conflict (user_id, slug) do update set
                 skill_id = excluded.skill_id, version = excluded.version, dismissed_version = null",
        )
        .bind(user_id)
        .bind(slug.as_str())
        .bind(skill_id)
        .bind(big(version))
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        sqlx::query("delete from tombstones where user_id = $1 and slug = $2")
            .bind(user_id)
            .bind(slug.as_str())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn set_enabled(&mut self, user_id: &str, slug: &Slug, enabled: bool) -> Result<()> {
        sqlx::query("update drive_items set enabled = $3 where user_id = $1 and slug = $2")
            .bind(user_id)
            .bind(slug.as_str())
            .bind(i64::from(enabled))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn dismiss_update(&mut self, user_id: &str, slug: &Slug, version: u64) -> Result<()> {
        sqlx::query("update drive_items set dismissed_version = $3 where user_id = $1 and slug = $2")
            .bind(user_id)
            .bind(slug.as_str())
            .bind(big(version))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn remove_item(&mut self, user_id: &str, slug: &Slug, sha: &ContentSha, now: i64) -> Result<()> {
        sqlx::query("delete from drive_items where user_id = $1 and slug = $2")
            .bind(user_id)
            .bind(slug.as_str())
            .execute(&mut *self.tx)
            .await?;
        sqlx::query(
            "insert into tombstones (user_id, slug, content_sha, removed_at) values ($1, $2, $3, $4)
             on conflict (user_id, slug) do update set
                 content_sha = excluded.content_sha, removed_at = excluded.removed_at",
        )
        .bind(user_id)
        .bind(slug.as_str())
        .bind(sha.as_str())
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn tombstones(&mut self, user_id: &str) -> Result<Vec<(Slug, ContentSha)>> {
        let rows = sqlx::query("select slug, content_sha from tombstones where user_id = $1 order by slug")
            .bind(user_id)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(|row| Ok((name(row, "slug")?, name(row, "content_sha")?))).collect()
    }
}
