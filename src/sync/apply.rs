//! A plan carried out, and a run that was cut short brought to its end.
//!
//! The order is the pure crate's: intent, `execute` once, run and steps, each effect with its base, `finalize`, journal
//! gone. `execute` is never sent again: where its answer was lost, a new preview tells what became of it.

use std::collections::BTreeMap;

use skillzdrive_sync::Plan;
use skillzdrive_sync::Resume;
use skillzdrive_sync::Run;
use skillzdrive_sync::StepState;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::ExecuteRequest;

use crate::api::error::ApiError;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Tell;
use crate::installer::gated;
use crate::installer::stage::Staged;
use crate::store::journal::Found;
use crate::store::sync_base;
use crate::store::sync_state::SyncState;
use crate::sync::Session;
use crate::sync::look::Here;
use crate::sync::look::View;
use crate::sync::outcome::Done;
use crate::sync::outcome::NotDone;
use crate::sync::outcome::Outcome;
use crate::sync::place::Entry;

/// Changes of the sync base: set, or forget.
pub(crate) type BaseChanges = BTreeMap<Slug, Option<ContentSha>>;

impl Session<'_> {
    /// Brings the run of a journal to its end; `None` when there was nothing to finish.
    ///
    /// # Errors
    /// As [`Session::carry_out`].
    pub(crate) async fn resume(&self, tell: Tell<'_>) -> Result<Option<Outcome>> {
        if self.dry_run {
            return Ok(None);
        }
        match self.journal.read()? {
            Found::Nothing => Ok(None),
            Found::SetAside(path) => Ok(Some(Outcome {
                warnings: vec![format!("the journal could not be understood; it is kept as `{}`", path.display())],
                ..Outcome::default()
            })),
            Found::Run(run) if run.resume() == Resume::PreviewAfresh => {
                self.journal.remove()?;
                Ok(None)
            }
            Found::Run(run) => {
                let here = self.look_here()?;
                self.apply(*run, &here, None, tell).await.map(Some)
            }
        }
    }

    /// Carries out a plan.
    ///
    /// # Errors
    /// When the drive refuses the whole of it, or journal, lockfile or trash cannot be written. A step that fails is in
    /// the outcome.
    pub(crate) async fn carry_out(&self, view: &View, plan: &Plan, tell: Tell<'_>) -> Result<Outcome> {
        let mut outcome = self.settle(&view.here, plan, tell)?;
        if plan.sent().next().is_some() {
            let run = self.execute(plan).await?;
            outcome.merge(self.apply(run, &view.here, Some(plan), tell).await?);
        }
        outcome.merge(self.remove_here(&view.here, plan, tell)?);
        outcome.merge(self.remove_there(plan).await?);
        Ok(outcome)
    }

    /// Tells the drive to commit, once, between two entries of the journal.
    async fn execute(&self, plan: &Plan) -> Result<Run> {
        let run = Run::intent(self.head.clone(), plan);
        self.journal.write(&run)?;
        let request = ExecuteRequest {
            install_id: self.head.install_id,
            kind: plan.kind.clone(),
            mode: plan.mode.clone(),
            classifications: plan.to_send(),
        };
        let answer = match self.account.execute(&request).await {
            Ok(answer) => answer,
            Err(error) => {
                if is_refusal(&error) {
                    self.journal.remove()?;
                    return Err(error.into());
                }
                return Err(Error::from(error).hint(
                    "whether the drive carried it out is not known; skillzdrive sync looks again and does nothing twice",
                ));
            }
        };
        let run = run.executed(answer).map_err(|e| {
            Error::new(Kind::Failure, e.to_string()).code("dialect").hint("skillzdrive sync looks again")
        })?;
        self.journal.write(&run)?;
        Ok(run)
    }

    /// Does every step that is pending, then closes the run.
    async fn apply(&self, mut run: Run, here: &Here, plan: Option<&Plan>, tell: Tell<'_>) -> Result<Outcome> {
        let mut outcome = Outcome { run_id: run.run_id().cloned(), stale: run.is_stale(), ..Outcome::default() };
        let claims = self.claims(&run, here, plan);
        let pushed = self.push(&mut run, here, &mut outcome, tell).await?;
        let staging = crate::store::staging::Staging::new(self.scope)?;
        let pulled = self.pull(&mut run, here, &staging, &mut outcome, tell).await?;
        let mut entries: Vec<Entry> = claims.into_iter().chain(pushed).chain(pulled.here).collect();
        // Transfers end in any order; what is done and said of them is in one order.
        entries.sort_by(|a, b| a.slug.cmp(&b.slug));
        let mut staged = pulled.staged;
        staged.sort_by(|a, b| a.slug.cmp(&b.slug));
        outcome.failed.sort_by(|a, b| a.slug.cmp(&b.slug));
        self.warn_of_findings(here, &staged, &mut outcome);
        self.place(&mut run, here, entries, staged, &mut outcome, tell)?;
        self.journal.write(&run)?;
        note_the_rest(&run, &mut outcome);
        self.close(&run, &mut outcome).await?;
        Ok(outcome)
    }

    /// Scans what comes. It is the person's own drive, so it comes whatever is found; they are told.
    fn warn_of_findings(&self, here: &Here, staged: &[Staged], outcome: &mut Outcome) {
        let fail_on = self.settings.fail_on;
        let scanned = tokio::task::block_in_place(|| gated::scan(self.paths, &here.lockfile, staged, false));
        for one in scanned.iter().filter(|one| one.serious(fail_on).next().is_some()) {
            let rules = one.rules(fail_on).join(", ");
            let counted = one.counted(fail_on);
            outcome.warnings.push(format!("`{}` has {counted}: {rules}; skillzdrive audit shows what it is", one.slug));
        }
    }

    /// The steps that the drive did by itself: public skills that are here and are in the drive now.
    fn claims(&self, run: &Run, here: &Here, plan: Option<&Plan>) -> Vec<Entry> {
        let version = |slug: &Slug| plan?.steps.iter().find(|step| step.slug == *slug)?.version;
        let steps = run.steps().iter().filter(|step| step.action == Action::ClaimPublic);
        steps
            .filter_map(|step| {
                let content_sha = step.base()?.clone();
                let found = here.inventory.skills.get(&step.slug)?;
                Some(Entry::of(step, found, content_sha, version(&step.slug)))
            })
            .collect()
    }

    /// Writes bases of this server, account and root.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn write_bases(&self, changes: &BaseChanges) -> Result<()> {
        if !changes.is_empty() {
            sync_base::merge(self.paths, &self.base_key, changes)?;
        }
        Ok(())
    }

    /// Closes a run of which nothing is pending. The same call again gives the same answer, so a lost one costs nothing.
    async fn close(&self, run: &Run, outcome: &mut Outcome) -> Result<()> {
        if run.pending().next().is_some() {
            return Ok(());
        }
        let Some(request) = run.finalize_request() else { return Ok(()) };
        match self.account.finalize(&request).await {
            Ok(closed) => {
                outcome.status = Some(closed.status);
                outcome.drive_count = Some(closed.drive_count);
                outcome.high_water = closed.grandfather_high_water;
                let server = &self.base_key.server;
                let mut state = SyncState::read(self.paths, server)?;
                state.finalized = true;
                state.write(self.paths, server)?;
                self.journal.remove()
            }
            Err(error) if matches!(error.status(), Some(404 | 409)) => {
                outcome.warnings.push(format!("the drive had closed the run before: {error}"));
                self.journal.remove()
            }
            Err(error) => Err(Error::from(error)
                .context("everything is in its place, but the run could not be closed")
                .hint("skillzdrive sync closes it")),
        }
    }
}

/// Whether an error is the drive's answer "no", so that nothing was committed.
fn is_refusal(error: &ApiError) -> bool {
    error.status().is_some_and(|status| (400..500).contains(&status))
}

/// What the drive left out, and what it did without leaving anything to do.
fn note_the_rest(run: &Run, outcome: &mut Outcome) {
    for step in run.steps() {
        let known = outcome.done.iter().any(|done| done.slug == step.slug)
            || outcome.failed.iter().any(|failed| failed.slug == step.slug);
        match &step.state {
            _ if known => {}
            StepState::Pending => {}
            StepState::Done { .. } => outcome.done.push(Done {
                slug: step.slug.clone(),
                action: step.action.clone(),
                path: None,
                version: None,
                cost: step.cost,
            }),
            StepState::Failed { error } => outcome.failed.push(NotDone {
                slug: step.slug.clone(),
                action: step.action.clone(),
                error: Error::new(Kind::Failure, error.clone()).code("step_failed"),
            }),
            StepState::Skipped { reason } => {
                outcome.left_out.push((step.slug.clone(), step.action.clone(), reason.clone()));
            }
            StepState::Stale => {
                let reason = "the drive changed meanwhile".to_owned();
                outcome.left_out.push((step.slug.clone(), step.action.clone(), reason));
            }
        }
    }
}
