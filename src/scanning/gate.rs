//! The gate before a stranger's bytes come into their place: which findings need a person's yes. It judges; whoever asks,
//! and puts things in place, is told.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use skillzdrive_scan::Finding;
use skillzdrive_scan::Report;
use skillzdrive_scan::Severity;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;

/// The rules whose findings a person accepted, by the bytes that they were found in.
pub(crate) type Accepted = BTreeMap<ContentSha, Vec<String>>;

/// A skill at the gate.
#[derive(Debug)]
pub(crate) struct AtGate {
    /// Its slug.
    pub(crate) slug: Slug,
    /// The digest of the package that it came as.
    pub(crate) content_sha: ContentSha,
    /// Whether the lockfile has exactly these bytes, so that whoever put them there has accepted them.
    pub(crate) locked: bool,
    /// What the scan found.
    pub(crate) report: Report,
}

impl AtGate {
    /// The findings that a person has to know of.
    pub(crate) fn serious(&self, fail_on: Severity) -> impl Iterator<Item = &Finding> {
        self.report.findings.iter().filter(move |finding| finding.severity >= fail_on)
    }

    /// Whether somebody has to say yes before it may come.
    pub(crate) fn needs_a_yes(&self, fail_on: Severity) -> bool {
        !self.locked && self.serious(fail_on).next().is_some()
    }

    /// The rules that found something serious, each once.
    pub(crate) fn rules(&self, fail_on: Severity) -> Vec<String> {
        let rules: BTreeSet<&str> = self.serious(fail_on).map(|finding| finding.rule.as_str()).collect();
        rules.into_iter().map(str::to_owned).collect()
    }

    /// `1 critical and 2 high findings`.
    pub(crate) fn counted(&self, fail_on: Severity) -> String {
        let levels = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        let count = |level| self.serious(fail_on).filter(|finding| finding.severity == level).count();
        let counts: Vec<(usize, &str)> =
            levels.into_iter().map(|level| (count(level), level.as_str())).filter(|(count, _)| *count > 0).collect();
        let words: Vec<String> = counts.iter().map(|(count, word)| format!("{count} {word}")).collect();
        let noun = if let [(1, _)] = counts[..] { "finding" } else { "findings" };
        format!("{} {noun}", words.join(" and "))
    }

    /// `remote-run (SKILL.md:7), secret-leak (x.py:3)`: each rule with its first place.
    pub(crate) fn named(&self, fail_on: Severity) -> String {
        let mut named: Vec<(&str, String)> = Vec::new();
        for finding in self.serious(fail_on) {
            if named.iter().all(|(rule, _)| *rule != finding.rule) {
                let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
                let place = if finding.path.is_empty() { String::new() } else { format!(" ({}{line})", finding.path) };
                named.push((&finding.rule, place));
            }
        }
        named.iter().map(|(rule, place)| format!("{rule}{place}")).collect::<Vec<_>>().join(", ")
    }

    /// Why it does not come.
    pub(crate) fn refusal(&self, fail_on: Severity) -> Error {
        let (slug, counted) = (&self.slug, self.counted(fail_on));
        let message = format!("`{slug}` has {counted} that nobody accepted: {}", self.named(fail_on));
        Error::new(Kind::Findings, message).code("findings_not_accepted")
    }
}

#[cfg(test)]
mod tests {
    use skillzdrive_scan::Source;
    use skillzdrive_scan::SourceFile;
    use skillzdrive_scan::Suppressions;
    use skillzdrive_scan::scan;
    use skillzdrive_skill::sha256;

    use super::*;

    fn at_gate(body: &str, locked: bool) -> AtGate {
        let text = format!("---\nname: a\ndescription: d\n---\n{body}\n");
        let source = Source::new("a", vec![SourceFile::new("SKILL.md", text)]);
        let report = scan(&source, Suppressions::Ignored);
        AtGate { slug: Slug::new("a").unwrap(), content_sha: sha256(b"a"), locked, report }
    }

    #[test]
    fn what_is_serious_and_new_needs_a_yes() {
        let bad = "```sh\nrm -rf ~\nhistory -c\n```";
        let one = at_gate(bad, false);
        assert!(one.needs_a_yes(Severity::High) && !one.needs_a_yes(Severity::Critical));
        assert!(!at_gate(bad, true).needs_a_yes(Severity::High));
        assert!(!at_gate("Make a table.", false).needs_a_yes(Severity::Low));
        assert_eq!(one.rules(Severity::Medium), ["covers-traces", "destroys-files"]);
        assert_eq!(one.counted(Severity::High), "1 high finding");
        assert_eq!(one.counted(Severity::Medium), "1 high and 1 medium findings");
        assert_eq!(
            one.refusal(Severity::High).message(),
            "`a` has 1 high finding that nobody accepted: destroys-files (SKILL.md:6)"
        );
    }
}
