//! Section "Account", and the [`Account`] itself: the calls that need a key exist only on it.

use std::fmt;

use reqwest::Method;
use serde_json::Map;
use serde_json::Value;
use sha2::Digest as _;
use sha2::Sha256;
use skillzdrive_wire::ApiKey;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::InstallId;
use skillzdrive_wire::account::Credits;
use skillzdrive_wire::account::WebhookCreated;
use skillzdrive_wire::account::WebhookList;
use skillzdrive_wire::account::WebhookRequest;

use crate::api::Client;
use crate::api::call::Answer;
use crate::api::call::Call;
use crate::api::collections::KeyScope;
use crate::api::error::ApiResult;
use crate::api::retry::Repeat;
use crate::error::Result;
use crate::store::accounts::Accounts;
use crate::store::accounts::Adoption;
use crate::store::accounts::Known;
use crate::store::credentials::KeySource;

const WEBHOOKS: &str = "/api/v1/account/webhooks";

/// A client with a key.
pub(crate) struct Account<'a> {
    client: &'a Client,
    key: ApiKey,
    source: KeySource,
    known: Known,
    accounts: Accounts,
    collection: Option<CollectionName>,
}

impl fmt::Debug for Account<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.client.server())
    }
}

impl<'a> Account<'a> {
    /// A client with a key, and what this machine knows of the key.
    ///
    /// # Errors
    /// When that cannot be read.
    pub(crate) fn open(client: &'a Client, key: ApiKey, source: KeySource, accounts: Accounts) -> Result<Self> {
        let known = accounts.know(&fingerprint(&key))?;
        Ok(Self { client, key, source, known, accounts, collection: None })
    }

    /// The same, as the key of a collection that is kept under its name.
    pub(crate) fn of_collection(mut self, name: CollectionName) -> Self {
        self.collection = Some(name);
        self
    }

    /// The collection under whose name the key is kept here.
    pub(crate) fn collection(&self) -> Option<&CollectionName> {
        self.collection.as_ref()
    }

    /// Notes that a key, which the drive made for this account, is of this account, and what it sees.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn note_sibling(&self, key: &ApiKey, scope: KeyScope) -> Result<()> {
        self.accounts.sibling(&fingerprint(key), self.id(), scope.word())
    }

    /// The client.
    pub(crate) fn client(&self) -> &'a Client {
        self.client
    }

    /// The key, for headers alone.
    pub(crate) fn key(&self) -> &ApiKey {
        &self.key
    }

    /// Where the key came from.
    pub(crate) fn source(&self) -> &KeySource {
        &self.source
    }

    /// What this machine calls the account: part of what the sync base is kept under.
    pub(crate) fn id(&self) -> &str {
        &self.known.account
    }

    /// Whether the installation is still to be adopted with this key.
    pub(crate) fn adoption(&self) -> Adoption {
        self.known.adoption
    }

    /// Notes that the drive let this key adopt an installation; the account's name may change by it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn note_adopted(&mut self, install_id: InstallId) -> Result<()> {
        self.known.account = self.accounts.adopted(&fingerprint(&self.key), install_id)?;
        self.known.adoption = Adoption::Done;
        Ok(())
    }

    /// Notes that the installation is to be adopted at a later command.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn note_pending(&mut self) -> Result<()> {
        self.known.adoption = Adoption::Pending;
        self.accounts.pending(&fingerprint(&self.key))
    }

    /// Whether a login by browser gave the key.
    pub(crate) fn is_by_browser(&self) -> bool {
        self.known.by_browser
    }

    /// Notes that a login by browser gave the key.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn note_by_browser(&mut self) -> Result<()> {
        self.known.by_browser = true;
        self.accounts.by_browser(&fingerprint(&self.key))
    }

    /// What the key sees, asked once and remembered.
    ///
    /// # Errors
    /// As [`Client::call`], when it was never asked before.
    pub(crate) async fn key_scope(&self) -> ApiResult<KeyScope> {
        if let Some(scope) = self.known.scope.as_deref().and_then(KeyScope::from_word) {
            return Ok(scope);
        }
        let scope = self.ask_scope().await?;
        self.accounts.scope(&fingerprint(&self.key), scope.word())?;
        Ok(scope)
    }

    /// Which slice of the account the key sees, as the sync base is kept under it: `all_skills`, or `scoped-` and
    /// `unknown-` with the key's fingerprint, because two such keys may see different slices.
    ///
    /// # Errors
    /// As [`Account::key_scope`].
    pub(crate) async fn scope(&self) -> ApiResult<String> {
        let scope = self.key_scope().await?;
        Ok(match scope {
            KeyScope::AllSkills => scope.word().to_owned(),
            KeyScope::Scoped | KeyScope::Unknown => format!("{}-{}", scope.word(), fingerprint(&self.key)),
        })
    }

    /// `GET account/credits`.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn credits(&self) -> ApiResult<Credits> {
        self.call(Call::get("/api/v1/account/credits")).await?.data()
    }

    /// `GET account/webhooks`.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn webhooks(&self) -> ApiResult<WebhookList> {
        self.call(Call::get(WEBHOOKS)).await?.data()
    }

    /// `POST account/webhooks`, once: a second time would make a second one, whose secret nobody sees.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn create_webhook(&self, request: &WebhookRequest) -> ApiResult<WebhookCreated> {
        self.call(Call::post(WEBHOOKS, request, Repeat::Never)?).await?.data()
    }

    /// `DELETE account/webhooks/:id`. Whatever the id is, it is one part of the address.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn delete_webhook(&self, id: &str) -> ApiResult<()> {
        let mut path = format!("{WEBHOOKS}/");
        for byte in id.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => path.push(char::from(byte)),
                other => path.push_str(&format!("%{other:02X}")),
            }
        }
        self.call(Call::new(Method::DELETE, path, Repeat::Safe)).await?;
        Ok(())
    }

    /// Asks whether the drive takes the key: what it says of the account does not matter, only that it says something.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn check_key(&self) -> ApiResult<()> {
        self.call(Call::get("/api/v1/account/credits")).await?.data::<Map<String, Value>>()?;
        Ok(())
    }

    /// Makes a call with the key.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn call<'k>(&'k self, call: Call<'k>) -> ApiResult<Answer> {
        self.client.call(call.with_key(Some(&self.key))).await
    }
}

/// What a key is called where it must not stand itself: 16 digits of its SHA-256.
pub(crate) fn fingerprint(key: &ApiKey) -> String {
    let digest: [u8; 32] = Sha256::digest(key.expose().as_bytes()).into();
    ContentSha::from_digest(&digest).as_str()[..16].to_owned()
}
