//! The log of administrative acts. There is no way here to change or remove what stands in it, and the database refuses
//! it too.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Result;
use super::SqlTransaction;
use super::sql::big;

/// An act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActRow {
    pub(crate) id: String,
    pub(crate) at: i64,
    /// `operator` or `user`.
    pub(crate) by_kind: String,
    /// What the system calls the operator, or the identity of an account.
    pub(crate) by_whom: String,
    pub(crate) key_id: Option<String>,
    pub(crate) act: String,
    pub(crate) object: String,
    pub(crate) detail: String,
    pub(crate) request_id: Option<String>,
}

/// The section's methods.
pub(crate) trait Acts {
    /// Adds an act.
    async fn add_act(&mut self, act: &ActRow) -> Result<()>;
    /// The newest acts since an instant, oldest first, with the name of the account that did each.
    async fn acts(&mut self, since: i64, most: u64) -> Result<Vec<(ActRow, Option<String>)>>;
}

fn act(row: &AnyRow) -> Result<(ActRow, Option<String>)> {
    let act = ActRow {
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        by_kind: row.try_get("by_kind")?,
        by_whom: row.try_get("by_whom")?,
        key_id: row.try_get("key_id")?,
        act: row.try_get("act")?,
        object: row.try_get("object")?,
        detail: row.try_get("detail")?,
        request_id: row.try_get("request_id")?,
    };
    Ok((act, row.try_get("account")?))
}

impl Acts for SqlTransaction {
    async fn add_act(&mut self, act: &ActRow) -> Result<()> {
        sqlx::query(
            "insert into acts (id, at, by_kind, by_whom, key_id, act, object, detail, request_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&act.id)
        .bind(act.at)
        .bind(&act.by_kind)
        .bind(&act.by_whom)
        .bind(&act.key_id)
        .bind(&act.act)
        .bind(&act.object)
        .bind(&act.detail)
        .bind(&act.request_id)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn acts(&mut self, since: i64, most: u64) -> Result<Vec<(ActRow, Option<String>)>> {
        let rows = sqlx::query(
            "select a.*, u.name as account from acts a left join users u on u.id = a.by_whom and a.by_kind = 'user'
             where a.at >= $1 order by a.at desc, a.id desc limit cast($2 as bigint)",
        )
        .bind(since)
        .bind(big(most))
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().rev().map(act).collect()
    }
}
