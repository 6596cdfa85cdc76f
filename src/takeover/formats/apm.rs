//! `apm.lock.yaml`, versions 1 and 2: a list of dependencies, of which only those that put a skill somewhere count.

use serde::Deserialize;
use skillzdrive_wire::Slug;

use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;
use crate::takeover::claim::Tool;
use crate::takeover::claim::short;
use crate::takeover::formats::Read;
use crate::takeover::formats::Unread;
use crate::takeover::formats::escaped;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Document {
    lockfile_version: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Dependency {
    repo_url: Option<String>,
    name: Option<String>,
    source: Option<String>,
    local_path: Option<String>,
    virtual_path: Option<String>,
    resolved_commit: Option<String>,
    resolved_ref: Option<String>,
    deployed_files: Vec<String>,
}

pub(super) fn read(file: &str) -> Result<Read, Unread> {
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Document = serde_saphyr::from_str_with_options(file, options)
        .map_err(|error| Unread::Syntax(escaped(error.to_string().lines().next().unwrap_or_default())))?;
    match document.lockfile_version.as_deref() {
        Some("1" | "2") => {}
        Some(other) => return Err(Unread::Version(escaped(other), "1 or 2")),
        None => return Err(Unread::Version("(none)".to_owned(), "1 or 2")),
    }
    let mut read = Read::default();
    for one in document.dependencies {
        let name = one.name.as_deref().or(one.repo_url.as_deref()).unwrap_or("(without a name)");
        let skills = skills_of(&one.deployed_files);
        if skills.is_empty() {
            read.note(format!("`{}` put no skill anywhere", escaped(name)));
            continue;
        }
        let single = skills.len() == 1;
        for skill in skills {
            if !read.has_room() {
                return Ok(read);
            }
            let Some(slug) = read.slug(&skill) else { continue };
            let origin = origin(&one, single);
            read.claims.push(Claim { slug, tool: Tool::Apm, origin, pinned: false });
        }
    }
    Ok(read)
}

fn origin(one: &Dependency, single: bool) -> Origin {
    if one.source.as_deref() == Some("local") {
        return one.local_path.as_deref().map_or(Origin::Unknown, |path| Origin::Local(short(path)));
    }
    let Some(place) = one.repo_url.as_deref() else { return Origin::Unknown };
    // Which folder of a repository with several skills this one is, the file does not say.
    let path = if single { one.virtual_path.as_deref() } else { None };
    Origin::of(place, path, one.resolved_ref.as_deref(), one.resolved_commit.as_deref())
}

/// The names of the folders that stand right below a `skills` folder.
fn skills_of(deployed: &[String]) -> Vec<String> {
    let mut names: Vec<String> = deployed
        .iter()
        .filter_map(|file| file.trim_end_matches('/').split_once("/skills/"))
        .filter_map(|(_, below)| below.split('/').next())
        .filter(|name| Slug::new(name).is_ok())
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}
