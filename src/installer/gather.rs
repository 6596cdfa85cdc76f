//! From what was asked for to folders that wait: resolved, fetched, verified, unpacked.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use futures_util::StreamExt as _;
use futures_util::stream;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::digest_dir;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::pack_dir;
use skillzdrive_skill::parse_lenient;
use skillzdrive_skill::sha256;
use skillzdrive_skill::slug_of;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::downloads::PACKAGE_CAP;
use crate::api::marketplace::Freshness;
use crate::api::resolve::Wanted;
use crate::api::skills::Pick;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::Tell;
use crate::installer::age::Age;
use crate::installer::github::LastArchive;
use crate::installer::run::place_of;
use crate::installer::spec::Spec;
use crate::installer::stage::Label;
use crate::installer::stage::Staged;
use crate::installer::stage::free_place;
use crate::installer::stage::stage_rest;
use crate::installer::stage::verify;
use crate::installer::stage::verify_rest;
use crate::signals;
use crate::store::cache::ZipCache;
use crate::store::library::Library;
use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;
use crate::store::scope::Scope;
use crate::store::staging::Staging;
use crate::store::threads;

/// How many downloads are open at once.
const PARALLEL: usize = 16;

/// Where bytes come from.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    /// The drive.
    pub(crate) client: &'a Client,
    /// The same with a key, where there is one.
    pub(crate) account: Option<&'a Account<'a>>,
    /// The zip cache.
    pub(crate) cache: &'a ZipCache,
    /// Where folders wait.
    pub(crate) staging: &'a Staging,
    /// The repository that was looked at last.
    pub(crate) archive: LastArchive,
}

/// A skill whose bytes are known.
#[derive(Debug, Clone)]
pub(crate) enum Ready {
    /// It waits in staging.
    Staged(Staged),
    /// The lockfile says that it is installed already; whether it is untouched is seen later.
    Locked(Label),
}

impl Ready {
    /// Its slug.
    pub(crate) fn slug(&self) -> &Slug {
        match self {
            Self::Staged(staged) => &staged.slug,
            Self::Locked(label) => &label.slug,
        }
    }

    /// The digest of its package.
    fn content_sha(&self) -> &ContentSha {
        match self {
            Self::Staged(staged) => &staged.content_sha,
            Self::Locked(label) => &label.content_sha,
        }
    }
}

/// A package whose bytes have to come.
#[derive(Debug)]
pub(crate) struct Order {
    /// What it is.
    pub(crate) label: Label,
    /// Where it is to be had.
    pub(crate) download: Download,
}

impl Sources<'_> {
    /// Fetches packages, 16 at a time, and unpacks each as soon as it came, on as many threads as there are cores.
    pub(crate) async fn fetch(&self, orders: Vec<Order>, tell: Tell<'_>) -> (Vec<Staged>, Vec<Failed>) {
        tell(Event::Fetching(orders.len()));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let unpacking = tokio::sync::Semaphore::new(cores);
        let results: Vec<(Slug, Result<Staged>)> = stream::iter(orders)
            .map(|order| async {
                let slug = order.label.slug.clone();
                let staged = self.fetch_one(order, &unpacking, tell).await;
                (slug, staged)
            })
            .buffer_unordered(PARALLEL)
            .collect()
            .await;
        let (mut staged, mut failed) = (Vec::new(), Vec::new());
        for (slug, result) in results {
            match result {
                Ok(one) => staged.push(one),
                Err(error) => failed.push(Failed { name: slug.to_string(), error }),
            }
        }
        (staged, failed)
    }

    async fn fetch_one(&self, order: Order, unpacking: &tokio::sync::Semaphore, tell: Tell<'_>) -> Result<Staged> {
        let Order { label, download } = order;
        let seen = std::sync::atomic::AtomicU64::new(0);
        let told = |so_far| {
            let before = seen.swap(so_far, std::sync::atomic::Ordering::Relaxed);
            tell(Event::Bytes(so_far.saturating_sub(before)));
        };
        let bytes = self.client.fetch(&download, self.account, &told).await;
        let bytes = bytes.map_err(|e| Error::from(e).context(format!("`{}`", label.slug)))?;
        let size = bytes.len() as u64;
        let slug = label.slug.clone();
        // What was fetched has the digest that the order promised; whether it is the label's is looked at once more.
        let known = download.content_sha == label.content_sha;
        let gone = |_| Error::internal("the unpacking threads are gone");
        let _permit = unpacking.acquire().await.map_err(gone)?;
        let broken = |e| Error::internal("the unpacking broke off").source(e);
        let verified =
            tokio::task::spawn_blocking(move || if known { verify_rest(label, bytes) } else { verify(label, bytes) })
                .await
                .map_err(broken)??;
        let tree = free_place(self.staging, verified.slug())?;
        let hold = self.staging.hold();
        let unpack = move || {
            // Dropped at the end: a signal may drop this future while the thread still writes.
            let _hold = hold;
            verified.unpack(tree)
        };
        let staged = tokio::task::spawn_blocking(unpack).await.map_err(broken)??;
        tell(Event::Fetched(slug, size));
        Ok(staged)
    }

    /// Makes ready what was named. What the lockfile holds already is not fetched again, and a newest version that is too
    /// young is not taken.
    pub(crate) async fn gather(
        &self,
        scope: &Scope,
        library: &Library,
        specs: Vec<Spec>,
        lockfile: &Lockfile,
        age: Age,
        tell: Tell<'_>,
    ) -> (Vec<Ready>, Vec<Failed>) {
        let (mut ready, mut failed) = (Vec::new(), Vec::new());
        let (mut wanted, mut local) = (Vec::new(), Vec::new());
        for spec in specs {
            match &spec {
                Spec::Drive(slug, pick) => wanted.push(Wanted { slug: slug.clone(), pick: pick.clone() }),
                Spec::Folder(_) | Spec::Package(_) => local.push(spec),
                Spec::Github(tree) => match self.gather_tree(tree, (scope, library, lockfile), tell).await {
                    Ok(one) => ready.push(one),
                    Err(error) => failed.push(Failed { name: spec.shown(), error }),
                },
            }
        }
        let staging = self.staging;
        let read = |spec: Spec| (spec.shown(), gather_local(&spec, (scope, library, lockfile), staging));
        for (name, gathered) in tokio::task::block_in_place(|| threads::each(local, read)) {
            match gathered {
                Ok(one) => ready.push(one),
                Err(error) => failed.push(Failed { name, error }),
            }
        }
        let mut orders = Vec::new();
        let resolved = self.client.resolve(self.account, &wanted, Freshness::Any).await;
        for (wanted, resolved) in wanted.into_iter().zip(resolved) {
            match resolved {
                Ok(found) => {
                    let label = Label {
                        slug: found.slug,
                        content_sha: found.download.content_sha.clone(),
                        version: found.version,
                        owner: found.owner,
                        source: "skillzdrive".to_owned(),
                        public: found.source_public,
                    };
                    let locked = lockfile.skills.get(&label.slug).filter(|entry| says(entry, &label));
                    if locked.is_some()
                        && locked.map(LockedSkill::tree) == installed(scope, library, &label.slug).as_ref()
                    {
                        ready.push(Ready::Locked(label));
                    } else if let (Pick::Newest, Some(error)) =
                        (&wanted.pick, age.refusal(&label, found.published_at.as_deref()))
                    {
                        failed.push(Failed { name: label.slug.to_string(), error });
                    } else {
                        orders.push(Order { label, download: found.download });
                    }
                }
                Err(error) => failed.push(Failed { name: wanted.slug.to_string(), error: error.into() }),
            }
        }
        if !orders.is_empty() {
            let (staged, not) = self.fetch(orders, tell).await;
            ready.extend(staged.into_iter().map(Ready::Staged));
            failed.extend(not);
        }
        keep_one_each(&mut ready, &mut failed);
        (ready, failed)
    }
}

/// Makes ready a folder or a package of this machine. What lies in its place already, untouched, is not unpacked.
fn gather_local(
    spec: &Spec,
    (scope, library, lockfile): (&Scope, &Library, &Lockfile),
    staging: &Staging,
) -> Result<Ready> {
    signals::safe_point()?;
    let (label, bytes) = match spec {
        Spec::Package(path) => read_package(scope, path)?,
        Spec::Folder(path) => pack_folder(scope, path)?,
        Spec::Drive(..) | Spec::Github(_) => return Err(Error::internal("what is far away was taken for a folder")),
    };
    let locked = lockfile.skills.get(&label.slug).filter(|entry| says(entry, &label)).map(LockedSkill::tree);
    if locked.is_some() && locked == installed(scope, library, &label.slug).as_ref() {
        return Ok(Ready::Locked(label));
    }
    // Their digest was taken when they were read.
    stage_rest(staging, label, bytes).map(Ready::Staged)
}

/// Whether a lockfile's entry would be the same after an install of this version.
fn says(entry: &LockedSkill, label: &Label) -> bool {
    entry.content_sha == label.content_sha
        && entry.source == label.source
        && (label.version.is_none() || entry.version == label.version)
}

/// The digest of what lies at a skill's place.
pub(crate) fn installed(scope: &Scope, library: &Library, slug: &Slug) -> Option<ContentSha> {
    digest_dir(&place_of(scope, library, slug), &PackOptions::installed()).ok().map(|digest| digest.sha)
}

/// Two things under one slug cannot both be installed, and which is meant cannot be told: neither is. The same thing
/// named twice is one.
fn keep_one_each(ready: &mut Vec<Ready>, failed: &mut Vec<Failed>) {
    let mut meant: BTreeMap<Slug, BTreeSet<ContentSha>> = BTreeMap::new();
    for one in ready.iter() {
        meant.entry(one.slug().clone()).or_default().insert(one.content_sha().clone());
    }
    meant.retain(|_, shas| shas.len() > 1);
    let mut seen = BTreeSet::new();
    ready.retain(|one| !meant.contains_key(one.slug()) && seen.insert(one.slug().clone()));
    for slug in meant.into_keys() {
        let error = Error::usage(format!("`{slug}` was named twice, with different bytes")).code("twice");
        failed.push(Failed { name: slug.to_string(), error: error.hint("name one of them") });
    }
}

/// A folder as a package: canonical, without what is never packed.
///
/// # Errors
/// Exit 7 for what is not a skill, exit 2 when no slug can be told.
pub(crate) fn pack_folder(scope: &Scope, path: &Path) -> Result<(Label, Vec<u8>)> {
    let packed = pack_dir(path, &PackOptions::own())
        .map_err(|e| Error::from(e).context(format!("`{}` cannot be installed", path.display())))?;
    let folder = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let slug = slug_of(&packed.front_matter, &name).ok_or_else(|| no_slug(path))?;
    let source = source_of(scope, &folder);
    let label = Label { slug, content_sha: packed.content_sha, version: None, owner: None, source, public: false };
    Ok((label, packed.zip))
}

/// A package file; its digest is that of its bytes as they are.
///
/// # Errors
/// As [`pack_folder`].
pub(crate) fn read_package(scope: &Scope, path: &Path) -> Result<(Label, Vec<u8>)> {
    let file = fs::File::open(path).map_err(|e| Error::io("read", path, e).hint("name a .zip or .skill file"))?;
    let mut bytes = Vec::new();
    file.take(PACKAGE_CAP + 1).read_to_end(&mut bytes).map_err(|e| Error::io("read", path, e))?;
    let named = |error: Error| error.context(format!("`{}` cannot be installed", path.display()));
    let archive = open_zip(&bytes[..], &Limits::default()).map_err(|e| named(e.into()))?;
    let text = archive.read(SKILL_FILE).map_err(|e| named(e.into()))?;
    let front_matter = match parse_lenient(&String::from_utf8_lossy(&text)) {
        Ok((front_matter, _)) => front_matter,
        Err(e) => {
            return Err(named(Error::new(Kind::Integrity, "its SKILL.md cannot be read").code(e.code()).source(e)));
        }
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let slug = slug_of(&front_matter, &stem).ok_or_else(|| no_slug(path))?;
    drop(archive);
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let source = source_of(scope, &real);
    let label = Label { slug, content_sha: sha256(&bytes), version: None, owner: None, source, public: false };
    Ok((label, bytes))
}

fn no_slug(path: &Path) -> Error {
    Error::usage(format!("`{}` has no name that can be a slug", path.display()))
        .code("no_slug")
        .hint("give its SKILL.md a `name:` of a-z, 0-9 and `-`")
}

/// `path:` and the way from the scope's root, with `/`: the lockfile holds no absolute path.
pub(crate) fn source_of(scope: &Scope, real: &Path) -> String {
    let root = scope.root.canonicalize().unwrap_or_else(|_| scope.root.clone());
    let shared = root.components().zip(real.components()).take_while(|(a, b)| a == b).count();
    let mut way: Vec<String> = root.components().skip(shared).map(|_| "..".to_owned()).collect();
    way.extend(real.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned()));
    if way.first().is_none_or(|first| first != "..") {
        way.insert(0, ".".to_owned());
    }
    format!("path:{}", way.join("/"))
}

/// The place that a `path:` source names.
pub(crate) fn path_of_source(scope: &Scope, source: &str) -> Option<PathBuf> {
    source.strip_prefix("path:").map(|way| scope.root.join(way))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_relative_ways_from_the_root() {
        let scope = Scope::project(Path::new("/no/such/project"));
        for (path, source) in [
            ("/no/such/project/skills/x", "path:./skills/x"),
            ("/no/such/other/x", "path:../other/x"),
            ("/no/such/project", "path:."),
        ] {
            assert_eq!(source_of(&scope, Path::new(path)), source);
        }
        assert_eq!(path_of_source(&scope, "path:../x"), Some("/no/such/project/../x".into()));
        assert_eq!(path_of_source(&scope, "skillzdrive"), None);
    }
}
