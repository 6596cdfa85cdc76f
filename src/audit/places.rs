//! What is where it should be, and what is where it should not: skills, links, files with keys.

use std::fs;
use std::path::Path;

use skillzdrive_wire::Slug;

use crate::agents::link_plan::LinkAction;
use crate::api::server::Server;
use crate::audit::Audit;
use crate::audit::rules;
use crate::error::Result;
use crate::installer::here::Here;
use crate::store::credentials;
use crate::store::inventory::Found;
use crate::store::paths::Paths;
use crate::store::real_path::real_path;
use crate::store::real_path::same_entry;
use crate::store::scope::Scope;
use crate::store::settings::LinkMode;

/// A skill that the lockfile does not name.
pub(super) fn unlocked(scope: &Scope, found: &Found, audit: &mut Audit) {
    let by = found.foreign_tool.map_or_else(String::new, |tool| format!("; {tool} installed it"));
    let slug = found.slug.as_str();
    audit.findings.push(if is_canonical(scope, &found.path) {
        rules::SKILL_NOT_LOCKED.found(slug, "", &found.path, format!("the lockfile does not name it{by}"))
    } else {
        rules::SKILL_UNMANAGED.found(slug, "", &found.path, format!("it was never synced{by}"))
    });
}

fn is_canonical(scope: &Scope, path: &Path) -> bool {
    path.parent().is_some_and(|folder| real_path(folder) == real_path(&scope.skills()))
}

/// An installed skill whose own folder became a link: its bytes may be right today, but they are somebody else's to
/// change. A person's own skill may lie wherever they like.
pub(super) fn linked_away(scope: &Scope, found: &Found, audit: &mut Audit) {
    let place = scope.skills().join(found.slug.as_str());
    if !found.home_made && fs::symlink_metadata(&place).is_ok_and(|meta| meta.is_symlink()) {
        let message = format!("the skill's own folder is a link to `{}`", real_path(&place).display());
        audit.findings.push(rules::LINK_FOREIGN.found(found.slug.as_str(), "", &place, message));
    }
}

/// Skills of the lockfile that are not there, or that cannot be read.
pub(super) fn absent(scope: &Scope, here: &Here, asked: &dyn Fn(&Slug) -> bool, audit: &mut Audit) {
    for slug in here.inventory.missing.iter().filter(|slug| asked(slug)) {
        audit.skills += 1;
        let place = scope.skills().join(slug.as_str());
        let message = "the lockfile names it and it is not there";
        audit.findings.push(rules::SKILL_MISSING.found(slug.as_str(), "", &place, message));
    }
    for refused in &here.inventory.refused {
        match &refused.slug {
            Some(slug) if here.lockfile.skills.contains_key(slug) => {
                if asked(slug) {
                    audit.skills += usize::from(!here.inventory.skills.contains_key(slug));
                    let found = rules::SKILL_UNREADABLE.found(slug.as_str(), "", &refused.path, &*refused.reason);
                    audit.findings.push(found);
                }
            }
            // Nobody says what it should be, so it can only be said that it was not read.
            Some(slug) if !asked(slug) => {}
            _ => audit.not_analysed.push(format!("`{}`: {}", refused.path.display(), refused.reason)),
        }
    }
}

/// Slugs that mean different bytes in different places.
pub(super) fn twins(scope: &Scope, here: &Here, asked: &dyn Fn(&Slug) -> bool, audit: &mut Audit) {
    for twin in here.inventory.twins.iter().filter(|twin| asked(&twin.slug)) {
        let Some(((first, _), others)) = twin.places.split_first() else { continue };
        let locked = here.lockfile.skills.contains_key(&twin.slug);
        for (place, _) in others {
            let message = format!("it holds other files than `{}`", first.display());
            let rule = if locked || is_canonical(scope, place) { &rules::SKILL_TWIN } else { &rules::SKILL_UNMANAGED };
            audit.findings.push(rule.found(twin.slug.as_str(), "", place, message));
        }
    }
}

/// The links of installed skills for the chosen agents, and links that lead nowhere.
pub(super) fn links(here: &Here, slugs: &[Slug], audit: &mut Audit) -> Result<()> {
    let inventory = &here.inventory;
    let mut ours = Vec::new();
    for (slug, found) in inventory.skills.iter().filter(|(slug, _)| here.lockfile.skills.contains_key(*slug)) {
        let plan = here.linking.plan(slug, &found.path)?;
        let is_said = |path: &Path| {
            let twins = inventory.twins.iter().filter(|twin| twin.slug == *slug);
            twins.flat_map(|twin| &twin.places).any(|(place, _)| same_entry(place, path))
        };
        for step in &plan.steps {
            let agents = step.agents.join(", ");
            let finding = match &step.action {
                LinkAction::Create => (&rules::LINK_MISSING, format!("no link for {agents}")),
                LinkAction::Replace if step.mode == LinkMode::Copy && step.path.exists() => {
                    (&rules::LINK_MISSING, format!("{agents} needs a copy, and there is a link or an old copy"))
                }
                LinkAction::Replace => (&rules::LINK_DEAD, format!("the link for {agents} leads nowhere")),
                LinkAction::Occupied(what) if !is_said(&step.path) => {
                    (&rules::LINK_FOREIGN, format!("in the place of the link for {agents}: {what}"))
                }
                LinkAction::Occupied(_) | LinkAction::Existing | LinkAction::Unneeded => continue,
            };
            ours.push(step.path.clone());
            if slugs.is_empty() || slugs.contains(slug) {
                audit.findings.push(finding.0.found(slug.as_str(), "", &step.path, finding.1));
            }
        }
    }
    for path in inventory.dead_links.iter().filter(|path| !ours.iter().any(|place| same_entry(place, path))) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let slug = here.lockfile.skills.get_key_value(name).map(|(slug, _)| slug);
        if slugs.is_empty() || slug.is_some_and(|slug| slugs.contains(slug)) {
            let slug = slug.map_or("", Slug::as_str);
            audit.findings.push(rules::LINK_DEAD.found(slug, "", path, "it leads nowhere"));
        }
    }
    Ok(())
}

/// The files that hold keys: this machine's, and that of the embedded drive.
pub(super) fn key_files(paths: &Paths, audit: &mut Audit) {
    let mut files = vec![credentials::file_path(paths)];
    if let Ok(Server::Local(folder)) = Server::parse("local", paths) {
        files.push(folder.join("owner.key"));
    }
    for file in files {
        if let Some(mode) = credentials::shared_mode(&file) {
            let message = format!("mode {mode:o}: others can read the keys in it");
            audit.findings.push(rules::KEY_FILE_MODE.found("", "", &file, message));
        }
    }
}
