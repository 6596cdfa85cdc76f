//! Teams, their members, and what is shared with whom.

use skillzdrive_wire::Slug;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::name;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TeamRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created_at: i64,
}

/// With whom something is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum With {
    /// The members of a team, by its identity.
    Team(String),
    /// An account, by its identity.
    User(String),
}

impl With {
    fn columns(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Self::Team(id) => (Some(id), None),
            Self::User(id) => (None, Some(id)),
        }
    }
}

/// A share in words, for its operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShareLine {
    pub(crate) slug: Slug,
    pub(crate) from: String,
    pub(crate) team: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) created_at: i64,
}

/// The section's methods.
pub(crate) trait Teams {
    /// Adds a team; false when the name is taken.
    async fn add_team(&mut self, team: &TeamRow) -> Result<bool>;
    async fn team_named(&mut self, name: &str) -> Result<Option<TeamRow>>;
    /// Every team, by name.
    async fn teams(&mut self) -> Result<Vec<TeamRow>>;
    /// Removes a team, its members and what is shared with it.
    async fn delete_team(&mut self, team_id: &str) -> Result<()>;
    /// Adds a member; false when it was one.
    async fn add_member(&mut self, team_id: &str, user_id: &str, now: i64) -> Result<bool>;
    /// Removes a member; false when it was none.
    async fn remove_member(&mut self, team_id: &str, user_id: &str) -> Result<bool>;
    /// The names of a team's members.
    async fn members(&mut self, team_id: &str) -> Result<Vec<String>>;
    /// Shares a skill of somebody's drive; false when it was shared so already.
    async fn add_share(&mut self, id: &str, from_id: &str, skill_id: &str, with: &With, now: i64) -> Result<bool>;
    /// Ends a share of a slug; false when there was none.
    async fn remove_share(&mut self, from_id: &str, slug: &Slug, with: &With) -> Result<bool>;
    /// Every share, by slug.
    async fn shares(&mut self) -> Result<Vec<ShareLine>>;
}

fn team(row: &AnyRow) -> Result<TeamRow> {
    Ok(TeamRow { id: row.try_get("id")?, name: row.try_get("name")?, created_at: row.try_get("created_at")? })
}

impl Teams for SqlTransaction {
    async fn add_team(&mut self, team: &TeamRow) -> Result<bool> {
        let done =
            sqlx::query("insert into teams (id, name, created_at) values ($1, $2, $3) on conflict (name) do nothing")
                .bind(&team.id)
                .bind(&team.name)
                .bind(team.created_at)
                .execute(&mut *self.tx)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn team_named(&mut self, name: &str) -> Result<Option<TeamRow>> {
        let row = sqlx::query("select * from teams where name = $1").bind(name).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(team).transpose()
    }

    async fn teams(&mut self) -> Result<Vec<TeamRow>> {
        let rows = sqlx::query("select * from teams order by name").fetch_all(&mut *self.tx).await?;
        rows.iter().map(team).collect()
    }

    async fn delete_team(&mut self, team_id: &str) -> Result<()> {
        for statement in [
            "delete from shares where team_id = $1",
            "delete from team_members where team_id = $1",
            "delete from teams where id = $1",
        ] {
            sqlx::query(statement).bind(team_id).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn add_member(&mut self, team_id: &str, user_id: &str, now: i64) -> Result<bool> {
        let done = sqlx::query(
            "insert into team_members (team_id, user_id, added_at) values ($1, $2, $3)
             on conflict (team_id, user_id) do nothing",
        )
        .bind(team_id)
        .bind(user_id)
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn remove_member(&mut self, team_id: &str, user_id: &str) -> Result<bool> {
        let done = sqlx::query("delete from team_members where team_id = $1 and user_id = $2")
            .bind(team_id)
            .bind(user_id)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn members(&mut self, team_id: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "select u.name from team_members m join users u on u.id = m.user_id where m.team_id = $1 order by u.name",
        )
        .bind(team_id)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(|row| row.try_get("name")).collect()
    }

    async fn add_share(&mut self, id: &str, from_id: &str, skill_id: &str, with: &With, now: i64) -> Result<bool> {
        let (team_id, user_id) = with.columns();
        let done = sqlx::query(
            "insert into shares (id, from_id, skill_id, team_id, user_id, created_at)
             select $1, $2, $3, $4, $5, $6 where not exists
                 (select 1 from shares h where h.from_id = $2 and h.skill_id = $3
                      and coalesce(h.team_id, '') = coalesce($4, '') and coalesce(h.user_id, '') = coalesce($5, ''))",
        )
        .bind(id)
        .bind(from_id)
        .bind(skill_id)
        .bind(team_id)
        .bind(user_id)
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn remove_share(&mut self, from_id: &str, slug: &Slug, with: &With) -> Result<bool> {
        let (team_id, user_id) = with.columns();
        let done = sqlx::query(
            "delete from shares where from_id = $1 and skill_id in (select s.id from skills s where s.slug = $2)
                 and coalesce(team_id, '') = coalesce($3, '') and coalesce(user_id, '') = coalesce($4, '')",
        )
        .bind(from_id)
        .bind(slug.as_str())
        .bind(team_id)
        .bind(user_id)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn shares(&mut self) -> Result<Vec<ShareLine>> {
        let rows = sqlx::query(
            "select s.slug, f.name as sharer, t.name as team, u.name as person, h.created_at
             from shares h join skills s on s.id = h.skill_id join users f on f.id = h.from_id
                 left join teams t on t.id = h.team_id left join users u on u.id = h.user_id
             order by s.slug, f.name, h.created_at, h.id",
        )
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ShareLine {
                    slug: name(row, "slug")?,
                    from: row.try_get("sharer")?,
                    team: row.try_get("team")?,
                    user: row.try_get("person")?,
                    created_at: row.try_get("created_at")?,
                })
            })
            .collect()
    }
}
