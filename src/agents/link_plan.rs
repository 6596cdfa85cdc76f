//! What must be linked so that the chosen agents see a skill: a plan made from looking, which changes nothing.
//!
//! An agent's folder may itself be a link, so everything is compared by its real path, and a relative link is computed
//! from real paths. What is not ours is never in the way of a link: it is reported as occupied.

use std::fs;
use std::io;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::agents::ways::Ways;
use crate::agents::ways::real_folder;
use crate::store::real_path::real_path;
use crate::store::scope::AgentFolder;
use crate::store::settings::LinkMode;

/// One skill and the agents that should see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkAsk<'a> {
    /// The chosen agents' folders.
    pub(crate) agents: &'a [AgentFolder],
    /// The name of the link.
    pub(crate) slug: &'a Slug,
    /// Where the skill's real files lie, or will lie.
    pub(crate) skill: &'a Path,
    /// The root that links must not leave: a cloned repository may hold an agent's folder that leads elsewhere.
    pub(crate) within: Option<&'a Path>,
    /// The digest of the files that the skill had before: with copies, an untouched copy of them is ours to refresh.
    pub(crate) previous: Option<&'a ContentSha>,
}

/// What one agent's folder needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkAction {
    /// A new link.
    Create,
    /// A link of ours that leads nowhere or that the agent does not follow, or an untouched copy of the version before,
    /// gives way.
    Replace,
    /// It is there already.
    Existing,
    /// The agent reads the folder where the skill lies.
    Unneeded,
    /// Something that is not ours is there; it stays, and this says what it is.
    Occupied(String),
}

/// One place and what it needs. Agents that share a folder share the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkStep {
    /// The agents' ids.
    pub(crate) agents: Vec<String>,
    /// The link's place, its folder resolved.
    pub(crate) path: PathBuf,
    /// The text of the link: relative where both lie on one drive of the machine.
    pub(crate) text: PathBuf,
    /// A link, or a copy: that where one of the agents reads no links.
    pub(crate) mode: LinkMode,
    /// What it needs.
    pub(crate) action: LinkAction,
}

/// The steps for one skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkPlan {
    /// The real folder of the skill.
    pub(crate) skill: PathBuf,
    /// One for each place.
    pub(crate) steps: Vec<LinkStep>,
}

impl LinkPlan {
    /// The places where something would change.
    pub(crate) fn changes(&self) -> impl Iterator<Item = &LinkStep> {
        self.steps.iter().filter(|step| matches!(step.action, LinkAction::Create | LinkAction::Replace))
    }

    /// The places that something else holds.
    pub(crate) fn occupied(&self) -> impl Iterator<Item = (&LinkStep, &str)> {
        self.steps.iter().filter_map(|step| match &step.action {
            LinkAction::Occupied(what) => Some((step, what.as_str())),
            _ => None,
        })
    }
}

/// Looks at every chosen agent's folder and says what it needs. Changes nothing.
pub(crate) fn plan_links(ask: &LinkAsk<'_>, ways: &Ways) -> LinkPlan {
    let skill = ways.skill(ask.skill);
    let within = ask.within.map(|root| ways.folder(root).unwrap_or_else(|_| real_path(root)));
    let mut steps: Vec<LinkStep> = Vec::new();
    for agent in ask.agents {
        let (folder, blocked) = match ways.folder(&agent.folder) {
            Ok(folder) if within.as_ref().is_some_and(|root| !folder.starts_with(root)) => {
                (folder, Some("the agent's folder leads out of the project".to_owned()))
            }
            Ok(folder) => (folder, None),
            Err(what) => (agent.folder.clone(), Some(what)),
        };
        let path = folder.join(ask.slug.as_str());
        let there = steps.iter().position(|step| step.path == path);
        let mut step = match there {
            Some(at) if agent.mode == LinkMode::Link || steps[at].mode == LinkMode::Copy => {
                steps[at].agents.push(agent.id.clone());
                continue;
            }
            Some(at) => steps.remove(at),
            None => {
                let text = relative(&folder, &skill);
                LinkStep { agents: Vec::new(), path, text, mode: agent.mode, action: LinkAction::Unneeded }
            }
        };
        step.agents.push(agent.id.clone());
        step.mode = agent.mode;
        step.action = match blocked {
            Some(what) => LinkAction::Occupied(what),
            None => decide(ask, &skill, &folder, &step),
        };
        steps.insert(there.unwrap_or(steps.len()), step);
    }
    LinkPlan { skill, steps }
}

fn decide(ask: &LinkAsk<'_>, skill: &Path, folder: &Path, step: &LinkStep) -> LinkAction {
    let LinkStep { path, text, mode, .. } = step;
    if skill.parent() == Some(folder) || *path == skill {
        return LinkAction::Unneeded;
    }
    if folder.starts_with(skill) {
        return LinkAction::Occupied("the agent's folder lies inside the skill".to_owned());
    }
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return LinkAction::Create,
        Err(e) => return LinkAction::Occupied(format!("it cannot be looked at: {e}")),
    };
    if meta.file_type().is_symlink() {
        return match decide_link(ask.slug, skill, path, text) {
            // Who reads no links does not see it.
            LinkAction::Existing if *mode == LinkMode::Copy => LinkAction::Replace,
            action => action,
        };
    }
    if meta.is_dir() {
        return decide_folder(ask, *mode, skill, path);
    }
    LinkAction::Occupied("a file that is not ours".to_owned())
}

fn decide_link(slug: &Slug, skill: &Path, path: &Path, text: &Path) -> LinkAction {
    let there = fs::read_link(path).unwrap_or_default();
    // The way was computed between real paths: it leads to the skill, or would if the skill were there.
    if there == text {
        return LinkAction::Existing;
    }
    match fs::canonicalize(path) {
        Ok(target) if target == skill => LinkAction::Existing,
        Ok(target) => LinkAction::Occupied(format!("a link to `{}`", target.display())),
        Err(_) if is_ours(&there, slug) => LinkAction::Replace,
        Err(_) => LinkAction::Occupied(format!("a link to `{}`, which is not there", there.display())),
    }
}

/// A real folder at the link's place: the same bytes are as good as a link, other bytes are somebody's work.
fn decide_folder(ask: &LinkAsk<'_>, mode: LinkMode, skill: &Path, path: &Path) -> LinkAction {
    let options = PackOptions::default();
    let Ok(copy) = digest_dir(path, &options) else {
        return LinkAction::Occupied("a folder that is not ours".to_owned());
    };
    if digest_dir(skill, &options).is_ok_and(|digest| digest.sha == copy.sha) {
        return LinkAction::Existing;
    }
    // What the digest leaves out would be lost with the copy, so such a copy counts as somebody's.
    if mode == LinkMode::Copy && ask.previous == Some(&copy.sha) && copy.left_out.is_empty() {
        return LinkAction::Replace;
    }
    LinkAction::Occupied("a folder with other content".to_owned())
}

/// Whether a link's text is one that this program wrote: relative, into the canonical folder.
fn is_ours(text: &Path, slug: &Slug) -> bool {
    text.is_relative() && text.ends_with(Path::new(".agents").join("skills").join(slug.as_str()))
}

/// The way from a folder to a path, both real; the path itself where there is none (two drives of one machine).
fn relative(from: &Path, to: &Path) -> PathBuf {
    let mut theirs = to.components().peekable();
    let mut ours = from.components().peekable();
    let mut shared = 0;
    while let (Some(a), Some(b)) = (ours.peek(), theirs.peek()) {
        if a != b {
            break;
        }
        shared += 1;
        ours.next();
        theirs.next();
    }
    if shared == 0 || theirs.peek().is_some_and(|part| matches!(part, Component::Prefix(_))) {
        return to.to_path_buf();
    }
    let mut way: PathBuf = ours.map(|_| Component::ParentDir).collect();
    way.extend(theirs);
    way
}

/// What of a link's removal: links go, copies are named for the trash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UnlinkPlan {
    /// Links that lead to the skill, or say so.
    pub(crate) links: Vec<PathBuf>,
    /// Untouched copies of it.
    pub(crate) copies: Vec<PathBuf>,
}

/// Finds the links and copies of a skill in agents' folders, whether the skill is still there or not. Changes nothing.
///
/// `tree` is the digest that an untouched copy has.
pub(crate) fn plan_unlink(agents: &[AgentFolder], slug: &Slug, skill: &Path, tree: Option<&ContentSha>) -> UnlinkPlan {
    let skill = real_path(skill);
    let mut plan = UnlinkPlan::default();
    for agent in agents {
        let Ok(folder) = real_folder(&agent.folder) else { continue };
        let path = folder.join(slug.as_str());
        if path == skill || plan.links.contains(&path) || plan.copies.contains(&path) {
            continue;
        }
        let Ok(meta) = fs::symlink_metadata(&path) else { continue };
        if meta.file_type().is_symlink() {
            let says = fs::read_link(&path).is_ok_and(|text| normal(&folder.join(text)) == skill);
            if says || fs::canonicalize(&path).is_ok_and(|target| target == skill) {
                plan.links.push(path);
            }
        } else if meta.is_dir()
            && tree.is_some()
            && digest_dir(&path, &PackOptions::default()).ok().map(|digest| digest.sha).as_ref() == tree
        {
            plan.copies.push(path);
        }
    }
    plan
}

/// Takes `..` out of a path by its text alone: the base is real, so no link is skipped.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}
