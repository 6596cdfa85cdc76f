//! Section "Account" of the reference: credits and webhooks.

use serde::Deserialize;
use serde::Serialize;

use crate::Secret;
use crate::open_enum::open_enum;

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

open_enum! {
    /// What a webhook is told of.
    WebhookEvent {
        /// The balance fell from above the threshold to it or below.
        ThresholdHit = "credits.threshold_hit",
        /// The balance fell to 0.
        Exhausted = "credits.exhausted",
    }
}

/// A webhook as its owner sees it; the secret is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its identity.
    pub id: String,
    /// What it is told of.
    #[serde(alias = "eventType")]
    pub event_type: WebhookEvent,
    /// In credits, for events that have one.
    #[serde(default, alias = "thresholdValue")]
    pub threshold_value: Option<u64>,
    /// Where it is told.
    #[serde(alias = "targetUrl")]
    pub target_url: String,
    /// What came of the last delivery, as a class: `2xx` to `5xx`, `timeout`, `failed`, or the drive's own word.
    #[serde(default, alias = "lastDeliveryStatus", deserialize_with = "crate::liberal::optional_text")]
    pub last_delivery_status: Option<String>,
    /// RFC 3339 in UTC.
    #[serde(default, alias = "createdAt")]
    pub created_at: String,
}

/// `data` of `GET account/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookList {
    /// Every webhook of the account, oldest first.
    #[serde(deserialize_with = "crate::liberal::readable")]
    pub webhooks: Vec<Webhook>,
}

/// Body of `POST account/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookRequest {
    /// What to tell of.
    #[serde(alias = "eventType")]
    pub event_type: WebhookEvent,
    /// Required for `credits.threshold_hit`, not looked at for the others.
    #[serde(default, alias = "thresholdValue", skip_serializing_if = "Option::is_none")]
    pub threshold_value: Option<u64>,
    /// An `https` address.
    #[serde(alias = "targetUrl")]
    pub target_url: String,
}

/// `data` of `POST account/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCreated {
    /// The webhook.
    pub webhook: Webhook,
    /// What its deliveries are signed with. It is shown this once.
    pub secret: Secret,
}

/// `data` of `DELETE account/webhooks/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDeleted {
    /// Which one.
    pub id: String,
    /// Always true.
    pub deleted: bool,
}

/// The body of a delivery. All five fields are always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDelivery {
    /// What happened.
    pub event: WebhookEvent,
    /// Whose credits they are.
    pub owner_user_id: String,
    /// The balance right after the charge that crossed.
    pub credits_remaining: i64,
    /// The threshold; null for `credits.exhausted`.
    pub threshold: Option<u64>,
    /// When it happened: RFC 3339 in UTC, with milliseconds.
    pub timestamp: String,
}
