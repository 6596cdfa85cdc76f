//! Section "Drive": the set of a person's skills. The sync routes have a file of their own.

use reqwest::Method;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Diff;
use skillzdrive_wire::drive::DiffRequest;
use skillzdrive_wire::drive::DriveList;
use skillzdrive_wire::drive::ImportRequest;
use skillzdrive_wire::drive::Imported;
use skillzdrive_wire::drive::SlugSha;
use skillzdrive_wire::drive::Toggled;
use skillzdrive_wire::drive::UpdateAccepted;
use skillzdrive_wire::drive::UpdateDismissed;
use skillzdrive_wire::drive::UpdateList;

use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::error::ApiResult;
use crate::api::retry::Repeat;

impl Account<'_> {
    /// `GET drive`: every skill that the key sees.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn drive(&self) -> ApiResult<DriveList> {
        self.call(Call::get("/api/v1/drive")).await?.data()
    }

    /// `POST drive/import`, once: it may charge.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn import(&self, skill_slug: &str) -> ApiResult<Imported> {
        let body = ImportRequest { skill_slug: skill_slug.to_owned() };
        self.call(Call::post("/api/v1/drive/import", &body, Repeat::Never)?).await?.data()
    }

    /// `DELETE drive/:slug`.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn remove(&self, slug: &Slug) -> ApiResult<()> {
        self.call(Call::new(Method::DELETE, format!("/api/v1/drive/{slug}"), Repeat::Safe)).await?;
        Ok(())
    }

    /// `POST drive/:slug/toggle`, once: a second time would undo the first.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn toggle(&self, slug: &Slug) -> ApiResult<Toggled> {
        self.call(Call::new(Method::POST, format!("/api/v1/drive/{slug}/toggle"), Repeat::Never)).await?.data()
    }

    /// `GET drive/updates`. A drive that does not know the route has none.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn updates(&self) -> ApiResult<UpdateList> {
        match self.call(Call::get("/api/v1/drive/updates")).await {
            Ok(answer) => answer.data(),
            Err(error) if error.status() == Some(404) => Ok(UpdateList { updates: Vec::new() }),
            Err(error) => Err(error),
        }
    }

    /// `POST drive/updates/:slug/accept`, once: it may charge.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn accept(&self, slug: &Slug) -> ApiResult<UpdateAccepted> {
        self.call(Call::new(Method::POST, format!("/api/v1/drive/updates/{slug}/accept"), Repeat::Never)).await?.data()
    }

    /// `POST drive/updates/:slug/dismiss`.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn dismiss(&self, slug: &Slug) -> ApiResult<UpdateDismissed> {
        self.call(Call::new(Method::POST, format!("/api/v1/drive/updates/{slug}/dismiss"), Repeat::Safe)).await?.data()
    }

    /// `POST drive/diff`.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn diff(&self, local: Vec<SlugSha>) -> ApiResult<Diff> {
        self.call(Call::post("/api/v1/drive/diff", &DiffRequest { local }, Repeat::Safe)?).await?.data()
    }
}
