//! Grades that no rule set gave, or another than the program's: which they are, and what they become.
//!
//! A grade belongs to bytes. Every version and every fetched tree with the same digest gets it.

use skillzdrive_wire::ContentSha;

use super::Result;
use super::SqlTransaction;
use super::sql::big;
use super::sql::name;

/// The section's methods.
pub(crate) trait Grades {
    /// Digests whose grade is not of a rule set, by digest and after one; at most so many.
    async fn ungraded(&mut self, rules: u64, after: Option<&ContentSha>, limit: u64) -> Result<Vec<ContentSha>>;
    /// Gives a digest its grade by a rule set.
    async fn set_grade(&mut self, sha: &ContentSha, grade: &str, rules: u64) -> Result<()>;
}

impl Grades for SqlTransaction {
    async fn ungraded(&mut self, rules: u64, after: Option<&ContentSha>, limit: u64) -> Result<Vec<ContentSha>> {
        let rows = sqlx::query(
            // Each part is cut off by itself: of a million that wait, only the next few are looked at.
            "select content_sha from
                 (select distinct content_sha from skill_versions where graded_by <> $1 and content_sha > $2
                  order by content_sha limit cast($3 as bigint)) v
             union
             select content_sha from
                 (select distinct content_sha from github_skills where graded_by <> $1 and content_sha > $2
                  order by content_sha limit cast($3 as bigint)) g
             order by content_sha limit cast($3 as bigint)",
        )
        .bind(big(rules))
        .bind(after.map_or("", ContentSha::as_str))
        .bind(big(limit))
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(|row| name(row, "content_sha")).collect()
    }

    async fn set_grade(&mut self, sha: &ContentSha, grade: &str, rules: u64) -> Result<()> {
        for statement in [
            "update skill_versions set security_grade = $2, graded_by = $3 where content_sha = $1",
            "update github_skills set security_grade = $2, graded_by = $3 where content_sha = $1",
        ] {
            sqlx::query(statement).bind(sha.as_str()).bind(grade).bind(big(rules)).execute(&mut *self.tx).await?;
        }
        Ok(())
    }
}
