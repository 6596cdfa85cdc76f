//! Traces are removed.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "covers-traces",
    category: Category::Obfuscation,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    title: "Removes the traces of what it did",
    why: "Logs and histories are how a person finds out afterwards.",
    help: "find out what was done",
    bad: &[skill!("```bash\nhistory -c\nunset HISTFILE\n```\n")],
    good: &[skill!("```bash\nhistory | tail\n```\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        if let What::CoversTraces(what) = &fact.what {
            hits.fact(fact, Severity::Medium, Confidence::Medium, *what);
        }
    }
}
