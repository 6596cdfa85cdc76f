//! What a sync changes on this machine: folders, lockfile, links, and what this machine remembers of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_sync::Plan;
use skillzdrive_sync::Run;
use skillzdrive_sync::RunStep;
use skillzdrive_sync::StepState;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Tell;
use crate::installer::placing::Placing;
use crate::installer::run::place_of;
use crate::installer::stage::Staged;
use crate::store::inventory::Found;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::swap::Expected;
use crate::store::swap::Placed;
use crate::sync::Session;
use crate::sync::apply::BaseChanges;
use crate::sync::look::Here;
use crate::sync::look::options_of;
use crate::sync::outcome::Done;
use crate::sync::outcome::NotDone;
use crate::sync::outcome::Outcome;

/// A skill that lies in its place and belongs into the lockfile.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The slug that the drive knows it by.
    pub(crate) slug: Slug,
    /// The slug that it has here.
    local_slug: Slug,
    action: Action,
    cost: u64,
    version: Option<u64>,
    content_sha: ContentSha,
    tree_sha: ContentSha,
    path: PathBuf,
    home_made: bool,
}

impl Entry {
    /// A step of a run whose skill is here.
    pub(crate) fn of(step: &RunStep, found: &Found, content_sha: ContentSha, version: Option<u64>) -> Self {
        Self { action: step.action.clone(), cost: step.cost, ..Self::in_sync(found, content_sha, version) }
    }

    /// A skill that both sides have alike.
    fn in_sync(found: &Found, content_sha: ContentSha, version: Option<u64>) -> Self {
        Self {
            slug: found.slug.clone(),
            local_slug: found.slug.clone(),
            action: Action::InSync,
            cost: 0,
            version,
            content_sha,
            tree_sha: found.tree_sha.clone(),
            path: found.path.clone(),
            home_made: found.home_made,
        }
    }

    fn staged(&self) -> Staged {
        Staged {
            slug: self.slug.clone(),
            content_sha: self.content_sha.clone(),
            tree_sha: self.tree_sha.clone(),
            whole: false,
            version: self.version,
            owner: None,
            source: "skillzdrive".to_owned(),
            public: false,
            tree: self.path.clone(),
        }
    }
}

impl<'a> Session<'a> {
    fn lock(&self, tell: Tell<'_>) -> Result<ScopeLock> {
        tokio::task::block_in_place(|| ScopeLock::acquire(self.scope, |holder| tell(Event::Waiting(holder.to_owned()))))
    }

    fn placing<'b>(&'b self, lock: &'b ScopeLock) -> Result<Placing<'b>>
    where
        'a: 'b,
    {
        let mut placing = Placing::begin(self.paths, self.scope, self.settings, self.linking, lock, "sync")?;
        let server = self.client.server();
        let said = server.said();
        // After a sync everything that is locked here is in this drive.
        placing.lockfile.server = Some(said);
        Ok(placing)
    }

    /// Notes what both sides have alike: bases, lockfile entries and links that are missing.
    pub(crate) fn settle(&self, here: &Here, plan: &Plan, tell: Tell<'_>) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut bases: BaseChanges = plan.in_sync.iter().map(|(slug, sha)| (slug.clone(), Some(sha.clone()))).collect();
        bases.extend(plan.forget.iter().map(|slug| (slug.clone(), None)));
        bases.retain(|slug, sha| here.bases.get(slug) != sha.as_ref());
        self.write_bases(&bases)?;
        let mut entries = Vec::new();
        for (slug, sha) in &plan.in_sync {
            let Some(found) = here.inventory.skills.get(slug) else { continue };
            let locked = here.lockfile.skills.get(slug).filter(|entry| entry.content_sha == *sha);
            if locked.is_none_or(|entry| *entry.tree() != found.tree_sha)
                || !self.linking.is_linked(slug, &found.path)?
            {
                entries.push(Entry::in_sync(found, sha.clone(), locked.and_then(|entry| entry.version)));
            }
        }
        if entries.is_empty() {
            return Ok(outcome);
        }
        let lock = self.lock(tell)?;
        let mut placing = self.placing(&lock)?;
        for entry in &entries {
            self.enter(&mut placing, entry, &mut outcome)?;
        }
        self.remember_homes(&entries)?;
        outcome.trash_run = placing.finish()?;
        Ok(outcome)
    }

    /// Puts what was fetched in its place and everything that is done into the lockfile; then the bases, then the run.
    pub(crate) fn place(
        &self,
        run: &mut Run,
        here: &Here,
        entries: Vec<Entry>,
        staged: Vec<Staged>,
        outcome: &mut Outcome,
        tell: Tell<'_>,
    ) -> Result<()> {
        if entries.is_empty() && staged.is_empty() {
            return Ok(());
        }
        let lock = self.lock(tell)?;
        let mut placing = self.placing(&lock)?;
        let mut bases = BaseChanges::new();
        let mut states: BTreeMap<Slug, StepState> = BTreeMap::new();
        for entry in &entries {
            self.enter(&mut placing, entry, outcome)?;
            bases.insert(entry.slug.clone(), Some(entry.content_sha.clone()));
            states.insert(entry.local_slug.clone(), StepState::Done { content_sha: Some(entry.content_sha.clone()) });
            outcome.done.push(Done {
                slug: entry.slug.clone(),
                action: entry.action.clone(),
                path: Some(entry.path.clone()),
                version: entry.version,
                cost: entry.cost,
            });
        }
        for one in staged {
            let Some(step) = run.steps().iter().find(|step| step.slug == one.slug).cloned() else { continue };
            match tokio::task::block_in_place(|| self.put(&mut placing, here, &step, &one, outcome)) {
                Ok(done) => {
                    bases.insert(one.slug.clone(), Some(one.content_sha.clone()));
                    states.insert(one.slug.clone(), StepState::Done { content_sha: Some(one.content_sha.clone()) });
                    outcome.done.push(done);
                }
                Err(error) => {
                    states.insert(one.slug.clone(), StepState::Failed { error: error.one_line() });
                    outcome.failed.push(NotDone { slug: one.slug, action: step.action, error });
                }
            }
        }
        self.remember_homes(&entries)?;
        outcome.trash_run = placing.finish()?;
        self.write_bases(&bases)?;
        for (slug, state) in states {
            run.record(&slug, state);
        }
        Ok(())
    }

    fn put(
        &self,
        placing: &mut Placing<'_>,
        here: &Here,
        step: &RunStep,
        staged: &Staged,
        outcome: &mut Outcome,
    ) -> Result<Done> {
        let slug = &staged.slug;
        let found = here.inventory.skills.get(slug);
        let target = found.map_or_else(|| place_of(self.scope, &here.library, slug), |found| found.path.clone());
        let options = found.map_or_else(PackOptions::installed, options_of);
        let expected = match (&step.expected_local, found) {
            (None, _) => Expected::Absent,
            (Some(local), Some(found)) if found.content_sha == *local => Expected::Tree(found.tree_sha.clone()),
            (Some(_), _) => {
                return Err(Error::new(Kind::Conflict, format!("`{slug}` changed since the plan was made"))
                    .code("changed_meanwhile")
                    .hint("skillzdrive sync looks again; both versions are kept"));
            }
        };
        // A run that was cut short after the folder was put in place finds it there.
        let there = digest_dir(&target, &options).ok().map(|digest| digest.sha);
        if there.as_ref() == Some(&staged.tree_sha) {
            placing.enter(staged);
        } else if let Placed::Replaced { stranded, .. } =
            placing.put(staged, &target, &expected, &options, Some(&staged.tree_sha))?
        {
            for path in stranded {
                outcome.warnings.push(format!("`{slug}`: {path} stayed with the old version in the trash"));
            }
        }
        let previous = found.map(|found| &found.tree_sha);
        outcome.links.merge(placing.link(slug, &target, previous)?);
        Ok(Done {
            slug: slug.clone(),
            action: step.action.clone(),
            path: Some(target),
            version: staged.version,
            cost: step.cost,
        })
    }

    fn enter(&self, placing: &mut Placing<'_>, entry: &Entry, outcome: &mut Outcome) -> Result<()> {
        placing.enter(&entry.staged());
        if entry.slug != entry.local_slug {
            outcome.warnings.push(format!("the drive calls `{}` `{}`", entry.local_slug, entry.slug));
            placing.lockfile.skills.remove(&entry.local_slug);
        }
        outcome.links.merge(placing.link(&entry.slug, &entry.path, None)?);
        Ok(())
    }

    /// Notes where home-made skills lie, and what the drive calls them.
    fn remember_homes(&self, entries: &[Entry]) -> Result<()> {
        let own: Vec<&Entry> = entries.iter().filter(|entry| entry.home_made).collect();
        if own.is_empty() {
            return Ok(());
        }
        Library::update(self.paths, self.scope, |library| {
            for entry in own {
                library.set_home(self.scope, &entry.slug, &entry.path);
                if entry.slug != entry.local_slug {
                    library.rename(self.scope, &entry.path, &entry.slug);
                }
            }
        })?;
        Ok(())
    }

    /// Moves to the trash what the drive removed, where the plan says so.
    pub(crate) fn remove_here(&self, here: &Here, plan: &Plan, tell: Tell<'_>) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let slugs: Vec<Slug> = plan.removals().map(|step| step.slug.clone()).collect();
        if slugs.is_empty() {
            return Ok(outcome);
        }
        let lock = self.lock(tell)?;
        let mut placing = self.placing(&lock)?;
        let mut bases = BaseChanges::new();
        for slug in slugs {
            let Some(found) = here.inventory.skills.get(&slug) else { continue };
            match placing.remove(&slug, &found.path, &found.tree_sha, &options_of(found)) {
                Ok(links) => {
                    outcome.links.merge(links);
                    bases.insert(slug.clone(), None);
                    outcome.done.push(Done {
                        slug,
                        action: Action::RemovedOnDrive,
                        path: Some(found.path.clone()),
                        version: None,
                        cost: 0,
                    });
                }
                Err(error) => outcome.failed.push(NotDone { slug, action: Action::RemovedOnDrive, error }),
            }
        }
        outcome.trash_run = placing.finish()?;
        self.write_bases(&bases)?;
        Ok(outcome)
    }

    /// Removes from the drive what was removed here, where a person asked for that.
    pub(crate) async fn remove_there(&self, plan: &Plan) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        for step in plan.drive_removals() {
            let (slug, action) = (step.slug.clone(), Action::RemovedHere);
            match self.account.remove(&slug).await {
                Ok(()) => {
                    self.write_bases(&BaseChanges::from([(slug.clone(), None)]))?;
                    outcome.done.push(Done { slug, action, path: None, version: None, cost: 0 });
                }
                Err(error) => outcome.failed.push(NotDone { slug, action, error: error.into() }),
            }
        }
        Ok(outcome)
    }
}
