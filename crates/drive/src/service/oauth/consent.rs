//! `/authorize`: is the request one that may be put to a person, and what their answer becomes.

use super::Parameters;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::keys;
use crate::redirect;
use crate::redirect::Loopback;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::oauth::ClientRow;
use crate::repo::oauth::CodeRow;
use crate::repo::oauth::OAuth;
use crate::time::DAY;
use crate::time::SECOND;

/// How long a code works.
const LIFE: i64 = 60 * SECOND;
/// How long a code is remembered after that, so that its second use is noticed.
const MEMORY: i64 = DAY;
/// The longest `state` that is carried back.
const LONGEST_STATE: usize = 2_048;

/// A request that may be put to a person.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) client: ClientRow,
    /// As the client wrote it.
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    challenge: String,
}

/// Why a request is not put to a person.
#[derive(Debug)]
pub(crate) enum Unasked {
    /// Where the answer would go cannot be trusted: only the person is told.
    Page(String),
    /// The client is told, at this address.
    Back(String),
    /// As anywhere.
    Api(ApiError),
}

impl From<ApiError> for Unasked {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<sqlx::Error> for Unasked {
    fn from(error: sqlx::Error) -> Self {
        Self::Api(error.into())
    }
}

impl Asked {
    /// The address that tells the client a refusal.
    pub(crate) fn refused(&self, origin: &str) -> String {
        let sentence = "the person did not agree";
        back(
            &self.redirect_uri,
            self.state.as_deref(),
            origin,
            &[("error", "access_denied"), ("error_description", sentence)],
        )
    }

    /// Scheme, host and port of where the answer goes.
    pub(crate) fn target(&self) -> &str {
        Loopback::parse(&self.redirect_uri).map_or("", |loopback| loopback.origin)
    }
}

/// An answer to the client, with its state and our name (RFC 9207).
fn back(redirect_uri: &str, state: Option<&str>, origin: &str, answer: &[(&str, &str)]) -> String {
    let mut parameters = answer.to_vec();
    parameters.extend(state.map(|state| ("state", state)));
    parameters.push(("iss", origin));
    redirect::with_parameters(redirect_uri, &parameters)
}

/// Checks a request. Client and redirect come first: before they are known, nobody is told anything but the person.
pub(crate) async fn check(drive: &Drive, parameters: &Parameters, origin: &str) -> Result<Asked, Unasked> {
    if let Some(name) = parameters.twice() {
        return Err(Unasked::Page(format!("The address names `{}` twice.", name.escape_debug())));
    }
    let unknown = || {
        let sentence =
            "The program that sent you here is not known to this drive, or it waited too long. Start the login again.";
        Unasked::Page(sentence.to_owned())
    };
    let client_id = parameters.get("client_id").ok_or_else(unknown)?;
    let client = drive.repo.read().await?.client(client_id).await?.ok_or_else(unknown)?;
    let given = parameters.get("redirect_uri").unwrap_or_default();
    let fits = Loopback::parse(given).is_some_and(|asked| client.redirect_uris.iter().any(|known| asked.fits(known)));
    if !fits {
        let sentence = "The answer would go to an address that the program did not register. Nothing was sent there.";
        return Err(Unasked::Page(sentence.to_owned()));
    }
    let state = parameters.get("state");
    let refuse = |error: &str, sentence: &str| {
        // A state that is not carried back would look to the client like somebody else's answer.
        let state = state.filter(|state| state.len() <= LONGEST_STATE);
        Err(Unasked::Back(back(given, state, origin, &[("error", error), ("error_description", sentence)])))
    };
    if state.is_some_and(|state| state.len() > LONGEST_STATE) {
        return refuse("invalid_request", "`state` is too long");
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return refuse("unsupported_response_type", "`response_type` is `code`"),
        None => return refuse("invalid_request", "`response_type` is missing"),
    }
    if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
        return refuse("invalid_request", "`response_mode` is `query`");
    }
    if parameters.get("code_challenge_method") != Some("S256") {
        return refuse("invalid_request", "PKCE is needed: `code_challenge_method` is `S256`");
    }
    let challenge = parameters.get("code_challenge").unwrap_or_default();
    if challenge.len() != 43 || !skillzdrive_wire::oauth::is_verifier(challenge) {
        return refuse("invalid_request", "`code_challenge` is not the base64url of a SHA-256");
    }
    Ok(Asked {
        redirect_uri: given.to_owned(),
        state: state.map(str::to_owned),
        challenge: challenge.to_owned(),
        client,
    })
}

/// A person agreed: the address that takes the code to the client.
pub(crate) async fn agree(drive: &Drive, user_id: &str, asked: &Asked, origin: &str) -> Result<String, ApiError> {
    let code = keys::mint("ac_live_")?;
    let now = drive.now();
    let mut tx = drive.repo.write().await?;
    tx.touch_client(&asked.client.id, now).await?;
    let row = CodeRow {
        code_hash: keys::digest(&code),
        client_id: asked.client.id.clone(),
        user_id: user_id.to_owned(),
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.challenge.clone(),
        created_at: now,
        expires_at: now + LIFE,
        used_at: None,
        key_id: None,
    };
    tx.add_code(&row, now - MEMORY).await?;
    tx.commit().await?;
    Ok(back(&asked.redirect_uri, asked.state.as_deref(), origin, &[("code", &code)]))
}
