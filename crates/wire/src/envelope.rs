//! What wraps every answer: `{"data": …}` or `{"error": …}` (contract, "Common").

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde_json::Value;

use crate::liberal;
use crate::uploads::ScanFinding;

/// A successful answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data<T> {
    /// What was asked for.
    pub data: T,
}

/// A failed answer in either form: `{"error":{"code","message","suggestions"?,"findings"?}}` or the flat
/// `{"error":"<code>","message":"…","suggestions":[…],"findings":[…]}`; OAuth's routes call the sentence `error_description`. It is
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
    /// What the security rules found, worst first: with `scan_failed` alone.
    pub findings: Vec<ScanFinding>,
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
    #[serde(default, deserialize_with = "findings")]
    findings: Vec<ScanFinding>,
}

/// Reads what can be read of the findings: a strange one must not hide the refusal that they belong to.
fn findings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ScanFinding>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(items) => items.into_iter().filter_map(|item| liberal::read(item).ok()).collect(),
        _ => Vec::new(),
    })
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
        #[serde(default, deserialize_with = "findings")]
        findings: Vec<ScanFinding>,
    },
}

impl From<AnyError> for ErrorBody {
    fn from(any: AnyError) -> Self {
        let (code, message, suggestions, findings) = match any.error {
            CodeOrObject::Code(code) => {
                (Some(code), any.message.or(any.error_description), any.suggestions, any.findings)
            }
            CodeOrObject::Object { code, message, suggestions, findings } => {
                let findings = if findings.is_empty() { any.findings } else { findings };
                (code, message.or(any.message), suggestions.or(any.suggestions), findings)
            }
        };
        let code = code.unwrap_or_else(|| "unknown".to_owned());
        let message = message.unwrap_or_else(|| code.clone());
        Self { code, message, suggestions: suggestions.unwrap_or_default(), findings }
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
            #[serde(skip_serializing_if = "<[ScanFinding]>::is_empty")]
            findings: &'a [ScanFinding],
        }
        #[derive(Serialize)]
        struct Outer<'a> {
            error: Inner<'a>,
        }
        let Self { code, message, suggestions, findings } = self;
        Outer { error: Inner { code, message, suggestions, findings } }.serialize(serializer)
    }
}
