//! `status`: what on this machine is not as the lockfile and the chosen agents say. Reads the disk alone.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::here::Here;
use crate::projects;
use crate::projects::FailedJson;
use crate::store::inventory::State;
use crate::store::real_path::same_entry;
use crate::store::roots::Roots;
use crate::store::scope::Scope;
use crate::ui::clean;
use crate::ui::table::Table;
use crate::ui::words;

/// Show what differs: edited, missing and unmanaged skills, links that are missing or dead
///
/// Compares this machine with its lockfile and asks no drive; `skillzdrive sync --dry-run` does.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Every project of this repository: each folder that has a skillzdrive.lock, without what git ignores
    #[arg(long, conflicts_with_all = ["project", "user_scope"])]
    all: bool,
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct AllJson {
    /// Where projects were looked for.
    below: PathBuf,
    projects: Vec<ProjectJson>,
    failed: Vec<FailedJson>,
    /// Whether there was more than is looked at.
    incomplete: bool,
}

#[derive(Serialize)]
struct ProjectJson {
    /// The project's folder, from `below`.
    project: String,
    #[serde(flatten)]
    status: StatusJson,
}

#[derive(Serialize)]
struct StatusJson {
    scope: &'static str,
    root: PathBuf,
    /// Skills that are as they were installed.
    clean: usize,
    differences: Vec<DifferenceJson>,
    not_skills: usize,
}

#[derive(Serialize)]
struct DifferenceJson {
    /// `modified missing untracked unreadable conflict link_missing link_occupied link_dead`.
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    path: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 7 for a lockfile that cannot be read; with `--all` the other projects are looked at all the same.
pub(crate) fn run(ctx: &Context, args: &StatusArgs) -> Result<Outcome> {
    if args.all {
        return all(ctx);
    }
    let scope = ctx.scope(args.scope);
    let status = look(ctx, &scope)?;
    if ctx.ui.is_json() {
        ctx.ui.json(&status)?;
        return Ok(Outcome::Done);
    }
    let mut table = Table::new(["WHAT", "SLUG", "PATH", "DETAIL"]);
    for difference in &status.differences {
        table.row(difference.cells(&scope.root));
    }
    ctx.ui.table(&table);
    ctx.ui.status(format!("{} as installed", words::count(status.clean, "skill")));
    if status.differences.is_empty() {
        ctx.ui.status("nothing differs");
    }
    hints(ctx, &status.differences, "");
    Ok(Outcome::Done)
}

fn all(ctx: &Context) -> Result<Outcome> {
    let roots = Roots::find(&ctx.cwd);
    let mut all =
        AllJson { below: roots.below.clone(), projects: Vec::new(), failed: Vec::new(), incomplete: roots.incomplete };
    let mut outcome = Outcome::Done;
    for root in &roots.found {
        let project = roots.name(root);
        match look(ctx, &Roots::scope(root)) {
            Ok(status) => all.projects.push(ProjectJson { project, status }),
            Err(error) => {
                outcome = outcome.worse(Outcome::Ended(error.kind()));
                projects::say_failed(ctx, &project, &error);
                all.failed.push(FailedJson::new(project, &error));
            }
        }
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&all)?;
        return Ok(outcome);
    }
    let mut table = Table::new(["PROJECT", "WHAT", "SLUG", "PATH", "DETAIL"]);
    for ProjectJson { project, status } in &all.projects {
        for difference in &status.differences {
            let [what, slug, path, detail] = difference.cells(&status.root);
            table.row([project.clone(), what, slug, path, detail]);
        }
    }
    ctx.ui.table(&table);
    projects::say_found(ctx, &roots);
    if !all.projects.is_empty() {
        let clean = all.projects.iter().map(|one| one.status.clean).sum();
        ctx.ui.status(format!("{} as installed", words::count(clean, "skill")));
        let differences: Vec<_> = all.projects.into_iter().flat_map(|one| one.status.differences).collect();
        if differences.is_empty() && all.failed.is_empty() {
            ctx.ui.status("nothing differs");
        }
        hints(ctx, &differences, " --all");
    }
    Ok(outcome)
}

fn look(ctx: &Context, scope: &Scope) -> Result<StatusJson> {
    let here = Here::look(&ctx.paths, scope)?;
    for warning in &here.warnings {
        ctx.ui.warn(clean::line(warning));
    }
    Ok(StatusJson {
        scope: scope.kind.word(),
        root: scope.root.clone(),
        clean: here.inventory.skills.values().filter(|found| found.state == State::Clean).count(),
        differences: differences(&here, &scope.skills())?,
        not_skills: here.inventory.not_skills,
    })
}

fn hints(ctx: &Context, differences: &[DifferenceJson], all: &str) {
    let any = |what: &[&str]| differences.iter().any(|difference| what.contains(&difference.what));
    if any(&["missing", "link_missing"]) {
        ctx.ui.hint(format_args!("skillzdrive install{all} brings back what is missing, with its links"));
    }
    if any(&["modified", "untracked"]) {
        ctx.ui.hint("skillzdrive sync --dry-run shows what would go to the drive");
    }
}

impl DifferenceJson {
    /// What a person is shown of it.
    fn cells(&self, root: &Path) -> [String; 4] {
        let path = self.path.strip_prefix(root).unwrap_or(&self.path);
        [
            self.what.replace('_', " "),
            self.slug.clone().unwrap_or_default(),
            path.display().to_string(),
            self.detail.clone().unwrap_or_default(),
        ]
    }
}

/// Everything that differs: skills first, by slug, then links.
fn differences(here: &Here, canonical: &Path) -> Result<Vec<DifferenceJson>> {
    let mut all = Vec::new();
    let inventory = &here.inventory;
    for found in inventory.skills.values().filter(|found| found.state != State::Clean) {
        let detail = found.foreign_tool.map(|tool| format!("installed by {tool}"));
        all.push(difference(found.state.word(), Some(found.slug.as_str()), &found.path, detail));
    }
    for slug in &inventory.missing {
        all.push(difference("missing", Some(slug.as_str()), &canonical.join(slug.as_str()), None));
    }
    for twin in &inventory.twins {
        for (path, _) in twin.places.iter().skip(1) {
            let detail = "other content under the same name".to_owned();
            all.push(difference("conflict", Some(twin.slug.as_str()), path, Some(detail)));
        }
    }
    for refused in &inventory.refused {
        let slug = refused.slug.as_ref().map(AsRef::as_ref);
        all.push(difference("unreadable", slug, &refused.path, Some(refused.reason.clone())));
    }
    all.sort_by(|a, b| (&a.slug, a.what, &a.path).cmp(&(&b.slug, b.what, &b.path)));
    let mut ours = Vec::new();
    // Links are made for what is managed; a skill that nobody sent yet is nobody's to link.
    for found in inventory.skills.values().filter(|found| here.lockfile.skills.contains_key(&found.slug)) {
        let plan = here.linking.plan(&found.slug, &found.path)?;
        let slug = Some(found.slug.as_str());
        for step in plan.changes() {
            ours.push(step.path.clone());
            all.push(difference("link_missing", slug, &step.path, Some(step.agents.join(", "))));
        }
        let twins = inventory.twins.iter().filter(|twin| twin.slug == found.slug);
        let said: Vec<&PathBuf> = twins.flat_map(|twin| twin.places.iter().map(|(path, _)| path)).collect();
        for (step, what) in plan.occupied().filter(|(step, _)| !said.iter().any(|path| same_entry(path, &step.path))) {
            ours.push(step.path.clone());
            all.push(difference("link_occupied", slug, &step.path, Some(what.to_owned())));
        }
    }
    // A dead link at the place of a link that is missing was said already.
    let dead = inventory.dead_links.iter().filter(|path| !ours.iter().any(|place| same_entry(place, path)));
    all.extend(dead.map(|path| difference("link_dead", None, path, None)));
    Ok(all)
}

fn difference(what: &'static str, slug: Option<&str>, path: &Path, detail: Option<String>) -> DifferenceJson {
    DifferenceJson { what, slug: slug.map(str::to_owned), path: path.to_path_buf(), detail }
}

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::store::paths::Paths;
    use crate::store::scope::Scope;

    #[test]
    fn every_difference_is_said_once() {
        let dir = tempfile::tempdir().unwrap();
        let home = fs::canonicalize(dir.path()).unwrap();
        let at = |path: &str| home.join(path);
        let paths = Paths {
            home: home.clone(),
            config: at("own/config"),
            data: at("own"),
            state: at("own/state"),
            cache: at("own/cache"),
        };
        let skill = |path: &str, text: &str| {
            fs::create_dir_all(at(path)).unwrap();
            fs::write(at(path).join("SKILL.md"), format!("---\ndescription: d\n---\n{text}\n")).unwrap();
        };
        for path in [".agents/skills/edited", ".agents/skills/home-made", ".agents/skills/twice"] {
            skill(path, "1");
        }
        skill(".roo/skills/twice", "2");
        fs::create_dir_all(at("own/config")).unwrap();
        fs::write(at("own/config/config.toml"), "agents = [\"roo\"]\n").unwrap();
        symlink("../../.agents/skills/gone", at(".roo/skills/gone")).unwrap();
        symlink("/etc", at(".roo/skills/edited")).unwrap();
        let sha = "a".repeat(64);
        let locked = |slug: &str| format!("[skill.{slug}]\ncontent_sha = \"{sha}\"\n");
        let lockfile = format!("version = 1\n{}{}{}", locked("edited"), locked("gone"), locked("twice"));
        fs::write(at("own/skillzdrive.lock"), lockfile).unwrap();

        let scope = Scope::global(&paths);
        let here = Here::look(&paths, &scope).unwrap();
        let said: Vec<(&str, Option<String>, PathBuf)> = differences(&here, &scope.skills())
            .unwrap()
            .into_iter()
            .map(|d| (d.what, d.slug, d.path.strip_prefix(&home).unwrap().to_path_buf()))
            .collect();
        let expected = [
            ("modified", Some("edited"), ".agents/skills/edited"),
            ("missing", Some("gone"), ".agents/skills/gone"),
            ("untracked", Some("home-made"), ".agents/skills/home-made"),
            ("conflict", Some("twice"), ".roo/skills/twice"),
            ("modified", Some("twice"), ".agents/skills/twice"),
            ("link_occupied", Some("edited"), ".roo/skills/edited"),
            ("link_dead", None, ".roo/skills/gone"),
        ];
        let expected: Vec<_> = expected.iter().map(|(w, s, p)| (*w, s.map(str::to_owned), PathBuf::from(p))).collect();
        assert_eq!(said, expected);
        assert!(!at("own/state").exists());
    }
}
