//! `POST drive/sync/execute`: one transaction that looks at everything again, then does the claims, sets credits aside
//! for the uploads and says where the downloads are.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use skillzdrive_sync::may_execute;
use skillzdrive_wire::RunId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Balance;
use skillzdrive_wire::sync::Classification;
use skillzdrive_wire::sync::ExecuteRequest;
use skillzdrive_wire::sync::ExecuteResult;
use skillzdrive_wire::sync::Executed;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::sync::ResultStatus;
use skillzdrive_wire::sync::UploadInstruction;

use super::preview::MOST_SKILLS;
use super::preview::check_words;
use super::preview::is_first;
use super::preview::is_undecided;
use super::preview::price_of;
use super::preview::wanted;
use super::price::Till;
use super::snapshot::Snapshot;
use super::snapshot::Told;
use crate::config::Costs;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::runs::Run;
use crate::repo::runs::RunItem;
use crate::repo::runs::Runs;
use crate::service::accounts::Caller;
use crate::service::accounts::available;
use crate::service::accounts::charge;
use crate::service::accounts::user_of;
use crate::service::standing;
use crate::service::view;
use crate::time::DAY;

/// What will be done for one slug, before any of it is done.
enum Verdict {
    /// It is carried out at this cost.
    Go(u64),
    /// Nothing is left to do.
    Nothing,
    /// It is not carried out.
    Not(ResultStatus, &'static str),
}

/// The route.
pub(crate) async fn execute(
    drive: &Drive,
    caller: &Caller,
    request: ExecuteRequest,
    origin: &str,
) -> Result<Executed, ApiError> {
    check_words(&request.kind, &request.mode)?;
    let sent = check(&request.classifications)?;
    let slugs: Vec<Slug> = sent.keys().map(|slug| (*slug).clone()).collect();

    let user_id = &caller.user_id;
    let mut tx = drive.repo.write_for(user_id).await?;
    let now = drive.now();
    tx.abandon_runs(user_id, now).await?;
    // An earlier run of this installation, whose answer was lost, may hold credits for the same skills.
    tx.release_held(user_id, &request.install_id.to_string(), &slugs).await?;
    let snapshot = Snapshot::read(&mut tx, caller, None, &slugs).await?;
    let mut till = Till::open(&mut tx, drive, user_id, is_first(caller, &request.kind)).await?;
    let balance = available(&mut tx, drive, user_id).await?;

    // By slug, so that the free places under the watermark go to the same skills as in the preview.
    let tell = |sent: &Classification| snapshot.tell(&sent.slug, sent.local_sha.as_ref(), sent.base_sha.as_ref());
    let mut order: Vec<_> = sent.iter().map(|(slug, sent)| (*slug, *sent, tell(sent))).collect();
    order.sort_by_key(|(_, _, told)| is_undecided(&told.action));
    let mut verdicts: BTreeMap<&Slug, (Told<'_>, Verdict)> = BTreeMap::new();
    for (slug, classification, told) in order {
        let verdict = judge(classification, &told, &request.mode, &mut till, drive.costs());
        verdicts.insert(slug, (told, verdict));
    }
    afford(&mut verdicts, &request.mode, balance)?;

    let first = is_first(caller, &request.kind) && user_of(&mut tx, user_id).await?.high_water.is_none();
    let run_id = uuid::Uuid::new_v4().to_string();
    tx.add_run(&Run {
        id: run_id.clone(),
        user_id: user_id.clone(),
        install_id: request.install_id.to_string(),
        collection_id: caller.slice().map(|slice| slice.collection_id.clone()),
        kind: request.kind.to_string(),
        mode: request.mode.to_string(),
        sets_high_water: first,
        status: "open".to_owned(),
        opened_at: now,
        expires_at: now + DAY,
        drive_count: None,
        high_water: None,
    })
    .await?;
    let mut results = Vec::with_capacity(request.classifications.len());
    let mut items = Vec::with_capacity(request.classifications.len());
    for classification in &request.classifications {
        let Some((told, verdict)) = verdicts.get(&classification.slug) else { continue };
        let result = carry_out(&mut tx, drive, (caller, &run_id, origin), classification, told, verdict).await?;
        items.push(RunItem {
            run_id: run_id.clone(),
            user_id: user_id.clone(),
            slug: result.slug.clone(),
            action: result.action.to_string(),
            status: result.status.to_string(),
            credit_cost: result.credit_cost,
            reservation: if result.upload.is_some() { "held" } else { "none" }.to_owned(),
        });
        results.push(result);
    }
    tx.add_run_items(&items).await?;
    let balance = available(&mut tx, drive, user_id).await?;
    tx.commit().await?;
    Ok(Executed { run_id: RunId(run_id), results, credits: Balance { balance } })
}

/// Refuses what no preview can have answered.
fn check(classifications: &[Classification]) -> Result<BTreeMap<&Slug, &Classification>, ApiError> {
    if classifications.len() > MOST_SKILLS {
        return Err(ApiError::invalid(format!("`classifications` holds more than {MOST_SKILLS} skills")));
    }
    let mut sent = BTreeMap::new();
    for classification in classifications {
        let slug = &classification.slug;
        if !classification.action.is_known() {
            return Err(ApiError::invalid(format!(
                "`{}` is not an action (of `{slug}`)",
                classification.action.as_str().escape_debug()
            )));
        }
        if sent.insert(slug, classification).is_some() {
            return Err(ApiError::invalid(format!("`{slug}` is in `classifications` twice")));
        }
    }
    Ok(sent)
}

/// Looks at one slug again. Only what is carried out takes a place under the watermark.
fn judge(sent: &Classification, told: &Told<'_>, mode: &Mode, till: &mut Till, costs: Costs) -> Verdict {
    let stale = |why| Verdict::Not(ResultStatus::Stale, why);
    if told.drive_sha() != sent.drive_sha.as_ref() {
        return stale("the drive holds something else than at the preview");
    }
    match &sent.action {
        Action::RemovedHere => {
            return Verdict::Not(ResultStatus::Skipped, "a removal is not carried out by a sync run");
        }
        Action::InSync | Action::RemovedOnDrive if sent.action == told.action => return Verdict::Nothing,
        Action::Conflict if told.action == Action::Conflict => {
            return Verdict::Not(ResultStatus::Skipped, "undecided: send upload_update or download_update");
        }
        Action::UploadUpdate if !told.owned && told.action != Action::InSync => {
            return Verdict::Not(ResultStatus::Failed, "its owner is somebody else: fork it, or take the drive's");
        }
        _ => {}
    }
    let decided = match (&sent.action, &told.action) {
        (Action::UploadPrivate, Action::RemovedOnDrive | Action::Conflict) => told.item.is_none(),
        (Action::DownloadUpdate, Action::Conflict) => told.item.is_some(),
        (asked, classified) => may_execute(asked, classified, told.owned),
    };
    if !decided || (sends(&sent.action) && sent.local_sha.is_none()) {
        return stale("the drive changed since the preview");
    }
    if !wanted(mode, &sent.action) {
        return Verdict::Not(ResultStatus::Skipped, "left out by the mode");
    }
    let cost = price_of(told, &sent.action, costs).map(|cost| till.price(&sent.slug, cost));
    if cost.is_some_and(|cost| cost > sent.credit_cost) {
        return stale("it costs more than at the preview");
    }
    if cost.is_some() {
        till.add();
    }
    Verdict::Go(cost.unwrap_or(0))
}

fn sends(action: &Action) -> bool {
    matches!(action, Action::ClaimPublic | Action::UploadPrivate | Action::UploadUpdate)
}

/// Compares the plan with the balance. Where only a part can be paid, the cheapest go first, then by slug.
fn afford(verdicts: &mut BTreeMap<&Slug, (Told<'_>, Verdict)>, mode: &Mode, balance: i64) -> Result<(), ApiError> {
    let mut costs: Vec<(u64, &Slug)> = verdicts
        .iter()
        .filter_map(|(slug, (_, verdict))| match verdict {
            Verdict::Go(cost) if *cost > 0 => Some((*cost, *slug)),
            _ => None,
        })
        .collect();
    let total: u64 = costs.iter().map(|(cost, _)| cost).sum();
    let purse = u64::try_from(balance).unwrap_or(0);
    if total <= purse {
        return Ok(());
    }
    if *mode != Mode::AsManyAsCreditsAllow {
        return Err(ApiError::insufficient(total, balance));
    }
    costs.sort_unstable();
    let mut spent = 0;
    let paid: BTreeSet<&Slug> = costs
        .iter()
        .take_while(|(cost, _)| {
            spent += cost;
            spent <= purse
        })
        .map(|(_, slug)| *slug)
        .collect();
    for (_, slug) in costs.iter().filter(|(_, slug)| !paid.contains(slug)) {
        if let Some((_, verdict)) = verdicts.get_mut(slug) {
            *verdict = Verdict::Not(ResultStatus::Skipped, "insufficient_credits");
        }
    }
    Ok(())
}

/// Does one slug's part in the drive.
async fn carry_out<T: Transaction>(
    tx: &mut T,
    drive: &Drive,
    (caller, run_id, origin): (&Caller, &str, &str),
    sent: &Classification,
    told: &Told<'_>,
    verdict: &Verdict,
) -> Result<ExecuteResult, ApiError> {
    let slug = &sent.slug;
    let mut result = ExecuteResult {
        slug: slug.clone(),
        action: sent.action.clone(),
        status: ResultStatus::Committed,
        credit_cost: 0,
        reason: None,
        upload: None,
        download: None,
    };
    match verdict {
        Verdict::Nothing => {}
        Verdict::Not(status, why) => {
            result.status = status.clone();
            result.reason = Some((*why).to_owned());
        }
        Verdict::Go(cost) => {
            result.credit_cost = *cost;
            match (&sent.action, told.claim, told.item) {
                (Action::ClaimPublic, Some(claim), _) => {
                    let now = drive.now();
                    let user_id = &caller.user_id;
                    charge(tx, user_id, *cost, ("claim_public", slug.as_str(), Some(run_id)), now).await?;
                    tx.put_item(user_id, slug, &claim.skill_id, claim.version, now).await?;
                    standing::count_account(tx, user_id, slug, now).await?;
                }
                (Action::DownloadInstall | Action::DownloadUpdate, _, Some(item)) => {
                    result.status = ResultStatus::Deferred;
                    result.download = Some(view::download_of(drive, origin, item));
                }
                _ => {
                    result.status = ResultStatus::Deferred;
                    let collection_name = caller.slice().map(|slice| slice.name.to_string());
                    result.upload = Some(UploadInstruction { collection_name });
                }
            }
        }
    }
    Ok(result)
}
