//! The security rules: a skill's text and scripts in, findings out.
//!
//! This crate has the types that the program, the drive and every rule share. The rules themselves are not here yet:
//! [`Report::not_analysed`] says so, because what was not read must never count as clean.

use serde::Deserialize;
use serde::Serialize;

/// How bad a finding is, mildest first so that it can be compared with a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth a look.
    Medium,
    /// Worth stopping for.
    High,
    /// Stop.
    Critical,
}

/// One thing that the owner of a skill should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's identity, kebab-case.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The skill it is in.
    pub slug: String,
    /// The file inside the skill, `/`-separated.
    pub path: String,
    /// The line, counted from 1, where there is one.
    pub line: Option<u32>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// What a scan found and what it could not read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// The findings, worst first.
    pub findings: Vec<Finding>,
    /// Files, or whole skills, that were not analysed, each with the reason.
    pub not_analysed: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::Severity;

    #[test]
    fn severities_are_ordered_mildest_first() {
        assert!(Severity::Low < Severity::Medium && Severity::High < Severity::Critical);
    }
}
