//! The three sync routes of section "Drive".
//!
//! The preview's objects are kept as they came, beside their typed view: `execute` sends them back unknown fields
//! included (contract, "Sync").

use serde_json::Value;
use skillzdrive_wire::sync::Classification;
use skillzdrive_wire::sync::ExecuteRequest;
use skillzdrive_wire::sync::Executed;
use skillzdrive_wire::sync::FinalizeRequest;
use skillzdrive_wire::sync::Finalized;
use skillzdrive_wire::sync::PlanCredits;
use skillzdrive_wire::sync::Preview;
use skillzdrive_wire::sync::PreviewRequest;

use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::error::ApiResult;
use crate::api::retry::Repeat;

/// An answer of `preview`, typed and as it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Previewed {
    /// One for each slug, as this program understands it and as it came.
    pub(crate) classifications: Vec<(Classification, Value)>,
    /// The money.
    pub(crate) credits: PlanCredits,
}

impl Account<'_> {
    /// `POST drive/sync/preview`.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`]; code `dialect` for an answer without its list.
    pub(crate) async fn preview(&self, request: &PreviewRequest) -> ApiResult<Previewed> {
        let answer = self.call(Call::post("/api/v1/drive/sync/preview", request, Repeat::Safe)?).await?;
        let typed: Preview = answer.data()?;
        let raw = match answer.as_it_came()?["data"]["classifications"].take() {
            Value::Array(raw) => raw,
            // What was read a line above is a list.
            _ => Vec::new(),
        };
        Ok(Previewed { classifications: typed.classifications.into_iter().zip(raw).collect(), credits: typed.credits })
    }

    /// `POST drive/sync/execute`, once: it commits and may charge.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`]; code `dialect` for an answer without its list.
    pub(crate) async fn execute(&self, request: &ExecuteRequest<Value>) -> ApiResult<Executed> {
        self.call(Call::post("/api/v1/drive/sync/execute", request, Repeat::Never)?).await?.data()
    }

    /// `POST drive/sync/finalize`: the same again gives the same answer.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn finalize(&self, request: &FinalizeRequest) -> ApiResult<Finalized> {
        self.call(Call::post("/api/v1/drive/sync/finalize", request, Repeat::Safe)?).await?.data()
    }
}
