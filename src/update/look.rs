//! What is newer upstream than what is installed, asked skill by skill with a key and from one marketplace without.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::drive::DriveSkill;
use skillzdrive_wire::drive::PendingUpdate;
use skillzdrive_wire::marketplace::Entry;
use skillzdrive_wire::skills::ShownSkill;
use skillzdrive_wire::skills::SkillVersion;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::collections::KeyScope;
use crate::api::marketplace::Freshness;
use crate::api::resolve;
use crate::api::skills::Pick;
use crate::error::Error;
use crate::error::Result;
use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;

/// How many questions are open at once.
const PARALLEL: usize = 16;

/// Whom to ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upstream<'a> {
    /// The drive.
    pub(crate) client: &'a Client,
    /// The same with a key, where there is one.
    pub(crate) account: Option<&'a Account<'a>>,
    /// Whether the lockfile names this drive: what another drive does not know is not gone.
    pub(crate) is_home: bool,
}

impl<'a> Upstream<'a> {
    /// Whom to ask about the skills of a lockfile.
    pub(crate) fn new(client: &'a Client, account: Option<&'a Account<'a>>, lockfile: &Lockfile) -> Self {
        let server = client.server();
        let said = server.said();
        let is_home = lockfile.server.as_ref().is_none_or(|server| *server == said);
        Self { client, account, is_home }
    }
}

/// The way by which a version comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Through {
    /// The drive has to accept it first, which may cost.
    Accept,
    /// The drive holds it already.
    Drive,
    /// The skill is not in the drive: it comes from the marketplace.
    Marketplace,
}

impl Through {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Drive => "drive",
            Self::Marketplace => "marketplace",
        }
    }
}

/// A version that is newer than the installed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Its number, where it has one.
    pub(crate) version: Option<u64>,
    /// Its bytes.
    pub(crate) content_sha: ContentSha,
    /// What its author said of it. Text of strangers.
    pub(crate) change_comment: Option<String>,
    /// Its grade. Text of strangers.
    pub(crate) security_grade: Option<String>,
    /// When it was published, as the drive writes it.
    pub(crate) published_at: Option<String>,
    /// What it costs, in credits.
    pub(crate) credit_cost: u64,
    /// How it comes.
    pub(crate) through: Through,
    /// Where its bytes are, where that is known before it is accepted.
    pub(crate) download: Option<Download>,
    /// Who owns it, where that is said.
    pub(crate) owner: Option<String>,
    /// Whether everybody can see it.
    pub(crate) public: bool,
}

/// What upstream says of a skill.
#[derive(Debug)]
pub(crate) enum News {
    /// The installed version is the newest.
    Current,
    /// There is a newer one.
    Newer(Box<Offer>),
    /// The skill was there and is not any more.
    Gone,
    /// It could not be told, and why.
    Unknown(String),
    /// The question failed.
    Failed(Error),
}

/// Asks about skills, in their order. One that fails does not stop the others.
///
/// # Errors
/// When drive or marketplace cannot be asked at all.
pub(crate) async fn look(upstream: &Upstream<'_>, skills: &[(&Slug, &LockedSkill)]) -> Result<Vec<News>> {
    let (ours, mut news): (Vec<bool>, Vec<News>) =
        skills.iter().map(|(_, locked)| (locked.source == "skillzdrive", elsewhere(locked))).unzip();
    if !ours.contains(&true) {
        return Ok(news);
    }
    let found = match upstream.account {
        Some(account) => with_key(upstream, account, skills, &ours).await?,
        None => without_key(upstream, skills).await?,
    };
    for ((place, found), ours) in news.iter_mut().zip(found).zip(ours) {
        if ours {
            *place = found;
        }
    }
    Ok(news)
}

fn elsewhere(locked: &LockedSkill) -> News {
    News::Unknown(format!("it was installed from {}", locked.source))
}

async fn with_key(
    upstream: &Upstream<'_>,
    account: &Account<'_>,
    skills: &[(&Slug, &LockedSkill)],
    ours: &[bool],
) -> Result<Vec<News>> {
    let drive: BTreeMap<Slug, DriveSkill> =
        account.drive().await?.skills.into_iter().map(|one| (one.skill.slug.clone(), one)).collect();
    let waiting: BTreeMap<Slug, PendingUpdate> =
        account.updates().await?.updates.into_iter().map(|one| (one.slug.clone(), one)).collect();
    let asked = stream::iter(skills.iter().zip(ours)).map(|((slug, locked), ours)| {
        let (in_drive, waiting) = (drive.get(*slug), waiting.get(*slug));
        async move {
            if !ours {
                return News::Current;
            }
            match in_drive {
                Some(_) if waiting.is_some_and(|update| update.content_sha == locked.content_sha) => News::Current,
                Some(skill) => match waiting {
                    Some(update) => acceptable(account, locked, skill, update).await,
                    None => of_drive(account, slug, locked, skill).await,
                },
                None => newest(upstream, account, slug, locked).await,
            }
        }
    });
    Ok(asked.buffered(PARALLEL).collect().await)
}

/// A newer version that waits in the drive.
async fn acceptable(account: &Account<'_>, locked: &LockedSkill, skill: &DriveSkill, update: &PendingUpdate) -> News {
    // What is not told here (age, bytes) comes from the skill's own page; without it the update is still one.
    let shown = account.show(&update.slug, &Pick::Version(update.to_version)).await.ok();
    let download = shown.as_ref().and_then(|shown| shown.download.clone());
    let download = download.filter(|download| download.content_sha == update.content_sha);
    let listed = shown.as_ref().and_then(|shown| version_of(&shown.versions, &update.content_sha));
    let published_at = listed.map(|one| one.published_at.clone());
    newer(
        locked,
        Offer {
            version: Some(update.to_version),
            content_sha: update.content_sha.clone(),
            change_comment: update.change_comment.clone(),
            security_grade: update.security_grade.clone(),
            published_at: published_at.filter(|at| !at.is_empty()),
            credit_cost: update.credit_cost,
            through: Through::Accept,
            download,
            owner: skill.skill.owner.clone(),
            public: skill.skill.category == "public",
        },
    )
}

/// The version that the drive holds, if that is newer than the installed one.
async fn of_drive(account: &Account<'_>, slug: &Slug, locked: &LockedSkill, skill: &DriveSkill) -> News {
    let Some(sha) = &skill.skill.content_sha else {
        return News::Unknown("the drive does not say which bytes it holds".to_owned());
    };
    if *sha == locked.content_sha {
        return News::Current;
    }
    match account.show(slug, &Pick::Sha(sha.clone())).await {
        Ok(shown) => compare(locked, shown, Some(skill.skill.version), Through::Drive),
        Err(error) => News::Failed(Error::from(error)),
    }
}

/// The newest version of a skill that is not in the drive.
async fn newest(upstream: &Upstream<'_>, account: &Account<'_>, slug: &Slug, locked: &LockedSkill) -> News {
    match account.show(slug, &Pick::Newest).await {
        Ok(shown) => compare(locked, shown, None, Through::Marketplace),
        Err(error) if error.status() == Some(404) => {
            let host = upstream.client.host();
            if !upstream.is_home {
                return News::Unknown(format!("{host} does not know it, and the lockfile was made with another drive"));
            }
            match account.key_scope().await {
                Ok(KeyScope::Scoped) => News::Unknown(format!("this key does not see it on {host}")),
                Ok(KeyScope::AllSkills | KeyScope::Unknown) => News::Gone,
                Err(error) => News::Failed(error.into()),
            }
        }
        Err(error) => News::Failed(Error::from(error)),
    }
}

/// A skill's page against what is installed.
fn compare(locked: &LockedSkill, shown: ShownSkill, version: Option<u64>, through: Through) -> News {
    let ShownSkill { skill, download, versions } = shown;
    let Some(download) = download else {
        return News::Unknown("it has no package there".to_owned());
    };
    if download.content_sha == locked.content_sha {
        return News::Current;
    }
    let listed = version_of(&versions, &download.content_sha);
    let version = listed.map(|one| one.version).or(version).or(Some(download.version)).filter(|version| *version > 0);
    let have = version_of(&versions, &locked.content_sha).map(|one| one.version).or(locked.version);
    if let (Some(have), Some(there)) = (have, version)
        && there <= have
    {
        // A drive that was left at an older version offers nothing.
        return News::Current;
    }
    newer(
        locked,
        Offer {
            version,
            content_sha: download.content_sha.clone(),
            change_comment: listed.and_then(|one| one.change_comment.clone()),
            security_grade: listed.and_then(|one| one.security_grade.clone()).or(skill.security_grade),
            published_at: listed.map(|one| one.published_at.clone()).filter(|at| !at.is_empty()),
            credit_cost: 0,
            through,
            download: Some(download),
            owner: skill.owner,
            public: skill.category == "public",
        },
    )
}

fn version_of<'a>(versions: &'a [SkillVersion], sha: &ContentSha) -> Option<&'a SkillVersion> {
    versions.iter().find(|version| version.content_sha == *sha)
}

/// An update never changes the owner.
fn newer(locked: &LockedSkill, offer: Offer) -> News {
    match (&locked.owner, &offer.owner) {
        (Some(here), Some(there)) if here != there => {
            News::Unknown(format!("the one there is {there}'s, the installed one {here}'s"))
        }
        _ => News::Newer(Box::new(offer)),
    }
}

async fn without_key(upstream: &Upstream<'_>, skills: &[(&Slug, &LockedSkill)]) -> Result<Vec<News>> {
    let catalogue = upstream.client.marketplace(Freshness::Revalidate).await?;
    let one = |(slug, locked): &(&Slug, &LockedSkill)| {
        let entry = resolve::find(&catalogue.marketplace, slug).and_then(resolve::entry_of);
        match entry {
            Some(entry) => of_entry(locked, entry),
            None if !catalogue.is_current => News::Unknown("offline: it was not asked for".to_owned()),
            None if !upstream.is_home => {
                let host = upstream.client.host();
                News::Unknown(format!("{host} does not know it, and the lockfile was made with another drive"))
            }
            None => News::Gone,
        }
    };
    Ok(skills.iter().map(one).collect())
}

fn of_entry(locked: &LockedSkill, entry: Entry) -> News {
    if entry.content_sha == locked.content_sha {
        return News::Current;
    }
    let listed = entry.versions.iter().find(|one| one.content_sha == locked.content_sha);
    let have = listed.map(|one| one.version).or(locked.version);
    if have.is_some_and(|have| entry.version > 0 && entry.version <= have) {
        return News::Current;
    }
    let download = resolve::download_of(&entry, &Pick::Newest);
    newer(
        locked,
        Offer {
            version: Some(entry.version).filter(|version| *version > 0),
            content_sha: entry.content_sha,
            change_comment: None,
            security_grade: None,
            published_at: Some(entry.published_at).filter(|at| !at.is_empty()),
            credit_cost: 0,
            through: Through::Marketplace,
            download,
            owner: None,
            public: true,
        },
    )
}
