//! What wraps every answer: `{"data": …}` or `{"error": …}` (contract, "Common").

use serde::Deserialize;
use serde::Serialize;

/// A successful answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data<T> {
    /// What was asked for.
    pub data: T,
}

/// A failed answer in either form: `{"error":{"code","message","suggestions"?}}` or the flat
/// `{"error":"<code>","message":"…","suggestions":[…]}`; OAuth's routes call the sentence `error_description`. It is
/// always written in the first form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "AnyError")]
pub struct ErrorBody {
    /// A word from the contract's table of statuses, or another drive's own.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// What might be done instead.
    pub suggestions: Vec<String>,
}

#[derive(Deserialize)]
struct AnyError {
    error: CodeOrObject,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
    #[serde(default)]
    suggestions: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum CodeOrObject {
    Code(String),
    Object {
        #[serde(default)]
        code: Option<String>,
        #[serde(default)]
        message: Option<String>,
        #[serde(default)]
        suggestions: Option<Vec<String>>,
    },
}

impl From<AnyError> for ErrorBody {
    fn from(any: AnyError) -> Self {
        let (code, message, suggestions) = match any.error {
            CodeOrObject::Code(code) => (Some(code), any.message.or(any.error_description), any.suggestions),
            CodeOrObject::Object { code, message, suggestions } => {
                (code, message.or(any.message), suggestions.or(any.suggestions))
            }
        };
        let code = code.unwrap_or_else(|| "unknown".to_owned());
        Self { message: message.unwrap_or_else(|| code.clone()), code, suggestions: suggestions.unwrap_or_default() }
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Inner<'a> {
            code: &'a str,
            message: &'a str,
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            suggestions: &'a [String],
        }
        #[derive(Serialize)]
        struct Outer<'a> {
            error: Inner<'a>,
        }
        Outer { error: Inner { code: &self.code, message: &self.message, suggestions: &self.suggestions } }
            .serialize(serializer)
    }
}
