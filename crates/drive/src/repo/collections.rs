//! Collections: named keys, and the skills that each names.

use skillzdrive_wire::CollectionName;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
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
    /// An account's collections, by name.
    async fn collections(&mut self, user_id: &str) -> Result<Vec<CollectionRow>>;
    async fn collection(&mut self, id: &str) -> Result<Option<CollectionRow>>;
    /// The collection that is published under a name.
    async fn published_collection(&mut self, name: &CollectionName) -> Result<Option<CollectionRow>>;
    /// Adds a collection; its key is there already.
    async fn add_collection(&mut self, collection: &CollectionRow) -> Result<()>;
    /// Writes everything of a collection that can change, its key's name and scope too.
    async fn update_collection(&mut self, collection: &CollectionRow) -> Result<()>;
    /// Gives a collection another key; the one before stays, for whoever revoked it.
    async fn set_collection_key(&mut self, id: &str, key_id: &str) -> Result<()>;
    /// Removes a collection; its key stays, for whoever revokes it.
    async fn delete_collection(&mut self, id: &str) -> Result<()>;
    /// Names a skill in a collection; false when it was named already.
    async fn name_skill(&mut self, collection_id: &str, skill_id: &str, now: i64) -> Result<bool>;
    /// Takes the skills of a slug out of a collection, or all of them; false when there was none.
    async fn unname_skills(&mut self, collection_id: &str, slug: Option<&Slug>) -> Result<bool>;
    /// The skills that an account's collections name: collection and skill.
    async fn named_skills(&mut self, user_id: &str) -> Result<Vec<(String, String)>>;
    /// What named or shared one skill of somebody's drive names the one that took its place there.
    async fn follow_skill(&mut self, user_id: &str, old: &str, new: &str) -> Result<()>;
    /// Remembers which collection's key made a skill.
    async fn set_maker(&mut self, skill_id: &str, collection_id: &str) -> Result<()>;
    async fn maker(&mut self, skill_id: &str) -> Result<Option<String>>;
    /// A version of a private skill that its owner publishes in a collection.
    async fn published_artifact(&mut self, slug: &Slug, sha: &ContentSha) -> Result<bool>;
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

    async fn collections(&mut self, user_id: &str) -> Result<Vec<CollectionRow>> {
        let rows = sqlx::query(
            "select c.*, k.scope from collections c join api_keys k on k.id = c.key_id
             where c.user_id = $1 order by c.name",
        )
        .bind(user_id)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(collection).collect()
    }

    async fn collection(&mut self, id: &str) -> Result<Option<CollectionRow>> {
        let row =
            sqlx::query("select c.*, k.scope from collections c join api_keys k on k.id = c.key_id where c.id = $1")
                .bind(id)
                .fetch_optional(&mut *self.tx)
                .await?;
        row.as_ref().map(collection).transpose()
    }

    async fn published_collection(&mut self, name: &CollectionName) -> Result<Option<CollectionRow>> {
        let row = sqlx::query(
            "select c.*, k.scope from collections c join api_keys k on k.id = c.key_id
             where c.name = $1 and c.is_public = 1",
        )
        .bind(name.as_str())
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(collection).transpose()
    }

    async fn add_collection(&mut self, collection: &CollectionRow) -> Result<()> {
        sqlx::query(
            "insert into collections (id, user_id, name, key_id, include_team, include_shared, is_public, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&collection.id)
        .bind(&collection.user_id)
        .bind(collection.name.as_str())
        .bind(&collection.key_id)
        .bind(i64::from(collection.include_team))
        .bind(i64::from(collection.include_shared))
        .bind(i64::from(collection.is_public))
        .bind(collection.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn update_collection(&mut self, collection: &CollectionRow) -> Result<()> {
        sqlx::query(
            "update collections set name = $2, include_team = $3, include_shared = $4, is_public = $5 where id = $1",
        )
        .bind(&collection.id)
        .bind(collection.name.as_str())
        .bind(i64::from(collection.include_team))
        .bind(i64::from(collection.include_shared))
        .bind(i64::from(collection.is_public))
        .execute(&mut *self.tx)
        .await?;
        sqlx::query("update api_keys set name = $2, scope = $3 where id = $1")
            .bind(&collection.key_id)
            .bind(collection.name.as_str())
            .bind(if collection.all_skills { "all_skills" } else { "scoped" })
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn set_collection_key(&mut self, id: &str, key_id: &str) -> Result<()> {
        sqlx::query("update collections set key_id = $2 where id = $1")
            .bind(id)
            .bind(key_id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn delete_collection(&mut self, id: &str) -> Result<()> {
        for statement in
            ["delete from collection_skills where collection_id = $1", "delete from collections where id = $1"]
        {
            sqlx::query(statement).bind(id).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn name_skill(&mut self, collection_id: &str, skill_id: &str, now: i64) -> Result<bool> {
        let done = sqlx::query(
            "insert into collection_skills (collection_id, skill_id, added_at) values ($1, $2, $3)
             on conflict (collection_id, skill_id) do nothing",
        )
        .bind(collection_id)
        .bind(skill_id)
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn unname_skills(&mut self, collection_id: &str, slug: Option<&Slug>) -> Result<bool> {
        let done = sqlx::query(
            "delete from collection_skills where collection_id = $1
                 and ($2 = '' or skill_id in (select s.id from skills s where s.slug = $2))",
        )
        .bind(collection_id)
        .bind(slug.map_or("", Slug::as_str))
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn named_skills(&mut self, user_id: &str) -> Result<Vec<(String, String)>> {
        let rows = sqlx::query(
            "select n.collection_id, n.skill_id from collection_skills n join collections c on c.id = n.collection_id
             where c.user_id = $1",
        )
        .bind(user_id)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("collection_id")?, row.try_get("skill_id")?))).collect()
    }

    async fn follow_skill(&mut self, user_id: &str, old: &str, new: &str) -> Result<()> {
        // A collection may name the new one already.
        sqlx::query(
            "insert into collection_skills (collection_id, skill_id, added_at)
             select n.collection_id, $3, n.added_at
             from collection_skills n join collections c on c.id = n.collection_id
             where c.user_id = $1 and n.skill_id = $2
             on conflict (collection_id, skill_id) do nothing",
        )
        .bind(user_id)
        .bind(old)
        .bind(new)
        .execute(&mut *self.tx)
        .await?;
        self.drop_from_collections(user_id, old).await?;
        sqlx::query("update shares set skill_id = $3 where from_id = $1 and skill_id = $2")
            .bind(user_id)
            .bind(old)
            .bind(new)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn set_maker(&mut self, skill_id: &str, collection_id: &str) -> Result<()> {
        sqlx::query("insert into skill_makers (skill_id, collection_id) values ($1, $2)")
            .bind(skill_id)
            .bind(collection_id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn maker(&mut self, skill_id: &str) -> Result<Option<String>> {
        let row = sqlx::query("select collection_id from skill_makers where skill_id = $1")
            .bind(skill_id)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map(|row| row.try_get("collection_id")).transpose()
    }

    async fn published_artifact(&mut self, slug: &Slug, sha: &ContentSha) -> Result<bool> {
        let row = sqlx::query(
            "select 1 as found from skills s join skill_versions v on v.skill_id = s.id
             where s.is_public = 0 and s.slug = $1 and v.content_sha = $2 and exists
                 (select 1 from collection_skills n
                      join collections c on c.id = n.collection_id and c.is_public = 1
                      join api_keys k on k.id = c.key_id and k.scope = 'scoped'
                      join drive_items d on d.user_id = c.user_id and d.skill_id = n.skill_id and d.enabled = 1
                  where n.skill_id = s.id and c.user_id = s.owner_id)
             limit 1",
        )
        .bind(slug.as_str())
        .bind(sha.as_str())
        .fetch_optional(&mut *self.tx)
        .await?;
        Ok(row.is_some())
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
