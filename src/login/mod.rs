//! The login by browser (RFC 8252): the drive asks a person at its own page, and their answer comes back to a port of
//! this machine, or by hand. Nothing here prints.

mod answer;
mod loopback;

use std::time::Duration;

use reqwest::Url;
use sha2::Digest as _;
use sha2::Sha256;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::Secret;
use skillzdrive_wire::oauth;
use uuid::Uuid;

pub(crate) use crate::login::answer::Expected;
pub(crate) use crate::login::answer::Heard;
pub(crate) use crate::login::answer::Stray;
pub(crate) use crate::login::loopback::Loopback;

use crate::api::Client;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::oauth::Endpoints;
use crate::api::oauth::Exchange;

/// How long a person may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// A login that was begun: what only this run knows of it.
#[derive(Debug)]
pub(crate) struct Attempt {
    endpoints: Endpoints,
    client_id: String,
    redirect_uri: String,
    verifier: Secret,
    state: String,
}

impl Attempt {
    /// Finds the drive's login and makes this installation known there, under a name that the person will read.
    ///
    /// # Errors
    /// As [`Client::login_endpoints`] and [`Client::register_client`].
    pub(crate) async fn begin(client: &Client, name: &str, redirect_uri: String) -> ApiResult<Self> {
        let endpoints = client.login_endpoints().await?;
        let registered = client.register_client(&endpoints, name, &redirect_uri).await?;
        Ok(Self {
            endpoints,
            client_id: registered.client_id,
            redirect_uri,
            // Two of them, because one has six bits less than the RFC asks for.
            verifier: Secret::new(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())),
            state: Uuid::new_v4().simple().to_string(),
        })
    }

    /// Where the person is asked.
    pub(crate) fn address(&self) -> Url {
        let mut url = self.endpoints.authorize.clone();
        let challenge = oauth::challenge(&Sha256::digest(self.verifier.expose().as_bytes()).into());
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", &self.state),
        ]);
        url
    }

    /// By what an answer is known to be this login's.
    pub(crate) fn expected(&self) -> Expected {
        Expected {
            state: self.state.clone(),
            issuer: self.endpoints.issuer.clone(),
            names_itself: self.endpoints.names_itself,
        }
    }

    /// Exchanges the code for a key.
    ///
    /// # Errors
    /// As [`Client::exchange_code`].
    pub(crate) async fn finish(&self, client: &Client, code: &Secret) -> Result<ApiKey, ApiError> {
        let exchange =
            Exchange { client_id: &self.client_id, code, redirect_uri: &self.redirect_uri, verifier: &self.verifier };
        client.exchange_code(&self.endpoints, &exchange).await
    }
}

/// Waits for the first of: an answer at the loopback, an answer by hand, the end of patience (then `None`). What is no
/// answer to this login is told and does not end it.
pub(crate) async fn wait(
    loopback: &Loopback,
    expected: &Expected,
    by_hand: impl Future<Output = Heard>,
    patience: impl Future<Output = ()>,
    mut stray: impl FnMut(Stray),
) -> Option<Heard> {
    tokio::select! {
        heard = loopback.hear(expected, &mut stray) => Some(heard),
        heard = by_hand => Some(heard),
        () = patience => None,
    }
}
