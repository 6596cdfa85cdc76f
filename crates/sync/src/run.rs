//! How far a run has come: the content of the journal.
//!
//! This module must not write the journal or do a step; it only says what may be done next, and the crate's own text
//! gives the order in which a client writes and acts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::Error;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::RunId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::ExecuteResult;
use skillzdrive_wire::sync::Executed;
use skillzdrive_wire::sync::FinalizeRequest;
use skillzdrive_wire::sync::Kind;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::sync::ResultStatus;
use skillzdrive_wire::sync::StepResult;
use skillzdrive_wire::sync::StepStatus;
use skillzdrive_wire::sync::UploadInstruction;

use crate::plan::Plan;
use crate::plan::Step;

/// The journal's version that this crate writes.
pub const JOURNAL_VERSION: u32 = 1;

/// To whom a run belongs. A journal is resumed only where all of it is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The drive's origin.
    pub server: String,
    /// The account, and the key's scope where there is one.
    pub account: String,
    /// The root of the skills: the project's folder or the home.
    pub root: String,
    /// This installation.
    pub install_id: InstallId,
}

/// A run, as the journal holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`JOURNAL_VERSION`]; a journal with another one is not read.
    #[serde(deserialize_with = "known_version")]
    pub version: u32,
    /// To whom it belongs.
    #[serde(flatten)]
    pub head: Head,
    /// Why it runs.
    pub kind: Kind,
    /// Which part is carried out.
    pub mode: Mode,
    /// How far it has come.
    pub phase: Phase,
}

/// A journal that a newer program wrote may hold states that this one would misread.
fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        JOURNAL_VERSION => Ok(JOURNAL_VERSION),
        other => Err(D::Error::custom(format!("version {other} of the journal is not known"))),
    }
}

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// `execute` is about to be called, or its answer was lost.
    Intent {
        /// What was sent.
        steps: Vec<Intended>,
    },
    /// `execute` answered.
    Running {
        /// The run that the drive opened.
        run_id: RunId,
        /// What was sent, with what became of it.
        steps: Vec<RunStep>,
    },
}

/// A step that was sent to `execute`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intended {
    /// The slug.
    pub slug: Slug,
    /// What was asked for.
    pub action: Action,
    /// L as the plan saw it.
    pub local_sha: Option<ContentSha>,
    /// D as the plan saw it.
    pub drive_sha: Option<ContentSha>,
    /// What it may cost, in credits.
    pub cost: u64,
}

impl From<&Step> for Intended {
    fn from(step: &Step) -> Self {
        Self {
            slug: step.slug.clone(),
            action: step.action.clone(),
            local_sha: step.local_sha.clone(),
            drive_sha: step.drive_sha.clone(),
            cost: step.cost,
        }
    }
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// The client's part is to be done.
    Pending,
    /// Both sides hold the same.
    Done {
        /// What they hold, which becomes the base; none where the drive said so without being seen to.
        content_sha: Option<ContentSha>,
    },
    /// It went wrong.
    Failed {
        /// What.
        error: String,
    },
    /// It was left out.
    Skipped {
        /// Why.
        reason: String,
    },
    /// The drive changed since the preview: nothing was done, and a new preview is needed.
    Stale,
}

/// A step of a run that the drive has opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStep {
    /// The slug.
    pub slug: Slug,
    /// What is done.
    pub action: Action,
    /// What became of it.
    pub state: StepState,
    /// L as the plan saw it: the folder must still hold this when the step is done.
    pub expected_local: Option<ContentSha>,
    /// D as the plan saw it: an upload's ticket names it as `baseSha`.
    pub expected_drive: Option<ContentSha>,
    /// What both sides must hold afterwards; none for a step that is not done.
    pub content_sha: Option<ContentSha>,
    /// Where an upload goes.
    pub upload: Option<UploadInstruction>,
    /// Where a download comes from. Its address may be signed, so the journal is private, and it may have run out when a
    /// run is resumed.
    pub download: Option<Download>,
    /// What it cost or will cost, in credits.
    pub cost: u64,
}

impl RunStep {
    /// The base to write, once the step is done. Writing it again on a resume changes nothing.
    #[must_use]
    pub fn base(&self) -> Option<&ContentSha> {
        match &self.state {
            StepState::Done { content_sha } => content_sha.as_ref(),
            _ => None,
        }
    }
}

/// What a start that finds a journal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// `execute` may or may not have happened: only a new preview tells.
    PreviewAfresh,
    /// Do the steps that are pending.
    Apply,
    /// Every step is done: close the run.
    Finalize,
}

/// Why an answer of `execute` is not one for what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialectError {
    /// A slug that was sent is not answered.
    #[error("this drive speaks another sync dialect: it did not answer for `{0}`")]
    Unanswered(Slug),
    /// A slug is answered twice or was never sent.
    #[error("this drive speaks another sync dialect: it answered for `{0}`, which it was not asked")]
    NotAsked(Slug),
    /// The run is not waiting for an answer.
    #[error("the run `{0}` was already executed")]
    AlreadyExecuted(RunId),
}

impl Run {
    /// The run before `execute`.
    #[must_use]
    pub fn intent(head: Head, plan: &Plan) -> Self {
        Self {
            version: JOURNAL_VERSION,
            head,
            kind: plan.kind.clone(),
            mode: plan.mode.clone(),
            phase: Phase::Intent { steps: plan.sent().map(Intended::from).collect() },
        }
    }

    /// The run after `execute` answered.
    ///
    /// # Errors
    /// [`DialectError`]: the answer is not one for what was sent. The journal then still says "intent", so that the next
    /// start previews afresh.
    pub fn executed(self, answer: Executed) -> Result<Self, DialectError> {
        let intended = match self.phase {
            Phase::Intent { steps } => steps,
            Phase::Running { run_id, .. } => return Err(DialectError::AlreadyExecuted(run_id)),
        };
        let mut results: BTreeMap<Slug, ExecuteResult> = BTreeMap::new();
        for result in answer.results {
            let slug = result.slug.clone();
            if results.insert(slug.clone(), result).is_some() {
                return Err(DialectError::NotAsked(slug));
            }
        }
        let mut steps = Vec::with_capacity(intended.len());
        for step in intended {
            let result = results.remove(&step.slug).ok_or_else(|| DialectError::Unanswered(step.slug.clone()))?;
            steps.push(opened(step, result));
        }
        if let Some((slug, _)) = results.pop_first() {
            return Err(DialectError::NotAsked(slug));
        }
        Ok(Self { phase: Phase::Running { run_id: answer.run_id, steps }, ..self })
    }

    /// The run's identity, once the drive gave it one.
    #[must_use]
    pub fn run_id(&self) -> Option<&RunId> {
        match &self.phase {
            Phase::Intent { .. } => None,
            Phase::Running { run_id, .. } => Some(run_id),
        }
    }

    /// The steps, once the drive opened the run.
    #[must_use]
    pub fn steps(&self) -> &[RunStep] {
        match &self.phase {
            Phase::Intent { .. } => &[],
            Phase::Running { steps, .. } => steps,
        }
    }

    /// The steps whose client part is to be done.
    pub fn pending(&self) -> impl Iterator<Item = &RunStep> {
        self.steps().iter().filter(|step| step.state == StepState::Pending)
    }

    /// Notes what became of a step. A step that is not pending keeps what it has.
    pub fn record(&mut self, slug: &Slug, state: StepState) {
        if let Phase::Running { steps, .. } = &mut self.phase {
            let pending = |step: &&mut RunStep| step.slug == *slug && step.state == StepState::Pending;
            if let Some(step) = steps.iter_mut().find(pending) {
                step.state = state;
            }
        }
    }

    /// Whether a new preview is needed after this run, because the drive changed under it.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.steps().iter().any(|step| step.state == StepState::Stale)
    }

    /// The body of `finalize`, once the drive opened the run. A step that is still pending counts as failed.
    #[must_use]
    pub fn finalize_request(&self) -> Option<FinalizeRequest> {
        let results = self.steps().iter().map(step_result).collect();
        let run_id = self.run_id()?.clone();
        Some(FinalizeRequest { run_id, install_id: self.head.install_id, results })
    }

    /// What a start that finds this run in its journal does.
    #[must_use]
    pub fn resume(&self) -> Resume {
        match &self.phase {
            Phase::Intent { .. } => Resume::PreviewAfresh,
            Phase::Running { .. } if self.pending().next().is_some() => Resume::Apply,
            Phase::Running { .. } => Resume::Finalize,
        }
    }
}

/// What an answer of `execute` makes of a step.
fn opened(step: Intended, result: ExecuteResult) -> RunStep {
    let failed = |error: &str| StepState::Failed { error: error.to_owned() };
    let skipped = |word: &str| StepState::Skipped {
        reason: result.reason.clone().filter(|reason| !reason.is_empty()).unwrap_or_else(|| word.to_owned()),
    };
    let sends = matches!(step.action, Action::UploadPrivate | Action::UploadUpdate);
    let comes = matches!(step.action, Action::DownloadInstall | Action::DownloadUpdate);
    let state = match &result.status {
        _ if result.action != step.action => failed("the drive answered with another action"),
        ResultStatus::Skipped => skipped("skipped"),
        ResultStatus::Stale => StepState::Stale,
        ResultStatus::Failed => failed(result.reason.as_deref().unwrap_or("failed on the drive")),
        // Whether anything was done is not known, so nobody is told that it is well.
        ResultStatus::Other(word) => {
            failed(&format!("the drive says `{}`, which this program does not know", word.escape_debug()))
        }
        // A drive may count a download as committed on its side; the bytes have to come all the same.
        ResultStatus::Committed | ResultStatus::Deferred if comes => match &result.download {
            None => failed("the drive gave no address to download from"),
            Some(d) if step.drive_sha.as_ref().is_some_and(|sha| *sha != d.content_sha) => StepState::Stale,
            Some(_) => StepState::Pending,
        },
        ResultStatus::Deferred if sends => match &result.upload {
            None => failed("the drive gave no place to upload to"),
            Some(_) => StepState::Pending,
        },
        ResultStatus::Deferred => failed("the drive deferred a step that has nothing to send or fetch"),
        // The base is written only for what was seen to be equal: a claim names its digest. For anything else the next
        // preview says `in_sync` if it is true.
        ResultStatus::Committed if step.action == Action::ClaimPublic => {
            StepState::Done { content_sha: step.local_sha.clone() }
        }
        ResultStatus::Committed => StepState::Done { content_sha: None },
    };
    let content_sha = match &state {
        StepState::Pending if comes => result.download.as_ref().map(|download| download.content_sha.clone()),
        StepState::Pending | StepState::Done { .. } => step.local_sha.clone(),
        _ => None,
    };
    RunStep {
        slug: step.slug,
        action: step.action,
        state,
        expected_local: step.local_sha,
        expected_drive: step.drive_sha,
        content_sha,
        upload: result.upload,
        download: result.download,
        cost: result.credit_cost,
    }
}

fn step_result(step: &RunStep) -> StepResult {
    let (status, content_sha, error) = match &step.state {
        StepState::Pending => (StepStatus::Failed, None, Some("not done".to_owned())),
        StepState::Done { content_sha } => (StepStatus::Done, content_sha.clone().or(step.content_sha.clone()), None),
        StepState::Failed { error } => (StepStatus::Failed, None, Some(error.clone())),
        StepState::Skipped { reason } => (StepStatus::Skipped, None, Some(reason.clone())),
        StepState::Stale => (StepStatus::Skipped, None, Some("stale".to_owned())),
    };
    StepResult { slug: step.slug.clone(), action: step.action.clone(), status, content_sha, error }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
