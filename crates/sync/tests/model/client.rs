//! The client around the pure core: trash, base, journal and network, each of which may fail or be cut off.
//!
//! Every decision must come from the crate; this file only keeps the order of effects.

mod effects;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use skillzdrive_sync::Head;
use skillzdrive_sync::Local;
use skillzdrive_sync::Machine as Known;
use skillzdrive_sync::Options;
use skillzdrive_sync::Plan;
use skillzdrive_sync::PlanError;
use skillzdrive_sync::Resume;
use skillzdrive_sync::Run;
use skillzdrive_sync::RunStep;
use skillzdrive_sync::StepState;
use skillzdrive_sync::plan;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Kind;
use skillzdrive_wire::sync::LocalSkill;
use skillzdrive_wire::sync::PreviewRequest;

use crate::drive::Bytes;
use crate::drive::Drive;
use crate::drive::Refusal;
use crate::drive::bytes_of;
use crate::drive::sha;
use crate::world::Act;
use crate::world::Machine;
use crate::world::World;

/// What cuts into a sync.
#[derive(Debug, Clone)]
pub(crate) enum Cut {
    /// The process is killed.
    Kill,
    /// The next request never reaches the drive.
    LoseRequest,
    /// The next request reaches the drive and its answer is lost.
    LoseAnswer,
    /// Somebody does something meanwhile.
    Meanwhile(Act),
    /// Another machine syncs meanwhile.
    OtherSync(u8),
}

/// The process is gone; only what lies on the disk is left.
#[derive(Debug)]
pub(crate) struct Killed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Network,
    Refused(Refusal),
}

/// How a sync that was not killed ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Everything in the plan was done.
    Clean,
    /// The plan was carried out and these slugs were not done.
    Unclean(BTreeSet<Slug>),
    /// There was no plan.
    Stopped(PlanError),
    /// A request failed.
    Trouble(Trouble),
}

pub(crate) struct Session<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) machine: usize,
    pub(crate) drive: usize,
    pub(crate) options: Options,
    pub(crate) cuts: Vec<(u8, Cut)>,
    /// Read once, at the start, like everything that a process is.
    account: usize,
    install: InstallId,
    /// A journal is being finished, whose decisions were made under other options.
    resumed: bool,
    point: u8,
    fault: Option<Cut>,
    /// What the drive remembered as removed when it was last asked.
    tombstones: BTreeSet<Slug>,
    /// Whether it was honest then.
    lied: bool,
    /// B of the skills that were here then.
    bases: BTreeMap<Slug, Bytes>,
    /// Synced skills that were not here any more.
    removed_here: BTreeSet<Slug>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(
        world: &'a mut World,
        machine: usize,
        drive: usize,
        options: Options,
        cuts: Vec<(u8, Cut)>,
    ) -> Self {
        let account = world.machines[machine].account;
        let install = world.machines[machine].install;
        Self {
            world,
            machine,
            drive,
            options,
            cuts,
            account,
            install,
            resumed: false,
            point: 0,
            fault: None,
            tombstones: BTreeSet::new(),
            lied: false,
            bases: BTreeMap::new(),
            removed_here: BTreeSet::new(),
        }
    }

    fn here(&mut self) -> &mut Machine {
        &mut self.world.machines[self.machine]
    }

    /// A moment between two effects: whatever cuts in does it here.
    fn moment(&mut self) -> Result<(), Killed> {
        self.point = self.point.saturating_add(1);
        let now: Vec<Cut> = self.cuts.iter().filter(|(at, _)| *at == self.point).map(|(_, cut)| cut.clone()).collect();
        for cut in now {
            match cut {
                Cut::Kill => return Err(Killed),
                Cut::LoseRequest | Cut::LoseAnswer => self.fault = Some(cut),
                Cut::Meanwhile(act) => self.world.act(&act),
                Cut::OtherSync(other) => {
                    let other = self.world.machine(other);
                    if other != self.machine {
                        let options = Options { max_delete: Some(u64::MAX), ..self.options.clone() };
                        let end = Session::new(self.world, other, self.drive, options, Vec::new()).sync();
                        end.expect("nothing kills it");
                        self.world.check();
                    }
                }
            }
        }
        Ok(())
    }

    fn call<T>(
        &mut self,
        request: impl FnOnce(&mut Drive, usize) -> Result<T, Refusal>,
    ) -> Result<Result<T, Trouble>, Killed> {
        self.moment()?;
        let fault = self.fault.take();
        if matches!(fault, Some(Cut::LoseRequest)) {
            return Ok(Err(Trouble::Network));
        }
        let answer = request(&mut self.world.drives[self.drive], self.account).map_err(Trouble::Refused);
        self.moment()?;
        Ok(if fault.is_some() { Err(Trouble::Network) } else { answer })
    }

    fn note(&mut self, what: impl ToString) {
        self.world.seen.insert(what.to_string());
    }

    /// One `sync` command.
    pub(crate) fn sync(mut self) -> Result<End, Killed> {
        let end = self.run();
        match &end {
            Err(Killed) => self.note("killed"),
            Ok(End::Trouble(trouble)) => self.note(format!("ended by {trouble:?}")),
            Ok(End::Stopped(PlanError::OverBalance { .. })) => self.note("stopped by the balance"),
            Ok(End::Stopped(PlanError::OverMaxCredits { .. })) => self.note("stopped by --max-credits"),
            Ok(End::Stopped(PlanError::TooManyRemovals { .. })) => self.note("stopped by --max-delete"),
            Ok(End::Stopped(other)) => panic!("this drive speaks the dialect: {other}"),
            Ok(End::Clean | End::Unclean(_)) => {}
        }
        end
    }

    fn run(&mut self) -> Result<End, Killed> {
        let displaced = std::mem::take(&mut self.here().staging);
        self.here().trash.extend(displaced);
        if let Err(trouble) = self.finish_journal()? {
            return Ok(End::Trouble(trouble));
        }
        // A copy that is made is followed by another preview; a second round of copies is none of this plan's.
        for _ in 0..2 {
            let plan = match self.preview()? {
                Ok(Ok(plan)) => plan,
                Ok(Err(stopped)) => return Ok(End::Stopped(stopped)),
                Err(trouble) => return Ok(End::Trouble(trouble)),
            };
            if plan.forks.is_empty() {
                return self.carry_out(&plan);
            }
            self.note("forked");
            for (original, copy) in &plan.forks {
                self.moment()?;
                let bytes = self.here().skills.get(original).map(|folder| folder.bytes);
                let before = self.here().copies.get(original).copied();
                assert!(bytes.is_none() || before != bytes, "`{original}` was copied twice");
                if let Some(bytes) = bytes {
                    self.here().put(copy, copy.as_str(), bytes);
                }
                if !self.here().skills.contains_key(copy) {
                    return Ok(End::Unclean([original.clone()].into()));
                }
                self.moment()?;
                self.here().copies.extend(bytes.map(|bytes| (original.clone(), bytes)));
            }
            self.options = self.options.clone().after_forks(&plan.forks);
        }
        Ok(End::Unclean(BTreeSet::new()))
    }

    /// The plan that a sync would carry out now; it changes nothing.
    pub(crate) fn look(mut self) -> Result<Plan, PlanError> {
        self.preview().expect("nothing kills it").expect("nothing is lost")
    }

    fn preview(&mut self) -> Result<Result<Result<Plan, PlanError>, Trouble>, Killed> {
        let known = self.inventory();
        let bases = known.local.iter().filter_map(|(slug, local)| Some((slug.clone(), bytes_of(local.base.as_ref()?))));
        self.bases = bases.collect();
        self.removed_here = known.bases_of_absent.keys().cloned().collect();
        let drive = self.drive;
        let kind = if self.here().finalized.contains(&drive) { Kind::Manual } else { Kind::FirstRun };
        self.options.kind = kind.clone();
        let local = known.local.iter().map(|(slug, local)| LocalSkill {
            slug: slug.clone(),
            content_sha: local.sha.clone(),
            base_sha: local.base.clone(),
            content_size: 0,
            name: String::new(),
            description: String::new(),
        });
        let mode = self.options.mode.clone();
        let request = PreviewRequest { install_id: self.install, kind, mode, local: local.collect() };
        let answer = self.call(|drive, account| {
            let tombstones = drive.accounts[account].tombstones.clone();
            Ok((drive.preview(account, &request), tombstones, drive.lie.is_some()))
        })?;
        Ok(answer.map(|(preview, tombstones, lied)| {
            (self.tombstones, self.lied) = (tombstones, lied);
            let plan = plan(preview, &known, &self.options)?;
            let written = serde_json::to_string(&plan).expect("a plan is JSON");
            assert_eq!(
                serde_json::from_str::<Plan>(&written).expect("a plan is read back"),
                plan,
                "the plan does not survive a file"
            );
            Ok(plan)
        }))
    }

    fn inventory(&mut self) -> Known {
        let (drive, account) = (self.drive, self.account);
        let machine = &self.world.machines[self.machine];
        let base = |slug: &Slug| machine.bases.get(&(drive, account, slug.clone())).map(|b| sha(*b));
        let copies = machine.copies.iter().map(|(slug, bytes)| (slug.clone(), sha(*bytes))).collect();
        let mut known = Known { copies, ..Known::default() };
        for (slug, folder) in &machine.skills {
            if machine.twins.contains_key(slug) {
                known.ambiguous.insert(slug.clone());
                continue;
            }
            let installed = machine.lock.get(slug) == Some(&folder.bytes);
            let versions = self.world.drives[drive].versions(account, slug);
            let local = Local {
                sha: sha(folder.bytes),
                base: base(slug),
                known: installed || versions.contains(&folder.bytes),
                swappable: !folder.linked,
            };
            known.local.insert(slug.clone(), local);
        }
        for (d, a, slug) in machine.bases.keys() {
            if (*d, *a) == (drive, account) && !machine.skills.contains_key(slug) {
                known.bases_of_absent.extend(base(slug).map(|sha| (slug.clone(), sha)));
            }
        }
        known
    }

    fn write_base(&mut self, slug: &Slug, content: &ContentSha) -> Result<(), Killed> {
        let key = (self.drive, self.account, slug.clone());
        self.here().bases.insert(key, bytes_of(content));
        self.moment()
    }

    fn forget_base(&mut self, slug: &Slug) -> Result<(), Killed> {
        let key = (self.drive, self.account, slug.clone());
        self.here().bases.remove(&key);
        self.moment()
    }

    fn write_journal(&mut self, run: &Run) -> Result<(), Killed> {
        let key = (self.drive, self.account);
        self.here().journals.insert(key, serde_json::to_string(run).expect("a journal is JSON"));
        self.moment()
    }

    fn carry_out(&mut self, plan: &Plan) -> Result<End, Killed> {
        let mut undone: BTreeSet<Slug> = plan.undecided().map(|step| step.slug.clone()).collect();
        for (slug, content) in &plan.in_sync {
            self.write_base(slug, content)?;
        }
        for slug in &plan.forget {
            self.forget_base(slug)?;
        }
        for step in plan.removals() {
            self.note("pruned");
            if !self.trash(step)? {
                undone.insert(step.slug.clone());
            }
        }
        for step in plan.drive_removals() {
            self.note("removed from the drive");
            match self.call(|drive, account| {
                drive.remove(account, &step.slug);
                Ok(())
            })? {
                Ok(()) => self.forget_base(&step.slug)?,
                Err(trouble) => return Ok(End::Trouble(trouble)),
            }
        }
        let asked = plan.to_send();
        if !asked.is_empty() {
            match self.execute(plan, &asked)? {
                Ok(run) => {
                    let left = run.steps().iter().filter(|step| !matches!(step.state, StepState::Done { .. }));
                    undone.extend(left.map(|step| step.slug.clone()));
                }
                Err(trouble) => return Ok(End::Trouble(trouble)),
            }
        }
        Ok(if undone.is_empty() { End::Clean } else { End::Unclean(undone) })
    }

    fn execute(&mut self, plan: &Plan, asked: &[Value]) -> Result<Result<Run, Trouble>, Killed> {
        let head = Head {
            server: format!("drive-{}", self.drive),
            account: format!("account-{}", self.account),
            root: "home".to_owned(),
            install_id: self.install,
        };
        let run = Run::intent(head, plan);
        self.write_journal(&run)?;
        let install = self.install;
        let how = (&plan.kind, &plan.mode);
        match self.call(|drive, account| drive.execute(account, install, how, asked))? {
            Ok(answer) => {
                let run = run.executed(answer).expect("the drive speaks this dialect");
                for step in run.steps().iter().filter(|step| step.state != StepState::Pending) {
                    let state = format!("{:?}", step.state);
                    self.note(format!("{} at once {}", step.action, state.split(" {").next().unwrap_or_default()));
                }
                self.write_journal(&run)?;
                self.apply(run)
            }
            Err(trouble) => Ok(Err(trouble)),
        }
    }

    fn finish_journal(&mut self) -> Result<Result<(), Trouble>, Killed> {
        let key = (self.drive, self.account);
        let Some(text) = self.here().journals.get(&key).cloned() else { return Ok(Ok(())) };
        let run: Run = serde_json::from_str(&text).expect("a journal is read back");
        self.note(format!("resumed to {:?}", run.resume()));
        match run.resume() {
            Resume::PreviewAfresh => Ok(Ok(())),
            Resume::Apply | Resume::Finalize => {
                self.resumed = true;
                let end = self.apply(run)?.map(|_| ());
                self.resumed = false;
                Ok(end)
            }
        }
    }

    fn apply(&mut self, mut run: Run) -> Result<Result<Run, Trouble>, Killed> {
        let bases: Vec<(Slug, ContentSha)> =
            run.steps().iter().filter_map(|step| Some((step.slug.clone(), step.base()?.clone()))).collect();
        for (slug, content) in bases {
            self.write_base(&slug, &content)?;
        }
        let pending: Vec<RunStep> = run.pending().cloned().collect();
        for step in pending {
            let state = match step.action {
                Action::UploadPrivate | Action::UploadUpdate => self.upload(&run, &step)?,
                _ => self.download(&step)?,
            };
            if let StepState::Done { content_sha: Some(content) } = &state {
                self.write_base(&step.slug, content)?;
            }
            self.note(format!("{} {state:?}", step.action).split(" {").next().unwrap_or_default());
            run.record(&step.slug, state);
            self.write_journal(&run)?;
        }
        let request = run.finalize_request().expect("the run is open");
        let mut answer = Err(Trouble::Network);
        for _ in 0..2 {
            if answer == Err(Trouble::Network) {
                answer = self.call(|drive, account| drive.finalize(account, &request).map(|_| ()))?;
            }
        }
        if let Err(trouble) = answer {
            return Ok(Err(trouble));
        }
        let drive = self.drive;
        self.here().finalized.insert(drive);
        self.moment()?;
        let key = (self.drive, self.account);
        self.here().journals.remove(&key);
        self.moment()?;
        Ok(Ok(run))
    }
}
