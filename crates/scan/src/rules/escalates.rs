//! More rights are taken than a skill needs.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "escalates",
    category: Category::Privilege,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Takes rights of the system for good",
    why: "A set-user-id program, a line in sudoers or a powerful group stay and serve whoever comes next.",
    help: "do it by hand if it must be done",
    bad: &[&[("scripts/x.sh", "docker run --rm -v /:/host alpine sh /host/tmp/x\n")], skill!("```bash\nchmod u+s /usr/local/bin/report\n```\n")],
    good: &[skill!("```bash\nsudo apt-get install -y jq\nchmod +x report.sh\n```\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        if let What::Escalates(what) = &fact.what {
            let grave = what.contains("whole disk") || what.contains("without a password");
            let severity = if grave && !model.security { Severity::High } else { Severity::Medium };
            hits.fact(fact, severity, Confidence::Medium, *what);
        }
    }
}
