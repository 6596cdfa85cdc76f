//! The skills of a marketplace as plugin folders beside its file, for readers that take nothing but Git and paths.
//!
//! Everything is fetched, verified and unpacked before the first folder changes. A folder that no earlier file of ours
//! names is somebody's own, and is not replaced without being asked to.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::Slug;
use skillzdrive_wire::marketplace::Marketplace;

use super::PLACES;
use crate::api::resolve;
use crate::api::skills::Pick;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::gather::Order;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
use crate::installer::stage::Label;
use crate::installer::stage::Staged;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::cache::ZipCache;
use crate::store::scope::Scope;
use crate::store::staging::Staging;
use crate::ui::progress::Unit;

/// The folder of the plugins, from the marketplace's root.
const FOLDER: &str = "plugins";

/// The file of a plugin that says what it is, from the plugin's folder.
const PLUGIN: &str = ".claude-plugin/plugin.json";

/// The folders that a marketplace shall have.
pub(super) struct Bundle {
    /// The folder from which readers read relative paths.
    root: PathBuf,
    orders: Vec<Order>,
    /// What each plugin says of itself, by its slug.
    plugins: BTreeMap<Slug, String>,
    /// Folders that the file named before and names no longer.
    left: Vec<String>,
}

impl Bundle {
    /// Which skills become folders: all that are no trees on a forge. Their entries in the document name the folders from
    /// now on.
    pub(super) fn plan(file: &Path, marketplace: &Marketplace, document: &mut Value, before: Option<&Value>) -> Self {
        let owner = &marketplace.owner.name;
        let entries = document.get_mut("plugins").and_then(Value::as_array_mut).into_iter().flatten();
        let (mut orders, mut plugins) = (Vec::new(), BTreeMap::new());
        for (plugin, entry) in marketplace.plugins.iter().zip(entries) {
            let packed = plugin.source.get("source").and_then(Value::as_str) == Some("archive");
            let Some(found) = resolve::entry_of(plugin).filter(|_| packed) else { continue };
            let Some(download) = resolve::download_of(&found, &Pick::Newest) else { continue };
            let about = json!({
                "name": found.slug, "description": plugin.description, "version": plugin.version,
                "author": { "name": owner }
            });
            if plugins.insert(found.slug.clone(), format!("{about:#}\n")).is_some() {
                continue;
            }
            if let Some(source) = entry.get_mut("source") {
                *source = Value::String(path_of(&found.slug));
            }
            let (slug, content_sha) = (found.slug, found.content_sha);
            let source = "skillzdrive".to_owned();
            let label = Label { slug, content_sha, version: Some(found.version), owner: None, source, public: true };
            orders.push(Order { label, download });
        }
        let now: BTreeSet<String> = plugins.keys().map(path_of).collect();
        let left = named_in(before).filter(|path| !now.contains(*path)).map(str::to_owned).collect();
        Self { root: root_of(file), orders, plugins, left }
    }

    /// How many folders there are to be.
    pub(super) fn len(&self) -> usize {
        self.plugins.len()
    }

    /// Folders that the file named before and names no longer.
    pub(super) fn left(&self) -> impl Iterator<Item = String> {
        self.left
            .iter()
            .map(|path| self.root.join(path.trim_start_matches("./")))
            .filter(|path| path.exists())
            .map(|path| path.display().to_string())
    }

    /// Refuses to replace what is not ours.
    ///
    /// # Errors
    /// Exit 8, naming the first such folder.
    pub(super) fn check(&self, before: Option<&Value>) -> Result<()> {
        let ours: BTreeSet<&str> = named_in(before).collect();
        let foreign = |slug: &&Slug| !ours.contains(&*path_of(slug)) && self.folder(slug).symlink_metadata().is_ok();
        match self.plugins.keys().find(foreign) {
            None => Ok(()),
            Some(slug) => {
                let folder = self.folder(slug);
                Err(Error::new(Kind::Conflict, format!("`{}` was not written by this command", folder.display()))
                    .code("foreign_file")
                    .hint("--force replaces it; -o FILE writes elsewhere"))
            }
        }
    }

    /// Fetches the skills and puts their folders in place; answers how many changed.
    ///
    /// # Errors
    /// When one cannot be had: then no folder was changed. When one cannot be written.
    pub(super) async fn write(self, ctx: &Context) -> Result<usize> {
        let Self { root, orders, plugins, .. } = self;
        atomic::make_folder(&root, Privacy::Shared)?;
        // On the file system of the folders, so that each is put in place by one rename.
        let scratch = tempfile::Builder::new().prefix(".skillzdrive-").tempdir_in(&root);
        let scratch = scratch.map_err(|e| Error::io("write in", &root, e))?;
        let staging = Staging::new(&Scope::project(scratch.path()))?;
        let cache = ZipCache::new(&ctx.paths);
        let sources = Sources {
            client: ctx.client()?,
            account: None,
            cache: &cache,
            staging: &staging,
            archive: LastArchive::default(),
        };
        let progress = ctx.ui.progress("fetching skills", Unit::Bytes, None);
        let tell = |event: Event| {
            if let Event::Bytes(bytes) = event {
                progress.advance(bytes);
            }
        };
        let (mut staged, failed) = sources.fetch(orders, &tell).await;
        drop(progress);
        if let Some(failed) = failed.into_iter().next() {
            return Err(failed.error.context("nothing was written"));
        }
        staged.sort_by(|a, b| a.slug.cmp(&b.slug));
        let mut changed = 0;
        for one in &staged {
            let about = plugins.get(&one.slug).map_or("", String::as_str);
            changed += usize::from(put(&root, scratch.path(), one, about)?);
        }
        Ok(changed)
    }

    fn folder(&self, slug: &Slug) -> PathBuf {
        self.root.join(FOLDER).join(slug.as_str())
    }
}

/// Puts one plugin in its place; false when it is there already.
fn put(root: &Path, scratch: &Path, one: &Staged, about: &str) -> Result<bool> {
    let slug = one.slug.as_str();
    let target = root.join(FOLDER).join(slug);
    let same_skill = digest_dir(&target.join("skills").join(slug), &PackOptions::installed())
        .is_ok_and(|found| found.sha == one.tree_sha);
    if same_skill && atomic::read_text(&target.join(PLUGIN))?.as_deref() == Some(about) {
        return Ok(false);
    }
    let made = scratch.join(format!("new-{slug}"));
    atomic::make_folder(&made.join("skills"), Privacy::Shared)?;
    rename(&one.tree, &made.join("skills").join(slug))?;
    atomic::write(&made.join(PLUGIN), about.as_bytes(), Privacy::Shared)?;
    atomic::make_folder(&root.join(FOLDER), Privacy::Shared)?;
    match fs::rename(&target, scratch.join(format!("old-{slug}"))) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        moved => moved.map_err(|e| Error::io("replace", &target, e))?,
    }
    rename(&made, &target)?;
    Ok(true)
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|e| Error::io("write", to, e))
}

/// A plugin's folder, as the file names it.
fn path_of(slug: &Slug) -> String {
    format!("./{FOLDER}/{slug}")
}

/// The folders that a file of ours names. Nothing else in it is ever looked for on the disk.
fn named_in(file: Option<&Value>) -> impl Iterator<Item = &str> {
    let plugins = file.and_then(|file| file.get("plugins")?.as_array()).into_iter().flatten();
    plugins
        .filter(|plugin| plugin.pointer("/metadata/skillzdrive").is_some())
        .filter_map(|plugin| plugin.get("source")?.as_str())
        .filter(|path| path.strip_prefix("./plugins/").is_some_and(|slug| Slug::new(slug).is_ok()))
}

/// The folder from which readers read a relative path: the one that holds the file's well-known place.
fn root_of(file: &Path) -> PathBuf {
    let place = PLACES.iter().map(Path::new).filter(|place| file.ends_with(place));
    let depth = place.map(|place| place.components().count()).max().unwrap_or(1);
    let root = file.ancestors().nth(depth).unwrap_or(Path::new(""));
    if root.as_os_str().is_empty() { PathBuf::from(".") } else { root.to_path_buf() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_begin_where_readers_begin() {
        for (file, root) in [
            (".claude-plugin/marketplace.json", "."),
            ("/r/.claude-plugin/marketplace.json", "/r"),
            ("/r/.github/plugin/marketplace.json", "/r"),
            ("/r/.plugin/marketplace.json", "/r"),
            ("/r/marketplace.json", "/r"),
            ("m.json", "."),
            ("/r/x/m.json", "/r/x"),
        ] {
            assert_eq!(root_of(Path::new(file)), Path::new(root), "{file}");
        }
    }

    #[test]
    fn only_folders_of_ours_are_taken_for_ours() {
        let file = json!({ "plugins": [
            { "source": "./plugins/pdf", "metadata": { "skillzdrive": {} } },
            { "source": "./plugins/../x", "metadata": { "skillzdrive": {} } },
            { "source": "./skills/a", "metadata": { "skillzdrive": {} } },
            { "source": "./plugins/own" },
            { "source": { "source": "archive" }, "metadata": { "skillzdrive": {} } }
        ] });
        assert_eq!(named_in(Some(&file)).collect::<Vec<_>>(), ["./plugins/pdf"]);
        assert_eq!(named_in(None).count(), 0);
    }
}
