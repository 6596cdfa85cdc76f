//! The browser login's routes (contract, "OAuth"). Every address of them must be of the drive's own origin: what goes
//! there is as good as a key.

use reqwest::Method;
use reqwest::Url;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::Secret;
use skillzdrive_wire::oauth::METADATA_PATH;
use skillzdrive_wire::oauth::Metadata;
use skillzdrive_wire::oauth::Registered;
use skillzdrive_wire::oauth::Registration;
use skillzdrive_wire::oauth::TokenAnswer;

use crate::api::Client;
use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::retry::Repeat;
use crate::error::Error;
use crate::error::Kind;

/// Where a drive's login is, checked.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    /// What the drive calls itself in its answers.
    pub(crate) issuer: String,
    /// Whether every answer says so.
    pub(crate) names_itself: bool,
    /// Where a person is sent.
    pub(crate) authorize: Url,
    token: Url,
    register: Option<Url>,
    revoke: Option<Url>,
}

/// What a code is exchanged with.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    /// The client.
    pub(crate) client_id: &'a str,
    /// The code.
    pub(crate) code: &'a Secret,
    /// Where it was sent.
    pub(crate) redirect_uri: &'a str,
    /// What the challenge was made of.
    pub(crate) verifier: &'a Secret,
}

impl Client {
    /// Finds out where the drive's browser login is.
    ///
    /// # Errors
    /// When it has none, when it calls itself by another address or names one elsewhere; as [`Client::call`].
    pub(crate) async fn login_endpoints(&self) -> ApiResult<Endpoints> {
        let answer = match self.call(Call::get(METADATA_PATH)).await {
            Err(error) if error.status() == Some(404) => return Err(self.no_browser_login("it does not say where")),
            answer => answer?,
        };
        let metadata: Metadata = answer.json()?;
        self.check_issuer(&metadata.issuer)?;
        let methods = &metadata.code_challenge_methods_supported;
        if !methods.is_empty() && !methods.iter().any(|method| method == "S256") {
            return Err(self.no_browser_login("it does not take a challenge by SHA-256"));
        }
        let optional = |address: Option<&String>| address.map(|address| self.own_endpoint(address)).transpose();
        Ok(Endpoints {
            authorize: self.own_endpoint(&metadata.authorization_endpoint)?,
            token: self.own_endpoint(&metadata.token_endpoint)?,
            register: optional(metadata.registration_endpoint.as_ref())?,
            revoke: optional(metadata.revocation_endpoint.as_ref())?,
            names_itself: metadata.authorization_response_iss_parameter_supported,
            issuer: metadata.issuer,
        })
    }

    fn no_browser_login(&self, why: &str) -> ApiError {
        Error::new(Kind::Failure, format!("{} has no login by browser: {why}", self.host()))
            .code("no_browser_login")
            .hint("skillzdrive login --with-token takes an API key")
            .into()
    }

    /// The issuer must be the origin that was asked, so that no drive speaks for another.
    fn check_issuer(&self, issuer: &str) -> ApiResult<()> {
        let url = Url::parse(issuer).ok();
        if url.as_ref().is_some_and(|url| self.is_own(url) && url.path() == "/" && url.query().is_none()) {
            return Ok(());
        }
        let message = format!("{} says that its logins belong to another address", self.host());
        let error = Error::new(Kind::Integrity, message).code("foreign_issuer");
        Err(match url.filter(|url| matches!(url.scheme(), "https" | "http")) {
            Some(url) => error.hint(format!("if you trust it: --server {}", url.origin().ascii_serialization())).into(),
            None => error.into(),
        })
    }

    fn own_endpoint(&self, address: &str) -> ApiResult<Url> {
        let url = self.url(address)?;
        if self.is_own(&url) && url.fragment().is_none() && url.username().is_empty() {
            return Ok(url);
        }
        let what = format!("{} sends its logins to another address, {}", self.host(), crate::api::http::host_of(&url));
        Err(ApiError::Foreign { what })
    }

    /// `POST register`: makes this installation known as a client.
    ///
    /// # Errors
    /// When the drive registers nobody; as [`Client::call`].
    pub(crate) async fn register_client(
        &self,
        endpoints: &Endpoints,
        name: &str,
        redirect_uri: &str,
    ) -> ApiResult<Registered> {
        let missing = || self.no_browser_login("it registers no programs");
        let url = endpoints.register.as_ref().ok_or_else(missing)?;
        let body = Registration {
            client_name: Some(name.to_owned()),
            redirect_uris: vec![redirect_uri.to_owned()],
            token_endpoint_auth_method: Some("none".to_owned()),
            grant_types: Some(vec!["authorization_code".to_owned()]),
            response_types: Some(vec!["code".to_owned()]),
        };
        self.call(Call::post(path(url), &body, Repeat::Never)?).await?.json()
    }

    /// `POST token`: a code becomes a key. A code works once, so this is never sent twice.
    ///
    /// # Errors
    /// When the drive refuses the code; as [`Client::call`].
    pub(crate) async fn exchange_code(&self, endpoints: &Endpoints, exchange: &Exchange<'_>) -> ApiResult<ApiKey> {
        let form = vec![
            ("grant_type", Secret::new("authorization_code")),
            ("client_id", Secret::new(exchange.client_id)),
            ("code", exchange.code.clone()),
            ("redirect_uri", Secret::new(exchange.redirect_uri)),
            ("code_verifier", exchange.verifier.clone()),
        ];
        let call = Call::new(Method::POST, path(&endpoints.token), Repeat::Never).form(form);
        let answer: TokenAnswer = self.call(call).await?.json()?;
        Ok(ApiKey::new(answer.access_token.expose()).map_err(Error::from)?)
    }

    /// `POST revoke`: gives a key back that a login gave. False when the drive has no such route.
    ///
    /// # Errors
    /// As [`Client::call`], and as [`Client::login_endpoints`].
    pub(crate) async fn give_back(&self, key: &ApiKey) -> ApiResult<bool> {
        let Some(url) = self.login_endpoints().await?.revoke else { return Ok(false) };
        let form = vec![("token", Secret::new(key.expose())), ("token_type_hint", Secret::new("access_token"))];
        self.call(Call::new(Method::POST, path(&url), Repeat::Never).form(form)).await?;
        Ok(true)
    }
}

/// An address of the drive's own origin as a route.
fn path(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}
