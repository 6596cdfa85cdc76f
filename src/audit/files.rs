//! One installed skill's files against the lockfile: the digest tells whether they differ, the package which of them do.

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::path::Path;

use skillzdrive_skill::Archive;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::left_out_reason;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::stat_dir;

use crate::audit::Audit;
use crate::audit::rules;
use crate::audit::rules::Located;
use crate::audit::rules::Rule;
use crate::store::cache::ZipCache;
use crate::store::inventory::Found;
use crate::store::inventory::State;
use crate::store::lockfile::LockedSkill;

/// How many names one line holds at most.
const NAMED: usize = 3;

/// Looks at a skill that the lockfile names. Its digest was taken from its bytes.
pub(super) fn check(found: &Found, locked: &LockedSkill, cache: &ZipCache, audit: &mut Audit) {
    // What a person leaves out of a skill of their own is no secret to them.
    if !found.home_made && !found.left_out.is_empty() {
        audit.not_analysed.push(left_out(found));
    }
    let clean = found.state == State::Clean;
    if clean && locked.tree_sha.is_none() {
        return;
    }
    let bytes = cache.get(&locked.content_sha);
    let package = bytes.as_deref().and_then(|bytes| open_zip(bytes, &Limits::default()).ok());
    // A lockfile that somebody changed together with the files would else be believed.
    let consistent =
        package.as_ref().and_then(|package| package.tree_sha().ok()).is_none_or(|sha| sha == *locked.tree());
    let (slug, place) = (found.slug.as_str(), &found.path);
    if !consistent {
        let message =
            format!("its tree_sha {} is not that of the package {}", locked.tree().short(), locked.content_sha.short());
        audit.findings.push(rules::LOCK_INCONSISTENT.found(slug, "", place, message));
    }
    if clean && consistent {
        return;
    }
    match package.map(|package| differences(found, &package)) {
        Some(Ok(differences)) if !differences.is_empty() => audit.findings.extend(differences),
        // The files are the package's: it is the lockfile alone that is wrong.
        Some(Ok(_)) if !consistent => {}
        Some(Ok(_)) => {
            let message = "its files changed while they were looked at";
            audit.findings.push(rules::SKILL_CHANGED.found(slug, "", place, message));
        }
        Some(Err(reason)) => {
            let message = format!("its files are not those that were installed, and cannot be listed: {reason}");
            audit.findings.push(rules::SKILL_CHANGED.found(slug, "", place, message));
        }
        None => {
            let message = "its files are not those that were installed; which ones cannot be told without the package, \
                           which is not in the cache";
            audit.findings.push(rules::SKILL_CHANGED.found(slug, "", place, message));
        }
    }
}

fn left_out(found: &Found) -> String {
    let mut names: Vec<String> = found.left_out.iter().take(NAMED).map(|left| format!("`{}`", left.path)).collect();
    if let Some(more) = found.left_out.len().checked_sub(NAMED).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    format!("{}: {}: no part of a skill's digest, so not compared", found.slug, names.join(", "))
}

/// The files that are not as in the package.
fn differences(found: &Found, package: &Archive<'_>) -> Result<Vec<Located>, String> {
    let options = if found.home_made { PackOptions::own() } else { PackOptions::installed() };
    let here = stat_dir(&found.path, &options).map_err(|e| e.to_string())?;
    let slug = found.slug.as_str();
    let at = |rule: &'static Rule, path: &str, message: &str| rule.found(slug, path, &found.path.join(path), message);
    let mut differences = Vec::new();
    for file in package.files.iter().filter(|file| left_out_reason(&file.path).is_none()) {
        if !here.iter().any(|there| there.path == file.path) {
            differences.push(at(&rules::FILE_MISSING, &file.path, "it was installed and is not there"));
            continue;
        }
        let installed = package.read(&file.path).map_err(|e| e.to_string())?;
        match is_same(&found.path.join(&file.path), &installed) {
            Ok(true) => {}
            Ok(false) => {
                differences.push(at(&rules::FILE_CHANGED, &file.path, "its bytes are not those that were installed"))
            }
            Err(e) => differences.push(at(&rules::FILE_CHANGED, &file.path, &format!("it cannot be compared: {e}"))),
        }
    }
    for there in here.iter().filter(|there| !package.files.iter().any(|file| file.path == there.path)) {
        differences.push(at(&rules::FILE_EXTRA, &there.path, "it did not come with the skill"));
    }
    Ok(differences)
}

fn is_same(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut found = Vec::with_capacity(bytes.len());
    File::open(path)?.take(bytes.len() as u64 + 1).read_to_end(&mut found)?;
    Ok(found == bytes)
}
