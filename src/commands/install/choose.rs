//! Which skills are meant where a folder or a repository holds several.

use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::ListedSkill;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::find_skills;
use skillzdrive_skill::parse_lenient;
use skillzdrive_wire::GithubTree;

use super::InstallArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Tell;
use crate::installer::gather::Sources;
use crate::installer::github::SOME_OF_MANY;
use crate::installer::spec::Spec;
use crate::nearest;
use crate::store::lockfile::Lockfile;
use crate::ui::clean;
use crate::ui::words;

/// Every folder and repository of several skills made into those of them that are meant.
///
/// # Errors
/// Exit 2 when nobody says which, exit 5 for a name that none of them has; as any download.
pub(super) async fn expand(
    ctx: &Context,
    args: &InstallArgs,
    specs: Vec<Spec>,
    (sources, lockfile): (&Sources<'_>, &Lockfile),
    tell: Tell<'_>,
) -> Result<Vec<Spec>> {
    let mut expanded = Vec::new();
    for spec in specs {
        match spec {
            Spec::Folder(path) => expanded.extend(folders(ctx, args, &path)?.into_iter().map(Spec::Folder)),
            Spec::Github(tree) if must_look(ctx, args, &tree, lockfile) => {
                let looked = sources.look_tree(&tree, tell).await?;
                let offered: Vec<Offered> =
                    looked.skills.iter().map(|skill| offered(skill, &looked.source.repo)).collect();
                for index in chosen(ctx, args, &tree.to_string(), &offered)? {
                    expanded.push(Spec::Github(looked.tree_of(&looked.skills[index])?));
                }
            }
            other => expanded.push(other),
        }
    }
    Ok(expanded)
}

/// Whether a repository is looked at first: only where somebody chooses, and not for what was installed from there.
fn must_look(ctx: &Context, args: &InstallArgs, tree: &GithubTree, lockfile: &Lockfile) -> bool {
    let known = || {
        let sources = lockfile.skills.values().filter_map(|entry| entry.source.parse().ok());
        sources.into_iter().any(|source| tree.may_be(&source))
    };
    !args.frozen && (args.all || !args.skills.is_empty() || (ctx.ui.is_interactive() && !known()))
}

/// A skill that may be chosen, by the names that it goes by.
struct Offered {
    /// Where it lies, as it is shown.
    place: String,
    /// Its folder's own name and that of its front matter.
    names: Vec<String>,
}

fn offered(skill: &ListedSkill, repo: &str) -> Offered {
    let folder = skill.path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(repo).to_owned();
    let place = if skill.path.is_empty() { folder.clone() } else { skill.path.clone() };
    Offered { place: clean::line(&place), names: skill.name.clone().into_iter().chain([folder]).collect() }
}

fn folders(ctx: &Context, args: &InstallArgs, path: &Path) -> Result<Vec<PathBuf>> {
    // As it is called, not as it was typed: `..` in a message helps nobody.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let found = find_skills(path).map_err(Error::from)?;
    if found.is_empty() {
        return Err(Error::usage(format!("there is no skill in `{}`: no folder with a SKILL.md", path.display()))
            .code("no_skill_here"));
    }
    let offered: Vec<Offered> = found.iter().map(|skill| of_folder(skill, path)).collect();
    let chosen = chosen(ctx, args, &path.display().to_string(), &offered)?;
    Ok(found.into_iter().enumerate().filter(|(index, _)| chosen.contains(index)).map(|(_, skill)| skill).collect())
}

fn of_folder(skill: &Path, root: &Path) -> Offered {
    let place = clean::line(&skill.strip_prefix(root).unwrap_or(skill).display().to_string());
    let folder = skill.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = std::fs::read(skill.join(SKILL_FILE)).unwrap_or_default();
    let front = parse_lenient(&String::from_utf8_lossy(&text)).ok();
    let name = front.and_then(|(front, _)| front.name);
    Offered { place, names: name.into_iter().chain([folder]).collect() }
}

/// The places of those that are meant.
fn chosen(ctx: &Context, args: &InstallArgs, what: &str, offered: &[Offered]) -> Result<Vec<usize>> {
    if !args.skills.is_empty() {
        return args.skills.iter().map(|wanted| named(what, wanted, offered)).collect();
    }
    if offered.len() == 1 || args.all {
        return Ok((0..offered.len()).collect());
    }
    let places: Vec<String> = offered.iter().map(|one| one.place.clone()).collect();
    if !ctx.ui.is_interactive() {
        let count = words::count(places.len(), "skill");
        return Err(Error::usage(format!("`{what}` holds {count}: {}", places.join(", ")))
            .code("many_skills")
            .hint(SOME_OF_MANY));
    }
    let chosen = ctx.ui.multi_select("Which skills?", places.clone(), &[], "--all")?;
    Ok((0..places.len()).filter(|index| chosen.contains(&places[*index])).collect())
}

/// The one that goes by a name, or lies in a place.
fn named(what: &str, wanted: &str, offered: &[Offered]) -> Result<usize> {
    let by_place = offered.iter().position(|one| one.place == wanted.trim_end_matches('/'));
    let by_name = || {
        let mut fits = offered.iter().enumerate().filter(|(_, one)| one.names.iter().any(|name| name == wanted));
        (fits.next(), fits.next())
    };
    let shown = clean::line(wanted);
    match by_place.map_or_else(by_name, |index| (Some((index, &offered[index])), None)) {
        (Some((index, _)), None) => Ok(index),
        (Some((_, one)), Some((_, other))) => {
            let error = Error::usage(format!("`{what}` holds several skills named `{shown}`")).code("many_skills");
            Err(error.hint(format!("name the folder: --skill {} or --skill {}", one.place, other.place)))
        }
        (None, _) => {
            let names = offered.iter().filter_map(|one| one.names.first()).map(|name| clean::line(name));
            let names: Vec<String> = names.collect();
            let near = nearest::did_you_mean(wanted, names.iter().map(String::as_str));
            let error = Error::new(Kind::NotFound, format!("`{what}` has no skill `{shown}`")).code("skill_not_found");
            Err(error.hint(near.unwrap_or_else(|| format!("it holds {}", names.join(", ")))))
        }
    }
}
