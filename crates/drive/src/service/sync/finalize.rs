//! `POST drive/sync/finalize`: closes a run, sets the watermark after a first one, lets go what was set aside.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use skillzdrive_wire::RunId;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::FinalizeRequest;
use skillzdrive_wire::sync::Finalized;
use skillzdrive_wire::sync::ResultStatus;
use skillzdrive_wire::sync::RunStatus;
use skillzdrive_wire::sync::StepStatus;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::items::Items;
use crate::repo::runs::Run;
use crate::repo::runs::RunItem;
use crate::repo::runs::Runs;
use crate::service::accounts::Caller;
use crate::service::accounts::user_of;
use crate::service::reach;
use crate::time::DAY;

/// How long the slugs of a first run that ended partial stay free.
const FREE_FOR: i64 = 7 * DAY;

/// The route. The same run again gives the same answer; a run whose day is over is answered as partial and sets no
/// watermark, so that the next first run is free again.
pub(crate) async fn finalize(drive: &Drive, caller: &Caller, request: FinalizeRequest) -> Result<Finalized, ApiError> {
    if let Some(step) = request.results.iter().find(|step| !step.status.is_known()) {
        return Err(ApiError::invalid(format!(
            "`{}` is not a status (of `{}`)",
            step.status.as_str().escape_debug(),
            step.slug
        )));
    }
    let user_id = &caller.user_id;
    let run_id = request.run_id.0.as_str();
    let mut tx = drive.repo.write_for(user_id).await?;
    // Only now: what another one added while this waited for the account was added before.
    let now = drive.now();
    tx.abandon_runs(user_id, now).await?;
    let missing = || ApiError::not_found("run_not_found", "there is no such run");
    let run = tx.run(run_id).await?.filter(|run| is_own(run, caller)).ok_or_else(missing)?;
    if run.install_id != request.install_id.to_string() {
        return Err(ApiError::conflict("run_finalized", "this run belongs to another installation"));
    }
    if let Some(given) = given(&run, request.run_id.clone()) {
        tx.commit().await?;
        return Ok(given);
    }

    let items = tx.run_items(run_id).await?;
    let status = if run.status == "abandoned" || !whole(&items, &request) { "partial" } else { "completed" };
    let drive_count = match caller.slice() {
        Some(_) => reach::items(&mut tx, caller).await?.len() as u64,
        None => tx.item_count(user_id).await?,
    };
    let mut high_water = user_of(&mut tx, user_id).await?.high_water.and_then(|mark| u64::try_from(mark).ok());
    if run.sets_high_water && high_water.is_none() && run.status == "open" {
        tx.set_high_water(user_id, drive_count).await?;
        high_water = Some(drive_count);
        keep_free(&mut tx, user_id, &items, now + FREE_FOR).await?;
    }
    let kept = if run.status == "abandoned" { "abandoned" } else { status };
    tx.close_run(run_id, kept, now, (drive_count, high_water)).await?;
    tx.commit().await?;
    Ok(Finalized {
        run_id: request.run_id,
        status: RunStatus::from(status),
        drive_count,
        grandfather_high_water: high_water,
    })
}

/// Whether a run is the caller's: of the account, and opened under the same slice.
pub(crate) fn is_own(run: &Run, caller: &Caller) -> bool {
    let slice = caller.slice().map(|slice| &slice.collection_id);
    run.user_id == caller.user_id && run.collection_id.as_ref() == slice
}

/// The answer that was given before.
fn given(run: &Run, run_id: RunId) -> Option<Finalized> {
    let drive_count = u64::try_from(run.drive_count?).ok()?;
    Some(Finalized {
        run_id,
        status: if run.status == "completed" { RunStatus::Completed } else { RunStatus::Partial },
        drive_count,
        grandfather_high_water: run.high_water.and_then(|mark| u64::try_from(mark).ok()),
    })
}

/// Whether everything that the run left to the machine was done there.
fn whole(items: &[RunItem], request: &FinalizeRequest) -> bool {
    let steps: BTreeMap<_, _> = request.results.iter().map(|step| (&step.slug, &step.status)).collect();
    let failed = steps.values().any(|status| **status == StepStatus::Failed);
    let deferred = |item: &&RunItem| item.status == ResultStatus::Deferred.as_str();
    !failed && items.iter().filter(deferred).all(|item| steps.get(&item.slug) == Some(&&StepStatus::Done))
}

/// What a first run named and did not bring into the drive stays free for a while.
async fn keep_free<T: Transaction>(tx: &mut T, user_id: &str, items: &[RunItem], until: i64) -> Result<(), ApiError> {
    let held: BTreeSet<_> = tx.items(user_id).await?.into_iter().map(|item| item.edition.skill.slug).collect();
    for item in items {
        let action = Action::from(item.action.as_str());
        let adds = matches!(action, Action::ClaimPublic | Action::UploadPrivate | Action::UploadUpdate);
        if adds && !held.contains(&item.slug) {
            tx.add_free_slug(user_id, &item.slug, until).await?;
        }
    }
    Ok(())
}
