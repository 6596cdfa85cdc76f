//! Whether each agent sees each skill: not whether a link was made, but whether a `SKILL.md` is found the way the agent
//! goes.

use std::fs;

use crate::agents::AgentFolder;
use crate::doctor::Check;
use crate::doctor::Status;
use crate::error::Result;
use crate::installer::here::Here;
use crate::store::real_path::real_path;
use crate::store::scope::Scope;
use crate::store::settings::LinkMode;

/// One check for each agent that is here or was chosen.
///
/// # Errors
/// Exit 2 for a chosen agent that is not known.
pub(crate) fn all(here: &Here, scope: &Scope) -> Result<Vec<Check>> {
    let folders = here.linking.folders()?;
    if folders.is_empty() {
        let check = Check::new("agents", "agents", Status::Warning, "no coding agent was found on this machine");
        return Ok(vec![
            check.fix("skillzdrive config set agents NAME; skillzdrive agents list --all shows the names"),
        ]);
    }
    folders.iter().map(|agent| one(here, scope, agent)).collect()
}

fn one(here: &Here, scope: &Scope, agent: &AgentFolder) -> Result<Check> {
    let (mut seen, mut not, mut others) = (0, Vec::new(), 0);
    for (slug, found) in here.inventory.skills.iter().filter(|(slug, _)| here.lockfile.skills.contains_key(*slug)) {
        let meant = here.linking.agents_of(slug)?.iter().any(|one| one.id == agent.id);
        let lies_there = real_path(&found.path).parent() == Some(real_path(&agent.folder).as_path());
        let place = agent.folder.join(slug.as_str());
        let is_link = fs::symlink_metadata(&place).is_ok_and(|meta| meta.file_type().is_symlink());
        let passes = agent.mode == LinkMode::Link || !is_link || lies_there;
        if passes && place.join("SKILL.md").is_file() {
            seen += 1;
        } else if meant {
            not.push(slug.to_string());
        } else {
            others += 1;
        }
    }
    let how = match agent.mode {
        _ if real_path(&agent.folder) == real_path(&scope.skills()) => "it reads the skills' own folder",
        LinkMode::Link => "by links",
        LinkMode::Copy => "by copies",
    };
    let id = format!("agent:{}", agent.id);
    let mut detail = format!("sees {seen} skills in `{}`, {how}", agent.folder.display());
    if others > 0 {
        detail.push_str(&format!("; {others} are not meant for it"));
    }
    if not.is_empty() {
        return Ok(Check::ok(&id, &agent.name, detail));
    }
    detail.push_str(&format!("; it does not see {}", not.join(", ")));
    Ok(Check::new(&id, &agent.name, Status::Failed, detail).fix("skillzdrive install makes the links again"))
}
