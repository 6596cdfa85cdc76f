//! Findings as SARIF 2.1.0, the form that code hosts and editors read. Pure: it only says what the document holds.

use std::path::Component;
use std::path::Path;

use serde::Serialize;
use skillzdrive_scan::Severity;
use skillzdrive_skill::sha256;

use crate::audit::Located;

/// The name under which places are relative to the scope's root.
const ROOT: &str = "ROOT";

/// A whole document.
#[derive(Debug, Serialize)]
pub(crate) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    original_uri_base_ids: Bases,
    column_kind: &'static str,
    results: Vec<Hit>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Described>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: &'static str,
    short_description: Text,
    help: Text,
    default_configuration: Configuration,
    properties: Security,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

/// What code hosts sort by.
#[derive(Debug, Serialize)]
struct Security {
    #[serde(rename = "security-severity")]
    severity: &'static str,
}

#[derive(Debug, Serialize)]
struct Text {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Debug, Serialize)]
struct Bases {
    #[serde(rename = "ROOT")]
    root: Address,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Hit {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Place; 1],
    partial_fingerprints: Fingerprint,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    /// Empty is a statement too, that nobody suppressed it; so it is there where any result has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppression>>,
    properties: Extra,
}

/// Why a result counts for nothing.
#[derive(Debug, Clone, Serialize)]
struct Suppression {
    kind: &'static str,
    justification: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    physical_location: Physical,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
}

/// Tells one finding from another from run to run, whatever its words are.
#[derive(Debug, Serialize)]
struct Fingerprint {
    #[serde(rename = "skillzdrive/v1")]
    ours: String,
}

#[derive(Debug, Serialize)]
struct Extra {
    slug: String,
    severity: Severity,
}

/// What the document says of a rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    /// Kebab-case.
    pub(crate) id: &'static str,
    /// What it means, as a sentence without a full stop.
    pub(crate) about: &'static str,
    /// What to do about it.
    pub(crate) help: &'static str,
    /// How bad it is at worst.
    pub(crate) severity: Severity,
}

/// The security rules, as the document describes them.
pub(crate) fn scan_rules() -> impl Iterator<Item = About> {
    let about = |rule: &&'static skillzdrive_scan::Rule| About {
        id: rule.id,
        about: rule.title,
        help: rule.help,
        severity: rule.severity,
    };
    skillzdrive_scan::RULES.iter().map(about)
}

/// Who accepted a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AcceptedBy {
    /// The author, in the skill itself.
    Author,
    /// Whoever put it into the lockfile.
    Lockfile,
}

/// A finding against a baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    /// The baseline does not have it.
    New,
    /// The baseline has it.
    Unchanged,
    /// The baseline has it, and it was not found any more.
    Absent,
}

impl Against {
    /// The word for it, in SARIF and elsewhere.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Absent => "absent",
        }
    }
}

/// A finding with what is said of it besides.
#[derive(Debug, Clone)]
pub(crate) struct Marked {
    /// The finding.
    pub(crate) located: Located,
    /// Who accepted it.
    pub(crate) accepted: Option<AcceptedBy>,
    /// How it stands against the baseline, where there is one; then every finding says so.
    pub(crate) against: Option<Against>,
}

impl From<&Located> for Marked {
    fn from(located: &Located) -> Self {
        Self { located: located.clone(), accepted: None, against: None }
    }
}

/// The document for some findings. `not_analysed` becomes notifications of the run.
pub(crate) fn log(rules: &[About], findings: &[Marked], not_analysed: &[String], root: &Path) -> Log {
    let notification = |text: &String| Notification { level: "note", message: Text { text: text.clone() } };
    let any_accepted = findings.iter().any(|marked| marked.accepted.is_some());
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "skillzdrive",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: rules.iter().map(described).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: not_analysed.iter().map(notification).collect(),
        }],
        original_uri_base_ids: Bases { root: Address { uri: format!("{}/", address(root)), uri_base_id: None } },
        column_kind: "unicodeCodePoints",
        results: findings.iter().map(|marked| hit(rules, marked, any_accepted, root)).collect(),
    };
    Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
}

fn described(rule: &About) -> Described {
    Described {
        id: rule.id,
        short_description: Text { text: rule.about.to_owned() },
        help: Text { text: rule.help.to_owned() },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Security { severity: number(rule.severity) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "error",
    }
}

fn number(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "3.0",
        Severity::Medium => "5.5",
        Severity::High => "8.0",
        Severity::Critical => "9.5",
    }
}

/// What somebody accepted, in SARIF's words.
fn suppression(by: AcceptedBy) -> Suppression {
    match by {
        AcceptedBy::Author => Suppression { kind: "inSource", justification: "accepted by its author in the skill" },
        AcceptedBy::Lockfile => {
            Suppression { kind: "external", justification: "accepted in skillzdrive.lock for exactly these bytes" }
        }
    }
}

fn hit(rules: &[About], marked: &Marked, any_accepted: bool, root: &Path) -> Hit {
    let Marked { located, accepted, against } = marked;
    let finding = &located.finding;
    let artifact_location = match located.place.strip_prefix(root) {
        Ok(below) => Address { uri: relative(below), uri_base_id: Some(ROOT) },
        Err(_) => Address { uri: address(&located.place), uri_base_id: None },
    };
    let identity = format!("{}\0{}\0{}", finding.rule, finding.slug, artifact_location.uri);
    let subject = if finding.slug.is_empty() { String::new() } else { format!("{}: ", finding.slug) };
    Hit {
        rule_id: finding.rule.clone(),
        rule_index: rules.iter().position(|rule| rule.id == finding.rule),
        level: level(finding.severity),
        message: Text { text: format!("{subject}{}. {}", finding.message, finding.help).trim_end().to_owned() },
        locations: [Place {
            physical_location: Physical {
                artifact_location,
                region: finding.line.map(|start_line| Region { start_line, start_column: finding.column }),
            },
        }],
        baseline_state: against.map(Against::word),
        suppressions: any_accepted.then(|| accepted.map(suppression).into_iter().collect()),
        partial_fingerprints: Fingerprint { ours: sha256(identity.as_bytes()).to_string() },
        properties: Extra { slug: finding.slug.clone(), severity: finding.severity },
    }
}

/// An absolute path as a `file:` address.
fn address(path: &Path) -> String {
    let path = relative(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{path}")
}

/// A path as part of an address: `/` between its parts, everything but plain characters escaped.
fn relative(path: &Path) -> String {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::RootDir => parts.push(String::new()),
            part => parts.push(escaped(part.as_os_str().as_encoded_bytes())),
        }
    }
    // The root's own part is empty, and so is what comes before it on a system with drives.
    if parts.len() == 1 && parts.first().is_some_and(String::is_empty) { "/".to_owned() } else { parts.join("/") }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn places_are_addresses() {
        assert_eq!(address(Path::new("/people/a b/#1")), "file:///people/a%20b/%231");
        assert_eq!(relative(Path::new(".agents/skills/x:y/grün")), ".agents/skills/x%3Ay/gr%C3%BCn");
        assert_eq!(address(Path::new("/")), "file:///");
    }
}
