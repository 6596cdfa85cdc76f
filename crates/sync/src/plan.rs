//! Preview answer + what this machine knows + what the person wants → what will be done, as a value.
//!
//! This module must not do anything: a plan is shown, written to a file, compared with a later one and carried out
//! elsewhere. What becomes of a single slug is decided in `decide`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::liberal;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Classification;
use skillzdrive_wire::sync::Kind;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::sync::Preview;

use crate::decide::Outcome;
use crate::decide::ambiguous;
use crate::decide::decide;
use crate::input::Machine;
use crate::input::Options;

/// More removals than this stop a run that did not allow them by number.
const MOST_REMOVALS: u64 = 10;

/// Whether a step is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is.
    Do,
    /// It is not; the step's `reason` says why.
    Skip,
}

/// One slug that is not in sync.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The slug.
    pub slug: Slug,
    /// What is to happen, after the guard and the decision of a conflict.
    pub action: Action,
    /// Whether it will.
    pub decision: Decision,
    /// What the drive says it costs, in credits.
    pub cost: u64,
    /// Why it is skipped, or what the drive says about it.
    pub reason: Option<String>,
    /// L.
    pub local_sha: Option<ContentSha>,
    /// D.
    pub drive_sha: Option<ContentSha>,
    /// B.
    pub base_sha: Option<ContentSha>,
    /// The size of what moves, in bytes.
    pub content_size: Option<u64>,
    /// The drive's version.
    pub version: Option<u64>,
    /// The preview's object exactly as received.
    pub told: Value,
    /// A conflict that nobody decided.
    pub undecided: bool,
}

impl Step {
    /// Whether the drive takes part in it through `execute`. A skill that goes to the trash concerns this machine alone,
    /// and one that is removed from the drive has its own route.
    fn is_sent(&self) -> bool {
        self.decision == Decision::Do && !matches!(self.action, Action::RemovedOnDrive | Action::RemovedHere)
    }

    fn facts(&self) -> (&Slug, Option<&Value>, [&Option<ContentSha>; 3], u64) {
        (&self.slug, self.told.get("action"), [&self.local_sha, &self.drive_sha, &self.base_sha], self.cost)
    }
}

/// What a sync will do. `sync --plan FILE` writes it and `sync --apply FILE` carries out exactly it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Why it runs.
    pub kind: Kind,
    /// Which part is carried out.
    pub mode: Mode,
    /// Every slug that is not in sync, skipped ones included, sorted by slug.
    pub steps: Vec<Step>,
    /// What the steps that will be done cost, in credits.
    pub cost: u64,
    /// What the account has, in credits.
    pub balance: i64,
    /// Slugs whose two sides are equal: their base is to be written, whatever the mode.
    pub in_sync: Vec<(Slug, ContentSha)>,
    /// Slugs that neither side has any more: their base is to be forgotten, or a skill that comes back to the drive
    /// would look as if it had been removed here.
    pub forget: Vec<Slug>,
    /// Conflicts that become two skills. The client copies the folder (first name) to the second name, remembers that in
    /// [`Machine::copies`], then previews and plans again with [`Options::after_forks`]; until then the original is a
    /// skipped step.
    pub forks: Vec<(Slug, Slug)>,
}

/// How many steps there are of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Steps that will be done, by action.
    pub by_action: BTreeMap<String, u64>,
    /// Steps that will not.
    pub skipped: u64,
    /// Among them, conflicts that nobody decided.
    pub undecided: u64,
    /// Slugs whose two sides are equal.
    pub in_sync: u64,
}

impl Plan {
    /// The objects for `execute`: the preview's own, with `action` replaced where the plan decided otherwise.
    #[must_use]
    pub fn to_send(&self) -> Vec<Value> {
        self.sent().map(told_with_action).collect()
    }

    /// The steps that [`Plan::to_send`] sends.
    pub fn sent(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.is_sent())
    }

    /// The skills that go to this machine's trash; their base is forgotten afterwards.
    pub fn removals(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|s| s.decision == Decision::Do && s.action == Action::RemovedOnDrive)
    }

    /// The skills that are removed from the drive because they were removed here; their base is forgotten afterwards.
    pub fn drive_removals(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|s| s.decision == Decision::Do && s.action == Action::RemovedHere)
    }

    /// Whether nothing will be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forks.is_empty() && self.steps.iter().all(|step| step.decision == Decision::Skip)
    }

    /// The conflicts that nobody decided.
    pub fn undecided(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.undecided)
    }

    /// How many steps there are of each kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { in_sync: self.in_sync.len() as u64, ..Counts::default() };
        for step in &self.steps {
            counts.undecided += u64::from(step.undecided);
            match step.decision {
                Decision::Do => *counts.by_action.entry(step.action.to_string()).or_default() += 1,
                Decision::Skip => counts.skipped += 1,
            }
        }
        counts
    }

    /// Whether a plan that was made now stands on the same facts as this one, so that this one may be carried out.
    ///
    /// Decisions are not compared, for they are this plan's: only what the drive said and the digests are.
    ///
    /// # Errors
    /// The slugs whose facts changed, appeared or went, sorted.
    pub fn matches(&self, fresh: &Self) -> Result<(), Vec<Slug>> {
        let ours: BTreeMap<&Slug, &Step> = self.steps.iter().map(|step| (&step.slug, step)).collect();
        let theirs: BTreeMap<&Slug, &Step> = fresh.steps.iter().map(|step| (&step.slug, step)).collect();
        let changed: Vec<Slug> = ours
            .keys()
            .chain(theirs.keys())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|slug| ours.get(*slug).map(|s| s.facts()) != theirs.get(*slug).map(|s| s.facts()))
            .map(|slug| (*slug).clone())
            .collect();
        if changed.is_empty() { Ok(()) } else { Err(changed) }
    }
}

fn told_with_action(step: &Step) -> Value {
    let mut told = step.told.clone();
    if let Some(object) = told.as_object_mut() {
        object.insert("action".to_owned(), Value::String(step.action.as_str().to_owned()));
    }
    told
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A skill that was sent was not answered.
    #[error("this drive speaks another sync dialect: it did not answer for `{0}`")]
    Unanswered(Slug),
    /// A slug was answered twice.
    #[error("this drive speaks another sync dialect: it answered twice for `{0}`")]
    Duplicate(Slug),
    /// An answer is not a classification.
    #[error("this drive speaks another sync dialect: answer {at} cannot be read: {detail}")]
    Unreadable {
        /// Its place in the list, from 0.
        at: usize,
        /// What is wrong.
        detail: String,
    },
    /// The plan costs more than the account has.
    #[error("the plan costs {} and the balance is {balance}", credits(*cost))]
    OverBalance {
        /// What it costs.
        cost: u64,
        /// What there is.
        balance: i64,
    },
    /// The plan costs more than the person allowed.
    #[error("the plan costs {} and the limit is {limit}", credits(*cost))]
    OverMaxCredits {
        /// What it costs.
        cost: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The plan removes more than a person would expect.
    #[error("the plan removes {removals} of {of} skills and the limit is {limit}")]
    TooManyRemovals {
        /// How many.
        removals: u64,
        /// Of how many.
        of: u64,
        /// How many are allowed.
        limit: u64,
    },
}

fn credits(count: u64) -> String {
    format!("{count} {}", if count == 1 { "credit" } else { "credits" })
}

/// Makes the plan.
///
/// # Errors
/// [`PlanError`]: the answer is not one for this request, or the plan goes beyond what is allowed.
pub fn plan(preview: Preview<Value>, machine: &Machine, options: &Options) -> Result<Plan, PlanError> {
    let balance = preview.credits.balance;
    let answers = read(preview)?;
    if let Some(slug) = machine.local.keys().find(|slug| !answers.contains_key(*slug)) {
        return Err(PlanError::Unanswered(slug.clone()));
    }
    let in_drive = answers.values().filter(|(_, told)| told.drive_sha.is_some()).count() as u64;
    let forget = machine
        .bases_of_absent
        .keys()
        .filter(|slug| !machine.ambiguous.contains(*slug))
        .filter(|slug| answers.get(*slug).is_none_or(|(_, told)| told.action == Action::RemovedOnDrive))
        .cloned()
        .collect();
    let mut names: BTreeSet<Slug> =
        machine.local.keys().chain(answers.keys()).chain(&machine.ambiguous).cloned().collect();
    let unsent: Vec<Slug> = machine
        .ambiguous
        .iter()
        .filter(|slug| !answers.contains_key(*slug) && !options.skip.contains(*slug))
        .cloned()
        .collect();
    let mut plan = Plan {
        kind: options.kind.clone(),
        mode: options.mode.clone(),
        steps: Vec::new(),
        cost: 0,
        balance,
        in_sync: Vec::new(),
        forget,
        forks: Vec::new(),
    };
    for (value, told) in answers.into_values() {
        match decide(value, told, machine, options, &mut names) {
            Outcome::InSync(slug, sha) => plan.in_sync.push((slug, sha)),
            Outcome::Nothing => {}
            Outcome::Step(step) => plan.steps.push(*step),
            Outcome::Fork(step, name) => {
                plan.forks.push((step.slug.clone(), name));
                plan.steps.push(*step);
            }
        }
    }
    plan.steps.extend(unsent.into_iter().map(ambiguous));
    plan.steps.sort_by(|a, b| a.slug.cmp(&b.slug));
    fit_to_credits(&mut plan, options)?;
    check_removals(&plan, machine.local.len() as u64, in_drive, options)?;
    Ok(plan)
}

type Answers = BTreeMap<Slug, (Value, Classification)>;

fn read(preview: Preview<Value>) -> Result<Answers, PlanError> {
    let mut answers = Answers::new();
    for (at, value) in preview.classifications.into_iter().enumerate() {
        let told = liberal::read::<Classification>(value.clone())
            .map_err(|error| PlanError::Unreadable { at, detail: error.to_string() })?;
        let slug = told.slug.clone();
        if answers.insert(slug.clone(), (value, told)).is_some() {
            return Err(PlanError::Duplicate(slug));
        }
    }
    Ok(answers)
}

/// The slugs that a budget pays for, cheapest first, equal costs by slug (`mode: as_many_as_credits_allow`).
#[must_use]
pub fn affordable<'a>(costs: impl IntoIterator<Item = (&'a Slug, u64)>, budget: u64) -> BTreeSet<&'a Slug> {
    let mut costs: Vec<(u64, &Slug)> = costs.into_iter().map(|(slug, cost)| (cost, slug)).collect();
    costs.sort_unstable();
    let mut left = budget;
    costs
        .into_iter()
        .map_while(|(cost, slug)| {
            left = left.checked_sub(cost)?;
            Some(slug)
        })
        .collect()
}

fn fit_to_credits(plan: &mut Plan, options: &Options) -> Result<(), PlanError> {
    let balance = if options.credits_matter { u64::try_from(plan.balance).unwrap_or(0) } else { u64::MAX };
    if options.mode == Mode::AsManyAsCreditsAllow {
        let budget = balance.min(options.max_credits.unwrap_or(u64::MAX));
        let fits: BTreeSet<Slug> =
            affordable(plan.sent().map(|step| (&step.slug, step.cost)), budget).into_iter().cloned().collect();
        for step in plan.steps.iter_mut().filter(|step| step.is_sent() && !fits.contains(&step.slug)) {
            step.decision = Decision::Skip;
            step.reason = Some("insufficient_credits".to_owned());
        }
    }
    plan.cost = plan.sent().fold(0, |sum, step| sum.saturating_add(step.cost));
    if let Some(limit) = options.max_credits.filter(|limit| plan.cost > *limit) {
        return Err(PlanError::OverMaxCredits { cost: plan.cost, limit });
    }
    // A plan that costs nothing goes through even for an account in debt.
    if plan.cost > balance {
        return Err(PlanError::OverBalance { cost: plan.cost, balance: plan.balance });
    }
    Ok(())
}

/// Stops a plan that would empty one side: a wiped drive must not empty the machine, nor a wiped machine the drive.
fn check_removals(plan: &Plan, local: u64, in_drive: u64, options: &Options) -> Result<(), PlanError> {
    for (removals, of) in [(plan.removals().count() as u64, local), (plan.drive_removals().count() as u64, in_drive)] {
        let limit = options.max_delete.unwrap_or_else(|| (of / 4).clamp(1, MOST_REMOVALS));
        if removals > limit {
            return Err(PlanError::TooManyRemovals { removals, of, limit });
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
