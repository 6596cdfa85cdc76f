//! `POST register` (RFC 7591): anybody may do it, so what is kept is small, and only so much of it.

use skillzdrive_wire::oauth::Registered;
use skillzdrive_wire::oauth::Registration;

use super::Refusal;
use crate::drive::Drive;
use crate::keys;
use crate::redirect::Loopback;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::oauth::ClientRow;
use crate::repo::oauth::OAuth;
use crate::text;
use crate::time::DAY;
use crate::time::HOUR;

/// The longest name of a client, in characters.
const LONGEST_NAME: usize = 80;
/// The most addresses of one client.
const MOST_ADDRESSES: usize = 8;
/// A client that nobody agreed to is forgotten after this.
const UNUSED: i64 = HOUR;
/// One that somebody agreed to, when nobody did again for so long.
const USED: i64 = 90 * DAY;
/// How many clients that nobody agreed to are kept.
const MOST_UNUSED: u64 = 5_000;

/// Makes a client known.
pub(crate) async fn register(drive: &Drive, asked: Registration) -> Result<Registered, Refusal> {
    let bad = |sentence: &str| Refusal::word("invalid_client_metadata", sentence);
    if asked.redirect_uris.is_empty() || asked.redirect_uris.len() > MOST_ADDRESSES {
        let sentence = format!("`redirect_uris` holds 1 to {MOST_ADDRESSES} addresses");
        return Err(Refusal::word("invalid_redirect_uri", sentence));
    }
    if asked.redirect_uris.iter().any(|address| Loopback::parse(address).is_none()) {
        let sentence =
            "a redirect goes to the person's own machine: http://127.0.0.1, http://[::1] or http://localhost";
        return Err(Refusal::word("invalid_redirect_uri", sentence));
    }
    if asked.token_endpoint_auth_method.as_deref().is_some_and(|method| method != "none") {
        return Err(bad("a registered client has no secret: `token_endpoint_auth_method` is `none`"));
    }
    if asked.grant_types.as_ref().is_some_and(|grants| !grants.iter().any(|grant| grant == "authorization_code")) {
        return Err(bad("a registered client uses the grant `authorization_code`"));
    }
    if asked.response_types.as_ref().is_some_and(|types| !types.iter().any(|kind| kind == "code")) {
        return Err(bad("a registered client uses the response type `code`"));
    }
    let name = text::line(asked.client_name.as_deref().unwrap_or_default(), LONGEST_NAME);
    let name = if name.is_empty() { "a program without a name".to_owned() } else { name };
    let now = drive.now();
    let client =
        ClientRow { id: keys::mint("oc_")?, name, redirect_uris: asked.redirect_uris.clone(), created_at: now };
    let mut tx = drive.repo.write().await?;
    tx.add_client(&client).await?;
    tx.prune_clients(now - UNUSED, now - USED, MOST_UNUSED).await?;
    tx.commit().await?;
    Ok(Registered {
        client_id: client.id,
        client_id_issued_at: now.div_euclid(1_000),
        client: Registration {
            client_name: Some(client.name),
            redirect_uris: asked.redirect_uris,
            token_endpoint_auth_method: Some("none".to_owned()),
            grant_types: Some(vec!["authorization_code".to_owned()]),
            response_types: Some(vec!["code".to_owned()]),
        },
    })
}
