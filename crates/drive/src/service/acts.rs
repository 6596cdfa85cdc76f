//! The log of administrative acts: who did what to what, when, and by which request.
//!
//! A line is written in the transaction of its act, so there is none without the other. Nothing that is a secret comes in
//! here: keys are named by their identity, webhooks by their host.

use uuid::Uuid;

use super::accounts::Caller;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::DriveError;
use crate::keys;
use crate::repo;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::acts::ActRow;
use crate::repo::acts::Acts as _;
use crate::text;
use crate::time::rfc3339_millis;

/// What a drive calls its operator that was not told who that is.
const OPERATOR: &str = "operator";

/// The longest object and the longest detail, in characters.
const LONGEST: usize = 500;

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By<'a> {
    /// Whoever may run commands on the drive's data.
    Operator,
    /// A person, by a request with a key or from a page.
    User(&'a Caller),
    /// A person by a program that they logged in, before it has its key.
    Login {
        /// The account.
        user_id: &'a str,
        /// Of the answer.
        request_id: Option<Uuid>,
    },
}

/// Something that was done, as the operator reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// RFC 3339 in UTC, with milliseconds.
    pub at: String,
    /// `operator` or `user`.
    pub by: String,
    /// What the system calls the operator, or the account's name.
    pub who: String,
    /// The identity of the key that a user showed.
    pub key_id: Option<String>,
    /// What was done: `key.create`, `team.remove` …
    pub act: String,
    /// What it was done to.
    pub object: String,
    /// How, in words; empty where the object says it all.
    pub detail: String,
    /// The `X-Request-Id` of the answer; `None` for a command.
    pub request_id: Option<String>,
}

/// Writes a line, as a part of the transaction that does what it tells.
pub(crate) async fn note<T: Transaction>(
    tx: &mut T,
    drive: &Inner,
    by: By<'_>,
    act: &str,
    object: &str,
    detail: &str,
) -> repo::Result<()> {
    let now = drive.now();
    let (by_kind, by_whom, key_id, request_id) = match by {
        By::Operator => {
            let who = drive.config.operator.clone().unwrap_or_else(|| OPERATOR.to_owned());
            ("operator", who, None, None)
        }
        By::User(caller) => ("user", caller.user_id.clone(), Some(caller.key_id.clone()), caller.request_id),
        By::Login { user_id, request_id } => ("user", user_id.to_owned(), None, request_id),
    };
    tx.add_act(&ActRow {
        id: keys::row_id(now),
        at: now,
        by_kind: by_kind.to_owned(),
        by_whom,
        key_id,
        act: act.to_owned(),
        object: text::line(object, LONGEST),
        detail: text::line(detail, LONGEST),
        request_id: request_id.map(|id| id.to_string()),
    })
    .await
}

impl Drive {
    /// The newest acts since an instant (milliseconds since 1970), at most so many of them, oldest first.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn acts(&self, since: i64, most: u64) -> Result<Vec<Act>, DriveError> {
        let rows = self.repo.read().await?.acts(since, most).await?;
        let shown = |(row, account): (ActRow, Option<String>)| Act {
            at: rfc3339_millis(row.at),
            by: row.by_kind,
            who: text::line(&account.unwrap_or(row.by_whom), LONGEST),
            key_id: row.key_id,
            act: row.act,
            object: row.object,
            detail: row.detail,
            request_id: row.request_id,
        };
        Ok(rows.into_iter().map(shown).collect())
    }
}
