//! The making and removing of links: a symbolic link, on Windows a junction where that is not allowed, else a copy.
//!
//! Every step looks again before it acts, so that what came in between is not overwritten. One place that fails does not
//! stop the others.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::agents::link_plan::LinkAction;
use crate::agents::link_plan::LinkPlan;
use crate::agents::link_plan::LinkStep;
use crate::agents::link_plan::UnlinkPlan;
use crate::error::Error;
use crate::error::Result;
use crate::store::settings::LinkMode;

/// What was done at every place, for reports, undo and tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LinkReport {
    /// New links and copies.
    pub(crate) created: Vec<PathBuf>,
    /// What was there and right.
    pub(crate) existing: Vec<PathBuf>,
    /// What something else holds, and what that is.
    pub(crate) occupied: Vec<(PathBuf, String)>,
    /// What was taken away.
    pub(crate) removed: Vec<PathBuf>,
    /// What could not be done, and why.
    pub(crate) failed: Vec<(PathBuf, String)>,
}

impl LinkReport {
    /// Adds another report's places.
    pub(crate) fn merge(&mut self, other: Self) {
        self.created.extend(other.created);
        self.existing.extend(other.existing);
        self.occupied.extend(other.occupied);
        self.removed.extend(other.removed);
        self.failed.extend(other.failed);
    }
}

/// Makes the links of a plan. The skill must be there.
pub(crate) fn apply(plan: &LinkPlan) -> LinkReport {
    let mut report = LinkReport::default();
    for step in &plan.steps {
        match &step.action {
            LinkAction::Unneeded => {}
            LinkAction::Existing => report.existing.push(step.path.clone()),
            LinkAction::Occupied(what) => report.occupied.push((step.path.clone(), what.clone())),
            LinkAction::Create | LinkAction::Replace => match place(plan, step) {
                Ok(()) => report.created.push(step.path.clone()),
                Err(Placed::Occupied) => {
                    report.occupied.push((step.path.clone(), "something came in between".to_owned()));
                }
                Err(Placed::Failed(error)) => report.failed.push((step.path.clone(), error.one_line())),
            },
        }
    }
    report
}

/// Removes the links of a plan; the copies are the caller's to bring to the trash.
pub(crate) fn remove(plan: &UnlinkPlan) -> LinkReport {
    let mut report = LinkReport::default();
    for path in &plan.links {
        match remove_link(path) {
            Ok(true) => report.removed.push(path.clone()),
            Ok(false) => report.occupied.push((path.clone(), "it is not a link any more".to_owned())),
            Err(e) => report.failed.push((path.clone(), Error::io("remove the link", path, e).one_line())),
        }
    }
    report
}

/// Why a place got nothing.
enum Placed {
    Occupied,
    Failed(Error),
}

impl From<Error> for Placed {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn place(plan: &LinkPlan, step: &LinkStep) -> Result<(), Placed> {
    let folder = step.path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| Error::io("make the folder", folder, e))?;
    if step.action == LinkAction::Replace && fs::symlink_metadata(&step.path).is_ok_and(|m| m.file_type().is_symlink())
    {
        remove_link(&step.path).map_err(|e| Error::io("remove the old link", &step.path, e))?;
    }
    if step.mode == LinkMode::Link {
        match link(&step.text, &plan.skill, &step.path) {
            Ok(()) => return Ok(()),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(Placed::Occupied),
            // A file system or a system policy without links: a copy is what is left.
            Err(e) if matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) => {
                if !can_write(folder) {
                    return Err(Error::io("make the link", &step.path, e).into());
                }
            }
            Err(e) => return Err(Error::io("make the link", &step.path, e).into()),
        }
    }
    copy(&plan.skill, &step.path, step.action == LinkAction::Replace)
}

fn can_write(folder: &Path) -> bool {
    tempfile::Builder::new().prefix(".skillzdrive-").tempfile_in(folder).is_ok()
}

#[cfg(unix)]
fn link(text: &Path, _skill: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(text, path)
}

#[cfg(windows)]
fn link(text: &Path, skill: &Path, path: &Path) -> io::Result<()> {
    // A symbolic link needs a privilege or the developer mode; a junction needs neither, but is always absolute.
    match std::os::windows::fs::symlink_dir(text, path) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => junction::create(skill, path),
        done => done,
    }
}

/// Removes a link and nothing else; false when it is none.
///
/// # Errors
/// As the system says it.
pub(crate) fn remove_link(path: &Path) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.file_type().is_symlink() {
        return Ok(false);
    }
    #[cfg(windows)]
    fs::remove_dir(path)?;
    #[cfg(not(windows))]
    fs::remove_file(path)?;
    Ok(true)
}

/// Copies a skill beside the agent's folder and moves the copy in, so that the agent never sees half of it.
fn copy(skill: &Path, path: &Path, replace: bool) -> Result<(), Placed> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let staging = folder.parent().unwrap_or(folder);
    let temporary = tempfile::Builder::new()
        .prefix(".skillzdrive-")
        .tempdir_in(staging)
        .map_err(|e| Error::io("write in", staging, e))?;
    let fresh = temporary.path().join("new");
    copy_tree(skill, &fresh)?;
    let there = fs::symlink_metadata(path).is_ok();
    if there && !replace {
        return Err(Placed::Occupied);
    }
    if there {
        let old = temporary.path().join("old");
        fs::rename(path, &old).map_err(|e| Error::io("move aside", path, e))?;
        if let Err(e) = fs::rename(&fresh, path) {
            // Back again: the agent keeps what it had.
            let _ = fs::rename(&old, path);
            return Err(Error::io("put the copy at", path, e).into());
        }
        return Ok(());
    }
    fs::rename(&fresh, path).map_err(|e| Error::io("put the copy at", path, e).into())
}

/// Copies files, with links inside the skill as what they name; what leaves the skill and `.git` are not copied.
///
/// # Errors
/// With the path that cannot be read or written.
pub(crate) fn copy_tree(skill: &Path, to: &Path) -> Result<()> {
    let walk = walkdir::WalkDir::new(skill).follow_links(true).min_depth(0).into_iter().filter_entry(|entry| {
        entry.file_name() != ".git" && fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(skill))
    });
    for entry in walk {
        let entry = entry.map_err(|e| {
            let path = e.path().unwrap_or(skill).to_path_buf();
            Error::io("read", &path, e.into())
        })?;
        let place = to.join(entry.path().strip_prefix(skill).unwrap_or(Path::new("")));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place).map_err(|e| Error::io("make the folder", &place, e))?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &place).map_err(|e| Error::io("copy to", &place, e))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::os::unix::fs::symlink;

    use skillzdrive_skill::PackOptions;
    use skillzdrive_skill::digest_dir;
    use skillzdrive_wire::Slug;

    use super::*;
    use crate::agents::link_plan::LinkAsk;
    use crate::agents::link_plan::plan_links;
    use crate::agents::link_plan::plan_unlink;
    use crate::agents::ways::Ways;
    use crate::store::scope::AgentFolder;

    struct Home {
        _dir: tempfile::TempDir,
        root: PathBuf,
        slug: Slug,
    }

    impl Home {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let root = fs::canonicalize(dir.path()).unwrap();
            let home = Self { _dir: dir, root, slug: Slug::new("pdf").unwrap() };
            home.skill(".agents/skills/pdf", "one");
            home
        }

        fn at(&self, path: &str) -> PathBuf {
            self.root.join(path)
        }

        fn skill(&self, path: &str, text: &str) {
            fs::create_dir_all(self.at(path)).unwrap();
            fs::write(self.at(path).join("SKILL.md"), format!("---\nname: pdf\ndescription: d\n---\n{text}\n"))
                .unwrap();
        }

        fn agents(&self, folders: &[&str]) -> Vec<AgentFolder> {
            let agent = |folder: &&str| AgentFolder {
                id: (*folder).to_owned(),
                name: (*folder).to_owned(),
                folder: self.at(folder),
                mode: LinkMode::Link,
            };
            folders.iter().map(agent).collect()
        }

        fn ask<'a>(&'a self, agents: &'a [AgentFolder], skill: &'a Path) -> LinkAsk<'a> {
            LinkAsk { agents, slug: &self.slug, skill, within: None, previous: None }
        }

        fn link(&self, folders: &[&str]) -> LinkReport {
            let agents = self.agents(folders);
            apply(&plan_links(&self.ask(&agents, &self.at(".agents/skills/pdf")), &Ways::default()))
        }
    }

    #[test]
    fn a_link_is_relative_and_made_once() {
        let home = Home::new();
        let report = home.link(&[".claude/skills", ".zencoder/skills", ".zencoder/skills", ".agents/skills"]);
        assert_eq!(report.created, [home.at(".claude/skills/pdf"), home.at(".zencoder/skills/pdf")]);
        assert_eq!(fs::read_link(home.at(".claude/skills/pdf")).unwrap(), Path::new("../../.agents/skills/pdf"));
        assert!(home.at(".claude/skills/pdf/SKILL.md").is_file());
        let again = home.link(&[".claude/skills"]);
        assert_eq!((again.created.len(), again.existing.len()), (0, 1));
    }

    #[test]
    fn an_agents_folder_that_is_the_canonical_one_needs_nothing() {
        let home = Home::new();
        fs::create_dir(home.at(".claude")).unwrap();
        symlink("../.agents/skills", home.at(".claude/skills")).unwrap();
        assert_eq!(home.link(&[".claude/skills"]), LinkReport::default());
        assert!(fs::symlink_metadata(home.at(".claude/skills")).unwrap().file_type().is_symlink());
        assert!(!fs::symlink_metadata(home.at(".agents/skills/pdf")).unwrap().file_type().is_symlink());
    }

    #[test]
    fn a_link_from_a_dotfiles_repository_goes_the_real_way() {
        let home = Home::new();
        fs::create_dir_all(home.at("code/dotfiles/claude")).unwrap();
        symlink("code/dotfiles/claude", home.at(".claude")).unwrap();
        let report = home.link(&[".claude/skills"]);
        assert_eq!(report.created, [home.at("code/dotfiles/claude/skills/pdf")]);
        assert_eq!(fs::read_link(home.at(".claude/skills/pdf")).unwrap(), Path::new("../../../../.agents/skills/pdf"));
        assert!(home.at(".claude/skills/pdf/SKILL.md").is_file());
    }

    #[test]
    fn what_is_not_ours_stays() {
        let home = Home::new();
        home.skill("a/pdf", "somebody's work");
        fs::create_dir_all(home.at("b")).unwrap();
        fs::write(home.at("b/pdf"), "a file").unwrap();
        home.skill("mine", "elsewhere");
        fs::create_dir_all(home.at("c")).unwrap();
        symlink("../mine", home.at("c/pdf")).unwrap();
        fs::create_dir_all(home.at("d")).unwrap();
        symlink("/no/such/place", home.at("d/pdf")).unwrap();
        symlink("gone", home.at("e")).unwrap();
        fs::write(home.at("f"), "not a folder").unwrap();
        home.skill("g/pdf", "one");
        let report = home.link(&["a", "b", "c", "d", "e", "f", "g", ".agents/skills/pdf/inside"]);
        assert_eq!((report.created.len(), report.failed.len()), (0, 0));
        assert_eq!(report.existing, [home.at("g/pdf")]);
        let occupied: Vec<PathBuf> = report.occupied.into_iter().map(|(path, _)| path).collect();
        let expected =
            ["a/pdf", "b/pdf", "c/pdf", "d/pdf", "e/pdf", "f/pdf", ".agents/skills/pdf/inside/pdf"].map(|p| home.at(p));
        assert_eq!(occupied, expected);
        assert!(fs::read_to_string(home.at("a/pdf/SKILL.md")).unwrap().contains("somebody"));
        assert_eq!(fs::read_link(home.at("d/pdf")).unwrap(), Path::new("/no/such/place"));
        assert!(!home.at(".agents/skills/pdf/inside").exists());
    }

    #[test]
    fn a_dead_link_of_ours_gives_way_to_where_the_skill_is_now() {
        let home = Home::new();
        home.skill(".goose/skills/pdf", "home-made");
        fs::remove_dir_all(home.at(".agents/skills/pdf")).unwrap();
        fs::create_dir_all(home.at(".claude/skills")).unwrap();
        symlink("../../.agents/skills/pdf", home.at(".claude/skills/pdf")).unwrap();
        let agents = home.agents(&[".claude/skills", ".goose/skills"]);
        let report = apply(&plan_links(&home.ask(&agents, &home.at(".goose/skills/pdf")), &Ways::default()));
        assert_eq!(report.created, [home.at(".claude/skills/pdf")]);
        assert_eq!(fs::read_link(home.at(".claude/skills/pdf")).unwrap(), Path::new("../../.goose/skills/pdf"));
    }

    #[test]
    fn only_links_to_the_skill_are_removed() {
        let home = Home::new();
        home.skill("mine", "elsewhere");
        fs::create_dir_all(home.at("other")).unwrap();
        symlink("../mine", home.at("other/pdf")).unwrap();
        home.skill("copy/pdf", "one");
        home.skill("edited/pdf", "two");
        home.link(&[".claude/skills", ".bob/skills"]);
        let tree = digest_dir(&home.at("copy/pdf"), &PackOptions::default()).unwrap().sha;
        let agents = home.agents(&[".claude/skills", ".bob/skills", "other", "copy", "edited", ".agents/skills"]);
        // The skill may be gone before its links are.
        fs::rename(home.at(".agents/skills/pdf"), home.at("trash")).unwrap();
        let plan = plan_unlink(&agents, &home.slug, &home.at(".agents/skills/pdf"), Some(&tree));
        assert_eq!(plan.links, [home.at(".claude/skills/pdf"), home.at(".bob/skills/pdf")]);
        assert_eq!(plan.copies, [home.at("copy/pdf")]);
        assert_eq!(remove(&plan).removed, plan.links);
        assert!(fs::symlink_metadata(home.at(".claude/skills/pdf")).is_err());
        assert!(home.at("other/pdf/SKILL.md").is_file());
    }

    #[test]
    fn who_follows_no_links_gets_a_copy_and_a_link_gives_way_to_it() {
        let home = Home::new();
        let mut agents = home.agents(&[".claude/skills", ".gemini/skills", ".gemini/skills"]);
        let skill = home.at(".agents/skills/pdf");
        assert_eq!(apply(&plan_links(&home.ask(&agents, &skill), &Ways::default())).created.len(), 2);
        // One of the two that share a folder reads no links.
        agents[2].mode = LinkMode::Copy;
        let plan = plan_links(&home.ask(&agents, &skill), &Ways::default());
        let steps: Vec<(usize, LinkMode)> = plan.steps.iter().map(|step| (step.agents.len(), step.mode)).collect();
        assert_eq!(steps, [(1, LinkMode::Link), (2, LinkMode::Copy)]);
        let report = apply(&plan);
        assert_eq!((report.existing.len(), report.created), (1, vec![home.at(".gemini/skills/pdf")]));
        let kind = |path: &str| fs::symlink_metadata(home.at(path)).unwrap().file_type();
        assert!(kind(".claude/skills/pdf").is_symlink() && kind(".gemini/skills/pdf").is_dir());
        assert_eq!(apply(&plan_links(&home.ask(&agents, &skill), &Ways::default())).existing.len(), 2);
    }

    #[test]
    fn a_copy_is_refreshed_only_while_it_is_untouched() {
        let home = Home::new();
        let mut agents = home.agents(&[".claude/skills"]);
        agents[0].mode = LinkMode::Copy;
        let skill = home.at(".agents/skills/pdf");
        symlink("/etc", skill.join("out")).unwrap();
        fs::create_dir(skill.join(".git")).unwrap();
        let copy = home.ask(&agents, &skill);
        assert_eq!(apply(&plan_links(&copy, &Ways::default())).created, [home.at(".claude/skills/pdf")]);
        assert!(!home.at(".claude/skills/pdf/out").exists() && !home.at(".claude/skills/pdf/.git").exists());
        fs::remove_file(skill.join("out")).unwrap();
        let before = digest_dir(&skill, &PackOptions::default()).unwrap().sha;
        assert_eq!(apply(&plan_links(&copy, &Ways::default())).existing.len(), 1);

        home.skill(".agents/skills/pdf", "two");
        assert_eq!(apply(&plan_links(&copy, &Ways::default())).occupied.len(), 1);
        let known = LinkAsk { previous: Some(&before), ..copy };
        assert_eq!(apply(&plan_links(&known, &Ways::default())).created.len(), 1);
        assert!(fs::read_to_string(home.at(".claude/skills/pdf/SKILL.md")).unwrap().contains("two"));
        assert_eq!(fs::read_dir(home.at(".claude")).unwrap().count(), 1);

        home.skill(".claude/skills/pdf", "edited");
        assert_eq!(apply(&plan_links(&known, &Ways::default())).occupied.len(), 1);
    }
}

#[cfg(windows)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod windows_tests {
    use super::*;

    #[test]
    fn a_link_or_a_junction_shows_the_skill_and_goes_without_it() {
        let home = tempfile::tempdir().unwrap();
        let skill = home.path().join("skill");
        fs::create_dir(&skill).unwrap();
        fs::write(skill.join("SKILL.md"), "x").unwrap();
        // With the right to make links the first is a link, without it both are junctions.
        link(Path::new("skill"), &skill, &home.path().join("link")).unwrap();
        junction::create(&skill, home.path().join("junction")).unwrap();
        for name in ["link", "junction"] {
            let path = home.path().join(name);
            assert_eq!(fs::read(path.join("SKILL.md")).unwrap(), b"x");
            assert!(remove_link(&path).unwrap());
            assert!(fs::symlink_metadata(&path).is_err() && skill.join("SKILL.md").is_file());
        }
    }
}
