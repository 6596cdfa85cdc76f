//! Software of others in whatever version is newest.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "unpinned-software",
    category: Category::SupplyChain,
    severity: Severity::Low,
    confidence: Confidence::High,
    title: "Runs software of others in whatever version is newest",
    why: "The next release of it is run unread.",
    help: "name a version",
    bad: &[skill!("```bash\nnpx -y some-tool@latest\n```\n")],
    good: &[skill!("```bash\nnpx -y some-tool@1.2.3\n```\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        if let What::Unpinned(what) = &fact.what {
            hits.fact(fact, Severity::Low, Confidence::High, format!("{what} names no version"));
        }
    }
}
