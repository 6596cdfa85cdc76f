//! `POST token` and `POST revoke`: a code becomes a key, once; a key that a login made is given back.

use std::net::IpAddr;

use sha2::Digest as _;
use sha2::Sha256;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::Secret;
use skillzdrive_wire::oauth::TokenAnswer;
use skillzdrive_wire::oauth::challenge;
use skillzdrive_wire::oauth::is_verifier;
use uuid::Uuid;

use super::Parameters;
use super::Refusal;
use crate::drive::Drive;
use crate::keys;
use crate::repo::Repository;
use crate::repo::SqlTransaction;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::oauth::CodeRow;
use crate::repo::oauth::OAuth;
use crate::service::accounts;
use crate::service::acts;
use crate::service::acts::By;
use crate::time::SECOND;

/// What a client shows of itself in `Authorization: Basic …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct From {
    /// Its installation, where it says so.
    pub(crate) installation: Option<InstallId>,
    /// Of the answer.
    pub(crate) request_id: Option<Uuid>,
    /// The network's, where it is known.
    pub(crate) address: Option<IpAddr>,
}

/// `POST token`.
pub(crate) async fn token(
    drive: &Drive,
    parameters: &Parameters,
    basic: Option<Credentials>,
    from: From,
) -> Result<TokenAnswer, Refusal> {
    if let Some(name) = parameters.twice() {
        return Err(Refusal::invalid(format!("`{}` is there twice", name.escape_debug())));
    }
    match parameters.required("grant_type")? {
        "authorization_code" => exchange(drive, parameters, from).await,
        "client_credentials" => with_a_key(drive, parameters, basic, from.address).await,
        _ => {
            let sentence = "`grant_type` is `authorization_code` or `client_credentials`";
            Err(Refusal::word("unsupported_grant_type", sentence))
        }
    }
}

/// A code becomes a key, in place of the key that the same installation had.
async fn exchange(
    drive: &Drive,
    parameters: &Parameters,
    From { installation, request_id, .. }: From,
) -> Result<TokenAnswer, Refusal> {
    let code_hash = keys::digest(parameters.required("code")?);
    let client_id = parameters.required("client_id")?;
    let redirect_uri = parameters.required("redirect_uri")?;
    let verifier = parameters.required("code_verifier")?;
    let now = drive.now();
    let mut tx = drive.repo.write().await?;
    let unknown = || Refusal::grant("the code is unknown, or was forgotten");
    let code = tx.code(&code_hash).await?.ok_or_else(unknown)?;
    // Whoever brings a code has had their one attempt, so a code that was stolen cannot be tried out.
    if !tx.use_code(&code_hash, now).await? {
        // Of two who brought it one is a thief; nobody knows which, so neither keeps a key.
        if let Some(key_id) = &code.key_id {
            tx.revoke_key(key_id, now).await?;
            let by = By::Login { user_id: &code.user_id, request_id };
            let object = format!("key {key_id}");
            acts::note(&mut tx, drive, by, "key.revoke", &object, "its code was brought a second time").await?;
        }
        tx.commit().await?;
        return Err(Refusal::grant("the code was used before; the key that it gave is revoked"));
    }
    if let Err(refused) = fits(&code, (client_id, redirect_uri, verifier), now) {
        tx.commit().await?;
        return Err(refused);
    }
    let missing = || Refusal::word("invalid_client", "the client is not known any more");
    let client = tx.client(client_id).await?.ok_or_else(missing)?;
    // Who does not name an installation is told apart by the client alone.
    let installation = installation.map_or_else(|| client.id.clone(), |id| id.to_string());
    let by = By::Login { user_id: &code.user_id, request_id };
    for key_id in tx.login_keys(&code.user_id, &installation).await? {
        tx.revoke_key(&key_id, now).await?;
        let object = format!("key {key_id}");
        acts::note(&mut tx, drive, by, "key.revoke", &object, "the same installation logs in again").await?;
    }
    let key = keys::mint("sk_live_")?;
    let key_id = add_key(&mut tx, &code, &client.name, &key, now).await?;
    tx.add_login_key(&key_id, &code.user_id, &installation, now).await?;
    tx.set_code_key(&code_hash, &key_id).await?;
    let detail = format!("a login of {}, for all skills", client.name);
    acts::note(&mut tx, drive, by, "key.create", &format!("key {key_id}"), &detail).await?;
    tx.commit().await?;
    Ok(answer(key, None, accounts::ALL_SKILLS.to_owned()))
}

fn fits(code: &CodeRow, brought: (&str, &str, &str), now: i64) -> Result<(), Refusal> {
    let (client_id, redirect_uri, verifier) = brought;
    if now >= code.expires_at {
        return Err(Refusal::grant("the code is too old: it works for a minute"));
    }
    if !keys::same(&code.client_id, client_id) {
        return Err(Refusal::grant("the code was given to another client"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(Refusal::grant("the code was sent to another `redirect_uri`"));
    }
    let made = challenge(&Sha256::digest(verifier.as_bytes()).into());
    if !is_verifier(verifier) || !keys::same(&made, &code.challenge) {
        return Err(Refusal::grant("`code_verifier` is not the one that the login began with"));
    }
    Ok(())
}

async fn add_key(tx: &mut SqlTransaction, code: &CodeRow, name: &str, key: &str, now: i64) -> Result<String, Refusal> {
    accounts::add_key(tx, &code.user_id, name, key, (now, None)).await?;
    let added = tx.key_by_hash(&keys::digest(key)).await?;
    added.map(|key| key.id).ok_or_else(|| Refusal::Api(crate::error::ApiError::internal(&"a key was not added")))
}

/// A client that has a key already gets the same key as its token. Nothing is minted, so nothing outlives the key, and
/// the token sees exactly what the key sees.
async fn with_a_key(
    drive: &Drive,
    parameters: &Parameters,
    basic: Option<Credentials>,
    from: Option<IpAddr>,
) -> Result<TokenAnswer, Refusal> {
    let in_body = parameters.get("client_id").zip(parameters.get("client_secret"));
    let brought = match (basic, in_body) {
        (Some(_), Some(_)) => return Err(Refusal::invalid("a client shows who it is in one way, not in two")),
        (Some(basic), None) => basic,
        (None, Some((id, secret))) => {
            Credentials { client_id: id.to_owned(), client_secret: Secret::new(secret.to_owned()) }
        }
        (None, None) => {
            let sentence = "`client_secret` is a key (sk_live_…), and `client_id` its first 12 characters";
            return Err(Refusal::word("invalid_client", sentence));
        }
    };
    let key = brought.client_secret.expose();
    let refused = || Refusal::word("invalid_client", "the key is unknown, revoked or expired, or not this client's");
    if keys::prefix(key) != brought.client_id {
        return Err(refused());
    }
    accounts::authenticate(drive, key, from).await.map_err(|error| match error.is_access_denied() {
        true => refused(),
        false => Refusal::Api(error),
    })?;
    let row = drive.repo.read().await?.key_by_hash(&keys::digest(key)).await?.ok_or_else(refused)?;
    let left = row.expires_at.map(|at| (at - drive.now()).div_euclid(SECOND).max(0));
    Ok(answer(key.to_owned(), left, row.scope))
}

fn answer(key: String, expires_in: Option<i64>, scope: String) -> TokenAnswer {
    TokenAnswer { access_token: Secret::new(key), token_type: "Bearer".to_owned(), expires_in, scope: Some(scope) }
}

/// `POST revoke` (RFC 7009): who has the key may give it back. A key that nobody knows is as good as revoked; one that
/// was made by hand, or is a collection's, is not ended by a logout.
pub(crate) async fn revoke(drive: &Drive, parameters: &Parameters, request_id: Option<Uuid>) -> Result<(), Refusal> {
    let digest = keys::digest(parameters.required("token")?);
    let mut tx = drive.repo.write().await?;
    let Some(key) = tx.key_by_hash(&digest).await? else { return Ok(()) };
    if !tx.is_login_key(&key.id).await? {
        let sentence = "no login made this key: revoke it on the drive's page";
        return Err(Refusal::word("unsupported_token_type", sentence));
    }
    if key.revoked_at.is_none() {
        tx.revoke_key(&key.id, drive.now()).await?;
        let by = By::Login { user_id: &key.user_id, request_id };
        acts::note(&mut tx, drive, by, "key.revoke", &format!("key {}", key.id), "a logout").await?;
    }
    tx.commit().await?;
    Ok(())
}
