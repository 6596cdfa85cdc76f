//! Code where only data should be.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "code-in-data",
    category: Category::RemoteCode,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Has code that starts programs in a value of its data",
    why: "Whoever reads the value by a template or an unsafe loader runs it.",
    help: "do not hand the data to anything that evaluates it",
    bad: &[&[("data/flow.json", "{\"function\": \"return require(\\\"child_process\\\").execSync(\\\"id\\\")\"}\n")]],
    good: &[&[("package.json", "{\"description\": \"starts programs of the system\"}\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant().filter(|fact| fact.what == What::CodeInData) {
        let severity = if model.security { Severity::Medium } else { Severity::High };
        hits.fact(fact, severity, Confidence::Medium, "a value starts programs where it is evaluated");
    }
}
