//! The browser login (contract, "OAuth"): RFC 8414 metadata, RFC 7591 registration, RFC 6749 tokens and errors, and the
//! text of an RFC 7636 challenge.
//!
//! These shapes are the RFCs' own, so they have no envelope and their names are all in snake case.

use serde::Deserialize;
use serde::Serialize;

use crate::Secret;

/// Where a client finds [`Metadata`].
pub const METADATA_PATH: &str = "/.well-known/oauth-authorization-server";

/// What RFC 8414 says of an authorization server. Only what a client of ours reads must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The origin of the server.
    pub issuer: String,
    /// Where a person is sent.
    pub authorization_endpoint: String,
    /// Where a code becomes a key.
    pub token_endpoint: String,
    /// Where a client makes itself known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// Where a key is given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// What may be asked for at the authorization endpoint.
    #[serde(default)]
    pub response_types_supported: Vec<String>,
    /// How an answer comes back.
    #[serde(default)]
    pub response_modes_supported: Vec<String>,
    /// What may be exchanged at the token endpoint.
    #[serde(default)]
    pub grant_types_supported: Vec<String>,
    /// How a client may show who it is at the token endpoint.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// The same at the revocation endpoint.
    #[serde(default)]
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    /// How a challenge may be made; absent where there is none.
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// Whether every answer names its issuer (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// What a client says of itself. What it asks for beyond this is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// What people read when they are asked to agree; the key is named by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Where answers may go.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// `none`: a program on a person's machine keeps no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// What it will exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    /// What it will ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
}

/// A client as it was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// What it is called from now on.
    pub client_id: String,
    /// When, in seconds since 1970.
    #[serde(default)]
    pub client_id_issued_at: i64,
    /// What was taken of its words.
    #[serde(flatten)]
    pub client: Registration,
}

/// What a code, or a client's own credentials, became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// The key.
    pub access_token: Secret,
    /// `Bearer`.
    pub token_type: String,
    /// How many seconds it works; absent for a key that does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// What it sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// How these routes refuse (RFC 6749, 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthError {
    /// A word of the RFC.
    pub error: String,
    /// A sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

/// The text of a challenge, from the SHA-256 of a verifier's text: base64url without padding (RFC 7636, appendix A).
#[must_use]
pub fn challenge(digest: &[u8; 32]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(43);
    for chunk in digest.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let index = bits >> (18 - 6 * place) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

/// Whether a text can be a verifier, or the challenge of one: 43 to 128 unreserved characters (RFC 7636, 4.1).
#[must_use]
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B: the digest of `dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`.
        let digest = [
            19, 211, 30, 150, 26, 26, 216, 236, 47, 22, 177, 12, 76, 152, 46, 8, 118, 168, 120, 173, 109, 241, 68, 86,
            110, 225, 137, 74, 203, 112, 249, 195,
        ];
        assert_eq!(challenge(&digest), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        for bad in ["", &"a".repeat(42), &"a".repeat(129), &"a ".repeat(30), &"ä".repeat(43)] {
            assert!(!is_verifier(bad), "{bad}");
        }
    }

    #[test]
    fn the_metadata_is_read_and_written() {
        let full = json!({
            "issuer": "https://drive.example",
            "authorization_endpoint": "https://drive.example/authorize",
            "token_endpoint": "https://drive.example/api/mcp/oauth/token",
            "registration_endpoint": "https://drive.example/api/mcp/oauth/register",
            "revocation_endpoint": "https://drive.example/api/mcp/oauth/revoke",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true
        });
        let read: Metadata = serde_json::from_value(full.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), full);
        // RFC 8414 asks for no more than this of a server without registration.
        let least = json!({"issuer": "a", "authorization_endpoint": "b", "token_endpoint": "c", "later": 1});
        let read: Metadata = serde_json::from_value(least).unwrap();
        assert_eq!((read.registration_endpoint, read.code_challenge_methods_supported), (None, Vec::new()));
    }

    #[test]
    fn registration_token_and_error_are_those_of_the_rfcs() {
        let registered = json!({
            "client_id": "oc_1",
            "client_id_issued_at": 1_795_498_778,
            "client_name": "cli@laptop",
            "redirect_uris": ["http://127.0.0.1:4000/callback"],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code"],
            "response_types": ["code"]
        });
        let read: Registered = serde_json::from_value(registered.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), registered);
        let token = json!({"access_token": "sk_live_x", "token_type": "Bearer", "scope": "all_skills"});
        let read: TokenAnswer = serde_json::from_value(token.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), token);
        assert!(!format!("{read:?}").contains("sk_live_x"));
        let error = json!({"error": "invalid_grant", "error_description": "the code was used"});
        let read: OAuthError = serde_json::from_value(error.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), error);
        // The same body as any error's: the description is the sentence.
        let body: crate::ErrorBody = serde_json::from_value(error).unwrap();
        assert_eq!((body.code.as_str(), body.message.as_str()), ("invalid_grant", "the code was used"));
    }
}
