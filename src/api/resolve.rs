//! From what a person names to the exact bytes: with a key one question for each skill, without a key one marketplace
//! for all of them.

use futures_util::StreamExt as _;
use futures_util::stream;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::marketplace::Entry;
use skillzdrive_wire::marketplace::Marketplace;
use skillzdrive_wire::marketplace::Plugin;
use skillzdrive_wire::skills::ShownSkill;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::call::Patience;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::marketplace::Catalogue;
use crate::api::marketplace::Freshness;
use crate::api::skills::Pick;
use crate::nearest::nearest;

/// How many questions are open at once.
const PARALLEL: usize = 16;

/// A skill as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Its slug.
    pub(crate) slug: Slug,
    /// Which of its versions.
    pub(crate) pick: Pick,
}

/// A skill's exact bytes and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// Its slug.
    pub(crate) slug: Slug,
    /// Its name for people. Text of strangers.
    pub(crate) name: String,
    /// The version, where it is known.
    pub(crate) version: Option<u64>,
    /// The bytes.
    pub(crate) download: Download,
    /// Who owns it, where that is said.
    pub(crate) owner: Option<String>,
    /// Whether everybody can see it.
    pub(crate) source_public: bool,
    /// When this version was published, RFC 3339, where that is said.
    pub(crate) published_at: Option<String>,
}

impl Client {
    /// Resolves each of `wanted`, in order. One that fails does not stop the others. `freshness` is for the marketplace:
    /// a kept copy that lacks what is wanted is revalidated in any case.
    pub(crate) async fn resolve(
        &self,
        account: Option<&Account<'_>>,
        wanted: &[Wanted],
        freshness: Freshness,
    ) -> Vec<ApiResult<Resolved>> {
        match account {
            Some(account) => {
                stream::iter(wanted).map(|one| self.ask_with(account, one)).buffered(PARALLEL).collect().await
            }
            None => self.look_up(wanted, freshness).await,
        }
    }

    /// With a key: `GET skills/:slug`.
    async fn ask_with(&self, account: &Account<'_>, wanted: &Wanted) -> ApiResult<Resolved> {
        match account.show(&wanted.slug, &wanted.pick).await {
            Ok(shown) => from_shown(self, wanted, shown),
            Err(error) if error.status() == Some(404) => Err(self.unknown(wanted, Some(error)).await),
            Err(error) => Err(error),
        }
    }

    /// Without a key: exact bytes straight from their address, the rest from one marketplace.
    async fn look_up(&self, wanted: &[Wanted], freshness: Freshness) -> Vec<ApiResult<Resolved>> {
        let mut catalogue = None;
        if wanted.iter().any(|one| !matches!(one.pick, Pick::Sha(_))) {
            let got = match self.marketplace(freshness).await {
                Ok(kept) if !kept.is_current && !self.is_offline() && wanted.iter().any(|one| lacks(&kept, one)) => {
                    self.marketplace(Freshness::Revalidate).await
                }
                other => other,
            };
            catalogue = Some(got);
        }
        let mut resolved = Vec::with_capacity(wanted.len());
        for one in wanted {
            resolved.push(match (&one.pick, &catalogue) {
                (Pick::Sha(sha), _) => Ok(by_sha(one, sha)),
                (_, Some(Ok(catalogue))) => self.in_catalogue(catalogue, one).await,
                // A drive without a marketplace is asked skill by skill, at the pace it allows.
                (_, Some(Err(error))) if error.status() == Some(404) => self.ask_anonymously(one).await,
                (_, Some(Err(error))) => Err(error.again()),
                (_, None) => Err(self.unknown(one, None).await),
            });
        }
        resolved
    }

    async fn in_catalogue(&self, catalogue: &Catalogue, wanted: &Wanted) -> ApiResult<Resolved> {
        let Some(plugin) = find(&catalogue.marketplace, &wanted.slug) else {
            return Err(self.unknown(wanted, None).await);
        };
        let Some(entry) = entry_of(plugin) else {
            let what = format!("`{}` has no package on {}: it lies elsewhere", wanted.slug, self.host());
            return Err(ApiError::NotFound { what, code: "artifact_not_found", near: Vec::new() });
        };
        match download_of(&entry, &wanted.pick) {
            Some(download) => Ok(Resolved {
                slug: wanted.slug.clone(),
                name: plugin.name.clone(),
                version: (download.version > 0).then_some(download.version),
                published_at: (download.content_sha == entry.content_sha && !entry.published_at.is_empty())
                    .then_some(entry.published_at),
                download,
                owner: None,
                source_public: true,
            }),
            // The catalogue names the last 20 versions; an older one has to be asked for.
            None => self.ask_anonymously(wanted).await,
        }
    }

    async fn ask_anonymously(&self, wanted: &Wanted) -> ApiResult<Resolved> {
        match self.show(&wanted.slug, &wanted.pick, Patience::Wait).await {
            Ok(shown) => from_shown(self, wanted, shown),
            Err(error) if error.status() == Some(404) => Err(self.unknown(wanted, Some(error)).await),
            Err(error) => Err(error),
        }
    }

    /// The error for a skill that is not there, with the nearest names.
    pub(crate) async fn unknown_skill(&self, slug: &Slug, error: Option<ApiError>) -> ApiError {
        self.unknown(&Wanted { slug: slug.clone(), pick: Pick::Newest }, error).await
    }

    /// The error for what is not there, with the nearest names of the marketplace.
    async fn unknown(&self, wanted: &Wanted, error: Option<ApiError>) -> ApiError {
        let Wanted { slug, pick } = wanted;
        let what = match pick {
            Pick::Newest => format!("there is no skill `{slug}` on {}", self.host()),
            Pick::Version(version) => format!("there is no version {version} of `{slug}` on {}", self.host()),
            Pick::Sha(sha) => format!("there is no `{slug}` with the bytes {} on {}", sha.short(), self.host()),
        };
        let mut near = match self.marketplace(Freshness::Any).await {
            Ok(catalogue) => {
                let others = slugs(&catalogue.marketplace).filter(|name| *name != slug.as_str());
                nearest(slug.as_str(), others).into_iter().map(str::to_owned).collect()
            }
            Err(_) => Vec::new(),
        };
        if near.is_empty()
            && let Some(ApiError::Refused(refusal)) = error
        {
            near = refusal.suggestions.into_iter().filter(|name| Slug::new(name).is_ok()).take(3).collect();
        }
        ApiError::NotFound { what, code: "skill_not_found", near }
    }
}

fn from_shown(client: &Client, wanted: &Wanted, shown: ShownSkill) -> ApiResult<Resolved> {
    let ShownSkill { skill, download, versions, .. } = shown;
    let missing = |what: String| ApiError::NotFound { what, code: "artifact_not_found", near: Vec::new() };
    if skill.slug != wanted.slug {
        return Err(missing(format!(
            "{} was asked for `{}` and answered `{}`",
            client.host(),
            wanted.slug,
            skill.slug
        )));
    }
    let Some(download) = download else {
        return Err(missing(format!("`{}` has no package on {}", wanted.slug, client.host())));
    };
    // A drive that ignores the parameter must not install something else.
    let other = match &wanted.pick {
        Pick::Newest => false,
        Pick::Version(version) => download.version != *version,
        Pick::Sha(sha) => download.content_sha != *sha,
    };
    if other {
        return Err(missing(format!("{} gave another version of `{}` than was asked for", client.host(), wanted.slug)));
    }
    let version = Some(download.version).filter(|version| *version > 0);
    let listed = versions.into_iter().find(|one| one.content_sha == download.content_sha);
    Ok(Resolved {
        published_at: listed.map(|one| one.published_at).filter(|at| !at.is_empty()),
        slug: skill.slug,
        name: skill.name,
        version,
        download,
        owner: skill.owner,
        source_public: matches!(skill.category.as_str(), "public" | "github"),
    })
}

/// The address of exact public bytes (reference, "Downloads").
pub(crate) fn public_url(slug: &Slug, sha: &ContentSha) -> String {
    format!("/api/v1/downloads/public/{slug}/{sha}.zip")
}

fn by_sha(wanted: &Wanted, sha: &ContentSha) -> Resolved {
    let url = public_url(&wanted.slug, sha);
    Resolved {
        slug: wanted.slug.clone(),
        name: wanted.slug.to_string(),
        version: None,
        download: Download { content_sha: sha.clone(), content_size: 0, version: 0, url },
        owner: None,
        source_public: true,
        published_at: None,
    }
}

/// The entry of a skill.
pub(crate) fn find<'a>(marketplace: &'a Marketplace, slug: &Slug) -> Option<&'a Plugin> {
    marketplace.plugins.iter().find(|plugin| slug_of(plugin) == slug.as_str())
}

/// The slug of an entry: ours where it is said, else the plugin's name.
pub(crate) fn slug_of(plugin: &Plugin) -> &str {
    plugin.metadata.skillzdrive.as_ref().map_or(plugin.name.as_str(), |entry| entry.slug.as_str())
}

fn slugs(marketplace: &Marketplace) -> impl Iterator<Item = &str> {
    marketplace.plugins.iter().map(slug_of).filter(|slug| Slug::new(slug).is_ok())
}

/// What an entry says of its bytes: in our metadata, else in a source of the kind `archive` with a digest.
pub(crate) fn entry_of(plugin: &Plugin) -> Option<Entry> {
    if let Some(entry) = &plugin.metadata.skillzdrive {
        return Some(entry.clone());
    }
    let text = |name: &str| plugin.source.get(name).and_then(serde_json::Value::as_str);
    if text("source") != Some("archive") {
        return None;
    }
    Some(Entry {
        slug: Slug::new(&plugin.name).ok()?,
        content_sha: ContentSha::new(text("sha256")?).ok()?,
        content_size: 0,
        version: plugin.version.parse().unwrap_or(0),
        url: text("url")?.to_owned(),
        published_at: String::new(),
        versions: Vec::new(),
    })
}

pub(crate) fn download_of(entry: &Entry, pick: &Pick) -> Option<Download> {
    let newest = || Download {
        content_sha: entry.content_sha.clone(),
        content_size: entry.content_size,
        version: entry.version,
        url: match entry.url.as_str() {
            "" => public_url(&entry.slug, &entry.content_sha),
            url => url.to_owned(),
        },
    };
    match pick {
        Pick::Newest => Some(newest()),
        Pick::Version(version) if *version == entry.version => Some(newest()),
        Pick::Version(version) => {
            let older = entry.versions.iter().find(|one| one.version == *version)?;
            Some(Download {
                content_sha: older.content_sha.clone(),
                content_size: 0,
                version: older.version,
                url: public_url(&entry.slug, &older.content_sha),
            })
        }
        Pick::Sha(_) => None,
    }
}

/// Whether a kept catalogue has no answer for what is wanted.
fn lacks(catalogue: &Catalogue, wanted: &Wanted) -> bool {
    // Exact bytes have an address of their own.
    if matches!(wanted.pick, Pick::Sha(_)) {
        return false;
    }
    let entry = find(&catalogue.marketplace, &wanted.slug).and_then(entry_of);
    entry.is_none_or(|entry| download_of(&entry, &wanted.pick).is_none())
}

/// What a search of the catalogue found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<'a> {
    /// The skill's slug.
    pub(crate) slug: &'a str,
    /// Its version; 0 where the entry does not say.
    pub(crate) version: u64,
    /// The whole entry.
    pub(crate) plugin: &'a Plugin,
}

/// Searches a catalogue as a drive would, roughly: every word must stand somewhere, and what is in the slug counts most.
pub(crate) fn local_search<'a>(marketplace: &'a Marketplace, words: &str) -> Vec<Hit<'a>> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut hits: Vec<(usize, Hit<'a>)> = marketplace
        .plugins
        .iter()
        .filter_map(|plugin| {
            let slug = slug_of(plugin);
            let fields = [slug.to_lowercase(), plugin.name.to_lowercase(), plugin.tags.join(" ").to_lowercase()];
            let description = plugin.description.to_lowercase();
            let mut rank = 0;
            for word in &words {
                let place = fields.iter().position(|field| field.contains(word.as_str()));
                rank += place.or_else(|| description.contains(word.as_str()).then_some(fields.len()))?;
            }
            let version = plugin.metadata.skillzdrive.as_ref().map_or(0, |entry| entry.version);
            Some((rank, Hit { slug, version, plugin }))
        })
        .collect();
    hits.sort_by(|(a, x), (b, y)| a.cmp(b).then(x.slug.cmp(y.slug)));
    hits.into_iter().map(|(_, hit)| hit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_catalogue_is_searched_by_every_word() {
        let plugin = |name: &str, description: &str| serde_json::json!({"name": name, "description": description});
        let json = serde_json::json!({"plugins": [
            plugin("changelog", "writes PDF changelogs"),
            plugin("pdf-fill", "fills forms"),
            plugin("csv", "tables"),
        ]});
        let marketplace: Marketplace = serde_json::from_value(json).unwrap();
        let slugs =
            |words: &str| -> Vec<&str> { local_search(&marketplace, words).iter().map(|hit| hit.slug).collect() };
        assert_eq!(slugs("PDF"), ["pdf-fill", "changelog"]);
        assert_eq!(slugs("pdf forms"), ["pdf-fill"]);
        assert!(slugs("pdf tables").is_empty());
    }
}
