//! The carrying out of updates: fetch, merge, pay, and only then put in place, under the scope's lock.
//!
//! What can fail for free comes first: a version is only paid for when its bytes are here, or the drive gives them to
//! nobody before. A skill that changed since it was looked at is left as it is.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::pack_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::Tell;
use crate::installer::gated;
use crate::installer::gather::Order;
use crate::installer::gather::Sources;
use crate::installer::here::Here;
use crate::installer::placing::Placing;
use crate::installer::run::Work;
use crate::installer::stage::Label;
use crate::installer::stage::Staged;
use crate::scanning::gate::Accepted;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::real_path::real_path;
use crate::store::swap::Expected;
use crate::store::swap::Placed;
use crate::store::sync_base;
use crate::store::sync_base::BaseKey;
use crate::sync::look::options_of;
use crate::update::files;
use crate::update::files::Files;
use crate::update::fork;
use crate::update::look::Offer;
use crate::update::look::Through;
use crate::update::merge;
use crate::update::plan::Gone;
use crate::update::plan::Step;
use crate::update::sides;

/// What a person decided for a skill that was edited here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The new version; the edited one goes to the trash.
    Take,
    /// Both: the edited one under a new name.
    Fork,
    /// Both in one; with or without conflict markers where they touch the same lines.
    Merge { markers: bool },
}

/// A skill to be brought to its newer version.
#[derive(Debug)]
pub(crate) struct Job {
    /// What to do.
    pub(crate) step: Step,
    /// The decision, for an edited skill.
    pub(crate) choice: Option<Choice>,
}

/// A skill that is at its newer version.
#[derive(Debug)]
pub(crate) struct Updated {
    /// What was done.
    pub(crate) step: Step,
    /// What it did cost, in credits.
    pub(crate) credit_cost: u64,
    /// The name of the copy of the edited skill.
    pub(crate) fork: Option<Slug>,
    /// Whether local edits were merged into it.
    pub(crate) merged: bool,
    /// The files with conflict markers in them.
    pub(crate) marked: Vec<String>,
    /// What of the old folder stayed in the trash with it.
    pub(crate) stranded: Vec<String>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// What is done, by slug.
    pub(crate) updated: Vec<Updated>,
    /// What went to the trash because it is gone upstream.
    pub(crate) pruned: Vec<Slug>,
    /// Edited skills that could not be merged, with the files that stand against it: they are left as they are.
    pub(crate) unmerged: Vec<(Slug, Vec<String>)>,
    /// What failed.
    pub(crate) failed: Vec<Failed>,
    /// The trash's name for this run.
    pub(crate) run: Option<String>,
}

/// Everything that an update needs.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    /// The scope and how it is linked.
    pub(crate) work: Work<'a>,
    /// What was seen.
    pub(crate) here: &'a Here,
    /// Where bytes come from.
    pub(crate) sources: Sources<'a>,
    /// Whether findings are accepted in bytes that nobody could look at before they were paid for.
    pub(crate) allow_findings: bool,
}

struct Ready {
    step: Step,
    staged: Staged,
    /// What was accepted in bytes that came late.
    accepted: Accepted,
    choice: Option<Choice>,
    /// The merged folder and its marked files.
    merged: Option<(PathBuf, Vec<String>)>,
    credit_cost: u64,
}

/// The packages of newer versions that wait in staging.
pub(crate) type StagedSteps = BTreeMap<Slug, Staged>;

impl Session<'_> {
    /// Fetches the packages that can be had before anything is paid for.
    pub(crate) async fn fetch(&self, steps: &[&Step], tell: Tell<'_>) -> (StagedSteps, Vec<Failed>) {
        let orders: Vec<Order> = steps
            .iter()
            .filter_map(|step| {
                let download = step.offer.download.clone()?;
                Some(Order { label: label_of(&step.slug, &step.offer), download })
            })
            .collect();
        if orders.is_empty() {
            return (StagedSteps::new(), Vec::new());
        }
        let (staged, failed) = self.sources.fetch(orders, tell).await;
        (staged.into_iter().map(|one| (one.slug.clone(), one)).collect(), failed)
    }

    /// Carries out what was agreed to. `staged` is what was fetched before.
    ///
    /// # Errors
    /// When the lock is held for 30 s, or lockfile or trash cannot be written. What concerns one skill is in the answer.
    pub(crate) async fn carry_out(
        &self,
        jobs: Vec<Job>,
        prune: &[Gone],
        mut staged: StagedSteps,
        tell: Tell<'_>,
    ) -> Result<Applied> {
        let mut applied = Applied::default();
        let missing: Vec<&Step> =
            jobs.iter().map(|job| &job.step).filter(|step| !staged.contains_key(&step.slug)).collect();
        let (more, failed) = self.fetch(&missing, tell).await;
        staged.extend(more);
        let mut ready = Vec::new();
        for job in jobs.into_iter().filter(|job| failed.iter().all(|one| one.name != job.step.slug.as_str())) {
            let slug = job.step.slug.clone();
            let staged = staged.remove(&slug);
            match self.prepare(job, staged, &mut applied, tell).await {
                Ok(Some(one)) => ready.push(one),
                Ok(None) => {}
                Err(error) => applied.failed.push(Failed { name: slug.to_string(), error }),
            }
        }
        applied.failed.splice(0..0, failed);
        if !ready.is_empty() || !prune.is_empty() {
            tokio::task::block_in_place(|| self.place(ready, prune, &mut applied, tell))?;
            self.note_bases(&applied).await?;
        }
        applied.failed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(applied)
    }

    /// Everything before the lock: the merge, the payment, and the bytes that only come after it.
    async fn prepare(
        &self,
        job: Job,
        staged: Option<Staged>,
        applied: &mut Applied,
        tell: Tell<'_>,
    ) -> Result<Option<Ready>> {
        let Job { step, choice } = job;
        let mut merged = None;
        if let (Some(Choice::Merge { markers }), Some(staged)) = (choice, &staged) {
            match self.merge(&step, staged, markers).await? {
                Ok(folder) => merged = Some(folder),
                Err(files) => {
                    applied.unmerged.push((step.slug, files));
                    return Ok(None);
                }
            }
        }
        let mut credit_cost = 0;
        let mut late = None;
        if step.offer.through == Through::Accept {
            let account =
                self.sources.account.ok_or_else(|| Error::internal("a drive without a key offered an update"))?;
            let accepted =
                account.accept(&step.slug).await.map_err(|e| Error::from(e).context(format!("`{}`", step.slug)))?;
            credit_cost = accepted.credit_cost;
            if accepted.download.content_sha != step.offer.content_sha {
                let message =
                    format!("`{}`: version {} had come meanwhile and was accepted", step.slug, accepted.version);
                return Err(Error::new(Kind::Conflict, message)
                    .code("newer_meanwhile")
                    .hint(format!("skillzdrive update {} --diff shows it; it is paid for", step.slug)));
            }
            late = Some(accepted.download);
        }
        let mut accepted = Accepted::new();
        let staged = match (staged, late) {
            (Some(staged), _) => staged,
            (None, Some(download)) => {
                let order = Order { label: label_of(&step.slug, &step.offer), download };
                let (mut staged, mut failed) = self.sources.fetch(vec![order], tell).await;
                match (staged.pop(), failed.pop()) {
                    (Some(staged), _) => {
                        accepted = self.look_late(&staged)?;
                        staged
                    }
                    (None, Some(failed)) => return Err(failed.error),
                    (None, None) => return Err(Error::internal("a fetch ended without an answer")),
                }
            }
            (None, None) => {
                return Err(
                    Error::new(Kind::NotFound, format!("`{}` has no package", step.slug)).code("artifact_not_found")
                );
            }
        };
        if let (Some(Choice::Merge { markers }), None) = (choice, &merged) {
            match self.merge(&step, &staged, markers).await? {
                Ok(folder) => merged = Some(folder),
                Err(files) => {
                    applied.unmerged.push((step.slug, files));
                    return Ok(None);
                }
            }
        }
        Ok(Some(Ready { step, staged, accepted, choice, merged, credit_cost }))
    }

    /// Looks at bytes that the drive gave to nobody before they were paid for. Nobody is asked here: what is found is
    /// refused, and the next update, which finds them in the drive, asks.
    fn look_late(&self, staged: &Staged) -> Result<Accepted> {
        let fail_on = self.work.settings.fail_on;
        let scan = || gated::scan(self.work.paths, &self.here.lockfile, [staged], false);
        let serious = tokio::task::block_in_place(scan).into_iter().filter(|one| one.needs_a_yes(fail_on));
        let mut accepted = Accepted::new();
        for one in serious {
            if !self.allow_findings {
                let hint = format!("it is paid for: skillzdrive update {} --allow-findings takes it", one.slug);
                return Err(one.refusal(fail_on).hint(hint));
            }
            accepted.insert(one.content_sha.clone(), one.rules(fail_on));
        }
        Ok(accepted)
    }

    /// Merges the edited files with the new ones, or names the files that do not merge.
    async fn merge(
        &self,
        step: &Step,
        staged: &Staged,
        markers: bool,
    ) -> Result<std::result::Result<(PathBuf, Vec<String>), Vec<String>>> {
        let base = sides::exact(&self.sources, &step.slug, &step.locked.content_sha)
            .await
            .map_err(|e| e.context(format!("`{}` cannot be merged without the version it came from", step.slug)))?;
        let base = files::of_zip(&base)?;
        let mine = files::of_dir(&step.found.path, &options_of(&step.found))?;
        let theirs = files::of_dir(&staged.tree, &PackOptions::installed())?;
        let name = step.offer.version.map_or_else(|| "newest".to_owned(), |version| format!("version {version}"));
        let merged = merge::merge(&base, &mine, &theirs, markers.then_some(("installed", name.as_str())));
        if !merged.conflicts.is_empty() {
            return Ok(Err(merged.conflicts));
        }
        match self.write(&step.slug, &merged.files) {
            Ok(folder) => Ok(Ok((folder, merged.marked))),
            // A file of each can be right and both together not: front matter of which markers or halves were left.
            Err(error) if error.kind() == Kind::Integrity => Ok(Err(vec![SKILL_FILE.to_owned()])),
            Err(error) => Err(error),
        }
    }

    /// Writes files as a skill's folder into staging, with the modes that an unpacked skill has.
    fn write(&self, slug: &Slug, files: &Files) -> Result<PathBuf> {
        let raw = self.sources.staging.place(&format!("{slug}.raw"))?;
        for (path, bytes) in files {
            write_new(&raw.join(path), bytes)?;
        }
        let packed = pack_dir(&raw, &PackOptions::installed())?;
        let folder = self.sources.staging.place(&format!("{slug}.merged"))?;
        fs::create_dir(&folder).map_err(|e| Error::io("make the folder", &folder, e))?;
        open_zip(packed.zip, &Limits::default())?.extract(&folder)?;
        Ok(folder)
    }

    fn place(&self, ready: Vec<Ready>, prune: &[Gone], applied: &mut Applied, tell: Tell<'_>) -> Result<()> {
        let work = &self.work;
        let lock = ScopeLock::acquire(work.scope, |holder| tell(Event::Waiting(holder.to_owned())))?;
        let mut placing = Placing::begin(work.paths, work.scope, work.settings, work.linking, &lock, work.command)?;
        placing.accepted.clone_from(&work.accepted);
        let mut forks = Vec::new();
        for one in ready {
            let slug = one.step.slug.clone();
            match self.put(&mut placing, one) {
                Ok(updated) => {
                    if updated.fork.is_some() {
                        forks.push((slug, updated.step.found.content_sha.clone()));
                    }
                    applied.updated.push(updated);
                }
                Err(error) => applied.failed.push(Failed { name: slug.to_string(), error }),
            }
        }
        for gone in prune {
            let Some(found) = &gone.found else { continue };
            match placing.remove(&gone.slug, &found.path, &found.tree_sha, &options_of(found)) {
                Ok(_) => applied.pruned.push(gone.slug.clone()),
                Err(error) => applied.failed.push(Failed { name: gone.slug.to_string(), error }),
            }
        }
        applied.run = placing.finish()?;
        if !forks.is_empty() {
            Library::update(work.paths, work.scope, |library| library.copies.extend(forks))?;
        }
        Ok(())
    }

    fn put(&self, placing: &mut Placing<'_>, ready: Ready) -> Result<Updated> {
        let Ready { step, mut staged, accepted, choice, merged, credit_cost } = ready;
        placing.accepted.extend(accepted);
        let locked = placing.lockfile.skills.get(&step.slug);
        if locked != Some(&step.locked) {
            return Err(Error::new(Kind::Conflict, format!("`{}` changed meanwhile in the lockfile", step.slug))
                .code("changed_meanwhile")
                .hint("run the same command again"));
        }
        let mut fork = None;
        if choice == Some(Choice::Fork) {
            let name = fork::free_name(self.work.scope, self.here, &step.slug)?;
            fork::copy(placing, self.sources.staging, self.work.scope, &step.found, &name)?;
            fork = Some(name);
        }
        let is_merged = merged.is_some();
        let marked = match merged {
            Some((folder, marked)) => {
                // The lockfile names the new version; what differs from it are the person's edits.
                staged.tree = folder;
                marked
            }
            None => Vec::new(),
        };
        let mut stranded = Vec::new();
        if !is_merged && staged.tree_sha == step.found.tree_sha {
            placing.enter(&staged);
        } else {
            let expected = Expected::Tree(step.found.tree_sha.clone());
            let after = (!is_merged).then_some(&staged.tree_sha);
            let placed = placing.put(&staged, &step.found.path, &expected, &options_of(&step.found), after)?;
            if let Placed::Replaced { stranded: left, .. } = placed {
                stranded = left;
            }
        }
        placing.refresh(&step.slug, &step.found.path, &step.found.tree_sha)?;
        Ok(Updated { step, credit_cost, fork, merged: is_merged, marked, stranded })
    }

    /// What came through the drive is from now on what both sides had.
    async fn note_bases(&self, applied: &Applied) -> Result<()> {
        let Some(account) = self.sources.account else { return Ok(()) };
        let bases: BTreeMap<Slug, Option<ContentSha>> = applied
            .updated
            .iter()
            .filter(|one| one.step.offer.through != Through::Marketplace)
            .map(|one| (one.step.slug.clone(), Some(one.step.offer.content_sha.clone())))
            .collect();
        if bases.is_empty() {
            return Ok(());
        }
        // Without it the next sync finds both sides alike and notes them itself.
        let Ok(key_scope) = account.scope().await else { return Ok(()) };
        let key = BaseKey {
            server: self.sources.client.server().identity(),
            account: account.id().to_owned(),
            key_scope,
            root: real_path(&self.work.scope.root),
        };
        sync_base::merge(self.work.paths, &key, &bases)?;
        Ok(())
    }
}

fn label_of(slug: &Slug, offer: &Offer) -> Label {
    Label {
        slug: slug.clone(),
        content_sha: offer.content_sha.clone(),
        version: offer.version,
        owner: offer.owner.clone(),
        source: "skillzdrive".to_owned(),
        public: offer.public,
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|e| Error::io("make the folder", folder, e))?;
    let failed = |e| Error::io("write", path, e);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)
}
