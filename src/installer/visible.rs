//! Hiding a skill from single agents and showing it again, without touching the skill: only links and copies come and
//! go, and what a person wants is noted for the next install, update and sync.

use std::collections::BTreeSet;
use std::path::Path;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::agents::AgentFolder;
use crate::agents::link_plan::LinkAction;
use crate::agents::link_plan::LinkAsk;
use crate::agents::link_plan::plan_links;
use crate::agents::link_plan::plan_unlink;
use crate::agents::links;
use crate::agents::ways::Ways;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Tell;
use crate::installer::here::Here;
use crate::store::inventory::Found;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::paths::Paths;
use crate::store::real_path::real_path;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::trash::TrashRun;
use crate::store::trash::record::Audience;
use crate::store::trash::retention::Retention;
use crate::store::tree;

/// What came of one skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The skill.
    pub(crate) slug: Slug,
    /// The agents for which it is now as it was asked for.
    pub(crate) agents: Vec<String>,
    /// The agents for which it cannot be, and why.
    pub(crate) not: Vec<(String, String)>,
}

/// What to do with which skills.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) scope: &'a Scope,
    pub(crate) slugs: &'a [Slug],
    /// The agents; none: every one that sees the skill, or is to see it again.
    pub(crate) agents: &'a [String],
    pub(crate) dry_run: bool,
}

/// Hides skills from agents.
///
/// # Errors
/// Exit 2 for an agent that is not known, 5 for a skill that is not here, 8 when another process holds the scope.
pub(crate) fn disable(ask: &Ask<'_>, tell: Tell<'_>) -> Result<Vec<Seen>> {
    carry_out(ask, "disable", tell, |here, found, trash| {
        let named = here.linking.agents().of_ids(ask.agents)?;
        let usual = here.linking.agents_of(&found.slug)?;
        let wanted = if ask.agents.is_empty() { &usual } else { &named };
        let mut seen = Seen { slug: found.slug.clone(), agents: Vec::new(), not: Vec::new() };
        let mut go = Vec::new();
        for agent in wanted {
            let others = usual.iter().filter(|other| !wanted.iter().any(|one| one.id == other.id));
            let mut sharing = others.filter(|other| real_path(&other.folder) == real_path(&agent.folder));
            if reads_itself(agent, &found.path) {
                let folder = agent.folder.display();
                seen.not.push((agent.id.clone(), format!("it reads `{folder}` itself, where the skill lies")));
            } else if let Some(other) = sharing.next() {
                seen.not.push((agent.id.clone(), format!("{} reads the same folder: name both", other.id)));
            } else {
                seen.agents.push(agent.id.clone());
                go.push(agent.clone());
            }
        }
        let Some(trash) = trash.filter(|_| !go.is_empty()) else { return Ok(seen) };
        let mut audience = here.library.audience(&found.slug);
        audience.off.extend(seen.agents.iter().cloned());
        // Noted first: a link that a kill leaves behind is taken away by the next try.
        choose(ask, here, &found.slug, audience, trash)?;
        hide(found, &go, trash)?;
        Ok(seen)
    })
}

/// Shows skills to agents again, or to more agents than were chosen.
///
/// # Errors
/// As [`disable`].
pub(crate) fn enable(ask: &Ask<'_>, tell: Tell<'_>) -> Result<Vec<Seen>> {
    carry_out(ask, "enable", tell, |here, found, trash| {
        let slug = &found.slug;
        let off: Vec<String> = here.library.off.get(slug).into_iter().flatten().cloned().collect();
        let ids = if ask.agents.is_empty() { off } else { ask.agents.to_vec() };
        let agents = here.linking.agents().of_ids(&ids)?;
        let mut seen = Seen { slug: slug.clone(), agents: Vec::new(), not: Vec::new() };
        let within = (ask.scope.kind == ScopeKind::Project).then_some(ask.scope.root.as_path());
        let plan = plan_links(
            &LinkAsk { agents: &agents, slug, skill: &found.path, within, previous: None },
            &Ways::default(),
        );
        for step in &plan.steps {
            match &step.action {
                LinkAction::Occupied(what) => {
                    let why = format!("in its place is {what}: `{}`", step.path.display());
                    seen.not.extend(step.agents.iter().map(|id| (id.clone(), why.clone())));
                }
                _ => seen.agents.extend(step.agents.iter().cloned()),
            }
        }
        let Some(trash) = trash else { return Ok(seen) };
        let usual = here.linking.agents_of(slug)?;
        let mut audience = here.library.audience(slug);
        let is_new = |id: &&String| !usual.iter().any(|agent| agent.id == **id) && !audience.off.contains(*id);
        let new: BTreeSet<String> = ids.iter().filter(is_new).cloned().collect();
        audience.off.retain(|id| !ids.contains(id));
        if !new.is_empty() {
            // Who was not chosen before is chosen for this skill from now on, beside those who were.
            let chosen = audience.chosen.get_or_insert_with(|| usual.iter().map(|agent| agent.id.clone()).collect());
            chosen.extend(new);
            chosen.sort();
            chosen.dedup();
        }
        choose(ask, here, slug, audience, trash)?;
        let report = here.linking.carry_out(slug, plan, None, trash)?;
        if let Some((path, why)) = report.failed.into_iter().next() {
            return Err(Error::new(Kind::Failure, format!("`{}`: {why}", path.display())));
        }
        Ok(seen)
    })
}

/// Notes who is to see a skill, so that an undo takes it back.
fn choose(ask: &Ask<'_>, here: &Here, slug: &Slug, audience: Audience, trash: &mut TrashRun) -> Result<()> {
    trash.will_show(slug, &here.library.audience(slug), &audience)?;
    Library::update(ask.paths, ask.scope, |library| library.set_audience(slug, audience)).map(drop)
}

/// Does something with each skill, under the scope's lock and as one run that can be undone; in a dry run without a run.
fn carry_out(
    ask: &Ask<'_>,
    word: &str,
    tell: Tell<'_>,
    one: impl Fn(&Here, &Found, Option<&mut TrashRun>) -> Result<Seen>,
) -> Result<Vec<Seen>> {
    let wait = |holder: &str| tell(Event::Waiting(holder.to_owned()));
    let _lock = if ask.dry_run { None } else { Some(ScopeLock::acquire(ask.scope, wait)?) };
    let here = Here::look(ask.paths, ask.scope)?;
    let mut found = Vec::new();
    for slug in ask.slugs {
        found.push(here.inventory.skills.get(slug).ok_or_else(|| {
            Error::new(Kind::NotFound, format!("`{slug}` is not here")).hint("skillzdrive list shows what is")
        })?);
    }
    if ask.dry_run {
        return found.into_iter().map(|found| one(&here, found, None)).collect();
    }
    let slugs: Vec<&str> = ask.slugs.iter().map(Slug::as_str).collect();
    let retention = Retention::new(here.settings.trash_days, here.settings.trash_size);
    let mut trash = TrashRun::begin(ask.scope, &format!("{word} {}", slugs.join(" ")))?.keep(retention);
    let seen = found.into_iter().map(|found| one(&here, found, Some(&mut trash))).collect();
    // What was done before a failure can be undone too.
    trash.finish()?;
    seen
}

/// Whether an agent looks where the skill's own files lie.
fn reads_itself(agent: &AgentFolder, skill: &Path) -> bool {
    real_path(skill).parent() == Some(real_path(&agent.folder).as_path())
}

fn hide(found: &Found, agents: &[AgentFolder], trash: &mut TrashRun) -> Result<()> {
    let digest: Option<&ContentSha> = Some(&found.tree_sha);
    let plan = plan_unlink(agents, &found.slug, &found.path, digest);
    for link in &plan.links {
        trash.will_link(&found.slug, link, tree::link_goal(link).as_deref(), None)?;
    }
    for copy in &plan.copies {
        trash.remove(&found.slug, copy, digest)?;
    }
    match links::remove(&plan).failed.into_iter().next() {
        Some((_, why)) => Err(Error::new(Kind::Failure, why)),
        None => Ok(()),
    }
}
