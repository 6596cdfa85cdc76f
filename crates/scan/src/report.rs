//! Runs the rules over a skill and sorts what they say.

use crate::finding::Confidence;
use crate::finding::Finding;
use crate::finding::Report;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hit;
use crate::rules::Hits;
use crate::rules::RULES;
use crate::rules::Rule;
use crate::source::Source;
use crate::suppress;
use crate::suppress::Accepted;
use crate::text;

/// Whether a skill's own acceptances count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppressions {
    /// The author scans their own skill.
    Honoured,
    /// Somebody else's skill is scanned: what lies inside of it does not silence the scan, and is counted.
    Ignored,
}

/// Scans a skill. What it says depends on the bytes and on [`RULES_VERSION`](crate::RULES_VERSION) alone.
#[must_use]
pub fn scan(source: &Source, suppressions: Suppressions) -> Report {
    let model = Model::read(source);
    let mut report = Report { not_analysed: model.not_analysed.clone(), ..Report::default() };
    for rule in RULES {
        let mut hits = Hits::default();
        (rule.check)(&model, &mut hits);
        report.findings.extend(one_a_line(&model, hits.0).into_iter().map(|hit| finding(&model, rule, hit)));
    }
    report.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    report.not_analysed.sort();
    match suppressions {
        Suppressions::Honoured => {
            let accepted = Accepted::read(&model);
            let (suppressed, kept) = report.findings.into_iter().partition(|finding| accepted.covers(&model, finding));
            report.findings = kept;
            report.suppressed = suppressed;
        }
        Suppressions::Ignored => report.ignored_suppressions = suppress::count(&model),
    }
    report
}

type Order<'a> =
    (std::cmp::Reverse<Severity>, std::cmp::Reverse<Confidence>, &'a str, Option<u32>, &'a str, Option<u32>);

fn order(finding: &Finding) -> Order<'_> {
    use std::cmp::Reverse;
    (Reverse(finding.severity), Reverse(finding.confidence), &finding.path, finding.line, &finding.rule, finding.column)
}

/// The first of what a rule found alike in a line: more of the same there says nothing new, and lines may be very long.
fn one_a_line(model: &Model<'_>, mut hits: Vec<Hit>) -> Vec<Hit> {
    let place =
        |hit: &Hit| hit.at.map(|(file, at)| (file, model.files[file].text.as_ref().map(|text| text.line_of(at))));
    let sort = |hit: &Hit| (place(hit), hit.severity, hit.confidence);
    hits.sort_by_key(|hit| (sort(hit), hit.at));
    hits.dedup_by(|later, kept| sort(later) == sort(kept));
    hits
}

fn finding(model: &Model<'_>, rule: &Rule, hit: Hit) -> Finding {
    let file = hit.at.map(|(number, at)| (&model.files[number], at));
    let place = file.and_then(|(file, at)| file.text.as_ref().map(|text| (text, text.place(at), text.line_of(at))));
    Finding {
        rule: rule.id.to_owned(),
        category: rule.category,
        severity: hit.severity,
        confidence: hit.confidence,
        slug: model.slug.to_owned(),
        path: file.map(|(file, _)| file.path().to_owned()).unwrap_or_default(),
        line: place.as_ref().map(|(_, (line, _), _)| *line),
        column: place.as_ref().map(|(_, (_, column), _)| *column),
        message: hit.message,
        help: rule.help.to_owned(),
        excerpt: place.map(|(text, (_, column), line)| text::shown(text.line(line), column)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn source(files: &[(&str, &str)]) -> Source {
        Source::new("x", files.iter().map(|(path, text)| SourceFile::new(*path, text.as_bytes())).collect())
    }

    const SKILL: &str = "---\nname: x\ndescription: d\n---\n";

    #[test]
    fn findings_come_worst_first_with_their_place() {
        let skill = format!("{SKILL}```sh\nhistory -c\nrm -rf ~\n```\n");
        let report = scan(&source(&[("SKILL.md", &skill)]), Suppressions::Ignored);
        let said: Vec<_> = report.findings.iter().map(|f| (f.rule.as_str(), f.line, f.column)).collect();
        assert_eq!(said, [("destroys-files", Some(7), Some(1)), ("covers-traces", Some(6), Some(1))]);
        assert_eq!(report.findings[0].excerpt.as_deref(), Some("rm -rf ~"));
    }

    #[test]
    fn a_rule_says_the_same_of_a_line_once() {
        let skill = format!("{SKILL}```sh\nrm -rf ~; rm -rf /; rm -rf /home\nrm -rf ~\n```\n");
        let report = scan(&source(&[("SKILL.md", &skill)]), Suppressions::Ignored);
        let said: Vec<_> = report.findings.iter().map(|f| (f.rule.as_str(), f.line, f.column)).collect();
        assert_eq!(said, [("destroys-files", Some(6), Some(1)), ("destroys-files", Some(7), Some(1))]);
    }

    #[test]
    fn an_author_is_believed_and_a_stranger_is_not() {
        let skill = format!("{SKILL}```sh\nhistory -c # skillscan-ignore: covers-traces\nrm -rf ~\n```\n");
        let files = [("SKILL.md", skill.as_str()), (".skillscanignore", "# mine\ndestroys-files SKILL.md\n")];
        let own = scan(&source(&files), Suppressions::Honoured);
        assert!(own.findings.is_empty(), "{:?}", own.findings);
        assert_eq!(own.suppressed.len(), 2);
        let foreign = scan(&source(&files), Suppressions::Ignored);
        assert_eq!(foreign.findings.len(), 2);
        assert_eq!(foreign.ignored_suppressions, 2);
    }
}
