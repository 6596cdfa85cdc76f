//! The upload page's tickets: an address that opens once, then a secret of the browser's own.
//!
//! An address is seen by whoever sees the terminal, a chat or a proxy's log. So the secret in it is worth nothing once it
//! was opened: opening it gives the browser another one, in a cookie that no script reads and no log shows. Both live as
//! long as the ticket, and with them one skill can be uploaded, nothing read.

use skillzdrive_wire::Secret;
use skillzdrive_wire::uploads::TicketRequest;
use skillzdrive_wire::uploads::UploadPage;

use super::accounts::Caller;
use super::tickets;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::keys;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::tickets::TicketRow;
use crate::repo::upload_pages::Stage;
use crate::repo::upload_pages::UploadPages;

/// Where the page is.
pub(crate) const UPLOAD: &str = "/upload";

/// `POST uploads/url`.
pub(crate) async fn mint(
    drive: &Drive,
    caller: &Caller,
    request: TicketRequest,
    origin: &str,
) -> Result<UploadPage, ApiError> {
    let ticket = tickets::mint(drive, caller, request, origin).await?;
    let token = ticket.upload_token;
    let mut tx = drive.repo.write_rows().await?;
    // Nobody knows the ticket yet, so nobody can have used it as one of a program.
    tx.make_page(&keys::digest(token.expose())).await?;
    tx.commit().await?;
    Ok(UploadPage { url: Secret::new(format!("{origin}{UPLOAD}/{}", token.expose())) })
}

/// Opens an address; the answer is the browser's secret. `None` when it was opened before, or its time is over.
pub(crate) async fn open(drive: &Drive, token: &str) -> Result<Option<Secret>, ApiError> {
    let mut tx = drive.repo.write_rows().await?;
    let Some(ticket) = tx.page(&keys::digest(token), Stage::Address, drive.now()).await? else { return Ok(None) };
    let secret = keys::mint("up_live_")?;
    if !tx.open_page(&ticket.id, &keys::digest(&secret)).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(Secret::new(secret)))
}

/// The ticket of an opened page.
pub(crate) async fn opened(drive: &Drive, secret: &str) -> Result<Option<TicketRow>, ApiError> {
    Ok(drive.repo.read().await?.page(&keys::digest(secret), Stage::Opened, drive.now()).await?)
}

/// Makes a page's ticket usable again: what was sent was refused, and a person picks another file.
pub(crate) async fn give_back(drive: &Drive, ticket: &TicketRow) -> Result<(), ApiError> {
    let mut tx = drive.repo.write_rows().await?;
    tx.give_back(&ticket.id).await?;
    tx.commit().await?;
    Ok(())
}

/// What a form must bring besides the cookie: only a page that this drive made for this browser knows it.
pub(crate) fn form_secret(secret: &str) -> String {
    keys::digest(&format!("form of {secret}"))
}
