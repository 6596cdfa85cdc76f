//! `list`: the skills of a scope. Reads the disk alone: no runtime, no keyring, no network.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::here::Here;
use crate::store::inventory::Found;
use crate::store::lockfile::LockedSkill;
use crate::store::scope::Scope;
use crate::ui::clean;
use crate::ui::table::Table;
use crate::ui::words;

/// List the skills on this machine
///
/// Shows every skill folder in `.agents/skills` and in the folders of the agents that are here: what is installed, what
/// you made yourself, and what another tool installed.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct ListJson {
    scope: &'static str,
    root: PathBuf,
    skills: Vec<SkillJson>,
    conflicts: Vec<ConflictJson>,
    refused: Vec<RefusedJson>,
    not_skills: usize,
}

#[derive(Serialize)]
struct SkillJson {
    slug: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    state: &'static str,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    pinned: bool,
    content_sha: String,
    path: PathBuf,
    agents: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[derive(Serialize)]
struct ConflictJson {
    slug: String,
    paths: Vec<PathBuf>,
}

#[derive(Serialize)]
struct RefusedJson {
    path: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    reason: String,
}

pub(crate) fn run(ctx: &Context, args: &ListArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let here = Here::look(&ctx.paths, &scope)?;
    for warning in &here.warnings {
        ctx.ui.warn(clean::line(warning));
    }
    let skills = skills(&here, &scope);
    if ctx.ui.is_json() {
        ctx.ui.json(&json(&here, &scope, skills))?;
        return Ok(Outcome::Done);
    }
    let mut table =
        Table::new(["SLUG", "VERSION", "STATE", "SOURCE", "PATH", "AGENTS"]).dispensable(&["PATH", "SOURCE", "AGENTS"]);
    for skill in &skills {
        let version = skill.version.map_or_else(|| "-".to_owned(), |version| version.to_string());
        let path = short(&skill.path, &scope.root);
        table.row([
            skill.slug.clone(),
            version,
            skill.state.to_owned(),
            skill.source.clone(),
            path,
            skill.agents.join(", "),
        ]);
    }
    ctx.ui.table(&table);
    if skills.is_empty() {
        ctx.ui.status(format!("no skills in {}", clean::line(&scope.skills().display().to_string())));
        ctx.ui.hint("skillzdrive search, skillzdrive install NAME");
    }
    for twin in &here.inventory.twins {
        let places: Vec<String> = twin.places.iter().map(|(path, _)| short(path, &scope.root)).collect();
        ctx.ui.warn(format!("`{}` has different content in {}", twin.slug, clean::line(&places.join(" and "))));
    }
    for refused in &here.inventory.refused {
        let path = short(&refused.path, &scope.root);
        ctx.ui.warn(format!("`{}` is left alone: {}", clean::line(&path), clean::line(&refused.reason)));
    }
    if here.inventory.not_skills > 0 {
        let folders = words::count(here.inventory.not_skills, "folder");
        ctx.ui.status(format!("{folders} without a readable SKILL.md left alone"));
    }
    Ok(Outcome::Done)
}

/// The skills that are there and those that should be, by slug.
fn skills(here: &Here, scope: &Scope) -> Vec<SkillJson> {
    let mut skills: Vec<SkillJson> = Vec::new();
    for found in here.inventory.skills.values() {
        let locked = here.lockfile.skills.get(&found.slug);
        skills.push(SkillJson {
            slug: found.slug.to_string(),
            version: locked.and_then(|locked| locked.version),
            state: found.state.word(),
            source: source(locked, found),
            owner: locked.and_then(|locked| locked.owner.clone()),
            pinned: locked.is_some_and(|locked| locked.pinned),
            content_sha: found.content_sha.to_string(),
            path: found.path.clone(),
            agents: found.agents.clone(),
            description: found.description.clone(),
        });
    }
    let lacking = |slug: &Slug, state: &'static str| {
        let locked = here.lockfile.skills.get(slug)?;
        Some(SkillJson {
            slug: slug.to_string(),
            version: locked.version,
            state,
            source: locked.source.clone(),
            owner: locked.owner.clone(),
            pinned: locked.pinned,
            content_sha: locked.content_sha.to_string(),
            path: scope.skills().join(slug.as_str()),
            agents: Vec::new(),
            description: None,
        })
    };
    skills.extend(here.inventory.missing.iter().filter_map(|slug| lacking(slug, "missing")));
    let unreadable = here.inventory.refused.iter().filter_map(|refused| refused.slug.as_ref());
    let unreadable = unreadable.filter(|slug| !here.inventory.skills.contains_key(*slug));
    skills.extend(unreadable.filter_map(|slug| lacking(slug, "unreadable")));
    skills.sort_by(|a, b| a.slug.cmp(&b.slug));
    skills
}

/// Where a skill came from: what the lockfile says, else the tool that installed it, else the person.
fn source(locked: Option<&LockedSkill>, found: &Found) -> String {
    match (locked, found.foreign_tool) {
        (Some(locked), _) => locked.source.clone(),
        (None, Some(tool)) => tool.to_owned(),
        (None, None) => "home-made".to_owned(),
    }
}

fn json(here: &Here, scope: &Scope, skills: Vec<SkillJson>) -> ListJson {
    let conflicts = here.inventory.twins.iter().map(|twin| ConflictJson {
        slug: twin.slug.to_string(),
        paths: twin.places.iter().map(|(path, _)| path.clone()).collect(),
    });
    let refused = here.inventory.refused.iter().map(|refused| RefusedJson {
        path: refused.path.clone(),
        slug: refused.slug.as_ref().map(ToString::to_string),
        reason: refused.reason.clone(),
    });
    ListJson {
        scope: scope.kind.word(),
        root: scope.root.clone(),
        skills,
        conflicts: conflicts.collect(),
        refused: refused.collect(),
        not_skills: here.inventory.not_skills,
    }
}

/// A path below the scope's root without the root, else as it is.
fn short(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
