//! What every page's handler needs of a request, taken once: a visit, and a visit with a filled form.
//!
//! A visitor of whom the limit was asked too often gets a page that says so, and so does whoever sends a form that is none.

use std::net::IpAddr;

use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Redirect;
use axum::response::Response;
use uuid::Uuid;

use super::Stop;
use super::check_given;
use super::cookies;
use crate::drive::Drive;
use crate::extract::Address;
use crate::extract::FormBody;
use crate::extract::Limited;
use crate::extract::Origin;
use crate::observed;
use crate::pages;
use crate::redirect;
use crate::request_id::RequestId;
use crate::service::oauth::Parameters;
use crate::service::sessions;
use crate::service::sessions::Session;

/// A visit of a page.
pub(crate) struct Visit {
    pub(super) drive: Drive,
    /// What the page's addresses begin with.
    pub(super) origin: String,
    pub(super) headers: HeaderMap,
    uri: Uri,
    request_id: Option<Uuid>,
    /// Where it comes from, where that is known.
    pub(super) from: Option<IpAddr>,
}

/// A visit that brings a form.
pub(crate) struct Filled {
    pub(super) visit: Visit,
    pub(super) parameters: Parameters,
}

impl FromRequestParts<Drive> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, drive: &Drive) -> Result<Self, Response> {
        Limited::from_request_parts(parts, drive).await.map_err(|error| pages::failure(&error))?;
        let Ok(Address(from)) = Address::from_request_parts(parts, drive).await;
        let Ok(Origin(origin)) = Origin::from_request_parts(parts, drive).await;
        let (headers, uri) = (parts.headers.clone(), parts.uri.clone());
        Ok(Self { drive: drive.clone(), origin, headers, uri, request_id: RequestId::of(&parts.extensions), from })
    }
}

impl FromRequest<Drive> for Filled {
    type Rejection = Response;

    async fn from_request(request: Request, drive: &Drive) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, drive).await?;
        let form = FormBody::from_request(Request::from_parts(parts, body), drive).await;
        let FormBody(parameters) = form.map_err(|error| pages::failure(&error))?;
        Ok(Self { visit, parameters })
    }
}

impl Visit {
    /// What stands behind the `?`.
    pub(super) fn parameters(&self) -> Parameters {
        Parameters::read(self.uri.query().unwrap_or_default().as_bytes())
    }

    /// Who is signed in.
    pub(super) async fn session(&self) -> Result<Option<Session>, Stop> {
        match cookies::read(&self.headers, &cookies::session_name(&self.origin)) {
            Some(token) => {
                let mut found = sessions::find(&self.drive, token).await?;
                if let Some(session) = &mut found {
                    observed::note_user(&session.caller.user_id);
                    session.caller.request_id = self.request_id;
                }
                Ok(found)
            }
            None => Ok(None),
        }
    }

    /// Who is signed in; who is not goes to the sign-in page and comes back.
    pub(super) async fn signed_in(&self, next: &str) -> Result<Session, Stop> {
        let to_sign_in = || Stop::answer(Redirect::to(&redirect::with_parameters("/sign-in", &[("next", next)])));
        self.session().await?.ok_or_else(to_sign_in)
    }

    /// Refuses a form that no page of ours gave.
    pub(super) fn check(&self, parameters: &Parameters, csrf: &str) -> Result<(), Stop> {
        check_given(&self.headers, &self.origin, parameters.get("csrf"), csrf)
    }
}

impl Filled {
    /// Refuses a form that no page of ours gave.
    pub(super) fn check(&self, csrf: &str) -> Result<(), Stop> {
        self.visit.check(&self.parameters, csrf)
    }
}
