//! The uploads of a run: a ticket that names what the drive must still hold, then the canonical zip.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use skillzdrive_skill::pack_dir;
use skillzdrive_sync::Run;
use skillzdrive_sync::RunStep;
use skillzdrive_sync::StepState;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::uploads::Processed;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Tell;
use crate::sync::Session;
use crate::sync::look::Here;
use crate::sync::look::options_of;
use crate::sync::outcome::NotDone;
use crate::sync::outcome::Outcome;
use crate::sync::place::Entry;
use crate::uploader;
use crate::uploader::Parcel;

/// How many uploads are open at once; a drive allows five live tickets.
const PARALLEL: usize = 4;

impl Session<'_> {
    /// Sends every skill that is pending and notes what became of it. Gives what belongs into the lockfile.
    ///
    /// # Errors
    /// When journal or base cannot be written.
    pub(crate) async fn push(
        &self,
        run: &mut Run,
        here: &Here,
        outcome: &mut Outcome,
        tell: Tell<'_>,
    ) -> Result<Vec<Entry>> {
        let steps: Vec<RunStep> = run
            .pending()
            .filter(|step| matches!(step.action, Action::UploadPrivate | Action::UploadUpdate))
            .cloned()
            .collect();
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        tell(Event::Fetching(steps.len()));
        let run_id = run.run_id().cloned();
        let mut sent = stream::iter(steps)
            .map(|step| {
                let run_id = run_id.clone();
                async move {
                    let processed = self.send(&step, run_id, here).await;
                    (step, processed)
                }
            })
            .buffer_unordered(PARALLEL);
        let mut entries = Vec::new();
        while let Some((step, processed)) = sent.next().await {
            match processed {
                Ok(processed) => {
                    tell(Event::Fetched(step.slug.clone(), processed.content_size));
                    let Some(found) = here.inventory.skills.get(&step.slug) else { continue };
                    let sha = processed.content_sha.clone().unwrap_or_else(|| found.content_sha.clone());
                    let version = (processed.version > 0).then_some(processed.version);
                    let mut entry = Entry::of(&step, found, sha.clone(), version);
                    entry.slug = processed.skill.slug.clone();
                    self.write_bases(&BTreeMap::from([(entry.slug.clone(), Some(sha.clone()))]))?;
                    run.record(&step.slug, StepState::Done { content_sha: Some(sha) });
                    self.journal.write(run)?;
                    entries.push(entry);
                }
                Err(error) => {
                    // Without an answer the step stays pending: the next start sends it again, which a drive that has
                    // the bytes takes as nothing new.
                    if error.kind() != Kind::Unavailable {
                        run.record(&step.slug, StepState::Failed { error: error.one_line() });
                        self.journal.write(run)?;
                    }
                    outcome.failed.push(NotDone { slug: step.slug, action: step.action, error });
                }
            }
        }
        Ok(entries)
    }

    async fn send(&self, step: &RunStep, run_id: Option<skillzdrive_wire::RunId>, here: &Here) -> Result<Processed> {
        let slug = &step.slug;
        let changed = || {
            Error::new(Kind::Conflict, format!("`{slug}` changed since the plan was made"))
                .code("changed_meanwhile")
                .hint("skillzdrive sync looks again")
        };
        let found = here.inventory.skills.get(slug).ok_or_else(changed)?;
        let packed = tokio::task::block_in_place(|| pack_dir(&found.path, &options_of(found)))?;
        // An untouched skill of a foreign drive keeps the digest it came with, so the files are compared, not the zips.
        if packed.content_sha != found.tree_sha || step.expected_local.as_ref() != Some(&found.content_sha) {
            return Err(changed());
        }
        let parcel = Parcel {
            slug,
            zip: packed.zip,
            content_sha: packed.content_sha,
            base_sha: Some(step.expected_drive.clone()),
            collection_name: step.upload.as_ref().and_then(|upload| upload.collection_name.clone()),
            run_id,
            change_comment: None,
        };
        uploader::send(self.account, parcel).await
    }
}
