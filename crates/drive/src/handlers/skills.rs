//! Section "Skills": list, search, discover, leaderboard, show.

use axum::extract::State;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::skills::SortBy;

use super::slug;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::extract::Anyone;
use crate::extract::Asked;
use crate::extract::Caller;
use crate::extract::Params;
use crate::extract::Segments;
use crate::respond::Answer;
use crate::service::catalog;
use crate::service::catalog::Which;
use crate::service::discovery;

/// How many skills are listed when nobody says, and at most.
const LIMIT: u64 = 20;
const MOST: u64 = 50;

/// `GET skills`.
pub(crate) async fn list(
    State(drive): State<Drive>,
    Anyone(caller): Anyone<true>,
    asked: Asked,
    params: Params,
) -> Answer {
    let limit = params.number("limit")?.unwrap_or(LIMIT).min(MOST);
    let query = params.text("q");
    if caller.is_none() && query.is_none() {
        return Err(ApiError::invalid("`q` is required without a key"));
    }
    let collection = params.raw("collection");
    if caller.is_none() && collection.is_some() {
        return Err(ApiError::access_denied("`collection` needs a key"));
    }
    let list = || catalog::list(&drive, caller.as_ref(), collection, query, limit);
    asked.data(&drive, caller.as_ref(), list).await
}

/// `GET skills/discover`.
pub(crate) async fn discover(State(drive): State<Drive>, caller: Caller, asked: Asked, params: Params) -> Answer {
    let keywords = params.text("keywords").ok_or_else(|| ApiError::invalid("`keywords` is required"))?;
    let offset = params.count("offset")?.unwrap_or(0);
    asked.data(&drive, Some(&caller), || discovery::discover(&drive, &caller, keywords, offset)).await
}

/// `GET skills/leaderboard`.
pub(crate) async fn leaderboard(State(drive): State<Drive>, caller: Caller, asked: Asked, params: Params) -> Answer {
    let sort_by = params.text("sort_by").map_or(SortBy::Executions, SortBy::from);
    asked.data(&drive, Some(&caller), || discovery::leaderboard(&drive, &caller, sort_by)).await
}

/// `GET skills/:slug`.
pub(crate) async fn show(
    State(drive): State<Drive>,
    Anyone(caller): Anyone<true>,
    asked: Asked,
    Segments(name): Segments<String>,
    params: Params,
) -> Answer {
    let slug = slug(&name)?;
    let which = match (params.number("version")?, params.text("content_sha")) {
        (None, None) => Which::Current,
        (Some(number), None) => Which::Number(number),
        (None, Some(sha)) => Which::Sha(ContentSha::new(sha).map_err(|error| ApiError::invalid(error.to_string()))?),
        (Some(_), Some(_)) => return Err(ApiError::invalid("`version` and `content_sha` exclude each other")),
    };
    let show = || catalog::show(&drive, caller.as_ref(), &slug, which, asked.origin());
    asked.data(&drive, caller.as_ref(), show).await
}
