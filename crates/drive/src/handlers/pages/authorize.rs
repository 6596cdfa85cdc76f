//! `/authorize`: a program asks a person for a key.

use axum::http::StatusCode;
use axum::response::Response;

use super::Stop;
use super::finished;
use super::see_other;
use super::visit::Filled;
use super::visit::Visit;
use crate::error::ApiError;
use crate::pages;
use crate::redirect;
use crate::service::accounts;
use crate::service::oauth;
use crate::service::oauth::Asked;
use crate::service::oauth::Parameters;
use crate::service::oauth::Unasked;

/// The parameters of a request that the consent page carries back.
const CARRIED: [&str; 7] =
    ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "response_mode"];

/// `GET /authorize`.
pub(crate) async fn ask(visit: Visit) -> Response {
    let answered = async {
        let parameters = visit.parameters();
        // Before anybody is asked for their key: who cannot be answered shall not make people sign in.
        let asked = check(&visit, &parameters).await?;
        let carried = carried(&parameters);
        let session = visit.signed_in(&back_here(&carried)).await?;
        let account = accounts::name_of(&visit.drive, &session.caller).await?;
        Ok(pages::consent(&asked, &account, &session.csrf, &carried))
    };
    finished(answered.await)
}

/// `POST /authorize`: the answer of the consent page. The request is checked once more: a form can hold anything.
pub(crate) async fn decide(filled: Filled) -> Response {
    let answered = async {
        let Filled { visit, parameters } = &filled;
        let session = visit.signed_in(&back_here(&carried(parameters))).await?;
        filled.check(&session.csrf)?;
        let asked = check(visit, parameters).await?;
        match parameters.get("decision") {
            Some("allow") => {
                Ok(see_other(&oauth::agree(&visit.drive, &session.caller.user_id, &asked, &visit.origin).await?))
            }
            Some("deny") => Ok(see_other(&asked.refused(&visit.origin))),
            _ => Err(Stop::Error(ApiError::invalid("the form has no decision"))),
        }
    };
    finished(answered.await)
}

async fn check(visit: &Visit, parameters: &Parameters) -> Result<Asked, Stop> {
    oauth::check(&visit.drive, parameters, &visit.origin).await.map_err(|unasked| match unasked {
        Unasked::Page(sentence) => {
            Stop::answer(pages::message(StatusCode::BAD_REQUEST, "This login cannot go on", &sentence))
        }
        Unasked::Back(address) => Stop::answer(see_other(&address)),
        Unasked::Api(error) => Stop::Error(error),
    })
}

fn carried(parameters: &Parameters) -> Parameters {
    Parameters(parameters.0.iter().filter(|(name, _)| CARRIED.contains(&name.as_str())).cloned().collect())
}

fn back_here(carried: &Parameters) -> String {
    let pairs: Vec<(&str, &str)> = carried.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    redirect::with_parameters(oauth::AUTHORIZE, &pairs)
}
