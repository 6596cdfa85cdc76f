//! The effects on folders and the upload. Each looks once more whether the disk still is what the plan saw, and what it
//! must never do is an assertion here.

use skillzdrive_sync::Choice;
use skillzdrive_sync::OnConflict;
use skillzdrive_sync::RemovedHere;
use skillzdrive_sync::Run;
use skillzdrive_sync::RunStep;
use skillzdrive_sync::Step;
use skillzdrive_sync::StepState;
use skillzdrive_wire::Slug;

use super::Killed;
use super::Session;
use crate::drive::Bytes;
use crate::drive::bytes_of;
use crate::drive::sha;
use crate::world::Folder;

impl Session<'_> {
    /// Moves what the drive removed to the trash, if it still is what the plan saw.
    pub(super) fn trash(&mut self, step: &Step) -> Result<bool, Killed> {
        let by_hand = self.options.choices.get(&step.slug) == Some(&Choice::TakeDrive);
        assert!(
            by_hand || self.lied || self.tombstones.contains(&step.slug),
            "`{}` is removed here and the drive remembers no removal",
            step.slug
        );
        let seen = step.local_sha.as_ref().map(bytes_of);
        let machine = self.here();
        match machine.skills.get(&step.slug) {
            Some(folder) if Some(folder.bytes) == seen && !folder.linked => {
                let bytes = folder.bytes;
                self.may_displace(&step.slug, bytes);
                let machine = self.here();
                machine.trash.push(bytes);
                machine.skills.remove(&step.slug);
            }
            Some(_) => return Ok(false),
            None => {}
        }
        self.moment()?;
        self.here().lock.remove(&step.slug);
        self.forget_base(&step.slug)?;
        Ok(true)
    }

    /// Even where the drive is wrong, bytes that this machine never synced are displaced only by a decision.
    fn may_displace(&self, slug: &Slug, bytes: Bytes) {
        let machine = &self.world.machines[self.machine];
        let synced = self.bases.get(slug) == Some(&bytes);
        let installed = machine.lock.get(slug) == Some(&bytes);
        let in_drive = self.world.drives[self.drive].versions(self.account, slug).contains(&bytes);
        let decided = self.options.choices.get(slug) == Some(&Choice::TakeDrive)
            || matches!(self.options.on_conflict, OnConflict::TakeDrive | OnConflict::Fork);
        assert!(
            synced || installed || in_drive || decided || self.resumed,
            "`{slug}` was displaced by nobody's decision"
        );
    }

    pub(super) fn upload(&mut self, run: &Run, step: &RunStep) -> Result<StepState, Killed> {
        let failed = |error: &str| StepState::Failed { error: error.to_owned() };
        let here = self.here().skills.get(&step.slug).map(|folder| folder.bytes);
        let Some(content) = here.filter(|bytes| Some(sha(*bytes)) == step.expected_local) else {
            return Ok(failed("changed since the plan"));
        };
        let base = step.expected_drive.as_ref().map(bytes_of);
        let id = run.run_id().expect("the run is open").clone();
        Ok(match self.call(|drive, account| drive.process(account, &id, &step.slug, content, base))? {
            Ok(content) => StepState::Done { content_sha: Some(content) },
            Err(trouble) => {
                self.note(format!("an upload ended by {trouble:?}"));
                failed(&format!("{trouble:?}"))
            }
        })
    }

    pub(super) fn download(&mut self, step: &RunStep) -> Result<StepState, Killed> {
        let failed = |error: &str| Ok(StepState::Failed { error: error.to_owned() });
        let content = step.content_sha.clone().expect("a pending download names its bytes");
        let wanted = bytes_of(&content);
        let fetched: Result<Option<Bytes>, _> =
            self.call(|drive, account| Ok(drive.artifact(account, &step.slug, wanted)))?;
        let Ok(Some(bytes)) = fetched else { return failed("not fetched") };
        let machine = self.here();
        let here = machine.skills.get(&step.slug).cloned();
        let holds = here.as_ref().map(|folder| sha(folder.bytes));
        if holds.as_ref() != Some(&content) {
            if holds != step.expected_local || machine.twins.contains_key(&step.slug) {
                return failed("changed since the plan");
            }
            if here.as_ref().is_some_and(|folder| folder.linked) {
                return failed("never replaced");
            }
            if let Some(folder) = &here {
                self.may_displace(&step.slug, folder.bytes);
            }
            let stays_away = self.options.removed_here != RemovedHere::Reinstall && !self.resumed;
            assert!(!stays_away || !self.removed_here.contains(&step.slug), "`{}` was removed here", step.slug);
            let machine = self.here();
            let name = here.as_ref().map_or(step.slug.as_str(), |folder| folder.name.as_str()).to_owned();
            if machine.is_taken(&name, &step.slug) {
                return failed("another skill lies in that folder");
            }
            machine.skills.insert(step.slug.clone(), Folder { name, bytes, linked: false });
            machine.staging.extend(here.map(|folder| folder.bytes));
            self.moment()?;
            let displaced = std::mem::take(&mut self.here().staging);
            self.here().trash.extend(displaced);
            self.moment()?;
        }
        self.here().lock.insert(step.slug.clone(), wanted);
        self.moment()?;
        Ok(StepState::Done { content_sha: Some(content) })
    }
}
