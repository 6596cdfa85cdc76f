//! Section "Telemetry + migration".

use std::time::Duration;

use skillzdrive_wire::InstallId;
use skillzdrive_wire::telemetry::AdoptRequest;
use skillzdrive_wire::telemetry::Adopted;
use skillzdrive_wire::telemetry::Event;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::call::Lane;
use crate::api::call::Patience;
use crate::api::error::ApiResult;
use crate::api::retry::Repeat;

impl Client {
    /// `POST telemetry/anonymous`, once, without waiting and without a key; the header is the body's install id.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn send_event(&self, event: &Event) -> ApiResult<()> {
        let call = Call::post("/api/v1/telemetry/anonymous", event, Repeat::Never)?;
        self.call(call.patience(Patience::Refuse).in_the_name_of(event.install_id)).await?;
        Ok(())
    }

    /// Whether the drive wants no more anonymous calls for now.
    pub(crate) fn is_limited(&self) -> bool {
        self.governor().remaining(&self.lane(Lane::Open)) > Duration::ZERO
    }
}

impl Account<'_> {
    /// `POST migrations/anonymous-adopt`: again gives the same answer.
    ///
    /// # Errors
    /// As [`Client::call`]; 409 when another account has the installation.
    pub(crate) async fn adopt(&self, install_id: InstallId) -> ApiResult<Adopted> {
        let call = Call::post("/api/v1/migrations/anonymous-adopt", &AdoptRequest { install_id }, Repeat::Safe)?;
        self.call(call.in_the_name_of(install_id)).await?.data()
    }
}
