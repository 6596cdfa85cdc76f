//! The browser login: clients that make themselves known, a person's consent as a code, and the key that it becomes.
//!
//! Nothing here knows of cookies or pages: who agreed was found out before.

mod consent;
mod grant;
mod registration;

pub(crate) use consent::Asked;
pub(crate) use consent::Unasked;
pub(crate) use consent::agree;
pub(crate) use consent::check;
pub(crate) use grant::Credentials;
pub(crate) use grant::From as Sender;
pub(crate) use grant::revoke;
pub(crate) use grant::token;
pub(crate) use registration::register;
use skillzdrive_wire::oauth::Metadata;

use crate::error::ApiError;
use crate::error::DriveError;

/// Where the routes are.
pub(crate) const AUTHORIZE: &str = "/authorize";
/// Where a code becomes a key.
pub(crate) const TOKEN: &str = "/api/mcp/oauth/token";
/// Where clients make themselves known.
pub(crate) const REGISTER: &str = "/api/mcp/oauth/register";
/// Where a key is given back.
pub(crate) const REVOKE: &str = "/api/mcp/oauth/revoke";

/// Why one of these routes refuses: a word of the RFC and a sentence, or what any route may answer.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// By the RFC's table.
    Word(&'static str, String),
    /// As anywhere.
    Api(ApiError),
}

impl Refusal {
    fn word(word: &'static str, sentence: impl Into<String>) -> Self {
        Self::Word(word, sentence.into())
    }

    /// Something is missing or of the wrong form.
    fn invalid(sentence: impl Into<String>) -> Self {
        Self::word("invalid_request", sentence)
    }

    /// A code that is not, or no longer, good for this.
    fn grant(sentence: impl Into<String>) -> Self {
        Self::word("invalid_grant", sentence)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Api(error.into())
    }
}

impl From<DriveError> for Refusal {
    fn from(error: DriveError) -> Self {
        Self::Api(error.into())
    }
}

/// Parameters of a query or a form, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters(pub(crate) Vec<(String, String)>);

impl Parameters {
    /// Reads a query or the body of a form.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// A parameter; empty counts as missing (RFC 6749, 3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str()).filter(|text| !text.is_empty())
    }

    /// The first name that is there twice: such a request means nothing for certain.
    pub(crate) fn twice(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::invalid(format!("`{name}` is missing")))
    }
}

/// What RFC 8414 asks for.
pub(crate) fn metadata(origin: &str) -> Metadata {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Metadata {
        issuer: origin.to_owned(),
        authorization_endpoint: format!("{origin}{AUTHORIZE}"),
        token_endpoint: format!("{origin}{TOKEN}"),
        registration_endpoint: Some(format!("{origin}{REGISTER}")),
        revocation_endpoint: Some(format!("{origin}{REVOKE}")),
        response_types_supported: words(&["code"]),
        response_modes_supported: words(&["query"]),
        grant_types_supported: words(&["authorization_code", "client_credentials"]),
        token_endpoint_auth_methods_supported: words(&["none", "client_secret_post", "client_secret_basic"]),
        revocation_endpoint_auth_methods_supported: words(&["none"]),
        code_challenge_methods_supported: words(&["S256"]),
        authorization_response_iss_parameter_supported: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_once() {
        let read = Parameters::read(b"a=1&b=&c=%20x%2B+y&a=2");
        assert_eq!((read.get("a"), read.get("b"), read.get("c")), (Some("1"), None, Some(" x+ y")));
        assert_eq!(read.twice(), Some("a"));
        assert_eq!(Parameters::read(b"a=1&b=2").twice(), None);
    }
}
