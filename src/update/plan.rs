//! Which of the newer versions may come, which are held back, and what is gone upstream. A plan changes nothing.

use std::time::Duration;
use std::time::SystemTime;

use skillzdrive_skill::Limits;
use skillzdrive_skill::open_zip;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Failed;
pub(crate) use crate::installer::age::Age;
use crate::installer::age::Judged;
use crate::installer::here::Here;
use crate::store::cache::ZipCache;
use crate::store::inventory::Found;
use crate::store::inventory::State;
use crate::store::lockfile::LockedSkill;
use crate::store::stamp;
use crate::update::look;
use crate::update::look::News;
use crate::update::look::Offer;
use crate::update::look::Upstream;

/// A skill that may be brought to a newer version.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The skill.
    pub(crate) slug: Slug,
    /// What the lockfile says of it.
    pub(crate) locked: LockedSkill,
    /// The newer version.
    pub(crate) offer: Offer,
    /// What lies here.
    pub(crate) found: Found,
    /// Whether that is the newer version already: a kill came between its files and the lockfile.
    pub(crate) arrived: bool,
}

impl Step {
    /// Whether its files were changed here, so that somebody has to decide.
    pub(crate) fn is_edited(&self) -> bool {
        self.found.state != State::Clean && !self.arrived
    }
}

/// Whether these files are exactly those of a package. A package that is not canonical has another digest than its files;
/// one that was put in place a moment ago is in the cache.
fn is_package(found: &Found, package: &ContentSha, cache: &ZipCache) -> bool {
    if found.tree_sha == *package {
        return true;
    }
    let tree = |zip: Vec<u8>| open_zip(zip, &Limits::default())?.tree_sha();
    cache.get(package).is_some_and(|zip| tree(zip).is_ok_and(|tree| tree == found.tree_sha))
}

/// Why a newer version does not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// The lockfile pins the skill.
    Pinned,
    /// It was published too short a time ago.
    Fresh,
    /// It is not said when it was published, and an age is asked for.
    AgeUnknown,
    /// The skill is locked and not here.
    Missing,
    /// Its folder cannot be read, or the slug means different files in different places.
    Unclear,
    /// Its folder is never replaced: a repository of its own, or reached through a link.
    Unswappable,
}

impl Hold {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Fresh => "fresh",
            Self::AgeUnknown => "age_unknown",
            Self::Missing => "missing",
            Self::Unclear => "unclear",
            Self::Unswappable => "unswappable",
        }
    }

    /// The sentence for it.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Pinned => "it is pinned",
            Self::Fresh => "it was published too short a time ago",
            Self::AgeUnknown => "it is not known when it was published",
            Self::Missing => "its files are not here; install without names puts them back",
            Self::Unclear => "its folder cannot be read, or there are several that differ",
            Self::Unswappable => "its folder is a repository of its own or reached through a link",
        }
    }

    /// Whether a person wanted it so: then it is no failure.
    pub(crate) fn is_wanted(self) -> bool {
        matches!(self, Self::Pinned | Self::Fresh | Self::AgeUnknown)
    }
}

/// A newer version that is held back.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// The skill.
    pub(crate) slug: Slug,
    /// What the lockfile says of it.
    pub(crate) locked: LockedSkill,
    /// The newer version.
    pub(crate) offer: Offer,
    /// Why.
    pub(crate) hold: Hold,
}

/// A skill that upstream does not have any more.
#[derive(Debug, Clone)]
pub(crate) struct Gone {
    /// The skill.
    pub(crate) slug: Slug,
    /// What lies here, where it can be told.
    pub(crate) found: Option<Found>,
}

impl Gone {
    /// Whether it may go to the trash: nobody edited it, and its folder may be moved.
    pub(crate) fn is_prunable(&self) -> bool {
        self.found.as_ref().is_some_and(|found| found.state == State::Clean && found.swappable && !found.home_made)
    }
}

/// What an update would do.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// What may come, by slug.
    pub(crate) steps: Vec<Step>,
    /// What is held back.
    pub(crate) held: Vec<Held>,
    /// What is gone upstream.
    pub(crate) gone: Vec<Gone>,
    /// What could not be told, and why.
    pub(crate) unknown: Vec<(Slug, String)>,
    /// What failed.
    pub(crate) failed: Vec<Failed>,
    /// How many are at their newest version.
    pub(crate) current: usize,
}

impl Plan {
    /// Whether one skill alone was asked about: then what stops it is the error of the command.
    pub(crate) fn is_of_one(&self) -> bool {
        let others = self.steps.len() + self.held.len() + self.gone.len() + self.unknown.len() + self.current;
        others + self.failed.len() == 1
    }
}

/// Asks upstream about every skill of the lockfile, or about those that are named. The cache tells what was here before.
///
/// # Errors
/// When drive or marketplace cannot be asked at all. What concerns one skill is in the plan.
pub(crate) async fn make(
    upstream: &Upstream<'_>,
    here: &Here,
    cache: &ZipCache,
    named: &[Slug],
    age: Age,
) -> Result<Plan> {
    let mut plan = Plan::default();
    let mut named = named.to_vec();
    named.sort();
    named.dedup();
    for slug in named.iter().filter(|slug| !here.lockfile.skills.contains_key(*slug)) {
        plan.failed.push(Failed { name: slug.to_string(), error: not_installed(here, slug) });
    }
    let skills: Vec<(&Slug, &LockedSkill)> =
        here.lockfile.skills.iter().filter(|(slug, _)| named.is_empty() || named.contains(slug)).collect();
    let news = look::look(upstream, &skills).await?;
    for ((slug, locked), news) in skills.into_iter().zip(news) {
        sort(&mut plan, here, cache, (slug.clone(), locked.clone()), news, age);
    }
    Ok(plan)
}

/// The error for a skill that the lockfile does not name.
pub(crate) fn not_installed(here: &Here, slug: &Slug) -> Error {
    let error = Error::new(Kind::NotFound, format!("`{slug}` is not installed")).code("not_installed");
    let home_made = here.inventory.skills.contains_key(slug);
    error.hint(if home_made {
        "it lies here but did not come from a drive: skillzdrive sync sends it there".to_owned()
    } else {
        "skillzdrive list".to_owned()
    })
}

fn sort(plan: &mut Plan, here: &Here, cache: &ZipCache, (slug, locked): (Slug, LockedSkill), news: News, age: Age) {
    let found = here.inventory.skills.get(&slug);
    match news {
        News::Current => plan.current += 1,
        News::Unknown(why) => plan.unknown.push((slug, why)),
        News::Failed(error) => plan.failed.push(Failed { name: slug.to_string(), error }),
        News::Gone => {
            let found = found.filter(|_| !here.inventory.is_twin(&slug)).cloned();
            plan.gone.push(Gone { slug, found });
        }
        News::Newer(offer) => {
            let offer = *offer;
            let unclear = here.inventory.is_twin(&slug) || here.inventory.is_refused(&slug);
            let hold = match found {
                _ if locked.pinned => Some(Hold::Pinned),
                _ if too_young(&offer, age).is_some() => too_young(&offer, age),
                _ if unclear => Some(Hold::Unclear),
                None => Some(Hold::Missing),
                Some(found) if !found.swappable => Some(Hold::Unswappable),
                Some(found) => {
                    let arrived = found.state != State::Clean && is_package(found, &offer.content_sha, cache);
                    plan.steps.push(Step { slug, locked, offer, found: found.clone(), arrived });
                    return;
                }
            };
            if let Some(hold) = hold {
                plan.held.push(Held { slug, locked, offer, hold });
            }
        }
    }
}

fn too_young(offer: &Offer, age: Age) -> Option<Hold> {
    match age.judge(offer.published_at.as_deref()) {
        Judged::OldEnough => None,
        Judged::TooYoung => Some(Hold::Fresh),
        Judged::Unknown => Some(Hold::AgeUnknown),
    }
}

/// How long ago a version was published.
pub(crate) fn age_of(offer: &Offer, now: SystemTime) -> Option<Duration> {
    let published = stamp::parse(offer.published_at.as_deref()?)?;
    Some(now.duration_since(published).unwrap_or_default())
}
