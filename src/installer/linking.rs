//! Which agents see which skill, and the making of their links.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use skillzdrive_skill::PackOptions;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::agents::AgentFolder;
use crate::agents::Agents;
use crate::agents::Choice;
use crate::agents::link_plan::LinkAction;
use crate::agents::link_plan::LinkAsk;
use crate::agents::link_plan::LinkPlan;
use crate::agents::link_plan::plan_links;
use crate::agents::link_plan::plan_unlink;
use crate::agents::links;
use crate::agents::links::LinkReport;
use crate::agents::ways::Ways;
use crate::error::Error;
use crate::error::Result;
use crate::store::library::Library;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::settings::LinkMode;
use crate::store::settings::Settings;
use crate::store::staging::Staging;
use crate::store::swap;
use crate::store::swap::Expected;
use crate::store::swap::Placed;
use crate::store::trash::TrashRun;
use crate::store::tree;

/// The choice of agents for every skill of one scope.
#[derive(Debug, Clone)]
pub(crate) struct Linking {
    agents: Agents,
    flag: Option<Vec<String>>,
    settings: Option<Vec<String>>,
    project: Option<Vec<String>>,
    kept: BTreeMap<Slug, Vec<String>>,
    off: BTreeMap<Slug, BTreeSet<String>>,
    scope: Scope,
    /// The folders of skills and links, resolved once for all skills.
    ways: Ways,
}

impl Linking {
    /// Reads who chose what. `flag` is what `-a` said; an empty list is "did not say".
    ///
    /// # Errors
    /// Exit 2 for an agent that is not known.
    pub(crate) fn load(paths: &Paths, scope: &Scope, settings: &Settings, flag: &[String]) -> Result<Self> {
        let (library, _) = Library::read(paths, scope)?;
        let linking = Self {
            agents: Agents::load(paths, scope, settings)?,
            flag: (!flag.is_empty()).then(|| flag.to_vec()),
            settings: settings.agents.clone(),
            project: settings.project_agents.clone(),
            kept: library.agents,
            off: library.off,
            scope: scope.clone(),
            ways: Ways::default(),
        };
        linking.usual()?;
        Ok(linking)
    }

    /// The agents of a skill for which nobody chose others.
    ///
    /// # Errors
    /// Exit 2 for an agent that is not known.
    pub(crate) fn usual(&self) -> Result<Vec<AgentFolder>> {
        self.choose(None)
    }

    fn within(&self) -> Option<&Path> {
        (self.scope.kind == ScopeKind::Project).then_some(self.scope.root.as_path())
    }

    /// The table of agents and which of them are here.
    pub(crate) fn agents(&self) -> &Agents {
        &self.agents
    }

    /// Every folder in which agents that are here, or were chosen, look for skills.
    ///
    /// # Errors
    /// As [`Linking::usual`].
    pub(crate) fn folders(&self) -> Result<Vec<AgentFolder>> {
        let mut folders = self.agents.detected();
        for folder in self.usual()? {
            if !folders.iter().any(|there| there.id == folder.id) {
                folders.push(folder);
            }
        }
        Ok(folders)
    }

    /// What `-a` said, to be remembered for the skills it was said for.
    pub(crate) fn flag(&self) -> Option<&[String]> {
        self.flag.as_deref()
    }

    /// Links a skill for its agents; every change is noted in the trash's run first, so that undo takes it back.
    ///
    /// # Errors
    /// When the note cannot be written. A link that cannot be made is in the report.
    pub(crate) fn link(
        &self,
        slug: &Slug,
        skill: &Path,
        previous: Option<&ContentSha>,
        trash: &mut TrashRun,
    ) -> Result<LinkReport> {
        let agents = self.agents_of(slug)?;
        let ask = LinkAsk { agents: &agents, slug, skill, within: self.within(), previous };
        self.carry_out(slug, plan_links(&ask, &self.ways), previous, trash)
    }

    /// The same for a skill that was there before: who did not see it then does not see it now.
    ///
    /// # Errors
    /// As [`Linking::link`].
    pub(crate) fn refresh(
        &self,
        slug: &Slug,
        skill: &Path,
        previous: &ContentSha,
        trash: &mut TrashRun,
    ) -> Result<LinkReport> {
        let agents = self.agents_of(slug)?;
        let ask = LinkAsk { agents: &agents, slug, skill, within: self.within(), previous: Some(previous) };
        let mut plan = plan_links(&ask, &self.ways);
        plan.steps.retain(|step| step.action != LinkAction::Create);
        self.carry_out(slug, plan, Some(previous), trash)
    }

    /// Makes the links and copies of a plan; every change is noted in the trash's run first.
    ///
    /// # Errors
    /// As [`Linking::link`].
    pub(crate) fn carry_out(
        &self,
        slug: &Slug,
        mut plan: LinkPlan,
        previous: Option<&ContentSha>,
        trash: &mut TrashRun,
    ) -> Result<LinkReport> {
        let (copies, links) = plan.steps.into_iter().partition(|step| step.mode == LinkMode::Copy);
        plan.steps = links;
        for step in plan.changes() {
            let before = fs::read_link(&step.path).ok();
            trash.will_link(slug, &step.path, before.as_deref(), Some(&step.text))?;
        }
        let mut report = links::apply(&plan);
        plan.steps = copies;
        if !plan.steps.is_empty() {
            report.merge(self.copy(slug, &plan, previous, trash)?);
        }
        Ok(report)
    }

    /// Copies a skill to where the links would be. A copy is a folder like the skill's own, so it changes like one.
    fn copy(
        &self,
        slug: &Slug,
        plan: &LinkPlan,
        previous: Option<&ContentSha>,
        trash: &mut TrashRun,
    ) -> Result<LinkReport> {
        let mut report = LinkReport::default();
        let staging = Staging::new(&self.scope)?;
        for step in &plan.steps {
            match &step.action {
                LinkAction::Unneeded => {}
                LinkAction::Existing => report.existing.push(step.path.clone()),
                LinkAction::Occupied(what) => report.occupied.push((step.path.clone(), what.clone())),
                LinkAction::Create | LinkAction::Replace => {
                    match put_copy(slug, &plan.skill, &step.path, previous, &staging, trash) {
                        Ok(Placed::Changed { .. }) => {
                            report.occupied.push((step.path.clone(), "something came in between".to_owned()));
                        }
                        Ok(_) => report.created.push(step.path.clone()),
                        Err(error) => report.failed.push((step.path.clone(), error.one_line())),
                    }
                }
            }
        }
        Ok(report)
    }

    /// What a skill's agents would need to see it. Changes nothing.
    ///
    /// # Errors
    /// As [`Linking::usual`].
    pub(crate) fn plan(&self, slug: &Slug, skill: &Path) -> Result<LinkPlan> {
        let agents = self.agents_of(slug)?;
        let ask = LinkAsk { agents: &agents, slug, skill, within: self.within(), previous: None };
        Ok(plan_links(&ask, &self.ways))
    }

    /// Whether every agent of a skill sees it, as far as it may.
    ///
    /// # Errors
    /// As [`Linking::usual`].
    pub(crate) fn is_linked(&self, slug: &Slug, skill: &Path) -> Result<bool> {
        Ok(self.plan(slug, skill)?.changes().next().is_none())
    }

    /// Takes a skill's links away from every agent; copies of it go to the trash.
    ///
    /// # Errors
    /// When the trash's note cannot be written, or a copy cannot be moved.
    pub(crate) fn unlink(
        &self,
        slug: &Slug,
        skill: &Path,
        tree_sha: &ContentSha,
        trash: &mut TrashRun,
    ) -> Result<LinkReport> {
        let folders = self.agents.all();
        let plan = plan_unlink(&folders, slug, skill, Some(tree_sha));
        for link in &plan.links {
            let before = fs::read_link(link).ok();
            trash.will_link(slug, link, before.as_deref(), None)?;
        }
        for copy in &plan.copies {
            trash.remove(slug, copy, Some(tree_sha))?;
        }
        Ok(links::remove(&plan))
    }

    /// The agents that shall see a skill: those chosen for it, without those it is disabled for. Who names one with `-a`
    /// means it.
    ///
    /// # Errors
    /// As [`Linking::usual`].
    pub(crate) fn agents_of(&self, slug: &Slug) -> Result<Vec<AgentFolder>> {
        let mut agents = self.choose(self.kept.get(slug).map(Vec::as_slice))?;
        if let (None, Some(off)) = (&self.flag, self.off.get(slug)) {
            agents.retain(|agent| !off.contains(&agent.id));
        }
        Ok(agents)
    }

    fn choose(&self, kept: Option<&[String]>) -> Result<Vec<AgentFolder>> {
        self.agents.chosen(&Choice {
            flag: self.flag.as_deref(),
            library: kept,
            settings: self.settings.as_deref(),
            project: self.project.as_deref(),
        })
    }
}

fn put_copy(
    slug: &Slug,
    skill: &Path,
    place: &Path,
    previous: Option<&ContentSha>,
    staging: &Staging,
    trash: &mut TrashRun,
) -> Result<Placed> {
    let fresh = staging.place(slug.as_str())?;
    links::copy_tree(skill, &fresh)?;
    if let Ok(dead) = fs::read_link(place) {
        trash.will_link(slug, place, Some(&dead), None)?;
        links::remove_link(place).map_err(|e| Error::io("remove the dead link", place, e))?;
    }
    let expected = match previous {
        Some(tree) if place.exists() => Expected::Tree(tree.clone()),
        _ => Expected::Absent,
    };
    let placed = swap::place(slug, &fresh, place, &expected, &PackOptions::installed(), None, trash);
    tree::remove(&fresh)?;
    placed
}
