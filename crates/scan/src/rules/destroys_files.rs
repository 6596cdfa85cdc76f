//! Everything a person has is deleted.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "destroys-files",
    category: Category::Destructive,
    severity: Severity::High,
    confidence: Confidence::High,
    title: "Deletes a home folder, a disk or all files",
    why: "There is no way back from it.",
    help: "do not run it",
    bad: &[skill!("```bash\nrm -rf ~/*\n```\n")],
    good: &[skill!("```bash\nrm -rf ./build ~/reports/tmp\n```\n"), skill!("Never run `rm -rf /`.\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        if let What::Destroys(what) = &fact.what {
            hits.fact(fact, Severity::High, Confidence::High, format!("it destroys {what}"));
        }
    }
}
