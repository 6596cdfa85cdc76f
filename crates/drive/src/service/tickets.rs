//! Upload tickets: short-lived and single-use.

use std::net::IpAddr;

use skillzdrive_wire::Secret;
use skillzdrive_wire::uploads::TargetType;
use skillzdrive_wire::uploads::Ticket;
use skillzdrive_wire::uploads::TicketRequest;

use super::accounts::Caller;
use super::accounts::may_try;
use super::collections;
use super::reach;
use super::sync::finalize::is_own;
use super::upload_script;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::keys;
use crate::package;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::collections::CollectionRow;
use crate::repo::runs::Runs;
use crate::repo::tickets::TicketRow;
use crate::repo::tickets::Tickets;
use crate::time::MINUTE;
use crate::time::rfc3339;

/// How long a ticket lives.
const LIFE: i64 = 10 * MINUTE;

/// Where packages are posted.
pub(crate) const PROCESS_SKILL: &str = "/api/uploads/process-skill";

/// `POST uploads/ticket`.
pub(crate) async fn mint(
    drive: &Drive,
    caller: &Caller,
    request: TicketRequest,
    origin: &str,
) -> Result<Ticket, ApiError> {
    if let Some(slug) = request.slug.as_ref().filter(|slug| slug.is_route()) {
        return Err(ApiError::invalid(package::reserved(slug)));
    }
    let token = keys::mint("ut_live_")?;
    let now = drive.now();
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    let target = target(&mut tx, caller, request.collection_name.as_deref()).await?;
    if let Some(run_id) = &request.run_id {
        let run = tx.run(&run_id.0).await?.filter(|run| is_own(run, caller));
        if run.is_none() {
            return Err(ApiError::not_found("run_not_found", "there is no such run"));
        }
        if let Some(slug) = &request.slug {
            tx.replace_tickets(&caller.user_id, &run_id.0, slug, now).await?;
        }
    }
    let most = drive.config.limits.live_tickets;
    if tx.live_tickets(&caller.user_id, now).await? >= most {
        let message = format!("{most} upload tickets are live already; use them, or wait until they expire");
        return Err(ApiError::too_many("too_many_active_tickets", message, 60));
    }
    let expires_at = now + LIFE;
    let filename: Option<String> =
        request.filename.map(|name| name.chars().filter(|c| !c.is_control()).take(255).collect());
    tx.add_ticket(&TicketRow {
        id: keys::row_id(now),
        user_id: caller.user_id.clone(),
        token_hash: keys::digest(&token),
        key_id: Some(caller.key_id.clone()),
        collection_id: target.as_ref().map(|collection| collection.id.clone()),
        scoped: !caller.all_skills(),
        slug: request.slug,
        run_id: request.run_id.map(|run_id| run_id.0),
        content_sha: request.content_sha,
        guarded: request.base_sha.is_some(),
        base_sha: request.base_sha.flatten(),
        filename: filename.clone(),
        created_at: now,
        expires_at,
    })
    .await?;
    tx.commit().await?;
    let upload_url = format!("{origin}{PROCESS_SKILL}");
    Ok(Ticket {
        script_content: Secret::new(upload_script::of(&upload_url, &token, filename.as_deref())),
        upload_token: Secret::new(token),
        upload_url,
        expires_at: rfc3339(expires_at),
        target_type: if target.is_some() { TargetType::Collection } else { TargetType::Drive },
        target_collection: target.map(|collection| collection.name.to_string()),
        script_filename: upload_script::NAME.to_owned(),
    })
}

/// The collection that an upload goes into. A scoped key uploads into its own, whether it names it or not.
async fn target<T: Transaction>(
    tx: &mut T,
    caller: &Caller,
    name: Option<&str>,
) -> Result<Option<CollectionRow>, ApiError> {
    let collection = match (name, caller.slice()) {
        (Some(name), _) => reach::collection(tx, caller, name).await?,
        (None, Some(slice)) => {
            tx.collection(&slice.collection_id).await?.ok_or_else(|| reach::no_collection(slice.name.as_str()))?
        }
        (None, None) => return Ok(None),
    };
    collections::eligible(&collection)?;
    Ok(Some(collection))
}

/// The live ticket of a token that came from an address.
pub(crate) async fn live(drive: &Drive, token: &str, from: Option<IpAddr>) -> Result<TicketRow, ApiError> {
    let bytes = keys::digest_bytes(token);
    may_try(drive, from, &bytes)?;
    let digest = keys::text_of(&bytes);
    let ticket = drive.repo.read().await?.live_ticket(&digest, drive.now()).await?;
    if let Some(ticket) = ticket.filter(|ticket| keys::same(&ticket.token_hash, &digest)) {
        return Ok(ticket);
    }
    if let Some(from) = from {
        drive.guesses.wrong(from, &bytes, drive.now());
    }
    Err(refused())
}

/// Uses a ticket up. This happens once the whole file has arrived: a connection that broke costs no ticket, but a
/// package that is refused does. A file whose sending began in time may take as long again.
pub(crate) async fn redeem(drive: &Drive, ticket: &TicketRow) -> Result<(), ApiError> {
    let now = drive.now();
    let mut tx = drive.repo.write_rows().await?;
    if now >= ticket.expires_at + LIFE || !tx.use_ticket(&ticket.id, now).await? {
        return Err(refused());
    }
    tx.commit().await?;
    Ok(())
}

/// What an upload without a good ticket is told.
pub(crate) fn refused() -> ApiError {
    let message = "the upload ticket is missing, unknown, used or expired; mint another";
    ApiError::new(axum::http::StatusCode::UNAUTHORIZED, "invalid_ticket", message)
}
