//! What a scan says: findings, and what it could not read. Values only; how they are shown is the program's business.

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

impl Severity {
    /// The word that stands for it in settings, flags and output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure a rule is that what it saw is what it says, least sure first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It may well be something else.
    Low,
    /// It usually is that.
    Medium,
    /// It hardly can be anything else.
    High,
}

impl Confidence {
    /// The word that stands for it in flags and output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What sort of harm a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Text that turns the agent against the person it works for.
    PromptInjection,
    /// Data leaves the machine.
    Exfiltration,
    /// Secrets are read.
    CredentialTheft,
    /// Code comes from elsewhere and is run.
    RemoteCode,
    /// What happens is hidden behind an encoding.
    Obfuscation,
    /// Characters that a person does not see.
    HiddenUnicode,
    /// Files or systems are destroyed.
    Destructive,
    /// Something stays after the skill has ended.
    Persistence,
    /// More rights are taken than needed.
    Privilege,
    /// An agent's own settings or other skills are changed.
    AgentSettings,
    /// Software of others is fetched without saying which.
    SupplyChain,
    /// The person is talked into doing it.
    SocialEngineering,
    /// Programs where none should be.
    HiddenExecutable,
    /// A secret was left in the skill.
    LeftSecret,
    /// Not a skill as the standard describes it.
    Format,
    /// An installed skill is not what was installed.
    Integrity,
}

impl Category {
    /// The word that stands for it in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PromptInjection => "prompt-injection",
            Self::Exfiltration => "exfiltration",
            Self::CredentialTheft => "credential-theft",
            Self::RemoteCode => "remote-code",
            Self::Obfuscation => "obfuscation",
            Self::HiddenUnicode => "hidden-unicode",
            Self::Destructive => "destructive",
            Self::Persistence => "persistence",
            Self::Privilege => "privilege",
            Self::AgentSettings => "agent-settings",
            Self::SupplyChain => "supply-chain",
            Self::SocialEngineering => "social-engineering",
            Self::HiddenExecutable => "hidden-executable",
            Self::LeftSecret => "left-secret",
            Self::Format => "format",
            Self::Integrity => "integrity",
        }
    }
}

/// One thing that the owner of a skill should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's identity, kebab-case.
    pub rule: String,
    /// What sort of harm.
    pub category: Category,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The skill it is in.
    pub slug: String,
    /// The file inside the skill, `/`-separated; empty for the skill as a whole.
    pub path: String,
    /// The line, counted from 1, where there is one.
    pub line: Option<u32>,
    /// The column in characters, counted from 1, where there is one.
    pub column: Option<u32>,
    /// What was found, as a fragment.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The line it was found in, cut to size, with what cannot be seen written out; safe to show on a terminal.
    pub excerpt: Option<String>,
}

/// Something that a scan did not read, or read in part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotAnalysed {
    /// The skill.
    pub slug: String,
    /// The file inside the skill; empty for the skill as a whole.
    pub path: String,
    /// Why, as a fragment.
    pub reason: String,
}

/// What a scan of one skill found and what it could not read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// The findings, worst first, then by place.
    pub findings: Vec<Finding>,
    /// What was not read: never to be counted as clean.
    pub not_analysed: Vec<NotAnalysed>,
    /// Findings of the author's own skill that the author has accepted, where the caller lets that count.
    pub suppressed: Vec<Finding>,
    /// Attempts of a skill to silence the scan, where the caller does not let that count.
    pub ignored_suppressions: u32,
}

impl Report {
    /// The worst severity among the findings.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_ordered_mildest_first() {
        assert!(Severity::Low < Severity::Medium && Severity::High < Severity::Critical);
        assert!(Confidence::Low < Confidence::High);
    }

    #[test]
    fn a_word_is_the_one_that_json_has() {
        for severity in [Severity::Low, Severity::Medium, Severity::High, Severity::Critical] {
            assert_eq!(serde_json::to_value(severity).unwrap(), severity.as_str());
        }
        for category in [Category::PromptInjection, Category::HiddenUnicode, Category::LeftSecret, Category::Integrity]
        {
            assert_eq!(serde_json::to_value(category).unwrap(), category.as_str());
        }
    }
}
