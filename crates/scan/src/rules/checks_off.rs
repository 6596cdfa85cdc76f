//! A check of the system or of a tool is switched off.

use crate::facts::How;
use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "checks-off",
    category: Category::Privilege,
    severity: Severity::High,
    confidence: Confidence::High,
    title: "Switches a check off",
    why: "Checks of downloads, certificates and programs are what stands between a person and the next attack.",
    help: "leave the check on; find out what it objects to",
    bad: &[skill!("```bash\nsudo spctl --master-disable\n```\n"), skill!("```bash\nxattr -d com.apple.quarantine report.app\n```\n")],
    good: &[skill!("```bash\nspctl --status\n```\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        let What::ChecksOff(what) = fact.what else { continue };
        let fetched = model.near(fact, |what| matches!(what, What::FetchProgram(_) | What::RemoteRun { how: How::Saved, .. }));
        let grave = what.contains("quarantine") && fetched || ["no longer", "Defender", "protection"].iter().any(|word| what.contains(word));
        hits.fact(fact, if grave { Severity::High } else { Severity::Medium }, Confidence::High, what);
    }
}
