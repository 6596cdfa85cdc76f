//! Whether the rows agree with each other: questions whose answer is nothing as long as all is well.
//!
//! Nothing here changes anything, and nothing decides what a disagreement means.

use skillzdrive_wire::ContentSha;
use sqlx::AssertSqlSafe;
use sqlx::Executor;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::MOST_AT_ONCE;
use super::sql::count;
use super::sql::name;
use super::sql::padded;
use super::sql::placeholders;
use super::sql::room_for;
use super::tables::Table;

/// A disagreement: of what sort it is, and what disagrees, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A word for programs.
    pub kind: &'static str,
    /// A sentence for people.
    pub what: String,
}

impl Problem {
    pub(crate) fn new(kind: &'static str, what: impl Into<String>) -> Self {
        Self { kind, what: what.into() }
    }
}

/// A package that rows name, and the size that they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) sha: ContentSha,
    pub(crate) size: u64,
}

/// A question, and what one row of its answer means. Each row has the columns `who`, `told` and `found`.
struct Question {
    kind: &'static str,
    text: &'static str,
    say: fn(&str, i64, i64) -> String,
}

const QUESTIONS: &[Question] = &[
    Question {
        kind: "balance",
        text: "select u.name as who, u.balance as told,
                   cast((select coalesce(sum(t.amount), 0) from credit_transactions t where t.user_id = u.id) as bigint)
                       as found
               from users u where u.balance <>
                   (select coalesce(sum(t.amount), 0) from credit_transactions t where t.user_id = u.id) order by u.name",
        say: |who, told, found| format!("the balance of `{who}` is {told}, and its transactions come to {found}"),
    },
    Question {
        kind: "balance",
        text: "select u.name as who, u.balance as told, 0 as found from users u where u.balance < 0 order by u.name",
        say: |who, told, _| format!("the balance of `{who}` is {told}"),
    },
    Question {
        kind: "charged_twice",
        text: "select t.slug as who, count(*) as told, cast(sum(t.amount) as bigint) as found from credit_transactions t
               where t.run_id is not null and t.amount < 0
               group by t.user_id, t.run_id, t.slug, t.reason having count(*) > 1 order by t.slug",
        say: |who, told, found| format!("`{who}` was charged {told} times in one run, {found} in all"),
    },
    Question {
        kind: "run",
        text: "select r.id as who, 0 as told, 0 as found from cli_sync_runs r
               where (r.status = 'open') <> (r.closed_at is null)
                   or r.status in ('completed', 'partial') and r.drive_count is null order by r.id",
        say: |who, _, _| format!("the sync run {who} is neither open nor closed"),
    },
    Question {
        kind: "reservation",
        text: "select r.id as who, count(*) as told, 0 as found from cli_sync_run_items i
               join cli_sync_runs r on r.id = i.run_id
               where i.reservation = 'held' and r.status <> 'open' group by r.id order by r.id",
        say: |who, told, _| format!("the sync run {who} is over and still holds credits for {told} of its skills"),
    },
    // What was counted when a run was closed is what is there now, where nothing came or went since.
    Question {
        kind: "drive_count",
        text: "select r.id as who, r.drive_count as told,
                   (select count(*) from drive_items d where d.user_id = r.user_id) as found
               from cli_sync_runs r
               where r.collection_id is null and r.status in ('completed', 'partial') and r.drive_count is not null
                   and not exists (select 1 from cli_sync_runs n where n.user_id = r.user_id and n.collection_id is null
                       and n.drive_count is not null
                       and (n.closed_at > r.closed_at or (n.closed_at = r.closed_at and n.id > r.id)))
                   and not exists (select 1 from drive_items d where d.user_id = r.user_id and d.added_at >= r.closed_at)
                   and not exists (select 1 from tombstones t where t.user_id = r.user_id and t.removed_at >= r.closed_at)
                   and r.drive_count <> (select count(*) from drive_items d where d.user_id = r.user_id)
               order by r.id",
        say: |who, told, found| format!("the sync run {who} counted {told} skills in the drive, and there are {found}"),
    },
    Question {
        kind: "high_water",
        text: "select u.name as who, u.high_water as told, 0 as found from users u
               where u.high_water is not null and not exists (select 1 from cli_sync_runs r
                   where r.user_id = u.id and r.sets_high_water = 1 and r.drive_count = u.high_water) order by u.name",
        say: |who, told, _| format!("the watermark of `{who}` is {told}, which no first run has reached"),
    },
    Question {
        kind: "version",
        text: "select s.slug as who, s.latest_version as told, 0 as found from skills s
               where not exists (select 1 from skill_versions v where v.skill_id = s.id and v.version = s.latest_version)
               order by s.slug",
        say: |who, told, _| format!("version {told} of `{who}` is its newest and is not there"),
    },
    Question {
        kind: "version",
        text: "select d.slug as who, d.version as told, 0 as found from drive_items d
               where not exists (select 1 from skill_versions v where v.skill_id = d.skill_id and v.version = d.version)
               order by d.slug",
        say: |who, told, _| format!("version {told} of `{who}` is in somebody's drive and is not there"),
    },
    Question {
        kind: "search",
        text: "select s.slug as who, 0 as told, 0 as found from skills s
               where not exists (select 1 from searched n where n.skill_id = s.id) order by s.slug",
        say: |who, _, _| format!("`{who}` is in no list that is searched"),
    },
];

/// So many rows of an answer are told.
const TOLD: usize = 100;

impl SqlTransaction {
    /// Everything in which the rows disagree.
    pub(crate) async fn disagreements(&mut self, tables: &[Table]) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        if let Some(text) = self.dialect.integrity() {
            // The full-text index is checked by what its module remembers, which is old where another connection wrote
            // since; opening a cursor on it makes the module look.
            self.tx.fetch_optional("select rowid from skill_search limit 1").await?;
            for row in self.tx.fetch_all(text).await? {
                let said: String = row.try_get(0)?;
                if said != "ok" {
                    problems.push(Problem::new("database", said));
                }
            }
        }
        for what in self.dangling(tables).await? {
            problems.push(Problem::new("reference", what));
        }
        for Question { kind, text, say } in QUESTIONS {
            let rows = self.tx.fetch_all(*text).await?;
            for row in rows.iter().take(TOLD) {
                let who: Option<String> = row.try_get("who")?;
                let told = say(&who.unwrap_or_default(), number(row, "told")?, number(row, "found")?);
                problems.push(Problem::new(kind, told));
            }
            if rows.len() > TOLD {
                problems.push(Problem::new(kind, format!("and {} more like that", rows.len() - TOLD)));
            }
        }
        let text = format!(
            "select count(*) as lost from searched n
             where not exists (select 1 from skill_search f where f.{} = n.number)",
            self.dialect.number()
        );
        let lost = count(&self.tx.fetch_one(AssertSqlSafe(text)).await?, "lost")?;
        if lost > 0 {
            problems.push(Problem::new("search", format!("{lost} skills are not in the full-text index")));
        }
        Ok(problems)
    }

    /// Every package that rows name, by its digest. One that rows say two sizes of comes twice.
    pub(crate) async fn named(&mut self) -> Result<Vec<Named>> {
        let rows = self
            .tx
            .fetch_all(
                "select content_sha, content_size from skill_versions
                 union select content_sha, content_size from github_skills order by content_sha, content_size",
            )
            .await?;
        rows.iter().map(|row| Ok(Named { sha: name(row, "content_sha")?, size: count(row, "content_size")? })).collect()
    }

    /// Those of some digests that rows name.
    pub(crate) async fn named_of(&mut self, shas: &[ContentSha]) -> Result<Vec<ContentSha>> {
        let mut found = Vec::new();
        for part in shas.chunks(MOST_AT_ONCE) {
            let room = room_for(part.len());
            let list = placeholders(1, room);
            let text = format!(
                "select content_sha from skill_versions where content_sha in ({list})
                 union select content_sha from github_skills where content_sha in ({list})"
            );
            let mut query = sqlx::query(AssertSqlSafe(text));
            for sha in padded(part, room) {
                query = query.bind(sha.as_str().to_owned());
            }
            for row in query.fetch_all(&mut *self.tx).await? {
                found.push(name(&row, "content_sha")?);
            }
        }
        Ok(found)
    }
}

/// A count or a bigint; PostgreSQL makes a bare number in a statement a small one.
fn number(row: &AnyRow, column: &str) -> Result<i64> {
    row.try_get(column)
}
