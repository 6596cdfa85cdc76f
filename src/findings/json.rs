//! The frozen JSON form of a finding.

use serde::Serialize;
use skillzdrive_scan::Category;
use skillzdrive_scan::Confidence;
use skillzdrive_scan::Finding;
use skillzdrive_scan::Severity;

/// A finding in a `--json` document.
#[derive(Debug, Serialize)]
pub(crate) struct FindingJson<'a> {
    rule: &'a str,
    category: Category,
    severity: Severity,
    confidence: Confidence,
    slug: &'a str,
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
    help: &'a str,
    excerpt: Option<&'a str>,
    /// `new` or `unchanged`, where there is a baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'static str>,
}

impl<'a> FindingJson<'a> {
    /// The form of one.
    pub(crate) fn of(finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule,
            category: finding.category,
            severity: finding.severity,
            confidence: finding.confidence,
            slug: &finding.slug,
            path: &finding.path,
            line: finding.line,
            column: finding.column,
            message: &finding.message,
            help: &finding.help,
            excerpt: finding.excerpt.as_deref(),
            baseline: None,
        }
    }

    /// The same with how it stands against a baseline.
    pub(crate) fn against(self, baseline: Option<&'static str>) -> Self {
        Self { baseline, ..self }
    }
}
