//! Collections: named keys, and the skills that each names.

use skillzdrive_wire::CollectionName;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::name;
use super::sql::truth;

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CollectionRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) name: CollectionName,
    pub(crate) key_id: String,
    /// Whether its key is for all skills; not written here, it is the key's scope.
    pub(crate) all_skills: bool,
    pub(crate) include_team: bool,
    pub(crate) include_shared: bool,
    pub(crate) is_public: bool,
    pub(crate) created_at: i64,
}

/// The section's methods.
pub(crate) trait Collections {
    /// The collection whose key this is.
    async fn collection_of_key(&mut self, key_id: &str) -> Result<Option<CollectionRow>>;
    async fn collection_named(&mut self, user_id: &str, name: &CollectionName) -> Result<Option<CollectionRow>>;
    /// Takes a skill out of every collection of an account.
    async fn drop_from_collections(&mut self, user_id: &str, skill_id: &str) -> Result<()>;
}

fn collection(row: &AnyRow) -> Result<CollectionRow> {
    Ok(CollectionRow {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        name: name(row, "name")?,
        key_id: row.try_get("key_id")?,
        all_skills: row.try_get::<String, _>("scope")? == "all_skills",
        include_team: truth(row, "include_team")?,
        include_shared: truth(row, "include_shared")?,
        is_public: truth(row, "is_public")?,
        created_at: row.try_get("created_at")?,
    })
}

impl Collections for SqlTransaction {
    async fn collection_of_key(&mut self, key_id: &str) -> Result<Option<CollectionRow>> {
        let row = sqlx::query(
            "select c.*, k.scope from collections c join api_keys k on k.id = c.key_id where c.key_id = $1",
        )
        .bind(key_id)
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(collection).transpose()
    }

    async fn collection_named(&mut self, user_id: &str, name: &CollectionName) -> Result<Option<CollectionRow>> {
        let row = sqlx::query(
            "select c.*, k.scope from collections c join api_keys k on k.id = c.key_id
             where c.user_id = $1 and c.name = $2",
        )
        .bind(user_id)
        .bind(name.as_str())
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(collection).transpose()
    }

    async fn drop_from_collections(&mut self, user_id: &str, skill_id: &str) -> Result<()> {
        sqlx::query(
            "delete from collection_skills where skill_id = $2
                 and collection_id in (select id from collections where user_id = $1)",
        )
        .bind(user_id)
        .bind(skill_id)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}
