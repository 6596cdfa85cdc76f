//! What the drive says of installed skills: behind, superseded, withdrawn. What could not be asked is "not checked", never
//! "ok". It downloads nothing into the skills and charges nothing.

use futures_util::StreamExt as _;
use futures_util::stream;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::marketplace::Marketplace;
use skillzdrive_wire::skills::ShownSkill;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::collections::KeyScope;
use crate::api::marketplace::Freshness;
use crate::api::resolve;
use crate::api::skills::Pick;
use crate::audit::rules;
use crate::audit::rules::Located;
use crate::audit::rules::Rule;
use crate::error::Error;
use crate::installer::here::Here;
use crate::installer::run::place_of;
use crate::store::lockfile::LockedSkill;
use crate::store::scope::Scope;

/// How many questions are open at once.
const PARALLEL: usize = 16;

/// What the drive says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Upstream {
    /// The findings.
    pub(crate) findings: Vec<Located>,
    /// What could not be checked, each with the reason.
    pub(crate) not_checked: Vec<String>,
}

/// How an installed version stands to those that the drive lists.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Current,
    Behind(u64),
    Superseded(u64),
}

/// What was found of one skill, if anything; else why it cannot be told.
type Answer = Result<Option<(&'static Rule, String)>, String>;

/// Whom to ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// The drive.
    pub(crate) client: &'a Client,
    /// The same with a key, where there is one.
    pub(crate) account: Option<&'a Account<'a>>,
    /// The lockfile's word for this drive.
    pub(crate) server: &'a str,
    /// Why there is no key although there should be one.
    pub(crate) keyless: Option<&'a Error>,
}

/// Asks the drive about these skills, or about all of the lockfile.
pub(crate) async fn ask(ask: Ask<'_>, scope: &Scope, here: &Here, slugs: &[Slug]) -> Upstream {
    let mut upstream = Upstream::default();
    let mut wanted: Vec<(&Slug, &LockedSkill)> = Vec::new();
    for (slug, locked) in here.lockfile.skills.iter().filter(|(slug, _)| slugs.is_empty() || slugs.contains(slug)) {
        match locked.source.as_str() {
            "skillzdrive" => wanted.push((slug, locked)),
            // A folder or a package has nobody upstream who could move on.
            source if source.starts_with("path:") => {}
            source => upstream.not_checked.push(format!("{slug}: not checked upstream: `{source}` is not asked")),
        }
    }
    if wanted.is_empty() {
        return upstream;
    }
    let reason = match here.lockfile.server.as_deref().filter(|said| *said != ask.server) {
        Some(said) => Some(format!("the lockfile was made with {said}, this is {}", ask.server)),
        None if ask.client.is_offline() => Some("this is offline".to_owned()),
        None => None,
    };
    if let Some(reason) = reason {
        upstream.not_checked.extend(wanted.iter().map(|(slug, _)| not_checked(slug, &reason)));
        return upstream;
    }
    let marketplace = match ask.client.marketplace(Freshness::Revalidate).await {
        Ok(catalogue) => Ok(catalogue.marketplace),
        Err(error) => Err(error.to_string()),
    };
    let answers: Vec<(&Slug, Answer)> = stream::iter(wanted)
        .map(|(slug, locked)| {
            let marketplace = marketplace.as_ref().map_err(String::as_str);
            async move { (slug, one(ask, slug, locked, marketplace).await) }
        })
        .buffered(PARALLEL)
        .collect()
        .await;
    for (slug, answer) in answers {
        match answer {
            Ok(None) => {}
            Ok(Some((rule, message))) => {
                let place = place_of(scope, &here.library, slug);
                upstream.findings.push(rule.found(slug.as_str(), "", &place, message));
            }
            Err(reason) => upstream.not_checked.push(not_checked(slug, &reason)),
        }
    }
    upstream
}

fn not_checked(slug: &Slug, reason: &str) -> String {
    format!("{slug}: not checked upstream: {reason}")
}

async fn one(ask: Ask<'_>, slug: &Slug, locked: &LockedSkill, marketplace: Result<&Marketplace, &str>) -> Answer {
    let Some(account) = ask.account else {
        return anonymously(ask, slug, locked, marketplace?).await;
    };
    match account.show(slug, &Pick::Newest).await {
        Ok(shown) => {
            // A drive goes on showing its owner a public skill that was withdrawn, but offers it to nobody.
            let public = shown.skill.category == "public";
            if public && marketplace.is_ok_and(|marketplace| resolve::find(marketplace, slug).is_none()) {
                return Ok(Some((&rules::SKILL_WITHDRAWN, "the drive does not offer it any more".to_owned())));
            }
            finding(locked, &versions(&shown), true)
        }
        Err(error) if error.status() == Some(404) => match account.key_scope().await {
            Ok(KeyScope::AllSkills) => {
                let message = "the drive does not have it any more: withdrawn, or removed from the drive";
                Ok(Some((&rules::SKILL_WITHDRAWN, message.to_owned())))
            }
            Ok(KeyScope::Scoped | KeyScope::Unknown) => Err("this key does not see it".to_owned()),
            Err(error) => Err(error.to_string()),
        },
        Err(error) => Err(error.to_string()),
    }
}

/// Without a key there is the marketplace. What is not in it was withdrawn only if it was public once: then its bytes are
/// still to be had.
async fn anonymously(ask: Ask<'_>, slug: &Slug, locked: &LockedSkill, marketplace: &Marketplace) -> Answer {
    if let Some(plugin) = resolve::find(marketplace, slug) {
        let Some(entry) = resolve::entry_of(plugin) else {
            return Err("the marketplace does not say which bytes are current".to_owned());
        };
        let mut versions: Vec<(u64, ContentSha)> =
            entry.versions.iter().map(|one| (one.version, one.content_sha.clone())).collect();
        let newest = (entry.version, entry.content_sha);
        if !versions.contains(&newest) {
            versions.push(newest);
        }
        return finding(locked, &versions, false);
    }
    let key = match ask.keyless {
        Some(error) => format!("the key cannot be had: {}", error.one_line()),
        None => "if it is private, log in first".to_owned(),
    };
    match ask.client.has_public(slug, &locked.content_sha).await {
        Ok(true) => Ok(Some((&rules::SKILL_WITHDRAWN, "the drive does not offer it any more".to_owned()))),
        Ok(false) => Err(format!("it is not in the marketplace; {key}")),
        Err(error) => Err(error.to_string()),
    }
}

fn versions(shown: &ShownSkill) -> Vec<(u64, ContentSha)> {
    let mut versions: Vec<(u64, ContentSha)> =
        shown.versions.iter().map(|one| (one.version, one.content_sha.clone())).collect();
    // A foreign drive may list no versions; then there is the one that it shows.
    if versions.is_empty() {
        let newest = shown.skill.content_sha.clone().map(|sha| (shown.skill.version, sha));
        versions.extend(newest.or_else(|| shown.download.as_ref().map(|one| (one.version, one.content_sha.clone()))));
    }
    versions
}

fn finding(locked: &LockedSkill, versions: &[(u64, ContentSha)], complete: bool) -> Answer {
    let named = locked.version.map_or_else(|| "a version".to_owned(), |version| format!("version {version}"));
    match standing(locked, versions, complete) {
        None => Err("the drive lists no version of it".to_owned()),
        Some(Standing::Current) => Ok(None),
        Some(Standing::Behind(newest)) => {
            let pinned = if locked.pinned { " (it is pinned)" } else { "" };
            let message = format!("{named} is installed{pinned}, the drive has version {newest}");
            Ok(Some((&rules::SKILL_BEHIND, message)))
        }
        Some(Standing::Superseded(newest)) => {
            let message =
                format!("{named} is installed with bytes that the drive does not list; its newest is version {newest}");
            Ok(Some((&rules::SKILL_SUPERSEDED, message)))
        }
    }
}

/// `complete` says that every version is listed; else only the last ones are.
fn standing(locked: &LockedSkill, versions: &[(u64, ContentSha)], complete: bool) -> Option<Standing> {
    let (newest, sha) = versions.iter().max_by_key(|(version, _)| *version)?;
    if *sha == locked.content_sha {
        return Some(Standing::Current);
    }
    let oldest = versions.iter().map(|(version, _)| *version).min()?;
    let listed = versions.iter().any(|(_, sha)| *sha == locked.content_sha);
    let older = !complete && locked.version.is_some_and(|version| version < oldest);
    Some(if listed || older { Standing::Behind(*newest) } else { Standing::Superseded(*newest) })
}

#[cfg(test)]
mod tests {
    use skillzdrive_skill::sha256;

    use super::*;

    #[test]
    fn a_version_is_current_behind_or_superseded() {
        let sha = |text: &str| sha256(text.as_bytes());
        let locked = |version, text: &str| LockedSkill::new(sha(text), &sha(text), version);
        let versions = [(5, sha("5")), (4, sha("4"))];
        for (version, text, complete, expected) in [
            (Some(5), "5", true, Standing::Current),
            (None, "5", true, Standing::Current),
            (Some(4), "4", true, Standing::Behind(5)),
            (None, "4", false, Standing::Behind(5)),
            // Only the last versions are listed: an older number is simply older.
            (Some(3), "3", false, Standing::Behind(5)),
            (Some(3), "3", true, Standing::Superseded(5)),
            (Some(4), "other", false, Standing::Superseded(5)),
            (Some(9), "9", true, Standing::Superseded(5)),
            (None, "other", false, Standing::Superseded(5)),
        ] {
            assert_eq!(standing(&locked(version, text), &versions, complete), Some(expected), "{version:?} {text}");
        }
        assert_eq!(standing(&locked(None, "x"), &[], true), None);
    }
}
