//! Code that nobody can read.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "opaque-run",
    category: Category::Obfuscation,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Runs code that was made unreadable",
    why: "Compiled or serialised code inside of a script cannot be judged by reading it.",
    help: "do not run it; ask for the source",
    bad: &[&[("scripts/x.py", "import marshal\nexec(marshal.loads(data))\n")]],
    good: &[&[("scripts/x.py", "import json\nprint(json.loads(data))\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant().filter(|fact| fact.what == What::OpaqueRun) {
        hits.fact(fact, Severity::High, Confidence::Medium, "what is run cannot be read");
    }
}
