//! Section "Runs": a script of a skill in the drive's sandbox.

use skillzdrive_wire::runs::RunAnswer;
use skillzdrive_wire::runs::RunRequest;

use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::error::ApiResult;
use crate::api::retry::Repeat;

impl Account<'_> {
    /// `POST runs`, once: it may charge. The answer comes when the script has ended, so it is waited for longer than any
    /// other.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn run(&self, request: &RunRequest) -> ApiResult<RunAnswer> {
        self.call(Call::post("/api/v1/runs", request, Repeat::Never)?.slow()).await?.data()
    }
}
