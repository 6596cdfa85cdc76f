//! Section "Uploads".

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::FromRequest;
use axum::extract::Multipart;
use axum::extract::Request;
use axum::extract::State;
use axum::extract::multipart::Field;
use axum::extract::multipart::MultipartError;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use futures_util::StreamExt;
use skillzdrive_wire::uploads::TicketRequest;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::Address;
use crate::extract::AnyBody;
use crate::extract::Caller;
use crate::extract::DRAIN;
use crate::extract::JsonBody;
use crate::extract::Origin;
use crate::extract::bearer;
use crate::package::Package;
use crate::repo::tickets::TicketRow;
use crate::respond::Answer;
use crate::respond::data;
use crate::respond::with;
use crate::service::landing;
use crate::service::landing::Landed;
use crate::service::tickets;
use crate::service::upload_pages;

/// What a multipart form needs besides its file, in bytes.
const FORM: u64 = 1 << 20;

/// How long a body that is refused anyway may take.
const DRAIN_TIME: Duration = Duration::from_secs(30);

/// How long a form may take to arrive.
const FORM_TIME: Duration = Duration::from_secs(15 * 60);

/// The longest change comment, in characters.
const MOST_COMMENT: usize = 2_000;

/// `POST uploads/ticket`.
pub(crate) async fn ticket(
    State(drive): State<Drive>,
    caller: Caller,
    Origin(origin): Origin,
    JsonBody(request): JsonBody<TicketRequest>,
) -> Answer {
    with(StatusCode::CREATED, tickets::mint(&drive, &caller, request, &origin).await?)
}

/// `POST uploads/url`.
pub(crate) async fn url(
    State(drive): State<Drive>,
    caller: Caller,
    Origin(origin): Origin,
    AnyBody(request): AnyBody<TicketRequest>,
) -> Answer {
    data(upload_pages::mint(&drive, &caller, request, &origin).await?)
}

/// `POST /api/uploads/process-skill`. Its answer has no envelope.
pub(crate) async fn process_skill(State(drive): State<Drive>, Address(from): Address, request: Request) -> Answer {
    let token = bearer(request.headers()).and_then(Result::ok).ok_or_else(tickets::refused)?.to_owned();
    let ticket = tickets::live(&drive, &token, from).await?;
    let form = receive(&drive, request).await?;
    tickets::redeem(&drive, &ticket).await?;
    let landed = land(&drive, &ticket, form).await?;
    let status = if landed.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(landed.processed)).into_response())
}

/// Reads the form of an upload, whose sender was looked at already.
pub(crate) async fn receive(drive: &Drive, request: Request) -> Result<Form, ApiError> {
    let limit = drive.config.limits.package_bytes;
    check_kind(request.headers())?;
    let announced = content_length(request.headers());
    if announced.is_some_and(|length| length > limit as u64 + FORM) {
        drain(request.into_body(), limit).await;
        return Err(too_large(limit));
    }
    let multipart = Multipart::from_request(request, drive).await;
    let mut multipart = multipart.map_err(|error| unsupported(&error.to_string()))?;
    let late = |_| ApiError::invalid("the form took too long to arrive");
    tokio::time::timeout(FORM_TIME, read_form(&mut multipart, limit)).await.map_err(late)?
}

/// Reads a form's package and lands it for a ticket that was used for it.
pub(crate) async fn land(drive: &Drive, ticket: &TicketRow, form: Form) -> Result<Landed, ApiError> {
    let file = form.file.ok_or_else(|| ApiError::invalid("the form has no part `file`"))?;
    // Few at a time: a package is in memory zipped and unpacked. Whoever sends slowly does not hold a turn.
    let _turn = drive.packages.acquire().await.map_err(|error| ApiError::internal(&error))?;
    let package = tokio::task::spawn_blocking(move || Package::read(file)).await;
    let package = package.map_err(|error| ApiError::internal(&error))?.map_err(ApiError::invalid_package)?;
    landing::land(drive, ticket, &package, form.filename.as_deref(), form.comment).await
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok())
}

/// Reads and drops a body that is too large, see [`DRAIN`].
pub(crate) async fn drain(body: Body, limit: usize) {
    let mut left = limit.saturating_add(DRAIN);
    let mut chunks = body.into_data_stream();
    let read = async {
        while let Some(Ok(chunk)) = chunks.next().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                break;
            }
        }
    };
    // When it takes too long, the client sees the broken connection after all.
    let _ = tokio::time::timeout(DRAIN_TIME, read).await;
}

/// Refuses a body of another kind before it is read.
fn check_kind(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err(unsupported("the body is not multipart/form-data"));
    }
    Ok(())
}

/// What an upload's form holds.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) file: Option<Vec<u8>>,
    filename: Option<String>,
    comment: Option<String>,
    /// What only a page of ours puts into it.
    pub(crate) csrf: Option<String>,
}

async fn read_form(multipart: &mut Multipart, limit: usize) -> Result<Form, ApiError> {
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        match field.name() {
            Some("file") if form.file.is_some() => return Err(ApiError::invalid("the form has two parts `file`")),
            Some("file") => {
                form.filename = field.file_name().map(str::to_owned);
                form.file = Some(read_part(field, limit).await?.ok_or_else(|| too_large(limit))?);
            }
            Some("changeComment") => {
                let bytes = read_part(field, MOST_COMMENT * 4).await?;
                let bytes = bytes.ok_or_else(|| ApiError::invalid("`changeComment` is too long"))?;
                let text = String::from_utf8(bytes).map_err(|_| ApiError::invalid("`changeComment` is not text"))?;
                let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(MOST_COMMENT).collect();
                form.comment = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            }
            Some("csrf") => {
                let bytes = read_part(field, 256).await?.unwrap_or_default();
                form.csrf = String::from_utf8(bytes).ok();
            }
            // A field of a newer client; it is read past, within the same limit.
            _ => {
                read_part(field, limit).await?.ok_or_else(|| too_large(limit))?;
            }
        }
    }
    Ok(form)
}

/// Reads a part; `None` when it is larger than the limit. The rest of such a part is read and dropped, see [`DRAIN`].
async fn read_part(mut field: Field<'_>, limit: usize) -> Result<Option<Vec<u8>>, ApiError> {
    let mut bytes = Vec::new();
    let mut seen = 0;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        seen += chunk.len();
        if seen > limit.saturating_add(DRAIN) {
            break;
        }
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    Ok((seen <= limit).then_some(bytes))
}

fn broken(error: MultipartError) -> ApiError {
    ApiError::invalid(format!("the form cannot be read: {}", error.body_text()))
}

fn unsupported(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
}

fn too_large(limit: usize) -> ApiError {
    ApiError::too_large(format!("a package has at most {limit} bytes"))
}
