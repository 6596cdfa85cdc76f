//! Whether a drive is whole: every package that rows name is in the store with its bytes, and the rows agree with each
//! other. What lies in the store and nobody names is told apart: an upload that was broken off leaves it, and a sweep takes
//! it away when it is old.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::TryStreamExt;
use futures_util::stream;
use skillzdrive_wire::ContentSha;

use super::AT_ONCE;
use crate::artifacts::Stored;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::books::Problem;
use crate::time::rfc3339;

/// So many orphans are taken away in one transaction, beside which nobody writes.
const SWEPT_AT_ONCE: usize = 50;

/// How a drive is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checking {
    /// Whether packages are only looked for, and not read.
    pub quick: bool,
    /// Take away what nobody names and is older than this.
    pub sweep: Option<Duration>,
}

/// A package that nobody names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// Its digest.
    pub content_sha: ContentSha,
    /// Its size in bytes.
    pub size: u64,
    /// When it was put into the store, RFC 3339 in UTC.
    pub kept_at: String,
    /// Whether it was taken away.
    pub removed: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many packages rows name.
    pub packages: u64,
    /// How many bytes those have together.
    pub bytes: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Packages that nobody names.
    pub orphans: Vec<Orphan>,
    /// What lies in the store and is no package.
    pub foreign: Vec<String>,
}

impl Drive {
    /// Checks this drive; it goes on serving meanwhile.
    ///
    /// # Errors
    /// [`DriveError`]: the database, the store. What is wrong with the drive is no error but a [`Problem`].
    pub async fn check(&self, how: Checking) -> Result<Checked, DriveError> {
        let mut tx = self.repo.snapshot().await?;
        let tables = tx.tables().await?;
        let mut problems = tx.disagreements(&tables).await?;
        let named = tx.named().await?;
        drop(tx);

        // After the rows: what they name was there before them.
        let mut there: BTreeMap<ContentSha, Stored> = BTreeMap::new();
        let mut foreign = Vec::new();
        let mut all = self.artifacts.all();
        while let Some(stored) = all.try_next().await? {
            match &stored.sha {
                Some(sha) => _ = there.insert(sha.clone(), stored),
                None => foreign.push(stored.place),
            }
        }
        drop(all);
        foreign.sort();

        for pair in named.windows(2) {
            if let [one, other] = pair
                && one.sha == other.sha
            {
                let what =
                    format!("rows say of the package {} that it has {} and {} bytes", one.sha, one.size, other.size);
                problems.push(Problem::new("size", what));
            }
        }
        for one in &named {
            match there.get(&one.sha) {
                None => {
                    problems
                        .push(Problem::new("missing_package", format!("the package {} is not in the store", one.sha)));
                }
                Some(stored) if stored.size != one.size => {
                    let what = format!("the package {} has {} bytes, and not {}", one.sha, stored.size, one.size);
                    problems.push(Problem::new("wrong_package", what));
                }
                Some(_) => {}
            }
        }
        let names: BTreeSet<&ContentSha> = named.iter().map(|one| &one.sha).collect();
        if !how.quick {
            let read = names.iter().filter(|sha| there.contains_key(**sha));
            let mut read = stream::iter(read)
                .map(|sha| async move { Ok::<_, DriveError>((*sha, self.artifacts.digest(sha).await?)) })
                .buffer_unordered(AT_ONCE);
            while let Some((sha, found)) = read.try_next().await? {
                if let Some((_, found)) = found
                    && found != *sha
                {
                    let what = format!("the package {sha} has other bytes: their digest is {found}");
                    problems.push(Problem::new("wrong_package", what));
                }
            }
        }
        let (packages, bytes) = (names.len() as u64, named.iter().map(|one| one.size).sum());
        let unnamed: Vec<Stored> =
            there.into_values().filter(|one| one.sha.as_ref().is_some_and(|sha| !names.contains(sha))).collect();
        let orphans = self.orphans(unnamed, how.sweep).await?;
        Ok(Checked { packages, bytes, problems, orphans, foreign })
    }

    /// Which of some packages nobody names, and the old ones taken away.
    ///
    /// Nobody writes in the transaction in which they are looked for again and removed: who named one before is found, and
    /// who names one after puts it there again (`Artifacts::hold`). The age is for those who have put theirs and did not
    /// come to their transaction yet.
    async fn orphans(&self, unnamed: Vec<Stored>, sweep: Option<Duration>) -> Result<Vec<Orphan>, DriveError> {
        let before = sweep.map(|age| self.now().saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX)));
        let mut orphans = Vec::new();
        for part in unnamed.chunks(SWEPT_AT_ONCE) {
            let shas: Vec<ContentSha> = part.iter().filter_map(|one| one.sha.clone()).collect();
            let is_old = |one: &Stored| before.is_some_and(|before| one.at < before);
            let mut tx = if part.iter().any(is_old) { self.repo.write().await? } else { self.repo.read().await? };
            let named = tx.named_of(&shas).await?;
            for one in part {
                let Some(sha) = one.sha.clone().filter(|sha| !named.contains(sha)) else { continue };
                let removed = is_old(one);
                if removed {
                    self.artifacts.remove(&sha).await?;
                }
                orphans.push(Orphan { content_sha: sha, size: one.size, kept_at: rfc3339(one.at), removed });
            }
            tx.commit().await?;
        }
        Ok(orphans)
    }
}
