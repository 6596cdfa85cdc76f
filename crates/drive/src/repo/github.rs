//! The GitHub trees that were fetched before, which anybody with a key may discover.
//!
//! Only what everybody can read on GitHub enters here; who imported it is not kept.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::big;
use super::sql::count;
use super::sql::json;
use super::sql::list;
use super::sql::name;
use super::sql::optional;

/// A tree as it was when it was fetched last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GithubRow {
    /// Owner and repository in lower case and the path: what tells one tree from another.
    pub(crate) tree: String,
    /// The tree's address at its commit.
    pub(crate) github_url: String,
    pub(crate) commit: String,
    pub(crate) slug: Option<Slug>,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) scripts: Vec<String>,
    pub(crate) content_sha: ContentSha,
    pub(crate) content_size: u64,
    pub(crate) security_grade: Option<String>,
    /// The rule set that gave the grade; 0 where none did.
    pub(crate) graded_by: u64,
    pub(crate) fetched_at: i64,
}

/// The section's methods.
pub(crate) trait Github {
    /// Keeps a tree in place of what was kept of it before.
    async fn put_github_skill(&mut self, skill: &GithubRow) -> Result<()>;
    async fn github_skill(&mut self, tree: &str) -> Result<Option<GithubRow>>;
    /// The trees that were fetched last.
    async fn github_skills(&mut self, limit: u64) -> Result<Vec<GithubRow>>;
}

/// Reads a row of `github_skills`.
pub(crate) fn github_row(row: &AnyRow) -> Result<GithubRow> {
    Ok(GithubRow {
        tree: row.try_get("tree")?,
        github_url: row.try_get("github_url")?,
        commit: row.try_get("commit_sha")?,
        slug: optional(row, "slug")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        tags: list(row, "tags")?,
        scripts: list(row, "scripts")?,
        content_sha: name(row, "content_sha")?,
        content_size: count(row, "content_size")?,
        security_grade: row.try_get("security_grade")?,
        graded_by: count(row, "graded_by")?,
        fetched_at: row.try_get("fetched_at")?,
    })
}

impl Github for SqlTransaction {
    async fn put_github_skill(&mut self, skill: &GithubRow) -> Result<()> {
        sqlx::query(
            "insert into github_skills (tree, github_url, commit_sha, slug, name, description, tags, scripts,
                                        content_sha, content_size, security_grade, fetched_at, graded_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             on conflict (tree) do update set
                 github_url = excluded.github_url, commit_sha = excluded.commit_sha, slug = excluded.slug,
                 name = excluded.name, description = excluded.description, tags = excluded.tags,
                 scripts = excluded.scripts, content_sha = excluded.content_sha,
                 content_size = excluded.content_size, security_grade = excluded.security_grade,
                 fetched_at = excluded.fetched_at, graded_by = excluded.graded_by",
        )
        .bind(&skill.tree)
        .bind(&skill.github_url)
        .bind(&skill.commit)
        .bind(skill.slug.as_ref().map(Slug::as_str))
        .bind(&skill.name)
        .bind(&skill.description)
        .bind(json(&skill.tags))
        .bind(json(&skill.scripts))
        .bind(skill.content_sha.as_str())
        .bind(big(skill.content_size))
        .bind(&skill.security_grade)
        .bind(skill.fetched_at)
        .bind(big(skill.graded_by))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn github_skill(&mut self, tree: &str) -> Result<Option<GithubRow>> {
        let row =
            sqlx::query("select * from github_skills where tree = $1").bind(tree).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(github_row).transpose()
    }

    async fn github_skills(&mut self, limit: u64) -> Result<Vec<GithubRow>> {
        let rows = sqlx::query("select * from github_skills order by fetched_at desc, tree limit cast($1 as bigint)")
            .bind(big(limit))
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(github_row).collect()
    }
}
