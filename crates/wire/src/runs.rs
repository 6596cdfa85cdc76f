//! Section "Runs" of the reference: a script of a skill in the drive's sandbox.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;

use crate::open_enum::open_enum;

open_enum! {
    /// Which limit of the sandbox ended a script before it ended by itself.
    Stopped {
        /// It ran too long.
        Time = "time",
        /// Its processes took too much memory together.
        Memory = "memory",
        /// It wrote too much to stdout or stderr.
        Output = "output",
        /// It left too much in its folder.
        Disk = "disk",
    }
}

/// Body of `POST runs`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunRequest {
    /// The skill. Any text: what is no slug is the slug of no skill.
    #[serde(rename = "skillSlug", alias = "skill_slug")]
    pub skill_slug: String,
    /// The script, looked up in `scripts/` and then in the skill's root.
    #[serde(rename = "scriptName", alias = "script_name")]
    pub script_name: String,
    /// Its arguments.
    #[serde(default, deserialize_with = "or_default")]
    pub args: Vec<String>,
    /// What it reads from its standard input.
    #[serde(default, deserialize_with = "or_default")]
    pub stdin: String,
    /// The session to go on in.
    #[serde(default, rename = "sessionId", alias = "session_id")]
    pub session_id: Option<String>,
    /// Whether the session is to be kept: the caller's open one of this skill, else a new one.
    #[serde(default, rename = "reuseSession", alias = "reuse_session", deserialize_with = "or_default")]
    pub reuse_session: bool,
}

/// `data` of `POST runs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAnswer {
    /// What the script wrote to its standard output; what was no UTF-8 is replaced.
    #[serde(default)]
    pub stdout: String,
    /// What it wrote to its standard error.
    #[serde(default)]
    pub stderr: String,
    /// How it ended: its own code, 128 and the signal that killed it, or 124 when it ran too long.
    pub exit_code: i64,
    /// The session that it ran in. Only one that was asked for is kept.
    #[serde(default, rename = "sessionId", alias = "session_id")]
    pub session_id: Option<String>,
    /// How long it ran, in milliseconds.
    #[serde(default)]
    pub duration_ms: u64,
    /// The limit that ended it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// What the run cost, in credits.
    #[serde(default, rename = "creditCost", alias = "credit_cost", skip_serializing_if = "Option::is_none")]
    pub credit_cost: Option<u64>,
    /// What is left of the balance, in credits.
    #[serde(
        default,
        rename = "creditsRemaining",
        alias = "credits_remaining",
        skip_serializing_if = "Option::is_none"
    )]
    pub credits_remaining: Option<i64>,
}

/// Takes null for a value that is not there.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
