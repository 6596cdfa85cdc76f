//! A store of secrets is read.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "secret-read",
    category: Category::CredentialTheft,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    title: "Reads where this machine keeps secrets",
    why: "Most skills need none of the keys, cookies or wallets of a person. One that reads them should say why.",
    help: "read what the skill does with it",
    bad: &[skill!("```bash\ncp ~/.ssh/id_rsa /tmp/k\n```\n"), &[("scripts/x.py", "db = sqlite3.connect(os.path.expanduser('~/Library/Application Support/Google/Chrome/Default/Login Data'))\n")]],
    good: &[skill!("```bash\nssh -i ~/.ssh/id_rsa host\nls ~/.ssh\n```\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        if let What::SecretRead(secret) = &fact.what {
            hits.fact(fact, Severity::Medium, Confidence::Medium, format!("{} are read", secret.name()));
        }
    }
}
