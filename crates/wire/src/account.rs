//! Section "Account" of the reference: credits.

use serde::Deserialize;
use serde::Serialize;

/// `data` of `GET account/credits`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credits {
    /// The balance, in credits.
    pub balance: i64,
    /// The account's tier.
    #[serde(default)]
    pub tier: String,
    /// How many skills were run this month.
    #[serde(default, alias = "monthlySkillCalls")]
    pub monthly_skill_calls: u64,
    /// How many may be run.
    #[serde(default, alias = "monthlySkillCallLimit")]
    pub monthly_skill_call_limit: CallLimit,
    /// The ten most recent, newest first.
    #[serde(default)]
    pub transactions: Vec<Transaction>,
}

/// A limit of calls a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallLimit {
    /// `"unlimited"`: admins and moderators, and any text.
    #[default]
    Unlimited,
    /// A number.
    Calls(u64),
}

impl Serialize for CallLimit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unlimited => serializer.serialize_str("unlimited"),
            Self::Calls(calls) => serializer.serialize_u64(*calls),
        }
    }
}

impl<'de> Deserialize<'de> for CallLimit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Calls(u64),
            Word(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Calls(calls) => Ok(Self::Calls(calls)),
            Form::Word(word) => Ok(word.parse().map_or(Self::Unlimited, Self::Calls)),
        }
    }
}

/// One movement of credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Its identity.
    #[serde(default)]
    pub id: String,
    /// Credits; negative for a charge.
    #[serde(default)]
    pub amount: i64,
    /// The drive's word for why.
    #[serde(default)]
    pub reason: String,
    /// The skill it was for.
    #[serde(default)]
    pub slug: Option<String>,
    /// RFC 3339 in UTC.
    #[serde(default, alias = "createdAt")]
    pub created_at: String,
}
