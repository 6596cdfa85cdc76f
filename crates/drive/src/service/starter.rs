//! The first start of an embedded drive: its owner, the starter marketplace, and the first skills in the drive.

use std::fs;
use std::io::Write;
use std::path::Path;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::Packed;
use skillzdrive_skill::pack_dir;
use skillzdrive_wire::Slug;

use super::accounts::ensure_account;
use super::owner::OWNER;
use super::publish::Publishing;
use super::publish::publish_in;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::package;
use crate::package::Package;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::items::Items;
use crate::repo::skills::Skills;
use crate::starter::OWNED;
use crate::starter::STARTER_SKILLS;
use crate::starter::StarterSkill;

/// Fills an empty drive. It happens once and whole: the transaction is the lock between processes that start together,
/// and a drive whose owner withdrew everything is not empty, for it remembers that.
pub(crate) async fn import_starter(drive: &Drive) -> Result<(), DriveError> {
    if drive.repo.read().await?.user_named(OWNER).await?.is_some() {
        return Ok(());
    }
    let prepared = || STARTER_SKILLS.iter().map(prepare).collect::<Result<Vec<_>, _>>();
    let prepared = tokio::task::spawn_blocking(prepared).await;
    let skills = prepared.map_err(|error| DriveError::Corrupt(error.to_string()))??;
    let mut puts = Vec::new();
    for (_, package) in &skills {
        puts.push(drive.artifacts.put(&package.content_sha, package.zip.clone()).await?);
    }
    let now = drive.now();
    let mut tx = drive.repo.write().await?;
    for ((_, package), put) in skills.iter().zip(puts) {
        drive.artifacts.hold(put, &package.content_sha, &package.zip).await?;
    }
    let (owner, made) = ensure_account(&mut tx, drive, OWNER, drive.config.signup_credits).await?;
    if !made {
        return Ok(());
    }
    for (place, (slug, package)) in skills.iter().enumerate() {
        publish_in(&mut tx, drive, slug, package, Publishing::default()).await?;
        if place < OWNED
            && let Some(edition) = tx.public_skill(slug).await?
        {
            tx.put_item(&owner.id, slug, &edition.skill.id, edition.version.version, now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// A compiled-in skill as a package, with its slug.
fn prepare(skill: &StarterSkill) -> Result<(Slug, Package), DriveError> {
    let failed = |reason| DriveError::Starter { slug: skill.slug.to_owned(), reason };
    let packed = pack(skill)?;
    let slug = package::publishable(&packed.zip).map_err(failed)?;
    let package = Package::inspect(packed).map_err(|error| failed(package::explain(&error)))?;
    Ok((slug, package))
}

/// Packs a compiled-in skill by way of a temporary folder, so that it is packed as any other.
fn pack(skill: &StarterSkill) -> Result<Packed, DriveError> {
    let temporary = tempfile::tempdir().map_err(DriveError::io(std::env::temp_dir()))?;
    let folder = temporary.path().join(skill.slug);
    for (path, bytes) in skill.files {
        let file = folder.join(path);
        write_new(&file, bytes).map_err(DriveError::io(&file))?;
    }
    let failed = |error| DriveError::Starter { slug: skill.slug.to_owned(), reason: package::explain(&error) };
    pack_dir(&folder, &PackOptions::installed()).map_err(failed)
}

fn write_new(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().write(true).create_new(true).open(file)?.write_all(bytes)
}
