//! The marketplace's own door: what the operator publishes and withdraws.

use skillzdrive_skill::Packed;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::GithubTree;
use skillzdrive_wire::Slug;

use super::accounts::ensure_account;
use super::acts;
use super::acts::By;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::DriveError;
use crate::github;
use crate::github::Fetched;
use crate::inspection;
use crate::package;
use crate::package::Package;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::skills::Skills;

/// The account that owns the public skills, so that nobody's key can change them.
pub(crate) const MARKETPLACE: &str = "marketplace";

/// How a skill is published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publishing {
    /// What changed, for those who get the new version.
    pub comment: Option<String>,
    /// What one run costs, in credits; `None` leaves it as it is.
    pub cost_per_use: Option<u64>,
    /// Whether it is published though the security rules find something critical in it.
    pub allow_findings: bool,
}

/// What publishing led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The skill's slug.
    pub slug: Slug,
    /// The version it has now.
    pub version: u64,
    /// The digest of its canonical zip.
    pub content_sha: ContentSha,
    /// False when the newest version had these bytes already.
    pub changed: bool,
    /// The grade by the security rules, `A` to `F`.
    pub security_grade: &'static str,
}

impl Drive {
    /// Publishes a skill, or its next version, to everybody. A withdrawn skill comes back.
    ///
    /// # Errors
    /// [`DriveError::Unpublishable`] with what is wrong with its front matter, [`DriveError::ScanFailed`] with something
    /// critical in it that was not allowed, and what the data folder says.
    pub async fn publish(&self, packed: Packed, how: Publishing) -> Result<Published, DriveError> {
        let slug = package::publishable(&packed.zip).map_err(DriveError::Unpublishable)?;
        let package = tokio::task::spawn_blocking(move || Package::inspect(packed)).await;
        let package = package.map_err(|error| DriveError::Corrupt(error.to_string()))?;
        let package = package.map_err(|error| DriveError::Unpublishable(package::explain(&error)))?;
        admit(&slug, &package, &how)?;
        let allowed = if package.inspection.critical().is_some() { ", though it has critical findings" } else { "" };
        let put = self.artifacts.put(&package.content_sha, package.zip.clone()).await?;
        let mut tx = self.repo.write().await?;
        self.artifacts.hold(put, &package.content_sha, &package.zip).await?;
        let published = publish_in(&mut tx, self, &slug, &package, how).await?;
        note(&mut tx, self, &published, allowed).await?;
        tx.commit().await?;
        Ok(published)
    }

    /// Sets what one run of a public skill costs.
    ///
    /// # Errors
    /// [`DriveError::NoSuchSkill`].
    pub async fn set_price(&self, slug: &Slug, cost_per_use: u64) -> Result<(), DriveError> {
        let mut tx = self.repo.write().await?;
        let edition = tx.public_skill(slug).await?.ok_or_else(|| DriveError::NoSuchSkill(slug.to_string()))?;
        tx.set_cost_per_use(&edition.skill.id, cost_per_use).await?;
        let detail = format!("{cost_per_use} credits a run");
        acts::note(&mut tx, self, By::Operator, "skill.price", &format!("skill {slug}"), &detail).await?;
        tx.bump_catalogue().await?;
        tx.commit().await?;
        Ok(())
    }

    /// Publishes the skill of a GitHub tree, as [`Drive::publish`] does: readers of the marketplace get it from there.
    ///
    /// # Errors
    /// As [`Drive::publish`]; [`DriveError::Github`] when it cannot be had.
    pub async fn publish_github(&self, tree: &GithubTree, how: Publishing) -> Result<Published, DriveError> {
        let source = github::resolve(self, tree).await?;
        let Fetched { source, package, .. } = github::fetch(self, &source).await?;
        let slug = package::publishable(&package.zip).map_err(DriveError::Unpublishable)?;
        admit(&slug, &package, &how)?;
        let allowed = if package.inspection.critical().is_some() { ", though it has critical findings" } else { "" };
        let put = self.artifacts.put(&package.content_sha, package.zip.clone()).await?;
        let mut tx = self.repo.write().await?;
        self.artifacts.hold(put, &package.content_sha, &package.zip).await?;
        let published = publish_in(&mut tx, self, &slug, &package, how).await?;
        let missing = || DriveError::NoSuchSkill(slug.to_string());
        let edition = tx.public_skill(&slug).await?.ok_or_else(missing)?;
        tx.set_github_url(&edition.skill.id, Some(&source.url())).await?;
        note(&mut tx, self, &published, &format!("{allowed}, from {source}")).await?;
        tx.commit().await?;
        Ok(published)
    }

    /// Takes a public skill out of search and the marketplace. Who has it keeps it, and its artifacts stay where
    /// lockfiles name them.
    ///
    /// # Errors
    /// [`DriveError::NoSuchSkill`].
    pub async fn withdraw(&self, slug: &Slug) -> Result<(), DriveError> {
        let mut tx = self.repo.write().await?;
        let edition = tx.public_skill(slug).await?.ok_or_else(|| DriveError::NoSuchSkill(slug.to_string()))?;
        tx.set_withdrawn(&edition.skill.id, Some(self.now())).await?;
        let detail = format!("at version {}", edition.version.version);
        acts::note(&mut tx, self, By::Operator, "skill.withdraw", &format!("skill {slug}"), &detail).await?;
        tx.bump_catalogue().await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Writes the line of a publishing into the log of acts.
async fn note<T: Transaction>(tx: &mut T, drive: &Inner, published: &Published, from: &str) -> Result<(), DriveError> {
    let Published { slug, version, content_sha, security_grade, .. } = published;
    let detail = format!("version {version}, grade {security_grade}, {content_sha}{from}");
    Ok(acts::note(tx, drive, By::Operator, "skill.publish", &format!("skill {slug}"), &detail).await?)
}

/// Refuses what is not fit for everybody.
fn admit(slug: &Slug, package: &Package, how: &Publishing) -> Result<(), DriveError> {
    match package.inspection.critical() {
        Some(findings) if !how.allow_findings => {
            Err(DriveError::ScanFailed { message: inspection::refusal(slug.as_str(), &findings), findings })
        }
        _ => Ok(()),
    }
}

/// Publishes inside a transaction; the artifact is kept already.
pub(crate) async fn publish_in<T: Transaction>(
    tx: &mut T,
    drive: &Inner,
    slug: &Slug,
    package: &Package,
    how: Publishing,
) -> Result<Published, DriveError> {
    let Publishing { comment, cost_per_use, .. } = how;
    let now = drive.now();
    let (owner, _) = ensure_account(tx, drive, MARKETPLACE, 0).await?;
    let (skill_id, version, changed) = match tx.owned_skill(&owner.id, slug).await? {
        Some(edition) => {
            if edition.skill.withdrawn_at.is_some() {
                tx.set_withdrawn(&edition.skill.id, None).await?;
            }
            if edition.version.content_sha == package.content_sha {
                (edition.skill.id, edition.version.version, false)
            } else {
                let version = edition.skill.latest_version + 1;
                tx.add_version(slug, &package.version(&edition.skill.id, version, comment, now)).await?;
                tx.set_github_url(&edition.skill.id, None).await?;
                (edition.skill.id, version, true)
            }
        }
        None => {
            let skill = Package::skill(slug, &owner.id, true, now);
            tx.add_skill(&skill).await?;
            tx.add_version(slug, &package.version(&skill.id, 1, comment, now)).await?;
            (skill.id, 1, true)
        }
    };
    if let Some(cost) = cost_per_use {
        tx.set_cost_per_use(&skill_id, cost).await?;
    }
    tx.bump_catalogue().await?;
    let security_grade = package.inspection.grade.as_str();
    Ok(Published { slug: slug.clone(), version, content_sha: package.content_sha.clone(), changed, security_grade })
}
