//! A window that asks for the login password.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "password-prompt",
    category: Category::CredentialTheft,
    severity: Severity::High,
    confidence: Confidence::High,
    title: "Asks for the login password in a window of its own",
    why: "The system asks for that password itself. A script that asks for it reads it.",
    help: "do not run it",
    bad: &[&[("scripts/x.sh", "osascript -e 'display dialog \"Password:\" default answer \"\" with hidden answer'\n")]],
    good: &[&[("scripts/x.sh", "osascript -e 'display notification \"done\"'\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant().filter(|fact| fact.what == What::PasswordPrompt) {
        hits.fact(fact, Severity::High, Confidence::High, "a script asks for a password and reads it");
    }
}
