//! Text that has the person switch a protection off.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "protection-off",
    category: Category::SocialEngineering,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Asks the person to switch a protection of the machine off",
    why: "A program that a virus scanner stops is stopped for a reason.",
    help: "leave it on",
    bad: &[skill!("You must disable your antivirus before the installation.\n")],
    good: &[skill!("Do not disable the firewall.\n"), skill!("Disable the headers middleware in tests.\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant().filter(|fact| fact.what == What::Lowers) {
        let quiet = model.near(fact, |what| matches!(what, What::Conceal { .. } | What::Unasked { .. } | What::Deceive));
        let severity = if quiet { Severity::High } else { Severity::Low };
        hits.fact(fact, severity, Confidence::Medium, "something that watches over work is to be switched off");
    }
    for fact in model.meant().filter(|fact| fact.what == What::ProtectionOff) {
        hits.fact(fact, Severity::High, Confidence::Medium, "a protection is to be switched off");
    }
}
