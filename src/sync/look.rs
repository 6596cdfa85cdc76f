//! What is here, what the drive says of it, and the plan that follows. Changes nothing but the fingerprints.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::pack_dir;
use skillzdrive_sync::Decision;
use skillzdrive_sync::Local;
use skillzdrive_sync::Machine;
use skillzdrive_sync::Options;
use skillzdrive_sync::Plan;
use skillzdrive_sync::PlanError;
use skillzdrive_sync::plan;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Classification;
use skillzdrive_wire::sync::Kind;
use skillzdrive_wire::sync::LocalSkill;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::sync::Preview;
use skillzdrive_wire::sync::PreviewRequest;

use crate::api::skills::Pick;
use crate::error::Error;
use crate::error::Kind as ErrorKind;
use crate::error::Result;
use crate::installer::here::Disk;
use crate::store::fingerprints::Fingerprints;
use crate::store::inventory::Found;
use crate::store::inventory::Inventory;
use crate::store::inventory::State;
use crate::store::library::Library;
use crate::store::lockfile::Lockfile;
use crate::store::sync_base;
use crate::store::sync_base::Bases;
use crate::sync::Session;
use crate::sync::part::Part;
use crate::uploader;
use crate::uploader::AllowedSecrets;

/// What is on this machine, and what was synced of it before; the drive was not asked yet.
#[derive(Debug)]
pub(crate) struct Here {
    pub(crate) inventory: Inventory,
    pub(crate) lockfile: Lockfile,
    pub(crate) library: Library,
    pub(crate) bases: Bases,
    /// Sentences that a person should read.
    pub(crate) warnings: Vec<String>,
}

/// What the drive said of it.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) here: Here,
    preview: Preview<Value>,
    machine: Machine,
    /// Slugs that are left out this time, with the reason.
    pub(crate) held: BTreeMap<Slug, String>,
    /// Those of them that are held back because a file looks as if it held a credential.
    secret: BTreeSet<Slug>,
    /// The skills of this machine that are outside the part which the sync keeps to.
    pub(crate) outside: Vec<Slug>,
}

impl Here {
    /// The skills that a person may choose to send: home-made and never synced.
    pub(crate) fn choosable(&self) -> impl Iterator<Item = &Found> {
        self.inventory.skills.values().filter(|found| {
            found.state == State::Untracked
                && !self.bases.contains_key(&found.slug)
                && !self.library.skip.contains(&found.slug)
        })
    }

    /// Whether a skill that may be chosen is chosen: as a person said, else unless another tool installed it.
    pub(crate) fn is_chosen(&self, found: &Found) -> bool {
        self.library.chosen.get(&found.slug).copied().unwrap_or(found.foreign_tool.is_none())
    }
}

impl Session<'_> {
    /// Looks at this machine.
    ///
    /// # Errors
    /// Exit 7 for a lockfile that cannot be read; an io error of a folder that should be readable.
    pub(crate) fn look_here(&self) -> Result<Here> {
        let (bases, bases_warning) = sync_base::read(self.paths, &self.base_key)?;
        let mut fingerprints = Fingerprints::read(self.paths);
        let disk = Disk::look(self.paths, self.scope, self.linking, &mut fingerprints)?;
        if !self.dry_run {
            fingerprints.save()?;
        }
        let Disk { lockfile, inventory, library, damaged } = disk;
        let warnings = damaged.into_iter().chain(bases_warning).collect();
        Ok(Here { inventory, lockfile, library, bases, warnings })
    }

    /// Asks the drive what it makes of this machine, or of a part.
    ///
    /// # Errors
    /// What the drive answers; code `dialect` for an answer that is none.
    pub(crate) async fn ask_drive(
        &self,
        mut here: Here,
        part: Option<&Part>,
        kind: &Kind,
        mode: &Mode,
        allowed: &AllowedSecrets,
    ) -> Result<View> {
        let outside = part.map(|part| here.keep_to(part)).unwrap_or_default();
        let (machine, local, mut held) = self.machine(&here);
        let request =
            PreviewRequest { install_id: self.head.install_id, kind: kind.clone(), mode: mode.clone(), local };
        let mut answer = self.account.preview(&request).await?;
        if let Some(part) = part {
            answer.classifications.retain(|(told, _)| part.holds(&told.slug) || machine.local.contains_key(&told.slug));
        }
        let mut machine = machine;
        for (told, _) in &answer.classifications {
            if needs_proof(told, &machine)
                && self.has_version(told).await
                && let Some(local) = machine.local.get_mut(&told.slug)
            {
                local.known = true;
            }
        }
        let mut secret = BTreeSet::new();
        for (told, _) in &answer.classifications {
            if let Some(found) = here.inventory.skills.get(&told.slug)
                && machine.local.contains_key(&told.slug)
                && matches!(told.action, Action::UploadPrivate | Action::UploadUpdate | Action::Conflict)
                && let Some(reason) = tokio::task::block_in_place(|| secrets(found, allowed))
            {
                held.insert(told.slug.clone(), reason);
                secret.insert(told.slug.clone());
            }
        }
        let classifications = answer.classifications.into_iter().map(|(_, raw)| raw).collect();
        Ok(View { here, preview: Preview { classifications, credits: answer.credits }, machine, held, secret, outside })
    }

    /// What the preview is told, and what is kept out of it.
    fn machine(&self, here: &Here) -> (Machine, Vec<LocalSkill>, BTreeMap<Slug, String>) {
        let mut machine = Machine { copies: here.library.copies.clone(), ..Machine::default() };
        let mut local = Vec::new();
        let mut held = BTreeMap::new();
        for twin in &here.inventory.twins {
            let places: Vec<String> = twin.places.iter().map(|(path, _)| format!("`{}`", path.display())).collect();
            machine.ambiguous.insert(twin.slug.clone());
            held.insert(twin.slug.clone(), format!("it has different bytes in {}", places.join(" and ")));
        }
        for refused in &here.inventory.refused {
            if let Some(slug) = &refused.slug {
                held.insert(slug.clone(), refused.reason.clone());
            }
        }
        let choosable: BTreeSet<&Slug> = here.choosable().map(|found| &found.slug).collect();
        for (slug, found) in &here.inventory.skills {
            if held.contains_key(slug) {
                continue;
            }
            if choosable.contains(slug) && !here.is_chosen(found) {
                let reason = match found.foreign_tool {
                    Some(tool) => format!("{tool} installed it; --unskip SLUG sends it"),
                    None => "it was not chosen; --unskip SLUG sends it".to_owned(),
                };
                held.insert(slug.clone(), reason);
                continue;
            }
            let base = here.bases.get(slug).cloned();
            local.push(LocalSkill {
                slug: slug.clone(),
                content_sha: found.content_sha.clone(),
                base_sha: base.clone(),
                content_size: found.size,
                name: found.name.clone().unwrap_or_else(|| slug.to_string()),
                description: found.description.clone().unwrap_or_default(),
            });
            let known = found.state == State::Clean;
            let sha = found.content_sha.clone();
            machine.local.insert(slug.clone(), Local { sha, base, known, swappable: found.swappable });
        }
        machine.bases_of_absent = here
            .bases
            .iter()
            .filter(|(slug, _)| !machine.local.contains_key(*slug) && !held.contains_key(*slug))
            .map(|(slug, base)| (slug.clone(), base.clone()))
            .collect();
        (machine, local, held)
    }

    /// Whether the drive's version list has the bytes that are here: then replacing them loses nothing.
    async fn has_version(&self, told: &Classification) -> bool {
        let Some(local) = &told.local_sha else { return false };
        match self.account.show(&told.slug, &Pick::Newest).await {
            Ok(shown) => shown.versions.iter().any(|version| version.content_sha == *local),
            Err(_) => false,
        }
    }
}

/// A replacement that only the drive vouches for: without a base and without a lockfile that knows the bytes.
fn needs_proof(told: &Classification, machine: &Machine) -> bool {
    told.action == Action::DownloadUpdate
        && machine.local.get(&told.slug).is_some_and(|local| local.base.is_none() && !local.known)
}

/// Why a skill may not be sent, if so.
fn secrets(found: &Found, allowed: &AllowedSecrets) -> Option<String> {
    let packed = pack_dir(&found.path, &options_of(found)).ok()?;
    uploader::held_back(&found.slug, &packed.credentials, allowed)
}

/// How a skill that is here is packed and digested: its `.skillignore` counts for a person's own.
pub(crate) fn options_of(found: &Found) -> PackOptions {
    if found.home_made { PackOptions::own() } else { PackOptions::installed() }
}

impl View {
    /// The plan for what a person wants.
    ///
    /// # Errors
    /// Exit 9 for a plan over the balance or over `--max-credits`, exit 8 for more removals than are allowed, code
    /// `dialect` for an answer that is not one for this request.
    pub(crate) fn plan(&self, options: &Options) -> Result<Plan> {
        let mut plan = self.plan_without(options, self.held.keys()).map_err(|e| plan_error(&e))?;
        for step in &mut plan.steps {
            if let Some(reason) = self.held.get(&step.slug) {
                step.reason = Some(reason.clone());
            }
        }
        Ok(plan)
    }

    /// The plan without those that are held back.
    fn plan_without<'a>(
        &'a self,
        options: &Options,
        held: impl Iterator<Item = &'a Slug>,
    ) -> std::result::Result<Plan, PlanError> {
        let mut options = options.clone();
        let twins = &self.machine.ambiguous;
        options.skip.extend(held.filter(|slug| !twins.contains(*slug)).cloned());
        options.skip.extend(self.here.library.skip.iter().cloned());
        plan(self.preview.clone(), &self.machine, &options)
    }

    /// Whether a skill is left undone for nothing but a credential in it: without that, this plan would have a step for
    /// it, or a conflict to decide.
    pub(crate) fn holds_back(&self, options: &Options) -> bool {
        if self.secret.is_empty() {
            return false;
        }
        // Only what is wanted is asked, so no limit stops it.
        let unlimited =
            Options { max_delete: Some(u64::MAX), max_credits: None, credits_matter: false, ..options.clone() };
        let held = self.held.keys().filter(|slug| !self.secret.contains(*slug));
        self.plan_without(&unlimited, held).is_ok_and(|plan| {
            let forks: BTreeSet<&Slug> = plan.forks.iter().map(|(original, _)| original).collect();
            plan.steps
                .iter()
                .filter(|step| self.secret.contains(&step.slug))
                .any(|step| step.decision == Decision::Do || step.undecided || forks.contains(&step.slug))
        })
    }

    /// The slugs that the plan leaves out because of what is here, though the drive was not told of them. Folders that
    /// cannot be read are not among them: the inventory names each with its place.
    pub(crate) fn held_and_unsaid<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = (&'a Slug, &'a str)> {
        self.held
            .iter()
            .filter(|(slug, _)| !plan.steps.iter().any(|step| step.slug == **slug))
            .filter(|(slug, _)| !self.here.inventory.is_refused(slug))
            .map(|(slug, reason)| (slug, reason.as_str()))
    }
}

fn plan_error(error: &PlanError) -> Error {
    let message = error.to_string();
    match error {
        PlanError::OverBalance { .. } => Error::new(ErrorKind::Credits, message)
            .code("insufficient_credits")
            .hint("skillzdrive sync --mode as_many_as_credits_allow does the cheapest part of it"),
        PlanError::OverMaxCredits { .. } => Error::new(ErrorKind::Credits, message)
            .code("over_max_credits")
            .hint("raise --max-credits, or add --mode as_many_as_credits_allow to do a part of it"),
        PlanError::TooManyRemovals { removals, .. } => Error::new(ErrorKind::Conflict, message)
            .code("too_many_removals")
            .hint(format!("nothing was changed; --max-delete {removals} allows it")),
        PlanError::Unanswered(_) | PlanError::Duplicate(_) | PlanError::Unreadable { .. } => {
            Error::new(ErrorKind::Failure, message).code("dialect").hint("nothing was changed; is skillzdrive too old?")
        }
    }
}
