//! Section "Uploads": a ticket, then the file with the ticket as its bearer.

use reqwest::multipart::Form;
use reqwest::multipart::Part;
use skillzdrive_wire::uploads::Processed;
use skillzdrive_wire::uploads::Ticket;
use skillzdrive_wire::uploads::TicketRequest;
use skillzdrive_wire::uploads::UploadPage;

use crate::api::account::Account;
use crate::api::call;
use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::http;
use crate::api::http::Pace;
use crate::api::response;
use crate::api::retry::Repeat;
use crate::error::Error;

/// What is sent with a ticket.
#[derive(Debug)]
pub(crate) struct Upload<'a> {
    /// The file's name.
    pub(crate) filename: &'a str,
    /// The zip's bytes.
    pub(crate) zip: Vec<u8>,
    /// What changed, in the author's words.
    pub(crate) change_comment: Option<&'a str>,
}

impl Account<'_> {
    /// `POST uploads/ticket`, once: a drive allows few tickets at a time.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn ticket(&self, request: &TicketRequest) -> ApiResult<Ticket> {
        self.call(Call::post("/api/v1/uploads/ticket", request, Repeat::Never)?).await?.data()
    }

    /// `POST uploads/url`, once: each answer is a ticket of its own.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn upload_page(&self, collection_name: Option<&str>) -> ApiResult<UploadPage> {
        let request = TicketRequest { collection_name: collection_name.map(str::to_owned), ..TicketRequest::default() };
        self.call(Call::post("/api/v1/uploads/url", &request, Repeat::Never)?).await?.data()
    }

    /// Posts a file to where the ticket says, once.
    ///
    /// # Errors
    /// Exit 7 when that is not of the drive's own origin: the ticket must not leave. Else as
    /// [`crate::api::Client::call`].
    pub(crate) async fn upload(&self, ticket: &Ticket, upload: Upload<'_>) -> ApiResult<Processed> {
        let client = self.client();
        client.online("an upload")?;
        let url = client.url(&ticket.upload_url)?;
        if !client.is_own(&url) {
            let what = format!(
                "{} wants the upload at {}, which is another origin: the ticket is not sent there",
                client.host(),
                http::host_of(&url)
            );
            return Err(ApiError::Foreign { what });
        }
        let part = Part::bytes(upload.zip)
            .file_name(upload.filename.to_owned())
            .mime_str("application/zip")
            .map_err(|e| Error::internal("a media type is none").source(e))?;
        let mut form = Form::new().part("file", part);
        if let Some(comment) = upload.change_comment {
            form = form.text("changeComment", comment.to_owned());
        }
        let request = client
            .own()
            .await?
            .post(url)
            .headers(client.headers()?)
            .header(reqwest::header::AUTHORIZATION, call::bearer(ticket.upload_token.expose())?)
            .multipart(form);
        let host = client.host();
        let response = request.send().await.map_err(|e| http::network_error(&host, "no answer from", e))?;
        if !response.status().is_success() {
            return Err(response::refusal(response, "an upload").await);
        }
        let processed: Processed =
            client.read("POST /api/uploads/process-skill".to_owned(), Pace::Usual, response).await?.json()?;
        if !processed.success {
            let why = crate::api::error::sentence(&processed.message);
            let message =
                format!("{host} did not take the upload: {}", if why.is_empty() { "no reason given" } else { &why });
            return Err(Error::new(crate::error::Kind::Failure, message).code("upload_refused").into());
        }
        Ok(processed)
    }
}
