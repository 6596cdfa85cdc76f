//! From the lockfile back to folders: every skill at exactly the bytes that it names, and never at others.

use skillzdrive_wire::GithubSource;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;

use crate::api::error::ApiError;
use crate::api::marketplace::Freshness;
use crate::api::resolve::Wanted;
use crate::api::skills::Pick;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Failed;
use crate::installer::Tell;
use crate::installer::gather::Order;
use crate::installer::gather::Ready;
use crate::installer::gather::Sources;
use crate::installer::gather::installed;
use crate::installer::gather::pack_folder;
use crate::installer::gather::path_of_source;
use crate::installer::gather::read_package;
use crate::installer::spec::Spec;
use crate::installer::stage::Label;
use crate::installer::stage::stage;
use crate::installer::stage::stage_rest;
use crate::signals;
use crate::store::cache::ZipCache;
use crate::store::library::Library;
use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;
use crate::store::scope::Scope;
use crate::store::staging::Staging;
use crate::store::threads;

impl Sources<'_> {
    /// Makes ready every skill of a lockfile. What lies in its place untouched is not fetched.
    pub(crate) async fn restore(
        &self,
        scope: &Scope,
        library: &Library,
        lockfile: &Lockfile,
        tell: Tell<'_>,
    ) -> (Vec<Ready>, Vec<Failed>) {
        let (mut ready, mut failed, mut orders, mut wanted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let locked: Vec<(&Slug, &LockedSkill)> = lockfile.skills.iter().collect();
        let (cache, staging) = (self.cache, self.staging);
        let look =
            |(slug, entry)| (slug, entry, restore_here((scope, library), label_of(slug, entry), entry, cache, staging));
        for (slug, entry, here) in tokio::task::block_in_place(|| threads::each(locked, look)) {
            let restored = match here {
                Some(restored) => restored,
                None if entry.source == "skillzdrive" => {
                    let pick = Pick::Sha(entry.content_sha.clone());
                    wanted.push((Wanted { slug: slug.clone(), pick }, label_of(slug, entry)));
                    continue;
                }
                None => match entry.source.parse::<GithubSource>() {
                    Ok(source) => self.restore_tree(&source, label_of(slug, entry), tell).await,
                    Err(_) => self.restore_from_disk(scope, label_of(slug, entry)),
                },
            };
            match restored {
                Ok(one) => ready.push(one),
                Err(error) => failed.push(Failed { name: slug.to_string(), error }),
            }
        }
        let (asked, labels): (Vec<Wanted>, Vec<Label>) = wanted.into_iter().unzip();
        let resolved = self.client.resolve(self.account, &asked, Freshness::Any).await;
        for (label, resolved) in labels.into_iter().zip(resolved) {
            match resolved {
                Ok(found) => orders.push(Order { label, download: found.download }),
                // The drive may know these exact bytes at their public address though it does not list them.
                Err(ApiError::NotFound { .. }) if self.account.is_some() => {
                    let url = format!("/api/v1/downloads/public/{}/{}.zip", label.slug, label.content_sha);
                    let download =
                        Download { content_sha: label.content_sha.clone(), content_size: 0, version: 0, url };
                    orders.push(Order { label, download });
                }
                Err(error) => {
                    let error = Error::from(error).context(format!("`{}` cannot be restored", label.slug));
                    failed.push(Failed { name: label.slug.to_string(), error });
                }
            }
        }
        if !orders.is_empty() {
            let (staged, not) = self.fetch(orders, tell).await;
            ready.extend(staged.into_iter().map(Ready::Staged));
            failed.extend(not.into_iter().map(|one| self.say_why(one)));
        }
        (ready, failed)
    }

    /// Locked bytes that the drive does not give: mostly a private skill and the wrong key, or none.
    fn say_why(&self, mut one: Failed) -> Failed {
        if one.error.kind() == Kind::NotFound {
            let (who, hint) = match self.account {
                None => ("without a key", "skillzdrive login, if it is a private skill"),
                Some(_) => ("for this account", "skillzdrive whoami; the skill may be another account's, or gone"),
            };
            let what = format!("`{}` cannot be restored: the drive has no such bytes {who}", one.name);
            one.error = Error::new(Kind::NotFound, what).code("artifact_not_found").source(one.error).hint(hint);
        }
        one
    }

    /// A skill whose source is a folder or a package: it must still have the locked bytes.
    fn restore_from_disk(&self, scope: &Scope, label: Label) -> Result<Ready> {
        let named = |error: Error| error.context(format!("`{}` cannot be restored", label.slug));
        let Some(path) = path_of_source(scope, &label.source) else {
            let message = format!("`{}` cannot be restored: its source `{}` is not known", label.slug, label.source);
            return Err(Error::new(Kind::Unavailable, message).code("source_unsupported"));
        };
        let packed = if path.is_dir() { pack_folder(scope, &path) } else { read_package(scope, &path) };
        let (found, bytes) = packed.map_err(named)?;
        if found.content_sha != label.content_sha {
            return Err(Error::new(
                Kind::Integrity,
                format!("`{}` cannot be restored: `{}` is not what was locked", label.slug, path.display()),
            )
            .code("source_changed")
            .hint(format!("skillzdrive install {} takes it as it is now", path.display())));
        }
        stage(self.staging, label, bytes).map(Ready::Staged)
    }
}

/// A skill that lies in its place untouched, or whose package is in the cache; `None` when it has to come from elsewhere.
fn restore_here(
    (scope, library): (&Scope, &Library),
    label: Label,
    entry: &LockedSkill,
    cache: &ZipCache,
    staging: &Staging,
) -> Option<Result<Ready>> {
    if let Err(told) = signals::safe_point() {
        return Some(Err(told));
    }
    if installed(scope, library, &label.slug).as_ref() == Some(entry.tree()) {
        return Some(Ok(Ready::Locked(label)));
    }
    // The cache gives nothing whose digest it has not just taken.
    let bytes = cache.get(&entry.content_sha)?;
    Some(stage_rest(staging, label, bytes).map(Ready::Staged))
}

/// Splits what was named with `--frozen`: skills of the drive stay at what the lockfile says, and what the lockfile does
/// not say is refused, and so do trees on GitHub. Folders and packages need no network and are given back.
///
/// # Errors
/// Exit 1 for a skill, or a version of it, that is not in the lockfile.
pub(crate) fn frozen(lockfile: &Lockfile, specs: Vec<Spec>) -> Result<(Lockfile, Vec<Spec>)> {
    let mut named = Lockfile { server: lockfile.server.clone(), ..Lockfile::default() };
    let mut others = Vec::new();
    for spec in specs {
        let entry = match &spec {
            Spec::Drive(slug, pick) => lockfile.skills.get_key_value(slug).filter(|(_, entry)| match pick {
                Pick::Newest => true,
                Pick::Version(version) => entry.version == Some(*version),
                Pick::Sha(sha) => entry.content_sha == *sha,
            }),
            Spec::Github(tree) => lockfile.skills.iter().find(|(_, entry)| {
                let source = entry.source.parse::<GithubSource>();
                source.is_ok_and(|source| tree.may_be(&source))
            }),
            Spec::Folder(_) | Spec::Package(_) => {
                others.push(spec);
                continue;
            }
        };
        let Some((slug, entry)) = entry else {
            let shown = spec.shown();
            let message = format!("the lockfile would change: it does not have `{shown}`, or not this version");
            return Err(Error::new(Kind::Failure, message)
                .code("lock_would_change")
                .hint(format!("skillzdrive install {shown} without --frozen asks for it")));
        };
        named.skills.insert(slug.clone(), entry.clone());
    }
    Ok((named, others))
}

pub(super) fn label_of(slug: &Slug, entry: &LockedSkill) -> Label {
    Label {
        slug: slug.clone(),
        content_sha: entry.content_sha.clone(),
        version: entry.version,
        owner: entry.owner.clone(),
        source: entry.source.clone(),
        public: false,
    }
}
