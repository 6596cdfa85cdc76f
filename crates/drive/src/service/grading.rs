//! Gives their grade to versions that were kept before there were rules, or under another rule set.
//!
//! New versions are graded before they are kept (see `package`). This is for what another program left: it is done in
//! the background while the drive serves, a few at a time, and nobody waits for it; until then the old grade is shown, or
//! none. The version of a rule set is a digest and has no order: whatever program serves gives its own grades.

use std::sync::Weak;
use std::sync::atomic::Ordering;

use skillzdrive_wire::ContentSha;

use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::DriveError;
use crate::inspection;
use crate::inspection::Inspection;
use crate::metrics::Work;
use crate::package::explain;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::grades::Grades;

/// So many are graded between two looks at the database.
const AT_ONCE: u64 = 8;

/// Starts grading what is left, once for each opened drive.
pub(crate) fn start(drive: &Drive) {
    if !drive.grading.swap(true, Ordering::SeqCst) {
        tokio::spawn(work(drive.weak()));
    }
}

async fn work(weak: Weak<Inner>) {
    let mut after = None;
    let mut graded = 0;
    // The drive is let go between the steps: whoever closes it is not waited for.
    while let Some(drive) = Drive::from_weak(&weak) {
        match step(&drive, inspection::rules(), after.as_ref()).await {
            Ok(Some(done)) => {
                graded += done.graded;
                after = Some(done.last);
            }
            Ok(None) => break,
            Err(DriveError::Database(sqlx::Error::PoolClosed)) => return,
            Err(error) => {
                drive.metrics.failed(Work::Grading);
                tracing::warn!(%error, "what another rule set graded could not be graded anew; the next start tries again");
                return;
            }
        }
    }
    if graded > 0 {
        tracing::info!(graded, rules = inspection::rules(), "skills got their grade by the rules of this version");
    }
}

impl Drive {
    /// Grades every version that has no grade by the rule set of this program, or one by another. A served drive does
    /// this by itself in the background.
    ///
    /// # Errors
    /// [`DriveError`]: the data folder.
    pub async fn grade_all(&self) -> Result<u64, DriveError> {
        let (mut after, mut graded) = (None, 0);
        while let Some(done) = step(self, inspection::rules(), after.as_ref()).await? {
            graded += done.graded;
            after = Some(done.last);
        }
        Ok(graded)
    }
}

/// What a step did.
struct Done {
    graded: u64,
    last: ContentSha,
}

/// Grades the next few after a digest; `None` when there is nothing left.
async fn step(drive: &Drive, rules: u64, after: Option<&ContentSha>) -> Result<Option<Done>, DriveError> {
    let shas = drive.repo.read().await?.ungraded(rules, after, AT_ONCE).await?;
    let Some(last) = shas.last().cloned() else { return Ok(None) };
    let mut grades = Vec::new();
    for sha in shas {
        match grade(drive, &sha).await {
            Ok(grade) => grades.push((sha, grade)),
            // One that cannot be read must not keep the others from their grade.
            Err(reason) => tracing::warn!(%sha, reason, "an artifact could not be graded"),
        }
    }
    let mut tx = drive.repo.write().await?;
    for (sha, grade) in &grades {
        tx.set_grade(sha, grade, rules).await?;
    }
    tx.commit().await?;
    Ok(Some(Done { graded: grades.len() as u64, last }))
}

async fn grade(drive: &Drive, sha: &ContentSha) -> Result<&'static str, String> {
    let zip = drive.artifacts.read_whole(sha).await.map_err(|error| error.to_string())?;
    let zip = zip.ok_or("it is not there")?;
    let read = tokio::task::spawn_blocking(move || Inspection::of(&zip)).await.map_err(|error| error.to_string())?;
    Ok(read.map_err(|error| explain(&error))?.grade.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::repo::accounts::Accounts;
    use crate::repo::skills::Skills;
    use crate::service::publish::MARKETPLACE;

    /// Slug, grade and rule set of every published version.
    async fn grades(drive: &Drive) -> Vec<(String, Option<String>, u64)> {
        let mut tx = drive.repo.read().await.unwrap();
        let all = tx.catalogue().await.unwrap();
        all.into_iter()
            .map(|one| (one.skill.slug.to_string(), one.version.security_grade, one.version.graded_by))
            .collect()
    }

    /// Makes the database as an older program left it.
    async fn forget(drive: &Drive, grade: Option<&str>, rules: i64) {
        let mut tx = drive.repo.write().await.unwrap();
        sqlx::query("update skill_versions set security_grade = $1, graded_by = $2")
            .bind(grade)
            .bind(rules)
            .execute(&mut *tx.tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_another_rule_set_graded_is_graded_anew() {
        let home = tempfile::tempdir().unwrap();
        let drive = Drive::open(Config::local(home.path())).await.unwrap();
        let fresh = grades(&drive).await;
        assert!(
            fresh.len() > 4 && fresh.iter().all(|(_, grade, rules)| grade.is_some() && *rules == inspection::rules())
        );
        assert_eq!(drive.grade_all().await.unwrap(), 0, "a new drive has nothing to catch up with");

        for (grade, rules) in [(None, 0), (Some("F"), i64::from(u32::MAX) + 1), (Some("C"), 1)] {
            forget(&drive, grade, rules).await;
            assert_eq!(drive.grade_all().await.unwrap(), fresh.len() as u64);
            assert_eq!(grades(&drive).await, fresh);
        }
    }

    #[tokio::test]
    async fn an_artifact_that_is_gone_keeps_nobody_else_from_a_grade() {
        let home = tempfile::tempdir().unwrap();
        let drive = Drive::open(Config::local(home.path())).await.unwrap();
        let fresh = grades(&drive).await;
        forget(&drive, None, 0).await;
        let mut tx = drive.repo.read().await.unwrap();
        let owner = tx.user_named(MARKETPLACE).await.unwrap().unwrap();
        let gone = tx.owned_skill(&owner.id, &"csv-profiler".parse().unwrap()).await.unwrap().unwrap();
        drop(tx);
        let sha = gone.version.content_sha;
        let file = home.path().join("artifacts").join(&sha.as_str()[..2]).join(format!("{sha}.zip"));
        std::fs::remove_file(file).unwrap();
        assert_eq!(drive.grade_all().await.unwrap(), fresh.len() as u64 - 1);
        let ungraded: Vec<_> = grades(&drive).await.into_iter().filter(|(_, grade, _)| grade.is_none()).collect();
        assert_eq!(ungraded, [("csv-profiler".to_owned(), None, 0)]);
    }

    #[tokio::test]
    async fn a_served_drive_catches_up_by_itself() {
        let home = tempfile::tempdir().unwrap();
        let drive = Drive::open(Config::local(home.path())).await.unwrap();
        forget(&drive, None, 0).await;
        start(&drive);
        let caught_up = async {
            while grades(&drive).await.iter().any(|(_, grade, _)| grade.is_none()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), caught_up).await.unwrap();
    }
}
