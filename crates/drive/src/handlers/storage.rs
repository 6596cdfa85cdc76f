//! The storage behind a signed address: bytes, whole or in part. It takes no key and looks at no header of ours.
//!
//! An artifact is a file; an export is made while it is sent, and is the same bytes each time.

use std::ops::Range;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use skillzdrive_wire::ContentSha;

use super::marketplace::knows;
use crate::artifacts::CACHING;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::Params;
use crate::extract::Segments;
use crate::respond::Answer;
use crate::service::exports;
use crate::signing::Signed;

/// `GET /storage/:sha?exp=…&sig=…`.
pub(crate) async fn artifact(
    State(drive): State<Drive>,
    Segments(name): Segments<String>,
    params: Params,
    headers: HeaderMap,
) -> Answer {
    let sha = signed(&drive, Signed::Artifact, &name, &params)?;
    let missing = || ApiError::not_found("artifact_not_found", "there is no such artifact");
    let opened = drive.artifacts.find(&sha).await?.ok_or_else(missing)?;
    let size = opened.size;
    let artifacts = &drive.artifacts;
    let read = async |range| Ok(artifacts.read_opened(&sha, opened, range).await?);
    answer(&headers, &sha, size, read).await
}

/// `GET /storage/exports/:id?exp=…&sig=…`.
pub(crate) async fn export(
    State(drive): State<Drive>,
    Segments(name): Segments<String>,
    params: Params,
    headers: HeaderMap,
) -> Answer {
    let id = signed(&drive, Signed::Export, &name, &params)?;
    let missing = || ApiError::not_found("artifact_not_found", "there is no such export");
    let export = exports::open(&drive, &id).await?.ok_or_else(missing)?;
    let size = export.size();
    let response = answer(&headers, &id, size, async |range| Ok(export.read(drive.artifacts.clone(), range))).await?;
    Ok(([(header::CONTENT_DISPOSITION, "attachment; filename=\"skills.zip\"")], response).into_response())
}

/// The digest that an address names, if this drive signed it and its time is not over.
fn signed(drive: &Drive, what: Signed, name: &str, params: &Params) -> Result<ContentSha, ApiError> {
    let refused = || ApiError::forbidden("the address is not signed by this drive, or its time is over");
    let sha = ContentSha::new(name).map_err(|_| refused())?;
    let exp = params.text("exp").and_then(|exp| exp.parse::<i64>().ok()).ok_or_else(refused)?;
    let allowed = drive.signer.allows(what, &sha, exp, params.text("sig").unwrap_or_default(), drive.now());
    if allowed { Ok(sha) } else { Err(refused()) }
}

/// Answers with what is asked for of `size` bytes that a digest names for ever.
async fn answer(
    headers: &HeaderMap,
    name: &ContentSha,
    size: u64,
    read: impl AsyncFnOnce(Range<u64>) -> Result<BoxStream<'static, std::io::Result<Bytes>>, ApiError>,
) -> Answer {
    let etag = format!("\"{name}\"");
    if knows(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let response = match part(headers, &etag, size) {
        Part::Whole => {
            let bytes = Body::from_stream(read(0..size).await?);
            (StatusCode::OK, [(header::CONTENT_LENGTH, size.to_string())], bytes).into_response()
        }
        Part::Range(range) => {
            let length = (range.end - range.start).to_string();
            let place = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            let bytes = Body::from_stream(read(range).await?);
            let headers = [(header::CONTENT_LENGTH, length), (header::CONTENT_RANGE, place)];
            (StatusCode::PARTIAL_CONTENT, headers, bytes).into_response()
        }
        Part::Outside => {
            let message = format!("the package has {size} bytes");
            let error = ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "invalid_request", message);
            return Ok(([(header::CONTENT_RANGE, format!("bytes */{size}"))], error).into_response());
        }
    };
    Ok(described(response, etag))
}

fn described(response: Response, etag: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::ETAG, etag),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, CACHING.to_owned()),
    ];
    (headers, response).into_response()
}

/// What of an artifact is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Range(Range<u64>),
    Outside,
}

/// Reads `Range` and `If-Range`. What is not one plain range of bytes is answered with the whole, as the protocol lets a
/// server do.
fn part(headers: &HeaderMap, etag: &str, size: u64) -> Part {
    if headers.get(header::IF_RANGE).is_some_and(|tag| tag.as_bytes() != etag.as_bytes()) {
        return Part::Whole;
    }
    let Some(text) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else { return Part::Whole };
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Part::Whole;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // A number too large for 64 bits is beyond every artifact.
    let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
    match (digits(first), digits(last)) {
        (true, true) if number(last) < number(first) => Part::Whole,
        (true, _) if !last.is_empty() && !digits(last) => Part::Whole,
        (true, _) if number(first) >= size => Part::Outside,
        (true, true) => Part::Range(number(first)..number(last).saturating_add(1).min(size)),
        (true, false) => Part::Range(number(first)..size),
        (false, true) if first.is_empty() && (number(last) == 0 || size == 0) => Part::Outside,
        (false, true) if first.is_empty() => Part::Range(size.saturating_sub(number(last))..size),
        (false, _) => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_protocol_says() {
        for (text, expected) in [
            ("bytes=0-0", Part::Range(0..1)),
            ("bytes=2-", Part::Range(2..10)),
            ("bytes=2-99", Part::Range(2..10)),
            ("bytes=-3", Part::Range(7..10)),
            ("bytes=-99", Part::Range(0..10)),
            ("bytes=10-", Part::Outside),
            ("bytes=99999999999999999999-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, text.parse().unwrap());
            assert_eq!(part(&headers, "\"e\"", 10), expected, "{text}");
            headers.insert(header::IF_RANGE, "\"e\"".parse().unwrap());
            assert_eq!(part(&headers, "\"e\"", 10), expected, "{text}");
            headers.insert(header::IF_RANGE, "\"other\"".parse().unwrap());
            assert_eq!(part(&headers, "\"e\"", 10), Part::Whole, "{text}");
        }
    }
}
