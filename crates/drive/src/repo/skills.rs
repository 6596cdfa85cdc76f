//! Skills and their versions.

use serde::Deserialize;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use sqlx::AssertSqlSafe;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::dialect::Dialect;
use super::sql::MOST_AT_ONCE;
use super::sql::big;
use super::sql::count;
use super::sql::json;
use super::sql::list;
use super::sql::name;
use super::sql::packed;
use super::sql::padded;
use super::sql::placeholders;
use super::sql::room_for;
use super::sql::truth;
use super::sql::unpacked;

/// A skill, whoever owns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SkillRow {
    pub(crate) id: String,
    pub(crate) slug: Slug,
    pub(crate) owner_id: String,
    /// The owner's name; not written.
    pub(crate) owner: String,
    pub(crate) is_public: bool,
    pub(crate) github_url: Option<String>,
    pub(crate) credit_cost_per_use: u64,
    pub(crate) latest_version: u64,
    pub(crate) withdrawn_at: Option<i64>,
    pub(crate) created_at: i64,
}

/// One version of a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionRow {
    pub(crate) skill_id: String,
    pub(crate) version: u64,
    pub(crate) content_sha: ContentSha,
    pub(crate) content_size: u64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) scripts: Vec<String>,
    pub(crate) file_count: u64,
    pub(crate) change_comment: Option<String>,
    pub(crate) security_grade: Option<String>,
    /// The rule set that gave the grade; 0 where none did.
    pub(crate) graded_by: u64,
    pub(crate) published_at: i64,
}

/// A skill and one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edition {
    pub(crate) skill: SkillRow,
    pub(crate) version: VersionRow,
}

/// What the digest of a version tells about a slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionSha {
    pub(crate) slug: Slug,
    pub(crate) skill_id: String,
    pub(crate) version: u64,
    pub(crate) content_sha: ContentSha,
    pub(crate) content_size: u64,
}

/// The section's methods.
pub(crate) trait Skills {
    async fn add_skill(&mut self, skill: &SkillRow) -> Result<()>;
    /// Adds a version, makes it the newest and lets the search know.
    async fn add_version(&mut self, slug: &Slug, version: &VersionRow) -> Result<()>;
    async fn set_cost_per_use(&mut self, skill_id: &str, cost: u64) -> Result<()>;
    /// Says where a skill's newest version lies on GitHub, or that it does not.
    async fn set_github_url(&mut self, skill_id: &str, url: Option<&str>) -> Result<()>;
    /// Takes a skill out of the public catalogue, or puts it back.
    async fn set_withdrawn(&mut self, skill_id: &str, at: Option<i64>) -> Result<()>;
    /// The newest edition of the skill that somebody owns under a slug.
    async fn owned_skill(&mut self, owner_id: &str, slug: &Slug) -> Result<Option<Edition>>;
    /// The newest edition of the public skill of a slug, unless it was withdrawn.
    async fn public_skill(&mut self, slug: &Slug) -> Result<Option<Edition>>;
    async fn versions(&mut self, skill_id: &str) -> Result<Vec<VersionRow>>;
    /// The newest version of each of these skills, in no order.
    async fn newest_of(&mut self, skill_ids: &[String]) -> Result<Vec<VersionRow>>;
    /// Every version of the public skills of these slugs.
    async fn public_versions(&mut self, slugs: &[Slug]) -> Result<Vec<VersionSha>>;
    /// Every version of these skills, oldest first.
    async fn versions_of(&mut self, skill_ids: &[String]) -> Result<Vec<VersionSha>>;
    /// The version of a public skill with a digest, even of a withdrawn skill.
    async fn public_artifact(&mut self, slug: &Slug, sha: &ContentSha) -> Result<Option<VersionSha>>;
    /// Every public skill, by slug.
    async fn catalogue(&mut self) -> Result<Vec<Edition>>;
    /// Every version of every public skill, by slug and newest first.
    async fn catalogue_versions(&mut self) -> Result<Vec<VersionSha>>;
    /// A number that grows with each change of the catalogue.
    async fn catalogue_revision(&mut self) -> Result<i64>;
    async fn bump_catalogue(&mut self) -> Result<()>;
}

/// The columns of an edition, for statements that join `skills s`, `users u` and `skill_versions v`.
macro_rules! edition_columns {
    () => {
        "s.id, s.slug, s.owner_id, u.name as owner, s.is_public, s.github_url, s.credit_cost_per_use,
         s.latest_version, s.withdrawn_at, s.created_at, v.skill_id, v.version, v.content_sha, v.content_size,
         v.name, v.description, v.tags, v.scripts, v.file_count, v.change_comment, v.security_grade, v.graded_by,
         v.published_at"
    };
}
pub(super) use edition_columns;

/// The columns of [`VersionValue`].
const VERSION_VALUES: &str =
    "v.skill_id, v.version, v.content_sha, v.content_size, v.name, v.description, v.tags, v.scripts,
     v.file_count, v.change_comment, v.security_grade, v.graded_by, v.published_at";

/// An edition as one value of a row, of the same joins, for lists of many.
pub(super) fn edition_value(dialect: Dialect) -> String {
    let row = dialect.json_row();
    format!(
        "{row}(s.id, s.slug, s.owner_id, u.name, s.is_public, s.github_url, s.credit_cost_per_use, s.latest_version,
             s.withdrawn_at, s.created_at, {row}({VERSION_VALUES}))"
    )
}

/// What [`edition_value`] makes, in its order.
#[derive(Debug, Deserialize)]
pub(super) struct EditionValue {
    id: String,
    slug: Slug,
    owner_id: String,
    owner: String,
    is_public: i64,
    github_url: Option<String>,
    credit_cost_per_use: u64,
    latest_version: u64,
    withdrawn_at: Option<i64>,
    created_at: i64,
    version: VersionValue,
}

/// A version as one value, in the order of [`VERSION_VALUES`].
#[derive(Debug, Deserialize)]
struct VersionValue {
    skill_id: String,
    version: u64,
    content_sha: ContentSha,
    content_size: u64,
    name: String,
    description: String,
    tags: String,
    scripts: String,
    file_count: u64,
    change_comment: Option<String>,
    security_grade: Option<String>,
    graded_by: u64,
    published_at: i64,
}

impl EditionValue {
    /// As it is used.
    pub(super) fn edition(self) -> Result<Edition> {
        Ok(Edition {
            skill: SkillRow {
                id: self.id,
                slug: self.slug,
                owner_id: self.owner_id,
                owner: self.owner,
                is_public: self.is_public != 0,
                github_url: self.github_url,
                credit_cost_per_use: self.credit_cost_per_use,
                latest_version: self.latest_version,
                withdrawn_at: self.withdrawn_at,
                created_at: self.created_at,
            },
            version: self.version.row()?,
        })
    }
}

impl VersionValue {
    fn row(self) -> Result<VersionRow> {
        Ok(VersionRow {
            skill_id: self.skill_id,
            version: self.version,
            content_sha: self.content_sha,
            content_size: self.content_size,
            name: self.name,
            description: self.description,
            tags: unpacked(&self.tags)?,
            scripts: unpacked(&self.scripts)?,
            file_count: self.file_count,
            change_comment: self.change_comment,
            security_grade: self.security_grade,
            graded_by: self.graded_by,
            published_at: self.published_at,
        })
    }
}

/// Reads [`edition_columns`].
pub(super) fn edition(row: &AnyRow) -> Result<Edition> {
    Ok(Edition {
        skill: SkillRow {
            id: row.try_get("id")?,
            slug: name(row, "slug")?,
            owner_id: row.try_get("owner_id")?,
            owner: row.try_get("owner")?,
            is_public: truth(row, "is_public")?,
            github_url: row.try_get("github_url")?,
            credit_cost_per_use: count(row, "credit_cost_per_use")?,
            latest_version: count(row, "latest_version")?,
            withdrawn_at: row.try_get("withdrawn_at")?,
            created_at: row.try_get("created_at")?,
        },
        version: version(row)?,
    })
}

fn version(row: &AnyRow) -> Result<VersionRow> {
    Ok(VersionRow {
        skill_id: row.try_get("skill_id")?,
        version: count(row, "version")?,
        content_sha: name(row, "content_sha")?,
        content_size: count(row, "content_size")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        tags: list(row, "tags")?,
        scripts: list(row, "scripts")?,
        file_count: count(row, "file_count")?,
        change_comment: row.try_get("change_comment")?,
        security_grade: row.try_get("security_grade")?,
        graded_by: count(row, "graded_by")?,
        published_at: row.try_get("published_at")?,
    })
}

fn version_sha(row: &AnyRow) -> Result<VersionSha> {
    Ok(VersionSha {
        slug: name(row, "slug")?,
        skill_id: row.try_get("skill_id")?,
        version: count(row, "version")?,
        content_sha: name(row, "content_sha")?,
        content_size: count(row, "content_size")?,
    })
}

impl Skills for SqlTransaction {
    async fn add_skill(&mut self, skill: &SkillRow) -> Result<()> {
        sqlx::query(
            "insert into skills (id, slug, owner_id, is_public, github_url, credit_cost_per_use, latest_version,
                                 withdrawn_at, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        )
        .bind(&skill.id)
        .bind(skill.slug.as_str())
        .bind(&skill.owner_id)
        .bind(i64::from(skill.is_public))
        .bind(&skill.github_url)
        .bind(big(skill.credit_cost_per_use))
        .bind(big(skill.latest_version))
        .bind(skill.withdrawn_at)
        .bind(skill.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn add_version(&mut self, slug: &Slug, version: &VersionRow) -> Result<()> {
        sqlx::query(
            "insert into skill_versions (skill_id, version, content_sha, content_size, name, description, tags,
                                         scripts, file_count, change_comment, security_grade, published_at,
                                         graded_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(&version.skill_id)
        .bind(big(version.version))
        .bind(version.content_sha.as_str())
        .bind(big(version.content_size))
        .bind(&version.name)
        .bind(&version.description)
        .bind(json(&version.tags))
        .bind(json(&version.scripts))
        .bind(big(version.file_count))
        .bind(&version.change_comment)
        .bind(&version.security_grade)
        .bind(version.published_at)
        .bind(big(version.graded_by))
        .execute(&mut *self.tx)
        .await?;
        sqlx::query("update skills set latest_version = $2, updated_at = $3 where id = $1")
            .bind(&version.skill_id)
            .bind(big(version.version))
            .bind(version.published_at)
            .execute(&mut *self.tx)
            .await?;
        super::search::index(self, slug, version).await
    }

    async fn set_cost_per_use(&mut self, skill_id: &str, cost: u64) -> Result<()> {
        sqlx::query("update skills set credit_cost_per_use = $2 where id = $1")
            .bind(skill_id)
            .bind(big(cost))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn set_github_url(&mut self, skill_id: &str, url: Option<&str>) -> Result<()> {
        sqlx::query("update skills set github_url = $2 where id = $1")
            .bind(skill_id)
            .bind(url)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn set_withdrawn(&mut self, skill_id: &str, at: Option<i64>) -> Result<()> {
        sqlx::query("update skills set withdrawn_at = $2 where id = $1")
            .bind(skill_id)
            .bind(at)
            .execute(&mut *self.tx)
            .await?;
        super::search::set_listed(self, skill_id, at.is_none()).await
    }

    async fn owned_skill(&mut self, owner_id: &str, slug: &Slug) -> Result<Option<Edition>> {
        let row = sqlx::query(concat!(
            "select ",
            edition_columns!(),
            " from skills s join users u on u.id = s.owner_id
              join skill_versions v on v.skill_id = s.id and v.version = s.latest_version
              where s.owner_id = $1 and s.slug = $2"
        ))
        .bind(owner_id)
        .bind(slug.as_str())
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(edition).transpose()
    }

    async fn public_skill(&mut self, slug: &Slug) -> Result<Option<Edition>> {
        let statement = format!(
            "select cast({} as text) as packed from skills s join users u on u.id = s.owner_id
                 join skill_versions v on v.skill_id = s.id and v.version = s.latest_version
             where s.slug = $1 and s.is_public = 1 and s.withdrawn_at is null
             order by s.created_at, s.id limit 1",
            edition_value(self.dialect)
        );
        let row = sqlx::query(AssertSqlSafe(statement)).bind(slug.as_str()).fetch_optional(&mut *self.tx).await?;
        let Some(row) = row else { return Ok(None) };
        packed::<EditionValue>(&row, "packed")?.pop().map(EditionValue::edition).transpose()
    }

    async fn versions(&mut self, skill_id: &str) -> Result<Vec<VersionRow>> {
        let statement = format!(
            "select string_agg(cast({}({VERSION_VALUES}) as text), ',' order by v.version desc) as packed
             from skill_versions v where v.skill_id = $1",
            self.dialect.json_row()
        );
        let row = sqlx::query(AssertSqlSafe(statement)).bind(skill_id).fetch_one(&mut *self.tx).await?;
        packed::<VersionValue>(&row, "packed")?.into_iter().map(VersionValue::row).collect()
    }

    async fn newest_of(&mut self, skill_ids: &[String]) -> Result<Vec<VersionRow>> {
        let mut found = Vec::new();
        for part in skill_ids.chunks(MOST_AT_ONCE) {
            let room = room_for(part.len());
            let statement = format!(
                "select string_agg(cast({}({VERSION_VALUES}) as text), ',') as packed
                 from skills s join skill_versions v on v.skill_id = s.id and v.version = s.latest_version
                 where s.id in ({})",
                self.dialect.json_row(),
                placeholders(1, room)
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for id in padded(part, room) {
                query = query.bind(id);
            }
            let row = query.fetch_one(&mut *self.tx).await?;
            for version in packed::<VersionValue>(&row, "packed")? {
                found.push(version.row()?);
            }
        }
        Ok(found)
    }

    async fn public_versions(&mut self, slugs: &[Slug]) -> Result<Vec<VersionSha>> {
        let mut found = Vec::new();
        for part in slugs.chunks(MOST_AT_ONCE) {
            let room = room_for(part.len());
            let statement = format!(
                "select s.slug, v.skill_id, v.version, v.content_sha, v.content_size
                 from skills s join skill_versions v on v.skill_id = s.id
                 where s.is_public = 1 and s.withdrawn_at is null and s.slug in ({})
                 order by s.slug, v.version",
                placeholders(1, room)
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for slug in padded(part, room) {
                query = query.bind(slug.as_str());
            }
            for row in query.fetch_all(&mut *self.tx).await? {
                found.push(version_sha(&row)?);
            }
        }
        Ok(found)
    }

    async fn versions_of(&mut self, skill_ids: &[String]) -> Result<Vec<VersionSha>> {
        let mut found = Vec::new();
        for part in skill_ids.chunks(MOST_AT_ONCE) {
            let room = room_for(part.len());
            let statement = format!(
                "select s.slug, v.skill_id, v.version, v.content_sha, v.content_size
                 from skills s join skill_versions v on v.skill_id = s.id
                 where s.id in ({}) order by s.slug, v.version",
                placeholders(1, room)
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for id in padded(part, room) {
                query = query.bind(id);
            }
            for row in query.fetch_all(&mut *self.tx).await? {
                found.push(version_sha(&row)?);
            }
        }
        Ok(found)
    }

    async fn public_artifact(&mut self, slug: &Slug, sha: &ContentSha) -> Result<Option<VersionSha>> {
        let row = sqlx::query(
            "select s.slug, v.skill_id, v.version, v.content_sha, v.content_size
             from skills s join skill_versions v on v.skill_id = s.id
             where s.is_public = 1 and s.slug = $1 and v.content_sha = $2
             order by v.version desc limit 1",
        )
        .bind(slug.as_str())
        .bind(sha.as_str())
        .fetch_optional(&mut *self.tx)
        .await?;
        row.as_ref().map(version_sha).transpose()
    }

    async fn catalogue(&mut self) -> Result<Vec<Edition>> {
        let rows = sqlx::query(concat!(
            "select ",
            edition_columns!(),
            " from skills s join users u on u.id = s.owner_id
              join skill_versions v on v.skill_id = s.id and v.version = s.latest_version
              where s.is_public = 1 and s.withdrawn_at is null order by s.slug"
        ))
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(edition).collect()
    }

    async fn catalogue_versions(&mut self) -> Result<Vec<VersionSha>> {
        let rows = sqlx::query(
            "select s.slug, v.skill_id, v.version, v.content_sha, v.content_size
             from skills s join skill_versions v on v.skill_id = s.id
             where s.is_public = 1 and s.withdrawn_at is null order by s.slug, v.version desc",
        )
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(version_sha).collect()
    }

    async fn catalogue_revision(&mut self) -> Result<i64> {
        sqlx::query("select value from facts where name = 'catalogue_revision'")
            .fetch_one(&mut *self.tx)
            .await?
            .try_get("value")
    }

    async fn bump_catalogue(&mut self) -> Result<()> {
        sqlx::query("update facts set value = value + 1 where name = 'catalogue_revision'")
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
